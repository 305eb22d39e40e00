/**
 * An accident: something that has gone wrong at real trading systems, played in virtual time with the real engine, client
 * and practice exchange. What is left at the end is told as one picture and held against the one that is expected; then the
 * auditor, who shares no judgement with the engine, looks at the whole.
 */
import assert from 'node:assert/strict';
import { type Decimal, sub, sum, ZERO } from '../../src/base/decimal.ts';
import { presentTrade } from '../../src/domain/present.ts';
import { isDormant, isLive } from '../../src/venue/practice/state.ts';
import { auditCash, ORACLES } from '../../sim/auditor/audit.ts';
import { createWatch } from '../../sim/auditor/watch.ts';
import { createWorld, PERPETUAL, type World, type WorldOptions } from '../../sim/world/world.ts';

/** What is left of an accident. */
export type Outcome = {
  /** Orders of ours that reached the exchange to open something, and in all; what is born of a trigger is not counted. */
  readonly entries: number;
  readonly orders: number;
  /** Executions of the account at the exchange. Each is booked once. */
  readonly fills: number;
  /** Each trade, oldest first: what of it is open, or why it ended, by whom, and from what its result is known. */
  readonly trades: readonly string[];
  /** Result of all that is closed, fees and funding included. */
  readonly net: string;
  /** Every break that there was, with how it stands or ended. */
  readonly breaks: readonly string[];
  /** What a person was called for, in order of the first call. */
  readonly alerts: readonly string[];
  /** What each strategy is said to do. */
  readonly status: readonly string[];
  /** Live orders of ours at the exchange. */
  readonly live: readonly string[];
};

const ours = (world: World) =>
  [...world.truth().orders.values()].filter(({ label }) => label.startsWith('ls:'));

function breaksOf(world: World): readonly string[] {
  const lives = new Map<string, string>();
  for (const fact of world.facts())
    if (
      fact.type === 'BREAK_OPENED' ||
      fact.type === 'BREAK_UPDATED' ||
      fact.type === 'BREAK_RESOLVED'
    )
      lives.set(fact.data.break.id, `${fact.data.break.kind} ${fact.data.break.life}`);
  return [...lives.values()];
}

function tradesOf(world: World): readonly string[] {
  return [...world.books().trades.values()].map((trade) => {
    const shown = presentTrade(world.books(), trade);
    return shown.closedAt === null
      ? `open ${trade.open}`
      : `${shown.exitReason} ${shown.closedBy} ${shown.pnlSource}`;
  });
}

const netOf = (world: World): Decimal =>
  sum(
    [...world.books().trades.values()]
      .map((trade) => presentTrade(world.books(), trade))
      .filter(({ closedAt }) => closedAt !== null)
      .map(({ netPnl }) => netPnl),
  );

/** The picture of a world at rest. */
export function outcomeOf(world: World): Outcome {
  const roots = ours(world).filter(({ bornFrom }) => bornFrom === null);
  return {
    entries: roots.filter(({ reduceOnly }) => !reduceOnly).length,
    orders: roots.length,
    fills: world.truth().trades.filter(({ account }) => account === 'main').length,
    trades: tradesOf(world),
    net: netOf(world),
    breaks: breaksOf(world),
    alerts: [...new Set(world.of('ALERT_RAISED').map(({ data }) => data.alert.rule))],
    status: [...world.books().strategies.keys()].map(
      (id) =>
        world.of('STRATEGY_STATUS_CHANGED').findLast(({ data }) => data.strategy === id)?.data
          .status ?? 'nothing',
    ),
    live: ours(world)
      .filter((order) => isLive(order) && !isDormant(order))
      .map((order) => `${order.type} ${sub(order.amount, order.filled)}`)
      .sort(),
  };
}

type Oracle = (typeof ORACLES)[number];

export type Scenario = { readonly what: string; readonly run: () => Promise<void> };

/**
 * One way in which an accident happens. `act` lets it happen; `expect` is what is left then, after one more check; `proof`
 * looks at what the picture does not show. `without` names what the auditor does not ask, because the accident itself breaks it.
 */
export type Play<Seen> = {
  readonly what: string;
  readonly world?: WorldOptions;
  readonly act: (world: World) => Promise<Seen>;
  readonly expect: Outcome;
  readonly proof?: (world: World, seen: Seen) => void;
  readonly without?: readonly Oracle[];
};

export function scenario<Seen>(play: Play<Seen>): Scenario {
  const { what, act, expect, proof, without = [] } = play;
  return {
    what,
    run: async () => {
      const traded = play.world?.strategies?.map(({ instrument }) => instrument) ?? [PERPETUAL];
      const world = await createWorld({
        watch: createWatch(),
        instruments: [...new Set(traded)],
        ...play.world,
      });
      const seen = await act(world);
      await world.command({ verb: 'reconcile' });
      await world.run(5_000);
      assert.deepEqual(outcomeOf(world), expect, world.trace(6));
      proof?.(world, seen);
      for (const oracle of [...ORACLES, auditCash]) if (!without.includes(oracle)) oracle(world);
    },
  };
}

export type Accident = {
  readonly id: `F${number}`;
  /** The accident in the words of the catalogue (`docs/spec/12-accidents.md`). */
  readonly words: string;
  readonly scenarios: readonly Scenario[];
};

/** A world in which a strategy holds a trade and nothing else goes on, unless told. */
export const NOTHING: Outcome = {
  entries: 0,
  orders: 0,
  fills: 0,
  trades: [],
  net: ZERO,
  breaks: [],
  alerts: [],
  status: ['analyzing'],
  live: [],
};

/** One trade of 0.0009 that is open and protected. */
export const HELD: Outcome = {
  ...NOTHING,
  entries: 1,
  orders: 3,
  fills: 1,
  trades: ['open 0.0009'],
  status: ['position_open'],
  live: ['stop_market 0.0009', 'take_market 0.0009'],
};

/** One trade that a hand on the website closed. */
export const CLOSED: Outcome = {
  ...NOTHING,
  entries: 1,
  orders: 3,
  fills: 2,
  trades: ['external_close web fills'],
  net: '-0.0936',
};
