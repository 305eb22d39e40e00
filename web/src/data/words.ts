/** Everything that this page says, in the language chosen: sentences, numbers, money and times, by the one formatter. */
import { useMemo } from 'react';
import type { Trade } from '../../../src/wire/requests.ts';
import * as format from '../../../src/words/format.ts';
import { retold } from '../../../src/words/said.ts';
import {
  type Filling,
  type Fillings,
  hasText,
  sentence,
  type TextKey,
} from '../../../src/words/text.ts';
import { useSettings } from './settings.ts';

/** A decimal as the wire brings it. */
export type Decimal = Trade['amount'];

type Values<Key extends TextKey> = [keyof Fillings<Key>] extends [never] ? [] : [Fillings<Key>];

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

const offsetAt = (at: number): number => -new Date(at).getTimezoneOffset();

function wordsOf(lang: format.Lang) {
  const clock = (at: number, millis = false): string =>
    format.formatTime(at, { offsetMinutes: offsetAt(at), millis });
  return {
    lang,
    /** The sentence of a known key. */
    t: <Key extends TextKey>(key: Key, ...values: Values<Key>): string =>
      sentence(lang, key, values[0]),
    /** The same as a heading: its first letter is a capital. */
    T: <Key extends TextKey>(key: Key, ...values: Values<Key>): string =>
      capital(sentence(lang, key, values[0])),
    /** The sentence of a key that came as data. */
    say: (key: string, values: Readonly<Record<string, Filling>> = {}): string =>
      sentence(lang, key, values),
    capital,
    /** What the engine said in English, in this language; other words stay as they are. */
    retell: (said: string): string => retold(lang, said),
    /** The same of a reason, unless a person gave it. */
    reason: ({ by, reason }: { readonly by: string; readonly reason: string }): string =>
      by === 'engine' || by === 'reconciler' ? retold(lang, reason) : reason,
    /** Who did something: a word where there is one, else the name as it is. */
    actor: (id: string): string => (hasText(`actor.${id}`) ? sentence(lang, `actor.${id}`) : id),
    number: (value: Decimal | null, style?: format.NumberStyle): string =>
      value === null ? format.NONE : format.formatNumber(lang, value, style),
    count: (value: number): string => format.formatCount(lang, value),
    percent: (value: Decimal | null, style?: format.NumberStyle): string =>
      value === null ? format.NONE : format.formatPercent(lang, value, style),
    money: (
      value: Decimal | null,
      style: format.NumberStyle & { readonly currency: string },
    ): string => (value === null ? format.NONE : format.formatMoney(lang, value, style)),
    places: format.placesOf,
    age: (ms: number): string => format.formatAge(lang, ms),
    duration: (ms: number): string => format.formatDuration(lang, ms),
    /** Time of day on this machine's clock. */
    clock,
    utc: format.formatUtc,
    /** Date and time of day on this machine's clock, with its zone named. */
    dateTime: (at: number): string => `${format.formatDate(lang, at, offsetAt(at))} ${clock(at)}`,
    zone: (at: number): string => format.formatOffset(offsetAt(at)),
    none: format.NONE,
  };
}

export type Words = ReturnType<typeof wordsOf>;

export function useWords(): Words {
  const lang = useSettings((settings) => settings.lang);
  return useMemo(() => wordsOf(lang), [lang]);
}
