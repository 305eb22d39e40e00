/**
 * B1: a stream of market data and private events read by our session over its real sockets, by ccxt with nothing changed but
 * its addresses, and by a bare WebSocket that parses: processor time of each client for a message, and what arrives.
 */
import { benchOf, interleaved, type Progress } from './kit.ts';
import type { ClientNews, ClientOrder, Variant } from './market-client.ts';
import type { MarketNews, MarketOrder } from './market-exchange.ts';
import { start, type Talker } from './processes.ts';

const WARM_UP = 20_000;
const MESSAGES = 60_000;
const ROUNDS = 5;
/** Frames in one segment of the wire: a stream at full speed comes in such pieces. */
const SEGMENT = 16;

type Exchange = Talker<MarketOrder, MarketNews>;
type Result = Extract<ClientNews, { readonly kind: 'result' }>;

/** One client lives, is warmed up, and reads the stream. */
async function round(variant: Variant, exchange: Exchange, port: number): Promise<Result> {
  const flags = (process.env['BENCH_CLIENT_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
  const client: Talker<ClientOrder, ClientNews> = start('market-client.ts', flags);
  client.say({ kind: 'connect', variant, port });
  await client.hear('ready');
  const run = async (from: number, to: number): Promise<Result> => {
    client.say({ kind: 'begin', from, count: to - from });
    await client.hear('begun');
    exchange.say({ kind: 'send', from, to, segment: SEGMENT });
    await exchange.hear('sent');
    client.say({ kind: 'finish' });
    return client.hear('result');
  };
  await run(0, WARM_UP);
  const result = await run(WARM_UP, WARM_UP + MESSAGES);
  await client.end();
  return result;
}

async function run(progress: Progress) {
  const exchange: Exchange = start('market-exchange.ts');
  exchange.say({ kind: 'open', count: WARM_UP + MESSAGES, what: 'market' });
  const { port, meanBytes } = await exchange.hear('listening');
  const results: Record<Variant, Result[]> = { ours: [], ccxt: [], bare: [] };
  const measured = (variant: Variant) => async (n: number) => {
    progress(`${variant}, round ${n + 1} of ${ROUNDS}`);
    const result = await round(variant, exchange, port);
    results[variant].push(result);
    return (result.cpuMs * 1_000) / MESSAGES;
  };
  const cpu = await interleaved(ROUNDS, {
    ours: measured('ours'),
    ccxt: measured('ccxt'),
    bare: measured('bare'),
  });
  await exchange.end();
  const ratio = (of: readonly number[], to: readonly number[]): readonly number[] =>
    of.map((value, n) => value / (to[n] ?? Number.NaN));
  const names: readonly Variant[] = ['ours', 'ccxt', 'bare'];
  const delivered = (variant: Variant): readonly number[] =>
    results[variant].map(({ distinct }) => (distinct * 100) / MESSAGES);
  return {
    measures: [
      {
        name: 'CPU of ours to ccxt',
        unit: 'x',
        rounds: ratio(cpu.ours, cpu.ccxt),
        goal: { atMost: 0.22 },
      },
      {
        name: 'speed of ours to ws and JSON.parse',
        unit: 'x',
        rounds: ratio(cpu.bare, cpu.ours),
        goal: { atLeast: 0.85 },
      },
      ...names.map((name) => ({ name: `CPU a message, ${name}`, unit: 'µs', rounds: cpu[name] })),
      ...names.map((name) => ({
        name: `delivered, ${name}`,
        unit: '%',
        rounds: delivered(name),
        ...(name === 'ours' ? { goal: { atLeast: 100 } } : {}),
      })),
      ...names.map((name) => ({
        name: `wall, ${name}`,
        unit: 'ms',
        rounds: results[name].map(({ wallMs }) => wallMs),
      })),
    ],
    notes: [
      `${MESSAGES} messages of ${meanBytes.toFixed(0)} B after ${WARM_UP} to warm up, ${SEGMENT} in a segment; ours has two connections, as in the product`,
      'private events: ours and the bare one read user.changes, ccxt its own user.trades, which is shorter',
    ],
  };
}

export const bench = benchOf(
  'B1',
  'market data: processor time a message of our session, of ccxt and of ws with JSON.parse',
  run,
);
