/**
 * Ways into the books: what would else be a walk over all trades, orders or intents. All of it follows from the books, is
 * kept by `evolve` with each change and made anew for books that were read back; it is no part of their text (I25).
 * Order within a list is that of the books, or oldest entry first for open trades.
 */
import { type Decimal, isZero } from '../base/decimal.ts';
import type { Books, IntentRecord, OrderRecord, TradeRecord } from './books.ts';
import { isLive } from './order.ts';

export type Finder = {
  readonly open: TradeRecord[];
  readonly openOfStrategy: Map<string, TradeRecord[]>;
  readonly openOfInstrument: Map<string, TradeRecord[]>;
  /** Trades that are not closed and have nothing open: they may be settled. */
  readonly flat: Map<string, TradeRecord>;
  readonly ordersOfTrade: Map<string, OrderRecord[]>;
  /** Orders by the trigger order that they were born from. */
  readonly successors: Map<string, OrderRecord[]>;
  readonly intentsOfTrade: Map<string, IntentRecord[]>;
  readonly ackedBy: Map<string, IntentRecord>;
  readonly unresolved: Map<string, IntentRecord>;
  /** Acknowledged intents whose order is not in the books. */
  readonly unseen: Map<string, IntentRecord>;
  /** Where an order stands among all orders: later ones have higher numbers. */
  readonly places: Map<string, number>;
  lastPlace: number;
  /** Entries that may be unfinished; whoever finds one finished takes it out. */
  readonly entries: Map<string, IntentRecord>;
  /** Live orders of others. */
  readonly strangers: Map<string, OrderRecord>;
  /** Ids of trades and orders that changed since a duty last found nothing to do about them. */
  readonly restlessTrades: Set<string>;
  readonly restlessOrders: Set<string>;
  /** Signed sum of what is open, by instrument; instruments and currencies in use. Left out, or null, until it is asked for again. */
  readonly sums: Map<string, Decimal>;
  inUse: readonly string[] | null;
  currencies: readonly string[] | null;
  /** Trades of which a part left unseen, closed ones, and intents and orders that belong to no trade of the books. */
  readonly adjusted: Map<string, TradeRecord>;
  readonly closed: Map<string, TradeRecord>;
  readonly looseIntents: Map<string, IntentRecord>;
  readonly looseOrders: Map<string, OrderRecord>;
  /** Labels of orders that came with an adopted trade. */
  readonly adoptedLegs: Set<string>;
  /** Ids of orders that changed since a check last looked at them. */
  readonly unchecked: Set<string>;
};

const finders = new WeakMap<Books, Finder>();

/** The finder of books; made at the first question. */
export function finderOf(books: Books): Finder {
  const known = finders.get(books);
  if (known !== undefined) return known;
  const made: Finder = {
    open: [],
    openOfStrategy: new Map(),
    openOfInstrument: new Map(),
    flat: new Map(),
    ordersOfTrade: new Map(),
    successors: new Map(),
    intentsOfTrade: new Map(),
    ackedBy: new Map(),
    unresolved: new Map(),
    unseen: new Map(),
    places: new Map(),
    lastPlace: 0,
    entries: new Map(),
    strangers: new Map(),
    restlessTrades: new Set(),
    restlessOrders: new Set(),
    sums: new Map(),
    inUse: null,
    currencies: null,
    adjusted: new Map(),
    closed: new Map(),
    looseIntents: new Map(),
    looseOrders: new Map(),
    adoptedLegs: new Set(),
    unchecked: new Set(),
  };
  finders.set(books, made);
  for (const trade of books.trades.values()) {
    if (trade.adjustedAt !== null) made.adjusted.set(trade.id, trade);
    if (trade.closedAt !== null) {
      made.closed.set(trade.id, trade);
      continue;
    }
    tradeOpened(books, trade);
    tradeMoved(books, trade);
  }
  for (const [label, { intent }] of books.legs) if (intent === null) made.adoptedLegs.add(label);
  for (const record of books.intents.values()) intentChanged(books, record, true);
  for (const record of books.orders.values()) orderChanged(books, record, null);
  return made;
}

/** Which of two open trades was entered first. */
export const older = (a: TradeRecord, b: TradeRecord): number =>
  a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1);

function enlist(list: TradeRecord[], trade: TradeRecord): void {
  let [at, end] = [0, list.length];
  while (at < end) {
    const middle = (at + end) >> 1;
    if (older(list[middle] as TradeRecord, trade) > 0) end = middle;
    else at = middle + 1;
  }
  list.splice(at, 0, trade);
}

function listOf<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}

function strike<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  const at = list?.indexOf(item) ?? -1;
  if (list === undefined || at < 0) return;
  list.splice(at, 1);
  if (list.length === 0) lists.delete(key);
}

/** Strategies, specifications, what is held or what belongs to nobody may name another instrument or currency. */
export function useChanged(books: Books): void {
  const finder = finders.get(books);
  if (finder === undefined) return;
  finder.inUse = null;
  finder.currencies = null;
}

/** A trade has come into the books. */
export function tradeOpened(books: Books, trade: TradeRecord): void {
  const finder = finders.get(books);
  if (finder === undefined) return;
  finder.sums.delete(trade.instrument);
  useChanged(books);
  enlist(finder.open, trade);
  enlist(listOf(finder.openOfStrategy, trade.strategy), trade);
  enlist(listOf(finder.openOfInstrument, trade.instrument), trade);
  for (const { intent } of finder.intentsOfTrade.get(trade.id) ?? [])
    finder.looseIntents.delete(intent.label);
  for (const { order } of finder.ordersOfTrade.get(trade.id) ?? [])
    finder.looseOrders.delete(order.orderId);
}

/** A part of a trade left without a fill that was seen. */
export const tradeAdjusted = (books: Books, trade: TradeRecord): void =>
  void finders.get(books)?.adjusted.set(trade.id, trade);

/** A trade of another program, closed when it came, is in the books. */
export const tradeImported = (books: Books, trade: TradeRecord): void =>
  void finders.get(books)?.closed.set(trade.id, trade);

/** A trade is forgotten; it is out of the books already. */
export function tradeForgotten(books: Books, id: string): void {
  const finder = finders.get(books);
  if (finder === undefined) return;
  finder.adjusted.delete(id);
  finder.closed.delete(id);
  for (const record of finder.intentsOfTrade.get(id) ?? [])
    finder.looseIntents.set(record.intent.label, record);
  for (const record of finder.ordersOfTrade.get(id) ?? [])
    finder.looseOrders.set(record.order.orderId, record);
}

/** An order came with an adopted trade. */
export const legAdopted = (books: Books, label: string): void =>
  void finders.get(books)?.adoptedLegs.add(label);

/** What a trade has open has changed. */
export function tradeMoved(books: Books, trade: TradeRecord): void {
  const finder = finders.get(books);
  if (finder === undefined) return;
  finder.sums.delete(trade.instrument);
  if (trade.closedAt !== null) return;
  if (isZero(trade.open) && trade.entries.length > 0) finder.flat.set(trade.id, trade);
  else finder.flat.delete(trade.id);
  finder.restlessTrades.add(trade.id);
}

/** A trade is closed: what it leaves behind is looked at once more. */
export function tradeClosed(books: Books, trade: TradeRecord): void {
  const finder = finders.get(books);
  if (finder === undefined) return;
  finder.sums.delete(trade.instrument);
  useChanged(books);
  const at = finder.open.indexOf(trade);
  if (at >= 0) finder.open.splice(at, 1);
  strike(finder.openOfStrategy, trade.strategy, trade);
  strike(finder.openOfInstrument, trade.instrument, trade);
  finder.flat.delete(trade.id);
  finder.restlessTrades.delete(trade.id);
  finder.closed.set(trade.id, trade);
  for (const { order } of finder.ordersOfTrade.get(trade.id) ?? [])
    finder.restlessOrders.add(order.orderId);
}

/** A trade may have to be looked at for another reason. */
export function tradeStirred(books: Books, id: string | null): void {
  const trade = id === null ? undefined : books.trades.get(id);
  if (trade?.closedAt === null) finders.get(books)?.restlessTrades.add(trade.id);
}

const isInBooks = (books: Books, trade: string | null): boolean =>
  trade !== null && books.trades.has(trade);

/** An intent is new, or has another placement. */
export function intentChanged(books: Books, record: IntentRecord, fresh: boolean): void {
  const finder = finders.get(books);
  if (finder === undefined) return;
  const { intent, placement } = record;
  if (fresh && intent.trade !== null) listOf(finder.intentsOfTrade, intent.trade).push(record);
  if (fresh && !isInBooks(books, intent.trade)) finder.looseIntents.set(intent.label, record);
  if (placement.state === 'pending' || placement.state === 'unknown')
    finder.unresolved.set(intent.label, record);
  else finder.unresolved.delete(intent.label);
  if (placement.state === 'acked') {
    finder.ackedBy.set(placement.orderId, record);
    if (!books.orders.has(placement.orderId)) finder.unseen.set(intent.label, record);
  }
  if (intent.purpose === 'entry') finder.entries.set(intent.label, record);
  tradeStirred(books, intent.trade);
  if (placement.state !== 'rejected' && placement.state !== 'absent') return;
  for (const { order, leg } of books.orders.values())
    if (leg?.intent === intent.label) finder.restlessOrders.add(order.orderId);
}

/** An intent is forgotten. */
export function intentForgotten(books: Books, record: IntentRecord): void {
  const finder = finders.get(books);
  if (finder === undefined) return;
  const { intent, placement } = record;
  if (intent.trade !== null) strike(finder.intentsOfTrade, intent.trade, record);
  if (placement.state === 'acked') finder.ackedBy.delete(placement.orderId);
  finder.looseIntents.delete(intent.label);
  finder.unresolved.delete(intent.label);
  finder.unseen.delete(intent.label);
  finder.entries.delete(intent.label);
}

/** How far back the orders are looked at from which an order was born: one is what happens. */
const GENERATIONS = 4;

/** An order has been filled further, in the books or at the exchange: an entry that it is may be unfinished again, or done. */
export function orderStirred(books: Books, orderId: string): void {
  const finder = finders.get(books);
  if (finder === undefined) return;
  let id: string | null = orderId;
  for (let generation = 0; id !== null && generation < GENERATIONS; generation++) {
    const entry = finder.ackedBy.get(id);
    if (entry?.intent.purpose === 'entry') finder.entries.set(entry.intent.label, entry);
    const record: OrderRecord | undefined = books.orders.get(id);
    if (record === undefined) return;
    finder.restlessOrders.add(id);
    tradeStirred(books, record.leg?.trade ?? null);
    id = record.order.triggerOrderId;
  }
}

/** What the finder must know of an order as it was. */
export type Traits = { readonly trade: string | null; readonly born: string | null };

export const traitsOf = ({ order, leg }: OrderRecord): Traits => ({
  trade: leg?.trade ?? null,
  born: order.triggerOrderId,
});

/** An order is new (`before` null), or was seen again, or belongs elsewhere now. */
export function orderChanged(books: Books, record: OrderRecord, before: Traits | null): void {
  const finder = finders.get(books);
  if (finder === undefined) return;
  const { trade, born } = traitsOf(record);
  if (record.leg === null && isLive(record.order.state))
    finder.strangers.set(record.order.orderId, record);
  else finder.strangers.delete(record.order.orderId);
  finder.unchecked.add(record.order.orderId);
  if (isInBooks(books, trade)) finder.looseOrders.delete(record.order.orderId);
  else finder.looseOrders.set(record.order.orderId, record);
  if (before === null) {
    finder.places.set(record.order.orderId, (finder.lastPlace += 1));
    const acked = finder.ackedBy.get(record.order.orderId);
    if (acked !== undefined) finder.unseen.delete(acked.intent.label);
    if (trade !== null) listOf(finder.ordersOfTrade, trade).push(record);
    if (born !== null) listOf(finder.successors, born).push(record);
  } else {
    if (before.trade !== trade) reassign(books, finder, record, before.trade);
    if (before.born !== born) {
      if (before.born !== null) strike(finder.successors, before.born, record);
      if (born !== null) listOf(finder.successors, born).push(record);
    }
  }
  orderStirred(books, record.order.orderId);
}

/** An order belongs to another trade than before; the list of that one is made anew, in the order of the books. */
function reassign(books: Books, finder: Finder, record: OrderRecord, before: string | null): void {
  if (before !== null) strike(finder.ordersOfTrade, before, record);
  const trade = record.leg?.trade ?? null;
  if (trade !== null)
    finder.ordersOfTrade.set(
      trade,
      [...books.orders.values()].filter(({ leg }) => leg?.trade === trade),
    );
}

/** An order is forgotten; it is out of the books already. */
export function orderForgotten(books: Books, record: OrderRecord): void {
  const finder = finders.get(books);
  if (finder === undefined) return;
  const { trade, born } = traitsOf(record);
  if (trade !== null) strike(finder.ordersOfTrade, trade, record);
  if (born !== null) strike(finder.successors, born, record);
  finder.restlessOrders.delete(record.order.orderId);
  finder.strangers.delete(record.order.orderId);
  finder.unchecked.add(record.order.orderId);
  finder.looseOrders.delete(record.order.orderId);
  finder.places.delete(record.order.orderId);
  const acked = finder.ackedBy.get(record.order.orderId);
  if (acked !== undefined) finder.unseen.set(acked.intent.label, acked);
  orderStirred(books, record.order.orderId);
  if (born !== null) orderStirred(books, born);
}
