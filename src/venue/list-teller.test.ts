/** Differences between lists of open orders: taken in one after the other they are the lists themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dec } from '../base/decimal.ts';
import type { VenueOrder } from '../domain/order.ts';
import { createListTeller } from './list-teller.ts';

const order = (id: number, amount: number): VenueOrder => ({
  orderId: `USDC-${id}`,
  label: '',
  instrument: 'BTC_USDC-PERPETUAL',
  direction: 'buy',
  type: 'limit',
  originalType: null,
  amount: dec(amount),
  filled: dec(0),
  averagePrice: null,
  price: dec(60_000),
  triggerPrice: null,
  trigger: null,
  timeInForce: 'good_til_cancelled',
  reduceOnly: false,
  state: 'open',
  createdAt: 1,
  updatedAt: 1,
  flags: { api: true, web: null, mobile: null },
  isLiquidation: false,
  cancelReason: null,
  triggerOrderId: null,
  primaryOrderId: null,
  otoOrderIds: [],
  ocoRef: null,
});

/** By id, the amount of each order of a list. */
const lists = fc.array(
  fc.uniqueArray(fc.tuple(fc.nat(6), fc.integer({ min: 1, max: 2 })), { selector: ([id]) => id }),
  { minLength: 1, maxLength: 8 },
);

test('whoever takes in each difference holds the list; nothing that is as it was is told again', () => {
  fc.assert(
    fc.property(lists, (told) => {
      const teller = createListTeller('t');
      const held = new Map<string, VenueOrder>();
      let name: string | null = null;
      for (const rows of told) {
        const whole = rows.map(([id, amount]) => order(id, amount));
        const answer = teller.tell(whole, name);
        if (answer.kind === 'open_orders') {
          assert.equal(name, null, 'a list that was named is told on');
          for (const one of answer.orders) held.set(one.orderId, one);
          name = answer.list ?? null;
          continue;
        }
        assert.equal(answer.since, name);
        for (const one of answer.changed) {
          assert.notDeepEqual(held.get(one.orderId), one);
          held.set(one.orderId, one);
        }
        for (const id of answer.gone) assert.ok(held.delete(id));
        name = answer.list;
        assert.deepEqual(new Map(whole.map((one) => [one.orderId, one])), new Map(held));
      }
    }),
  );
});

test('a list that is not the last one told is answered with all orders', () => {
  const teller = createListTeller('t');
  const whole = [order(1, 1), order(2, 1)];
  const first = teller.tell(whole, null);
  assert.ok(first.kind === 'open_orders' && first.list !== undefined);
  teller.tell(whole, first.list);
  for (const since of [first.list, 'another', null]) {
    const answer = teller.tell(whole, since);
    assert.deepEqual(answer.kind === 'open_orders' && answer.orders, whole);
  }
});
