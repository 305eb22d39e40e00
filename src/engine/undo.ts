/**
 * What a person decided about a break is taken back: by a fact that names the one that it corrects, never by an edit. What the
 * decision moved moves back as far as it is still there, so that the books equal the exchange as before, and the break stands
 * again with its history. An order that has filled can't be taken back, nor that one was given up.
 */
import { ZERO, abs, isZero, sign } from '../base/decimal.ts';
import { isoTime } from '../base/time.ts';
import type { EndedBreak } from '../domain/books.ts';
import type { Command, CommandVerb } from '../domain/command.ts';
import type { DecisionMade, Undoing } from '../domain/decision.ts';
import { within } from '../domain/evolve-trade.ts';
import type { Actor } from '../domain/fact.ts';
import type { Fill } from '../domain/fill.ts';
import { instrumentOf, isExiting } from '../domain/ledger.ts';
import { averagePrice } from '../domain/money.ts';
import type { Break } from '../domain/shown.ts';
import { undecided } from './adopt.ts';
import { endOf, worth } from './breaks.ts';
import { type CommandOutcome, type Step, refuse } from './reply.ts';
import { RECONCILER, type Turn, record } from './turn.ts';

type Undo = Extract<Command, { readonly verb: 'undo' }>;

/** A decision that can be taken back now; `ended` where it ended the break. */
type Undoable = {
  readonly can: true;
  readonly found: Break;
  readonly subject: string;
  readonly corrects: number | null;
  readonly undoes: Undoing;
  readonly ended: boolean;
};
type Refused = { readonly can: false; readonly outcome: CommandOutcome };

const no = (why: string): Refused => ({ can: false, outcome: refuse('cannot_be_undone', why) });
const yes = (undoes: Undoing) => ({ can: true, undoes }) as const;

/** The last decision about a break, or why it can't be taken back. */
function lastDecision(turn: Turn, breakId: string): Undoable | Refused {
  const { breaks, ended } = turn.books;
  const held = breaks.get(breakId);
  const last = [...ended.values()].find(({ break: one }) => one?.id === breakId);
  if (held?.decision !== undefined) {
    const { break: found, subject, decision } = held;
    const { instrument } = found;
    if (isZero(turn.books.foreign.get(instrument)?.wantFlat ?? ZERO))
      return no('it is closed already');
    const { fact } = decision;
    return { ...yes({ action: 'flatten' }), found, subject, corrects: fact, ended: false };
  }
  if (last === undefined || last.break === null) {
    const known = [...ended.values()].flatMap(({ break: one }) => one?.id ?? []);
    const why = `no decision about ${breakId} is known that could be undone`;
    const outcome = refuse('no_decision', why, 'breakId', known.join(', ') || 'none is known');
    return { can: false, outcome };
  }
  const { break: found, subject, decision, seq } = last;
  const judged = undoingOf(turn, found, decision, held !== undefined);
  if (!judged.can) return judged;
  return { ...judged, found, subject, corrects: decision?.fact ?? seq, ended: true };
}

/** What taking a decision back moves, as things are now. `again`: the break has come back since. */
function undoingOf(
  turn: Turn,
  found: Break,
  decision: EndedBreak['decision'],
  again: boolean,
): ReturnType<typeof yes> | Refused {
  if (decision === null)
    return no('it was decided by an older version, which did not say what it wrote');
  switch (decision.action) {
    case 'flatten':
      return no('what was closed is closed');
    case 'accept':
      if (found.kind === 'unresolved_intent')
        return no('an order that was given up is not looked for again; if it turns up it is told');
      return again ? no('it has come back already: decide it anew') : yes({ action: 'accept' });
    case 'by_hand':
      return keptByHand(turn, found.instrument, decision);
    case 'enter':
      return entered(turn, decision);
    case 'adopt':
      return adopted(turn, decision.trade);
  }
}

type Made<Action> = Extract<DecisionMade, { readonly action: Action }>;

function keptByHand(turn: Turn, instrument: string, { before }: Made<'by_hand'>) {
  const foreign = turn.books.foreign.get(instrument);
  const decided = within(before, foreign?.amount ?? ZERO);
  return foreign === undefined || foreign.decided === decided
    ? no('nothing of it is left')
    : yes({ action: 'by_hand', decided });
}

function entered(turn: Turn, { trade, amount, exitPrice, fees }: Made<'enter'>) {
  const held = turn.books.trades.get(trade);
  const isThere = held?.exits.some((lot) => lot.amount === amount && lot.price === exitPrice);
  return isThere === true
    ? yes({ action: 'enter', trade, amount, exitPrice, fees })
    : no('the trade was closed too long ago');
}

function adopted(turn: Turn, id: string) {
  const trade = turn.books.trades.get(id);
  if (trade === undefined || trade.closedAt !== null || isZero(trade.open))
    return no('its trade is closed');
  if (isExiting(turn.books, id)) return no('its trade is being closed');
  const { kind } = instrumentOf(turn.books, trade.instrument);
  const price = averagePrice(kind, trade.entries) ?? ZERO;
  return yes({ action: 'adopt', trade: id, amount: trade.open, price });
}

/** Why a decision can't be taken back. */
export function examineUndo(turn: Turn, { breakId }: Undo): CommandOutcome | undefined {
  const last = lastDecision(turn, breakId);
  return last.can ? undefined : last.outcome;
}

/** What taking it back will do, in words of the field. */
export function undoPlan(
  turn: Turn,
  { breakId }: Extract<CommandVerb, { readonly verb: 'undo' }>,
): readonly Step[] {
  const last = lastDecision(turn, breakId);
  if (!last.can) return [];
  const { found, undoes } = last;
  return [{ action: 'undo', text: planText(found, undoes) }];
}

function planText(found: Break, undoes: Undoing): string {
  const { instrument } = found;
  switch (undoes.action) {
    case 'accept':
      return 'the difference stands again as long as it is there';
    case 'by_hand':
      return `of ${instrument} ${undoes.decided} is kept by hand; the rest is asked about again`;
    case 'flatten':
      return `nothing more of ${instrument} is closed; what was closed stays closed`;
    case 'enter':
      return `the outcome ${undoes.exitPrice} of ${undoes.trade} is taken out; its result is unknown again`;
    case 'adopt':
      return `${undoes.trade} hands back ${undoes.amount} ${instrument}, which no stop of ours protects any more; its orders are cancelled`;
  }
}

/** Takes the last decision about a break back. */
export function undoDecision(turn: Turn, { breakId, by, reason }: Undo): void {
  const last = lastDecision(turn, breakId);
  if (last.can) takeBack(turn, last, { by, reason });
}

/** An outcome that a person entered gives way to the fill that it was: what is known takes the place of what was said. */
export function giveWay(turn: Turn, fill: Fill): void {
  const closes = fill.direction === 'buy' ? 'short' : 'long';
  for (const { break: found, decision } of turn.books.ended.values()) {
    if (found === null || decision?.action !== 'enter') continue;
    const trade = turn.books.trades.get(decision.trade);
    if (trade?.instrument !== fill.instrument || trade.direction !== closes) continue;
    if (fill.at < trade.openedAt || fill.at > (trade.adjustedAt ?? 0)) continue;
    const last = lastDecision(turn, found.id);
    const reason = 'the fill that closed it was found';
    if (last.can) takeBack(turn, last, { by: RECONCILER, reason });
  }
}

function takeBack(
  turn: Turn,
  { found, subject, corrects, undoes, ended }: Undoable,
  { by, reason }: { readonly by: Actor; readonly reason: string },
): void {
  const { id, kind, instrument } = found;
  const names = { break: id, kind, subject, instrument };
  const data = { ...names, corrects, undoes, by: by.id, reason };
  record(turn, { type: 'DECISION_UNDONE', v: 1, data }, by);
  const at = isoTime(turn.now.server);
  const undone = { by: by.id, reason, at };
  const open = turn.books.breaks.get(id)?.break;
  const ends = open?.history ?? [...(found.history ?? []), endOf(found)];
  const isLast = (index: number): boolean => index === ends.length - 1;
  const history = ended
    ? ends.map((end, index) => (isLast(index) ? { ...end, undone } : end))
    : [...(found.history ?? []), { ...endOf(found), undone }];
  const now = kind === 'orphan_position' ? sidesNow(turn, instrument) : {};
  const { life } = open ?? { life: 'needs_you' as const };
  const stands = { ...(open ?? found), ...now, life, owner: null, resolution: null, history };
  const type = open === undefined ? 'BREAK_OPENED' : 'BREAK_UPDATED';
  record(turn, { type, v: 1, data: { break: { ...stands, lastSeenAt: at }, subject } }, by);
}

/** What belongs to nobody may be another amount by now. */
function sidesNow(turn: Turn, instrument: string): Partial<Break> {
  const amount = undecided(turn, instrument);
  return {
    exchange: `${sign(amount) > 0 ? 'long' : 'short'} ${abs(amount)}`,
    difference: worth(turn, { amount, instrument }),
  };
}
