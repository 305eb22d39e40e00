/**
 * B6: checks of 10,000 open trades, each with its stop and its target, on 1,000 instruments, beside 5,000 prices a second.
 * What the trading thread does in a window with checks, less what it does in one without; ccxt's fetchPositions in between.
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

const ROUNDS = 7;
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
type Round = {
  readonly quiet: Used;
  readonly checked: Used;
  readonly counted: Counted;
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

async function window(engine: Engine, checks: number): Promise<Used> {
  engine.say({ kind: 'window', checks, ms: WINDOW_MS });
  return engine.hear('used');
}

async function round(exchange: Exchange, engine: Engine, client: Client): Promise<Round> {
  const quiet = await window(engine, 0);
  await counted(exchange);
  const checked = await window(engine, CHECKS);
  const all = await counted(exchange);
  client.say({ kind: 'read', times: CHECKS });
  const { cpuMs, positions } = await client.hear('read');
  assert(positions === Math.min(SIZE.open, SIZE.instruments), `ccxt read ${positions} positions`);
  return { quiet, checked, counted: all, ccxtMs: cpuMs / CHECKS };
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
      exchange.say({ kind: 'prices', perSecond: PER_SECOND });
      await window(engine, 2);
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

const costOf = ({ quiet, checked }: Round): number =>
  (checked.cpuMs - (quiet.cpuMs * checked.wallMs) / quiet.wallMs) / CHECKS;

const requestsOf = ({ counted: { requests } }: Round, isLog: boolean): number =>
  Object.entries(requests)
    .filter(([method]) => method.startsWith('private/'))
    .filter(([method]) => (method === 'private/get_transaction_log') === isLog)
    .reduce((sum, [, count]) => sum + count, 0) / CHECKS;

async function run(progress: Progress): Promise<Outcome> {
  const large = await rounds(SIZE, ROUNDS, progress);
  return {
    measures: [
      {
        name: 'check: processor time of the trading thread',
        unit: 'ms',
        rounds: large.map(costOf),
        goal: { atMost: 20 },
      },
      {
        name: "of what ccxt's fetchPositions takes",
        unit: 'x',
        rounds: large.map((one) => costOf(one) / one.ccxtMs),
      },
      {
        name: 'longest block in a window with checks, processor time',
        unit: 'ms',
        rounds: large.map(({ checked }) => checked.blockMs),
        goal: { atMost: 5 },
      },
      {
        name: 'twin, a window without checks: longest block',
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
        rounds: large.map(({ checked }) => median(checked.checksMs)),
      },
      { name: "ccxt's fetchPositions", unit: 'ms', rounds: large.map(({ ccxtMs }) => ccxtMs) },
      {
        name: 'prices beside it: processor time, of the whole',
        unit: '%',
        rounds: large.map(({ quiet }) => (quiet.cpuMs * 100) / quiet.wallMs),
      },
      {
        name: 'memory of the engine',
        unit: 'MB',
        rounds: large.map(({ checked }) => checked.rssMb),
      },
    ],
    notes: [
      `${SIZE.open} open trades on ${SIZE.instruments} instruments with ${2 * SIZE.open} live orders (an answer of some 9 MB); ${PER_SECOND} tickers a second in all windows`,
      `${CHECKS} checks in a window of ${WINDOW_MS / 1_000} s; its processor time less that of a window without checks, for one check`,
    ],
  };
}

export const bench = benchOf(
  'B6',
  'a check with 10,000 open trades on 1,000 instruments beside 5,000 prices a second',
  run,
);
