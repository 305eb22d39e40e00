/**
 * The price of a European option by Black's formula of 1976 on the forward, without interest, its greeks, and the
 * volatility that a price implies. Models, not money: plain numbers go in and out, whoever calls rounds. `years` to expiry
 * and `volatility` (a fraction a year) of 0 mean that only what exercise would bring is left.
 */

export type OptionTerms = {
  readonly side: 'call' | 'put';
  readonly forward: number;
  readonly strike: number;
  readonly years: number;
};

const SQRT_TAU = Math.sqrt(2 * Math.PI);
const density = (x: number): number => Math.exp(-0.5 * x * x) / SQRT_TAU;

/** Beyond this many deviations nothing is left that a double could tell. */
const FURTHEST = 8;

/** Distribution function of the standard normal, to the last digits of a double (G. Marsaglia, 2004: its Taylor series). */
export function normal(x: number): number {
  if (x < -FURTHEST) return 0;
  if (x > FURTHEST) return 1;
  let [sum, term] = [x, x];
  for (let n = 3, before = 0; sum !== before; n += 2) {
    before = sum;
    term *= (x * x) / n;
    sum += term;
  }
  return 0.5 + sum * density(x);
}

const signOf = (side: OptionTerms['side']): 1 | -1 => (side === 'call' ? 1 : -1);

/** What exercise would bring. */
const intrinsic = ({ side, forward, strike }: OptionTerms): number =>
  Math.max(0, signOf(side) * (forward - strike));

function distances({ forward, strike, years }: OptionTerms, volatility: number) {
  const deviation = volatility * Math.sqrt(years);
  const d1 = Math.log(forward / strike) / deviation + deviation / 2;
  return { d1, d2: d1 - deviation };
}

/** The value of one coin's option, in the currency of the strike. */
export function optionPrice(terms: OptionTerms, volatility: number): number {
  if (terms.years <= 0 || volatility <= 0) return intrinsic(terms);
  const { forward, strike } = terms;
  const { d1, d2 } = distances(terms, volatility);
  const sign = signOf(terms.side);
  const value = sign * (forward * normal(sign * d1) - strike * normal(sign * d2));
  return Math.max(value, intrinsic(terms));
}

/** By how much the price moves: for one of the forward, and that again; for a point of volatility, a day, a point of interest. */
export type Greeks = {
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly theta: number;
  readonly rho: number;
};

const DAYS = 365;
const POINT = 0.01;

export function greeksOf(terms: OptionTerms, volatility: number): Greeks {
  const { side, forward, strike, years } = terms;
  const sign = signOf(side);
  if (years <= 0 || volatility <= 0)
    return {
      delta: intrinsic(terms) > 0 ? sign : 0,
      gamma: 0,
      vega: 0,
      theta: 0,
      rho: 0,
    };
  const { d1, d2 } = distances(terms, volatility);
  const root = Math.sqrt(years);
  return {
    delta: sign * normal(sign * d1),
    gamma: density(d1) / (forward * volatility * root),
    vega: forward * density(d1) * root * POINT,
    theta: (-forward * density(d1) * volatility) / (2 * root * DAYS),
    rho: sign * strike * years * normal(sign * d2) * POINT,
  };
}

const MOST_VOLATILITY = 10;
const HALVINGS = 50;

/** The volatility at which the option costs that much; 0 when the price is no more than what exercise would bring. */
export function impliedVolatility(terms: OptionTerms, price: number): number {
  if (terms.years <= 0 || price <= intrinsic(terms)) return 0;
  let [low, high] = [0, MOST_VOLATILITY];
  for (let n = 0; n < HALVINGS; n++) {
    const middle = (low + high) / 2;
    if (optionPrice(terms, middle) < price) low = middle;
    else high = middle;
  }
  return high;
}
