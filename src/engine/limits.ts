/** Every bound of the engine in one place, with the relations between them asserted. Real milliseconds unless the name says otherwise. */
import { assert } from '../base/assert.ts';
import type { Decimal } from '../base/decimal.ts';

/** How long the exchange may start on an order after we decided on it. */
export const VALIDITY = 3_000;
/** A commit that took so long makes the disk slow: what reduces is then given twice that much longer, up to so much in all. */
export const SLOW_COMMIT = 1_000;
export const REDUCTION_VALIDITY = 120_000;
/** How long Kill waits for its commit before it acts all the same. */
export const KILL_PATIENCE = 1_000;
/** How long a request may wait for the exchange's portfolio lock. */
export const LOCK = 5_000;
/** How old a read may be that is served from a copy. */
export const LAG = 3_000;
/** How long (real time) the row of a settlement waits for a fill before it that nobody has shown yet. */
export const UNMET_PATIENCE = 3_600_000;
/** How long after one private stream the other may bring a fill before it counts as broken. */
export const COPY_PATIENCE = 3_000;
/** How much longer a fill that only the drop copy brought waits for a check that knows whose order it was. */
export const COPY_ORIGIN = 5_000;
/** After `valid_until`: when an order that has not shown up can't appear any more. */
export const ABSENT = LOCK + LAG + 1_000;
/** Least time between two reads that prove something together. */
export const READ_SPACING = 3_000;
/** How long nothing may have happened on an instrument before a read of it proves something. */
export const QUIET = 6_000;
/** How long we look for a quiet moment before openings stop so that one comes. */
export const QUIET_PATIENCE = 60_000;
/** How long a read is not believed that lacks what the exchange itself has brought, at most. */
export const STALE_PATIENCE = 600_000;
/** The least of it, however fast the exchange's clock runs: a practice exchange finds everything for a minute. */
export const STALE_LEAST = 30_000;
/** Between routine checks. */
export const CHECK_PERIOD = 30_000;
/** Between attempts while something is unexplained or a check failed. */
export const CHECK_AGAIN = 3_000;
/** Age of the last clean check up to which openings are allowed. */
export const FRESH = 90_000;
/** Rounds of reads for an unresolved order, counted from when it became unknown; then every `RESOLVE_EVERY`. */
export const RESOLVE_ROUNDS = [500, 1_000, 2_000, 4_000] as const;
export const RESOLVE_EVERY = 4_000;
/** An order that is unresolved for so long alerts a person. */
export const UNRESOLVED_ALERT = 60_000;
/** What a person or Kill wants closed and is open so long after alerts a person. */
export const FLATTEN_ALERT = 60_000;
/** How long a stop that its strategy moves may stand where somebody else put it, before that is not taken back any more. */
export const HAND_PATIENCE = 20_000;
/** After a fill: how long enough live stop may take to be seen before it is missing. */
export const STOP_GRACE = 3_000;
/** A triggered stop that is not final after this long gets help. */
export const TRIGGERED_PATIENCE = 3_000;
/** Least time between two moves of a trade's stop. */
export const MOVE_EVERY = 5_000;
/** After the exchange has cancelled a stop for a liquidation: how long no protection is put into it. */
export const LIQUIDATION_MEMORY = 60_000;
/** Between attempts of a repeated wish: doubled each time up to the last. */
export const BACKOFF = [1_000, 2_000, 4_000, 8_000] as const;
/** Between questions for a price or an instrument's state that a close waits for. */
export const PRICE_AGAIN = 1_000;
/** A process that stood still for so long opens nothing until a check that began afterwards is clean. */
export const STALL = 1_000;
/** Age of a ticker up to which its mark price may price an order. */
export const MARKET_FRESH = 15_000;
/** Between readings of a contract's terms; after 08:00 UTC they are read so much later; least time between two readings. */
export const TERMS_EVERY = 600_000;
export const TERMS_AFTER_SETTLEMENT = 30_000;
export const TERMS_AGAIN = 2_000;
/** Before 08:00 UTC: openings stop. Server time is this times the speed. */
export const SETTLEMENT_LEAD = 10_000;
/** Overlap of every read of fills before the cursor, at least, in server time. */
export const OVERLAP = 600_000;
/** Messages that could not be read, kept whole within a window; of more only their number is. */
export const REFUSED_KEPT = 20;
export const REFUSED_WINDOW = 60_000;
/** How far back the recent window of fills is trusted (server time); the exchange keeps 24 h. */
export const RECENT_WINDOW = 23 * 3_600_000;
/** How long the exchange finds closed orders (server time). */
export const ORDERS_FOUND = 30 * 60_000;

/** How much of an account's maintenance margin may be unexplained by its positions, which are read a moment apart. */
export const MARGIN_DRIFT_PERCENT = '1' as Decimal;
/** Openings are priced this many percent beyond the mark price, and never further (I41). */
export const COLLAR_PERCENT = '0.3' as Decimal;
/** Reducing orders are priced this many percent beyond the mark price, inside the exchange's band of 1.5 %. */
export const CLOSE_BAND_PERCENT = '1.2' as Decimal;
/** I42: this many entries of a strategy within the window (market time) are a runaway: it is paused until a person resumes it. */
export const REPEATED = { count: 30, windowMs: 600_000 } as const;

/** Between attempts to read the history of candles; longer than a read may take. */
export const HISTORY_AGAIN = 12_000;
/** Candles kept per instrument. */
export const CANDLES_KEPT = 2_000;
/** A link that is down for so long alerts a person. */
export const BLIND_ALERT = 20_000;
/** After a long blindness: how long the first comparison may take before books that are not verified alert as well. */
export const AFTER_BLIND = 15_000;
/** So many ends without an orderly stop within the window alert a person. */
export const CRASH_LOOP = { count: 3, windowMs: 600_000 } as const;
/** After an alert was raised: when it is told again while nobody has seen it. */
export const NOTICE_REPEATS = [300_000, 900_000, 3_600_000] as const;
/** Between attempts to send a notice; the last one stands for all further ones. */
export const NOTICE_RETRIES = [1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000] as const;
/** After its first attempt: when a notice is given up. */
export const NOTICE_GIVEN_UP = 72 * 3_600_000;
/** Notices on their way at the same time. */
export const NOTICES_AT_ONCE = 4;
/** Notices that an alert remembers. */
export const NOTICES_KEPT = 8;

/** Between attempts to make a day's report, and the wait for its last rows of the exchange's log after midnight. */
export const DAILY_AGAIN = 60_000;
export const DAILY_AFTER = 5_000;
/** Facts between two snapshots of the books. */
export const SNAPSHOT_EVERY = 5_000;
/** Facts that may wait for the disk; hours of a quiet market, many times what a stall of half a minute makes. */
export const MOST_AHEAD = 20_000;
/** Market frames per second and instrument for browsers. */
export const MARKET_FRAMES_PER_SECOND = 4;

assert(READ_SPACING >= LAG, 'two reads may come from one stale copy');
assert(
  KILL_PATIENCE < VALIDITY && SLOW_COMMIT < VALIDITY && VALIDITY < REDUCTION_VALIDITY,
  'a slow disk would hold reductions back',
);
assert(VALIDITY + ABSENT + 2_000 <= 15_000, 'an unknown order may outlive L3');
assert(HAND_PATIENCE > VALIDITY + ABSENT + MOVE_EVERY, 'a stop set back would be left there');
assert(STALE_LEAST > LAG + CHECK_AGAIN, 'a lagging copy would be believed');
assert(FRESH >= 2 * CHECK_PERIOD, 'one late check would stop openings');
assert(STALL < VALIDITY, 'an entry could wait longer for the process than for the exchange');
assert(COPY_PATIENCE <= LAG, 'a drop copy heals a lost fill within LAG and a second');
assert(
  COPY_PATIENCE + COPY_ORIGIN < CHECK_PERIOD,
  'a check would find a lost fill before the drop copy does',
);
assert(CHECK_PERIOD + 5_000 <= 35_000, 'a lost push may stay unbooked beyond L4');
