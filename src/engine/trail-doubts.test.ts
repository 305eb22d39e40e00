/** [I55] Stops that follow through crashes, refusals, lost and late answers, hands and other edits of the same order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../domain/fact.ts';
import { audit } from '../../sim/auditor/audit.ts';
import type { CrashPoint } from '../../sim/world/engine.ts';
import {
  edits,
  FAR,
  liveStops,
  moved,
  opened,
  price,
  stands,
  stopsOut,
  to,
  TRAIL,
  triggers,
} from '../../test/support/trailing.ts';
import { PERPETUAL, START, type World } from '../../sim/world/world.ts';

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

/** What the edits of one order asked for: total amount and trigger, as sent. */
const asked = (
  world: World,
  order: string,
): { readonly amount: number; readonly trigger: number }[] =>
  edits(world).flatMap(({ text }) => {
    const { params } = JSON.parse(text) as {
      readonly params: {
        readonly order_id: string;
        readonly amount: number;
        readonly trigger_price: number;
      };
    };
    return params.order_id === order
      ? [{ amount: params.amount, trigger: params.trigger_price }]
      : [];
  });

test('[I55] one edit states size and trigger: a size that is owed while a move is refused goes out with it', async () => {
  const { world, order } = await opened(TRAIL);
  world.fault({ kind: 'error', method: 'private/edit', code: 10041, count: 1 });
  price(world, '100600');
  await world.run(200);
  world.control('POST', 'order', { instrument: PERPETUAL, direction: 'sell', amount: '0.0004' });
  await world.run(10_000);
  const [first, ...more] = asked(world, order);
  assert.equal(first?.amount, 0.0009);
  assert.deepEqual(more, [{ amount: 0.0005, trigger: first?.trigger }]);
  stands(world, 100_197.6);
  audit(world);
});

test('[I55] no second edit while the first has no answer, not even for a size', async () => {
  const { world, order } = await opened(TRAIL);
  world.fault({ kind: 'lose_request', method: 'private/edit', count: 1 });
  price(world, '100600');
  await world.run(200);
  world.control('POST', 'order', { instrument: PERPETUAL, direction: 'sell', amount: '0.0004' });
  await world.run(2_000);
  assert.deepEqual(
    asked(world, order).map(({ amount }) => amount),
    [0.0009],
  );
  await world.run(30_000);
  const [first, second] = asked(world, order);
  assert.deepEqual(second, { amount: 0.0005, trigger: first?.trigger });
  audit(world);
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
