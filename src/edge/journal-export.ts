/** The journal as text for other programs: one line per fact, with its hash and the very text that was hashed. */
import { exportLine } from '../journal/chain.ts';
import { openForReading } from './sqlite-database.ts';
import { storedFacts } from './sqlite-stored.ts';

/** Lines `{"hash":"…","fact":<text verbatim>}` in order of seq; works beside a running engine. Throws JournalRefused. */
export function* exportLines(dataDir: string): Generator<string> {
  const db = openForReading(dataDir);
  try {
    for (const { hash, text } of storedFacts(db, 0)) yield exportLine({ hash, text });
  } finally {
    db.close();
  }
}
