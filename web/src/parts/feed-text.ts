/** Sentences that came as a key and values, spelt in the language chosen. */
import { useCallback } from 'react';
import { refusal } from '../../../src/words/refusals.ts';
import type { TextKey } from '../../../src/words/text.ts';
import { type Decimal, useWords } from '../data/words.ts';
import type { FeedEntry, FeedValue } from '../stream/feed.ts';

type Spell = (key: TextKey, values: Readonly<Record<string, FeedValue>>) => string;

/** Answers the function that spells a sentence. */
export function useSpell(): Spell {
  const { lang, say, retell, number, money, duration } = useWords();
  return useCallback(
    (first, given) => {
      const sentence: Spell = (key, values) =>
        say(
          key,
          Object.fromEntries(Object.entries(values).map(([name, value]) => [name, spell(value)])),
        );
      const spell = (value: FeedValue): string => {
        if (typeof value === 'string') return value;
        if ('word' in value) return say(value.word);
        if ('side' in value)
          return 'plain' in value.side
            ? retell(value.side.plain)
            : sentence(value.side.key, value.side.values);
        if ('code' in value) return refusal(lang, value.code, value.message);
        if ('ms' in value) return duration(value.ms);
        const { decimal, currency, plus = false } = value;
        return currency === undefined
          ? number(decimal as Decimal, { plus })
          : money(decimal as Decimal, { currency, plus });
      };
      return sentence(first, given);
    },
    [lang, say, retell, number, money, duration],
  );
}

/** Answers the function that spells a line of the live feed. */
export function useFeedText(): (entry: FeedEntry) => string {
  const { capital, say } = useWords();
  const spell = useSpell();
  return useCallback(
    ({ key, values, after }) => {
      const said = capital(spell(key, values));
      return after === null ? said : `${said} → ${say(after)}`;
    },
    [capital, spell, say],
  );
}
