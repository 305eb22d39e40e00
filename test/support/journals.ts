/** Data folders and journals on a real disk for tests: what a test opens is closed and removed after it, however it ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { openSqliteJournal, openStoreReadOnly } from '../../src/edge/sqlite-journal.ts';
import type { Journal } from '../../src/journal/port.ts';
import type { Store } from '../../src/view/store.ts';

export type Journals = {
  /** A folder that nothing was opened in yet. */
  readonly newDir: () => string;
  readonly open: (
    dataDir: string,
    maxPages?: number,
  ) => Promise<{ readonly journal: Journal; readonly store: Store }>;
  readonly read: (dataDir: string) => Promise<Store>;
};

/** To be called once, at the top of a test file. */
export function testJournals(): Journals {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-test-'));
  const opened: { readonly close: () => Promise<void> }[] = [];
  let folders = 0;
  after(async () => {
    for (const one of opened) await one.close();
    rmSync(root, { recursive: true, force: true });
  });
  return {
    newDir: () => {
      folders += 1;
      return join(root, String(folders));
    },
    open: async (dataDir, maxPages) => {
      const onFatal = (reason: string): never => {
        throw new Error(reason);
      };
      const both = await openSqliteJournal({
        dataDir,
        onFatal,
        ...(maxPages === undefined ? {} : { maxPages }),
      });
      opened.push(both.journal);
      return both;
    },
    read: async (dataDir) => {
      const store = await openStoreReadOnly(dataDir);
      opened.push(store);
      return store;
    },
  };
}
