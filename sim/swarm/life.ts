/**
 * One life of the swarm, drawn from a seed. First misfortunes of its kinds befall it, while the watch looks after each
 * thing that happens. Then all of them stop, people answer what is asked, and everything has to come to rest and be right.
 */
import { AssertionFailed } from '../../src/base/assert.ts';
import { dec } from '../../src/base/decimal.ts';
import { toHex } from '../../src/base/hashing.ts';
import type { Millis } from '../../src/base/time.ts';
import type { BreakKind } from '../../src/domain/shown.ts';
import { audit, auditCash } from '../auditor/audit.ts';
import { auditQueues } from '../auditor/queues.ts';
import { createWatch } from '../auditor/watch.ts';
import { createWorld, type World } from '../world/world.ts';
import { drawing, type Draw } from './draw.ts';
import { breakDisk, end, endInRecovery, slowDisk } from './ends.ts';
import {
  answerErrors,
  closeDoors,
  cutWire,
  dropLinks,
  fallSilent,
  forgetHistory,
  loseAnswers,
  losePushes,
  repeatPushes,
  staleReads,
} from './faults.ts';
import {
  cancelByHand,
  control,
  decideAll,
  editByHand,
  liquidate,
  movePrice,
  thinBook,
  tradeByHand,
} from './people.ts';
import { type Kind, type Plan, planOf } from './plan.ts';
import { probesOf } from './probes.ts';

export type Outcome = {
  readonly seed: number;
  readonly plan: Plan;
  /** Real and market time that the world lived. */
  readonly livedMs: Millis;
  readonly marketMs: Millis;
  readonly faults: number;
  readonly crashes: number;
  readonly powerLosses: number;
  readonly exits: number;
  readonly orders: number;
  readonly fills: number;
  readonly trades: number;
  readonly facts: number;
  /** Hash of the last fact: equal runs have equal ones. */
  readonly hash: string;
  readonly probes: readonly string[];
  /** What befell it, in order. */
  readonly story: readonly Struck[];
  /** What went wrong; undefined in a life that went well. */
  readonly violation: string | undefined;
};

/** A misfortune: its number in the life, when it came, and what it was. What is no misfortune has no number. */
export type Struck = { readonly n: number | null; readonly at: Millis; readonly what: string };

export type LifeLength = {
  /** Real time of the world in which misfortunes happen. */
  readonly horizonMs: Millis;
  /** The only misfortunes that come, by their numbers; all of them unless told. */
  readonly only?: readonly number[] | undefined;
  /** Whether reads of open orders are told whole; they change nothing. */
  readonly wholeLists?: boolean;
  /** Told what happens, as it happens. */
  readonly tell?: (line: string) => void;
};

type Streams = Readonly<Record<'net' | 'hand' | 'market' | 'machine', Draw>>;

const instrumentsOf = (plan: Plan): readonly string[] => [
  ...new Set(plan.strategies.map(({ instrument }) => instrument)),
];

function strike(world: World, kind: Kind, draws: Streams, plan: Plan): string | Promise<string> {
  const instruments = instrumentsOf(plan);
  switch (kind) {
    case 'answers':
      return loseAnswers(world, draws.net);
    case 'errors':
      return answerErrors(world, draws.net);
    case 'pushes':
      return losePushes(world, draws.net);
    case 'repeats':
      return repeatPushes(world, draws.net);
    case 'stale_reads':
      return staleReads(world, draws.net);
    case 'amnesia':
      return forgetHistory(world, draws.net, instruments);
    case 'drops':
      return dropLinks(world, draws.net);
    case 'closed_doors':
      return closeDoors(world, draws.net);
    case 'cuts':
      return cutWire(world, draws.net);
    case 'silence':
      return fallSilent(world);
    case 'hand_trades':
      return tradeByHand(world, draws.hand, instruments);
    case 'hand_cancels':
      return cancelByHand(world, draws.hand);
    case 'hand_edits':
      return editByHand(world, draws.hand);
    case 'price_jumps':
      return movePrice(world, draws.market, instruments);
    case 'thin_books':
      return thinBook(world, draws.market, instruments);
    case 'liquidations':
      return liquidate(world, draws.market, instruments);
    case 'crashes':
      return end(world, draws.machine, false);
    case 'power_losses':
      return end(world, draws.machine, true);
    case 'crash_loops':
      return endInRecovery(world, draws.machine, plan.kinds.includes('power_losses'));
    case 'slow_disk':
      return slowDisk(world, draws.machine);
    case 'broken_disk':
      return breakDisk(world, draws.machine);
    case 'controls':
      return control(
        world,
        draws.hand,
        plan.strategies.map(({ id }) => id),
      );
    case 'speeds':
      return changeSpeed(world, draws.market);
  }
}

function changeSpeed(world: World, draw: Draw): string {
  if (!world.life().isAlive()) return 'the engine is down';
  const speed = draw.of([1, 5, 20, 60, 120]);
  world.speed(speed);
  return `speed ${speed}`;
}

/** Signals come all the time, now for one side, now for the other, with ends near and far. */
function wish(world: World, plan: Plan, draw: Draw): void {
  for (const { id } of plan.strategies) {
    const direction = draw.of(['long', 'short'] as const);
    const stopLossPercent = dec(draw.of(['0.05', '0.1', '0.5']));
    const takeProfitPercent = dec(draw.of(['0.05', '0.2', '1']));
    world.signal({ direction, stopLossPercent, takeProfitPercent }, { id, sticky: true });
  }
}

function heal(world: World, plan: Plan): void {
  for (const { id } of world.exchange().faults) world.control('DELETE', `fault/${id}`);
  for (const { instrument } of plan.strategies)
    world.control('POST', 'liquidity', { instrument, amount: null });
  world.setDisk({ syncMs: plan.diskMs, trouble: null });
  world.forget();
}

/** Every instrument is verified, or an open question says why not. */
function isAtRest(world: World, plan: Plan): boolean {
  const { assurance, breaks } = world.books();
  return plan.strategies.every(
    ({ instrument }) =>
      assurance.get(instrument)?.value === 'verified' ||
      [...breaks.values()].some((held) => held.break.instrument === instrument),
  );
}

function demand(holds: boolean, what: string, world: World): void {
  if (!holds) throw new AssertionFailed(`${what}\n${world.trace()}`);
}

/** How long after the last misfortune all must be resolved. */
const CALM = 60_000;
/** How often the cash is read until nothing moved meanwhile. */
const LOOKS = 5;
/** How often people come to answer questions. */
const VISITS = 8;

/** Questions that have to end by themselves once nothing goes wrong any more. */
const ENDING: readonly BreakKind[] = ['unresolved_intent', 'missing_stop', 'missed_fill'];

const kindsOpen = (world: World): readonly BreakKind[] =>
  [...world.books().breaks.values()].map((held) => held.break.kind);

/** How long orders without an outcome may still come: they were sent when the market's clock ran faster than it does now. */
function stillValidMs(world: World): Millis {
  const open = [...world.books().intents.values()].filter(
    ({ placement: { state } }) => state === 'pending' || state === 'unknown',
  );
  const last = Math.max(0, ...open.map(({ intent }) => intent.validUntil));
  return Math.max(0, Math.ceil((last - world.serverNow()) / world.books().speed));
}

/** [L2][L3][L4][L5] Once the faults stop, all comes to rest; once people have answered, nothing is left to ask. */
async function comeToRest(world: World, plan: Plan, draw: Draw): Promise<void> {
  await world.run(CALM + stillValidMs(world));
  if (!world.life().isAlive()) {
    // A slow disk has refused only now what it was given while it was full.
    await world.restart({ waitMs: 500 });
    await world.run(CALM);
  }
  demand(isAtRest(world, plan), '[L2] not at rest a minute after the last fault', world);
  const idle = kindsOpen(world).filter((kind) => ENDING.includes(kind));
  demand(idle.length === 0, `[L3] still asked about: ${idle.join(', ')}`, world);
  for (let visit = 0; visit < VISITS && decideAll(world, draw) > 0; visit++)
    await world.run(20_000);
  await world.run(CALM);
  const open = kindsOpen(world);
  demand(open.length === 0, `[L2] questions are still open: ${open.join(', ')}`, world);
  demand(isAtRest(world, plan), '[L2] not verified though nothing is asked', world);
  auditQueues(world);
  audit(world);
  await readCash(world);
  auditCash(world);
}

/** Lets a check read the rows of the log, once more where the market moved the account while it did. */
async function readCash(world: World): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const rows = world.truth().rows.length;
    await world.command({ verb: 'reconcile' });
    await world.run(3_000);
    if (world.truth().rows.length === rows) return;
  }
}

/** After all that the engine is of use: what is open can be closed, and a signal opens again. */
async function useAgain(world: World, plan: Plan): Promise<void> {
  for (const { id } of plan.strategies) {
    await world.command({ verb: 'flatten', strategy: id, reason: 'coda' });
    await world.until('nothing open', () => world.openTrade(id) === undefined, 30_000);
  }
  const [first] = plan.strategies;
  if (first === undefined) return;
  const { id, instrument } = first;
  if (world.position(instrument) !== '0') world.control('POST', 'close', { instrument });
  await world.run(15_000);
  decideAll(world, { ...drawing(0, 'coda'), of: (list) => list.at(-1) as never });
  await world.command({ verb: 'resume', strategy: id, reason: 'coda' });
  await world.run(30_000);
  await world.enter({}, id);
  await world.run(35_000);
  audit(world);
}

export const spelt = ({ at, what }: Struck): string => `${at} ${what}`;

/** The draws of the n-th misfortune are its own, so that it stays what it is when others are left out. */
function drawsOf(seed: number, n: number): Streams {
  const stream = (name: string): Draw => drawing(seed, `${name}/${n}`);
  return {
    net: stream('net'),
    hand: stream('hand'),
    market: stream('market'),
    machine: stream('machine'),
  };
}

async function befall(
  world: World,
  plan: Plan,
  length: LifeLength,
  story: Struck[],
): Promise<void> {
  const tell = (n: number | null, what: string): void => {
    const struck = { n, at: world.now(), what };
    story.push(struck);
    length.tell?.(spelt(struck));
  };
  const { only } = length;
  const last = Math.max(-1, ...(only ?? []));
  await world.ready();
  const goesOn = (n: number): boolean =>
    only === undefined ? world.now() < length.horizonMs : n <= last;
  for (let n = 0; goesOn(n); n++) {
    const when = drawing(plan.seed, `when/${n}`);
    wish(world, plan, drawing(plan.seed, `strategy/${n}`));
    const kind = when.of(plan.kinds);
    if (only === undefined || only.includes(n))
      tell(n, await strike(world, kind, drawsOf(plan.seed, n), plan));
    await world.run(when.between(20, when.chance(0.5) ? 400 : plan.gapMs));
    if (!world.life().isAlive()) await world.restart({ waitMs: 500 });
  }
  heal(world, plan);
  tell(null, 'faults stop');
  await comeToRest(world, plan, drawing(plan.seed, 'rest'));
  tell(null, 'at rest');
  await useAgain(world, plan);
}

/** Lives the life of a seed and answers what became of it; it throws nothing. */
export async function live(seed: number, length: LifeLength): Promise<Outcome> {
  const plan = planOf(seed);
  const story: Struck[] = [];
  const instruments = instrumentsOf(plan);
  const world = await createWorld({
    ...plan,
    instruments,
    watch: createWatch(),
    keep: 500,
    wholeLists: length.wholeLists ?? false,
  });
  const began = world.serverNow();
  let violation: string | undefined;
  try {
    await befall(world, plan, length, story);
  } catch (error) {
    violation = error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);
  }
  const { crashes, powerLosses } = world.counts();
  const facts = world.facts();
  return {
    seed,
    plan,
    livedMs: world.now(),
    marketMs: world.serverNow() - began,
    faults: story.filter(({ n }) => n !== null).length,
    crashes,
    powerLosses,
    exits: world.exits().length,
    orders: world.truth().ids.length,
    fills: world.truth().trades.length,
    trades: world.of('TRADE_CLOSED').length,
    facts: facts.length,
    hash: toHex(world.disk().point.hash),
    probes: probesOf(world),
    story,
    violation,
  };
}
