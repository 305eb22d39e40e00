/** The bounds of what the read side answers: refused to clients where they ask for pages, asserted where our own code reads. */
import { assert } from '../base/assert.ts';

/** The largest page that a list answers. */
export const PAGE_LIMIT = 1_000;

/** Closed trades in a snapshot. */
export const LAST_TRADES = 100;

/** Facts of a trade's timeline that one answer holds; of longer ones the newest. */
export const TIMELINE_FACTS = 10_000;

/** Facts or commits that one answer holds. */
export const FACTS_LIMIT = 10_000;

/** Stops on a read of facts or commits that is not whole numbers within bounds. */
export function checkFacts(after: number, limit: number): void {
  assert(Number.isSafeInteger(after) && after >= 0, `a read after ${after}`);
  assert(
    Number.isSafeInteger(limit) && limit >= 1 && limit <= FACTS_LIMIT,
    `a read of ${limit}; 1 to ${FACTS_LIMIT}`,
  );
}

/** What is thrown for a cursor or limit that no page of that list can have given; the message is for the client. */
export class PageRefused extends Error {
  override readonly name = 'PageRefused';
  readonly field: 'cursor' | 'limit';
  constructor(field: 'cursor' | 'limit', message: string) {
    super(message);
    this.field = field;
  }
}

/** Checks what a page is asked with; throws PageRefused. */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_LIMIT) {
    throw new PageRefused(
      'limit',
      `limit is ${limit}; a whole number from 1 to ${PAGE_LIMIT} is accepted`,
    );
  }
}
