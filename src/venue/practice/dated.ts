/**
 * Products that end: what their names mean, and which of them are listed at a moment. A dated product takes its terms from
 * the perpetual of its index; which ends and strikes there are follows from the server's date and the index at the time.
 */
import { dec, div } from '../../base/decimal.ts';
import { DAY, type Millis } from '../../base/time.ts';
import { type Calendar, classOf, expiriesAt, expiryText, readExpiry } from './expiries.ts';
import type { InstrumentSpec, Term } from './instruments.ts';

export type DatedTerm = Exclude<Term, { readonly kind: 'perpetual' }>;

/** How long before their end futures are listed. */
const FUTURES: Calendar = { week: 14 * DAY, month: 63 * DAY, quarter: 371 * DAY };

/** The perpetual's name without what says that it is one. */
const SUFFIX = '-PERPETUAL';
const stem = (perpetual: InstrumentSpec): string => perpetual.name.slice(0, -SUFFIX.length);

/** Futures that end are traded less than the perpetual: half as deep, and wider. */
const makerOf = ({ maker }: InstrumentSpec): InstrumentSpec['maker'] => ({
  ...maker,
  halfSpreadPpm: 3 * maker.halfSpreadPpm,
  stepPpm: 2 * maker.stepPpm,
  topSize: div(maker.topSize, dec(2), 8),
});

/** The name of a future that ends then. */
export const futureName = (perpetual: InstrumentSpec, expiry: Millis): string =>
  `${stem(perpetual)}-${expiryText(expiry)}`;

/** The product of that term; `id` is its number. */
function datedSpec(perpetual: InstrumentSpec, term: DatedTerm, id: number): InstrumentSpec {
  return {
    ...perpetual,
    name: futureName(perpetual, term.expiry),
    id,
    term,
    createdAt: term.expiry - (FUTURES[classOf(term.expiry)] ?? DAY),
    maker: makerOf(perpetual),
  };
}

/** The dated product that a name means among those of these perpetuals; undefined when it means none. */
export function specNamed(
  perpetuals: readonly InstrumentSpec[],
  name: string,
  id: number,
): InstrumentSpec | undefined {
  const at = name.indexOf('-');
  const perpetual = perpetuals.find((one) => stem(one) === name.slice(0, at));
  const expiry = readExpiry(name.slice(at + 1));
  return perpetual === undefined || expiry === undefined
    ? undefined
    : datedSpec(perpetual, { kind: 'future', expiry }, id);
}

/** The names of all that is listed at a moment for one perpetual. */
export const namesAt = (perpetual: InstrumentSpec, at: Millis): readonly string[] =>
  expiriesAt(at, FUTURES).map((expiry) => futureName(perpetual, expiry));
