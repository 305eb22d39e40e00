import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JournalRefused } from './sqlite-database.ts';
import { startWorker } from './sqlite-client.ts';

/** A worker whose program is this text; `port` is its way to us. */
function start(program: string, onDeath: (reason: string) => void = () => undefined) {
  const text = `import { parentPort as port } from 'node:worker_threads'; ${program}`;
  return startWorker<string, number, string>({
    program: new URL(`data:text/javascript,${encodeURIComponent(text)}`),
    data: {},
    onAnswer: () => undefined,
    onDeath,
  });
}

const OPENED = "port.postMessage({ kind: 'opened', opened: 7 });";

const death = (program: string): Promise<string> =>
  new Promise((resolve, reject) => {
    start(program, resolve).then(({ client }) => client.post('go'), reject);
  });

test('a thread that throws after it was open is told once, with why', async () => {
  assert.equal(
    await death(`${OPENED} port.on('message', () => { throw new Error('the disk melted'); });`),
    'a database thread failed: the disk melted',
  );
});

test('a thread that ends unasked is told', async () => {
  assert.equal(
    await death(`${OPENED} port.on('message', () => process.exit(3));`),
    'a database thread ended with code 3',
  );
});

test('a thread that ends when asked is no news', async () => {
  const told: string[] = [];
  const { client, opened } = await start(
    `${OPENED} port.on('message', () => port.close());`,
    (reason) => told.push(reason),
  );
  assert.equal(opened, 7);
  await client.end('close');
  assert.deepEqual(told, []);
});

test('a thread that can not begin is a refusal', async () => {
  const io = (error: unknown): boolean => error instanceof JournalRefused && error.code === 'io';
  await assert.rejects(start("throw new Error('no such file')"), io);
  await assert.rejects(start('port.close();'), io);
  await assert.rejects(
    start("port.postMessage({ kind: 'refused', code: 'newer', message: 'too new' });"),
    /too new/,
  );
});
