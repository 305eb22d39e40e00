/** Differences between books and exchange: those that stand come with the stream, those that ended are read page by page. */
import { useEffect, useState } from 'react';
import type { Break, Page } from '../../../src/wire/requests.ts';
import { isOpenBreak } from '../stream/mirror.ts';
import { about, useSelected } from './accounts.ts';
import { failureText, get } from './api.ts';
import { useBreaks, useLive } from './store.ts';

const WEIGHT = { critical: 0, warning: 1, info: 2 } as const;

/** Differences that stand, the gravest first. */
export function useOpenBreaks(): readonly Break[] {
  const breaks = useBreaks();
  return Object.values(breaks)
    .filter(isOpenBreak)
    .sort(
      (a, b) => WEIGHT[a.severity] - WEIGHT[b.severity] || (a.firstSeenAt < b.firstSeenAt ? -1 : 1),
    );
}

export type FoundBreak =
  | { readonly is: 'loading' }
  | { readonly is: 'problem'; readonly text: string }
  | { readonly is: 'here'; readonly found: Break };

/** One difference: as the stream tells it, else as the server knows it. */
export function useBreak(id: string): FoundBreak {
  const live = useBreaks()[id];
  const socket = useLive((each) => each.socket);
  const [read, setRead] = useState<FoundBreak>({ is: 'loading' });
  const here = live !== undefined;
  useEffect(() => {
    if (here) return undefined;
    const abort = new AbortController();
    void get<Break>(`/breaks/${encodeURIComponent(id)}`, abort.signal).then((answer) => {
      if (abort.signal.aborted) return;
      if (answer.ok) setRead({ is: 'here', found: answer.body });
      else if (answer.failure.kind === 'refused')
        setRead({ is: 'problem', text: failureText(answer.failure) });
    });
    return () => abort.abort();
  }, [id, here, socket]);
  return live === undefined ? read : { is: 'here', found: live };
}

const PER_PAGE = 30;

/** Differences that ended, newest first, with what reads the next page; read anew whenever one more ends. */
export function useEndedBreaks(): {
  readonly ended: readonly Break[] | null;
  readonly more: (() => void) | null;
} {
  const breaks = useBreaks();
  const socket = useLive((each) => each.socket);
  const account = useSelected();
  const [held, setHeld] = useState<Page<Break> | null>(null);
  const news = Object.values(breaks).filter((found) => !isOpenBreak(found)).length;
  useEffect(() => {
    const abort = new AbortController();
    const page = about(`/breaks?limit=${PER_PAGE}`, account);
    void get<Page<Break>>(page, abort.signal).then((answer) => {
      if (answer.ok) setHeld(answer.body);
    });
    return () => abort.abort();
  }, [news, socket, account]);
  const next = held?.next ?? null;
  const more = (): void => {
    const page = `/breaks?limit=${PER_PAGE}&cursor=${encodeURIComponent(next ?? '')}`;
    void get<Page<Break>>(about(page, account)).then((answer) => {
      if (answer.ok)
        setHeld({ items: [...(held?.items ?? []), ...answer.body.items], next: answer.body.next });
    });
  };
  const ended =
    held?.items.map((found) => breaks[found.id] ?? found).filter((found) => !isOpenBreak(found)) ??
    null;
  return { ended, more: next === null ? null : more };
}
