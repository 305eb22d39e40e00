/**
 * Two accounts in one engine against one exchange: both trade, a hand closes in one of them and the other one notices
 * nothing; after a kill -9 both go on where they were, each from its own journal.
 */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pause } from '../../src/edge/clock.ts';
import type { Trade } from '../../src/domain/shown.ts';
import type { AccountStatus } from '../../src/wire/requests.ts';
import { type Practice, startPractice, startRun, writeConfig } from './support/demo.ts';
import type { Engine } from './support/engine.ts';
import { PERPETUAL } from './support/exchange.ts';
import { startLockstep, temporaryFolder } from './support/process.ts';

const SPEED = 60;

const EAGER = `stop_loss_percent = "5"
take_profit_percent = "5"
trades_per_day = 1440
cooldown_minutes = 0
min_volatility_percent = "0.005"
rsi_oversold = "65"
rsi_overbought = "35"
trend_filter = false
`;

const ACCOUNTS = '[[account]]\nid = "main"\n[[account]]\nid = "hedge"\n';
const BLADE = `[[strategy]]\nid = "blade"\nkind = "razor"\naccount = "hedge"\n${EAGER}`;

async function until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
  for (let round = 0; round < 200; round++) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(100);
  }
  return assert.fail(`waited for ${what}`);
}

const sizeOf = async ({ exchange }: Practice, account: string): Promise<string> => {
  const { accounts } = await exchange.state();
  const own = accounts.find(({ id }) => id === account)?.positions;
  return own?.find(({ instrument }) => instrument === PERPETUAL)?.size ?? '0';
};

const openTrade = async (engine: Engine, account: string): Promise<Trade | undefined> =>
  (await engine.trades(`&status=open&account=${account}`))[0];

const standing = async (engine: Engine, account: string): Promise<AccountStatus> => {
  const found = (await engine.status()).accounts.find(({ id }) => id === account);
  assert.ok(found !== undefined);
  return found;
};

test('[I17] [I44] two accounts in one engine: each trades, is closed by hand, killed and resumed for itself', {
  timeout: 90_000,
}, async (t) => {
  const practice = await startPractice(t, { seed: 3, speed: SPEED, accounts: ['hedge'] });
  const { exchange } = practice;
  const config = writeConfig(t, {
    exchange,
    speed: SPEED,
    strategy: `${EAGER}${ACCOUNTS}${BLADE}`,
  });
  const dataDir = temporaryFolder(t);
  const run = await startRun(t, { config, dataDir });
  const engine = run.engine();
  const [razor, blade] = [
    await until('a trade in main', () => openTrade(engine, 'main')),
    await until('a trade in hedge', () => openTrade(engine, 'hedge')),
  ];
  await exchange.freeze();
  assert.deepEqual([razor.strategy, blade.strategy], ['razor', 'blade']);
  assert.notEqual(razor.account, blade.account);
  const held = await sizeOf(practice, 'hedge');

  await exchange.post('close', { account: 'main', instrument: PERPETUAL });
  const closed = await until('the close by hand', async () => {
    const { trade } = await engine.trade(razor.id);
    return trade.status === 'closed' ? trade : undefined;
  });
  assert.deepEqual([closed.exitReason, closed.closedBy], ['external_close', 'web']);
  assert.equal((await openTrade(engine, 'hedge'))?.openAmount, blade.openAmount);
  assert.equal(await sizeOf(practice, 'hedge'), held);
  assert.equal((await standing(engine, 'hedge')).breaksOpen, 0);

  const before = await standing(engine, 'hedge');
  await run.process.kill();
  const again = await startRun(t, { config, dataDir });
  const resumed = again.engine();
  for (const account of ['main', 'hedge']) {
    const report = await until(`a check of ${account}`, async () => {
      const { lastReconciliation: last, assurance } = await standing(resumed, account);
      return last?.trigger === 'start' && assurance === 'verified' ? last : undefined;
    });
    assert.deepEqual([report.ok, report.complete, report.breaks], [true, true, []]);
  }
  const after = await standing(resumed, 'hedge');
  assert.deepEqual([after.account, after.epoch], [before.account, before.epoch + 1]);
  assert.equal((await openTrade(resumed, 'hedge'))?.id, blade.id);
  assert.equal(await openTrade(resumed, 'main'), undefined);
  assert.equal(await sizeOf(practice, 'main'), '0');

  const verified = startLockstep(t, ['audit', 'verify', '--data', dataDir]);
  assert.equal((await verified.ended).code, 0);
  assert.match(verified.said(), /account main: Chain intact: \d+ facts/);
  assert.match(verified.said(), /account hedge: Chain intact: \d+ facts/);

  await again.process.kill();
  const killed = startLockstep(t, [
    'kill',
    '--account',
    'hedge',
    '--strength',
    'flatten',
    '--reason',
    'over',
    '--config',
    config,
    '--data',
    dataDir,
  ]);
  assert.equal((await killed.ended).code, 0, killed.said());
  assert.equal(await sizeOf(practice, 'hedge'), '0');

  // An account that is named no more would go unwatched with what is open in it.
  const forgotten = startLockstep(t, [
    'run',
    '--data',
    dataDir,
    '--port',
    '0',
    '--no-open',
    '--config',
    writeConfig(t, { exchange, strategy: EAGER }),
  ]);
  assert.equal((await forgotten.ended).code, 1, forgotten.said());
  assert.match(
    forgotten.said(),
    /holds the journal of account "hedge", and the configuration names only "main"; name that account again, or move \S+hedge away/,
  );

  // A copied journal names an account of the exchange that has its writer already.
  const accounts = join(dataDir, 'accounts');
  cpSync(join(accounts, 'hedge'), join(accounts, 'copy'), { recursive: true });
  const third = `[[account]]\nid = "copy"\n${BLADE.replaceAll(/blade|hedge/g, 'copy')}`;
  const twice = startLockstep(t, [
    'run',
    '--data',
    dataDir,
    '--port',
    '0',
    '--no-open',
    '--config',
    writeConfig(t, { exchange, strategy: `${EAGER}${ACCOUNTS}${third}${BLADE}` }),
  ]);
  assert.equal((await twice.ended).code, 11, twice.said());
  assert.match(twice.said(), /accounts "hedge" and "copy" have keys of one exchange account/);
});
