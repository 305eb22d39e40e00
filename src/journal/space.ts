/**
 * How much room the journal has: enough, little, or none but its reserve. Openings need enough; the reserve is kept so
 * that closing and protecting can still be written down on a disk that somebody else has filled (D3).
 */
import { assert } from '../base/assert.ts';
import type { Millis } from '../base/time.ts';
import type { DiskState } from '../domain/status.ts';

/** What is free for the journal beside its reserve, and whether that is still there to be given up. */
export type Space = { readonly freeBytes: number; readonly reserve: 'held' | 'used' };

export type SpaceLimits = {
  /** Kept beside the journal, and given up when nothing else is free. */
  readonly reserveBytes: number;
  /** Below it openings stop. */
  readonly lowBytes: number;
  /** From it on they may go on. */
  readonly enoughBytes: number;
  /** Between two measurements. */
  readonly everyMs: Millis;
};

const MEBI = 1_048_576;

/** A fact takes one to three kilobytes: the reserve lasts for thousands of them. */
export const SPACE_LIMITS: SpaceLimits = {
  reserveBytes: 8 * MEBI,
  lowBytes: 64 * MEBI,
  enoughBytes: 96 * MEBI,
  everyMs: 5_000,
};

assert(SPACE_LIMITS.lowBytes > 2 * SPACE_LIMITS.reserveBytes, 'the reserve may not make it low');
assert(SPACE_LIMITS.enoughBytes > SPACE_LIMITS.lowBytes, 'low and enough would alternate');

/** The state after a measurement. What was low stays so until there is enough, so that it does not flicker. */
export function diskState(
  before: DiskState,
  { freeBytes, reserve }: Space,
  { lowBytes, enoughBytes }: SpaceLimits,
): DiskState {
  if (reserve === 'used') return 'full';
  if (freeBytes >= enoughBytes) return 'enough';
  return freeBytes < lowBytes || before !== 'enough' ? 'low' : 'enough';
}
