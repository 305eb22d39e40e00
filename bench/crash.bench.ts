/**
 * B12, crashes: the engine is killed with SIGKILL again and again while its strategies enter and leave and foreign orders
 * come and go, and started again; in turn with orderly stops. What it had acknowledged has to be in the journal, no label
 * may name two orders, and in the end the books are the exchange's.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { assert } from '../src/base/assert.ts';
import { nextBelow, prng } from '../src/base/prng.ts';
import { openStoreReadOnly } from '../src/edge/sqlite-journal.ts';
import { compareBooks } from '../test/e2e/support/compare.ts';
import { callEngine } from '../test/e2e/support/engine.ts';
import { visitExchange } from '../test/e2e/support/exchange.ts';
import type { CrashEngineNews, CrashEngineOrder } from './crash-engine-process.ts';
import { eagerOptions, strategyOf } from './eager.ts';
import { type Outcome, type Progress, benchOf, scratch } from './kit.ts';
import { quantile } from './measure.ts';
import { noteOf } from './notes.ts';
import { type Talker, start } from './processes.ts';

const LIVES = 30;
/** So many lives are a line of the table. */
const ROUNDS = 6;
const SPEED = 60;
const INSTRUMENTS = ['BTC_USDC-PERPETUAL'] as const;
/** Where the foreign orders are: they concern no strategy. */
const ELSEWHERE = 'ETH_USDC-PERPETUAL';
const FOREIGN_EVERY_MS = 10;
/** Seconds that it may take until all is at rest in the end. */
const MOST_TRIES = 60;
/** After it is back: how long until its end. */
const LIFE_MS = { least: 300, more: 1_500 };

/** About as long as an order is under way. */
const ON_ITS_WAY_MS = 6;

const pause = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));

type Engine = Talker<CrashEngineOrder, CrashEngineNews>;
type Ground = { readonly dataDir: string; readonly port: number; readonly notes: string };

type Trouble = { readonly go: (on: boolean) => void; readonly end: () => void };

/**
 * A foreign program of the same account that places an order far from the market and takes it back, as long as it goes on. It
 * rests while the engine is away: an account in which something changes all the time has no moment that can be compared.
 */
async function trouble(port: number): Promise<Trouble> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/api/v2`);
  await once(socket, 'open');
  let id = 0;
  const call = (method: string, params: object): void =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }));
  call('public/auth', {
    grant_type: 'client_credentials',
    client_id: 'practice-api',
    client_secret: 'practice-api-secret',
  });
  const resting: string[] = [];
  socket.on('message', (data: Buffer) => {
    const { result } = JSON.parse(data.toString('utf8')) as {
      readonly result?: { readonly order?: { readonly order_id: string } };
    };
    if (result?.order !== undefined) resting.push(result.order.order_id);
  });
  let goes = false;
  const timer = setInterval(() => {
    if (!goes) return undefined;
    const order = resting.pop();
    if (order !== undefined) return call('private/cancel', { order_id: order });
    const params = { instrument_name: ELSEWHERE, type: 'limit', price: 1_000, amount: 0.01 };
    return call('private/buy', params);
  }, FOREIGN_EVERY_MS);
  return {
    go: (on) => {
      goes = on;
    },
    end: () => {
      clearInterval(timer);
      socket.close();
    },
  };
}

/** Starts the engine; answers it and how long it took until it was back and verified. */
async function begin({ dataDir, port, notes }: Ground) {
  const engine: Engine = start('crash-engine-process.ts');
  engine.say({
    kind: 'start',
    acknowledged: notes,
    options: eagerOptions({
      dataDir,
      port,
      speed: SPEED,
      instruments: INSTRUMENTS,
      distance: '0.05',
    }),
  });
  const { at } = await engine.hear('verified');
  return { engine, backMs: at - engine.began };
}

/** Holds what was noted since `from` lines against the journal; answers facts acknowledged and facts lost, and the lines. */
async function holdAgainst({ dataDir, notes }: Ground, from: number) {
  const lines = readFileSync(notes, 'utf8').split('\n').slice(0, -1);
  const store = await openStoreReadOnly(dataDir);
  let [acknowledged, lost] = [0, 0];
  try {
    for (const line of lines.slice(from)) {
      const [seq = NaN, count = NaN] = line.split(' ').map(Number);
      const facts = await store.facts(seq - count, count);
      acknowledged += count;
      if (facts.length !== count || noteOf(facts) !== line) lost += count;
    }
  } finally {
    await store.close();
  }
  return { acknowledged, lost, lines: lines.length };
}

/** Everything at rest: the books are the exchange's, each label names one order. Answers orders and fills. */
async function compareAtLast({ dataDir, port }: Ground) {
  const endings: (() => unknown)[] = [];
  try {
    const exchange = await visitExchange(
      { after: (ended: () => unknown) => void endings.push(ended) },
      port,
    );
    const engine = callEngine(dataDir);
    for (const instrument of INSTRUMENTS)
      await engine.post(`/strategies/${strategyOf(instrument)}/flatten`, { reason: 'compare' });
    for (let tries = 0; ; tries++) {
      const { ok, complete } = await engine.reconcile();
      if (ok && complete && (await exchange.position()) === '0') break;
      assert(tries < MOST_TRIES, 'it does not come to rest');
      await pause(1_000);
    }
    const { state, fills } = await compareBooks(engine, exchange);
    const unknown = await engine.facts('ORDER_UNKNOWN');
    const ours = state.orders.filter(
      ({ label, bornFrom }) => label.startsWith('ls:') && bornFrom === null,
    );
    const labels = new Set(ours.map(({ label }) => label));
    const doubled = ours.length - labels.size;
    return { orders: ours.length, doubled, fills, unknown: unknown.length };
  } finally {
    for (const end of endings) end();
  }
}

type Tally = {
  readonly crashes: number[];
  readonly stops: number[];
  acknowledged: number;
  lost: number;
};

/** Lives in turn: one is killed, the next stops in good order. The last engine goes on. */
async function live(
  ground: Ground,
  foreign: Trouble,
  progress: Progress,
): Promise<Tally & { readonly engine: Engine }> {
  const tally: Tally = { crashes: [], stops: [], acknowledged: 0, lost: 0 };
  const random = prng(12, 'the moments of the kills');
  let lines = 0;
  let { engine } = await begin(ground);
  for (let life = 0; life < 2 * LIVES; life++) {
    foreign.go(true);
    await pause(LIFE_MS.least + nextBelow(random, LIFE_MS.more));
    const killed = life % 2 === 0;
    // Every other kill waits for an order, whose answer it may take.
    if (life % 4 === 0) {
      engine.say({ kind: 'tell_order' });
      await engine.hear('order');
      await pause(nextBelow(random, ON_ITS_WAY_MS));
    }
    const ended = once(engine.process, 'exit');
    if (killed) engine.process.kill('SIGKILL');
    else engine.say({ kind: 'stop' });
    await ended;
    foreign.go(false);
    const held = await holdAgainst(ground, lines);
    lines = held.lines;
    tally.acknowledged += held.acknowledged;
    tally.lost += held.lost;
    const next = await begin(ground);
    engine = next.engine;
    (killed ? tally.crashes : tally.stops).push(next.backMs);
    if (life % 12 === 11) progress(`${(life + 1) / 2} of ${LIVES} kills`);
  }
  return { ...tally, engine };
}

async function run(progress: Progress): Promise<Outcome> {
  const { path, remove } = scratch('b12');
  const setup = JSON.stringify({ speed: SPEED });
  const exchange = fork(join(import.meta.dirname, 'practice-process.ts'), [path, setup]);
  const ending: (() => unknown)[] = [() => exchange.kill()];
  try {
    const [{ port }] = (await once(exchange, 'message')) as [{ readonly port: number }];
    const ground = { dataDir: join(path, 'engine'), port, notes: join(path, 'notes') };
    const foreign = await trouble(port);
    ending.push(foreign.end);
    const { engine, ...tally } = await live(ground, foreign, progress);
    ending.push(engine.end);
    const compared = await compareAtLast(ground);
    assert(tally.acknowledged > 20 * LIVES && compared.orders > LIVES, 'there was no load');
    return outcomeOf(tally, compared);
  } finally {
    for (const end of ending.toReversed()) await end();
    remove();
  }
}

function outcomeOf(
  { crashes, stops, acknowledged, lost }: Tally,
  { orders, doubled, fills, unknown }: Awaited<ReturnType<typeof compareAtLast>>,
): Outcome {
  const rounds = (list: readonly number[], share: number): number[] =>
    Array.from({ length: ROUNDS }, (_, n) =>
      quantile(list.slice((n * LIVES) / ROUNDS, ((n + 1) * LIVES) / ROUNDS), share),
    );
  const back = (name: string, list: readonly number[]) => [
    { name: `${name}: back and reconciled, p50`, unit: 'ms', rounds: rounds(list, 0.5) },
    {
      name: `${name}: back and reconciled, p99 of all`,
      unit: 'ms',
      rounds: [quantile(list, 0.99)],
    },
  ];
  return {
    measures: [
      {
        name: 'facts acknowledged and lost',
        unit: 'facts',
        rounds: [lost],
        goal: { atMost: 0 },
      },
      { name: 'orders doubled', unit: 'orders', rounds: [doubled], goal: { atMost: 0 } },
      ...back('killed', crashes),
      ...back('stopped in good order', stops),
      {
        name: 'p99 killed / p99 stopped',
        unit: 'x',
        rounds: [quantile(crashes, 0.99) / quantile(stops, 0.99)],
        goal: { atMost: 1.5 },
      },
      {
        name: 'longest after a kill (L1)',
        unit: 'ms',
        rounds: [Math.max(...crashes)],
        goal: { atMost: 5_000 },
      },
    ],
    notes: [
      `${LIVES} kills under load, in turn with ${LIVES} orderly stops; ${acknowledged} facts acknowledged, ${orders} orders of ours, ${fills} fills, ${unknown} orders whose answer was lost; at last books and exchange agree`,
      'foreign orders come and go up to the kill and again once the engine is back, not in between',
    ],
  };
}

export const bench = benchOf(
  'B12',
  `crashes: SIGKILL under load, ${LIVES} times; process begun -> back and reconciled`,
  run,
);
