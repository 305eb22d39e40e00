/**
 * The reading thread: answers pages on its own connection, which can't write. A walk over the whole chain goes step by
 * step between the pages, so that neither waits for the other for long; facts never change, so it needs no long transaction.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { MessagePort } from 'node:worker_threads';
import { toHex } from '../base/hashing.ts';
import { type ChainPoint, chainStart } from '../journal/chain.ts';
import type { PeriodQuery, VerifyResult } from '../view/store.ts';
import { sha256, utf8 } from './hashing.ts';
import { serveAll } from './sqlite-attach.ts';
import { asRefusal, journalFile, openForReading } from './sqlite-database.ts';
import type { Opening, PagesAnswer, PagesRequest, PagesSetup } from './sqlite-messages.ts';
import { walkPeriod } from './sqlite-period.ts';
import { createAnswerer } from './sqlite-queries.ts';
import { lastCommit, metaOf, walkChain } from './sqlite-stored.ts';

/** Facts that a walk checks before pages get their turn. */
const STEP = 5_000;

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Walks the chain up to the commit that was the last when it began. */
function walk(
  db: DatabaseSync,
  onStep: (done: number, of: number) => void,
  onEnd: (result: VerifyResult) => void,
): void {
  const hashing = { sha256, utf8 };
  let point: ChainPoint = { seq: 0, hash: new Uint8Array() };
  const end = (): VerifyResult | undefined => {
    const of = lastCommit(db);
    if (point.seq === 0) point = chainStart(hashing, metaOf(db, 'journal'));
    const limit = Math.min(STEP, of - point.seq);
    const walked = walkChain(db, hashing, { from: point, limit });
    if (!walked.ok) return walked;
    if (walked.point.seq === point.seq && of > point.seq) {
      return {
        ok: false,
        seq: point.seq + 1,
        problem: `fact ${point.seq + 1} is missing; the last commit ended at ${of}`,
      };
    }
    point = walked.point;
    onStep(point.seq, of);
    return point.seq < of ? undefined : { ok: true, facts: point.seq, head: toHex(point.hash) };
  };
  const step = (): void => {
    if (!db.isOpen) return;
    let result: VerifyResult | undefined;
    try {
      result = end();
    } catch (error) {
      result = {
        ok: false,
        seq: point.seq + 1,
        problem: `the database can't be read behind fact ${point.seq}: ${words(error)}`,
      };
    }
    if (result === undefined) setImmediate(step);
    else onEnd(result);
  };
  step();
}

function serve(port: MessagePort, db: DatabaseSync): void {
  const post = (answer: PagesAnswer): void => port.postMessage(answer);
  const answer = createAnswerer(db);
  /** One walk at a time: however many are asked for, pages wait for one step of one of them at most. */
  const periods: { readonly id: number; readonly asked: PeriodQuery }[] = [];
  const nextPeriod = (): void => {
    const [first] = periods;
    if (first === undefined) return;
    walkPeriod(db, first.asked, (answer) => {
      if (answer instanceof Error) post({ kind: 'failed', id: first.id, message: answer.message });
      else post({ kind: 'answer', id: first.id, json: JSON.stringify(answer) });
      periods.shift();
      nextPeriod();
    });
  };
  port.on('message', ({ id, query }: PagesRequest) => {
    if (query.name === 'verify') {
      walk(
        db,
        (done, of) => post({ kind: 'walked', id, done, of }),
        (result) => post({ kind: 'verified', id, result }),
      );
      return;
    }
    if (query.name === 'period') {
      periods.push({ id, asked: query.asked });
      if (periods.length === 1) nextPeriod();
      return;
    }
    if (query.name === 'close') {
      db.close();
      port.close();
      return;
    }
    try {
      post({ kind: 'answer', id, json: answer(query) });
    } catch (error) {
      post({ kind: 'failed', id, message: words(error) });
    }
  });
}

serveAll<PagesSetup>((port, { dataDir }) => {
  try {
    const db = openForReading(dataDir);
    port.postMessage({ kind: 'opened', opened: null } satisfies Opening<null>);
    serve(port, db);
  } catch (error) {
    const { code, message } = asRefusal(error, journalFile(dataDir));
    port.postMessage({ kind: 'refused', code, message } satisfies Opening<null>);
    port.close();
  }
});
