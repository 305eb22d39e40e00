import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JournalRefused } from './sqlite-database.ts';
import { createThreads, startWorker } from './sqlite-client.ts';

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

test('threads that are shared serve each journal over a port of its own, and end with the last of them', async () => {
  const program = new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort, threadId, workerData } from 'node:worker_threads';
      const begin = (port, setup) => {
        port.postMessage({ kind: 'opened', opened: threadId });
        port.on('message', (text) => {
          if (text === 'close') port.close();
          else if (text === 'fail') throw new Error('the disk melted');
          else port.postMessage(setup.name + ' ' + text);
        });
      };
      workerData.attach.on('message', ({ port, setup }) => begin(port, setup));
      workerData.attach.unref();
      begin(parentPort, workerData.setup);
    `)}`,
  );
  const threads = createThreads();
  const deaths: string[] = [];
  const open = async (name: string) => {
    const answers: string[] = [];
    let heard: () => void = () => undefined;
    const { client, opened } = await startWorker<string, number, string>({
      program,
      data: { name },
      threads,
      onAnswer: (answer) => {
        answers.push(answer);
        heard();
      },
      onDeath: (reason) => deaths.push(`${name}: ${reason}`),
    });
    const ask = (text: string): Promise<void> =>
      new Promise((resolve) => {
        heard = resolve;
        client.post(text);
      });
    return { client, opened, answers, ask };
  };
  const [main, hedge] = [await open('main'), await open('hedge')];
  assert.equal(main.opened, hedge.opened, 'one thread');
  await Promise.all([main.ask('a'), hedge.ask('b')]);
  assert.deepEqual([main.answers, hedge.answers], [['main a'], ['hedge b']]);
  await Promise.all([main.client.end('close'), hedge.client.end('close')]);
  assert.deepEqual([deaths, threads.size], [[], 0]);

  const warnings: Error[] = [];
  const warn = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warn);
  const dozen = [];
  for (let n = 1; n <= 12; n++) dozen.push(await open(`account ${n}`));
  await Promise.all(dozen.map(({ client }) => client.end('close')));
  process.off('warning', warn);
  assert.deepEqual(warnings, []);

  const [one, other] = [await open('one'), await open('other')];
  assert.notEqual(one.opened, main.opened);
  await new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (deaths.length < 2) return;
      clearInterval(look);
      resolve();
    }, 5);
    other.client.post('fail');
  });
  assert.deepEqual(deaths.toSorted(), [
    'one: a database thread failed: the disk melted',
    'other: a database thread failed: the disk melted',
  ]);
});
