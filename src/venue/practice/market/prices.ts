/**
 * The index prices of the practice exchange, one per whole second of server time and index. A price comes from a
 * seeded process with clusters of volatility and rare jumps, or, for BTC while it lasts, from the candles of a price
 * file. The state is plain data; where it stands depends on the time reached and on the hands that set prices, never
 * on how often it was asked to advance.
 */
import { must } from '../../../base/assert.ts';
import { type Decimal, add, dec, div, gt, mul, roundTo, ZERO } from '../../../base/decimal.ts';
import { nextNormal, nextUnit, type Prng, prng } from '../../../base/prng.ts';
import { DAY, HOUR, type Millis, SECOND } from '../../../base/time.ts';
import { DELIVERY_OF_DAY } from '../products/expiries.ts';
import type { PriceCandle, PriceTick } from '../ports.ts';
import { fileMove, fileOver, openFile, type PriceDrive } from './prices-file.ts';

/** One index: its price, and the process that moves it. */
type Path = {
  price: Decimal;
  /** Variance of the log-return of one second. */
  variance: number;
  random: Prng;
  /** Set by a hand while a file drives: the price keeps the ratio `price : file` to the file's path. */
  hand: { readonly price: Decimal; readonly file: Decimal } | null;
  /** Prices in the last half hour before the latest 08:00, added up; left out before the first. */
  average?: { readonly sum: Decimal; readonly ticks: number };
};

/** The whole state, plain JSON. */
export type Prices = {
  /** Ticks up to and including this instant have been handed out. */
  last: Millis;
  readonly paths: Record<string, Path>;
  drive: PriceDrive | null;
  exhausted: boolean;
};

/** Calm one-minute volatility is 0.08 percent; a second's variance is the sixtieth part of its square. */
const CALM = 0.0008 ** 2 / 60;
const WILD = CALM * 20;
/** Memory of the clusters: a shock loses half of its weight in about eleven minutes. */
const SHOCK = 0.02;
const KEEP = 0.979;
/** A jump comes about every two hours, moves 0.2 to 0.5 percent and leaves the market excited. */
const JUMP_CHANCE = 1 / 7200;
const JUMP_LEAST = 0.002;
const JUMP_SPREAD = 0.003;
const JUMP_EXCITES = 5;

const CENTS = 2;
const LEAST_PRICE = dec('0.01');
const DEFAULT_START: Readonly<Record<string, Decimal>> = { btc_usdc: dec('64000') };

const coinOf = (index: string): string => index.slice(0, Math.max(0, index.indexOf('_')));
const isBitcoin = (index: string): boolean => coinOf(index) === 'btc';

/**
 * Prices that begin at `startAt` (UTC ms). `start` names the indices and their first prices (default: `btc_usdc`);
 * with a `file` (ascending, not empty) BTC's indices begin where the file stands at that instant instead. Indices of
 * one coin share their random returns, so that they move together. The first tick is the first whole second at or
 * after `startAt`.
 */
export function createPrices(options: {
  readonly seed: number;
  readonly startAt: Millis;
  readonly file?: readonly PriceCandle[];
  readonly start?: Readonly<Record<string, Decimal>>;
}): Prices {
  const drive =
    options.file === undefined || options.file.length === 0
      ? null
      : openFile(options.file, options.startAt);
  const paths: Record<string, Path> = {};
  for (const [index, price] of Object.entries(options.start ?? DEFAULT_START)) {
    paths[index] = {
      price: drive !== null && isBitcoin(index) ? drive.price : roundTo(price, CENTS),
      variance: CALM * 1.5,
      random: prng(options.seed, `price/${coinOf(index)}`),
      hand: null,
    };
  }
  return { last: options.startAt - 1, paths, drive, exhausted: false };
}

/**
 * Lists one more index on prices that are under way. It follows an index of the same coin that is there already, exactly;
 * else it begins at `price` with its own part of the seed.
 */
export function addIndex(
  prices: Prices,
  index: string,
  from: { readonly seed: number; readonly price: Decimal },
): void {
  if (prices.paths[index] !== undefined) return;
  const twin = Object.entries(prices.paths).find(([name]) => coinOf(name) === coinOf(index))?.[1];
  prices.paths[index] =
    twin === undefined
      ? {
          price: roundTo(from.price, CENTS),
          variance: CALM * 1.5,
          random: prng(from.seed, `price/${coinOf(index)}`),
          hand: null,
        }
      : { ...twin, random: { ...twin.random } };
}

/** The index price that holds now; the index must be one of those given at creation. */
export const priceOf = (prices: Prices, index: string): Decimal => pathOf(prices, index).price;

const pathOf = (prices: Prices, index: string): Path =>
  must(prices.paths[index], `an index price named ${index}`);

/** All ticks after the last one handed out up to and including `to`, oldest first; moves the state there. */
export function advancePrices(prices: Prices, to: Millis): PriceTick[] {
  const ticks: PriceTick[] = [];
  const indices = Object.entries(prices.paths);
  for (let at = (Math.floor(prices.last / SECOND) + 1) * SECOND; at <= to; at += SECOND) {
    const file = fileTick(prices, at);
    for (const [index, path] of indices) {
      path.price = file !== null && isBitcoin(index) ? followFile(path, file) : drift(path);
      noteAverage(path, at);
      ticks.push({ at, index, price: path.price });
    }
  }
  if (to > prices.last) prices.last = to;
  return ticks;
}

/** Prices from then to 08:00 UTC make the delivery price (FACTS, section 16). */
const AVERAGE_FROM = DELIVERY_OF_DAY - HOUR / 2;
const AVERAGE_DIGITS = 4;

/** Whole seconds that still count, when the average of the day is being made; null at any other time. */
function ticksLeft(at: Millis): number | null {
  const ofDay = at % DAY;
  return ofDay > AVERAGE_FROM && ofDay <= DELIVERY_OF_DAY
    ? Math.ceil((DELIVERY_OF_DAY - ofDay) / SECOND)
    : null;
}

function noteAverage(path: Path, at: Millis): void {
  if (ticksLeft(at) === null) return;
  const before = at % DAY === AVERAGE_FROM + SECOND ? undefined : path.average;
  path.average = {
    sum: add(before?.sum ?? ZERO, path.price),
    ticks: (before?.ticks ?? 0) + 1,
  };
}

/** What a delivery at the next 08:00 would be at, as far as is known: see `estimatedDelivery`. */
export type Estimate = {
  readonly price: Decimal;
  /** Prices of the average that are known and still to come; null while none is being made. */
  readonly ticks: { readonly known: number; readonly left: number } | null;
};

/**
 * The delivery price of an index as far as it is known at a moment: the index itself, and in the half hour before 08:00
 * the mean of its prices of each second, those to come taken as the present one. At 08:00 it is the delivery price.
 */
export function estimatedDelivery(prices: Prices, index: string, at: Millis): Estimate {
  const { price, average } = pathOf(prices, index);
  const left = ticksLeft(at);
  if (left === null || average === undefined) return { price, ticks: null };
  const known = average.ticks;
  const total = add(average.sum, mul(price, dec(left)));
  return { price: div(total, dec(known + left), AVERAGE_DIGITS), ticks: { known, left } };
}

/** What a coin that is delivered at `expiry` is worth as things stand: the estimate where that is the next 08:00, else the index. */
export const deliveryReference = (
  prices: Prices,
  index: string,
  when: { readonly at: Millis; readonly expiry: Millis },
): Decimal =>
  when.expiry - when.at < DAY
    ? estimatedDelivery(prices, index, when.at).price
    : priceOf(prices, index);

/** The file's price at a second, or null when no file drives (any more). */
function fileTick(prices: Prices, at: Millis): Decimal | null {
  if (prices.drive === null) return null;
  if (!fileOver(prices.drive, at)) return fileMove(prices.drive, at);
  prices.drive = null;
  prices.exhausted = true;
  for (const path of Object.values(prices.paths)) path.hand = null;
  return null;
}

function followFile(path: Path, file: Decimal): Decimal {
  if (path.hand === null) return file;
  return atLeastACent(div(mul(file, path.hand.price), path.hand.file, CENTS));
}

/** One second of the seeded process (GARCH(1,1) with jumps); floats only until the return is applied. */
function drift(path: Path): Decimal {
  const diffusion = Math.sqrt(path.variance) * nextNormal(path.random);
  path.variance = Math.min(
    WILD,
    CALM * (1 - SHOCK - KEEP) + SHOCK * diffusion * diffusion + KEEP * path.variance,
  );
  let change = diffusion;
  if (nextUnit(path.random) < JUMP_CHANCE) {
    const size = JUMP_LEAST + JUMP_SPREAD * nextUnit(path.random);
    change += nextUnit(path.random) < 0.5 ? -size : size;
    path.variance = Math.min(WILD, path.variance * JUMP_EXCITES);
  }
  return atLeastACent(roundTo(mul(path.price, dec(Math.exp(change).toFixed(12))), CENTS));
}

const atLeastACent = (price: Decimal): Decimal => (gt(price, LEAST_PRICE) ? price : LEAST_PRICE);

/**
 * A hand sets the price of an index (rounded to 0.01). From there the seeded process goes on, or the file's remaining
 * moves, taken relatively. Advance to `at` first: a tick that is owed for an earlier second would come after this one.
 */
export function setPrice(prices: Prices, index: string, price: Decimal, at: Millis): PriceTick {
  const path = pathOf(prices, index);
  path.price = atLeastACent(roundTo(price, CENTS));
  if (prices.drive !== null && isBitcoin(index))
    path.hand = { price: path.price, file: prices.drive.price };
  return { at, index, price: path.price };
}

/** Whether there was a price file and it has ended, so that the seeded process goes on in its place. */
export const pricesExhausted = (prices: Prices): boolean => prices.exhausted;
