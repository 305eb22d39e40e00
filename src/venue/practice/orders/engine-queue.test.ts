/** X24: requests that wait for a busy matching engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountNamed } from '../exchange.ts';
import { type Bench, createBench, type Message, PERP } from '../harness.contract.ts';

const REST = { instrument_name: PERP, amount: 0.001, price: 63_000 };

function busy(ms = 5_000) {
  const bench = createBench({ accounts: ['main', 'second'].map(accountNamed) });
  const conn = bench.login();
  const open = bench.buy(conn, { ...REST, label: 'open' }).order;
  assert.equal(bench.control('POST', 'fault', { kind: 'X24', ms }).status, 200);
  bench.inbox(conn);
  return { bench, conn, open };
}

/** Sends a request and answers what came at once, by id. */
const send = (
  bench: Bench,
  conn: number,
  id: string,
  method: string,
  params: object = {},
): Message[] =>
  bench.raw(conn, JSON.stringify({ jsonrpc: '2.0', id, method: `private/${method}`, params }));
const told = (messages: readonly Message[]) =>
  messages.filter(({ id }) => id !== undefined).map(({ id, error }) => [id, error?.code ?? 'ok']);
const buy = (bench: Bench, conn: number, id: string, params: object = {}): Message[] =>
  send(bench, conn, id, 'buy', { ...REST, label: id, ...params });

test('X24: requests wait and are carried out in their order when the engine is free; others are answered at once', () => {
  const { bench, conn, open } = busy();
  assert.deepEqual(buy(bench, conn, 'a'), []);
  assert.deepEqual(send(bench, conn, 'b', 'edit', { order_id: open.order_id, amount: 0.002 }), []);
  assert.deepEqual(send(bench, conn, 'c', 'cancel_by_label', { label: 'elsewhere' }), []);
  assert.deepEqual(told(send(bench, conn, 'read', 'get_open_orders')), [['read', 'ok']]);
  assert.equal(bench.ok(conn, 'private/get_open_orders').length, 1);
  assert.deepEqual(told(buy(bench, conn, 'x', { instrument_name: 'NO-SUCH' })), [['x', 10020]]);
  assert.deepEqual(told(send(bench, conn, 'y', 'cancel', { order_id: 'USDC-1' })), [['y', 10004]]);
  bench.inbox(conn);
  bench.pass(4_999);
  assert.deepEqual(told(bench.inbox(conn)), []);
  bench.pass(1);
  assert.deepEqual(told(bench.inbox(conn)), [
    ['a', 'ok'],
    ['b', 'ok'],
    ['c', 'ok'],
  ]);
  assert.equal(bench.order(conn, open.order_id).amount, 0.002);
  assert.deepEqual(told(buy(bench, conn, 'd')), [['d', 'ok']], 'nothing waits any more');
});

test('X24 taken back frees the engine; what came over HTTP is answered then too', () => {
  const { bench, conn } = busy();
  bench.handle({
    kind: 'http',
    id: 7,
    method: 'private/buy',
    params: REST,
    rpcId: 'h',
    authorization: `Basic ${Buffer.from('practice-engine:practice-engine-secret').toString('base64')}`,
  });
  buy(bench, conn, 'a');
  const [fault] = bench.state().faults;
  assert.equal(bench.effects.filter((one) => one.kind === 'reply' && one.id === 7).length, 0);
  bench.control('DELETE', `fault/${fault?.id}`);
  const [reply] = bench.effects.filter((one) => one.kind === 'reply' && one.id === 7);
  assert.equal(reply?.kind === 'reply' && reply.status, 200);
  assert.deepEqual(told(bench.inbox(conn)), [['a', 'ok']]);
});

test('X24: the ninth of an account and currency is refused with 10047 and never carried out', () => {
  const { bench, conn } = busy();
  for (let i = 0; i < 8; i++) assert.deepEqual(buy(bench, conn, `n${i}`), []);
  assert.deepEqual(told(buy(bench, conn, 'ninth')), [['ninth', 10047]]);
  const inverse = { instrument_name: 'BTC-PERPETUAL', amount: 10, price: 63_000 };
  assert.deepEqual(buy(bench, conn, 'other currency', inverse), []);
  const second = bench.connect();
  bench.ok(second, 'public/auth', {
    grant_type: 'client_credentials',
    client_id: 'practice-engine-second',
    client_secret: 'practice-engine-second-secret',
  });
  assert.deepEqual(buy(bench, second, 'other account'), []);
  bench.pass(5_000);
  assert.equal(told(bench.inbox(conn)).length, 10, 'the refusal and nine answers');
  const labels = bench.state().orders.map(({ label }) => label);
  assert.ok(!labels.includes('ninth') && labels.includes('other account'));
});

test('X24: a newer edit of an order puts the waiting one aside with 13777', () => {
  const { bench, conn, open } = busy();
  const other = { order_id: open.order_id, amount: 0.002 };
  assert.deepEqual(send(bench, conn, 'old', 'edit', other), []);
  const newer = send(bench, conn, 'new', 'edit_by_label', {
    label: 'open',
    instrument_name: PERP,
    amount: 0.003,
  });
  assert.deepEqual(told(newer), [['old', 13777]]);
  assert.equal(newer[0]?.error?.message, 'replaced');
  bench.inbox(conn);
  bench.pass(5_000);
  assert.deepEqual(told(bench.inbox(conn)), [['new', 'ok']]);
  assert.equal(bench.order(conn, open.order_id).amount, 0.003);
});

test('X24: a cancel withdraws the waiting requests that it means with 13666, and only those', () => {
  const stop = {
    type: 'stop_market',
    trigger: 'mark_price',
    trigger_price: 60_000,
    price: undefined,
  };
  const inverse = { instrument_name: 'BTC-PERPETUAL', amount: 10, price: 63_000 };
  const cases: readonly [string, object, readonly string[]][] = [
    ['cancel_by_label', { label: 'a' }, ['a']],
    ['cancel_by_label', { label: 'a', currency: 'BTC' }, []],
    ['cancel_all', {}, ['a', 'stop', 'inverse', 'edit']],
    ['cancel_all_by_currency', { currency: 'USDC' }, ['a', 'stop', 'edit']],
    ['cancel_all_by_currency', { currency: 'USDC', kind: 'option' }, []],
    ['cancel_all_by_currency_pair', { currency_pair: 'btc_usd' }, ['inverse']],
    ['cancel_all_by_instrument', { instrument_name: PERP, type: 'limit' }, ['a', 'edit']],
    ['cancel_all_by_kind_or_type', { currency: ['BTC', 'ETH'] }, ['inverse']],
    ['cancel_all_by_kind_or_type', { currency: 'any', type: 'stop' }, ['stop']],
  ];
  for (const [method, params, withdrawn] of cases) {
    const { bench, conn, open } = busy();
    buy(bench, conn, 'a');
    send(bench, conn, 'stop', 'sell', { ...REST, ...stop, label: 'stop' });
    buy(bench, conn, 'inverse', inverse);
    send(bench, conn, 'edit', 'edit', { order_id: open.order_id, amount: 0.002 });
    const where = `${method} ${JSON.stringify(params)}`;
    assert.deepEqual(
      told(send(bench, conn, 'cancel', method, params)),
      withdrawn.map((id) => [id, 13666]),
      where,
    );
    bench.inbox(conn);
    bench.pass(5_000);
    const left = ['a', 'stop', 'inverse', 'edit'].filter((id) => !withdrawn.includes(id));
    assert.deepEqual(
      told(bench.inbox(conn)),
      [...left, 'cancel'].map((id) => [id, 'ok']),
      where,
    );
  }
});

test('X24: the cancel of an order withdraws its waiting edit', () => {
  const { bench, conn, open } = busy();
  send(bench, conn, 'edit', 'edit', { order_id: open.order_id, amount: 0.002 });
  buy(bench, conn, 'a');
  const answers = send(bench, conn, 'cancel', 'cancel', { order_id: open.order_id });
  assert.deepEqual(told(answers), [['edit', 13666]]);
  bench.inbox(conn);
  bench.pass(5_000);
  assert.deepEqual(told(bench.inbox(conn)), [
    ['a', 'ok'],
    ['cancel', 'ok'],
  ]);
  assert.equal(bench.order(conn, open.order_id).amount, 0.001);
});

test('X24: a deadline that passes in the line is kept (13888), and cancel-on-disconnect empties it', () => {
  const { bench, conn } = busy();
  buy(bench, conn, 'late', { valid_until: bench.clock.server + 1_000 });
  const leaving = bench.login('practice-api');
  bench.ok(leaving, 'private/enable_cancel_on_disconnect');
  buy(bench, leaving, 'leaving');
  const staying = bench.login();
  buy(bench, staying, 'staying');
  bench.handle({ kind: 'closed', conn: leaving });
  bench.handle({ kind: 'closed', conn: staying });
  bench.inbox(conn);
  bench.pass(5_000);
  assert.deepEqual(told(bench.inbox(conn)), [['late', 13888]]);
  const labels = bench.state().orders.map(({ label }) => label);
  assert.ok(!labels.includes('leaving'), 'it was withdrawn');
  assert.ok(labels.includes('staying'), 'it had reached the exchange');
});
