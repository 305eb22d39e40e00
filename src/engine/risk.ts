/**
 * The limits of risk (I39), of the account and of each strategy for itself: order and position in USD, open orders, messages,
 * the loss of today. What is not resolved counts as filled, what is not shown as standing, and what has no fresh price as
 * it would end at its stop.
 */
import {
  type Decimal,
  ZERO,
  abs,
  add,
  gt,
  gte,
  isZero,
  mul,
  neg,
  sign,
  sub,
  sum,
} from '../base/decimal.ts';
import { startOfDay } from '../base/time.ts';
import type { Books, Daily, TradeRecord } from '../domain/books.ts';
import { realised } from '../domain/evolve-trade.ts';
import type { StrategyLimits } from '../domain/config.ts';
import { usdValue } from '../domain/instrument.ts';
import type { Intent } from '../domain/intent.ts';
import { foreignAmount, instrumentsInUse, isFinished, openTrades } from '../domain/ledger.ts';
import { averagePrice, signed, unrealisedPnl } from '../domain/money.ts';
import { isLive } from '../domain/order.ts';
import { MARKET_FRESH } from './limits.ts';
import { markPrice } from './observe.ts';
import type { Turn } from './turn.ts';

/** What an entry would be, before it has labels. */
export type Proposal = Pick<Intent, 'strategy' | 'instrument' | 'direction' | 'amount' | 'price'>;

/** Why the limits forbid it. `stale_market`: what an open trade has lost can't be told. */
export type OverLimit =
  | 'order_too_large'
  | 'position_too_large'
  | 'account_too_large'
  | 'too_many_orders'
  | 'message_rate'
  | 'stale_market'
  | 'daily_loss';

/** The first limit that an entry would exceed: of the account, then of its strategy. */
export function overLimit(turn: Turn, proposal: Proposal): OverLimit | undefined {
  const { risk, strategies } = turn.books;
  const own = strategies.get(proposal.strategy)?.config.limits ?? {};
  return (
    overSize(turn, proposal, risk) ??
    overSize(turn, proposal, own, proposal.strategy) ??
    overAccount(turn, proposal) ??
    overCount(turn, risk) ??
    overCount(turn, own, proposal.strategy) ??
    overLoss(turn, risk) ??
    overLoss(turn, own, proposal.strategy)
  );
}

/** Order and position on the instrument: of all, or of one strategy. */
function overSize(
  { books }: Turn,
  { instrument: name, amount, price }: Proposal,
  { maxOrderUsd, maxPositionUsd }: StrategyLimits,
  strategy?: string,
): OverLimit | undefined {
  const instrument = books.instruments.get(name);
  if (instrument === undefined || price === null) return 'stale_market';
  const worth = (size: Decimal): Decimal => usdValue(instrument, size, price);
  if (maxOrderUsd !== undefined && gt(worth(amount), maxOrderUsd)) return 'order_too_large';
  const held = abs(sum(exposures(books, name, strategy)));
  return maxPositionUsd !== undefined && gt(worth(add(held, amount)), maxPositionUsd)
    ? 'position_too_large'
    : undefined;
}

/** All instruments together, each by its size whatever its direction, at the last mark. */
function overAccount(turn: Turn, proposal: Proposal): OverLimit | undefined {
  const { books, live } = turn;
  const most = books.risk.maxAccountUsd;
  if (most === undefined) return undefined;
  let total = ZERO;
  for (const name of new Set([...instrumentsInUse(books), proposal.instrument])) {
    const asked = name === proposal.instrument;
    const held = add(abs(sum(exposures(books, name))), asked ? proposal.amount : ZERO);
    if (isZero(held)) continue;
    const instrument = books.instruments.get(name);
    const price = asked ? proposal.price : live.tickers.get(name)?.ticker.markPrice;
    if (instrument === undefined || price === undefined || price === null) return 'stale_market';
    total = add(total, usdValue(instrument, held, price));
  }
  return gt(total, most) ? 'account_too_large' : undefined;
}

/** An entry, its stop, its target. */
const LEGS = 3;
const MINUTE = 60_000;

function overCount(
  turn: Turn,
  limits: Pick<Books['risk'], 'maxMessagesPerMinute'> & StrategyLimits,
  strategy?: string,
): OverLimit | undefined {
  const { maxOpenOrders, maxMessagesPerMinute } = limits;
  if (maxOpenOrders !== undefined && standing(turn.books, strategy) + LEGS > maxOpenOrders)
    return 'too_many_orders';
  const since = turn.now.mono - MINUTE;
  return maxMessagesPerMinute !== undefined &&
    turn.live.orderMessages.filter((at) => at > since).length >= maxMessagesPerMinute
    ? 'message_rate'
    : undefined;
}

function overLoss(
  turn: Turn,
  { maxDailyLossUsd }: StrategyLimits,
  strategy?: string,
): OverLimit | undefined {
  if (maxDailyLossUsd === undefined) return undefined;
  const loss = lossToday(turn, strategy);
  if (loss === null) return 'stale_market';
  return gte(loss, maxDailyLossUsd) ? 'daily_loss' : undefined;
}

/**
 * Everything that gives an instrument its direction (I50), signed: open trades, foreign amount, openings that may fill. Of
 * one strategy only, where it is named: what is foreign belongs to none.
 */
export function exposures(books: Books, name: string, strategy?: string): Decimal[] {
  const of = strategy === undefined ? {} : { strategy };
  const trades = openTrades(books, { instrument: name, ...of }).map((trade) =>
    signed(trade.direction, trade.open),
  );
  const entries = [...books.intents.values()]
    .filter(
      (record) =>
        record.intent.instrument === name &&
        record.intent.purpose === 'entry' &&
        (strategy === undefined || record.intent.strategy === strategy) &&
        !isFinished(books, record),
    )
    .map(({ intent }) => (intent.direction === 'buy' ? intent.amount : neg(intent.amount)));
  const foreign = strategy === undefined ? foreignAmount(books, name) : ZERO;
  return [...trades, foreign, ...entries].filter((amount) => !isZero(amount));
}

/** Orders of ours that live, and those of intents without an end that nobody has shown yet. */
function standing(books: Books, strategy?: string): number {
  const shown = new Set<string>();
  let live = 0;
  for (const { order, leg } of books.orders.values()) {
    shown.add(order.label);
    const counts = leg !== null && (strategy === undefined || leg.strategy === strategy);
    if (counts && isLive(order.state)) live += 1;
  }
  for (const record of books.intents.values()) {
    const { intent } = record;
    if ((strategy !== undefined && intent.strategy !== strategy) || isFinished(books, record))
      continue;
    const labels = [intent, ...intent.children].map(({ label }) => label);
    live += labels.filter((label) => !shown.has(label)).length;
  }
  return live;
}

/**
 * Today's loss in USD: realised net of the day, and of open trades what is realised and what is open at the mark; zero when
 * it is a gain. What has no fresh mark counts at its stop, the worst that is planned; null when it has none.
 */
function lossToday(turn: Turn, strategy?: string): Decimal | null {
  const { books } = turn;
  const today = startOfDay(turn.now.server);
  const daily: Daily | undefined =
    strategy === undefined ? books.daily : books.dailyOf.get(strategy);
  let net = daily?.day === today ? daily.net : ZERO;
  for (const trade of openTrades(books, strategy === undefined ? {} : { strategy })) {
    const result = resultNow(turn, trade);
    if (result === null) return null;
    net = add(net, result);
  }
  return sign(net) < 0 ? abs(net) : ZERO;
}

/** Result of an open trade in USD, as if it ended now; null where nothing tells. */
function resultNow(turn: Turn, trade: TradeRecord): Decimal | null {
  const { books } = turn;
  const kind = books.instruments.get(trade.instrument)?.kind ?? 'linear';
  const entry = averagePrice(kind, trade.entries);
  if (entry === null) return ZERO;
  const price = markPrice(turn, trade.instrument, MARKET_FRESH) ?? trade.stopLoss;
  if (price === null) return null;
  const gross = add(
    realised(books, trade),
    unrealisedPnl(kind, trade.direction, { amount: trade.open, price: entry }, price),
  );
  const net = add(sub(gross, trade.fees), trade.funding);
  return kind === 'inverse' ? mul(net, price) : net;
}
