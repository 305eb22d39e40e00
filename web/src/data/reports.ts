/** Reports of checks: the last ones are read when the page opens and when the stream tells of one more, older ones on demand. */
import { useEffect, useMemo, useState } from 'react';
import type { Page, Report } from '../../../src/wire/requests.ts';
import { newestFirst } from '../stream/checks.ts';
import { about, useOneAccount } from './accounts.ts';
import { failureText, get } from './api.ts';
import { ofOneAccount, useLive } from './store.ts';

const PER_PAGE = 120;

/** What is held with the newest page: together where they touch, else the newest alone, so that no check is left out. */
function joined(held: Page<Report> | null, newest: Page<Report>): Page<Report> {
  const known = new Set(held?.items.map(({ id }) => id));
  if (held === null || !newest.items.some(({ id }) => known.has(id))) return newest;
  return { items: newestFirst(held.items, newest.items), next: held.next };
}

/** The reports held, newest first (null before the first answer), and what reads older ones. */
export function useReports(): {
  readonly reports: readonly Report[] | null;
  readonly more: (() => void) | null;
} {
  const socket = useLive((live) => live.socket);
  const account = useOneAccount();
  const journal = useLive((live) => ofOneAccount(live).mirror?.journal ?? '');
  const last = useLive((live) => ofOneAccount(live).mirror?.lastReport ?? null);
  const [held, setHeld] = useState<Page<Report> | null>(null);
  const lastId = last?.id;
  useEffect(() => {
    const abort = new AbortController();
    const page = about(`/reports?limit=${PER_PAGE}`, account);
    void get<Page<Report>>(page, abort.signal).then((answer) => {
      if (answer.ok && !abort.signal.aborted) setHeld((page) => joined(page, answer.body));
    });
    return () => abort.abort();
  }, [socket, journal, account, lastId]);
  const next = held?.next ?? null;
  const more = (): void => {
    const page = `/reports?limit=${PER_PAGE}&cursor=${encodeURIComponent(next ?? '')}`;
    void get<Page<Report>>(about(page, account)).then((answer) => {
      if (answer.ok)
        setHeld((page) => ({
          items: newestFirst(page?.items ?? [], answer.body.items),
          next: answer.body.next,
        }));
    });
  };
  const reports = useMemo(
    () => held && newestFirst(held.items, last === null ? [] : [last]),
    [held, last],
  );
  return { reports, more: next === null ? null : more };
}

export type FoundReport =
  | { readonly is: 'loading' }
  | { readonly is: 'problem'; readonly text: string }
  | { readonly is: 'here'; readonly report: Report };

/** One report; a report never changes, so it is read once. */
export function useReport(id: string): FoundReport {
  const socket = useLive((live) => live.socket);
  const [read, setRead] = useState<FoundReport>({ is: 'loading' });
  const here = read.is === 'here';
  useEffect(() => {
    if (here) return undefined;
    const abort = new AbortController();
    void get<Report>(`/reports/${encodeURIComponent(id)}`, abort.signal).then((answer) => {
      if (abort.signal.aborted) return;
      if (answer.ok) setRead({ is: 'here', report: answer.body });
      else if (answer.failure.kind === 'refused')
        setRead({ is: 'problem', text: failureText(answer.failure) });
    });
    return () => abort.abort();
  }, [id, here, socket]);
  return read;
}
