/** Which account the page is about. With one account there is nothing to choose and nothing to say. */
import { useCallback } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { type Standing, standingsOf } from '../stream/accounts.ts';
import type { Mirror } from '../stream/mirror.ts';
import { useLive } from './store.ts';

const severalIn = ({ accounts }: ReturnType<typeof useLive.getState>): boolean =>
  accounts.order.length > 1;

/** Ids of the accounts, in the order of the configuration. */
export const useAccountIds = (): readonly string[] => useLive(({ accounts }) => accounts.order);

/** How each account stands; empty where there is but one. */
export function useStandings(): readonly Standing[] {
  const accounts = useLive((live) => (severalIn(live) ? live.accounts : null));
  return accounts === null ? [] : standingsOf(accounts);
}

/** The account that lists are asked about: null where all are looked at, or where there is but one. */
export const useSelected = (): string | null =>
  useLive((live) => (severalIn(live) ? live.selected : null));

/** The account of pages that are about one journal: the one selected, else the first; null where there is but one. */
export const useOneAccount = (): string | null =>
  useLive((live) => (severalIn(live) ? (live.selected ?? live.accounts.order[0] ?? null) : null));

/** The path of the API with the account that is meant. */
export function about(path: string, account: string | null): string {
  if (account === null) return path;
  return `${path}${path.includes('?') ? '&' : '?'}account=${encodeURIComponent(account)}`;
}

/** Names an account by its id at the exchange, where rows of several stand together; null where nothing needs saying. */
export function useAccountTag(): (exchangeAccount: string) => string | null {
  const pairs = useLive(
    useShallow((live) =>
      severalIn(live) && live.selected === null
        ? live.accounts.order.map(
            (id) => `${live.accounts.byId[id]?.mirror?.exchangeAccount ?? ''} ${id}`,
          )
        : [],
    ),
  );
  return useCallback(
    (exchangeAccount) =>
      pairs.find((pair) => pair.startsWith(`${exchangeAccount} `))?.split(' ')[1] ?? null,
    [pairs],
  );
}

/** The account that a strategy trades in, where several are looked at together. */
export const useHome = (strategy: string): string | null =>
  useLive((live) => {
    if (!severalIn(live) || live.selected !== null) return null;
    const homes = live.accounts.order.filter(
      (id) => live.accounts.byId[id]?.mirror?.strategies[strategy] !== undefined,
    );
    const runs = homes.find(
      (id) => live.accounts.byId[id]?.mirror?.strategies[strategy]?.control.value !== 'stopped',
    );
    return runs ?? homes[0] ?? null;
  });

const NOTHING: Mirror['strategies'] = {};

/** The strategies of an account, by its id at the exchange: those that may answer for what it holds. */
export const useStrategiesOf = (exchangeAccount: string): Mirror['strategies'] =>
  useLive((live) => {
    if (!severalIn(live)) return live.stream.mirror?.strategies ?? NOTHING;
    const own = Object.values(live.accounts.byId).find(
      ({ mirror }) => mirror?.exchangeAccount === exchangeAccount,
    );
    return own?.mirror?.strategies ?? NOTHING;
  });
