/**
 * B4, fact to screen: a notification leaves the exchange, its facts are durable, a dashboard has the frame; at four paces,
 * with one dashboard and with fifty, beside a twin without an engine.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DashboardsNews, DashboardsOrder } from './dashboards-process.ts';
import { type Measure, type Outcome, type Progress, benchOf, scratch } from './kit.ts';
import { quantile } from './measure.ts';
import { type Exchange, start, startEngine, startExchange } from './processes.ts';
import { type Size } from './messages.ts';
import type { TwinNews, TwinOrder } from './twin-process.ts';

const ROUNDS = 5;
const PACES = [20, 200, 2_000, 10_000] as const;
const DASHBOARDS = [1, 50] as const;
const SECONDS = 1.5;
/** The figures to be reached first hold up to this pace. */
const PROMISED = 2_000;
const SIZE: Size = { closed: 0, open: 0, instruments: 1 };

type Sample = {
  readonly p50: number;
  readonly p99: number;
  readonly delivered: number;
  readonly durable50: number | null;
};

/** What is measured: the engine or its twin, with the address of its stream. */
type Target = {
  readonly url: string;
  readonly token: string | null;
  /** When each notification's facts were durable. */
  readonly durable: () => Promise<ReadonlyMap<number, number>>;
};

const nameOf = (pace: number, clients: number): string =>
  `${pace}/s, ${clients} dashboard${clients === 1 ? '' : 's'}`;

async function measure(
  exchange: Exchange,
  target: Target,
  onto: (cell: string, sample: Sample) => void,
): Promise<void> {
  let first = 0;
  for (const clients of DASHBOARDS) {
    const dashboards = start<DashboardsOrder, DashboardsNews>('dashboards-process.ts');
    dashboards.say({ kind: 'open', url: target.url, token: target.token, clients });
    await dashboards.hear('open');
    for (const perSecond of PACES) {
      const count = Math.ceil((perSecond * SECONDS) / 2) * 2;
      exchange.say({ kind: 'push', first, count, perSecond });
      const { sentAt } = await exchange.hear('pushed');
      dashboards.say({ kind: 'collect', frames: count * clients });
      const { numbers, moments } = await dashboards.hear('received');
      const durable = await target.durable();
      const sent = (n: number): number => sentAt[n - first] ?? NaN;
      const late = numbers
        .map((n, index) => (moments[index] ?? NaN) - sent(n))
        .filter((ms) => !Number.isNaN(ms));
      const written = [...durable].map(([n, at]) => at - sent(n)).filter((ms) => !Number.isNaN(ms));
      onto(nameOf(perSecond, clients), {
        p50: quantile(late, 0.5),
        p99: quantile(late, 0.99),
        delivered: late.length / (count * clients),
        durable50: written.length === 0 ? null : quantile(written, 0.5),
      });
      first += count;
    }
    await dashboards.end();
  }
}

async function engineRound(onto: (cell: string, sample: Sample) => void): Promise<void> {
  const { path, remove } = scratch('b4');
  const { exchange, port } = await startExchange(SIZE);
  const engine = startEngine(SIZE, { dataDir: path, exchangePort: port });
  try {
    const opened = await engine.hear('opened');
    await engine.hear('verified');
    await measure(
      exchange,
      {
        url: `ws://127.0.0.1:${opened.port}/api/v1/stream`,
        token: readFileSync(join(path, 'api-token'), 'utf8').trim(),
        durable: async () => {
          engine.say({ kind: 'durable' });
          const { moments } = await engine.hear('durable');
          return new Map(
            moments.map(([id, state, at]) => [
              Number(id.slice(5)) * 2 + (state === 'open' ? 0 : 1),
              at,
            ]),
          );
        },
      },
      onto,
    );
  } finally {
    await engine.end();
    await exchange.end();
    remove();
  }
}

async function twinRound(onto: (cell: string, sample: Sample) => void): Promise<void> {
  const { exchange, port: exchangePort } = await startExchange(SIZE);
  const twin = start<TwinOrder, TwinNews>('twin-process.ts');
  try {
    twin.say({ kind: 'open', exchangePort });
    const { port } = await twin.hear('listening');
    await measure(
      exchange,
      { url: `ws://127.0.0.1:${port}/`, token: null, durable: async () => new Map() },
      onto,
    );
  } finally {
    await twin.end();
    await exchange.end();
  }
}

function rows(cell: string, engine: readonly Sample[], twin: readonly Sample[]): Measure[] {
  const promised = Number(cell.split('/')[0]) <= PROMISED;
  const goal = (atMost: number) => (promised ? { goal: { atMost } } : {});
  return [
    { name: `${cell}: p50`, unit: 'ms', rounds: engine.map(({ p50 }) => p50), ...goal(5) },
    { name: `${cell}: p99`, unit: 'ms', rounds: engine.map(({ p99 }) => p99), ...goal(25) },
    {
      name: `${cell}: durable p50`,
      unit: 'ms',
      rounds: engine.map(({ durable50 }) => durable50 ?? NaN),
    },
    {
      name: `${cell}: delivered`,
      unit: 'of 1',
      rounds: engine.map(({ delivered }) => delivered),
      goal: { atLeast: 1 },
    },
    { name: `${cell}: twin p50`, unit: 'ms', rounds: twin.map(({ p50 }) => p50) },
    { name: `${cell}: twin p99`, unit: 'ms', rounds: twin.map(({ p99 }) => p99) },
  ];
}

async function run(progress: Progress): Promise<Outcome> {
  const cells = DASHBOARDS.flatMap((clients) => PACES.map((pace) => nameOf(pace, clients)));
  const found = new Map(
    cells.map((cell) => [cell, { engine: [] as Sample[], twin: [] as Sample[] }]),
  );
  for (let round = 0; round < ROUNDS; round++) {
    progress(`round ${round + 1} of ${ROUNDS}`);
    await twinRound((cell, sample) => found.get(cell)?.twin.push(sample));
    await engineRound((cell, sample) => found.get(cell)?.engine.push(sample));
  }
  return {
    measures: cells.flatMap((cell) =>
      rows(cell, found.get(cell)?.engine ?? [], found.get(cell)?.twin ?? []),
    ),
    notes: [
      'from the moment the exchange hands a notification to its socket to the moment a dashboard has the frame, over all dashboards',
      'each notification is an order placed or cancelled by a hand: two facts, one commit, one frame',
      'a dashboard that asks every 10 s instead would be told after 5,000 ms at the median and 9,900 ms at p99 (computed)',
    ],
  };
}

export const bench = benchOf(
  'B4',
  'fact to screen: notification sent -> durable -> frame received, beside a twin without an engine',
  run,
);
