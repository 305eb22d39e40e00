/** [I55] Stops that follow: moved by edits, towards the price only, with a live stop of the full size at every single moment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../domain/fact.ts';
import { audit, auditCover } from '../../test/support/world-audit.ts';
import type { CrashPoint } from '../../test/support/world-engine.ts';
import {
  BOT,
  createWorld,
  PERPETUAL,
  START,
  type World,
  type WorldOptions,
} from '../../test/support/world.ts';
import { dec } from '../base/decimal.ts';
import type { Signal } from '../strategy/strategy.ts';

const moving = (settings: Readonly<Record<string, string>>) => ({
  ...BOT,
  settings: { ...BOT.settings, take_profit_percent: '5', ...settings },
});
const EVEN = moving({ break_even_percent: '0.3' });
const TRAIL = moving({ trailing_percent: '0.4', trailing_step_percent: '0.05' });
const FAR: Partial<Signal> = { stopLossPercent: dec('0.4'), takeProfitPercent: dec('5') };

const liveStops = (world: World) =>
  world
    .exchange()
    .orders.filter(
      (order) => order.type === 'stop_market' && order.state === 'untriggered' && !order.dormant,
    );
const triggers = (world: World) => liveStops(world).map((order) => order.triggerPrice);
const moved = (world: World) =>
  world.of('STOP_MOVED').map(({ data }) => `${data.reason} ${data.stopLoss}`);
const shownStops = (world: World) =>
  world.of('TRADE_UPDATED').map(({ data }) => data.trade.stopLoss);
const edits = (world: World) =>
  world.frames().filter(({ text }) => text.includes('"private/edit"'));
const price = (world: World, to: string) =>
  world.control('POST', 'price', { instrument: PERPETUAL, price: to });

/** A world of one strategy with an open trade, watched: no moment without a stop for all that is held. */
async function opened(
  strategy: typeof BOT,
  signal: Partial<Signal> = FAR,
  options: WorldOptions = {},
): Promise<{
  readonly world: World;
  readonly id: string;
  readonly entry: string;
  readonly first: string;
  readonly order: string;
}> {
  const world = await createWorld({ strategies: [strategy], watch: auditCover, ...options });
  const { id, stopLoss, entries } = await world.enter(signal);
  await world.run(15_000);
  return {
    world,
    id,
    entry: String(entries[0]?.price),
    first: String(stopLoss),
    order: String(liveStops(world)[0]?.orderId),
  };
}

/** Moves the price and lets it stand for a while. */
async function to(world: World, next: string, ms = 8_000): Promise<void> {
  price(world, next);
  await world.run(ms);
}

async function stopsOut(world: World, id: string, at: string): Promise<void> {
  price(world, at);
  await world.until('the close', () => world.trade(id).closedAt !== null, 20_000);
  await world.run(5_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'sl_hit', by: 'stop' });
  assert.equal(world.position(), '0');
  audit(world);
}

/** The one trigger that stands is this, give or take what the mark lags behind the price. */
function stands(world: World, wanted: number): void {
  const [trigger, ...more] = triggers(world);
  assert.deepEqual(more, []);
  assert.ok(
    Math.abs(Number(trigger) - wanted) < 3,
    `the stop stands at ${trigger}, wanted ${wanted}\n${world.trace()}`,
  );
}

test('[I55] break-even: once the gain is reached the stop moves to entry plus fees, once, and the trade ends without a loss', async () => {
  const { world, id, first, order } = await opened(EVEN);
  await to(world, '100250');
  assert.deepEqual([moved(world), triggers(world)], [[], [first]], 'not before its gain');
  await to(world, '100400');
  assert.deepEqual(moved(world), ['break_even 100102.3'], 'from 100002.2 with twice 0.05 percent');
  assert.deepEqual([triggers(world), world.trade(id).stopLoss], [['100102.3'], '100102.3']);
  assert.equal(liveStops(world)[0]?.orderId, order, 'the same order, edited');
  assert.equal(shownStops(world).at(-1), '100102.3');
  for (const next of ['101000', '100500', '102000', '100300']) await to(world, next);
  assert.deepEqual([moved(world).length, edits(world).length], [1, 1]);
  audit(world);
  await stopsOut(world, id, '100095');
  const closed = world.of('TRADE_CLOSED').at(-1)?.data.trade;
  assert.equal(closed?.exitReason, 'sl_hit');
  assert.ok(
    Math.abs(Number(closed?.netPnl)) < 0.02,
    `net ${closed?.netPnl} where the first stop costs 0.54`,
  );
});

test('[I55] trailing: the stop follows the best price in steps, at most every 5 s, and never goes back', async () => {
  const { world, id } = await opened(TRAIL);
  const wanted = [
    ['100200', 99_799],
    ['100210', 99_799],
    ['100600', 100_197.6],
    ['100300', 100_197.6],
    ['101000', 100_596],
    ['100800', 100_596],
  ] as const;
  for (const [next, stop] of wanted) {
    await to(world, next);
    stands(world, stop);
    assert.equal(world.trade(id).stopLoss, triggers(world)[0]);
  }
  price(world, '101300');
  await world.run(3_000);
  price(world, '101400');
  await world.run(8_000);
  stands(world, 100_994);
  const times = edits(world).map(({ at }) => at);
  for (const [n, at] of times.entries())
    assert.ok(n === 0 || at - Number(times[n - 1]) >= 5_000, `moves at ${times.join(', ')}`);
  const stops = world.of('STOP_MOVED').map(({ data }) => Number(data.stopLoss));
  assert.deepEqual(
    stops,
    [...stops].sort((a, b) => a - b),
  );
  assert.deepEqual(moved(world).length, edits(world).length);
  audit(world);
  await stopsOut(world, id, '100900');
});

test('[I55] a short follows downwards', async () => {
  const { world, id } = await opened(TRAIL, { ...FAR, direction: 'short' });
  await to(world, '99000');
  stands(world, 99_396);
  const stop = world.trade(id).stopLoss;
  await to(world, '99300');
  assert.deepEqual(triggers(world), [stop]);
  audit(world);
  await stopsOut(world, id, '99410');
});

test('[I55] without the settings a stop stays where it is', async () => {
  const { world, id, first } = await opened(BOT);
  await to(world, '100800', 30_000);
  assert.deepEqual(
    [triggers(world), moved(world), edits(world).length, world.trade(id).stopLoss],
    [[first], [], 0, first],
  );
  audit(world);
});

const isMoveIntended = (facts: readonly Fact[]): boolean =>
  facts.some((fact) => fact.type === 'CHANGE_INTENDED' && fact.data.change.why === 'trailing');
const isEdit = (frame: string): boolean => frame.includes('"private/edit"');
const crashes: readonly { readonly when: string; readonly point: CrashPoint }[] = [
  {
    when: 'before the move is durable',
    point: { at: 'append', when: isMoveIntended, durable: false },
  },
  {
    when: 'when it is durable and not sent',
    point: { at: 'append', when: isMoveIntended, durable: true },
  },
  { when: 'when the edit is on the wire', point: { at: 'send', when: isEdit, handed: true } },
  {
    when: 'when the exchange has answered',
    point: {
      at: 'append',
      when: (facts) => facts.some(({ type }) => type === 'STOP_MOVED'),
      durable: false,
    },
  },
];
for (const { when, point } of crashes) {
  test(`[I55][I51] killed ${when}: after the restart the stop stands where it belongs, told once`, async () => {
    const { world, id } = await opened(TRAIL);
    world.crashAt(point);
    price(world, '100600');
    await world.crashed();
    await world.restart();
    await world.ready();
    await world.run(30_000);
    stands(world, 100_197.6);
    assert.equal(world.trade(id).stopLoss, triggers(world)[0]);
    assert.equal(moved(world).length, 1, world.trace());
    audit(world);
    await stopsOut(world, id, '100150');
  });
}

test('[I55] the best price was reached while the engine was down: candles tell it after the restart', async () => {
  const { world } = await opened(TRAIL);
  world.crash();
  await to(world, '101000', 130_000);
  await to(world, '100800', 60_000);
  await world.restart();
  await world.ready();
  await world.run(20_000);
  stands(world, 100_596);
  audit(world);
});

test('[I55] a restart that knows less of the past never makes a stop worse', async () => {
  const { world, id } = await opened(TRAIL);
  await to(world, '100600');
  const stop = String(world.trade(id).stopLoss);
  await to(world, '100300');
  await world.restart();
  await world.ready();
  await world.run(150_000);
  assert.deepEqual(
    [triggers(world), world.trade(id).stopLoss, moved(world).length],
    [[stop], stop, 1],
  );
  await to(world, '101000', 15_000);
  stands(world, 100_596);
  audit(world);
});

test('[I55] an edit that is refused leaves the old stop and is tried again after 1, 2, 4 s', async () => {
  const { world, first } = await opened(TRAIL);
  world.fault({ kind: 'error', method: 'private/edit', code: 10041, count: 3 });
  price(world, '100600');
  await world.run(2_000);
  assert.deepEqual([triggers(world), moved(world)], [[first], []]);
  await world.run(18_000);
  const times = edits(world).map(({ at }) => at);
  const pauses = times.slice(1, 4).map((at, n) => Math.round((at - Number(times[n])) / 1_000));
  assert.deepEqual(pauses, [1, 2, 4], `edits at ${times.join(', ')}`);
  stands(world, 100_197.6);
  audit(world);
});

for (const fault of [
  { kind: 'lose_request', method: 'private/edit', count: 1 },
  { kind: 'lose_answer', method: 'private/edit', count: 1 },
  { kind: 'lose_answer', method: 'private/edit', channel: 'user.changes', count: 1 },
  { kind: 'delay_answer', method: 'private/edit', ms: 8_000, count: 1 },
]) {
  test(`[I55] an edit without its answer (${JSON.stringify(fault)}): one at a time, told once, then it follows on`, async () => {
    const { world, id } = await opened(TRAIL);
    world.fault(fault);
    await to(world, '100600', 2_000);
    await to(world, '100900', 1_000);
    assert.equal(edits(world).length, 1, 'no second one while the first is unknown');
    await world.run(40_000);
    stands(world, 100_496.4);
    assert.equal(world.trade(id).stopLoss, triggers(world)[0]);
    assert.ok(moved(world).length <= 2, moved(world).join());
    audit(world);
    await stopsOut(world, id, '100400');
  });
}

test('[I55] the price turns back behind the wanted stop while the edit is refused: it is not sent any more, the old stop ends the trade', async () => {
  const { world, id, first } = await opened(TRAIL);
  world.fault({ kind: 'error', method: 'private/edit', code: 10041, ms: 9_000 });
  price(world, '100600');
  await world.run(2_000);
  await to(world, '100100', 10_000);
  const tries = edits(world).length;
  await world.run(30_000);
  assert.deepEqual([edits(world).length, triggers(world), moved(world)], [tries, [first], []]);
  await stopsOut(world, id, '99400');
});

test('[I55][T3] a hand closes a part while the stop follows: size and trigger end as they belong, in one order', async () => {
  for (const during of ['nothing', 'lose_request', 'lose_answer', 'delay_answer'] as const) {
    const { world, id, order } = await opened(TRAIL);
    if (during !== 'nothing')
      world.fault({
        kind: during,
        method: 'private/edit',
        count: 1,
        ...(during === 'delay_answer' ? { ms: 6_000 } : {}),
      });
    price(world, '100600');
    await world.run(during === 'nothing' ? 20_000 : 1_000);
    world.control('POST', 'order', { instrument: PERPETUAL, direction: 'sell', amount: '0.0004' });
    await world.run(30_000);
    assert.equal(world.trade(id).open, '0.0005');
    assert.deepEqual(
      liveStops(world).map((stop) => [stop.orderId, stop.amount]),
      [[order, '0.0005']],
      during,
    );
    stands(world, 100_197.6);
    assert.equal(world.trade(id).stopLoss, triggers(world)[0], during);
    audit(world);
    await to(world, '101000', 20_000);
    stands(world, 100_596);
    await stopsOut(world, id, '100500');
  }
});

test('[I55] a hand closes a part while the price is behind the wanted stop: the size is cut though the move waits', async () => {
  const { world, id, first } = await opened(TRAIL);
  world.fault({ kind: 'error', method: 'private/edit', code: 10041, ms: 4_000 });
  price(world, '100600');
  await world.run(2_000);
  price(world, '100100');
  await world.run(1_000);
  world.control('POST', 'order', { instrument: PERPETUAL, direction: 'sell', amount: '0.0004' });
  await world.run(20_000);
  assert.deepEqual(
    liveStops(world).map((stop) => [stop.amount, stop.triggerPrice]),
    [['0.0005', first]],
  );
  audit(world);
  await to(world, '100700', 20_000);
  stands(world, 100_297.2);
  await stopsOut(world, id, '100200');
});

test('[I55] two orders that stop one trade are both moved, and the trade is told when the second one is', async () => {
  const { world, id } = await opened(TRAIL, FAR, { watch: () => undefined });
  world.hand('private/edit', {
    order_id: liveStops(world)[0]?.orderId,
    amount: 0.0004,
    reduce_only: true,
  });
  await world.until('the repair', () => liveStops(world).length === 2, 10_000);
  await world.run(5_000);
  await to(world, '100600', 15_000);
  const [a, b] = triggers(world);
  assert.equal(a, b);
  assert.deepEqual(moved(world), [`trailing ${a}`]);
  assert.equal(world.trade(id).stopLoss, a);
  audit(world);
});

test('[I55] a stop that a hand took away is placed again where it had moved to', async () => {
  const { world, id } = await opened(TRAIL, FAR, { watch: () => undefined });
  await to(world, '100600');
  const stop = world.trade(id).stopLoss;
  world.hand('private/cancel', { order_id: liveStops(world)[0]?.orderId });
  await world.until('the repair', () => liveStops(world).length === 1, 10_000);
  assert.deepEqual(triggers(world), [stop]);
  await to(world, '101000', 15_000);
  stands(world, 100_596);
  audit(world);
});

test('[I55] a stop that was set back, as by an edit that comes late, is moved again', async () => {
  const { world, id, order } = await opened(TRAIL);
  await to(world, '100600');
  world.hand('private/edit', {
    order_id: order,
    amount: 0.0009,
    trigger_price: 99_700,
    reduce_only: true,
  });
  await world.run(20_000);
  stands(world, 100_197.6);
  assert.equal(world.trade(id).stopLoss, triggers(world)[0]);
  audit(world);
});

test('[I55] the same after a restart that knows less of the past: not below where the stop once stood', async () => {
  const { world, id, order } = await opened(TRAIL, FAR, { startAt: START - 45_000 });
  await to(world, '100600');
  const stop = String(world.trade(id).stopLoss);
  price(world, '100300');
  await world.run(200);
  await world.restart({ waitMs: 60_000 });
  await world.ready();
  await world.run(1_000);
  assert.ok(
    Number(world.life().driver.cell.live.trails.get(id)?.best) < 100_400,
    'the minute of the entry is not read back',
  );
  world.hand('private/edit', {
    order_id: order,
    amount: 0.0009,
    trigger_price: 99_700,
    reduce_only: true,
  });
  await world.run(20_000);
  assert.deepEqual(
    [triggers(world), world.trade(id).stopLoss, moved(world).length],
    [[stop], stop, 1],
  );
  audit(world);
});

test('[I55] a stop is not moved while its trade is being closed', async () => {
  const { world, id, first } = await opened(TRAIL);
  world.fault({ kind: 'error', method: 'private/sell', code: 10041, ms: 6_000 });
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await to(world, '100600', 5_000);
  assert.deepEqual([triggers(world), edits(world).length], [[first], 0]);
  await world.until('the close', () => world.trade(id).closedAt !== null, 30_000);
  await world.run(5_000);
  audit(world);
});
