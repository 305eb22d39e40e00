/** Which account the page is about. With one account there is nothing to choose and nothing to say. */
import { useCallback, useEffect } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { type Standing, standingsOf } from '../stream/accounts.ts';
import type { Mirror } from '../stream/mirror.ts';
import { replace, useSearch } from './router.ts';
import { lookedAt, oneAccount, select, useLive } from './store.ts';

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
export const useSelected = (): string | null => useLive(lookedAt);

/** The account of pages that are about one journal: the one selected, else the first; null where there is but one. */
export const useOneAccount = (): string | null => useLive(oneAccount);

/** The path of the API with the account that is meant. */
export function about(path: string, account: string | null): string {
  if (account === null) return path;
  return `${path}${path.includes('?') ? '&' : '?'}account=${encodeURIComponent(account)}`;
}

/** Names an account by its id at the exchange, where rows of several stand together; null where nothing needs saying. */
export function useAccountTag(): (exchangeAccount: string) => string | null {
  const pairs = useLive(
    useShallow((live) =>
      severalIn(live) && lookedAt(live) === null
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
    if (!severalIn(live) || lookedAt(live) !== null) return null;
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

/** The account in whose journal something was made, by its id (a trade, a report): the end of it is the journal's birth id. */
export const useAccountOfId = (id: string): string | null =>
  useLive((live) => {
    if (!severalIn(live)) return null;
    const birth = id.split('_')[2] ?? '-';
    const { order, byId } = live.accounts;
    const own = order.find((each) => byId[each]?.mirror?.journal.startsWith(birth) === true);
    return own ?? order[0] ?? null;
  });

/** The address of a fact: its number says nothing without the account, where there are several. */
export const factPath = (seq: number, account: string | null): string =>
  about(`/audit/${seq}`, account);

/** Looks at the account that the address names, now and whenever it names another. */
export function useAddressedAccount(): void {
  const search = useSearch();
  useEffect(() => {
    const named = new URLSearchParams(search).get('account');
    if (named !== null) select(named);
  }, [search]);
}

/** Looks at another account, whatever the address says. */
export function choose(account: string | null): void {
  if (location.search !== '') replace(location.pathname);
  select(account);
}
