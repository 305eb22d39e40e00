/**
 * How fast the suite asks another exchange: below what an account of its tier may, category by category (FACTS, section 3.1),
 * so that no case meets a limit that it does not mean. Half of each burst, four fifths of each rate.
 */
import type { Tier } from '../../src/venue/practice/wire/credits.ts';

type Terms = { readonly burst: number; readonly perSecond: number };

const SHARE = { burst: 0.5, rate: 0.8 };
const ORDERS: Readonly<Record<1 | 2 | 3 | 4, Terms>> = {
  1: { burst: 100, perSecond: 30 },
  2: { burst: 50, perSecond: 20 },
  3: { burst: 30, perSecond: 10 },
  4: { burst: 20, perSecond: 5 },
};
const READS: Terms = { burst: 100, perSecond: 20 };
const OTHERS: Readonly<Record<string, Terms>> = {
  'public/subscribe': { burst: 10, perSecond: 3.3 },
  'private/subscribe': { burst: 10, perSecond: 3.3 },
  // The stricter of the two readings.
  'public/get_instruments': { burst: 5, perSecond: 0.1 },
  'private/get_transaction_log': { burst: 8, perSecond: 1 },
};
const IS_ORDER = /^private\/(buy|sell|edit|cancel|close_position|mass_quote|move_positions)/;

/** Waits before a request of this method until it may be asked; without a tier there are no limits to keep. */
export function createPace(
  tier: Tier,
  clock: { readonly now: () => number; readonly sleep: (ms: number) => Promise<void> },
): (method: string) => Promise<void> {
  const buckets = new Map<string, { left: number; at: number }>();
  return async (method) => {
    if (tier === null) return;
    const isOrder = IS_ORDER.test(method);
    const terms = OTHERS[method] ?? (isOrder ? ORDERS[tier] : READS);
    const name = method in OTHERS ? method.replace(/^\w+/, '') : isOrder ? 'orders' : 'reads';
    const [most, rate] = [terms.burst * SHARE.burst, terms.perSecond * SHARE.rate];
    const now = clock.now();
    const known = buckets.get(name) ?? { left: most, at: now };
    const left = Math.min(most, known.left + ((now - known.at) * rate) / 1_000) - 1;
    buckets.set(name, { left, at: now });
    if (left < 0) await clock.sleep(Math.ceil((-left * 1_000) / rate));
  };
}
