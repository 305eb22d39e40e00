/**
 * What the cell knows but does not remember across a restart: links, prices, candles, requests under way, timers. Nothing
 * here decides what the books hold; all of it is found out again.
 */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { Command } from '../domain/command.ts';
import type { VenueOrder } from '../domain/order.ts';
import type { Fill } from '../domain/fill.ts';
import type { FundingSeen } from '../domain/funding.ts';
import type { AccountSummary, CashRow, VenuePosition } from '../domain/account.ts';
import type { BookView, Candle, Ticker } from '../domain/market.ts';
import type { Trigger } from '../domain/shown.ts';
import { CHECK_PERIOD } from './limits.ts';
import type { CommandOutcome } from './reply.ts';
import type { LinkName } from '../venue/port.ts';
import type { StrategyRunner } from '../strategy/strategy.ts';
import type { PlatformPart, Stretch } from '../venue/port.ts';

/** A connection of a link. `since` is when it came up (mono). */
export type LinkState =
  | { readonly up: false }
  | {
      readonly up: true;
      readonly conn: number;
      readonly since: Millis;
      readonly sinceServer: Millis;
      readonly codOn: boolean;
    };

/** What a request under way is for. */
export type Errand =
  | { readonly for: 'place'; readonly label: string }
  | { readonly for: 'change'; readonly change: string }
  | { readonly for: 'change_look'; readonly change: string }
  | { readonly for: 'resolve_open' }
  | { readonly for: 'resolve_fills' }
  | { readonly for: 'resolve_position' }
  | { readonly for: 'resolve_label'; readonly label: string }
  | { readonly for: 'fence'; readonly label: string }
  | {
      readonly for: 'check';
      readonly check: number;
      readonly part: CheckPart;
      readonly detail?: string;
    }
  | { readonly for: 'protect_look'; readonly trade: string }
  | { readonly for: 'order_look'; readonly label: string }
  | { readonly for: 'successor_look'; readonly orderId: string }
  | { readonly for: 'candles'; readonly instrument: string }
  | { readonly for: 'instrument'; readonly instrument: string }
  | { readonly for: 'price'; readonly instrument: string }
  | {
      readonly for: 'cash';
      readonly currency: string;
      /** End of the stretch, and whether it is the last one. */
      readonly to: Millis;
      readonly whole: boolean;
    }
  | { readonly for: 'import'; readonly instrument?: string };

export type CheckPart =
  | 'fills_before'
  | 'log'
  | 'open_orders'
  | 'positions'
  | 'summaries'
  | 'fills_after'
  | 'order'
  | 'flat';

/** A check under way: what it has read so far. */
export type Check = {
  readonly number: number;
  readonly trigger: Trigger;
  readonly startedServer: Millis;
  readonly startedMono: Millis;
  readonly conn: number;
  /** Account events seen when the positions were asked for; a change makes the cut unsafe. */
  events: number;
  waiting: number;
  stage: 'fills' | 'state' | 'fills_again' | 'log' | 'details' | 'done';
  failed: string | null;
  fills: Map<string, Fill>;
  fillsBefore: number;
  /** The stretch in which the read fills are not trusted to be all, and the log that may prove it. */
  hole: Stretch | null;
  readonly logs: Map<string, readonly CashRow[]>;
  positions: ReadonlyMap<string, VenuePosition> | null;
  positionsAt: Millis | null;
  summaries: readonly AccountSummary[] | null;
  details: Map<string, VenueOrder | null>;
  flat: Map<string, VenuePosition>;
  retries: number;
};

/** The exchange's list of open orders as last read, and which of them a check has to look at; see `listed.ts`. */
export type Listed = {
  /** Names the list where what differs from it can be asked for. */
  readonly name: string | null;
  readonly orders: Map<string, VenueOrder>;
  /** Ids whose place in the list has changed, or with which something was open, when they were last looked at. */
  readonly restless: Set<string>;
};

/** A difference that was seen but not yet proved (I29). */
export type Doubt = {
  readonly actual: Decimal;
  readonly booked: Decimal;
  readonly beganAt: Millis;
  readonly sinceMono: Millis;
  sightings: number;
};

/** How the search for an unresolved order stands: when it began, and the complete sets of reads that found nothing. */
export type Resolving = {
  readonly sinceMono: Millis;
  lastRoundMono: Millis;
  fenceBusy: boolean;
  /** When the fence was last asked for. */
  fenceMono: Millis;
  /** Begin (server time) of each complete set, oldest first. */
  readonly sets: Millis[];
  /** What the reads prove: that no order and no fill can be found. The position has still to agree. */
  proof: string | null;
};

/** One round of reads, shared by all unresolved orders. A part is the server time at which its read was begun, or null. */
export type Round = {
  readonly labels: readonly string[];
  readonly from: Millis;
  open: Millis | null;
  fills: Millis | null;
  readonly byLabel: Map<string, Millis>;
  waiting: number;
};

/** What was last heard of an instrument's price, and when (mono). */
export type TickerHeard = { readonly ticker: Ticker; readonly mono: Millis };

export type Live = {
  started: boolean;
  readonly links: Record<LinkName, LinkState>;
  /** How long a commit must be expected to take (real time); 0 while the disk is fast. */
  commitMs: Millis;
  readonly copy: Copy;
  readonly errands: Map<string, Errand>;
  requestCounter: number;
  /** When orders, edits and cancels of the last minute were asked for (mono). */
  readonly orderMessages: Millis[];
  readonly runners: Map<string, { runner: StrategyRunner; warmedTo: Millis }>;
  readonly candles: Map<string, Candle[]>;
  /** Instruments whose history is owed since their prices were last out of sight, and when it is asked for next (mono). */
  readonly history: Map<string, { readonly nextMono: Millis }>;
  /** When a close last asked for an instrument's price (mono). */
  readonly pricesAsked: Map<string, Millis>;
  readonly tickers: Map<string, TickerHeard>;
  /** The last moment that a step asked to be woken at (mono), and the instruments whose price it looked at. */
  wakeMono: Millis;
  readonly priced: Set<string>;
  /** Per instrument, when its terms were last asked for and are asked for next (mono). */
  readonly terms: Map<string, { readonly readMono: Millis; readonly nextMono: Millis }>;
  /** Order books that are whole, with when they were last heard of. They decide nothing. */
  readonly orderBooks: Map<string, { readonly book: BookView; readonly mono: Millis }>;
  /** Parts of the exchange that are closed, and when one was last opened again (mono). */
  readonly closed: Map<string, PlatformPart>;
  reopenedMono: Millis;
  /** When the process last went on after it had stood still (mono). */
  stalledMono: Millis;
  /** Server time of the last fill, order event or settlement per instrument, and how many there were in all. */
  readonly lastEvent: Map<string, Millis>;
  events: number;
  /** What pushes and the answers to orders brought, oldest first, with when (mono); see `heard.ts`. */
  readonly heard: {
    readonly fills: Map<
      string,
      { readonly mono: Millis; readonly at: Millis; readonly currency: string }
    >;
    readonly orders: Map<string, { readonly mono: Millis }>;
    /** Per instrument; `at` is when, in server time. */
    readonly positions: Map<
      string,
      { readonly mono: Millis; readonly at: Millis; readonly size: Decimal }
    >;
  };
  listed: Listed | null;
  check: Check | null;
  checkCounter: number;
  nextCheckMono: Millis;
  /** Real time between routine checks. */
  checkEvery: Millis;
  wanted: Trigger | null;
  /** The last clean check: when it began, on which connection. */
  clean: { readonly mono: Millis; readonly server: Millis; readonly conn: number } | null;
  readonly doubts: Map<string, Doubt>;
  /** Of each instrument: when (server time) its position was last read and found to be what the books hold. */
  readonly agreed: Map<string, Millis>;
  readonly resolving: Map<string, Resolving>;
  round: Round | null;
  readonly changing: Map<string, { attempts: number; nextMono: Millis; busy: boolean }>;
  readonly unprotected: Map<
    string,
    { readonly since: Millis; looked: boolean; attempts: number; nextMono: Millis }
  >;
  /** Per trade whose stop may move: the best price seen, the last closed candle in it, and when the next move may be asked for (mono). */
  readonly trails: Map<string, { best: Decimal | null; seenTo: Millis; nextMono: Millis }>;
  /** Trades whose stop or target somebody else has moved, and since when it is seen (mono). */
  readonly moved: Map<string, Millis>;
  readonly closing: Map<
    string,
    { readonly attempts: number; readonly nextMono: Millis; readonly open: Decimal }
  >;
  readonly triggered: Map<string, Millis>;
  /** Commands that wait for the report of a check that began after them. */
  readonly waitingCommands: { readonly id: string; readonly after: number }[];
  /** The link's connection on which open orders were last read whole. */
  ordersReadOn: number;
  /** From where to where reads were whole, and of what is not booked yet their fills. */
  readOnce: { from: Millis; to: Millis; readonly fills: Map<string, Fill> } | null;
  /** By currency: up to when the log was read in parts, how long a part may be, whether one is under way. */
  readonly logs: Map<
    string,
    { readonly to: Millis; readonly span: Millis; readonly busy: boolean }
  >;
  /** Balances as the last check read them, and differences from the log that one check has shown. */
  readonly balances: Map<string, { readonly balance: Decimal; readonly at: Millis }>;
  readonly drifts: Map<string, string>;
  /** What was compared with the log since the start. */
  readonly compared: Set<'fees' | 'funding'>;
  importing: Importing | null;
  /** Per instrument, the weights at the last reading of funding that said nothing new. */
  readonly fundingSeen: Map<string, FundingSeen>;
  /** The day whose report is being made, and when one may be asked for next (mono). */
  readonly daily: { busy: string | null; nextMono: Millis };
  /** When each order that was never shown is looked up next (mono). */
  readonly looks: Map<string, { readonly nextMono: Millis; readonly times: number }>;
  /** The connection whose stream did not bring a fill; null when none is known. */
  brokenConn: number | null;
  /** Labels whose late orders a person was told of. */
  readonly lostTold: Set<string>;
  /** Messages that could not be read since `sinceMono`: how many, and the last one that is in no fact. */
  readonly refused: {
    sinceMono: Millis;
    count: number;
    last: { readonly what: string; readonly raw: string } | null;
  };
  readonly alerts: AlertWatch;
};

/** A fill, and which of the two private streams brought it so far. */
export type Twice = {
  readonly fill: Fill;
  /** When the first of them did (mono). */
  readonly mono: Millis;
  trading: boolean;
  drop_copy: boolean;
  /** Whether the other one was found to be in time, away, or broken. */
  judged: boolean;
};

/** A table that is being imported: what was read for it so far. */
export type Importing = {
  readonly command: Extract<Command, { readonly verb: 'import' }>;
  waiting: number;
  stage: 'terms' | 'fills';
  failed: CommandOutcome | null;
  readonly fills: Map<string, Fill>;
  /** Whether the fills that were read are all that there are. */
  whole: boolean;
};

/** What is known of the drop copy. */
export type Copy = {
  configured: boolean;
  /** Whose account its key opens; null until it was up. */
  account: { readonly id: string; readonly testnet: boolean } | null;
  /** Whether this process has seen it up. */
  wasUp: boolean;
  /** Fills by key of which something is left to be done, and those of which nothing is; oldest first, see `copy.ts`. */
  readonly fills: Map<string, Twice>;
  readonly settled: Map<string, { readonly mono: Millis }>;
};

/** What alerts wait for. Moments are mono. */
export type AlertWatch = {
  /** Whether notices can be sent anywhere. */
  channel: boolean;
  startedMono: Millis;
  /** Since when each link is down; null while it is up. */
  readonly down: Record<LinkName, Millis | null>;
  /** When the trading link last came back after a long time. */
  blindEnd: Millis;
  /** When the rules are looked at next without a fact. */
  nextMono: Millis;
  /** Something changed that is no fact. */
  stirred: boolean;
  /** Alerts with a notice on its way. */
  readonly sending: Set<string>;
};

/** Nothing known yet. */
export function emptyLive(): Live {
  return {
    started: false,
    links: { trading: { up: false }, market: { up: false }, drop_copy: { up: false } },
    commitMs: 0,
    copy: { configured: false, account: null, wasUp: false, fills: new Map(), settled: new Map() },
    errands: new Map(),
    requestCounter: 0,
    orderMessages: [],
    runners: new Map(),
    candles: new Map(),
    history: new Map(),
    pricesAsked: new Map(),
    tickers: new Map(),
    wakeMono: Infinity,
    priced: new Set(),
    terms: new Map(),
    orderBooks: new Map(),
    closed: new Map(),
    reopenedMono: -Infinity,
    stalledMono: -Infinity,
    lastEvent: new Map(),
    events: 0,
    heard: { fills: new Map(), orders: new Map(), positions: new Map() },
    listed: null,
    check: null,
    checkCounter: 0,
    nextCheckMono: 0,
    checkEvery: CHECK_PERIOD,
    wanted: null,
    clean: null,
    doubts: new Map(),
    agreed: new Map(),
    resolving: new Map(),
    round: null,
    changing: new Map(),
    unprotected: new Map(),
    trails: new Map(),
    moved: new Map(),
    closing: new Map(),
    triggered: new Map(),
    waitingCommands: [],
    ordersReadOn: -1,
    readOnce: null,
    logs: new Map(),
    balances: new Map(),
    drifts: new Map(),
    compared: new Set(),
    importing: null,
    fundingSeen: new Map(),
    daily: { busy: null, nextMono: 0 },
    looks: new Map(),
    brokenConn: null,
    lostTold: new Set(),
    refused: { sinceMono: -Infinity, count: 0, last: null },
    alerts: {
      channel: false,
      startedMono: 0,
      down: { trading: null, market: null, drop_copy: null },
      blindEnd: -Infinity,
      nextMono: 0,
      stirred: false,
      sending: new Set(),
    },
  };
}
