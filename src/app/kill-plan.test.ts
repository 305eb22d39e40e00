/** What a kill without an engine takes away, by strength, and what has to stay until nothing is open. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dec } from '../base/decimal.ts';
import type { VenueOrder } from '../domain/order.ts';
import { type KillPlan, planKill, protectedBy } from './kill-plan.ts';

const BTC = 'BTC_USDC-PERPETUAL';
const ETH = 'ETH_USDC-PERPETUAL';
const OURS = 'ls:razor:n1:1:1e:abcdefgh';

const order = (orderId: string, more: Partial<VenueOrder>): VenueOrder => ({
  orderId,
  label: OURS,
  instrument: BTC,
  direction: 'sell',
  type: 'limit',
  originalType: null,
  amount: dec('0.001'),
  filled: dec(0),
  averagePrice: null,
  price: null,
  triggerPrice: null,
  trigger: null,
  timeInForce: 'good_til_cancelled',
  reduceOnly: false,
  state: 'open',
  createdAt: 0,
  updatedAt: 0,
  flags: { api: true, web: false, mobile: null },
  isLiquidation: false,
  cancelReason: null,
  triggerOrderId: null,
  primaryOrderId: null,
  otoOrderIds: [],
  ocoRef: null,
  ...more,
});

const stop = (id: string, more: Partial<VenueOrder> = {}): VenueOrder =>
  order(id, { type: 'stop_market', reduceOnly: true, state: 'untriggered', ...more });

/** Everything that may lie about, on one instrument. */
const ALL: readonly VenueOrder[] = [
  order('entry', {}),
  stop('stop', { ocoRef: 'pair' }),
  stop('linked target', { type: 'take_market', ocoRef: 'pair' }),
  stop('lone target', { type: 'take_limit' }),
  stop('trailing', { type: 'trailing_stop' }),
  order("a hand's", { label: 'by hand' }),
  stop("a hand's stop", { label: '' }),
];
const OPEN = [{ instrument: BTC, size: dec('0.001') }];
const said = ({ cancel, close }: KillPlan) => ({
  cancel: cancel.map(({ orderId }) => orderId),
  close: close.map(({ instrument }) => instrument),
});
const plan = (
  strength: Parameters<typeof planKill>[1]['strength'],
  orders = ALL,
  positions: Parameters<typeof planKill>[0]['positions'] = OPEN,
  instruments = [BTC],
) => said(planKill({ orders, positions }, { strength, instruments }));

describe('[I40] the four strengths of a kill without an engine, with a position open', () => {
  const table = [
    ['stop', [], []],
    ['reduce', ['entry'], []],
    ['cancel', ['entry', 'lone target'], []],
    ['flatten', ['entry', 'lone target'], [BTC]],
  ] as const;
  for (const [strength, cancel, close] of table)
    it(strength, () => {
      assert.deepEqual(plan(strength), { cancel, close });
    });
});

describe('[I40] flatten takes a stop last', () => {
  it('once nothing is open, but not while an order of ours may still open something there', () => {
    assert.deepEqual(plan('flatten', ALL, []).cancel, ['entry', 'lone target']);
    const guards = ALL.filter(({ reduceOnly, label }) => reduceOnly && label === OURS);
    assert.deepEqual(plan('flatten', guards, []), {
      cancel: ['stop', 'linked target', 'lone target', 'trailing'],
      close: [],
    });
  });

  it('by instrument: what is flat elsewhere says nothing of this one', () => {
    const both = [stop('btc stop'), stop('eth stop', { instrument: ETH })];
    const positions = [
      { instrument: BTC, size: dec('0.001') },
      { instrument: ETH, size: dec(0) },
    ];
    assert.deepEqual(plan('flatten', both, positions), { cancel: ['eth stop'], close: [BTC] });
  });

  it('never strips what it does not close: an instrument with a stop of ours is ours though it is not configured', () => {
    const orders = [stop('eth stop', { instrument: ETH })];
    const positions = [{ instrument: ETH, size: dec('0.1') }];
    assert.deepEqual(protectedBy(orders), [ETH]);
    assert.deepEqual(plan('flatten', orders, positions, [BTC, ...protectedBy(orders)]), {
      cancel: [],
      close: [ETH],
    });
  });

  it('closes whole contracts: noise behind the point is no position, and no part of one', () => {
    const noisy = { instrument: BTC, size: dec('0.000900000001') };
    const { close } = planKill(
      { orders: [], positions: [noisy, { instrument: ETH, size: dec('0.000000000001') }] },
      { strength: 'flatten', instruments: [BTC, ETH] },
    );
    assert.deepEqual(close, [{ instrument: BTC, size: '0.0009' }]);
  });

  it('leaves positions of others alone where nothing is ours', () => {
    const orders = [stop("a hand's", { instrument: ETH, label: '' })];
    assert.deepEqual(plan('flatten', orders, [{ instrument: ETH, size: dec('5') }], [BTC]), {
      cancel: [],
      close: [],
    });
  });
});
