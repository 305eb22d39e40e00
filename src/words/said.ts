/**
 * What the engine said in English, in the reader's language. The sentence itself is the key: its fixed words name it, what
 * lies between them are its values. So journals of any age and answers of any build can be read; a sentence that is not
 * known (a person's own words, a message of the exchange) stays as it is.
 */
import type { Lang } from './format.ts';
import { saidTexts } from './texts-said.ts';

type Template = {
  readonly key: string;
  readonly names: readonly string[];
  readonly pattern: RegExp;
  /** Letters that have to be there: of several that fit, the one with the most is meant. */
  readonly fixed: number;
  readonly nl: string;
};

const SLOT = /\{(\w+)\}/g;
const literally = (words: string): string => words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const TEMPLATES: readonly Template[] = Object.entries(saidTexts)
  .map(([key, { en, nl }]) => {
    const pattern = en
      .split(SLOT)
      .map((part, index) => (index % 2 === 0 ? literally(part) : '(.+?)'))
      .join('');
    return {
      key,
      names: [...en.matchAll(SLOT)].map((slot) => slot[1] ?? ''),
      pattern: new RegExp(`^${pattern}$`, 's'),
      fixed: en.replaceAll(SLOT, '').length,
      nl,
    };
  })
  .sort((a, b) => b.fixed - a.fixed);

/** The key of an English sentence and its values; undefined when no sentence of ours fits. */
export function saidKey(
  said: string,
): { readonly key: string; readonly params: Readonly<Record<string, string>> } | undefined {
  for (const { key, names, pattern } of TEMPLATES) {
    const match = pattern.exec(said);
    if (match !== null)
      return {
        key,
        params: Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? ''])),
      };
  }
  return undefined;
}

/** Names of values that are sentences of ours themselves. */
const SENTENCES: ReadonlySet<string> = new Set(['accepted', 'reason', 'question']);

/** An English sentence of the engine in a language; values that are sentences themselves are told over, too. */
export function retold(lang: Lang, said: string): string {
  if (lang === 'en') return said;
  const found = saidKey(said);
  const template = TEMPLATES.find(({ key }) => key === found?.key);
  if (found === undefined || template === undefined) return said;
  return template.nl.replaceAll(SLOT, (_, name: string) => {
    const value = found.params[name] ?? '';
    return SENTENCES.has(name) ? retold(lang, value) : value;
  });
}
