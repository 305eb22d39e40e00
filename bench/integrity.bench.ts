/**
 * B2: own fills in bursts, at a pace and across a cut, on the same exchange for our session and for ccxt; then schedules of
 * fills, doubles, cuts and late frames drawn from seeds, in virtual time. `BENCH_SCHEDULES` says how many of those.
 */
import { benchOf, type Measure, type Outcome, type Progress } from './kit.ts';
import type { ClientNews, ClientOrder, Variant } from './market-client.ts';
import type { MarketNews, MarketOrder } from './market-exchange.ts';
import { start, type Talker } from './processes.ts';
import { runSchedule } from './schedules.ts';

const FILLS = 4_000;
/** So many fills come before the cut, and so many happen while nobody listens. */
const BEFORE = 2_000;
const AWAY = 500;
const SEGMENTS = [1, 2, 10, 100] as const;
const PACES = [1_000, 20_000] as const;
const SCHEDULES = Number(process.env['BENCH_SCHEDULES'] ?? 3_000);

type Exchange = Talker<MarketOrder, MarketNews>;
type Course = { readonly segment: number; readonly perSecond: number };
type Found = { readonly lost: number; readonly refillMs: number };

/** One client hears the fills of a course, with a cut in the middle. */
async function course(variant: Variant, how: Course): Promise<Found> {
  const exchange: Exchange = start('market-exchange.ts');
  exchange.say({ kind: 'open', count: FILLS, what: 'fills' });
  const { port } = await exchange.hear('listening');
  const client: Talker<ClientOrder, ClientNews> = start('market-client.ts');
  client.say({ kind: 'connect', variant, port });
  await exchange.hear('listened');
  await client.hear('ready');
  client.say({ kind: 'begin', from: 0, count: FILLS });
  await client.hear('begun');
  const send = async (from: number, to: number): Promise<void> => {
    exchange.say({ kind: 'send', from, to, ...how });
    await exchange.hear('sent');
  };
  await send(0, BEFORE);
  exchange.say({ kind: 'cut' });
  await send(BEFORE, BEFORE + AWAY);
  await exchange.hear('listened');
  await send(BEFORE + AWAY, FILLS);
  const refillMs = variant === 'ours' ? (await client.hear('refilled')).afterMs : Number.NaN;
  client.say({ kind: 'finish' });
  const { distinct } = await client.hear('result');
  await client.end();
  await exchange.end();
  return { lost: FILLS - distinct, refillMs };
}

const COURSES = SEGMENTS.flatMap((segment) => PACES.map((perSecond) => ({ segment, perSecond })));

const measuresOf = (found: Record<'ours' | 'ccxt', Found[]>): readonly Measure[] => [
  ...(['ours', 'ccxt'] as const).map(
    (variant): Measure => ({
      name: `fills lost of ${FILLS}, ${variant}`,
      unit: '',
      rounds: found[variant].map(({ lost }) => lost),
      ...(variant === 'ours' ? { goal: { atMost: 0 } } : {}),
    }),
  ),
  {
    name: 'what was missed is read, after the new connection is up',
    unit: 'ms',
    rounds: found.ours.map(({ refillMs }) => refillMs),
    goal: { atMost: 1_000 },
  },
];

async function run(progress: Progress): Promise<Outcome> {
  const found: Record<'ours' | 'ccxt', Found[]> = { ours: [], ccxt: [] };
  for (const how of COURSES)
    for (const variant of ['ours', 'ccxt'] as const) {
      progress(`${variant}: ${how.segment} in a segment, ${how.perSecond} a second`);
      found[variant].push(await course(variant, how));
    }
  const wrong = { lost: 0, unknown: 0, crossed: 0 };
  let fills = 0;
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const result = runSchedule(seed);
    fills += result.fills;
    wrong.lost += result.lost;
    wrong.unknown += result.unknown;
    wrong.crossed += result.crossed;
    if (seed % 1_000 === 0) progress(`${seed} of ${SCHEDULES} schedules`);
  }
  const measures = measuresOf(found);
  const count = (name: keyof typeof wrong): Measure => ({
    name: `${name} in ${SCHEDULES} schedules of ${fills} fills, ours`,
    unit: '',
    rounds: [wrong[name]],
    goal: { atMost: 0 },
  });
  return {
    measures: [...measures, count('lost'), count('unknown'), count('crossed')],
    notes: [
      `rounds: ${COURSES.map(({ segment, perSecond }) => `${segment} in a segment at ${perSecond}/s`).join(', ')}`,
      `${BEFORE} fills, a cut, ${AWAY} while nobody listens, then the rest; ours reads the fills again when its link is up, as the engine does, ccxt as it comes`,
    ],
  };
}

export const bench = benchOf(
  'B2',
  'integrity: own fills in bursts, across cuts, in random schedules',
  run,
);
