/** Reads of orders, trades, cash: windows, paging, filters. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../../../base/assert.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../base/time.ts';
import type { TransactionLog, UserTradesPage } from '../../protocol/objects.ts';
import { type Bench, createBench, NOON, PERP, PERP_ALONE } from '../harness.contract.ts';

const hold = (bench: Bench, conn: number) =>
  bench.ok(conn, 'public/subscribe', { channels: ['instrument.state.any.any'] });
const ids = (trades: UserTradesPage['trades']): string[] => trades.map((trade) => trade.trade_id);

test('trades are paged with has_more, sorted as asked, bounds inclusive', () => {
  const bench = createBench();
  const conn = bench.login();
  const made: string[] = [];
  for (let i = 0; i < 5; i++) {
    made.push(...ids([...bench.buy(conn, { amount: 0.001, type: 'market' }).trades]));
    bench.pass(SECOND);
  }
  const by = (params: object): UserTradesPage =>
    bench.ok(conn, 'private/get_user_trades_by_currency', { currency: 'USDC', ...params });
  const cases: readonly (readonly [object, readonly number[], boolean])[] = [
    [{}, [4, 3, 2, 1, 0], false],
    [{ count: 2 }, [4, 3], true],
    [{ count: 2, sorting: 'asc' }, [0, 1], true],
    [{ start_timestamp: NOON + SECOND }, [1, 2, 3, 4], false],
    [{ start_timestamp: NOON + SECOND, end_timestamp: NOON + 3 * SECOND }, [1, 2, 3], false],
    [{ start_timestamp: NOON + SECOND, sorting: 'desc', count: 2 }, [4, 3], true],
    [{ start_id: made[1], end_id: made[2] }, [1, 2], false],
    [{ kind: 'option' }, [], false],
  ];
  for (const [params, expected, more] of cases) {
    const page = by(params);
    assert.deepEqual(
      ids(page.trades),
      expected.map((i) => made[i]),
      JSON.stringify(params),
    );
    assert.equal(page.has_more, more, JSON.stringify(params));
  }
  assert.deepEqual(by({ currency: 'BTC' }), { trades: [], has_more: false });
  const timed = { start_timestamp: NOON, end_timestamp: NOON + HOUR, sorting: 'asc', count: 100 };
  assert.deepEqual(
    ids(
      bench.ok(conn, 'private/get_user_trades_by_currency_and_time', { currency: 'USDC', ...timed })
        .trades,
    ),
    made,
  );
  assert.deepEqual(
    ids(
      bench.ok(conn, 'private/get_user_trades_by_instrument_and_time', {
        instrument_name: PERP,
        ...timed,
      }).trades,
    ),
    made,
  );
  const second = must(by({ start_id: made[1], end_id: made[1] }).trades[0], 'a trade');
  assert.deepEqual(
    ids(
      bench.ok(conn, 'private/get_user_trades_by_instrument', {
        instrument_name: PERP,
        start_seq: second.trade_seq,
        end_seq: second.trade_seq,
      }).trades,
    ),
    [made[1]],
  );
  assert.deepEqual(
    ids(bench.ok(conn, 'private/get_user_trades_by_order', { order_id: second.order_id })),
    [made[1]],
  );
  assert.deepEqual(bench.fails(conn, 'private/get_user_trades_by_currency').data, {
    reason: 'value required',
    param: 'currency',
  });
  const open = { currency: 'USDC', start_timestamp: NOON, count: 100 };
  assert.deepEqual(
    bench.ok(conn, 'private/get_user_trades_by_currency_and_time', open),
    bench.ok(conn, 'private/get_user_trades_by_currency_and_time', {
      ...open,
      end_timestamp: NOON * 2,
    }),
    'without an end: up to now, as clients of the real exchange expect',
  );
  const begun = { currency: 'USDC', end_timestamp: NOON };
  assert.deepEqual(bench.fails(conn, 'private/get_user_trades_by_currency_and_time', begun).data, {
    reason: 'value required',
    param: 'start_timestamp',
  });
});

test('trades are recent for a day, then, after a minute in between, historical', () => {
  const bench = createBench(PERP_ALONE);
  const conn = bench.login();
  hold(bench, conn);
  bench.buy(conn, { amount: 0.001, type: 'market' });
  const seen = (): readonly number[] =>
    [false, true].map(
      (historical) =>
        bench.ok(conn, 'private/get_user_trades_by_currency', { currency: 'USDC', historical })
          .trades.length,
    );
  assert.deepEqual(seen(), [1, 0]);
  bench.pass(DAY, SECOND);
  assert.deepEqual(seen(), [1, 0]);
  bench.pass(SECOND);
  assert.deepEqual(seen(), [0, 0]);
  bench.pass(MINUTE, SECOND);
  assert.deepEqual(seen(), [0, 1]);
});

test('closed orders can be looked up for half an hour, live ones always; history hides the unfilled unless asked', () => {
  const bench = createBench();
  const conn = bench.login();
  hold(bench, conn);
  const filled = bench.buy(conn, { amount: 0.001, type: 'market', label: 'x' }).order.order_id;
  const cancelled = bench.buy(conn, { amount: 0.001, price: 63000, label: 'x' }).order.order_id;
  bench.ok(conn, 'private/cancel', { order_id: cancelled });
  const open = bench.buy(conn, { amount: 0.001, price: 63000, label: 'x' }).order.order_id;
  const history = (params: object): string[] =>
    bench
      .ok(conn, 'private/get_order_history_by_currency', { currency: 'USDC', ...params })
      .map((order) => order.order_id);
  const byLabel = (): string[] =>
    bench
      .ok(conn, 'private/get_order_state_by_label', { currency: 'USDC', label: 'x' })
      .map((order) => order.order_id);
  assert.deepEqual(history({}), [filled]);
  assert.deepEqual(history({ include_unfilled: true }), [cancelled, filled]);
  assert.deepEqual(history({ include_unfilled: true, count: 1, offset: 1 }), [filled]);
  assert.deepEqual(byLabel(), [filled, cancelled, open]);
  const page = bench.ok(conn, 'private/get_order_history_by_instrument', {
    instrument_name: PERP,
    include_unfilled: true,
    count: 1,
    with_continuation: true,
  });
  assert.deepEqual([page.orders[0]?.order_id, page.continuation], [cancelled, '1']);
  bench.pass(30 * MINUTE + SECOND, SECOND);
  assert.deepEqual(history({ include_unfilled: true }), []);
  assert.deepEqual(byLabel(), [open]);
  assert.equal(bench.fails(conn, 'private/get_order_state', { order_id: filled }).code, 10004);
  bench.pass(MINUTE, SECOND);
  assert.deepEqual(history({ include_unfilled: true, historical: true }), [cancelled, filled]);
});

test('no window is shorter than a minute of real time, however fast the clock', () => {
  const bench = createBench({ ...PERP_ALONE, speed: 600 });
  const conn = bench.login();
  hold(bench, conn);
  const { order_id } = bench.buy(conn, { amount: 0.001, type: 'market' }).order;
  bench.pass(600 * 59 * SECOND, 59 * SECOND);
  assert.equal(bench.order(conn, order_id).order_state, 'filled');
  bench.pass(600 * 2 * SECOND, 2 * SECOND);
  assert.equal(bench.fails(conn, 'private/get_order_state', { order_id }).code, 10004);
});

test('lists of open orders filter by instrument, currency, type and label', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.001, price: 63000, label: 'a' });
  bench.buy(conn, {
    amount: 0.001,
    type: 'stop_market',
    trigger: 'mark_price',
    trigger_price: 65000,
    label: 'b',
  });
  const labels = (
    method:
      | 'private/get_open_orders'
      | 'private/get_open_orders_by_currency'
      | 'private/get_open_orders_by_instrument'
      | 'private/get_open_orders_by_label',
    params: object,
  ): string[] => bench.ok(conn, method, params).map((order) => order.label);
  assert.deepEqual(labels('private/get_open_orders', {}), ['a', 'b']);
  assert.deepEqual(labels('private/get_open_orders', { type: 'limit' }), ['a']);
  assert.deepEqual(labels('private/get_open_orders', { type: 'stop_all' }), ['b']);
  assert.deepEqual(
    labels('private/get_open_orders_by_currency', { currency: 'USDC', type: 'trigger_all' }),
    ['b'],
  );
  assert.deepEqual(labels('private/get_open_orders_by_currency', { currency: 'BTC' }), []);
  assert.deepEqual(labels('private/get_open_orders_by_instrument', { instrument_name: PERP }), [
    'a',
    'b',
  ]);
  assert.deepEqual(labels('private/get_open_orders_by_label', { currency: 'USDC', label: 'b' }), [
    'b',
  ]);
});

test('the transaction log: one row per fill, two across zero, gapless user_seq, cash after each row', () => {
  const bench = createBench();
  const conn = bench.login();
  bench.buy(conn, { amount: 0.003, type: 'market' });
  const [crossing] = bench.sell(conn, { amount: 0.01, type: 'market' }).trades;
  const log = (params: object = {}): TransactionLog =>
    bench.ok(conn, 'private/get_transaction_log', {
      currency: 'USDC',
      start_timestamp: 0,
      end_timestamp: NOON,
      ...params,
    });
  const rows = log().logs.toReversed();
  assert.deepEqual(
    rows.map((row) => [row.type, row.side, row.amount, row.position]),
    [
      ['deposit', '-', null, null],
      ['trade', 'open buy', 0.003, 0.003],
      ['trade', 'close sell', 0.003, 0],
      ['trade', 'open sell', 0.007, -0.007],
    ],
  );
  assert.equal(rows[2]?.trade_id, rows[3]?.trade_id);
  assert.equal(rows[2]?.trade_id, crossing?.trade_id);
  assert.deepEqual([rows[2]?.change, rows[3]?.change], [-0.095998, -0.223996]);
  assert.equal(crossing?.fee, 0.319994);
  rows.reduce((before, row) => {
    assert.equal(Math.round((before + row.change) * 1e6), Math.round(row.balance * 1e6));
    return row.balance;
  }, 0);
  const seqs = [
    ...log().logs,
    ...bench.ok(conn, 'private/get_transaction_log', {
      currency: 'BTC',
      start_timestamp: 0,
      end_timestamp: NOON,
    }).logs,
  ]
    .map((row) => row.user_seq)
    .sort((a, b) => a - b);
  assert.deepEqual(seqs, [1, 2, 3, 4, 5]);
  const first = log({ count: 3 });
  assert.equal(first.logs.length, 3);
  assert.deepEqual(log({ count: 3, continuation: first.continuation }), {
    logs: [rows[0]],
    continuation: null,
  });
  assert.deepEqual(
    log({ query: 'close' }).logs.map((row) => row.side),
    ['close sell'],
  );
  assert.equal(
    bench.fails(conn, 'private/get_transaction_log', {
      currency: 'USDC',
      start_timestamp: 0,
      end_timestamp: NOON,
      count: 251,
    }).code,
    -32602,
  );
});

test('account summaries: per currency, with identity and limits when extended', () => {
  const bench = createBench();
  const conn = bench.login();
  const summary = bench.ok(conn, 'private/get_account_summary', {
    currency: 'USDC',
    extended: true,
  });
  assert.deepEqual(
    [summary.balance, summary.equity, summary.available_funds, summary.type, summary.margin_model],
    [10000, 10000, 10000, 'main', 'segregated_sm'],
  );
  assert.equal(summary.limits?.matching_engine.trading.total.rate, 5);
  const plain = bench.ok(conn, 'private/get_account_summary', { currency: 'BTC' });
  assert.deepEqual([plain.balance, plain.limits, plain.username], [2, undefined, undefined]);
  assert.equal(bench.ok(conn, 'private/get_account_summary', { currency: 'USDT' }).equity, 0);
  assert.equal(bench.fails(conn, 'private/get_account_summary', { currency: 'usd' }).code, -32602);
  bench.buy(conn, { amount: 0.01, price: 63000 });
  const { summaries } = bench.ok(conn, 'private/get_account_summaries', {});
  assert.deepEqual(
    summaries.map((row) => [row.currency, row.balance, row.initial_margin]),
    [
      ['BTC', 2, 0],
      ['ETH', 0, 0],
      ['USDC', 10000, 12.80032],
    ],
  );
  assert.deepEqual(
    bench.ok(conn, 'private/get_margins', { instrument_name: PERP, amount: 0.01, price: 64000 }),
    { buy: 12.80032, sell: 12.80032, min_price: 63040, max_price: 64960 },
  );
});

test('positions: a flat one for what was never held, rows of size 0 for what was', () => {
  const bench = createBench();
  const conn = bench.login();
  assert.deepEqual(
    [
      bench.ok(conn, 'private/get_position', { instrument_name: PERP }).size,
      bench.ok(conn, 'private/get_positions'),
    ],
    [0, []],
  );
  bench.buy(conn, { amount: 0.001, type: 'market' });
  bench.ok(conn, 'private/close_position', { instrument_name: PERP, type: 'market' });
  assert.deepEqual(
    bench
      .ok(conn, 'private/get_positions', { currency: 'any' })
      .map((row) => [row.size, row.direction, row.average_price]),
    [[0, 'zero', 0]],
  );
  assert.equal(
    bench.fails(conn, 'private/close_position', { instrument_name: PERP, type: 'market' }).code,
    11030,
  );
});
