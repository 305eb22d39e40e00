/** Rows of a table against the exchange's fills: a fill proves one row, amounts are conserved, what is left goes to the newest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { add, dec, type Decimal, lte, min, sum, ZERO } from '../base/decimal.ts';
import type { Fill } from '../domain/fill.ts';
import type { ImportRow } from '../domain/import.ts';
import { amountOf, findEnd, NEAR, poolOf, proveClosed, shareOut } from './import.ts';

let ids = 0;
const fill = (more: Partial<Fill> & Pick<Fill, 'direction' | 'amount' | 'at'>): Fill => ({
  tradeId: `t${++ids}`,
  currency: 'USDC',
  instrument: 'X',
  orderId: `o${ids}`,
  label: '',
  price: dec(100),
  fee: dec('0.1'),
  feeCurrency: 'USDC',
  liquidity: 'taker',
  liquidation: false,
  api: true,
  ...more,
});

const row = (more: Partial<ImportRow>): ImportRow => ({
  row: '1',
  strategy: 's',
  instrument: 'X',
  direction: 'long',
  amount: dec(3),
  entryPrice: dec(90),
  openedAt: 1_000_000,
  stopLoss: null,
  takeProfit: null,
  exit: null,
  told: null,
  ...more,
});

const closed = (more: Partial<ImportRow> = {}) => ({
  ...row(more),
  exit: { price: dec(110), at: 5_000_000, reason: 'tp_hit' as const },
});

const buy = (amount: number, at: number, more: Partial<Fill> = {}): Fill =>
  fill({ direction: 'buy', amount: dec(amount), at, ...more });
const sell = (amount: number, at: number, more: Partial<Fill> = {}): Fill =>
  fill({ direction: 'sell', amount: dec(amount), at, ...more });

const prove = (fills: readonly Fill[]) => proveClosed(poolOf(fills, new Map()), closed());

test('a closed row is proved by the fills of one order at each end, or by all of the moment together', () => {
  const byOrder = prove([
    buy(1, 1_000_000, { orderId: 'a' }),
    buy(2, 1_000_500, { orderId: 'a' }),
    buy(7, 1_000_100),
    sell(3, 5_000_000),
  ]);
  assert.deepEqual(
    byOrder?.entry.lots.map(({ amount }) => amount),
    ['1', '2'],
  );
  assert.equal(byOrder.entry.fees, '0.2');
  const together = prove([buy(1, 1_000_000), buy(2, 1_000_500), sell(3, 5_000_000)]);
  assert.deepEqual(together?.entry.fills.length, 2);
});

test('it is not proved by another amount, side, instrument, a far moment, or half of it', () => {
  const good = [buy(3, 1_000_000), sell(3, 5_000_000)];
  assert.ok(prove(good));
  const bad: readonly (readonly Fill[])[] = [
    [buy(2, 1_000_000), sell(3, 5_000_000)],
    [sell(3, 1_000_000), sell(3, 5_000_000)],
    [buy(3, 1_000_000, { instrument: 'Y' }), sell(3, 5_000_000)],
    [buy(3, 1_000_000 - NEAR - 1), sell(3, 5_000_000)],
    [buy(3, 1_000_000)],
    [buy(3, 1_000_000, { label: 'ls:razor:n1:1:1e:abcdefgh' }), sell(3, 5_000_000)],
  ];
  for (const fills of bad) assert.equal(prove(fills), null);
});

test('[I11] a fill proves one row only, in one table or in several parts of it', () => {
  const fills = [buy(3, 1_000_000), sell(3, 5_000_000)];
  const pool = poolOf(fills, new Map());
  const first = proveClosed(pool, closed());
  assert.ok(first);
  assert.equal(proveClosed(pool, closed({ row: '2' })), null);
  const used = new Map([...first.entry.fills, ...first.exit.fills].map((key) => [key, 0]));
  assert.equal(proveClosed(poolOf(fills, used), closed()), null);
});

const amounts = fc.integer({ min: 1, max: 9 });

test('the fills that end open rows are shared out without using any of them twice', () => {
  fc.assert(
    fc.property(
      fc.array(amounts, { maxLength: 8 }),
      fc.array(amounts, { maxLength: 6 }),
      (sold, held) => {
        const fills = sold.map((amount, index) => sell(amount, 2_000_000 + index));
        const pool = poolOf(fills, new Map());
        const ends = held.map((amount) => findEnd(pool, row({ amount: dec(amount) }), dec(amount)));
        const total = sum(sold.map((amount) => dec(amount)));
        const wanted = sum(held.map((amount) => dec(amount)));
        assert.equal(sum(ends.map(amountOf)), min(total, wanted));
        for (const [index, end] of ends.entries())
          assert.ok(lte(amountOf(end), dec(held[index] ?? 0)));
        const fees = sum(ends.map((end) => end?.fees ?? ZERO));
        assert.ok(lte(fees, add(sum(fills.map(({ fee }) => fee)), dec('0.000001'))));
      },
    ),
    { numRuns: 200 },
  );
});

test('a position goes to the newest rows, never more than it is and never more than they say', () => {
  fc.assert(
    fc.property(
      fc.array(amounts, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: 40 }),
      (sizes, held) => {
        const rows = sizes.map((amount, index) => row({ amount: dec(amount), openedAt: index }));
        const shares = shareOut(rows, dec(held));
        const total = sum([...shares.values()]);
        assert.equal(total, min(dec(held), sum(rows.map(({ amount }) => amount))));
        let short = false;
        for (const one of rows.toReversed()) {
          const share: Decimal = shares.get(one) ?? ZERO;
          assert.ok(lte(share, one.amount));
          if (short) assert.equal(share, '0');
          short ||= share !== one.amount;
        }
      },
    ),
    { numRuns: 200 },
  );
});
