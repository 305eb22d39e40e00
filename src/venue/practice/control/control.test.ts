/** The control API and the faults that it plants. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, SECOND } from '../../../base/time.ts';
import { changesOf, createBench, NOON, PERP, type StateView } from '../harness.contract.ts';

const MARKET = { instrument_name: PERP, amount: 0.001, type: 'market' };

test('state shows accounts, all orders ever placed, trades and faults, by label when asked', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.001, type: 'market', label: 'a' });
  const { order } = bench.buy(conn, { amount: 0.001, price: 63000, label: 'b' });
  bench.ok(conn, 'private/cancel', { order_id: order.order_id });
  const state = bench.state();
  assert.deepEqual([state.now, state.speed, state.seed], [NOON, 1, 7]);
  assert.deepEqual(state.accounts[0]?.cash, { USDC: '9999.967999', BTC: '2' });
  assert.deepEqual(state.accounts[0]?.positions[0], {
    instrument: PERP,
    size: '0.001',
    averagePrice: '64001.3',
    markPrice: '64000',
    floatingPnl: '-0.0013',
    realisedPnl: '0',
    funding: '0',
    currency: 'USDC',
  });
  assert.deepEqual(
    state.orders.map((one) => [one.label, one.state, one.amount, one.filled, one.api, one.web]),
    [
      ['a', 'filled', '0.001', '0.001', true, false],
      ['b', 'cancelled', '0.001', '0', true, false],
    ],
  );
  const only = bench.state({ label: 'b' });
  assert.deepEqual([only.orders.length, only.trades.length], [1, 0]);
});

test('a hand places and closes, flagged as website unless said otherwise', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
  const placed = bench.control('POST', 'order', {
    instrument: PERP,
    direction: 'buy',
    amount: '0.003',
  }).body;
  assert.deepEqual(
    [
      placed.order.state,
      placed.order.web,
      placed.order.api,
      placed.order.type,
      placed.trades.length,
    ],
    ['filled', true, false, 'market', 1],
  );
  const part = bench.control('POST', 'close', {
    instrument: PERP,
    amount: '0.001',
    as: 'mobile',
  }).body;
  assert.deepEqual(
    [
      part.order.amount,
      part.order.mobile,
      part.order.web,
      part.order.reduceOnly,
      part.order.direction,
    ],
    ['0.001', true, false, true, 'sell'],
  );
  bench.control('POST', 'close', { instrument: PERP, as: 'api' });
  const frames = changesOf(bench.inbox(conn));
  assert.deepEqual(
    frames.map((frame) => [
      frame.orders[0]?.api,
      frame.orders[0]?.web,
      frame.orders[0]?.mobile,
      frame.positions[0]?.size,
    ]),
    [
      [false, true, undefined, 0.003],
      [false, false, true, 0.002],
      [true, false, undefined, 0],
    ],
  );
  const stop = bench.control('POST', 'order', {
    instrument: PERP,
    direction: 'sell',
    amount: '0.001',
    type: 'stop_market',
    triggerPrice: '63000',
    label: 's',
  }).body;
  assert.deepEqual(
    [stop.order.state, stop.order.triggerPrice, stop.order.label],
    ['untriggered', '63000', 's'],
  );
});

test('advance and speed move the clock and tell the driver', () => {
  const bench = createBench({ speed: 0 });
  assert.deepEqual(bench.control('POST', 'advance', { ms: HOUR }).body, { now: NOON + HOUR });
  const told = () => bench.effects.findLast((effect) => effect.kind === 'clock');
  assert.deepEqual(told(), { kind: 'clock', server: NOON + HOUR, speed: 0 });
  assert.deepEqual(bench.control('POST', 'speed', { speed: 20 }).body, {
    now: NOON + HOUR,
    speed: 20,
  });
  assert.deepEqual(told(), { kind: 'clock', server: NOON + HOUR, speed: 20 });
  assert.equal(bench.state().speed, 20);
  assert.equal(bench.ok(bench.connect(), 'public/get_time'), NOON + HOUR);
});

test('the exchange asks to be woken for the next second of its clock, and never when that stands', () => {
  for (const [speed, wait] of [
    [1, 1_000],
    [4, 250],
    [1_000, 50],
    [0, Number.POSITIVE_INFINITY],
  ] as const) {
    const bench = createBench({ speed });
    assert.equal(bench.exchange().wakeAt(bench.clock) - bench.clock.mono, wait);
  }
});

test('bad calls name the field and what is accepted', () => {
  const bench = createBench();
  const cases: readonly (readonly [
    'GET' | 'POST' | 'DELETE',
    string,
    unknown,
    number,
    string,
    string | undefined,
  ])[] = [
    ['POST', 'price', { instrument: 'X', price: '1' }, 400, 'unknown_instrument', 'instrument'],
    ['POST', 'price', { instrument: PERP, price: '-1' }, 400, 'bad_field', 'price'],
    ['POST', 'price', { instrument: PERP, price: 'abc' }, 400, 'bad_field', 'price'],
    ['POST', 'price', { instrument: PERP, price: '1', more: 1 }, 400, 'unknown_field', 'more'],
    ['POST', 'advance', { ms: -1 }, 400, 'bad_field', 'ms'],
    ['POST', 'advance', [], 400, 'bad_field', 'body'],
    ['POST', 'speed', { speed: 1_001 }, 400, 'bad_field', 'speed'],
    [
      'POST',
      'order',
      { instrument: PERP, direction: 'up', amount: '1' },
      400,
      'bad_field',
      'direction',
    ],
    [
      'POST',
      'order',
      { instrument: PERP, direction: 'buy', amount: '0.00001' },
      400,
      'qty_too_low',
      undefined,
    ],
    [
      'POST',
      'order',
      { instrument: PERP, direction: 'buy', amount: '0.001', account: 'other' },
      400,
      'unknown_account',
      'account',
    ],
    ['POST', 'close', { instrument: PERP }, 400, 'no_position', 'instrument'],
    ['POST', 'fault', { kind: 'meteor' }, 400, 'bad_field', 'kind'],
    ['POST', 'fault', { kind: 'error', code: 5 }, 400, 'bad_field', 'code'],
    ['POST', 'nothing', {}, 404, 'unknown_call', 'path'],
    ['GET', 'price', {}, 404, 'unknown_call', 'path'],
    ['DELETE', 'fault/9', {}, 404, 'unknown_fault', 'id'],
  ];
  for (const [verb, path, body, status, code, field] of cases) {
    const answer = bench.control(verb, path, body);
    assert.deepEqual(
      [answer.status, answer.body.error.code, answer.body.error.field],
      [status, code, field],
      `${verb} ${path} ${JSON.stringify(body)}`,
    );
    assert.ok(answer.body.error.message.length > 0);
  }
});

test('lose_request: never executed, never answered, once', () => {
  const bench = createBench();
  const conn = bench.login();
  const { id } = bench.control('POST', 'fault', {
    kind: 'lose_request',
    method: 'private/buy',
  }).body;
  assert.equal(bench.ask(conn, 'private/buy', MARKET), undefined);
  assert.deepEqual(bench.state().orders, []);
  assert.deepEqual(bench.state().faults[0], {
    id,
    kind: 'lose_request',
    does: 'lose_request',
    hits: 1,
    active: false,
    method: 'private/buy',
    channel: null,
    count: null,
    ms: null,
    code: null,
  });
  assert.equal(bench.buy(conn, { amount: 0.001, type: 'market' }).order.order_state, 'filled');
});

test('lose_answer: executed and pushed, not answered; with a channel its pushes go missing too', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
  bench.control('POST', 'fault', { kind: 'lose_answer', method: 'private/buy' });
  assert.equal(bench.ask(conn, 'private/buy', MARKET), undefined);
  assert.equal(changesOf(bench.inbox(conn)).length, 1);
  bench.control('POST', 'fault', { kind: 'lose_answer', method: 'private/*', channel: 'user.' });
  assert.equal(bench.ask(conn, 'private/buy', MARKET), undefined);
  assert.equal(changesOf(bench.inbox(conn)).length, 0);
  assert.equal(bench.state().trades.length, 2);
});

test('delay_answer: executed at once, answered later', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.control('POST', 'fault', { kind: 'delay_answer', method: 'private/buy', ms: 4_000 });
  bench.ask(conn, 'private/buy', MARKET);
  const answer = bench.effects.findLast((effect) => effect.kind === 'send');
  assert.ok(answer?.kind === 'send');
  assert.equal(answer.delayMs, 4_000);
  assert.equal(bench.state().trades.length, 1);
});

test('drop_notification: so many pushes on channels that begin so are lost', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', {
    channels: ['user.changes.any.any.raw', `user.trades.${PERP}.raw`],
  });
  bench.control('POST', 'fault', { kind: 'drop_notification', channel: 'user.changes', count: 2 });
  const counts = [1, 2, 3].map(() => {
    bench.buy(conn, { amount: 0.001, type: 'market' });
    const inbox = bench.inbox(conn);
    return [
      changesOf(inbox).length,
      inbox.filter((message) => message.params?.channel.startsWith('user.trades')).length,
    ];
  });
  assert.deepEqual(counts, [
    [0, 1],
    [0, 1],
    [1, 1],
  ]);
});

test('error: answered with the code of the table, for a while when given ms', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.control('POST', 'fault', { kind: 'error', code: 13028, ms: 2_000 });
  assert.deepEqual(bench.fails(conn, 'private/buy', MARKET), {
    code: 13028,
    message: 'temporarily_unavailable',
  });
  assert.equal(bench.fails(conn, 'private/get_positions').code, 13028);
  assert.equal(bench.ok(conn, 'public/test').version, '1.2.26', 'public methods go on');
  bench.pass(2 * SECOND);
  assert.deepEqual(bench.ok(conn, 'private/get_positions'), []);
  assert.deepEqual(bench.state().trades, []);
});

test('empty_answer: reads answer as if there were nothing, in their own shape', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.001, type: 'market' });
  bench.control('POST', 'fault', { kind: 'empty_answer', count: 4 });
  assert.equal(
    bench.buy(conn, { amount: 0.001, type: 'market' }).order.order_state,
    'filled',
    'orders are answered',
  );
  assert.deepEqual(bench.ok(conn, 'private/get_positions'), []);
  assert.deepEqual(bench.ok(conn, 'private/get_user_trades_by_currency', { currency: 'USDC' }), {
    trades: [],
    has_more: false,
  });
  assert.deepEqual(bench.ok(conn, 'private/get_position', { instrument_name: PERP }), {});
  assert.deepEqual(
    bench.ok(conn, 'private/get_transaction_log', {
      currency: 'USDC',
      start_timestamp: 0,
      end_timestamp: NOON,
    }),
    { logs: [], continuation: null },
  );
  assert.equal(bench.ok(conn, 'private/get_positions').length, 1);
});

test('forget_history: what was is gone from queries until the fault is taken back; what lives stays', () => {
  const bench = createBench();
  const conn = bench.login();
  const old = bench.buy(conn, { amount: 0.001, type: 'market', label: 'l' }).order.order_id;
  const open = bench.buy(conn, { amount: 0.001, price: 63000, label: 'l' }).order.order_id;
  const { id } = bench.control('POST', 'fault', { kind: 'forget_history' }).body;
  const trades = (): number =>
    bench.ok(conn, 'private/get_user_trades_by_currency', { currency: 'USDC' }).trades.length;
  const orders = (): string[] =>
    bench
      .ok(conn, 'private/get_order_state_by_label', { currency: 'USDC', label: 'l' })
      .map((order) => order.order_id);
  assert.deepEqual([trades(), orders()], [0, [open]]);
  bench.pass(SECOND);
  bench.buy(conn, { amount: 0.001, type: 'market' });
  assert.equal(trades(), 1);
  assert.equal(bench.state().trades.length, 2);
  bench.control('DELETE', `fault/${id}`);
  assert.deepEqual([trades(), orders()], [2, [old, open]]);
});

test('drop_link cuts every protocol connection at once, or instead of an answer', () => {
  const bench = createBench();
  const first = bench.login();
  const second = bench.connect();
  bench.control('POST', 'fault', { kind: 'drop_link' });
  assert.deepEqual(
    bench.effects.filter((effect) => effect.kind === 'drop'),
    [
      { kind: 'drop', conn: first },
      { kind: 'drop', conn: second },
    ],
  );
  assert.equal(bench.ask(first, 'public/test'), undefined);
  const again = bench.login();
  bench.control('POST', 'fault', { kind: 'drop_link', method: 'private/buy' });
  assert.equal(bench.ask(again, 'private/buy', MARKET), undefined);
  assert.deepEqual(
    bench.effects.findLast((effect) => effect.kind === 'drop'),
    { kind: 'drop', conn: again },
  );
  assert.equal(bench.state().trades.length, 1, 'it was executed');
});

test('refuse_connections for a while: the driver is told, what slips through is dropped, then all is open again', () => {
  const bench = createBench();
  const before = bench.login();
  bench.control('POST', 'fault', { kind: 'refuse_connections', ms: 3_000 });
  assert.ok(bench.effects.some((effect) => effect.kind === 'listen' && !effect.accept));
  const slipped = bench.connect();
  const dropped = bench.effects.findLast((effect) => effect.kind === 'drop');
  assert.deepEqual(dropped, { kind: 'drop', conn: slipped });
  assert.equal(
    bench.ok(before, 'public/test').version,
    '1.2.26',
    'connections that are there stay',
  );
  bench.pass(2_999);
  assert.equal(
    bench.effects.some((effect) => effect.kind === 'listen' && effect.accept),
    false,
  );
  bench.pass(1);
  assert.ok(bench.effects.some((effect) => effect.kind === 'listen' && effect.accept));
  assert.equal(bench.state().faults[0]?.hits, 1);
});

test('the console hears of orders, trades, positions and cash as they change', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.001, type: 'market' });
  type Told = StateView & {
    readonly type: string;
    readonly account: string;
    readonly position: { readonly size: string };
    readonly cash: Readonly<Record<string, string>>;
  };
  const told = bench.effects
    .filter((effect) => effect.kind === 'stream')
    .map((effect) => effect.event as Told)
    .find((event) => event.type === 'CHANGES');
  assert.deepEqual(
    [
      told?.account,
      told?.orders[0]?.state,
      told?.trades[0]?.price,
      told?.position.size,
      told?.cash['USDC'],
    ],
    ['main', 'filled', '64001.3', '0.001', '9999.967999'],
  );
});
