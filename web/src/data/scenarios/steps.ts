/** Steps that several scenarios share: getting a trade, holding the market still, killing and restoring the engine. */
import type { Trade } from '../../../../src/wire/requests.ts';
import { isNone } from '../exact.ts';
import type { Done, Step } from './machine.ts';
import {
  heldAt,
  isEntry,
  type Memo,
  openTrade,
  runningOf,
  type Said,
  type Sight,
  strategyIn,
} from './sight.ts';

/** Market time while an entry is waited for: a candle of Razor's lasts two seconds. */
const FAST = 30;
/** Market time while something is measured: the market must not end the trade first. */
const SLOW = 1;

export const ENTRY_LIMIT_MS = 60_000;
const READY_LIMIT_MS = 15_000;
const BOOKS_LIMIT_MS = 10_000;

const done: Done = { ok: true };

/** Why no strategy will enter: a person's pause, or what the books are waiting for. */
export function whyNoEntry({ engine }: Sight): Said {
  const [strategy] = engine.strategies;
  if (strategy === undefined) return { key: 'scenario.why.no_strategy' };
  if (strategy.status !== 'analyzing' && strategy.status !== 'position_open')
    return {
      key: 'scenario.why.status',
      values: { strategy: strategy.id, status: { word: `status.${strategy.status}` } },
    };
  return { key: 'scenario.why.no_entry', values: { strategy: strategy.id } };
}

/** Both sides are there, and a strategy runs. */
export const ready: Step = {
  name: 'scenario.step.ready',
  do: (hands, _, { engine }) => (engine.up ? Promise.resolve(done) : hands.restore()),
  until: (sight) => {
    const { exchange, engine, document } = sight;
    return exchange !== null && engine.up && engine.ready && runningOf(sight).size > 0
      ? { epoch: engine.epoch, document }
      : null;
  },
  limitMs: READY_LIMIT_MS,
  late: 'could_not_run',
  why: (sight) => {
    if (sight.exchange === null) return { key: 'practice.unreachable' };
    return sight.engine.ready && runningOf(sight).size === 0
      ? whyNoEntry(sight)
      : { key: 'scenario.why.engine_not_ready' };
  },
};

const heldBoth = (sight: Sight, trade: Trade): boolean =>
  sight.exchange !== null && !isNone(heldAt(sight.exchange, trade.instrument));

/** A trade that both sides hold; the next entry is waited for in fast market time when there is none. */
export const inTrade: Step = {
  name: 'scenario.step.in_trade',
  do: (hands, _, sight) =>
    openTrade(sight) === undefined ? hands.speed(FAST) : Promise.resolve(done),
  until: (sight) => {
    const trade = openTrade(sight);
    return trade !== undefined && heldBoth(sight, trade)
      ? { trade: trade.id, instrument: trade.instrument }
      : null;
  },
  limitMs: ENTRY_LIMIT_MS,
  late: 'could_not_run',
  why: whyNoEntry,
};

export const holdMarket: Step = {
  name: 'scenario.step.hold',
  do: (hands) => hands.speed(SLOW),
  limitMs: 0,
  late: 'could_not_run',
};

/** No trade: one that is open is closed by a hand first. */
export const flat: Step = {
  name: 'scenario.step.flat',
  do: (hands, _, sight) => {
    const trade = openTrade(sight);
    return trade === undefined || !heldBoth(sight, trade)
      ? Promise.resolve(done)
      : hands.close(trade.instrument);
  },
  until: (sight) => (openTrade(sight) === undefined ? { flatAt: sight.now } : null),
  limitMs: BOOKS_LIMIT_MS,
  late: 'cross',
  why: () => ({ key: 'scenario.why.still_open' }),
};

export const closeByHand: Step = {
  name: 'scenario.step.close',
  do: (hands, { instrument }) => hands.close(instrument ?? ''),
  limitMs: 0,
  late: 'could_not_run',
};

export const kill: Step = {
  name: 'scenario.step.kill',
  do: (hands) => hands.kill(),
  until: ({ engine }) => (engine.up ? null : {}),
  limitMs: BOOKS_LIMIT_MS,
  late: 'could_not_run',
};

/** The engine is up again: another epoch of the same journal, compared with the exchange. */
export const restore: Step = {
  name: 'scenario.step.restore',
  do: (hands) => hands.restore(),
  until: ({ engine }, { epoch }) => (engine.up && engine.ready && engine.epoch > epoch ? {} : null),
  limitMs: READY_LIMIT_MS,
  late: 'cross',
  why: () => ({ key: 'scenario.why.engine_not_ready' }),
};

/** The commit in which the engine closed the run's trade. */
export const closingCommit = ({ commits }: Sight, trade: string | null) =>
  commits.find(({ frames }) =>
    frames.some((frame) => frame.type === 'TRADE_CLOSED' && frame.trade.id === trade),
  );

/** The first entry since no trade was open: when the exchange's own stream told of its fill, and what the books opened for it. */
export function entryOf({ happenings, commits }: Sight, { flatAt }: Memo) {
  for (const { at, orders } of happenings) {
    const entry = orders.find((order) => isEntry(order) && !isNone(order.filled));
    if (entry === undefined || at < flatAt) continue;
    const opened = commits
      .filter((commit) => commit.at >= flatAt)
      .flatMap(({ frames }) => frames)
      .find(
        (frame) =>
          frame.type === 'TRADE_OPENED' && frame.trade.strategy === strategyIn(entry.label),
      );
    return { at, entry, trade: opened?.type === 'TRADE_OPENED' ? opened.trade : null };
  }
  return undefined;
}

export const fast: Step = {
  name: 'scenario.step.fast',
  do: (hands) => hands.speed(FAST),
  limitMs: 0,
  late: 'could_not_run',
};

export const SCREEN_LIMIT_MS = 5_000;

/** What never came on a screen that nobody could see says nothing of the engine. */
export const unseen = ({ visible }: Sight): 'cross' | 'could_not_run' =>
  visible ? 'cross' : 'could_not_run';

export const closeOnScreen: Step = {
  name: 'scenario.step.on_screen',
  until: ({ painted }, { trade, handAt }) => {
    const at = painted.get(`${trade} closed`);
    return at === undefined || handAt === null ? null : { closeMs: at - handAt };
  },
  limitMs: SCREEN_LIMIT_MS,
  late: unseen,
  why: () => ({ key: 'scenario.why.not_painted' }),
};
