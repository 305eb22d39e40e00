/**
 * Double entry (I14): what each fact does to the money of the account, as entries that sum to zero per currency. What the
 * exchange holds for us is `cash`; what it owes us until a settlement is `session`, and what it is owed of a fee until the
 * log tells of it is `fees_due`. The others say where it came from and went to: > 0 spent, < 0 gained.
 */
import { assert } from '../base/assert.ts';
import { add, type Decimal, isZero, neg, sub, ZERO } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { CashRow } from './account.ts';
import type { Books } from './books.ts';
import type { Fact, FactBody } from './fact.ts';
import {
  feeKey,
  type FeeMet,
  type Held,
  holdAdjusted,
  holdBaseline,
  holdFill,
  holdFunding,
  holdSettlement,
  judgeFee,
  judgeSettlement,
  newHeld,
  paysOption,
  type SettlementJudged,
  type WaitingFee,
} from './held.ts';
import { futureOfOption, isFuture } from './instrument.ts';

type Data<Type extends FactBody['type']> = Extract<FactBody, { readonly type: Type }>['data'];

/** What money is kept under. */
export type AccountName =
  | 'cash'
  | 'session'
  | 'fees_due'
  | 'opening'
  | 'results'
  | 'fees'
  | 'funding'
  | 'transfers'
  | 'options'
  | 'corrections'
  | 'other'
  | 'rounding'
  | 'uncompared'
  | 'unexplained';

type Entry = readonly [currency: string, account: AccountName, amount: Decimal];

/** What stands in an account. */
export const standOf = (books: Books, currency: string, account: AccountName): Decimal =>
  books.accounts.get(`${currency}/${account}`) ?? ZERO;

/** Books entries that sum to zero per currency. */
function post(books: Books, entries: readonly Entry[]): void {
  const sums = new Map<string, Decimal>();
  for (const [currency, account, amount] of entries) {
    sums.set(currency, add(sums.get(currency) ?? ZERO, amount));
    const key = `${currency}/${account}`;
    if (!isZero(amount)) books.accounts.set(key, add(books.accounts.get(key) ?? ZERO, amount));
  }
  for (const [currency, left] of sums)
    assert(isZero(left), `entries of ${currency} sum to zero, not to ${left}`);
}

/** Moves an amount from one account into another. */
const move = (
  currency: string,
  amount: Decimal,
  { from, into }: { readonly from: AccountName; readonly into: AccountName },
): readonly Entry[] => [
  [currency, into, amount],
  [currency, from, neg(amount)],
];

function heldOf(books: Books, instrument: string): Held {
  const known = books.held.get(instrument);
  if (known !== undefined) return known;
  const fresh = newHeld(instrument);
  books.held.set(instrument, fresh);
  return fresh;
}

const kindOf = (books: Books, instrument: string) =>
  books.instruments.get(instrument)?.kind ?? 'linear';

/** What the account held at the first start. */
function bookBaseline(books: Books, { positions, balances, at }: Data<'BASELINE_TAKEN'>): void {
  for (const { currency, balance } of balances)
    post(books, move(currency, balance, { from: 'opening', into: 'cash' }));
  for (const { instrument, size, averagePrice } of positions)
    if (isFuture(instrument))
      holdBaseline(heldOf(books, instrument), kindOf(books, instrument), {
        size,
        averagePrice,
        at,
      });
}

/** A fill: its result waits for the settlement, its fee for the row of the log. */
function bookFill(books: Books, { fill, allocations }: Data<'FILL_BOOKED'>): void {
  const { instrument, feeCurrency, tradeId, fee, price, at } = fill;
  const side = (amount: Decimal): Decimal => (fill.direction === 'buy' ? amount : neg(amount));
  if (isFuture(instrument)) {
    let replaced = ZERO;
    for (const { role, amount } of allocations)
      if (role === 'replace') replaced = add(replaced, amount);
    const moved = side(sub(fill.amount, replaced));
    const result = holdFill(heldOf(books, instrument), kindOf(books, instrument), {
      moved,
      replaced: side(replaced),
      price,
      at,
    });
    post(books, move(fill.currency, result, { from: 'results', into: 'session' }));
  }
  post(books, move(feeCurrency, fee, { from: 'fees_due', into: 'fees' }));
  meet(books, { currency: feeCurrency, tradeId, side: 'fill', net: fee });
}

/** Funding that was shared out waits for the settlement. */
function bookFunding(books: Books, data: Data<'FUNDING_ACCRUED'>): void {
  const currency = books.instruments.get(data.instrument)?.settlementCurrency;
  let amount = ZERO;
  for (const share of data.allocations) amount = add(amount, share.amount);
  if (currency === undefined || isZero(amount)) return;
  holdFunding(heldOf(books, data.instrument), { amount, at: data.at, ended: data.ended === true });
  post(books, move(currency, amount, { from: 'funding', into: 'session' }));
}

/** A position that moved without a fill. */
function bookAdjusted(books: Books, data: Data<'POSITION_ADJUSTED'>, at: Millis): void {
  if (isFuture(data.instrument)) holdAdjusted(heldOf(books, data.instrument), data.amount, at);
}

/** A delivery: the result of all that was held, and what it costs; its row comes with it. */
function bookDelivered(books: Books, data: Data<'POSITION_DELIVERED'>): void {
  const { instrument, currency, price, at, fee } = data;
  const exercised = futureOfOption(instrument);
  if (exercised !== undefined) heldOf(books, exercised).exercisedAt = at;
  post(books, move(currency, fee, { from: 'fees_due', into: 'fees' }));
  if (!isFuture(instrument)) return;
  const held = heldOf(books, instrument);
  const moved = neg(held.position);
  const result = holdFill(held, kindOf(books, instrument), { moved, replaced: ZERO, price, at });
  post(books, move(currency, result, { from: 'results', into: 'session' }));
}

/** A fee that is left over when both its sides are known is unexplained. */
function meet(books: Books, given: WaitingFee): void {
  const key = feeKey(given);
  const met = judgeFee(books.fees.get(key), given);
  if (met.as !== 'met') return void books.fees.set(key, met.fee);
  books.fees.delete(key);
  post(books, move(given.currency, met.rest, { from: 'unexplained', into: 'fees_due' }));
}

/** Where rows without a trade and without a settlement come from. Words that we do not know still moved the cash. */
const FROM: Readonly<Record<string, AccountName>> = {
  deposit: 'transfers',
  withdrawal: 'transfers',
  transfer: 'transfers',
  swap: 'transfers',
  correction: 'corrections',
  options_settlement_summary: 'options',
};

/** What of a row's change is its fee, and what is not: premiums, and what a pair was paid with. */
export const feeOf = ({
  change,
  fee = null,
}: CashRow): { readonly net: Decimal; readonly rest: Decimal } =>
  fee === null ? { net: change, rest: ZERO } : { net: neg(fee), rest: add(change, fee) };

/** The same of a settlement or delivery: only the latter has a fee. */
const payOf = ({
  change,
  fee = null,
}: CashRow): { readonly net: Decimal; readonly rest: Decimal } =>
  fee === null ? { net: ZERO, rest: change } : { net: neg(fee), rest: add(change, fee) };

/** What a row is, by the books as they stand before it. */
export type RowJudged =
  | { readonly kind: 'trade'; readonly met: FeeMet; readonly rest: Decimal }
  | { readonly kind: 'settlement'; readonly judged: SettlementJudged; readonly instrument: string }
  | { readonly kind: 'move'; readonly from: AccountName };

/** Judges a row of the log without taking it in. */
export function judgeRow(books: Books, row: CashRow): RowJudged {
  const { currency, tradeId, instrument, type } = row;
  if (tradeId !== null) {
    const { net, rest } = feeOf(row);
    const waiting = books.fees.get(feeKey({ currency, tradeId }));
    return { kind: 'trade', met: judgeFee(waiting, { currency, tradeId, side: 'row', net }), rest };
  }
  if (
    (type === 'settlement' || type === 'delivery') &&
    instrument !== null &&
    isFuture(instrument)
  ) {
    const held = books.held.get(instrument) ?? newHeld(instrument);
    if (paysOption(held, row)) return { kind: 'move', from: 'options' };
    return {
      kind: 'settlement',
      judged: judgeSettlement(held, kindOf(books, instrument), row),
      instrument,
    };
  }
  if (type === 'settlement' || type === 'delivery') return { kind: 'move', from: 'options' };
  return { kind: 'move', from: FROM[type] ?? 'other' };
}

/** One row of the exchange's log. What its balance does not follow from is unexplained. */
function bookRow(books: Books, row: CashRow): void {
  const { currency, change, balance, tradeId } = row;
  const drift = sub(balance, add(standOf(books, currency, 'cash'), change));
  post(books, move(currency, drift, { from: 'unexplained', into: 'cash' }));
  const judged = judgeRow(books, row);
  switch (judged.kind) {
    case 'trade': {
      const { net } = feeOf(row);
      post(books, move(currency, net, { from: 'fees_due', into: 'cash' }));
      post(books, move(currency, judged.rest, { from: 'options', into: 'cash' }));
      return meet(books, { currency, tradeId: tradeId ?? '', side: 'row', net });
    }
    case 'settlement': {
      const { net, rest } = payOf(row);
      post(books, move(currency, rest, { from: 'session', into: 'cash' }));
      post(books, move(currency, net, { from: 'fees_due', into: 'cash' }));
      return settle(books, row, judged);
    }
    case 'move': {
      const { net, rest } = row.type === 'delivery' ? payOf(row) : { net: ZERO, rest: change };
      post(books, move(currency, net, { from: 'fees_due', into: 'cash' }));
      return post(books, move(currency, rest, { from: judged.from, into: 'cash' }));
    }
  }
}

/** What a settlement paid beside the exact result is where it belongs, and not owed. */
function settle(
  books: Books,
  row: CashRow,
  { judged, instrument }: Extract<RowJudged, { readonly kind: 'settlement' }>,
): void {
  holdSettlement(heldOf(books, instrument), row, judged);
  if (judged.as !== 'open')
    post(books, move(row.currency, judged.rest, { from: judged.as, into: 'session' }));
}

/** Kinds of facts that move money. */
const MOVES: {
  readonly [Type in FactBody['type']]?: (books: Books, data: Data<Type>, at: Millis) => void;
} = {
  BASELINE_TAKEN: bookBaseline,
  FILL_BOOKED: bookFill,
  FUNDING_ACCRUED: bookFunding,
  POSITION_ADJUSTED: bookAdjusted,
  POSITION_DELIVERED: bookDelivered,
  CASH_BOOKED: (books, { row }) => bookRow(books, row),
};

/** Takes in what a fact, recorded at a time, does to the account's money; most do nothing. */
export function bookMoney(books: Books, fact: Fact, at: Millis): void {
  const moves = MOVES[fact.type] as
    | ((books: Books, data: Fact['data'], at: Millis) => void)
    | undefined;
  moves?.(books, fact.data, at);
}
