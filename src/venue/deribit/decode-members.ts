/**
 * Members of an object off the wire, read one by one. For what comes by the ten thousand: a schema takes ten times as long.
 * What can't be read is thrown as `Unreadable` and never leaves the reader's own file as an exception.
 */
import { z } from 'zod';
import { type Decimal, ZERO } from '../../base/decimal.ts';
import { type Result, err, ok } from '../../base/result.ts';
import { decimalFrom, idFrom } from './wire-number.ts';

export type Raw = Readonly<Record<string, unknown>>;

/** A member that is not what it has to be. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly member: string;
  constructor(member: string, message: string) {
    super(message);
    this.member = member;
  }
}

/** Null and absence mean the same: that there is none. */
const isNone = (value: unknown): value is null | undefined => value === undefined || value === null;

/** The value, if it is an object. */
export function objectOf(value: unknown): Raw {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unreadable('value', 'expected an object');
  return value as Raw;
}

/** Text that is not empty. */
export function nameOf(raw: Raw, member: string): string {
  const value = raw[member];
  if (typeof value !== 'string' || value === '') throw new Unreadable(member, 'expected a name');
  return value;
}

/** An id as text, though it may come as a number. */
export function idOf(raw: Raw, member: string): string {
  const id = idFrom(raw[member]);
  if (id === undefined) throw new Unreadable(member, 'expected an id');
  return id;
}

/** The same, null where there is none or it is empty. */
export const maybeIdOf = (raw: Raw, member: string): string | null =>
  isNone(raw[member]) || raw[member] === '' ? null : idOf(raw, member);

/** Text, empty where there is none. */
export function textOf(raw: Raw, member: string): string {
  const value = raw[member];
  if (isNone(value)) return '';
  if (typeof value !== 'string') throw new Unreadable(member, 'expected text');
  return value;
}

/** Text, null where it is empty or there is none. */
export const maybeNameOf = (raw: Raw, member: string): string | null => textOf(raw, member) || null;

/** Names in a list, empty where there is none. */
export function namesOf(raw: Raw, member: string): readonly string[] {
  const value = raw[member];
  if (isNone(value)) return [];
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string' && name !== ''))
    throw new Unreadable(member, 'expected a list of names');
  return value as readonly string[];
}

/** One of the words. */
export function wordOf<Word extends string>(
  raw: Raw,
  member: string,
  words: readonly Word[],
): Word {
  const value = raw[member];
  if (!words.includes(value as Word))
    throw new Unreadable(member, `expected one of ${words.join(', ')}`);
  return value as Word;
}

/** One of the words, null where there is none. */
export const maybeWordOf = <Word extends string>(
  raw: Raw,
  member: string,
  words: readonly Word[],
): Word | null => (isNone(raw[member]) ? null : wordOf(raw, member, words));

/** One of the words, or `unknown` for any other: of fields that nothing is decided by. Null where there is none. */
export function openWordOf<Word extends string>(
  raw: Raw,
  member: string,
  words: readonly Word[],
): Word | 'unknown' | null {
  const word = maybeNameOf(raw, member);
  return word === null ? null : (words.find((known) => known === word) ?? 'unknown');
}

/** True or false, null where neither is said. */
export function flagOf(raw: Raw, member: string): boolean | null {
  const value = raw[member];
  if (isNone(value)) return null;
  if (typeof value !== 'boolean') throw new Unreadable(member, 'expected true or false');
  return value;
}

/** Milliseconds since 1970. */
export function momentOf(raw: Raw, member: string): number {
  const value = raw[member];
  if (!Number.isSafeInteger(value) || (value as number) <= 0)
    throw new Unreadable(member, 'expected milliseconds');
  return value as number;
}

/** A whole number of zero or more. */
export function countOf(raw: Raw, member: string): number {
  const value = raw[member];
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new Unreadable(member, 'expected a count');
  return value as number;
}

/** A number as a decimal, every digit kept. */
export function decimalOf(raw: Raw, member: string): Decimal {
  const decimal = decimalFrom(raw[member]);
  if (decimal === undefined) throw new Unreadable(member, 'expected a number of a believable size');
  return decimal;
}

/** The same, null where there is none. */
export const maybeDecimalOf = (raw: Raw, member: string): Decimal | null =>
  isNone(raw[member]) ? null : decimalOf(raw, member);

/** A price of which zero, null and absence all mean that there is none. */
export function priceOrNoneOf(raw: Raw, member: string): Decimal | null {
  const price = maybeDecimalOf(raw, member);
  return price === ZERO ? null : price;
}

/** All of a list; what can't be read in it is named with its place. */
export function rowsOf<T>(value: unknown, member: string, read: (one: Raw) => T): readonly T[] {
  if (!Array.isArray(value)) throw new Unreadable(member, 'expected a list');
  const made: T[] = [];
  for (let at = 0; at < value.length; at++)
    try {
      made.push(read(objectOf(value[at])));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new Unreadable(`${member}.${at}.${error.member}`, error.message);
    }
  return made;
}

/** What a reader makes of a value, or in words why it can't; never throws. */
export function readWith<T>(read: (value: unknown) => T, value: unknown): Result<T, string> {
  try {
    return ok(read(value));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return err(`${error.member}: ${error.message}`);
  }
}

/** A reader as a schema among schemas. */
export const schemaOf = <T>(read: (value: unknown) => T): z.ZodType<T> =>
  z.unknown().transform((value, context): T => {
    try {
      return read(value);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      context.addIssue({ code: 'custom', path: [error.member], message: error.message });
      return z.NEVER;
    }
  });
