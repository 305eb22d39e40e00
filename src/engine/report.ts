/** What a check came to, as a fact: coverage, a verdict per strategy, the breaks that stand, and whether both sides agreed. */
import { isoTime, type Millis } from '../base/time.ts';
import type { TradeRecord } from '../domain/books.ts';
import { blockingBreaks, instrumentsInUse, openTrades } from '../domain/ledger.ts';
import type { CoverageState, Report, Verdict } from '../domain/shown.ts';
import { findBreak } from './breaks.ts';
import { CHECK_AGAIN } from './limits.ts';
import type { Check } from './live.ts';
import { settleMissed } from './missed.ts';
import { coveredMoney } from './money.ts';
import { replyReconciled } from './reply.ts';
import { RECONCILER, type Turn, record } from './turn.ts';

/** `before`: trades that were open when the verdict began. */
function verdicts(turn: Turn, before: readonly TradeRecord[]): Report['verdicts'] {
  const closedNow = new Map<string, string>();
  for (const { id, strategy, closedAt } of before)
    if (closedAt !== null && !closedNow.has(strategy)) closedNow.set(strategy, id);
  return [...turn.books.strategies.values()]
    .filter(({ control }) => control.value !== 'stopped')
    .map(({ config }) => {
      const { id, instrument } = config;
      const open = openTrades(turn.books, { strategy: id })[0];
      const closed = closedNow.get(id);
      const doubtful = turn.live.doubts.has(instrument);
      const orphan = findBreak(turn, 'orphan_position', instrument) !== undefined;
      const adoptedNow = open !== undefined && open.origin === 'adopted' && !before.includes(open);
      const verdict: Verdict = doubtful
        ? 'unknown'
        : adoptedNow || orphan
          ? 'orphan'
          : closed !== undefined
            ? 'ghost'
            : open === undefined
              ? 'clean'
              : 'valid';
      const action = doubtful
        ? 'look again'
        : adoptedNow
          ? 'adopted'
          : orphan
            ? 'ask'
            : closed !== undefined
              ? 'closed'
              : open === undefined
                ? 'none'
                : 'resumed';
      return { strategy: id, instrument, verdict, tradeId: open?.id ?? closed ?? null, action };
    });
}

/** `unsure` names instruments of which the reads showed nothing: unknown, not agreed (N9). */
export function report(
  turn: Turn,
  check: Check,
  {
    before,
    unsure,
  }: { readonly before: readonly TradeRecord[]; readonly unsure: readonly string[] },
): void {
  const { live, books } = turn;
  const agreed = live.doubts.size === 0 && unsure.length === 0;
  if (agreed) settleMissed(turn, check);
  const state = (good: boolean): CoverageState => (good ? 'ok' : 'difference');
  const noBreak = (kind: string): boolean =>
    ![...books.breaks.values()].some(({ break: found }) => found.kind === kind);
  const blocking = instrumentsInUse(books).flatMap((name) =>
    blockingBreaks(books, name).map(({ break: found }) => found.id),
  );
  if (agreed)
    live.clean = { mono: check.startedMono, server: check.startedServer, conn: check.conn };
  else live.nextCheckMono = Math.min(live.nextCheckMono, turn.now.mono + CHECK_AGAIN * 10);
  finishReport(turn, check, {
    complete: true,
    problem: null,
    ok: agreed && blocking.length === 0,
    cursor: agreed ? check.startedServer : null,
    breaks: blocking,
    verdicts: verdicts(turn, before),
    coverage: {
      orders: state(noBreak('orphan_order') && noBreak('lost_order')),
      positions: state(agreed),
      fills: state(noBreak('missed_fill') && books.unmet.size === 0),
      ...coveredMoney(turn),
    },
  });
}

type Outcome = Pick<Report, 'complete' | 'problem' | 'ok' | 'breaks' | 'verdicts' | 'coverage'> & {
  readonly cursor: Millis | null;
};

function finishReport(turn: Turn, check: Check, outcome: Outcome): void {
  const { cursor, ...rest } = outcome;
  const found: Report = {
    id: `rep_${turn.books.counters.report + 1}_${turn.books.birth.slice(0, 8)}`,
    trigger: check.trigger,
    startedAt: isoTime(check.startedServer),
    finishedAt: isoTime(turn.now.server),
    seq: turn.cell.seq + 1,
    ...rest,
  };
  record(
    turn,
    { type: 'RECONCILIATION_COMPLETED', v: 1, data: { report: found, cursor } },
    RECONCILER,
  );
  replyReconciled(turn, found, check.number);
}

/** The check failed: unknown everywhere, books unchanged, tried again soon (N9). */
export function giveUp(turn: Turn, check: Check, problem: string): void {
  const unknown = 'unknown' as const;
  finishReport(turn, check, {
    complete: false,
    problem,
    ok: false,
    cursor: null,
    breaks: [],
    verdicts: [...turn.books.strategies.values()].map(({ config }) => ({
      strategy: config.id,
      instrument: config.instrument,
      verdict: unknown,
      tradeId: null,
      action: 'try again',
    })),
    coverage: {
      orders: unknown,
      positions: unknown,
      fills: unknown,
      fees: unknown,
      funding: unknown,
      balance: unknown,
    },
  });
}
