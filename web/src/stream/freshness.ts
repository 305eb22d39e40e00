/**
 * How far what the page shows may be believed: from the age of the last word of the engine (one a second when all is
 * well) and of each price. Pure; ages are real milliseconds.
 */

export type LinkState = 'live' | 'delayed' | 'stale' | 'lost';

/** With a clock that ticks twice a second a silence shows within 3 s [I37]. */
export const DELAYED_AFTER_MS = 2_400;
export const STALE_AFTER_MS = 10_000;
/** A reconnect that takes no longer than this is not shown as a loss. */
const BLIP_MS = 1_500;

/** `socket` false: there is no connection. `age`: since the last word of the engine, Infinity before the first. */
export function linkState({
  socket,
  age,
}: {
  readonly socket: boolean;
  readonly age: number;
}): LinkState {
  if (!socket) return age <= BLIP_MS ? 'live' : 'lost';
  if (age <= DELAYED_AFTER_MS) return 'live';
  return age <= STALE_AFTER_MS ? 'delayed' : 'stale';
}

export type Freshness = 'fresh' | 'delayed' | 'stale';

/** How numbers of the page look: a lost link counts by its age like a silent one. */
export function freshness(link: LinkState, age: number): Freshness {
  if (link === 'live') return 'fresh';
  return age <= STALE_AFTER_MS ? 'delayed' : 'stale';
}

/** How a link of the engine to the exchange looks by the age of its last word; null when it is down. */
export function venueLinkState(age: number | null): LinkState {
  if (age === null) return 'lost';
  if (age <= 6_000) return 'live';
  return age <= STALE_AFTER_MS ? 'delayed' : 'stale';
}

/** How a price looks by its age. */
export function priceFreshness(age: number): Freshness {
  if (age <= 5_000) return 'fresh';
  return age <= 15_000 ? 'delayed' : 'stale';
}

/** How the age of the last clean check looks; it is due every 30 s. */
export function checkFreshness(age: number | null): Freshness {
  if (age === null || age > 90_000) return 'stale';
  return age < 45_000 ? 'fresh' : 'delayed';
}
