import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { liveOrdersOf, type PracticeState, positionsOf, withEvent } from './practice-state.ts';
import { exchange, holding, INSTRUMENT, placed, stopOrder } from './scenarios/samples.ts';
import type { Decimal } from './words.ts';

const d = (text: string): Decimal => text as Decimal;
const start = exchange({ accounts: holding('0.001'), orders: [placed(), stopOrder()] });

describe('the practice exchange as its window holds it', () => {
  it('begins with a snapshot and forgets nothing of it by news that it does not know', () => {
    const unknown = { type: 'INSTRUMENT', instrument: 'BTC-NEW', state: 'open' } as const;
    assert.equal(withEvent(null, unknown), null);
    assert.equal(withEvent(start, unknown), start);
    assert.equal(withEvent(null, { type: 'SNAPSHOT', state: start }), start);
    for (const type of ['BOOK', 'REFUSED'] as const)
      assert.equal(withEvent(start, { type }), start);
  });

  it('shows live orders and positions of the bot’s account only', () => {
    const dormant = stopOrder({ orderId: 'OTO-1', dormant: true });
    const other = stopOrder({ orderId: 'x', account: 'other' });
    const state = { ...start, orders: [...start.orders, dormant, other] };
    assert.deepEqual(
      liveOrdersOf(state).map(({ orderId }) => orderId),
      ['USDC-SLMB-1'],
    );
    assert.deepEqual(
      positionsOf(state).map(({ size }) => size),
      ['0.001'],
    );
    assert.deepEqual(positionsOf(exchange()), [], 'a flat position is none');
    assert.deepEqual([positionsOf(null), liveOrdersOf(null)], [[], []]);
  });

  it('follows changes: the position is replaced, an order that ended is forgotten', () => {
    const next = withEvent(start, {
      type: 'CHANGES',
      account: 'main',
      orders: [stopOrder({ state: 'cancelled' })],
      trades: [],
      position: { instrument: INSTRUMENT, size: d('0') },
      cash: { USDC: d('9') },
    });
    assert.deepEqual(liveOrdersOf(next), []);
    assert.deepEqual(positionsOf(next), []);
    assert.deepEqual(next?.accounts[0]?.cash, { USDC: '9' });
    assert.equal(start.orders.length, 2, 'what was held before stays as it was');
  });

  it('follows cash that moves without a trade', () => {
    const next = withEvent(start, { type: 'CASH', account: 'main', cash: { USDC: d('7') } });
    assert.deepEqual(next?.accounts[0]?.cash, { USDC: '7' });
  });

  it('follows what accounts need of their margin, and the insurance fund', () => {
    const margin = {
      USDC: { balance: d('9'), initial: d('4'), maintenance: d('2'), liquidating: true },
    };
    const next = withEvent(start, {
      type: 'MARGINS',
      accounts: [
        { id: 'main', margin },
        { id: 'unknown', margin },
      ],
      insurance: { USDC: d('5') },
    });
    assert.deepEqual(
      next?.accounts.map((each) => [each.id, each.margin]),
      [['main', margin]],
    );
    assert.deepEqual(next.house.cash.insurance, { USDC: '5' });
  });

  it('follows prices, speed, time and faults', () => {
    const one = { index: d('7'), mark: d('8'), last: d('9'), state: 'open' };
    const listed = [
      { ...one, name: INSTRUMENT, kind: 'perpetual', expiry: null },
      { ...one, name: 'BTC-25DEC26', kind: 'future', expiry: 1 },
    ] as const;
    const price = { index: d('1'), mark: d('2'), last: d('3'), state: 'halted' };
    const prices = [{ ...price, instrument: INSTRUMENT }];
    const told = withEvent(
      { ...start, instruments: listed },
      { type: 'PRICES', now: 9, speed: 20, prices },
    ) as PracticeState;
    assert.deepEqual([told.now, told.speed], [9, 20]);
    assert.deepEqual(told.instruments, [{ ...listed[0], ...price }, listed[1]]);
    const ended = { type: 'INSTRUMENT', instrument: 'BTC-25DEC26', state: 'delivered' } as const;
    assert.deepEqual(
      withEvent(told, ended)?.instruments.map(({ state }) => state),
      ['halted', 'delivered'],
    );
    const fault = {
      id: 1,
      kind: 'lose_answer',
      hits: 1,
      active: true,
      method: null,
      channel: null,
      count: null,
      ms: null,
      code: null,
    };
    assert.deepEqual(withEvent(told, { type: 'FAULTS', faults: [fault] })?.faults, [fault]);
  });
});
