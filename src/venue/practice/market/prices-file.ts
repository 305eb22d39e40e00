/**
 * A price file as a walk through time: inside each minute's candle the path is open, low, high, close when it closes
 * at or above its open, else open, high, low, close. The four prices are touched exactly, at seconds 0, 20, 40 and 59;
 * between them the path is a straight line, and in a gap of the file the price stays. The state is plain data.
 */
import { must } from '../../../base/assert.ts';
import { type Decimal, add, dec, div, gte, max, min, mul, sub } from '../../../base/decimal.ts';
import { MINUTE, type Millis, SECOND } from '../../../base/time.ts';
import type { PriceCandle } from '../ports.ts';

type Row = readonly [at: Millis, open: Decimal, high: Decimal, low: Decimal, close: Decimal];

/** Where the walk stands. The rows are one text, a line each, since they are many and snapshots carry them. */
export type PriceDrive = {
  readonly rows: string;
  /** Offset in `rows` of the first line that is not entered yet. */
  next: number;
  row: Row;
  readonly endAt: Millis;
  /** The path's price at the instant last asked for. */
  price: Decimal;
};

const TURNS = [0, 20, 40, 59] as const;
const CENTS = 2;

const lineOf = (candle: PriceCandle): string =>
  `${candle.at},${candle.open},${candle.high},${candle.low},${candle.close}\n`;

/** The walk through `candles` (ascending, not empty), standing at `startAt`; before the first row it holds its open. */
export function openFile(candles: readonly PriceCandle[], startAt: Millis): PriceDrive {
  const first = must(candles[0], 'a first row of the price file');
  const final = must(candles.at(-1), 'a last row of the price file');
  const drive: PriceDrive = {
    rows: candles.map(lineOf).join(''),
    next: lineOf(first).length,
    row: [first.at, first.open, first.high, first.low, first.close],
    endAt: final.at + MINUTE,
    price: first.open,
  };
  fileMove(drive, startAt);
  return drive;
}

/** Whether the last row's minute has passed at `at`. */
export const fileOver = (drive: PriceDrive, at: Millis): boolean => at >= drive.endAt;

/** Moves the walk to `at`, never back, and answers the price there. */
export function fileMove(drive: PriceDrive, at: Millis): Decimal {
  for (
    let following = rowAt(drive);
    following !== null && following.row[0] <= at;
    following = rowAt(drive)
  ) {
    drive.row = following.row;
    drive.next = following.next;
  }
  drive.price = priceWithin(drive.row, Math.floor((at - drive.row[0]) / SECOND));
  return drive.price;
}

function rowAt(drive: PriceDrive): { readonly row: Row; readonly next: number } | null {
  if (drive.next >= drive.rows.length) return null;
  const end = drive.rows.indexOf('\n', drive.next);
  const [at, open, high, low, close] = drive.rows.slice(drive.next, end).split(',') as [
    string,
    ...Decimal[],
  ];
  return {
    row: [Number(at), open as Decimal, high as Decimal, low as Decimal, close as Decimal],
    next: end + 1,
  };
}

function priceWithin([, open, high, low, close]: Row, second: number): Decimal {
  if (second <= 0) return open;
  if (second >= TURNS[3]) return close;
  const points = gte(close, open)
    ? ([open, low, high, close] as const)
    : ([open, high, low, close] as const);
  const leg = second < TURNS[1] ? 0 : second < TURNS[2] ? 1 : 2;
  const from = points[leg];
  const to = points[leg + 1] as Decimal;
  const begin = TURNS[leg];
  if (second === begin) return from;
  const length = (TURNS[leg + 1] as number) - begin;
  const way = div(mul(sub(to, from), dec(second - begin)), dec(length), CENTS);
  return max(min(from, to), min(max(from, to), add(from, way)));
}
