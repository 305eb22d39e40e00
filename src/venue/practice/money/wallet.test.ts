/** Deposits, withdrawals and transfers: where cash comes from and goes to, and that none is taken that is needed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../../../base/assert.ts';
import { type Decimal, add, dec, ZERO } from '../../../base/decimal.ts';
import { MINUTE, SECOND } from '../../../base/time.ts';
import { accountNamed } from '../exchange.ts';
import { type Bench, createBench, on, PERP } from '../harness.contract.ts';

const BOTH = ['main', 'hedge'].map((name) => accountNamed(name));
const OUTSIDE = 'bc1q-somewhere';

function login(bench: Bench, key: string): number {
  const conn = bench.connect();
  const credentials = { client_id: key, client_secret: `${key}-secret` };
  bench.ok(conn, 'public/auth', { grant_type: 'client_credentials', ...credentials });
  return conn;
}

function wallets() {
  const bench = createBench({ accounts: BOTH });
  return { bench, main: login(bench, 'practice-api'), hedge: login(bench, 'practice-api-hedge') };
}

const asked = <T>(bench: Bench, conn: number, method: string, params: object): T => {
  const answer = must(bench.ask(conn, method, params), 'an answer');
  assert.equal(answer.error, undefined, `${method}: ${JSON.stringify(answer.error)}`);
  return answer.result as T;
};

/** All cash of a currency, of accounts and house; 0 when nothing came from nowhere. */
const totalOf = (bench: Bench, currency: string): Decimal => {
  const { accounts, house } = bench.state();
  return [...accounts.map(({ cash }) => cash), ...Object.values(house.cash)].reduce(
    (total, cash) => add(total, cash[currency] ?? ZERO),
    ZERO,
  );
};

type Withdrawal = { id: number; state: string; amount: number; fee: number } & Record<
  string,
  unknown
>;
type Transfer = { id: number; state: string; direction: string; other_side: string; type: string };
type Page<T> = { count: number; data: T[] };

const logOf = (bench: Bench, conn: number, query: string, currency = 'BTC') =>
  bench.ok(conn, 'private/get_transaction_log', {
    currency,
    start_timestamp: 0,
    end_timestamp: bench.clock.server,
    query,
  }).logs;
const balanceOf = (bench: Bench, conn: number, currency = 'BTC'): number =>
  bench.ok(conn, 'private/get_account_summary', { currency }).balance;

test('a withdrawal leaves the balance at once, with its fee, and is completed a minute later', () => {
  const { bench, main } = wallets();
  const order = { currency: 'BTC', address: OUTSIDE, amount: 0.4, priority: 'mid' };
  const made = asked<Withdrawal>(bench, main, 'private/withdraw', order);
  assert.deepEqual(
    [made.state, made.amount, made.fee, made['priority'], made['transaction_id']],
    ['unconfirmed', 0.4, 0.0001, 1, null],
  );
  assert.equal(balanceOf(bench, main), 1.5999);
  const [row] = logOf(bench, main, 'withdrawal');
  assert.deepEqual(
    [row?.type, row?.change, row?.cashflow, row?.commission, row?.balance],
    ['withdrawal', -0.4001, -0.4, 0.0001, 1.5999],
  );
  assert.deepEqual(logOf(bench, main, OUTSIDE), [row]);
  bench.pass(MINUTE, SECOND);
  bench.restart();
  const listed = bench.stored().moves?.[0];
  assert.equal(listed?.kind, 'withdrawal');
  assert.equal(totalOf(bench, 'BTC'), ZERO);
  assert.deepEqual(bench.state().house.cash.fees, { BTC: '0.0001' });
});

test('a withdrawal is listed as far as it has come, and can be taken back while it is unconfirmed', () => {
  const { bench, main, hedge } = wallets();
  const order = { currency: 'BTC', address: OUTSIDE, amount: 0.4 };
  const { id } = asked<Withdrawal>(bench, main, 'private/withdraw', order);
  const list = () =>
    asked<Page<Withdrawal>>(bench, main, 'private/get_withdrawals', { currency: 'BTC' });
  assert.deepEqual([list().count, list().data[0]?.state], [1, 'unconfirmed']);
  const byId = { currency: 'BTC', id };
  assert.equal(bench.fails(hedge, 'private/cancel_withdrawal', byId).code, 11053);
  bench.pass(30 * SECOND, SECOND);
  const cancelled = asked<Withdrawal>(bench, main, 'private/cancel_withdrawal', byId);
  assert.equal(cancelled.state, 'cancelled');
  assert.equal(balanceOf(bench, main), 2);
  assert.equal(bench.fails(main, 'private/cancel_withdrawal', byId).code, 12100);
  asked<Withdrawal>(bench, main, 'private/withdraw', order);
  bench.pass(MINUTE, SECOND);
  assert.deepEqual(
    list().data.map(({ state, transaction_id: chain }) => [state, chain]),
    [
      ['completed', 'practice-2'],
      ['cancelled', null],
    ],
  );
  assert.equal(
    bench.fails(main, 'private/cancel_withdrawal', { currency: 'BTC', id: 2 }).code,
    12100,
  );
  assert.equal(totalOf(bench, 'BTC'), ZERO);
});

test('what margin needs can not be taken away, nor profit that is not settled', () => {
  const { bench, main } = wallets();
  bench.buy(main, { amount: 1, type: 'market' });
  bench.price('70000');
  const summary = bench.ok(main, 'private/get_account_summary', { currency: 'USDC' });
  const free = summary.available_withdrawal_funds;
  assert.ok(summary.available_funds > free + 4_000, 'open profit is not to be had');
  const order = { currency: 'USDC', address: OUTSIDE };
  const most = Number((free - 0.0001).toFixed(6));
  assert.equal(
    bench.fails(main, 'private/withdraw', { ...order, amount: Number((most + 0.00001).toFixed(6)) })
      .code,
    10009,
  );
  asked(bench, main, 'private/withdraw', { ...order, amount: most });
  const after = bench.ok(main, 'private/get_account_summary', { currency: 'USDC' });
  assert.ok(after.available_withdrawal_funds < 0.000002);
});

test('a repeated request with the same nonce moves nothing a second time', () => {
  const { bench, main, hedge } = wallets();
  const out = { currency: 'BTC', address: OUTSIDE, amount: 0.1, nonce: 'a' };
  const ids = [1, 2].map(() => asked<Withdrawal>(bench, main, 'private/withdraw', out).id);
  assert.deepEqual(ids, [1, 1]);
  const across = { currency: 'BTC', amount: 0.1, destination: 1002, nonce: 'b' };
  for (let n = 0; n < 2; n++)
    asked(bench, main, 'private/submit_transfer_between_subaccounts', across);
  assert.deepEqual([balanceOf(bench, main), balanceOf(bench, hedge)], [1.7999, 2.1]);
});

test('a transfer is a row in both logs and in both lists; only main moves the cash of others', () => {
  const { bench, main, hedge } = wallets();
  const to = { currency: 'BTC', amount: 0.5 };
  const made = asked<Transfer>(bench, main, 'private/submit_transfer_to_subaccount', {
    ...to,
    destination: 1002,
  });
  assert.deepEqual(
    [made.state, made.direction, made.other_side, made.type],
    ['confirmed', 'payment', 'hedge', 'subaccount'],
  );
  assert.deepEqual([balanceOf(bench, main), balanceOf(bench, hedge)], [1.5, 2.5]);
  const rows = [main, hedge].map((conn) => logOf(bench, conn, 'transfer')[0]);
  assert.deepEqual(
    rows.map((row) => [row?.change, row?.info]),
    [
      [-0.5, { transfer_type: 'subaccount', other_user_id: 1002, other_user: 'hedge' }],
      [0.5, { transfer_type: 'subaccount', other_user_id: 1001, other_user: 'main' }],
    ],
  );
  const back = { ...to, source: 1002, destination: 1001 };
  asked(bench, main, 'private/submit_transfer_between_subaccounts', back);
  asked(bench, hedge, 'private/submit_transfer_to_user', {
    ...to,
    destination: 'practice-main-btc',
  });
  const lists = [main, hedge].map((conn) =>
    asked<Page<Transfer>>(bench, conn, 'private/get_transfers', { currency: 'BTC' }).data.map(
      ({ id, direction }) => [id, direction],
    ),
  );
  assert.deepEqual(lists, [
    [
      [3, 'income'],
      [2, 'income'],
      [1, 'payment'],
    ],
    [
      [3, 'payment'],
      [2, 'payment'],
      [1, 'income'],
    ],
  ]);
  assert.deepEqual([balanceOf(bench, main), balanceOf(bench, hedge)], [2.5, 1.5]);
  const by = 'private/submit_transfer_between_subaccounts';
  for (const [conn, method, params, code] of [
    [hedge, by, { ...to, source: 1001, destination: 1002 }, 12100],
    [main, by, { ...to, destination: 1001 }, 12100],
    [main, by, { ...to, destination: 77 }, 11091],
    [main, by, { ...to, amount: 3, destination: 1002 }, 10009],
    [main, by, { ...to, amount: 0.000000001, destination: 1002 }, -32602],
    [main, by, { ...to, amount: -1, destination: 1002 }, -32602],
    [main, 'private/submit_transfer_to_user', { ...to, destination: OUTSIDE }, 11091],
    [main, 'private/cancel_transfer_by_id', { currency: 'BTC', id: 1 }, 12100],
    [main, 'private/cancel_transfer_by_id', { currency: 'BTC', id: 9 }, 11053],
    [main, 'private/withdraw', { ...to, address: 'practice-hedge-btc' }, 11096],
    [main, 'private/create_deposit_address', { currency: 'BTC' }, 11095],
  ] as const)
    assert.equal(
      bench.fails(conn, method, params).code,
      code,
      `${method} ${JSON.stringify(params)}`,
    );
  assert.equal(totalOf(bench, 'BTC'), ZERO);
});

test('the wallet asks for its scopes', () => {
  const { bench } = wallets();
  const engine = bench.login();
  const out = { currency: 'BTC', address: OUTSIDE, amount: 0.1 };
  assert.equal(bench.fails(engine, 'private/withdraw', out).code, 13021);
  assert.equal(bench.fails(engine, 'private/get_transfers', { currency: 'BTC' }).code, 13021);
});

test('a hand deposits and takes out: rows of their types, told to the console, refused when not covered', () => {
  const { bench, main } = wallets();
  const put = (body: object) => bench.control('POST', 'deposit', { currency: 'USDC', ...body });
  bench.effects.splice(0);
  assert.deepEqual(put({ amount: '250.5' }), {
    status: 200,
    body: { account: 'main', currency: 'USDC', balance: '10250.5', available: '10250.5' },
  });
  const told = bench.effects.find(
    (one) => one.kind === 'stream' && JSON.stringify(one.event).includes('"type":"CASH"'),
  );
  assert.ok(told !== undefined);
  for (const [body, type] of [
    [{ amount: '-50.5' }, 'withdrawal'],
    [{ amount: '-100', as: 'swap' }, 'swap'],
    [{ amount: '0.000001', as: 'correction' }, 'correction'],
  ] as const) {
    assert.equal(put(body).status, 200);
    const [row] = logOf(bench, main, type, 'USDC');
    assert.deepEqual([row?.type, String(dec(row?.change ?? 0))], [type, body.amount]);
  }
  const { data } = asked<Page<{ amount: number; address: string }>>(
    bench,
    main,
    'private/get_deposits',
    { currency: 'USDC' },
  );
  assert.deepEqual(
    data.map(({ amount, address }) => [amount, address]),
    [
      [250.5, 'practice-main-usdc'],
      [10_000, 'practice-main-usdc'],
    ],
  );
  bench.control('POST', 'order', { instrument: PERP, direction: 'buy', amount: '1' });
  for (const [body, field] of [
    [{ amount: '-10000' }, 'amount'],
    [{ amount: '0' }, 'amount'],
    [{ amount: '0.0000001' }, 'amount'],
    [{ amount: 'much' }, 'amount'],
    [{ amount: '1', currency: 'XYZ' }, 'currency'],
    [{ amount: '1', account: 'nobody' }, 'account'],
    [{ amount: '1', as: 'gift' }, 'as'],
  ] as const) {
    const { status, body: answer } = put(body);
    assert.deepEqual([status, answer.error.field], [400, field]);
    assert.ok((answer.error.accepted ?? '').length > 4, JSON.stringify(answer.error));
  }
  assert.match(put({ amount: '-10000' }).body.error.message, /^main has 8\d{3}\.\d+ USDC free$/);
  assert.equal(totalOf(bench, 'USDC'), ZERO);
});

test('main reads every account by its number, any other its own alone', () => {
  const { bench, main, hedge } = wallets();
  asked(bench, main, 'private/submit_transfer_to_subaccount', {
    currency: 'BTC',
    amount: 0.5,
    destination: 1002,
  });
  bench.buy(hedge, { amount: 0.01, type: 'market' });
  const of = { subaccount_id: 1002 };
  const range = { currency: 'BTC', start_timestamp: 0, end_timestamp: bench.clock.server };
  for (const conn of [main, hedge]) {
    const { balance } = bench.ok(conn, 'private/get_account_summary', { currency: 'BTC', ...of });
    assert.equal(balance, 2.5);
    const { id, summaries } = bench.ok(conn, 'private/get_account_summaries', {
      extended: true,
      ...of,
    });
    assert.deepEqual([id, summaries[0]?.balance], [1002, 2.5]);
    assert.equal(bench.ok(conn, 'private/get_positions', of)[0]?.size, 0.01);
    const { logs } = bench.ok(conn, 'private/get_transaction_log', { ...range, ...of });
    assert.deepEqual(
      logs.map(({ type, user_id }) => [type, user_id]),
      [
        ['transfer', 1002],
        ['deposit', 1002],
      ],
    );
  }
  assert.deepEqual(bench.ok(main, 'private/get_positions'), []);
  const other = { currency: 'BTC', subaccount_id: 1001 };
  assert.equal(bench.fails(hedge, 'private/get_account_summary', other).code, 13012);
  const nobody = { currency: 'BTC', subaccount_id: 77 };
  assert.equal(bench.fails(main, 'private/get_account_summary', nobody).code, -32602);
});

test('commissions can be changed: a rebate is paid out of fees, in the trade, the row and the instrument', () => {
  const { bench } = wallets();
  const set = (body: object) =>
    bench.control('POST', 'specification', { instrument: PERP, ...body });
  assert.equal(set({ makerFee: '-0.0002', takerFee: '0.0004' }).status, 200);
  bench.restart();
  assert.equal(set({ makerFee: '-0.02' }).body.error.field, 'makerFee');
  bench.control('POST', 'liquidity', { instrument: PERP, amount: '0' });
  const [maker, taker] = ['practice-api', 'practice-api-hedge'].map((key) => login(bench, key)) as [
    number,
    number,
  ];
  bench.buy(maker, { amount: 0.01, price: 64000 });
  const [taken] = bench.sell(taker, { amount: 0.01, price: 64000 }).trades;
  const [made] = bench.ok(maker, 'private/get_user_trades_by_instrument', {
    instrument_name: PERP,
  }).trades;
  assert.deepEqual([taken?.fee, made?.fee], [0.256, -0.128]);
  const [row] = logOf(bench, maker, 'maker', 'USDC');
  assert.deepEqual(
    [row?.change, row?.commission, row?.fee_role, row?.balance],
    [0.128, -0.128, 'maker', 10_000.128],
  );
  assert.deepEqual(bench.state().house.cash.fees, { USDC: '0.128' });
  const [spec] = bench.ok(maker, 'public/get_instruments', { currency: 'USDC', kind: 'future' });
  assert.deepEqual([spec?.maker_commission, spec?.taker_commission], [-0.0002, 0.0004]);
});

test('who follows a portfolio is told of cash that moved and of fills, though the clock stands still', () => {
  const bench = createBench({ speed: 0, accounts: BOTH });
  const conn = login(bench, 'practice-api');
  const other = login(bench, 'practice-api-hedge');
  for (const each of [conn, other])
    bench.ok(each, 'private/subscribe', { channels: ['user.portfolio.btc'] });
  const told = (of: number): number[] => {
    bench.pass(0, 2 * SECOND);
    return on<{ balance: number }>(bench.inbox(of), 'user.portfolio').map(({ balance }) => balance);
  };
  assert.deepEqual([told(conn), told(other)], [[2], [2]]);
  asked(bench, conn, 'private/withdraw', { currency: 'BTC', address: OUTSIDE, amount: 0.4 });
  assert.deepEqual([told(conn), told(other)], [[1.5999], []]);
  bench.ok(conn, 'private/buy', { instrument_name: 'BTC-PERPETUAL', amount: 1000, type: 'market' });
  assert.deepEqual([told(conn).length, told(other)], [1, []]);
});
