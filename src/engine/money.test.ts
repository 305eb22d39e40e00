/** The exchange's log beside the books: every kind of row has an account, and what does not fit is told and blocks nothing. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Decimal, abs, add, dec, isZero, mul, sub, sum } from '../base/decimal.ts';
import type { CashRow } from '../domain/account.ts';
import { type Books, freezeBooks, thawBooks } from '../domain/books.ts';
import { presentTrade } from '../domain/present.ts';
import { audit, auditCash } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';
import { onCash } from './cash.ts';
import { emptyLive } from './live.ts';
import { openTurn } from './turn.ts';

/** A difference of money is worth what it is, whatever the instrument costs. */
const worthOf = (books: Books) =>
  [...books.breaks.values()].map(({ break: found }) => found.difference);
const breaksOf = (books: Books) =>
  [...books.breaks.values()].map(({ break: found, subject }) => ({
    kind: found.kind,
    subject,
    life: found.life,
    books: found.books,
    exchange: found.exchange,
    options: found.options.map(({ action }) => action),
  }));
const stands = (books: Books, currency: string): Readonly<Record<string, Decimal>> =>
  Object.fromEntries(
    [...books.accounts]
      .filter(([key, amount]) => key.startsWith(`${currency}/`) && !isZero(amount))
      .map(([key, amount]) => [key.slice(currency.length + 1), amount]),
  );
const balanced = (books: Books): boolean =>
  ['USDC', 'BTC', 'ETH'].every((currency) => isZero(sum(Object.values(stands(books, currency)))));

/** A fill whose row the books have not read, and the row as the exchange wrote it. */
let world: World;
let row: CashRow;
before(async () => {
  world = await createWorld({ checkEveryMs: 600_000 });
  await world.enter();
  const [written] = world.truth().rows.filter(({ type }) => type === 'trade');
  assert.ok(written);
  assert.equal(world.of('CASH_BOOKED').length, 0);
  const { seq, at, currency, type, instrument, trade, change, balance, commission } = written;
  const id = String(written.id);
  const fee = commission ?? dec('0');
  row = {
    id,
    userSeq: seq,
    at,
    currency,
    type,
    instrument,
    tradeId: trade,
    change,
    balance,
    fee,
  };
});

/** A copy of the books that reads these rows as the whole log. */
function reading(...rows: readonly CashRow[]): Books {
  const books = thawBooks(freezeBooks(world.books()));
  read(books, rows);
  return books;
}
function read(books: Books, rows: readonly CashRow[], shown?: Decimal, live = emptyLive()): void {
  const { cell } = world.life().driver;
  const turn = openTurn(
    { ...cell, books, live },
    { server: world.serverNow(), mono: world.now() },
    'test',
  );
  live.logs.set('USDC', { to: 0, span: Infinity, busy: true });
  if (shown !== undefined) live.balances.set('USDC', { balance: shown, at: row.at + 60_000 });
  const result = { kind: 'cash_log', rows } as const;
  onCash(turn, { currency: 'USDC', to: 0, whole: true }, { status: 'ok', result, beganAt: null });
}

test('[I14] a fill and its row: the fee is paid from cash, and nothing is owed any more', () => {
  const open = stands(world.books(), 'USDC');
  assert.equal(open['fees_due'], `-${row.fee}`);
  const books = reading(row);
  const { cash, fees, fees_due: due, opening } = stands(books, 'USDC');
  assert.deepEqual([cash, fees, due], [row.balance, row.fee, undefined]);
  assert.equal(add(cash ?? dec('0'), add(fees ?? dec('0'), opening ?? dec('0'))), '0');
  assert.deepEqual(breaksOf(books), []);
  assert.ok(balanced(books));
});

test('[I13] a row with another fee than the fill is a difference that a person may take as it is', () => {
  const fee = add(row.fee ?? dec('0'), dec('0.01'));
  const other = {
    ...row,
    fee,
    change: sub(row.change, dec('0.01')),
    balance: sub(row.balance, dec('0.01')),
  };
  const books = reading(other);
  assert.deepEqual(breaksOf(books), [
    {
      kind: 'fee_or_funding_difference',
      subject: `fee/USDC/${row.tradeId}`,
      life: 'needs_you',
      books: row.fee,
      exchange: fee,
      options: ['accept'],
    },
  ]);
  assert.deepEqual(worthOf(books), [{ amount: '-0.01', value: '0.01', currency: 'USDC' }]);
  assert.equal(stands(books, 'USDC')['unexplained'], '0.01');
  assert.ok(balanced(books));
});

test('a fill that crosses zero has two rows: both together are its fee, and one alone is not', () => {
  const part = (share: string, id: string, seq: number, before: Decimal): CashRow => {
    const fee = mul(row.fee ?? dec('0'), dec(share));
    return { ...row, id, userSeq: seq, fee, change: sub(dec('0'), fee), balance: sub(before, fee) };
  };
  const start = sub(row.balance, row.change);
  const first = part('0.25', 'a', row.userSeq, start);
  const second = { ...part('0.75', 'b', row.userSeq + 1, first.balance) };
  const whole = reading(first, second);
  assert.deepEqual([breaksOf(whole), stands(whole, 'USDC')['fees_due']], [[], undefined]);
  const later = { ...row, id: 'c', at: row.at + 60_000, userSeq: row.userSeq + 1, type: 'deposit' };
  const deposit = { ...later, tradeId: null, fee: null, change: dec('5') };
  const books = reading(first, { ...deposit, balance: add(first.balance, dec('5')) });
  assert.deepEqual(
    breaksOf(books).map(({ subject }) => subject),
    [`fee/USDC/${row.tradeId}`],
  );
  read(books, [{ ...second, userSeq: row.userSeq + 2 }]);
  assert.deepEqual(
    breaksOf(books).map(({ kind }) => kind),
    ['balance_drift'],
    'the late row ends it; that it does not follow from the deposit is another thing',
  );
  assert.deepEqual(
    worthOf(books).map(({ currency }) => currency),
    ['USDC'],
  );
});

test('[I13] a fill that the log passes over is told', () => {
  const change = dec('-3');
  const rest = {
    tradeId: null,
    fee: null,
    change,
    balance: add(sub(row.balance, row.change), change),
  };
  const books = reading({ ...row, ...rest, id: 'w', type: 'withdrawal', at: row.at + 60_000 });
  assert.deepEqual(
    breaksOf(books).map(({ subject, books: own, exchange }) => [subject, own, exchange]),
    [[`fee/USDC/${row.tradeId}`, row.fee, '0']],
  );
  assert.equal(stands(books, 'USDC')['transfers'], '3');
});

test('[I16] a settlement waits for a fill that the log names and nobody has shown: what it paid is compared with all of them', async () => {
  const late = await createWorld({ instruments: [PERPETUAL] });
  await late.enter();
  await late.run(35_000);
  late.fault({ kind: 'drop_notification', channel: 'user.changes.any.any.raw', count: 2 });
  const method = 'private/get_user_trades_by_currency_and_time';
  const fault = late.fault({ kind: 'empty_answer', method, ms: 900_000 });
  late.control('POST', 'price', { instrument: PERPETUAL, price: '100400' });
  for (const direction of ['buy', 'sell'] as const)
    late.control('POST', 'order', { instrument: PERPETUAL, direction, amount: '0.0004' });
  late.control('POST', 'settle');
  late.control('POST', 'deposit', { account: 'main', currency: 'USDC', amount: '5' });
  await late.run(870_000);
  const kinds = () => late.of('CASH_BOOKED').map(({ data }) => data.row.type);
  assert.deepEqual(kinds(), ['trade', 'trade', 'trade'], 'what is behind it waits too');
  assert.deepEqual(breaksOf(late.books()), [], 'and no balance is compared meanwhile');
  late.control('DELETE', `fault/${fault}`);
  await late.run(100_000);
  assert.deepEqual(kinds(), ['trade', 'trade', 'trade', 'settlement', 'deposit']);
  assert.deepEqual(breaksOf(late.books()), []);
  assert.equal(stands(late.books(), 'USDC')['unexplained'], undefined);
  auditCash(late);
  audit(late);
});

for (const [type, account] of [
  ['deposit', 'transfers'],
  ['withdrawal', 'transfers'],
  ['transfer', 'transfers'],
  ['swap', 'transfers'],
  ['correction', 'corrections'],
  ['options_settlement_summary', 'options'],
  ['a word of tomorrow', 'other'],
] as const)
  test(`[I13][I14] a row of type ${type} is a fact under ${account}`, () => {
    const change = dec('-1.5');
    const moved = { ...row, id: 'm', userSeq: row.userSeq + 1, type, tradeId: null, fee: null };
    const books = reading(row, { ...moved, change, balance: add(row.balance, change) });
    assert.equal(stands(books, 'USDC')[account], '1.5');
    assert.equal(books.cash.get('USDC')?.balance, add(row.balance, change));
    assert.deepEqual(breaksOf(books), []);
    assert.ok(balanced(books));
  });

test('[I13] a balance that no row leads to is told at its second sight, and ends when one does', () => {
  const books = thawBooks(freezeBooks(world.books()));
  const live = emptyLive();
  const shown = sub(row.balance, dec('7'));
  read(books, [row], shown, live);
  assert.deepEqual(breaksOf(books), []);
  read(books, [row], shown, live);
  assert.deepEqual(
    breaksOf(books).map(({ kind, books: own, exchange }) => [kind, own, exchange]),
    [['balance_drift', row.balance, shown]],
  );
  const amount = sub(shown, row.balance);
  assert.deepEqual(worthOf(books), [{ amount, value: abs(amount), currency: 'USDC' }]);
  read(books, [row], row.balance, live);
  assert.deepEqual(breaksOf(books), []);
});

test('[I13][I14] deposits and withdrawals at the exchange are rows in the books, of a currency that nothing trades in too', async () => {
  const rich = await createWorld();
  await rich.enter();
  for (const [currency, amount] of [
    ['USDC', '250.5'],
    ['USDC', '-100'],
    ['ETH', '3'],
    ['BTC', '-0.25'],
  ])
    rich.control('POST', 'deposit', { account: 'main', currency, amount });
  await rich.run(70_000);
  const types = rich.of('CASH_BOOKED').map(({ data }) => `${data.row.type} ${data.row.currency}`);
  assert.deepEqual(
    types.sort(),
    ['deposit ETH', 'deposit USDC', 'trade USDC', 'withdrawal BTC', 'withdrawal USDC'].sort(),
  );
  assert.equal(stands(rich.books(), 'USDC')['transfers'], '-150.5');
  assert.equal(stands(rich.books(), 'ETH')['transfers'], '-3');
  assert.equal(stands(rich.books(), 'BTC')['transfers'], '0.25');
  assert.ok(balanced(rich.books()));
  assert.deepEqual(breaksOf(rich.books()), []);
  assert.equal(rich.position(PERPETUAL), rich.openTrade()?.open);
  auditCash(rich);
  audit(rich);
});

test('a log that is too long for one read is read in parts, oldest first', async () => {
  const long = await createWorld();
  const { id } = await long.enter();
  await long.run(35_000);
  const fault = long.fault({
    kind: 'error',
    method: 'private/get_transaction_log',
    code: 10047,
    ms: 120_000,
  });
  await long.run(1_000);
  long.control('POST', 'deposit', { account: 'main', currency: 'USDC', amount: '1' });
  await long.run(100_000);
  assert.deepEqual(
    long.of('CASH_BOOKED').map(({ data }) => data.row.type),
    ['trade'],
    id,
  );
  const { span } = long.life().driver.cell.live.logs.get('USDC') ?? { span: Infinity };
  assert.ok(span <= 1_200_000, `a part is ${span} ms long`);
  long.control('DELETE', `fault/${fault}`);
  await long.run(40_000);
  assert.deepEqual(
    long.of('CASH_BOOKED').map(({ data }) => data.row.type),
    ['trade', 'deposit'],
  );
  auditCash(long);
});

test('[I13] a part of the log ends before now: what comes in the minutes after it is read, on a quick clock as well', async () => {
  const quick = await createWorld({ speed: 120 });
  await quick.ready();
  await quick.run(35_000);
  quick.fault({ kind: 'error', method: 'private/get_transaction_log', code: 10_047, count: 2 });
  for (let n = 0; n < 60; n++) {
    quick.control('POST', 'deposit', { account: 'main', currency: 'USDC', amount: '1' });
    await quick.run(1_500);
    if (n < 6) await quick.command({ verb: 'reconcile' });
  }
  await quick.run(70_000);
  assert.equal(quick.of('CASH_BOOKED').length, 60);
  assert.deepEqual(breaksOf(quick.books()), []);
  auditCash(quick);
});

test('[I11][N9] trades that nobody showed and the log names are found, though the history was empty by mistake for a quarter of an hour', async () => {
  const blind = await createWorld({ instruments: [PERPETUAL] });
  await blind.enter();
  await blind.run(35_000);
  const fills = () => blind.of('FILL_BOOKED').length;
  const before = fills();
  const faults = [
    { kind: 'drop_notification', channel: 'user.changes.any.any.raw', count: 2 },
    { kind: 'empty_answer', method: 'private/get_user_trades_by_currency_and_time', ms: 900_000 },
  ].map((fault) => blind.fault(fault));
  for (const direction of ['buy', 'sell'] as const)
    blind.control('POST', 'order', { instrument: PERPETUAL, direction, amount: '0.0004' });
  await blind.run(870_000);
  assert.equal(fills(), before);
  assert.equal(blind.of('POSITION_ADJUSTED').length, 0);
  const last = blind.of('RECONCILIATION_COMPLETED').at(-1)?.data.report;
  assert.deepEqual([last?.complete, last?.coverage.fills], [true, 'difference']);
  await blind.run(100_000);
  assert.deepEqual([fills(), blind.books().unmet.size], [before + 2, 0], String(faults));
  assert.equal(blind.of('RECONCILIATION_COMPLETED').at(-1)?.data.report.coverage.fills, 'ok');
  auditCash(blind);
  audit(blind);
});

test('[I13] a rebate is a fee below zero: on the trade, in the log, and in what is earned', async () => {
  const maker = await createWorld();
  await maker.ready();
  maker.control('POST', 'specification', { instrument: PERPETUAL, takerFee: '-0.0001' });
  const { id } = await maker.enter();
  maker.control('POST', 'close', { instrument: PERPETUAL });
  await maker.until('the close', () => maker.trade(id).closedAt !== null);
  await maker.run(40_000);
  const { grossPnl, fees, funding, netPnl } = presentTrade(maker.books(), maker.trade(id));
  assert.ok(fees.startsWith('-'), fees);
  assert.equal(netPnl, add(sub(grossPnl, fees), funding));
  assert.equal(stands(maker.books(), 'USDC')['fees'], fees);
  assert.equal(stands(maker.books(), 'USDC')['fees_due'], undefined);
  assert.deepEqual(breaksOf(maker.books()), []);
  auditCash(maker);
  audit(maker);
});
