/**
 * The exchange's front: connections, logins, subscriptions and faults, none of which outlives the process, around the
 * world that does. `out` collects what the current step wants done.
 */
import type { HmacSha256 } from '../../base/hashing.ts';
import type { Prng } from '../../base/prng.ts';
import type { Millis } from '../../base/time.ts';
import type { Channel } from './wire/channels.ts';
import type { Credits } from './wire/credits.ts';
import type { Waiting } from './orders/engine-queue.ts';
import type { FaultBoard } from './faults/faults.ts';
import type { ExchangeEffect } from './ports.ts';
import type { Network } from './faults/network.ts';
import type { VenueOptions } from './options.ts';
import type { Copy, Replica } from './wire/replica.ts';
import type { Source } from './state.ts';
import type { WireValue } from './wire/wire-json.ts';
import type { World } from './world.ts';

/** A key of an account; orders placed with it are flagged as coming from `source`. */
export type ApiKey = {
  readonly id: string;
  readonly secret: string;
  readonly account: string;
  readonly scopes: readonly string[];
  readonly source: Source;
  /** It was switched off: no login with it, and those that it had are gone. */
  readonly disabled?: boolean;
};

/** A login: `conn` binds it to one connection (scope `connection`), null lets it be used anywhere. Times are real. */
export type Login = {
  readonly key: ApiKey;
  readonly scopes: readonly string[];
  readonly token: string;
  readonly refresh: string;
  readonly conn: number | null;
  readonly expiresAt: Millis;
  /** The session that it belongs to, and when that began, counted. */
  readonly session: { readonly id: string; readonly named: boolean; readonly begun: number };
};

export type Subscription = {
  readonly name: string;
  readonly channel: Channel;
  readonly label: string | undefined;
  /** Real time of the last frame. */
  sentAt: Millis;
  /** Something changed that was not sent yet. */
  dirty: boolean;
  /** What an aggregated channel has collected since. */
  held: WireValue[];
};

/** Draws for how answers are given, where the options want them mixed: spellings of numbers, delays of reads. */
export type Manners = { readonly spelling: Prng; readonly overtaking: Prng };

/** One login to an account, as its access log tells it. */
export type AccessEvent = {
  readonly id: number;
  readonly account: string;
  readonly at: Millis;
  readonly address: string;
  readonly log: string;
};

export type Announcement = {
  readonly id: number;
  readonly at: Millis;
  readonly title: string;
  readonly body: string;
  readonly important: boolean;
};

export type Conn = {
  readonly id: number;
  /** Where it comes from. */
  readonly address: string;
  /** Whether it came to the address of public streams. */
  readonly streams: boolean;
  /** Real time of the last frame either way. */
  activeAt: Millis;
  login: Login | null;
  readonly subscriptions: Map<string, Subscription>;
  heartbeat: { readonly intervalMs: Millis; nextAt: Millis; askedAt: Millis | null } | null;
  /** Cancel-on-disconnect: off unless it is asked for here, or was in the account before the login. */
  cancels: boolean;
  /** Orders created through this connection. */
  readonly placed: Set<string>;
  /** Notifications that something may overtake, at the latest until `until` (real time). */
  readonly heldBack: HeldBack[];
};

export type HeldBack = {
  readonly channel: string;
  readonly subject: string;
  readonly text: string;
  readonly until: Millis;
};

/** A book that a viewer of the control stream follows. */
export type FollowedBook = {
  readonly depth: number;
  /** What the viewer was told last. */
  told: string;
  /** Real time of the last look. */
  lookedAt: Millis;
  /** It may have changed since. */
  changed: boolean;
};

/** Something that happens at a moment of real time by itself. */
type Later = { readonly at: Millis; readonly run: () => void };

export type Desk = {
  readonly world: World;
  readonly keys: ApiKey[];
  readonly logins: Map<string, Login>;
  readonly conns: Map<number, Conn>;
  readonly faults: FaultBoard;
  /** How the connections are carried, and what faults have put off. */
  readonly network: Network;
  readonly later: Later[];
  /** Whether clients may come over TLS. */
  readonly tls: boolean;
  /** Requests that wait for the matching engine, first come first. */
  readonly line: Waiting[];
  /** How the exchange behaves where the documents leave it open. */
  readonly options: VenueOptions;
  /** Followed books by viewer and instrument. */
  readonly viewers: Map<number, Map<string, FollowedBook>>;
  /** Copies of the exchange while stale reads are asked for, oldest first, and what each such fault's reads see. */
  readonly copies: Copy[];
  readonly replicas: Map<number, Replica>;
  readonly hmacSha256: HmacSha256;
  readonly newToken: () => string;
  /** Sessions begun so far. */
  sessions: number;
  readonly credits: Credits;
  readonly manners: Manners;
  readonly access: AccessEvent[];
  readonly announcements: Announcement[];
  /** For what the venue leaves to chance on the wire; nothing durable depends on it. */
  readonly chance: Prng;
  /** Real time of this step. */
  mono: Millis;
  readonly out: ExchangeEffect[];
  /** Pushes on channels that begin so are lost while one request's news goes out. */
  muted: string | null;
  /** Prices have moved since followers of tickers and portfolios were last served. */
  moved: boolean;
};
