/** Holds what came against what a case expects: every difference with the path where it stands, what was expected and seen. */
import type { Expected, Shape } from './case.ts';

export type Message = {
  readonly jsonrpc?: unknown;
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown; readonly data?: unknown };
  readonly method?: string;
  readonly params?: { readonly channel?: string; readonly data?: unknown; readonly type?: string };
};

export type Difference = {
  /** Where it stands, such as `order.price`; a relation, or what there was of an answer, in its own words. */
  readonly path: string;
  readonly expected: string;
  readonly seen: string;
};

export const told = ({ path, expected, seen }: Difference): string =>
  `${path}: ${seen}, expected ${expected}`;

export type Values = ReadonlyMap<string, unknown>;

/** A value with each `$name` in it replaced. */
export function filled(value: unknown, values: Values): unknown {
  if (typeof value === 'string' && value.startsWith('$')) return named(value, values);
  if (typeof value === 'string')
    return value.replaceAll(/\{(\w+)\}/g, (text, name: string) => {
      const known = values.get(name);
      return typeof known === 'string' ? known : text;
    });
  if (Array.isArray(value)) return value.map((each) => filled(each, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, filled(member, values)]),
  );
}

function named(name: string, values: Values): unknown {
  const match = /^\$(\w+)([+-]\d+)?$/.exec(name);
  const value = values.get(match?.[1] ?? '');
  if (value === undefined) throw new Error(`the case names ${name}, which nothing has set`);
  return match?.[2] === undefined ? value : Number(value) + Number(match[2]);
}

const shown = (value: unknown): string => {
  const whole = JSON.stringify(value) ?? 'nothing';
  return whole.length > 120 ? `${whole.slice(0, 117)}…` : whole;
};

/** What differs between a value and a shape. */
export function differences(shape: Shape, value: unknown, values: Values, path = ''): Difference[] {
  const unless = (fits: boolean, expected: string): Difference[] =>
    fits ? [] : [{ path: path === '' ? 'the value' : path, expected, seen: shown(value) }];
  switch (shape.is) {
    case 'anything':
      return [];
    case 'absent':
      return unless(value === undefined, 'nothing');
    case 'maybe':
      return value === undefined ? [] : differences(shape.of, value, values, path);
    case 'number':
      return unless(typeof value === 'number', 'a number');
    case 'integer':
      return unless(Number.isInteger(value), 'a whole number');
    case 'text':
      return unless(typeof value === 'string', 'a text');
    case 'flag':
      return unless(typeof value === 'boolean', 'true or false');
    case 'one': {
      const wanted = shape.of.map((each) => filled(each, values));
      return unless(wanted.includes(value), wanted.map(shown).join(' or '));
    }
    case 'either': {
      const found = shape.of.map((each) => differences(each, value, values, path));
      return found.some((each) => each.length === 0) ? [] : found.flat();
    }
    case 'list': {
      if (!Array.isArray(value)) return unless(false, 'a list');
      const { least, most } = shape;
      return [
        ...unless(value.length >= least && value.length <= most, `${least} to ${most} rows`),
        ...value.flatMap((each, i) => differences(shape.of, each, values, `${path}[${i}]`)),
      ];
    }
    case 'has': {
      if (typeof value !== 'object' || value === null) return unless(false, 'an object');
      const members = value as Readonly<Record<string, unknown>>;
      return Object.entries(shape.members).flatMap(([key, member]) =>
        differences(member, members[key], values, path === '' ? key : `${path}.${key}`),
      );
    }
  }
}

/** The member at a path such as `order.trades[0].price`. */
export function member(value: unknown, path: string): unknown {
  let found = value;
  for (const key of path.split(/[.[\]]+/).filter((part) => part !== ''))
    found =
      typeof found === 'object' && found !== null
        ? (found as Readonly<Record<string, unknown>>)[key]
        : undefined;
  return found;
}

const COMPARES: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<=': (a, b) => a <= b,
  '<': (a, b) => a < b,
  '=': (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)),
};

/** A relation between two members, or a member and a number; members that are missing say nothing. */
function broken(relation: string, value: unknown, values: Values): Difference[] {
  const [left = '', sign = '', right = ''] = relation.split(' ');
  const read = (term: string): unknown =>
    term.startsWith('$')
      ? named(term, values)
      : /^-?[\d.]+$/.test(term)
        ? Number(term)
        : member(value, term);
  const [a, b] = [read(left), read(right)];
  if (a === undefined || b === undefined) return [];
  return COMPARES[sign]?.(Number(a), Number(b)) === true
    ? []
    : [{ path: relation, expected: 'to hold', seen: `${shown(a)} and ${shown(b)}` }];
}

/** What is wrong with the frame of an answer itself. */
function envelope(message: Message): Difference[] {
  const { jsonrpc, result, error } = message;
  const wrong: Difference[] = [];
  const note = (path: string, expected: string, seen: unknown): void =>
    void wrong.push({ path, expected, seen: shown(seen) });
  if (jsonrpc !== '2.0') note('jsonrpc', '"2.0"', jsonrpc);
  if ((result === undefined) === (error === undefined))
    note('the answer', 'either a result or an error', message);
  if (error !== undefined) {
    if (!Number.isInteger(error.code)) note('error.code', 'a whole number', error.code);
    if (typeof error.message !== 'string') note('error.message', 'a text', error.message);
  }
  return wrong;
}

/** What differs between an answer and what was expected. */
export function answerDifferences(
  expected: Expected,
  message: Message | undefined,
  values: Values,
): Difference[] {
  if (expected.kind === 'silence')
    return message === undefined
      ? []
      : [{ path: 'the answer', expected: 'none', seen: shown(message) }];
  if (message === undefined) return [{ path: 'the answer', expected: 'one', seen: 'none' }];
  const wrong = envelope(message);
  if (expected.kind === 'answer') return wrong;
  if (expected.kind === 'error') {
    const { error } = message;
    const codes = expected.codes.join(' or ');
    if (error === undefined)
      return [...wrong, { path: 'error', expected: codes, seen: `a result` }];
    const fits = expected.codes.includes(Number(error.code));
    return [
      ...wrong,
      ...(fits ? [] : [{ path: 'error', expected: codes, seen: shown(error) }]),
      ...(fits ? differences(expected.data, error.data, values, 'data') : []),
    ];
  }
  if (message.result === undefined)
    return [...wrong, { path: 'result', expected: 'one', seen: `error ${shown(message.error)}` }];
  return [
    ...wrong,
    ...differences(expected.shape, message.result, values),
    ...expected.relations.flatMap((relation) => broken(relation, message.result, values)),
  ];
}
