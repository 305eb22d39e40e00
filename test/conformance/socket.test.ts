/** The suite over a real socket, as it goes to the test network: what it says there is what it says in one process. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createRealExchange } from '../e2e/practice-real.ts';
import { start, temporaryFolder } from '../e2e/practice-tools.ts';
import { CASES } from './cases.ts';
import type { Case } from './case.ts';
import { createPace } from './pace.ts';
import { remotePeer } from './peer.ts';
import { NotLetIn, runCases } from './run.ts';

const KEY = { id: 'practice-web', secret: 'practice-web-secret' };
const RUN = { instrument: 'BTC_USDC-PERPETUAL', run: 's' };
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** How long a case waits for nothing to come. */
const waits = ({ steps }: Case): number =>
  steps.reduce(
    (sum, step) => sum + (step.kind === 'wait' || step.kind === 'no push' ? step.ms : 0),
    0,
  );
const BRIEF = CASES.filter(({ needs }) => !needs.includes('slow')).sort(
  (a, b) => waits(a) - waits(b),
);
/** Cases of every kind of step, those that wait least. */
const SOME = new Set(
  (['call', 'frame', 'http', 'push', 'closed', 'no push', 'connect', 'wait'] as const).flatMap(
    (kind) => BRIEF.filter(({ steps }) => steps.some((step) => step.kind === kind)).slice(0, 3),
  ),
);

test('cases of every kind hold over a socket, and a reading that differs is found there too', async (t) => {
  const server = await start(t, { createExchange: createRealExchange });
  const peer = remotePeer(`ws://127.0.0.1:${server.port}/ws/api/v2`, KEY, null);
  assert.ok(SOME.size >= 12, `${SOME.size}`);
  const verdicts = await runCases(peer, [...SOME], RUN);
  assert.deepEqual(
    verdicts.filter(({ differences }) => differences.length > 0),
    [],
  );
  await server.control('POST', 'options', { unfillable: 'error' });
  const [differs] = await runCases(
    peer,
    CASES.filter(({ id }) => id === 'fok-unfillable'),
    RUN,
  );
  const [found] = differs?.differences ?? [];
  assert.match(found?.step ?? '', /^\d+ \(private\/(buy|sell)\)$/);
  assert.equal(found?.path, 'result');
  assert.match(found?.seen ?? '', /11030/);
});

test('who does not let the suite in is told apart from who answers wrongly', async (t) => {
  const server = await start(t, { createExchange: createRealExchange });
  const url = `ws://127.0.0.1:${server.port}/ws/api/v2`;
  const wrong = remotePeer(url, { id: 'practice-web', secret: 'guessed' }, null);
  await assert.rejects(
    runCases(wrong, [...SOME], RUN),
    (error) => error instanceof NotLetIn && /13004/.test(error.message),
  );
  const strange = remotePeer(url, KEY, null);
  await assert.rejects(runCases(strange, [...SOME], { ...RUN, instrument: 'BTC-NEVER' }), NotLetIn);
  await server.close();
  await assert.rejects(runCases(strange, [...SOME], RUN), /can not be reached/);
});

test('the program starts an exchange of its own, keeps below its limits, and leaves its findings in a file', (t) => {
  const file = join(temporaryFolder(t), 'found.json');
  const args = ['--venue', 'practice', '--only', 'fok-unfillable', '--json', file];
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
  const found = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
  assert.match(String(found['against']), /^ws:\/\/127\.0\.0\.1:\d+\/ws\/api\/v2$/);
  assert.deepEqual([found['differ'], Number(found['cases']) > 0], [0, true]);
});

test('wrong usage goes nowhere: a host of others, a key that is missing, a venue that is none', () => {
  const env = { ...process.env, DERIBIT_CLIENT_ID: undefined, DERIBIT_CLIENT_SECRET: 'only one' };
  for (const [args, words] of [
    [['--venue-url', 'wss://www.deribit.com/ws/api/v2'], /goes nowhere else/],
    [['--venue', 'testnet'], /DERIBIT_CLIENT_ID and DERIBIT_CLIENT_SECRET/],
  ] as const) {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      encoding: 'utf8',
      env,
    });
    assert.equal(status, 2, stderr);
    assert.match(stderr, words);
  }
});

test('the pace stays below what an account of a tier may, category by category', async () => {
  let now = 0;
  const sleep = async (ms: number): Promise<void> => {
    now += ms;
  };
  const pace = createPace(4, { now: () => now, sleep });
  const took = async (method: string, times: number): Promise<number> => {
    const begun = now;
    for (let i = 0; i < times; i++) await pace(method);
    return now - begun;
  };
  assert.equal(await took('private/buy', 10), 0);
  assert.equal(await took('private/sell', 8), 2_000);
  assert.equal(await took('private/get_positions', 50), 0);
  assert.ok((await took('public/get_instruments', 4)) >= 12_500);
  const free = createPace(null, { now: () => now, sleep });
  const begun = now;
  for (let i = 0; i < 200; i++) await free('private/buy');
  assert.equal(now, begun);
});
