/** Books against exchange, to the last unit: every trade there is one fill here, and the cash is the same. */
import assert from 'node:assert/strict';
import { type Decimal, ZERO, add, dec, neg, sum } from '../../../src/base/decimal.ts';
import type { Trade } from '../../../src/domain/shown.ts';
import type { Engine } from './engine.ts';
import { type Exchange, type ExchangeState, PERPETUAL, cashOf, positionOf } from './exchange.ts';

export type Compared = {
  readonly state: ExchangeState;
  readonly trades: readonly Trade[];
  readonly fills: number;
  readonly cashRows: number;
  readonly cashInBooks: string;
  readonly cashAtExchange: string;
};

/** Every label of ours names one order; orders that a trigger order turned into are that order. */
export function assertOneOrderPerLabel({ orders }: ExchangeState): void {
  const first = new Map<string, string>();
  for (const { label, orderId, bornFrom } of orders) {
    if (!label.startsWith('ls:') || bornFrom !== null) continue;
    const other = first.get(label);
    assert.equal(other, undefined, `${label} names ${other} and ${orderId}`);
    first.set(label, orderId);
  }
  assert.ok(first.size > 0, 'no order of ours was found at all');
}

const CASH_ROUNDS = 20;

/** The rows of the transaction log come in the background after a check; checks are asked for until they are all there. */
async function cashRows(engine: Engine, target: string) {
  for (let round = 1; ; round++) {
    const rows = (await engine.facts('CASH_BOOKED'))
      .map(({ data }) => data.row)
      .filter(({ currency }) => currency === 'USDC');
    if (rows.at(-1)?.balance === target || round === CASH_ROUNDS) return rows;
    await engine.reconcile();
  }
}

/** Compares everything; the market must stand still. */
export async function compareBooks(engine: Engine, exchange: Exchange): Promise<Compared> {
  const report = await engine.reconcile();
  assert.ok(report.ok && report.complete, JSON.stringify(report));
  const state = await exchange.state();
  assertOneOrderPerLabel(state);

  const facts = await engine.facts('FILL_BOOKED');
  const booked = facts.map(({ data: { fill } }) => [
    fill.tradeId,
    fill.orderId,
    fill.instrument,
    fill.direction,
    fill.amount,
    fill.price,
    fill.fee,
  ]);
  const traded = state.trades.map((one) => [
    one.tradeId,
    one.orderId,
    one.instrument,
    one.direction,
    one.amount,
    one.price,
    one.fee,
  ]);
  assert.deepEqual(
    booked.toSorted(byFirst),
    traded.toSorted(byFirst),
    'fills of the books are the trades of the exchange',
  );
  for (const { data } of facts)
    assert.equal(sum(data.allocations.map(({ amount }) => amount)), data.fill.amount);

  const trades = await engine.trades();
  const open = trades.map(({ direction, openAmount }) =>
    direction === 'long' ? openAmount : neg(openAmount),
  );
  assert.equal(sum(open), positionOf(state), 'open amounts are the position');
  const fees = sum(trades.map((trade) => trade.fees));
  assert.equal(
    fees,
    sum(state.trades.map(({ fee }) => dec(fee))),
    'fees of the trades are those of the exchange',
  );

  const cashAtExchange = cashOf(state) ?? '';
  const rows = await cashRows(engine, cashAtExchange);
  const baseline = await engine.facts('BASELINE_TAKEN');
  const begun =
    baseline[0]?.data.balances.find(({ currency }) => currency === 'USDC')?.balance ?? ZERO;
  const cashInBooks = rows.reduce((cash: Decimal, { change }) => add(cash, change), begun);
  assert.equal(cashInBooks, cashAtExchange, `cash of ${PERPETUAL}'s currency`);
  return { state, trades, fills: facts.length, cashRows: rows.length, cashInBooks, cashAtExchange };
}

const byFirst = ([a = '']: readonly string[], [b = '']: readonly string[]): number =>
  a < b ? -1 : a > b ? 1 : 0;
