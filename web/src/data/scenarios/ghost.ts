/** The position is closed by hand while the engine is dead: after the restart the books show one close at the real price, and no ghost. */
import { byHand, closedOnce, noBreaks, noGhosts, noOrphans, ownCheck, realExit } from './checks.ts';
import type { Scenario, Step } from './machine.ts';
import { closeByHand, holdMarket, inTrade, kill, ready, restore } from './steps.ts';

const booksFollow: Step = {
  name: 'scenario.step.books_follow',
  until: ({ engine }, { trade }) =>
    trade !== null && engine.trades[trade]?.status === 'closed' ? {} : null,
  limitMs: 5_000,
  late: 'cross',
  why: () => ({ key: 'scenario.why.still_open' }),
};

export const ghost: Scenario = {
  id: 'ghost',
  steps: [ready, inTrade, holdMarket, kill, closeByHand, restore, booksFollow],
  settleMs: 3_000,
  spoiled: () => null,
  checks: [closedOnce, realExit, byHand, noGhosts, noOrphans, noBreaks, ownCheck],
};
