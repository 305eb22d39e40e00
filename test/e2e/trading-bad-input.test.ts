/**
 * Wrong input over the real programs: each start ends with its exit code and words that name what was wrong and what is
 * accepted, each request is refused by name, and at the end the exchange has not seen a single order.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { type Practice, type Run, startPractice, startRun, writeConfig } from './support/demo.ts';
import { PERPETUAL, Refused } from './support/exchange.ts';
import { type Owner, startLockstep, temporaryFolder } from './support/process.ts';

const LIMIT = { timeout: 15_000 };

/** What a start is given beside a data folder of its own, how it must end, and what it must have said. */
type BadStart = {
  readonly what: string;
  readonly args: (owner: Owner) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly says: readonly RegExp[];
};

function fileWith(owner: Owner, name: string, text: string): string {
  const path = join(temporaryFolder(owner), name);
  writeFileSync(path, text);
  return path;
}

const HEADER = 'timestamp,open,high,low,close,volume';
const GOOD_ROW = '2026-03-02T10:00:00.000Z,1,1,1,1,1';

describe('wrong input', () => {
  const endings: (() => unknown)[] = [];
  const owner = { after: (ended: () => unknown) => void endings.push(ended) };
  let practice: Practice;
  let running: Run;
  let dataDir: string;

  before(async () => {
    practice = await startPractice(owner, { seed: 81 });
    dataDir = temporaryFolder(owner);
    running = await startRun(owner, { config: writeConfig(owner, practice), dataDir });
    await (await running.follow()).status('analyzing');
  });
  after(async () => {
    for (const ended of endings.toReversed()) await ended();
  });

  const run = (config: string): readonly string[] => [
    'run',
    '--no-open',
    '--port',
    '0',
    '--config',
    config,
  ];
  const starts: readonly BadStart[] = [
    {
      what: 'an unknown key of the configuration',
      args: (t) => run(writeConfig(t, { ...practice, top: '[reconcile]\nevery_secnds = 30' })),
      code: 1,
      says: [/lockstep\.toml/, /every_secnds/, /every_seconds/],
    },
    {
      what: 'a wrong value in the configuration',
      args: (t) => run(writeConfig(t, { ...practice, top: '[risk]\nmax_order_usd = "much"' })),
      code: 1,
      says: [/max_order_usd/, /much/, /USD above 0/],
    },
    {
      what: 'an unknown setting of a strategy',
      args: (t) => run(writeConfig(t, { ...practice, strategy: 'stop_los_percent = "0.5"' })),
      code: 1,
      says: [/stop_los_percent/, /stop_loss_percent/],
    },
    {
      what: 'a configuration that is not there',
      args: () => run('/nowhere/lockstep.toml'),
      code: 1,
      says: [/\/nowhere\/lockstep\.toml/, /does not exist/],
    },
    {
      what: 'a broken price file',
      args: (t) => [
        'practice',
        '--port',
        '0',
        '--prices',
        fileWith(t, 'p.csv', `${HEADER}\n${GOOD_ROW}\n2026-03-02T10:01:00.000Z,1,x,1,1,1\n`),
      ],
      code: 1,
      says: [/p\.csv/, /line 3/, /high/, /"x"/],
    },
    {
      what: 'a price file that is not there',
      args: () => [
        'demo',
        '--no-open',
        '--port',
        '0',
        '--practice-port',
        '0',
        '--prices',
        '/nowhere/p.csv',
      ],
      code: 1,
      says: [/\/nowhere\/p\.csv/, /does not exist/],
    },
    {
      what: 'an instrument that the exchange does not have',
      args: (t) =>
        run(writeConfig(t, { ...practice, strategy: 'instrument = "DOGE_USDC-PERPETUAL"' })),
      code: 1,
      says: [/DOGE_USDC-PERPETUAL/],
    },
    {
      what: 'the port of the exchange taken',
      args: () => ['practice', '--port', String(practice.exchange.port)],
      code: 1,
      says: [/taken/, /practice --port N/],
    },
    {
      what: 'the port of the dashboard taken',
      args: (t) => [
        'run',
        '--no-open',
        '--port',
        String(running.engine().port),
        '--config',
        writeConfig(t, practice),
      ],
      code: 1,
      says: [/taken|in use/, /--port/],
    },
    {
      what: 'a flag that does not exist',
      args: () => ['demo', '--pricse', 'x.csv'],
      code: 2,
      says: [/--pricse/, /--prices/],
    },
    {
      what: 'a speed beyond its bounds',
      args: () => ['practice', '--speed', '5000'],
      code: 2,
      says: [/--speed/, /from 0 to 1000/],
    },
    {
      what: 'a key that the exchange does not know',
      args: (t) => run(writeConfig(t, practice)),
      env: { DERIBIT_CLIENT_ID: 'practice-nobody', DERIBIT_CLIENT_SECRET: 'not-to-be-shown' },
      code: 1,
      says: [/refuses the API key/, /check its id and secret/],
    },
  ];

  describe('is refused by name', { concurrency: 3 }, () => {
    for (const { what, args, env = {}, code, says } of starts) {
      test(`${what}: refused with exit code ${code}, in words`, LIMIT, async (t) => {
        const started = startLockstep(t, [...args(t), '--data', temporaryFolder(t)], env);
        const { code: ended } = await started.ended;
        const said = started.said();
        assert.equal(ended, code, said);
        for (const pattern of says) assert.match(said, pattern);
        assert.doesNotMatch(said, /\n\s+at .*:\d+:\d+/, 'no stack');
        assert.doesNotMatch(said, /not-to-be-shown/);
      });
    }

    test(
      '[I44] [F17] twin: a data folder in use: the second engine is refused and the first goes on',
      LIMIT,
      async (t) => {
        const second = startLockstep(t, [...run(writeConfig(t, practice)), '--data', dataDir]);
        assert.equal((await second.ended).code, 1);
        assert.match(
          second.said(),
          new RegExp(`in use by the process with pid ${running.process.pid}`),
        );
        assert.equal((await running.engine().status()).assurance, 'verified');
      },
    );

    test(
      'the control API: amounts off the grid, unknown instruments and fields are refused by name',
      LIMIT,
      async () => {
        const order = { instrument: PERPETUAL, direction: 'buy', amount: '0.001' };
        const bad = [
          [{ ...order, amount: '0.00015' }, /amount/],
          [{ ...order, amount: '-1' }, /amount/],
          [{ ...order, amount: 'NaN' }, /amount/],
          [{ ...order, price: '60000.13' }, /price|tick/],
          [
            { ...order, instrument: 'DOGE_USDC-PERPETUAL' },
            /DOGE_USDC-PERPETUAL.*BTC_USDC-PERPETUAL/,
          ],
          [{ ...order, colour: 'red' }, /colour/],
          [{ ...order, direction: 'up' }, /direction.*buy or sell/],
        ] as const;
        for (const [body, words] of bad)
          await assert.rejects(
            practice.exchange.post('order', body),
            (error) =>
              error instanceof Refused && error.status === 400 && words.test(error.message),
            JSON.stringify(body),
          );
      },
    );

    test(
      "the exchange's protocol: malformed frames and orders off the grid get errors, and the connection stays",
      LIMIT,
      async (t) => {
        const socket = new WebSocket(`ws://127.0.0.1:${practice.exchange.port}/ws/api/v2`);
        t.after(() => socket.terminate());
        const answers: {
          error?: { code: number; message: string; data?: unknown };
          result?: unknown;
          id?: unknown;
        }[] = [];
        const waiting: (() => void)[] = [];
        socket.on('message', (data: Buffer) => {
          answers.push(JSON.parse(data.toString('utf8')) as (typeof answers)[number]);
          waiting.shift()?.();
        });
        await new Promise((resolve) => socket.once('open', resolve));
        const send = async (text: string) => {
          const answered = new Promise<void>((resolve) => waiting.push(resolve));
          socket.send(text);
          await answered;
          return answers.at(-1);
        };
        const call = (method: string, params: object) =>
          send(JSON.stringify({ jsonrpc: '2.0', id: 7, method, params }));
        for (const text of [
          '',
          '{',
          'null',
          '[]',
          '"x"',
          '{"jsonrpc":"2.0"}',
          '{"id":1,"method":5}',
          `{"a":${'['.repeat(2_000)}`,
        ])
          assert.ok((await send(text))?.error !== undefined, `${text.slice(0, 20)} gets an error`);
        await call('public/auth', {
          grant_type: 'client_credentials',
          client_id: 'practice-engine',
          client_secret: 'practice-engine-secret',
        });
        for (const params of [
          { instrument_name: PERPETUAL, amount: 0.00015, type: 'market' },
          { instrument_name: 'DOGE_USDC-PERPETUAL', amount: 1, type: 'market' },
          { instrument_name: PERPETUAL, amount: '1e999', type: 'market' },
          { instrument_name: PERPETUAL, amount: 0.001, type: 'limit', price: 60_000.13 },
        ])
          assert.ok(
            (await call('private/buy', params))?.error !== undefined,
            JSON.stringify(params),
          );
        assert.ok((await call('public/test', {}))?.result !== undefined, 'it still answers');
      },
    );

    test(
      "the engine's stream and API: what is malformed is refused, and the engine goes on",
      LIMIT,
      async (t) => {
        const { request, port } = running.engine();
        for (const text of [
          '{',
          '[]',
          '{"type":"SUBSCRIBE","since":-1}',
          '{"type":"BUY"}',
          'x'.repeat(100_000),
        ]) {
          const headers = { authorization: `Bearer ${running.engine().token}` };
          const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/stream`, { headers });
          t.after(() => socket.terminate());
          socket.on('open', () => socket.send(text));
          const code = await new Promise<number>((resolve) => socket.on('close', resolve));
          assert.ok([4400, 1009].includes(code), `${text.slice(0, 30)} closed with ${code}`);
        }
        const stranger = await request('/api/v1/status', {
          headers: { authorization: 'Bearer wrong' },
        });
        assert.equal(stranger.status, 401);
        const json = { 'content-type': 'application/json', 'idempotency-key': 'bad-input-1' };
        const unknown = await request('/api/v1/strategies/raser/pause', {
          method: 'POST',
          headers: json,
          body: '{}',
        });
        assert.equal(unknown.status, 404, JSON.stringify(unknown.body));
        const broken = await request('/api/v1/kill', { method: 'POST', headers: json, body: '{' });
        assert.equal(broken.status, 400);
        assert.equal((await running.engine().reconcile()).ok, true);
      },
    );
  });

  test('nothing of all that was ever sent as an order', LIMIT, async () => {
    assert.deepEqual((await practice.exchange.state()).orders, []);
    assert.deepEqual(
      await running.engine().facts('ORDER_INTENDED', 'BREAK_OPENED', 'CONTROL_CHANGED'),
      [],
    );
  });
});
