/** The sentence of an alert in the language chosen. */
import { useCallback } from 'react';
import type { Alert } from '../../../src/wire/requests.ts';
import { hasText } from '../../../src/words/text.ts';
import { useWords } from '../data/words.ts';
import { alertValues } from '../stream/alerts.ts';
import { useSpell } from './feed-text.ts';

/** Answers the function that spells an alert; one of a rule that this page does not know says itself in English. */
export function useAlertText(): (alert: Alert) => string {
  const spell = useSpell();
  const { actor } = useWords();
  return useCallback(
    (alert) => {
      const key = `alert.${alert.rule}`;
      if (!hasText(key)) return alert.text;
      const { by } = alert.params;
      return spell(key, { ...alertValues(alert), ...(by === undefined ? {} : { by: actor(by) }) });
    },
    [spell, actor],
  );
}
