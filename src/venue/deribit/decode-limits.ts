/**
 * How many requests an account may send, off the wire. Nothing here can fail: what the exchange does not say, or says in
 * numbers that can't be, counts as not said.
 */
import { z } from 'zod';
import type { Rate } from './credits.ts';
import { decodeWith } from './decode-values.ts';

/**
 * What an account may ask, in requests; null where the exchange does not say. `perCurrency` is null where all currencies
 * share one bucket.
 */
export type AccountLimits = {
  readonly nonMatching: Rate | null;
  readonly cancelAll: Rate | null;
  readonly trading: {
    readonly total: Rate | null;
    readonly perCurrency: ReadonlyMap<string, Rate> | null;
  };
};

const rate = z.object({ rate: z.number().positive(), burst: z.number().positive() });
const object = z.record(z.string(), z.unknown()).catch({});

/** A rate, or an object whose `total` is one. */
function rateOf(value: unknown): Rate | null {
  for (const one of [value, object.parse(value)['total']]) {
    const stated = decodeWith(rate, one);
    if (stated.ok) return { perSecond: stated.value.rate, burst: stated.value.burst };
  }
  return null;
}

/** The `limits` of an account summary. Bounds of quotes and of spot, which go by several names, are not for us. */
export const limitsSchema = z
  .unknown()
  .optional()
  .transform((raw): AccountLimits => {
    const told = object.parse(raw);
    const matching = object.parse(told['matching_engine']);
    const trading = object.parse(matching['trading']);
    const currencies = Object.entries(trading).flatMap(([name, value]): [string, Rate][] => {
      const stated = rateOf(value);
      return stated === null || name === 'total' ? [] : [[name, stated]];
    });
    return {
      nonMatching: rateOf(told['non_matching_engine']),
      cancelAll: rateOf(matching['cancel_all']),
      trading: {
        total: rateOf(trading),
        perCurrency: told['limits_per_currency'] === true ? new Map(currencies) : null,
      },
    };
  });
