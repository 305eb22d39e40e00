/**
 * Reads to their end. Own trades are paged by time: the next page begins at the last row's millisecond, and rows that
 * come twice are dropped. All else is paged by the mark that each page gives. A read that can't be completed says so;
 * there are no half answers.
 */
import type { z } from 'zod';
import type { Millis } from '../../base/time.ts';
import type { CashRow } from '../../domain/account.ts';
import { type Fill, fillKey } from '../../domain/fill.ts';
import type { VenueOrder } from '../../domain/order.ts';
import type { VenueRequest, VenueResult } from '../port.ts';
import { cashPageSchema } from './decode-account.ts';
import { type PagedRequest, decodeAnswer, isPaged } from './decode-answer.ts';
import { fillsPageSchema } from './decode-order.ts';
import { ordersPageSchema, settlementsPageSchema, triggerPageSchema } from './decode-past.ts';
import { decodeWith } from './decode-values.ts';
import { encode, endedPage, fillsPage } from './encode.ts';
import type { Call } from './frame.ts';
import { HISTORY_PAGE, MAX_PAGES, RECENT_FILLS, RECENT_ORDERS } from './limits.ts';
import { holeOf, needsHistory } from './windows.ts';

export type ReadStep =
  | { readonly kind: 'done'; readonly result: VenueResult }
  | { readonly kind: 'next'; readonly call: Call }
  /** The exchange gave what it has, and that is not all. */
  | { readonly kind: 'incomplete'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly what: string };

/**
 * Reads one request's pages; `accept` takes the result of each in order, with the exchange's own time of the first (null
 * where it sent none).
 */
export type Reader = { readonly accept: (result: unknown, beganAt: Millis | null) => ReadStep };

type Asked<Kind extends PagedRequest['kind']> = Extract<PagedRequest, { readonly kind: Kind }>;

const incomplete = (reason: string): ReadStep => ({ kind: 'incomplete', reason });

/** Both windows of own trades. Where the exchange does not tell its time, the end of the read counts as it. */
function readFills(request: Asked<'fills'>): Reader {
  const rows = new Map<string, Fill>();
  let historical = false;
  let from = request.from;
  let pages = 0;
  const ask = (begin: Millis): ReadStep => {
    from = begin;
    return { kind: 'next', call: fillsPage({ ...request, from }, historical) };
  };
  return {
    accept: (result, beganAt) => {
      const page = decodeWith(fillsPageSchema, result);
      if (!page.ok) return { kind: 'unreadable', what: page.error };
      const before = rows.size;
      for (const fill of page.value.trades) rows.set(fillKey(fill), fill);
      const now = beganAt ?? request.to;
      if (!page.value.has_more) {
        if (!historical && needsHistory(RECENT_FILLS, request.from, now)) {
          historical = true;
          return ask(request.from);
        }
        const hole = holeOf(RECENT_FILLS, request.from, now);
        return { kind: 'done', result: { kind: 'fills', fills: [...rows.values()], hole } };
      }
      pages++;
      const last = page.value.trades.at(-1);
      if (last === undefined)
        return incomplete('the exchange says that there are more trades but sent none');
      if (rows.size === before || last.at < from)
        return incomplete('the pages of own trades do not advance');
      if (pages >= MAX_PAGES) return incomplete(`more than ${MAX_PAGES} pages of own trades`);
      return ask(last.at);
    },
  };
}

/** Marks that came before: a page that leads back to one would never end. */
function createMarks(what: string): { readonly follow: (mark: string) => ReadStep | null } {
  const seen = new Set<string>();
  return {
    follow: (mark) => {
      if (seen.has(mark)) return incomplete(`the pages of ${what} do not advance`);
      if (seen.size + 1 >= MAX_PAGES) return incomplete(`more than ${MAX_PAGES} pages of ${what}`);
      seen.add(mark);
      return null;
    },
  };
}

const withMark = (first: Call, continuation: string | number): Call => ({
  ...first,
  params: { ...first.params, continuation },
});

function readCashLog(request: Asked<'cash_log'>): Reader {
  const rows = new Map<string, CashRow>();
  const marks = createMarks('the transaction log');
  return {
    accept: (result) => {
      const page = decodeWith(cashPageSchema, result);
      if (!page.ok) return { kind: 'unreadable', what: page.error };
      for (const row of page.value.logs) rows.set(row.id, row);
      const { continuation } = page.value;
      if (continuation === null)
        return { kind: 'done', result: { kind: 'cash_log', rows: [...rows.values()] } };
      return (
        marks.follow(String(continuation)) ?? {
          kind: 'next',
          call: withMark(encode(request), continuation),
        }
      );
    },
  };
}

/** Whether each row is at most as late as the one before it. */
const isDescending = (times: readonly Millis[]): boolean =>
  times.every((at, i) => i === 0 || at <= (times[i - 1] ?? at));

/**
 * Whether a page shows that its list is sorted by the moment of the last change, and reaches before `from`. One that could
 * as well be sorted by the moment of creation shows nothing: an old order that ended just now may stand further back.
 */
const reachesBefore = (from: Millis, page: readonly VenueOrder[]): boolean =>
  isDescending(page.map(({ updatedAt }) => updatedAt)) &&
  !isDescending(page.map(({ createdAt }) => createdAt)) &&
  (page.at(-1)?.updatedAt ?? from) < from;

/** Both windows of ended orders, newest first, each to its end or back to before `from`. */
function readEnded({ currency, from }: Asked<'ended_orders'>): Reader {
  const rows = new Map<string, VenueOrder>();
  let marks = createMarks('ended orders');
  let historical = false;
  return {
    accept: (result, beganAt) => {
      const page = decodeWith(ordersPageSchema, result);
      if (!page.ok) return { kind: 'unreadable', what: page.error };
      const { rows: orders, next, paged } = page.value;
      for (const order of orders) {
        const known = rows.get(order.orderId);
        if (order.updatedAt >= from && (known === undefined || known.updatedAt < order.updatedAt))
          rows.set(order.orderId, order);
      }
      if (!paged && orders.length >= HISTORY_PAGE)
        return incomplete('the exchange gives one page of ended orders and no mark of the next');
      if (next !== null && !reachesBefore(from, orders))
        return marks.follow(next) ?? { kind: 'next', call: endedPage(currency, historical, next) };
      const now = beganAt ?? Number.MAX_SAFE_INTEGER;
      if (!historical && needsHistory(RECENT_ORDERS, from, now)) {
        historical = true;
        marks = createMarks('ended orders');
        return { kind: 'next', call: endedPage(currency, true) };
      }
      const hole = holeOf(RECENT_ORDERS, from, now);
      return { kind: 'done', result: { kind: 'ended_orders', orders: [...rows.values()], hole } };
    },
  };
}

type Page<Row> = { readonly rows: readonly Row[]; readonly next: string | null };

/** Rows of one list, newest first, to its end or, where `isSorted`, back to before `from`; rows that come twice are dropped. */
function readBack<Row extends { readonly at: Millis }>(
  request: Asked<'trigger_history' | 'settlements'>,
  what: string,
  {
    schema,
    isSorted,
    key,
    build,
  }: {
    readonly isSorted: boolean;
    readonly schema: z.ZodType<Page<Row>>;
    readonly key: (row: Row) => string;
    readonly build: (rows: readonly Row[]) => VenueResult;
  },
): Reader {
  const rows = new Map<string, Row>();
  const marks = createMarks(what);
  return {
    accept: (result) => {
      const page = decodeWith(schema, result);
      if (!page.ok) return { kind: 'unreadable', what: page.error };
      for (const row of page.value.rows) if (row.at >= request.from) rows.set(key(row), row);
      const { next } = page.value;
      // The exchange gives a mark after its last page as well, and then pages without rows.
      const over =
        page.value.rows.length === 0 ||
        (isSorted && page.value.rows.some(({ at }) => at < request.from));
      if (next === null || over) return { kind: 'done', result: build([...rows.values()]) };
      return marks.follow(next) ?? { kind: 'next', call: withMark(encode(request), next) };
    },
  };
}

function readPages(request: PagedRequest): Reader {
  switch (request.kind) {
    case 'fills':
      return readFills(request);
    case 'cash_log':
      return readCashLog(request);
    case 'ended_orders':
      return readEnded(request);
    case 'trigger_history':
      return readBack(request, 'the trigger orders', {
        schema: triggerPageSchema,
        isSorted: false,
        key: (row) => `${row.triggerOrderId}/${row.at}/${row.state}`,
        build: (events) => ({ kind: 'trigger_history', events }),
      });
    case 'settlements':
      return readBack(request, 'the settlements', {
        schema: settlementsPageSchema,
        isSorted: true,
        key: (row) => `${row.type}/${row.instrument ?? ''}/${row.at}`,
        build: (settlements) => ({ kind: 'settlements', settlements }),
      });
  }
}

/** A reader for a request's answer, of one page or many. */
export function createReader(request: VenueRequest): Reader {
  if (isPaged(request)) return readPages(request);
  return {
    accept: (result) => {
      const decoded = decodeAnswer(request, result);
      return decoded.ok
        ? { kind: 'done', result: decoded.value }
        : { kind: 'unreadable', what: decoded.error };
    },
  };
}
