/**
 * Products that end: what their names mean, and which of them are listed at a moment. A future takes its terms from the
 * perpetual of its index, an option of the USDC family has some of its own; which ends there are follows from the server's
 * date, which strikes from the index at the time.
 */
import {
  type Decimal,
  add,
  dec,
  div,
  gt,
  gte,
  mul,
  parseDecimal,
  sub,
  toStep,
  ZERO,
} from '../../../base/decimal.ts';
import { DAY, type Millis } from '../../../base/time.ts';
import { type Calendar, classOf, expiriesAt, expiryText, readExpiry } from './expiries.ts';
import type { InstrumentSpec, Term } from './instruments.ts';

type DatedTerm = Exclude<Term, { readonly kind: 'perpetual' }>;
type OptionTerm = Extract<Term, { readonly kind: 'option' }>;

/** How long before their end futures and options are listed: there is a future for each option but those of a day. */
const FUTURES: Calendar = { week: 14 * DAY, month: 63 * DAY, quarter: 371 * DAY };
const OPTIONS: Calendar = { day: 2 * DAY, week: 7 * DAY, month: 35 * DAY, quarter: 98 * DAY };

/** What options of a coin have for themselves. */
type OptionFamily = Pick<
  InstrumentSpec,
  'contractSize' | 'minAmount' | 'tick' | 'tickSteps' | 'maker'
>;

/** List fees of USDC options, of the index (FACTS, section 18). */
const OPTION_FEES = { makerFee: dec('0.0001'), takerFee: dec('0.0005') };

const optionMaker = (topSize: string): InstrumentSpec['maker'] => ({
  levels: 5,
  halfSpreadPpm: 10_000,
  stepPpm: 10_000,
  topSize: dec(topSize),
});

/** By the perpetual of their index. Contract sizes and ticks are ours: none is recorded. */
const OPTION_FAMILIES: Readonly<Record<string, OptionFamily>> = {
  'BTC_USDC-PERPETUAL': {
    contractSize: dec('0.01'),
    minAmount: dec('0.01'),
    tick: dec(5),
    tickSteps: [{ above: dec(500), tick: dec(25) }],
    maker: optionMaker('1'),
  },
  'ETH_USDC-PERPETUAL': {
    contractSize: dec('0.1'),
    minAmount: dec('0.1'),
    tick: dec('0.5'),
    tickSteps: [{ above: dec(25), tick: dec('2.5') }],
    maker: optionMaker('10'),
  },
};

/** The perpetual's name without what says that it is one. */
const SUFFIX = '-PERPETUAL';
const stem = (perpetual: InstrumentSpec): string => perpetual.name.slice(0, -SUFFIX.length);

/** Futures that end are traded less than the perpetual: half as deep, and wider. */
const futureMaker = ({ maker }: InstrumentSpec): InstrumentSpec['maker'] => ({
  ...maker,
  halfSpreadPpm: 3 * maker.halfSpreadPpm,
  stepPpm: 2 * maker.stepPpm,
  topSize: div(maker.topSize, dec(2), 8),
});

/** The name of a future of that index that ends then. */
const futureName = (perpetual: InstrumentSpec, expiry: Millis): string =>
  `${stem(perpetual)}-${expiryText(expiry)}`;

/** In names `d` stands for a decimal point (FACTS, section 8.3). */
const optionName = (perpetual: InstrumentSpec, { expiry, strike, side }: OptionTerm): string =>
  `${futureName(perpetual, expiry)}-${strike.replace('.', 'd')}-${side === 'call' ? 'C' : 'P'}`;

/** The future that an option is about, or `SYN.` and the name that it would have (FACTS, fixtures of tickers). */
export function underlyingName(
  perpetuals: readonly InstrumentSpec[],
  { index, term }: InstrumentSpec,
): string {
  const perpetual = perpetuals.find((one) => one.index === index);
  if (perpetual === undefined || term.kind === 'perpetual') return index;
  const name = futureName(perpetual, term.expiry);
  return FUTURES[classOf(term.expiry)] === undefined ? `SYN.${name}` : name;
}

/** The name of the future that exercise brings, whether it is listed or not. */
export const exercisedName = (
  perpetuals: readonly InstrumentSpec[],
  spec: InstrumentSpec,
): string => underlyingName(perpetuals, spec).replace('SYN.', '');

/** The product of that term; `id` is its number. */
function datedSpec(perpetual: InstrumentSpec, term: DatedTerm, id: number): InstrumentSpec {
  const listed = (calendar: Calendar): Millis =>
    term.expiry - (calendar[classOf(term.expiry)] ?? DAY);
  if (term.kind === 'future')
    return {
      ...perpetual,
      name: futureName(perpetual, term.expiry),
      id,
      term,
      createdAt: listed(FUTURES),
      maker: futureMaker(perpetual),
    };
  return {
    ...perpetual,
    ...OPTION_FAMILIES[perpetual.name],
    ...OPTION_FEES,
    name: optionName(perpetual, term),
    id,
    kind: 'option',
    term,
    createdAt: listed(OPTIONS),
    maxLeverage: 1,
  };
}

/** The option that the parts of a name after the end tell; undefined when they tell none. */
function readOption(
  expiry: Millis,
  strike: string,
  side: string | undefined,
): OptionTerm | undefined {
  const price = parseDecimal(strike.replace('d', '.'));
  if (price === undefined || !gt(price, ZERO) || (side !== 'C' && side !== 'P')) return undefined;
  return { kind: 'option', expiry, strike: price, side: side === 'C' ? 'call' : 'put' };
}

/** The dated product that a name means among those of these perpetuals; undefined when it means none. */
export function specNamed(
  perpetuals: readonly InstrumentSpec[],
  name: string,
  id: number,
): InstrumentSpec | undefined {
  const [family, end = '', strike, side, ...more] = name.split('-');
  const perpetual = perpetuals.find((one) => stem(one) === family);
  const expiry = readExpiry(end);
  if (perpetual === undefined || expiry === undefined || more.length > 0) return undefined;
  if (strike === undefined) return datedSpec(perpetual, { kind: 'future', expiry }, id);
  const term = readOption(expiry, strike, side);
  return term === undefined || OPTION_FAMILIES[perpetual.name] === undefined
    ? undefined
    : datedSpec(perpetual, term, id);
}

/** How many strikes there are on each side of the one nearest to the index. */
const STRIKES_EACH_SIDE = 3;

/** Even steps of about 1.5 percent of the index, of 6 percent where the end is more than a week away: 1, 2 or 5 of some power of ten. */
function strikeStep(index: Decimal, expiry: Millis): Decimal {
  const named = classOf(expiry);
  const least = mul(index, dec(named === 'day' || named === 'week' ? '0.0125' : '0.05'));
  let power = dec('0.0001');
  while (gt(least, mul(power, dec(10)))) power = mul(power, dec(10));
  const factor = [1, 2, 5, 10].find((one) => gte(mul(power, dec(one)), least)) ?? 10;
  return mul(power, dec(factor));
}

function optionNames(perpetual: InstrumentSpec, expiry: Millis, index: Decimal): readonly string[] {
  const step = strikeStep(index, expiry);
  const middle = toStep(index, step, 'half_up');
  const names: string[] = [];
  for (let n = -STRIKES_EACH_SIDE; n <= STRIKES_EACH_SIDE; n++) {
    const strike = n < 0 ? sub(middle, mul(step, dec(-n))) : add(middle, mul(step, dec(n)));
    if (!gt(strike, ZERO)) continue;
    for (const side of ['call', 'put'] as const)
      names.push(optionName(perpetual, { kind: 'option', expiry, strike, side }));
  }
  return names;
}

/** The names of all that is to be listed at a moment for one perpetual, whose index stands there. */
export const namesAt = (
  perpetual: InstrumentSpec,
  at: Millis,
  index: Decimal,
): readonly string[] => [
  ...expiriesAt(at, FUTURES).map((expiry) => futureName(perpetual, expiry)),
  ...(OPTION_FAMILIES[perpetual.name] === undefined
    ? []
    : expiriesAt(at, OPTIONS).flatMap((expiry) => optionNames(perpetual, expiry, index))),
];
