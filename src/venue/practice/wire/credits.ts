/**
 * What requests cost and what accounts may spend, as Deribit states it: for each account (for each address without a
 * login) a bucket per category that refills with real time. Reads and the session count in credits, requests to the
 * matching engine in requests, by the account's tier.
 */
import { SECOND, type Millis } from '../../../base/time.ts';
import type { RateLimits } from '../../protocol/objects.ts';
import type { VenueOptions } from '../options.ts';

/** 1 for those who trade most, 4 for a new account; null spends without bounds. */
export type Tier = 1 | 2 | 3 | 4 | null;

type Category =
  | 'default'
  | 'subscribe'
  | 'instruments'
  | 'few_instruments'
  | 'log'
  | 'matching'
  | 'cancel_all';
type Terms = { readonly cost: number; readonly most: number; readonly perSecond: number };

const TRADING: Readonly<Record<1 | 2 | 3 | 4, Terms>> = {
  1: { cost: 1, most: 100, perSecond: 30 },
  2: { cost: 1, most: 50, perSecond: 20 },
  3: { cost: 1, most: 30, perSecond: 10 },
  4: { cost: 1, most: 20, perSecond: 5 },
};
const OTHERS = {
  default: { cost: 500, most: 50_000, perSecond: 10_000 },
  subscribe: { cost: 3_000, most: 30_000, perSecond: 10_000 },
  instruments: { cost: 10_000, most: 500_000, perSecond: 10_000 },
  few_instruments: { cost: 10_000, most: 50_000, perSecond: 1_000 },
  log: { cost: 10_000, most: 80_000, perSecond: 10_000 },
} as const satisfies Readonly<Record<string, Terms>>;

/** Methods that don't draw on what the others do. */
const SPECIAL: Readonly<Record<string, Category>> = {
  'public/subscribe': 'subscribe',
  'private/subscribe': 'subscribe',
  'public/get_instruments': 'instruments',
  'private/get_transaction_log': 'log',
  'private/cancel_all': 'cancel_all',
};

type Bucket = { left: number; at: Millis };

export type Credits = {
  tier: Tier;
  readonly buckets: Map<string, Bucket>;
};

export const createCredits = (options: { readonly tier?: Tier }): Credits => ({
  tier: options.tier ?? null,
  buckets: new Map(),
});

function categoryOf({ method, params, matchingEngine, instrumentsRate }: Spending): Category {
  const special = SPECIAL[method];
  if (special === 'instruments' && instrumentsRate === 'ten_seconds') return 'few_instruments';
  if (special !== undefined) return special;
  if (method === 'private/cancel_by_label' && params['currency'] === undefined) return 'cancel_all';
  return matchingEngine ? 'matching' : 'default';
}

const termsOf = (tier: 1 | 2 | 3 | 4, category: Category): Terms =>
  category === 'matching' || category === 'cancel_all' ? TRADING[tier] : OTHERS[category];

type Spending = {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly matchingEngine: boolean;
  readonly instrumentsRate: VenueOptions['instrumentsRate'];
};

/** Takes what a request costs from its spender's bucket (an account or an address); false when too little is left. */
export function spend(
  credits: Credits,
  request: Spending & { readonly spender: string },
  mono: Millis,
): boolean {
  const { tier, buckets } = credits;
  if (tier === null) return true;
  const category = categoryOf(request);
  const terms = termsOf(tier, category);
  const key = `${category}/${request.spender}`;
  const known = buckets.get(key) ?? { left: terms.most, at: mono };
  const refilled = known.left + ((mono - known.at) * terms.perSecond) / SECOND;
  const left = Math.min(terms.most, refilled);
  const paid = left >= terms.cost;
  buckets.set(key, { left: paid ? left - terms.cost : left, at: mono });
  return paid;
}

/** Empties every bucket that a spender has, as if it had spent all at once. */
export function drain(credits: Credits, spender: string, mono: Millis): void {
  for (const category of ['matching', 'cancel_all', ...Object.keys(OTHERS)])
    credits.buckets.set(`${category}/${spender}`, { left: 0, at: mono });
}

/** `limits` of the extended account summary; without bounds it states those of a new account. */
export function limitsOf(tier: Tier): RateLimits {
  const { perSecond: rate, most: burst } = TRADING[tier ?? 4];
  const trading = { rate, burst };
  const { default: reads } = OTHERS;
  return {
    limits_per_currency: false,
    non_matching_engine: { rate: reads.perSecond / reads.cost, burst: reads.most / reads.cost },
    matching_engine: {
      trading: { total: trading },
      spot: trading,
      quotes: trading,
      max_quotes: trading,
      guaranteed_quotes: { rate: 2, burst: 2 },
      cancel_all: trading,
    },
  };
}
