/** An alert on its way to a person, as real processes send it: a receiver that fails twice, an engine that dies between, and the notice arrives. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AlertsAnswer, TestAnswer } from '../../src/wire/requests.ts';
import { startDemo } from './support/demo.ts';
import { createWaits } from './support/waits.ts';

const SECRET = 'canary-of-the-webhook';
const PATH = '/canary-of-the-address';

type Got = {
  readonly at: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};
type Notice = Readonly<Record<string, unknown>> & {
  readonly rule: string;
  readonly notice: number;
};

const noticeOf = ({ body }: Got): Notice => JSON.parse(body) as Notice;

/** Written anew from the description of the header, not from our code. */
function isSigned({ headers, body }: Got): boolean {
  const parts = new Map(
    String(headers['lockstep-signature'])
      .split(',')
      .map((part) => part.split('=') as [string, string]),
  );
  const mac = createHmac('sha256', SECRET);
  mac.update(String(parts.get('t')));
  mac.update('.');
  mac.update(body);
  const age = Math.abs(Date.now() / 1_000 - Number(parts.get('t')));
  return parts.get('v1') === mac.digest('hex') && age < 60;
}

test('[I51] [I46] a notice fails twice, the engine is killed, and the notice arrives; the secret is nowhere', {
  timeout: 60_000,
}, async (t) => {
  const got = createWaits<Got>(({ body }) => body.slice(0, 80));
  const ours = (): readonly Got[] =>
    got.all().filter((one) => noticeOf(one).rule === 'kill_engaged');
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => void (body += chunk));
    request.on('end', () => {
      got.push({ at: performance.now(), headers: request.headers, body });
      response.writeHead(ours().length > 2 || request.url !== PATH ? 204 : 503).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const demo = await startDemo(t, {
    seed: 91,
    env: {
      LOCKSTEP__ALERTS__WEBHOOK_URL: `http://${host}${PATH}`,
      LOCKSTEP__ALERTS__WEBHOOK_SECRET: SECRET,
    },
  });
  const before = await demo.follow();
  await before.status('analyzing');
  await demo.engine().post('/kill', { strength: 'stop', reason: 'weird fills' });
  await before.frame('ALERT_UNDELIVERED', ({ delivery }) => delivery.attempts === 2);
  assert.equal(ours().length, 2);
  before.close();
  await demo.killEngine();
  await demo.restoreEngine();
  await got.until('the third attempt', () => ours().length === 3, 20_000);

  for (const one of got.all()) assert.ok(isSigned(one), one.body);
  const [first, , third] = ours().map(noticeOf);
  assert.deepEqual(third, { ...first, link: third?.['link'] }, 'the same notice each time');
  const { id, since, account, ...rest } = first as Notice;
  assert.ok(typeof id === 'string' && typeof since === 'string' && account !== '');
  assert.deepEqual(rest, {
    notice: 1,
    rule: 'kill_engaged',
    severity: 'warning',
    state: 'firing',
    subject: { kind: 'engine', id: 'kill' },
    text: 'The kill switch is on, by api-token: weird fills',
    clearedAt: null,
    count: 1,
    mode: 'practice',
    link: `http://127.0.0.1:${demo.engine().port}/alerts`,
  });
  const engine = demo.engine();
  const follower = await demo.follow();
  const told = async () =>
    (await engine.get<AlertsAnswer>('/alerts?state=firing')).items.find(
      ({ rule }) => rule === 'kill_engaged',
    );
  if ((await told())?.deliveries[0]?.state !== 'delivered')
    await follower.frame('ALERT_DELIVERED', ({ alert }) => alert.id === id);
  const [delivery] = (await told())?.deliveries ?? [];
  assert.deepEqual([delivery?.state, delivery?.attempts, delivery?.status], ['delivered', 3, 204]);
  const raised = await engine.facts('ALERT_RAISED');
  assert.equal(raised.filter(({ data }) => data.alert.id === id).length, 1);

  assert.equal((await engine.get<AlertsAnswer>('/alerts')).channel, host);
  assert.deepEqual(await engine.post<TestAnswer>('/alerts/test'), { ok: true, status: 204 });
  assert.equal(noticeOf(got.all().at(-1) as Got).rule, 'test');
  const files = readdirSync(demo.dataDir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile(),
  );
  assert.ok(files.length > 3);
  for (const canary of [SECRET, PATH.slice(1)]) {
    assert.ok(!demo.process.said().includes(canary), 'what was printed');
    for (const { parentPath, name } of files)
      assert.ok(!readFileSync(join(parentPath, name)).includes(canary), name);
  }
});
