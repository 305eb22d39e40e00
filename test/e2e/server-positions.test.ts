/** What the API says of positions and prices: exact decimals, times of the exchange. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../../src/base/decimal.ts';
import { busyEngine } from '../support/busy-engine.ts';
import { START, position } from '../support/facts.ts';
import { serve } from '../support/serving.ts';

test('positions and candles carry exact decimals and server times', async (t) => {
  const engine = busyEngine();
  engine.marks = {
    'BTC_USDC-PERPETUAL': { mark: dec('91260'), unrealised: dec('0.01045') },
  };
  const server = await serve(t, { engine });
  const [held] = ((await server.get('/positions')).body as { readonly items: readonly unknown[] })
    .items;
  assert.deepEqual(held, JSON.parse(JSON.stringify(position(2, '0.0011'))));
  const candles = (await server.get('/candles?instrument=BTC_USDC-PERPETUAL')).body;
  assert.deepEqual(candles, {
    items: [
      {
        at: new Date(START).toISOString(),
        open: '1',
        high: '3',
        low: '0.5',
        close: '2',
        volume: '1.5',
      },
    ],
    next: null,
  });
});
