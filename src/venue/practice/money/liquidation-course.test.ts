/** A liquidation from its first second to its last: it begins by itself, goes in small steps, and leaves no account below zero. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../../../base/assert.ts';
import { type Decimal, dec, gt, lte, sub, sum, ZERO } from '../../../base/decimal.ts';
import { SECOND } from '../../../base/time.ts';
import { accountNamed, keysOf } from '../exchange.ts';
import { type Bench, changesOf, createBench, on, PERP } from '../harness.contract.ts';

const ETHER = 'ETH_USDC-PERPETUAL';

/** An account with so much USDC that has bought so many BTC at the market. */
function bought(cash: string, amount: number, change: Parameters<typeof createBench>[0] = {}) {
  const bench = createBench({
    accounts: [{ id: 'main', cash: { USDC: dec(cash) } }, accountNamed('other')],
    keys: [...keysOf('main'), ...keysOf('other')],
    ...change,
  });
  const conn = bench.login();
  bench.buy(conn, { amount, type: 'market' });
  return { bench, conn };
}

const sizeOf = (bench: Bench): Decimal =>
  bench.state().accounts[0]?.positions.find(({ instrument }) => instrument === PERP)?.size ?? ZERO;
const marginOf = (bench: Bench) =>
  must(bench.state().accounts[0]?.margin['USDC'], 'the margin of USDC');
const taken = (bench: Bench) => bench.state().orders.filter(({ liquidation }) => liquidation);

test('at the estimated price nothing happens, one step beyond it liquidation begins', () => {
  const { bench, conn } = bought('2000', 1);
  const far = bench.buy(conn, { amount: 0.001, price: 50_000 }).order.order_id;
  const told = bench.ok(conn, 'private/get_position', { instrument_name: PERP });
  const limit = dec(must(told.estimated_liquidation_price, 'a price'));
  bench.price(limit);
  assert.equal(bench.state().instruments[0]?.mark, limit);
  assert.deepEqual([sizeOf(bench), marginOf(bench).liquidating], ['1', false]);
  assert.equal(bench.order(conn, far).order_state, 'open');
  bench.price(sub(limit, dec('0.01')));
  assert.ok(marginOf(bench).liquidating || lte(sizeOf(bench), dec('0.95')));
  assert.equal(sizeOf(bench), '0.95', 'the first step takes a twentieth');
  assert.equal(bench.order(conn, far).cancel_reason, 'autoliquidation');
});

test('it goes on by a step a second until the margin is restored, and says so everywhere', () => {
  const { bench, conn } = bought('2000', 1);
  bench.ok(conn, 'private/subscribe', {
    channels: ['user.changes.any.any.raw', 'user.lock', 'trades.any.any.raw'],
  });
  bench.inbox(conn);
  bench.price('62600');
  const sizes = [sizeOf(bench)];
  for (let seconds = 0; marginOf(bench).liquidating; seconds++) {
    assert.ok(seconds < 200, 'it ends');
    bench.pass(400);
    assert.equal(sizeOf(bench), sizes.at(-1), 'no step within the second');
    bench.pass(600);
    sizes.push(sizeOf(bench));
  }
  assert.ok(sizes.length > 3, `${sizes.length} steps`);
  sizes.forEach((size, i) => {
    const step = sub(sizes[i - 1] ?? dec(1), size);
    assert.ok(gt(step, ZERO) && lte(step, dec('0.05')), `step ${i} of ${step}`);
  });
  assert.ok(gt(sizes.at(-1) ?? ZERO, ZERO), 'what it needs not take it leaves');
  const row = bench.ok(conn, 'private/get_account_summary', { currency: 'USDC' });
  assert.ok(row.maintenance_margin <= row.margin_balance);
  const inbox = bench.inbox(conn);
  assert.deepEqual(on(inbox, 'user.lock'), [
    { locked: true, currency: 'USDC' },
    { locked: false, currency: 'USDC' },
  ]);
  const trades = changesOf(inbox).flatMap((change) => change.trades);
  const orders = changesOf(inbox).flatMap((change) => change.orders);
  assert.ok(trades.length >= sizes.length && orders.length >= sizes.length);
  for (const order of orders) assert.ok(order.is_liquidation === true && order.reduce_only);
  for (const trade of trades)
    assert.deepEqual(
      [trade.liquidation, trade.order_type, trade.liquidity],
      ['T', 'liquidation', 'T'],
    );
  const { logs } = bench.ok(conn, 'private/get_transaction_log', {
    currency: 'USDC',
    start_timestamp: 0,
    end_timestamp: bench.clock.server,
    query: 'liquidation',
    count: 250,
  });
  assert.equal(logs.length, trades.length);
  const own = bench.state().trades.filter(({ liquidation }) => liquidation === 'T');
  const fees = sum(own.map(({ fee }) => fee));
  assert.equal(bench.state().house.cash.insurance['USDC'], fees, 'what it pays is insurance');
  const shown = bench.ok(conn, 'public/get_last_trades_by_instrument', {
    instrument_name: PERP,
    count: 1000,
  }).trades;
  assert.equal(shown.filter(({ liquidation }) => liquidation === 'T').length, trades.length);
});

test('while it lasts the owner can do nothing in that currency, and everything in another', () => {
  const { bench, conn } = bought('2000', 1);
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0' });
  bench.price('62500');
  const order = must(taken(bench).at(-1), 'the order of the exchange');
  assert.deepEqual([order.state, order.filled, order.type], ['open', '0', 'limit']);
  const own = { instrument_name: PERP, amount: 0.01 };
  assert.equal(bench.fails(conn, 'private/buy', { ...own, price: 60_000 }).code, 11098);
  const other = { instrument_name: ETHER, amount: 0.01, type: 'market' };
  assert.equal(bench.fails(conn, 'private/sell', other).code, 11098, 'of the same cash');
  const close = { instrument_name: PERP, type: 'market' };
  assert.equal(bench.fails(conn, 'private/close_position', close).code, 11098);
  assert.equal(bench.fails(conn, 'private/cancel', { order_id: order.orderId }).code, 10045);
  const edit = { order_id: order.orderId, amount: 0.01, price: 70_000 };
  assert.equal(bench.fails(conn, 'private/edit', edit).code, 10046);
  assert.equal(bench.ok(conn, 'private/cancel_all_by_currency', { currency: 'USDC' }), 0);
  assert.equal(bench.ok(conn, 'private/get_open_orders')[0]?.is_liquidation, true);
  assert.deepEqual(bench.ask(conn, 'private/get_user_locks')?.result, [
    { currency: 'USDC', enabled: true, message: 'liquidation' },
  ]);
  bench.control('POST', 'options', { liquidationLock: 'locked_by_admin' });
  assert.equal(bench.fails(conn, 'private/buy', { ...own, price: 60_000 }).code, 10019);
  bench.price('64000');
  bench.pass(SECOND);
  assert.equal(bench.order(conn, order.orderId).order_state, 'cancelled');
  assert.deepEqual([sizeOf(bench), marginOf(bench).liquidating], ['1', false]);
  assert.equal(bench.buy(conn, { amount: 0.001, price: 60_000 }).order.order_state, 'open');
});

test('what the market does not take rests at the mark; who takes it sees that the maker is liquidated', () => {
  const { bench, conn } = bought('2000', 1);
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0' });
  bench.price('62500');
  assert.equal(taken(bench).at(-1)?.price, '62500');
  const other = bench.connect();
  bench.ok(other, 'public/auth', {
    grant_type: 'client_credentials',
    client_id: 'practice-engine-other',
    client_secret: 'practice-engine-other-secret',
  });
  const { trades } = bench.buy(other, { amount: 0.02, price: 62_500 });
  assert.deepEqual(
    trades.map((trade) => [trade.liquidation, trade.liquidity, trade.order_type]),
    [['M', 'T', 'limit']],
  );
  const mine = bench.ok(conn, 'private/get_user_trades_by_instrument', { instrument_name: PERP });
  const [last] = mine.trades.toSorted((a, b) => b.trade_seq - a.trade_seq);
  assert.deepEqual([last?.liquidation, last?.liquidity, last?.fee], ['M', 'M', 9.375]);
});

test('two accounts that are liquidated into each other: MT', () => {
  const { bench } = bought('2000', 1, {
    accounts: ['main', 'other'].map((id) => ({ id, cash: { USDC: dec('2000') } })),
  });
  bench.control('POST', 'order', {
    account: 'other',
    instrument: PERP,
    direction: 'sell',
    amount: '1',
  });
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0' });
  bench.control('POST', 'liquidate', { instrument: PERP, course: true });
  const { trades } = bench.control('POST', 'liquidate', {
    account: 'other',
    instrument: PERP,
    share: '0.01',
  }).body;
  assert.deepEqual(
    trades.map(({ liquidation, account, liquidity }) => [liquidation, account, liquidity]),
    [['MT', 'other', 'T']],
  );
});

test('a hand can have a healthy position liquidated in its course, a share of it', () => {
  const { bench, conn } = bought('10000', 0.01);
  const { order, trades } = bench.control('POST', 'liquidate', {
    instrument: PERP,
    share: '0.2',
    course: true,
  }).body;
  assert.deepEqual([order.liquidation, order.filled, trades.length], [true, '0.0005', 1]);
  assert.equal(marginOf(bench).liquidating, true);
  assert.equal(
    bench.fails(conn, 'private/buy', { instrument_name: PERP, amount: 0.01, price: 60_000 }).code,
    11098,
  );
  bench.pass(10 * SECOND);
  assert.deepEqual([sizeOf(bench), marginOf(bench).liquidating], ['0.008', false]);
});

test('a restart goes on with it', () => {
  const { bench } = bought('2000', 1);
  bench.price('62500');
  const before = bench.state();
  bench.restart();
  assert.deepEqual(bench.state().accounts, before.accounts);
  bench.pass(SECOND);
  assert.ok(lte(sizeOf(bench), dec('0.91')));
});

test('1 % as an option, which instruments tell as well', () => {
  const { bench, conn } = bought('2000', 1, { venue: { liquidationFee: '0.01' } });
  bench.price('62500');
  const trade = must(bench.state().trades.at(-1), 'a trade');
  assert.equal(
    Number(trade.fee),
    Number((Number(trade.price) * Number(trade.amount) * 0.01).toFixed(6)),
  );
  const [listed] = bench.ok(conn, 'public/get_instruments', { currency: 'USDC', kind: 'future' });
  assert.equal(listed?.max_liquidation_commission, 0.01);
});

const settlements = (bench: Bench, conn: number, method: string, more: object = {}) => {
  const answer = bench.ask(conn, method, { instrument_name: PERP, ...more });
  return must(answer?.result, 'settlements') as {
    readonly settlements: readonly Record<string, number | string>[];
  };
};

test('a bankrupt account ends at zero: the fund pays first, and who has won pays the rest', () => {
  const { bench, conn } = bought('2000', 1);
  bench.control('POST', 'order', {
    account: 'other',
    instrument: PERP,
    direction: 'sell',
    amount: '0.5',
  });
  bench.control('POST', 'insurance', { currency: 'USDC', amount: '100' });
  bench.price('60000');
  bench.pass(3 * SECOND);
  const state = bench.state();
  const [account, other] = state.accounts;
  assert.deepEqual(
    [account?.cash['USDC'], account?.equity['USDC'], sizeOf(bench)],
    ['0', '0', '0'],
  );
  assert.equal(marginOf(bench).liquidating, false);
  const {
    settlements: [told],
  } = settlements(bench, conn, 'private/get_settlement_history_by_instrument', {
    type: 'bankruptcy',
  });
  const {
    settlements: [seen],
  } = settlements(bench, conn, 'public/get_last_settlements_by_instrument', {
    type: 'bankruptcy',
  });
  for (const field of [
    'funded',
    'socialized',
    'session_bankruptcy',
    'session_tax',
    'session_tax_rate',
    'session_profit_loss',
    'type',
    'timestamp',
  ])
    assert.deepEqual(told?.[field], seen?.[field], field);
  const fees = Number(
    sum(state.trades.filter(({ liquidation }) => liquidation !== null).map(({ fee }) => fee)),
  );
  assert.ok(Math.abs(Number(told?.['funded']) - 100 - fees) < 1e-9, 'all that the fund had');
  assert.equal(state.house.cash.insurance['USDC'], '0');
  const owed = Number(told?.['session_bankruptcy']);
  const socialized = Number(told?.['socialized']);
  assert.ok(owed > 2_400 && Math.abs(owed - Number(told?.['funded']) - socialized) < 1e-6);
  assert.equal(told?.['session_tax'], told?.['socialized']);
  const paid = 10_000 - Number(other?.cash['USDC']) - 0.5 * 64_000 * 0.0005;
  const share = paid / (0.5 * 4_000);
  assert.ok(Math.abs(share - Number(told?.['session_tax_rate'])) < 0.001, `${share}`);
  const { logs } = bench.ok(conn, 'private/get_transaction_log', {
    currency: 'USDC',
    start_timestamp: 0,
    end_timestamp: bench.clock.server,
    count: 250,
  });
  assert.deepEqual(
    logs.slice(0, 2).map(({ type, balance }) => [type, Math.sign(balance)]),
    [
      ['correction', 0],
      ['settlement', -1],
    ],
  );
  const before = bench.state();
  bench.restart();
  assert.deepEqual(bench.state().accounts, before.accounts);
  assert.equal(
    settlements(bench, bench.login(), 'private/get_settlement_history_by_instrument').settlements
      .length,
    2,
  );
});

test('the insurance fund takes and gives, and never more than it has', () => {
  const bench = createBench();
  const ask = (body: object) => bench.control('POST', 'insurance', body);
  assert.deepEqual(ask({ currency: 'BTC', amount: '1.5' }).body, {
    currency: 'BTC',
    amount: '1.5',
  });
  assert.deepEqual(ask({ currency: 'BTC', amount: '-0.5' }).body, { currency: 'BTC', amount: '1' });
  bench.restart();
  assert.equal(bench.state().house.cash.insurance['BTC'], '1', 'it is written down at once');
  for (const [body, field] of [
    [{ currency: 'BTC', amount: '-1.1' }, 'amount'],
    [{ currency: 'BTC', amount: '0' }, 'amount'],
    [{ currency: 'XYZ', amount: '1' }, 'currency'],
  ] as const) {
    const { status, body: answered } = ask(body);
    assert.deepEqual([status, answered.error.field], [400, field]);
  }
});
