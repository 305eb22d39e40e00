/**
 * B5, the start: from the process's begin to every verdict durable and trading allowed, with many closed and many open
 * trades. B5g, its growth: the same with ten times as many closed trades, open trades, instruments. B6, one check on demand.
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
type Checked = { readonly cpuMs: number; readonly wallMs: number; readonly longestMs: number };

/** One start on a copy of an account, and so many checks after it. */
async function startOnce(
  size: Size,
  dataDir: string,
  checks = 0,
): Promise<{ readonly started: Started; readonly checked: readonly Checked[] }> {
  const { exchange, port } = await startExchange(size);
  try {
    const engine = startEngine(size, { dataDir, exchangePort: port });
    try {
      const opened = await engine.hear('opened');
      const report = await engine.hear('report');
      if (!report.ok || !report.complete) throw new Error('the first check was not clean');
      const verified = await engine.hear('verified');
      const checked: Checked[] = [];
      for (let n = 0; n < checks; n++) {
        engine.say({ kind: 'check' });
        checked.push(await engine.hear('used'));
      }
      const since = (at: number): number => at - engine.began;
      const { rssMb, cpuMs } = verified;
      return {
        started: {
          openedMs: since(opened.at),
          verdictsMs: since(report.at),
          tradingMs: since(verified.at),
          rssMb,
          cpuMs,
        },
        checked,
      };
    } finally {
      await engine.end();
    }
  } finally {
    await exchange.end();
  }
}

/** Starts on every account in turn, round by round. */
async function rounds(sizes: Readonly<Record<string, Size>>, progress: Progress, checks = 0) {
  const folders = new Map<string, string>();
  for (const [name, size] of Object.entries(sizes))
    folders.set(name, await accountFolder(size, progress));
  const found = new Map<string, { started: Started[]; checked: Checked[] }>(
    Object.keys(sizes).map((name) => [name, { started: [], checked: [] }]),
  );
  const { path, remove } = scratch('b5');
  try {
    for (const name of folders.keys()) {
      mkdirSync(join(path, name));
      copyAccount(folders.get(name) ?? '', join(path, name));
    }
    for (let round = 0; round < ROUNDS; round++) {
      progress(`round ${round + 1} of ${ROUNDS}`);
      for (const [name, size] of Object.entries(sizes)) {
        const { started, checked } = await startOnce(size, join(path, name), checks);
        found.get(name)?.started.push(started);
        found.get(name)?.checked.push(...checked);
      }
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
  const large = found.get('large')?.started ?? [];
  const empty = found.get('empty')?.started ?? [];
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
  const of = (name: string): readonly Started[] => found.get(name)?.started ?? [];
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

/** B6: checks on demand with ten thousand open trades, and with ten. */
export async function measureCheck(progress: Progress): Promise<Outcome> {
  const size: Size = { closed: 10_000, open: 10_000, instruments: 3 };
  const found = await rounds({ large: size, small: { ...size, open: 10 } }, progress, 2);
  const of = (name: string): readonly Checked[] => found.get(name)?.checked ?? [];
  return {
    measures: [
      {
        name: 'processor time of the trading thread',
        unit: 'ms',
        rounds: of('large').map(({ cpuMs }) => cpuMs),
        goal: { atMost: 10 },
      },
      {
        name: 'from the demand to the durable report',
        unit: 'ms',
        rounds: of('large').map(({ wallMs }) => wallMs),
      },
      {
        name: 'longest block of the trading thread',
        unit: 'ms',
        rounds: of('large').map(({ longestMs }) => longestMs),
        goal: { atMost: 5 },
      },
      {
        name: 'twin with 10 open trades: processor time',
        unit: 'ms',
        rounds: of('small').map(({ cpuMs }) => cpuMs),
      },
    ],
    notes: [
      `${words(size)}; two checks on demand after each of ${ROUNDS} starts; one answer holds 20,000 open orders of some 9 MB`,
      'without the 5,000 messages a second beside it that the goal names',
    ],
  };
}
