/**
 * Which facts carry the exchange's time. A process knows that clock only once a link is up; what it records before is
 * stamped with a guess, which may be months off where the exchange lives in a past of its own.
 */
import type { Fact } from '../domain/fact.ts';

type Step = Pick<Fact, 'type' | 'data'>;

/** Whether the facts behind this one carry the exchange's time; `before` is what held for the one before it. */
export function isStamped(before: boolean, { type, data }: Step): boolean {
  if (type === 'JOURNAL_OPENED' || type === 'ENGINE_STARTED') return false;
  return before || (type === 'LINK_CHANGED' && (data as { readonly up: boolean }).up);
}
