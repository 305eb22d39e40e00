/**
 * Stops and targets that somebody else has moved at the exchange. What a person put there is left: the books follow, so that
 * results, limits and screens count with the stop that stands, and a person is told. Only a stop that follows the price by
 * the strategy's own rule is taken back by that rule first, when it was set back.
 */
import { type Decimal, isZero } from '../base/decimal.ts';
import type { TradeRecord } from '../domain/books.ts';
import { isAsleep, isEntering, movedTo, ordersOfTrade } from '../domain/ledger.ts';
import { isLive } from '../domain/order.ts';
import { raise, settleBreak } from './breaks.ts';
import { isHeld, restlessTrades } from './calm.ts';
import { HAND_PATIENCE } from './limits.ts';
import { isAboutStranger } from './strangers.ts';
import { EXCHANGE, type Turn, record, wake } from './turn.ts';
import { orderEvidence } from './who.ts';

/** The duty over all open trades. */
export function followHands(turn: Turn): void {
  for (const id of turn.live.moved.keys())
    if (!isHeld(turn.books.trades.get(id))) turn.live.moved.delete(id);
  for (const { break: found, subject } of turn.books.breaks.values())
    if (
      found.kind === 'foreign_activity' &&
      !isAboutStranger(subject) &&
      !isHeld(turn.books.trades.get(tradeIn(subject)))
    )
      settleBreak(turn, 'foreign_activity', subject, {
        action: 'auto',
        by: 'engine',
        reason: 'the trade is closed',
      });
  for (const trade of restlessTrades(turn)) {
    if (!isEntering(turn.books, trade.id) && isZero(trade.adjusted)) follow(turn, trade);
  }
}

const tradeIn = (subject: string): string => subject.slice(0, subject.indexOf('/'));

function follow(turn: Turn, trade: TradeRecord): void {
  const stop = movedTo(turn.books, trade, 'stop');
  const target = movedTo(turn.books, trade, 'target');
  if ((stop === null && target === null) || trade.stopLoss === null) {
    turn.live.moved.delete(trade.id);
    return;
  }
  const since = turn.live.moved.get(trade.id) ?? turn.now.mono;
  turn.live.moved.set(trade.id, since);
  const runner = turn.live.runners.get(trade.strategy)?.runner;
  const due = since + (runner === undefined || runner.manage === null ? 0 : HAND_PATIENCE);
  if (turn.now.mono < due) return wake(turn, due);
  turn.live.moved.delete(trade.id);
  if (stop !== null) tell(turn, trade, { purpose: 'stop', from: trade.stopLoss, to: stop });
  if (target !== null && trade.takeProfit !== null)
    tell(turn, trade, { purpose: 'target', from: trade.takeProfit, to: target });
  const data = { trade: trade.id, stopLoss: stop ?? trade.stopLoss, reason: 'by_hand' as const };
  record(
    turn,
    { type: 'STOP_MOVED', v: 1, data: target === null ? data : { ...data, takeProfit: target } },
    EXCHANGE,
  );
}

type Move = {
  readonly purpose: 'stop' | 'target';
  readonly from: Decimal;
  readonly to: Decimal;
};

const SAYS = {
  stop: { at: (price: Decimal) => `stop at ${price}`, who: 'nobody here moved the stop' },
  target: { at: (price: Decimal) => `target at ${price}`, who: 'nobody here moved the target' },
} as const;

function tell(turn: Turn, trade: TradeRecord, { purpose, from, to }: Move): void {
  raise(turn, {
    kind: 'foreign_activity',
    subject: `${trade.id}/${purpose}/${to}`,
    instrument: trade.instrument,
    strategy: trade.strategy,
    life: 'needs_you',
    books: SAYS[purpose].at(from),
    exchange: SAYS[purpose].at(to),
    amount: trade.open,
    price: to,
    anew: true,
    who: 'somebody',
    evidence: ordersOfTrade(turn.books, trade.id).flatMap(({ order, leg }) =>
      leg?.purpose === purpose && isLive(order.state) && !isAsleep(order)
        ? [{ ...orderEvidence(order, purpose), text: SAYS[purpose].who }]
        : [],
    ),
    proposal: 'accept',
    options: ['accept'],
  });
}
