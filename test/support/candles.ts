/** Real candles of a BTC perpetual for tests: recorded ones where they are at hand, else a walk that looks like them. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { dec } from '../../src/base/decimal.ts';
import { nextBelow, prng } from '../../src/base/prng.ts';
import { parsePriceFile } from '../../src/venue/practice/market/price-file.ts';
import type { PriceCandle } from '../../src/venue/practice/ports.ts';

const RECORDED = fileURLToPath(
  new URL('../../../shared/market/btc-perp-1m.csv.gz', import.meta.url),
);
const MINUTES = 30_000;

/** Three weeks from the last day of 2021 in ticks of 0.5 around 46,000. */
function walked(): PriceCandle[] {
  const random = prng(20_261_122, 'candles');
  let price = 46_000;
  return Array.from({ length: MINUTES }, (_, minute) => {
    const open = price;
    price = Math.max(30_000, price + (nextBelow(random, 121) - 60) / 2);
    const high = Math.max(open, price) + nextBelow(random, 30) / 2;
    const low = Math.min(open, price) - nextBelow(random, 30) / 2;
    const at = 1_640_991_660_000 + minute * 60_000;
    return {
      at,
      open: dec(open),
      high: dec(high),
      low: dec(low),
      close: dec(price),
      volume: dec(1_000_000),
    };
  });
}

/** One-minute candles of about three weeks, oldest first. */
export function realCandles(): readonly PriceCandle[] {
  if (!existsSync(RECORDED)) return walked();
  const read = parsePriceFile(gunzipSync(readFileSync(RECORDED)).toString('utf8'));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}
