/**
 * B11: facts made durable, one by one and grouped, by the journal (own thread, hash chain, claims, epoch) and by bare
 * node:sqlite on the same kind of file in the same run. Each round has both, in turns.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { assert } from '../src/base/assert.ts';
import type { FactBody } from '../src/domain/fact.ts';
import { openSqliteJournal } from '../src/edge/sqlite-journal.ts';
import { encodeFact } from '../src/journal/codec.ts';
import { facts } from '../test/support/facts.ts';
import { type Bench, type Round, inFolder, median, timed } from './measure.ts';

const ROUNDS = 7;
const SINGLES = 400;
const GROUPS = 150;
const GROUP = 100;
/** So that a fact is 650 bytes as stored. */
const BYTES = 650;

const body = (raw: string): FactBody => ({
  type: 'MESSAGE_REFUSED',
  v: 1,
  data: { what: 'bench', raw },
});
const bare = Buffer.byteLength(encodeFact(facts(0, [body('')])[0] as never));
const BODY = body('x'.repeat(BYTES - bare));

type Sizes = { readonly appends: number; readonly each: number };

async function ours({ appends, each }: Sizes): Promise<Round> {
  return inFolder(async (dataDir) => {
    const { journal } = await openSqliteJournal({
      dataDir,
      onFatal: (reason) => {
        throw new Error(reason);
      },
    });
    const { epoch } = journal.opened;
    const batches = Array.from({ length: appends }, (_, n) => ({
      expected: n * each,
      epoch,
      facts: facts(
        n * each,
        Array.from({ length: each }, () => BODY),
        epoch,
      ),
    }));
    const round = await timed(async () => {
      if (each === 1)
        for (const batch of batches)
          assert((await journal.append(batch)).ok, 'an append was refused');
      else
        for (const result of await Promise.all(batches.map((batch) => journal.append(batch))))
          assert(result.ok, 'an append was refused');
      return appends * each;
    });
    const last = await journal.read(appends * each - 1, 2);
    assert(last.length === 1, 'the work was not done');
    await journal.close();
    return round;
  });
}

async function sqlite({ appends, each }: Sizes): Promise<Round> {
  return inFolder(async (folder) => {
    const db = new DatabaseSync(join(folder, 'bare.sqlite'));
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE facts (seq INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT',
    );
    const insert = db.prepare('INSERT INTO facts (seq, text) VALUES (?, ?)');
    const texts = facts(
      0,
      Array.from({ length: appends * each }, () => BODY),
    ).map(encodeFact);
    const round = await timed(() => {
      for (let n = 0; n < appends; n++) {
        db.exec('BEGIN IMMEDIATE');
        for (let k = n * each; k < (n + 1) * each; k++) insert.run(k + 1, texts[k] ?? '');
        db.exec('COMMIT');
      }
      return appends * each;
    });
    assert(
      db.prepare('SELECT count(*) AS n FROM facts').get()?.['n'] === appends * each,
      'the work was not done',
    );
    db.close();
    return round;
  });
}

const cpuEach = ({ cpuMs, units }: Round): number => (cpuMs * 1_000) / units;
const rate = ({ wallMs, units }: Round): number => (units * 1_000) / wallMs;

export const bench: Bench = {
  id: 'B11',
  about: `journal: facts of ${BYTES} B made durable, against bare node:sqlite (WAL, synchronous FULL)`,
  run: async (tell) => {
    const kinds = {
      'one by one': { appends: SINGLES, each: 1 },
      grouped: { appends: GROUPS, each: GROUP },
    };
    const table: string[][] = [
      ['', 'CPU/fact ours', 'bare', 'facts/s ours', 'bare', 'speed ratio', 'all rounds'],
    ];
    const data: Record<string, object> = {};
    for (const [name, sizes] of Object.entries(kinds)) {
      const rounds: { ours: Round; bare: Round }[] = [];
      for (let n = 0; n < ROUNDS; n++) {
        tell(`${name}, round ${n + 1} of ${ROUNDS}`);
        const [a, b] =
          n % 2 === 0 ? [await ours(sizes), await sqlite(sizes)] : (await both(sizes)).toReversed();
        rounds.push({ ours: a as Round, bare: b as Round });
      }
      const ratios = rounds.map((round) => rate(round.ours) / rate(round.bare));
      const of = (pick: (round: { ours: Round; bare: Round }) => number): string =>
        median(rounds.map(pick)).toFixed(0);
      table.push([
        name,
        `${of((round) => cpuEach(round.ours))} µs`,
        `${of((round) => cpuEach(round.bare))} µs`,
        of((round) => rate(round.ours)),
        of((round) => rate(round.bare)),
        median(ratios).toFixed(2),
        ratios.map((ratio) => ratio.toFixed(2)).join(' '),
      ]);
      data[name] = { sizes, rounds, ratio: median(ratios) };
    }
    return { table, data };
  },
};

async function both(sizes: Sizes): Promise<readonly [Round, Round]> {
  const first = await sqlite(sizes);
  return [first, await ours(sizes)];
}
