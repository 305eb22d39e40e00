/**
 * The program of `npm run conformance`: the suite against a practice exchange of its own, or another exchange.
 *
 *     npm run conformance                                   a fresh practice exchange, without a network
 *     npm run conformance -- --only order-ioc-partial       one case, or those whose id begins so
 *     npm run conformance -- --venue testnet                wss://test.deribit.com, with DERIBIT_CLIENT_ID and _SECRET
 *     npm run conformance -- --venue ws://127.0.0.1:8788/ws/api/v2
 *     npm run conformance -- --json results.json --list
 *
 * Against another exchange it trades ten times the least amount, leaves nothing behind, and never goes to a live one.
 * The exit code is 1 where anything differs, 2 on wrong usage.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CASES } from './cases.ts';
import type { Case } from './case.ts';
import { type Peer, remotePeer } from './peer.ts';
import { practicePeer } from './practice-peer.ts';
import { runCases, type Verdict } from './run.ts';

const TESTNET = 'wss://test.deribit.com/ws/api/v2';
const USAGE =
  'usage: npm run conformance -- [--venue testnet|WS_URL] [--only ID] [--instrument NAME] [--json FILE] [--list] [--slow]';

class Wrong extends Error {}

function peerOf(venue: string | undefined): Peer {
  if (venue === undefined) return practicePeer();
  const url = venue === 'testnet' ? TESTNET : venue;
  if (!/^wss?:\/\//.test(url))
    throw new Wrong(`--venue ${venue}: accepted is testnet or a WebSocket address`);
  const { hostname } = new URL(url);
  const { DERIBIT_CLIENT_ID: id, DERIBIT_CLIENT_SECRET: secret } = process.env;
  if (hostname === '127.0.0.1' || hostname === 'localhost')
    return remotePeer(url, { id: id ?? 'practice-web', secret: secret ?? 'practice-web-secret' });
  if (hostname !== 'test.deribit.com')
    throw new Wrong(
      `${hostname} is neither this machine nor the test network: the suite trades, and goes nowhere else`,
    );
  if (id === undefined || secret === undefined)
    throw new Wrong('DERIBIT_CLIENT_ID and DERIBIT_CLIENT_SECRET name the key of the test network');
  return remotePeer(url, { id, secret });
}

/** The cases that are meant; those that only a practice exchange can answer are left out elsewhere. */
const chosen = (only: string | undefined, elsewhere: boolean, slow: boolean): readonly Case[] =>
  CASES.filter(
    ({ id, needs }) =>
      (only === undefined || id === only || id.startsWith(only)) &&
      !(elsewhere && needs.includes('practice')) &&
      !(elsewhere && needs.includes('slow') && !slow),
  );

function report(verdicts: readonly Verdict[]): void {
  const wrong = verdicts.filter(({ differences }) => differences.length > 0);
  if (wrong.length > 0) console.log('');
  for (const { id, source, title, differences } of wrong) {
    console.log(`${id}  (${source}) ${title}`);
    for (const difference of differences) console.log(`    ${difference}`);
  }
  console.log(`\n${verdicts.length} cases, ${wrong.length} differ`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      venue: { type: 'string' },
      only: { type: 'string' },
      instrument: { type: 'string' },
      json: { type: 'string' },
      list: { type: 'boolean' },
      slow: { type: 'boolean' },
    },
  });
  const elsewhere = values.venue !== undefined;
  const cases = chosen(values.only, elsewhere, values.slow === true);
  if (cases.length === 0) throw new Wrong(`there is no case ${values.only}; --list names them`);
  if (values.list === true) {
    for (const { id, source, title } of cases) console.log(`${id}  (${source}) ${title}`);
    return 0;
  }
  const quiet = !process.stdout.isTTY;
  const verdicts = await runCases(peerOf(values.venue), cases, {
    instrument: values.instrument ?? 'BTC_USDC-PERPETUAL',
    run: Date.now().toString(36),
    tell: ({ id, differences }, n) => {
      if (!quiet) process.stdout.write(`\r${n}/${cases.length} ${id.padEnd(60).slice(0, 60)}`);
      else if (differences.length > 0) console.log(`differs: ${id}`);
    },
  });
  report(verdicts);
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify(verdicts, null, 2)}\n`);
  return verdicts.some(({ differences }) => differences.length > 0) ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 2;
}
