/** The parts of a report's document: checks, cash, trades, differences, orders, uptime. Pure. */
import { type Decimal, isZero, neg, sub } from '../base/decimal.ts';
import type { DailyReport, MoneyLine, TradeLine } from '../domain/daily.ts';
import type { Break } from '../domain/shown.ts';
import { formatDuration, formatNumber, formatPercent, NONE } from '../words/format.ts';
import { retold } from '../words/said.ts';
import { hasText, sentence } from '../words/text.ts';
import {
  type DocBlock,
  type DocCell,
  type DocSection,
  type DocTable,
  EMPTY,
  type Say,
  type Tone,
} from './daily-shape.ts';

export function checks(say: Say, { checks: found }: DailyReport): DocSection {
  const { t, count } = say;
  const alarm = (value: number): Tone => (value === 0 ? 'plain' : 'warn');
  return {
    ...EMPTY,
    id: 'checks',
    title: t('daily.checks'),
    pairs: [
      { label: t('daily.checks_done'), cell: count(found.count) },
      { label: t('daily.checks_clean'), cell: count(found.clean) },
      {
        label: t('daily.checks_differences'),
        cell: count(found.differences, alarm(found.differences)),
      },
      {
        label: t('daily.checks_incomplete'),
        cell: count(found.incomplete, alarm(found.incomplete)),
      },
      { label: t('daily.verified'), cell: say.percent(found.verifiedPercent) },
      {
        label: t('daily.longest_gap'),
        cell: say.cell(formatDuration(say.lang, found.longestGapMs)),
      },
    ],
  };
}

/** The lines of the sum, with the sign with which each counts. */
const MONEY: readonly (readonly [string, (line: MoneyLine) => Decimal, 'always' | 'if_any'])[] = [
  ['opening', (line) => line.opening, 'always'],
  ['realised', (line) => line.realised, 'always'],
  ['fees', (line) => neg(line.fees), 'always'],
  ['funding', (line) => line.funding, 'always'],
  ['transfers', (line) => line.transfers, 'always'],
  ['other', (line) => line.other, 'if_any'],
  ['unsettled', (line) => sub(line.unsettledBefore, line.unsettledAfter), 'always'],
  ['rounding', (line) => line.rounding, 'if_any'],
  ['uncompared', (line) => line.uncompared, 'if_any'],
  ['unexplained', (line) => line.unexplained, 'always'],
  ['closing', (line) => line.closing, 'always'],
];

/** Whether nothing moved in a currency and nothing is held of it. */
const isIdle = (line: MoneyLine): boolean =>
  MONEY.every(([, of]) => isZero(of(line))) && isZero(line.unsettledAfter);

export function money(say: Say, report: DailyReport): DocSection {
  const { t } = say;
  const lines = report.money.filter((line) => !isIdle(line));
  const section = { ...EMPTY, id: 'money', title: t('daily.money') };
  if (lines.length === 0) return { ...section, notes: [t('daily.no_money')] };
  const shown = MONEY.filter(
    ([, of, when]) => when === 'always' || lines.some((line) => !isZero(of(line))),
  );
  const toneOf = (name: string, value: Decimal): Tone =>
    name === 'unexplained' ? (isZero(value) ? 'good' : 'bad') : 'plain';
  const rows = shown.map(([name, of]) => [
    say.cell(sentence(say.lang, `daily.money_${name}`)),
    ...lines.map((line) => say.cash(of(line), line.currency, toneOf(name, of(line)))),
  ]);
  const doubt = lines.some(({ uncompared }) => !isZero(uncompared));
  return {
    ...section,
    tables: [
      {
        name: 'money',
        heads: ['', ...lines.map(({ currency }) => currency)],
        right: lines.map((_, n) => n + 1),
        rows,
        sum: true,
      },
    ],
    notes: [t('daily.money_note'), ...(doubt ? [t('daily.money_uncompared_note')] : [])],
  };
}

const FIGURES = ['count', 'wins', 'losses', 'winRate', 'gross', 'fees', 'funding', 'net'] as const;
const FIGURE_HEADS = {
  count: 'metric.count',
  wins: 'metric.wins',
  losses: 'metric.losses',
  winRate: 'metric.win_rate',
  gross: 'head.gross',
  fees: 'head.fees',
  funding: 'head.funding',
  net: 'head.net',
} as const satisfies Record<(typeof FIGURES)[number], string>;

function figuresTable(say: Say, { figures }: DailyReport['trades']): DocTable {
  return {
    name: 'figures',
    heads: [say.t('daily.currency'), ...FIGURES.map((name) => say.t(FIGURE_HEADS[name]))],
    right: FIGURES.map((_, n) => n + 1),
    rows: figures.map((one) => [
      say.cell(one.currency),
      say.count(one.count),
      say.count(one.wins),
      say.count(one.losses),
      say.percent(one.winRate),
      say.cash(one.gross, one.currency),
      say.cash(neg(one.fees), one.currency),
      say.cash(one.funding, one.currency),
      say.cash(one.net, one.currency),
    ]),
    sum: false,
  };
}

const sideOf = (say: Say, trade: TradeLine): string =>
  `${say.t(`side.${trade.direction}`)} ${formatNumber(say.lang, trade.amount)}`;

/** Closings of which the reason says already whose they were. */
const TOLD_BY_REASON: ReadonlySet<TradeLine['closedBy']> = new Set([
  'target',
  'stop',
  'strategy',
  'operator',
  'kill',
] as const);

function tradeRow(say: Say, trade: TradeLine): readonly DocCell[] {
  const how = trade.exitReason === null ? NONE : say.t(`exit.${trade.exitReason}`);
  const by =
    trade.closedBy === null || TOLD_BY_REASON.has(trade.closedBy)
      ? ''
      : ` (${say.t(`closed_by.${trade.closedBy}`)})`;
  const known = trade.pnlSource === 'fills';
  return [
    say.cell(trade.id),
    say.cell(`${trade.instrument} ${sideOf(say, trade)}`),
    say.cell(say.at(trade.closedAt)),
    say.number(trade.entryPrice),
    say.number(trade.exitPrice),
    say.cell(how === NONE ? by : how + by, trade.closedBy === null ? 'warn' : 'plain'),
    known ? say.money(trade.netPnl, trade.currency) : say.cell(say.t('daily.unknown'), 'warn'),
  ];
}

export function trades(say: Say, { trades: found }: DailyReport): DocSection {
  const { t } = say;
  const section = { ...EMPTY, id: 'trades', title: t('daily.trades') };
  const corrected =
    found.corrected.length === 0
      ? []
      : [{ label: t('daily.corrected'), cell: say.cell(found.corrected.join(', ')) }];
  if (found.count === 0) return { ...section, pairs: corrected, notes: [t('daily.no_trades')] };
  const heads = [
    t('head.trade'),
    t('head.position'),
    t('head.closed'),
    t('head.entry'),
    t('head.exit'),
    t('head.reason'),
    t('head.net'),
  ];
  const more = found.count - found.list.length;
  return {
    ...section,
    pairs: [
      { label: t('daily.count'), cell: say.count(found.count) },
      { label: t('daily.by_hand'), cell: say.count(found.byHand) },
      { label: t('daily.adopted'), cell: say.count(found.adopted) },
      {
        label: t('daily.unknown'),
        cell: say.count(found.unknown, found.unknown > 0 ? 'warn' : 'plain'),
      },
      ...corrected,
    ],
    tables: [
      figuresTable(say, found),
      {
        name: 'exits',
        heads: [t('daily.by_exit'), t('daily.count')],
        right: [1],
        rows: found.byExit.map(({ reason, count }) => [
          say.cell(t(`exit.${reason}`)),
          say.count(count),
        ]),
        sum: false,
      },
      {
        name: 'trades',
        heads,
        right: [3, 4, 6],
        rows: found.list.map((trade) => tradeRow(say, trade)),
        sum: false,
      },
    ],
    notes: [
      ...(found.unknown > 0 ? [t('daily.unknown_note')] : []),
      ...(more > 0 ? [t('daily.more_trades', { n: more })] : []),
    ],
  };
}

function endOf(say: Say, { life, resolution }: Break): string {
  if (resolution === null) return say.t('daily.still_open', { life: say.t(`life.${life}`) });
  const { action, by, reason, at } = resolution;
  const how = action === 'auto' ? say.t(`life.${life}`) : say.t(`action.${action}`);
  const who = hasText(`actor.${by}`) ? sentence(say.lang, `actor.${by}`) : by;
  const told = by === 'engine' || by === 'reconciler' ? retold(say.lang, reason) : reason;
  const values = { how, by: who, at: say.at(at), reason: told };
  return reason === '' ? say.t('daily.ended', values) : say.t('daily.ended_why', values);
}

function breakBlock(say: Say, found: Break): DocBlock {
  const { id, kind, instrument, severity, books, exchange, who, evidence } = found;
  const open = found.resolution === null;
  return {
    title: `${id} · ${say.t(`break.${kind}`)} · ${instrument} · ${say.t(`severity.${severity}`)}`,
    tone: open ? 'bad' : 'plain',
    lines: [
      say.t('daily.sides', {
        books: retold(say.lang, books),
        exchange: retold(say.lang, exchange),
      }),
      say.t('daily.seen', { at: say.at(found.firstSeenAt), n: found.timesSeen }),
      ...(who === null ? [] : [say.t('daily.who', { who: say.t(`closed_by.${who}`) })]),
      ...evidence.map((one) => `${say.at(one.at)} · ${one.id} · ${retold(say.lang, one.text)}`),
      endOf(say, found),
    ],
  };
}

export const breaks = (say: Say, report: DailyReport): DocSection => ({
  ...EMPTY,
  id: 'breaks',
  title: say.t('daily.breaks'),
  blocks: report.breaks.map((found) => breakBlock(say, found)),
  notes: report.breaks.length === 0 ? [say.t('daily.no_breaks')] : [],
});

export function orders(say: Say, { orders: found }: DailyReport): DocSection {
  const { t, count } = say;
  const { resolved, unresolved } = found;
  const pair = (label: string, value: number, alarm = false) => ({
    label,
    cell: count(value, alarm && value > 0 ? 'warn' : 'plain'),
  });
  return {
    ...EMPTY,
    id: 'orders',
    title: t('daily.orders'),
    pairs: [
      pair(t('daily.orders_sent'), found.sent),
      pair(t('daily.orders_refused'), found.refused, true),
      pair(t('daily.orders_unknown'), found.unknown, true),
      pair(t('daily.orders_found'), resolved.found),
      pair(t('daily.orders_found_refused'), resolved.refused),
      pair(t('daily.orders_absent'), resolved.absent),
      pair(t('daily.orders_unresolved'), unresolved, true),
    ],
  };
}

export function alerts(say: Say, { alerts: found }: DailyReport): DocSection {
  const { t, count } = say;
  return {
    ...EMPTY,
    id: 'alerts',
    title: t('daily.alerts'),
    pairs: [
      { label: t('daily.alerts_raised'), cell: count(found.raised) },
      {
        label: t('daily.alerts_firing'),
        cell: count(found.firing, found.firing > 0 ? 'bad' : 'plain'),
      },
      {
        label: t('daily.alerts_undelivered'),
        cell: count(found.undelivered, found.undelivered > 0 ? 'warn' : 'plain'),
      },
    ],
    blocks: found.list.map(({ rule, params, severity, since, clearedAt }) => ({
      title: `${say.at(since)} · ${t(`severity.${severity}`)}`,
      tone: clearedAt === null ? ('bad' as const) : ('plain' as const),
      lines: [
        sentence(say.lang, `alert.${rule}`, params),
        clearedAt === null
          ? t('daily.alert_fires')
          : t('daily.alert_cleared', { at: say.at(clearedAt) }),
      ],
    })),
  };
}

export function uptime(say: Say, { uptime: found }: DailyReport): DocSection {
  const { t } = say;
  const span = (ms: number, percent: Decimal | null): DocCell =>
    say.cell(
      t('daily.of', {
        span: formatDuration(say.lang, ms),
        percent: percent === null ? NONE : formatPercent(say.lang, percent),
      }),
    );
  return {
    ...EMPTY,
    id: 'uptime',
    title: t('daily.uptime'),
    pairs: [
      { label: t('daily.up'), cell: span(found.upMs, found.upPercent) },
      { label: t('daily.starts'), cell: say.count(found.starts) },
      ...found.links.flatMap(({ link, upMs, upPercent, drops }) => [
        { label: t(`daily.link.${link}`), cell: span(upMs, upPercent) },
        { label: t(`daily.drops.${link}`), cell: say.count(drops, drops > 0 ? 'warn' : 'plain') },
      ]),
    ],
    blocks: found.absences.map(({ kind, from, to }) => ({
      title: t(`daily.away.${kind}`, {
        from: say.at(from),
        to: to === null ? t('daily.away_open') : say.at(to),
      }),
      tone: kind === 'crash' ? ('warn' as const) : ('plain' as const),
      lines: [],
    })),
    notes: [t('daily.uptime_note')],
  };
}
