/** What requests cost: buckets by account, address and category, in real time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tier } from './credits.ts';
import { createBench, PERP } from '../harness.contract.ts';

const FAR_BELOW = { type: 'limit', price: 60_000, amount: 0.0001 };

type Bench = ReturnType<typeof createBench>;

/** How many of these requests are answered without 10028, up to 600. */
function afforded(bench: Bench, conn: number, method: string, params: object): number {
  for (let count = 0; count < 600; count++)
    if (bench.ask(conn, method, params)?.error?.code === 10028) return count;
  return 600;
}

const tiered = (tier: Tier = 4, rateLimitCloses = false): Bench =>
  createBench({ credits: { tier }, venue: { rateLimitCloses } });

test('every category has its own bucket, with the burst and the refill of the reference', () => {
  const cases: readonly (readonly [string, object, number, number])[] = [
    ['private/get_open_orders', {}, 99, 20],
    ['private/subscribe', { channels: ['user.lock'] }, 10, 3],
    ['public/get_instruments', { currency: 'USDC' }, 50, 1],
    [
      'private/get_transaction_log',
      { currency: 'USDC', start_timestamp: 0, end_timestamp: 1 },
      8,
      1,
    ],
    ['private/buy', { instrument_name: PERP, ...FAR_BELOW }, 20, 5],
    ['private/cancel_all', {}, 20, 5],
    ['private/cancel_by_label', { label: 'x' }, 20, 5],
    ['private/cancel_by_label', { label: 'x', currency: 'USDC' }, 20, 5],
  ];
  for (const [method, params, burst, perSecond] of cases) {
    const bench = tiered();
    // A login before it costs the address, not the account.
    const conn = bench.login();
    const found = afforded(bench, conn, method, params);
    assert.equal(found, method === 'private/get_open_orders' ? burst + 1 : burst, method);
    bench.pass(1_000);
    assert.equal(afforded(bench, conn, method, params), perSecond, `${method}, a second later`);
  }
});

test('time of the exchange buys nothing, real time does, and never more than the bucket holds', () => {
  const bench = tiered();
  const conn = bench.login();
  const params = { label: 'x', currency: 'USDC' };
  afforded(bench, conn, 'private/cancel_by_label', params);
  bench.pass(3_600_000, 200);
  assert.equal(afforded(bench, conn, 'private/cancel_by_label', params), 1);
  bench.pass(0, 3_600_000);
  const again = bench.login();
  assert.equal(afforded(bench, again, 'private/cancel_by_label', params), 20);
});

test('connections of one account share its buckets; another account and an address without a login have their own', () => {
  const bench = createBench({
    credits: { tier: 4 },
    venue: { rateLimitCloses: false },
    accounts: [
      { id: 'main', cash: {} },
      { id: 'other', cash: {} },
    ],
  });
  const [first, second] = [bench.login(), bench.login('practice-web')];
  const stranger = bench.connect();
  const other = bench.connect();
  bench.ok(other, 'public/auth', {
    grant_type: 'client_credentials',
    client_id: 'practice-engine-other',
    client_secret: 'practice-engine-other-secret',
  });
  afforded(bench, first, 'public/get_time', {});
  assert.equal(bench.fails(second, 'private/get_positions').code, 10028);
  bench.ok(other, 'private/get_positions');
  bench.ok(stranger, 'public/get_time');
  const left = afforded(bench, stranger, 'public/get_time', {});
  assert.equal(left, 96, '100 of the address, less three logins and one look at the time');
  assert.equal(bench.fails(bench.connect(), 'public/test').code, 10028);
});

test('an order that could not be paid for is not placed', () => {
  const bench = tiered();
  const conn = bench.login();
  afforded(bench, conn, 'private/buy', { instrument_name: PERP, ...FAR_BELOW });
  assert.equal(bench.ok(conn, 'private/get_open_orders').length, 20);
  assert.equal(bench.state().orders.length, 20);
});

test('the tiers are stated in the account summary, and each is what it states', () => {
  for (const tier of [1, 2, 3, 4] as const) {
    const bench = tiered(tier);
    const conn = bench.login();
    const { limits } = bench.ok(conn, 'private/get_account_summary', {
      currency: 'USDC',
      extended: true,
    });
    const stated = limits?.matching_engine.trading.total;
    assert.deepEqual(limits?.non_matching_engine, { rate: 20, burst: 100 });
    const cancel = { label: 'x', currency: 'USDC' };
    assert.equal(afforded(bench, conn, 'private/cancel_by_label', cancel), stated?.burst);
    bench.pass(1_000);
    assert.equal(afforded(bench, conn, 'private/cancel_by_label', cancel), stated?.rate);
  }
});

test('without a tier there are no bounds', () => {
  const bench = createBench({ venue: { rateLimitCloses: false } });
  assert.equal(afforded(bench, bench.login(), 'private/cancel_all', {}), 600);
});

test('where it is so wished, the connection is closed after 10028, and cancel-on-disconnect acts', () => {
  const bench = tiered(4, true);
  const conn = bench.login('practice-web');
  bench.ok(conn, 'private/enable_cancel_on_disconnect');
  const { order } = bench.buy(conn, FAR_BELOW);
  assert.ok(
    afforded(bench, conn, 'private/cancel_all_by_instrument', { instrument_name: 'x' }) > 10,
  );
  const closed = bench.effects.filter((effect) => effect.kind === 'close');
  assert.deepEqual(
    closed.map((effect) => effect.conn),
    [conn],
  );
  const found = bench.order(bench.login('practice-api'), order.order_id);
  assert.equal(found.cancel_reason, 'cancel_on_disconnect');
});

test('a control call changes the tier, and empties the buckets of an account', () => {
  const bench = tiered();
  const conn = bench.login();
  assert.equal(bench.control('POST', 'credits', { drain: 'main' }).status, 200);
  assert.equal(bench.fails(conn, 'private/get_positions').code, 10028);
  assert.equal(bench.fails(conn, 'private/cancel_all').code, 10028);
  assert.equal(bench.control('POST', 'credits', { tier: null }).status, 200);
  bench.ok(conn, 'private/get_positions');
  assert.equal(bench.control('POST', 'credits', { tier: 9 }).body.error.field, 'tier');
  assert.equal(bench.control('POST', 'credits', { drain: 'x' }).body.error.code, 'unknown_account');
});

test('whether 10028 closes is one setting, whichever call sets it', () => {
  const bench = tiered(4, true);
  const spend = (): number => {
    const conn = bench.login('practice-web');
    bench.control('POST', 'credits', { drain: 'main' });
    assert.equal(bench.fails(conn, 'private/get_positions').code, 10028);
    return bench.effects.filter((one) => one.kind === 'close' && one.conn === conn).length;
  };
  assert.equal(spend(), 1);
  const answer = bench.control('POST', 'credits', { closes: false });
  assert.deepEqual(answer.body, { tier: 4, closes: false });
  assert.equal(spend(), 0);
  bench.control('POST', 'options', { rateLimitCloses: true });
  assert.equal(spend(), 1);
});
