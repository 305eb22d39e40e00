import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { type Client, connect, startChild, temporaryFolder } from './practice-tools.ts';

const clientOf = (port: unknown): Promise<Client> =>
  connect(`ws://127.0.0.1:${String(port)}/ws/api/v2`);

/** Puts texts from several connections at once until the exchange is gone; answers those that were acknowledged. */
async function putUntilGone(port: unknown, prefix: string): Promise<string[]> {
  const acknowledged: string[] = [];
  const clients = await Promise.all([1, 2, 3, 4].map(() => clientOf(port)));
  await Promise.all(
    clients.map(async (client, c) => {
      for (let n = 0; client.socket.readyState === client.socket.OPEN; n++) {
        const text = `${prefix}-${c}-${n}`;
        const answered = client.call('put', { text }).then(() => true);
        if (!(await Promise.race([answered, client.closed.then(() => false)]))) return;
        acknowledged.push(text);
      }
    }),
  );
  return acknowledged;
}

test('[I32] killed under load, again and again: everything answered is there, once, and in order of time', async (t) => {
  const dataDir = temporaryFolder(t);
  const acknowledged: string[] = [];
  let shown = 0;
  for (let round = 0; round < 4; round++) {
    const { first, kill } = await startChild(t, 'practice-child.ts', 'toy', dataDir, '50');
    const client = await clientOf(first['port']);
    const now = (await client.call('time')) as number;
    assert.ok(now >= shown, `server time went back by ${shown - now} ms`);
    const kept = (await client.call('list')) as string[];
    for (const text of acknowledged)
      assert.ok(kept.includes(text), `${text} was answered and is lost`);
    assert.equal(new Set(kept).size, kept.length, 'nothing is there twice');
    const putting = putUntilGone(first['port'], `r${round}`);
    await new Promise((resolve) => setTimeout(resolve, 150 + 70 * round));
    shown = (await client.call('time')) as number;
    await kill();
    acknowledged.push(...(await putting));
  }
  assert.ok(acknowledged.length > 100, `${acknowledged.length} were acknowledged`);
});

test('server time never goes back over a kill, also when nothing was recorded', async (t) => {
  const dataDir = temporaryFolder(t);
  let shown = 0;
  for (let round = 0; round < 3; round++) {
    const { first, kill } = await startChild(t, 'practice-child.ts', 'toy', dataDir, '600');
    const client = await clientOf(first['port']);
    const now = (await client.call('time')) as number;
    assert.ok(now >= shown, `server time went back by ${shown - now} ms`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    shown = (await client.call('time')) as number;
    assert.ok(shown - now >= 290 * 600, `${shown - now} ms passed`);
    await kill();
  }
});

test('entries move into a snapshot when they have grown to its size; a kill after that loses nothing', async (t) => {
  const dataDir = temporaryFolder(t);
  const texts = Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(30_000, '.'));
  const before = await startChild(t, 'practice-child.ts', 'toy', dataDir, '1');
  const client = await clientOf(before.first['port']);
  for (const text of texts) await client.call('put', { text });
  await before.kill();
  const db = new DatabaseSync(join(dataDir, 'exchange', 'exchange.sqlite'), { readOnly: true });
  const { n } = db.prepare('SELECT count(*) AS n FROM entry').get() as { n: number };
  db.close();
  assert.ok(n > 0 && n < 70, `${n} entries are left`);
  const after = await startChild(t, 'practice-child.ts', 'toy', dataDir, '1');
  assert.deepEqual(await (await clientOf(after.first['port'])).call('list'), texts);
});

test('a second process on the same folder is refused while the first lives, and not once it is killed', async (t) => {
  const dataDir = temporaryFolder(t);
  const running = await startChild(t, 'practice-child.ts', 'toy', dataDir, '1');
  const second = await startChild(t, 'practice-child.ts', 'toy', dataDir, '1');
  assert.equal(second.first['refused'], 'data_in_use');
  assert.match(
    String(second.first['message']),
    /Another practice exchange runs on .*choose another folder with --data/,
  );
  await running.kill();
  const third = await startChild(t, 'practice-child.ts', 'toy', dataDir, '1');
  assert.equal(typeof third.first['port'], 'number');
});

test('a folder that can not be used is refused with the reason', async (t) => {
  const dataDir = temporaryFolder(t);
  writeFileSync(join(dataDir, 'exchange'), 'a file in the way');
  const blocked = await startChild(t, 'practice-child.ts', 'toy', dataDir, '1');
  assert.equal(blocked.first['refused'], 'data_unusable');

  const broken = temporaryFolder(t);
  const before = await startChild(t, 'practice-child.ts', 'toy', broken, '1');
  await before.kill();
  writeFileSync(join(broken, 'exchange', 'exchange.sqlite'), 'no database at all '.repeat(100));
  rmSync(join(broken, 'exchange', 'exchange.sqlite-wal'));
  const after = await startChild(t, 'practice-child.ts', 'toy', broken, '1');
  assert.equal(after.first['refused'], 'data_unusable');
  assert.match(String(after.first['message']), /not a database.*--data/s);

  const newer = temporaryFolder(t);
  await (await startChild(t, 'practice-child.ts', 'toy', newer, '1')).kill();
  const db = new DatabaseSync(join(newer, 'exchange', 'exchange.sqlite'));
  db.exec('PRAGMA user_version = 9');
  db.close();
  const old = await startChild(t, 'practice-child.ts', 'toy', newer, '1');
  assert.match(String(old.first['message']), /newer version/);
});
