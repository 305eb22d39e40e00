/** Orders that hang together, from the client's wish to the practice exchange and back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dec } from '../../src/base/decimal.ts';
import type { VenueOrder } from '../../src/domain/order.ts';
import type { ChildOrder } from '../../src/venue/port.ts';
import { nextLabel, okay } from '../../src/venue/port-kit.contract.ts';
import { AMOUNT, type Bench, MARK, RESTS, createBench } from './order-bench.ts';
import { INSTRUMENT } from './practice-far.ts';

describe('order types: links', () => {
  const legs = ({ at }: Bench): readonly [ChildOrder, ChildOrder] => {
    const common = { direction: 'sell', amount: AMOUNT, timeInForce: null, ...MARK } as const;
    const stop: ChildOrder = {
      ...common,
      label: nextLabel(),
      type: 'stop_market',
      reduceOnly: true,
      triggerPrice: at('-1'),
    };
    const target: ChildOrder = {
      ...common,
      label: nextLabel(),
      type: 'take_market',
      reduceOnly: true,
      triggerPrice: at('1'),
    };
    return [stop, target];
  };
  const live = ({ rig }: Bench, label: string): readonly VenueOrder[] =>
    okay(
      rig.ask({ kind: 'orders_by_label', label, currency: 'USDC' }),
      'orders_by_label',
    ).orders.filter(({ state, primaryOrderId, orderId }) =>
      state === 'untriggered' && primaryOrderId !== null ? !orderId.startsWith('OTO') : false,
    );

  for (const [fillCondition, awake] of [
    ['first_hit', AMOUNT],
    ['complete_fill', null],
    ['incremental', dec('0.0005')],
  ] as const)
    it(`${fillCondition}: what stands of stop and target after a part of the entry has filled`, () => {
      const bench = createBench();
      const children = legs(bench);
      bench.far.control('liquidity', { instrument: INSTRUMENT, amount: '0.0005' });
      const entry = bench.place({ ...RESTS, price: bench.at('0.2'), children, fillCondition });
      assert.deepEqual([entry.state, entry.filled], ['open', '0.0005']);
      const amounts = children.map(({ label }) => live(bench, label).map(({ amount }) => amount));
      assert.deepEqual(amounts, awake === null ? [[], []] : [[awake], [awake]]);
    });
  it('of a pair the end of one leg ends the other', () => {
    const bench = createBench();
    const children = legs(bench);
    bench.place({ ...RESTS, price: bench.at('0.5'), children, fillCondition: 'first_hit' });
    const [stop, target] = children.map(({ label }) => live(bench, label)[0]);
    assert.ok(stop !== undefined && target !== undefined && stop.ocoRef === target.ocoRef);
    bench.move('1.5');
    assert.equal(bench.told(target.orderId)?.state, 'triggered');
    const gone = bench.told(stop.orderId);
    assert.deepEqual([gone?.state, gone?.cancelReason], ['cancelled', 'oco_other_closed']);
  });
  it('two orders that cancel each other are both live at once', () => {
    const bench = createBench();
    bench.place({ ...RESTS, price: bench.at('0.5') });
    const [stop] = legs(bench);
    const target = bench.place({
      direction: 'sell',
      ...RESTS,
      price: bench.at('1.2'),
      reduceOnly: true,
      children: [stop],
      linked: 'cancels',
    });
    assert.equal(target.state, 'open');
    const { orders } = okay(bench.rig.ask({ kind: 'open_orders' }), 'open_orders');
    assert.deepEqual(
      orders.map(({ label, state, ocoRef }) => [label, state, ocoRef]),
      [
        [target.label, 'open', target.ocoRef],
        [stop.label, 'untriggered', target.ocoRef],
      ],
    );
    okay(bench.rig.ask({ kind: 'cancel', orderId: target.orderId }), 'cancel');
    assert.deepEqual(okay(bench.rig.ask({ kind: 'open_orders' }), 'open_orders').orders, []);
  });
});
