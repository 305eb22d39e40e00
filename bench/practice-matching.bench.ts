/**
 * B-match, the practice exchange: orders that rest and orders that take them, whole steps from the request's frame to the
 * written record and the answer, on an empty book and among a thousand resting orders. In processor time, garbage included.
 */
import { dec } from '../src/base/decimal.ts';
import { hmacSha256 } from '../src/edge/hashing.ts';
import { accountNamed, createExchange } from '../src/venue/practice/exchange.ts';
import type { Exchange, ExchangeInput } from '../src/venue/practice/ports.ts';
import { benchOf, interleaved, type Outcome, type Progress } from './kit.ts';
import { timed } from './measure.ts';

const ROUNDS = 5;
const PAIRS = 4_000;
const RESTING = 1_000;
const START = 1_767_614_400_000;
const PERP = 'BTC_USDC-PERPETUAL';
const NAMES = ['main', 'second'];
const KEYS = ['practice-engine', 'practice-engine-second'];

type Run = { readonly bytes: number; readonly ms: number };

function opened(): Exchange {
  const exchange = createExchange({
    seed: 7,
    startAt: START,
    speed: 0,
    hmacSha256,
    accounts: NAMES.map((name) => ({
      ...accountNamed(name),
      cash: { USDC: dec(100_000_000) },
    })),
  });
  const give = (input: ExchangeInput): unknown =>
    exchange.handle(input, { server: START, mono: 1 });
  for (const [i, key] of KEYS.entries()) {
    give({ kind: 'opened', conn: i });
    const params = {
      grant_type: 'client_credentials',
      client_id: key,
      client_secret: `${key}-secret`,
    };
    give({ kind: 'frame', conn: i, text: frame(0, 'public/auth', params) });
  }
  return exchange;
}

const frame = (id: number, method: string, params: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

/** Requests of an order that rests and of one that takes it, from the two accounts in turn. */
function requests(): readonly { readonly conn: number; readonly text: string }[] {
  return Array.from({ length: 2 * PAIRS }, (_, i) => {
    const pair = Math.floor(i / 2);
    const takes = i % 2 === 1;
    const order = { instrument_name: PERP, amount: 0.001, price: 64_000, label: `n${i}` };
    return {
      conn: (pair + (takes ? 1 : 0)) % 2,
      text: frame(i, takes ? 'private/buy' : 'private/sell', order),
    };
  });
}

async function steps(resting: number): Promise<Run> {
  const exchange = opened();
  for (let i = 0; i < resting; i++) {
    const far = {
      instrument_name: PERP,
      amount: 0.0001,
      price: i % 2 === 0 ? 63_000 - i : 65_000 + i,
    };
    const text = frame(i, i % 2 === 0 ? 'private/buy' : 'private/sell', far);
    exchange.handle({ kind: 'frame', conn: i % 2, text }, { server: START, mono: 1 });
  }
  const asked = requests();
  let bytes = 0;
  let filled = 0;
  const { cpuMs: ms } = await timed(() => {
    for (const { conn, text } of asked) {
      for (const effect of exchange.handle(
        { kind: 'frame', conn, text },
        { server: START, mono: 1 },
      )) {
        if (effect.kind === 'record') bytes += effect.entry.length;
        if (effect.kind === 'send' && effect.text.includes('"order_state":"filled"')) filled++;
      }
    }
    return asked.length;
  });
  if (filled < PAIRS) throw new Error(`${filled} of ${PAIRS} orders were filled at once`);
  return { bytes, ms };
}

const perSecond = (ms: number): number => (2 * PAIRS * 1_000) / ms;

async function run(progress: Progress): Promise<Outcome> {
  let bytes = 0;
  const taken = async (resting: number): Promise<number> => {
    const { ms, bytes: written } = await steps(resting);
    bytes = written / (2 * PAIRS);
    return perSecond(ms);
  };
  await steps(0);
  const found = await interleaved(ROUNDS, {
    empty: (round) => {
      progress(`round ${round + 1} of ${ROUNDS}`);
      return taken(0);
    },
    deep: () => taken(RESTING),
  });
  const nanos = (rates: readonly number[]): number[] => rates.map((rate) => 1e9 / rate);
  return {
    measures: [
      {
        name: 'orders, frame to answer and record',
        unit: '/s',
        rounds: found.empty,
        goal: { atLeast: 20_000 },
      },
      { name: 'each', unit: 'ns', rounds: nanos(found.empty) },
      { name: `among ${RESTING} resting orders`, unit: '/s', rounds: found.deep },
      { name: 'each', unit: 'ns', rounds: nanos(found.deep) },
    ],
    notes: [
      `${bytes.toFixed(0)} bytes of record for each order; half of the orders take what the other half rest`,
    ],
  };
}

export const bench = benchOf(
  'B-match',
  'orders a second of processor time of the practice exchange',
  run,
);
