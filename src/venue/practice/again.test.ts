/** The same seed and the same inputs give the same bytes, with makers and takers about, and with a restart between. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MINUTE } from '../../base/time.ts';
import { createBench, PERP } from './harness.contract.ts';
import type { ExchangeEffect } from './ports.ts';

type Act =
  | { readonly kind: 'order'; readonly direction: 'buy' | 'sell'; readonly away: number }
  | { readonly kind: 'stop'; readonly away: number }
  | { readonly kind: 'price'; readonly away: number }
  | { readonly kind: 'liquidity'; readonly amount: string | null }
  | { readonly kind: 'pass'; readonly ms: number };

const away = fc.integer({ min: -40, max: 40 });
const acts = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('order' as const),
        direction: fc.constantFrom('buy' as const, 'sell' as const),
        away,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const), away }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('price' as const), away }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('liquidity' as const),
        amount: fc.constantFrom('0.01', '0', null),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('pass' as const),
        ms: fc.integer({ min: 1, max: MINUTE }),
      }),
    },
  ),
  { minLength: 1, maxLength: 12, size: 'max' },
);

type Bench = ReturnType<typeof createBench>;

function act(bench: Bench, one: Act): void {
  const control = (path: string, body: object): unknown =>
    bench.control('POST', path, { instrument: PERP, ...body });
  switch (one.kind) {
    case 'order':
      control('order', {
        direction: one.direction,
        amount: '0.02',
        type: 'limit',
        price: String(64_000 + one.away),
      });
      return;
    case 'stop':
      control('order', {
        direction: 'sell',
        amount: '0.01',
        type: 'stop_market',
        triggerPrice: String(63_990 - Math.abs(one.away)),
      });
      return;
    case 'price':
      control('price', { price: String(64_000 + one.away) });
      return;
    case 'liquidity':
      control('liquidity', { amount: one.amount });
      return;
    case 'pass':
      bench.pass(one.ms);
      return;
  }
}

const said = (effect: ExchangeEffect): string => JSON.stringify(effect);
/** How long ago viewers were told of prices is the front's memory, which ends with its process. */
const isPace = (text: string): boolean => text.includes('"type":"PRICES"');

test('two exchanges, one of them restored on the way, say and write the same to the byte', () => {
  let orders = 0;
  fc.assert(
    fc.property(
      acts,
      acts,
      fc.boolean(),
      fc.constantFrom('entries' as const, 'snapshot' as const),
      (first, second, lively, how) => {
        const lives = ['living', 'restored'].map((life) => {
          const bench = createBench({ lively });
          for (const one of first) act(bench, one);
          bench.control('POST', 'speed', { speed: 1 });
          if (life === 'restored') bench.restart(how);
          const from = { entries: bench.entries.length, effects: bench.effects.length };
          bench.control('POST', 'speed', { speed: 1 });
          for (const one of second) act(bench, one);
          orders += bench.state().orders.length;
          return {
            entries: bench.entries.slice(from.entries),
            effects: bench.effects
              .slice(from.effects)
              .map(said)
              .filter((text) => !isPace(text)),
            stored: JSON.stringify(bench.stored()),
          };
        });
        assert.deepEqual(lives[1], lives[0]);
      },
    ),
    { numRuns: 15 },
  );
  assert.ok(orders > 30, `looked at ${orders} orders`);
});
