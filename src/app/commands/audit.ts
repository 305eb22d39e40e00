/** The verbs that need no engine but its folder: `audit verify` walks the hash chain, `audit export` writes the journal out. */
import { exportLines } from '../../edge/journal-export.ts';
import { JournalRefused } from '../../edge/sqlite-database.ts';
import { openStoreReadOnly } from '../../edge/sqlite-journal.ts';
import { formatNumber } from '../../words/format.ts';
import { dec } from '../../base/decimal.ts';
import { text } from '../../words/text.ts';
import { findFolder } from '../cli-engine.ts';
import { type Io, type LookFlags, printJson } from '../cli-io.ts';
import { EXIT, type ExitCode, Refused } from '../exit-codes.ts';

/** Says on a terminal how far a walk is. */
function progressOn(io: Io): {
  readonly told: (done: number, of: number) => void;
  readonly over: () => void;
} {
  if (!io.errIsTerminal) return { told: () => {}, over: () => {} };
  const number = (value: number): string => formatNumber(io.lang, dec(value));
  return {
    told: (done, of) =>
      io.err(`\r${text(io.lang, 'cli.checking_chain', { done: number(done), of: number(of) })}`),
    over: () => io.err('\r\u001b[2K'),
  };
}

/** A journal that can't be opened, in words; one whose chain is broken has its own exit code. */
function refusalOf(error: unknown): unknown {
  return error instanceof JournalRefused
    ? new Refused(error.code === 'broken' ? EXIT.chainBroken : EXIT.error, error.message)
    : error;
}

/** `audit verify`: exit code 9 with the seq where the chain breaks. */
export async function verifyChain(io: Io, flags: LookFlags): Promise<ExitCode> {
  const folder = findFolder(io, flags);
  const store = await openStoreReadOnly(folder).catch((error: unknown) => {
    throw refusalOf(error);
  });
  const progress = progressOn(io);
  try {
    const verdict = await store.verify(progress.told);
    progress.over();
    if (flags.json === true) printJson(io, verdict);
    else if (verdict.ok)
      io.line(
        `${io.paint('green', text(io.lang, 'cli.chain_intact', { n: verdict.facts }))} ${text(io.lang, 'cli.chain_head', { head: verdict.head })}`,
      );
    else
      io.line(
        `${io.paint('red', text(io.lang, 'cli.chain_broken', { seq: verdict.seq }))} ${verdict.problem}`,
      );
    return verdict.ok ? EXIT.fine : EXIT.chainBroken;
  } finally {
    await store.close();
  }
}

/** `audit export`: one line per fact on standard output. */
export function exportJournal(io: Io, flags: LookFlags): ExitCode {
  try {
    for (const line of exportLines(findFolder(io, flags))) io.line(line);
    return EXIT.fine;
  } catch (error) {
    throw refusalOf(error);
  }
}
