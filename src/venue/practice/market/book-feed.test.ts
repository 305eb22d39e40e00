/** Order books on the wire: a snapshot, then changes that name what they follow; and terms that a hand changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bench, createBench, on, PERP } from '../harness.contract.ts';

const CHANNEL = `book.${PERP}.100ms`;
type Frame = {
  readonly type: string;
  readonly change_id: number;
  readonly prev_change_id?: number;
  readonly bids: readonly (readonly [string, number, number])[];
  readonly asks: readonly (readonly [string, number, number])[];
};

/** What a viewer holds after these frames. */
function held(frames: readonly Frame[]) {
  const sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  for (const frame of frames)
    for (const side of ['bids', 'asks'] as const)
      for (const [action, price, amount] of frame[side]) {
        assert.equal(sides[side].has(price), action !== 'new');
        if (action === 'delete') sides[side].delete(price);
        else sides[side].set(price, amount);
      }
  const sorted = (side: Map<number, number>, down: boolean) =>
    [...side].sort(([a], [b]) => (down ? b - a : a - b));
  return { bids: sorted(sides.bids, true), asks: sorted(sides.asks, false) };
}
const shown = (bench: Bench) => {
  const { bids, asks } = bench.book({ instrument: PERP, depth: '100' }).body;
  const rows = (levels: typeof bids) =>
    levels.map(({ price, amount }) => [Number(price), Number(amount)]);
  return { bids: rows(bids), asks: rows(asks) };
};

test('a snapshot, then changes by ids that jump; whoever applies them holds the book', () => {
  const bench = createBench();
  const conn = bench.connect();
  bench.ok(conn, 'public/subscribe', { channels: [CHANNEL, 'book.NOPE.100ms'] });
  const frames: Frame[] = [];
  for (let n = 0; n < 20; n++) {
    if (n === 5)
      bench.control('POST', 'order', { instrument: PERP, direction: 'buy', amount: '0.2' });
    bench.pass(1_000);
    frames.push(...on<Frame>(bench.inbox(conn), 'book.'));
  }
  assert.equal(frames[0]?.type, 'snapshot');
  assert.ok(frames.length > 10);
  for (const [n, frame] of frames.entries())
    if (n > 0) assert.equal(frame.prev_change_id, frames[n - 1]?.change_id);
  assert.ok(frames.slice(1).some((frame, n) => frame.change_id > (frames[n]?.change_id ?? 0) + 1));
  assert.deepEqual(held(frames), shown(bench));
});

test('subscribing again brings no snapshot, leaving and entering does', () => {
  const bench = createBench();
  const conn = bench.connect();
  const types = (): readonly string[] => {
    bench.pass(1_000);
    return on<Frame>(bench.inbox(conn), 'book.').map(({ type }) => type);
  };
  bench.ok(conn, 'public/subscribe', { channels: [CHANNEL] });
  assert.equal(types()[0], 'snapshot');
  bench.ok(conn, 'public/subscribe', { channels: [CHANNEL] });
  assert.ok(!types().includes('snapshot'));
  bench.ask(conn, 'public/unsubscribe', { channels: [CHANNEL] });
  bench.ok(conn, 'public/subscribe', { channels: [CHANNEL] });
  assert.equal(types()[0], 'snapshot');
});

test('a locked platform takes cancels only, and says so', () => {
  const bench = createBench();
  const conn = bench.login();
  const { order } = bench.buy(conn, { amount: 0.001, price: 60000 });
  bench.ok(conn, 'public/subscribe', { channels: ['platform_state'] });
  bench.pass(1_000);
  bench.inbox(conn);
  const { id } = bench.control('POST', 'fault', { kind: 'lock_platform' }).body;
  bench.pass(100);
  const locked = () => on<{ locked: boolean }>(bench.inbox(conn), 'platform_state');
  assert.ok(locked().every((one) => one.locked));
  assert.equal(
    bench.fails(conn, 'private/buy', { instrument_name: PERP, amount: 0.001, price: 60000 }).code,
    10019,
  );
  assert.equal(bench.ask(conn, 'private/cancel', { order_id: order.order_id })?.error, undefined);
  assert.deepEqual(bench.ask(conn, 'public/status')?.result, {
    locked: 'true',
    locked_indices: [],
  });
  bench.inbox(conn);
  bench.control('DELETE', `fault/${id}`);
  bench.pass(100);
  const after = locked();
  assert.ok(after.length > 0 && after.every((one) => !one.locked));
  bench.buy(conn, { amount: 0.001, price: 60000 });
});

test('terms of a contract change without a word, hold for orders, and outlive a restart', () => {
  const bench = createBench();
  const conn = bench.login();
  const { order } = bench.buy(conn, { amount: 0.0017, price: 60000.1 });
  assert.equal(
    bench.control('POST', 'specification', { instrument: PERP, contractSize: '0.001', tick: '0.5' })
      .status,
    200,
  );
  assert.equal(bench.control('POST', 'specification', { instrument: PERP, tick: '0' }).status, 400);
  for (const how of [null, 'entries', 'snapshot'] as const) {
    if (how !== null) bench.restart(how);
    const now = bench.login();
    assert.equal(bench.order(now, order.order_id).amount, 0.0017);
    const said = bench.ask(now, 'public/get_instrument', { instrument_name: PERP })?.result as {
      readonly contract_size: number;
      readonly min_trade_amount: number;
      readonly tick_size: number;
    };
    assert.deepEqual(
      [said.contract_size, said.min_trade_amount, said.tick_size],
      [0.001, 0.001, 0.5],
    );
    const wrong = { instrument_name: PERP, type: 'limit' };
    bench.fails(now, 'private/buy', { ...wrong, amount: 0.0017, price: 60000 });
    bench.fails(now, 'private/buy', { ...wrong, amount: 0.002, price: 60000.1 });
    bench.buy(now, { type: 'limit', amount: 0.002, price: 60000.5 });
  }
});
