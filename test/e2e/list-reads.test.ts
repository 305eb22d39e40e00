/** Long lists read by a thread of their own, over real HTTP: whole once, then as differences, and over the link where that fails. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { VenueEvent, VenueOutcome, VenueRequest } from '../../src/venue/port.ts';
import { openListReads } from '../../src/app/list-reads.ts';

const MANY = 1_000;

const order = (id: number, amount: number): object => ({
  order_id: `USDC-${id}`,
  label: '',
  instrument_name: 'BTC_USDC-PERPETUAL',
  direction: 'buy',
  order_type: 'limit',
  order_state: 'open',
  amount,
  filled_amount: 0,
  average_price: 0,
  price: 60_000,
  time_in_force: 'good_til_cancelled',
  creation_timestamp: 1,
  last_update_timestamp: 1,
});

async function openBench(t: TestContext) {
  const orders = new Map(Array.from({ length: MANY }, (_, id) => [id, 0.001]));
  const shown = { status: 200, asked: 0 };
  const server = createServer((_request, response) => {
    shown.asked += 1;
    response.statusCode = shown.status;
    const result = [...orders].map(([id, amount]) => order(id, amount));
    response.end(
      shown.status === 200 ? JSON.stringify({ jsonrpc: '2.0', result, usIn: 5_000_000 }) : 'no',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const waiting = new Map<string, (outcome: VenueOutcome | 'over the link') => void>();
  const lists = openListReads({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`,
    login: 'secret',
    key: { clientId: 'id', clientSecret: 'secret-of-no-use' },
    log: { info: () => undefined, warn: () => undefined },
    onAnswer: (ref, outcome) => waiting.get(ref)?.(outcome),
    otherwise: (ref) => waiting.get(ref)?.('over the link'),
  });
  t.after(async () => {
    await lists.stop();
    server.closeAllConnections();
    server.close();
  });
  let counter = 0;
  const read = (request: VenueRequest): Promise<VenueOutcome | 'over the link'> =>
    new Promise((resolve) => {
      const ref = `r${counter++}`;
      waiting.set(ref, resolve);
      if (!lists.take(ref, request)) resolve('over the link');
    });
  const heard = (count: number): void =>
    lists.heard({
      kind: 'answer',
      link: 'trading',
      conn: 1,
      ref: 'x',
      outcome: {
        status: 'ok',
        beganAt: null,
        result: { kind: 'open_orders', orders: Array.from({ length: count }) as never },
      },
    } satisfies VenueEvent);
  return { orders, shown, read, heard };
}

const resultOf = (outcome: VenueOutcome | 'over the link') => {
  assert.ok(outcome !== 'over the link' && outcome.status === 'ok', JSON.stringify(outcome));
  assert.equal(outcome.beganAt, 5_000);
  return outcome.result;
};

test('a small account reads over its link; a large one is told what differs from the list before', async (t) => {
  const { orders, shown, read, heard } = await openBench(t);
  const first = { kind: 'open_orders', since: null } as const;
  heard(MANY - 1);
  assert.equal(await read(first), 'over the link');
  heard(MANY);
  assert.equal(await read({ kind: 'open_orders' }), 'over the link', 'who wants all of it');
  assert.equal(shown.asked, 0);

  const whole = resultOf(await read(first));
  assert.ok(whole.kind === 'open_orders' && whole.list !== undefined);
  assert.deepEqual(
    whole.orders.map(({ orderId }) => orderId),
    [...orders.keys()].map((id) => `USDC-${id}`),
  );
  orders.set(7, 0.002).set(5_000, 0.001).delete(8);
  const since = resultOf(await read({ kind: 'open_orders', since: whole.list }));
  assert.ok(since.kind === 'orders_since');
  assert.deepEqual(
    [since.since, since.changed.map(({ orderId, amount }) => `${orderId} ${amount}`), since.gone],
    [whole.list, ['USDC-7 0.002', 'USDC-5000 0.001'], ['USDC-8']],
  );
});

test('what the thread could not read is asked over the link, and so are lists for a while', async (t) => {
  const { shown, read, heard } = await openBench(t);
  heard(MANY);
  shown.status = 503;
  const first = { kind: 'open_orders', since: null } as const;
  assert.equal(await read(first), 'over the link');
  assert.equal(shown.asked, 1);
  shown.status = 200;
  assert.equal(await read(first), 'over the link');
  assert.equal(shown.asked, 1);
});
