/**
 * The cash of a period, per currency: what fills and funding came to by the books, beside what the exchange's own log says
 * moved the balance. What is not paid out yet is kept per instrument (`domain/held.ts`) and compared at its settlement.
 */
import { add, type Decimal, isZero, neg, sub, sum, ZERO } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { CashRow } from '../domain/account.ts';
import type { DailyCarry, MoneyLine } from '../domain/daily.ts';
import type { FactBody } from '../domain/fact.ts';
import { feeOf } from '../domain/accounts.ts';
import { futureOfOption, isFuture } from '../domain/instrument.ts';
import {
  factsPaid,
  feeKey,
  type FeeMet,
  type Held,
  heldFrom,
  holdAdjusted,
  holdBaseline,
  holdFill,
  holdFunding,
  holdSettlement,
  judgeFee,
  judgeSettlement,
  newHeld,
  nightOf,
  noteFact,
  paysOption,
  type WaitingFee,
} from '../domain/held.ts';

import {
  fillExplains,
  openRows,
  rowOfMove,
  rowOfSettlement,
  rowOfTrade,
  type Rows,
  type RowSeen,
} from './daily-rows.ts';

type Kind = 'linear' | 'inverse';
type Data<Type extends FactBody['type']> = Extract<FactBody, { readonly type: Type }>['data'];

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
  readonly held: Map<string, Held>;
  readonly fees: Map<string, WaitingFee>;
  readonly sums: Map<string, Sums>;
  /** Row by row, where that is asked for. */
  readonly rows: Rows | null;
};

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
export function openMoney(carry: DailyCarry | null, withRows: boolean): Money {
  const money: Money = {
    instruments: new Map(carry?.instruments.map(({ name, ...rest }) => [name, rest])),
    held: new Map(carry?.held.map((held) => [held.instrument, heldFrom(held)])),
    fees: new Map(carry?.fees.map((fee) => [`${fee.currency}/${fee.tradeId}`, fee])),
    sums: new Map(),
    rows: withRows ? openRows() : null,
  };
  for (const { currency, tradeId, fact } of carry?.fees ?? [])
    if (fact !== undefined) money.rows?.fills.set(feeKey({ currency, tradeId }), fact);
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

function heldOf(money: Money, instrument: string): Held {
  const known = money.held.get(instrument);
  if (known !== undefined) return known;
  const fresh = newHeld(instrument);
  money.held.set(instrument, fresh);
  return fresh;
}

const kindOf = (money: Money, instrument: string): Kind =>
  money.instruments.get(instrument)?.kind ?? 'linear';

/** What the account held at the first start. */
export function onBaseline(
  money: Money,
  { positions, balances, at }: Data<'BASELINE_TAKEN'>,
): void {
  for (const { currency, balance } of balances) begin(money, currency, balance);
  for (const { instrument, size, averagePrice } of positions)
    holdBaseline(heldOf(money, instrument), kindOf(money, instrument), { size, averagePrice, at });
}

/** One fill: its result, its fee, and that the log owes a row for it. */
export function onFill(
  money: Money,
  { fill, allocations }: Data<'FILL_BOOKED'>,
  fact: number,
): void {
  const side = (amount: Decimal): Decimal => (fill.direction === 'buy' ? amount : neg(amount));
  const replaced = sum(
    allocations.filter(({ role }) => role === 'replace').map(({ amount }) => amount),
  );
  // What is not a future is paid at once: the rows of the log say what it came to.
  const realised = !isFuture(fill.instrument)
    ? ZERO
    : holdFill(heldOf(money, fill.instrument), kindOf(money, fill.instrument), {
        moved: side(sub(fill.amount, replaced)),
        replaced: side(replaced),
        price: fill.price,
        at: fill.at,
      });
  const currency = money.instruments.get(fill.instrument)?.currency ?? fill.currency;
  const sums = begin(money, currency, null);
  sums.realised = add(sums.realised, realised);
  const paid = begin(money, fill.feeCurrency, null);
  paid.fees = add(paid.fees, fill.fee);
  const { feeCurrency, tradeId, fee, at, instrument } = fill;
  if (isFuture(instrument)) noteFact(heldOf(money, instrument), at + 1, fact);
  const met = meetFee(money, { currency: feeCurrency, tradeId, side: 'fill', net: fee, fact });
  const rest = met.as === 'met' ? met.rest : ZERO;
  const key = feeKey({ currency: feeCurrency, tradeId });
  if (money.rows !== null) fillExplains(money.rows, { key, fact, rest });
}

/** A fee has two sides, the fill's and the log's; whichever comes first waits for the other. */
function meetFee(money: Money, given: WaitingFee): FeeMet {
  const key = feeKey(given);
  const met = judgeFee(money.fees.get(key), given);
  if (met.as === 'met') money.fees.delete(key);
  else money.fees.set(key, met.fee);
  return met;
}

/** Funding that the books shared out. */
export function onFunding(money: Money, data: Data<'FUNDING_ACCRUED'>, fact: number): void {
  const amount = sum(data.allocations.map((allocation) => allocation.amount));
  const currency = money.instruments.get(data.instrument)?.currency;
  if (isZero(amount) || currency === undefined) return;
  const ended = data.ended === true;
  const held = heldOf(money, data.instrument);
  holdFunding(held, { amount, at: data.at, ended });
  noteFact(held, ended ? nightOf(data.at) : data.at + 1, fact);
  const sums = begin(money, currency, null);
  sums.funding = add(sums.funding, amount);
}

/** An amount left or came without a fill, some time until then. */
export const onAdjusted = (money: Money, data: Data<'POSITION_ADJUSTED'>, at: Millis): void =>
  holdAdjusted(heldOf(money, data.instrument), data.amount, at);

/** A dated future has ended: all that was held of it became a result, less a fee that the row of the delivery takes at once. */
export function onDelivered(money: Money, data: Data<'POSITION_DELIVERED'>, fact: number): void {
  const { instrument, currency, price, at, fee } = data;
  const sums = begin(money, currency, null);
  sums.fees = add(sums.fees, fee);
  const exercised = futureOfOption(instrument);
  if (exercised !== undefined) heldOf(money, exercised).exercisedAt = at;
  for (const name of [instrument, exercised])
    if (name !== undefined) money.rows?.deliveries.set(name, fact);
  if (!isFuture(instrument)) return;
  const held = heldOf(money, instrument);
  const moved = neg(held.position);
  const result = holdFill(held, kindOf(money, instrument), { moved, replaced: ZERO, price, at });
  sums.realised = add(sums.realised, result);
}

/** One row of the exchange's log, written down by a fact. */
export function onCashRow(money: Money, row: CashRow, fact: number): void {
  const { currency, tradeId, change, type } = row;
  const sums = begin(money, currency, sub(row.balance, change));
  const seen = { row, fact, cash: sums.balance ?? ZERO };
  sums.balance = row.balance;
  if (tradeId !== null) {
    const { net, rest } = feeOf(row);
    const met = meetFee(money, { currency, tradeId, side: 'row', net });
    sums.other = add(sums.other, rest);
    const key = feeKey({ currency, tradeId });
    if (money.rows !== null) rowOfTrade(money.rows, seen, { key, met, net, rest });
    return;
  }
  if (row.instrument !== null && paysHeld(money, row, row.instrument))
    return settle(money, seen, row.instrument);
  const into = TRANSFERS.has(type) ? 'transfers' : 'other';
  sums[into] = add(sums[into], add(change, type === 'delivery' ? (row.fee ?? ZERO) : ZERO));
  if (money.rows !== null) rowOfMove(money.rows, seen, into);
}

/** Whether a row pays what was held of a future. */
const paysHeld = (money: Money, row: CashRow, instrument: string): boolean =>
  SETTLEMENTS.has(row.type) &&
  isFuture(instrument) &&
  !paysOption(money.held.get(instrument) ?? newHeld(instrument), row);

/** A settlement pays what is not cash yet. */
function settle(money: Money, seen: RowSeen, instrument: string): void {
  const { row } = seen;
  const sums = begin(money, row.currency, null);
  const held = heldOf(money, instrument);
  const judged = judgeSettlement(held, kindOf(money, instrument), row);
  if (judged.as === 'rounding' || judged.as === 'uncompared')
    sums[judged.as] = add(sums[judged.as], judged.rest);
  if (money.rows !== null)
    rowOfSettlement(money.rows, seen, { judged, paid: factsPaid(held, row.at) });
  holdSettlement(held, row, judged);
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
