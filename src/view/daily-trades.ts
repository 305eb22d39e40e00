/** The trades of a period as its report lists them, with the figures of each currency. */
import type { DailyReport, TradeLine } from '../domain/daily.ts';
import type { Trade } from '../domain/shown.ts';
import { byClosing, metricsByCurrency } from './metrics.ts';

/** Trades that a report lists; more are counted. */
const TRADES_LISTED = 1_000;

const lineOf = ({
  id,
  strategy,
  instrument,
  direction,
  amount,
  entryPrice,
  exitPrice,
  openedAt,
  closedAt,
  exitReason,
  closedBy,
  grossPnl,
  fees,
  funding,
  netPnl,
  currency,
  pnlSource,
  origin,
  corrected,
}: Trade): TradeLine => ({
  id,
  strategy,
  instrument,
  direction,
  amount,
  entryPrice,
  exitPrice,
  openedAt,
  closedAt,
  exitReason,
  closedBy,
  grossPnl,
  fees,
  funding,
  netPnl,
  currency,
  pnlSource,
  origin,
  corrected,
});

const HANDS: ReadonlySet<Trade['closedBy']> = new Set(['web', 'mobile', 'other_api'] as const);

/** The trades that ended in a period, and which of all had their result put right in it. */
export function tradesOf(
  ended: Iterable<Trade>,
  corrected: ReadonlySet<string>,
): DailyReport['trades'] {
  const closed = [...ended].sort(byClosing);
  const byExit = new Map<NonNullable<Trade['exitReason']>, number>();
  for (const { exitReason } of closed)
    if (exitReason !== null) byExit.set(exitReason, (byExit.get(exitReason) ?? 0) + 1);
  return {
    count: closed.length,
    byHand: closed.filter(({ closedBy }) => HANDS.has(closedBy)).length,
    adopted: closed.filter(({ origin }) => origin === 'adopted').length,
    unknown: closed.filter(({ pnlSource }) => pnlSource === 'unknown').length,
    corrected: [...corrected].sort(),
    figures: [...metricsByCurrency(closed).values()]
      .map(({ results: _results, ...figures }) => figures)
      .sort((a, b) => (a.currency < b.currency ? -1 : 1)),
    byExit: [...byExit]
      .map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    list: closed.slice(0, TRADES_LISTED).map(lineOf),
  };
}
