/** What a person decides about a break: who owns a foreign amount, how an unseen close ended, that an unknown order is taken as absent. */
import { type Decimal, ZERO, abs, isZero } from '../base/decimal.ts';
import type { Command } from '../domain/command.ts';
import type { Break } from '../domain/shown.ts';
import { adopt, undecided } from './adopt.ts';
import { settleBreak } from './breaks.ts';
import { type Turn, record } from './turn.ts';

type Decision = Extract<Command, { readonly verb: 'resolve' }>;

/** Carries out a decision on an open break; one that does not fit the break only changes nothing and says so in the break's life. */
export function resolveBreak(turn: Turn, decision: Decision): void {
  const held = turn.books.breaks.get(decision.breakId);
  if (held === undefined) return;
  if (!held.break.options.some(({ action }) => action === decision.action)) return;
  if (decide(turn, held, decision)) {
    settleBreak(turn, held.break.kind, held.subject, { action: decision.action, by: decision.by.id, reason: decision.reason });
  }
}

/** Whether the break ends with this. A flatten is owed until nothing is left, and the break stays open until then. */
function decide(turn: Turn, { break: found, subject }: { readonly break: Break; readonly subject: string }, decision: Decision): boolean {
  switch (decision.action) {
    case 'adopt':
      return adoptInto(turn, found, decision);
    case 'by_hand':
      return ownByHand(turn, found, decision);
    case 'flatten':
      return !ownByHand(turn, found, decision);
    case 'enter':
      return enterOutcome(turn, subject, decision);
    case 'accept':
      if (found.kind === 'unresolved_intent' && turn.books.intents.get(subject)?.placement.state === 'unknown') {
        record(turn, { type: 'ORDER_ABSENT', v: 1, data: { label: subject, by: 'person', evidence: decision.reason } }, decision.by);
      }
      return true;
  }
}

function adoptInto(turn: Turn, found: Break, decision: Decision): boolean {
  const amount = undecided(turn, found.instrument);
  const foreign = turn.books.foreign.get(found.instrument);
  const price = foreign?.averagePrice ?? turn.live.tickers.get(found.instrument)?.ticker.markPrice;
  const strategy = decision.strategy === null ? undefined : turn.books.strategies.get(decision.strategy);
  if (strategy?.config.instrument !== found.instrument || !turn.books.instruments.has(found.instrument)) return false;
  if (isZero(amount) || price === undefined) return false;
  const openedAt = foreign?.since ?? turn.now.server;
  adopt(turn, found.instrument, { strategy: strategy.config.id, amount: abs(amount), entryPrice: price, openedAt, fees: ZERO, entry: 'average', orders: [] }, decision.by.id);
  return true;
}

function ownByHand(turn: Turn, found: Break, decision: Decision): boolean {
  const held: Decimal = turn.books.foreign.get(found.instrument)?.amount ?? ZERO;
  const amount = decision.action === 'flatten' ? undecided(turn, found.instrument) : held;
  record(turn, { type: 'FOREIGN_DECIDED', v: 1, data: { instrument: found.instrument, amount, action: decision.action, by: decision.by.id, reason: decision.reason } }, decision.by);
  return true;
}

function enterOutcome(turn: Turn, trade: string, decision: Decision): boolean {
  if (decision.exitPrice === null || !turn.books.trades.has(trade)) return false;
  const data = { trade, exitPrice: decision.exitPrice, fees: decision.fees ?? ZERO, by: decision.by.id, reason: decision.reason };
  record(turn, { type: 'TRADE_CORRECTED', v: 1, data }, decision.by);
  return true;
}
