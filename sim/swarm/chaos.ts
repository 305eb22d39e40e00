/** A short life full of misfortune, drawn from a seed: faults, hands, crashes, prices. Then the faults stop, and all must come to rest. */
import { must } from '../../src/base/assert.ts';
import { nextBelow, nextUnit, prng } from '../../src/base/prng.ts';
import { createWorld, PERPETUAL, type World } from '../world/world.ts';

type Draw = {
  readonly below: (n: number) => number;
  readonly of: <T>(list: readonly T[]) => T;
  readonly chance: (share: number) => boolean;
};

function drawing(seed: number): Draw {
  const random = prng(seed, 'chaos');
  const below = (n: number): number => nextBelow(random, n);
  return {
    below,
    of: <T>(list: readonly T[]): T => must(list[below(list.length)], 'something to draw from'),
    chance: (share) => nextUnit(random) < share,
  };
}

/** A life without hands has more entries, so more that can go wrong at the placing. */
const hasHands = (seed: number): boolean => seed % 2 === 0;

const METHODS = [
  'private/*',
  'private/buy',
  'private/sell',
  'private/cancel',
  'private/edit',
  'private/get_open_orders',
  'private/get_positions',
  'private/get_user_trades_by_currency_and_time',
  'private/get_order_state*',
  'private/cancel_by_label',
] as const;
const KINDS = [
  'lose_answer',
  'lose_request',
  'delay_answer',
  'error',
  'drop_notification',
  'drop_link',
  'refuse_connections',
  'lose_both',
] as const;

function strikeFault(world: World, draw: Draw): string {
  const kind = draw.of(KINDS);
  const method = draw.of(METHODS);
  switch (kind) {
    case 'drop_link':
      world.fault(draw.chance(0.5) ? { kind } : { kind, method });
      return `drop_link ${method}`;
    case 'refuse_connections':
      world.fault({ kind, ms: 500 + draw.below(4_000) });
      world.fault({ kind: 'drop_link' });
      return kind;
    case 'drop_notification':
      world.fault({ kind, channel: 'user.changes', ms: 200 + draw.below(3_000) });
      return kind;
    case 'delay_answer':
      world.fault({ kind, method, ms: 100 + draw.below(9_000) });
      return `delay_answer ${method}`;
    case 'error':
      world.fault({
        kind,
        method,
        code: draw.of([11094, 10009, 10028, 10041]),
        count: 1 + draw.below(3),
      });
      return `error ${method}`;
    case 'lose_both':
      world.fault({ kind: 'lose_answer', method, channel: 'user.changes' });
      return `lose_both ${method}`;
    case 'lose_answer':
    case 'lose_request':
      world.fault({ kind, method, count: 1 + draw.below(2) });
      return `${kind} ${method}`;
  }
}

function moveHand(world: World, draw: Draw): string {
  const held = Number(world.position());
  if (held !== 0 && draw.chance(0.6)) {
    const part = draw.chance(0.5)
      ? {}
      : {
          amount: (
            Math.max(1, Math.floor(Math.abs(held) * 10_000 * (draw.below(9) + 1) * 0.1)) / 10_000
          ).toFixed(4),
        };
    world.control('POST', 'close', {
      instrument: PERPETUAL,
      as: draw.of(['web', 'mobile', 'api']),
      ...part,
    });
    return `hand closes ${JSON.stringify(part)}`;
  }
  const direction = draw.of(['buy', 'sell'] as const);
  const amount = ((1 + draw.below(15)) / 10_000).toFixed(4);
  world.control('POST', 'order', { instrument: PERPETUAL, direction, amount });
  return `hand ${direction} ${amount}`;
}

function cancelSome(world: World, draw: Draw): string {
  const live = world
    .exchange()
    .orders.filter(
      (order) => (order.state === 'untriggered' || order.state === 'open') && !order.dormant,
    );
  if (live.length === 0) return 'nothing to cancel';
  const { orderId } = draw.of(live);
  try {
    world.hand('private/cancel', { order_id: orderId });
    return `hand cancels ${orderId}`;
  } catch {
    return `hand fails to cancel ${orderId}: a fault met it`;
  }
}

function movePrice(world: World, draw: Draw): string {
  const mark = Number(world.exchange().instruments[0]?.mark ?? '100000');
  const price = (mark * (1 + (draw.below(2_400) - 1_200) / 100_000)).toFixed(1);
  world.control('POST', 'price', { instrument: PERPETUAL, price });
  return `price ${price}`;
}

function thin(world: World, draw: Draw): string {
  const amount = draw.chance(0.6) ? `0.000${1 + draw.below(6)}` : null;
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount });
  return `liquidity ${amount}`;
}

async function crash(world: World, draw: Draw): Promise<string> {
  const how = draw.below(4);
  let left = 1 + draw.below(6);
  const count = (): boolean => --left <= 0;
  if (how === 0) world.crash();
  if (how === 1) world.crashAt({ at: 'append', when: count, durable: draw.chance(0.5) });
  if (how === 2)
    world.crashAt({
      at: 'send',
      when: (frame) => !frame.includes('public/') && count(),
      handed: draw.chance(0.5),
    });
  if (how === 3)
    world.crashAt({
      at: 'event',
      when: (event) => event.kind !== 'clock' && event.kind !== 'ticker' && count(),
    });
  await world.crashed(60_000).catch(() => world.crash());
  await world.restart({ waitMs: 100 + draw.below(3_000) });
  return `crash ${['now', 'append', 'send', 'event'][how]}`;
}

async function strike(world: World, draw: Draw, hands: boolean): Promise<string> {
  const act = draw.below(10);
  if (act < 4) return strikeFault(world, draw);
  if (act < 6) return hands ? moveHand(world, draw) : movePrice(world, draw);
  if (act < 7) return movePrice(world, draw);
  if (act < 8) return hands ? cancelSome(world, draw) : thin(world, draw);
  return act < 9 ? crash(world, draw) : 'nothing';
}

/** The world of a seed after `rounds` misfortunes and a quiet time, with the story of what befell it. */
export async function live(
  seed: number,
  rounds: number,
): Promise<{ readonly world: World; readonly story: readonly string[] }> {
  const draw = drawing(seed);
  const world = await createWorld({
    seed,
    speed: 20,
    flatPrice: draw.chance(0.5) ? '100000' : null,
  });
  const story: string[] = [];
  await world.ready();
  for (let round = 0; round < rounds; round++) {
    world.signal({ direction: draw.of(['long', 'short']) }, { sticky: true });
    const what = await strike(world, draw, hasHands(seed));
    story.push(`${world.now()} ${what}`);
    await world.run(50 + draw.below(draw.chance(0.5) ? 400 : 6_000));
  }
  for (const { id } of world.exchange().faults) world.control('DELETE', `fault/${id}`);
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: null });
  world.forget();
  story.push(`${world.now()} faults stop`);
  return { world, story };
}

/** After all that the strategy is of use: what is open can be closed, and a signal opens again. For a world without open questions. */
export async function useAgain(world: World): Promise<void> {
  world.control('POST', 'price', { instrument: PERPETUAL, price: '70000' });
  await world.run(3_000);
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'coda' });
  await world.until('nothing open', () => world.openTrade() === undefined, 20_000);
  if (Number(world.position()) !== 0) world.control('POST', 'close', { instrument: PERPETUAL });
  await world.run(5_000);
  await world.command({ verb: 'resume', strategy: 'bot', reason: 'coda' });
  await world.enter();
  await world.run(2_000);
}
