/** The faults by their ids: each does on the wire what the catalogue says of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECOND } from '../../../base/time.ts';
import { type Bench, changesOf, createBench, on, PERP } from '../harness.contract.ts';
import type { Order } from '../../protocol/objects.ts';

const MARKET = { amount: 0.001, type: 'market' };
const REST = { amount: 0.001, price: 63_500 };
const STOP = { amount: 0.001, type: 'stop_market', trigger: 'mark_price', trigger_price: 63_000 };

const plant = (bench: Bench, kind: string, values: object = {}): number => {
  const answer = bench.control('POST', 'fault', { kind, ...values });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.id;
};
const heal = (bench: Bench, id: number): void => {
  assert.equal(bench.control('DELETE', `fault/${id}`).status, 200);
};
const stateOf = (bench: Bench, id: string): string | undefined =>
  bench.state().orders.find(({ orderId }) => orderId === id)?.state;
/** A login that hears of the account. */
const listening = (bench: Bench, ...channels: string[]): number => {
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', {
    channels: channels.length > 0 ? channels : ['user.changes.any.any.raw'],
  });
  bench.inbox(conn);
  return conn;
};
const closed = (bench: Bench, conn: number) =>
  bench.effects.filter((one) => (one.kind === 'drop' || one.kind === 'close') && one.conn === conn);
const buyFrame = (params: object = MARKET): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 99,
    method: 'private/buy',
    params: { instrument_name: PERP, ...params },
  });

test('X1: 10028 with data.wait, and the connection ends with it or not', () => {
  const bench = createBench();
  const conn = bench.login();
  plant(bench, 'X1', { method: 'private/buy', waitSeconds: 3, close: false });
  const error = bench.fails(conn, 'private/buy', { instrument_name: PERP, ...MARKET });
  assert.deepEqual([error.code, error.data], [10028, { wait: 3 }]);
  assert.deepEqual(closed(bench, conn), []);
  bench.buy(conn, MARKET);
  plant(bench, 'X1', { method: 'private/buy', close: true });
  assert.equal(bench.fails(conn, 'private/buy', { instrument_name: PERP, ...MARKET }).code, 10028);
  assert.equal(closed(bench, conn).length, 1, 'after the answer');
  assert.equal(bench.state().orders.length, 1);
});

test('X2: carried out, never answered', () => {
  const bench = createBench();
  const conn = bench.login();
  plant(bench, 'X2');
  assert.equal(bench.ask(conn, 'private/buy', { instrument_name: PERP, ...MARKET }), undefined);
  assert.equal(bench.state().orders.length, 1);
});

test('X3: the connection is gone at once, the order comes later, unless its deadline has passed', () => {
  for (const [validFor, placed] of [
    [undefined, 1],
    [1_000, 0],
  ] as const) {
    const bench = createBench();
    const conn = bench.login();
    plant(bench, 'X3', { delayMs: 2_000 });
    const deadline = validFor === undefined ? {} : { valid_until: bench.clock.server + validFor };
    bench.raw(conn, buyFrame({ ...MARKET, ...deadline }));
    assert.equal(closed(bench, conn).length, 1);
    assert.equal(bench.state().orders.length, 0);
    assert.equal(bench.exchange().wakeAt(bench.clock) <= bench.clock.mono + 2_000, true);
    bench.pass(2_000);
    assert.equal(bench.state().orders.length, placed);
  }
});

test('X4: 13888 timed_out, and nothing is placed', () => {
  const bench = createBench();
  const conn = bench.login();
  plant(bench, 'X4');
  assert.equal(bench.fails(conn, 'private/buy', { instrument_name: PERP, ...MARKET }).code, 13888);
  assert.equal(bench.state().orders.length, 0);
});

test('X5: maintenance cuts everybody, refuses logins with 11051, says so, and orders survive it', () => {
  const bench = createBench();
  const conn = bench.login();
  const { order } = bench.buy(conn, REST);
  plant(bench, 'X5', { ms: 5_000 });
  assert.equal(closed(bench, conn).length, 1);
  const next = bench.connect();
  bench.ok(next, 'public/subscribe', { channels: ['platform_state'] });
  assert.deepEqual(on(bench.inbox(next), 'platform_state'), [{ maintenance: true }]);
  const login = {
    grant_type: 'client_credentials',
    client_id: 'practice-engine',
    client_secret: 'practice-engine-secret',
  };
  assert.equal(bench.fails(next, 'public/auth', login).code, 11051);
  bench.price('60000');
  assert.equal(stateOf(bench, order.order_id), 'open', 'nothing fills meanwhile');
  bench.pass(5_000);
  bench.ok(next, 'public/auth', login);
  assert.equal(stateOf(bench, order.order_id), 'filled');
});

test('X6: accepted, not filled, until it is over', () => {
  const bench = createBench();
  const conn = bench.login();
  const id = plant(bench, 'X6');
  const { order } = bench.buy(conn, { amount: 0.001, price: 64_100 });
  assert.equal(order.order_state, 'open');
  bench.pass(2 * SECOND);
  assert.equal(stateOf(bench, order.order_id), 'open');
  heal(bench, id);
  bench.pass(SECOND);
  assert.equal(stateOf(bench, order.order_id), 'filled');
});

test('X7: a fill comes in pieces, each in a message of its own', () => {
  const bench = createBench();
  const conn = listening(bench);
  plant(bench, 'X7', { parts: 4 });
  const { trades } = bench.buy(conn, { amount: 0.001, type: 'market' });
  assert.deepEqual(
    trades.map(({ amount }) => amount),
    [0.0002, 0.0002, 0.0002, 0.0004],
  );
  const frames = changesOf(bench.inbox(conn)).filter((frame) => frame.trades.length > 0);
  assert.deepEqual(
    frames.map((frame) => frame.trades.length),
    [1, 1, 1, 1],
  );
  assert.equal(bench.buy(conn, MARKET).trades.length, 1, 'once');
});

test('X8: the exchange leaves a share of a reduce-only order, or nothing', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.004, type: 'market' });
  const { order } = bench.sell(conn, { amount: 0.004, price: 64_500, reduce_only: true });
  plant(bench, 'X8', { share: 0.5 });
  assert.equal(bench.order(conn, order.order_id).amount, 0.002);
  plant(bench, 'X8');
  assert.equal(bench.order(conn, order.order_id).order_state, 'cancelled');
  assert.equal(bench.control('POST', 'fault', { kind: 'X8' }).status, 400, 'there is none left');
});

test('X9 and X23: old copies, of everything or of positions alone', () => {
  for (const [kind, trades] of [
    ['X9', 0],
    ['X23', 1],
  ] as const) {
    const bench = createBench();
    const conn = bench.login();
    plant(bench, kind, { ms: 60_000 });
    bench.pass(50);
    bench.buy(conn, MARKET);
    const page = bench.ok(conn, 'private/get_user_trades_by_currency', { currency: 'USDC' });
    assert.equal(page.trades.length, trades, kind);
    assert.deepEqual(bench.ok(conn, 'private/get_positions'), []);
  }
});

test('X10 and X11: recent history ends, the archive begins later, and between them is a hole', () => {
  const bench = createBench();
  const conn = bench.login();
  const { order } = bench.buy(conn, MARKET);
  plant(bench, 'X10', { windowMs: 5_000, delayMs: 10_000 });
  plant(bench, 'X11', { windowMs: 5_000, delayMs: 10_000 });
  const found = (historical: boolean): readonly number[] => [
    bench.ok(conn, 'private/get_user_trades_by_currency', { currency: 'USDC', historical }).trades
      .length,
    bench.ok(conn, 'private/get_order_history_by_currency', { currency: 'USDC', historical })
      .length,
  ];
  assert.deepEqual(
    [found(false), found(true)],
    [
      [1, 1],
      [0, 0],
    ],
  );
  bench.pass(6_000);
  assert.deepEqual(
    [found(false), found(true)],
    [
      [0, 0],
      [0, 0],
    ],
  );
  assert.equal(
    bench.fails(conn, 'private/get_order_state', { order_id: order.order_id }).code,
    10004,
  );
  bench.pass(10_000);
  assert.deepEqual(
    [found(false), found(true)],
    [
      [0, 0],
      [1, 1],
    ],
  );
});

test('X12: after the answer, twice, not at all, the order done before its last fill', () => {
  const bench = createBench();
  const conn = listening(bench);
  const heard = (how: string): string => {
    plant(bench, 'X12', { how });
    bench.buy(conn, MARKET);
    return bench
      .inbox(conn)
      .map((message) => (message.params === undefined ? 'a' : 'p'))
      .join('');
  };
  assert.deepEqual(['after_answer', 'twice', 'lost'].map(heard), ['ap', 'ppa', 'a']);
  const other = listening(bench, 'user.trades.any.any.raw', 'user.orders.any.any.raw');
  plant(bench, 'X12', { how: 'done_first' });
  bench.buy(other, MARKET);
  const channels = bench.inbox(other).map(({ params }) => params?.channel.split('.')[1]);
  assert.ok(channels.indexOf('orders') < channels.indexOf('trades'), channels.join());
});

test('X13: a hand opens, reduces, turns round and closes', () => {
  const bench = createBench();
  const sizes = (
    [
      ['open', { amount: 0.004 }],
      ['reduce', {}],
      ['flip', {}],
      ['close', {}],
    ] as const
  ).map(([how, values]) => {
    plant(bench, 'X13', { how, ...values });
    return bench.state().accounts[0]?.positions[0]?.size;
  });
  assert.deepEqual(sizes, ['0.004', '0.002', '-0.002', '0']);
  assert.ok(bench.state().orders.every(({ web }) => web));
  assert.equal(bench.control('POST', 'fault', { kind: 'X13' }).status, 400, 'nothing to close');
});

test('X14: liquidated in part, settled', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.004, type: 'market' });
  plant(bench, 'X14', { how: 'liquidation', share: 0.5 });
  assert.equal(bench.state().trades.at(-1)?.liquidation, 'T');
  plant(bench, 'X14', { how: 'settlement' });
  assert.equal(bench.fails(conn, 'private/buy', { instrument_name: PERP, ...MARKET }).code, 10041);
});

test('X15: other terms, and another state of the book with its refusals, until it is over', () => {
  const bench = createBench();
  const conn = listening(bench, 'instrument.state.any.any');
  const { order } = bench.buy(conn, REST);
  plant(bench, 'X15', { how: 'terms' });
  assert.equal(
    bench.fails(conn, 'private/buy', { instrument_name: PERP, ...REST, price: 63_500.5 }).code,
    10043,
  );
  bench.inbox(conn);
  for (const [state, buys, cancels] of [
    ['halted', 10012, 10012],
    ['locked', 10019, null],
  ] as const) {
    plant(bench, 'X15', { how: 'state', state, ms: 10_000 });
    assert.equal(bench.fails(conn, 'private/buy', { instrument_name: PERP, ...MARKET }).code, buys);
    const cancel = bench.ask(conn, 'private/cancel', { order_id: order.order_id });
    assert.equal(cancel?.error?.code ?? null, cancels);
    bench.pass(10_000);
    bench.buy(conn, MARKET);
  }
  const states = on<{ readonly state: string }>(bench.inbox(conn), 'instrument.state');
  assert.deepEqual(
    states.map(({ state }) => state),
    ['halted', 'open', 'locked', 'open'],
  );
});

test('X16: a person moves a price, and the trigger of a stop', () => {
  const bench = createBench();
  const conn = bench.login();
  const resting = bench.buy(conn, REST).order.order_id;
  plant(bench, 'X16', { orderId: resting, percent: -1 });
  const moved = bench.order(conn, resting);
  assert.deepEqual([moved.price, moved.replaced], [62_865, true]);
  const stop = bench.sell(conn, STOP).order.order_id;
  plant(bench, 'X16');
  assert.equal(bench.order(conn, stop).trigger_price, 62_685);
});

test('X17: cancel-on-disconnect does not act, or acts where nobody asked', () => {
  const bench = createBench();
  const web = bench.login('practice-web');
  bench.ok(web, 'private/enable_cancel_on_disconnect');
  const kept = bench.buy(web, REST).order.order_id;
  plant(bench, 'X17');
  bench.handle({ kind: 'closed', conn: web });
  assert.equal(stateOf(bench, kept), 'open');
  const conn = bench.login();
  const lost = bench.buy(conn, REST).order.order_id;
  plant(bench, 'X17', { fires: true });
  bench.handle({ kind: 'closed', conn });
  assert.deepEqual([stateOf(bench, kept), stateOf(bench, lost)], ['open', 'cancelled']);
});

test('X18: tokens expire, the key is disabled, its scope is reduced', () => {
  const bench = createBench();
  const first = bench.login();
  plant(bench, 'X18', { how: 'expire' });
  assert.equal(bench.fails(first, 'private/get_positions').code, 13009);
  const ended = bench.login();
  const id = plant(bench, 'X18', { how: 'disable', key: 'practice-engine' });
  assert.equal(bench.fails(ended, 'private/get_positions').code, 13009);
  assert.throws(() => bench.login(), /13004/);
  bench.login('practice-web');
  heal(bench, id);
  assert.equal(bench.fails(ended, 'private/get_positions').code, 13009, 'its tokens are gone');
  const second = bench.login();
  bench.ok(second, 'private/get_positions');
  plant(bench, 'X18', { how: 'scope', scope: 'trade:read' });
  assert.equal(
    bench.fails(second, 'private/buy', { instrument_name: PERP, ...MARKET }).code,
    13021,
  );
  assert.equal(
    bench.fails(bench.login(), 'private/get_account_summary', { currency: 'USDC' }).code,
    13021,
  );
  bench.ok(second, 'private/get_positions');
});

test('X19: the order fills in front of its cancel', () => {
  const bench = createBench();
  const conn = listening(bench);
  const { order } = bench.buy(conn, REST);
  plant(bench, 'X19');
  bench.inbox(conn);
  assert.equal(bench.fails(conn, 'private/cancel', { order_id: order.order_id }).code, 11044);
  assert.equal(stateOf(bench, order.order_id), 'filled');
  const states = changesOf(bench.inbox(conn)).flatMap(({ orders }) =>
    orders.map((one: Order) => one.order_state),
  );
  assert.deepEqual(states, ['filled']);
});

test('X20: malformed, unknown members, numbers as text, the id of another answer, enormous', () => {
  const bench = createBench();
  const conn = bench.login();
  const answer = (how: string, values: object = {}): string => {
    plant(bench, 'X20', { how, ...values });
    const frame = {
      jsonrpc: '2.0',
      id: 501,
      method: 'private/get_position',
      params: { instrument_name: PERP },
    };
    const sent = bench
      .exchange()
      .handle({ kind: 'frame', conn, text: JSON.stringify(frame) }, bench.clock);
    return sent.flatMap((one) => (one.kind === 'send' ? [one.text] : [])).join();
  };
  assert.throws(() => JSON.parse(answer('malformed')));
  assert.match(answer('unknown_fields'), /"x_new_field"/);
  assert.match(answer('text_numbers'), /"size":"0"/);
  assert.match(answer('id_reuse'), /"id":500\b/);
  assert.ok(answer('enormous', { bytes: 100_000 }).length > 100_000);
  assert.match(answer('text_numbers', { on: 'notifications' }), /"size":0/, 'answers stay whole');
});

test('X21: told time and deadlines are off', () => {
  const bench = createBench();
  const conn = bench.login();
  plant(bench, 'X21', { offsetMs: 5_000 });
  assert.equal(bench.ok(conn, 'public/get_time'), bench.clock.server + 5_000);
  const order = { instrument_name: PERP, ...MARKET, valid_until: bench.clock.server + 3_000 };
  assert.equal(bench.fails(conn, 'private/buy', order).code, 13888);
});

test('X22: the flag of another network, or none', () => {
  const bench = createBench();
  const conn = bench.connect();
  const flag = (): unknown =>
    (bench.ask(conn, 'public/get_time') as { readonly testnet?: boolean } | undefined)?.testnet;
  assert.equal(flag(), true);
  const id = plant(bench, 'X22');
  assert.equal(flag(), false);
  heal(bench, id);
  plant(bench, 'X22', { testnet: 'absent' });
  assert.equal(flag(), undefined);
});
