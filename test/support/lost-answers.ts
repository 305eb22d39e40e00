/**
 * Orders whose answers are lost, late or prove nothing, one after the other, in a network of random slowness with reads from
 * stale copies and pushes that are doubled, overtaken or missing, while the links stay up; and how long each took from its
 * intent until it was found or proved absent. Virtual time; the same seed gives the same list.
 */
import { must } from '../../src/base/assert.ts';
import { parseIso } from '../../src/base/time.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { type Draw, drawing } from '../../sim/swarm/draw.ts';
import { PERPETUAL, createWorld, type World } from '../../sim/world/world.ts';

export type LostAnswer = {
  readonly kind: (typeof LOSSES)[number];
  readonly outcome: 'acked' | 'absent';
  readonly ms: number;
};

const LOSSES = ['request', 'answer', 'answer and pushes', 'late answer', 'doubtful error'] as const;
const WEATHERS = ['clear', 'stale', 'doubled', 'overtaken', 'missing'] as const;
/** Orders of one world. */
const OF_A_WORLD = 20;
/** What a resolution may take before this gives up; far beyond L3, so that L3 is what fails. */
const LIMIT_MS = 90_000;

function lose(world: World, draw: Draw): LostAnswer['kind'] {
  const kind = draw.of(LOSSES);
  for (const method of ['private/buy', 'private/sell'])
    switch (kind) {
      case 'request':
        world.fault({ kind: 'lose_request', method });
        break;
      case 'answer':
        world.fault({ kind: 'lose_answer', method });
        break;
      case 'answer and pushes':
        world.fault({ kind: 'lose_answer', method, channel: 'user.changes' });
        break;
      case 'late answer':
        world.fault({ kind: 'delay_answer', method, ms: draw.between(6_100, 9_000) });
        break;
      case 'doubtful error':
        world.fault({ kind: 'error', method, code: 11_094, executed: draw.chance(0.5) });
        break;
    }
  return kind;
}

function turnWeather(world: World, draw: Draw): void {
  const count = draw.between(1, 20);
  const channel = 'user.changes';
  switch (draw.of(WEATHERS)) {
    case 'clear':
      return;
    case 'stale':
      return void world.fault({ kind: 'stale_reads', ms: draw.between(200, 2_900), count });
    case 'doubled':
      return void world.fault({ kind: 'duplicate_notification', channel, count });
    case 'overtaken':
      return void world.fault({ kind: 'reorder_notifications', channel, count });
    case 'missing':
      return void world.fault({ kind: 'drop_notification', channel, count: 1 });
  }
}

const atOf = (at: string): number => must(parseIso(at), 'a moment');

async function loseOne(world: World, draw: Draw): Promise<LostAnswer> {
  const before = world.of('ORDER_INTENDED').length;
  const kind = lose(world, draw);
  turnWeather(world, draw);
  world.signal({ direction: draw.of(['long', 'short'] as const) });
  const entry = () =>
    world
      .of('ORDER_INTENDED')
      .slice(before)
      .find(({ data }) => data.intent.purpose === 'entry');
  await world.until('an intent', () => entry() !== undefined, 150_000);
  const intended = must(entry(), 'the intent');
  const { label } = intended.data.intent;
  const end = () =>
    world
      .facts()
      .find(
        (fact) =>
          (fact.type === 'ORDER_ACKED' || fact.type === 'ORDER_ABSENT') &&
          fact.data.label === label,
      );
  await world.until('its end', () => end() !== undefined, LIMIT_MS);
  const ended = must(end(), 'the end');
  for (const { id } of world.exchange().faults) world.control('DELETE', `fault/${id}`);
  await world.run(20_000);
  if (world.openTrade() !== undefined) {
    await world.command({ verb: 'flatten', strategy: 'bot', reason: 'the next one' });
    await world.until('the close', () => world.openTrade() === undefined, 60_000);
  }
  await world.command({ verb: 'resume', strategy: 'bot', reason: 'the next one' });
  const isCalm = (): boolean => world.books().assurance.get(PERPETUAL)?.value === 'verified';
  await world.until('calm', isCalm, 120_000);
  const outcome = ended.type === 'ORDER_ACKED' ? 'acked' : 'absent';
  return { kind, outcome, ms: atOf(ended.at) - atOf(intended.at) };
}

/** So many lost answers, all of one seed. */
export async function loseAnswers(count: number, seed: number): Promise<readonly LostAnswer[]> {
  const found: LostAnswer[] = [];
  for (let number = 0; found.length < count; number++) {
    const draw = drawing(seed, `lost answers ${number}`);
    const world = await createWorld({
      seed: seed + number,
      latencyMs: draw.between(1, 200),
      jitterMs: draw.between(0, 200),
      keep: 100,
    });
    await world.ready();
    await world.run(15_000);
    for (let n = 0; n < OF_A_WORLD && found.length < count; n++)
      found.push(await loseOne(world, draw));
    await world.run(60_000);
    audit(world);
  }
  return found;
}
