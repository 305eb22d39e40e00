/**
 * A daily report as a document in a person's language: headings, pairs, tables and lines, in one order for paper, page and
 * command line, so that all three say the same. Nothing here knows how it is drawn. Pure.
 */
import { isZero } from '../base/decimal.ts';
import { parseIso } from '../base/time.ts';
import type { DailyReport } from '../domain/daily.ts';
import { formatCount, formatDate, formatNumber, type Lang, NONE } from '../words/format.ts';
import { hasText, sentence } from '../words/text.ts';
import { alerts, breaks, checks, money, orders, trades, uptime } from './daily-parts.ts';
import { cashRows } from './daily-rows.ts';
import {
  type DailyAnswer,
  type DailyDocument,
  type DocCell,
  type DocSection,
  EMPTY,
  type Say,
  wordsIn,
} from './daily-shape.ts';

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

function proof(say: Say, { report, hash, ready }: DailyAnswer): DocSection {
  const { t } = say;
  const { id, from, to } = report.journal;
  const range =
    to < from
      ? t('daily.no_facts')
      : t('daily.facts_range', {
          from: formatCount(say.lang, from),
          to: formatCount(say.lang, to),
        });
  const { day } = report.period;
  const same = ready?.hash === hash;
  return {
    ...EMPTY,
    id: 'proof',
    title: t('daily.proof'),
    pairs: [
      { label: t('daily.journal'), cell: say.cell(id) },
      { label: t('daily.facts'), cell: say.cell(range) },
      { label: t('daily.head_hash'), cell: say.cell(report.journal.hash) },
      { label: t('daily.report_hash'), cell: say.cell(hash) },
      ...(ready === null
        ? []
        : [
            {
              label: t('daily.written_as'),
              cell: say.cell(`#${formatCount(say.lang, ready.seq)}`),
            },
          ]),
    ],
    notes: [
      ...(ready === null ? [] : [t(same ? 'daily.same' : 'daily.not_same')]),
      ...(day === null ? [] : [t('daily.yourself', { day })]),
    ],
  };
}

function verdict(say: Say, report: DailyReport): readonly DocCell[] {
  const { t, cell } = say;
  const doubts = [
    ...(report.breaksOpen > 0 ? [cell(t('daily.open', { n: report.breaksOpen }), 'bad')] : []),
    ...report.money.flatMap(({ currency, unexplained }) =>
      isZero(unexplained)
        ? []
        : [
            cell(
              t('daily.unexplained_in', { currency, amount: formatNumber(say.lang, unexplained) }),
              'bad',
            ),
          ],
    ),
    ...(report.orders.unresolved > 0
      ? [cell(t('daily.unresolved_orders', { n: report.orders.unresolved }), 'bad')]
      : []),
    ...(report.trades.unknown > 0
      ? [cell(t('daily.unknown_results', { n: report.trades.unknown }), 'warn')]
      : []),
    ...(report.checks.count === 0 ? [cell(t('daily.no_checks'), 'warn')] : []),
  ];
  const running = report.period.over
    ? []
    : [cell(t('daily.running', { through: say.at(report.period.through) }), 'warn')];
  const begins =
    report.period.begins === report.period.from
      ? []
      : [cell(t('daily.begins', { at: say.at(report.period.begins) }))];
  return [
    ...(doubts.length === 0 ? [cell(t('daily.agrees'), 'good')] : doubts),
    ...running,
    ...begins,
  ];
}

/** The document of a report. */
export function dailyDocument(lang: Lang, answer: DailyAnswer): DailyDocument {
  const say = wordsIn(lang);
  const { report } = answer;
  const { day, from, to } = report.period;
  const title =
    day === null
      ? say.t('daily.title_period', { from: say.at(from), to: say.at(to) })
      : say.t('daily.title', { day: formatDate(lang, parseIso(from) ?? 0, 0) });
  const sections = [checks, money, trades, breaks, alerts, orders, uptime].map((part) =>
    part(say, report),
  );
  const mode = hasText(`mode.${report.mode}`) ? sentence(lang, `mode.${report.mode}`) : report.mode;
  return {
    lang,
    title,
    head: [
      {
        label: say.t('daily.account'),
        cell: say.cell(report.account === '' ? NONE : report.account),
      },
      { label: say.t('daily.mode'), cell: say.cell(mode) },
      {
        label: say.t('daily.period'),
        cell: say.cell(say.t('daily.from_to', { from: say.at(from), to: say.at(to) })),
      },
    ],
    verdict: verdict(say, report),
    sections: [
      ...sections,
      ...(answer.rows === null ? [] : [cashRows(say, answer.rows)]),
      proof(say, answer),
    ].map((section) => ({
      ...section,
      pairs: section.pairs.map(({ label, cell }) => ({ label: capital(label), cell })),
    })),
  };
}
