/**
 * What the exchange's own fills say about the rows of another program's table. Pure. A closed row is proved when one order,
 * or all fills around the moment, come to exactly its amount, at its begin and at its end. An open row of which nothing is
 * left is ended by the fills that reduced the position after it began, oldest row first. A fill proves one row only.
 */
import { type Decimal, ZERO, add, div, gt, isZero, min, mul, sub, sum } from '../base/decimal.ts';
import { MINUTE, type Millis } from '../base/time.ts';
import { byTime, type Fill, fillKey } from '../domain/fill.ts';
import { parseLabel } from '../domain/label.ts';
import type { ImportRow } from '../domain/import.ts';
import type { Lot } from '../domain/money.ts';
import type { Direction } from '../domain/order.ts';
import type { ClosedBy, Side } from '../domain/shown.ts';
import { whoDid } from './allocate.ts';

/** How far the moment that a table tells may lie from the fill's. */
export const NEAR: Millis = 2 * MINUTE;

/** Fills that make up one side of a row. */
type Proof = {
  readonly lots: readonly Lot[];
  readonly fees: Decimal;
  readonly at: Millis;
  readonly by: ClosedBy;
  readonly fills: readonly string[];
};

/** Fills that may still prove something: each is used up by what it proves. */
export type Pool = { readonly left: Map<string, { readonly fill: Fill; amount: Decimal }> };

/** What was read, oldest first, but for our own fills and those that have proved something already. */
export const poolOf = (fills: readonly Fill[], proving: ReadonlyMap<string, Millis>): Pool => ({
  left: new Map(
    fills
      .filter((fill) => parseLabel(fill.label) === undefined && !proving.has(fillKey(fill)))
      .sort(byTime)
      .map((fill) => [fillKey(fill), { fill, amount: fill.amount }]),
  ),
});

const opening = (side: Side): Direction => (side === 'long' ? 'buy' : 'sell');
const closing = (side: Side): Direction => (side === 'long' ? 'sell' : 'buy');

type Piece = { readonly fill: Fill; readonly amount: Decimal };

const feeOf = ({ fill, amount }: Piece): Decimal =>
  amount === fill.amount ? fill.fee : div(mul(fill.fee, amount), fill.amount, 8);

/** Takes pieces out of the pool; they must not be empty. */
function use(pool: Pool, pieces: readonly Piece[]): Proof {
  for (const { fill, amount } of pieces) {
    const key = fillKey(fill);
    const held = pool.left.get(key);
    if (held === undefined) continue;
    held.amount = sub(held.amount, amount);
    if (isZero(held.amount)) pool.left.delete(key);
  }
  const last = pieces.at(-1) as Piece;
  return {
    lots: pieces.map(({ fill, amount }) => ({ amount, price: fill.price })),
    fees: sum(pieces.map(feeOf)),
    at: last.fill.at,
    by: whoDid(last.fill, undefined),
    fills: pieces.map(({ fill }) => fillKey(fill)),
  };
}

/** Untouched fills around a moment that come to exactly an amount: those of one order, else all of them. */
function around(
  pool: Pool,
  row: Pick<ImportRow, 'instrument' | 'amount'>,
  { at, direction }: { readonly at: Millis; readonly direction: Direction },
): readonly Piece[] | null {
  const held = [...pool.left.values()].filter(
    ({ fill, amount }) =>
      fill.instrument === row.instrument &&
      fill.direction === direction &&
      Math.abs(fill.at - at) <= NEAR &&
      amount === fill.amount,
  );
  const near: readonly Piece[] = held.map(({ fill, amount }) => ({ fill, amount }));
  const byOrder = new Map<string, Piece[]>();
  for (const piece of near) {
    const own = byOrder.get(piece.fill.orderId) ?? [];
    byOrder.set(piece.fill.orderId, [...own, piece]);
  }
  const whole = (pieces: readonly Piece[]): boolean =>
    sum(pieces.map(({ amount }) => amount)) === row.amount;
  const fitting = [...byOrder.values()].filter(whole);
  const distance = (pieces: readonly Piece[]): number =>
    Math.min(...pieces.map(({ fill }) => Math.abs(fill.at - at)));
  const [nearest] = fitting.sort((a, b) => distance(a) - distance(b));
  if (nearest !== undefined) return nearest;
  return near.length > 0 && whole(near) ? near : null;
}

/** Begin and end of a closed row as the exchange has them; null where either can't be shown, and nothing is used up then. */
export function proveClosed(
  pool: Pool,
  row: ImportRow & { readonly exit: NonNullable<ImportRow['exit']> },
): { readonly entry: Proof; readonly exit: Proof } | null {
  const entry = around(pool, row, { at: row.openedAt, direction: opening(row.direction) });
  const exit = around(pool, row, { at: row.exit.at, direction: closing(row.direction) });
  return entry === null || exit === null
    ? null
    : { entry: use(pool, entry), exit: use(pool, exit) };
}

/** The fills that opened a row, all of it; null where they can't be shown. */
export function proveEntry(pool: Pool, row: ImportRow): Proof | null {
  const entry = around(pool, row, { at: row.openedAt, direction: opening(row.direction) });
  return entry === null ? null : use(pool, entry);
}

/** The fills that ended `amount` of an open row after it began, as far as there are any; null when there are none. */
export function findEnd(pool: Pool, row: ImportRow, amount: Decimal): Proof | null {
  const pieces: Piece[] = [];
  let left = amount;
  for (const { fill, amount: held } of pool.left.values()) {
    if (isZero(left)) break;
    const fits =
      fill.instrument === row.instrument &&
      fill.direction === closing(row.direction) &&
      fill.at > row.openedAt;
    if (!fits) continue;
    const part = min(left, held);
    pieces.push({ fill, amount: part });
    left = sub(left, part);
  }
  return pieces.length === 0 ? null : use(pool, pieces);
}

/** What of a position belongs to which open row: the newest rows hold what is left, because reductions take the oldest. */
export function shareOut(
  rows: readonly ImportRow[],
  held: Decimal,
): ReadonlyMap<ImportRow, Decimal> {
  const shares = new Map<ImportRow, Decimal>();
  let left = held;
  for (const row of [...rows].sort((a, b) => b.openedAt - a.openedAt)) {
    const part = gt(left, ZERO) ? min(left, row.amount) : ZERO;
    shares.set(row, part);
    left = sub(left, part);
  }
  return shares;
}

/** The amounts of lots together. */
export const amountOf = (proof: Proof | null): Decimal =>
  proof === null ? ZERO : proof.lots.map(({ amount }) => amount).reduce(add, ZERO);
