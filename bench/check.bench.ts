/**
 * B6: checks of 10,000 open trades, each with its stop and its target, on 1,000 instruments, beside 5,000 prices a second.
 * What the trading thread does in a window with checks, less what it does for as many prices without; the same checks alone;
 * ccxt's fetchPositions in between.
 */
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from '../src/base/assert.ts';
import { accountFolder, copyAccount } from './account.ts';
import type { Used } from './engine-process.ts';
import { benchOf, type Outcome, type Progress, scratch } from './kit.ts';
import { median } from './measure.ts';
import type { Size } from './messages.ts';
import type { PositionsNews, PositionsOrder } from './positions-client.ts';
import {
  type Engine,
  type Exchange,
  start,
  startEngine,
  startExchange,
  type Talker,
} from './processes.ts';

const ROUNDS = 5;
const CHECKS = 8;
const WINDOW_MS = 5_000;
const PER_SECOND = 5_000;
/** Of what a check reads first there are a few fills of the last ten minutes: nothing else happens on the account. */
const SIZE: Size = {
  closed: 10_000,
  open: 10_000,
  instruments: 1_000,
  strategies: 1,
  openEveryMs: 5_000,
  limits: { non_matching_engine: { rate: 200, burst: 1_000 } },
};

type Client = Talker<PositionsOrder, PositionsNews>;
type Counted = Extract<Awaited<ReturnType<typeof counted>>, object>;
/** A window of the engine, and what reached the exchange and left it meanwhile. */
type Window = Used & { readonly counted: Counted };
type Round = {
  /** Nothing at all, prices without checks, checks beside prices, checks alone. */
  readonly rest: Window;
  readonly quiet: Window;
  readonly beside: Window;
  readonly alone: Window;
  readonly ccxtMs: number;
};

async function counted(exchange: Exchange) {
  exchange.say({ kind: 'count' });
  return exchange.hear('counted');
}

/** Histories and terms of a thousand instruments are read for a while after the start. */
async function calm(exchange: Exchange): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await sleep(1_000);
    const { requests } = await counted(exchange);
    const busy = ['public/get_tradingview_chart_data', 'public/get_instrument', 'public/ticker'];
    quiet = busy.some((method) => (requests[method] ?? 0) > 0) ? 0 : quiet + 1;
  }
}

async function window(exchange: Exchange, engine: Engine, checks: number): Promise<Window> {
  await counted(exchange);
  engine.say({ kind: 'window', checks, ms: WINDOW_MS });
  const used = await engine.hear('used');
  return { ...used, counted: await counted(exchange) };
}

async function round(exchange: Exchange, engine: Engine, client: Client): Promise<Round> {
  const rest = await window(exchange, engine, 0);
  exchange.say({ kind: 'prices', perSecond: PER_SECOND });
  const quiet = await window(exchange, engine, 0);
  const beside = await window(exchange, engine, CHECKS);
  exchange.say({ kind: 'prices', perSecond: 0 });
  const alone = await window(exchange, engine, CHECKS);
  client.say({ kind: 'read', times: CHECKS });
  const { cpuMs, positions } = await client.hear('read');
  assert(positions === Math.min(SIZE.open, SIZE.instruments), `ccxt read ${positions} positions`);
  return { rest, quiet, beside, alone, ccxtMs: cpuMs / CHECKS };
}

/** One engine on an account, so many rounds. */
async function rounds(size: Size, times: number, progress: Progress): Promise<readonly Round[]> {
  const folder = await accountFolder(size, progress);
  const { path, remove } = scratch('b6');
  const { exchange, port } = await startExchange(size);
  const client: Client = start('positions-client.ts');
  try {
    mkdirSync(path, { recursive: true });
    copyAccount(folder, path);
    const engine = startEngine(size, { dataDir: path, exchangePort: port });
    try {
      await engine.hear('verified');
      client.say({ kind: 'connect', port });
      await client.hear('ready');
      progress('waits until what is read once is read');
      await calm(exchange);
      await window(exchange, engine, 2);
      const found: Round[] = [];
      for (let n = 0; n < times; n++) {
        progress(`${size.open} open trades, round ${n + 1} of ${times}`);
        found.push(await round(exchange, engine, client));
      }
      return found;
    } finally {
      await engine.end();
    }
  } finally {
    await client.end();
    await exchange.end();
    remove();
  }
}

/** Of one check: what the window took less what its prices took, each as much as without checks. */
const besideOf = ({ quiet, beside }: Round): number =>
  (beside.cpuMs - (quiet.cpuMs * beside.counted.prices) / quiet.counted.prices) / CHECKS;
/** The same less what the thread takes for nothing at all, its measuring included. */
const aloneOf = ({ rest, alone }: Round): number =>
  (alone.cpuMs - (rest.cpuMs * alone.wallMs) / rest.wallMs) / CHECKS;

const requestsOf = (
  {
    alone: {
      counted: { requests },
    },
  }: Round,
  isLog: boolean,
): number =>
  Object.entries(requests)
    .filter(([method]) => method.startsWith('private/'))
    .filter(([method]) => (method === 'private/get_transaction_log') === isLog)
    .reduce((sum, [, count]) => sum + count, 0) / CHECKS;

async function run(progress: Progress): Promise<Outcome> {
  const large = await rounds(SIZE, ROUNDS, progress);
  return {
    measures: [
      {
        name: 'check beside prices: processor time of the trading thread',
        unit: 'ms',
        rounds: large.map(besideOf),
        goal: { atMost: 20 },
      },
      {
        name: 'check alone: processor time of the trading thread',
        unit: 'ms',
        rounds: large.map(aloneOf),
        goal: { atMost: 20 },
      },
      {
        name: "alone, of what ccxt's fetchPositions takes",
        unit: 'x',
        rounds: large.map((one) => aloneOf(one) / one.ccxtMs),
      },
      {
        name: 'longest block, processor time: checks alone',
        unit: 'ms',
        rounds: large.map(({ alone }) => alone.blockMs),
        goal: { atMost: 5 },
      },
      {
        name: 'checks beside prices',
        unit: 'ms',
        rounds: large.map(({ beside }) => beside.blockMs),
      },
      {
        name: 'twin: prices without checks',
        unit: 'ms',
        rounds: large.map(({ quiet }) => quiet.blockMs),
      },
      {
        name: 'requests of a check, one currency in use',
        unit: '',
        rounds: large.map((one) => requestsOf(one, false)),
        goal: { atMost: 5 },
      },
      {
        name: 'and of the log of the account, in the background',
        unit: '',
        rounds: large.map((one) => requestsOf(one, true)),
      },
      {
        name: 'from the demand to the durable report',
        unit: 'ms',
        rounds: large.map(({ beside }) => median(beside.checksMs)),
      },
      { name: "ccxt's fetchPositions", unit: 'ms', rounds: large.map(({ ccxtMs }) => ccxtMs) },
      {
        name: 'a price beside it: processor time',
        unit: 'µs',
        rounds: large.map(({ quiet }) => (quiet.cpuMs * 1_000) / quiet.counted.prices),
      },
      {
        name: 'memory of the engine',
        unit: 'MB',
        rounds: large.map(({ beside }) => beside.rssMb),
      },
    ],
    notes: [
      `${SIZE.open} open trades on ${SIZE.instruments} instruments with ${2 * SIZE.open} live orders (an answer of some 9 MB); ${PER_SECOND} tickers a second beside it`,
      `${CHECKS} checks in a window of ${WINDOW_MS / 1_000} s; a block is the most processor time between two turns of the loop, timers of 1 ms included`,
    ],
  };
}

export const bench = benchOf(
  'B6',
  'a check with 10,000 open trades on 1,000 instruments beside 5,000 prices a second',
  run,
);
