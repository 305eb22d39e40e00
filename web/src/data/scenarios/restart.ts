/** The engine is killed with an open trade and an order whose answer never came: after the restart it is the same trade, its stop stands, and nothing was sent twice. */
import { isNone } from '../exact.ts';
import type { PracticeOrder } from '../practice-state.ts';
import {
  noBreaks,
  noDuplicates,
  nothingUnknown,
  oneEntry,
  ownCheck,
  sameTrade,
  stopLive,
} from './checks.ts';
import type { Hands, Scenario, Step } from './machine.ts';
import { isOurs } from './sight.ts';
import {
  ENTRY_LIMIT_MS,
  entryOf,
  fast,
  flat,
  holdMarket,
  kill,
  ready,
  restore,
  whyNoEntry,
} from './steps.ts';

/** The exchange takes the next order of either side and keeps its answer to itself. */
async function loseAnswers(hands: Hands): ReturnType<Hands['fault']> {
  const buy = await hands.fault({ kind: 'lose_answer', method: 'private/buy' });
  return buy.ok ? hands.fault({ kind: 'lose_answer', method: 'private/sell' }) : buy;
}

const loseAnswer: Step = {
  name: 'scenario.step.lose_answer',
  do: loseAnswers,
  limitMs: 0,
  late: 'could_not_run',
};

const entrySent: Step = {
  name: 'scenario.step.entry_sent',
  until: (sight, memo) => {
    const found = entryOf(sight, memo);
    if (found === undefined || found.trade === null) return null;
    const { entry, trade } = found;
    return { entry, trade: trade.id, instrument: trade.instrument };
  },
  limitMs: ENTRY_LIMIT_MS,
  late: 'could_not_run',
  why: whyNoEntry,
};

const resumed: Step = {
  name: 'scenario.step.resumed',
  until: ({ engine }, { trade }) =>
    trade !== null && engine.trades[trade]?.status === 'open' ? {} : null,
  limitMs: 5_000,
  late: 'cross',
  why: () => ({ key: 'scenario.why.not_resumed' }),
};

/** What a stop or target became when the market reached it. */
const isTriggered = (order: PracticeOrder): boolean =>
  isOurs(order) && order.reduceOnly && order.bornFrom !== null && !isNone(order.filled);

export const restart: Scenario = {
  id: 'restart',
  steps: [ready, holdMarket, flat, loseAnswer, fast, entrySent, kill, holdMarket, restore, resumed],
  settleMs: 4_000,
  spoiled: ({ exchange }, { entry }) =>
    exchange.orders.some(
      (order) => isTriggered(order) && order.createdAt >= (entry?.createdAt ?? 0),
    )
      ? { key: 'scenario.why.market_closed' }
      : null,
  checks: [sameTrade, oneEntry, stopLive, noDuplicates, nothingUnknown, noBreaks, ownCheck],
};
