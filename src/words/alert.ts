/** An alert as a sentence: its rule's text filled in, with the words of ours among the values spelt in the language. */
import type { Lang } from './format.ts';
import { retold } from './said.ts';
import { hasText, sentence } from './text.ts';

/** Values that are words: the prefix of their key. */
const WORDS: Readonly<Record<string, string>> = { kind: 'break', link: 'alert_link', by: 'actor' };

/** Values that are sentences of the engine. */
const SAID: ReadonlySet<string> = new Set(['books', 'exchange']);

/** The sentence of a rule, in words of the language. */
export function alertSentence(
  lang: Lang,
  rule: string,
  params: Readonly<Record<string, string>>,
): string {
  const spelt = Object.entries(params).map(([name, value]) => {
    const key = `${WORDS[name] ?? ''}.${value}`;
    return [
      name,
      hasText(key) ? sentence(lang, key) : SAID.has(name) ? retold(lang, value) : value,
    ];
  });
  return sentence(lang, `alert.${rule}`, Object.fromEntries(spelt) as Record<string, string>);
}
