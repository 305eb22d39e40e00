/** A kill without an engine where the data folder can't be written: it acts at the exchange all the same. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { killDirectly } from '../../src/app/kill.ts';
import { createRealExchange } from './practice-real.ts';
import { start, temporaryFolder } from './practice-tools.ts';

const PERPETUAL = 'BTC_USDC-PERPETUAL';

test('[I40] a disk that takes no file does not keep a kill from closing; that KILL is not there makes it unproved', async (t) => {
  const exchange = await start(t, { createExchange: createRealExchange });
  const control = async (path: string, body?: object) => {
    const init =
      body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          };
    return (await fetch(`${exchange.url}/practice/v1/${path}`, init)).json() as Promise<{
      readonly accounts: readonly { readonly positions: readonly { readonly size: string }[] }[];
    }>;
  };
  await control('order', { instrument: PERPETUAL, direction: 'buy', amount: '0.001' });
  assert.equal((await control('state')).accounts[0]?.positions[0]?.size, '0.001');
  const file = join(temporaryFolder(t), 'in-the-way');
  writeFileSync(file, '');
  const code = await killDirectly({
    venueUrl: `ws://127.0.0.1:${exchange.port}/ws/api/v2`,
    httpUrl: `${exchange.url}/api/v2`,
    login: 'secret',
    credentials: { clientId: 'practice-engine', clientSecret: 'practice-engine-secret' },
    strength: 'flatten',
    reason: 'the disk is gone',
    dataDir: join(file, 'data'),
    instruments: [PERPETUAL],
  });
  assert.equal((await control('state')).accounts[0]?.positions[0]?.size, '0');
  assert.equal(code, 3, 'an engine that starts later would not know of it');
});
