/**
 * Short lives of four strategies on three instruments, drawn from seeds: hands, prices, faults, crashes, on any of them.
 * Once all that stops, everything comes to rest, in the books of each instrument and in the cash of each currency.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextBelow, prng } from '../base/prng.ts';
import { audit, auditCash } from '../../sim/auditor/audit.ts';
import {
  botOn,
  createWorld,
  ETHER,
  INVERSE,
  PERPETUAL,
  type World,
} from '../../sim/world/world.ts';

const STRATEGIES = [
  botOn(PERPETUAL, 'btc'),
  botOn(ETHER, 'eth'),
  botOn(INVERSE, 'coin'),
  botOn(INVERSE, 'coin-two'),
];
/** One contract of each, as the exchange writes it. */
const CONTRACTS = { [PERPETUAL]: 0.0001, [ETHER]: 0.001, [INVERSE]: 10 } as const;
const INSTRUMENTS = [PERPETUAL, ETHER, INVERSE] as const;
const METHODS = [
  'private/*',
  'private/buy',
  'private/sell',
  'private/get_positions',
  'private/get_user_trades_by_currency_and_time',
  'private/cancel_by_label',
] as const;

type Draw = (n: number) => number;

function hand(world: World, draw: Draw): string {
  const instrument = INSTRUMENTS[draw(3)] ?? PERPETUAL;
  const contract = CONTRACTS[instrument];
  const held = Math.round(Math.abs(Number(world.position(instrument))) / contract);
  if (held > 0 && draw(3) > 0) {
    const amount = draw(2) === 0 ? held : 1 + draw(held);
    const body = { instrument, amount: String(Number((amount * contract).toFixed(4))) };
    world.control('POST', 'close', { ...body, as: ['web', 'mobile', 'api'][draw(3)] });
    return `hand closes ${JSON.stringify(body)}`;
  }
  const amount = String(Number(((1 + draw(15)) * contract).toFixed(4)));
  const direction = draw(2) === 0 ? 'buy' : 'sell';
  world.control('POST', 'order', { instrument, direction, amount });
  return `hand ${direction} ${amount} ${instrument}`;
}

function move(world: World, draw: Draw): string {
  const instrument = INSTRUMENTS[draw(3)] ?? PERPETUAL;
  const mark = world.exchange().instruments.find(({ name }) => name === instrument)?.mark;
  const price = (Number(mark) * (1 + (draw(2_400) - 1_200) / 100_000)).toFixed(1);
  world.control('POST', 'price', { instrument, price });
  return `${instrument} to ${price}`;
}

function fault(world: World, draw: Draw): string {
  const method = METHODS[draw(METHODS.length)];
  const kind = ['lose_answer', 'lose_request', 'error', 'drop_notification', 'drop_link'][draw(5)];
  if (kind === 'drop_notification') world.fault({ kind, channel: 'user.changes', ms: 2_000 });
  else if (kind === 'error') world.fault({ kind, method, code: 11_094, count: 2 });
  else world.fault(kind === 'drop_link' ? { kind } : { kind, method });
  return `${kind} ${method}`;
}

async function restart(world: World, draw: Draw): Promise<string> {
  world.crash();
  if (draw(2) === 0) hand(world, draw);
  await world.restart({ waitMs: 100 + draw(3_000) });
  return 'crash';
}

for (let seed = 1; seed <= 8; seed++) {
  test(`[I1][I11][I12][I13][I17][I25] life ${seed} of four strategies on three instruments`, async () => {
    const random = prng(seed, 'several');
    const draw: Draw = (n) => nextBelow(random, n);
    const world = await createWorld({ seed, speed: 20, strategies: STRATEGIES });
    const story: string[] = [];
    await world.ready();
    for (let round = 0; round < 20; round++) {
      for (const { id } of STRATEGIES)
        world.signal({ direction: draw(4) === 0 ? 'short' : 'long' }, { id, sticky: true });
      const act = draw(8);
      const what =
        act < 2
          ? hand(world, draw)
          : act < 4
            ? move(world, draw)
            : act < 6
              ? fault(world, draw)
              : act < 7
                ? await restart(world, draw)
                : 'nothing';
      story.push(`${world.now()} ${what}`);
      await world.run(50 + draw(5_000));
    }
    for (const { id } of world.exchange().faults) world.control('DELETE', `fault/${id}`);
    world.forget();
    await world.run(60_000);
    const isAtRest = (name: string): boolean =>
      world.books().assurance.get(name)?.value === 'verified' ||
      [...world.books().breaks.values()].some((held) => held.break.instrument === name);
    try {
      for (const name of INSTRUMENTS) assert.ok(isAtRest(name), `${name} is not at rest`);
      assert.ok(world.of('TRADE_CLOSED').length > 0, 'nothing was traded');
      audit(world);
      await world.command({ verb: 'reconcile' });
      await world.run(1_000);
      auditCash(world);
    } catch (error) {
      throw new Error(`after\n${story.join('\n')}\n${world.trace(40)}`, { cause: error });
    }
  });
}
