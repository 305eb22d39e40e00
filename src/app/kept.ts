/** What a kill sent before its journal had it, between the engine and the file beside the journal. */
import { fileTrouble } from '../edge/files.ts';
import { KEPT_FILE, openKeptFile } from '../edge/kept-file.ts';
import type { Log } from '../edge/log.ts';
import type { Kept } from '../engine/kept.ts';
import { liftFact } from '../journal/codec.ts';

export type KeptKills = {
  /** What the process before has kept. */
  readonly kept: readonly Kept[];
  readonly keep: (one: Kept) => void;
  readonly clear: () => Promise<void>;
};

/** Opens the file of a data folder. A line that can't be read is told and left out: the exchange shows what it did all the same. */
export function openKeptKills(dataDir: string, log: Log): KeptKills {
  const file = openKeptFile(dataDir, (error) =>
    log.error('kept', { file: KEPT_FILE, trouble: fileTrouble(error) }),
  );
  const kept = file.lines.flatMap((line): Kept[] => {
    const read = readKept(line);
    if (read === undefined) log.error('kept', { file: KEPT_FILE, trouble: 'a line that is none' });
    return read === undefined ? [] : [read];
  });
  return { kept, keep: (one) => file.keep(JSON.stringify(one)), clear: file.clear };
}

function readKept(line: string): Kept | undefined {
  try {
    const value = JSON.parse(line) as { readonly birth?: unknown; readonly facts?: unknown } | null;
    if (typeof value?.birth !== 'string' || !Array.isArray(value.facts)) return undefined;
    const facts = value.facts.map((one) => liftFact(one));
    return facts.every((one) => one.ok)
      ? { birth: value.birth, facts: facts.map((one) => one.value) }
      : undefined;
  } catch {
    return undefined;
  }
}
