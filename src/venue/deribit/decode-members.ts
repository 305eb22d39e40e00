/**
 * Members of an object off the wire, read one by one. For what comes by the ten thousand: a schema takes ten times as long.
 * What can't be read is thrown as `Unreadable` and never leaves the reader's own file as an exception.
 */
import type { Decimal } from '../../base/decimal.ts';
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

/** A number as a decimal, every digit kept. */
export function decimalOf(raw: Raw, member: string): Decimal {
  const decimal = decimalFrom(raw[member]);
  if (decimal === undefined) throw new Unreadable(member, 'expected a number of a believable size');
  return decimal;
}

/** The same, null where there is none. */
export const maybeDecimalOf = (raw: Raw, member: string): Decimal | null =>
  isNone(raw[member]) ? null : decimalOf(raw, member);
