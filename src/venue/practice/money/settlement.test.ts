/** The daily settlement and funding. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../../../base/assert.ts';
import { dec, sum } from '../../../base/decimal.ts';
import { HOUR, MINUTE, SECOND } from '../../../base/time.ts';
import { fundingRate } from '../market/funding.ts';
import { at, createBench, on, PERP } from '../harness.contract.ts';

const SEVEN = at('2026-01-05T07:59:00.000Z');
const EIGHT = at('2026-01-05T08:00:00.000Z');

const settled = () => {
  const bench = createBench({ startAt: SEVEN });
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', {
    channels: ['instrument.state.future.USDC', 'user.changes.any.any.raw'],
  });
  return { bench, conn };
};

test('08:00 UTC: the book pauses, orders of the day end, profit becomes cash, averages stay', () => {
  const { bench, conn } = settled();
  const [trade] = bench.buy(conn, { amount: 0.01, type: 'market' }).trades;
  bench.price('64100');
  const day = bench.buy(conn, { amount: 0.001, price: 63000, time_in_force: 'good_til_day' }).order
    .order_id;
  const kept = bench.buy(conn, { amount: 0.001, price: 63000 }).order.order_id;
  bench.pass(EIGHT - SEVEN - 1);
  assert.equal(bench.order(conn, day).order_state, 'open');
  bench.inbox(conn);
  bench.pass(1);
  const states = on(bench.inbox(conn), 'instrument.state');
  assert.deepEqual(
    states,
    [PERP, 'ETH_USDC-PERPETUAL'].map((name) => ({
      instrument_name: name,
      state: 'settlement',
      timestamp: EIGHT,
    })),
  );
  assert.deepEqual(
    [
      bench.order(conn, day).order_state,
      bench.order(conn, day).cancel_reason,
      bench.order(conn, kept).order_state,
    ],
    ['cancelled', 'settlement', 'open'],
  );
  for (const [method, params] of [
    ['private/buy', { instrument_name: PERP, amount: 0.001, type: 'market' }],
    ['private/edit', { order_id: kept, amount: 0.002 }],
    ['private/cancel', { order_id: kept }],
    ['private/cancel_all', {}],
  ] as const) {
    assert.equal(bench.fails(conn, method, params).code, 10041, method);
  }
  const position = bench.ok(conn, 'private/get_position', { instrument_name: PERP });
  assert.deepEqual(
    [
      position.size,
      position.average_price,
      position.settlement_price,
      position.floating_profit_loss,
      position.realized_profit_loss,
    ],
    [0.01, trade?.price, position.mark_price, 0, 0],
  );
  assert.notEqual(position.total_profit_loss, 0);
  const { logs } = bench.ok(conn, 'private/get_transaction_log', {
    currency: 'USDC',
    start_timestamp: EIGHT,
    end_timestamp: EIGHT,
  });
  const row = must(logs[0], 'a row');
  const session = (row.session_upl ?? NaN) + (row.session_rpl ?? NaN);
  assert.deepEqual(
    [row.type, row.side, row.position, row.commission, row.settlement_price],
    ['settlement', 'long', 0.01, null, position.mark_price],
  );
  assert.equal(row.change, Math.round(session * 1e6) / 1e6);
  assert.equal(row.change, Math.round(position.total_profit_loss * 1e6) / 1e6);
  const summary = bench.ok(conn, 'private/get_account_summary', { currency: 'USDC' });
  assert.deepEqual(
    [summary.balance, summary.session_upl, summary.session_rpl],
    [row.balance, 0, 0],
  );
  bench.pass(5 * SECOND);
  const [opened] = on<{ state: string }>(bench.inbox(conn), 'instrument.state');
  assert.equal(opened?.state, 'open');
  assert.equal(bench.buy(conn, { amount: 0.001, type: 'market' }).order.order_state, 'filled');
});

test('a session that ended flat is booked as well; an account that did nothing gets no row', () => {
  const { bench, conn } = settled();
  const rows = () =>
    bench.ok(conn, 'private/get_transaction_log', {
      currency: 'USDC',
      start_timestamp: 0,
      end_timestamp: EIGHT + HOUR,
      query: 'settlement',
    }).logs;
  bench.control('POST', 'settle');
  assert.deepEqual(rows(), []);
  bench.pass(6 * SECOND);
  bench.buy(conn, { amount: 0.01, type: 'market' });
  bench.price('64100');
  const { trades } = bench.sell(conn, { amount: 0.01, type: 'market' });
  bench.control('POST', 'settle');
  const [row] = rows();
  assert.deepEqual([row?.change, row?.position, row?.side], [trades[0]?.profit_loss, 0, '-']);
});

test('the funding rate has a dead zone of 0.025 percent and a cap', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['86778.14', '86744.11', '0.000142303292984388'],
    ['64016', '64000', '0'],
    ['64000', '64000', '0'],
    ['63968', '64000', '-0.00025'],
    ['66000', '64000', '0.005'],
  ];
  for (const [mark, index, rate] of cases) assert.equal(fundingRate(dec(mark), dec(index)), rate);
  assert.equal(fundingRate(dec('64048'), dec('64000'), '0.0005'), '0.00025');
});

test('funding accrues with time into the realised profit, is paid by the long side of a premium, and settles as cash', () => {
  const bench = createBench({ startAt: at('2026-01-05T07:00:00.000Z') });
  bench.restart('snapshot', (snapshot) => {
    must(snapshot.markets[0], 'a market').basisPpm = 350;
  });
  const conn = bench.login();
  bench.ok(conn, 'public/subscribe', { channels: ['platform_state'] });
  bench.pass(SECOND);
  bench.buy(conn, { amount: 0.1, type: 'market' });
  const ticker = () => bench.ok(conn, 'public/ticker', { instrument_name: PERP });
  const { interest_value: begin = NaN, current_funding: rate = NaN } = ticker();
  assert.ok(rate > 0.00008 && rate < 0.00011, String(rate));
  bench.pass(10 * MINUTE, SECOND);
  const { interest_value: end = NaN } = ticker();
  const position = bench.ok(conn, 'private/get_position', { instrument_name: PERP });
  const paid = (0.1 * (end - begin)) / 28_800_000;
  assert.ok(paid > 0.0005, String(paid));
  const funding = position.realized_funding ?? NaN;
  assert.ok(Math.abs(funding + paid) < 1e-6);
  assert.equal(position.realized_profit_loss, position.realized_funding);
  const before = bench.ok(conn, 'private/get_account_summary', { currency: 'USDC' });
  assert.equal(Math.round(before.session_rpl * 1e5), Math.round(funding * 1e5));
  bench.control('POST', 'settle');
  const [row] = bench.ok(conn, 'private/get_transaction_log', {
    currency: 'USDC',
    start_timestamp: 0,
    end_timestamp: bench.clock.server,
  }).logs;
  assert.equal(Math.round((row?.interest_pl ?? NaN) * 1e5), Math.round(funding * 1e5));
  assert.equal(row?.interest_pl, row?.total_interest_pl, 'no other row has told of it');
  const after = bench.ok(conn, 'private/get_position', { instrument_name: PERP });
  assert.deepEqual([after.realized_funding, ticker().interest_value], [0, 0]);
  assert.equal(after.average_price, position.average_price);
});

test('each row tells the funding since the one before, and those of a session add up to what it came to', () => {
  const bench = createBench({ startAt: at('2026-01-05T07:00:00.000Z') });
  const conn = bench.login();
  bench.control('POST', 'funding', { instrument: PERP, premium: '0.0021' });
  bench.buy(conn, { amount: 0.1, type: 'market' });
  for (const amount of [0.05, 0.21, 0.02]) {
    bench.pass(MINUTE, SECOND);
    bench.sell(conn, { amount, type: 'market' });
  }
  bench.pass(MINUTE, SECOND);
  bench.control('POST', 'settle');
  const { logs } = bench.ok(conn, 'private/get_transaction_log', {
    currency: 'USDC',
    start_timestamp: 0,
    end_timestamp: bench.clock.server,
  });
  const told = logs.map((row) => dec(row.interest_pl ?? 0));
  assert.equal(sum(told), dec(logs[0]?.total_interest_pl ?? NaN));
  assert.deepEqual(
    logs.flatMap(({ side, interest_pl: funding }) =>
      (funding ?? 0) === 0 ? [] : [[side, Math.sign(funding ?? NaN)]],
    ),
    [
      ['short', 1],
      ['open sell', 1],
      ['close sell', -1],
      ['close sell', -1],
    ],
    'a long pays, a short is paid; what comes in the same moment tells nothing more',
  );
});
