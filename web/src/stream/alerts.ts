/** Alerts as a page shows them: what fills their sentence, where they lead, and which of them still want to be heard. Pure. */
import type { Alert } from '../../../src/wire/requests.ts';
import type { FeedValue } from './feed.ts';
import { sideText } from './sides.ts';

/** What fills the sentence of an alert. */
export function alertValues({ params }: Alert): Readonly<Record<string, FeedValue>> {
  const { kind, link, by, books, exchange } = params;
  return {
    ...params,
    ...(link === undefined ? {} : { link: { word: `alert_link.${link}` } }),
    ...(by === undefined ? {} : { by }),
    ...(kind === undefined
      ? {}
      : {
          kind: { word: `break.${kind}` },
          books: { side: sideText(kind, books ?? '') },
          exchange: { side: sideText(kind, exchange ?? '') },
        }),
  };
}

const enc = encodeURIComponent;

/** The page where an alert's object stands, and the key of the words that lead there. */
export function alertPlace({ subject }: Alert): { readonly path: string; readonly key: string } {
  const { kind, id } = subject;
  switch (kind) {
    case 'break':
      return { path: `/breaks/${enc(id)}`, key: 'alert_look.break' };
    case 'trade':
      return { path: `/trades/${enc(id)}`, key: 'alert_look.trade' };
    case 'order':
      return { path: '/breaks', key: 'alert_look.order' };
    case 'strategy':
      return { path: '/controls', key: 'alert_look.strategy' };
    case 'link':
    case 'books':
      return { path: '/recon', key: `alert_look.${kind}` };
    case 'engine':
      return id === 'kill'
        ? { path: '/controls', key: 'alert_look.kill' }
        : { path: '/audit', key: `alert_look.${id}` };
  }
}

/** Whether nothing is sent about an alert just now because a person wants it so. */
export const isSnoozed = ({ snoozed }: Alert, now: number): boolean =>
  snoozed !== null && Date.parse(snoozed.until) > now;

const WEIGHT = { critical: 0, warning: 1, info: 2 } as const;

/** The gravest first, then the oldest. */
export const gravestFirst = (alerts: readonly Alert[]): readonly Alert[] =>
  [...alerts].sort(
    (a, b) => WEIGHT[a.severity] - WEIGHT[b.severity] || (a.since < b.since ? -1 : 1),
  );
