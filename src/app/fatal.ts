/** The last words of an engine that must not go on. */
import { text, type TextKey } from '../words/text.ts';
import type { Fatal } from './account-cell.ts';
import type { EngineOptions } from './options.ts';

/** What to do when the journal took no more, by code. */
const JOURNAL_ADVICE = {
  journal: 'cli.journal_failed',
  journal_failed: 'cli.journal_failed',
  journal_full: 'cli.journal_full',
  journal_stale: 'cli.journal_stale',
} as const satisfies Readonly<Record<string, TextKey>>;

/** A fatal problem in words that say what to do; most messages do so themselves. */
export function fatalLine(
  { lang, dataDir }: Pick<EngineOptions, 'lang' | 'dataDir'>,
  { code, message }: Fatal,
): string {
  if (!Object.hasOwn(JOURNAL_ADVICE, code)) return message;
  const key = JOURNAL_ADVICE[code as keyof typeof JOURNAL_ADVICE];
  return text(lang, key, { folder: dataDir, message });
}
