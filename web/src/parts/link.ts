/** How far this page may be believed just now. */
import { useNow } from '../data/clock.ts';
import { useLive } from '../data/store.ts';
import { useWords } from '../data/words.ts';
import {
  checkFreshness,
  type Freshness,
  freshness,
  type LinkState,
  linkState,
  priceFreshness,
} from '../stream/freshness.ts';

export type PageLink = {
  readonly state: LinkState;
  /** Real ms since the engine was last heard; Infinity before the first word. */
  readonly age: number;
  readonly fresh: Freshness;
};

export function usePageLink(): PageLink {
  const now = useNow();
  const heardAt = useLive((live) => live.heardAt);
  const socket = useLive((live) => live.socket);
  const age = heardAt === null ? Infinity : Math.max(0, now - heardAt);
  const state = linkState({ socket, age });
  return { state, age, fresh: freshness(state, age) };
}

/** "as of 14:03:22" while the page's numbers are stale: the exchange's time of the last word; null when they are not. */
export function useAsOf(): string | null {
  const { t, clock } = useWords();
  const { fresh } = usePageLink();
  const at = useLive(({ stream }) => stream.pulse?.at ?? stream.mirror?.at);
  if (fresh !== 'stale' || at === undefined) return null;
  return t('fresh.as_of', { time: clock(Date.parse(at)) });
}

/** Real ms since the last clean check began, counted on between heartbeats; null when there was none. */
export function useVerifiedAge(): { readonly age: number | null; readonly fresh: Freshness } {
  const now = useNow();
  const heardAt = useLive((live) => live.heardAt);
  const told = useLive(({ stream }) => stream.pulse?.verifiedAge ?? null);
  const age = told === null || heardAt === null ? null : told + Math.max(0, now - heardAt);
  return { age, fresh: checkFreshness(age) };
}

/** How a price of an instrument looks. */
export function usePriceFreshness(instrument: string): Freshness {
  const now = useNow();
  const at = useLive((live) => live.pricedAt[instrument]);
  return at === undefined ? 'stale' : priceFreshness(now - at);
}
