/** X25 and X26: answers that tell less than there is, or more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountNamed } from '../exchange.ts';
import { type Bench, createBench, PERP } from '../harness.contract.ts';

const ETHER = 'ETH_USDC-PERPETUAL';

const plant = (bench: Bench, values: object): number => {
  const answer = bench.control('POST', 'fault', { kind: 'X25', ...values });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.id;
};
const heal = (bench: Bench, id: number): void => {
  assert.equal(bench.control('DELETE', `fault/${id}`).status, 200);
};

test('X25: a list leaves out a row, that of an instrument or its first; what is asked next is whole again', () => {
  const bench = createBench();
  const conn = bench.login();
  for (const instrument_name of [PERP, ETHER])
    bench.buy(conn, { instrument_name, amount: 0.01, type: 'market' });
  for (const price of [63_000, 63_500]) bench.buy(conn, { amount: 0.001, price });
  const held = (): readonly string[] =>
    bench
      .ok(conn, 'private/get_positions')
      .map(({ instrument_name }) => instrument_name)
      .sort();
  plant(bench, { instrument: ETHER });
  assert.deepEqual([held(), held()], [[PERP], [PERP, ETHER]], 'it strikes once');
  const orders = plant(bench, { method: 'private/get_open_orders', ms: 5_000 });
  assert.equal(bench.ok(conn, 'private/get_open_orders').length, 1);
  heal(bench, orders);
  plant(bench, { method: 'private/get_user_trades*', instrument: PERP });
  const read = bench.ok(conn, 'private/get_user_trades_by_currency', { currency: 'USDC' });
  assert.deepEqual(
    [read.trades.map(({ instrument_name }) => instrument_name), read.has_more],
    [[ETHER], false],
  );
  assert.equal(bench.state().trades.length, 2, 'the exchange itself knows all');
});

test('X25: a position is shown as if none were held, in the list and by name, the other one as it is', () => {
  const bench = createBench();
  const conn = bench.login();
  for (const instrument_name of [PERP, ETHER])
    bench.buy(conn, { instrument_name, amount: 0.01, type: 'market' });
  plant(bench, { how: 'zero', instrument: PERP, ms: 5_000 });
  const rows = bench.ok(conn, 'private/get_positions');
  const sizes = new Map(rows.map((row) => [row.instrument_name, [row.size, row.direction]]));
  assert.deepEqual(
    [sizes.get(PERP), sizes.get(ETHER)],
    [
      [0, 'zero'],
      [0.01, 'buy'],
    ],
  );
  assert.equal(bench.ok(conn, 'private/get_position', { instrument_name: PERP }).size, 0);
  assert.equal(bench.ok(conn, 'private/get_position', { instrument_name: ETHER }).size, 0.01);
});

test('a row less means reads unless a method is named: an order is answered with its trades', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.control('POST', 'fault', { kind: 'short_answer', ms: 5_000 });
  assert.equal(bench.buy(conn, { amount: 0.001, type: 'market' }).trades.length, 1);
  assert.deepEqual(bench.ok(conn, 'private/get_positions'), []);
});

test('X26: a list of orders holds those of another account behind our own; nothing else is mixed', () => {
  const bench = createBench({ accounts: [accountNamed('main'), accountNamed('other')] });
  const conn = bench.login();
  bench.buy(conn, { amount: 0.001, price: 63_000, label: 'mine' });
  const order = { instrument: PERP, direction: 'buy', amount: '0.002', price: '63000' };
  assert.equal(bench.control('POST', 'order', { ...order, account: 'other' }).status, 200);
  const read = (): readonly string[] =>
    bench.ok(conn, 'private/get_open_orders').map(({ amount, label }) => `${amount} ${label}`);
  assert.deepEqual(read(), ['0.001 mine']);
  bench.control('POST', 'fault', { kind: 'X26' });
  assert.deepEqual([read(), read()], [['0.001 mine', '0.002 '], ['0.001 mine']]);
});
