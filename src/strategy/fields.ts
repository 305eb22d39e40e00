/**
 * Fields of a strategy's configuration as data: what each may hold, in which unit and bounds, and what stands when it is
 * left out. One reader serves all strategies; it reports every problem at once and never guesses.
 */
import { type Decimal, gt, lt, parseDecimal } from '../base/decimal.ts';
import { nearest } from '../base/nearest.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { SettingProblem } from './strategy.ts';

/** One setting: a decimal or whole number within bounds (both included), a switch, or the name of a perpetual. */
export type Field =
  | {
      readonly kind: 'decimal';
      readonly fallback: Decimal;
      readonly min: Decimal;
      readonly max: Decimal;
      readonly unit: string;
    }
  | {
      readonly kind: 'count';
      readonly fallback: number;
      readonly min: number;
      readonly max: number;
      readonly unit: string;
    }
  | { readonly kind: 'flag'; readonly fallback: boolean }
  | { readonly kind: 'perpetual'; readonly fallback: string };

export type Fields = Readonly<Record<string, Field>>;

type ValueOf<F extends Field> = F extends { kind: 'decimal' }
  ? Decimal
  : F extends { kind: 'count' }
    ? number
    : F extends { kind: 'flag' }
      ? boolean
      : string;

/** The settings that a table of fields describes: plain JSON, decimals as strings. */
export type SettingsOf<Table extends Fields> = {
  readonly [Name in keyof Table]: ValueOf<Table[Name]>;
};

/** Names that every strategy's table has and the engine reads; they are no setting of the strategy itself. */
const COMMON = ['id', 'kind', 'claim', 'account', 'risk'];

const PERPETUAL = /^[A-Z0-9]{1,20}(_[A-Z0-9]{1,20})?-PERPETUAL$/;

/** What is accepted for a field, in words. */
function accepted(field: Field): string {
  switch (field.kind) {
    case 'decimal':
      return `a decimal from ${field.min} to ${field.max} (${field.unit})`;
    case 'count':
      return `a whole number from ${field.min} to ${field.max} (${field.unit})`;
    case 'flag':
      return 'true or false';
    case 'perpetual':
      return 'the name of a perpetual, such as BTC_USDC-PERPETUAL';
  }
}

/** What stood there, short enough for a message. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return value === null || value === undefined
    ? 'nothing'
    : Array.isArray(value)
      ? 'a list'
      : 'a table';
}

function read(field: Field, value: unknown): Decimal | number | boolean | string | undefined {
  switch (field.kind) {
    case 'decimal': {
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
        return undefined;
      const decimal = parseDecimal(String(value));
      const within = decimal !== undefined && !lt(decimal, field.min) && !gt(decimal, field.max);
      return within ? decimal : undefined;
    }
    case 'count': {
      const count = typeof value === 'bigint' ? Number(value) : value;
      const within =
        typeof count === 'number' &&
        Number.isInteger(count) &&
        count >= field.min &&
        count <= field.max;
      return within ? count : undefined;
    }
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    case 'perpetual':
      return typeof value === 'string' && PERPETUAL.test(value) ? value : undefined;
  }
}

/** Reads a table of settings: fills in what is left out, refuses unknown names and values, and lists all refusals. */
export function readFields<Table extends Fields>(
  table: Table,
  raw: Readonly<Record<string, unknown>>,
): Result<SettingsOf<Table>, readonly SettingProblem[]> {
  const problems: SettingProblem[] = [];
  const known = [...Object.keys(table), ...COMMON];
  for (const name of Object.keys(raw)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    problems.push({
      field: name,
      found: 'an unknown name',
      accepted: near === undefined ? `one of ${known.join(', ')}` : `${near} (nearest known name)`,
    });
  }
  const settings: Record<string, Decimal | number | boolean | string> = {};
  for (const [name, field] of Object.entries(table)) {
    const given = Object.hasOwn(raw, name) ? raw[name] : undefined;
    const value = given === undefined ? field.fallback : read(field, given);
    if (value === undefined)
      problems.push({ field: name, found: shown(given), accepted: accepted(field) });
    else settings[name] = value;
  }
  return problems.length > 0 ? err(problems) : ok(settings as SettingsOf<Table>);
}
