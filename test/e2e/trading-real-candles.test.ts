/**
 * The demo on real candles of a BTC perpetual: six hours of them in 22 seconds. What the books say at the end is what the
 * exchange says. Where the recorded candles are not there, a generated file takes their place.
 */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nextBelow, prng } from '../../src/base/prng.ts';
import { isoTime } from '../../src/base/time.ts';
import { compareBooks } from './support/compare.ts';
import { startDemo } from './support/demo.ts';
import { type Owner, temporaryFolder } from './support/process.ts';

const RECORDED = fileURLToPath(
  new URL('../../../shared/market/btc-perp-1m.csv.gz', import.meta.url),
);
const HOURS = 6;
const SPEED = 1_000;

/** A price file of a day: a walk in ticks of 0.5 around 46,000. */
function generatedFile(owner: Owner): string {
  const random = prng(20_261_122, 'candles');
  const rows = ['timestamp,open,high,low,close,volume'];
  let price = 46_000;
  for (let minute = 0; minute < 1_440; minute++) {
    const open = price;
    price += (nextBelow(random, 121) - 60) / 2;
    const high = Math.max(open, price) + nextBelow(random, 30) / 2;
    const low = Math.min(open, price) - nextBelow(random, 30) / 2;
    rows.push(
      [isoTime(1_640_991_660_000 + minute * 60_000), open, high, low, price, 1_000_000].join(','),
    );
  }
  const path = join(temporaryFolder(owner), 'candles.csv');
  writeFileSync(path, `${rows.join('\n')}\n`);
  return path;
}

test('[T0] six hours of real candles: trades, fills and cash are those of the exchange', {
  timeout: 90_000,
}, async (t) => {
  const prices = existsSync(RECORDED) ? RECORDED : generatedFile(t);
  const demo = await startDemo(t, { prices, speed: SPEED });
  const begun = (await demo.exchange.state()).now;
  await demo.exchange.until(
    `${HOURS} hours of market time`,
    (event) => 'now' in event && event.now >= begun + HOURS * 3_600_000,
    60_000,
  );
  await demo.exchange.freeze();
  // A candle that had just ended may open something yet.
  await demo.engine().post('/strategies/razor/pause', { reason: 'compare' });
  const { trades, fills, cashRows, state } = await compareBooks(demo.engine(), demo.exchange);
  t.diagnostic(
    `${trades.length} trades, ${fills} fills, ${cashRows} rows of cash, ${state.orders.length} orders`,
  );
  assert.ok(trades.length >= 5, `only ${trades.length} trades`);
  assert.ok(trades.every(({ pnlSource, breaks }) => pnlSource === 'fills' && breaks.length === 0));
  assert.deepEqual(
    (await demo.engine().facts('BREAK_OPENED')).map(({ data }) => data.break.kind),
    [],
  );
});
