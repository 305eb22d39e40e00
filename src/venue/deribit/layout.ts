/**
 * The layout of a channel's frames. An exchange writes the same members in the same order again and again; a frame that was
 * parsed gives a pattern of all of it, strict JSON with a group for each member that is read, and a later frame that fits it
 * whole is read off its groups: a third of the time, and every digit as it was sent. What does not fit is parsed.
 */
import { type Decimal, parseDecimal } from '../../base/decimal.ts';

/** Where the members that are read stand: groups by name. */
export type Layout = {
  readonly pattern: RegExp;
  readonly groups: ReadonlyMap<string, number>;
};

/** Up to 15 digits before the point, which is less than anything that is not believed (LARGEST). */
const PLAIN = String.raw`-?(?:0|[1-9]\d{0,14})(?:\.\d{1,40})?`;
const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
const TEXT = String.raw`[^"\\\u0000-\u001f]*`;
/** A price of a book has at most 15 digits: levels are told apart by floats. */
const PRICE = String.raw`(?:0|[1-9]\d{0,8})(?:\.\d{1,6})?`;
const AMOUNT = String.raw`(?:0|[1-9]\d{0,14})(?:\.\d{1,40})?`;
const ROW = String.raw`\["(?:new|change|delete)",${PRICE},${AMOUNT}\]`;
const ROWS = String.raw`\[((?:${ROW}(?:,${ROW})*)?)\]`;

/** What a member that is read has to be; `rows` are those of a change of a book. */
export type Kind = 'number' | 'text' | 'rows';
export type Wanted = ReadonlyMap<string, Kind>;

const isName = (name: string): boolean => /^\w+$/.test(name);

/** A frame of which no pattern is made; never leaves this file. */
class NoLayout extends Error {
  override readonly name = 'NoLayout';
}

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Draws a pattern and counts its groups. */
class Drawing {
  readonly groups = new Map<string, number>();
  private count = 0;
  private readonly wanted: Wanted;

  constructor(wanted: Wanted) {
    this.wanted = wanted;
  }

  group(name: string): void {
    this.count++;
    this.groups.set(name, this.count);
  }

  /** A value that nobody reads. */
  unread(value: unknown): string {
    if (typeof value === 'string') return `(?:"${TEXT}"|null)`;
    if (typeof value === 'number') return `(?:${NUMBER}|null)`;
    if (typeof value === 'boolean') return '(?:true|false|null)';
    if (value === null) return `(?:null|${NUMBER}|"${TEXT}")`;
    if (isMembers(value)) return this.object(value, false);
    throw new NoLayout();
  }

  /** A value with a group of its own. One that is not of its kind, null included, gives no layout to go by. */
  read(name: string, kind: Kind, value: unknown): string {
    this.group(name);
    if (kind === 'text' && typeof value === 'string') return `"(${TEXT})"`;
    if (kind === 'number' && typeof value === 'number') return `(${PLAIN}|null)`;
    if (kind === 'rows' && Array.isArray(value) && value.every(isRow)) return ROWS;
    throw new NoLayout();
  }

  object(members: Members, top: boolean): string {
    const parts = Object.entries(members).map(([name, value]) => {
      if (!isName(name)) throw new NoLayout();
      const kind = top ? this.wanted.get(name) : undefined;
      const drawn = kind === undefined ? this.unread(value) : this.read(name, kind, value);
      return `"${name}":${drawn}`;
    });
    return String.raw`\{${parts.join(',')}\}`;
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new NoLayout();
  return value;
}

const isRow = (row: unknown): boolean => Array.isArray(row) && typeof row[0] === 'string';
const escaped = (text: string): string => text.replaceAll(/[.\\^$*+?()[\]{}|/-]/g, String.raw`\$&`);

/**
 * The layout of a frame, which is the text of a notification; null when it is none that can be drawn. `data` is an object, or a
 * list of one.
 */
export function layoutOf(text: string, wanted: Wanted): Layout | null {
  const drawing = new Drawing(wanted);
  try {
    const frame = JSON.parse(text) as Members;
    const parts = Object.entries(frame).map(([name, value]) => {
      if (isMembers(value)) return `"params":${drawParams(drawing, value)}`;
      return `"${escaped(name)}":"${escaped(textOf(value))}"`;
    });
    const pattern = new RegExp(String.raw`^\{${parts.join(',')}\}$`);
    return pattern.test(text) ? { pattern, groups: drawing.groups } : null;
  } catch (error) {
    if (error instanceof NoLayout) return null;
    throw error;
  }
}

function drawParams(drawing: Drawing, params: Members): string {
  const parts = Object.entries(params).map(([name, value]) => {
    if (name === 'channel') return `"channel":"${escaped(textOf(value))}"`;
    if (name !== 'data') throw new NoLayout();
    if (isMembers(value)) return `"data":${drawing.object(value, true)}`;
    const one: unknown = Array.isArray(value) && value.length === 1 ? value[0] : null;
    if (!isMembers(one)) throw new NoLayout();
    return String.raw`"data":\[${drawing.object(one, true)}\]`;
  });
  return String.raw`\{${parts.join(',')}\}`;
}

/** A number that a pattern has let through, as a decimal; null for `null`. */
export function decimalOfText(text: string): Decimal | null {
  if (text === 'null') return null;
  const isOdd = (text.charCodeAt(text.length - 1) === 48 && text.includes('.')) || text === '-0';
  return isOdd ? (parseDecimal(text) ?? null) : (text as Decimal);
}
