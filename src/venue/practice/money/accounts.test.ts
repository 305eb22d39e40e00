/** Several accounts on one exchange: one market between them, and nothing private of one ever reaches another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountNamed } from '../exchange.ts';
import { type Bench, changesOf, createBench, on, PERP } from '../harness.contract.ts';

const BOTH = [accountNamed('main'), accountNamed('hedge')];

function login(bench: Bench, key: string): number {
  const conn = bench.connect();
  bench.ok(conn, 'public/auth', {
    grant_type: 'client_credentials',
    client_id: key,
    client_secret: `${key}-secret`,
  });
  return conn;
}

test('what one account does is in no answer, no channel and no cash of the other', () => {
  const bench = createBench({ accounts: BOTH });
  const main = bench.login();
  const hedge = login(bench, 'practice-engine-hedge');
  const channels = ['orders', 'trades', 'changes'].map((kind) => `user.${kind}.${PERP}.raw`);
  bench.ok(hedge, 'private/subscribe', { channels: [...channels, 'user.portfolio.usdc'] });
  bench.inbox(hedge);

  const filled = bench.buy(main, { amount: 0.1, type: 'market', label: 'mine' });
  const resting = bench.buy(main, { amount: 0.1, type: 'limit', price: 60000, label: 'rests' });
  bench.pass(5_000);
  assert.deepEqual(on(bench.inbox(hedge), 'user.orders'), []);
  assert.deepEqual(changesOf(bench.inbox(hedge)), []);

  const currency = { currency: 'USDC' };
  assert.deepEqual(bench.ok(hedge, 'private/get_positions'), []);
  assert.deepEqual(bench.ok(hedge, 'private/get_open_orders'), []);
  assert.deepEqual(
    bench.ok(hedge, 'private/get_open_orders_by_label', { ...currency, label: 'rests' }),
    [],
  );
  assert.deepEqual(
    bench.ok(hedge, 'private/get_order_state_by_label', { ...currency, label: 'mine' }),
    [],
  );
  assert.deepEqual(bench.ok(hedge, 'private/get_order_history_by_currency', currency), []);
  assert.deepEqual(
    bench.ok(hedge, 'private/get_user_trades_by_currency', { ...currency, count: 100 }).trades,
    [],
  );
  const { order_id } = filled.order;
  assert.equal(bench.fails(hedge, 'private/get_order_state', { order_id }).code, 10004);
  assert.deepEqual(bench.ok(hedge, 'private/get_user_trades_by_order', { order_id }), []);
  const id = resting.order.order_id;
  assert.equal(bench.fails(hedge, 'private/cancel', { order_id: id }).code, 10004);
  assert.equal(
    bench.fails(hedge, 'private/edit', { order_id: id, amount: 0.1, price: 61000 }).code,
    10004,
  );
  assert.equal(bench.ok(hedge, 'private/cancel_by_label', { label: 'rests' }), 0);
  bench.ok(hedge, 'private/cancel_all');
  assert.equal(bench.order(main, id).order_state, 'open');
  const log = bench.ok(hedge, 'private/get_transaction_log', {
    ...currency,
    start_timestamp: 0,
    end_timestamp: bench.clock.server + 1,
  });
  assert.deepEqual(
    log.logs.map(({ type }) => type),
    ['deposit'],
  );
  assert.equal(bench.ok(hedge, 'private/get_account_summary', currency).balance, 10_000);
  assert.ok(bench.ok(main, 'private/get_account_summary', currency).balance < 10_000);
});

test('orders of two accounts meet in one book, and a hand acts in the account that it names', () => {
  const bench = createBench({ accounts: BOTH });
  const main = bench.login();
  const hedge = login(bench, 'practice-engine-hedge');
  const { order } = bench.sell(main, { amount: 0.1, type: 'limit', price: 64001, post_only: true });
  const bought = bench.buy(hedge, { amount: 0.1, type: 'market' });
  assert.equal(bench.order(main, order.order_id).order_state, 'filled');
  assert.equal(bought.order.average_price, order.price);
  const sizes = () =>
    bench.state().accounts.map(({ id, positions }) => [id, positions[0]?.size ?? '0']);
  assert.deepEqual(sizes(), [
    ['main', '-0.1'],
    ['hedge', '0.1'],
  ]);

  const close = { account: 'hedge', instrument: PERP };
  assert.equal(bench.control('POST', 'close', close).status, 200);
  assert.deepEqual(sizes(), [
    ['main', '-0.1'],
    ['hedge', '0'],
  ]);
  const strange = bench.control('POST', 'close', { ...close, account: 'spare' });
  assert.deepEqual(
    [strange.status, strange.body.error.field, strange.body.error.accepted],
    [400, 'account', 'main, hedge'],
  );
});

test('an account that is named later is opened then, stays for good, and has its own two keys', () => {
  const bench = createBench({ accounts: BOTH.slice(0, 1) });
  assert.equal(
    bench.fails(bench.connect(), 'public/auth', {
      grant_type: 'client_credentials',
      client_id: 'practice-engine-hedge',
      client_secret: 'practice-engine-hedge-secret',
    }).code,
    13004,
  );
  bench.buy(bench.login(), { amount: 0.1, type: 'market' });
  const grown = createBench({
    accounts: BOTH,
    restore: { snapshot: bench.exchange().snapshot(), entries: [] },
  });
  grown.clock.server = bench.clock.server;
  const web = login(grown, 'practice-web-hedge');
  assert.equal(grown.buy(web, { amount: 0.2, type: 'market' }).order.web, true);
  grown.restart('snapshot');
  const { accounts } = grown.state();
  assert.deepEqual(
    accounts.map(({ id, positions }) => [id, positions[0]?.size]),
    [
      ['main', '0.1'],
      ['hedge', '0.2'],
    ],
  );
  login(grown, 'practice-engine-hedge');
});
