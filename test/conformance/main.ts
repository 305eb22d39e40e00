/**
 * The program of `npm run conformance`: the suite against a practice exchange, or against the venue's test network.
 *
 *     npm run conformance                                   a fresh practice exchange, without a network
 *     npm run conformance -- --venue practice               one in a process of its own, over its sockets
 *     npm run conformance -- --venue testnet                test.deribit.com, with DERIBIT_CLIENT_ID and DERIBIT_CLIENT_SECRET
 *     npm run conformance -- --venue-url ws://127.0.0.1:8788/ws/api/v2
 *     npm run conformance -- --only order-ioc-partial       one case, or those whose id begins so
 *     npm run conformance -- --json results.json --list
 *
 * Over a socket it keeps below the limits of `--tier` (4, a new account, if nothing is said; 0: there are none), trades ten
 * times the least amount, leaves nothing behind, and never goes to a live exchange. Exit codes: 0 all as expected, 1
 * something differs, 2 wrong usage, 3 the exchange can't be reached or does not let the suite in.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Tier } from '../../src/venue/practice/wire/credits.ts';
import { CASES } from './cases.ts';
import type { Case } from './case.ts';
import { told } from './check.ts';
import { type Peer, remotePeer } from './peer.ts';
import { practicePeer } from './practice-peer.ts';
import { startExchange } from './practice-process.ts';
import { NotLetIn, runCases, type Verdict } from './run.ts';

const TEST_HOST = 'test.deribit.com';
const USAGE =
  'usage: npm run conformance -- [--venue practice|testnet] [--venue-url URL] [--tier 0|1|2|3|4] [--only ID] [--instrument NAME] [--json FILE] [--list] [--slow]';
const TIERS: Readonly<Record<string, Tier>> = { '0': null, '1': 1, '2': 2, '3': 3, '4': 4 };
const PRACTICE_KEY = { id: 'practice-web', secret: 'practice-web-secret' };

class Wrong extends Error {}

type Wanted = {
  readonly venue: string | undefined;
  readonly url: string | undefined;
  readonly tier: Tier;
};
type Target = { readonly name: string; readonly peer: Peer; readonly close: () => Promise<void> };

/** The key of the environment; `usual` where it names none. */
function keyOf(usual?: Peer['key']): Peer['key'] {
  const { DERIBIT_CLIENT_ID: id, DERIBIT_CLIENT_SECRET: secret } = process.env;
  if (id !== undefined && secret !== undefined) return { id, secret };
  if ((id ?? secret) !== undefined || usual === undefined)
    throw new Wrong(
      `${TEST_HOST} wants a key: make one there (API, scopes account:read_write, trade:read_write, wallet:read), and set both DERIBIT_CLIENT_ID and DERIBIT_CLIENT_SECRET`,
    );
  return usual;
}

function urlOf(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || !['ws:', 'wss:'].includes(url.protocol))
    throw new Wrong(
      `--venue-url ${given}: accepted is a WebSocket address, such as ws://127.0.0.1:8788/ws/api/v2`,
    );
  return url;
}

/** Where the suite goes: nowhere but to this machine and the test network. */
async function targetOf({ venue, url: given, tier }: Wanted): Promise<Target> {
  const close = async (): Promise<void> => undefined;
  if (venue !== undefined && given !== undefined)
    throw new Wrong('--venue and --venue-url: one of them says where to go');
  if (venue === undefined && given === undefined)
    return { name: 'a practice exchange in this process', peer: practicePeer(), close };
  if (venue === 'practice') {
    const { url, close: stop } = await startExchange(tier);
    return { name: url, peer: remotePeer(url, PRACTICE_KEY, tier), close: stop };
  }
  if (venue !== undefined && venue !== 'testnet')
    throw new Wrong(`--venue ${venue}: accepted are practice and testnet`);
  const { href, hostname, protocol } = urlOf(given ?? `wss://${TEST_HOST}/ws/api/v2`);
  if (['127.0.0.1', 'localhost'].includes(hostname))
    return { name: href, peer: remotePeer(href, keyOf(PRACTICE_KEY), tier), close };
  if (hostname !== TEST_HOST || protocol !== 'wss:')
    throw new Wrong(
      `${protocol}//${hostname} is neither this machine nor wss://${TEST_HOST}: the suite trades, and goes nowhere else`,
    );
  return { name: href, peer: remotePeer(href, keyOf(), tier), close };
}

/** The cases that are meant; those that only a practice exchange can answer, or that take minutes, are left out elsewhere. */
const chosen = (
  only: string | undefined,
  { elsewhere, slow }: { readonly elsewhere: boolean; readonly slow: boolean },
): readonly Case[] =>
  CASES.filter(
    ({ id, needs }) =>
      (only === undefined || id === only || id.startsWith(only)) &&
      !(elsewhere && needs.includes('practice')) &&
      !(elsewhere && needs.includes('slow') && !slow),
  );

function report(verdicts: readonly Verdict[]): void {
  const wrong = verdicts.filter(({ differences }) => differences.length > 0);
  for (const { id, source, title, differences } of wrong) {
    console.log(`\n${id}  (${source}) ${title}`);
    for (const each of differences) console.log(`    step ${each.step}: ${told(each)}`);
  }
  console.log(`\n${verdicts.length} cases, ${wrong.length} differ`);
}

/** Tells how far it is: on a terminal in one line, else each difference and each hundredth case. */
function progress(cases: number): (verdict: Verdict, number: number) => void {
  const isTerminal = process.stdout.isTTY;
  return ({ id, differences }, n) => {
    if (isTerminal) process.stdout.write(`\r${n}/${cases} ${id.padEnd(60).slice(0, 60)}`);
    else if (differences.length > 0) console.log(`differs: ${id}`);
    if (!isTerminal && n % 100 === 0) console.log(`${n} of ${cases}`);
  };
}

async function runAndClose<T>(run: () => Promise<T>, close: () => Promise<void>): Promise<T> {
  try {
    return await run();
  } finally {
    await close();
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      venue: { type: 'string' },
      'venue-url': { type: 'string' },
      tier: { type: 'string', default: '4' },
      only: { type: 'string' },
      instrument: { type: 'string', default: 'BTC_USDC-PERPETUAL' },
      json: { type: 'string' },
      list: { type: 'boolean' },
      slow: { type: 'boolean', default: false },
    },
  });
  const { venue, 'venue-url': url, only, instrument, slow } = values;
  const tier = TIERS[values.tier];
  if (tier === undefined) throw new Wrong(`--tier ${values.tier}: accepted are 0, 1, 2, 3 and 4`);
  const elsewhere = (venue ?? url) !== undefined;
  const cases = chosen(only, { elsewhere, slow });
  if (cases.length === 0) throw new Wrong(`there is no case ${only}; --list names them`);
  if (values.list === true) {
    for (const { id, source, title } of cases) console.log(`${id}  (${source}) ${title}`);
    return 0;
  }
  const { name, peer, close } = await targetOf({ venue, url, tier });
  console.log(`${cases.length} cases against ${name}`);
  const verdicts = await runAndClose(
    () =>
      runCases(peer, cases, {
        instrument,
        run: Date.now().toString(36),
        tell: progress(cases.length),
      }),
    close,
  );
  report(verdicts);
  const differ = verdicts.filter(({ differences }) => differences.length > 0).length;
  if (values.json !== undefined) {
    const whole = { against: name, instrument, cases: verdicts.length, differ, verdicts };
    writeFileSync(values.json, `${JSON.stringify(whole, null, 2)}\n`);
  }
  return differ > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const words = error instanceof Error ? error.message : String(error);
  const outside = error instanceof NotLetIn;
  console.error(
    outside ? `The exchange does not let the suite in: ${words}` : `${words}\n${USAGE}`,
  );
  process.exitCode = outside ? 3 : 2;
}
