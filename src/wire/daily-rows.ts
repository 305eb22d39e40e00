/** The rows of the exchange's log as a part of a report's document: per currency, what each is made of and what explains it. Pure. */
import type { CashLine, CashLines } from '../domain/daily.ts';
import { formatCount } from '../words/format.ts';
import { hasText, sentence } from '../words/text.ts';
import { type DocCell, type DocSection, type DocTable, EMPTY, type Say } from './daily-shape.ts';

function whatOf(say: Say, { type, instrument }: CashLine): string {
  const words = hasText(`daily.row.${type}`) ? sentence(say.lang, `daily.row.${type}`) : type;
  return instrument === null ? words : `${words} ${instrument}`;
}

const partsOf = (say: Say, { parts, currency }: CashLine): DocCell =>
  say.cell(
    parts
      .map(({ of, amount }) => `${say.t(`daily.part.${of}`)} ${say.cash(amount, currency).text}`)
      .join(' · '),
    parts.some(({ of }) => of === 'unexplained') ? 'bad' : 'plain',
  );

function whyOf(say: Say, { why: { by, from, to, count } }: CashLine): DocCell {
  if (by === 'nothing') return say.cell(say.t('daily.why.nothing'), 'warn');
  if (by === 'itself') return say.cell(say.t('daily.why.itself'));
  if (from === null || to === null) return say.cell(say.t('daily.why.held'));
  return say.cell(say.t(`daily.why.${by}`, { count, from, to }));
}

function rowOf(say: Say, line: CashLine): readonly DocCell[] {
  const { at, row, change, balance, booked, currency, fact } = line;
  const isRight = balance === booked;
  return [
    say.cell(say.at(at)),
    say.cell(`${row} · #${formatCount(say.lang, fact)}`),
    say.cell(whatOf(say, line)),
    say.cash(change, currency),
    partsOf(say, line),
    whyOf(say, line),
    say.cash(balance, currency),
    isRight ? say.cell('✓', 'good') : say.cash(booked, currency, 'bad'),
  ];
}

function tableOf(say: Say, currency: string, lines: readonly CashLine[]): DocTable {
  const { t } = say;
  return {
    name: `rows-${currency}`,
    heads: [
      currency,
      t('daily.row_head'),
      '',
      t('daily.row_change'),
      t('daily.row_parts'),
      t('daily.row_why'),
      t('daily.row_balance'),
      t('daily.row_booked'),
    ],
    right: [3, 6, 7],
    rows: lines.map((line) => rowOf(say, line)),
    sum: false,
  };
}

/** The section; in the order of the journal, one table for each currency. */
export function cashRows(say: Say, { lines, more }: CashLines): DocSection {
  const { t } = say;
  const section = { ...EMPTY, id: 'rows', title: t('daily.rows') };
  if (lines.length === 0) return { ...section, notes: [t('daily.rows_none')] };
  const currencies = [...new Set(lines.map(({ currency }) => currency))].sort();
  return {
    ...section,
    tables: currencies.map((currency) =>
      tableOf(
        say,
        currency,
        lines.filter((line) => line.currency === currency),
      ),
    ),
    notes: [t('daily.rows_note'), ...(more > 0 ? [t('daily.rows_more', { n: more })] : [])],
  };
}
