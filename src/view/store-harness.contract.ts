/** What the parts of the store's contract share: a home to test in, and short ways to book. */
import type { Fact, FactBody } from '../domain/fact.ts';
import type { Order } from '../domain/shown.ts';
import * as make from '../../test/support/facts.ts';
import type { Store } from './store.ts';

/** A journal with its read side: `append` books one commit. */
export type StoreHome = {
  readonly store: Store;
  readonly append: (facts: readonly Fact[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

export type Book = (...commits: readonly (readonly FactBody[])[]) => Promise<number>;

export type StoreTest = (title: string, body: (store: Store, book: Book) => Promise<void>) => void;

export const ids = (items: readonly { readonly id: string }[]): readonly string[] =>
  items.map(({ id }) => id);
export const shownOrder = (order: Order): FactBody => ({
  type: 'ORDER_CHANGED',
  v: 1,
  data: { order },
});
export const opened = (...args: Parameters<typeof make.trade>): FactBody => ({
  type: 'TRADE_OPENED',
  v: 1,
  data: { trade: make.trade(...args) },
});
export const closed = (...args: Parameters<typeof make.closedTrade>): FactBody => ({
  type: 'TRADE_CLOSED',
  v: 1,
  data: { trade: make.closedTrade(...args) },
});
