/** Which host is asked for what: the trading link goes to the one, the market link to the other, over real sockets. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { WebSocketServer } from 'ws';
import { stderrLog } from '../edge/log.ts';
import type { VenueEvent } from '../venue/port.ts';
import { createScripted, INSTRUMENT, SECRET } from '../venue/deribit/scripted-exchange.contract.ts';
import { openSessions } from './sessions.ts';

/** The scripted exchange on a port of its own; answers its address and the methods it was asked for. */
async function host(t: TestContext): Promise<{ readonly url: string; readonly asked: string[] }> {
  const far = createScripted();
  const asked: string[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  let last = 0;
  server.on('connection', (socket) => {
    const conn = ++last;
    far.opened(conn);
    socket.on('message', (data) => {
      const text = (data as Buffer).toString('utf8');
      asked.push((JSON.parse(text) as { readonly method: string }).method);
      far.frame(conn, text);
      for (const effect of far.take()) if (effect.kind === 'send') socket.send(effect.text);
    });
  });
  await new Promise((resolve) => server.on('listening', resolve));
  t.after(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/api/v2`, asked };
}

for (const isSplit of [false, true])
  test(`public streams come from ${isSplit ? 'the host that is named for them' : 'the one host'}`, async (t) => {
    const [requests, streams] = [await host(t), await host(t)];
    const events: VenueEvent[] = [];
    let wake = (): void => {};
    const sessions = openSessions({
      url: requests.url,
      marketUrl: isSplit ? streams.url : undefined,
      credentials: { clientId: 'good', clientSecret: SECRET },
      login: 'secret',
      instruments: [INSTRUMENT],
      log: stderrLog('error'),
      onEvent: (_link, event) => {
        events.push(event);
        wake();
      },
    });
    t.after(() => sessions.stop());
    await new Promise<void>((resolve) => {
      wake = () => {
        if (events.filter(({ kind }) => kind === 'link_up').length === 2) resolve();
      };
      wake();
    });
    assert.ok(requests.asked.includes('private/subscribe'));
    const market = isSplit ? streams : requests;
    assert.ok(market.asked.includes('public/subscribe'));
    if (isSplit) assert.ok(!requests.asked.includes('public/subscribe'));
    assert.ok(!streams.asked.some((method) => method === 'public/auth' || /private/.test(method)));
  });
