/** Several accounts by configuration: whose key, limits, journal and strategies are whose, and every refusal in its words. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { problemLine } from './cli-config.ts';
import { MOST_CONNECTIONS } from './config-accounts.ts';
import { type ConfigRequest, loadConfig } from './config.ts';

type Given = { readonly toml: string; readonly env?: ConfigRequest['env'] };

function load(context: TestContext, { toml, env = {} }: Given) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-config-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'lockstep.toml');
  writeFileSync(file, toml);
  return { file, result: loadConfig({ flags: {}, env, file }) };
}

const accountsOf = (context: TestContext, given: Given) => {
  const { result } = load(context, given);
  assert.ok(result.ok, JSON.stringify(result));
  return result.config.accounts;
};

const told = (context: TestContext, given: Given): readonly string[] => {
  const { result, file } = load(context, given);
  assert.ok(!result.ok && 'problems' in result, JSON.stringify(result));
  return result.problems.map((problem) => problemLine('en', problem).replaceAll(file, 'FILE'));
};

const strategy = (id: string, account?: string): string =>
  `[[strategy]]\nid = "${id}"\nkind = "razor"\n${account === undefined ? '' : `account = "${account}"\n`}`;
const BOTH = '[[account]]\nid = "main"\n[[account]]\nid = "hedge"\n';
const PEOPLED = `${BOTH}${strategy('razor')}${strategy('blade', 'hedge')}`;

const TESTNET = {
  DERIBIT_CLIENT_ID: 'id-of-main',
  DERIBIT_CLIENT_SECRET: 'canary-secret-1',
  DERIBIT_CLIENT_ID__HEDGE: 'id-of-hedge',
  DERIBIT_CLIENT_SECRET__HEDGE: 'canary-secret-2',
};

test('without [[account]] there is one, main, whose journal lies in the data folder', (t) => {
  const plain = accountsOf(t, { toml: 'data_dir = "/data"\n' });
  const named = accountsOf(t, { toml: 'data_dir = "/data"\n[[account]]\nid = "main"\n' });
  assert.deepEqual(plain, named);
  assert.deepEqual(
    plain.map(({ id, dataDir, credentials }) => [id, dataDir, credentials.clientId]),
    [['main', '/data', 'practice-engine']],
  );
});

test('each account has its own strategies, key, limits, journal and hash; what it leaves out is inherited', (t) => {
  const toml = `data_dir = "/data"\n[risk]\nmax_order_usd = "300"\n${BOTH}[account.risk]\nmax_position_usd = "50"\n${strategy('razor')}${strategy('blade', 'hedge')}`;
  const [main, hedge] = accountsOf(t, { toml });
  assert.ok(main !== undefined && hedge !== undefined);
  assert.deepEqual(
    [main, hedge].map(({ dataDir, strategies }) => [dataDir, strategies.map(({ id }) => id)]),
    [
      ['/data', ['razor']],
      ['/data/accounts/hedge', ['blade']],
    ],
  );
  assert.deepEqual(
    [main, hedge].map(({ risk }) => [risk.maxOrderUsd, risk.maxPositionUsd]),
    [
      ['300', '1000'],
      ['300', '50'],
    ],
  );
  assert.equal(hedge.credentials.clientSecret, 'practice-engine-hedge-secret');
  const alone = accountsOf(t, { toml: `[risk]\nmax_order_usd = "300"\n${strategy('razor')}` });
  assert.equal(alone[0]?.configHash, main.configHash, 'another account changes nothing for main');
  assert.notEqual(main.configHash, hedge.configHash);
});

test('[I46] keys come from the environment by the name of the account, and stand in no message', (t) => {
  const toml = `mode = "testnet"\n${PEOPLED}`;
  const accounts = accountsOf(t, { toml, env: TESTNET });
  assert.deepEqual(
    accounts.map(({ credentials }) => [credentials.clientId, credentials.clientSecret]),
    [
      ['id-of-main', 'canary-secret-1'],
      ['id-of-hedge', 'canary-secret-2'],
    ],
  );
  const { DERIBIT_CLIENT_SECRET__HEDGE: _secret, ...without } = TESTNET;
  assert.deepEqual(told(t, { toml, env: without }), [
    'environment: DERIBIT_CLIENT_SECRET__HEDGE is missing; accepted is that of a testnet key with trade:read_write account:read.',
  ]);
  const shared = { ...TESTNET, DERIBIT_CLIENT_ID__HEDGE: 'id-of-main' };
  assert.deepEqual(told(t, { toml, env: shared }), [
    'environment: DERIBIT_CLIENT_ID__HEDGE: found the key of account "main"; accepted is a key of its own for each account.',
  ]);
  assert.deepEqual(told(t, { toml, env: { ...TESTNET, DERIBIT_CLIENT_ID__HEDG: 'x' } }), [
    'environment: Unknown setting DERIBIT_CLIENT_ID__HEDG. Did you mean DERIBIT_CLIENT_ID__HEDGE?',
  ]);
  const single = accountsOf(t, {
    toml: `mode = "testnet"\n[[account]]\nid = "sub-1"\n${strategy('razor')}`,
    env: { ...KEY_OF_ONE },
  });
  assert.equal(single[0]?.credentials.clientId, 'id-of-one');
});

const KEY_OF_ONE = { DERIBIT_CLIENT_ID: 'id-of-one', DERIBIT_CLIENT_SECRET: 'canary-secret-3' };

test('unknown, repeated and unused names are refused, each with its field', (t) => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [
      `${BOTH}${strategy('razor')}${strategy('blade', 'hegde')}`,
      ['FILE: strategy "blade".account: found "hegde"; accepted is "main", "hedge".'],
    ],
    [
      `${BOTH}${strategy('razor')}${strategy('razor', 'hedge')}`,
      ['FILE: strategy.id: found "razor" twice; accepted is a different id for each strategy.'],
    ],
    [
      `${BOTH}[[account]]\nid = "hedge"\n${strategy('razor')}${strategy('blade', 'hedge')}`,
      ['FILE: account.id: found "hedge" twice; accepted is a different id for each account.'],
    ],
    [
      `${BOTH}${strategy('razor')}`,
      [
        'FILE: the strategy of account "hedge" is missing; accepted is at least one [[strategy]] with account = "hedge".',
      ],
    ],
    [
      `[[account]]\nid = "My account"\nkey = "x"\n`,
      [
        'FILE: account "My account".id: found "My account"; accepted is 1 to 16 small letters, digits and "-".',
        'FILE: Unknown setting account "My account".key.',
      ],
    ],
    [
      `[[account]]\nid = "main"\n[account.risk]\nmax_oder_usd = "5"\nmax_order_usd = 0\n`,
      [
        'FILE: Unknown setting account "main".risk.max_oder_usd. Did you mean max_order_usd?',
        'FILE: account "main".risk.max_order_usd: found 0; accepted is an amount in USD above 0, such as "200".',
      ],
    ],
    [
      '[account]\nid = "main"\n',
      ['FILE: account: found {"id":"main"}; accepted is tables, each headed [[account]].'],
    ],
  ];
  for (const [toml, lines] of cases) assert.deepEqual(told(t, { toml }), lines);
});

test('more connections than one address may have are refused in words', (t) => {
  const many = (count: number): string =>
    Array.from({ length: count }, (_, n) => `[[account]]\nid = "a${n}"\n`).join('') +
    Array.from({ length: count }, (_, n) => strategy(`s${n}`, `a${n}`)).join('');
  const most = MOST_CONNECTIONS / 2;
  assert.equal(accountsOf(t, { toml: many(most) }).length, most);
  const accepted =
    'accepted is at most 30 connections in one process: an account holds 2, one with a drop copy 3, and the exchange allows one address 32.';
  assert.deepEqual(told(t, { toml: many(most + 1) }), [
    `FILE: [[account]]: found 16 accounts with 32 connections; ${accepted}`,
  ]);
  const copied = {
    DERIBIT_DROP_COPY_CLIENT_ID__A3: 'practice-reader',
    DERIBIT_DROP_COPY_CLIENT_SECRET__A3: 'practice-reader-secret',
  };
  assert.deepEqual(told(t, { toml: many(most), env: copied }), [
    `FILE: [[account]]: found 15 accounts with 31 connections; ${accepted}`,
  ]);
});

const COPY = {
  DERIBIT_DROP_COPY_CLIENT_ID: 'copy-of-main',
  DERIBIT_DROP_COPY_CLIENT_SECRET: 'canary-secret-4',
};

test('[I56] the key of a drop copy belongs to one account: both its names or neither', (t) => {
  const toml = `mode = "testnet"\n${PEOPLED}`;
  const copies = (env: ConfigRequest['env']) =>
    accountsOf(t, { toml, env: { ...TESTNET, ...env } }).map(({ dropCopy }) => dropCopy);
  const copy = { clientId: 'copy-of-main', clientSecret: 'canary-secret-4' };
  assert.deepEqual(copies({}), [null, null]);
  assert.deepEqual(copies(COPY), [copy, null]);
  const ofHedge = {
    DERIBIT_DROP_COPY_CLIENT_ID__HEDGE: 'copy-of-main',
    DERIBIT_DROP_COPY_CLIENT_SECRET__HEDGE: 'canary-secret-4',
  };
  assert.deepEqual(copies(ofHedge), [null, copy]);
  const half = { ...TESTNET, DERIBIT_DROP_COPY_CLIENT_ID__HEDGE: 'x' };
  assert.deepEqual(told(t, { toml, env: half }), [
    'environment: DERIBIT_DROP_COPY_CLIENT_SECRET__HEDGE is missing; accepted is that of a testnet key with trade:read account:read only; or neither it nor DERIBIT_DROP_COPY_CLIENT_ID__HEDGE.',
  ]);
  const same = { ...TESTNET, ...COPY, DERIBIT_DROP_COPY_CLIENT_ID: 'id-of-main' };
  assert.deepEqual(told(t, { toml, env: same }), [
    'environment: DERIBIT_DROP_COPY_CLIENT_ID: found the key that trades; accepted is that of a testnet key with trade:read account:read only.',
  ]);
  const typo = { ...TESTNET, DERIBIT_DROP_COPY_CLIENT_ID__HEDG: 'x' };
  assert.deepEqual(told(t, { toml, env: typo }), [
    'environment: Unknown setting DERIBIT_DROP_COPY_CLIENT_ID__HEDG. Did you mean DERIBIT_DROP_COPY_CLIENT_ID__HEDGE?',
  ]);
});

test('[I56] a practice exchange gets a drop copy only by a key of its own', (t) => {
  const copyIn = (env: ConfigRequest['env']) => accountsOf(t, { toml: '', env })[0]?.dropCopy;
  assert.equal(copyIn(COPY), null);
  const own = {
    DERIBIT_DROP_COPY_CLIENT_ID: 'practice-reader',
    DERIBIT_DROP_COPY_CLIENT_SECRET: 'practice-reader-secret',
  };
  assert.equal(copyIn(own)?.clientId, 'practice-reader');
});

test('[I39] a strategy may have limits of its own beside those of its account; all limits change the hash', (t) => {
  const own = '[strategy.risk]\nmax_order_usd = "50"\nmax_open_orders = 6\n';
  const total = '[risk]\nmax_account_usd = "5000"\nmax_messages_per_minute = 120\n';
  const [account] = accountsOf(t, {
    toml: `${total}${strategy('razor')}${own}${strategy('blade')}`,
  });
  assert.deepEqual(
    account?.strategies.map(({ id, limits }) => [id, limits]),
    [
      ['razor', { maxOrderUsd: '50', maxOpenOrders: 6 }],
      ['blade', undefined],
    ],
  );
  assert.deepEqual(
    [account?.risk.maxAccountUsd, account?.risk.maxMessagesPerMinute, account?.risk.maxOrderUsd],
    ['5000', 120, '1000'],
  );
  const plain = accountsOf(t, { toml: `${total}${strategy('razor')}${strategy('blade')}` });
  assert.notEqual(plain[0]?.configHash, account?.configHash);
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [
      'risk = 5\n',
      ['FILE: strategy "razor".risk: found 5; accepted is a table headed [strategy.risk].'],
    ],
    [
      '[strategy.risk]\nmax_order_usd = "-1"\nmax_account_usd = "5"\nmax_oder_usd = "5"\n',
      [
        'FILE: strategy "razor".risk.max_order_usd: found "-1"; accepted is an amount in USD above 0, such as "200".',
        'FILE: Unknown setting strategy "razor".risk.max_account_usd. Did you mean max_order_usd?',
        'FILE: Unknown setting strategy "razor".risk.max_oder_usd. Did you mean max_order_usd?',
      ],
    ],
  ];
  for (const [more, lines] of cases)
    assert.deepEqual(told(t, { toml: strategy('razor') + more }), lines);
});
