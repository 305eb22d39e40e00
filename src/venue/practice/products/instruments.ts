/**
 * What can be traded on the practice exchange, as data, and the formulas that differ between linear and inverse
 * products. `value(size, price)` is what a signed size is worth in the settlement currency, up to a constant: profit is
 * the value at the exit minus the value at the entry, for both kinds.
 */
import {
  type Decimal,
  type Rounding,
  abs,
  add,
  dec,
  div,
  gt,
  gte,
  isMultiple,
  isZero,
  max,
  min,
  mul,
  neg,
  roundTo,
  sign,
  sub,
  toStep,
  ZERO,
} from '../../../base/decimal.ts';
import type { Millis } from '../../../base/time.ts';
import type { VenueOptions } from '../options.ts';

/** How the market maker fills the book: distances in millionths of the mark price, sizes in the unit of `amount`. */
export type MakerRules = {
  readonly levels: number;
  readonly halfSpreadPpm: number;
  readonly stepPpm: number;
  /** Size of the first level; the n-th holds n times as much. */
  readonly topSize: Decimal;
};

/** When a product ends, and what it pays then; a perpetual never does. */
export type Term =
  | { readonly kind: 'perpetual' }
  | { readonly kind: 'future'; readonly expiry: Millis }
  | {
      readonly kind: 'option';
      readonly expiry: Millis;
      readonly strike: Decimal;
      readonly side: 'call' | 'put';
    };

/** A larger tick for prices above one. */
export type TickStep = { readonly above: Decimal; readonly tick: Decimal };

/** One product. Amounts are coins for linear and USD for inverse ones; options are linear, their prices premiums a coin. */
export type InstrumentSpec = {
  readonly name: string;
  readonly id: number;
  readonly kind: 'future' | 'option';
  readonly term: Term;
  readonly type: 'linear' | 'reversed';
  readonly base: string;
  readonly quote: string;
  readonly counter: string;
  readonly settlement: string;
  readonly index: string;
  readonly contractSize: Decimal;
  readonly minAmount: Decimal;
  readonly tick: Decimal;
  /** Ascending; left out where one tick holds for all prices. */
  readonly tickSteps?: readonly TickStep[];
  readonly makerFee: Decimal;
  readonly takerFee: Decimal;
  readonly initialMargin: Decimal;
  readonly maintenanceMargin: Decimal;
  /** What both margins grow by for each coin of a position, as a fraction of its value. */
  readonly marginGrowth: Decimal;
  readonly maxLeverage: number;
  readonly createdAt: Millis;
  readonly maker: MakerRules;
  /** Index price at the start when no price file sets it. */
  readonly startPrice: Decimal;
};

export type OptionSpec = InstrumentSpec & { readonly term: { readonly kind: 'option' } };

/** Whether a product is an option; then its term says which. */
export const isOption = (spec: InstrumentSpec): spec is OptionSpec => spec.term.kind === 'option';

/** Digits after the point of cash in each currency that accounts hold. */
export const CURRENCY_DECIMALS: Readonly<Record<string, number>> = { BTC: 8, ETH: 8, USDC: 6 };

/** Digits kept where a division does not end: far below one unit of any currency. */
const FINE = 24;

/**
 * What all perpetuals here have in common: list fees, and the margins of a position too small to make them grow (FACTS,
 * sections 17 and 18; the venue's older 2.95 % and 2.15 % of its inverse products are not played).
 */
const PERPETUAL = {
  kind: 'future',
  term: { kind: 'perpetual' },
  makerFee: ZERO,
  takerFee: dec('0.0005'),
  initialMargin: dec('0.02'),
  maintenanceMargin: dec('0.01'),
  maxLeverage: 50,
} as const;

/** Growth of the margins by the coin: 0.005 % for bitcoin, of linear and inverse products alike, 0.0004 % for ether. */
const GROWTH = { BTC: dec('0.00005'), ETH: dec('0.000004') } as const;

const ladder = (topSize: string): MakerRules => ({
  levels: 20,
  halfSpreadPpm: 20,
  stepPpm: 20,
  topSize: dec(topSize),
});

/** The perpetuals that every exchange lists unless told: two linear ones that share their cash, and an inverse one that pays in coin. */
export const INSTRUMENTS: readonly InstrumentSpec[] = [
  {
    ...PERPETUAL,
    name: 'BTC_USDC-PERPETUAL',
    id: 284_501,
    type: 'linear',
    base: 'BTC',
    quote: 'USDC',
    counter: 'USDC',
    settlement: 'USDC',
    index: 'btc_usdc',
    contractSize: dec('0.0001'),
    minAmount: dec('0.0001'),
    tick: dec('0.1'),
    createdAt: 1_650_000_000_000,
    maker: ladder('0.05'),
    marginGrowth: GROWTH.BTC,
    startPrice: dec('64000'),
  },
  {
    ...PERPETUAL,
    name: 'ETH_USDC-PERPETUAL',
    id: 211_305,
    type: 'linear',
    base: 'ETH',
    quote: 'USDC',
    counter: 'USDC',
    settlement: 'USDC',
    index: 'eth_usdc',
    contractSize: dec('0.001'),
    minAmount: dec('0.001'),
    tick: dec('0.05'),
    createdAt: 1_647_262_800_000,
    maker: ladder('1'),
    marginGrowth: GROWTH.ETH,
    startPrice: dec('3200'),
  },
  {
    ...PERPETUAL,
    name: 'BTC-PERPETUAL',
    id: 124_972,
    type: 'reversed',
    base: 'BTC',
    quote: 'USD',
    counter: 'USD',
    settlement: 'BTC',
    index: 'btc_usd',
    contractSize: dec(10),
    minAmount: dec(10),
    tick: dec('0.5'),
    createdAt: 1_534_167_754_000,
    maker: ladder('3000'),
    marginGrowth: GROWTH.BTC,
    startPrice: dec('64000'),
  },
];

/** All perpetuals of an exchange that also lists what ends: those above, and ether's inverse one. */
export const PERPETUALS: readonly InstrumentSpec[] = [
  ...INSTRUMENTS,
  {
    ...PERPETUAL,
    name: 'ETH-PERPETUAL',
    id: 124_973,
    type: 'reversed',
    base: 'ETH',
    quote: 'USD',
    counter: 'USD',
    settlement: 'ETH',
    index: 'eth_usd',
    contractSize: dec(1),
    minAmount: dec(1),
    tick: dec('0.05'),
    marginGrowth: GROWTH.ETH,
    createdAt: 1_534_167_754_000,
    maker: ladder('3000'),
    startPrice: dec('3200'),
  },
];

/** Prefix of order and trade ids: none for BTC, the settlement currency for all others. */
export const idPrefix = (spec: InstrumentSpec): string =>
  spec.settlement === 'BTC' ? '' : `${spec.settlement}-`;

/** Digits after the point of cash in a currency. */
export const decimalsOf = (currency: string): number => CURRENCY_DECIMALS[currency] ?? 8;

/** The smallest amount of cash in a currency. */
export const unitOf = (currency: string): Decimal => dec(`1e-${decimalsOf(currency)}`);

/** Cash rounded as the exchange books it. */
export const roundCash = (currency: string, amount: Decimal): Decimal =>
  roundTo(amount, decimalsOf(currency));

/** Signed worth of `size` at `price`: linear size x price, inverse -size / price (in coin). */
export const valueOf = (spec: InstrumentSpec, size: Decimal, price: Decimal): Decimal =>
  spec.type === 'linear' ? mul(size, price) : isZero(size) ? ZERO : neg(div(size, price, FINE));

/** The one price at which `size` has that `value`; 0 when the size is 0. Arithmetic mean for linear, harmonic for inverse. */
export function averageOf(spec: InstrumentSpec, size: Decimal, value: Decimal): Decimal {
  if (isZero(size) || isZero(value)) return ZERO;
  return spec.type === 'linear' ? div(value, size, FINE) : neg(div(size, value, FINE));
}

/** No fee of an option is more than this share of its price (FACTS, section 18). */
const MOST_OF_PRICE = dec('0.125');

/** What is taken of one coin's option: a share of the index, bounded by its price. */
export const optionToll = (rate: Decimal, index: Decimal, price: Decimal): Decimal =>
  min(mul(rate, index), mul(MOST_OF_PRICE, price));

type FeeRules = Pick<VenueOptions, 'feeRounding' | 'liquidationFee'>;

/** Fee of a fill in the settlement currency, rounded in two steps: to one digit more than cash has, then to cash. */
export function feeOf(
  spec: InstrumentSpec,
  fill: {
    readonly amount: Decimal;
    readonly price: Decimal;
    readonly taker: boolean;
    /** The index at the time, of which the fee of an option is a share. */
    readonly index?: Decimal;
    /** Whether this side was liquidated, which has a rate of its own. */
    readonly liquidated?: boolean;
  },
  { feeRounding: rounding, liquidationFee }: FeeRules = {
    feeRounding: 'two_steps',
    liquidationFee: '0.0075',
  },
): Decimal {
  const usual = fill.taker ? spec.takerFee : spec.makerFee;
  const rate = fill.liquidated === true ? dec(liquidationFee) : usual;
  const fee = isOption(spec)
    ? mul(fill.amount, optionToll(rate, fill.index ?? fill.price, fill.price))
    : mul(abs(valueOf(spec, fill.amount, fill.price)), rate);
  const digits = decimalsOf(spec.settlement);
  if (rounding === 'up') return roundTo(fee, digits, 'ceil');
  return roundTo(rounding === 'two_steps' ? roundTo(fee, digits + 1) : fee, digits);
}

/** Number of contracts of an amount. */
export const contractsOf = (spec: InstrumentSpec, amount: Decimal): Decimal =>
  div(amount, spec.contractSize, 8);

/** Traded volume in coins. */
export const coinsOf = (spec: InstrumentSpec, amount: Decimal, price: Decimal): Decimal =>
  spec.type === 'linear' ? amount : div(amount, price, 8);

const BAND = dec('0.015');

type Band = { readonly min: Decimal; readonly max: Decimal };

/** The band of each product at the mark that it was last asked for. */
const bands = new WeakMap<InstrumentSpec, { readonly mark: Decimal; readonly band: Band }>();

/** Half the width of an option's band: a fifth of its mark, and never less than 1.5 percent of its strike. */
const optionBand = ({ term }: OptionSpec, mark: Decimal): Decimal =>
  max(div(mark, dec(5), FINE), mul(term.strike, BAND));

/** Lowest and highest price that an order may take at: mark less or plus 1.5 percent, an option's further, rounded outward to the tick. */
export function priceBand(spec: InstrumentSpec, mark: Decimal): Band {
  const known = bands.get(spec);
  if (known?.mark === mark) return known.band;
  const width = isOption(spec) ? optionBand(spec, mark) : mul(mark, BAND);
  const least = toTick(spec, sub(mark, width), 'floor');
  const band = {
    min: isOption(spec) ? max(spec.tick, least) : least,
    max: toTick(spec, add(mark, width), 'ceil'),
  };
  bands.set(spec, { mark, band });
  return band;
}

/** The tick at a price: that of the highest step that it lies above, or, as `boundary` says, reaches (FACTS, sections 8.2 and 23). */
export function tickAt(
  spec: InstrumentSpec,
  price: Decimal,
  boundary: VenueOptions['tickBoundary'] = 'above',
): Decimal {
  const reaches = boundary === 'above' ? gt : gte;
  return spec.tickSteps?.findLast(({ above }) => reaches(price, above))?.tick ?? spec.tick;
}

/** A price on its tick, good under either reading of a step's boundary. */
export const toTick = (spec: InstrumentSpec, price: Decimal, rounding: Rounding): Decimal =>
  toStep(price, tickAt(spec, price, 'from'), rounding);

export const onTick = (
  spec: InstrumentSpec,
  price: Decimal,
  boundary?: VenueOptions['tickBoundary'],
): boolean => sign(price) > 0 && isMultiple(price, tickAt(spec, price, boundary));
