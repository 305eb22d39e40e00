/**
 * The two windows of the exchange's histories. The recent one shows everything up to an age; the historical one shows what
 * is older, once it has been indexed. Between what each is trusted for lies a hole for a while, which is named and never
 * taken for empty.
 */
import type { Millis } from '../../base/time.ts';
import type { Stretch } from '../port.ts';
import { INDEXED_MS } from './limits.ts';

/** How long a recent window keeps rows, and up to which age it is trusted to hold all of them. */
export type Window = { readonly trustedMs: Millis; readonly keptMs: Millis };

/** Whether a read that begins at `from` needs the historical window as well; `now` is the exchange's own time. */
export const needsHistory = (window: Window, from: Millis, now: Millis): boolean =>
  from < now - window.trustedMs;

/**
 * The stretch of a read that neither window is trusted for, null where there is none. A row that leaves the recent window
 * at an age of `keptMs` is in the historical one `INDEXED_MS` later.
 */
export function holeOf(window: Window, from: Millis, now: Millis): Stretch | null {
  if (!needsHistory(window, from, now)) return null;
  const to = now - window.trustedMs;
  return { from: Math.max(from, now - window.keptMs - INDEXED_MS), to };
}
