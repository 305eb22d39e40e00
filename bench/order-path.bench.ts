/**
 * B3, the order path: an order of the engine (gate, intent durable before the frame leaves, sent, answered, its fill
 * durable), of ccxt without its limiter, and of a bare WebSocket with JSON, which remember nothing; in turn, one by one, on
 * one practice exchange over real sockets.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { assert, must } from '../src/base/assert.ts';
import { openStoreReadOnly } from '../src/edge/sqlite-journal.ts';
import { eagerOptions, strategyOf } from './eager.ts';
import { type Outcome, type Progress, benchOf, scratch } from './kit.ts';
import { median, quantile } from './measure.ts';
import type { OrderClientNews, OrderClientOrder } from './order-client-process.ts';
import type { OrderEngineNews, OrderEngineOrder } from './order-engine-process.ts';
import { type Talker, start } from './processes.ts';

const ORDERS = 2_400;
const ROUNDS = 8;
/** Of a round and a variant: half of them open, half of them close. */
const EACH = ORDERS / ROUNDS / 3;
/** The engine enters at most 30 times in ten minutes of its market: here these are ten seconds. */
const SPEED = 60;
const INSTRUMENTS = ['BTC_USDC-PERPETUAL', 'ETH_USDC-PERPETUAL'] as const;
const AMOUNT = { 'BTC_USDC-PERPETUAL': 0.0016, 'ETH_USDC-PERPETUAL': 0.01 } as const;
const VARIANTS = ['ours', 'ccxt', 'bare'] as const;

type Variant = (typeof VARIANTS)[number];
type OrderEngine = Talker<OrderEngineOrder, OrderEngineNews>;
type OrderClient = Talker<OrderClientOrder, OrderClientNews>;
type Done = Extract<OrderEngineNews, { readonly kind: 'done' }>;

/** What one order took; `stages` of ours. */
type Taken = {
  readonly label: string;
  readonly orderId: string;
  readonly answeredMs: number;
  readonly cpuMs: number;
  readonly stages?: Done;
};

/** How each variant places its n-th order: opening and closing in turn, on one instrument and then the other. */
function desks(
  engine: OrderEngine,
  clients: Readonly<Record<'ccxt' | 'bare', OrderClient>>,
): Readonly<Record<Variant, (n: number) => Promise<Taken>>> {
  const at = (n: number) =>
    ({
      what: n % 2 === 0 ? 'enter' : 'close',
      instrument: must(INSTRUMENTS[(n >> 1) % 2], 'an instrument'),
    }) as const;
  const through = (client: OrderClient) => (n: number) => {
    const { what, instrument } = at(n);
    client.say({ kind: 'order', what, instrument, amount: AMOUNT[instrument] });
    return client.hear('done');
  };
  return {
    ours: async (n) => {
      const { what, instrument } = at(n);
      engine.say({ kind: 'order', what, strategy: strategyOf(instrument) });
      const stages = await engine.hear('done');
      return { ...stages, stages };
    },
    ccxt: through(clients.ccxt),
    bare: through(clients.bare),
  };
}

async function connect(client: 'ccxt' | 'bare', port: number): Promise<OrderClient> {
  const process: OrderClient = start('order-client-process.ts');
  process.say({ kind: 'connect', client, port, account: client, speed: SPEED });
  await process.hear('ready');
  return process;
}

/** That all of it happened: at the exchange as many orders as were placed, in the journal each of ours, in order. */
async function prove(
  port: number,
  dataDir: string,
  found: Readonly<Record<Variant, readonly Taken[]>>,
): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/practice/v1/state`);
  const { orders } = (await response.json()) as {
    readonly orders: readonly { readonly orderId: string; readonly state: string }[];
  };
  const filled = new Set(orders.filter(({ state }) => state === 'filled').map((o) => o.orderId));
  for (const variant of VARIANTS) {
    const ids = new Set(found[variant].map(({ orderId }) => orderId));
    assert(ids.size === ORDERS / 3, `${variant}: ${ids.size} distinct orders`);
    for (const id of ids) assert(filled.has(id), `${variant}: ${id} is not filled at the exchange`);
  }
  const store = await openStoreReadOnly(dataDir);
  const intended = new Map<string, number>();
  const acked = new Map<string, number>();
  let seq = 0;
  for (;;) {
    const facts = await store.facts(seq, 5_000);
    if (facts.length === 0) break;
    for (const fact of facts) {
      if (fact.type === 'ORDER_INTENDED') intended.set(fact.data.intent.label, fact.seq);
      if (fact.type === 'ORDER_ACKED') acked.set(fact.data.label, fact.seq);
    }
    seq = must(facts.at(-1), 'a fact').seq;
  }
  await store.close();
  for (const { label } of found.ours)
    assert(
      must(intended.get(label), label) < must(acked.get(label), label),
      `${label}: not intended before it was taken`,
    );
}

async function run(progress: Progress): Promise<Outcome> {
  const { path, remove } = scratch('b3');
  const setup = JSON.stringify({ speed: SPEED, tier: 1, accounts: ['ccxt', 'bare'] });
  const exchange = fork(join(import.meta.dirname, 'practice-process.ts'), [path, setup]);
  const ending: (() => unknown)[] = [() => exchange.kill()];
  try {
    const [{ port }] = (await once(exchange, 'message')) as [{ readonly port: number }];
    const dataDir = join(path, 'engine');
    const engine: OrderEngine = start('order-engine-process.ts');
    ending.push(engine.end);
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
    const clients = { ccxt: await connect('ccxt', port), bare: await connect('bare', port) };
    ending.push(clients.ccxt.end, clients.bare.end);
    await engine.hear('ready');
    const place = desks(engine, clients);
    const rounds: Record<Variant, Taken[]>[] = [];
    let n = 0;
    for (let round = 0; round < ROUNDS; round++) {
      progress(`round ${round + 1} of ${ROUNDS}`);
      const found: Record<Variant, Taken[]> = { ours: [], ccxt: [], bare: [] };
      for (let one = 0; one < EACH; one++, n++)
        for (let turn = 0; turn < VARIANTS.length; turn++) {
          const variant = must(VARIANTS[(n + turn) % VARIANTS.length], 'a variant');
          found[variant].push(await place[variant](n));
        }
      rounds.push(found);
    }
    const of = (variant: Variant): readonly Taken[] => rounds.flatMap((found) => found[variant]);
    await engine.end();
    await prove(port, dataDir, { ours: of('ours'), ccxt: of('ccxt'), bare: of('bare') });
    return outcomeOf(rounds);
  } finally {
    for (const end of ending.toReversed()) await end();
    remove();
  }
}

function outcomeOf(rounds: readonly Readonly<Record<Variant, readonly Taken[]>>[]): Outcome {
  const each = (name: string, unit: string, value: (found: (typeof rounds)[number]) => number) => ({
    name,
    unit,
    rounds: rounds.map(value),
  });
  const answered = (found: (typeof rounds)[number], variant: Variant) =>
    found[variant].map(({ answeredMs }) => answeredMs);
  const booked = (found: (typeof rounds)[number]) =>
    found.ours.map(({ stages }) => must(stages, 'the stages').bookedMs);
  const stage = (found: (typeof rounds)[number], name: 'intendedMs' | 'sentMs') =>
    found.ours.map(({ stages }) => must(stages, 'the stages')[name]);
  const others = (variant: 'ccxt' | 'bare') => [
    each(`${variant}: answered, p50`, 'ms', (found) => median(answered(found, variant))),
    each(`${variant}: answered, p99`, 'ms', (found) => quantile(answered(found, variant), 0.99)),
    each(`${variant}: processor time`, 'ms', (found) =>
      median(found[variant].map(({ cpuMs }) => cpuMs)),
    ),
  ];
  return {
    measures: [
      {
        ...each('ours / ccxt: answered, p50', 'x', (found) => {
          return median(answered(found, 'ours')) / median(answered(found, 'ccxt'));
        }),
        goal: { atMost: 0.65 },
      },
      each('ours, its fill durable / ccxt, answered: p50', 'x', (found) => {
        return median(booked(found)) / median(answered(found, 'ccxt'));
      }),
      each('ours / bare: answered, p50', 'x', (found) => {
        return median(answered(found, 'ours')) / median(answered(found, 'bare'));
      }),
      each('ours: intent durable, p50', 'ms', (found) => median(stage(found, 'intendedMs'))),
      each('ours: sent, p50', 'ms', (found) => median(stage(found, 'sentMs'))),
      each('ours: answered, p50', 'ms', (found) => median(answered(found, 'ours'))),
      each('ours: answered, p99', 'ms', (found) => quantile(answered(found, 'ours'), 0.99)),
      each('ours: fill durable, p50', 'ms', (found) => median(booked(found))),
      each('ours: fill durable, p99', 'ms', (found) => quantile(booked(found), 0.99)),
      each('ours: processor time', 'ms', (found) => median(found.ours.map(({ cpuMs }) => cpuMs))),
      ...others('ccxt'),
      ...others('bare'),
    ],
    notes: [
      `${ORDERS} orders, a third of each variant, one by one in turn; ${EACH} of each variant in a round, half of them opening, half closing`,
      'ours begins with the candle, or the wish to close, that causes the order and ends when its fill is durable; an entry carries its stop and target, those of the others are bare',
    ],
  };
}

export const bench = benchOf(
  'B3',
  `order path: ${ORDERS} orders, decided -> intent durable -> sent -> answered -> fill durable`,
  run,
);
