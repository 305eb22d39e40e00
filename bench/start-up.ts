/**
 * B5, the start: from the process's begin to every verdict durable and trading allowed, with many closed and many open
 * trades. B5g, its growth: the same with ten times as many closed trades, open trades, instruments.
 */
import { join } from 'node:path';
import { accountFolder, copyAccount } from './account.ts';
import { type Measure, type Outcome, type Progress, scratch } from './kit.ts';
import { mkdirSync } from 'node:fs';
import { startEngine, startExchange } from './processes.ts';
import { type Size } from './messages.ts';

const ROUNDS = 5;
const LARGE: Size = { closed: 1_000_000, open: 10_000, instruments: 3 };

type Started = {
  readonly openedMs: number;
  readonly verdictsMs: number;
  readonly tradingMs: number;
  readonly rssMb: number;
  readonly cpuMs: number;
};

/** One start on a copy of an account. */
async function startOnce(size: Size, dataDir: string): Promise<Started> {
  const { exchange, port } = await startExchange(size);
  try {
    const engine = startEngine(size, { dataDir, exchangePort: port });
    try {
      const opened = await engine.hear('opened');
      const report = await engine.hear('report');
      if (!report.ok || !report.complete) throw new Error('the first check was not clean');
      const verified = await engine.hear('verified');
      const since = (at: number): number => at - engine.began;
      const { rssMb, cpuMs } = verified;
      return {
        openedMs: since(opened.at),
        verdictsMs: since(report.at),
        tradingMs: since(verified.at),
        rssMb,
        cpuMs,
      };
    } finally {
      await engine.end();
    }
  } finally {
    await exchange.end();
  }
}

/** Starts on every account in turn, round by round. */
async function rounds(sizes: Readonly<Record<string, Size>>, progress: Progress) {
  const folders = new Map<string, string>();
  for (const [name, size] of Object.entries(sizes))
    folders.set(name, await accountFolder(size, progress));
  const found = new Map<string, Started[]>(Object.keys(sizes).map((name) => [name, []]));
  const { path, remove } = scratch('b5');
  try {
    for (const name of folders.keys()) {
      mkdirSync(join(path, name));
      copyAccount(folders.get(name) ?? '', join(path, name));
    }
    for (let round = 0; round < ROUNDS; round++) {
      progress(`round ${round + 1} of ${ROUNDS}`);
      for (const [name, size] of Object.entries(sizes))
        found.get(name)?.push(await startOnce(size, join(path, name)));
    }
  } finally {
    remove();
  }
  return found;
}

const words = ({ closed, open, instruments }: Size): string =>
  `${closed} closed, ${open} open, ${instruments} instruments`;

/** B5: with a million closed and ten thousand open trades, beside an engine without any. */
export async function measureStart(progress: Progress): Promise<Outcome> {
  const none: Size = { closed: 0, open: 0, instruments: 3 };
  const found = await rounds({ large: LARGE, empty: none }, progress);
  const large = found.get('large') ?? [];
  const empty = found.get('empty') ?? [];
  return {
    measures: [
      {
        name: 'trading allowed',
        unit: 'ms',
        rounds: large.map(({ tradingMs }) => tradingMs),
        goal: { atMost: 2_000 },
      },
      {
        name: 'every verdict durable',
        unit: 'ms',
        rounds: large.map(({ verdictsMs }) => verdictsMs),
      },
      { name: 'dashboard answers', unit: 'ms', rounds: large.map(({ openedMs }) => openedMs) },
      { name: 'processor time', unit: 'ms', rounds: large.map(({ cpuMs }) => cpuMs) },
      {
        name: 'memory',
        unit: 'MB',
        rounds: large.map(({ rssMb }) => rssMb),
        goal: { atMost: 150 },
      },
      {
        name: 'twin without trades: trading allowed',
        unit: 'ms',
        rounds: empty.map(({ tradingMs }) => tradingMs),
      },
      {
        name: 'twin without trades: processor time',
        unit: 'ms',
        rounds: empty.map(({ cpuMs }) => cpuMs),
      },
      { name: 'twin without trades: memory', unit: 'MB', rounds: empty.map(({ rssMb }) => rssMb) },
    ],
    notes: [
      `${words(LARGE)}; each open trade has a live stop and a live target; the journal ends 2,500 facts behind its snapshot`,
      'no ghosts and orphans: each costs reads by name, of which the client allows itself ten a second whatever we do',
    ],
  };
}

/** B5g: ten times as many of each. */
export async function measureGrowth(progress: Progress): Promise<Outcome> {
  const base: Size = { closed: 10_000, open: 1_000, instruments: 3 };
  const found = await rounds(
    {
      base,
      'closed x10': { ...base, closed: 100_000 },
      'open x10': { ...base, open: 10_000 },
      'instruments x10': { ...base, instruments: 30 },
    },
    progress,
  );
  const of = (name: string): readonly Started[] => found.get(name) ?? [];
  const growth = (name: string, atMost: number): Measure => ({
    name: `${name}: processor time / base`,
    unit: 'x',
    rounds: of(name).map(({ cpuMs }, round) => cpuMs / (of('base')[round]?.cpuMs ?? NaN)),
    goal: { atMost },
  });
  return {
    measures: [
      { name: `base: ${words(base)}`, unit: 'ms', rounds: of('base').map(({ cpuMs }) => cpuMs) },
      growth('closed x10', 1.1),
      growth('open x10', 11),
      growth('instruments x10', 11),
    ],
    notes: [
      'processor time of the engine from its begin until trading was allowed; dashboards x10 is part of B4',
    ],
  };
}
