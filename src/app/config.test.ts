/** The configuration: order of the sources, every refusal in its words, secrets nowhere, and what is refused for safety. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { problemLine, refusalLine } from './cli-config.ts';
import { type ConfigRequest, loadConfig } from './config.ts';

const KEY = { DERIBIT_CLIENT_ID: 'id-of-a-test-key', DERIBIT_CLIENT_SECRET: 'canary-secret-4711' };

function load(
  context: TestContext,
  {
    toml,
    env = {},
    flags = {},
  }: {
    readonly toml?: string;
    readonly env?: ConfigRequest['env'];
    readonly flags?: ConfigRequest['flags'];
  },
) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-config-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'lockstep.toml');
  if (toml !== undefined) writeFileSync(file, toml);
  return { file, result: loadConfig({ flags, env, file: toml === undefined ? undefined : file }) };
}

const taken = (context: TestContext, given: Parameters<typeof load>[1]) => {
  const { result } = load(context, given);
  assert.ok(result.ok, JSON.stringify(result));
  return result.config;
};

/** The one account of a configuration without `[[account]]`. */
const only = ({ accounts }: ReturnType<typeof taken>) => {
  const [account] = accounts;
  assert.ok(account !== undefined && accounts.length === 1);
  return account;
};

/** The lines that a person sees, with the file's folder left out. */
const told = (context: TestContext, given: Parameters<typeof load>[1]): readonly string[] => {
  const { result, file } = load(context, given);
  assert.ok(!result.ok && 'problems' in result, JSON.stringify(result));
  return result.problems.map((problem) => problemLine('en', problem).replaceAll(file, 'FILE'));
};

test('without anything, practice runs one Razor on the practice exchange of this machine', (t) => {
  const config = taken(t, {});
  assert.equal(config.mode, 'practice');
  assert.equal(config.login, 'secret');
  assert.equal(config.venueUrl, 'ws://127.0.0.1:8788/ws/api/v2');
  assert.equal(config.practiceOrigin, 'http://127.0.0.1:8788');
  assert.deepEqual(
    [config.host, config.port, config.speed, config.checkEverySeconds],
    ['127.0.0.1', 8787, 1, 30],
  );
  assert.match(config.dataDir, /\/\.lockstep\/practice$/);
  assert.deepEqual(only(config).risk, {
    maxDailyLossUsd: '200',
    maxOrderUsd: '1000',
    maxPositionUsd: '1000',
    maxOpenOrders: 20,
  });
  const [strategy] = only(config).strategies;
  assert.deepEqual(
    [strategy?.id, strategy?.kind, strategy?.instrument, strategy?.claim],
    ['razor', 'razor', 'BTC_USDC-PERPETUAL', true],
  );
  assert.equal(strategy?.settings['size_usd'], '100');
});

test('the file beats defaults, the environment beats the file, flags beat all', (t) => {
  const toml =
    'mode = "practice"\n[server]\nport = 9001\n[reconcile]\nevery_seconds = 20\n[risk]\nmax_daily_loss_usd = "50.5"\nmax_order_usd = 75\n[venue]\nspeed = 5\n';
  const config = taken(t, {
    toml,
    env: {
      LOCKSTEP_PORT: '9002',
      LOCKSTEP__RECONCILE__EVERY_SECONDS: '10',
      LOCKSTEP__RISK__MAX_ORDER_USD: '80.25',
      LOCKSTEP_PRACTICE_PORT: '9100',
      LOCKSTEP_LANG: 'nl',
    },
    flags: {
      'server.port': { flag: '--port', value: '0' },
      data_dir: { flag: '--data', value: '/tmp/x' },
    },
  });
  assert.deepEqual(
    [config.port, config.checkEverySeconds, config.speed, config.dataDir, config.lang],
    [0, 10, 5, '/tmp/x', 'nl'],
  );
  assert.deepEqual(
    [only(config).risk.maxDailyLossUsd, only(config).risk.maxOrderUsd],
    ['50.5', '80.25'],
  );
  assert.equal(config.venueUrl, 'ws://127.0.0.1:9100/ws/api/v2');
});

test('unknown names and wrong values are all told, each with where, what stood there and what is accepted', (t) => {
  const toml =
    'mood = "practice"\n[server]\nprot = 1\nport = 70000\n[risk]\nmax_order_usd = "-5"\nmax_open_orders = 2.5\n[server.tls]\ncert = "x"\n';
  assert.deepEqual(
    told(t, { toml, env: { LOCKSTEP__RISK__MAX_ODER_USD: '5', LOCKSTEP_PORT: 'http' } }),
    [
      'FILE: Unknown setting mood. Did you mean mode?',
      'FILE: Unknown setting server.prot. Did you mean server.port?',
      'FILE: server.port: found 70000; accepted is a whole number from 0 to 65535.',
      'FILE: Unknown setting server.tls. Did you mean server.host?',
      'FILE: risk.max_order_usd: found "-5"; accepted is an amount in USD above 0, such as "200".',
      'FILE: risk.max_open_orders: found 2.5; accepted is a whole number from 1 to 1000.',
      'LOCKSTEP__RISK__MAX_ODER_USD: Unknown setting risk.max_oder_usd. Did you mean risk.max_order_usd?',
      'LOCKSTEP_PORT: server.port: found "http"; accepted is a whole number from 0 to 65535.',
    ],
  );
});

test('strategies are read by their kind; ids are unique', (t) => {
  const toml = `
[[strategy]]
id = "one"
kind = "razor"
size_usd = 250
cooldown_minutes = 0
[[strategy]]
id = "two"
kind = "razor"
claim = false
instrument = "ETH_USDC-PERPETUAL"
`;
  const { strategies } = only(taken(t, { toml }));
  assert.deepEqual(
    strategies.map(({ id, instrument, claim, settings }) => [
      id,
      instrument,
      claim,
      settings['size_usd'],
    ]),
    [
      ['one', 'BTC_USDC-PERPETUAL', true, '250'],
      ['two', 'ETH_USDC-PERPETUAL', false, '100'],
    ],
  );
  assert.deepEqual(told(t, { toml: '[[strategy]]\nid = "A b"\nkind = "razr"\n' }), [
    'FILE: strategy "A b".id: found "A b"; accepted is 1 to 16 small letters, digits and "-".',
    'FILE: strategy "A b".kind: found "razr"; accepted is "razor" (did you mean "razor"?).',
  ]);
  const [slip, bound] = told(t, {
    toml: '[[strategy]]\nid = "r"\nkind = "razor"\nsize_us = 5\nstop_loss_percent = "90"\n',
  });
  assert.match(slip ?? '', /^FILE: strategy "r"\.size_us: .*size_usd/);
  assert.match(
    bound ?? '',
    /^FILE: strategy "r"\.stop_loss_percent: found "90"; accepted is a decimal from 0\.05 to 20/,
  );
  assert.deepEqual(
    told(t, {
      toml: '[[strategy]]\nid = "r"\nkind = "razor"\n[[strategy]]\nid = "r"\nkind = "razor"\n',
    }),
    ['FILE: strategy.id: found "r" twice; accepted is a different id for each strategy.'],
  );
  assert.deepEqual(told(t, { toml: '[strategy]\nid = "r"\n' }), [
    'FILE: strategy: found {"id":"r"}; accepted is tables, each headed [[strategy]].',
  ]);
  assert.deepEqual(told(t, { toml: '[[strategy]]\nkind = "razor"\n' }), [
    'FILE: strategy 1.id is missing; accepted is 1 to 16 small letters, digits and "-".',
  ]);
});

test('a file that is missing, broken or a folder is told in words', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const words = (file: string): string => {
    const result = loadConfig({ flags: {}, env: {}, file });
    assert.ok(!result.ok && 'problems' in result);
    return result.problems.map((problem) => problemLine('en', problem)).join('\n');
  };
  assert.equal(
    words(join(folder, 'none.toml')),
    `Cannot read the configuration ${join(folder, 'none.toml')}: it does not exist`,
  );
  assert.equal(words(folder), `Cannot read the configuration ${folder}: it is a folder`);
  writeFileSync(join(folder, 'bad.toml'), 'mode = "practice"\n[server\nport = 1\n');
  assert.match(words(join(folder, 'bad.toml')), /bad\.toml: line 2, column \d+: /);
});

test('testnet needs a key of its own from the environment, and its strategies stated; nothing is claimed by default', (t) => {
  const toml = 'mode = "testnet"\n[[strategy]]\nid = "r"\nkind = "razor"\n';
  assert.deepEqual(told(t, { toml: 'mode = "testnet"\n' }), [
    'FILE: strategy is missing; accepted is at least one table headed [[strategy]].',
    'environment: DERIBIT_CLIENT_ID is missing; accepted is that of a testnet key with trade:read_write account:read.',
    'environment: DERIBIT_CLIENT_SECRET is missing; accepted is that of a testnet key with trade:read_write account:read.',
  ]);
  const config = taken(t, { toml, env: KEY });
  assert.equal(config.venueUrl, 'wss://test.deribit.com/ws/api/v2');
  assert.equal(config.practiceOrigin, null);
  assert.equal(only(config).strategies[0]?.claim, false);
  assert.deepEqual(only(config).credentials, {
    clientId: KEY.DERIBIT_CLIENT_ID,
    clientSecret: KEY.DERIBIT_CLIENT_SECRET,
  });
  assert.equal(
    taken(t, {
      toml: toml.replace('mode = "testnet"\n', ''),
      env: { ...KEY, DERIBIT_TESTNET: 'true' },
    }).mode,
    'testnet',
  );
});

test('a practice exchange is never shown the key of a real one', (t) => {
  assert.equal(only(taken(t, { env: KEY })).credentials.clientId, 'practice-engine');
  const own = {
    DERIBIT_CLIENT_ID: 'practice-other',
    DERIBIT_CLIENT_SECRET: 'practice-other-secret',
  };
  assert.equal(only(taken(t, { env: own })).credentials.clientId, 'practice-other');
});

test('what could put money at risk is refused, whatever else is right or wrong', (t) => {
  const refused = (given: Parameters<typeof load>[1]): string => {
    const { result } = load(t, given);
    assert.ok(!result.ok && 'refusal' in result, JSON.stringify(result));
    return `${result.refusal.code}: ${refusalLine('en', result.refusal)}`;
  };
  const razor = '[[strategy]]\nid = "r"\nkind = "razor"\n';
  assert.match(
    refused({ toml: `mode = "live"\n${razor}`, env: KEY }),
    /^live_not_armed: Live trading is refused/,
  );
  assert.match(
    refused({ toml: `mode = "live"\n${razor}`, env: { ...KEY, DERIBIT_TESTNET: 'true' } }),
    /^testnet_with_live: /,
  );
  assert.match(
    refused({ toml: `mode = "testnet"\n[venue]\nspeed = 2\n${razor}`, env: KEY }),
    /^speed_outside_practice: /,
  );
  assert.match(
    refused({
      toml: `mode = "testnet"\n[venue]\nurl = "wss://www.deribit.com/ws/api/v2"\n${razor}`,
      env: KEY,
    }),
    /^wrong_venue: Mode "testnet" may not connect to www\.deribit\.com/,
  );
  assert.match(
    refused({ toml: '[venue]\nurl = "wss://test.deribit.com/ws/api/v2"\n' }),
    /^wrong_venue: Mode "practice"/,
  );
  assert.match(
    refused({ toml: '[venue]\nurl = "ws://10.0.0.7:8788/ws/api/v2"\n' }),
    /^plain_venue: /,
  );
  assert.match(
    refused({ toml: 'prot = 1\n[server]\nhost = "0.0.0.0"\n' }),
    /^host_beyond_loopback: /,
  );
});

test('the addresses of the venue: HTTP beside the WebSocket, public streams elsewhere only where they are named', (t) => {
  const { marketUrl, httpUrl } = taken(t, {});
  assert.deepEqual([marketUrl, httpUrl], [undefined, 'http://127.0.0.1:8788/api/v2']);
  const testnet = 'mode = "testnet"\n[[strategy]]\nid = "r"\nkind = "razor"\n';
  assert.equal(taken(t, { toml: testnet, env: KEY }).httpUrl, 'https://test.deribit.com/api/v2');
  const split = taken(t, {
    toml: '[venue]\nurl = "wss://gate.example.com/ws/v9/"\nmarket_url = "wss://streams.example.com/ws/api/v2"\n',
  });
  assert.deepEqual(
    [split.venueUrl, split.marketUrl, split.httpUrl],
    [
      'wss://gate.example.com/ws/v9/',
      'wss://streams.example.com/ws/api/v2',
      'https://gate.example.com/v9',
    ],
  );
  assert.notEqual(only(split).configHash, only(taken(t, {})).configHash);
  const own = taken(t, {
    toml: '[venue]\nurl = "wss://gate.example.com/socket"\nhttp_url = "https://other.example.com:8443/api/v2/"\n',
  });
  assert.equal(own.httpUrl, 'https://other.example.com:8443/api/v2');
  assert.equal(
    taken(t, { toml: '[venue]\nurl = "wss://gate.example.com/socket"\n' }).httpUrl,
    'https://gate.example.com/api/v2',
  );
  assert.deepEqual(
    told(t, {
      toml: '[venue]\nmarket_url = "https://x.example.com"\nhttp_url = "https://u:p@x/"\n',
    }),
    [
      'FILE: venue.market_url: found "https://x.example.com"; accepted is a WebSocket address such as "wss://test.deribit.com/ws/api/v2".',
      'FILE: venue.http_url: found "https://u:p@x/"; accepted is an HTTP address such as "https://test.deribit.com/api/v2".',
    ],
  );
});

test('hosts of the real exchange are known under every name, at every address of the venue', (t) => {
  const hosts = [
    'www.deribit.com',
    'deribit.com',
    'streams.deribit.com',
    'WWW.Deribit.COM',
    'www.deribit.com.',
    'drb.coinbase.com',
    'streams.drb.coinbase.com',
    'test.drb.coinbase.com',
  ];
  const addresses = (host: string): readonly string[] => [
    `url = "wss://${host}/ws/api/v2"`,
    `market_url = "wss://${host}/ws/api/v2"`,
    `http_url = "https://${host}/api/v2"`,
  ];
  const codeOf = (mode: string, line: string): string => {
    const toml = `mode = "${mode}"\n[venue]\n${line}\n[[strategy]]\nid = "r"\nkind = "razor"\n`;
    const { result } = load(t, { toml, env: mode === 'practice' ? {} : KEY });
    if (result.ok) return 'taken';
    return 'refusal' in result ? result.refusal.code : 'problem';
  };
  for (const host of hosts)
    for (const line of addresses(host)) {
      assert.equal(codeOf('practice', line), 'wrong_venue', line);
      assert.equal(codeOf('testnet', line), 'wrong_venue', line);
      assert.equal(codeOf('live', line), 'live_not_armed', line);
    }
  for (const line of addresses('test.deribit.com')) {
    assert.equal(codeOf('practice', line), 'wrong_venue', line);
    assert.equal(codeOf('testnet', line), 'taken', line);
  }
  for (const line of addresses('notderibit.com').concat(addresses('coinbase.com.example.org')))
    assert.equal(codeOf('practice', line), 'taken', line);
  for (const line of [
    'market_url = "ws://10.0.0.7/ws/api/v2"',
    'http_url = "http://10.0.0.7/api/v2"',
  ])
    assert.equal(codeOf('practice', line), 'plain_venue', line);
});

test('[I46] no secret stands in a problem or in the hash; the hash follows all that decides how it trades', (t) => {
  const toml = 'mode = "testnet"\n[[strategy]]\nid = "r"\nkind = "razor"\n';
  const one = only(taken(t, { toml, env: KEY }));
  const other = only(
    taken(t, { toml, env: { ...KEY, DERIBIT_CLIENT_SECRET: 'another-secret-0815' } }),
  );
  assert.match(one.configHash, /^[0-9a-f]{12}$/);
  assert.equal(one.configHash, other.configHash);
  assert.equal(
    only(taken(t, { toml, env: { ...KEY, LOCKSTEP_PORT: '1' } })).configHash,
    one.configHash,
  );
  assert.notEqual(
    only(taken(t, { toml: `${toml}size_usd = 101\n`, env: KEY })).configHash,
    one.configHash,
  );
  assert.notEqual(
    only(taken(t, { toml, env: { ...KEY, LOCKSTEP__RISK__MAX_ORDER_USD: '5' } })).configHash,
    one.configHash,
  );
  const lines = told(t, { toml, env: { ...KEY, LOCKSTEP_PORT: 'x', DERIBIT_TESTNET: 'perhaps' } });
  assert.equal(lines.length, 2);
  assert.equal(lines.join('\n').includes(KEY.DERIBIT_CLIENT_SECRET), false);
});

const SECRET = 'canary-of-the-webhook';
const channel = (url: string, secret = SECRET): string =>
  `[alerts]\nwebhook_url = "${url}"\nwebhook_secret = "${secret}"\n`;

test('[I46] the webhook: taken from file or environment, part of no hash, and never told where it is wrong', (t) => {
  const url = 'https://hooks.example.com:8443/canary-path?x=1';
  const config = taken(t, { toml: channel(url) });
  assert.deepEqual(config.webhook, { url, secret: SECRET });
  assert.equal(only(config).configHash, only(taken(t, {})).configHash);
  const env = {
    LOCKSTEP__ALERTS__WEBHOOK_URL: 'http://127.0.0.1:9/',
    LOCKSTEP__ALERTS__WEBHOOK_SECRET: SECRET,
  };
  assert.deepEqual(taken(t, { env }).webhook?.url, 'http://127.0.0.1:9/');
  assert.equal(taken(t, {}).webhook, null);
  for (const wrong of [
    'http://hooks.example.com/canary',
    'https://user:canary@hooks.example.com/',
    'https://hooks.example.com/#canary',
    'ftp://hooks.example.com/canary',
    'canary',
  ]) {
    const lines = told(t, { toml: channel(wrong) });
    assert.match(lines[0] ?? '', /alerts\.webhook_url.*https address/, wrong);
    assert.ok(!lines.join().includes('canary'), lines.join());
  }
  const short = told(t, { toml: channel(url, 'canary') });
  assert.match(short[0] ?? '', /alerts\.webhook_secret.*16 to 200/);
  assert.ok(!short.join().includes('canary'), short.join());
  const unsigned = told(t, { toml: `[alerts]\nwebhook_url = "${url}"\n` });
  assert.match(unsigned.join(), /alerts\.webhook_secret/);
});
