/**
 * What an instrument's position has earned that is not cash yet. Results and funding wait for the settlement of 08:00 UTC,
 * which pays what was realised and what the open rest gained until then (FACTS 16); fees are cash at once, and have two
 * sides that must meet: the fill's and the log's. Values in the settlement currency; only divisions round, to 18 digits.
 */
import {
  abs,
  add,
  type Decimal,
  div,
  isZero,
  lte,
  mul,
  neg,
  sign,
  sub,
  ZERO,
} from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { CashRow } from './account.ts';
import { sessionStart } from './funding.ts';

type Kind = 'linear' | 'inverse';

/** What an instrument's account holds and what of its result is not cash yet. */
export type HeldMoney = {
  readonly instrument: string;
  readonly position: Decimal;
  /** What the position was bought for; null when nobody told. */
  readonly cost: Decimal | null;
  /** Amount that left the books without a fill, and what it had cost. */
  readonly gone: { readonly amount: Decimal; readonly cost: Decimal };
  readonly unsettled: Decimal;
  /** Whether the next settlement can be compared with it. */
  readonly comparable: boolean;
  /** When an option ended that became this future: a row of that moment pays it, not what was held. Left out until one did. */
  readonly exercisedAt?: Millis;
  /** Fills and funding since the last settlement: each may round by one unit. */
  readonly events: number;
  /** Begin of the session of the last event, and what stood when it began, until its settlement is read. */
  readonly session: Millis;
  readonly before: {
    readonly position: Decimal;
    readonly unsettled: Decimal;
    readonly events: number;
    /** Left out in what was carried over before settlements of open positions were compared. */
    readonly cost?: Decimal | null;
  } | null;
};

export type Held = { -readonly [Key in keyof HeldMoney]: HeldMoney[Key] };

/** A fee that waits for its other side; `part` when the log's rows did not make it whole. */
export type WaitingFee = {
  readonly currency: string;
  readonly tradeId: string;
  readonly side: 'fill' | 'row' | 'part';
  readonly net: Decimal;
};

const PLACES = 18;

/** The smallest amount of cash that the exchange books in a currency. */
export const unitOf = (currency: string): Decimal =>
  (/^(USD|EUR)/.test(currency) ? '0.000001' : '0.00000001') as Decimal;

/** What holding `signed` is worth more at a higher price: the result between two prices is the difference of two of these. */
const valueOf = (kind: Kind, signed: Decimal, price: Decimal): Decimal =>
  kind === 'linear' ? mul(signed, price) : neg(div(signed, price, PLACES));

export const newHeld = (instrument: string): Held => ({
  instrument,
  position: ZERO,
  cost: ZERO,
  gone: { amount: ZERO, cost: ZERO },
  unsettled: ZERO,
  comparable: true,
  events: 0,
  session: 0,
  before: null,
});

/** An event of a new session keeps what stood at its begin until that settlement's row is read. */
function turnTo(held: Held, at: Millis): void {
  const session = sessionStart(at);
  if (session <= held.session) return;
  const { position, unsettled, events, cost } = held;
  if (held.session > 0) held.before = { position, unsettled, events, cost };
  held.session = session;
}

/** What the account held at the first start. Results of its session until then are in no fact: its first settlement can't be compared. */
export function holdBaseline(
  held: Held,
  kind: Kind,
  {
    size,
    averagePrice,
    at,
  }: { readonly size: Decimal; readonly averagePrice: Decimal | null; readonly at: Millis },
): void {
  held.position = size;
  held.cost =
    averagePrice === null ? (isZero(size) ? ZERO : null) : valueOf(kind, size, averagePrice);
  held.comparable = false;
  held.session = sessionStart(at);
}

/** Takes `closed` (with the position's sign) out of what is held; answers what it had cost, null when nobody knows. */
function takeOut(held: Held, closed: Decimal): Decimal | null {
  const { position, cost } = held;
  const share =
    cost === null ? null : position === closed ? cost : div(mul(cost, closed), position, PLACES);
  held.position = sub(position, closed);
  held.cost = isZero(held.position)
    ? ZERO
    : cost === null || share === null
      ? null
      : sub(cost, share);
  return share;
}

/** Moves the position by a signed amount at a price; answers the result that the closed part realised. */
function moveBy(held: Held, kind: Kind, signed: Decimal, price: Decimal): Decimal {
  const against = sign(held.position) * sign(signed) < 0;
  const whole = against && lte(abs(held.position), abs(signed));
  const closed = !against ? ZERO : whole ? held.position : neg(signed);
  const share = isZero(closed) ? ZERO : takeOut(held, closed);
  const opened = add(signed, closed);
  held.position = add(held.position, opened);
  if (held.cost !== null) held.cost = add(held.cost, valueOf(kind, opened, price));
  return share === null || isZero(closed) ? ZERO : sub(valueOf(kind, closed, price), share);
}

/** A fill that explains what was assumed to have gone: the position has moved already, its result becomes known. */
function explain(held: Held, kind: Kind, signed: Decimal, price: Decimal): Decimal {
  const { amount, cost } = held.gone;
  if (isZero(amount)) return ZERO;
  const closed = neg(signed);
  const share = amount === closed ? cost : div(mul(cost, closed), amount, PLACES);
  held.gone = { amount: sub(amount, closed), cost: sub(cost, share) };
  return sub(valueOf(kind, closed, price), share);
}

/** A trade, signed: `moved` of it moves the position, `replaced` explains what had left it unseen. */
export type HeldMove = {
  readonly moved: Decimal;
  readonly replaced: Decimal;
  readonly price: Decimal;
  readonly at: Millis;
};

/** One fill; answers the result that it realised. */
export function holdFill(held: Held, kind: Kind, move: HeldMove): Decimal {
  turnTo(held, move.at);
  let realised = ZERO;
  if (!isZero(move.replaced)) realised = explain(held, kind, move.replaced, move.price);
  if (!isZero(move.moved)) realised = add(realised, moveBy(held, kind, move.moved, move.price));
  held.unsettled = add(held.unsettled, realised);
  held.events += 1;
  return realised;
}

/** Funding that was shared out. What a settlement's row shows belongs to the session that it ends, which an event may have left since. */
export function holdFunding(
  held: Held,
  { amount, at, ended }: { readonly amount: Decimal; readonly at: Millis; readonly ended: boolean },
): void {
  if (!ended) turnTo(held, at);
  const { before } = held;
  if (ended && before !== null)
    held.before = {
      ...before,
      unsettled: add(before.unsettled, amount),
      events: before.events + 1,
    };
  held.unsettled = add(held.unsettled, amount);
  held.events += 1;
}

/** An amount left or came without a fill: what it will be paid can't be compared before the fill turns up. */
export function holdAdjusted(held: Held, amount: Decimal): void {
  held.comparable = false;
  if (sign(held.position) * sign(amount) >= 0 || lte(abs(held.position), ZERO)) {
    held.position = add(held.position, amount);
    held.cost = null;
    return;
  }
  const closed = lte(abs(held.position), abs(amount)) ? held.position : neg(amount);
  const share = takeOut(held, closed);
  held.gone = {
    amount: add(held.gone.amount, closed),
    cost: add(held.gone.cost, share ?? ZERO),
  };
  const rest = add(amount, closed);
  if (isZero(rest)) return;
  held.position = add(held.position, rest);
  held.cost = null;
}

/**
 * What the row of a settlement pays beside the exact result (`rest`), and what that is: `rounding` within a unit for each
 * fill and row, `uncompared` where the books did not see all of it, `unexplained` else. `ahead` is what it pays of the
 * result of what stays open; null where that is not known, and nothing can be compared.
 */
export type SettlementJudged = {
  readonly rest: Decimal;
  readonly as: 'rounding' | 'uncompared' | 'unexplained' | 'open';
  readonly ahead: Decimal | null;
};

/** What a position's value may be off by because the exchange shows its settlement price rounded, to two digits or more. */
function blurOf(kind: Kind, position: Decimal, price: Decimal): Decimal {
  const digits = Math.max(2, price.split('.')[1]?.length ?? 0);
  const half = `0.${'0'.repeat(digits)}5` as Decimal;
  return abs(sub(valueOf(kind, position, add(price, half)), valueOf(kind, position, price)));
}

const stoodAt = (held: HeldMoney, at: Millis): NonNullable<HeldMoney['before']> =>
  held.session >= sessionStart(at) && held.before !== null ? held.before : held;

/** Judges the row of a settlement without taking it in. */
export function judgeSettlement(held: HeldMoney, kind: Kind, row: CashRow): SettlementJudged {
  const { position, unsettled, events, cost = null } = stoodAt(held, row.at);
  const price = row.price ?? null;
  const ahead = isZero(position)
    ? ZERO
    : price === null || cost === null
      ? null
      : sub(valueOf(kind, position, price), cost);
  if (ahead === null) return { rest: ZERO, as: 'open', ahead };
  // A delivery takes its fee off.
  const paid = add(row.change, row.fee ?? ZERO);
  const rest = sub(paid, add(unsettled, ahead));
  const units = mul(unitOf(row.currency), String(events + 1) as Decimal);
  const most = price === null ? units : add(units, blurOf(kind, position, price));
  if (lte(abs(rest), most)) return { rest, as: 'rounding', ahead };
  return { rest, as: held.comparable ? 'unexplained' : 'uncompared', ahead };
}

/** Whether a row pays an option that became this future, and nothing that was held of it. */
export const paysOption = (held: HeldMoney, { type, at }: CashRow): boolean =>
  type === 'delivery' && held.exercisedAt === at && isZero(held.position);

/** Takes in the row of a settlement: what it paid is not owed any more. */
export function holdSettlement(held: Held, row: CashRow, judged: SettlementJudged): void {
  const { unsettled, events } = stoodAt(held, row.at);
  if (judged.ahead === null) held.unsettled = sub(held.unsettled, add(row.change, row.fee ?? ZERO));
  else {
    held.unsettled = sub(sub(held.unsettled, unsettled), judged.ahead);
    held.gone = { amount: ZERO, cost: ZERO };
    held.comparable = true;
  }
  held.events -= events;
  held.before = null;
  held.session = Math.max(held.session, sessionStart(row.at));
}

/** How a fee met its other side: `waiting` for it, or left over (`rest`, zero when both agree; > 0: the log took less). */
export type FeeMet =
  | { readonly as: 'waiting' | 'part'; readonly fee: WaitingFee }
  | { readonly as: 'met'; readonly rest: Decimal };

/** One side of a fee (`net` is the fill's fee, or what the log's row moved for it) meets what waits for it. */
export function judgeFee(waiting: WaitingFee | undefined, given: WaitingFee): FeeMet {
  if (waiting === undefined)
    return isZero(given.net) ? { as: 'met', rest: ZERO } : { as: 'waiting', fee: given };
  const rest = add(waiting.net, given.net);
  // A fill that crosses zero has two rows: the first leaves a part.
  const isOther = waiting.side !== given.side;
  if (isOther && given.side === 'row' && sign(rest) === sign(waiting.net))
    return { as: 'part', fee: { ...waiting, side: 'part', net: rest } };
  if (!isOther) return { as: 'waiting', fee: { ...waiting, net: rest } };
  return { as: 'met', rest };
}

export const feeKey = ({ currency, tradeId }: Pick<WaitingFee, 'currency' | 'tradeId'>): string =>
  `${currency}/${tradeId}`;
