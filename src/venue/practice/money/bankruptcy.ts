/**
 * An account that has nothing left to close and owes more than it has. Its session ends at once, the market makers stand in
 * for it until the settlement of the day; what it can not pay is paid by the insurance fund and, where that is empty, by
 * all whose session is a profit, each by the same share of it (session tax). Its cash is zero then, never below. Nobody's
 * position is reduced for it: the venue deleverages no one (FACTS, sections 13.2 and 17).
 */
import {
  type Decimal,
  add,
  div,
  gt,
  isZero,
  lt,
  max,
  min,
  mul,
  neg,
  roundTo,
  sign,
  sub,
  sum,
  ZERO,
} from '../../../base/decimal.ts';
import { makersProfit, takeOverSession } from './house.ts';
import { decimalsOf, type InstrumentSpec, isOption, roundCash } from '../products/instruments.ts';
import { post, rowOf, type Side } from './ledger.ts';
import { surplusOf } from './margin.ts';
import { noteBankruptcy } from '../market/past.ts';
import {
  accrueFunding,
  sessionFunding,
  sessionProfit,
  startSession,
  tellFunding,
} from './positions.ts';
import type { AccountRecord, Bankruptcy } from '../state.ts';
import { marketOf, specOf, touchAccount, type World } from '../world.ts';

const RATE_DIGITS = 8;

/** What an account holds or held in a currency. */
const heldIn = (world: World, account: AccountRecord, currency: string): InstrumentSpec[] =>
  Object.keys(account.positions)
    .map((name) => specOf(world, name))
    .filter((spec) => spec.settlement === currency);

/** Ends the matter where an account is flat in a currency and below zero; does nothing anywhere else. */
export function settleBankrupt(world: World, account: AccountRecord, currency: string): void {
  const held = heldIn(world, account, currency);
  if (held.some(({ name }) => !isZero(account.positions[name]?.size ?? ZERO))) return;
  if (sign(surplusOf(world, account, currency)) >= 0) return;
  const losses = held.map((spec) => ({ spec, ...endSession(world, account, spec) }));
  const owed = neg(account.balances[currency] ?? ZERO);
  const worst = losses.reduce((most, one) => (lt(one.change, most.change) ? one : most));
  if (sign(owed) > 0) rescue(world, account, { currency, owed, ...worst });
}

type Loss = { readonly change: Decimal; readonly funding: Decimal };

/** Books what a flat position's session came to, before its day is over; the makers carry it on. */
function endSession(world: World, account: AccountRecord, spec: InstrumentSpec): Loss {
  const market = marketOf(world, spec.name);
  const position = account.positions[spec.name];
  if (position === undefined) return { change: ZERO, funding: ZERO };
  if (isOption(spec)) {
    startSession(position, spec, market.mark);
    return { change: ZERO, funding: ZERO };
  }
  const funding = sessionFunding(position, market);
  const rpl = sessionProfit(position, spec, { market, mark: market.mark });
  const change = roundCash(spec.settlement, rpl);
  accrueFunding(position, market);
  const interest = tellFunding(position, spec);
  takeOverSession(market, position);
  world.touched.markets.add(market.name);
  touchAccount(world, account);
  if (isZero(change)) return { change, funding };
  const row = rowOf({
    type: 'settlement',
    change,
    instrument: spec.name,
    position: ZERO,
    amount: ZERO,
    price: market.mark,
    mark: market.mark,
    index: market.index,
    session: { rpl, upl: ZERO, funding, total: ZERO },
    interest,
  });
  post(world, spec.settlement, [
    { account, row },
    { book: 'makers', change: neg(change) },
  ]);
  return { change, funding };
}

/** Pays what an account owes: first the fund, then those who profit. */
function rescue(
  world: World,
  account: AccountRecord,
  of: Loss & { readonly spec: InstrumentSpec; readonly currency: string; readonly owed: Decimal },
): void {
  const { spec, currency, owed } = of;
  const market = marketOf(world, spec.name);
  const fund = max(ZERO, world.state.house.insurance[currency] ?? ZERO);
  const funded = min(owed, fund);
  const socialized = sub(owed, funded);
  const tax = taxOf(world, account, currency, socialized);
  const bankruptcy: Bankruptcy = { owed, funded, socialized, tax: tax.sum, taxRate: tax.rate };
  const rescued = rowOf({
    type: 'correction',
    change: owed,
    instrument: spec.name,
    mark: market.mark,
    index: market.index,
    session: { rpl: of.change, upl: ZERO, funding: of.funding },
    info: { reason: 'bankruptcy' },
    bankruptcy,
  });
  post(world, currency, [
    { account, row: rescued },
    ...tax.sides,
    { book: 'insurance', change: neg(funded) },
  ]);
  noteBankruptcy(world.state, market, { at: world.now, ...of, bankruptcy });
}

/** Who pays a loss that nothing covers, and how much; what can not be shared out is the makers'. */
function taxOf(
  world: World,
  bankrupt: AccountRecord,
  currency: string,
  socialized: Decimal,
): { readonly sides: readonly Side[]; readonly sum: Decimal; readonly rate: Decimal } {
  if (isZero(socialized)) return { sides: [], sum: ZERO, rate: ZERO };
  const winners = [...world.state.accounts.values()]
    .filter((one) => one !== bankrupt)
    .map((one) => ({ account: one, profit: profitOf(world, one, currency) }))
    .filter(({ profit }) => sign(profit) > 0);
  const makers = sum(
    [...world.specs.values()]
      .filter((spec) => spec.settlement === currency && !isOption(spec))
      .map((spec) => makersProfit(marketOf(world, spec.name), spec)),
  );
  const profits = add(max(ZERO, makers), sum(winners.map(({ profit }) => profit)));
  const part = gt(profits, ZERO)
    ? min(div(socialized, profits, 24, 'floor'), '1' as Decimal)
    : ZERO;
  const taxed = winners.flatMap(({ account, profit }) => {
    const tax = roundTo(mul(profit, part), decimalsOf(currency), 'floor');
    return isZero(tax) ? [] : [{ account, tax }];
  });
  const shared = sum(taxed.map(({ tax }) => tax));
  return {
    sides: [
      ...taxed.map(({ account, tax }) => ({
        account,
        row: rowOf({ type: 'correction', change: neg(tax), info: { reason: 'socialized_loss' } }),
      })),
      { book: 'makers', change: sub(shared, socialized) },
    ],
    sum: min(socialized, profits),
    rate: roundTo(part, RATE_DIGITS),
  };
}

/** What the session has brought an account so far in a currency; options have none, their cash moves at once. */
const profitOf = (world: World, account: AccountRecord, currency: string): Decimal =>
  sum(
    heldIn(world, account, currency).flatMap((spec) => {
      const position = account.positions[spec.name];
      const market = marketOf(world, spec.name);
      return position === undefined || isOption(spec)
        ? []
        : [sessionProfit(position, spec, { market, mark: market.mark })];
    }),
  );
