/** The bounds of the journal, asserted at its door: what one append may hold and what one read may answer. */
import { assert } from '../base/assert.ts';
import type { Journal } from './port.ts';

/** Facts of one append. */
export const BATCH_FACTS = 10_000;

/** Facts that one read answers. */
export const READ_FACTS = 10_000;

/** Stops on a batch that its writer should never have made: empty, too large, or not numbered from `expected + 1`. */
export function checkBatch({ expected, epoch, facts }: Parameters<Journal['append']>[0]): void {
  assert(facts.length > 0, 'an append without facts');
  assert(facts.length <= BATCH_FACTS, `an append of ${facts.length} facts; at most ${BATCH_FACTS}`);
  facts.forEach((fact, index) => {
    assert(
      fact.seq === expected + 1 + index,
      `fact ${index} of an append on ${expected} carries seq ${fact.seq}`,
    );
    assert(
      fact.epoch === epoch,
      `fact ${fact.seq} carries epoch ${fact.epoch}, its append ${epoch}`,
    );
  });
}

/** Stops on a read that is not whole numbers within bounds. */
export function checkRead(after: number, limit: number): void {
  assert(Number.isSafeInteger(after) && after >= 0, `a read after ${after}`);
  assert(
    Number.isSafeInteger(limit) && limit >= 1 && limit <= READ_FACTS,
    `a read of ${limit} facts; 1 to ${READ_FACTS}`,
  );
}
