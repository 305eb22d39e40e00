/**
 * Journals of whole accounts, appended through the journal's own port fact by fact and kept below `.build/bench`, so that a
 * million trades are written once. Each has a snapshot and, behind it, as many facts as a running engine leaves there.
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyBooks, freezeBooks } from '../src/domain/books.ts';
import { evolve } from '../src/domain/evolve.ts';
import type { Fact } from '../src/domain/fact.ts';
import { openSqliteJournal } from '../src/edge/sqlite-journal.ts';
import { type Progress, RESULTS } from './kit.ts';
import { type Size, endOf, strategyCount } from './messages.ts';
import { RISK, checkedFacts, closedTrade, firstFacts, heldFacts, overAt } from './story.ts';

/** Rises whenever the accounts are told in another way. */
const VERSION = 2;
const BATCH = 3_000;
/** Batches that may wait for the disk. */
const AHEAD = 4;
const CHECK_EVERY = 600;
/** Closed trades behind the snapshot, with three facts each: half of what an engine lets come together. */
const BEHIND_SNAPSHOT = 833;

const nameOf = ({ closed, open, instruments, strategies, openEveryMs }: Size): string =>
  ['account', VERSION, closed, open, instruments, strategies, openEveryMs]
    .filter((part) => part !== undefined)
    .join('-');

const fatal = (reason: string): never => {
  throw new Error(reason);
};

/** Tells an account to its end, closed trades first; the snapshot is asked for before the last facts. */
function* tell(size: Size, journal: string, epoch: number): Generator<Fact[] | 'snapshot'> {
  let seq = 0;
  const count = (facts: Fact[]): Fact[] => {
    seq += facts.length;
    return facts;
  };
  yield count(firstFacts(size, { journal, epoch }));
  const late = Math.min(BEHIND_SNAPSHOT, size.closed);
  for (let n = 0; n < size.open; n++) yield count(heldFacts({ size, n }, seq, epoch));
  for (let n = 0; n < size.closed; n++) {
    if (n === size.closed - late) {
      yield count(checkedFacts({ seq, epoch, at: overAt(n) }));
      yield 'snapshot';
    }
    yield count(
      closedTrade({
        n,
        seq,
        epoch,
        instrument: n % size.instruments,
        strategy: n % strategyCount(size),
      }),
    );
    if (n % CHECK_EVERY === CHECK_EVERY - 1)
      yield count(checkedFacts({ seq, epoch, at: overAt(n) }));
  }
  yield count(checkedFacts({ seq, epoch, at: endOf(size) }));
}

async function write(dataDir: string, size: Size, progress: Progress): Promise<void> {
  const { journal } = await openSqliteJournal({ dataDir, onFatal: fatal });
  const { epoch, journal: id } = journal.opened;
  const books = emptyBooks(RISK);
  const waiting: Promise<unknown>[] = [];
  let batch: Fact[] = [];
  let written = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    waiting.push(
      journal
        .append({ expected: written, epoch, facts: batch })
        .then((result) => (result.ok ? undefined : fatal(result.message))),
    );
    written += batch.length;
    batch = [];
    if (waiting.length > AHEAD) await waiting.shift();
    if (written % 300_000 < BATCH) progress(`${nameOf(size)}: ${written} facts written`);
  };
  for (const told of tell(size, id, epoch)) {
    if (told === 'snapshot') {
      await flush();
      await Promise.all(waiting);
      await journal.keepSnapshot({ seq: written, text: freezeBooks(books) });
      continue;
    }
    for (const fact of told) evolve(books, fact);
    batch.push(...told);
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  await Promise.all(waiting);
  await journal.close();
}

/** The data folder of an account; it is copied before it is used. */
export async function accountFolder(size: Size, progress: Progress): Promise<string> {
  const folder = join(RESULTS, nameOf(size));
  if (existsSync(join(folder, 'whole'))) {
    // Once opened, its read models are those of this build.
    const { journal } = await openSqliteJournal({ dataDir: folder, onFatal: fatal });
    await journal.close();
    return folder;
  }
  const half = `${folder}.part`;
  rmSync(half, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  progress(`${nameOf(size)}: writing its journal`);
  await write(half, size, progress);
  writeFileSync(join(half, 'whole'), '');
  renameSync(half, folder);
  return folder;
}

/** A copy of an account's data folder to run an engine on. */
export function copyAccount(from: string, to: string): void {
  cpSync(join(from, 'journal.sqlite'), join(to, 'journal.sqlite'));
}
