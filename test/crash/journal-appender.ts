/**
 * A process that appends to a journal until it is killed, for the crash tests. Prints one JSON line when the journal is
 * open or refused, one for every append that was acknowledged (its head) or refused, and never stops by itself.
 * Arguments: the data folder, how many appends are kept in flight, and the characters that each fact carries beside.
 */
import type { FactBody } from '../../src/domain/fact.ts';
import { JournalRefused } from '../../src/edge/sqlite-database.ts';
import { openSqliteJournal } from '../../src/edge/sqlite-journal.ts';
import * as make from '../support/facts.ts';

const [dataDir = '', inFlight = '1', ballast = '0'] = process.argv.slice(2);

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** Append `k` of an epoch: one to four facts that say how many they are, the first of them a new trade. */
function batch(epoch: number, k: number): readonly FactBody[] {
  const size = 1 + (k % 4);
  return Array.from({ length: size }, (_, index): FactBody => {
    if (index === 0)
      return {
        type: 'TRADE_OPENED',
        v: 1,
        data: { trade: make.trade(k, { id: `${epoch}-${k}-of-${size}` }) },
      };
    return {
      type: 'LINK_CHANGED',
      v: 1,
      data: { link: 'market', up: true, reason: `${epoch}-${k}${'x'.repeat(Number(ballast))}` },
    };
  });
}

async function run(): Promise<void> {
  const { journal } = await openSqliteJournal({
    dataDir,
    onFatal: (reason) => {
      say({ fatal: reason });
      process.exit(1);
    },
  });
  const { epoch, head } = journal.opened;
  say({ opened: head, epoch, pid: process.pid });
  let expected = head;
  let k = 0;
  const next = async (): Promise<void> => {
    const bodies = batch(epoch, k);
    const facts = make.facts(expected, bodies, epoch);
    k += 1;
    const append = journal.append({ expected, epoch, facts });
    expected += bodies.length;
    const result = await append;
    say(
      result.ok
        ? { acknowledged: result.head }
        : { refused: result.reason, message: result.message },
    );
    if (result.ok) await next();
  };
  await Promise.all(Array.from({ length: Number(inFlight) }, next));
  const late = await journal.append({
    expected,
    epoch,
    facts: make.facts(expected, batch(epoch, k), epoch),
  });
  say({ late: late.ok ? 'written' : late.reason });
}

try {
  await run();
} catch (error) {
  if (!(error instanceof JournalRefused)) throw error;
  say({ code: error.code, message: error.message });
  process.exitCode = 1;
}
