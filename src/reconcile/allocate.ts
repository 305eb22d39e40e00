/**
 * Where a fill goes. Pure. Invariants: the allocations' amounts sum to the fill's, their fees to the fill's fee; a trade
 * never closes more than it has open; a foreign fill, and what one of ours fills beyond its trade (I23), reduces first the
 * foreign amount of opposite sign, then open trades of the opposite direction, oldest entry first, and the rest is foreign
 * (spec section 2).
 */
import { type Decimal, ZERO, abs, gt, isZero, min, sign, sub } from '../base/decimal.ts';
import type { Books, Leg, TradeRecord } from '../domain/books.ts';
import type { Allocation, TradeExit, TradeOpening } from '../domain/fact.ts';
import type { Fill } from '../domain/fill.ts';
import type { Purpose } from '../domain/intent.ts';
import { KILL_PREFIX } from '../domain/label.ts';
import { foreignAmount, openTrades } from '../domain/ledger.ts';
import { split } from '../domain/money.ts';
import type { ClosedBy, ExitReason, Order } from '../domain/shown.ts';

/** The plan of a booking, without its source. */
export type Booking = {
  readonly allocations: readonly Allocation[];
  readonly opens: TradeOpening | null;
  readonly exit: TradeExit | null;
};

type Piece = {
  readonly trade: string | null;
  readonly role: Allocation['role'];
  readonly amount: Decimal;
  readonly exit?: TradeExit;
};

/** How a fill of each of our legs ends a trade. */
export const EXIT_OF_PURPOSE = {
  entry: null,
  stop: { reason: 'sl_hit', by: 'stop' },
  stop_rest: { reason: 'sl_hit', by: 'stop' },
  stop_now: { reason: 'sl_hit', by: 'stop' },
  target: { reason: 'tp_hit', by: 'target' },
  close: { reason: 'strategy_exit', by: 'strategy' },
  operator_close: { reason: 'operator_close', by: 'operator' },
  foreign_close: { reason: 'operator_close', by: 'operator' },
  kill_close: { reason: 'kill_switch', by: 'kill' },
} as const satisfies Record<Purpose, Booking['exit']>;

/** Pieces with the fee split by amount, the last unit to the oldest. */
function withFees(fill: Fill, pieces: readonly Piece[]): Allocation[] {
  const fees = split(
    fill.fee,
    pieces.map((piece) => piece.amount),
  );
  return pieces.map((piece, index) => ({ ...piece, fee: fees[index] as Decimal }));
}

/** Who did something that was not ours, by the flags of its order; absent flags prove nothing. */
export function whoDid(fill: Fill, origin: Order['origin'] | undefined): ClosedBy {
  if (fill.liquidation || origin === 'liquidation') return 'liquidation';
  if (origin === 'web' || origin === 'mobile') return origin;
  if (fill.label.startsWith(KILL_PREFIX)) return 'kill';
  if (origin === 'other_api') return origin;
  return 'unknown';
}

/**
 * The fill of an order that is not ours: first it explains what was assumed to have left unseen, then it reduces the
 * foreign amount of opposite sign, then open trades that were there before it. `atStart`: found by the first check (N1).
 */
export function allocateForeign(
  books: Books,
  fill: Fill,
  origin: Order['origin'] | undefined,
  atStart: boolean,
): Booking {
  const replaced: Piece[] = [];
  let left = fill.amount;
  for (const trade of assumedClosed(books, fill)) {
    const amount = min(left, trade.adjusted);
    if (isZero(amount)) break;
    replaced.push({ trade: trade.id, role: 'replace', amount });
    left = sub(left, amount);
  }
  const pieces = [...replaced, ...reducing(books, fill, left)];
  const by = whoDid(fill, origin);
  const otherwise = atStart ? 'ghost_trade_cleanup' : 'external_close';
  const reason: ExitReason = by === 'liquidation' ? by : by === 'kill' ? 'kill_switch' : otherwise;
  const closes = pieces.some((piece) => piece.trade !== null);
  return { allocations: withFees(fill, pieces), opens: null, exit: closes ? { reason, by } : null };
}

/** Where an amount of a fill goes that belongs to nobody: what it nets at the exchange, in the books' order. */
function reducing(books: Books, fill: Fill, amount: Decimal, but?: TradeRecord): Piece[] {
  const side = fill.direction === 'buy' ? 1 : -1;
  const pieces: Piece[] = [];
  let left = amount;
  const take = (trade: string | null, role: Piece['role'], held: Decimal): void => {
    const part = min(left, held);
    if (!gt(part, ZERO)) return;
    pieces.push({ trade, role, amount: part });
    left = sub(left, part);
  };
  const foreign = foreignAmount(books, fill.instrument);
  if (sign(foreign) === -side) take(null, 'close', abs(foreign));
  for (const trade of openTrades(books, { instrument: fill.instrument })) {
    const opposite = (trade.direction === 'long' ? 1 : -1) !== side;
    if (trade !== but && opposite && trade.openedAt <= fill.at) take(trade.id, 'close', trade.open);
  }
  take(null, 'open', left);
  return pieces;
}

/** Trades of which a part was assumed to have left unseen, when this fill may have been what closed it; oldest first. */
function assumedClosed(books: Books, fill: Fill): TradeRecord[] {
  const wanted = fill.direction === 'buy' ? 'short' : 'long';
  return [...books.trades.values()].filter(
    (trade) =>
      trade.instrument === fill.instrument &&
      trade.direction === wanted &&
      gt(trade.adjusted, ZERO) &&
      fill.at >= trade.openedAt &&
      fill.at <= (trade.adjustedAt ?? 0),
  );
}

/** The fill of one of our legs. What it fills beyond its own trade ends others as anybody's fill would. */
export function allocateOurs(books: Books, fill: Fill, leg: Leg): Booking {
  if (leg.purpose === 'entry') return allocateEntry(books, fill, leg);
  const exit = EXIT_OF_PURPOSE[leg.purpose];
  const trade = leg.trade === null ? undefined : books.trades.get(leg.trade);
  const own = trade === undefined ? [] : ownPieces(fill, trade);
  const rest = own.reduce((left, { amount }) => sub(left, amount), fill.amount);
  const external: TradeExit = { reason: 'external_close', by: exit.by };
  const beyond = reducing(books, fill, rest, trade).map((piece) =>
    piece.trade === null ? piece : { ...piece, exit: external },
  );
  return {
    allocations: withFees(fill, [...own, ...beyond]),
    opens: null,
    exit: own.length === 0 ? null : exit,
  };
}

function ownPieces(fill: Fill, trade: TradeRecord): Piece[] {
  const assumed = fill.at <= (trade.adjustedAt ?? 0) ? min(fill.amount, trade.adjusted) : ZERO;
  const closed = min(sub(fill.amount, assumed), trade.open);
  return [
    { trade: trade.id, role: 'replace' as const, amount: assumed },
    { trade: trade.id, role: 'close' as const, amount: closed },
  ].filter((piece) => !isZero(piece.amount));
}

/** An opening fill: of its trade, or, when that is closed already, of a new trade with this one as parent (I21). */
function allocateEntry(books: Books, fill: Fill, leg: Leg): Booking {
  const planned = leg.trade as string;
  const known = books.trades.get(planned);
  const late = known !== undefined && known.closedAt !== null;
  const trade = late ? `${planned}-late-${fill.tradeId.replaceAll(/[^A-Za-z0-9]/g, '')}` : planned;
  const intent = leg.intent === null ? undefined : books.intents.get(leg.intent)?.intent;
  const child = (purpose: 'stop' | 'target') =>
    intent?.children.find((found) => found.purpose === purpose)?.triggerPrice ?? null;
  const opens: TradeOpening | null =
    known !== undefined && !late
      ? null
      : {
          trade,
          strategy: leg.strategy,
          direction: fill.direction === 'buy' ? 'long' : 'short',
          parent: late ? planned : null,
          entryLabel: leg.label,
          stopLoss: child('stop'),
          takeProfit: child('target'),
        };
  return {
    allocations: [{ trade, role: 'open', amount: fill.amount, fee: fill.fee }],
    opens,
    exit: null,
  };
}
