/** Books against exchange, to the last unit: every trade there is one fill here, and the cash is the same. */
import assert from 'node:assert/strict';
import { type Decimal, ZERO, add, dec, neg, sum } from '../../../src/base/decimal.ts';
import type { Position, Trade } from '../../../src/domain/shown.ts';
import type { Engine, Page } from './engine.ts';
import { settlementCurrency } from '../../../src/venue/deribit/decode-order.ts';
import { type Exchange, type ExchangeState, cashOf, positionOf } from './exchange.ts';

export type Compared = {
  readonly state: ExchangeState;
  readonly trades: readonly Trade[];
  readonly fills: number;
  /** Rows of the transaction log, of all currencies that were traded in. */
  readonly cashRows: number;
  /** Cash by currency, the same on both sides. */
  readonly cash: Readonly<Record<string, Decimal>>;
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
async function cashRows(
  engine: Engine,
  of: { readonly currency: string; readonly begun: Decimal; readonly target: string },
) {
  for (let round = 1; ; round++) {
    const rows = (await engine.facts('CASH_BOOKED'))
      .map(({ data }) => data.row)
      .filter(({ currency }) => currency === of.currency);
    if ((rows.at(-1)?.balance ?? of.begun) === of.target || round === CASH_ROUNDS) return rows;
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
  const foreign = (await engine.get<Page<Position>>('/positions')).items;
  for (const { name } of state.instruments) {
    const open = trades
      .filter(({ instrument }) => instrument === name)
      .map(({ direction, openAmount }) => (direction === 'long' ? openAmount : neg(openAmount)));
    const others = foreign
      .filter(({ instrument }) => instrument === name)
      .map(({ foreignAmount }) => foreignAmount);
    assert.equal(
      sum([...open, ...others]),
      positionOf(state, name),
      `open and foreign amounts are the position in ${name}`,
    );
  }
  const currencies = [
    ...new Set(['USDC', ...state.trades.map(({ instrument }) => settlementCurrency(instrument))]),
  ];
  const nobodys = facts.flatMap(({ data: { fill, allocations } }) =>
    allocations
      .filter(({ trade }) => trade === null)
      .map(({ fee }) => ({ currency: fill.currency, fee })),
  );
  const cash: Record<string, Decimal> = {};
  let rows = 0;
  for (const currency of currencies) {
    const money = await compareMoney({ engine, state, trades, nobodys, currency });
    cash[currency] = money.held;
    rows += money.rows;
  }
  return { state, trades, fills: facts.length, cashRows: rows, cash };
}

/** Fees and cash of one currency, row by row; answers how many rows there were and what they came to. */
async function compareMoney(of: {
  readonly engine: Engine;
  readonly state: ExchangeState;
  readonly trades: readonly Trade[];
  /** Fees of fills, or parts of fills, that belong to no trade. */
  readonly nobodys: readonly { readonly currency: string; readonly fee: Decimal }[];
  readonly currency: string;
}): Promise<{ readonly rows: number; readonly held: Decimal }> {
  const { engine, state, trades, nobodys, currency } = of;
  const fees = sum([
    ...trades.filter((trade) => trade.currency === currency).map((one) => one.fees),
    ...nobodys.filter((part) => part.currency === currency).map(({ fee }) => fee),
  ]);
  const charged = state.trades.filter(
    ({ instrument }) => settlementCurrency(instrument) === currency,
  );
  assert.equal(
    fees,
    sum(charged.map(({ fee }) => dec(fee))),
    `fees of trades and of nobody are those of the exchange, in ${currency}`,
  );
  const target = cashOf(state, currency) ?? '';
  const [baseline] = await engine.facts('BASELINE_TAKEN');
  const begun = baseline?.data.balances.find((one) => one.currency === currency)?.balance ?? ZERO;
  const rows = await cashRows(engine, { currency, begun, target });
  const held = rows.reduce((cash: Decimal, { change }) => add(cash, change), begun);
  assert.equal(held, target, `cash in ${currency}`);
  return { rows: rows.length, held };
}

const byFirst = ([a = '']: readonly string[], [b = '']: readonly string[]): number =>
  a < b ? -1 : a > b ? 1 : 0;
