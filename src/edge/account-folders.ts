/** Where the journals of a data folder lie: that of `main` in the folder itself, each other one under `accounts/<name>`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { journalFile } from './sqlite-database.ts';

/** The account that is there without being configured. */
export const MAIN_ACCOUNT = 'main';

/** A journal by the name of its account. */
export type JournalPlace = { readonly account: string; readonly dataDir: string };

/** The folder of an account. */
export const accountFolder = (dataDir: string, account: string): string =>
  account === MAIN_ACCOUNT ? dataDir : join(dataDir, 'accounts', account);

/** Where `KILL` stops one account of several; in the data folder itself it stops all. */
export const killFolder = (dataDir: string, account: string): string =>
  join(dataDir, 'accounts', account);

/** The journals that a data folder holds, `main` first, the others by name. */
export function journalsIn(dataDir: string): readonly JournalPlace[] {
  const root = join(dataDir, 'accounts');
  const others = existsSync(root) ? readdirSync(root).filter((name) => name !== MAIN_ACCOUNT) : [];
  return [MAIN_ACCOUNT, ...others.sort()]
    .map((account) => ({ account, dataDir: accountFolder(dataDir, account) }))
    .filter((place) => existsSync(journalFile(place.dataDir)));
}
