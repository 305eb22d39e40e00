import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBench, PERP } from '../harness.contract.ts';

describe('practice matching', () => {
  it('a leg of a pair that meets its own partner takes nothing more once it has ended with it', () => {
    const bench = createBench();
    const conn = bench.login();
    const pair = bench.buy(conn, {
      type: 'limit',
      amount: 0.1,
      price: 64_010,
      linked_order_type: 'one_cancels_other',
      otoco_config: [{ direction: 'sell', type: 'limit', amount: 0.3, price: 63_989 }],
    });
    const orders = bench.state().orders;
    assert.equal(bench.order(conn, pair.order.order_id).order_state, 'cancelled');
    const partner = orders.find(({ direction }) => direction === 'sell');
    assert.equal(partner?.state, 'cancelled');
    assert.equal(partner?.filled, '0');
    assert.deepEqual(bench.state().trades, []);
  });

  it('a leg of a pair that has nothing left ends with the fill that took it', () => {
    const bench = createBench();
    const conn = bench.login();
    bench.control('POST', 'liquidity', { instrument: PERP, amount: '0.2' });
    const pair = bench.buy(conn, {
      type: 'limit',
      amount: 0.5,
      price: 64_010,
      linked_order_type: 'one_cancels_other',
      otoco_config: [{ direction: 'sell', type: 'limit', amount: 0.1, price: 66_000 }],
    });
    assert.equal(pair.order.filled_amount, 0.2);
    assert.equal(pair.order.order_state, 'open');
    const partner = bench.state().orders.find(({ direction }) => direction === 'sell');
    assert.deepEqual([partner?.state, partner?.filled], ['cancelled', '0']);
  });
});
