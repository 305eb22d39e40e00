/** The command line where an engine has several accounts: one is named, or all are meant and said. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { facts, statusBody, story, strategy, trade } from '../support/facts.ts';
import { createFakeEngine, type FakeEngine } from '../support/served-engine.ts';
import { lockstep } from '../support/cli.ts';
import { serve, temporaryFolder } from '../support/serving.ts';

type Both = { readonly main: FakeEngine; readonly hedge: FakeEngine; readonly data: string[] };

async function both(t: TestContext): Promise<Both> {
  const main = createFakeEngine();
  const hedge = createFakeEngine({ id: 'hedge', account: '4712', journal: 'birth-2' });
  for (const bodies of story(1)) main.commit((seq) => facts(seq - 1, bodies));
  hedge.commit((seq) =>
    facts(seq - 1, [
      statusBody({ ...strategy(2), id: 'blade' }, 'test'),
      {
        type: 'TRADE_OPENED',
        v: 1,
        data: { trade: trade(2, { account: '4712', strategy: 'blade' }) },
      },
    ]),
  );
  const { dataDir } = await serve(t, { cells: [main, hedge] });
  return { main, hedge, data: ['--data', dataDir] };
}

test('status has a line per account; lists say whose a row is, unless one account is named', async (t) => {
  const { data } = await both(t);
  const status = await lockstep(['status', ...data]);
  assert.match(status.out, /\naccount main \(4711\): verified, 0 differences\n/);
  assert.match(status.out, /\naccount hedge \(4712\): verified, 0 differences\n/);
  assert.match(status.out, /\nrazor .*\nblade /);
  const all = await lockstep(['trades', ...data]);
  assert.match(all.out, /^TRADE .*ACCOUNT\n/);
  assert.match(all.out, /\nrazor-2 .* hedge\n/);
  const one = await lockstep(['trades', '--account', 'hedge', ...data]);
  assert.equal(one.out.includes('ACCOUNT'), false);
  assert.equal(one.out.trimEnd().split('\n').length, 2);
  const dutch = await lockstep(['status', '--lang', 'nl', ...data]);
  assert.match(dutch.out, /\nrekening hedge \(4712\): gecontroleerd, 0 verschillen\n/);
});

test('a name that no account has is refused with those there are, and a journal needs one', async (t) => {
  const { data, hedge } = await both(t);
  const strange = await lockstep(['positions', '--account', 'spare', ...data]);
  assert.deepEqual(
    [strange.code, strange.err],
    [1, 'There is no account "spare". Accepted: main, hedge.\n'],
  );
  const journal = await lockstep(['journal', ...data]);
  assert.equal(journal.code, 1);
  assert.match(journal.err, /Each account has a journal of its own\. Accepted: main, hedge\./);
  const own = await lockstep(['journal', '--account', 'hedge', '--json', ...data]);
  const { items } = JSON.parse(own.out) as { readonly items: readonly unknown[] };
  assert.equal(items.length, hedge.head());
});

test('kill reaches every account of a running engine, or the one that is named', async (t) => {
  const { main, hedge, data } = await both(t);
  const verbs = (engine: FakeEngine) => engine.commands.map(({ verb }) => verb);
  await lockstep(['kill', '--reason', 'x', '--account', 'hedge', ...data]);
  assert.deepEqual([verbs(main), verbs(hedge)], [[], ['kill']]);
  const all = await lockstep(['kill', '--reason', 'x', ...data]);
  assert.deepEqual([all.code, verbs(main), verbs(hedge)], [0, ['kill'], ['kill', 'kill']]);
  assert.match(all.out, /main: cancelled 1 order\n.*hedge: cancelled 1 order/);
});

const CONFIG = `[[account]]
id = "main"
[[account]]
id = "hedge"
[[strategy]]
id = "razor"
kind = "razor"
[[strategy]]
id = "blade"
kind = "razor"
account = "hedge"
instrument = "ETH_USDC-PERPETUAL"
`;

test('kill without an engine goes through every account; one that is named leaves its file with that one', async (t) => {
  const folder = temporaryFolder(t);
  const config = join(folder, 'lockstep.toml');
  writeFileSync(config, CONFIG);
  const line = ['kill', '--reason', 'x', '--config', config, '--data', folder];
  const told = (given: readonly unknown[]) =>
    (given as readonly Readonly<Record<string, unknown>>[]).map((one) => [
      (one['credentials'] as { readonly clientId: string }).clientId,
      one['instruments'],
      one['dataDir'],
    ]);
  const all = await lockstep(line, { runnerCode: 3 });
  assert.equal(all.code, 3);
  assert.deepEqual(told(all.given), [
    ['practice-engine', ['BTC_USDC-PERPETUAL'], folder],
    ['practice-engine-hedge', ['ETH_USDC-PERPETUAL'], folder],
  ]);
  const one = await lockstep([...line, '--account', 'hedge']);
  assert.deepEqual(told(one.given), [
    ['practice-engine-hedge', ['ETH_USDC-PERPETUAL'], join(folder, 'accounts', 'hedge')],
  ]);
  const strange = await lockstep([...line, '--account', 'spare']);
  assert.deepEqual([strange.code, strange.given], [2, []]);
  assert.match(strange.err, /There is no account spare\. Accepted: main, hedge\./);
});

test('practice opens further accounts by name', async () => {
  const line = ['practice', '--port', '0', '--data', '/tmp/x', '--account'];
  const { given } = await lockstep([...line, 'hedge', '--account', 'sub-2']);
  assert.deepEqual((given[0] as { readonly accounts: unknown }).accounts, ['hedge', 'sub-2']);
  const wrong = await lockstep([...line, 'My account']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /Found My account; 1 to 16 small letters, digits and "-" is accepted\./);
});
