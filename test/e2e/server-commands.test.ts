/** Commands over a real port: carried out once, dry runs, and what is refused before the engine hears of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf } from '../../src/edge/http-answer.ts';
import { report } from '../support/facts.ts';
import { createFakeEngine, doneAnswer } from '../support/served-engine.ts';
import { serve } from '../support/serving.ts';

const problem = (body: unknown) => body as Readonly<Record<string, unknown>>;

test('a command reaches the engine once, with who asked', async (t) => {
  const server = await serve(t);
  const reply = await server.post('/strategies/razor/pause', { reason: 'lunch' }, 'key-00000001');
  assert.equal(reply.status, 200);
  assert.deepEqual(
    reply.body,
    JSON.parse(JSON.stringify(doneAnswer({ id: 'key-00000001' } as never, 1))),
  );
  assert.deepEqual(server.engine.commands, [
    {
      id: 'key-00000001',
      by: { kind: 'token', id: 'api-token' },
      dryRun: false,
      verb: 'pause',
      strategy: 'razor',
      reason: 'lunch',
    },
  ]);
  await server.post('/kill', { reason: 'odd fills' }, 'key-00000002');
  assert.deepEqual(server.engine.commands[1], {
    id: 'key-00000002',
    by: { kind: 'token', id: 'api-token' },
    dryRun: false,
    verb: 'kill',
    strength: 'cancel',
    reason: 'odd fills',
  });
  await server.post(
    '/breaks/brk_1/resolve',
    { action: 'enter', strategy: null, exitPrice: '064000.50', reason: 'seen on the statement' },
    'key-00000003',
  );
  assert.deepEqual(server.engine.commands[2], {
    id: 'key-00000003',
    by: { kind: 'token', id: 'api-token' },
    dryRun: false,
    verb: 'resolve',
    breakId: 'brk_1',
    action: 'enter',
    strategy: null,
    exitPrice: '64000.5',
    fees: null,
    reason: 'seen on the statement',
  });
});

test('a difference is taken on, let go of, and what was decided is undone, in the name of who asks', async (t) => {
  const server = await serve(t);
  for (const [index, verb] of (['take', 'release'] as const).entries())
    await server.post(`/breaks/brk_1/${verb}`, {}, `key-0000002${index}`);
  await server.post('/breaks/brk_1/undo', { reason: 'a mistake' }, 'key-00000022');
  const refused = await server.post('/breaks/brk_1/undo', { reason: '' }, 'key-00000023');
  assert.equal(refused.status, 400);
  const [by, dryRun, breakId] = [{ kind: 'token', id: 'api-token' }, false, 'brk_1'];
  assert.deepEqual(server.engine.commands, [
    { id: 'key-00000020', by, dryRun, verb: 'take', breakId },
    { id: 'key-00000021', by, dryRun, verb: 'release', breakId },
    { id: 'key-00000022', by, dryRun, verb: 'undo', breakId, reason: 'a mistake' },
  ]);
});

test('an alert is acknowledged and snoozed; minutes out of bounds are refused by name', async (t) => {
  const server = await serve(t);
  await server.post('/alerts/alr_1/ack', {}, 'key-00000011');
  await server.post('/alerts/alr_1/snooze', { minutes: 60 }, 'key-00000012');
  assert.deepEqual(
    server.engine.commands.map(({ verb }) => verb),
    ['ack_alert', 'snooze_alert'],
  );
  const { id: _, by: __, ...snoozed } = server.engine.commands[1] ?? { id: '', by: null };
  assert.deepEqual(snoozed, { dryRun: false, verb: 'snooze_alert', alert: 'alr_1', minutes: 60 });
  for (const minutes of [0, 1.5, 1_441, '60', undefined]) {
    const reply = await server.post('/alerts/alr_1/snooze', { minutes }, 'key-00000013');
    const { field, detail, accepted } = reply.body as Readonly<Record<string, string>>;
    assert.deepEqual([reply.status, field], [400, 'minutes'], String(minutes));
    if (typeof minutes === 'number') assert.match(`${detail} ${accepted}`, /1 to 1440/);
  }
});

test('a test of the channel: its outcome, or that there is none', async (t) => {
  const without = await serve(t);
  const none = await without.post('/alerts/test');
  assert.deepEqual(
    [none.status, (none.body as { readonly code: string }).code],
    [409, 'no_channel'],
  );
  const engine = createFakeEngine();
  const outcome = { ok: false, status: 503, problem: 'the receiver answered 503' } as const;
  const channel = { host: 'hooks.example:8443', test: () => Promise.resolve(outcome) };
  const server = await serve(t, {
    engine: { ...engine, door: { ...engine.door, channel } },
  });
  const tried = await server.post('/alerts/test');
  assert.deepEqual([tried.status, tried.body], [200, outcome]);
  assert.deepEqual((await server.get('/alerts')).body, {
    items: [],
    next: null,
    channel: 'hooks.example:8443',
  });
});

test('[I38] the same key answers the same and carries nothing out again, at once, later, and after a restart', async (t) => {
  const engine = createFakeEngine();
  const server = await serve(t, { engine });
  const send = () => server.post('/strategies/razor/pause', { reason: 'lunch' }, 'key-00000001');
  const [first, twin] = await Promise.all([send(), send()]);
  const later = await send();
  assert.deepEqual([twin.body, later.body], [first.body, first.body]);
  assert.equal(engine.commands.length, 1);
  const other = await server.post('/strategies/razor/resume', {}, 'key-00000001');
  assert.equal(other.status, 422);
  assert.equal(problem(other.body)['code'], 'key_used_otherwise');
  await server.stop();
  const again = await serve(t, { engine, dataDir: server.dataDir });
  const replay = await again.post('/strategies/razor/pause', { reason: 'lunch' }, 'key-00000001');
  assert.equal(replay.status, 200);
  const { id, state, seq } = problem(replay.body);
  assert.deepEqual({ id, state, seq }, { id: 'key-00000001', state: 'done', seq: 1 });
  assert.equal((await again.post('/kill', { reason: 'x' }, 'key-00000001')).status, 422);
  await again.stop();
  const third = await serve(t, { engine, dataDir: server.dataDir });
  const another = await third.post('/strategies/blade/pause', { reason: 'lunch' }, 'key-00000001');
  assert.equal(another.status, 422, 'the same verb about something else is another command');
  assert.equal(engine.commands.length, 1);
});

test('a kill does not wait for a journal whose reader is busy', { timeout: 10_000 }, async (t) => {
  const engine = createFakeEngine();
  const store = { ...engine.store, command: () => new Promise<never>(() => undefined) };
  const server = await serve(t, { engine: { ...engine, store } });
  const killed = await server.post('/kill', { reason: 'odd fills' }, 'key-00000001');
  assert.equal(killed.status, 200);
  assert.deepEqual(
    engine.commands.map(({ verb }) => verb),
    ['kill'],
  );
});

test('[I38] a command that the engine refused before it took it may be tried again under its key', async (t) => {
  const server = await serve(t);
  const accept = server.engine.answerWith;
  server.engine.answerWith = async () => ({
    ok: false,
    problem: problemOf(409, 'opposite_direction', { title: 'Refused', detail: 'Not now.' }),
  });
  const refused = await server.post('/strategies/razor/resume', {}, 'key-00000001');
  assert.deepEqual([refused.status, problem(refused.body)['code']], [409, 'opposite_direction']);
  await new Promise(setImmediate);
  server.engine.answerWith = accept;
  assert.equal((await server.post('/strategies/razor/resume', {}, 'key-00000001')).status, 200);
});

test('a dry run answers the plan, needs no key and leaves the key free', async (t) => {
  const server = await serve(t);
  const plan = { plan: { steps: [{ action: 'cancel', text: 'cancel 1 order' }], cost: '0.05' } };
  assert.deepEqual((await server.post('/strategies/razor/flatten', { dryRun: true })).body, plan);
  assert.deepEqual(
    (await server.post('/strategies/razor/flatten', { dryRun: true }, 'key-00000001')).body,
    plan,
  );
  assert.equal((await server.post('/strategies/razor/flatten', {}, 'key-00000001')).status, 200);
  assert.deepEqual(
    server.engine.commands.map(({ dryRun }) => dryRun),
    [true, true, false],
  );
});

test('bad commands are refused before the engine hears of them', async (t) => {
  const server = await serve(t);
  const key = 'key-00000001';
  const cases: readonly (readonly [
    string,
    unknown,
    string | undefined,
    number,
    Readonly<Record<string, unknown>>,
  ])[] = [
    ['/kill', { reason: 'x' }, undefined, 400, { code: 'missing_key', field: 'Idempotency-Key' }],
    ['/kill', { reason: 'x' }, 'short', 400, { code: 'invalid_key' }],
    [
      '/breaks/b/resolve',
      { action: 'accept' },
      key,
      400,
      { code: 'missing_field', field: 'reason' },
    ],
    [
      '/breaks/b/resolve',
      { action: 'accept', reason: '' },
      key,
      400,
      { code: 'invalid_field', field: 'reason', accepted: 'a reason of 1 to 500 characters' },
    ],
    ['/kill', { reason: 'a\u001b[2Jb' }, key, 400, { code: 'invalid_field', field: 'reason' }],
    [
      '/kill',
      { reason: 'x', strengh: 'stop' },
      key,
      400,
      { code: 'unknown_field', field: 'strengh', next: 'Did you mean "strength"?' },
    ],
    [
      '/kill',
      { reason: 'x', strength: 'hard' },
      key,
      400,
      { code: 'invalid_field', accepted: 'one of stop, reduce, cancel, flatten' },
    ],
    ['/kill', '{"reason":', key, 400, { code: 'bad_json' }],
    ['/kill', '[]', key, 400, { code: 'invalid_field', detail: 'The body is [].' }],
    [
      '/kill',
      '{"reason":"x","__proto__":{"dryRun":true}}',
      key,
      400,
      { code: 'unknown_field', field: '__proto__' },
    ],
    [
      '/kill',
      { reason: 'x', dryRun: 'yes' },
      key,
      400,
      { code: 'invalid_field', field: 'dryRun', accepted: 'a boolean' },
    ],
    [
      '/breaks/b/resolve',
      { action: 'adopt', reason: 'x' },
      key,
      400,
      { code: 'missing_field', field: 'strategy' },
    ],
    [
      '/breaks/b/resolve',
      { action: 'enter', exitPrice: '-1', reason: 'x' },
      key,
      400,
      { code: 'invalid_field', field: 'exitPrice', accepted: 'a price above 0: "enter" needs one' },
    ],
    [
      '/breaks/b/resolve',
      { action: 'enter', exitPrice: '1e999', reason: 'x' },
      key,
      400,
      { code: 'invalid_field', field: 'exitPrice' },
    ],
    ['/strategies/razor/stop', {}, key, 404, { code: 'not_found' }],
    ['/kill', { reason: 'x'.repeat(70_000) }, key, 413, { code: 'too_large' }],
  ];
  for (const [path, body, idempotency, status, expected] of cases) {
    const reply = await server.post(path, body, idempotency);
    assert.equal(reply.status, status, `${path} ${JSON.stringify(body)}`);
    for (const [name, value] of Object.entries(expected))
      assert.equal(
        problem(reply.body)[name],
        value,
        `${path} ${JSON.stringify(body).slice(0, 80)}: ${name}`,
      );
  }
  const text = await server.raw('/api/v1/kill', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.token}`,
      'content-type': 'text/plain',
      'idempotency-key': key,
    },
    body: '{"reason":"x"}',
  });
  assert.deepEqual([text.status, problem(text.body)['code']], [415, 'not_json']);
  const endless = await server.raw('/api/v1/kill', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.token}`,
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
    },
    body: `"${'x'.repeat(70_000)}"`,
  });
  assert.equal(endless.status, 413);
  assert.deepEqual(server.engine.commands, []);
});

test('reconcile answers the report, and needs no key', async (t) => {
  const server = await serve(t);
  server.engine.answerWith = async (command) => ({
    ok: true,
    answer: { ...doneAnswer(command, 1), report: report(7) },
  });
  const reply = await server.post('/reconcile');
  assert.deepEqual([reply.status, reply.body], [200, JSON.parse(JSON.stringify(report(7)))]);
  server.engine.answerWith = async (command) => ({
    ok: true,
    answer: { ...doneAnswer(command, 1), state: 'running' },
  });
  assert.equal((await server.post('/reconcile')).status, 202);
});
