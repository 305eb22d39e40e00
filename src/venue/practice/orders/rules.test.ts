import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dec } from '../../../base/decimal.ts';
import { type Bench, createBench, PERP } from '../harness.contract.ts';
import type { Limits } from './rules.ts';

const limited = (limits: Partial<Limits>): Bench => createBench({ limits });
const FAR = { type: 'limit', amount: 0.01, price: 60_000 };
const STOP = { type: 'stop_market', amount: 0.01, trigger: 'mark_price', trigger_price: 60_000 };
const asked = (order: object) => ({ instrument_name: PERP, ...order });

describe('practice rules', () => {
  it('moves a price beyond the band to the band, when placed and when edited, if the option says so', () => {
    const bench = createBench({ venue: { priceOutsideBand: 'clamp' } });
    const conn = bench.login();
    bench.price('64000');
    const { order } = bench.buy(conn, { type: 'limit', amount: 0.01, price: 70_000 });
    assert.equal(order.price, 64_960);
    const sell = bench.sell(conn, { type: 'limit', amount: 0.01, price: 70_000 }).order;
    const edited = bench.ok(conn, 'private/edit', {
      order_id: sell.order_id,
      amount: 0.01,
      price: 50_000,
    });
    assert.equal(edited.order.price, 63_040);
    const far = bench.sell(conn, { type: 'limit', amount: 0.01, price: 90_000 }).order;
    assert.equal(far.price, 90_000);
  });

  it('refuses more live orders, resting ones, triggers and secondaries than an account may have', () => {
    const cases = [
      [limited({ orders: 1 }), FAR, 10013],
      [limited({ futureOrders: 1 }), FAR, 10014],
      [limited({ futureOrdersSize: dec('0.015') }), FAR, 10016],
      [limited({ futurePositionSize: dec('0.015') }), FAR, 10018],
    ] as const;
    for (const [bench, order, code] of cases) {
      const conn = bench.login();
      bench.buy(conn, order);
      assert.equal(bench.fails(conn, 'private/buy', asked(order)).code, code);
      assert.equal(bench.state().orders.length, 1);
    }
    const triggers = limited({ triggers: 1 });
    const conn = triggers.login();
    triggers.sell(conn, STOP);
    const refused = triggers.fails(conn, 'private/sell', asked(STOP));
    assert.deepEqual([refused.code, refused.message], [11035, 'no_more_triggers 1']);
    const linked = {
      ...FAR,
      linked_order_type: 'one_triggers_other',
      otoco_config: [{ direction: 'sell', type: 'limit', price: 70_000 }],
    };
    const secondaries = limited({ secondaries: 0 });
    assert.equal(secondaries.fails(secondaries.login(), 'private/buy', asked(linked)).code, 13901);
  });

  it('counts again when an order has ended', () => {
    const bench = limited({ orders: 1 });
    const conn = bench.login();
    const { order } = bench.buy(conn, FAR);
    bench.ok(conn, 'private/cancel', { order_id: order.order_id });
    assert.equal(bench.buy(conn, FAR).order.order_state, 'open');
  });

  it('refuses a post-only order that no price could keep from taking', () => {
    const bench = createBench();
    const conn = bench.login();
    bench.price('0.1');
    bench.sell(conn, { type: 'limit', amount: 0.01, price: 0.1 });
    const order = { type: 'limit', amount: 0.01, price: 0.1, post_only: true };
    assert.equal(bench.fails(conn, 'private/buy', asked(order)).code, 11021);
  });

  it('lets a market_limit order rest on a tick where nobody offers anything', () => {
    const bench = createBench();
    const conn = bench.login();
    bench.control('POST', 'liquidity', { instrument: PERP, amount: '0' });
    bench.price('64000.07');
    const { order } = bench.buy(conn, { type: 'market_limit', amount: 0.01 });
    assert.deepEqual([order.order_state, order.price], ['open', 64_000]);
  });

  it('bounds a reduce-only secondary that wakes by the position that there is', () => {
    const bench = createBench();
    const conn = bench.login();
    bench.buy(conn, {
      type: 'limit',
      amount: 0.02,
      price: 64_010,
      linked_order_type: 'one_triggers_other',
      otoco_config: [
        { direction: 'sell', type: 'limit', amount: 0.05, price: 63_990, reduce_only: true },
      ],
    });
    const position = bench.ok(conn, 'private/get_position', { instrument_name: PERP });
    assert.equal(position.size, 0);
  });
});
