/**
 * The practice exchange of the benchmarks, a process of its own with its journal on the disk: the whole product. Arguments:
 * its data folder, and JSON with what is not usual (its speed, the tier of its accounts, accounts beside `main`).
 */
import { join } from 'node:path';
import { secretText } from '../src/edge/entropy.ts';
import { hmacSha256 } from '../src/edge/hashing.ts';
import { startPracticeServer } from '../src/edge/practice-server.ts';
import { START } from './messages.ts';
import { DEFAULT_ACCOUNTS, accountNamed, createExchange } from '../src/venue/practice/exchange.ts';
import type { Tier } from '../src/venue/practice/wire/credits.ts';

export type PracticeSetup = {
  readonly speed?: number;
  /** Without one nobody has bounds. */
  readonly tier?: Tier;
  readonly accounts?: readonly string[];
};

const BTC_PRICE = '60000';

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const [, , dataDir = '.', setup = '{}'] = process.argv;
const { speed = 1, tier = null, accounts = [] } = JSON.parse(setup) as PracticeSetup;
const still = { open: BTC_PRICE, high: BTC_PRICE, low: BTC_PRICE, close: BTC_PRICE, volume: '10' };

const server = await startPracticeServer({
  port: 0,
  dataDir: join(dataDir, 'practice'),
  speed,
  ...(speed === 1 ? {} : { file: [{ at: START, ...still }] as never }),
  allowedOrigins: [],
  createExchange: ({ snapshot: _snapshot, entries: _entries, ...birth }) =>
    createExchange({
      ...birth,
      hmacSha256,
      newToken: secretText,
      credits: { tier },
      accounts: [...DEFAULT_ACCOUNTS, ...accounts.map(accountNamed)],
    }),
  log: silent,
});
process.on('message', () => {
  void server.close().then(() => process.exit(0));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: server.port });
