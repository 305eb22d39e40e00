/** Breaks: differences with both sides' values and evidence. One open break per kind and subject; seeing it again updates it. */
import { type Decimal, ZERO, abs, gt, sign } from '../base/decimal.ts';
import { assert } from '../base/assert.ts';
import { isoTime } from '../base/time.ts';
import type { EndedBreak, HeldBreak } from '../domain/books.ts';
import type { DecisionMade } from '../domain/decision.ts';
import { breakKey } from '../domain/evolve-break.ts';
import type { Actor } from '../domain/fact.ts';
import { usdValue } from '../domain/instrument.ts';
import type {
  Break,
  BreakAction,
  BreakEnd,
  BreakKind,
  BreakLife,
  BreakWho,
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
  readonly who?: BreakWho | null;
  /** About what price it is worth something, where there is no mark. */
  readonly price?: Decimal | null;
  /** It has happened anew: what was taken as it is before does not cover it. */
  readonly anew?: true;
  /** The amount is money of this currency, and not of the instrument. */
  readonly currency?: string;
  readonly proposal?: BreakAction;
  readonly options?: readonly BreakAction[];
};

/** Earlier ends that a difference remembers. */
const ENDS = 20;

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

/**
 * How long what a person took as it is stays so: for good where it can't come twice (a label is sent once), as long as it is
 * the same amount, or no more, where it is looked at again and again, and not at all where each has happened anew.
 */
const ACCEPTED_FOR = {
  ghost_trade: 'never',
  orphan_position: 'amount',
  size_mismatch: 'never',
  side_mismatch: 'never',
  missing_stop: 'never',
  orphan_order: 'amount',
  lost_order: 'good',
  missed_fill: 'never',
  unresolved_intent: 'good',
  foreign_activity: 'most',
  fee_or_funding_difference: 'amount',
  balance_drift: 'amount',
} as const satisfies Record<BreakKind, 'good' | 'amount' | 'most' | 'never'>;

function findHeld(turn: Turn, kind: BreakKind, subject: string): HeldBreak | undefined {
  for (const held of turn.books.breaks.values())
    if (held.break.kind === kind && held.subject === subject) return held;
  return undefined;
}

/** The open break of a kind about a subject. */
export const findBreak = (turn: Turn, kind: BreakKind, subject: string): Break | undefined =>
  findHeld(turn, kind, subject)?.break;

/** Whether a person took just this difference as it is, and it has stayed so. */
function isAccepted(ended: EndedBreak, { kind, amount, anew }: Difference): boolean {
  const { break: found, gone } = ended;
  if (found === null) return true;
  if (found.life !== 'accepted' || gone || anew === true) return false;
  const holds = ACCEPTED_FOR[kind];
  const taken = found.difference.amount;
  return (
    holds === 'good' ||
    (holds === 'amount' && taken === amount) ||
    (holds === 'most' && !gt(abs(amount), abs(taken)))
  );
}

/** How a break has ended, for its history. */
export function endOf(found: Break): BreakEnd {
  const { life, books, exchange, difference, resolution } = found;
  const { action = 'auto', by = '', reason = '', at = found.lastSeenAt } = resolution ?? {};
  return {
    life: life === 'accepted' ? life : 'resolved',
    books,
    exchange,
    amount: difference.amount,
    action,
    by,
    reason,
    at,
  };
}

/** Opens a break, or notes that it was seen again. One that a person had ended comes back under its id, with its history. */
export function raise(turn: Turn, difference: Difference): void {
  const { proposal, options = [] } = difference;
  assert(
    options.length === 0 ? proposal === undefined : options.includes(proposal as BreakAction),
    `${difference.kind} proposes ${proposal}, one of its decisions`,
  );
  const known = findBreak(turn, difference.kind, difference.subject);
  const ended = known === undefined ? turn.books.ended.get(breakKey(difference)) : undefined;
  if (ended !== undefined && isAccepted(ended, difference)) return;
  const past = ended?.break ?? null;
  // The other direction is another difference.
  const again =
    past !== null && sign(past.difference.amount) === sign(difference.amount) ? past : undefined;
  const history =
    again === undefined ? known?.history : [...(again.history ?? []), endOf(again)].slice(-ENDS);
  const now = isoTime(turn.now.server);
  const life =
    again !== undefined || known?.life === 'regressed' ? ('regressed' as const) : difference.life;
  const common = {
    kind: difference.kind,
    life,
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
    proposal: proposal ?? null,
    options: options.map((action) => ({ action, writes: WRITES[action] })),
    owner: known?.owner ?? null,
    resolution: known?.resolution ?? null,
    ...(history === undefined ? {} : { history }),
  };
  if (known === undefined) {
    // The birth id keeps it apart from those of other accounts' journals.
    const fresh = `brk_${turn.books.counters.break + 1}_${turn.books.birth.slice(0, 8)}`;
    const found: Break = {
      id: again?.id ?? fresh,
      ...common,
      firstSeenAt: again?.firstSeenAt ?? now,
      timesSeen: (again?.timesSeen ?? 0) + 1,
    };
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

/** Notes something else about an open break: who has it, what is owed. */
export function updateBreak(
  turn: Turn,
  { break: found, subject }: HeldBreak,
  changes: Partial<Break>,
  { by, decision }: { readonly by: Actor; readonly decision?: DecisionMade },
): void {
  const data = {
    break: { ...found, ...changes },
    subject,
    ...(decision === undefined ? {} : { decision }),
  };
  record(turn, { type: 'BREAK_UPDATED', v: 1, data }, by);
}

/** What it is worth: money as it is, an amount at the mark price, else at the last price known. */
export function worth(
  turn: Turn,
  difference: Pick<Difference, 'amount' | 'currency' | 'instrument' | 'price'>,
): Break['difference'] {
  const { amount, currency, instrument: name } = difference;
  if (currency !== undefined) return { amount, value: abs(amount), currency };
  const instrument = turn.books.instruments.get(name);
  const mark = turn.live.tickers.get(name)?.ticker.markPrice;
  const price = mark ?? difference.price ?? lastPrice(turn, name);
  const value = instrument && price ? usdValue(instrument, abs(amount), price) : ZERO;
  const unit = gt(value, ZERO) ? 'USD' : (instrument?.settlementCurrency ?? '');
  return { amount, value, currency: unit };
}

/** At which price something of an instrument was last entered: of what belongs to nobody, else of the newest trade. */
function lastPrice({ books }: Turn, name: string): Decimal | undefined {
  const held = books.foreign.get(name)?.averagePrice;
  if (held) return held;
  const trades = [...books.trades.values()].filter(({ instrument }) => instrument === name);
  return trades.at(-1)?.entries.at(-1)?.price;
}

/** How a break ends; `decision` where a person ended it. */
type Settlement = {
  readonly action: BreakAction | 'auto';
  readonly by: string;
  readonly reason: string;
  readonly decision?: DecisionMade;
};

/** Ends a break, if it is open. */
export function settleBreak(
  turn: Turn,
  kind: BreakKind,
  subject: string,
  { decision, ...how }: Settlement,
): void {
  const held = findHeld(turn, kind, subject);
  if (held === undefined) return;
  const known = held.break;
  // What a person decided and was owed is what ended it.
  if (how.action === 'auto' && known.resolution !== null && held.decision !== undefined)
    return settleBreak(turn, kind, subject, { ...known.resolution, decision: held.decision });
  const life: BreakLife =
    how.action === 'auto' ? 'auto_resolved' : how.action === 'accept' ? 'accepted' : 'resolved';
  const ended: Break = { ...known, life, resolution: { ...how, at: isoTime(turn.now.server) } };
  const data = { break: ended, subject, ...(decision === undefined ? {} : { decision }) };
  record(turn, { type: 'BREAK_RESOLVED', v: 1, data }, RECONCILER);
}

/** What was taken as it is is not there any more: should it come back, it is raised again. */
export function endAcceptance(turn: Turn, kind: BreakKind, subject: string, reason: string): void {
  const ended = turn.books.ended.get(breakKey({ kind, subject }));
  if (ended?.break?.life !== 'accepted' || ended.gone) return;
  record(turn, { type: 'ACCEPTANCE_ENDED', v: 1, data: { kind, subject, reason } }, RECONCILER);
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
