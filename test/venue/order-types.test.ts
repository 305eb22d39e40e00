/** Every type of order, flag and link, from the client's wish to the practice exchange and back as values of the domain. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Decimal, abs, add, dec, gt, lt, sub } from '../../src/base/decimal.ts';
import { HOUR } from '../../src/base/time.ts';
import type { PlaceOrder, PlaceType } from '../../src/venue/port.ts';
import { nextLabel, okay } from '../../src/venue/port-kit.contract.ts';
import { AMOUNT, type Bench, MARK, RESTS, createBench } from './order-bench.ts';
import { INSTRUMENT } from './practice-far.ts';

describe('order types', () => {
  type Case = {
    readonly type: PlaceType;
    readonly terms: (bench: Bench) => Partial<PlaceOrder>;
    readonly shown: string;
  };
  const cases: readonly Case[] = [
    { type: 'limit', terms: ({ at }) => ({ ...RESTS, price: at('-1') }), shown: 'limit open' },
    { type: 'market', terms: () => ({}), shown: 'market filled' },
    { type: 'market_limit', terms: () => ({}), shown: 'limit filled market_limit' },
    {
      type: 'stop_limit',
      terms: ({ at }) => ({ ...RESTS, ...MARK, price: at('1.1'), triggerPrice: at('1') }),
      shown: 'stop_limit untriggered',
    },
    {
      type: 'stop_market',
      terms: ({ at }) => ({ trigger: 'index_price', triggerPrice: at('1') }),
      shown: 'stop_market untriggered',
    },
    {
      type: 'take_limit',
      terms: ({ at }) => ({ ...RESTS, ...MARK, price: at('-1'), triggerPrice: at('-1') }),
      shown: 'take_limit untriggered',
    },
    {
      type: 'take_market',
      terms: ({ at }) => ({ trigger: 'last_price', triggerPrice: at('-1') }),
      shown: 'take_market untriggered',
    },
    {
      type: 'trailing_stop',
      terms: () => ({ ...MARK, triggerOffset: dec(300) }),
      shown: 'trailing_stop untriggered',
    },
  ];
  for (const { type, terms, shown } of cases)
    it(`a ${type} order is taken and understood, and so is its end`, () => {
      const bench = createBench();
      const order = bench.place({ type, ...terms(bench) });
      assert.equal(
        [order.type, order.state, order.originalType].filter((word) => word !== null).join(' '),
        shown,
      );
      if (order.state === 'filled') return;
      const { rig } = bench;
      const ended = okay(rig.ask({ kind: 'cancel', orderId: order.orderId }), 'cancel').order;
      assert.equal(ended.state, 'cancelled');
      const from = rig.server() - HOUR;
      const past = okay(
        rig.ask({ kind: 'ended_orders', currency: 'USDC', from }),
        'ended_orders',
      ).orders;
      assert.deepEqual(
        past.map((one) => [one.orderId, one.state]),
        [[order.orderId, 'cancelled']],
        'orders that never filled are part of history',
      );
    });

  it('post-only moves behind the best price, or is refused', () => {
    const { place, at, rig } = createBench();
    const crossing = { ...RESTS, price: at('0.5') };
    const shifted = place({ ...crossing, post: 'shift' });
    assert.equal(shifted.state, 'open');
    assert.ok(shifted.price !== null && lt(shifted.price, crossing.price));
    const order: PlaceOrder = {
      label: nextLabel(),
      instrument: INSTRUMENT,
      direction: 'buy',
      amount: AMOUNT,
      type: 'limit',
      ...crossing,
      post: 'reject',
      reduceOnly: false,
      triggerPrice: null,
      trigger: null,
      validUntil: rig.server() + 30_000,
      children: [],
      fillCondition: null,
    };
    const outcome = rig.ask({ kind: 'place', order });
    assert.ok(outcome.status === 'refused' && outcome.code === 11054);
  });
  it('an edit that must not take ends the order instead', () => {
    const { place, at, rig } = createBench();
    const order = place({ ...RESTS, price: at('-1'), post: 'reject' });
    const edit = {
      orderId: order.orderId,
      amount: order.amount,
      triggerPrice: null,
      reduceOnly: false,
      validUntil: rig.server() + 30_000,
    };
    const kept = okay(
      rig.ask({ kind: 'edit', edit: { ...edit, price: at('-0.9'), post: 'reject' } }),
      'edit',
    ).order;
    assert.deepEqual([kept.state, kept.price], ['open', at('-0.9')]);
    const ended = okay(
      rig.ask({ kind: 'edit', edit: { ...edit, price: at('0.5'), post: 'reject' } }),
      'edit',
    ).order;
    assert.deepEqual([ended.state, ended.cancelReason], ['cancelled', 'edit_post_only_reject']);
  });
  it('the amount of an edit is the total, what has filled included', () => {
    const { place, at, rig, far } = createBench();
    far.control('liquidity', { instrument: INSTRUMENT, amount: '0.0005' });
    const order = place({ ...RESTS, price: at('0.2') });
    assert.ok(order.state === 'open' && gt(order.filled, dec(0)), JSON.stringify(order));
    const edit = {
      orderId: order.orderId,
      amount: order.filled,
      price: order.price,
      triggerPrice: null,
      reduceOnly: false,
      validUntil: rig.server() + 30_000,
    };
    assert.equal(rig.ask({ kind: 'edit', edit }).status, 'refused', 'nothing would be left');
    const more = add(order.filled, dec('0.0001'));
    far.control('liquidity', { instrument: INSTRUMENT, amount: '0' });
    const smaller = okay(
      rig.ask({ kind: 'edit', edit: { ...edit, amount: more, price: at('-1') } }),
      'edit',
    ).order;
    assert.deepEqual([smaller.amount, smaller.state], [more, 'open']);
  });
});

describe('order types: triggers', () => {
  it('a fired stop is followed to the order that it became, by stream, label and history', () => {
    const { place, at, move, rig, told } = createBench();
    const stop = place({ type: 'stop_market', ...MARK, triggerPrice: at('1') });
    move('1.5');
    assert.equal(told(stop.orderId)?.state, 'triggered');
    const { orders } = okay(
      rig.ask({ kind: 'orders_by_label', label: stop.label, currency: 'USDC' }),
      'orders_by_label',
    );
    const born = orders.find(({ triggerOrderId }) => triggerOrderId === stop.orderId);
    assert.ok(born !== undefined && born.orderId !== stop.orderId && born.state === 'filled');
    const { events } = okay(
      rig.ask({ kind: 'trigger_history', currency: 'USDC', from: rig.server() - HOUR }),
      'trigger_history',
    );
    assert.deepEqual(
      events.map(({ triggerOrderId, orderId, state }) => [triggerOrderId, orderId, state]),
      [[stop.orderId, born.orderId, 'triggered']],
    );
  });
  it('a trailing stop follows the price, never goes back, and fires at its distance', () => {
    const { place, at, move, rig, told } = createBench();
    place({ ...RESTS, price: at('0.5') });
    const trailing = place({
      type: 'trailing_stop',
      direction: 'sell',
      reduceOnly: true,
      ...MARK,
      triggerOffset: dec(400),
    });
    const trigger = (): Decimal | null =>
      okay(rig.ask({ kind: 'order_state', orderId: trailing.orderId }), 'order_state').order
        ?.triggerPrice ?? null;
    const first = trigger();
    move('0.8');
    const second = trigger();
    assert.ok(first !== null && second !== null && gt(second, first), `${first} then ${second}`);
    move('0.6');
    assert.equal(trigger(), second, 'it does not go back');
    const edit = {
      orderId: trailing.orderId,
      amount: trailing.amount,
      price: null,
      triggerPrice: null,
      triggerOffset: dec(900),
      reduceOnly: true,
      validUntil: rig.server() + 30_000,
    };
    const wider = okay(rig.ask({ kind: 'edit', edit }), 'edit').order;
    assert.ok(wider.triggerPrice !== null && lt(wider.triggerPrice, sub(second, dec(100))));
    move('-2');
    assert.equal(told(trailing.orderId)?.state, 'triggered');
    const { position } = okay(rig.ask({ kind: 'position', instrument: INSTRUMENT }), 'position');
    assert.equal(position.size, '0');
  });
});

describe('order types: cancels of many', () => {
  it('a filter takes what it names; the orders that went are told one by one', () => {
    const bench = createBench();
    const { at, place, rig } = bench;
    const limit = place({ ...RESTS, price: at('-1') });
    const stop = place({ type: 'stop_market', ...MARK, triggerPrice: at('1') });
    const take = place({ type: 'take_market', ...MARK, triggerPrice: at('-1') });
    const trailing = place({ type: 'trailing_stop', ...MARK, triggerOffset: dec(500) });
    const cancel = (scope: Parameters<typeof rig.ask>[0]): readonly string[] =>
      okay(rig.ask(scope), 'cancel_many').orders.map(({ orderId }) => orderId);
    const of = { of: 'instrument', instrument: INSTRUMENT } as const;
    for (const [type, expected] of [
      ['trailing_stop', trailing],
      ['take', take],
      ['limit', limit],
    ] as const)
      assert.deepEqual(cancel({ kind: 'cancel_many', scope: { ...of, type } }), [expected.orderId]);
    const currency = { of: 'currency', currency: 'USDC', type: 'trigger_all' } as const;
    assert.deepEqual(cancel({ kind: 'cancel_many', scope: currency }), [stop.orderId]);
    assert.deepEqual(cancel({ kind: 'cancel_many', scope: { of: 'account' } }), []);
  });
});

describe('order types: settlements', () => {
  it('a settlement is a row with the position, the prices and the money of its session', () => {
    const { place, at, rig, far } = createBench();
    place({ ...RESTS, price: at('0.5') });
    rig.run(1_000);
    far.control('settle', {});
    rig.run(1_000);
    const { settlements } = okay(
      rig.ask({ kind: 'settlements', currency: 'USDC', from: rig.server() - HOUR }),
      'settlements',
    );
    const [row, ...rest] = settlements;
    assert.deepEqual(rest, []);
    assert.deepEqual(
      [row?.type, row?.instrument, row?.position],
      ['settlement', INSTRUMENT, AMOUNT],
    );
    assert.ok(row?.profitLoss !== null && row?.markPrice !== null);
    const { rows } = okay(
      rig.ask({
        kind: 'cash_log',
        currency: 'USDC',
        from: rig.server() - HOUR,
        to: rig.server() + HOUR,
      }),
      'cash_log',
    );
    const booked = rows.find(({ type }) => type === 'settlement');
    assert.ok(booked !== undefined && row?.sessionProfitLoss !== null);
    assert.ok(
      lt(abs(sub(booked.change, row?.sessionProfitLoss ?? dec(0))), dec('0.000001')),
      'the cash row moves what the session made',
    );
  });
});
