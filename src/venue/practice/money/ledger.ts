/**
 * The exchange's own books, in which nothing comes from nowhere. Cash moves by postings, and each sums to zero over
 * accounts, market makers, fees, insurance, rounding and the outside; contracts move by trades, each from a seller to a
 * buyer. So in every currency all cash adds up to zero, and in every instrument all positions do.
 */
import { assert } from '../../../base/assert.ts';
import {
  type Decimal,
  abs,
  add,
  dec,
  gt,
  isZero,
  mul,
  neg,
  sum,
  ZERO,
} from '../../../base/decimal.ts';
import type { Direction } from '../../protocol/values.ts';
import { accrueInterest } from '../market/funding.ts';
import { fillMakers } from './house.ts';
import { unitOf, type InstrumentSpec } from '../products/instruments.ts';
import { equityOf } from './margin.ts';
import { accrueFunding, applyFill, emptyPosition, type FillEffect } from './positions.ts';
import type { AccountRecord, HouseBook, PositionRecord, RowRecord } from '../state.ts';
import { accountOf, marketOf, touchAccount, type World } from '../world.ts';

/** What an account's side of a posting says in its transaction log; `change` moves its cash. */
export type RowTerms = Omit<
  RowRecord,
  'id' | 'seq' | 'account' | 'currency' | 'at' | 'balance' | 'equity'
>;

/** One side of a posting: an account's, which is a row of its log, or a book's of the house. */
export type Side =
  | { readonly account: AccountRecord; readonly row: RowTerms }
  | { readonly book: HouseBook; readonly change: Decimal };

const changeOf = (side: Side): Decimal => ('book' in side ? side.change : side.row.change);

/** A row that says nothing but its type, its change and the sides of it that `more` names. */
export const rowOf = (terms: Pick<RowTerms, 'type' | 'change'> & Partial<RowTerms>): RowTerms => ({
  cashflow: terms.change,
  commission: null,
  instrument: null,
  position: null,
  side: '-',
  amount: null,
  price: null,
  mark: null,
  index: null,
  trade: null,
  order: null,
  role: null,
  session: null,
  source: null,
  ...terms,
});

/** Moves cash of one currency; what the sides gain and lose (exact, in whole units of the currency) sums to zero. */
export function post(world: World, currency: string, sides: readonly Side[]): void {
  const left = sum(sides.map(changeOf));
  assert(isZero(left), `a posting of ${currency} sums to zero, not to ${left}`);
  for (const side of sides) {
    if ('book' in side) postHouse(world, currency, side);
    else postRow(world, currency, side);
  }
}

/**
 * Moves cash whose parts were rounded one by one, as at a settlement: what they do not cancel out to goes to `rounding`,
 * at most one unit for each.
 */
export function postRounded(world: World, currency: string, sides: readonly Side[]): void {
  const left = sum(sides.map(changeOf));
  const most = mul(unitOf(currency), dec(sides.length));
  assert(!gt(abs(left), most), `${left} ${currency} is rounding of ${sides.length} parts`);
  post(world, currency, [...sides, { book: 'rounding', change: neg(left) }]);
}

function postHouse(
  { state, touched }: World,
  currency: string,
  { book, change }: { readonly book: HouseBook; readonly change: Decimal },
): void {
  if (isZero(change)) return;
  const cash = state.house[book];
  cash[currency] = add(cash[currency] ?? ZERO, change);
  touched.house = true;
}

function postRow(
  world: World,
  currency: string,
  { account, row }: { readonly account: AccountRecord; readonly row: RowTerms },
): void {
  const balance = add(account.balances[currency] ?? ZERO, row.change);
  account.balances[currency] = balance;
  account.userSeq++;
  world.state.rows.push({
    ...row,
    id: ++world.state.counters.row,
    seq: account.userSeq,
    account: account.id,
    currency,
    at: world.now,
    balance,
    equity: equityOf(world, account, currency),
  });
  touchAccount(world, account);
  if (row.type !== 'trade') world.news.push({ kind: 'cash', account: account.id });
}

/** An account's position after a fill, and what the fill did to it. */
export type Filled = { readonly position: PositionRecord; readonly effect: FillEffect };

/**
 * Moves contracts from a seller to a buyer at a price (> 0): names of accounts, null for the market makers. Answers what
 * became of the accounts' positions; their cash is posted by the caller.
 */
export function exchange(
  world: World,
  spec: InstrumentSpec,
  deal: {
    readonly amount: Decimal;
    readonly price: Decimal;
    readonly buy: string | null;
    readonly sell: string | null;
  },
): Readonly<Record<Direction, Filled | null>> {
  const { amount, price } = deal;
  accrueInterest(marketOf(world, spec.name), world.now);
  return {
    buy: fillHolder(world, spec, deal.buy, { signed: amount, price }),
    sell: fillHolder(world, spec, deal.sell, { signed: neg(amount), price }),
  };
}

function fillHolder(
  world: World,
  spec: InstrumentSpec,
  holder: string | null,
  fill: { readonly signed: Decimal; readonly price: Decimal },
): Filled | null {
  const market = marketOf(world, spec.name);
  if (holder === null) {
    fillMakers(market, spec, fill);
    return null;
  }
  const { positions } = accountOf(world, holder);
  const position = (positions[spec.name] ??= emptyPosition(market));
  accrueFunding(position, market);
  return { position, effect: applyFill(position, spec, fill) };
}
