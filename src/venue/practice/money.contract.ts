/** What an account's figures must add up to, as a client of the exchange is shown them; sums that share no code with it. */
import assert from 'node:assert/strict';
import { must } from '../../base/assert.ts';
import {
  type Decimal,
  abs,
  add,
  dec,
  div,
  isZero,
  lte,
  mul,
  neg,
  sub,
  sum,
  ZERO,
} from '../../base/decimal.ts';
import type { AccountSummary, TransactionRow } from '../protocol/objects.ts';
import { type Act, beginLife, isInverse, type Life, NAMES, perform } from './history.contract.ts';
import { unitOf } from './products/instruments.ts';
import type { Snapshot } from './record.ts';

const CURRENCIES = ['USDC', 'BTC'] as const;

const near = (a: Decimal, b: Decimal, most: Decimal, what: string): void =>
  assert.ok(lte(abs(sub(a, b)), most), `${what}: ${a} and ${b}`);

/** FACTS, section 11: what the numbers of one currency have to do with each other, to one unit of rounding. */
function assertIdentities(shown: AccountSummary, where: string): void {
  const figure = (name: keyof AccountSummary): Decimal => dec(shown[name] as number);
  const unit = unitOf(shown.currency);
  const of = (left: keyof AccountSummary, right: Decimal): void =>
    near(figure(left), right, unit, `${where}: ${left}`);
  const sums = (...names: readonly (keyof AccountSummary)[]): Decimal => sum(names.map(figure));
  of('equity', sums('balance', 'futures_session_upl', 'futures_session_rpl', 'options_value'));
  of('margin_balance', sub(figure('equity'), figure('options_value')));
  of('available_funds', sub(figure('margin_balance'), figure('initial_margin')));
  of('session_upl', sums('futures_session_upl', 'options_session_upl'));
  of('session_rpl', sums('futures_session_rpl', 'options_session_rpl'));
  of('total_pl', sums('futures_pl', 'options_pl'));
  const free = [figure('balance'), figure('margin_balance')].map((cash) =>
    sub(cash, figure('initial_margin')),
  );
  const least = free.reduce((a, b) => (lte(a, b) ? a : b));
  of('available_withdrawal_funds', lte(least, ZERO) ? ZERO : least);
  const deltas = Object.values(shown.delta_total_map).map((delta) => dec(delta));
  near(figure('delta_total'), sum(deltas), dec('0.000000002'), `${where}: delta_total`);
}

/** Rows of the log, oldest first. */
const logOf = ({ bench, conns }: Life, name: (typeof NAMES)[number], currency: string) =>
  bench
    .ok(conns[name], 'private/get_transaction_log', {
      currency,
      start_timestamp: 0,
      end_timestamp: bench.clock.server,
      count: 250,
    })
    .logs.toReversed();

/** The balance follows from the changes, row by row, and nothing is missing between the rows of all currencies. */
function assertLog(life: Life, name: (typeof NAMES)[number]): readonly TransactionRow[] {
  const all: TransactionRow[] = [];
  for (const currency of CURRENCIES) {
    let balance = ZERO;
    for (const row of logOf(life, name, currency)) {
      balance = add(balance, dec(row.change));
      assert.equal(dec(row.balance), balance, `${name}: balance after row ${row.id}`);
      if (row.type === 'trade') {
        const premium = (row.instrument_name ?? '').split('-').length > 2 ? row.cashflow : 0;
        assert.equal(dec(row.change), sub(dec(premium), dec(row.commission ?? 0)));
      }
      all.push(row);
    }
    const { balance: shown } = life.bench.ok(life.conns[name], 'private/get_account_summary', {
      currency,
    });
    assert.equal(dec(shown), balance, `${name}: the sum of all changes`);
  }
  const seqs = all.map((row) => row.user_seq).sort((a, b) => a - b);
  assert.deepEqual(
    seqs,
    seqs.map((_, i) => i + 1),
    `${name}: user_seq without a gap`,
  );
  return all;
}

/** Worth of a signed size at a price, up to a constant: linear in quote currency, inverse in coin. */
const worth = (instrument: string, size: Decimal, price: Decimal): Decimal =>
  isInverse(instrument) ? (isZero(size) ? ZERO : neg(div(size, price, 30))) : mul(size, price);

/** Mark prices as the positions of an account tell them; what was delivered is in none. */
type Marks = ReadonlyMap<string, Decimal>;

/** What one contract that has ended paid, as a price. */
function deliveredAt(stored: Snapshot, instrument: string): Decimal {
  const market = stored.markets.find(({ name }) => name === instrument);
  const { price } = must(market?.dated?.delivery, `the delivery of ${instrument}`);
  const [, , strike, side] = instrument.split('-');
  if (strike === undefined) return price;
  const paid = side === 'C' ? sub(price, dec(strike)) : sub(dec(strike), price);
  return lte(paid, ZERO) ? ZERO : paid;
}

/** Equity from what came in, what fees and funding cost, and what the fills are worth at the mark; no session is known here. */
function equityOf(
  stored: Snapshot,
  { name, currency, marks }: Readonly<{ name: string; currency: string; marks: Marks }>,
) {
  const rows = stored.rows.filter((row) => row.account === name && row.currency === currency);
  const flows = rows.filter(({ type }) => !['trade', 'settlement', 'delivery'].includes(type));
  const settled = rows.filter(({ type }) => type === 'settlement' || type === 'delivery');
  const names = stored.markets
    .map((market) => market.name)
    .filter((each) => (isInverse(each) ? each.startsWith(`${currency}-`) : currency === 'USDC'));
  const trades = stored.trades.filter(
    (trade) => trade.account === name && names.includes(trade.instrument),
  );
  const sizes = new Map<string, Decimal>();
  let profit = ZERO;
  for (const { instrument, direction, amount, price } of trades) {
    const signed = direction === 'buy' ? amount : neg(amount);
    sizes.set(instrument, add(sizes.get(instrument) ?? ZERO, signed));
    profit = sub(profit, worth(instrument, signed, price));
  }
  for (const [instrument, size] of sizes) {
    const mark = marks.get(instrument) ?? deliveredAt(stored, instrument);
    profit = add(profit, worth(instrument, size, mark));
  }
  const account = must(
    stored.accounts.find(({ id }) => id === name),
    'an account',
  );
  const running = names.map((instrument) => {
    const position = account.positions[instrument];
    const market = stored.markets.find((one) => one.name === instrument);
    if (position === undefined || market === undefined) return ZERO;
    const since = mul(position.size, sub(market.interest, position.interestAt));
    return div(sub(position.funding, since), dec(28_800_000), 24);
  });
  return {
    expected: sum([
      ...flows.map(({ change }) => change),
      ...trades.map(({ fee }) => neg(fee)),
      profit,
      ...settled.map(({ session }) => session?.funding ?? ZERO),
      ...settled.map(({ commission }) => neg(commission ?? ZERO)),
      ...running,
    ]),
    /** Half a unit for each row that was rounded, and what is shown is rounded once more. */
    tolerance: mul(unitOf(currency), dec(1 + settled.length)),
  };
}

/** How many rows of a kind were looked at. */
export type Seen = { trades: number; settlements: number };

/** Lives a history: the identities hold after every step, and at the end the log and the equity add up. */
export function assertMoney(acts: readonly Act[], lively: boolean, seen: Seen): void {
  const life = beginLife(lively);
  const { bench, conns } = life;
  const summaryOf = (name: (typeof NAMES)[number], currency: string): AccountSummary =>
    bench.ok(conns[name], 'private/get_account_summary', { currency });
  for (const [n, one] of acts.entries()) {
    perform(life, one);
    for (const name of NAMES)
      for (const currency of CURRENCIES)
        assertIdentities(summaryOf(name, currency), `${name} after act ${n} (${one.kind})`);
  }
  const stored = bench.stored();
  for (const name of NAMES) {
    for (const { type } of assertLog(life, name)) {
      if (type === 'trade') seen.trades++;
      if (type === 'settlement') seen.settlements++;
    }
    for (const currency of CURRENCIES) {
      const held = bench.ok(conns[name], 'private/get_positions', { currency });
      const marks = new Map(held.map((one) => [one.instrument_name, dec(one.mark_price)]));
      const { expected, tolerance } = equityOf(stored, { name, currency, marks });
      const shown = dec(summaryOf(name, currency).equity);
      near(shown, expected, tolerance, `${name}: equity in ${currency}`);
    }
  }
}
