/**
 * Reads to their end. Own trades are paged by time: the next page begins at the last row's millisecond, and rows that
 * come twice are dropped. The transaction log is paged by the mark that each page gives. A read that can't be completed
 * says so; there are no half answers.
 */
import type { Fill } from '../../domain/fill.ts';
import type { CashRow } from '../../domain/account.ts';
import type { VenueRequest, VenueResult } from '../port.ts';
import { cashPageSchema } from './decode-account.ts';
import { type PagedRequest, decodeAnswer } from './decode-answer.ts';
import { fillsPageSchema } from './decode-order.ts';
import { decodeWith } from './decode-values.ts';
import { encode } from './encode.ts';
import type { Call } from './frame.ts';
import { MAX_PAGES } from './limits.ts';

export type ReadStep =
  | { readonly kind: 'done'; readonly result: VenueResult }
  | { readonly kind: 'next'; readonly call: Call }
  /** The exchange gave what it has, and that is not all. */
  | { readonly kind: 'incomplete'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly what: string };

/** Reads one request's pages; `accept` takes the result of each in order. */
export type Reader = { readonly accept: (result: unknown) => ReadStep };

const incomplete = (reason: string): ReadStep => ({ kind: 'incomplete', reason });

function readFills(request: Extract<PagedRequest, { kind: 'fills' }>): Reader {
  const rows = new Map<string, Fill>();
  let from = request.from;
  let pages = 0;
  return {
    accept: (result) => {
      const page = decodeWith(fillsPageSchema, result);
      if (!page.ok) return { kind: 'unreadable', what: page.error };
      const before = rows.size;
      for (const fill of page.value.trades)
        if (!rows.has(fill.tradeId)) rows.set(fill.tradeId, fill);
      if (!page.value.has_more)
        return { kind: 'done', result: { kind: 'fills', fills: [...rows.values()] } };
      pages++;
      const last = page.value.trades.at(-1);
      if (last === undefined)
        return incomplete('the exchange says that there are more trades but sent none');
      if (rows.size === before || last.at < from)
        return incomplete('the pages of own trades do not advance');
      if (pages >= MAX_PAGES) return incomplete(`more than ${MAX_PAGES} pages of own trades`);
      from = last.at;
      return { kind: 'next', call: encode({ ...request, from }) };
    },
  };
}

function readCashLog(request: Extract<PagedRequest, { kind: 'cash_log' }>): Reader {
  const rows = new Map<string, CashRow>();
  const marks = new Set<number>();
  return {
    accept: (result) => {
      const page = decodeWith(cashPageSchema, result);
      if (!page.ok) return { kind: 'unreadable', what: page.error };
      for (const row of page.value.logs) rows.set(row.id, row);
      const { continuation } = page.value;
      if (continuation === null)
        return { kind: 'done', result: { kind: 'cash_log', rows: [...rows.values()] } };
      if (marks.has(continuation))
        return incomplete('the pages of the transaction log do not advance');
      if (marks.size + 1 >= MAX_PAGES)
        return incomplete(`more than ${MAX_PAGES} pages of the transaction log`);
      marks.add(continuation);
      const first = encode(request);
      return { kind: 'next', call: { ...first, params: { ...first.params, continuation } } };
    },
  };
}

/** A reader for a request's answer, of one page or many. */
export function createReader(request: VenueRequest): Reader {
  if (request.kind === 'fills') return readFills(request);
  if (request.kind === 'cash_log') return readCashLog(request);
  return {
    accept: (result) => {
      const decoded = decodeAnswer(request, result);
      return decoded.ok
        ? { kind: 'done', result: decoded.value }
        : { kind: 'unreadable', what: decoded.error };
    },
  };
}
