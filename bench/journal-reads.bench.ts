/**
 * B11, the journal: appended one by one beside bare node:sqlite, appended in groups, folded again, verified. Facts are
 * those of whole trades as the engine books them.
 */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { emptyBooks } from '../src/domain/books.ts';
import { evolve } from '../src/domain/evolve.ts';
import type { Fact } from '../src/domain/fact.ts';
import { sha256 } from '../src/edge/hashing.ts';
import { openSqliteJournal, openStoreReadOnly } from '../src/edge/sqlite-journal.ts';
import { encodeFact } from '../src/journal/codec.ts';
import type { Journal } from '../src/journal/port.ts';
import { type Outcome, type Progress, benchOf, interleaved, scratch, timed } from './kit.ts';
import { RISK, checkedFacts, closedTrade, overAt } from './story.ts';

const ONE_BY_ONE = 400;
const GROUPED = 30_000;
const GROUP = 100;
const LONG = 200_000;
const ROUNDS = 5;
/** Trades between two clean checks, after which the books forget what is long over. */
const CHECK_EVERY = 600;

const fatal = (reason: string): never => {
  throw new Error(reason);
};

/** Facts of closed trades behind `after`, as many as asked. */
function facts(after: number, count: number, epoch: number): Fact[] {
  const found: Fact[] = [];
  for (let trade = 0; found.length < count; trade++) {
    const next = closedTrade({
      n: after + trade,
      seq: after + found.length,
      epoch,
      instrument: 0,
      strategy: 0,
    });
    found.push(...next.slice(0, count - found.length));
    if (trade % CHECK_EVERY === CHECK_EVERY - 1 && found.length < count)
      found.push(...checkedFacts({ seq: after + found.length, epoch, at: overAt(after + trade) }));
  }
  return found;
}

function bare(path: string) {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec(
    'CREATE TABLE facts (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, hash BLOB NOT NULL, text TEXT NOT NULL) STRICT',
  );
  const insert = db.prepare('INSERT INTO facts (seq, type, hash, text) VALUES (?, ?, ?, ?)');
  const hash = sha256('bench');
  let seq = 0;
  return {
    add: (type: string, text: string): void => {
      seq += 1;
      insert.run(seq, type, hash, text);
    },
    begin: () => db.exec('BEGIN IMMEDIATE'),
    commit: () => db.exec('COMMIT'),
    close: () => db.close(),
  };
}

async function appendAll(journal: Journal, made: readonly Fact[], group: number): Promise<void> {
  const first = (made[0]?.seq ?? 1) - 1;
  const epoch = journal.opened.epoch;
  const answers: Promise<unknown>[] = [];
  for (let from = 0; from < made.length; from += group) {
    const batch = made.slice(from, from + group);
    answers.push(
      journal
        .append({ expected: first + from, epoch, facts: batch })
        .then((result) => (result.ok ? undefined : fatal(result.message))),
    );
    if (group === 1) await answers.at(-1);
  }
  await Promise.all(answers);
}

const perSecond = (count: number, ms: number): number => (count / ms) * 1_000;

/** Reads a whole journal through its port and folds it. */
async function fold(journal: Journal): Promise<number> {
  const books = emptyBooks(RISK);
  let seq = 0;
  while (seq < journal.opened.head) {
    const read = await journal.read(seq, 10_000);
    for (const fact of read) evolve(books, fact);
    seq += read.length;
  }
  return seq;
}

async function run(progress: Progress): Promise<Outcome> {
  const { path, remove } = scratch('b11');
  try {
    progress(`a journal of ${LONG} facts`);
    const long = await openSqliteJournal({ dataDir: join(path, 'long'), onFatal: fatal });
    const made = facts(0, LONG, 1);
    const bytes =
      made.slice(0, 3_000).reduce((sum, fact) => sum + encodeFact(fact).length, 0) / 3_000;
    for (let from = 0; from < LONG; from += 20_000)
      await appendAll(long.journal, made.slice(from, from + 20_000), GROUP);
    await long.journal.close();

    const found = await interleaved(ROUNDS, {
      'bare one by one': async (round) => {
        progress(`round ${round + 1} of ${ROUNDS}`);
        const db = bare(join(path, `bare-${round}.sqlite`));
        const texts = facts(0, ONE_BY_ONE, 1).map((fact) => ({
          type: fact.type,
          text: encodeFact(fact),
        }));
        const ms = await timed(() => texts.forEach(({ type, text }) => db.add(type, text)));
        db.close();
        return perSecond(ONE_BY_ONE, ms);
      },
      'journal one by one': async (round) => {
        const { journal } = await openSqliteJournal({
          dataDir: join(path, `one-${round}`),
          onFatal: fatal,
        });
        const ms = await timed(() => appendAll(journal, facts(0, ONE_BY_ONE, 1), 1));
        await journal.close();
        return perSecond(ONE_BY_ONE, ms);
      },
      'bare in groups': async (round) => {
        const db = bare(join(path, `bare-groups-${round}.sqlite`));
        const texts = facts(0, GROUPED, 1).map((fact) => ({
          type: fact.type,
          text: encodeFact(fact),
        }));
        const ms = await timed(() => {
          texts.forEach(({ type, text }, index) => {
            if (index % GROUP === 0) db.begin();
            db.add(type, text);
            if (index % GROUP === GROUP - 1) db.commit();
          });
        });
        db.close();
        return perSecond(GROUPED, ms);
      },
      'journal in groups': async (round) => {
        const { journal } = await openSqliteJournal({
          dataDir: join(path, `groups-${round}`),
          onFatal: fatal,
        });
        const batch = facts(0, GROUPED, 1);
        const ms = await timed(() => appendAll(journal, batch, GROUP));
        await journal.close();
        return perSecond(GROUPED, ms);
      },
      encoded: async () => {
        const batch = made.slice(0, 30_000);
        return perSecond(30_000, await timed(() => batch.forEach(encodeFact)));
      },
      'folded in memory': async () => {
        const books = emptyBooks(RISK);
        return perSecond(LONG, await timed(() => made.forEach((fact) => evolve(books, fact))));
      },
      'read and folded': async () => {
        const { journal } = await openSqliteJournal({
          dataDir: join(path, 'long'),
          onFatal: fatal,
        });
        const ms = await timed(async () => {
          if ((await fold(journal)) !== LONG) fatal('facts are missing');
        });
        await journal.close();
        return perSecond(LONG, ms);
      },
      verified: async () => {
        const store = await openStoreReadOnly(join(path, 'long'));
        const ms = await timed(async () => {
          const result = await store.verify();
          if (!result.ok || result.facts !== LONG) fatal('the chain was not verified whole');
        });
        await store.close();
        return perSecond(LONG, ms);
      },
    });
    const ratio = (a: readonly number[], b: readonly number[]): number[] =>
      a.map((value, index) => value / (b[index] ?? NaN));
    const speeds = Object.entries(found).map(([name, rounds]) => ({
      name,
      unit: 'facts/s',
      rounds,
    }));
    const goals: Readonly<Record<string, { readonly atLeast: number }>> = {
      'journal in groups': { atLeast: 150_000 },
      'read and folded': { atLeast: 400_000 },
      verified: { atLeast: 400_000 },
    };
    return {
      measures: [
        ...speeds.map((measure) => ({
          ...measure,
          ...(goals[measure.name] === undefined
            ? {}
            : { goal: goals[measure.name] as { readonly atLeast: number } }),
        })),
        {
          name: 'journal / bare, one by one',
          unit: 'x',
          rounds: ratio(found['journal one by one'], found['bare one by one']),
          goal: { atLeast: 0.85 },
        },
        {
          name: 'journal / bare, in groups',
          unit: 'x',
          rounds: ratio(found['journal in groups'], found['bare in groups']),
        },
      ],
      notes: [
        `${Math.round(bytes)} bytes a fact; groups of ${GROUP}; read and verified over ${LONG} facts`,
        'bare: one thread and one table; the journal: another thread, hash chain, claims and read models in the same commit',
      ],
    };
  } finally {
    remove();
  }
}

export const bench = benchOf(
  'B11-facts',
  'the journal with the facts of whole trades: appended, encoded, folded, read back, verified',
  run,
);
