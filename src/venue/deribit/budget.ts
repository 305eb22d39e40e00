/**
 * What we allow ourselves of the account's request credits: token buckets that refill with real time and survive a
 * reconnect, as the exchange's do. Openings can't touch the part of the matching bucket kept for cancels and reductions.
 */
import type { Millis } from '../../base/time.ts';
import type { AccountLimits, Rate } from './decode-account.ts';
import {
  CASH_LOG,
  LEAST_BURST,
  MATCHING,
  NON_MATCHING,
  OWN_SHARE,
  REDUCTION_SHARE,
} from './limits.ts';

/** What a request draws on: `open` and `reduce` share the matching bucket, `log` is the transaction log's own. */
export type Spend = 'open' | 'reduce' | 'read' | 'log';

export type Budget = {
  /** Takes one request's credits if they are there. */
  readonly take: (spend: Spend, mono: Millis) => boolean;
  /** Counts a request of the session itself (login, ping), which is never held back. */
  readonly count: (mono: Millis) => void;
  /** The exchange says what the account may do; our share of it is the ceiling from now on. */
  readonly allow: (limits: AccountLimits) => void;
  /** When a read of this kind can be afforded, in mono ms. */
  readonly readyAt: (spend: 'read' | 'log', mono: Millis) => Millis;
  /** The exchange says that credits are used up: ours are, too. */
  readonly exhaust: (spend: Spend, mono: Millis) => void;
};

type Bucket = { perSecond: number; burst: number; tokens: number; at: Millis };

const bucket = (rate: Rate): Bucket => ({
  ...rate,
  tokens: rate.burst,
  at: -Infinity,
});

function refill(target: Bucket, mono: Millis): number {
  if (target.at !== -Infinity && mono > target.at) {
    target.tokens = Math.min(
      target.burst,
      target.tokens + ((mono - target.at) / 1000) * target.perSecond,
    );
  }
  if (mono > target.at) target.at = mono;
  return target.tokens;
}

/** Our share of a rate. The burst must hold a reduction beside the reserve, however small the account's is. */
function share(target: Bucket, rate: Rate): void {
  target.perSecond = rate.perSecond * OWN_SHARE;
  target.burst = Math.max(LEAST_BURST, rate.burst * OWN_SHARE);
  target.tokens = Math.min(target.tokens, target.burst);
}

export function createBudget(): Budget {
  const buckets = { matching: bucket(MATCHING), read: bucket(NON_MATCHING), log: bucket(CASH_LOG) };
  const of = (spend: Spend): Bucket =>
    spend === 'open' || spend === 'reduce' ? buckets.matching : buckets[spend];
  return {
    take: (spend, mono) => {
      const from = of(spend);
      const floor = spend === 'open' ? from.burst * REDUCTION_SHARE : 0;
      if (refill(from, mono) - 1 < floor) return false;
      from.tokens -= 1;
      return true;
    },
    count: (mono) => {
      refill(buckets.read, mono);
      buckets.read.tokens = Math.max(0, buckets.read.tokens - 1);
    },
    allow: ({ matching, nonMatching }) => {
      share(buckets.matching, matching);
      share(buckets.read, nonMatching);
    },
    readyAt: (spend, mono) => {
      const missing = 1 - refill(buckets[spend], mono);
      return missing <= 0 ? mono : mono + Math.ceil((missing / buckets[spend].perSecond) * 1000);
    },
    exhaust: (spend, mono) => {
      refill(of(spend), mono);
      of(spend).tokens = 0;
    },
  };
}
