/** The HTTP API over a real port: what each address answers, what it refuses and in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { START } from '../support/facts.ts';
import { aBreak, closedTrade, facts, position, report, story, strategy, statusBody, trade } from '../support/facts.ts';
import { createFakeEngine, doneAnswer, type FakeEngine } from '../support/served-engine.ts';
import { serve } from '../support/serving.ts';
import * as answers from '../../src/wire/schemas-answers.ts';
import * as shapes from '../../src/wire/schemas.ts';
import { problemOf } from '../../src/edge/http-answer.ts';

/** An engine that has traded twice and found a difference. */
function busyEngine(): FakeEngine {
  const engine = createFakeEngine();
  for (const bodies of [...story(1), ...story(2).slice(0, 3)]) engine.commit((seq) => facts(seq - 1, bodies));
  engine.commit((seq) => facts(seq - 1, [{ type: 'BREAK_OPENED', v: 1, data: { break: aBreak(1) } }]));
  engine.commit((seq) => facts(seq - 1, [{ type: 'RECONCILIATION_COMPLETED', v: 1, data: { report: report(1), cursor: null } }]));
  return engine;
}

const problem = (body: unknown) => body as Readonly<Record<string, unknown>>;

test('each address answers in its shape', async (t) => {
  const server = await serve(t, { engine: busyEngine() });
  const page = (item: z.ZodType): z.ZodType => answers.pageOf(item);
  const expected: readonly (readonly [string, z.ZodType])[] = [
    ['/status', answers.statusSchema],
    ['/strategies', page(shapes.strategySchema)],
    ['/strategies/razor', shapes.strategySchema],
    ['/trades', page(shapes.tradeSchema)],
    ['/trades/razor-1', answers.tradeDetailSchema],
    ['/metrics', shapes.metricsSchema],
    ['/positions', page(shapes.positionSchema)],
    ['/orders', page(shapes.orderSchema)],
    ['/breaks', page(shapes.breakSchema)],
    [`/breaks/${aBreak(1).id}`, shapes.breakSchema],
    ['/reports', page(shapes.reportSchema)],
    [`/reports/${report(1).id}`, shapes.reportSchema],
    ['/candles?instrument=BTC_USDC-PERPETUAL', page(answers.candleSchema)],
    ['/journal', page(answers.factSchema)],
  ];
  for (const [path, schema] of expected) {
    const reply = await server.get(path);
    assert.equal(reply.status, 200, path);
    assert.equal(reply.headers['content-type'], 'application/json', path);
    assert.equal(reply.headers['cache-control'], 'no-store', path);
    const read = schema.safeParse(reply.body);
    assert.ok(read.success, `${path}: ${read.error?.message}`);
    assert.deepEqual(read.data, reply.body, path);
    const items = (reply.body as { readonly items?: readonly unknown[] }).items;
    assert.notEqual(items?.length, 0, `${path} is empty`);
  }
});

test('status tells how things stand', async (t) => {
  const engine = busyEngine();
  engine.commit((seq) => facts(seq - 1, [statusBody(strategy(1, { assurance: 'mismatch', status: 'mismatch' }), 'BREAK_OPENED')]));
  const server = await serve(t, { engine });
  const { strategies, lastReconciliation, ...rest } = (await server.get('/status')).body as Readonly<Record<string, unknown>>;
  assert.deepEqual(rest, { version: '0.1.0', mode: 'practice', venue: 'practice', account: '4711', speed: 1, seq: engine.head(), epoch: 1, assurance: 'mismatch', breaksOpen: 1 });
  assert.deepEqual(lastReconciliation, report(1));
  assert.equal((strategies as readonly unknown[]).length, 1);
});

test('a trade comes with its fills, its orders and the facts that made it', async (t) => {
  const server = await serve(t, { engine: busyEngine() });
  const detail = (await server.get('/trades/razor-1')).body as Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  assert.deepEqual(detail['trade'], JSON.parse(JSON.stringify(closedTrade(1))));
  assert.deepEqual(detail['fills'], [
    { tradeId: '11', orderId: 'USDC-11', role: 'open', direction: 'buy', amount: '0.0011', price: '91250.5', fee: '0.05', at: '2026-03-02T10:01:01.000Z', source: 'push' },
    { tradeId: '12', orderId: 'USDC-13', role: 'close', direction: 'sell', amount: '0.0011', price: '92163', fee: '0.05', at: '2026-03-02T10:01:30.000Z', source: 'push' },
  ]);
  const types = detail['timeline']?.map(({ type }) => type);
  assert.ok(types?.includes('ORDER_INTENDED') && types.includes('FILL_BOOKED') && types.includes('TRADE_CLOSED'));
  assert.equal(detail['orders']?.length, 3);
});

test('filters, pages and cursors', async (t) => {
  const server = await serve(t, { engine: busyEngine() });
  const ids = async (query: string) => ((await server.get(`/trades${query}`)).body as { readonly items: readonly { readonly id: string }[] }).items.map(({ id }) => id);
  assert.deepEqual(await ids(''), [trade(2).id, trade(1).id]);
  assert.deepEqual(await ids('?status=closed'), [trade(1).id]);
  assert.deepEqual(await ids('?exitReason=sl_hit'), []);
  assert.deepEqual(await ids('?from=2026-03-02T10:02:00Z'), [trade(2).id]);
  assert.deepEqual(await ids('?to=2026-03-02'), []);
  const first = (await server.get('/trades?limit=1')).body as { readonly next: string };
  assert.deepEqual(await ids(`?limit=1&cursor=${first.next}`), [trade(1).id]);
  const wrong = await server.get('/trades?cursor=nonsense');
  assert.equal(wrong.status, 400);
  assert.equal(problem(wrong.body)['field'], 'cursor');
  const journal = (await server.get('/journal?after=2&limit=2')).body as { readonly items: readonly { readonly seq: number }[]; readonly next: string };
  assert.deepEqual([journal.items.map(({ seq }) => seq), journal.next], [[3, 4], '4']);
});

test('bad queries and addresses are named, with what is accepted', async (t) => {
  const server = await serve(t, { engine: busyEngine() });
  const cases: readonly (readonly [string, number, Readonly<Record<string, unknown>>])[] = [
    ['/trades?stratgy=razor', 400, { code: 'unknown_parameter', field: 'stratgy', next: 'Did you mean "strategy"?' }],
    ['/trades?limit=0', 400, { code: 'invalid_field', field: 'limit', detail: '"limit" is "0".', accepted: 'a whole number from 1 to 500' }],
    ['/trades?limit=ten', 400, { code: 'invalid_field', field: 'limit', accepted: 'a whole number from 1 to 500' }],
    ['/trades?status=done', 400, { code: 'invalid_field', field: 'status', accepted: 'one of open, closed' }],
    ['/trades?from=yesterday', 400, { code: 'invalid_field', field: 'from', accepted: 'a time such as 2026-01-31T14:00:00Z, or a date' }],
    ['/trades?limit=1&limit=2', 400, { code: 'repeated_parameter', field: 'limit' }],
    ['/status?x=1', 400, { code: 'unknown_parameter', accepted: 'none' }],
    ['/candles', 400, { code: 'missing_field', field: 'instrument', detail: '"instrument" is missing.' }],
    ['/candles?instrument=ETH-PERPETUAL', 404, { code: 'not_found' }],
    [`/candles?instrument=BTC_USDC-PERPETUAL&from=2026-03-02&to=2026-03-01`, 400, { code: 'invalid_field', field: 'from' }],
    ['/trades/none', 404, { code: 'not_found', detail: 'There is no trade "none".' }],
    ['/strategy', 404, { code: 'not_found', next: 'Did you mean /api/v1/strategies?' }],
    ['/kill', 405, { code: 'method_not_allowed', accepted: 'POST' }],
  ];
  for (const [path, status, expected] of cases) {
    const reply = await server.get(path);
    assert.equal(reply.status, status, path);
    assert.equal(reply.headers['content-type'], 'application/problem+json', path);
    const found = problem(reply.body);
    assert.equal(found['status'], status);
    assert.equal(found['type'], `urn:lockstep:${String(found['code'])}`);
    for (const [name, value] of Object.entries(expected)) assert.equal(found[name], value, `${path}: ${name}`);
  }
});

test('a command reaches the engine once, with who asked', async (t) => {
  const server = await serve(t);
  const reply = await server.post('/strategies/razor/pause', { reason: 'lunch' }, 'key-00000001');
  assert.equal(reply.status, 200);
  assert.deepEqual(reply.body, JSON.parse(JSON.stringify(doneAnswer({ id: 'key-00000001' } as never, 1))));
  assert.deepEqual(server.engine.commands, [
    { id: 'key-00000001', by: { kind: 'token', id: 'api-token' }, dryRun: false, verb: 'pause', strategy: 'razor', reason: 'lunch' },
  ]);
  await server.post('/kill', { reason: 'odd fills' }, 'key-00000002');
  assert.deepEqual(server.engine.commands[1], { id: 'key-00000002', by: { kind: 'token', id: 'api-token' }, dryRun: false, verb: 'kill', strength: 'cancel', reason: 'odd fills' });
  await server.post('/breaks/brk_1/resolve', { action: 'enter', exitPrice: '064000.50', reason: 'seen on the statement' }, 'key-00000003');
  assert.deepEqual(server.engine.commands[2], { id: 'key-00000003', by: { kind: 'token', id: 'api-token' }, dryRun: false, verb: 'resolve', breakId: 'brk_1', action: 'enter', strategy: null, exitPrice: '64000.5', fees: null, reason: 'seen on the statement' });
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
  assert.equal(engine.commands.length, 1);
});

test('[I38] a command that the engine refused before it took it may be tried again under its key', async (t) => {
  const server = await serve(t);
  const accept = server.engine.answerWith;
  server.engine.answerWith = async () => ({ ok: false, problem: problemOf(409, 'opposite_direction', { title: 'Refused', detail: 'Not now.' }) });
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
  assert.deepEqual((await server.post('/strategies/razor/flatten', { dryRun: true }, 'key-00000001')).body, plan);
  assert.equal((await server.post('/strategies/razor/flatten', {}, 'key-00000001')).status, 200);
  assert.deepEqual(server.engine.commands.map(({ dryRun }) => dryRun), [true, true, false]);
});

test('bad commands are refused before the engine hears of them', async (t) => {
  const server = await serve(t);
  const key = 'key-00000001';
  const cases: readonly (readonly [string, unknown, string | undefined, number, Readonly<Record<string, unknown>>])[] = [
    ['/kill', { reason: 'x' }, undefined, 400, { code: 'missing_key', field: 'Idempotency-Key' }],
    ['/kill', { reason: 'x' }, 'short', 400, { code: 'invalid_key' }],
    ['/kill', {}, key, 400, { code: 'missing_field', field: 'reason' }],
    ['/kill', { reason: '' }, key, 400, { code: 'invalid_field', field: 'reason', accepted: 'a reason of 1 to 500 characters' }],
    ['/kill', { reason: 'a\u001b[2Jb' }, key, 400, { code: 'invalid_field', field: 'reason' }],
    ['/kill', { reason: 'x', strengh: 'stop' }, key, 400, { code: 'unknown_field', field: 'strengh', next: 'Did you mean "strength"?' }],
    ['/kill', { reason: 'x', strength: 'hard' }, key, 400, { code: 'invalid_field', accepted: 'one of stop, reduce, cancel, flatten' }],
    ['/kill', '{"reason":', key, 400, { code: 'bad_json' }],
    ['/kill', '[]', key, 400, { code: 'invalid_field', detail: 'The body is [].' }],
    ['/kill', '{"reason":"x","__proto__":{"dryRun":true}}', key, 400, { code: 'unknown_field', field: '__proto__' }],
    ['/kill', { reason: 'x', dryRun: 'yes' }, key, 400, { code: 'invalid_field', field: 'dryRun', accepted: 'a boolean' }],
    ['/breaks/b/resolve', { action: 'adopt', reason: 'x' }, key, 400, { code: 'missing_field', field: 'strategy' }],
    ['/breaks/b/resolve', { action: 'enter', exitPrice: '-1', reason: 'x' }, key, 400, { code: 'invalid_field', field: 'exitPrice', accepted: 'a price above 0: "enter" needs one' }],
    ['/breaks/b/resolve', { action: 'enter', exitPrice: '1e999', reason: 'x' }, key, 400, { code: 'invalid_field', field: 'exitPrice' }],
    ['/strategies/razor/stop', {}, key, 404, { code: 'not_found' }],
    ['/kill', { reason: 'x'.repeat(70_000) }, key, 413, { code: 'too_large' }],
  ];
  for (const [path, body, idempotency, status, expected] of cases) {
    const reply = await server.post(path, body, idempotency);
    assert.equal(reply.status, status, `${path} ${JSON.stringify(body)}`);
    for (const [name, value] of Object.entries(expected)) assert.equal(problem(reply.body)[name], value, `${path} ${JSON.stringify(body).slice(0, 80)}: ${name}`);
  }
  const text = await server.raw('/api/v1/kill', { method: 'POST', headers: { authorization: `Bearer ${server.token}`, 'content-type': 'text/plain', 'idempotency-key': key }, body: '{"reason":"x"}' });
  assert.deepEqual([text.status, problem(text.body)['code']], [415, 'not_json']);
  const endless = await server.raw('/api/v1/kill', { method: 'POST', headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json', 'transfer-encoding': 'chunked' }, body: `"${'x'.repeat(70_000)}"` });
  assert.equal(endless.status, 413);
  assert.deepEqual(server.engine.commands, []);
});

test('reconcile answers the report, and needs no key', async (t) => {
  const server = await serve(t);
  server.engine.answerWith = async (command) => ({ ok: true, answer: { ...doneAnswer(command, 1), report: report(7) } });
  const reply = await server.post('/reconcile');
  assert.deepEqual([reply.status, reply.body], [200, JSON.parse(JSON.stringify(report(7)))]);
  server.engine.answerWith = async (command) => ({ ok: true, answer: { ...doneAnswer(command, 1), state: 'running' } });
  assert.equal((await server.post('/reconcile')).status, 202);
});

test('readiness follows the engine; a walk over the chain is answered', async (t) => {
  const server = await serve(t, { engine: busyEngine() });
  assert.equal((await server.raw('/healthz')).status, 200);
  assert.equal((await server.raw('/readyz')).status, 200);
  server.engine.pulse = { ...server.engine.pulse, ready: false };
  const notReady = await server.raw('/readyz');
  assert.deepEqual([notReady.status, notReady.body], [503, { ready: false }]);
  assert.deepEqual((await server.post('/audit/verify')).body, { ok: true, facts: server.engine.head(), head: 'ab12' });
});

test('the OpenAPI document names every address, query, body and shape', async (t) => {
  const server = await serve(t);
  const document = (await server.get('/openapi.json')).body as {
    readonly openapi: string;
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly { readonly name: string }[] }>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
  };
  assert.equal(document.openapi, '3.1.0');
  const addresses = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path.replace('/api/v1', '')}`));
  assert.deepEqual(addresses.sort(), [
    'get /breaks', 'get /breaks/{id}', 'get /candles', 'get /journal', 'get /metrics', 'get /orders', 'get /positions', 'get /reports', 'get /reports/{id}',
    'get /status', 'get /strategies', 'get /strategies/{id}', 'get /trades', 'get /trades/{id}',
    'post /audit/verify', 'post /breaks/{id}/resolve', 'post /kill', 'post /login', 'post /login-links', 'post /logout', 'post /reconcile',
    'post /strategies/{id}/drain', 'post /strategies/{id}/flatten', 'post /strategies/{id}/pause', 'post /strategies/{id}/resume',
  ]);
  const filters = document.paths['/api/v1/trades']?.['get']?.parameters?.map(({ name }) => name);
  assert.deepEqual(filters, ['status', 'strategy', 'instrument', 'exitReason', 'from', 'to', 'limit', 'cursor']);
  for (const name of ['Trade', 'Strategy', 'Position', 'Order', 'Break', 'Report', 'Metrics', 'Status', 'Command', 'Problem', 'Fact']) {
    assert.ok(document.components.schemas[name], name);
  }
});

test('a failing store is answered without a stack, and the log names the place', async (t) => {
  const engine = createFakeEngine();
  const server = await serve(t, { engine: { ...engine, store: { ...engine.store, positions: () => Promise.reject(new Error('no such table: positions')) } } });
  const reply = await server.get('/positions');
  assert.equal(reply.status, 500);
  assert.doesNotMatch(reply.text, /table|at .*\.ts/);
  assert.match(server.logged(), /no such table: positions/);
});

test('positions and candles carry exact decimals and server times', async (t) => {
  const server = await serve(t, { engine: busyEngine() });
  const [held] = ((await server.get('/positions')).body as { readonly items: readonly unknown[] }).items;
  assert.deepEqual(held, JSON.parse(JSON.stringify(position(2, '0.0011'))));
  const candles = (await server.get('/candles?instrument=BTC_USDC-PERPETUAL')).body;
  assert.deepEqual(candles, { items: [{ at: new Date(START).toISOString(), open: '1', high: '3', low: '0.5', close: '2', volume: '1.5' }], next: null });
});
