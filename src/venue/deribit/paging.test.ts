/** Reads of several pages: to their end, each row once, and nothing that only looks whole. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dec } from '../../base/decimal.ts';
import { HOUR, MINUTE } from '../../base/time.ts';
import type { VenueRequest, VenueResult } from '../port.ts';
import { INSTRUMENT, START } from './scripted-exchange.contract.ts';
import { order, up } from './session-kit.contract.ts';

describe('deribit session: pages', () => {
  const trade = (id: number, at: number) => ({
    trade_id: `USDC-${id}`,
    instrument_name: INSTRUMENT,
    timestamp: at,
    order_id: 'USDC-1',
    direction: 'buy',
    amount: 1,
    price: 1,
    fee: 0,
    fee_currency: 'USDC',
    liquidity: 'M',
  });
  const all = Array.from({ length: 2_500 }, (_, i) => trade(i, START + Math.floor(i / 3)));
  const fills = { kind: 'fills', currency: 'USDC', from: START, to: START + 10_000 } as const;
  it('[I11] reads own trades to their end and drops what comes twice at the seams', () => {
    const { rig, far } = up();
    const starts: unknown[] = [];
    far.override.set('private/get_user_trades_by_currency_and_time', (params) => {
      starts.push(params['start_timestamp']);
      const rest = all.filter((row) => row.timestamp >= Number(params['start_timestamp']));
      return {
        result: {
          trades: rest.slice(0, Number(params['count'])),
          has_more: rest.length > Number(params['count']),
        },
      };
    });
    const outcome = rig.ask(fills);
    assert.ok(outcome.status === 'ok' && outcome.result.kind === 'fills');
    assert.deepEqual(
      outcome.result.fills.map((fill) => fill.tradeId),
      all.map((row) => row.trade_id),
    );
    assert.deepEqual(starts, [START, START + 333, START + 666]);
  });
  it('pages that do not advance, or that break off, end as unknown', () => {
    const { rig, far } = up();
    const method = 'private/get_user_trades_by_currency_and_time';
    far.override.set(method, () => ({ result: { trades: all.slice(0, 5), has_more: true } }));
    assert.deepEqual(rig.ask(fills), {
      status: 'unknown',
      reason: 'the pages of own trades do not advance',
      code: null,
    });
    far.override.set(method, () => ({ result: { trades: [], has_more: true } }));
    assert.equal(rig.ask(fills).status, 'unknown');
    let pages = 0;
    far.override.set(method, () =>
      ++pages === 1
        ? { result: { trades: all.slice(0, 5), has_more: true } }
        : { error: { code: -32603, message: 'Internal error' } },
    );
    assert.equal(rig.ask(fills).status, 'unknown');
  });
  it('follows the marks of the transaction log', () => {
    const { rig, far } = up();
    const row = (id: number) => ({
      id,
      user_seq: id,
      type: 'some_new_kind',
      currency: 'USDC',
      timestamp: START,
      change: -1.5,
      balance: id,
      instrument_name: null,
      trade_id: null,
    });
    far.override.set('private/get_transaction_log', ({ continuation }) =>
      continuation === undefined
        ? { result: { logs: [row(4), row(3)], continuation: 77 } }
        : { result: { logs: [row(2)], continuation: null } },
    );
    const outcome = rig.ask({ kind: 'cash_log', currency: 'USDC', from: START, to: START + 1 });
    assert.ok(outcome.status === 'ok' && outcome.result.kind === 'cash_log');
    assert.deepEqual(
      outcome.result.rows.map((entry) => [entry.id, entry.change, entry.type]),
      [
        ['4', '-1.5', 'some_new_kind'],
        ['3', '-1.5', 'some_new_kind'],
        ['2', '-1.5', 'some_new_kind'],
      ],
    );
    far.override.set('private/get_transaction_log', () => ({
      result: { logs: [row(4)], continuation: 77 },
    }));
    assert.equal(
      rig.ask({ kind: 'cash_log', currency: 'USDC', from: START, to: START + 1 }).status,
      'unknown',
    );
  });
});

type World = ReturnType<typeof up>;

/** The result of a read that must be good. */
function read<K extends VenueResult['kind']>(
  { rig }: World,
  kind: K,
  request: VenueRequest,
): Extract<VenueResult, { kind: K }> {
  const outcome = rig.ask(request);
  assert.ok(outcome.status === 'ok' && outcome.result.kind === kind, JSON.stringify(outcome));
  return outcome.result as Extract<VenueResult, { kind: K }>;
}

describe('deribit session: histories of two windows', () => {
  const method = 'private/get_user_trades_by_currency_and_time';
  const fill = (id: number, at: number) => ({
    trade_id: `USDC-${id}`,
    instrument_name: INSTRUMENT,
    timestamp: at,
    order_id: 'USDC-1',
    direction: 'buy',
    amount: 1,
    price: 1,
    fee: 0,
    fee_currency: 'USDC',
    liquidity: 'M',
  });
  const old = fill(1, START - 40 * HOUR);
  const both = fill(2, START - 24 * HOUR);
  const fresh = fill(3, START - HOUR);
  const serve = (world: World): boolean[] => {
    const asked: boolean[] = [];
    world.far.override.set(method, ({ historical }) => {
      asked.push(historical === true);
      const trades = historical === true ? [old, both] : [both, fresh];
      return { result: { trades, has_more: false } };
    });
    return asked;
  };
  it('[I11] fills of two days come from both windows, each once, and the hole between them is named', () => {
    const world = up();
    const asked = serve(world);
    const from = START - 48 * HOUR;
    const { fills, hole } = read(world, 'fills', {
      kind: 'fills',
      currency: 'USDC',
      from,
      to: START + MINUTE,
    });
    assert.deepEqual(asked, [false, true]);
    assert.deepEqual(
      fills.map(({ tradeId }) => tradeId),
      ['USDC-2', 'USDC-3', 'USDC-1'],
    );
    assert.ok(hole !== null && hole.to - hole.from === HOUR + 15 * MINUTE);
    assert.ok(Math.abs(START - 23 * HOUR - hole.to) < 1_000, 'by the time of the exchange');
  });
  it('fills of the last hours need the recent window only', () => {
    const world = up();
    const asked = serve(world);
    const request = { kind: 'fills', currency: 'USDC', from: START - HOUR, to: START } as const;
    assert.equal(read(world, 'fills', request).hole, null);
    assert.deepEqual(asked, [false]);
  });

  const ended = (id: number, times: { readonly created: number; readonly updated: number }) => ({
    order_id: `USDC-${id}`,
    label: '',
    instrument_name: INSTRUMENT,
    direction: 'buy',
    order_type: 'limit',
    order_state: 'cancelled',
    amount: 1,
    filled_amount: 0,
    price: 1,
    time_in_force: 'good_til_cancelled',
    creation_timestamp: times.created,
    last_update_timestamp: times.updated,
  });
  const history = 'private/get_order_history_by_currency';
  const ids = (world: World, from: number): readonly string[] =>
    read(world, 'ended_orders', { kind: 'ended_orders', currency: 'USDC', from }).orders.map(
      ({ orderId }) => orderId,
    );
  it('ended orders follow the marks of both windows; those changed before the begin are left out', () => {
    const world = up();
    const asked: unknown[] = [];
    world.far.override.set(history, ({ historical, continuation, ...params }) => {
      asked.push([historical, continuation]);
      assert.deepEqual(params, {
        currency: 'USDC',
        count: 1000,
        include_old: true,
        include_unfilled: true,
        with_continuation: true,
      });
      const at = (back: number) => ({ created: START - back, updated: START - back });
      if (historical === true)
        return { result: { orders: [ended(3, at(2 * HOUR)), { order: ended(4, at(9 * HOUR)) }] } };
      return continuation === undefined
        ? { result: { orders: [ended(1, at(MINUTE))], continuation: 'more' } }
        : {
            result: { orders: [ended(2, at(2 * MINUTE)), ended(1, at(MINUTE))], continuation: '' },
          };
    });
    assert.deepEqual(ids(world, START - 3 * HOUR), ['USDC-1', 'USDC-2', 'USDC-3']);
    assert.deepEqual(asked, [
      [false, undefined],
      [false, 'more'],
      [true, undefined],
    ]);
  });
  it('a list that is plainly sorted by its last change is read no further than it must, any other to its end', () => {
    for (const [sorted, pages] of [
      [true, 1],
      [false, 2],
    ] as const) {
      const world = up();
      let asked = 0;
      world.far.override.set(history, ({ continuation }) => {
        asked++;
        const first = [
          ended(1, { created: START - (sorted ? 5 * HOUR : MINUTE), updated: START - MINUTE }),
          ended(2, { created: START - 2 * HOUR, updated: START - 2 * HOUR }),
        ];
        const lived = ended(3, { created: START - 90 * HOUR, updated: START - 2 * MINUTE });
        return continuation === undefined
          ? { result: { orders: first, continuation: 'more' } }
          : { result: { orders: [lived], continuation: null } };
      });
      const found = ids(world, START - 10 * MINUTE);
      assert.deepEqual(found, sorted ? ['USDC-1'] : ['USDC-1', 'USDC-3']);
      assert.equal(asked, pages);
    }
  });
  it('a full page without a mark is not taken for all', () => {
    const world = up();
    const row = ended(1, { created: START, updated: START });
    world.far.override.set(history, () => ({ result: Array.from({ length: 1_000 }, () => row) }));
    const request = { kind: 'ended_orders', currency: 'USDC', from: START } as const;
    assert.equal(world.rig.ask(request).status, 'unknown');
    world.far.override.set(history, () => ({ result: [row] }));
    assert.deepEqual(ids(world, START), ['USDC-1']);
  });
});

describe('deribit session: what became of triggers, settlements', () => {
  it('a trigger order is followed to the order that it became', () => {
    const world = up();
    const entry = {
      trigger: 'index_price',
      timestamp: START,
      trigger_price: 5.285e3,
      trigger_order_id: 'SLIS-103',
      order_state: 'triggered',
      request: 'trigger:order',
      price: 'market_price',
      order_id: '671473',
      instrument_name: INSTRUMENT,
      amount: 10.0,
      direction: 'buy',
      label: 'mine',
      source: 'api',
    };
    const { order_id: _, ...gone } = {
      ...entry,
      trigger_order_id: 'SLIS-9',
      order_state: 'rejected:reduce_direction',
    };
    world.far.override.set('private/get_trigger_order_history', ({ continuation }) => ({
      result: {
        entries: continuation === undefined ? [entry] : [gone, { ...entry, timestamp: START - 9 }],
        continuation: continuation === undefined ? '1.SLIS-103' : null,
      },
    }));
    const { events } = read(world, 'trigger_history', {
      kind: 'trigger_history',
      currency: 'USDC',
      from: START - 5,
    });
    assert.deepEqual(
      events.map(({ triggerOrderId, orderId, state, amount, triggerPrice, label }) => [
        triggerOrderId,
        orderId,
        state,
        amount,
        triggerPrice,
        label,
      ]),
      [
        ['SLIS-103', '671473', 'triggered', '10', '5285', 'mine'],
        ['SLIS-9', null, 'rejected:reduce_direction', '10', '5285', 'mine'],
      ],
    );
  });
  it('settlements are read back to the begin, and end at a page without rows', () => {
    const world = up();
    const row = (at: number, more: object = {}) => ({
      type: 'settlement',
      timestamp: at,
      instrument_name: INSTRUMENT,
      position: -66,
      mark_price: 121.67,
      index_price: 119.8,
      session_profit_loss: 0.038358299,
      profit_loss: -0.001783937,
      funding: 1.5e-9,
      ...more,
    });
    const bankrupt = {
      type: 'bankruptcy',
      timestamp: START - 1,
      socialized: 0.001,
      session_bankruptcy: 1,
      funded: 0,
    };
    let pages = 0;
    world.far.override.set('private/get_settlement_history_by_currency', () => {
      pages++;
      const settlements =
        pages === 1 ? [row(START), bankrupt] : pages === 2 ? [row(START - 2)] : [];
      return { result: { settlements, continuation: `mark-${pages}` } };
    });
    const request = { kind: 'settlements', currency: 'USDC', from: START - 5 } as const;
    const { settlements } = read(world, 'settlements', request);
    assert.equal(pages, 3);
    assert.deepEqual(
      settlements.map(({ type, instrument, position, profitLoss, funding }) => [
        type,
        instrument,
        position,
        profitLoss,
        funding,
      ]),
      [
        ['settlement', INSTRUMENT, '-66', '-0.001783937', '0.0000000015'],
        ['bankruptcy', null, null, null, null],
        ['settlement', INSTRUMENT, '-66', '-0.001783937', '0.0000000015'],
      ],
    );
    pages = 0;
    assert.equal(read(world, 'settlements', { ...request, from: START }).settlements.length, 1);
    assert.equal(pages, 1);
  });
  it('a settlement without its instrument is not believed', () => {
    const world = up();
    world.far.override.set('private/get_settlement_history_by_currency', () => ({
      result: { settlements: [{ type: 'delivery', timestamp: START }], continuation: null },
    }));
    const request = { kind: 'settlements', currency: 'USDC', from: START } as const;
    assert.equal(world.rig.ask(request).status, 'unknown');
  });
});

describe('deribit session: cancels of many', () => {
  it('what failed inside a success is told beside what was cancelled', () => {
    const world = up();
    const { rig, far } = world;
    rig.request({
      kind: 'place',
      order: order({ price: dec('59000'), timeInForce: 'good_til_cancelled' }),
    });
    rig.run(100);
    const [placed] = far.orders;
    far.override.set('private/cancel_all', () => ({
      result: [
        { currency: 'USDC', type: 'limit', instrument_name: INSTRUMENT, result: [placed] },
        {
          currency: 'BTC',
          type: 'trigger',
          instrument_name: 'BTC-PERPETUAL',
          error: { code: 10041, message: 'settlement_in_progress' },
        },
      ],
    }));
    const { orders, failed } = read(world, 'cancel_many', {
      kind: 'cancel_many',
      scope: { of: 'account' },
    });
    assert.equal(orders.length, 1);
    assert.deepEqual(failed, [
      {
        currency: 'BTC',
        instrument: 'BTC-PERPETUAL',
        code: 10041,
        message: 'settlement_in_progress',
      },
    ]);
    for (const result of [3, [{ currency: 'BTC' }]]) {
      far.override.set('private/cancel_all', () => ({ result }));
      const request = { kind: 'cancel_many', scope: { of: 'account' } } as const;
      assert.equal(rig.ask(request).status, 'unknown', JSON.stringify(result));
    }
  });
});
