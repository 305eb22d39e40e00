/**
 * Figures of the exchange's own messages, computed anew with the practice exchange's formulas: to the digit wherever a row
 * holds enough for it. The worked examples stand here; all recorded messages are read where they are at hand beside the
 * repository.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { must } from '../../../base/assert.ts';
import {
  type Decimal,
  abs,
  add,
  cmp,
  dec,
  lte,
  neg,
  parseDecimal,
  roundTo,
  sub,
  sum,
  ZERO,
} from '../../../base/decimal.ts';
import { feeOf, INSTRUMENTS, type InstrumentSpec, unitOf } from '../products/instruments.ts';
import { deltaOf } from './margin.ts';
import { optionsFrom } from '../options.ts';
import { floatingProfit, totalProfit } from './positions.ts';

const inverse = must(
  INSTRUMENTS.find(({ type }) => type === 'reversed'),
  'an inverse instrument',
);

/** A position that was carried over at one price and entered at another. */
const position = (size: Decimal, average: Decimal, reference = average) => ({
  size,
  average,
  sessionAverage: reference,
  sessionCash: ZERO,
  funding: ZERO,
  interestAt: ZERO,
  settlementPrice: ZERO,
});

const profitAt = (size: string, average: string, mark: string): Decimal =>
  roundTo(totalProfit(position(dec(size), dec(average)), inverse, dec(mark)), 9);
const coins = (size: string, mark: string): Decimal =>
  roundTo(deltaOf(inverse, dec(size), dec(mark)), 9);

/** Commissions of futures that the recorded messages were charged, as fractions; a rebate is below 0. */
const RATES = ['0', '0.0005', '0.00075', '0.0001', '-0.0002', '-0.00025'];

const feeAt = (rate: string, amount: string, price: string, currency: string): Decimal => {
  const spec: InstrumentSpec = { ...inverse, settlement: currency, takerFee: dec(rate) };
  const fill = { amount: dec(amount), price: dec(price), taker: true };
  return feeOf(spec, fill, optionsFrom());
};

test('worked examples: profit and coins of a position (FACTS, section 10.2)', () => {
  // Told as 0.000032781: the average is shown to two digits, which leaves 5e-9 of the profit open.
  assert.equal(profitAt('50', '7440.18', '7476.65'), '0.00003278');
  assert.ok(lte(profitAt('50', '7440.185', '7476.65'), dec('0.000032781')));
  assert.ok(lte(dec('0.000032781'), profitAt('50', '7440.175', '7476.65')));
  assert.equal(coins('50', '7476.65'), '0.006687487');
  assert.equal(profitAt('-60', '47182.76', '45837.07'), '0.000037333');
  assert.equal(coins('-60', '45837.07'), '-0.001308984');
  // Sold at 17391 in a session that began at 16025.83: what the trade tells is the session's profit.
  assert.equal(
    roundTo(totalProfit(position(dec(10), dec('16025.83')), inverse, dec(17391)), 8),
    '0.00004898',
  );
  const closed = totalProfit(position(dec(-10), dec('91701.5')), inverse, dec('92037'));
  assert.equal(roundTo(closed, 8), '-0.0000004');
});

test('worked examples: fees, and rebates, in two steps of rounding (FACTS, sections 9.6 and 18)', () => {
  assert.equal(feeAt('0.0005', '10', '91701.5', 'BTC'), '0.00000006');
  assert.equal(feeAt('0.0005', '10', '92037', 'BTC'), '0.00000005');
  assert.equal(feeAt('0.00075', '40', '203.3', 'ETH'), '0.00014757');
  assert.equal(feeAt('-0.0002', '10', '9681.5', 'BTC'), '-0.00000021');
  assert.equal(feeAt('-0.00025', '200000', '8900', 'BTC'), '-0.00561798');
});

/** A member of a message that is a number, as it was read. */
type Row = Readonly<Record<string, unknown>>;
const number = (row: Row, name: string): Decimal | undefined => {
  const value = row[name];
  return typeof value === 'number' || typeof value === 'string'
    ? parseDecimal(String(value))
    : undefined;
};

/** Whether all are there. */
const whole = (values: readonly (Decimal | undefined)[]): values is readonly Decimal[] =>
  values.every((value) => value !== undefined);
const near = (a: Decimal, b: Decimal, unit: Decimal): boolean => lte(abs(sub(a, b)), unit);

/** Inverse futures are those whose name is no pair, and which end neither as an option nor as a combo. */
const isInverse = (row: Row): boolean =>
  /^(?:BTC|ETH)-(?:PERPETUAL|\d{1,2}[A-Z]{3}\d\d)$/.test(String(row['instrument_name']));

type Agrees = boolean | 'exact' | 'as far as the average is shown';

/** Whether a profit is told to the digit, or lies between those of all averages that are shown like this one. */
function agrees(told: Decimal, at: (average: Decimal) => Decimal, average: Decimal): Agrees {
  if (roundTo(at(average), 9) === told) return 'exact';
  const ends = ['0.005', '-0.005'].map((half) => roundTo(at(add(average, dec(half))), 9));
  const [low, high] = ends.sort(cmp) as [Decimal, Decimal];
  return lte(low, told) && lte(told, high) ? 'as far as the average is shown' : false;
}

/** What each kind of row says that can be computed; undefined where it holds too little, else whether it agrees. */
const CHECKS: Readonly<Record<string, (row: Row) => Agrees | undefined>> = {
  total_profit_loss: (row) => {
    const all = ['size', 'average_price', 'mark_price', 'total_profit_loss'].map((name) =>
      number(row, name),
    );
    if (!isInverse(row) || !whole(all)) return undefined;
    const [size, average, mark, told] = all as [Decimal, Decimal, Decimal, Decimal];
    return agrees(told, (at) => totalProfit(position(size, at), inverse, mark), average);
  },
  size_currency: (row) => {
    const all = ['size', 'mark_price', 'size_currency'].map((name) => number(row, name));
    if (!isInverse(row) || !whole(all)) return undefined;
    const [size, mark, told] = all as [Decimal, Decimal, Decimal];
    return roundTo(deltaOf(inverse, size, mark), 9) === told;
  },
  /** From the settlement price where it was carried over, from the entry where it is of this session. */
  floating_profit_loss: (row) => {
    const names = ['size', 'average_price', 'settlement_price', 'mark_price'];
    const all = [...names, 'floating_profit_loss'].map((name) => number(row, name));
    if (!isInverse(row) || !whole(all)) return undefined;
    const [size, average, settled, mark, told] = all as [
      Decimal,
      Decimal,
      Decimal,
      Decimal,
      Decimal,
    ];
    const at = (from: Decimal): Decimal =>
      floatingProfit(position(size, average, from), inverse, mark);
    return agrees(told, at, settled) || agrees(told, at, average);
  },
  fee: (row) => {
    const all = ['amount', 'price', 'fee'].map((name) => number(row, name));
    const { fee_currency: currency, trade_id: trade } = row;
    if (!isInverse(row) || trade === undefined || !whole(all)) return undefined;
    const [amount, price, told] = all as [Decimal, Decimal, Decimal];
    return RATES.some((rate) => feeAt(rate, amount, price, String(currency)) === told);
  },
  equity: (row) => {
    const all = ['balance', 'futures_session_upl', 'futures_session_rpl', 'options_value'];
    return segregated(row, 'equity', all);
  },
  margin_balance: (row) => segregated(row, 'margin_balance', ['equity', '-options_value']),
  available_funds: (row) =>
    segregated(row, 'available_funds', ['margin_balance', '-initial_margin']),
  available_withdrawal_funds: (row) =>
    segregated(row, 'available_withdrawal_funds', ['balance', '-initial_margin']),
  session_upl: (row) =>
    segregated(row, 'session_upl', ['futures_session_upl', 'options_session_upl']),
  total_pl: (row) => segregated(row, 'total_pl', ['futures_pl', 'options_pl']),
  change: (row) => {
    const all = ['change', 'session_upl', 'session_rpl'].map((name) => number(row, name));
    if (row['type'] !== 'settlement' || !whole(all)) return undefined;
    const [change, upl, rpl] = all as [Decimal, Decimal, Decimal];
    return near(change, add(upl, rpl), unitOf(String(row['currency'])));
  },
};

/** A sum (less what is named with a minus) of a summary whose margin is that of one currency alone. */
function segregated(row: Row, name: string, parts: readonly string[]): boolean | undefined {
  if (row['margin_model'] !== 'segregated_sm') return undefined;
  const told = number(row, name);
  const values = parts.map((part) => {
    const value = number(row, part.replace('-', ''));
    return value !== undefined && part.startsWith('-') ? neg(value) : value;
  });
  if (told === undefined || !whole(values)) return undefined;
  // ETH is told to six digits there.
  const unit = row['currency'] === 'ETH' ? dec('0.000001') : unitOf(String(row['currency']));
  return near(told, sum(values), unit);
}

const FIXTURES = join(import.meta.dirname, '../../../../../shared/deribit/fixtures');

function* rowsIn(value: unknown): Generator<Row> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Row;
  for (const member of Object.values(value)) yield* rowsIn(member);
}

/** Neighbouring rows of a log, newer first: the balances follow from the change. */
function followingBalances(value: unknown): boolean[] {
  return [...rowsIn(value)].flatMap(({ logs }) =>
    Array.isArray(logs)
      ? (logs as Row[]).slice(1).map((older, n) => {
          const newer = must((logs as Row[])[n], 'a row');
          const all = [number(older, 'balance'), number(newer, 'change'), number(newer, 'balance')];
          const [before, change, after] = all as [Decimal, Decimal, Decimal];
          return add(before, change) === after;
        })
      : [],
  );
}

test('recorded messages: every figure that can be computed is what the exchange told', (context) => {
  if (!existsSync(FIXTURES)) {
    context.diagnostic('no recorded messages at hand');
    return;
  }
  const agree: Record<string, number> = {};
  const differ: string[] = [];
  const files = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  );
  for (const file of files.sort()) {
    const value = JSON.parse(readFileSync(join(FIXTURES, file), 'utf8')) as unknown;
    const count = (name: string, how: Agrees): void => {
      const key = typeof how === 'string' ? `${name}: ${how}` : name;
      if (how === false) differ.push(`${file}: ${name}`);
      else agree[key] = (agree[key] ?? 0) + 1;
    };
    for (const row of rowsIn(value))
      for (const [name, check] of Object.entries(CHECKS)) {
        const how = check(row);
        if (how !== undefined) count(name, how);
      }
    for (const how of followingBalances(value)) count('balance', how);
  }
  // One fee of an example fits no commission that was ever published; one position was carried over in part only.
  assert.deepEqual(differ, [
    'docs2025/private__get_subaccounts_details.response.1.json: floating_profit_loss',
    'docs2025/user.changes.{instrument_name}.{interval}.notification.1.json: fee',
    'docs2025/user.changes.{kind}.{currency}.{interval}.notification.1.json: fee',
    'docs2026_openapi/private__get_subaccounts_details.response.200.response.json: floating_profit_loss',
    'gocryptotrader/ws_change_updates.json: fee',
    'gocryptotrader/ws_currency_changes_updates.json: fee',
  ]);
  assert.deepEqual(agree, {
    'total_profit_loss: exact': 8,
    'total_profit_loss: as far as the average is shown': 8,
    'floating_profit_loss: exact': 10,
    'floating_profit_loss: as far as the average is shown': 4,
    size_currency: 16,
    fee: 41,
    equity: 12,
    margin_balance: 12,
    available_funds: 12,
    available_withdrawal_funds: 12,
    session_upl: 12,
    total_pl: 12,
    change: 2,
    balance: 8,
  });
});
