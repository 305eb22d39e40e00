/** What we allow ourselves of the account's credits: our share, the parts kept of it, and what the exchange says of its own. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type MethodRules, METHODS, type MethodName } from '../protocol/methods.ts';
import type { VenueRequest } from '../port.ts';
import { type Budget, type Draw, createBudget } from './budget.ts';
import { waitOf } from './classify.ts';
import { POOLS, type Pool, type Spend, currencyOf, poolOf, shareOf } from './credits.ts';
import { identitySchema } from './decode-account.ts';
import { type AccountLimits } from './decode-limits.ts';
import { decodeWith } from './decode-values.ts';
import { REDUCTION_SHARE } from './limits.ts';

const still = (): number => 0;
const draw = (spend: Spend, pool: Pool = 'default', currency = ''): Draw => ({
  pool,
  spend,
  currency,
});
const OPEN = draw('open', 'matching', 'USDC');
const REDUCE = draw('reduce', 'matching', 'USDC');
const CHECK = draw('check');
const REST = draw('rest');
const LOG = draw('rest', 'log');

/** How often a request can be paid at one moment. */
function count(budget: Budget, one: Draw, mono: number): number {
  let taken = 0;
  while (budget.take(one, mono)) taken++;
  return taken;
}

describe('credits', () => {
  it('every matching-engine method draws on matching credits, and no other does', () => {
    const methods = Object.keys(METHODS) as MethodName[];
    assert.ok(methods.length > 50);
    for (const method of methods) {
      const rules: MethodRules = METHODS[method];
      const pool = poolOf({ method, params: { currency: 'USDC' } });
      assert.equal(
        pool === 'matching' || pool === 'cancel_all',
        rules.matchingEngine === true,
        method,
      );
    }
  });

  it('cancels of all currencies have a bucket of their own', () => {
    const pools = [
      poolOf({ method: 'private/cancel_all', params: {} }),
      poolOf({ method: 'private/cancel_by_label', params: { label: 'a' } }),
      poolOf({ method: 'private/cancel_by_label', params: { label: 'a', currency: 'BTC' } }),
      poolOf({ method: 'private/cancel_all_by_currency', params: { currency: 'BTC' } }),
    ];
    assert.deepEqual(pools, ['cancel_all', 'cancel_all', 'matching', 'matching']);
  });

  it('an order is matched in the currency that its instrument settles in; its id tells it', () => {
    const cancel = (orderId: string): VenueRequest => ({ kind: 'cancel', orderId });
    const told = {
      '146062': 'BTC',
      'ETH-349280': 'ETH',
      'USDC-SLMB-19641': 'USDC',
      'ETH-SLIS-12': 'ETH',
      'SLIS-12': 'BTC',
      'OTO-80322590': 'BTC',
      'BTC_USDC-77': 'USDC',
      'SOL-4': 'SOL',
    };
    for (const [id, currency] of Object.entries(told))
      assert.equal(currencyOf(cancel(id)), currency, id);
  });

  it('the sessions of one account together stay within our share of it', () => {
    for (const pool of Object.keys(POOLS) as Pool[]) {
      const copy = pool === 'default' || pool === 'subscribe' ? shareOf('drop_copy', pool) : 0;
      assert.ok(shareOf('trading', pool) + copy <= 0.5, pool);
    }
  });
});

describe('the own ceiling', () => {
  it('openings leave a reserve, reductions may use it up, time refills it', () => {
    const budget = createBudget('trading', still);
    assert.deepEqual(
      [count(budget, OPEN, 0), count(budget, REDUCE, 0), count(budget, REDUCE, 399)],
      [7, 3, 0],
    );
    assert.deepEqual([count(budget, REDUCE, 400), count(budget, OPEN, 1_000)], [1, 0]);
    assert.deepEqual([count(budget, REDUCE, 1_000), count(budget, LOG, 1_000)], [1, 4]);
    assert.equal(count(budget, OPEN, 100_000), 7);
    assert.equal(budget.readyAt(LOG, 1_000), 3_000);
  });

  it('reads that can wait leave room for those of a check, and these for the session itself', () => {
    const budget = createBudget('trading', still);
    assert.deepEqual(
      [count(budget, REST, 0), count(budget, CHECK, 0), count(budget, draw('own'), 0)],
      [22, 15, 8],
    );
    const checks = createBudget('trading', still);
    assert.deepEqual([count(checks, CHECK, 0), count(checks, REST, 0)], [37, 0]);
    assert.equal(checks.readyAt(CHECK, 0), 23);
  });

  it('a drop copy has enough for its login, and little more', () => {
    const budget = createBudget('drop_copy', still);
    assert.deepEqual(
      [count(budget, draw('own'), 0), count(budget, draw('own', 'subscribe'), 0)],
      [5, 1],
    );
    assert.equal(budget.connectAt(0), 4_000);
  });

  it('what the session must send is counted, as a debt if need be', () => {
    const budget = createBudget('trading', still);
    count(budget, CHECK, 0);
    for (let i = 0; i < 20; i++) budget.count('default', 0);
    assert.equal(budget.readyAt(draw('own'), 0), 1_445);
    for (let i = 0; i < 1_000; i++) budget.count('default', 0);
    assert.equal(budget.readyAt(draw('own'), 0), 5_112);
  });

  it('a connection is begun when its login can be paid', () => {
    const budget = createBudget('trading', still);
    assert.equal(budget.connectAt(0), 0);
    for (let i = 0; i < 4; i++) {
      assert.equal(budget.connectAt(0), 0);
      budget.count('subscribe', 0);
    }
    assert.equal(budget.connectAt(0), 750);
  });

  const times = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 3_000 }),
      fc.constantFrom<Draw>(OPEN, REDUCE, CHECK, REST, LOG),
    ),
    { minLength: 1, maxLength: 300 },
  );
  const rates = fc.record({
    perSecond: fc.integer({ min: 1, max: 200 }),
    burst: fc.integer({ min: 10, max: 500 }),
  });

  it('[I53] whatever is asked when: never more than our share, no opening out of the reserve, no reduction refused while it holds', () => {
    fc.assert(
      fc.property(times, rates, rates, (asked, matching, nonMatching) => {
        const budget = createBudget('trading', still);
        budget.allow({
          nonMatching,
          cancelAll: null,
          trading: { total: matching, perCurrency: null },
        });
        const sent: Record<'matching' | 'default' | 'log', number[]> = {
          matching: [],
          default: [],
          log: [],
        };
        const standard = { perSecond: 1, burst: 8 };
        const rate = { matching, default: nonMatching, log: standard };
        /** The reserve, counted apart: what flowed in, less what was spent. */
        const burst = matching.burst * 0.5;
        let held = burst;
        let mono = 0;
        for (const [later, one] of asked) {
          mono += later;
          held = Math.min(burst, held + (later / 1000) * matching.perSecond * 0.5);
          const passed = budget.take(one, mono);
          const pool = one.pool as keyof typeof sent;
          if (pool === 'matching') {
            if (passed && one.spend === 'open')
              assert.ok(held - 1 >= burst * REDUCTION_SHARE - 1e-6, 'an opening ate the reserve');
            if (one.spend === 'reduce' && held >= 1 + 1e-6)
              assert.ok(passed, 'a reduction was refused');
            if (passed) held -= 1;
          }
          if (!passed) continue;
          sent[pool].push(mono);
          const part = shareOf('trading', pool);
          for (const [i, from] of sent[pool].entries()) {
            const room = part * (rate[pool].burst + (rate[pool].perSecond * (mono - from)) / 1000);
            assert.ok(
              sent[pool].length - i <= room + 1e-6,
              `${pool}: more than our share since ${from}`,
            );
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what the account may ask', () => {
  const limits = (trading: unknown, more: object = {}) => ({
    limits_per_currency: false,
    non_matching_engine: { burst: 1_500, rate: 1_000 },
    matching_engine: {
      trading,
      spot: { burst: 250, rate: 200 },
      maximum_quotes: { burst: 500, rate: 500 },
      guaranteed_mass_quotes: { burst: 2, rate: 2 },
      cancel_all: { burst: 250, rate: 200 },
    },
    ...more,
  });
  const read = (given: unknown): AccountLimits => {
    const decoded = decodeWith(identitySchema, { id: 7, limits: given });
    assert.ok(decoded.ok);
    return decoded.value.limits;
  };
  const budgetOf = (given: unknown): Budget => {
    const budget = createBudget('trading', still);
    budget.allow(read(given));
    return budget;
  };
  const opens = (given: unknown, currency = 'USDC'): number =>
    count(budgetOf(given), draw('open', 'matching', currency), 0);

  it('is read from the summary, and its share is the ceiling', () => {
    assert.deepEqual(read(limits({ total: { burst: 250, rate: 200 } })), {
      nonMatching: { perSecond: 1_000, burst: 1_500 },
      cancelAll: { perSecond: 200, burst: 250 },
      trading: { total: { perSecond: 200, burst: 250 }, perCurrency: null },
    });
    const budget = budgetOf(limits({ total: { burst: 40, rate: 200 } }));
    count(budget, OPEN, 1_000);
    assert.deepEqual([budget.take(OPEN, 1_009), budget.take(OPEN, 1_010)], [false, true]);
  });

  it('per currency, each has a bucket of its own; one that is not named has the total, or that of a new account', () => {
    const per = { limits_per_currency: true };
    const both = { BTC: { burst: 40, rate: 10 }, USDC: { total: { burst: 60, rate: 10 } } };
    const budget = budgetOf(limits(both, per));
    const open = (currency: string) => count(budget, draw('open', 'matching', currency), 0);
    assert.deepEqual([open('BTC'), open('USDC'), open('USDC'), open('ETH')], [14, 21, 0, 7]);
    const total = { ...both, total: { burst: 100, rate: 10 } };
    assert.equal(opens(limits(total, per), 'ETH'), 35);
    assert.equal(opens(limits(total), 'BTC'), 35, 'not per currency');
  });

  it('limits that turn out to be per currency give nothing back', () => {
    const budget = createBudget('trading', still);
    assert.equal(count(budget, OPEN, 0), 7);
    budget.allow(read(limits({ USDC: { burst: 40, rate: 10 } }, { limits_per_currency: true })));
    assert.equal(count(budget, OPEN, 0), 0);
  });

  it('absent, or in values that can not be, they are those of a new account', () => {
    const odd: readonly unknown[] = [
      undefined,
      null,
      7,
      'all',
      [],
      {},
      limits(null),
      limits({}),
      limits({ total: { burst: 0, rate: 5 } }),
      limits({ total: { burst: 20, rate: -5 } }),
      limits({ total: { burst: '200', rate: '50' } }),
      limits({ total: { burst: 200 } }),
      limits({ USDC: 3 }, { limits_per_currency: true }),
      { matching_engine: 'none', non_matching_engine: { rate: Infinity, burst: 3 } },
    ];
    for (const given of odd) assert.equal(opens(given), 7, JSON.stringify(given));
    assert.equal(count(budgetOf(undefined), CHECK, 0), 37);
    assert.equal(count(budgetOf({ non_matching_engine: { rate: 'x', burst: 5 } }), CHECK, 0), 37);
  });

  it('the smallest account leaves room for one of each', () => {
    const tiny = { burst: 1, rate: 1 };
    const budget = budgetOf({
      non_matching_engine: tiny,
      matching_engine: { trading: { total: tiny } },
    });
    assert.deepEqual([count(budget, OPEN, 0), count(budget, REDUCE, 0)], [2, 2]);
    assert.deepEqual([count(budget, REST, 0), count(budget, CHECK, 0)], [2, 1]);
    assert.ok(budget.connectAt(0) < Infinity);
  });

  it('a lower tier takes away what is saved above it', () => {
    const budget = budgetOf(limits({ total: { burst: 250, rate: 200 } }));
    budget.take(OPEN, 0);
    budget.allow(read(undefined));
    assert.equal(count(budget, OPEN, 0), 7);
  });
});

describe('when credits are used up', () => {
  it('nothing is spent until one request has refilled, with jitter, or as long as the exchange says', () => {
    const budget = createBudget('trading', () => 0.5);
    budget.exhaust(OPEN, 0, null);
    assert.deepEqual([budget.take(REDUCE, 599), budget.take(REDUCE, 600)], [false, true]);
    assert.equal(budget.take(OPEN, 1_800), false);
    budget.exhaust(CHECK, 0, 5_000);
    assert.deepEqual([budget.readyAt(CHECK, 0), budget.take(CHECK, 4_999)], [5_000, false]);
    assert.equal(budget.connectAt(0), 5_000, 'a login would be refused as well');
  });

  it('a connection waits for the refill even where the login could be paid', () => {
    const budget = createBudget('trading', still);
    budget.exhaust(OPEN, 0, 20_000);
    assert.equal(budget.connectAt(0), 400);
    assert.equal(budget.take(REDUCE, 19_999), false);
  });

  it('however long the exchange asks us to wait, the pool rests no longer than its bound', () => {
    const budget = createBudget('trading', still);
    budget.exhaust(OPEN, 0, 999_999_000);
    assert.equal(budget.take(REDUCE, 29_999), false);
    assert.equal(budget.take(REDUCE, 30_000), true);
  });

  it('a wait is read in seconds', () => {
    const wait = (data: string | null) => waitOf({ code: 10028, message: '', data });
    assert.equal(wait('{"wait":2}'), 2_000);
    assert.equal(wait('{"reason":"x","wait":0.25}'), 250);
    for (const data of [null, '{}', '{"wait":-1}', '{"wait":"2"}', '{"wait":null}', '"wait":'])
      assert.equal(wait(data), null);
  });
});
