/** The command line without an engine: options of the verbs that run something, wrong usage, help, and whole processes. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openSqliteJournal } from '../../src/edge/sqlite-journal.ts';
import { LANGUAGES } from '../../src/words/format.ts';
import { facts, story } from '../support/facts.ts';
import { lockstep } from '../support/cli.ts';
import { temporaryFolder } from '../support/serving.ts';

const run = promisify(execFile);
const VERBS = [
  'demo',
  'run',
  'practice',
  'open',
  'status',
  'strategies',
  'positions',
  'trades',
  'breaks',
  'alerts',
  'report',
  'journal',
  'reconcile',
  'pause',
  'resume',
  'drain',
  'flatten',
  'kill',
  'resolve',
  'take',
  'decode',
  'audit verify',
  'audit export',
];

test('demo: everything has a default; flags and environment change it', async () => {
  const env = { LOCKSTEP_DATA: '/tmp/from-env' };
  const { given, code } = await lockstep(['demo'], { env });
  assert.equal(code, 0);
  assert.deepEqual(given, [
    {
      practice: {
        port: 8788,
        dataDir: '/tmp/from-env',
        seed: null,
        speed: 20,
        prices: null,
        accounts: [],
        set: [],
        tier: 4,
        tlsPort: null,
        lang: 'en',
      },
      port: 8787,
      dataDir: '/tmp/from-env',
      webhook: null,
      openBrowser: true,
      lang: 'en',
    },
  ]);
  const flags = [
    '--no-open',
    '--data',
    '/tmp/x',
    '--port',
    '0',
    '--practice-port',
    '9001',
    '--seed',
    '7',
    '--speed',
    '0.5',
    '--prices',
    '/tmp/p.csv',
    '--tier',
    '1',
    '--lang',
    'nl',
  ];
  assert.deepEqual((await lockstep(['demo', ...flags], { env })).given, [
    {
      practice: {
        port: 9001,
        dataDir: '/tmp/x',
        seed: 7,
        speed: 0.5,
        prices: '/tmp/p.csv',
        accounts: [],
        set: [],
        tier: 1,
        tlsPort: null,
        lang: 'nl',
      },
      port: 0,
      dataDir: '/tmp/x',
      webhook: null,
      openBrowser: false,
      lang: 'nl',
    },
  ]);
  assert.match(JSON.stringify((await lockstep(['demo'])).given), /\/\.lockstep\/demo"/);
});

test('practice: speed 1, a folder of its own', async () => {
  const { given } = await lockstep([
    'practice',
    '--port',
    '0',
    '--speed',
    '0',
    '--data',
    '/tmp/x',
    '--tier',
    '0',
    '--tls-port',
    '8443',
  ]);
  assert.deepEqual(given, [
    {
      port: 0,
      dataDir: '/tmp/x',
      seed: null,
      speed: 0,
      prices: null,
      accounts: [],
      set: [],
      tier: null,
      tlsPort: 8443,
      lang: 'en',
    },
  ]);
  assert.match(
    JSON.stringify((await lockstep(['practice'])).given),
    /\/\.lockstep\/practice".*"speed":1,/,
  );
});

test('run: the configured venue', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'own.toml');
  writeFileSync(file, '[server]\nport = 9001\n[[strategy]]\nid = "r"\nkind = "razor"\n');
  const { given } = await lockstep([
    'run',
    '--config',
    file,
    '--data',
    folder,
    '--no-open',
    '--venue-url',
    'ws://127.0.0.1:9999/ws/api/v2',
  ]);
  const options = given[0] as Readonly<Record<string, unknown>>;
  assert.deepEqual(
    [
      options['mode'],
      options['venueUrl'],
      options['httpUrl'],
      options['practiceOrigin'],
      options['port'],
      options['dataDir'],
      options['openBrowser'],
      options['child'],
    ],
    [
      'practice',
      'ws://127.0.0.1:9999/ws/api/v2',
      'http://127.0.0.1:9999/api/v2',
      'http://127.0.0.1:9999',
      9001,
      folder,
      false,
      false,
    ],
  );
});

test('what is refused for safety ends with 11, what is wrong in a file with 1, wrong usage with 2', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'own.toml');
  writeFileSync(file, 'prot = 1\n');
  const cases: readonly (readonly [
    readonly string[],
    Readonly<Record<string, string>>,
    number,
    RegExp,
  ])[] = [
    [['run', '--venue', 'live'], {}, 11, /^Live trading is refused/],
    [
      ['run', '--venue', 'live'],
      { DERIBIT_TESTNET: 'true' },
      11,
      /^DERIBIT_TESTNET=true and mode "live"/,
    ],
    [['run', '--venue', 'testnet'], { LOCKSTEP__VENUE__SPEED: '2' }, 11, /^A speed other than 1/],
    [
      ['run', '--venue-url', 'wss://www.deribit.com/ws/api/v2'],
      {},
      11,
      /^Mode "practice" may not connect/,
    ],
    [['demo'], { LOCKSTEP_HOST: '0.0.0.0' }, 11, /^The dashboard listens on this machine only/],
    [
      ['run', '--config', file],
      {},
      1,
      /own\.toml: Unknown setting prot\. Did you mean server\.port\?/,
    ],
    [['run', '--config', join(folder, 'none.toml')], {}, 1, /does not exist/],
    [['run', '--venue', 'mars'], {}, 2, /^--venue: mode: found "mars"/],
    [['demo', '--port', '70000'], {}, 2, /--port.*from 0 to 65535/],
    [['demo', '--speed', '5000'], {}, 2, /--speed.*from 0 to 1000/],
    [['demo', '--seed', '-1'], {}, 2, /--seed/],
    [['demo', '--port', '9001', '--practice-port', '9001'], {}, 2, /can’t share port 9001/],
    [['statu'], {}, 2, /^There is no command “statu”\. Did you mean “status”\?/],
    [['status', '--jsn'], {}, 2, /^There is no option “--jsn” here\. Did you mean “--json”\?/],
    [['status', 'now'], {}, 2, /^There are more words/],
    [['pause'], {}, 2, /^“strategy” is missing/],
    [['kill'], {}, 2, /^“--reason <text>” is needed/],
    [['kill', '--reason'], {}, 2, /needs a value/],
    [['kill', '--reason', 'x', '--strength', 'hard'], {}, 2, /--strength/],
    [['resolve', 'b', '--reason', 'x'], {}, 2, /^Say exactly one of/],
    [['resolve', 'b', '--accept', '--flatten', '--reason', 'x'], {}, 2, /^Say exactly one of/],
    [['resolve', 'b', '--undo', '--accept', '--reason', 'x'], {}, 2, /^Say exactly one of/],
    [[], {}, 2, /^$/],
  ];
  for (const [argv, env, code, words] of cases) {
    const ran = await lockstep(argv, { env });
    assert.equal(ran.code, code, `${argv.join(' ')}: ${ran.err}`);
    assert.match(ran.err, words, argv.join(' '));
    assert.doesNotMatch(ran.err, /\n {4}at /);
    assert.deepEqual(ran.given, [], argv.join(' '));
  }
});

test('a runner that fails is told in words, with what to do, without a stack', async () => {
  const { runCli } = await import('../../src/app/cli-program.ts');
  let err = '';
  const fail = async (): Promise<number> => {
    throw Object.assign(new Error('Port 8787 is in use.'), {
      next: 'Choose another with --port, or 0 for a free one.',
    });
  };
  const world = {
    env: {},
    out: () => {},
    err: (text: string) => void (err += text),
    outIsTerminal: false,
    errIsTerminal: false,
  };
  assert.equal(
    await runCli(['demo'], world, {
      demo: fail,
      engine: fail,
      practice: fail,
      kill: fail,
      sim: fail,
    }),
    1,
  );
  assert.equal(err, 'Port 8787 is in use. Choose another with --port, or 0 for a free one.\n');
});

test('every verb explains itself in each language', async () => {
  for (const lang of LANGUAGES) {
    for (const verb of VERBS) {
      const { code, out } = await lockstep([...verb.split(' '), '--help', '--lang', lang]);
      assert.equal(code, 0, verb);
      assert.match(out, lang === 'en' ? /^Usage: lockstep/ : /^Gebruik: lockstep/, verb);
      assert.match(out, /--data <dir>/, verb);
      assert.doesNotMatch(out, /cli\.[a-z_]+/, `${verb} has a text without words`);
    }
  }
});

test('sim is given all of its arguments as they stand, and its exit code is ours', async () => {
  const args = ['--seed', '7', '--trace', '--help'];
  const { code, given } = await lockstep(['sim', ...args], { runnerCode: 1 });
  assert.equal(code, 1);
  assert.deepEqual(given, [args]);
});

test('audit verify walks the chain beside or without an engine, and names the seq where it breaks', async (t) => {
  const dataDir = temporaryFolder(t);
  const { journal } = await openSqliteJournal({
    dataDir,
    onFatal: (reason) => assert.fail(reason),
  });
  let expected = 0;
  for (const bodies of story(1)) {
    const batch = {
      expected,
      epoch: journal.opened.epoch,
      facts: facts(expected, bodies, journal.opened.epoch),
    };
    assert.equal((await journal.append(batch)).ok, true);
    expected += bodies.length;
  }
  const beside = await lockstep(['audit', 'verify', '--data', dataDir]);
  assert.equal(beside.code, 0, beside.err);
  assert.match(
    beside.out,
    new RegExp(`^Chain intact: ${expected} facts\\. Head [0-9a-f]{64}\\.\\n$`),
  );
  await journal.close();
  const exported = await lockstep(['audit', 'export', '--data', dataDir]);
  const lines = exported.out
    .trimEnd()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { readonly hash: string; readonly fact: { readonly seq: number } },
    );
  assert.equal(lines.length, expected);
  assert.equal(lines.at(-1)?.fact.seq, expected);
  assert.match(beside.out, new RegExp(lines.at(-1)?.hash ?? 'none'));
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(join(dataDir, 'journal.sqlite'));
  for (const { name } of db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all())
    db.exec(`DROP TRIGGER "${String(name)}"`);
  db.exec(
    "UPDATE facts SET text = replace(text, '91250.5', '91250.6') WHERE seq = (SELECT min(seq) FROM facts WHERE text LIKE '%91250.5%')",
  );
  const changed = Number(
    db.prepare("SELECT min(seq) AS seq FROM facts WHERE text LIKE '%91250.6%'").get()?.['seq'],
  );
  db.close();
  const broken = await lockstep(['audit', 'verify', '--data', dataDir]);
  assert.equal(broken.code, 9, broken.err);
  assert.match(broken.out, new RegExp(`^The chain is broken at fact ${changed}\\.`));
  const none = await lockstep(['audit', 'verify', '--data', join(dataDir, 'nothing')]);
  assert.equal(none.code, 1);
  assert.match(none.err, /there is no journal/);
});

test('as a process: the version, an exit code, and nothing but text when piped', async () => {
  const bin = join(import.meta.dirname, '..', '..', 'bin', 'lockstep.mjs');
  const { stdout } = await run(process.execPath, [bin, '--version']);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  const failed = await run(process.execPath, [bin, 'statu']).catch(
    (error: unknown) => error as { readonly code: number; readonly stderr: string },
  );
  assert.ok('code' in failed);
  assert.equal(failed.code, 2);
  assert.equal(failed.stderr, 'There is no command “statu”. Did you mean “status”?\n');
});

test('decode: a line of JSON per message, exit code 1 when one is not understood or a file is not there', async (t) => {
  const folder = temporaryFolder(t);
  const good = join(folder, 'good.txt');
  const frames = [
    '{"jsonrpc":"2.0","id":1,"result":{"version":"1.2.3"}}',
    '{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}',
  ];
  writeFileSync(good, frames.join('\n'));
  const read = await lockstep(['decode', '--method', 'public/test', good]);
  assert.equal(read.code, 0);
  assert.deepEqual(
    read.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    [
      { file: good, kind: 'answer', as: 'public/test', value: { version: '1.2.3' } },
      { file: good, kind: 'test_request' },
    ],
  );
  const bad = join(folder, 'bad.json');
  writeFileSync(bad, '{"jsonrpc":"2.0","id":1}');
  const mixed = await lockstep(['decode', bad, join(folder, 'none'), good]);
  assert.equal(mixed.code, 1);
  assert.match(mixed.out, /"not_understood"/);
  assert.match(mixed.err, /none: there is no such file/);
  assert.match(mixed.out, /"message":1,"kind":"not_understood"/);
  assert.match(mixed.err, /^messages: 3, not understood: 1\. /m);
});

test('decode: reads the standard input piece by piece, and says how it went', async () => {
  const bin = join(import.meta.dirname, '../../bin/lockstep.mjs');
  const frame = '{"jsonrpc":"2.0","id":1,"result":{"version":"1.2.3"}}';
  const running = promisify(execFile)(process.execPath, [bin, 'decode', '-']);
  running.child.stdin?.write(frame.slice(0, 20));
  running.child.stdin?.end(`${frame.slice(20)}\n${frame}`);
  const { stdout, stderr } = await running;
  const line = '{"file":"-","kind":"answer","as":"public/test","value":{"version":"1.2.3"}}\n';
  assert.equal(stdout, line.repeat(2));
  assert.equal(stderr, 'messages: 2, all understood\n');
});
