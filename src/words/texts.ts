/**
 * The shape of the catalogue: each key has its sentence in both languages, one line per key.
 * In a sentence `{name}` is filled in as given; `{name:number}` is a decimal spelt in the language; `{name:age}` and
 * `{name:duration}` are milliseconds; `{name|thing|things}` is the first word when the count is 1 and else the second.
 */
import type { Lang } from './format.ts';

/** One sentence in every language. */
export type Text = Readonly<Record<Lang, string>>;

/** A part of the catalogue. */
export type Texts = Readonly<Record<string, Text>>;

type NameOf<Slot extends string> = Slot extends `${infer Name}:${string}`
  ? Name
  : Slot extends `${infer Name}|${string}`
    ? Name
    : Slot;

/** The names that a sentence wants filled in. */
export type SlotsOf<Sentence extends string> =
  Sentence extends `${string}{${infer Slot}}${infer Rest}` ? NameOf<Slot> | SlotsOf<Rest> : never;
