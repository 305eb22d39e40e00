/** A line of the live feed, spelt in the language chosen. */
import { useCallback } from 'react';
import { type Decimal, useWords } from '../data/words.ts';
import type { FeedEntry, FeedValue } from '../stream/feed.ts';

/** Answers the function that spells a line. */
export function useFeedText(): (entry: FeedEntry) => string {
  const { say, number, money, duration, capital } = useWords();
  return useCallback(
    ({ key, values }) => {
      const spell = (value: FeedValue): string => {
        if (typeof value === 'string') return value;
        if ('word' in value) return say(value.word);
        if ('ms' in value) return duration(value.ms);
        const { decimal, currency, plus = false } = value;
        return currency === undefined
          ? number(decimal as Decimal, { plus })
          : money(decimal as Decimal, { currency, plus });
      };
      return capital(
        say(
          key,
          Object.fromEntries(Object.entries(values).map(([name, value]) => [name, spell(value)])),
        ),
      );
    },
    [say, number, money, duration, capital],
  );
}
