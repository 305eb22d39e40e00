/** What the command line says of a difference that came back, and how one is taken on and a decision undone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../../src/base/decimal.ts';
import { aBreak, facts } from '../support/facts.ts';
import { createFakeEngine } from '../support/served-engine.ts';
import { lockstep } from '../support/cli.ts';
import { serve } from '../support/serving.ts';

test('a difference that came back tells who has it, what is owed, and how it ended before', async (t) => {
  const engine = createFakeEngine();
  const at = '2026-03-02T10:00:00.000Z';
  const ended = { books: 'a', exchange: 'b', amount: dec('0.02'), by: 'anna', reason: 'mine', at };
  const found = aBreak(1, {
    life: 'regressed',
    owner: 'bob',
    resolution: { action: 'flatten', by: 'bob', reason: 'out', at },
    history: [
      { ...ended, life: 'resolved', action: 'by_hand', undone: { by: 'bob', reason: 'no', at } },
    ],
  });
  engine.commit((seq) =>
    facts(seq - 1, [{ type: 'BREAK_OPENED', v: 1, data: { break: found, subject: 'x' } }]),
  );
  const server = await serve(t, { engine });
  const { out } = await lockstep(['breaks', '--data', server.dataDir]);
  for (const line of [
    /came back/,
    /^ {2}taken by bob$/m,
    /^ {2}flatten, asked by bob: out$/m,
    /^ {2}before: managed by hand at .* UTC by anna: mine$/m,
    /^ {4}undone at .* UTC by bob: no$/m,
  ])
    assert.match(out, line);
  const data = ['--data', server.dataDir];
  assert.match((await lockstep(['take', found.id, ...data])).out, /is yours\.\n$/);
  assert.match((await lockstep(['take', found.id, '--release', ...data])).out, /is nobody’s again/);
  const undone = await lockstep(['resolve', found.id, '--undo', '--reason', 'oops', ...data]);
  assert.match(undone.out, /decision about difference .* is undone\.\n$/);
  assert.deepEqual(
    server.engine.commands.map(({ verb }) => verb),
    ['take', 'release', 'undo'],
  );
});
