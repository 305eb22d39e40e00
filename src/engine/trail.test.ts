/** [I55] Stops that follow: moved by edits, towards the price only, with a live stop of the full size at every single moment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../sim/auditor/audit.ts';
import {
  edits,
  FAR,
  EVEN,
  liveStops,
  moved,
  opened,
  price,
  shownStops,
  stands,
  stopsOut,
  to,
  TRAIL,
  triggers,
} from '../../test/support/trailing.ts';
import { BOT } from '../../sim/world/world.ts';

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
