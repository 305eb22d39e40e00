/** Misfortunes of the machine: the process ends, the power goes, a restart is struck down again, the disk is slow or broken. */
import type { FactType } from '../../src/domain/fact.ts';
import type { CrashPoint } from '../world/engine.ts';
import type { World } from '../world/world.ts';
import type { Draw } from './draw.ts';

/** How long the nasty moment is waited for, before the end comes without it. */
const PATIENCE = 20_000;

/** Facts in whose commit an end hurts most. */
const SORE: readonly FactType[] = [
  'ORDER_INTENDED',
  'ORDER_ACKED',
  'ORDER_UNKNOWN',
  'FILL_BOOKED',
  'CHANGE_INTENDED',
  'CHANGE_RESOLVED',
  'BREAK_OPENED',
  'TRADE_ADOPTED',
  'BASELINE_TAKEN',
  'RECONCILIATION_COMPLETED',
];

/** The `n`th time that something fits. */
function nth<T>(n: number, fits: (one: T) => boolean): (one: T) => boolean {
  let left = n;
  return (one) => fits(one) && --left <= 0;
}

function pointOf(draw: Draw, power: boolean): CrashPoint {
  const n = draw.chance(0.6) ? 1 : draw.between(1, 6);
  const kind = draw.below(3);
  if (kind === 0) {
    const type = draw.of(SORE);
    const when = nth(n, (facts: readonly { readonly type: FactType }[]) =>
      facts.some((fact) => fact.type === type),
    );
    return { at: 'append', durable: draw.chance(0.5), when, power };
  }
  if (kind === 1) {
    const pattern = draw.of([/"private\/(?:buy|sell)"/, /"private\/(?:edit|cancel)/, /"private\//]);
    return {
      at: 'send',
      handed: draw.chance(0.5),
      when: nth(n, (frame: string) => pattern.test(frame)),
      power,
    };
  }
  const event = draw.of(['changes', 'answer', 'link_up'] as const);
  return { at: 'event', when: nth(n, (one) => one.kind === event), power };
}

const describe = (point: CrashPoint): string => {
  const where =
    point.at === 'append' ? `${point.at} ${point.durable ? 'after' : 'before'}` : point.at;
  return `${point.power === true ? 'power loss' : 'crash'} at ${where}`;
};

async function restart(world: World, draw: Draw): Promise<void> {
  await world.restart({ waitMs: draw.chance(0.1) ? 60_000 : draw.between(100, 3_000) });
}

/** The end comes at a drawn moment, at once or as soon as something sore happens. */
export async function end(world: World, draw: Draw, power: boolean): Promise<string> {
  if (draw.chance(0.2)) {
    if (power) world.losePower();
    else world.crash();
    await restart(world, draw);
    return power ? 'power loss' : 'crash';
  }
  const point = pointOf(draw, power);
  world.crashAt(point);
  if (!(await world.within(() => !world.life().isAlive(), PATIENCE))) {
    if (power) world.losePower();
    else world.crash();
  }
  await restart(world, draw);
  return describe(point);
}

/** Ends again and again in the middle of coming up. */
export async function endInRecovery(world: World, draw: Draw, power: boolean): Promise<string> {
  const times = draw.between(1, 4);
  world.crash();
  for (let n = 0; n < times; n++) {
    await world.restart({ waitMs: draw.between(50, 1_500) });
    if (draw.chance(0.5)) {
      await world.run(draw.below(1_200));
      if (power) world.losePower();
      else world.crash();
    } else await end(world, draw, power);
  }
  if (!world.life().isAlive()) await restart(world, draw);
  return `${times} ends in recovery`;
}

export function slowDisk(world: World, draw: Draw): string {
  const syncMs = draw.chance(0.3) ? draw.between(1_000, 30_000) : draw.between(20, 900);
  world.setDisk({ syncMs });
  return `syncs take ${syncMs} ms`;
}

/** The disk takes nothing for a while; the process ends by itself or not, and is started again. */
export async function breakDisk(world: World, draw: Draw): Promise<string> {
  const trouble = draw.of(['full', 'failed', 'sync_failed'] as const);
  world.setDisk({ trouble });
  await world.run(draw.between(100, 8_000));
  world.setDisk({ trouble: null });
  if (world.life().isAlive() && trouble !== 'full') world.crash();
  if (!world.life().isAlive()) await restart(world, draw);
  return `disk ${trouble}`;
}
