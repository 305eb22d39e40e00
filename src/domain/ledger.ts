/** Questions to the books. Nothing here changes them; what would be a walk over all of them is asked of their finder. */
import { type Decimal, ZERO, add, isZero, lte, max, min, sub, sum } from '../base/decimal.ts';
import { must } from '../base/assert.ts';
import { DAY, type Millis } from '../base/time.ts';
import type { Books, IntentRecord, Leg, OrderRecord, TradeRecord } from './books.ts';
import { finderOf } from './finder.ts';
import type { Instrument } from './instrument.ts';
import type { Purpose } from './intent.ts';
import { signed } from './money.ts';
import { type VenueOrder, isLive } from './order.ts';

/** The instrument's specification, which must have been read. */
export const instrumentOf = (books: Books, name: string): Instrument =>
  must(books.instruments.get(name), `specification of ${name}`);

/** Open trades, oldest entry first; of one instrument or strategy when named. */
export function openTrades(
  books: Books,
  only: { readonly instrument?: string; readonly strategy?: string } = {},
): TradeRecord[] {
  const { instrument, strategy } = only;
  const { open, openOfStrategy, openOfInstrument } = finderOf(books);
  if (strategy === undefined)
    return [...(instrument === undefined ? open : (openOfInstrument.get(instrument) ?? []))];
  const held = openOfStrategy.get(strategy) ?? [];
  return held.filter((trade) => instrument === undefined || trade.instrument === instrument);
}

/** Signed amount that belongs to no trade. */
export const foreignAmount = (books: Books, instrument: string): Decimal =>
  books.foreign.get(instrument)?.amount ?? ZERO;

/** What the books say that the account holds (I12, I17): open amounts of all trades plus the foreign amount, signed. */
export function bookedPosition(books: Books, instrument: string): Decimal {
  const { sums, openOfInstrument } = finderOf(books);
  let held = sums.get(instrument);
  if (held === undefined) {
    const trades = openOfInstrument.get(instrument) ?? [];
    held = sum(trades.map((trade) => signed(trade.direction, trade.open)));
    sums.set(instrument, held);
  }
  return add(held, foreignAmount(books, instrument));
}

/** Whether a trade is open on an instrument. */
export const isTraded = (books: Books, instrument: string): boolean =>
  finderOf(books).openOfInstrument.has(instrument);

/** Instruments of the strategies and of anything that the account holds. */
export function instrumentsInUse(books: Books): readonly string[] {
  const finder = finderOf(books);
  const { openOfInstrument, open, inUse } = finder;
  if (inUse !== null) return inUse;
  const names = new Set<string>();
  for (const strategy of books.strategies.values()) names.add(strategy.config.instrument);
  let others = 0;
  for (const name of openOfInstrument.keys()) if (!names.has(name)) others++;
  // In the order of their trades, as after a restart.
  if (others > 0) for (const trade of open) names.add(trade.instrument);
  for (const [name, foreign] of books.foreign) if (!isZero(foreign.amount)) names.add(name);
  finder.inUse = [...names];
  return finder.inUse;
}

/** Settlement currencies of everything in use. */
export function currenciesInUse(books: Books): readonly string[] {
  const finder = finderOf(books);
  if (finder.currencies !== null) return finder.currencies;
  const names = instrumentsInUse(books).map(
    (name) => books.instruments.get(name)?.settlementCurrency,
  );
  finder.currencies = [...new Set(names.filter((name) => name !== undefined))];
  return finder.currencies;
}

/** What is needed to attribute an order or fill. */
type Traces = Pick<VenueOrder, 'orderId' | 'label'> &
  Partial<Pick<VenueOrder, 'triggerOrderId' | 'primaryOrderId' | 'type'>>;

const PURPOSE_OF_TYPE: Readonly<Record<string, 'stop' | 'target'>> = {
  stop_market: 'stop',
  stop_limit: 'stop',
  take_market: 'target',
  take_limit: 'target',
};

/** Our leg that an order is: by order id, then trigger order, then primary order, then label; null when foreign. */
export function attribute(books: Books, traces: Traces): Leg | null {
  const known = books.orders.get(traces.orderId);
  if (known?.leg) return known.leg;
  if (traces.triggerOrderId) {
    const parent = books.orders.get(traces.triggerOrderId)?.leg;
    if (parent) return parent;
  }
  if (traces.primaryOrderId) {
    const entry = books.orders.get(traces.primaryOrderId)?.leg;
    const purpose = traces.type === undefined ? undefined : PURPOSE_OF_TYPE[traces.type];
    if (entry && purpose) return { ...entry, label: traces.label, purpose };
  }
  const leg = traces.label === '' ? undefined : books.legs.get(traces.label);
  return leg === undefined || isOtherKind(leg, { ...known?.order, ...traces }) ? null : leg;
}

/**
 * Whether an order under a label of ours is of another kind than the one that was intended under it: somebody else's, then.
 * What a trigger order turns into names it (FACTS, section 9.1), so that one is told apart.
 */
function isOtherKind(leg: Leg, { type, triggerOrderId }: Partial<VenueOrder>): boolean {
  if (leg.intent === null || type === undefined || triggerOrderId) return false;
  if (leg.purpose === 'stop') return type !== 'stop_market';
  if (leg.purpose === 'target') return type !== 'take_market';
  return type !== 'limit' && type !== 'market';
}

/** Intents without an outcome. */
export const unresolvedIntents = (books: Books): IntentRecord[] => [
  ...finderOf(books).unresolved.values(),
];

/** Real time after an order's end from which a check that agrees accounts for all of it, also for fills that were never shown. */
const ACCOUNTED = 10_000;

/**
 * I8: an order is done when it is final at the exchange and all that it filled is booked, or both sides agreed in a check
 * that began well after its end. A triggered one lives on in its successor.
 */
export function isDone(books: Books, record: OrderRecord): boolean {
  const { order } = record;
  if (isLive(order.state)) return false;
  if (order.state === 'triggered') {
    const successors = successorsOf(books, order.orderId);
    return successors.length > 0 && successors.every((successor) => isDone(books, successor));
  }
  if (lte(order.filled, books.booked.get(order.orderId) ?? ZERO)) return true;
  return (
    books.cursor !== null && books.cursor > order.updatedAt + ACCOUNTED * Math.max(1, books.speed)
  );
}

/** Orders that were born from a trigger order. */
export const successorsOf = (books: Books, orderId: string): readonly OrderRecord[] =>
  finderOf(books).successors.get(orderId) ?? [];

/** Whether nothing can come of an intent any more: refused, proved absent, or its order is done. */
export function isFinished(books: Books, record: IntentRecord): boolean {
  const { placement } = record;
  switch (placement.state) {
    case 'pending':
    case 'unknown':
      return false;
    case 'rejected':
    case 'absent':
      return true;
    case 'acked': {
      const order = books.orders.get(placement.orderId);
      return order !== undefined && isDone(books, order);
    }
  }
}

/** Orders of a trade's legs, whatever their state. */
export const ordersOfTrade = (books: Books, trade: string): OrderRecord[] => [
  ...(finderOf(books).ordersOfTrade.get(trade) ?? []),
];

/** Intents of a trade, oldest first. */
export const intentsOfTrade = (books: Books, trade: string): readonly IntentRecord[] =>
  finderOf(books).intentsOfTrade.get(trade) ?? [];

/** Amount of live orders of a trade for one purpose that is still to fill. A triggered order counts by its live successor. */
export function liveAmount(books: Books, trade: string, purpose: Purpose): Decimal {
  let total = ZERO;
  for (const { order, leg } of finderOf(books).ordersOfTrade.get(trade) ?? []) {
    if (leg?.purpose !== purpose || !isLive(order.state) || isAsleep(order)) continue;
    total = add(total, sub(order.amount, order.filled));
  }
  return total;
}

/**
 * Where the live stop or target of a trade stands, when none of them stands where the books say and no change of ours is
 * under way; of several the one that is furthest from the price. Null where the books are right, or nothing stands.
 */
export function movedTo(
  books: Books,
  trade: TradeRecord,
  purpose: 'stop' | 'target',
): Decimal | null {
  const booked = purpose === 'stop' ? trade.stopLoss : trade.takeProfit;
  const prices = (finderOf(books).ordersOfTrade.get(trade.id) ?? []).flatMap(({ order, leg }) =>
    leg?.purpose === purpose && order.state === 'untriggered' && !isAsleep(order)
      ? (order.triggerPrice ?? [])
      : [],
  );
  if (booked === null || prices.length === 0 || prices.includes(booked)) return null;
  if ([...books.changes.values()].some((change) => change.trade === trade.id)) return null;
  const isBelow = (trade.direction === 'long') === (purpose === 'stop');
  return prices.reduce((a, b) => (isBelow ? min(a, b) : max(a, b)));
}

/** Unresolved intents of a trade with one of the purposes. */
export const unresolvedOf = (
  books: Books,
  trade: string,
  purposes: readonly Purpose[],
): IntentRecord[] =>
  unresolvedIntents(books).filter(
    ({ intent }) => intent.trade === trade && purposes.includes(intent.purpose),
  );

/** Whether an entry of this trade may still fill. */
export function isEntering(books: Books, trade: string): boolean {
  return unfinishedEntries(books).some(({ intent }) => intent.trade === trade);
}

/** Whether something that closes the trade is under way: our close is not done, or its stop or target has been triggered. */
export function isExiting(books: Books, trade: string): boolean {
  for (const record of intentsOfTrade(books, trade)) {
    const { intent } = record;
    if (intent.purpose === 'entry' || intent.purpose === 'stop' || intent.purpose === 'target')
      continue;
    if (!isFinished(books, record)) return true;
  }
  for (const { order } of finderOf(books).ordersOfTrade.get(trade) ?? [])
    if (order.state === 'open' && order.triggerOrderId !== null) return true;
  return false;
}

/** The unfinished entry of a strategy, if there is one. */
export function pendingEntry(books: Books, strategy: string): IntentRecord | undefined {
  const found = unfinishedEntries(books).filter(({ intent }) => intent.strategy === strategy);
  if (found.length < 2) return found[0];
  return [...books.intents.values()].find((record) => found.includes(record));
}

/** Entries of which something may still come. */
function unfinishedEntries(books: Books): IntentRecord[] {
  const { entries } = finderOf(books);
  for (const [label, record] of entries) if (isFinished(books, record)) entries.delete(label);
  return [...entries.values()];
}

const BLOCKING = new Set<string>([
  'ghost_trade',
  'orphan_position',
  'size_mismatch',
  'side_mismatch',
  'missing_stop',
  'orphan_order',
  'lost_order',
  'missed_fill',
  'unresolved_intent',
  'foreign_activity',
]);

/** Open breaks about position, order or stop of an instrument: they block openings on it. */
export const blockingBreaks = (books: Books, instrument: string) =>
  [...books.breaks.values()].filter(
    ({ break: found }) => found.instrument === instrument && BLOCKING.has(found.kind),
  );

/** How long a fill may turn up that explains a close which was assumed. */
const ASSUMPTION_MEMORY = 7 * DAY;

/** The oldest entry of a trade that is said to have ended unseen, as far back as a fill may still turn up; Infinity without one. */
export function oldestAssumption(books: Books, now: Millis): Millis {
  let oldest = Infinity;
  for (const trade of finderOf(books).adjusted.values()) {
    if (isZero(trade.adjusted) || (trade.adjustedAt ?? 0) < now - ASSUMPTION_MEMORY) continue;
    oldest = Math.min(oldest, trade.openedAt);
  }
  return oldest;
}

/** When the oldest trade happened that the exchange's log names and no fill has shown, as far back as one may turn up; Infinity without one. */
export const oldestUnmet = (books: Books, now: Millis): Millis =>
  Math.min(Infinity, ...[...books.unmet.values()].filter((at) => at >= now - ASSUMPTION_MEMORY));

/** Whether an order is the secondary one of an entry: what it wakes as has an id of its own (FACTS 9.5, `OTO-` ids). */
export const isSecondary = ({ orderId }: VenueOrder): boolean => orderId.startsWith('OTO-');

/** Whether an order is a secondary one that its entry has not woken yet: it protects nothing. */
export const isAsleep = (order: VenueOrder): boolean =>
  order.state === 'untriggered' && isSecondary(order);
