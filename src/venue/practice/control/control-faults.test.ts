/** Faults on reads and notifications, and how a wrong request for a fault is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECOND } from '../../../base/time.ts';
import { type Bench, changesOf, createBench, type Message, PERP } from '../harness.contract.ts';

const BUY = { instrument_name: PERP, amount: 0.001, type: 'market' };

const fault = (bench: Bench, body: Readonly<Record<string, unknown>>): number => {
  const answer = bench.control('POST', 'fault', body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.id;
};

/** What the four reads of an account say: open orders, position, trades, cash. */
const seen = (bench: Bench, conn: number) => ({
  orders: bench.ok(conn, 'private/get_open_orders').map(({ order_id }) => order_id),
  size: bench.ok(conn, 'private/get_position', { instrument_name: PERP }).size,
  trades: bench.ok(conn, 'private/get_user_trades_by_currency', { currency: 'USDC' }).trades.length,
  balance: bench.ok(conn, 'private/get_account_summary', { currency: 'USDC' }).balance,
});

test('stale_reads: orders, position, trades and cash are those of one moment, and catch up when the fault goes', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.001, type: 'market' });
  const before = seen(bench, conn);
  const id = fault(bench, { kind: 'stale_reads', ms: 120_000 });
  bench.pass(SECOND);
  bench.buy(conn, { amount: 0.002, type: 'market' });
  const resting = bench.buy(conn, { amount: 0.001, price: 63000 }).order.order_id;
  bench.pass(50 * SECOND);
  assert.deepEqual(seen(bench, conn), before);
  assert.equal(bench.fails(conn, 'private/get_order_state', { order_id: resting }).code, 10004);
  assert.equal(bench.state().trades.length, 2, 'the exchange itself has gone on');
  assert.equal(
    bench.ok(conn, 'private/cancel', { order_id: resting }).order_state,
    'cancelled',
    'the matching engine is no copy',
  );
  bench.control('DELETE', `fault/${id}`);
  assert.deepEqual(
    [seen(bench, conn).size, seen(bench, conn).trades, seen(bench, conn).orders],
    [0.003, 2, []],
  );
});

test('stale_reads by themselves lag by 0.2 to 2.6 s and never go back', () => {
  const bench = createBench();
  const conn = bench.login();
  fault(bench, { kind: 'stale_reads' });
  /** Real time after which each number of trades stood. */
  const stood: number[] = [bench.clock.mono];
  let last = 0;
  const ages: number[] = [];
  for (let i = 0; i < 200; i++) {
    bench.pass(50);
    if (i % 2 === 0) {
      bench.buy(conn, { amount: 0.001, type: 'market' });
      stood.push(bench.clock.mono);
    }
    const { trades } = bench.ok(conn, 'private/get_user_trades_by_currency', {
      currency: 'USDC',
      count: 1000,
    });
    assert.ok(trades.length >= last, `${trades.length} trades after ${last}`);
    last = trades.length;
    const overtaken = stood[last + 1];
    if (overtaken !== undefined) ages.push(bench.clock.mono - overtaken);
  }
  assert.ok(Math.max(...ages) <= 2_600, `${Math.max(...ages)} ms old`);
  assert.ok(Math.max(...ages) >= 1_500, 'it is often really old');
  assert.ok(last >= 70, `${last} trades were seen in the end`);
});

test('stale_reads of one method only: a position that does not fit the trades read beside it', () => {
  const bench = createBench();
  const conn = bench.login();
  const id = fault(bench, {
    kind: 'stale_reads',
    method: 'private/get_position*',
    ms: 60_000,
    count: 2,
  });
  bench.pass(50);
  bench.buy(conn, { amount: 0.001, type: 'market' });
  const { size, trades } = seen(bench, conn);
  assert.deepEqual([size, trades], [0, 1]);
  assert.deepEqual(bench.ok(conn, 'private/get_positions'), []);
  assert.equal(seen(bench, conn).size, 0.001, 'it strikes twice');
  assert.deepEqual(
    bench.state().faults.map((one) => [one.id, one.hits, one.active]),
    [[id, 2, false]],
  );
});

test('duplicate_notification: so many pushes come twice, word for word', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
  fault(bench, { kind: 'duplicate_notification', channel: 'user.changes', count: 1 });
  bench.inbox(conn);
  bench.buy(conn, { amount: 0.001, type: 'market' });
  bench.buy(conn, { amount: 0.001, type: 'market' });
  const sizes = changesOf(bench.inbox(conn)).map((frame) => frame.positions[0]?.size);
  assert.deepEqual(sizes, [0.001, 0.001, 0.002]);
});

/** What a frame is, for its order among others. */
const kindOf = (message: Message): string =>
  message.params === undefined
    ? 'answer'
    : (message.params.channel.split('.').slice(0, 2).join('.') ?? '');

test('reorder_notifications: the answer overtakes the push that it caused', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
  const order = (): string[] => {
    bench.inbox(conn);
    bench.ask(conn, 'private/buy', BUY);
    return bench.inbox(conn).map(kindOf);
  };
  assert.deepEqual(order(), ['user.changes', 'answer']);
  fault(bench, { kind: 'reorder_notifications', channel: 'user.changes' });
  assert.deepEqual(order(), ['answer', 'user.changes']);
  assert.deepEqual(order(), ['user.changes', 'answer']);
});

test('reorder_notifications: another channel or instrument overtakes, the same one never, and nothing is held for long', () => {
  const bench = createBench();
  const [conn, web] = [bench.login(), bench.login('practice-web')];
  const ether = 'ETH_USDC-PERPETUAL';
  bench.ok(conn, 'private/subscribe', {
    channels: ['user.changes.any.any.raw', 'user.trades.any.any.raw'],
  });
  const byHand = (instrument: string): void =>
    void bench.ok(web, 'private/buy', {
      instrument_name: instrument,
      amount: instrument === ether ? 0.01 : 0.001,
      type: 'market',
    });
  const heard = (): string[] =>
    bench.inbox(conn).map((message) => {
      const data = message.params?.data as { readonly instrument_name?: string } | undefined;
      return `${kindOf(message)} ${data?.instrument_name ?? ''}`.trim();
    });
  bench.inbox(conn);
  fault(bench, { kind: 'reorder_notifications', channel: 'user.changes' });
  byHand(PERP);
  assert.deepEqual(heard(), ['user.trades', `user.changes ${PERP}`]);

  bench.ok(conn, 'private/unsubscribe', { channels: ['user.trades.any.any.raw'] });
  bench.inbox(conn);
  fault(bench, { kind: 'reorder_notifications', channel: 'user.changes' });
  byHand(PERP);
  assert.deepEqual(heard(), []);
  byHand(ether);
  assert.deepEqual(heard(), [`user.changes ${ether}`, `user.changes ${PERP}`]);

  fault(bench, { kind: 'reorder_notifications', channel: 'user.changes' });
  byHand(PERP);
  byHand(PERP);
  const sizes = changesOf(bench.inbox(conn)).map((frame) => frame.positions[0]?.size);
  assert.deepEqual(sizes, [0.003, 0.004], 'in their order');

  fault(bench, { kind: 'reorder_notifications', channel: 'user.changes', ms: 300 });
  byHand(PERP);
  bench.pass(299);
  assert.deepEqual(heard(), []);
  assert.equal(bench.exchange().wakeAt(bench.clock), bench.clock.mono + 1);
  bench.pass(1);
  assert.deepEqual(heard(), [`user.changes ${PERP}`]);
});

test('empty_answer means reads: a login on a new connection goes on, unless its method is named', () => {
  const bench = createBench();
  fault(bench, { kind: 'empty_answer', ms: 60_000 });
  const conn = bench.login();
  const channels = ['user.changes.any.any.raw'];
  assert.deepEqual(bench.ok(conn, 'private/subscribe', { channels }), channels);
  assert.deepEqual(bench.ok(conn, 'private/get_open_orders'), []);
  fault(bench, { kind: 'empty_answer', method: 'private/subscribe' });
  assert.deepEqual(bench.ok(conn, 'private/subscribe', { channels }), []);
});

test('a fault that was used up does not hide one that still stands', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.001, type: 'market' });
  fault(bench, { kind: 'empty_answer', method: 'private/get_margins' });
  fault(bench, { kind: 'empty_answer' });
  assert.deepEqual(bench.ok(conn, 'private/get_positions'), []);
  assert.equal(bench.ok(conn, 'private/get_positions').length, 1);
});

test('a wrong fault names the field and what is accepted', () => {
  const bench = createBench();
  for (const [body, code, field] of [
    [{}, 'bad_field', 'kind'],
    [{ kind: 'meteor' }, 'bad_field', 'kind'],
    [{ kind: 'error', code: 5 }, 'bad_field', 'code'],
    [{ kind: 'error', method: 'private/nothing' }, 'bad_field', 'method'],
    [{ kind: 'error', method: 'buy*' }, 'bad_field', 'method'],
    [{ kind: 'drop_notification', channel: 'users' }, 'bad_field', 'channel'],
    [{ kind: 'drop_notification', channel: '' }, 'bad_field', 'channel'],
    [{ kind: 'drop_notification', method: 'private/buy' }, 'unknown_field', 'method'],
    [{ kind: 'forget_history', ms: 5 }, 'unknown_field', 'ms'],
    [{ kind: 'stale_reads', code: 11094 }, 'unknown_field', 'code'],
    [{ kind: 'refuse_connections', count: 2 }, 'unknown_field', 'count'],
    [{ kind: 'delay_answer' }, 'bad_field', 'ms'],
    [{ kind: 'error', count: 0 }, 'bad_field', 'count'],
    [{ kind: 'error', ms: 0 }, 'bad_field', 'ms'],
    [{ kind: 'error', ms: 86_400_001 }, 'bad_field', 'ms'],
    [{ kind: 'error', more: 1 }, 'unknown_field', 'more'],
  ] as const) {
    const { status, body: answered } = bench.control('POST', 'fault', body);
    assert.deepEqual(
      [status, answered.error.code, answered.error.field],
      [400, code, field],
      JSON.stringify(body),
    );
    assert.ok((answered.error.accepted ?? '').length > 0);
  }
  assert.deepEqual(bench.state().faults, []);
});
