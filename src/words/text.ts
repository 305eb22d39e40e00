/**
 * Every text that people see, by key and language. Keys and what they want filled in are checked by the compiler where
 * the key is known (`text`); where key and values come from a journal or the wire, `sentence` takes them as they are.
 */
import { parseDecimal } from '../base/decimal.ts';
import { catalogue } from './catalogue.ts';
import { formatAge, formatDuration, formatNumber, type Lang, NONE } from './format.ts';
import type { SlotsOf } from './texts.ts';

export type TextKey = keyof typeof catalogue;

/** What may fill a sentence: text as it shall appear, or a number for slots that say how it is spelt. */
export type Filling = string | number;

/** The values that the sentence of a key wants, each by name. */
export type Fillings<Key extends TextKey> = Readonly<
  Record<SlotsOf<(typeof catalogue)[Key]['en']>, Filling>
>;

const SLOT = /\{([^}]+)\}/g;

function spell(lang: Lang, value: Filling, style: string | undefined): string {
  if (style === 'age') return formatAge(lang, Number(value));
  if (style === 'duration') return formatDuration(lang, Number(value));
  const number = style === 'number' ? parseDecimal(String(value)) : undefined;
  if (number === undefined) return String(value);
  const kept = /^-?\d+\.(\d+)$/.exec(String(value))?.[1];
  return formatNumber(lang, number, kept === undefined ? {} : { places: kept.length });
}

function fill(lang: Lang, template: string, values: Readonly<Record<string, Filling>>): string {
  return template.replace(SLOT, (_, slot: string) => {
    const [counted = '', one, many] = slot.split('|');
    if (many !== undefined) return (Number(values[counted]) === 1 ? one : many) ?? '';
    const [name = '', style] = slot.split(':');
    const value = values[name];
    return value === undefined ? NONE : spell(lang, value, style);
  });
}

/** Whether a key that came as data has a sentence. */
export const hasText = (key: string): key is TextKey => Object.hasOwn(catalogue, key);

/** The sentence of a known key, filled in; the compiler asks for exactly the values that it wants. */
export function text<Key extends TextKey>(
  lang: Lang,
  key: Key,
  ...values: [SlotsOf<(typeof catalogue)[Key]['en']>] extends [never] ? [] : [Fillings<Key>]
): string {
  return fill(lang, catalogue[key][lang], values[0] ?? {});
}

/** The sentence of a key that came as data; a key without a sentence is shown as it is, a missing value as a dash. */
export function sentence(
  lang: Lang,
  key: string,
  values: Readonly<Record<string, Filling>> = {},
): string {
  return hasText(key) ? fill(lang, catalogue[key][lang], values) : key;
}

/** The key of what a strategy waits for: its own reason, or the gate's (`gate.…`) where a signal was refused. */
const whyKey = (reason: string): string => (reason.startsWith('gate.') ? reason : `why.${reason}`);

type Waiting = { readonly reason: string; readonly params: Readonly<Record<string, string>> };

/** What an activity waits for by itself, whatever its last look at a candle said. */
const BUSY: Readonly<Record<string, string>> = {
  entering: 'why.entering',
  position_open: 'why.in_trade',
  exiting: 'why.exiting',
};

/**
 * What a running strategy waits for: books that match the exchange first, then the end of what it is busy with, then what
 * its last candle said. Null when it has not said anything yet.
 */
export function waitsFor({
  assurance,
  activity,
  why,
}: {
  readonly assurance: string;
  readonly activity: string;
  readonly why: Waiting | null;
}): { readonly key: string; readonly params: Waiting['params'] } | null {
  if (assurance !== 'verified') return { key: `why.${assurance}`, params: {} };
  const busy = BUSY[activity];
  if (busy !== undefined) return { key: busy, params: {} };
  return why === null ? null : { key: whyKey(why.reason), params: why.params };
}
