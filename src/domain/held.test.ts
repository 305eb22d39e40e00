/** What waits for a settlement: whatever was booked meanwhile, each night's row is compared with what stood that night. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Decimal, dec } from '../base/decimal.ts';
import { DAY, HOUR, type Millis } from '../base/time.ts';
import type { CashRow } from './account.ts';
import {
  type Held,
  heldFrom,
  holdAdjusted,
  holdFill,
  holdFunding,
  holdSettlement,
  judgeSettlement,
  newHeld,
} from './held.ts';

const NAME = 'BTC_USDC-PERPETUAL';
/** 2026-03-02 08:00 UTC. */
const NIGHT: Millis = Date.parse('2026-03-02T08:00:00.000Z');
const night = (n: number): Millis => NIGHT + n * DAY;

/** Buys (or sells, below zero) at a price, so many hours behind the first night. */
function trade(held: Held, hours: number, amount: string, price: string): void {
  holdFill(held, 'linear', {
    moved: dec(amount),
    replaced: dec('0'),
    price: dec(price),
    at: NIGHT + hours * HOUR,
  });
}

const row = (n: number, change: string, price: string): CashRow => ({
  id: String(n),
  userSeq: n,
  at: night(n),
  currency: 'USDC',
  type: 'settlement',
  instrument: NAME,
  tradeId: null,
  change: dec(change),
  balance: dec('0'),
  price: dec(price),
});

/** Reads the rows, oldest first; answers what each was judged. */
const read = (held: Held, rows: readonly CashRow[]): readonly (readonly [string, Decimal])[] =>
  rows.map((one) => {
    const judged = judgeSettlement(held, 'linear', one);
    holdSettlement(held, one, judged);
    return [judged.as, judged.rest];
  });

test('[I16] the rows of three nights, read after the fills of all their sessions: each is what stood that night', () => {
  const held = newHeld(NAME);
  trade(held, -2, '1', '100');
  trade(held, 2, '1', '120');
  trade(held, 26, '-2', '90');
  trade(held, 50, '1', '80');
  const judged = read(held, [row(0, '10', '110'), row(1, '-20', '105'), row(2, '-30', '85')]);
  assert.deepEqual(judged, [
    ['rounding', '0'],
    ['rounding', '0'],
    ['rounding', '0'],
  ]);
  assert.deepEqual([held.unsettled, held.position, held.stood.length], ['0', '1', 0]);
  assert.deepEqual(read(held, [row(3, '5', '85')]), [['rounding', '0']]);
});

test('[I16] nights without any event of their own are paid one after the other', () => {
  const held = newHeld(NAME);
  trade(held, -2, '1', '100');
  trade(held, 60, '-1', '130');
  assert.deepEqual(
    read(held, [row(0, '10', '110'), row(1, '-5', '105'), row(2, '15', '120'), row(3, '10', '90')]),
    [
      ['rounding', '0'],
      ['rounding', '0'],
      ['rounding', '0'],
      ['rounding', '0'],
    ],
  );
  assert.equal(held.unsettled, '0');
});

test('a night on which nothing was owed has no row, and the next one is not compared with it', () => {
  const held = newHeld(NAME);
  trade(held, -2, '1', '100');
  trade(held, -1, '-1', '100');
  trade(held, 2, '1', '100');
  trade(held, 26, '1', '100');
  assert.deepEqual(read(held, [row(1, '20', '120')]), [['rounding', '0']]);
  assert.deepEqual(read(held, [row(2, '40', '130')]), [['rounding', '0']]);
});

test('[I16] a fill that is booked after those of a newer session counts on its own night', () => {
  const held = newHeld(NAME);
  trade(held, -2, '1', '100');
  trade(held, 2, '1', '120');
  trade(held, -1, '-1', '104');
  assert.deepEqual(read(held, [row(0, '4', '110'), row(1, '-10', '110')]), [
    ['rounding', '0'],
    ['rounding', '0'],
  ]);
});

test('[I16] the first fill of all that is booked may be of a newer session than the next', () => {
  const held = newHeld(NAME);
  trade(held, 2, '1', '120');
  trade(held, -1, '1', '100');
  assert.deepEqual(read(held, [row(0, '10', '110')]), [['rounding', '0']]);
});

test('[I16] a fill that is found late, of a session without any other, counts behind the night before it', () => {
  const held = newHeld(NAME);
  trade(held, -2, '2', '100');
  trade(held, 26, '1', '120');
  trade(held, 5, '-1', '104');
  assert.deepEqual(read(held, [row(0, '20', '110'), row(1, '4', '120')]), [
    ['rounding', '0'],
    ['rounding', '0'],
  ]);
});

test('funding of a session that ended belongs to its night and to no other', () => {
  const held = newHeld(NAME);
  trade(held, -2, '1', '100');
  trade(held, 2, '-1', '100');
  trade(held, 26, '1', '100');
  holdFunding(held, { amount: dec('-3'), at: night(0), ended: true });
  holdFunding(held, { amount: dec('-2'), at: night(1), ended: true });
  assert.deepEqual(read(held, [row(0, '-3', '100'), row(1, '-2', '100')]), [
    ['rounding', '0'],
    ['rounding', '0'],
  ]);
});

test('a settlement that was made by hand, read after fills behind it, is compared with the next one', () => {
  const held = newHeld(NAME);
  trade(held, 2, '1', '100');
  trade(held, 5, '-1', '130');
  const byHand = { ...row(0, '20', '120'), at: NIGHT + 4 * HOUR };
  assert.deepEqual(read(held, [byHand, row(1, '10', '140')]), [
    ['open', '0'],
    ['rounding', '0'],
  ]);
  assert.equal(held.unsettled, '0');
});

test('what left unseen is not compared at the night behind which it was assumed, and compared from then on', () => {
  const held = newHeld(NAME);
  trade(held, -2, '2', '100');
  holdAdjusted(held, dec('-1'), NIGHT - HOUR);
  trade(held, 2, '1', '110');
  assert.deepEqual(
    read(held, [row(0, '17', '110'), row(1, '22', '121')]).map(([as]) => as),
    ['uncompared', 'rounding'],
  );
  assert.deepEqual(
    read(held, [row(2, '5', '121')]).map(([as]) => as),
    ['unexplained'],
  );
});

test('one session as it was kept before: it still is what stood until the session that was running', () => {
  const { stood: _, unsure: __, ...rest } = newHeld(NAME);
  const kept = {
    ...rest,
    comparable: true,
    position: dec('2'),
    cost: dec('220'),
    session: night(0),
    before: { position: dec('1'), cost: dec('100'), unsettled: dec('0'), events: 1 },
  };
  const held = heldFrom(kept);
  assert.deepEqual(read(held, [row(0, '10', '110')]), [['rounding', '0']]);
  assert.deepEqual(heldFrom({ ...kept, before: null }).stood, []);
});
