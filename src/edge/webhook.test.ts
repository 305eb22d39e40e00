/** The webhook over a real loopback socket: what arrives, what is signed, and what counts as not arrived. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createWebhook, type Webhook } from './webhook.ts';

const SECRET = 'a secret of the receiver';
const WALL = 1_772_445_650_987;

type Got = {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** A receiver, and a webhook that is pointed at it. */
async function receiver(
  t: TestContext,
  answer: (response: ServerResponse) => void,
): Promise<{ readonly got: Got[]; readonly webhook: Webhook }> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => void (body += chunk));
    request.on('end', () => {
      got.push({ method: request.method, headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/t0ken`;
  return { got, webhook: createWebhook({ url, secret: SECRET }, () => WALL) };
}

const status =
  (code: number, headers = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end('thanks');

test('a notice arrives as it is, with a signature over its time and its bytes', async (t) => {
  const { got, webhook } = await receiver(t, status(202));
  const body = JSON.stringify({ text: 'geen verbinding – “blind”' });
  assert.deepEqual(await webhook.send(body), { ok: true, status: 202 });
  const [one] = got;
  assert.equal(one?.method, 'POST');
  assert.equal(one?.headers['content-type'], 'application/json');
  assert.equal(one?.body, body);
  const expected = createHmac('sha256', SECRET).update(`1772445650.${body}`).digest('hex');
  assert.equal(one?.headers['lockstep-signature'], `t=1772445650,v1=${expected}`);
});

test('every answer but 2xx is a failure; a redirect is not followed', async (t) => {
  for (const code of [301, 307, 400, 410, 500, 503]) {
    const { got, webhook } = await receiver(t, status(code, { location: '/elsewhere' }));
    assert.deepEqual(await webhook.send('{}'), {
      ok: false,
      status: code,
      problem: `the receiver answered ${code}`,
    });
    assert.equal(got.length, 1, `${code}`);
  }
});

test('[I46] no answer is a value in words, without the address or the secret', async (t) => {
  const { webhook } = await receiver(t, (response) => void response.socket?.destroy());
  const cut = await webhook.send('{}');
  const nobody = await createWebhook(
    { url: 'http://127.0.0.1:1/hook/t0ken', secret: SECRET },
    () => WALL,
  ).send('{}');
  for (const sent of [cut, nobody]) {
    assert.deepEqual([sent.ok, sent.status], [false, null]);
    assert.match(sent.ok ? '' : sent.problem, /^no answer( \([A-Z_]+\))?$/);
  }
  assert.match(webhook.host, /^127\.0\.0\.1:\d+$/);
});

test('what is on its way when the engine ends is given up at once', async (t) => {
  let heard = (): void => undefined;
  const arrived = new Promise<void>((resolve) => void (heard = resolve));
  const { webhook } = await receiver(t, () => heard());
  const sent = webhook.send('{}');
  await arrived;
  webhook.close();
  assert.deepEqual(await sent, { ok: false, status: null, problem: 'the engine ended' });
});
