/** USDC options: what is listed and told of them, premiums, fees and margins, and what becomes of them at their end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../../../base/assert.ts';
import { dec, type Decimal, isZero, sum } from '../../../base/decimal.ts';
import { DAY, MINUTE, SECOND } from '../../../base/time.ts';
import type { Instrument, Ticker } from '../../protocol/objects.ts';
import { at, createBench, flat, NOON, on } from '../harness.contract.ts';
import { PERPETUALS } from './instruments.ts';
import { optionPrice } from './option-model.ts';

type Bench = ReturnType<typeof createBench>;
const CALL = 'BTC_USDC-16JAN26-64000-C';
const WEEK = at('2026-01-09T12:00:00Z');
const bench = (change: object = {}, startAt = WEEK): Bench =>
  createBench({
    startAt,
    file: flat('64000', startAt),
    dated: true,
    instruments: PERPETUALS,
    ...change,
  });
const ticker = (one: Bench, conn: number, instrument_name: string): Ticker =>
  one.ok(conn, 'public/ticker', { instrument_name });
const optionsOf = (one: Bench, conn: number, currency = 'USDC'): readonly Instrument[] =>
  one.ok(conn, 'public/get_instruments', { currency, kind: 'option' });
const summary = (one: Bench, conn: number) =>
  one.ok(conn, 'private/get_account_summary', { currency: 'USDC' });
const near = (a: number | undefined, b: number, most: number, what: string): void =>
  assert.ok(Math.abs((a ?? Number.NaN) - b) <= most, `${what}: ${a} and ${b}`);
const allCash = (one: Bench): Decimal => {
  const { accounts, house } = one.stored();
  return sum([
    ...accounts.map(({ balances }) => balances['USDC'] ?? dec(0)),
    ...Object.values(house ?? {}).map((cash) => cash['USDC'] ?? dec(0)),
  ]);
};
const rows = (one: Bench, conn: number) =>
  one.ok(conn, 'private/get_transaction_log', {
    currency: 'USDC',
    start_timestamp: 0,
    end_timestamp: WEEK + 10 * DAY,
  }).logs;

test('calls and puts around the index are listed for the ends of days, weeks, months and quarters, with all fields', () => {
  const one = bench();
  const conn = one.connect();
  const listed = optionsOf(one, conn);
  const ends = new Set(listed.map(({ instrument_name }) => instrument_name.split('-')[1]));
  assert.deepEqual([...ends], ['10JAN26', '11JAN26', '16JAN26', '30JAN26', '27MAR26']);
  assert.equal(listed.length, 2 * 5 * 7 * 2);
  assert.deepEqual(optionsOf(one, conn, 'BTC'), []);
  const call = must(
    listed.find(({ instrument_name }) => instrument_name === CALL),
    'a call',
  );
  assert.deepEqual(
    [call.strike, call.option_type, call.settlement_period, call.max_leverage, call.future_type],
    [64_000, 'call', 'week', 1, undefined],
  );
  assert.deepEqual(call.tick_size_steps, [{ above_price: 500, tick_size: 25 }]);
  assert.equal(call.expiration_timestamp, at('2026-01-16T08:00:00Z'));
  const strikes = listed
    .filter(({ instrument_name }) => /^BTC_USDC-27MAR26-.*-P$/.test(instrument_name))
    .map(({ strike }) => strike);
  assert.deepEqual(strikes, [50_000, 55_000, 60_000, 65_000, 70_000, 75_000, 80_000]);
  assert.deepEqual(
    one.ask(conn, 'public/get_expirations', { currency: 'any', kind: 'option' })?.result,
    {
      option: ['10JAN26', '11JAN26', '16JAN26', '30JAN26', '27MAR26'],
    },
  );
});

test('a ticker tells what its mark is made of: the formula gives it to the last digit, and parity holds across strikes', () => {
  const one = bench();
  const conn = one.connect();
  for (const {
    instrument_name,
    strike = 0,
    option_type = 'call',
    expiration_timestamp = 0,
  } of optionsOf(one, conn)) {
    const told = ticker(one, conn, instrument_name);
    const price = optionPrice(
      {
        side: option_type,
        forward: told.underlying_price ?? 0,
        strike,
        years: (expiration_timestamp - WEEK) / (365 * DAY),
      },
      (told.mark_iv ?? 0) / 100,
    );
    near(told.mark_price, price, 0.000051, instrument_name);
    assert.ok(!('funding_8h' in told) && told.interest_rate === 0);
    const { delta = 0, gamma = -1, vega = -1, theta = 1 } = told.greeks ?? {};
    assert.ok(option_type === 'call' ? delta >= 0 && delta <= 1 : delta <= 0 && delta >= -1);
    assert.ok(gamma >= 0 && vega >= 0 && theta <= 0);
    if (option_type !== 'call') continue;
    const put = ticker(one, conn, instrument_name.replace(/C$/, 'P'));
    near(told.mark_price - put.mark_price, (told.underlying_price ?? 0) - strike, 0.0001, 'parity');
    if (told.best_bid_price !== null && told.best_ask_price !== null) {
      assert.ok(told.best_bid_price < told.mark_price && told.mark_price < told.best_ask_price);
      assert.ok(
        (told.bid_iv ?? 0) <= (told.mark_iv ?? 0) && (told.ask_iv ?? 0) >= (told.mark_iv ?? 0),
      );
    }
  }
  assert.equal(ticker(one, conn, CALL).underlying_index, 'BTC_USDC-16JAN26');
  assert.equal(
    ticker(one, conn, 'BTC_USDC-10JAN26-64000-C').underlying_index,
    'SYN.BTC_USDC-10JAN26',
  );
});

test('a premium is cash at once: the log, the position and the account say the same', () => {
  const one = bench();
  const conn = one.login();
  const before = summary(one, conn);
  const { order, trades } = one.ok(conn, 'private/buy', {
    instrument_name: CALL,
    amount: 0.1,
    type: 'market',
  });
  const [trade] = trades;
  assert.equal(order.order_state, 'filled');
  assert.ok(trade !== undefined && trade.iv !== undefined && trade.iv > 10);
  // 0.05 % of the index, which is far less than an eighth of the premium.
  near(trade.fee, 0.1 * 64_000 * 0.0005, 1e-6, 'fee');
  const [row] = rows(one, conn);
  assert.deepEqual([row?.type, row?.side, row?.position], ['trade', 'open buy', 0.1]);
  near(row?.cashflow, -trade.price * 0.1, 1e-9, 'cashflow');
  near(row?.change, -trade.price * 0.1 - trade.fee, 1e-9, 'change');
  const position = one.ok(conn, 'private/get_position', { instrument_name: CALL });
  assert.deepEqual(
    [position.kind, position.size, position.average_price],
    ['option', 0.1, trade.price],
  );
  assert.deepEqual([position.initial_margin, position.maintenance_margin], [0, 0]);
  assert.ok(!('size_currency' in position) && !('estimated_liquidation_price' in position));
  near(position.delta, (ticker(one, conn, CALL).greeks?.delta ?? 0) * 0.1, 1e-5, 'delta');
  const after = summary(one, conn);
  near(after.balance, before.balance - trade.price * 0.1 - trade.fee, 1e-6, 'balance');
  near(after.options_value, position.mark_price * 0.1, 2e-6, 'options_value');
  near(after.equity, after.balance + after.options_value, 2e-6, 'equity');
  near(after.margin_balance, after.balance, 2e-6, 'margin balance');
  near(after.options_session_upl, after.options_value - trade.price * 0.1, 2e-6, 'session');
  assert.deepEqual(Object.keys(after.options_gamma_map), ['btc_usdc']);
  assert.ok(isZero(allCash(one)));
});

test('a cheap option pays no more than an eighth of its price in fees', () => {
  const one = bench();
  const conn = one.login();
  const cheap = optionsOf(one, conn)
    .map(({ instrument_name }) => ticker(one, conn, instrument_name))
    .find(
      ({ best_ask_price: ask, index_price }) => ask !== null && ask < 100 && index_price > 10_000,
    );
  const { trades } = one.ok(conn, 'private/buy', {
    instrument_name: must(cheap, 'a cheap one').instrument_name,
    amount: 0.1,
    type: 'market',
  });
  for (const { fee, price, amount } of trades)
    near(fee, Math.min(32, price / 8) * amount, 1e-6, 'fee');
});

test('a short needs the mark and a share of the index for each coin; who has not enough is refused', () => {
  const one = bench();
  const conn = one.login();
  one.ok(conn, 'private/sell', { instrument_name: CALL, amount: 0.1, type: 'market' });
  const { mark_price, initial_margin, maintenance_margin, size } = one.ok(
    conn,
    'private/get_position',
    {
      instrument_name: CALL,
    },
  );
  assert.equal(size, -0.1);
  near(initial_margin, 0.1 * (mark_price + 0.15 * 64_000), 1e-6, 'initial');
  near(maintenance_margin, 0.1 * (mark_price + 0.075 * 64_000), 1e-6, 'maintenance');
  const { available_funds, margin_balance } = summary(one, conn);
  near(available_funds, margin_balance - initial_margin, 2e-6, 'available');
  assert.equal(
    one.fails(conn, 'private/sell', { instrument_name: CALL, amount: 5, type: 'market' }).code,
    10009,
  );
  assert.equal(
    one.fails(conn, 'private/buy', { instrument_name: CALL, amount: 20, type: 'market' }).code,
    10009,
  );
  const margins = one.ok(conn, 'private/get_margins', {
    instrument_name: CALL,
    amount: 0.1,
    price: 1_500,
  }) as {
    readonly buy: number;
    readonly sell: number;
  };
  assert.deepEqual([margins.buy, margins.sell], [150, 0.1 * (1_500 + 9_600)]);
});

test('a short option that the account can not carry any more is bought back in steps, until it can', () => {
  const one = bench();
  const conn = one.login();
  one.ok(conn, 'private/sell', { instrument_name: CALL, amount: 0.5, type: 'market' });
  one.price('82000');
  for (let second = 0; second < 40; second++) one.pass(SECOND);
  const { margin_balance, maintenance_margin } = summary(one, conn);
  const { size } = one.ok(conn, 'private/get_position', { instrument_name: CALL });
  assert.ok(maintenance_margin <= margin_balance, `${maintenance_margin} of ${margin_balance}`);
  assert.ok(size > -0.5 && size < 0, `${size}`);
  assert.ok(rows(one, conn).some(({ type, side }) => type === 'trade' && side === 'close buy'));
  assert.ok(isZero(allCash(one)));
});

test('the tick of a step holds above its price or, by the other reading, from it on', () => {
  for (const [tickBoundary, code] of [
    ['above', undefined],
    ['from', undefined],
  ] as const) {
    const one = bench({ venue: { tickBoundary } });
    const conn = one.login();
    const order = (price: number) =>
      one.ask(conn, 'private/buy', { instrument_name: CALL, amount: 0.01, price })?.error?.code;
    assert.equal(order(500), code);
    assert.deepEqual(
      [order(495), order(505), order(525), order(497)],
      [undefined, 10043, undefined, 10043],
    );
    one.control('POST', 'specification', { instrument: CALL, tick: 3 });
    // 500 is no multiple of 3, but of the step's 25: good only where the step begins at its own price.
    assert.equal(order(500), tickBoundary === 'above' ? 10043 : undefined);
  }
});

test('the channel of an index tells the marks of all its options, the user channels and lists know their kind', () => {
  const one = bench();
  const conn = one.login();
  one.ok(conn, 'private/subscribe', {
    channels: [
      'markprice.options.btc_usdc',
      'user.changes.option.USDC.raw',
      'user.changes.future.USDC.raw',
    ],
  });
  const { order } = one.ok(conn, 'private/buy', { instrument_name: CALL, amount: 0.1, price: 500 });
  one.buy(conn, { amount: 0.001, price: 60_000 });
  one.pass(SECOND);
  const inbox = one.inbox(conn);
  const [marks] = on<readonly { instrument_name: string; iv: number; mark_price: number }[]>(
    inbox,
    'markprice',
  );
  assert.equal(marks?.length, 70);
  const told = marks.find(({ instrument_name }) => instrument_name === CALL);
  assert.ok(told !== undefined && told.iv > 0.1 && told.iv < 1.5);
  assert.equal(on(inbox, 'user.changes.option').length, 1);
  assert.equal(on(inbox, 'user.changes.future').length, 1);
  const open = (kind: string) => one.ok(conn, 'private/get_open_orders', { kind }).length;
  assert.deepEqual([open('option'), open('future'), open('any')], [1, 1, 2]);
  const params = { currency: 'USDC', kind: 'option' };
  assert.equal(one.ask(conn, 'private/cancel_all_by_kind_or_type', params)?.result, 1);
  assert.equal(one.order(conn, order.order_id).order_state, 'cancelled');
  assert.equal(open('any'), 1);
});

test('an option has a history of marks and candles, and none from before it was listed', () => {
  const one = bench();
  const conn = one.connect();
  const range = { start_timestamp: WEEK - 2 * DAY, end_timestamp: WEEK };
  const marks = one.ask(conn, 'public/get_mark_price_history', { instrument_name: CALL, ...range })
    ?.result as readonly (readonly [number, number])[];
  // Listed at 08:00, four hours ago.
  assert.equal(marks.length, 48);
  assert.ok(marks.every(([, price]) => price > 0));
  const [when, last] = must(marks.at(-1), 'a mark');
  assert.ok(when <= WEEK && when > WEEK - 6 * MINUTE);
  near(last, ticker(one, conn, CALL).mark_price, 60, 'the last one');
  const early = 'BTC_USDC-10JAN26-64000-C';
  const chart = one.ok(conn, 'public/get_tradingview_chart_data', {
    instrument_name: early,
    start_timestamp: WEEK - 3 * DAY,
    end_timestamp: WEEK,
    resolution: '60',
  });
  assert.ok((chart.ticks[0] ?? 0) >= at('2026-01-08T08:00:00Z') && chart.ticks.length > 20);
});

test('what means nothing to an option or a future is refused: a price by hand, funding, the channel of perpetuals', () => {
  const one = bench();
  const conn = one.login();
  const future = 'BTC_USDC-16JAN26';
  for (const [path, body, code] of [
    ['price', { instrument: CALL, price: '900' }, 'follows_index'],
    ['funding', { instrument: future, premium: '0.001' }, 'no_funding'],
    ['deliver', { instrument: 'BTC_USDC-16JAN26-1-C' }, 'unknown_instrument'],
  ] as const) {
    const { status, body: answer } = one.control('POST', path, body);
    assert.deepEqual([status, answer.error.code, answer.error.field], [400, code, 'instrument']);
  }
  assert.deepEqual(
    one
      .ok(conn, 'private/subscribe', {
        channels: [
          `perpetual.${future}.100ms`,
          `ticker.${future}.100ms`,
          'perpetual.BTC-PERPETUAL.100ms',
        ],
      })
      .toSorted(),
    ['perpetual.BTC-PERPETUAL.100ms', `ticker.${future}.100ms`],
  );
  assert.equal(one.control('POST', 'price', { instrument: future, price: '65000' }).status, 200);
  assert.equal(ticker(one, conn, CALL).index_price, 65_000);
});

/** A call in the money and a put out of it, held and sold short, at their end. */
function ended(optionDelivery: 'future' | 'cash') {
  const eight = at('2026-01-10T08:00:00Z');
  const start = eight - 20 * SECOND;
  const one = bench({ venue: { optionDelivery } }, start);
  const conn = one.login();
  const [inMoney, outOfMoney] = ['BTC_USDC-10JAN26-63000-C', 'BTC_USDC-10JAN26-63000-P'];
  one.ok(conn, 'private/buy', { instrument_name: inMoney, amount: 0.1, price: 1_025 });
  one.ok(conn, 'private/sell', { instrument_name: outOfMoney, amount: 0.1, price: 5 });
  one.control('POST', 'order', { instrument: inMoney, direction: 'buy', amount: '0.1' });
  const { balance } = summary(one, conn);
  const { size } = one.ok(conn, 'private/get_position', { instrument_name: inMoney });
  one.pass(30 * SECOND);
  return { one, conn, balance, size, eight, inMoney };
}

test('an exercised option becomes a future that is paid in a row of its own, or is paid at once; the cash is the same', () => {
  const results = (['future', 'cash'] as const).map((way) => {
    const { one, conn, balance, size, eight, inMoney } = ended(way);
    const fee = Math.min(0.00015 * 64_000, 1_000 / 8) * size;
    near(summary(one, conn).balance, balance + 1_000 * size - fee, 2e-6, 'paid');
    assert.ok(size > 0);
    const told = rows(one, conn).filter(({ timestamp }) => timestamp === eight && timestamp > 0);
    const named = told
      .filter(({ type }) => type === 'delivery')
      .map((row) => [row.instrument_name, row.cashflow, row.side, row.price]);
    assert.deepEqual(
      named,
      way === 'cash'
        ? [[inMoney, 1_000 * size, 'close sell', 1_000]]
        : [
            ['BTC_USDC-10JAN26', 1_000 * size, 'close sell', 64_000],
            [inMoney, 0, 'close sell', 1_000],
          ],
    );
    assert.deepEqual(one.ok(conn, 'private/get_positions', { kind: 'option' }), []);
    assert.ok(isZero(allCash(one)));
    return summary(one, conn).balance;
  });
  assert.equal(results[0], results[1]);
});

test('the settlement of the day moves no cash of options: it begins a new session and tells the old one in a row', () => {
  const eight = at('2026-01-10T08:00:00Z');
  const one = bench({}, eight - 20 * SECOND);
  const conn = one.login();
  one.ok(conn, 'private/buy', { instrument_name: CALL, amount: 0.1, type: 'market' });
  one.price('66000');
  const { balance, options_session_upl } = summary(one, conn);
  assert.ok(options_session_upl > 10);
  one.pass(30 * SECOND);
  const [row] = rows(one, conn);
  assert.deepEqual([row?.type, row?.change], ['options_settlement_summary', 0]);
  near(row?.session_upl, options_session_upl, 2, 'the session');
  const after = summary(one, conn);
  assert.equal(after.balance, balance);
  near(after.options_session_upl, 0, 2, 'the new session');
  assert.ok(after.options_pl > 10 && isZero(allCash(one)));
});

test('options can be settled, halted and restarted like anything else, and a restart forgets none of it', () => {
  const one = bench({ lively: true }, NOON);
  const conn = one.login();
  const name = must(optionsOf(one, conn)[8], 'an option').instrument_name;
  one.ok(conn, 'private/buy', { instrument_name: name, amount: 0.1, price: 5 });
  one.control('POST', 'settle', {});
  one.pass(6 * SECOND);
  one.pass(MINUTE / 2);
  const before = one.stored();
  one.restart('snapshot');
  assert.deepEqual(one.stored().markets, before.markets);
  assert.equal(one.ok(one.login(), 'private/get_open_orders', { kind: 'option' }).length, 1);
});
