/** The shape of a report as a document, and how its words and numbers are spelt in a language. */
import type { Decimal } from '../base/decimal.ts';
import { parseIso } from '../base/time.ts';
import type { CashLines, DailyItem, DailyReport } from '../domain/daily.ts';
import {
  formatCount,
  formatDateTime,
  formatMoney,
  formatNumber,
  formatPercent,
  type Lang,
  NONE,
  placesOf,
} from '../words/format.ts';
import { type Filling, sentence, type TextKey } from '../words/text.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'plain';
export type DocCell = { readonly text: string; readonly tone: Tone };
export type DocTable = {
  readonly name: string;
  readonly heads: readonly string[];
  /** Columns with numbers. */
  readonly right: readonly number[];
  readonly rows: readonly (readonly DocCell[])[];
  /** The last row is a sum. */
  readonly sum: boolean;
};
/** A thing with its own few lines: a difference. */
export type DocBlock = {
  readonly title: string;
  readonly tone: Tone;
  readonly lines: readonly string[];
};
export type DocSection = {
  readonly id: string;
  readonly title: string;
  readonly pairs: readonly { readonly label: string; readonly cell: DocCell }[];
  readonly tables: readonly DocTable[];
  readonly blocks: readonly DocBlock[];
  readonly notes: readonly string[];
};
export type DailyDocument = {
  readonly lang: Lang;
  readonly title: string;
  readonly head: DocSection['pairs'];
  readonly verdict: readonly DocCell[];
  readonly sections: readonly DocSection[];
};

/** What is known of the report beside itself: its hash, and the fact that wrote it down. */
export type DailyAnswer = {
  readonly report: DailyReport;
  readonly hash: string;
  readonly ready: DailyItem | null;
  /** The rows of the exchange's log, where they were asked for. */
  readonly rows: CashLines | null;
};

export type Say = ReturnType<typeof wordsIn>;

/** The words and numbers of a document in one language. */
export function wordsIn(lang: Lang) {
  const cell = (words: string, tone: Tone = 'plain'): DocCell => ({ text: words, tone });
  return {
    lang,
    t: (key: TextKey, values?: Readonly<Record<string, Filling>>): string =>
      sentence(lang, key, values),
    cell,
    count: (value: number, tone: Tone = 'plain') => cell(formatCount(lang, value), tone),
    percent: (value: Decimal | null) => cell(value === null ? NONE : formatPercent(lang, value)),
    at: (iso: string | null): string => {
      const at = iso === null ? undefined : parseIso(iso);
      return at === undefined ? NONE : formatDateTime(lang, at, { offsetMinutes: 0 });
    },
    /** Cash in the digits that the exchange books it with. */
    cash: (value: Decimal, currency: string, tone: Tone = 'plain') =>
      cell(formatNumber(lang, value, { places: placesOf(currency) === 2 ? 6 : 8 }), tone),
    money: (value: Decimal, currency: string) =>
      cell(formatMoney(lang, value, { currency, plus: true })),
    number: (value: Decimal | null) => cell(value === null ? NONE : formatNumber(lang, value)),
  };
}

/** A section without anything. */
export const EMPTY = { pairs: [], tables: [], blocks: [], notes: [] } as const;
