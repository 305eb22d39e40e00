/** The books in the shapes that people and scripts see (`shown.ts`). Pure functions of the books: status is never stored (I20). */
import { type Decimal, ZERO, add, div, gte, isZero, mul, sub, sum } from '../base/decimal.ts';
import { isoTime } from '../base/time.ts';
import type { Books, IntentRecord, OrderRecord, StrategyRecord, TradeRecord } from './books.ts';
import { realised } from './evolve-trade.ts';
import {
  bookedPosition,
  foreignAmount,
  isAsleep,
  isEntering,
  isExiting,
  liveAmount,
  openTrades,
  ordersOfTrade,
  pendingEntry,
} from './ledger.ts';
import { averagePrice, notional, signed, totalAmount } from './money.ts';
import { isLive, type OriginFlags } from './order.ts';
import type { Order, Position, StopShown, Strategy, Trade, TradePhase } from './shown.ts';
import { type Activity, type Assurance, statusOf } from './status.ts';

function phaseOf(books: Books, trade: TradeRecord): TradePhase {
  if (trade.closedAt !== null) return trade.pnlSource === 'unknown' ? 'needs_you' : 'closed';
  if (isEntering(books, trade.id)) return 'entering';
  return isExiting(books, trade.id) ? 'exiting' : 'open';
}

/** Ids of open breaks about a trade. */
const breaksOf = (books: Books, trade: string): string[] =>
  [...books.breaks.values()]
    .filter(({ subject }) => subject === trade)
    .map(({ break: found }) => found.id);

/** A trade as shown. PnL fields: gross before fees, `net = gross - fees + funding`, in the settlement currency. */
export function presentTrade(books: Books, trade: TradeRecord): Trade {
  const instrument = books.instruments.get(trade.instrument);
  const kind = instrument?.kind ?? 'linear';
  const amount = totalAmount(trade.entries);
  const entryPrice = averagePrice(kind, trade.entries);
  const known = trade.pnlSource !== 'unknown';
  const grossPnl = known ? realised(books, trade) : ZERO;
  const netPnl = known ? add(sub(grossPnl, trade.fees), trade.funding) : ZERO;
  const entryValue = entryPrice === null ? ZERO : notional(kind, amount, entryPrice);
  return {
    id: trade.id,
    account: books.account?.id ?? '',
    strategy: trade.strategy,
    instrument: trade.instrument,
    direction: trade.direction,
    status: trade.closedAt === null ? 'open' : 'closed',
    phase: phaseOf(books, trade),
    amount,
    openAmount: trade.open,
    entryPrice,
    exitPrice: averagePrice(kind, trade.exits),
    stopLoss: trade.stopLoss,
    takeProfit: trade.takeProfit,
    openedAt: isoTime(trade.openedAt),
    closedAt: trade.closedAt === null ? null : isoTime(trade.closedAt),
    exitReason: trade.exit?.reason ?? null,
    closedBy: trade.closedAt === null ? null : (trade.exit?.by ?? null),
    grossPnl,
    fees: trade.fees,
    funding: trade.funding,
    fundingSettled: trade.fundingSettled,
    netPnl,
    pnlPercentage:
      trade.closedAt === null || isZero(entryValue)
        ? null
        : div(mul(netPnl, '100' as Decimal), entryValue, 4),
    currency: instrument?.settlementCurrency ?? '',
    pnlSource: trade.pnlSource,
    origin: trade.origin,
    parent: trade.parent,
    corrected: trade.corrected,
    breaks: breaksOf(books, trade.id),
  };
}

/** Where an order came from, by the exchange's own flags; absent flags prove nothing. */
export function originOf(flags: OriginFlags, ours: boolean, liquidation: boolean): Order['origin'] {
  if (liquidation) return 'liquidation';
  if (ours) return 'engine';
  if (flags.web === true) return 'web';
  if (flags.mobile === true) return 'mobile';
  return flags.api === true ? 'other_api' : 'unknown';
}

/** An order that the exchange has shown. */
export function presentOrder({ order, leg }: OrderRecord): Order {
  return {
    orderId: order.orderId,
    label: order.label,
    intent: leg?.intent ?? null,
    strategy: leg?.strategy ?? null,
    tradeId: leg?.trade ?? null,
    instrument: order.instrument,
    direction: order.direction,
    type: order.type,
    amount: order.amount,
    filled: order.filled,
    averagePrice: order.averagePrice,
    price: order.price,
    triggerPrice: order.triggerPrice,
    reduceOnly: order.reduceOnly,
    state: order.state,
    origin: originOf(order.flags, leg !== null, order.isLiquidation),
    createdAt: isoTime(order.createdAt),
    updatedAt: isoTime(order.updatedAt),
  };
}

/** An intent that the exchange has not shown as an order; undefined once it has. */
export function presentIntent({ intent, placement, at }: IntentRecord): Order | undefined {
  if (placement.state === 'acked') return undefined;
  return {
    orderId: null,
    label: intent.label,
    intent: intent.label,
    strategy: intent.strategy,
    tradeId: intent.trade,
    instrument: intent.instrument,
    direction: intent.direction,
    type: intent.type,
    amount: intent.amount,
    filled: ZERO,
    averagePrice: null,
    price: intent.price,
    triggerPrice: intent.triggerPrice,
    reduceOnly: intent.reduceOnly,
    state: placement.state,
    origin: 'engine',
    createdAt: isoTime(at),
    updatedAt: isoTime(at),
  };
}

/** The protective stop of all open trades of an instrument together. */
function stopOf(books: Books, trades: readonly TradeRecord[]): StopShown {
  const open = trades.filter((trade) => !isZero(trade.open));
  if (open.length === 0) return { state: 'none', amount: ZERO, orderId: null, price: null };
  const amount = sum(open.map((trade) => liveAmount(books, trade.id, 'stop')));
  const order = open
    .flatMap((trade) => ordersOfTrade(books, trade.id))
    .find(
      ({ order: found, leg }) => leg?.purpose === 'stop' && isLive(found.state) && !isAsleep(found),
    )?.order;
  const whole = open.every((trade) => gte(liveAmount(books, trade.id, 'stop'), trade.open));
  const state = whole ? 'on_exchange' : isZero(amount) ? 'missing' : 'partial';
  return { state, amount, orderId: order?.orderId ?? null, price: order?.triggerPrice ?? null };
}

/** A position as the books hold it. Prices and unrealised PnL move without facts: they travel in MARKET frames. */
export function presentPosition(books: Books, name: string): Position {
  const instrument = books.instruments.get(name);
  const trades = openTrades(books, { instrument: name });
  const byStrategy: Record<string, Decimal> = {};
  for (const trade of trades)
    byStrategy[trade.strategy] = add(
      byStrategy[trade.strategy] ?? ZERO,
      signed(trade.direction, trade.open),
    );
  const foreign = books.foreign.get(name);
  const lots = trades.flatMap((trade) => {
    const price = averagePrice(instrument?.kind ?? 'linear', trade.entries);
    return price === null || isZero(trade.open) ? [] : [{ amount: trade.open, price }];
  });
  if (foreign?.averagePrice && !isZero(foreign.amount))
    lots.push({
      amount: foreign.amount.startsWith('-') ? sub(ZERO, foreign.amount) : foreign.amount,
      price: foreign.averagePrice,
    });
  return {
    account: books.account?.id ?? '',
    instrument: name,
    size: bookedPosition(books, name),
    averagePrice: averagePrice(instrument?.kind ?? 'linear', lots),
    markPrice: null,
    unrealisedPnl: null,
    currency: instrument?.settlementCurrency ?? '',
    foreignAmount: foreignAmount(books, name),
    byStrategy,
    stop: stopOf(books, trades),
    verifiedAt: books.lastReport?.ok === true ? books.lastReport.startedAt : null,
  };
}

/** What a strategy does, as confirmed by the exchange. */
export function activityOf(books: Books, strategy: StrategyRecord): Activity {
  const { id } = strategy.config;
  const trade = openTrades(books, { strategy: id }).find((open) => !isZero(open.open));
  if (trade !== undefined) return isExiting(books, trade.id) ? 'exiting' : 'position_open';
  if (pendingEntry(books, id) !== undefined) return 'entering';
  if (openTrades(books, { strategy: id }).length > 0) return 'exiting';
  if (strategy.control.value === 'halted' || strategy.control.value === 'stopped') return 'idle';
  if (!strategy.ready) return 'initializing';
  return strategy.evaluation?.signal && strategy.control.value === 'running'
    ? 'signal_detected'
    : 'analyzing';
}

/** How far the books of an instrument are known to equal the exchange. */
export const assuranceOf = (books: Books, instrument: string): Assurance =>
  books.assurance.get(instrument)?.value ?? 'blind';

/** A strategy as shown; `since` is given, because it is when the status last changed. */
export function presentStrategy(books: Books, strategy: StrategyRecord, since: string): Strategy {
  const activity = activityOf(books, strategy);
  const assurance = assuranceOf(books, strategy.config.instrument);
  const { value, by, reason, at } = strategy.control;
  const status = statusOf({ control: value, activity, assurance });
  return {
    id: strategy.config.id,
    kind: strategy.config.kind,
    instrument: strategy.config.instrument,
    status,
    label: status === 'paused' || status === 'draining' ? `${status} · ${activity}` : status,
    control: { value, by, reason, at: isoTime(at) },
    activity,
    assurance,
    since,
    position: openTrades(books, { strategy: strategy.config.id })[0]?.id ?? null,
    checkpoints: strategy.evaluation?.checkpoints ?? [],
    strength: strategy.evaluation?.strength ?? 0,
    why: strategy.evaluation?.why ?? null,
    config: { ...strategy.config.settings, claim: strategy.config.claim },
  };
}
