/** A kill without an engine on an instrument that the configuration does not name any more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killDirectly } from '../../src/app/kill.ts';
import { createRealExchange } from './practice-real.ts';
import { askAs, type Row, start, temporaryFolder } from './practice-tools.ts';

const ETHER = 'ETH_USDC-PERPETUAL';
const KEY = { clientId: 'practice-engine', clientSecret: 'practice-engine-secret' };

test('[I40] flatten closes a position that a stop of ours protects, and takes the stop only then', async (t) => {
  const exchange = await start(t, { createExchange: createRealExchange });
  const rpc = askAs(exchange.url, KEY);
  const ticker = (await rpc('public/ticker', { instrument_name: ETHER })) as Row;
  const terms = { instrument_name: ETHER, amount: 0.1 };
  await rpc('private/buy', { ...terms, type: 'market', label: 'ls:old:n1:1:1e:abcdefgh' });
  await rpc('private/sell', {
    ...terms,
    type: 'stop_market',
    trigger: 'mark_price',
    trigger_price: Math.round(Number(ticker['mark_price']) * 0.95),
    reduce_only: true,
    label: 'ls:old:n1:1:2s:abcdefgh',
  });
  const code = await killDirectly({
    venueUrl: `ws://127.0.0.1:${exchange.port}/ws/api/v2`,
    httpUrl: `${exchange.url}/api/v2`,
    login: 'secret',
    credentials: KEY,
    strength: 'flatten',
    reason: 'an instrument that was configured once',
    dataDir: temporaryFolder(t),
    instruments: ['BTC_USDC-PERPETUAL'],
  });
  const position = (await rpc('private/get_position', { instrument_name: ETHER })) as Row;
  assert.equal(Number(position['size']), 0);
  assert.deepEqual(await rpc('private/get_open_orders', {}), []);
  assert.equal(code, 0);
});
