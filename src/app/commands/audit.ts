/** The verbs that need no engine but its folder: `audit verify` walks the hash chain, `audit export` writes the journal out. */
import { type JournalPlace, journalsIn, MAIN_ACCOUNT } from '../../edge/account-folders.ts';
import { exportLines } from '../../edge/journal-export.ts';
import { JournalRefused } from '../../edge/sqlite-database.ts';
import { openStoreReadOnly } from '../../edge/sqlite-journal.ts';
import type { VerifyResult } from '../../view/store.ts';
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

/** The journals of a data folder that are meant; a folder without any is asked for `main`'s, which says what is missing. */
function journalsMeant(io: Io, flags: LookFlags): readonly JournalPlace[] {
  const folder = findFolder(io, flags);
  const found = journalsIn(folder);
  const { account } = flags;
  const meant = found.filter((place) => account === undefined || place.account === account);
  if (meant.length > 0) return meant;
  if (account === undefined || found.length === 0)
    return [{ account: MAIN_ACCOUNT, dataDir: folder }];
  const accepted = found.map((place) => place.account).join(', ');
  throw new Refused(EXIT.usage, text(io.lang, 'cli.no_account', { given: account, accepted }));
}

async function verify(io: Io, { dataDir }: JournalPlace): Promise<VerifyResult> {
  const store = await openStoreReadOnly(dataDir).catch((error: unknown) => {
    throw refusalOf(error);
  });
  const progress = progressOn(io);
  try {
    return await store.verify(progress.told);
  } finally {
    progress.over();
    await store.close();
  }
}

function printVerdict(io: Io, verdict: VerifyResult, before: string): void {
  if (verdict.ok)
    io.line(
      `${before}${io.paint('green', text(io.lang, 'cli.chain_intact', { n: verdict.facts }))} ${text(io.lang, 'cli.chain_head', { head: verdict.head })}`,
    );
  else
    io.line(
      `${before}${io.paint('red', text(io.lang, 'cli.chain_broken', { seq: verdict.seq }))} ${verdict.problem}`,
    );
}

/** `audit verify`: walks the journal of each account; exit code 9 with the seq where a chain breaks. */
export async function verifyChain(io: Io, flags: LookFlags): Promise<ExitCode> {
  const places = journalsMeant(io, flags);
  const verdicts: { readonly account: string; readonly verdict: VerifyResult }[] = [];
  for (const place of places) {
    const verdict = await verify(io, place);
    const of = text(io.lang, 'cli.chain_of', { id: place.account });
    if (flags.json !== true) printVerdict(io, verdict, places.length > 1 ? `${of} ` : '');
    verdicts.push({ account: place.account, verdict });
  }
  if (flags.json === true) printJson(io, verdicts.length > 1 ? verdicts : verdicts[0]?.verdict);
  return verdicts.every(({ verdict }) => verdict.ok) ? EXIT.fine : EXIT.chainBroken;
}

/** `audit export`: one line per fact of one journal on standard output; with several it has to be named. */
export function exportJournal(io: Io, flags: LookFlags): ExitCode {
  const places = journalsMeant(io, flags);
  const [place, second] = places;
  if (place === undefined || second !== undefined) {
    const accepted = places.map(({ account }) => account).join(', ');
    throw new Refused(EXIT.usage, text(io.lang, 'cli.one_account', { accepted }));
  }
  try {
    for (const line of exportLines(place.dataDir)) io.line(line);
    return EXIT.fine;
  } catch (error) {
    throw refusalOf(error);
  }
}
