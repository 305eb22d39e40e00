/** The HTTP API over a real port: what each address answers, what it refuses and in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { dec } from '../../src/base/decimal.ts';
import {
  aBreak,
  closedTrade,
  facts,
  report,
  strategy,
  statusBody,
  trade,
} from '../support/facts.ts';
import { busyEngine } from '../support/busy-engine.ts';
import { createFakeEngine } from '../support/served-engine.ts';
import { serve } from '../support/serving.ts';
import { dailyAnswerSchema, dailyItemSchema } from '../../src/wire/schemas-daily.ts';
import * as answers from '../../src/wire/schemas-answers.ts';
import * as shapes from '../../src/wire/schemas.ts';

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
    ['/alerts', answers.alertsSchema],
    ['/reports', page(shapes.reportSchema)],
    [`/reports/${report(1).id}`, shapes.reportSchema],
    ['/reports/daily', page(dailyItemSchema)],
    ['/reports/daily/2026-03-02', dailyAnswerSchema],
    ['/reports/period?from=2026-03-02&to=2026-03-04', dailyAnswerSchema],
    ['/candles?instrument=BTC_USDC-PERPETUAL', page(answers.candleSchema)],
    ['/journal', answers.journalSchema],
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
  engine.commit((seq) =>
    facts(seq - 1, [
      statusBody(strategy(1, { assurance: 'mismatch', status: 'mismatch' }), 'BREAK_OPENED'),
    ]),
  );
  const server = await serve(t, { engine });
  const { strategies, lastReconciliation, accounts, ...rest } = (await server.get('/status'))
    .body as Readonly<Record<string, unknown>>;
  assert.deepEqual(rest, {
    version: '0.1.0',
    mode: 'practice',
    venue: 'practice',
    account: '4711',
    speed: 1,
    seq: engine.head(),
    epoch: 1,
    disk: 'enough',
    assurance: 'mismatch',
    breaksOpen: 1,
    alertsFiring: 1,
  });
  const { account, seq, epoch, assurance, breaksOpen, alertsFiring } = rest;
  const own = { account, seq, epoch, assurance, breaksOpen, alertsFiring, lastReconciliation };
  assert.deepEqual(accounts, [{ id: 'main', ...own }]);
  assert.deepEqual(lastReconciliation, report(1));
  assert.equal((strategies as readonly unknown[]).length, 1);
});

test('positions carry the price of just now, and none where there is no price', async (t) => {
  const engine = busyEngine();
  const server = await serve(t, { engine });
  const read = async () =>
    (
      (await server.get('/positions')).body as {
        readonly items: readonly Readonly<Record<string, unknown>>[];
      }
    ).items.map(({ instrument, markPrice, unrealisedPnl }) => ({
      instrument,
      markPrice,
      unrealisedPnl,
    }));
  const instrument = 'BTC_USDC-PERPETUAL';
  assert.deepEqual(await read(), [{ instrument, markPrice: null, unrealisedPnl: null }]);
  engine.marks = { [instrument]: { mark: dec('91300'), unrealised: dec('0.05445') } };
  assert.deepEqual(await read(), [{ instrument, markPrice: '91300', unrealisedPnl: '0.05445' }]);
  engine.marks = { [instrument]: { mark: dec('91300'), unrealised: null } };
  assert.deepEqual(await read(), [{ instrument, markPrice: '91300', unrealisedPnl: null }]);
});

test('a trade comes with its fills, its orders and the facts that made it', async (t) => {
  const server = await serve(t, { engine: busyEngine() });
  const detail = (await server.get('/trades/razor-1')).body as Readonly<
    Record<string, readonly Readonly<Record<string, unknown>>[]>
  >;
  assert.deepEqual(detail['trade'], JSON.parse(JSON.stringify(closedTrade(1))));
  assert.deepEqual(detail['fills'], [
    {
      tradeId: '11',
      orderId: 'USDC-11',
      role: 'open',
      direction: 'buy',
      amount: '0.0011',
      price: '91250.5',
      fee: '0.05',
      at: '2026-03-02T10:01:01.000Z',
      source: 'push',
    },
    {
      tradeId: '12',
      orderId: 'USDC-13',
      role: 'close',
      direction: 'sell',
      amount: '0.0011',
      price: '92163',
      fee: '0.05',
      at: '2026-03-02T10:01:30.000Z',
      source: 'push',
    },
  ]);
  const types = detail['timeline']?.map(({ type }) => type);
  assert.ok(
    types?.includes('ORDER_INTENDED') &&
      types.includes('FILL_BOOKED') &&
      types.includes('TRADE_CLOSED'),
  );
  assert.equal(detail['orders']?.length, 3);
});

test('filters, pages and cursors', async (t) => {
  const server = await serve(t, { engine: busyEngine() });
  const ids = async (query: string) =>
    (
      (await server.get(`/trades${query}`)).body as {
        readonly items: readonly { readonly id: string }[];
      }
    ).items.map(({ id }) => id);
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
  const journal = (await server.get('/journal?after=2&limit=2')).body as {
    readonly items: readonly { readonly seq: number }[];
    readonly next: string;
  };
  assert.deepEqual([journal.items.map(({ seq }) => seq), journal.next], [[3, 4], '4']);
});

test('bad queries and addresses are named, with what is accepted', async (t) => {
  const server = await serve(t, { engine: busyEngine() });
  const cases: readonly (readonly [string, number, Readonly<Record<string, unknown>>])[] = [
    [
      '/trades?stratgy=razor',
      400,
      { code: 'unknown_parameter', field: 'stratgy', next: 'Did you mean "strategy"?' },
    ],
    [
      '/trades?limit=0',
      400,
      {
        code: 'invalid_field',
        field: 'limit',
        detail: '"limit" is "0".',
        accepted: 'a whole number from 1 to 500',
      },
    ],
    [
      '/trades?limit=ten',
      400,
      { code: 'invalid_field', field: 'limit', accepted: 'a whole number from 1 to 500' },
    ],
    [
      '/trades?status=done',
      400,
      { code: 'invalid_field', field: 'status', accepted: 'one of open, closed' },
    ],
    [
      '/trades?from=yesterday',
      400,
      {
        code: 'invalid_field',
        field: 'from',
        accepted: 'a time such as 2026-01-31T14:00:00Z, or a date',
      },
    ],
    ['/trades?limit=1&limit=2', 400, { code: 'repeated_parameter', field: 'limit' }],
    ['/status?x=1', 400, { code: 'unknown_parameter', accepted: 'account' }],
    [
      '/candles',
      400,
      { code: 'missing_field', field: 'instrument', detail: '"instrument" is missing.' },
    ],
    ['/candles?instrument=ETH-PERPETUAL', 404, { code: 'not_found' }],
    [
      `/candles?instrument=BTC_USDC-PERPETUAL&from=2026-03-02&to=2026-03-01`,
      400,
      { code: 'invalid_field', field: 'from' },
    ],
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
    for (const [name, value] of Object.entries(expected))
      assert.equal(found[name], value, `${path}: ${name}`);
  }
});

test('readiness follows the engine; a walk over the chain is answered', async (t) => {
  const server = await serve(t, { engine: busyEngine() });
  assert.equal((await server.raw('/healthz')).status, 200);
  assert.equal((await server.raw('/readyz')).status, 200);
  server.engine.pulse = { ...server.engine.pulse, ready: false };
  const notReady = await server.raw('/readyz');
  assert.deepEqual([notReady.status, notReady.body], [503, { ready: false }]);
  assert.deepEqual((await server.post('/audit/verify')).body, {
    ok: true,
    facts: server.engine.head(),
    head: 'ab12',
  });
});

test('the OpenAPI document names every address, query, body and shape', async (t) => {
  const server = await serve(t);
  const document = (await server.get('/openapi.json')).body as {
    readonly openapi: string;
    readonly paths: Readonly<
      Record<
        string,
        Readonly<Record<string, { readonly parameters?: readonly { readonly name: string }[] }>>
      >
    >;
    readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
  };
  assert.equal(document.openapi, '3.1.0');
  const addresses = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path.replace('/api/v1', '')}`),
  );
  assert.deepEqual(addresses.sort(), [
    'get /alerts',
    'get /breaks',
    'get /breaks/{id}',
    'get /candles',
    'get /journal',
    'get /journal/export',
    'get /metrics',
    'get /orders',
    'get /positions',
    'get /reports',
    'get /reports/daily',
    'get /reports/daily/{id}',
    'get /reports/daily/{id}.html',
    'get /reports/period',
    'get /reports/period.html',
    'get /reports/{id}',
    'get /status',
    'get /strategies',
    'get /strategies/{id}',
    'get /trades',
    'get /trades/{id}',
    'post /alerts/test',
    'post /alerts/{id}/ack',
    'post /alerts/{id}/snooze',
    'post /audit/verify',
    'post /breaks/{id}/release',
    'post /breaks/{id}/resolve',
    'post /breaks/{id}/take',
    'post /breaks/{id}/undo',
    'post /import',
    'post /kill',
    'post /login',
    'post /login-links',
    'post /logout',
    'post /reconcile',
    'post /strategies/{id}/drain',
    'post /strategies/{id}/flatten',
    'post /strategies/{id}/pause',
    'post /strategies/{id}/resume',
  ]);
  const filters = document.paths['/api/v1/trades']?.['get']?.parameters?.map(({ name }) => name);
  assert.deepEqual(filters, [
    'status',
    'strategy',
    'instrument',
    'exitReason',
    'from',
    'to',
    'limit',
    'cursor',
    'account',
  ]);
  const named =
    'Trade Strategy Position Order Break Report DailyReport Metrics Status Command Problem Fact';
  for (const name of named.split(' ')) {
    assert.ok(document.components.schemas[name], name);
  }
});

test('a failing store is answered without a stack, and the log names the place', async (t) => {
  const engine = createFakeEngine();
  const server = await serve(t, {
    engine: {
      ...engine,
      store: {
        ...engine.store,
        positions: () => Promise.reject(new Error('no such table: positions')),
      },
    },
  });
  const reply = await server.get('/positions');
  assert.equal(reply.status, 500);
  assert.doesNotMatch(reply.text, /table|at .*\.ts/);
  assert.match(server.logged(), /no such table: positions/);
});
