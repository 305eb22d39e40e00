/**
 * What we allow ourselves of the account's request credits: token buckets that refill with real time and survive a
 * reconnect, as the exchange's do. Openings can't touch the part of the matching bucket kept for cancels and reductions,
 * reads that can wait not the part kept for checks, and checks not what the session itself needs to stay connected.
 */
import type { Millis } from '../../base/time.ts';
import type { LinkName } from '../port.ts';
import { type Pool, POOLS, type Rate, type Spend, shareOf } from './credits.ts';
import type { AccountLimits } from './decode-limits.ts';
import {
  CHECK_SHARE,
  HANDSHAKE_REQUESTS,
  LEAST_BURST,
  MAX_WAIT_MS,
  REDUCTION_SHARE,
  SESSION_SHARE,
} from './limits.ts';

/** One request to be paid for. `currency` matters where the account's limits are kept per currency. */
export type Draw = { readonly pool: Pool; readonly spend: Spend; readonly currency: string };

export type Budget = {
  /** Takes one request's credits if they are there. */
  readonly take: (draw: Draw, mono: Millis) => boolean;
  /** Counts a request of the session itself (login, ping), which is never held back; it may leave a debt. */
  readonly count: (pool: Pool, mono: Millis) => void;
  /** The exchange says what the account may do (null: it does not); our share of it is the ceiling from now on. */
  readonly allow: (limits: AccountLimits | null) => void;
  /** When a request can be afforded, in mono ms. */
  readonly readyAt: (draw: Draw, mono: Millis) => Millis;
  /** The exchange says that credits are used up: ours are, too. Nothing is spent for `waitMs`, at least until one request refills. */
  readonly exhaust: (draw: Draw, mono: Millis, waitMs: Millis | null) => void;
  /** When a new connection can be afforded, and has let what was used up refill, in mono ms. */
  readonly connectAt: (mono: Millis) => Millis;
};

type Bucket = {
  perSecond: number;
  burst: number;
  tokens: number;
  at: Millis;
  /** Nothing is spent before. */
  restUntil: Millis;
  readonly cost: number;
};

/** The part of a bucket that a request may not use. */
const FLOOR: Readonly<Record<Spend, number>> = {
  own: 0,
  reduce: 0,
  open: REDUCTION_SHARE,
  check: SESSION_SHARE,
  rest: SESSION_SHARE + CHECK_SHARE,
};

/** Reads share the default pool; where a pool serves one kind of read only, nothing is kept in it. */
const floorOf = ({ pool, spend }: Draw, { burst }: Bucket): number =>
  pool === 'default' || spend === 'open' ? burst * FLOOR[spend] : 0;

function refill(target: Bucket, mono: Millis): number {
  if (mono > target.at) {
    const flowed = target.at === -Infinity ? 0 : ((mono - target.at) / 1000) * target.perSecond;
    target.tokens = Math.min(target.burst, target.tokens + flowed);
    target.at = mono;
  }
  return target.tokens;
}

const refillMs = ({ cost, perSecond }: Bucket): Millis => Math.ceil((cost / perSecond) * 1000);

/** Pools of which the limits of an account speak. */
const STATED: ReadonlySet<Pool> = new Set(['matching', 'cancel_all', 'default']);

/** The rate that the exchange states for a pool, in the pool's own units; that of a new account where it states none. */
function ratesOf(pool: Pool, limits: AccountLimits | null, currency: string): Rate {
  const { cost, ...standard } = POOLS[pool];
  const stated =
    pool === 'matching'
      ? (limits?.trading.perCurrency?.get(currency) ?? limits?.trading.total)
      : pool === 'cancel_all'
        ? limits?.cancelAll
        : pool === 'default'
          ? limits?.nonMatching
          : null;
  return stated === null || stated === undefined
    ? standard
    : { perSecond: stated.perSecond * cost, burst: stated.burst * cost };
}

/** The buckets of one link. `jitter` gives numbers in [0, 1) for pauses. */
export function createBudget(link: LinkName, jitter: () => number): Budget {
  const buckets = new Map<string, { readonly pool: Pool; readonly currency: string } & Bucket>();
  let limits: AccountLimits | null = null;
  /** Until what the exchange called used up has refilled. */
  let limitedUntil: Millis = -Infinity;

  /** Our share of a rate. Where the exchange states it, the burst holds the least that we need, however small it is. */
  const share = (target: Bucket, pool: Pool, currency: string): void => {
    const part = shareOf(link, pool);
    const rate = ratesOf(pool, limits, currency);
    target.perSecond = rate.perSecond * part;
    target.burst = Math.max(STATED.has(pool) ? LEAST_BURST * target.cost : 0, rate.burst * part);
    target.tokens = Math.min(target.tokens, target.burst);
  };
  const of = ({ pool, currency }: Pick<Draw, 'pool' | 'currency'>): Bucket => {
    const split = pool === 'matching' && limits !== null && limits.trading.perCurrency !== null;
    const key = split ? `${pool}/${currency}` : pool;
    const known = buckets.get(key);
    if (known !== undefined) return known;
    const { cost } = POOLS[pool];
    const full = { tokens: Infinity, at: -Infinity, restUntil: -Infinity };
    // Limits that turn out to be kept per currency do not give back what was spent before.
    const { tokens, at, restUntil } = buckets.get(pool) ?? full;
    const start = { cost, tokens, at, restUntil, perSecond: 0, burst: 0 };
    const made = { ...start, pool, currency: split ? currency : '' };
    share(made, pool, made.currency);
    buckets.set(key, made);
    return made;
  };
  const readyAt = (draw: Draw, mono: Millis, requests = 1): Millis => {
    const from = of(draw);
    const wanted = Math.min(from.burst, from.cost * requests + floorOf(draw, from));
    const missing = wanted - refill(from, mono);
    const ready = missing <= 0 ? mono : mono + Math.ceil((missing / from.perSecond) * 1000);
    return Math.max(from.restUntil, ready);
  };

  return {
    readyAt: (draw, mono) => readyAt(draw, mono),
    take: (draw, mono) => {
      const from = of(draw);
      if (mono < from.restUntil || refill(from, mono) - from.cost < floorOf(draw, from))
        return false;
      from.tokens -= from.cost;
      return true;
    },
    count: (pool, mono) => {
      const from = of({ pool, currency: '' });
      refill(from, mono);
      from.tokens = Math.max(-from.burst, from.tokens - from.cost);
    },
    allow: (told) => {
      limits = told;
      for (const known of buckets.values()) share(known, known.pool, known.currency);
    },
    exhaust: (draw, mono, waitMs) => {
      const from = of(draw);
      const least = Math.ceil(refillMs(from) * (1 + jitter()));
      const asked = Math.min(MAX_WAIT_MS, waitMs ?? 0);
      from.tokens = Math.min(0, refill(from, mono));
      from.restUntil = Math.max(from.restUntil, mono + Math.max(least, asked));
      limitedUntil = Math.max(limitedUntil, mono + least);
    },
    connectAt: (mono) => {
      const own = { spend: 'own', currency: '' } as const;
      return Math.max(
        mono,
        limitedUntil,
        readyAt({ pool: 'default', ...own }, mono, HANDSHAKE_REQUESTS[link]),
        readyAt({ pool: 'subscribe', ...own }, mono),
      );
    },
  };
}
