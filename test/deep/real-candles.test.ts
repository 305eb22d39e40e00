/** The whole file of real candles, about three weeks, with Razor, hands that close, drops and restarts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR } from '../../src/base/time.ts';
import { liveMarket } from '../../sim/swarm/market.ts';
import { realCandles } from '../support/candles.ts';

test('[T8][I11][I12][I13][I16][I17][I25] three weeks of real candles: books and exchange agree, fill by fill and in cash', async (t) => {
  const candles = realCandles();
  const [first, last] = [candles[0], candles.at(-1)];
  assert.ok(first !== undefined && last !== undefined);
  const hours = Math.floor((last.at - first.at) / HOUR) - 3;
  assert.ok(hours > 490, `only ${hours} hours`);
  const { world, story } = await liveMarket({
    candles,
    seed: 1,
    speed: 120,
    hours,
    everyMs: 3 * HOUR,
  });
  const trades = world.of('TRADE_CLOSED');
  const { starts, powerLosses } = world.counts();
  t.diagnostic(
    `${hours} h, ${trades.length} trades, ${world.truth().trades.length} fills, ${starts} starts, ${powerLosses} losses of power, ${story.length} disturbances, ${world.facts().length} facts`,
  );
  assert.ok(trades.length >= 500, `only ${trades.length} trades`);
  assert.ok(starts >= 20, `only ${starts} starts`);
});
