/** Sizes: protection has the size of what is open and is only ever shrunk; what funding, memory and a liquidation do to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { presentPosition } from '../domain/present.ts';
import type { VenueOrder } from '../domain/order.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const close = (world: World, more: Readonly<Record<string, string>> = {}) =>
  world.control('POST', 'close', { instrument: PERPETUAL, ...more });
const stops = (world: World) =>
  world
    .exchange()
    .orders.filter(
      (order) => order.type === 'stop_market' && order.state === 'untriggered' && !order.dormant,
    );
const intents = (world: World, purpose: string) =>
  world.of('ORDER_INTENDED').filter((fact) => fact.data.intent.purpose === purpose);
const shownStop = (world: World) => presentPosition(world.books(), PERPETUAL)?.stop;
const changes = (world: World) =>
  world
    .of('CHANGE_INTENDED')
    .map(({ data: { change } }) => [
      change.want.kind,
      change.want.kind === 'edited' ? change.want.amount : null,
    ]);

test('[N1] funding of the time in which a trade ended unseen belongs to that trade', async () => {
  const world = await createWorld({ speed: 20 });
  const { id } = await world.enter({ sizeUsd: dec('900') });
  await world.run(5_000);
  world.crash();
  world.control('POST', 'advance', { ms: 3 * 3_600_000 });
  close(world);
  await world.restart();
  await world.ready();
  await world.run(5_000);
  assert.notEqual(world.trade(id).closedAt, null);
  const accrued = world.of('FUNDING_ACCRUED');
  assert.ok(accrued.length > 0);
  const shared = accrued.flatMap((fact) => fact.data.allocations);
  assert.deepEqual(new Set(shared.map((part) => part.trade)), new Set([id]));
  const total = shared.reduce((sum, part) => sum + Number(part.amount), 0);
  assert.ok(
    total !== 0 && Math.abs(total - Number(accrued.at(-1)?.data.realized)) < 1e-9,
    `${total} of ${accrued.at(-1)?.data.realized}`,
  );
  assert.equal(Number(world.trade(id).funding).toFixed(9), total.toFixed(9));
});

test('[N1] an entry that fills in part: its legs wake with what filled, and nothing is edited', async () => {
  const world = await createWorld();
  await world.ready();
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: '0.0004' });
  await world.enter();
  await world.run(5_000);
  assert.deepEqual(changes(world), []);
  assert.deepEqual(
    [world.openTrade()?.open, stops(world).map((order) => order.amount)],
    ['0.0004', ['0.0004']],
  );
  audit(world);
});

test('[N1] a leg that sleeps protects nothing: it is not shown as a stop, not edited, and the one that woke is looked for', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 20_000 });
  world.signal();
  await world.until('an entry', () => world.openTrade() !== undefined, 70_000);
  const [entry] = [...world.books().orders.values()];
  const [intended] = world.of('ORDER_INTENDED');
  assert.ok(entry !== undefined && intended !== undefined);
  const asleep = intended.data.intent.children.map(
    (child, n): VenueOrder => ({
      ...entry.order,
      ...child,
      orderId: `OTO-${n + 1}`,
      state: 'untriggered',
      filled: dec('0'),
      averagePrice: null,
      primaryOrderId: entry.order.orderId,
      reduceOnly: true,
      otoOrderIds: [],
    }),
  );
  push(world, asleep);
  await world.run(50);
  assert.deepEqual(
    [asleep.length, shownStop(world)?.state, shownStop(world)?.amount],
    [2, 'missing', '0'],
  );
  await world.run(2_500);
  assert.deepEqual(
    [shownStop(world)?.state, shownStop(world)?.orderId],
    ['on_exchange', stops(world)[0]?.orderId],
    'found by a look',
  );
  assert.deepEqual(changes(world), []);
  await world.run(40_000);
  audit(world);
});

test('[N5] two stops protect a trade and a hand closes a part: the newer one is shrunk, none is cancelled or enlarged', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  const [first] = stops(world);
  world.hand('private/edit', {
    order_id: first?.orderId,
    amount: 0.0004,
    trigger_price: Number(first?.triggerPrice),
    reduce_only: true,
  });
  await world.until('a second stop', () => stops(world).length === 2, 8_000);
  await world.run(1_000);
  assert.deepEqual(
    stops(world).map((order) => order.amount),
    ['0.0004', '0.0005'],
  );
  const before = changes(world).length;
  close(world, { amount: '0.0001' });
  await world.run(5_000);
  assert.equal(world.trade(id).open, '0.0008');
  assert.deepEqual(
    stops(world).map((order) => order.amount),
    ['0.0004', '0.0004'],
  );
  assert.deepEqual(
    changes(world)
      .slice(before)
      .filter(([kind, amount]) => kind === 'cancelled' || Number(amount) > 0.0008),
    [],
  );
  audit(world);
});

test('what is remembered for screens and searches is forgotten with its subject', async () => {
  const world = await createWorld();
  for (let n = 0; n < 2; n++) {
    await world.enter();
    close(world);
    await world.run(1_000);
  }
  await world.run(10_000);
  const { books, live, shown } = world.life().driver.cell;
  const busy = { texts: shown.texts.size, orders: books.orders.size };
  assert.ok(busy.texts > 14 && busy.orders >= 10, JSON.stringify(busy));
  world.control('POST', 'advance', { ms: 60 * 60_000 });
  await world.run(40_000);
  const kept = {
    orders: books.orders.size,
    intents: books.intents.size,
    trades: books.trades.size,
    legs: books.legs.size,
    booked: books.booked.size,
    errands: live.errands.size,
    triggered: live.triggered.size,
    subjects: [...shown.texts.keys()].filter(
      (key) => key.startsWith('order/') || key.startsWith('trade/'),
    ).length,
  };
  assert.deepEqual(kept, {
    orders: 0,
    intents: 0,
    trades: 0,
    legs: 0,
    booked: 0,
    errands: 0,
    triggered: 0,
    subjects: 0,
  });
});

/** One private frame of orders, as the exchange might push it. */
function push(world: World, orders: readonly VenueOrder[]): void {
  const { trading } = world.life().driver.cell.live.links;
  assert.ok(trading.up);
  world.life().input({
    kind: 'venue',
    event: {
      kind: 'changes',
      conn: trading.conn,
      changes: { instrument: PERPETUAL, orders, fills: [], positions: [] },
    },
  });
}

/** An order of the exchange's own, as a push of a liquidation shows it. */
const liquidating = (world: World, amount: string): VenueOrder => {
  const [known] = [...world.books().orders.values()];
  assert.ok(known);
  const at = world.serverNow();
  return {
    ...known.order,
    orderId: 'liq-1',
    label: '',
    type: 'liquidation',
    direction: 'sell',
    amount: dec(amount),
    filled: dec('0'),
    averagePrice: null,
    state: 'open',
    createdAt: at,
    updatedAt: at,
    isLiquidation: true,
    reduceOnly: true,
    otoOrderIds: [],
    primaryOrderId: null,
    ocoRef: null,
  };
};

for (const { what, seen } of [
  {
    what: 'the exchange sells',
    seen: (world: World, stop: VenueOrder) => [
      liquidating(world, '0.0009'),
      {
        ...stop,
        state: 'cancelled' as const,
        cancelReason: 'autoliquidation',
        updatedAt: world.serverNow(),
      },
    ],
  },
  {
    what: 'the exchange has cancelled our stop for it',
    seen: (world: World, stop: VenueOrder) => [
      {
        ...stop,
        state: 'cancelled' as const,
        cancelReason: 'autoliquidation',
        updatedAt: world.serverNow(),
      },
    ],
  },
] as const) {
  test(`[N5] no protection is put into a liquidation: ${what}`, async () => {
    const world = await createWorld();
    await world.enter();
    const stop = [...world.books().orders.values()].find(
      ({ order, leg }) => leg?.purpose === 'stop' && order.state === 'untriggered',
    )?.order;
    assert.ok(stop !== undefined);
    push(world, seen(world, stop));
    await world.run(15_000);
    assert.deepEqual(
      [intents(world, 'stop').length, intents(world, 'stop_now').length],
      [0, 0],
      world.trace(),
    );
  });
}

test('[N5] a minute after the exchange cancelled a stop for a liquidation that did not come, the trade is protected again', async () => {
  const world = await createWorld();
  await world.enter();
  const stop = [...world.books().orders.values()].find(
    ({ order, leg }) => leg?.purpose === 'stop' && order.state === 'untriggered',
  )?.order;
  assert.ok(stop !== undefined);
  world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 100 });
  world.hand('private/cancel', { order_id: stop.orderId });
  const gone = {
    ...stop,
    state: 'cancelled' as const,
    cancelReason: 'autoliquidation',
    updatedAt: world.serverNow(),
  };
  push(world, [gone]);
  await world.run(55_000);
  assert.equal(intents(world, 'stop').length, 0);
  await world.run(15_000);
  assert.equal(stops(world).length, 1, world.trace());
  audit(world);
});
