/** An entry and its close appear on this screen by themselves: no reload, each within a second of the exchange's word. */
import { byHand, closedOnce, noBreaks, realExit } from './checks.ts';
import type { Check, Scenario, Step } from './machine.ts';
import { is } from './sight.ts';
import { BUDGET_MS, inTime } from './status.ts';
import {
  closeByHand,
  closeOnScreen,
  ENTRY_LIMIT_MS,
  entryOf,
  fast,
  flat,
  holdMarket,
  ready,
  SCREEN_LIMIT_MS,
  unseen,
  whyNoEntry,
} from './steps.ts';

const entryFilled: Step = {
  name: 'scenario.step.entry_filled',
  until: (sight, memo) => {
    const found = entryOf(sight, memo);
    return found === undefined ? null : { filledAt: found.at };
  },
  limitMs: ENTRY_LIMIT_MS,
  late: 'could_not_run',
  why: whyNoEntry,
};

const entryOnScreen: Step = {
  name: 'scenario.step.entry_on_screen',
  until: (sight, memo) => {
    const { filledAt } = memo;
    const trade = entryOf(sight, memo)?.trade ?? null;
    if (trade === null || filledAt === null) return null;
    const { id, instrument } = trade;
    const at = sight.painted.get(`${id} open`);
    return at === undefined ? null : { trade: id, instrument, entryMs: Math.max(0, at - filledAt) };
  },
  limitMs: SCREEN_LIMIT_MS,
  late: unseen,
  why: () => ({ key: 'scenario.why.not_painted' }),
};

export const entryInTime: Check = {
  name: 'scenario.check.entry_in_time',
  judge: (_, { entryMs }) => ({
    ok: entryMs !== null && entryMs <= BUDGET_MS,
    expected: { key: 'scenario.at_most', values: { ms: String(BUDGET_MS) } },
    seen:
      entryMs === null
        ? { key: 'scenario.nothing' }
        : { key: 'scenario.took', values: { ms: String(Math.round(entryMs)) } },
  }),
};

export const noReload: Check = {
  name: 'scenario.check.no_reload',
  judge: (_, memo, sight) => {
    const n = memo.document === sight.document ? 0 : 1;
    return { ok: n === 0, expected: is('0'), seen: is(String(n)) };
  },
};

export const live: Scenario = {
  id: 'live',
  steps: [
    ready,
    holdMarket,
    flat,
    fast,
    entryFilled,
    holdMarket,
    entryOnScreen,
    closeByHand,
    closeOnScreen,
  ],
  settleMs: 3_000,
  spoiled: () => null,
  checks: [entryInTime, inTime, noReload, closedOnce, realExit, byHand, noBreaks],
};
