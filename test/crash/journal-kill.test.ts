/** The journal in real processes: killed under load, opened twice, and on a disk that stops taking writes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nextBelow, prng } from '../../src/base/prng.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { Store } from '../../src/view/store.ts';
import { testJournals } from '../support/journals.ts';
import { type Child, startChild } from '../support/lines.ts';

const { newDir, read } = testJournals();

const APPENDER = fileURLToPath(new URL('./journal-appender.ts', import.meta.url));
const ROUNDS = 8;

const appender = (dataDir: string, inFlight: number): Child =>
  startChild(process.execPath, [APPENDER, dataDir, String(inFlight)]);

async function allFacts(store: Store): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  for (;;) {
    const page = await store.facts(facts.length, 10_000);
    facts.push(...page);
    if (page.length < 10_000) return facts;
  }
}

/** Every append is there whole: each trade names its size, and that many facts of its append follow. */
function assertWhole(facts: readonly Fact[]): number {
  let appends = 0;
  for (let at = 0; at < facts.length; appends += 1) {
    const first = facts[at];
    assert.ok(first?.type === 'TRADE_OPENED');
    const [, name, size = ''] = /^(\d+-\d+)-of-(\d)$/.exec(first.data.trade.id) ?? [];
    const rest = facts.slice(at + 1, at + Number(size));
    assert.equal(rest.length, Number(size) - 1, `append ${name} is torn`);
    for (const fact of rest) assert.ok(fact.type === 'LINK_CHANGED' && fact.data.reason === name);
    at += Number(size);
  }
  return appends;
}

test('[I32] kill -9 under load: every acknowledged append is there, none is torn, the chain holds', {
  timeout: 60_000,
}, async (t) => {
  const dataDir = newDir();
  const seed = Number(process.env['LOCKSTEP_SEED'] ?? 20_261_122);
  t.diagnostic(`seed ${seed}`);
  const random = prng(seed, 'kill');
  let before = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const child = appender(dataDir, round % 2 === 0 ? 1 : 24);
    const opened = await child.line();
    assert.equal(opened['epoch'], round);
    assert.equal(opened['opened'], before, 'a start finds what the check after the kill found');
    let acknowledged = 0;
    const killAfter = 5 + nextBelow(random, 300);
    for (let count = 0; count < killAfter; count++)
      acknowledged = Number((await child.line())['acknowledged']);
    for (const line of await child.kill()) acknowledged = Number(line['acknowledged']);
    assert.ok(acknowledged > before);

    const store = await read(dataDir);
    before = await store.head();
    assert.ok(
      before >= acknowledged,
      `round ${round}: acknowledged ${acknowledged}, found ${before}`,
    );
    const verified = await store.verify();
    assert.ok(verified.ok, JSON.stringify(verified));
    assert.equal(verified.facts, before);
    const facts = await allFacts(store);
    assert.equal(facts.length, before);
    const appends = assertWhole(facts);
    assert.equal(
      (await store.snapshot()).openTrades.length,
      appends,
      'the read models are those of the same facts',
    );
    assert.equal((await store.framesAfter(0, 10_000))?.length, appends);
    await store.close();
  }
});

test('a second process on the same data folder is refused; after kill -9 of the first it is not', {
  timeout: 60_000,
}, async () => {
  const dataDir = newDir();
  const first = appender(dataDir, 1);
  const { pid } = await first.line();
  assert.equal(pid, first.process.pid);
  const second = appender(dataDir, 1);
  assert.deepEqual(await second.line(), {
    code: 'locked',
    message: `the data folder ${dataDir} is in use by the process with pid ${String(pid)}; stop that one first, or name another folder with --data`,
  });
  assert.ok(Number((await first.line())['acknowledged']) > 0, 'the first goes on');
  await second.kill();
  await first.kill();
  const third = appender(dataDir, 1);
  assert.equal((await third.line())['epoch'], 2);
  await third.kill();
});

test('[I32] a disk that fails a write ends the writer: nothing half written, nothing written after it', {
  timeout: 60_000,
}, async () => {
  const dataDir = newDir();
  // The shell bounds the size of any file; with the signal ignored, a write beyond it fails as a broken disk's would.
  const command = `trap '' XFSZ; ulimit -f 800; exec "$0" "$@"`;
  const child = startChild('bash', [
    '-c',
    command,
    process.execPath,
    APPENDER,
    dataDir,
    '8',
    '2000',
  ]);
  await child.line();
  let acknowledged = 0;
  let line = await child.line();
  for (; line['acknowledged'] !== undefined; line = await child.line())
    acknowledged = Number(line['acknowledged']);
  assert.equal(line['refused'], 'failed');
  assert.match(String(line['message']), /can't be written: disk I\/O error/);
  for (; line['late'] === undefined; line = await child.line())
    assert.equal(line['refused'], 'failed');
  assert.equal(line['late'], 'failed');
  await child.kill();

  const store = await read(dataDir);
  assert.equal(await store.head(), acknowledged);
  const verified = await store.verify();
  assert.ok(verified.ok, JSON.stringify(verified));
  await store.close();
  const again = appender(dataDir, 1);
  assert.equal((await again.line())['opened'], acknowledged);
  assert.ok(Number((await again.line())['acknowledged']) > acknowledged);
  await again.kill();
});
