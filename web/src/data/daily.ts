/** Daily reports: the list of those that were written down, and one report of a day or a period, each read when it is looked at. */
import { useEffect, useState } from 'react';
import type { DailyAnswer } from '../../../src/wire/daily-shape.ts';
import type { DailyItem, Page } from '../../../src/wire/requests.ts';
import { about, useOneAccount } from './accounts.ts';
import { failureText, get } from './api.ts';
import { ofOneAccount, useLive } from './store.ts';

const PER_PAGE = 14;
/** Between the two ends of a period in an address. */
const BETWEEN = '..';

export const dailyPath = (day: string): string => `/recon/daily/${encodeURIComponent(day)}`;

/** The address of a period's report. */
export const periodPath = (from: string, to: string): string => dailyPath(from + BETWEEN + to);

/** Where the API has the report of an address: as JSON, or as a page for printing in a language; with every row, or the sums only. */
export function dailyAddress(
  id: string,
  { lang, rows }: { readonly lang?: string; readonly rows: boolean },
): string {
  const [from = '', to] = id.split(BETWEEN);
  const suffix = lang === undefined ? '' : '.html';
  const query = new URLSearchParams({
    ...(to === undefined ? {} : { from, to }),
    ...(lang === undefined ? {} : { lang }),
    ...(rows ? { rows: 'true' } : {}),
  });
  const path = to === undefined ? `daily/${encodeURIComponent(from)}` : 'period';
  return `/reports/${path}${suffix}${query.size === 0 ? '' : `?${query}`}`;
}

/** Days that were written down, newest first (null before the first answer), and what reads older ones. */
export function useDailyList(): {
  readonly items: readonly DailyItem[] | null;
  readonly more: (() => void) | null;
} {
  const socket = useLive((live) => live.socket);
  const account = useOneAccount();
  const last = useLive((live) => ofOneAccount(live).mirror?.lastDaily ?? null);
  const [held, setHeld] = useState<Page<DailyItem> | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const page = about(`/reports/daily?limit=${PER_PAGE}`, account);
    void get<Page<DailyItem>>(page, abort.signal).then((answer) => {
      if (answer.ok && !abort.signal.aborted) setHeld(answer.body);
    });
    return () => abort.abort();
  }, [socket, account, last]);
  const next = held?.next ?? null;
  const more = (): void => {
    const cursor = encodeURIComponent(next ?? '');
    const page = about(`/reports/daily?limit=${PER_PAGE}&cursor=${cursor}`, account);
    void get<Page<DailyItem>>(page).then((answer) => {
      if (answer.ok)
        setHeld({
          items: [...(held?.items ?? []), ...answer.body.items],
          next: answer.body.next,
        });
    });
  };
  return { items: held?.items ?? null, more: next === null ? null : more };
}

export type HeldDaily =
  | { readonly is: 'loading' }
  | { readonly is: 'problem'; readonly text: string }
  | { readonly is: 'here'; readonly answer: DailyAnswer };

/** The report of an address, read once, and again when its rows are asked for. */
export function useDaily(id: string, rows: boolean): HeldDaily {
  const account = useOneAccount();
  const [held, setHeld] = useState<HeldDaily>({ is: 'loading' });
  useEffect(() => {
    const abort = new AbortController();
    void get<DailyAnswer>(about(dailyAddress(id, { rows }), account), abort.signal).then(
      (answer) => {
        if (abort.signal.aborted) return;
        setHeld(
          answer.ok
            ? { is: 'here', answer: answer.body }
            : { is: 'problem', text: failureText(answer.failure) },
        );
      },
    );
    return () => abort.abort();
  }, [id, rows, account]);
  return held;
}
