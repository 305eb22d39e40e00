/** What people do behind the engine's back and in front of it: trade, cancel and edit by hand, move prices, pause, kill, decide. */
import { toApproximate } from '../../src/base/decimal.ts';
import { isDormant, isLive } from '../../src/venue/practice/state.ts';
import { ETHER, INVERSE, PERPETUAL } from '../world/defaults.ts';
import type { World } from '../world/world.ts';
import type { Draw } from './draw.ts';

/** One contract of each instrument, and how many digits its amounts have. */
const CONTRACTS: Readonly<Record<string, { readonly size: number; readonly digits: number }>> = {
  [PERPETUAL]: { size: 0.0001, digits: 4 },
  [ETHER]: { size: 0.001, digits: 3 },
  [INVERSE]: { size: 10, digits: 0 },
};

const contracts = (instrument: string, count: number): string => {
  const { size, digits } = CONTRACTS[instrument] ?? { size: 1, digits: 0 };
  return (count * size).toFixed(digits);
};

/** A person who is refused, or meets a fault, shrugs. Anything else that goes wrong is no refusal. */
export function attempt(what: string, act: () => unknown): string {
  try {
    act();
    return what;
  } catch (error) {
    if (!(error instanceof Error) || !/^(?:control|private\/)/.test(error.message)) throw error;
    return `${what}: refused`;
  }
}

/** Closes all or a part, adds, or sells more than there is. */
export function tradeByHand(world: World, draw: Draw, instruments: readonly string[]): string {
  const instrument = draw.of(instruments);
  const size = CONTRACTS[instrument]?.size ?? 1;
  const position = toApproximate(world.truth().position(instrument));
  const held = Math.round(Math.abs(position) / size);
  const as = draw.of(['web', 'mobile', 'api']);
  if (held > 0 && draw.chance(0.6)) {
    const whole = draw.chance(0.5);
    const part = whole ? {} : { amount: contracts(instrument, draw.between(1, held)) };
    return attempt(`${as} closes ${instrument} ${JSON.stringify(part)}`, () =>
      world.control('POST', 'close', { instrument, as, ...part }),
    );
  }
  const flips = held > 0 && draw.chance(0.3);
  const amount = contracts(instrument, flips ? held + draw.between(1, 5) : draw.between(1, 15));
  const direction = flips ? (position > 0 ? 'sell' : 'buy') : draw.of(['buy', 'sell']);
  return attempt(`${as} ${direction}s ${amount} ${instrument}`, () =>
    world.control('POST', 'order', { instrument, direction, amount, as }),
  );
}

const liveOrders = (world: World) =>
  [...world.truth().orders.values()].filter((order) => isLive(order) && !isDormant(order));

export function cancelByHand(world: World, draw: Draw): string {
  const live = liveOrders(world);
  if (live.length === 0) return 'nothing to cancel';
  const { id } = draw.of(live);
  return attempt(`hand cancels ${id}`, () => world.hand('private/cancel', { order_id: id }));
}

/** Moves a trigger a little, or changes how much an order is for. */
export function editByHand(world: World, draw: Draw): string {
  const live = liveOrders(world).filter(({ trigger }) => trigger !== null);
  if (live.length === 0) return 'nothing to edit';
  const { id, instrument, amount, trigger } = draw.of(live);
  const shift = 1 + (draw.below(400) - 200) / 100_000;
  const tick = instrument === ETHER ? 0.05 : 0.5;
  const at = Math.round((toApproximate(trigger?.price ?? amount) * shift) / tick) * tick;
  const size = CONTRACTS[instrument]?.size ?? 1;
  const count = Math.max(1, Math.round(toApproximate(amount) / size) + draw.between(-3, 3));
  const change = draw.chance(0.5)
    ? { trigger_price: at.toFixed(2), amount }
    : { trigger_price: trigger?.price ?? '', amount: contracts(instrument, count) };
  return attempt(`hand edits ${id} ${JSON.stringify(change)}`, () =>
    world.hand('private/edit', { order_id: id, reduce_only: true, ...change }),
  );
}

export function movePrice(world: World, draw: Draw, instruments: readonly string[]): string {
  const instrument = draw.of(instruments);
  const mark = world.exchange().instruments.find(({ name }) => name === instrument)?.mark;
  const price = (Number(mark) * (1 + (draw.below(2_400) - 1_200) / 100_000)).toFixed(1);
  return attempt(`${instrument} to ${price}`, () =>
    world.control('POST', 'price', { instrument, price }),
  );
}

/** The exchange takes a part of the position away. */
export function liquidate(world: World, draw: Draw, instruments: readonly string[]): string {
  const instrument = draw.of(instruments);
  const share = draw.of(['0.25', '0.5', '1']);
  return attempt(`liquidation of ${share} of ${instrument}`, () =>
    world.control('POST', 'liquidate', { instrument, share }),
  );
}

export function thinBook(world: World, draw: Draw, instruments: readonly string[]): string {
  const instrument = draw.of(instruments);
  const amount = draw.chance(0.6) ? contracts(instrument, draw.between(1, 6)) : null;
  world.control('POST', 'liquidity', { instrument, amount });
  return `liquidity of ${instrument} ${amount}`;
}

/** Pauses, drains, flattens, kills; and a while later somebody resumes. */
export function control(world: World, draw: Draw, strategies: readonly string[]): string {
  if (!world.life().isAlive()) return 'nobody listens';
  const strategy = draw.of(strategies);
  const reason = 'drawn';
  const verb = draw.of([
    'pause',
    'resume',
    'resume',
    'resume',
    'flatten',
    'drain',
    'kill',
  ] as const);
  if (verb === 'kill') {
    const strength = draw.of(['stop', 'reduce', 'cancel', 'flatten'] as const);
    world.tell({ verb, strength, reason });
    return `kill ${strength}`;
  }
  world.tell({ verb, strategy, reason });
  return `${verb} ${strategy}`;
}

/** Somebody goes through all open questions and answers each with one of its options; answers how many there were. */
export function decideAll(world: World, draw: Draw): number {
  const open = [...world.books().breaks.values()].filter(
    ({ break: { options } }) => options.length > 0,
  );
  for (const { break: found } of open) {
    const { action } = draw.of(found.options);
    const fits = [...world.books().strategies.values()].filter(
      ({ config }) => config.instrument === found.instrument,
    );
    world.tell({
      verb: 'resolve',
      breakId: found.id,
      action,
      strategy: action === 'adopt' ? (fits[0]?.config.id ?? null) : null,
      exitPrice: action === 'enter' ? ('100000' as never) : null,
      fees: null,
      reason: 'drawn',
    });
  }
  return open.length;
}
