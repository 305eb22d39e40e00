/** Linked orders: what wakes, grows, shrinks and ends with what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SECOND } from '../../../base/time.ts';
import type { Order } from '../../protocol/objects.ts';
import { type Bench, changesOf, createBench, PERP } from '../harness.contract.ts';

const AMOUNT = 0.004;
const stop = {
  direction: 'sell',
  type: 'stop_market',
  amount: AMOUNT,
  trigger: 'mark_price',
  trigger_price: 63500,
  reduce_only: true,
  label: 'sl',
};
const take = {
  direction: 'sell',
  type: 'take_market',
  amount: AMOUNT,
  trigger: 'mark_price',
  trigger_price: 64500,
  reduce_only: true,
  label: 'tp',
};

const entry = (condition: string, more: object = {}) => ({
  amount: AMOUNT,
  price: 64100,
  label: 'entry',
  linked_order_type: 'one_triggers_one_cancels_other',
  trigger_fill_condition: condition,
  otoco_config: [stop, take],
  ...more,
});

const labelled = (bench: Bench, conn: number, label: string): readonly Order[] =>
  bench.ok(conn, 'private/get_order_state_by_label', { currency: 'USDC', label });
const live = (bench: Bench, conn: number, label: string): Order | undefined =>
  labelled(bench, conn, label).find(
    (order) => order.order_state === 'untriggered' && order.is_secondary_oto !== true,
  );
const states = (bench: Bench, conn: number, label: string): string[] =>
  labelled(bench, conn, label).map((order) => order.order_state);
const thin = (bench: Bench, amount: string | null) =>
  bench.control('POST', 'liquidity', { instrument: PERP, amount });

test('a resting primary names its dormant secondaries, which are listed as open and belong to their own labels', () => {
  const bench = createBench();
  const conn = bench.login();
  const { order } = bench.buy(conn, entry('first_hit', { price: 63900 }));
  assert.deepEqual(
    [order.order_state, order.oto_order_ids, order.is_primary_otoco, order.trigger_fill_condition],
    ['open', ['OTO-1', 'OTO-2'], true, 'first_hit'],
  );
  const open = bench.ok(conn, 'private/get_open_orders');
  assert.deepEqual(
    open.map((one) => [
      one.order_id,
      one.order_state,
      one.is_secondary_oto,
      one.primary_order_id,
      one.label,
    ]),
    [
      [order.order_id, 'open', undefined, undefined, 'entry'],
      ['OTO-1', 'untriggered', true, order.order_id, 'sl'],
      ['OTO-2', 'untriggered', true, order.order_id, 'tp'],
    ],
  );
  bench.price('63400');
  assert.deepEqual(
    states(bench, conn, 'sl').slice(0, 1),
    ['triggered'],
    'woken by the fill, not by its own trigger before',
  );
});

test('a filled entry wakes both legs as live orders of a pair', () => {
  for (const condition of ['first_hit', 'complete_fill', 'incremental']) {
    const bench = createBench();
    const conn = bench.login();
    bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
    const { order } = bench.buy(conn, entry(condition));
    const frames = changesOf(bench.inbox(conn));
    assert.deepEqual(
      frames.map((frame) => [
        frame.orders.map((one) => `${one.order_id} ${one.order_state}`),
        frame.trades.length,
        frame.positions[0]?.size,
      ]),
      [
        [[`${order.order_id} filled`, 'OTO-1 untriggered', 'OTO-2 untriggered'], 1, AMOUNT],
        [
          [
            'OTO-1 triggered',
            'USDC-SLMS-1 untriggered',
            'OTO-2 triggered',
            'USDC-TLMS-2 untriggered',
            `${order.order_id} filled`,
          ],
          0,
          AMOUNT,
        ],
      ],
    );
    for (const label of ['sl', 'tp']) {
      const leg = live(bench, conn, label);
      assert.deepEqual(
        [leg?.amount, leg?.reduce_only, leg?.primary_order_id, leg?.oco_ref, leg?.label],
        [AMOUNT, true, order.order_id, 'OCO-1', label],
        condition,
      );
    }
  }
});

test('a leg that fires ends the other before it trades, and closes the position', () => {
  for (const [price, fired, other] of [
    ['63400', 'sl', 'tp'],
    ['64600', 'tp', 'sl'],
  ] as const) {
    const bench = createBench();
    const conn = bench.login();
    bench.buy(conn, entry('first_hit'));
    bench.price(price);
    assert.deepEqual(states(bench, conn, fired), ['triggered', 'triggered', 'filled']);
    const ended = labelled(bench, conn, other).at(-1);
    assert.deepEqual([ended?.order_state, ended?.cancel_reason], ['cancelled', 'oco_other_closed']);
    assert.equal(bench.ok(conn, 'private/get_position', { instrument_name: PERP }).size, 0);
    assert.deepEqual(bench.ok(conn, 'private/get_open_orders'), []);
  }
});

test('part of an entry wakes by its condition: first_hit the whole, complete_fill nothing, incremental what has filled', () => {
  const expected: readonly (readonly [string, number | undefined])[] = [
    ['first_hit', AMOUNT],
    ['complete_fill', undefined],
    ['incremental', 0.001],
  ];
  for (const [condition, amount] of expected) {
    const bench = createBench();
    const conn = bench.login();
    thin(bench, '0.001');
    bench.buy(conn, entry(condition));
    assert.equal(live(bench, conn, 'sl')?.amount, amount, condition);
    bench.pass(SECOND);
    assert.equal(
      live(bench, conn, 'sl')?.amount,
      condition === 'incremental' ? 0.002 : amount,
      condition,
    );
    thin(bench, null);
    bench.pass(SECOND);
    assert.equal(live(bench, conn, 'sl')?.amount, AMOUNT, condition);
    assert.equal(live(bench, conn, 'tp')?.amount, AMOUNT, condition);
  }
});

test('an entry that ends unfilled takes its secondaries along; one that ended in part keeps what woke', () => {
  const cases: readonly (readonly [string, string, string, number | undefined])[] = [
    ['incremental', '0', 'cancelled', undefined],
    ['first_hit', '0', 'cancelled', undefined],
    ['complete_fill', '0.001', 'cancelled', undefined],
    ['incremental', '0.001', 'triggered', 0.001],
    ['first_hit', '0.001', 'triggered', AMOUNT],
  ];
  for (const [condition, liquidity, dormant, amount] of cases) {
    const bench = createBench();
    const conn = bench.login();
    thin(bench, liquidity);
    const { order } = bench.buy(conn, entry(condition, { time_in_force: 'immediate_or_cancel' }));
    assert.equal(order.order_state, 'cancelled');
    const [secondary] = labelled(bench, conn, 'sl');
    assert.deepEqual(
      [secondary?.order_state, secondary?.cancel_reason],
      [dormant, dormant === 'cancelled' ? 'oto_primary_closed' : undefined],
      condition,
    );
    assert.equal(live(bench, conn, 'sl')?.amount, amount, condition);
  }
});

test('fill_or_kill entries may carry links as well', () => {
  const bench = createBench();
  const conn = bench.login();
  thin(bench, '0.001');
  bench.buy(conn, entry('first_hit', { time_in_force: 'fill_or_kill' }));
  assert.deepEqual(states(bench, conn, 'sl'), ['cancelled']);
  thin(bench, null);
  bench.buy(conn, entry('first_hit', { time_in_force: 'fill_or_kill' }));
  assert.equal(live(bench, conn, 'tp')?.amount, AMOUNT);
});

test('cancelling one leg takes the other with it, cancelling the primary its dormant ones', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, entry('first_hit'));
  bench.ok(conn, 'private/cancel', { order_id: live(bench, conn, 'tp')?.order_id });
  assert.deepEqual(
    labelled(bench, conn, 'sl').map((order) => order.cancel_reason),
    [undefined, 'oco_other_closed'],
  );
  const resting = bench.buy(conn, entry('first_hit', { price: 63900, label: 'second' })).order;
  assert.equal(bench.ok(conn, 'private/cancel_by_label', { label: 'second' }), 1);
  assert.deepEqual(
    resting.oto_order_ids?.map((id) => bench.order(conn, id).cancel_reason),
    ['oto_primary_closed', 'oto_primary_closed'],
  );
});

test('one_triggers_other carries one secondary without a pair; the wrong number is refused', () => {
  const bench = createBench();
  const conn = bench.login();
  const single = entry('first_hit', {
    linked_order_type: 'one_triggers_other',
    otoco_config: [stop],
  });
  const { order } = bench.buy(conn, single);
  assert.deepEqual(
    [order.oto_order_ids, order.is_primary_otoco, live(bench, conn, 'sl')?.oco_ref],
    [['OTO-1'], undefined, undefined],
  );
  assert.deepEqual(
    bench.fails(conn, 'private/buy', {
      instrument_name: PERP,
      ...entry('first_hit', { otoco_config: [stop] }),
    }).data,
    { reason: '2 orders required', param: 'otoco_config' },
  );
});

test('one_cancels_other: a resting leg that fills in part takes as much off the other', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: AMOUNT, type: 'market' });
  const pair = {
    amount: AMOUNT,
    price: 64500,
    label: 'limit',
    linked_order_type: 'one_cancels_other',
    otoco_config: [{ ...stop, reduce_only: false }],
  };
  const { order } = bench.sell(conn, pair);
  assert.equal(order.oco_ref, 'OCO-1');
  assert.equal(live(bench, conn, 'sl')?.oco_ref, 'OCO-1');
  thin(bench, '0.001');
  bench.price('64600');
  assert.deepEqual(
    [bench.order(conn, order.order_id).filled_amount, live(bench, conn, 'sl')?.amount],
    [0.001, 0.003],
  );
  thin(bench, null);
  bench.price('63400');
  assert.deepEqual(
    [
      bench.order(conn, order.order_id).order_state,
      bench.order(conn, order.order_id).cancel_reason,
    ],
    ['cancelled', 'oco_other_closed'],
  );
  assert.equal(bench.ok(conn, 'private/get_position', { instrument_name: PERP }).size, 0);
});

test('further fills after a leg has ended wake a new pair for what they add', () => {
  const bench = createBench();
  const conn = bench.login();
  thin(bench, '0.001');
  bench.buy(conn, entry('incremental'));
  bench.ok(conn, 'private/cancel', { order_id: live(bench, conn, 'sl')?.order_id });
  bench.pass(SECOND);
  assert.deepEqual(
    [live(bench, conn, 'sl')?.amount, live(bench, conn, 'tp')?.amount],
    [0.001, 0.001],
  );
  assert.notEqual(live(bench, conn, 'sl')?.oco_ref, 'OCO-1');
});
