/** What a person decides about a break: who owns a foreign amount, how an unseen close ended, that an unknown order is taken as absent. */
import { ZERO, abs, gt, isZero } from '../base/decimal.ts';
import { isoTime } from '../base/time.ts';
import type { Command, CommandVerb } from '../domain/command.ts';
import type { DecisionMade } from '../domain/decision.ts';
import type { Break } from '../domain/shown.ts';
import { adopt, undecided } from './adopt.ts';
import { settleBreak, updateBreak } from './breaks.ts';
import { type CommandOutcome, type Step, refuse } from './reply.ts';
import { type Turn, record } from './turn.ts';

type Decision = Extract<Command, { readonly verb: 'resolve' }>;

/** No difference of this id stands. */
export function unknownBreak(turn: Turn, breakId: string): CommandOutcome {
  const open = [...turn.books.breaks.keys()].join(', ');
  return refuse(
    'unknown_break',
    `there is no open difference ${breakId}`,
    'breakId',
    open === '' ? 'none is open' : open,
  );
}

/** Why a decision can't be taken: no such break, not one of its options, or something that it needs is missing. */
export function examineDecision(turn: Turn, decision: Decision): CommandOutcome | undefined {
  const found = turn.books.breaks.get(decision.breakId)?.break;
  if (found === undefined) return unknownBreak(turn, decision.breakId);
  const options = found.options.map(({ action }) => action);
  if (!options.includes(decision.action)) {
    return refuse(
      'not_an_option',
      `${found.id} (${found.kind}) can't be answered with ${decision.action}`,
      'action',
      options.join(', ') || 'it ends by itself',
    );
  }
  if (
    decision.action === 'enter' &&
    (decision.exitPrice === null || !gt(decision.exitPrice, ZERO))
  ) {
    return refuse(
      'exit_price_missing',
      'say at which price the trade ended',
      'exitPrice',
      'a price above 0',
    );
  }
  if (decision.action !== 'adopt') return undefined;
  const fit = [...turn.books.strategies.values()]
    .filter(({ config }) => config.instrument === found.instrument)
    .map(({ config }) => config.id);
  if (decision.strategy !== null && fit.includes(decision.strategy)) return undefined;
  return refuse(
    'unknown_strategy',
    `no strategy ${decision.strategy ?? '(none named)'} trades ${found.instrument}`,
    'strategy',
    fit.join(', ') || 'none trades it',
  );
}

/** What a decision will do, in words of the field. */
export function decisionPlan(
  turn: Turn,
  decision: Extract<CommandVerb, { readonly verb: 'resolve' }>,
): readonly Step[] {
  const held = turn.books.breaks.get(decision.breakId);
  if (held === undefined) return [];
  const { instrument } = held.break;
  const amount = undecided(turn, instrument);
  const side = amount.startsWith('-') ? 'short' : 'long';
  const what = `${side} ${abs(amount)} ${instrument}`;
  const price = turn.books.foreign.get(instrument)?.averagePrice;
  const entered = price ? ` entered at ${price}` : '';
  const texts = {
    adopt: `${decision.strategy ?? ''} takes over ${what}${entered}, with its own stop and target`,
    by_hand: `${what} stays as it is: the engine leaves it alone and counts it in its limits`,
    flatten: `${side === 'long' ? 'sell' : 'buy'} ${abs(amount)} ${instrument}, reduce-only, immediate-or-cancel, until nothing is left`,
    accept: `${held.break.kind} of ${held.subject} is taken as it is and not raised again`,
    enter: `${held.subject} ended at ${decision.exitPrice ?? ''}, fees ${decision.fees ?? '0'}: its result counts from now on`,
  } as const satisfies Record<Decision['action'], string>;
  return [{ action: decision.action, text: texts[decision.action] }];
}

/** Carries out a decision on an open break. */
export function resolveBreak(turn: Turn, decision: Decision): void {
  const held = turn.books.breaks.get(decision.breakId);
  if (held === undefined) return;
  const { action, by, reason } = decision;
  const made = decide(turn, held, decision);
  if (made === null) return;
  const how = { action, by: by.id, reason };
  // A flatten is owed until nothing is left, and the break stands until then.
  if (made.action === 'flatten')
    updateBreak(
      turn,
      held,
      { owner: by.id, resolution: { ...how, at: isoTime(turn.now.server) } },
      { by, decision: made },
    );
  else settleBreak(turn, held.break.kind, held.subject, { ...how, decision: made });
}

/** Does what was decided; null where it can't be done any more. */
function decide(
  turn: Turn,
  { break: found, subject }: { readonly break: Break; readonly subject: string },
  decision: Decision,
): DecisionMade | null {
  switch (decision.action) {
    case 'adopt':
      return adoptInto(turn, found, decision);
    case 'by_hand':
      return ownByHand(turn, found, decision);
    case 'flatten':
      return ownByHand(turn, found, decision);
    case 'enter':
      return enterOutcome(turn, subject, decision);
    case 'accept':
      return accept(turn, { found, subject }, decision);
  }
}

/** Taken as it is; of an order without an answer that says that it never was. */
function accept(
  turn: Turn,
  { found, subject }: { readonly found: Break; readonly subject: string },
  decision: Decision,
): DecisionMade {
  const unknown =
    found.kind === 'unresolved_intent' &&
    turn.books.intents.get(subject)?.placement.state === 'unknown';
  if (!unknown) return { fact: null, action: 'accept' };
  const data = { label: subject, by: 'person', evidence: decision.reason } as const;
  const { seq } = record(turn, { type: 'ORDER_ABSENT', v: 1, data }, decision.by);
  return { fact: seq, action: 'accept' };
}

function adoptInto(turn: Turn, found: Break, decision: Decision): DecisionMade | null {
  const amount = undecided(turn, found.instrument);
  const foreign = turn.books.foreign.get(found.instrument);
  const price = foreign?.averagePrice ?? turn.live.tickers.get(found.instrument)?.ticker.markPrice;
  const strategy =
    decision.strategy === null ? undefined : turn.books.strategies.get(decision.strategy);
  if (
    strategy?.config.instrument !== found.instrument ||
    !turn.books.instruments.has(found.instrument)
  )
    return null;
  if (isZero(amount) || price === undefined) return null;
  const openedAt = foreign?.since ?? turn.now.server;
  const trade = adopt(
    turn,
    found.instrument,
    {
      strategy: strategy.config.id,
      amount: abs(amount),
      entryPrice: price,
      openedAt,
      fees: ZERO,
      entry: 'average',
      orders: [],
    },
    decision.by.id,
  );
  return { fact: turn.cell.seq, action: 'adopt', trade };
}

function ownByHand(turn: Turn, found: Break, decision: Decision): DecisionMade {
  const { instrument } = found;
  const foreign = turn.books.foreign.get(instrument);
  const before = foreign?.decided ?? ZERO;
  const { action, by, reason } = decision;
  const amount = action === 'flatten' ? undecided(turn, instrument) : (foreign?.amount ?? ZERO);
  const data = { instrument, amount, action, by: by.id, reason };
  const { seq } = record(turn, { type: 'FOREIGN_DECIDED', v: 1, data }, by);
  return action === 'flatten' ? { fact: seq, action } : { fact: seq, action: 'by_hand', before };
}

function enterOutcome(turn: Turn, trade: string, decision: Decision): DecisionMade | null {
  const { exitPrice, fees, by, reason } = decision;
  const amount = turn.books.trades.get(trade)?.adjusted;
  if (exitPrice === null || amount === undefined) return null;
  const entered = { trade, exitPrice, fees: fees ?? ZERO };
  const data = { ...entered, by: by.id, reason };
  const { seq } = record(turn, { type: 'TRADE_CORRECTED', v: 1, data }, by);
  return { fact: seq, action: 'enter', amount, ...entered };
}
