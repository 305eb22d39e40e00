/**
 * Every bound of the Deribit client, with the relations between them asserted when the module is loaded. All durations
 * are real milliseconds, at any speed of the exchange's clock: heartbeats, credits and time-outs never run faster.
 */
import { assert } from '../../base/assert.ts';
import { HOUR, MINUTE, SECOND } from '../../base/time.ts';
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
/** The same while the exchange does not want us: in maintenance, over a limit, thrown out again and again. */
export const LONG_PAUSE_MIN_MS = 2.5 * SECOND;
export const LONG_PAUSE_MAX_MS = 30 * SECOND;
/** The longest pause that the exchange can ask for (`Retry-After`, `wait`); a longer wish is cut to this. */
export const ASKED_PAUSE_MAX_MS = 300 * SECOND;
/** So many links in a row closed by the other side before they held: somebody throws us out, and we stay away longer. */
export const SHORT_LIVES = 3;
/** How many of the latest tokens are known, to be struck out of what is told. A shorter text is none. */
export const TOKENS_KNOWN = 6;
export const TOKEN_MIN_CHARACTERS = 8;

/** Our part of the account's credits (`credits.ts` says what they are). */
export const OWN_SHARE = 0.5;
/** What of it a drop copy may use, configured or not: its handshake and its pings, and no more. */
export const DROP_COPY_SHARE = { default: 0.05, subscribe: 0.1 } as const;
/** Requests of a handshake that cost the default credits, its subscription not among them. */
export const HANDSHAKE_REQUESTS = { trading: 7, market: 1, drop_copy: 4 } as const;
/** No ceiling is lower than this burst of requests, or nothing could ever be sent. */
export const LEAST_BURST = 4;
/** Share of the matching burst that only cancels and reductions may use. */
export const REDUCTION_SHARE = 0.3;
/** Shares of the burst of reads: kept for login and pings, and kept beside that for reads of a check. */
export const SESSION_SHARE = 0.16;
export const CHECK_SHARE = 0.34;
/** The exchange lets 8 requests of a currency wait for its matching engine: how many of ours may, and how many openings. */
export const MAX_IN_FLIGHT = 6;
export const MAX_OPENINGS_IN_FLIGHT = 4;
/** The longest that a `wait` of the exchange is obeyed. */
export const MAX_WAIT_MS = 30 * SECOND;
/** The exchange works out an account's limits anew each hour; they are read anew as often. */
export const LIMITS_EVERY_MS = 60 * 60 * SECOND;

/** Rows of a page, and how many pages a read may have before it counts as incomplete. */
export const FILLS_PAGE = 1000;
export const CASH_LOG_PAGE = 250;
export const HISTORY_PAGE = 1000;
export const MAX_PAGES = 200;

/**
 * How far back the recent windows are trusted (the exchange keeps a day of own trades, half an hour of ended orders), how
 * long both keep, and how long after that it takes until the historical window is trusted to hold a row. Server time.
 */
export const RECENT_FILLS = { trustedMs: 23 * HOUR, keptMs: 24 * HOUR } as const;
export const RECENT_ORDERS = { trustedMs: 25 * MINUTE, keptMs: 30 * MINUTE } as const;
export const INDEXED_MS = 15 * MINUTE;

/** Reads that may wait for credits, private frames kept until the link is up, requests whose late answers are awaited. */
export const MAX_QUEUED_READS = 256;
export const MAX_KEPT_FRAMES = 10_000;
export const MAX_AWAITED_LATE = 1_000;

/** The most levels of a side, which is what `public/get_order_book` can be asked for. */
export const BOOK_LEVELS_MOST = 10_000;
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
assert(
  LOGIN_SHARE > 0 && LOGIN_SHARE < 1 && LOGIN_MIN_MS > 0 && LOGIN_MAX_MS > LOGIN_MIN_MS,
  'a login must be renewed in its life, and not all the time',
);
assert(LOGIN_MAX_MS < 2 ** 31, 'the time to a renewal must be one that any timer can hold');
assert(
  LONG_PAUSE_MIN_MS > BACKOFF_MIN_MS &&
    LONG_PAUSE_MAX_MS > BACKOFF_MAX_MS &&
    LONG_PAUSE_MAX_MS >= 2 * LONG_PAUSE_MIN_MS,
  'whoever does not want us must be left alone for longer, and ever longer',
);
assert(
  ASKED_PAUSE_MAX_MS >= LONG_PAUSE_MAX_MS,
  'what the exchange asks for must be able to outlast our own pauses',
);
assert(
  LONG_PAUSE_MAX_MS <= BACKOFF_RESET_MS,
  'a pause must not be longer than what a link must hold for',
);
assert(SHORT_LIVES >= 2, 'one link that falls at once is no pattern');
assert(TOKENS_KNOWN >= 4, 'the tokens of a login and of its renewal must both be known');
assert(BACKOFF_MIN_MS > 0 && BACKOFF_MAX_MS >= 2 * BACKOFF_MIN_MS, 'pauses must be able to grow');
assert(
  RECENT_FILLS.trustedMs < RECENT_FILLS.keptMs && RECENT_ORDERS.trustedMs < RECENT_ORDERS.keptMs,
  'the end of a recent window is where rows are lost from it',
);
assert(LEAST_BURST * REDUCTION_SHARE >= 1, 'the reserve must hold at least one cancel');
assert(
  LEAST_BURST * (1 - REDUCTION_SHARE) >= 1,
  'beside the reserve there must be room for an opening',
);
assert(
  LEAST_BURST * (1 - SESSION_SHARE - CHECK_SHARE) >= 1,
  'beside what is kept for checks there must be room for another read',
);
assert(
  DROP_COPY_SHARE.default < OWN_SHARE / 2 && DROP_COPY_SHARE.subscribe < OWN_SHARE / 2,
  'the drop copy must leave most of our share to trading',
);
assert(
  MAX_OPENINGS_IN_FLIGHT < MAX_IN_FLIGHT && MAX_IN_FLIGHT < 8,
  'a reduction must find room in a queue that the exchange holds to 8',
);
