/** The command line against a served engine: what it prints, in which language, and with which exit code it ends. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dec } from '../../src/base/decimal.ts';
import { problemOf } from '../../src/edge/http-answer.ts';
import {
  aBreak,
  facts,
  position,
  report,
  statusBody,
  story,
  strategy,
  trade,
} from '../support/facts.ts';
import { createFakeEngine, doneAnswer, type FakeEngine } from '../support/served-engine.ts';
import { lockstep } from '../support/cli.ts';
import { serve, temporaryFolder } from '../support/serving.ts';

/** One trade closed, one open. */
function tradingEngine(): FakeEngine {
  const engine = createFakeEngine();
  for (const bodies of [...story(1), ...story(2).slice(0, 3)])
    engine.commit((seq) => facts(seq - 1, bodies));
  engine.commit((seq) =>
    facts(seq - 1, [
      { type: 'RECONCILIATION_COMPLETED', v: 1, data: { report: report(1), cursor: null } },
    ]),
  );
  return engine;
}

const withBreak = (engine: FakeEngine): FakeEngine => {
  engine.commit((seq) =>
    facts(seq - 1, [
      { type: 'BREAK_OPENED', v: 1, data: { break: aBreak(1), subject: 'BTC_USDC-PERPETUAL' } },
    ]),
  );
  return engine;
};

test('status says how things stand in one sentence and a line per strategy', async (t) => {
  const server = await serve(t, { engine: tradingEngine() });
  const { code, out } = await lockstep(['status', '--data', server.dataDir]);
  assert.equal(code, 0);
  const lines = out.trimEnd().split('\n');
  assert.equal(lines[0], 'practice exchange – no real money  account 4711');
  assert.equal(lines[1], 'All good. 1 strategy, 1 position, books match the exchange.');
  assert.match(lines[3] ?? '', /^STRATEGY +STATE +POSITION +STOP +WAITING FOR$/);
  assert.match(lines[4] ?? '', /^razor +position open +long 0\.0011 BTC_USDC-PERPETUAL/);
});

test('the same in Dutch, by flag before or behind the verb, and by the environment', async (t) => {
  const server = await serve(t, { engine: tradingEngine() });
  const data = ['--data', server.dataDir];
  const dutch = [
    await lockstep(['status', ...data, '--lang', 'nl']),
    await lockstep(['--lang=nl', 'status', ...data]),
    await lockstep(['status', ...data], { env: { LOCKSTEP_LANG: 'nl' } }),
  ];
  for (const { code, out } of dutch) {
    assert.equal(code, 0);
    assert.match(
      out,
      /oefenbeurs – geen echt geld {2}rekening 4711\nAlles in orde\. 1 strategie, 1 positie, de boeken kloppen met de beurs\./,
    );
    assert.match(out, /long 0,0011 BTC_USDC-PERPETUAL/);
  }
});

test('--json prints the answer of the API as it is', async (t) => {
  const server = await serve(t, { engine: withBreak(tradingEngine()) });
  for (const [verb, path, code] of [
    ['status', '/status', 0],
    ['trades', '/trades?limit=20', 0],
    ['strategies', '/strategies', 0],
    ['positions', '/positions', 0],
    ['breaks', '/breaks?open=true&limit=500', 8],
    ['alerts', '/alerts?limit=30', 0],
    ['report', `/reports/${report(1).id}`, 0],
  ] as const) {
    const ran = await lockstep([verb, '--json', '--data', server.dataDir]);
    assert.equal(ran.code, code, verb);
    assert.deepEqual(JSON.parse(ran.out), (await server.get(path)).body, verb);
  }
});

test('colours appear on a terminal only, and not where NO_COLOR says so', async (t) => {
  const server = await serve(t, { engine: tradingEngine() });
  const argv = ['status', '--data', server.dataDir];
  const escape = '\u001b[';
  assert.equal((await lockstep(argv, { terminal: true })).out.includes(escape), true);
  assert.equal((await lockstep(argv)).out.includes(escape), false);
  assert.equal(
    (await lockstep(argv, { terminal: true, env: { NO_COLOR: '1' } })).out.includes(escape),
    false,
  );
  assert.equal(
    (await lockstep(argv, { terminal: true, env: { TERM: 'dumb' } })).out.includes(escape),
    false,
  );
});

test('trades are a table with exact numbers; filters reach the engine', async (t) => {
  const server = await serve(t, { engine: tradingEngine() });
  const { out } = await lockstep(['trades', '--data', server.dataDir]);
  assert.match(
    out,
    /razor-1 +BTC_USDC-PERPETUAL +long +0\.0011 +2026-03-02 10:01:01 +91,250\.5 +92,163 +\+0\.90 USDC +target/,
  );
  assert.match(out, /razor-2 .* open\n/);
  const closed = await lockstep([
    'trades',
    '--status',
    'closed',
    '--limit',
    '1',
    '--data',
    server.dataDir,
  ]);
  assert.equal(closed.out.trimEnd().split('\n').length, 2);
  const none = await lockstep(['trades', '--strategy', 'other', '--data', server.dataDir]);
  assert.equal(none.out, 'No trades yet.\n');
});

test('a text from outside can not steer the terminal', async (t) => {
  const engine = tradingEngine();
  const hostile = trade(3, { strategy: 'x\u001b[2J\u0007', id: 'bad\nid' });
  engine.commit((seq) =>
    facts(seq - 1, [{ type: 'TRADE_OPENED', v: 1, data: { trade: hostile } }]),
  );
  const server = await serve(t, { engine });
  const { out } = await lockstep(['trades', '--data', server.dataDir]);
  assert.match(out, /bad·id/);
  for (const control of ['\u001b', '\u0007']) assert.equal(out.includes(control), false);
});

test('breaks ends with 8 while differences stand, and says what may be decided', async (t) => {
  const clean = await serve(t, { engine: tradingEngine() });
  const none = await lockstep(['breaks', '--data', clean.dataDir]);
  assert.deepEqual([none.code, none.out], [0, 'No differences between books and exchange.\n']);
  const server = await serve(t, { engine: withBreak(tradingEngine()) });
  const some = await lockstep(['breaks', '--data', server.dataDir]);
  assert.equal(some.code, 8);
  assert.ok(some.out.startsWith(aBreak(1).id));
  assert.match(some.out, new RegExp(`lockstep resolve ${aBreak(1).id} --`));
});

test('reconcile prints the report and ends with 8 while differences stand', async (t) => {
  const engine = tradingEngine();
  const server = await serve(t, { engine });
  engine.answerWith = async (command) => ({
    ok: true,
    answer: { ...doneAnswer(command, 1), report: report(1) },
  });
  const clean = await lockstep(['reconcile', '--data', server.dataDir]);
  assert.equal(clean.code, 0);
  assert.match(clean.out, /No differences in what was compared\./);
  withBreak(engine);
  const differs = await lockstep(['reconcile', '--check', '--data', server.dataDir]);
  assert.equal(differs.code, 8);
  assert.match(differs.out, /lockstep resolve/);
  assert.match(
    (await lockstep(['reconcile', '--data', server.dataDir])).out,
    /1 difference needs you: npx lockstep breaks/,
  );
});

test('control verbs reach the engine with who asked and why', async (t) => {
  const server = await serve(t, { engine: tradingEngine() });
  const data = ['--data', server.dataDir];
  assert.match(
    (await lockstep(['pause', 'razor', '--reason', 'lunch', ...data])).out,
    /confirmed {2}cancelled 1 order\nrazor is paused\.\n/,
  );
  for (const verb of ['resume', 'drain', 'flatten'])
    assert.equal((await lockstep([verb, 'razor', ...data])).code, 0);
  assert.match(
    (await lockstep(['kill', '--reason', 'odd fills', '--strength', 'flatten', ...data])).out,
    /Kill switch on\./,
  );
  assert.equal(
    (
      await lockstep([
        'resolve',
        'brk_1',
        '--enter',
        '64000',
        '--fees',
        '0.1',
        '--reason',
        'statement',
        ...data,
      ])
    ).code,
    0,
  );
  const asked = server.engine.commands.map(({ id: _id, by, dryRun: _dryRun, ...verb }) => ({
    ...verb,
    kind: by.kind,
  }));
  assert.deepEqual(asked, [
    { verb: 'pause', strategy: 'razor', reason: 'lunch', kind: 'token' },
    { verb: 'resume', strategy: 'razor', reason: '', kind: 'token' },
    { verb: 'drain', strategy: 'razor', reason: '', kind: 'token' },
    { verb: 'flatten', strategy: 'razor', reason: '', kind: 'token' },
    { verb: 'kill', strength: 'flatten', reason: 'odd fills', kind: 'token' },
    {
      verb: 'resolve',
      breakId: 'brk_1',
      action: 'enter',
      strategy: null,
      exitPrice: '64000',
      fees: '0.1',
      reason: 'statement',
      kind: 'token',
    },
  ]);
  assert.equal(new Set(server.engine.commands.map(({ id }) => id)).size, 6);
});

test('a dry run shows the plan and sends nothing', async (t) => {
  const server = await serve(t, { engine: tradingEngine() });
  const { code, out } = await lockstep(['flatten', 'razor', '--dry-run', '--data', server.dataDir]);
  assert.deepEqual(
    [code, out],
    [0, 'Plan (nothing is sent):\n  1  cancel 1 order\n  expected cost 0.05\n'],
  );
  assert.equal(server.engine.commands[0]?.dryRun, true);
});

test('what the engine refuses is told with what is accepted and what to do', async (t) => {
  const server = await serve(t, { engine: tradingEngine() });
  server.engine.answerWith = async () => ({
    ok: false,
    problem: problemOf(404, 'unknown_strategy', {
      title: 'Refused',
      detail: 'there is no strategy rzor',
      accepted: 'razor',
      next: 'See "lockstep strategies"',
    }),
  });
  const { code, err } = await lockstep(['pause', 'rzor', '--data', server.dataDir]);
  assert.deepEqual(
    [code, err],
    [1, 'there is no strategy rzor. Accepted: razor. See "lockstep strategies".\n'],
  );
});

test('an import that the engine still reads for is told as such, never as done', async (t) => {
  const server = await serve(t, { engine: tradingEngine() });
  server.engine.answerWith = async (command) => ({
    ok: true,
    answer: { ...doneAnswer(command, 1), state: 'running', plan: { steps: [], cost: null } },
  });
  const file = join(temporaryFolder(t), 'old.csv');
  writeFileSync(
    file,
    'id,strategyName,instrument,side,amount,entryPrice,entryTime\n1,razor,X,long,1,2,2026-01-31T12:00:00Z\n',
  );
  for (const more of [[], ['--dry-run']]) {
    const args = ['import', file, '--source', 'old', '--data', server.dataDir, ...more];
    const { code, out, err } = await lockstep(args);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /still reads .* what has entered by then is not entered twice/);
  }
});

test('report, journal and open', async (t) => {
  const server = await serve(t, { engine: tradingEngine() });
  const data = ['--data', server.dataDir];
  assert.match((await lockstep(['report', ...data])).out, new RegExp(`^${report(1).id} `));
  const missing = await lockstep(['report', 'none', ...data]);
  assert.deepEqual(
    [missing.code, missing.err],
    [1, 'There is no report "none". GET /api/v1/reports lists them.\n'],
  );
  const journal = await lockstep(['journal', '--after', '1', '--limit', '2', ...data]);
  assert.deepEqual(
    journal.out
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(/ +/)[0]),
    ['FACT', '2', '3'],
  );
  assert.equal(
    (
      JSON.parse((await lockstep(['journal', '--at', '3', ...data])).out) as {
        readonly seq: number;
      }
    ).seq,
    3,
  );
  assert.equal((await lockstep(['journal', '--at', '9999', ...data])).code, 1);
  const link = /http:\S+/.exec((await lockstep(['open', ...data])).out)?.[0] ?? '';
  assert.equal(new URL(link).port, String(server.port));
});

test('a broken status, a halted strategy and a missing stop are told as such', async (t) => {
  const engine = tradingEngine();
  const bare = position(2, '0.0011', {
    stop: { state: 'missing', amount: dec('0'), orderId: null, price: null },
  });
  const halted = strategy(1, {
    position: trade(2).id,
    control: { value: 'halted', by: 'anna', reason: 'odd fills', at: '2026-03-02T10:00:00.000Z' },
  });
  engine.commit((seq) =>
    facts(seq - 1, [
      { type: 'POSITION_CHANGED', v: 1, data: { position: bare } },
      statusBody(halted, 'CONTROL_CHANGED'),
    ]),
  );
  const server = await serve(t, { engine });
  const { out } = await lockstep(['status', '--data', server.dataDir]);
  assert.match(out, /The kill switch is on\./);
  assert.match(
    out,
    /razor +halted +long 0\.0011 BTC_USDC-PERPETUAL +STOP MISSING +“odd fills” \(anna\)/,
  );
});

test('without an engine the exit code is 3; a wrong token is told with its file', async (t) => {
  const folder = temporaryFolder(t);
  for (const argv of [
    ['status'],
    ['trades'],
    ['pause', 'razor'],
    ['reconcile'],
    ['open'],
    ['journal'],
  ]) {
    const { code, err } = await lockstep([...argv, '--data', folder]);
    assert.equal(code, 3, argv[0]);
    assert.match(err, new RegExp(`^No engine runs on the data folder ${folder}\\. Start one with`));
  }
  const server = await serve(t);
  writeFileSync(`${server.dataDir}/api-token`, `${'x'.repeat(43)}\n`);
  const { code, err } = await lockstep(['status', '--data', server.dataDir]);
  assert.deepEqual(
    [code, err],
    [1, `The API token was refused. It stands in ${server.dataDir}/api-token.\n`],
  );
});

test('kill without an engine goes to the exchange itself and ends with its exit code', async (t) => {
  const folder = temporaryFolder(t);
  const { code, err, given } = await lockstep(['kill', '--reason', 'odd fills', '--data', folder], {
    runnerCode: 3,
  });
  assert.equal(code, 3);
  assert.equal(err, 'No engine answers: going to the exchange directly.\n');
  assert.deepEqual(given, [
    {
      venueUrl: 'ws://127.0.0.1:8788/ws/api/v2',
      httpUrl: 'http://127.0.0.1:8788/api/v2',
      login: 'secret',
      credentials: { clientId: 'practice-engine', clientSecret: 'practice-engine-secret' },
      instruments: ['BTC_USDC-PERPETUAL'],
      dataDir: folder,
      strength: 'cancel',
      reason: 'odd fills',
    },
  ]);
  assert.equal((await lockstep(['kill', '--reason', 'x', '--dry-run', '--data', folder])).code, 3);
});

test('a configuration with faults does not stop a kill, unless it hides where to go', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'own.toml');
  const kill = ['kill', '--reason', 'x', '--data', folder, '--config', file];
  writeFileSync(
    file,
    'mode = "practice"\n[risk]\nmax_oder_usd = 5\n[venue]\nurl = "ws://127.0.0.1:9999/ws/api/v2"\n',
  );
  const ran = await lockstep(kill);
  assert.equal(ran.code, 0);
  assert.match(ran.err, /Unknown setting risk\.max_oder_usd/);
  assert.equal(
    (ran.given[0] as { readonly venueUrl: string }).venueUrl,
    'ws://127.0.0.1:9999/ws/api/v2',
  );
  writeFileSync(file, 'mode = "testnet"\n');
  const keyless = await lockstep(kill);
  assert.deepEqual([keyless.code, keyless.given], [1, []]);
  assert.match(keyless.err, /DERIBIT_CLIENT_ID is missing/);
  writeFileSync(file, 'mode = \n');
  assert.deepEqual((await lockstep(kill)).given, []);
});
