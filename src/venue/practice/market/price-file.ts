/**
 * Reads the text of a price file: comma-separated one-minute candles under the header
 * `timestamp,open,high,low,close,volume`, stamped with the start of their minute in UTC, ascending, gaps allowed.
 * The first row that does not fit refuses the whole file, with its line number.
 */
import { type Decimal, isCanonical, lt, parseDecimal, sign } from '../../../base/decimal.ts';
import { type Result, err, ok } from '../../../base/result.ts';
import { MINUTE, type Millis, isoTime, parseIso } from '../../../base/time.ts';
import type { PriceCandle } from '../ports.ts';

/** What was wrong: `line` counts from 1, `field` is a column's name, `header` or `row`, `found` the text met there. */
export type PriceFileError = {
  readonly line: number;
  readonly field: string;
  readonly found: string;
  readonly accepted: string;
};

const HEADER = 'timestamp,open,high,low,close,volume';
const STAMP_ACCEPTED =
  'a whole UTC minute such as 2024-05-01T09:30:00Z, 2024-05-01 09:30:00, 1714555800 or 1714555800000';
const EPOCH_SECONDS = /^\d{9,10}$/;
const EPOCH_MILLIS = /^\d{12,13}$/;
const ISO_SHAPE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.0{1,9})?)?(?:Z|\+00:?00)?$/;
const LONGEST_SHOWN = 60;

/** All candles of the text, oldest first, or the first thing that is wrong with it. */
export function parsePriceFile(text: string): Result<PriceCandle[], PriceFileError> {
  const lines = (text.startsWith('\uFEFF') ? text.slice(1) : text).split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  const header = lines[0] ?? '';
  if (header.trim() !== HEADER) return err(refusal(1, 'header', header, HEADER));
  if (lines.length === 1) return err(refusal(2, 'row', '', 'at least one row below the header'));
  const candles: PriceCandle[] = [];
  let previous: Millis | undefined;
  for (let i = 1; i < lines.length; i++) {
    const row = parseRow(lines[i] as string, i + 1);
    if (!row.ok) return row;
    if (previous !== undefined && row.value.at <= previous) {
      const accepted = `a minute after that of the row before, ${isoTime(previous)}`;
      return err(refusal(i + 1, 'timestamp', isoTime(row.value.at), accepted));
    }
    previous = row.value.at;
    candles.push(row.value);
  }
  return ok(candles);
}

function parseRow(text: string, line: number): Result<PriceCandle, PriceFileError> {
  const cells = text.split(',');
  if (cells.length !== 6)
    return err(refusal(line, 'row', text, `6 values separated by commas: ${HEADER}`));
  const [stamp, ...numbers] = cells as [string, string, string, string, string, string];
  const at = parseStamp(stamp.trim());
  if (at === undefined) return err(refusal(line, 'timestamp', stamp, STAMP_ACCEPTED));
  const [open, high, low, close, volume] = numbers.map(parseNumber);
  if (!isPositive(open)) return err(notAPrice(line, 'open', numbers[0]));
  if (!isPositive(high)) return err(notAPrice(line, 'high', numbers[1]));
  if (!isPositive(low)) return err(notAPrice(line, 'low', numbers[2]));
  if (!isPositive(close)) return err(notAPrice(line, 'close', numbers[3]));
  if (volume === undefined || sign(volume) < 0) {
    return err(refusal(line, 'volume', numbers[4], 'a decimal number of 0 or more'));
  }
  const candle = { at, open, high, low, close, volume };
  const wrong = outOfRange(candle, line);
  return wrong === undefined ? ok(candle) : err(wrong);
}

function outOfRange(
  { open, high, low, close }: PriceCandle,
  line: number,
): PriceFileError | undefined {
  if (lt(high, low)) return refusal(line, 'high', high, `at least the row's low, ${low}`);
  for (const [field, value] of [
    ['open', open],
    ['close', close],
  ] as const) {
    if (lt(value, low) || lt(high, value)) {
      return refusal(
        line,
        field,
        value,
        `a price from the row's low to its high, ${low} to ${high}`,
      );
    }
  }
  return undefined;
}

const parseNumber = (text: string): Decimal | undefined =>
  isCanonical(text) ? text : parseDecimal(text.trim());

const isPositive = (value: Decimal | undefined): value is Decimal =>
  value !== undefined && sign(value) > 0;

function parseStamp(text: string): Millis | undefined {
  const at = EPOCH_SECONDS.test(text)
    ? parseInt(text, 10) * 1000
    : EPOCH_MILLIS.test(text)
      ? parseInt(text, 10)
      : parseCalendar(text);
  return at !== undefined && at % MINUTE === 0 ? at : undefined;
}

/** ISO text of a day that exists; up to nine zeros may follow the seconds. */
function parseCalendar(text: string): Millis | undefined {
  if (!ISO_SHAPE.test(text)) return undefined;
  const at = parseIso(text.replace(/\.0+/, ''));
  if (at === undefined || !isoTime(at).startsWith(text.slice(0, 10))) return undefined;
  return at;
}

const notAPrice = (line: number, field: string, found: string | undefined): PriceFileError =>
  refusal(line, field, found ?? '', 'a decimal number above 0');

function refusal(
  line: number,
  field: string,
  found: string | undefined,
  accepted: string,
): PriceFileError {
  const text = found ?? '';
  return {
    line,
    field,
    found: text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text,
    accepted,
  };
}
