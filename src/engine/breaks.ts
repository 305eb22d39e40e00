/** Breaks: differences with both sides' values and evidence. One open break per kind and subject; seeing it again updates it. */
import { type Decimal, ZERO, abs, gt } from '../base/decimal.ts';
import { isoTime } from '../base/time.ts';
import { usdValue } from '../domain/instrument.ts';
import type {
  Break,
  BreakAction,
  BreakKind,
  BreakLife,
  ClosedBy,
  Evidence,
} from '../domain/shown.ts';
import { RECONCILER, type Turn, record } from './turn.ts';

/** What a break is about. `subject` is what tells it from others of its kind: a trade, a label, an order or an instrument. */
export type Difference = {
  readonly kind: BreakKind;
  readonly subject: string;
  readonly instrument: string;
  readonly strategy: string | null;
  readonly life: BreakLife;
  readonly books: string;
  readonly exchange: string;
  readonly amount: Decimal;
  readonly evidence: readonly Evidence[];
  readonly who?: ClosedBy;
  readonly proposal?: BreakAction;
  readonly options?: readonly BreakAction[];
};

/** What each decision writes into the journal. */
const WRITES = {
  adopt: 'TRADE_ADOPTED',
  by_hand: 'FOREIGN_DECIDED',
  flatten: 'ORDER_INTENDED',
  accept: 'BREAK_RESOLVED',
  enter: 'TRADE_CORRECTED',
} as const satisfies Record<BreakAction, string>;

/** Severity in money: without protection or with a doubt about the position it is critical. */
const SEVERITY = {
  ghost_trade: 'warning',
  orphan_position: 'critical',
  size_mismatch: 'critical',
  side_mismatch: 'critical',
  missing_stop: 'critical',
  orphan_order: 'warning',
  lost_order: 'critical',
  missed_fill: 'warning',
  unresolved_intent: 'critical',
  foreign_activity: 'warning',
  fee_or_funding_difference: 'warning',
  balance_drift: 'warning',
} as const satisfies Record<BreakKind, Break['severity']>;

/** The open break of a kind about a subject. */
export function findBreak(turn: Turn, kind: BreakKind, subject: string): Break | undefined {
  for (const held of turn.books.breaks.values())
    if (held.break.kind === kind && held.subject === subject) return held.break;
  return undefined;
}

/** Opens a break, or notes that it was seen again; nothing where a person took it as it is. */
export function raise(turn: Turn, difference: Difference): void {
  if (turn.books.accepted.has(`${difference.kind}/${difference.subject}`)) return;
  const known = findBreak(turn, difference.kind, difference.subject);
  const now = isoTime(turn.now.server);
  const common = {
    kind: difference.kind,
    life: difference.life,
    severity: SEVERITY[difference.kind],
    account: turn.books.account?.id ?? '',
    instrument: difference.instrument,
    strategy: difference.strategy,
    books: difference.books,
    exchange: difference.exchange,
    difference: worth(turn, difference),
    evidence: difference.evidence,
    who: difference.who ?? null,
    lastSeenAt: now,
    proposal: difference.proposal ?? null,
    options: (difference.options ?? []).map((action) => ({ action, writes: WRITES[action] })),
    owner: null,
    resolution: null,
  };
  if (known === undefined) {
    // The birth id keeps it apart from those of other accounts' journals.
    const id = `brk_${turn.books.counters.break + 1}_${turn.books.birth.slice(0, 8)}`;
    const found: Break = { id, ...common, firstSeenAt: now, timesSeen: 1 };
    record(
      turn,
      { type: 'BREAK_OPENED', v: 1, data: { break: found, subject: difference.subject } },
      RECONCILER,
    );
    return;
  }
  const found: Break = {
    id: known.id,
    ...common,
    firstSeenAt: known.firstSeenAt,
    timesSeen: known.timesSeen + 1,
  };
  record(
    turn,
    { type: 'BREAK_UPDATED', v: 1, data: { break: found, subject: difference.subject } },
    RECONCILER,
  );
}

function worth(turn: Turn, difference: Difference): Break['difference'] {
  const instrument = turn.books.instruments.get(difference.instrument);
  const mark = turn.live.tickers.get(difference.instrument)?.ticker.markPrice;
  const value = instrument && mark ? usdValue(instrument, abs(difference.amount), mark) : ZERO;
  return {
    amount: difference.amount,
    value,
    currency: gt(value, ZERO) ? 'USD' : (instrument?.settlementCurrency ?? ''),
  };
}

/** Ends a break, if it is open. */
export function settleBreak(
  turn: Turn,
  kind: BreakKind,
  subject: string,
  how: { readonly action: BreakAction | 'auto'; readonly by: string; readonly reason: string },
): void {
  const known = findBreak(turn, kind, subject);
  if (known === undefined) return;
  const life: BreakLife =
    how.action === 'auto' ? 'auto_resolved' : how.action === 'accept' ? 'accepted' : 'resolved';
  const ended: Break = { ...known, life, resolution: { ...how, at: isoTime(turn.now.server) } };
  record(turn, { type: 'BREAK_RESOLVED', v: 1, data: { break: ended, subject } }, RECONCILER);
}

/** What evidence is made of; `at` in server ms. */
export type Witness = {
  readonly kind: Evidence['kind'];
  readonly id: string;
  readonly at: number;
  readonly text: string;
  readonly raw?: unknown;
  readonly flags?: Evidence['flags'];
};

/** Evidence in one line. */
export const evidence = ({ kind, id, at, text, raw = null, flags = {} }: Witness): Evidence => ({
  kind,
  id,
  at: isoTime(at),
  flags,
  text,
  raw,
});
