/**
 * B4-close: a hand closes the trade at the exchange; how long from the arrival of its frame at our socket until
 * TRADE_CLOSED is durable, in a real engine on real sockets and a real disk.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { assert, must } from '../src/base/assert.ts';
import { eagerOptions, strategyOf } from './eager.ts';
import { type Outcome, type Progress, benchOf, scratch } from './kit.ts';
import { quantile } from './measure.ts';
import type { OrderEngineNews, OrderEngineOrder } from './order-engine-process.ts';
import { type Talker, start } from './processes.ts';

const ROUNDS = 5;
const CLOSES = 60;
const SPEED = 60;
/** Two, because a strategy may enter thirty times in ten minutes of market only. */
const INSTRUMENTS = ['BTC_USDC-PERPETUAL', 'ETH_USDC-PERPETUAL'] as const;

async function close(port: number, instrument: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/practice/v1/close`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instrument }),
  });
  assert(response.status === 200, `the close was answered ${response.status}`);
}

async function run(progress: Progress): Promise<Outcome> {
  const { path, remove } = scratch('close');
  const setup = JSON.stringify({ speed: SPEED, tier: 1 });
  const exchange = fork(join(import.meta.dirname, 'practice-process.ts'), [path, setup]);
  const engine: Talker<OrderEngineOrder, OrderEngineNews> = start('order-engine-process.ts');
  try {
    const [{ port }] = (await once(exchange, 'message')) as [{ readonly port: number }];
    const dataDir = join(path, 'engine');
    engine.say({
      kind: 'start',
      options: eagerOptions({
        dataDir,
        port,
        speed: SPEED,
        instruments: INSTRUMENTS,
        distance: '10',
      }),
    });
    await engine.hear('ready');
    const rounds: number[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      progress(`round ${round + 1} of ${ROUNDS}`);
      const found: number[] = [];
      for (let n = 0; n < CLOSES; n++) {
        const instrument = must(INSTRUMENTS[n % INSTRUMENTS.length], 'an instrument');
        engine.say({ kind: 'order', what: 'enter', strategy: strategyOf(instrument) });
        await engine.hear('done');
        await close(port, instrument);
        found.push((await engine.hear('closed')).ms);
      }
      rounds.push(found);
    }
    const of = (name: string, share: number) => ({
      name,
      unit: 'ms',
      rounds: rounds.map((found) => quantile(found, share)),
    });
    return {
      measures: [
        of('closed by hand, durable: p50', 0.5),
        { ...of('closed by hand, durable: p99', 0.99), goal: { atMost: 50 } },
        { name: 'worst of all', unit: 'ms', rounds: [Math.max(...rounds.flat())] },
      ],
      notes: [
        `${ROUNDS * CLOSES} closes; begins when the frame of the fill is handed to us by the socket, ends when the commit with TRADE_CLOSED and the status is durable`,
      ],
    };
  } finally {
    await engine.end();
    exchange.kill();
    remove();
  }
}

export const bench = benchOf(
  'B4-close',
  `a close by hand: frame at our socket -> TRADE_CLOSED durable, ${ROUNDS * CLOSES} times`,
  run,
);
