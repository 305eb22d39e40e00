/** How the books of trades and foreign amounts change: fills, funding, adjustments, adoption, correction, closing. */
import {
  type Decimal,
  ZERO,
  abs,
  add,
  gte,
  isZero,
  lt,
  min,
  mul,
  neg,
  sign,
  sub,
} from '../base/decimal.ts';
import { startOfDay, type Millis } from '../base/time.ts';
import { assert, must } from '../base/assert.ts';
import type { Books, TradeRecord } from './books.ts';
import { countOpened } from './evolve-strategy.ts';
import type { FactBody } from './fact.ts';
import { fillKey } from './fill.ts';
import { importKey } from './import.ts';
import { hold, newMark, sessionStart } from './funding.ts';
import {
  finderOf,
  legAdopted,
  orderChanged,
  orderStirred,
  traitsOf,
  tradeAdjusted,
  tradeClosed,
  tradeMoved,
  tradeOpened,
  useChanged,
} from './finder.ts';
import { isEntering } from './ledger.ts';
import { type Lot, grossPnl, signed } from './money.ts';

type Data<Type extends FactBody['type']> = Extract<FactBody, { readonly type: Type }>['data'];

type Move = { readonly change: Decimal; readonly price: Decimal | null; readonly at: Millis };

/** What belongs to no trade changes. */
export function moveForeign(books: Books, instrument: string, { change, price, at }: Move): void {
  const foreign = books.foreign.get(instrument) ?? {
    amount: ZERO,
    averagePrice: null,
    decided: ZERO,
    wantFlat: ZERO,
    since: at,
  };
  const amount = add(foreign.amount, change);
  holds(books, { instrument, trade: null, change, at });
  const grows = isZero(foreign.amount) || sign(foreign.amount) === sign(change);
  const average = isZero(amount)
    ? null
    : grows || sign(amount) !== sign(foreign.amount)
      ? (price ?? foreign.averagePrice)
      : foreign.averagePrice;
  const decided = within(foreign.decided, amount);
  books.foreign.set(instrument, {
    amount,
    averagePrice: average,
    decided,
    wantFlat: within(foreign.wantFlat, sub(amount, decided)),
    since: isZero(foreign.amount) ? at : foreign.since,
  });
  useChanged(books);
}

type Held = {
  readonly instrument: string;
  readonly trade: string | null;
  readonly change: Decimal;
  readonly at: Millis;
};

/** Who shares the instrument's funding from then on. */
function holds(books: Books, { instrument, trade, ...move }: Held): void {
  if (!books.funding.has(instrument)) books.funding.set(instrument, newMark(sessionStart(move.at)));
  hold(must(books.funding.get(instrument), instrument), trade, move);
}

/** What a trade has open changes. */
export function openBy(books: Books, trade: TradeRecord, change: Decimal, at: Millis): void {
  const { instrument, id, direction } = trade;
  trade.open = add(trade.open, change);
  holds(books, { instrument, trade: id, change: signed(direction, change), at });
  tradeMoved(books, trade);
}

/** A part with the sign of the whole and no larger than it. */
export function within(part: Decimal, whole: Decimal): Decimal {
  if (sign(part) !== sign(whole)) return ZERO;
  return lt(abs(part), abs(whole)) ? part : whole;
}

/** One fill, once (I11); its allocations sum to it. */
export function onFill(books: Books, data: Data<'FILL_BOOKED'>, at: Millis): void {
  const { fill, allocations, opens, exit } = data;
  assert(!books.fills.has(fillKey(fill)), `fill ${fillKey(fill)} booked twice`);
  books.fills.set(fillKey(fill), fill.at);
  books.unmet.delete(fillKey(fill));
  books.booked.set(fill.orderId, add(books.booked.get(fill.orderId) ?? ZERO, fill.amount));
  orderStirred(books, fill.orderId);
  if (fill.liquidation) books.liquidated.set(fill.instrument, fill.at);
  for (const allocation of allocations) {
    if (allocation.trade === null) {
      const change = fill.direction === 'buy' ? allocation.amount : sub(ZERO, allocation.amount);
      moveForeign(books, fill.instrument, { change, price: fill.price, at: fill.at });
      continue;
    }
    if (opens !== null && opens.trade === allocation.trade && !books.trades.has(opens.trade))
      openTrade(books, fill.instrument, fill.at, opens);
    const trade = must(books.trades.get(allocation.trade), `trade ${allocation.trade}`);
    const lot = { amount: allocation.amount, price: fill.price };
    if (allocation.role === 'replace') {
      replaceAdjusted(books, trade, { lot, fee: allocation.fee, exit, at });
      continue;
    }
    trade.fees = add(trade.fees, allocation.fee);
    if (allocation.role === 'open') {
      trade.entries.push(lot);
      openBy(books, trade, allocation.amount, fill.at);
    } else {
      assert(gte(trade.open, allocation.amount), `${trade.id} closes more than is open`);
      trade.exits.push(lot);
      openBy(books, trade, neg(allocation.amount), fill.at);
      const how = allocation.exit ?? exit;
      if (how !== null) trade.exit = how;
    }
  }
  settleTrades(books, at, fill.at);
}

function openTrade(
  books: Books,
  instrument: string,
  at: Millis,
  opens: NonNullable<Data<'FILL_BOOKED'>['opens']>,
): void {
  const { trade: id, strategy, direction, parent, entryLabel, stopLoss, takeProfit } = opens;
  const opened: TradeRecord = {
    id,
    strategy,
    instrument,
    direction,
    openedAt: at,
    closedAt: null,
    settledAt: null,
    entries: [],
    exits: [],
    open: ZERO,
    adjusted: ZERO,
    adjustedAt: null,
    fees: ZERO,
    funding: ZERO,
    fundingSettled: ZERO,
    stopLoss,
    takeProfit,
    exit: null,
    pnlSource: 'fills',
    origin: 'strategy',
    parent,
    corrected: false,
    entryLabel,
  };
  books.trades.set(id, opened);
  tradeOpened(books, opened);
  if (parent !== null) books.counters.trade += 1;
  const record = books.strategies.get(strategy);
  if (record !== undefined) countOpened(record, at);
}

/** How something closed that was assumed to have closed without a fill. */
type LateExit = {
  readonly lot: Lot;
  readonly fee: Decimal;
  readonly exit: TradeRecord['exit'];
  readonly at: Millis;
};

/**
 * A fill that turns up after its trade was closed without it: the assumption is replaced, the position does not move again.
 * The reason stays that of the cleaning up unless the fill was our own stop's or target's (I21).
 */
function replaceAdjusted(books: Books, trade: TradeRecord, { lot, fee, exit, at }: LateExit): void {
  assert(
    gte(trade.adjusted, lot.amount),
    `${trade.id} is closed and holds no assumption of this size`,
  );
  recount(books, trade, () => {
    trade.exits.push(lot);
    trade.fees = add(trade.fees, fee);
    trade.adjusted = sub(trade.adjusted, lot.amount);
  });
  trade.corrected = true;
  if (trade.settledAt !== null) trade.settledAt = at;
  if (exit !== null)
    trade.exit =
      exit.reason === 'external_close' && trade.exit !== null
        ? { reason: trade.exit.reason, by: exit.by }
        : exit;
  if (isZero(trade.adjusted)) trade.pnlSource = 'fills';
}

/** Realised result before fees and funding, of what was seen to close. */
export function realised(books: Books, trade: TradeRecord): Decimal {
  const kind = books.instruments.get(trade.instrument)?.kind ?? 'linear';
  return grossPnl(kind, trade.direction, trade.entries, trade.exits);
}

/** Net result in USD as the daily loss limit counts it: what left unseen counts at its stop price (N1). */
function countedResult(books: Books, trade: TradeRecord): Decimal {
  const instrument = books.instruments.get(trade.instrument);
  const kind = instrument?.kind ?? 'linear';
  const exits =
    trade.stopLoss !== null && !isZero(trade.adjusted)
      ? [...trade.exits, { amount: trade.adjusted, price: trade.stopLoss }]
      : trade.exits;
  const net = add(
    sub(grossPnl(kind, trade.direction, trade.entries, exits), trade.fees),
    trade.funding,
  );
  const last = exits.at(-1)?.price ?? trade.entries.at(-1)?.price;
  return kind === 'inverse' && last !== undefined ? mul(net, last) : net;
}

/** Closes every trade that has nothing open and of which nothing can come any more (I18). */
export function settleTrades(books: Books, at: Millis, closedAt: Millis = at): void {
  const { flat, unresolved } = finderOf(books);
  for (const trade of flat.values()) {
    if (isEntering(books, trade.id)) continue;
    const waits = [...unresolved.values()].some(({ intent }) => intent.trade === trade.id);
    if (!waits) closeTrade(books, trade, { closedAt, at });
  }
}

function closeTrade(
  books: Books,
  trade: TradeRecord,
  { closedAt, at }: { readonly closedAt: Millis; readonly at: Millis },
): void {
  trade.closedAt = closedAt;
  trade.settledAt = at;
  tradeClosed(books, trade);
  const day = startOfDay(closedAt);
  const own = books.dailyOf.get(trade.strategy) ?? { day, net: ZERO };
  books.dailyOf.set(trade.strategy, own);
  const result = countedResult(books, trade);
  for (const daily of [books.daily, own]) {
    // A close that is found a day late is of that day, and leaves what today has lost as it is.
    if (day > daily.day) Object.assign(daily, { day, net: ZERO });
    if (day === daily.day) daily.net = add(daily.net, result);
  }
  const strategy = books.strategies.get(trade.strategy);
  if (strategy === undefined) return;
  strategy.lastClosedAt = closedAt;
  if (!finderOf(books).openOfStrategy.has(trade.strategy)) strategy.wantFlat = null;
}

/** A change of a trade's result; that of one that has closed today was counted before it. */
export function recount(books: Books, trade: TradeRecord, change: () => void): void {
  const day =
    trade.closedAt !== null && trade.origin !== 'imported' ? startOfDay(trade.closedAt) : null;
  const counts = [books.daily, books.dailyOf.get(trade.strategy)].filter(
    (daily) => daily?.day === day,
  );
  const before = counts.length > 0 ? countedResult(books, trade) : ZERO;
  change();
  for (const daily of counts)
    if (daily !== undefined) daily.net = add(daily.net, sub(countedResult(books, trade), before));
}

/** A change of the position without a fill: of a trade (closed without a known result) or of the foreign amount. */
export function onAdjusted(books: Books, data: Data<'POSITION_ADJUSTED'>, at: Millis): void {
  const trade = data.trade === null ? undefined : books.trades.get(data.trade);
  if (trade === undefined)
    return moveForeign(books, data.instrument, { change: data.amount, price: data.exitPrice, at });
  const left = min(trade.open, data.amount.startsWith('-') ? sub(ZERO, data.amount) : data.amount);
  assert(
    signed(trade.direction, left) === sub(ZERO, data.amount),
    `${trade.id} can't be adjusted by ${data.amount}`,
  );
  openBy(books, trade, neg(left), at);
  trade.adjusted = add(trade.adjusted, left);
  trade.adjustedAt = at;
  tradeAdjusted(books, trade);
  trade.pnlSource = 'unknown';
  if (data.reason !== 'foreign_gone' && data.reason !== 'accepted')
    trade.exit = { reason: data.reason, by: 'unknown' };
  settleTrades(books, at);
}

/** What is left at the end of a dated future is closed at its delivery price. */
export function onDelivered(books: Books, data: Data<'POSITION_DELIVERED'>, at: Millis): void {
  const { instrument, price, at: ended } = data;
  for (const { trade: id, amount, fee } of data.allocations) {
    if (id === null) {
      moveForeign(books, instrument, { change: amount, price, at: ended });
      continue;
    }
    const trade = must(books.trades.get(id), `trade ${id}`);
    const closed = abs(amount);
    assert(gte(trade.open, closed), `${id} is delivered with more than is open`);
    trade.exits.push({ amount: closed, price });
    trade.fees = add(trade.fees, fee);
    trade.exit = { reason: 'delivery', by: 'delivery' };
    openBy(books, trade, neg(closed), ended);
  }
  settleTrades(books, at, ended);
}

/** A foreign amount becomes a trade of a strategy; orders that protect it become its legs. */
export function onAdopted(books: Books, data: Data<'TRADE_ADOPTED'>): void {
  books.counters.trade += 1;
  moveForeign(books, data.instrument, {
    change: sub(ZERO, signed(data.direction, data.amount)),
    price: null,
    at: data.openedAt,
  });
  const adopted: TradeRecord = {
    id: data.trade,
    strategy: data.strategy,
    instrument: data.instrument,
    direction: data.direction,
    openedAt: data.openedAt,
    closedAt: null,
    settledAt: null,
    entries: [{ amount: data.amount, price: data.entryPrice }],
    exits: [],
    open: ZERO,
    adjusted: ZERO,
    adjustedAt: null,
    fees: data.fees,
    funding: ZERO,
    fundingSettled: ZERO,
    stopLoss: data.stopLoss,
    takeProfit: data.takeProfit,
    exit: null,
    pnlSource: 'fills',
    origin: 'adopted',
    parent: null,
    corrected: false,
    entryLabel: null,
  };
  books.trades.set(data.trade, adopted);
  tradeOpened(books, adopted);
  openBy(books, adopted, data.amount, data.openedAt);
  for (const { order, purpose } of data.orders) {
    const leg = {
      intent: null,
      label: order.label,
      purpose,
      trade: data.trade,
      strategy: data.strategy,
    };
    const known = books.orders.get(order.orderId);
    const record = known ?? { order, leg };
    const before = known === undefined ? null : traitsOf(known);
    record.order = order;
    record.leg = leg;
    books.orders.set(order.orderId, record);
    orderChanged(books, record, before);
    if (order.label === '') continue;
    books.legs.set(order.label, leg);
    legAdopted(books, order.label);
  }
  if (data.imported !== undefined)
    books.imported.set(importKey(data.imported.source, data.imported.row), data.trade);
  const strategy = books.strategies.get(data.strategy);
  if (strategy !== undefined) countOpened(strategy, data.openedAt);
}

/** What stops a trade, or ends it with a gain, stands at another price now. */
export function onStopMoved(
  books: Books,
  { trade, stopLoss, takeProfit }: Data<'STOP_MOVED'>,
): void {
  const record = books.trades.get(trade);
  if (record === undefined) return;
  record.stopLoss = stopLoss;
  if (takeProfit !== undefined) record.takeProfit = takeProfit;
}

/** A person states how a trade ended that nobody saw end. */
export function onCorrected(books: Books, data: Data<'TRADE_CORRECTED'>, at: Millis): void {
  const trade = books.trades.get(data.trade);
  if (trade === undefined || isZero(trade.adjusted)) return;
  replaceAdjusted(books, trade, {
    lot: { amount: trade.adjusted, price: data.exitPrice },
    fee: data.fees,
    exit: trade.exit,
    at,
  });
}
