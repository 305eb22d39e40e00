/** A day of real candles with Razor, hands, drops and restarts. The whole file is lived through by `npm run test:deep`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR } from '../../src/base/time.ts';
import { realCandles } from '../../test/support/candles.ts';
import { liveMarket } from './market.ts';

test('[T8][I11][I12][I13][I16][I17][I25] a day of real candles: books and exchange agree, fill by fill and in cash', async (t) => {
  const candles = realCandles();
  const day = candles.slice(1_440 * 3);
  const { world, story } = await liveMarket({
    candles: day,
    seed: 8,
    speed: 120,
    hours: 24,
    everyMs: HOUR,
  });
  const trades = world.of('TRADE_CLOSED');
  const { fills, restarts } = {
    fills: world.truth().trades.length,
    restarts: world.counts().starts,
  };
  t.diagnostic(
    `${trades.length} trades, ${fills} fills, ${restarts} starts, ${story.length} disturbances`,
  );
  assert.ok(trades.length >= 20, `only ${trades.length} trades`);
  assert.ok(restarts >= 3, `only ${restarts} starts`);
  assert.ok(
    trades.some(({ data }) => data.trade.exitReason === 'external_close'),
    'no hand closed',
  );
});
