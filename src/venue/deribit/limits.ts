/**
 * Every bound of the Deribit client, with the relations between them asserted when the module is loaded. All durations
 * are real milliseconds, at any speed of the exchange's clock: heartbeats, credits and time-outs never run faster.
 */
import { assert } from '../../base/assert.ts';
import { SECOND } from '../../base/time.ts';
import { MIN_HEARTBEAT_SECONDS } from '../protocol/methods.ts';

/** How long an order request may wait for the lock on the portfolio at the exchange. */
export const LOCK_MS = 5 * SECOND;
/** After this long without an answer an order request ends as unknown; its answer is still awaited. */
export const ORDER_ANSWER_MS = LOCK_MS + SECOND;
/** The same for one page of a read, its wait in our own queue included. */
export const READ_ANSWER_MS = 10 * SECOND;

/** Own `public/test` every so often, and how long a silent connection counts as alive. */
export const PING_EVERY_MS = 5 * SECOND;
export const DEAD_AFTER_MS = 10 * SECOND;
/** What `public/set_heartbeat` is asked for. */
export const HEARTBEAT_SECONDS = 10;

/** Until a socket is open, and from there until the link is up. */
export const CONNECT_MS = 10 * SECOND;
export const HANDSHAKE_MS = 15 * SECOND;
/** The login is renewed after this share of its life, within these bounds. */
export const LOGIN_SHARE = 0.8;
export const LOGIN_MAX_MS = 12 * 60 * 60 * SECOND;
export const LOGIN_MIN_MS = 10 * SECOND;

/** Pauses before a new connection: full jitter between the first value and a cap that doubles up to the second. */
export const BACKOFF_MIN_MS = 250;
export const BACKOFF_MAX_MS = 10 * SECOND;
/** A link that was up this long starts its pauses anew. */
export const BACKOFF_RESET_MS = 30 * SECOND;

/** Own ceilings: half of the credits of a new account (tier 4: 5 order messages a second, burst 20). */
export const OWN_SHARE = 0.5;
export const MATCHING = { perSecond: 5 * OWN_SHARE, burst: 20 * OWN_SHARE } as const;
export const NON_MATCHING = { perSecond: 20 * OWN_SHARE, burst: 100 * OWN_SHARE } as const;
export const CASH_LOG = { perSecond: 1 * OWN_SHARE, burst: 8 * OWN_SHARE } as const;
/** No ceiling is lower than this burst, or nothing could ever be sent. */
export const LEAST_BURST = 4;
/** Share of the matching burst that only cancels and reductions may use. */
export const REDUCTION_SHARE = 0.3;

/** Rows of a page, and how many pages a read may have before it counts as incomplete. */
export const FILLS_PAGE = 1000;
export const CASH_LOG_PAGE = 250;
export const MAX_PAGES = 200;

/** Reads that may wait for credits, private frames kept until the link is up, requests whose late answers are awaited. */
export const MAX_QUEUED_READS = 256;
export const MAX_KEPT_FRAMES = 10_000;
export const MAX_AWAITED_LATE = 1_000;

/** Order books: how many levels a view shows, and how long a book may be silent, or be without its snapshot. */
export const BOOK_LEVELS = 5;
export const BOOK_SILENT_MS = 20 * SECOND;
export const BOOK_SNAPSHOT_MS = 5 * SECOND;
/** A book that was whole for so long starts its pauses anew. */
export const BOOK_STEADY_MS = 10 * SECOND;
/** A broken book is asked for anew after the first pause, which doubles up to the last with each time that it did not help. */
export const BOOK_PAUSE_MS = 200;
export const BOOK_PAUSE_MOST_MS = 60 * SECOND;
/** Between two rounds of asking anew: each takes one of the 3.3 subscriptions a second that an account has. */
export const BOOK_ROUND_MS = SECOND;

/** How much of a message goes into an event, in characters. */
export const RAW_CHARACTERS = 4_000;
export const MESSAGE_CHARACTERS = 500;

assert(
  BOOK_PAUSE_MOST_MS > BOOK_SNAPSHOT_MS && BOOK_PAUSE_MS < BOOK_ROUND_MS,
  'books that break together must be healed in one round, and hopeless ones seldom',
);
assert(ORDER_ANSWER_MS > LOCK_MS, 'an order request must outlast the lock that it may wait for');
assert(DEAD_AFTER_MS >= 2 * PING_EVERY_MS, 'a dead link must have had the chance to answer a ping');
assert(HEARTBEAT_SECONDS >= MIN_HEARTBEAT_SECONDS, 'the exchange refuses a shorter heartbeat');
assert(
  HANDSHAKE_MS > DEAD_AFTER_MS,
  'a silent handshake must be found dead before it is found slow',
);
assert(BACKOFF_MIN_MS > 0 && BACKOFF_MAX_MS >= 2 * BACKOFF_MIN_MS, 'pauses must be able to grow');
assert(LEAST_BURST * REDUCTION_SHARE >= 1, 'the reserve must hold at least one cancel');
assert(
  LEAST_BURST * (1 - REDUCTION_SHARE) >= 1,
  'beside the reserve there must be room for an opening',
);
assert(MATCHING.burst * REDUCTION_SHARE >= 1, 'the reserve must hold at least one cancel');
assert(
  MATCHING.burst * (1 - REDUCTION_SHARE) >= 1,
  'beside the reserve there must be room for an opening',
);
