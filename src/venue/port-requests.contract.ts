/** The port's contract, requests: every read and every order request, and what becomes of them on a good day. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { dec, gt, mul } from '../base/decimal.ts';
import { onTick } from '../domain/instrument.ts';
import { type EditOrder, NEVER_SENT, type PlaceOrder } from './port.ts';
import {
  QUIET,
  type VenueWorld,
  buy,
  marketOf,
  okay,
  twice,
  up,
  window,
} from './port-kit.contract.ts';

export function readTests(makeWorld: () => VenueWorld): void {
  it("answers every read, stamped with the exchange's own time", () => {
    const world = makeWorld();
    const rig = up(world);
    const { instrument } = marketOf(rig, world);
    assert.equal(instrument.name, world.instrument);
    assert.ok(
      okay(rig.ask({ kind: 'summaries' }), 'summaries').summaries.some(
        (row) => row.currency === world.currency,
      ),
    );
    assert.equal(
      okay(rig.ask({ kind: 'position', instrument: world.instrument }), 'position').position.size,
      '0',
    );
    assert.ok(
      okay(rig.ask({ kind: 'positions' }), 'positions').positions.every((row) => row.size === '0'),
    );
    assert.deepEqual(okay(rig.ask({ kind: 'open_orders' }), 'open_orders').orders, []);
    assert.deepEqual(
      okay(
        rig.ask({ kind: 'orders_by_label', label: 'nobody', currency: world.currency }),
        'orders_by_label',
      ).orders,
      [],
    );
    assert.deepEqual(
      okay(rig.ask({ kind: 'fills', currency: world.currency, ...window(rig) }), 'fills'),
      { kind: 'fills', fills: [], hole: null },
    );
    const outcome = rig.ask({ kind: 'cash_log', currency: world.currency, ...window(rig) });
    assert.ok(
      outcome.status === 'ok' &&
        outcome.beganAt !== null &&
        Math.abs(outcome.beganAt - rig.server()) < 60_000,
    );
  });
  it('an order id that nobody knows is found to be nothing; a cancel of it finds it gone', () => {
    const rig = up(makeWorld());
    assert.equal(
      okay(rig.ask({ kind: 'order_state', orderId: 'USDC-999999999' }), 'order_state').order,
      null,
    );
    assert.equal(rig.ask({ kind: 'cancel', orderId: 'USDC-999999999' }).status, 'gone');
  });
  it('reads wait for credits and all are answered', () => {
    const rig = up(makeWorld());
    const refs = Array.from({ length: 120 }, () => rig.request({ kind: 'positions' }));
    rig.run(QUIET);
    assert.ok(
      refs.every((ref) => rig.answers(ref).length === 1 && rig.answers(ref)[0]?.status === 'ok'),
    );
  });
}

function resting(world: VenueWorld): void {
  const rig = up(world);
  const order = buy(rig, marketOf(rig, world), 'rests');
  const placed = okay(rig.ask({ kind: 'place', order }), 'place').order;
  assert.deepEqual(
    [placed.label, placed.state, placed.amount, placed.price, placed.filled],
    [order.label, 'open', order.amount, order.price, '0'],
  );
  const { orderId } = placed;
  assert.equal(
    okay(rig.ask({ kind: 'order_state', orderId }), 'order_state').order?.orderId,
    orderId,
  );
  assert.deepEqual(
    okay(
      rig.ask({ kind: 'orders_by_label', label: order.label, currency: world.currency }),
      'orders_by_label',
    ).orders.map((row) => row.orderId),
    [orderId],
  );
  assert.deepEqual(
    okay(rig.ask({ kind: 'open_orders' }), 'open_orders').orders.map((row) => row.orderId),
    [orderId],
  );
  const wanted: EditOrder = {
    orderId,
    amount: twice(order.amount),
    price: order.price ?? null,
    triggerPrice: null,
    reduceOnly: false,
    validUntil: rig.server() + 30_000,
  };
  assert.equal(
    okay(rig.ask({ kind: 'edit', edit: wanted }), 'edit').order.amount,
    twice(order.amount),
  );
  assert.equal(okay(rig.ask({ kind: 'cancel', orderId }), 'cancel').order.state, 'cancelled');
  assert.equal(rig.ask({ kind: 'cancel', orderId }).status, 'gone');
  assert.equal(rig.ask({ kind: 'edit', edit: wanted }).status, 'gone');
  assert.equal(
    okay(
      rig.ask({ kind: 'cancel_by_label', label: order.label, currency: world.currency }),
      'cancel_by_label',
    ).count,
    0,
  );
  const second = buy(rig, marketOf(rig, world), 'rests');
  okay(rig.ask({ kind: 'place', order: second }), 'place');
  assert.equal(
    okay(
      rig.ask({ kind: 'cancel_by_label', label: second.label, currency: world.currency }),
      'cancel_by_label',
    ).count,
    1,
  );
  const states = rig.of('changes').flatMap((event) => event.changes.orders.map((row) => row.state));
  assert.ok(states.includes('open') && states.includes('cancelled'), 'the stream tells of both');
}

function filling(world: VenueWorld): void {
  const rig = up(world);
  const market = marketOf(rig, world);
  const order = buy(rig, market, 'fills');
  const result = okay(rig.ask({ kind: 'place', order }), 'place');
  assert.equal(result.order.state, 'filled');
  const ids = result.fills.map((fill) => fill.tradeId);
  assert.ok(
    ids.length > 0 &&
      result.fills.every(
        (fill) =>
          fill.currency === world.currency &&
          fill.label === order.label &&
          fill.direction === 'buy',
      ),
  );
  rig.run(1_000);
  const pushed = rig
    .of('changes')
    .flatMap((event) => event.changes.fills.map((fill) => fill.tradeId));
  assert.deepEqual(pushed, ids);
  const read = okay(
    rig.ask({ kind: 'fills', currency: world.currency, ...window(rig) }),
    'fills',
  ).fills;
  assert.deepEqual(
    read.map((fill) => fill.tradeId),
    ids,
  );
  assert.deepEqual(read, result.fills, 'the same fill, whoever tells it');
  assert.equal(
    okay(rig.ask({ kind: 'position', instrument: world.instrument }), 'position').position.size,
    order.amount,
  );
  const rows = okay(
    rig.ask({ kind: 'cash_log', currency: world.currency, ...window(rig) }),
    'cash_log',
  ).rows;
  assert.ok(ids.every((id) => rows.some((row) => row.tradeId === id)));
  const stop: PlaceOrder = {
    ...order,
    label: `${order.label}-stop`,
    direction: 'sell',
    type: 'stop_market',
    price: null,
    timeInForce: null,
    reduceOnly: true,
    trigger: 'mark_price',
    triggerPrice: onTick(market.instrument, mul(market.ticker.markPrice, dec('0.99')), 'floor'),
    validUntil: rig.server() + 30_000,
  };
  const placed = okay(rig.ask({ kind: 'place', order: stop }), 'place').order;
  assert.deepEqual(
    [placed.state, placed.reduceOnly, placed.triggerPrice, placed.price],
    ['untriggered', true, stop.triggerPrice, null],
  );
}

export function orderTests(makeWorld: () => VenueWorld): void {
  it('places, finds, edits and cancels an order that rests', () => resting(makeWorld()));
  it('fills come with the answer, on the stream and from history as the same fills; a stop waits', () =>
    filling(makeWorld()));
  it('refuses what the exchange refuses: an amount off the grid, a deadline that is over', () => {
    const world = makeWorld();
    const rig = up(world);
    const market = marketOf(rig, world);
    const order = buy(rig, market, 'rests');
    for (const wrong of [
      { ...order, amount: mul(order.amount, dec('1.5')) },
      { ...order, validUntil: rig.server() - 60_000 },
    ]) {
      const outcome = rig.ask({ kind: 'place', order: wrong });
      assert.ok(
        outcome.status === 'refused' && outcome.code !== NEVER_SENT,
        JSON.stringify(outcome),
      );
    }
    assert.deepEqual(okay(rig.ask({ kind: 'open_orders' }), 'open_orders').orders, []);
  });
  it('an order request without a link is refused as never sent, and never leaves later', () => {
    const world = makeWorld();
    const rig = up(world);
    const order = buy(rig, marketOf(rig, world), 'rests');
    rig.cut();
    const outcome = rig.ask({ kind: 'place', order });
    assert.ok(
      outcome.status === 'refused' &&
        outcome.code === NEVER_SENT &&
        /not sent: no connection/.test(outcome.message),
    );
    rig.run(QUIET);
    assert.ok(!rig.frames.some(({ text }) => text.includes(order.label)));
  });
  it('a flood of openings is held back by the own ceiling, and a cancel still gets through', () => {
    const world = makeWorld();
    const rig = up(world);
    const order = buy(rig, marketOf(rig, world), 'rests');
    const outcomes = Array.from({ length: 12 }, (_, i) =>
      rig.request({ kind: 'place', order: { ...order, label: `${order.label}-${i}` } }),
    );
    rig.run(1_000);
    const held = outcomes
      .map((ref) => rig.answers(ref)[0])
      .filter(
        (outcome) =>
          outcome?.status === 'refused' && outcome.rateLimited && outcome.code === NEVER_SENT,
      );
    assert.ok(held.length > 0 && held.length < 12, `${held.length} held back`);
    assert.equal(
      okay(
        rig.ask({ kind: 'cancel_by_label', label: `${order.label}-0`, currency: world.currency }),
        'cancel_by_label',
      ).count,
      1,
    );
  });
  it('amounts are exact on the way out and in', () => {
    const world = makeWorld();
    const rig = up(world);
    const market = marketOf(rig, world);
    const order = {
      ...buy(rig, market, 'rests'),
      amount: mul(market.instrument.minAmount, dec(3)),
    };
    assert.ok(gt(order.amount, market.instrument.minAmount));
    assert.equal(okay(rig.ask({ kind: 'place', order }), 'place').order.amount, order.amount);
    assert.ok(rig.frames.some(({ text }) => text.includes(`:${order.amount}`)));
  });
}
