/** The position is closed by hand while the engine runs: trade closed and strategy analysing again, in one commit, within a second. */
import { byHand, closedOnce, noBreaks, noOrphans, realExit } from './checks.ts';
import type { Check, Scenario, Step } from './machine.ts';
import { is } from './sight.ts';
import { closeByHand, closeOnScreen, closingCommit, holdMarket, inTrade, ready } from './steps.ts';

/** A hand's close is booked within this time (spec, T4). */
export const BUDGET_MS = 1_000;

const booked: Step = {
  name: 'scenario.step.booked',
  until: (sight, { trade }) => (closingCommit(sight, trade) === undefined ? null : {}),
  limitMs: 5_000,
  late: 'cross',
  why: () => ({ key: 'scenario.why.still_open' }),
};

/** Between trades a strategy looks for the next one, or rests by its own rule. */
const BETWEEN: ReadonlySet<string> = new Set(['analyzing', 'cooldown']);

export const sameCommit: Check = {
  name: 'scenario.check.same_commit',
  judge: (_, { trade }, sight) => {
    const commit = closingCommit(sight, trade);
    const closed = commit?.frames.find(
      (frame) => frame.type === 'TRADE_CLOSED' && frame.trade.id === trade,
    );
    const changed = commit?.frames.find(
      (frame) =>
        frame.type === 'STRATEGY_STATUS_CHANGED' &&
        closed?.type === 'TRADE_CLOSED' &&
        frame.strategy === closed.trade.strategy,
    );
    const status = changed?.type === 'STRATEGY_STATUS_CHANGED' ? changed.status : null;
    return {
      ok: status !== null && BETWEEN.has(status),
      expected: is({ word: 'status.analyzing' }),
      seen: status === null ? { key: 'scenario.nothing' } : is({ word: `status.${status}` }),
    };
  },
};

export const inTime: Check = {
  name: 'scenario.check.in_time',
  judge: (_, { closeMs }) => ({
    ok: closeMs !== null && closeMs <= BUDGET_MS,
    expected: { key: 'scenario.at_most', values: { ms: String(BUDGET_MS) } },
    seen:
      closeMs === null
        ? { key: 'scenario.nothing' }
        : { key: 'scenario.took', values: { ms: String(Math.round(closeMs)) } },
  }),
};

export const status: Scenario = {
  id: 'status',
  steps: [ready, inTrade, holdMarket, closeByHand, booked, closeOnScreen],
  settleMs: 3_000,
  spoiled: () => null,
  checks: [sameCommit, inTime, closedOnce, realExit, byHand, noOrphans, noBreaks],
};
