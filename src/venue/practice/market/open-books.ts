/** Whether a book takes orders and cancels in the state that it is in, and how it refuses them. */
import { ok } from '../../../base/result.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { BookState } from '../../protocol/values.ts';
import { type Answer, refuse } from '../wire/refusal.ts';
import { marketOf, type World } from '../world.ts';

/** Why a book in another state than open takes no orders. */
const SHUT: Readonly<Record<Exclude<BookState, 'open'>, ErrorCode>> = {
  settlement: 10041,
  locked: 10019,
  halted: 10012,
  inactive: 10012,
  delivered: 10012,
  archivized: 10020,
};

/** The refusal of a book that is not open; `locked` takes cancels and nothing else. */
export function checkState(world: World, instrument: string, cancels = false): Answer<null> {
  const { state } = marketOf(world, instrument);
  return state === 'open' || (cancels && state === 'locked') ? ok(null) : refuse(SHUT[state]);
}
