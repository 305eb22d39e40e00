/**
 * Facts that fit a choice, looked for by the server from the newest back, one stretch of the journal after the other until
 * a page is full; newer ones are added as the stream tells of commits. Another choice begins anew, and answers to the one
 * before are dropped.
 */
import { useEffect } from 'react';
import { create } from 'zustand';
import {
  type Choice,
  isEverything,
  type JournalFact,
  queryOf,
  type Stretch,
} from '../stream/journal.ts';
import { about, useOneAccount } from './accounts.ts';
import { failureText, get } from './api.ts';
import { headNow, useHead } from './journal.ts';

const PAGE = 200;
/** Stretches that one go looks through before it asks whether to go on. */
const MOST_STRETCHES = 25;

type Search = {
  /** The choice as a query; '' when everything is shown. */
  readonly query: string;
  /** Whose journal; null where there is but one account. */
  readonly account: string | null;
  /** What was found, oldest first. */
  readonly rows: Stretch;
  /** What was looked through. */
  readonly from: number;
  readonly to: number;
  readonly busy: boolean;
  readonly trouble: string | null;
};

const NOTHING: Search = {
  query: '',
  account: null,
  rows: [],
  from: 0,
  to: 0,
  busy: false,
  trouble: null,
};

export const useSearch = create<Search>()(() => NOTHING);

type Page = {
  readonly items: readonly JournalFact[];
  readonly searched: { readonly from: number; readonly to: number };
};

/** One question; undefined when it failed, or when another choice was made meanwhile. */
async function ask(query: string, place: string): Promise<Page | undefined> {
  const { account } = useSearch.getState();
  const answer = await get<Page>(about(`/journal?${query}&limit=${PAGE}&${place}`, account));
  const now = useSearch.getState();
  if (now.query !== query || now.account !== account) return undefined;
  if (answer.ok) return answer.body;
  useSearch.setState({ trouble: failureText(answer.failure) });
  return undefined;
}

/** Looks further back, until a page of facts was found or enough was looked through. */
export async function searchOlder(): Promise<void> {
  const { query, busy } = useSearch.getState();
  if (busy || query === '') return;
  useSearch.setState({ busy: true, trouble: null });
  let found = 0;
  for (let n = 0; n < MOST_STRETCHES && found < PAGE; n += 1) {
    const { from } = useSearch.getState();
    if (from <= 1) break;
    const page = await ask(query, `before=${from}`);
    if (page === undefined) break;
    found += page.items.length;
    useSearch.setState(({ rows, to }) => ({
      rows: [...page.items.toReversed(), ...rows],
      from: page.searched.from,
      to: Math.max(to, page.searched.to),
    }));
  }
  if (useSearch.getState().query === query) useSearch.setState({ busy: false });
}

async function searchNewer(): Promise<void> {
  const { query, to, busy } = useSearch.getState();
  if (busy || query === '') return;
  const page = await ask(query, `after=${to}`);
  if (page === undefined) return;
  useSearch.setState((held) =>
    held.to === to ? { rows: [...held.rows, ...page.items], to: page.searched.to } : held,
  );
}

/** Forgets the search before; a new one begins at the head of now. */
function begin(query: string, account: string | null): void {
  const head = headNow();
  useSearch.setState({ ...NOTHING, query, account, from: head + 1, to: head });
}

/** Keeps the search of a choice while the page is open. */
export function useSearchOf(choice: Choice): Search {
  const head = useHead();
  const account = useOneAccount();
  const query = isEverything(choice) ? '' : queryOf(choice).toString();
  const known = head > 0;
  useEffect(() => {
    if (!known) return undefined;
    begin(query, account);
    const soon = setTimeout(() => void searchOlder(), 150);
    return () => clearTimeout(soon);
  }, [query, account, known]);
  const { to, busy } = useSearch();
  useEffect(() => {
    if (head > to && to > 0) void searchNewer();
  }, [head, to, busy, query]);
  return useSearch();
}
