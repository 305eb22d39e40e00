/** Two accounts behind one API: each request names one of them or means all, and nothing of two journals is mixed up. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Command } from '../../src/domain/command.ts';
import type { CommandAnswer, StatusAnswer, Trade } from '../../src/wire/requests.ts';
import { aBreak, alert, facts, statusBody, story, strategy, trade } from '../support/facts.ts';
import { createFakeEngine, type FakeEngine } from '../support/served-engine.ts';
import { openStream, serve, type Serving } from '../support/serving.ts';

type Both = { readonly main: FakeEngine; readonly hedge: FakeEngine; readonly server: Serving };

/** `main` trades with razor, `hedge` with blade; a difference is open in `hedge`. */
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
      { type: 'BREAK_OPENED', v: 1, data: { break: aBreak(1), subject: 'BTC_USDC-PERPETUAL' } },
    ]),
  );
  return { main, hedge, server: await serve(t, { cells: [main, hedge] }) };
}

const code = (body: unknown): unknown => (body as { readonly code?: string }).code;
const verbs = ({ commands }: FakeEngine): readonly Command['verb'][] =>
  commands.map(({ verb }) => verb);

test('lists hold the rows of all accounts, or of the one that is named by either of its ids', async (t) => {
  const { server } = await both(t);
  const strategies = async (query: string): Promise<readonly string[]> => {
    const { body } = await server.get(`/trades?limit=1&${query}`);
    const page = body as { readonly items: readonly Trade[]; readonly next: string | null };
    const own = page.items.map((one) => one.strategy);
    return page.next === null
      ? own
      : [...own, ...(await strategies(`${query.split('&cursor')[0]}&cursor=${page.next}`))];
  };
  assert.deepEqual([...(await strategies(''))].sort(), ['blade', 'razor']);
  assert.deepEqual(await strategies('account=hedge'), ['blade']);
  assert.deepEqual(await strategies('account=4711'), ['razor']);
  const { status, body } = await server.get('/trades?account=spare');
  assert.equal(status, 400);
  assert.deepEqual(
    [code(body), (body as { accepted: string }).accepted],
    ['unknown_account', 'main, hedge'],
  );
});

test('status tells how each account stands; the journal is asked of one', async (t) => {
  const { main, hedge, server } = await both(t);
  const status = (await server.get('/status')).body as StatusAnswer;
  assert.deepEqual(
    status.accounts.map(({ id, account, breaksOpen, seq }) => [id, account, breaksOpen, seq]),
    [
      ['main', '4711', 0, main.head()],
      ['hedge', '4712', 1, hedge.head()],
    ],
  );
  assert.deepEqual([status.account, status.seq, status.breaksOpen], ['4711', main.head(), 1]);
  assert.deepEqual(status.strategies.map(({ id }) => id).sort(), ['blade', 'razor']);
  const alone = (await server.get('/status?account=hedge')).body as StatusAnswer;
  assert.deepEqual([alone.account, alone.seq, alone.accounts.length], ['4712', hedge.head(), 1]);
  const journal = await server.get('/journal');
  assert.deepEqual([journal.status, code(journal.body)], [400, 'account_needed']);
  const { items } = (await server.get('/journal?account=hedge')).body as { items: unknown[] };
  assert.equal(items.length, hedge.head());
  hedge.pulse = { ...hedge.pulse, ready: false };
  assert.equal((await server.raw('/readyz')).status, 503);
});

test('a command reaches the account that it is about; kill without one reaches all', async (t) => {
  const { main, hedge, server } = await both(t);
  const post = async (path: string, body: object, key: string) => {
    const reply = await server.post(path, body, key);
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    return reply.body as CommandAnswer;
  };
  await post('/strategies/blade/pause', {}, 'key-00001');
  assert.deepEqual([verbs(main), verbs(hedge)], [[], ['pause']]);
  await post(`/breaks/${aBreak(1).id}/resolve`, { action: 'accept', reason: 'x' }, 'key-00002');
  assert.deepEqual([verbs(main), verbs(hedge)], [[], ['pause', 'resolve']]);
  await post('/kill', { account: 'main', reason: 'one' }, 'key-00003');
  assert.deepEqual([verbs(main), verbs(hedge)], [['kill'], ['pause', 'resolve']]);
  const killed = await post('/kill', { reason: 'all' }, 'key-00004');
  assert.deepEqual([verbs(main).length, verbs(hedge).length], [2, 3]);
  assert.equal(killed.state, 'done');
  assert.deepEqual(
    killed.steps.map(({ text }) => text),
    ['main: cancelled 1 order', 'hedge: cancelled 1 order'],
  );
  const strange = await server.post('/kill', { account: 'spare' }, 'key-00005');
  assert.deepEqual([strange.status, code(strange.body)], [400, 'unknown_account']);
});

test('a strategy that moved is flattened where it runs and where it left a position; a pause is only for where it runs', async (t) => {
  const { main, hedge, server } = await both(t);
  const control = { ...strategy(1).control, value: 'stopped' as const, by: 'config' };
  const left = { ...strategy(1), id: 'blade', control, position: 'razor-1' };
  main.commit((seq) => facts(seq - 1, [statusBody(left, 'test')]));
  await server.post('/strategies/blade/pause', {}, 'key-00001');
  assert.deepEqual([verbs(main), verbs(hedge)], [[], ['pause']]);
  await server.post('/strategies/blade/flatten', {}, 'key-00002');
  assert.deepEqual([verbs(main), verbs(hedge)], [['flatten'], ['pause', 'flatten']]);
});

test('[I38] one key is one command of the whole engine, also after a crash between two journals', async (t) => {
  const first = await both(t);
  await first.server.post('/kill', { account: 'main', reason: 'x' }, 'key-00001');
  const other = await first.server.post('/kill', { account: 'hedge', reason: 'x' }, 'key-00001');
  assert.deepEqual([other.status, code(other.body)], [422, 'key_used_otherwise']);
  // Only one of the journals had it when the engine ended.
  const { main, hedge } = first;
  const again = await serve(t, { cells: [main, hedge] });
  const before = verbs(main).length;
  const completed = await again.post('/kill', { reason: 'x' }, 'key-00001');
  assert.equal(completed.status, 200, JSON.stringify(completed.body));
  assert.deepEqual([verbs(main).length, verbs(hedge)], [before, ['kill']]);
  const moved = await again.post('/strategies/razor/pause', {}, 'key-00001');
  assert.deepEqual([moved.status, code(moved.body)], [422, 'key_used_otherwise']);
});

type Frame = {
  readonly type?: string;
  readonly account: string;
  readonly accounts?: readonly string[];
  readonly commit: number;
};
const accountOf = (message: unknown): string =>
  (Array.isArray(message) ? (message[0] as Frame) : (message as Frame)).account;

test('[I37] a stream begins with a snapshot of each account and resumes each from its own commit', async (t) => {
  const { main, hedge, server } = await both(t);
  const headers = { authorization: `Bearer ${server.token}` };
  const fresh = await openStream(t, { port: server.port, headers });
  fresh.socket.send('{"type":"SUBSCRIBE"}');
  const snapshots = [await fresh.nextFrame(), await fresh.nextFrame()] as readonly Frame[];
  assert.deepEqual(
    snapshots
      .toSorted((a, b) => (a.account < b.account ? -1 : 1))
      .map(({ type, account, accounts }) => [type, account, accounts]),
    [
      ['SNAPSHOT', 'hedge', ['main', 'hedge']],
      ['SNAPSHOT', 'main', ['main', 'hedge']],
    ],
  );
  const since = { main: main.head(), hedge: hedge.head() };
  fresh.socket.close();
  for (const engine of [main, hedge])
    engine.commit((seq) => facts(seq - 1, [statusBody(strategy(3), 'test')]));

  const resumed = await openStream(t, { port: server.port, headers });
  resumed.socket.send(JSON.stringify({ type: 'SUBSCRIBE', since }));
  const groups = [await resumed.nextFrame(), await resumed.nextFrame()];
  assert.deepEqual(groups.map(accountOf).sort(), ['hedge', 'main']);
  for (const message of groups) {
    assert.ok(Array.isArray(message) && message.length === 1);
    const { prev, commit } = message[0] as { prev: number; commit: number };
    const engine = accountOf(message) === 'main' ? main : hedge;
    assert.equal(commit, engine.head());
    assert.ok(prev <= (since[accountOf(message) as keyof typeof since] ?? 0));
  }

  const partly = await openStream(t, { port: server.port, headers });
  partly.socket.send(
    JSON.stringify({ type: 'SUBSCRIBE', since: { hedge: hedge.head(), gone: 5 } }),
  );
  const only = (await partly.nextFrame()) as Frame;
  assert.deepEqual([only.type, only.account], ['SNAPSHOT', 'main']);

  const plain = await openStream(t, { port: server.port, headers });
  plain.socket.send('{"type":"SUBSCRIBE","since":3}');
  const { code: closed, reason } = await plain.closed;
  assert.equal(closed, 4400);
  assert.match(reason, /"since" is \{"main": commit/);
});

test('an alert is seen in the account that it fires in; the list holds those of all', async (t) => {
  const { main, hedge, server } = await both(t);
  const raised = (id: string) =>
    ({ type: 'ALERT_RAISED', v: 1, data: { alert: alert({ id }) } }) as const;
  main.commit((seq) => facts(seq - 1, [raised('alr_1_aaaaaaaa')]));
  hedge.commit((seq) => facts(seq - 1, [raised('alr_1_bbbbbbbb')]));
  await server.post('/alerts/alr_1_bbbbbbbb/ack', {}, 'key-00000021');
  assert.deepEqual([verbs(main), verbs(hedge)], [[], ['ack_alert']]);
  await server.post('/alerts/alr_1_aaaaaaaa/snooze', { minutes: 5 }, 'key-00000022');
  assert.deepEqual(verbs(main), ['snooze_alert']);
  const { items } = (await server.get('/alerts')).body as { items: readonly { id: string }[] };
  assert.deepEqual(items.map(({ id }) => id).sort(), ['alr_1_aaaaaaaa', 'alr_1_bbbbbbbb']);
  const status = (await server.get('/status')).body as StatusAnswer;
  assert.deepEqual(
    [status.alertsFiring, ...status.accounts.map(({ alertsFiring }) => alertsFiring)],
    [2, 1, 1],
  );
});
