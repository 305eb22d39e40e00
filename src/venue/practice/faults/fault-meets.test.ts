/** Faults where they meet sessions, keys, signatures and a lively market. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { MINUTE, SECOND } from '../../../base/time.ts';
import { type Bench, changesOf, createBench, on, PERP } from '../harness.contract.ts';

const MARKET = { amount: 0.001, type: 'market' };
const KEY = { client_id: 'practice-engine', client_secret: 'practice-engine-secret' };
const LOGIN = { grant_type: 'client_credentials', ...KEY };

const plant = (bench: Bench, kind: string, values: object = {}): number => {
  const answer = bench.control('POST', 'fault', { kind, ...values });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.id;
};

test('a halt stops makers and takers of a lively market too, and its end lets orders fill', () => {
  const bench = createBench({ lively: true });
  const conn = bench.login();
  const id = plant(bench, 'X6');
  const { order } = bench.buy(conn, { amount: 0.001, price: 64_400 });
  bench.pass(5 * SECOND);
  assert.equal(bench.order(conn, order.order_id).order_state, 'open');
  assert.equal(bench.control('DELETE', `fault/${id}`).status, 200);
  bench.pass(5 * SECOND);
  assert.equal(bench.order(conn, order.order_id).order_state, 'filled');
});

test('a fill in pieces is never more than what is left, and a resting order fills in them too', () => {
  const bench = createBench({ lively: true });
  const conn = bench.login();
  const halt = plant(bench, 'X6');
  const { order } = bench.buy(conn, { amount: 0.001, price: 64_400 });
  plant(bench, 'X7', { parts: 3 });
  assert.equal(bench.control('DELETE', `fault/${halt}`).status, 200);
  bench.pass(5 * SECOND);
  const trades = bench.state().trades.filter(({ orderId }) => orderId === order.order_id);
  assert.deepEqual(
    trades.map(({ amount }) => amount),
    ['0.0003', '0.0003', '0.0004'],
  );
});

test('a key that is switched off by a fault loses its tokens and private channels, as by a control call', () => {
  const ways: readonly ((bench: Bench) => void)[] = [
    (bench) => void plant(bench, 'X18', { how: 'disable', key: KEY.client_id }),
    (bench) => void bench.control('POST', 'key', { key: KEY.client_id, enabled: false }),
  ];
  for (const switchOff of ways) {
    const bench = createBench();
    const conn = bench.login();
    bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
    bench.inbox(conn);
    switchOff(bench);
    bench.buy(bench.login('practice-web'), MARKET);
    assert.deepEqual(on(bench.inbox(conn), 'user.changes.any.any.raw'), []);
    assert.equal(bench.fails(conn, 'private/get_positions').code, 13009);
    assert.equal(bench.fails(bench.connect(), 'public/auth', LOGIN).code, 13004);
  }
});

test('a request that is under way when its key is switched off is not carried out', () => {
  const bench = createBench();
  const conn = bench.login();
  plant(bench, 'X3', { delayMs: 2_000 });
  assert.equal(bench.ask(conn, 'private/buy', { instrument_name: PERP, ...MARKET }), undefined);
  plant(bench, 'X18', { how: 'disable' });
  bench.pass(2_000);
  assert.equal(bench.state().orders.length, 0);
});

test('maintenance gives no further sessions either, and a fault may mean the methods that do', () => {
  const bench = createBench();
  const grant = { refresh_token: '', session_name: 'b' };
  const conn = bench.connect();
  const login = bench.ok(conn, 'public/auth', { ...LOGIN, scope: 'session:a' });
  const forked = { ...grant, refresh_token: login.refresh_token };
  plant(bench, 'error', { method: 'public/fork_token', code: 10040 });
  assert.equal(bench.ask(conn, 'public/fork_token', forked)?.error?.code, 10040);
  plant(bench, 'X5');
  const next = bench.connect();
  assert.equal(bench.ask(next, 'public/fork_token', forked)?.error?.code, 11051);
});

test('a signature is judged by the clock that is told', () => {
  const bench = createBench();
  plant(bench, 'X21', { offsetMs: 10 * MINUTE });
  const signed = (timestamp: number) => ({
    grant_type: 'client_signature',
    client_id: KEY.client_id,
    timestamp,
    nonce: 'n',
    data: '',
    signature: createHmac('sha256', KEY.client_secret).update(`${timestamp}\nn\n`).digest('hex'),
  });
  const conn = bench.connect();
  assert.equal(bench.fails(conn, 'public/auth', signed(bench.clock.server)).code, 13004);
  bench.ok(conn, 'public/auth', signed(bench.ok(conn, 'public/get_time')));
});

test('X2 as an error: carried out all the same, whatever the code says', () => {
  for (const code of [11094, 10001, 13028]) {
    const bench = createBench();
    const conn = bench.login();
    bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
    bench.inbox(conn);
    plant(bench, 'X2', { how: 'error', code });
    assert.equal(bench.fails(conn, 'private/buy', { instrument_name: PERP, ...MARKET }).code, code);
    assert.equal(bench.state().orders.length, 1);
    assert.equal(changesOf(bench.inbox(conn)).length, 1, 'and its owner hears of it');
  }
});
