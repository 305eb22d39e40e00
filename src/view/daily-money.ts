/**
 * The cash of a period, per currency: what fills and funding came to by the books, beside what the exchange's own log says
 * moved the balance. Results become cash at the settlement of 08:00 UTC, so what is not paid out yet is kept per instrument
 * and compared at the first settlement that finds it flat (FACTS 13.1). Only divisions round, to 18 digits.
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
  sum,
  ZERO,
} from '../base/decimal.ts';
import { DAY, HOUR, type Millis } from '../base/time.ts';
import type { CashRow } from '../domain/account.ts';
import type { DailyCarry, HeldMoney, MoneyLine, WaitingFee } from '../domain/daily.ts';
import type { FactBody } from '../domain/fact.ts';
import type { Fill } from '../domain/fill.ts';

type Kind = 'linear' | 'inverse';
type Mutable<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };
type Data<Type extends FactBody['type']> = Extract<FactBody, { readonly type: Type }>['data'];

const PLACES = 18;
const TRANSFERS: ReadonlySet<string> = new Set(['deposit', 'withdrawal', 'transfer', 'swap']);
const SETTLEMENTS: ReadonlySet<string> = new Set(['settlement', 'delivery']);

type Sums = {
  /** Cash at the begin and now; null while neither baseline nor log told of it. */
  opening: Decimal | null;
  balance: Decimal | null;
  realised: Decimal;
  fees: Decimal;
  funding: Decimal;
  transfers: Decimal;
  other: Decimal;
  rounding: Decimal;
  uncompared: Decimal;
  readonly unsettledBefore: Decimal;
};

/** The money of a period while it is folded. */
export type Money = {
  readonly instruments: Map<string, { readonly kind: Kind; readonly currency: string }>;
  readonly held: Map<string, Mutable<HeldMoney>>;
  readonly fees: Map<string, WaitingFee>;
  readonly sums: Map<string, Sums>;
};

/** The session of an instant: it began at 08:00 UTC. */
const sessionOf = (at: Millis): Millis => Math.floor((at - 8 * HOUR) / DAY) * DAY + 8 * HOUR;

/** The smallest amount of cash that the exchange books in a currency. */
const unitOf = (currency: string): Decimal =>
  (/^(USD|EUR)/.test(currency) ? '0.000001' : '0.00000001') as Decimal;

/** What holding `signed` is worth more at a higher price: the result between two prices is the difference of two of these. */
const valueOf = (kind: Kind, signed: Decimal, price: Decimal): Decimal =>
  kind === 'linear' ? mul(signed, price) : neg(div(signed, price, PLACES));

const unsettledOf = (money: Money, currency: string): Decimal =>
  sub(
    sum(
      [...money.held.values()]
        .filter(({ instrument }) => money.instruments.get(instrument)?.currency === currency)
        .map(({ unsettled }) => unsettled),
    ),
    sum(
      [...money.fees.values()]
        .filter((fee) => fee.currency === currency && fee.side !== 'part')
        .map(({ net }) => net),
    ),
  );

/** The money with which a period begins. */
export function openMoney(carry: DailyCarry | null): Money {
  const money: Money = {
    instruments: new Map(carry?.instruments.map(({ name, ...rest }) => [name, rest])),
    held: new Map(carry?.held.map((held) => [held.instrument, { ...held }])),
    fees: new Map(carry?.fees.map((fee) => [`${fee.currency}/${fee.tradeId}`, fee])),
    sums: new Map(),
  };
  for (const { currency, balance } of carry?.balances ?? []) begin(money, currency, balance);
  return money;
}

/** The currency's sums; a currency whose cash nothing told of before begins with this balance. */
function begin(money: Money, currency: string, balance: Decimal | null): Sums {
  const known = money.sums.get(currency);
  if (known !== undefined) {
    if (known.opening === null) Object.assign(known, { opening: balance, balance });
    return known;
  }
  const fresh: Sums = {
    opening: balance,
    balance,
    realised: ZERO,
    fees: ZERO,
    funding: ZERO,
    transfers: ZERO,
    other: ZERO,
    rounding: ZERO,
    uncompared: ZERO,
    unsettledBefore: unsettledOf(money, currency),
  };
  money.sums.set(currency, fresh);
  return fresh;
}

function heldOf(money: Money, instrument: string): Mutable<HeldMoney> {
  const known = money.held.get(instrument);
  if (known !== undefined) return known;
  const fresh = {
    instrument,
    position: ZERO,
    cost: ZERO,
    gone: { amount: ZERO, cost: ZERO },
    unsettled: ZERO,
    comparable: true,
    events: 0,
    session: 0,
    before: null,
  };
  money.held.set(instrument, fresh);
  return fresh;
}

/** An event of a new session keeps what stood at its begin until that settlement's row is read. */
function turnTo(held: Mutable<HeldMoney>, at: Millis): void {
  const session = sessionOf(at);
  if (session <= held.session) return;
  const { position, unsettled, events } = held;
  if (held.session > 0) held.before = { position, unsettled, events };
  held.session = session;
}

/** What the account held at the first start. Results of its session until then are in no fact: its first settlement can't be compared. */
export function onBaseline(
  money: Money,
  { positions, balances, at }: Data<'BASELINE_TAKEN'>,
): void {
  for (const { currency, balance } of balances) begin(money, currency, balance);
  for (const { instrument, size, averagePrice } of positions) {
    const held = heldOf(money, instrument);
    const kind = money.instruments.get(instrument)?.kind ?? 'linear';
    held.position = size;
    held.cost =
      averagePrice === null ? (isZero(size) ? ZERO : null) : valueOf(kind, size, averagePrice);
    held.comparable = false;
    held.session = sessionOf(at);
  }
}

/** Takes `closed` (with the position's sign) out of what is held; answers what it had cost, null when nobody knows. */
function takeOut(held: Mutable<HeldMoney>, closed: Decimal): Decimal | null {
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

/** Moves the position by a fill; answers the result that the closed part realised. */
function moveBy(held: Mutable<HeldMoney>, kind: Kind, signed: Decimal, price: Decimal): Decimal {
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
function explain(held: Mutable<HeldMoney>, kind: Kind, signed: Decimal, price: Decimal): Decimal {
  const { amount, cost } = held.gone;
  if (isZero(amount)) return ZERO;
  const closed = neg(signed);
  const share = amount === closed ? cost : div(mul(cost, closed), amount, PLACES);
  held.gone = { amount: sub(amount, closed), cost: sub(cost, share) };
  return sub(valueOf(kind, closed, price), share);
}

/** One fill: its result, its fee, and that the log owes a row for it. */
export function onFill(money: Money, { fill, allocations }: Data<'FILL_BOOKED'>): void {
  const known = money.instruments.get(fill.instrument);
  const kind = known?.kind ?? 'linear';
  const held = heldOf(money, fill.instrument);
  turnTo(held, fill.at);
  const side = (amount: Decimal): Decimal => (fill.direction === 'buy' ? amount : neg(amount));
  const replaced = sum(
    allocations.filter(({ role }) => role === 'replace').map(({ amount }) => amount),
  );
  const moved = sub(fill.amount, replaced);
  let realised = ZERO;
  if (!isZero(replaced)) realised = add(realised, explain(held, kind, side(replaced), fill.price));
  if (!isZero(moved)) realised = add(realised, moveBy(held, kind, side(moved), fill.price));
  held.unsettled = add(held.unsettled, realised);
  held.events += 1;
  const sums = begin(money, known?.currency ?? fill.currency, null);
  sums.realised = add(sums.realised, realised);
  const paid = begin(money, fill.feeCurrency, null);
  paid.fees = add(paid.fees, fill.fee);
  meetFee(money, fill, { side: 'fill', net: fill.fee });
}

/** A fee has two sides, the fill's and the log's; whichever comes first waits for the other. */
function meetFee(
  money: Money,
  { feeCurrency: currency, tradeId }: Pick<Fill, 'feeCurrency' | 'tradeId'>,
  { side, net }: { readonly side: 'fill' | 'row'; readonly net: Decimal },
): void {
  const key = `${currency}/${tradeId}`;
  const waiting = money.fees.get(key);
  if (waiting === undefined) {
    if (!isZero(net)) money.fees.set(key, { currency, tradeId, side, net });
    return;
  }
  const rest = add(waiting.net, net);
  // A fill that crosses zero has two rows: the first leaves a part.
  const part = waiting.side !== side && side === 'row' && sign(rest) === sign(waiting.net);
  if (part) money.fees.set(key, { ...waiting, side: 'part', net: rest });
  else if (waiting.side === side) money.fees.set(key, { ...waiting, net: rest });
  else money.fees.delete(key);
}

/** Funding that the books shared out. */
export function onFunding(money: Money, data: Data<'FUNDING_ACCRUED'>): void {
  const amount = sum(data.allocations.map((allocation) => allocation.amount));
  const currency = money.instruments.get(data.instrument)?.currency;
  if (isZero(amount) || currency === undefined) return;
  const held = heldOf(money, data.instrument);
  // What a settlement's row shows belongs to the session that it ends, which may have been left by an event since.
  if (data.ended !== true) turnTo(held, data.at);
  const { before } = held;
  if (data.ended === true && before !== null)
    held.before = {
      ...before,
      unsettled: add(before.unsettled, amount),
      events: before.events + 1,
    };
  held.unsettled = add(held.unsettled, amount);
  held.events += 1;
  const sums = begin(money, currency, null);
  sums.funding = add(sums.funding, amount);
}

/** An amount left or came without a fill: what it will be paid can't be compared before the fill turns up. */
export function onAdjusted(money: Money, { instrument, amount }: Data<'POSITION_ADJUSTED'>): void {
  const held = heldOf(money, instrument);
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

/** One row of the exchange's log. */
export function onCashRow(money: Money, row: CashRow): void {
  const sums = begin(money, row.currency, sub(row.balance, row.change));
  sums.balance = row.balance;
  if (row.tradeId !== null)
    meetFee(
      money,
      { feeCurrency: row.currency, tradeId: row.tradeId },
      { side: 'row', net: row.change },
    );
  else if (SETTLEMENTS.has(row.type) && row.instrument !== null)
    settle(money, sums, row, row.instrument);
  else if (TRANSFERS.has(row.type)) sums.transfers = add(sums.transfers, row.change);
  else sums.other = add(sums.other, row.change);
}

/** A settlement pays what is not cash yet. Flat, it has to pay exactly that; with a position open it pays ahead on its result. */
function settle(money: Money, sums: Sums, row: CashRow, instrument: string): void {
  const held = heldOf(money, instrument);
  const session = sessionOf(row.at);
  const { position, unsettled, events } =
    held.session >= session && held.before !== null ? held.before : held;
  if (isZero(position)) {
    const rest = sub(row.change, unsettled);
    const most = mul(unitOf(row.currency), String(events + 1) as Decimal);
    if (lte(abs(rest), most)) sums.rounding = add(sums.rounding, rest);
    else if (!held.comparable) sums.uncompared = add(sums.uncompared, rest);
    held.unsettled = sub(held.unsettled, unsettled);
    held.gone = { amount: ZERO, cost: ZERO };
    held.comparable = true;
  } else held.unsettled = sub(held.unsettled, row.change);
  held.events -= events;
  held.before = null;
  held.session = Math.max(held.session, session);
}

/** The lines of a period, by currency. */
export function moneyLines(money: Money): readonly MoneyLine[] {
  return [...money.sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, { opening: told, balance, ...sums }]) => {
      const unsettledAfter = unsettledOf(money, currency);
      const opening = told ?? ZERO;
      const expected = sum([
        opening,
        sums.realised,
        neg(sums.fees),
        sums.funding,
        sums.transfers,
        sums.other,
        sums.unsettledBefore,
        neg(unsettledAfter),
        sums.rounding,
        sums.uncompared,
      ]);
      const closing = balance ?? expected;
      return {
        currency,
        opening,
        ...sums,
        unsettledAfter,
        unexplained: sub(closing, expected),
        closing,
      };
    });
}

/** What the next period takes over. */
export const carryMoney = (
  money: Money,
): Pick<DailyCarry, 'instruments' | 'balances' | 'held' | 'fees'> => ({
  instruments: [...money.instruments].map(([name, rest]) => ({ name, ...rest })),
  balances: [...money.sums].flatMap(([currency, { balance }]) =>
    balance === null ? [] : [{ currency, balance }],
  ),
  held: [...money.held.values()].map((held) => ({ ...held })),
  fees: [...money.fees.values()].filter(({ side }) => side !== 'part'),
});
