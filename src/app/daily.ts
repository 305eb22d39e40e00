/** Makes a day's report for the engine: off its thread, and no reason to stop when it fails. */
import type { Log } from '../edge/log.ts';
import type { DailyMade, Wish } from '../engine/input.ts';
import { madeOf } from '../view/daily.ts';
import type { Store } from '../view/store.ts';

/** The report of the wish's day; null when it could not be made, which the log tells. */
export async function makeDaily(
  store: Store,
  { day, from, to }: Extract<Wish, { readonly kind: 'report' }>,
  log: Log,
): Promise<DailyMade | null> {
  try {
    return madeOf(await store.period({ day, from, to, over: true }), day);
  } catch (error) {
    log.error('a daily report could not be made', { day, error });
    return null;
  }
}
