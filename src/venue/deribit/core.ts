/**
 * The state of a session and the few ways in which it changes: a connection is begun, fails, is refused or left. Whoever
 * leaves a connection ends all that was asked on it, so that no request is left without an end.
 */
import { assert } from '../../base/assert.ts';
import type { Millis } from '../../base/time.ts';
import type { LinkName, SessionEffect, VenueEvent } from '../port.ts';
import { type Backoff, createBackoff } from './backoff.ts';
import { type Books, createBooks } from './books.ts';
import type { Handshake } from './connect.ts';
import { type Correlator, type Sent, createCorrelator } from './correlate.ts';
import { type Pool, poolOf } from './credits.ts';
import { type Desk, type Job, createDesk } from './desk.ts';
import { type Call, writeRequest } from './frame.ts';
import type { Heartbeat } from './heartbeat.ts';
import {
  BACKOFF_RESET_MS,
  CONNECT_MS,
  MESSAGE_CHARACTERS,
  RAW_CHARACTERS,
  READ_ANSWER_MS,
  SHORT_LIVES,
  TOKEN_MIN_CHARACTERS,
  TOKENS_KNOWN,
} from './limits.ts';
import type { Credentials, Grant, Login } from './login.ts';
import { type Platform, createPlatform } from './platform.ts';
import type { Refusal } from './scopes.ts';
import { type Scrub, createScrub } from './scrub.ts';
import { type ReadChannel, channelsOf } from './stream.ts';
import { type FastStream, createFastStream } from './stream-fast.ts';
import { type Wanted, moreChannelsOf } from './stream-more.ts';
import { plain, type Trouble } from './trouble.ts';

export type DeribitOptions = {
  readonly link: LinkName;
  /** WebSocket address of the API. */
  readonly url: string;
  /** Needed on every link but market, which uses them only where the exchange serves nobody without a login. */
  readonly credentials: Credentials | null;
  /** Whose prices the market link brings. */
  readonly instruments: readonly string[];
  /** Currencies of the account; links that log in need one. */
  readonly currencies: readonly string[];
  /** Numbers in [0, 1) for the pauses between connections. */
  readonly jitter: () => number;
  /** Number of the first connection; 1 when left out. */
  readonly firstConn?: number;
  /** Instruments whose order books the market link keeps. */
  readonly books?: readonly string[];
} & Partial<Wanted>;

/** What a message that we sent was for. */
export type Purpose = OwnPurpose | { readonly kind: 'request'; readonly job: Job };

/** `limits`: what the account may ask is read anew; `books`: they are asked for anew; `status`: whether the exchange is locked. */
type OwnPurpose = {
  readonly kind: 'handshake' | 'ping' | 'login' | 'limits' | 'books' | 'status';
  readonly pool: Pool;
};

export type Phase =
  | { readonly kind: 'resting'; readonly until: Millis }
  | { readonly kind: 'connecting'; readonly deadline: Millis }
  | {
      readonly kind: 'shaking';
      readonly deadline: Millis;
      readonly handshake: Handshake;
      readonly heartbeat: Heartbeat;
      login: LoginState;
      /** What the stream said before the link was up. */
      readonly kept: VenueEvent[];
    }
  /** `limitsAt`: when the account's limits are read anew; Infinity on links that take no orders. */
  | {
      readonly kind: 'up';
      readonly since: Millis;
      readonly heartbeat: Heartbeat;
      login: LoginState;
      limitsAt: Millis;
    }
  | { readonly kind: 'refused' }
  | { readonly kind: 'stopped' };

/** How a connection stands with its login. `at`: when the renewal is due. */
export type LoginState =
  | { readonly kind: 'none' }
  /** Messages up to `heldTo` may have been judged by a login before this one. */
  | {
      readonly kind: 'held';
      readonly at: Millis;
      readonly refreshToken: string | null;
      readonly heldTo: number;
    }
  | { readonly kind: 'renewing'; readonly renewal: Login };

export type Core = {
  readonly link: LinkName;
  readonly url: string;
  readonly credentials: Credentials | null;
  /** Whether connections log in: always on the trading link, on the market link once the exchange asks for it. */
  logsIn: boolean;
  readonly currency: string;
  /** The latest tokens, to be struck out of what is told. */
  readonly tokens: string[];
  readonly channels: ReadonlyMap<string, ReadChannel>;
  /** Channels without which the link is of use; they are in `channels` unless they are books'. */
  readonly optional: readonly string[];
  readonly books: Books;
  readonly platform: Platform;
  readonly fast: FastStream;
  /** Channels that were told as missing. */
  readonly toldMissing: Set<string>;
  readonly scrub: Scrub;
  readonly backoff: Backoff;
  readonly sent: Correlator<Purpose>;
  readonly desk: Desk;
  phase: Phase;
  /** The present or last connection. */
  conn: number;
  /** The id of the message sent last. */
  lastId: number;
  /** How many links in a row the other side closed before they held. */
  shortLives: number;
  /** The frame that is being read. */
  frameText: string;
  /** What the input at hand leads to. */
  effects: SessionEffect[];
};

/** Throws on options that can't work. */
export function createCore(options: DeribitOptions): Core {
  const { link, url, jitter, instruments, credentials } = options;
  const currency = options.currencies[0] ?? '';
  assert(link === 'market' || credentials !== null, `the ${link} link needs credentials`);
  assert(link === 'market' || currency !== '', `the ${link} link needs a currency of the account`);
  const tokens: string[] = [];
  const scrub = createScrub(credentials?.clientSecret ?? null, () => tokens);
  const { trades = [], quotes = [], indices = [] } = options;
  const platform = createPlatform();
  const books = createBooks(link === 'market' ? (options.books ?? []) : []);
  const more = moreChannelsOf(link, { trades, quotes, indices }, platform);
  const channels = new Map([...channelsOf(link, instruments), ...more]);
  const core: Core = {
    link,
    url,
    credentials,
    logsIn: link !== 'market',
    currency,
    tokens,
    scrub,
    channels,
    optional: [...books.channels, ...more.keys()],
    books,
    platform,
    fast: createFastStream([...channels.keys(), ...books.channels]),
    toldMissing: new Set(),
    backoff: createBackoff(jitter),
    sent: createCorrelator<Purpose>(),
    desk: createDesk({
      link,
      scrub,
      emit: (event) => emit(core, event),
      undecodable: (what) => reportUndecodable(core, what),
      jitter,
      send: (job) =>
        write(core, job.call, { deadline: job.deadline, purpose: { kind: 'request', job } }),
    }),
    phase: { kind: 'resting', until: 0 },
    conn: (options.firstConn ?? 1) - 1,
    lastId: 0,
    shortLives: 0,
    frameText: '',
    effects: [],
  };
  return core;
}

export function emit(core: Core, event: VenueEvent): void {
  core.effects.push({ kind: 'event', event });
}

/** Tells what the stream said: in its order, and never before the link is up. */
export function emitInOrder(core: Core, event: VenueEvent): void {
  if (core.phase.kind === 'shaking') core.phase.kept.push(event);
  else emit(core, event);
}

/** Reports the frame at hand as unreadable. While a login is under way the frame may hold a token: it is kept back. */
export function reportUndecodable(core: Core, what: string): void {
  const { link, conn, phase, scrub } = core;
  const loggingIn =
    (core.logsIn && phase.kind === 'shaking') ||
    (phase.kind === 'up' && phase.login.kind === 'renewing');
  const raw = loggingIn
    ? '(kept back while a login is under way)'
    : scrub(core.frameText, RAW_CHARACTERS);
  emitInOrder(core, {
    kind: 'undecodable',
    link,
    conn,
    what: scrub(what, MESSAGE_CHARACTERS),
    raw,
  });
}

function write(
  core: Core,
  call: Call,
  { deadline, purpose }: { readonly deadline: Millis; readonly purpose: Purpose },
): void {
  core.lastId = core.sent.register(core.conn, deadline, purpose);
  core.effects.push({ kind: 'send', conn: core.conn, text: writeRequest(core.lastId, call) });
}

/** Sends a call of the session itself; it draws on the credits but is never held back. */
export function writeOwn(
  core: Core,
  call: Call,
  own: { readonly kind: OwnPurpose['kind']; readonly mono: Millis },
): void {
  const pool = poolOf(call);
  core.desk.budget.count(pool, own.mono);
  write(core, call, { deadline: own.mono + READ_ANSWER_MS, purpose: { kind: own.kind, pool } });
}

export const ping = (core: Core, mono: Millis): void =>
  writeOwn(core, { method: 'public/test', params: {} }, { kind: 'ping', mono });

/** The request that a message belonged to; null for messages of the session itself. */
export const jobOf = (sent: Sent<Purpose>): Sent<Job> | null =>
  sent.what.kind === 'request' ? { ...sent, what: sent.what.job } : null;

export const hasConnection = ({ phase }: Core): boolean =>
  phase.kind === 'connecting' || phase.kind === 'shaking' || phase.kind === 'up';

/** Notes what a login brought: its tokens, so that they are never told, and when it is due again. */
export function loggedIn(core: Core, grant: Grant, mono: Millis): LoginState {
  const { accessToken, refreshToken, loginFor } = grant;
  for (const token of [accessToken, refreshToken])
    if (token !== null && token.length >= TOKEN_MIN_CHARACTERS) core.tokens.push(token);
  core.tokens.splice(0, core.tokens.length - TOKENS_KNOWN);
  return { kind: 'held', at: mono + loginFor, refreshToken, heldTo: core.lastId };
}

/** Begins a connection. There is never a second one: whoever comes here has left the last. */
export function connect(core: Core, mono: Millis): void {
  assert(!hasConnection(core), 'a link has one connection at a time');
  core.conn++;
  core.phase = { kind: 'connecting', deadline: mono + CONNECT_MS };
  core.effects.push({ kind: 'connect', conn: core.conn, url: core.url });
}

/** Ends what was asked on the connection as unknown, and what still waited as not sent. */
function leave(core: Core, reason: string, socket: 'open' | 'closed'): void {
  if (socket === 'open') core.effects.push({ kind: 'disconnect', conn: core.conn, reason });
  for (const sent of core.sent.cutOff(core.conn)) {
    const job = jobOf(sent);
    if (job !== null) core.desk.cutOff(job, reason);
  }
  core.desk.drop(core.conn, 'not connected', Infinity);
}

/**
 * Counts a link that went down. One that the other side closed before it held may have been thrown out, by a process with
 * the same key or by one connection too many; when that goes on, coming back as fast as ever would only throw others out.
 */
function thrownOut(core: Core, upFor: Millis, socket: 'open' | 'closed'): boolean {
  if (upFor >= BACKOFF_RESET_MS) core.shortLives = 0;
  else if (core.phase.kind === 'up' && socket === 'closed') core.shortLives++;
  else return false;
  return core.shortLives >= SHORT_LIVES;
}

/** The connection is of no use any more; a new one follows after a pause. */
export function fail(
  core: Core,
  mono: Millis,
  trouble: Trouble,
  socket: 'open' | 'closed' = 'open',
): void {
  const { link, conn, phase } = core;
  const upFor = phase.kind === 'up' ? mono - phase.since : 0;
  const isThrownOut = thrownOut(core, upFor, socket);
  const more = isThrownOut
    ? `; that is ${core.shortLives} times in a row soon after it came up: does another process use this key?`
    : '';
  const told = core.scrub(trouble.reason + more, MESSAGE_CHARACTERS);
  leave(core, told, socket);
  emit(core, { kind: 'link_down', link, conn, reason: told });
  if (trouble.needsLogin && core.credentials !== null) core.logsIn = true;
  const rest = isThrownOut ? { ...trouble.rest, kind: 'long' as const } : trouble.rest;
  const until = mono + core.backoff.next(upFor, rest);
  core.phase = { kind: 'resting', until: Math.max(until, core.desk.budget.connectAt(mono)) };
}

/** The same for a trouble that only words are needed for. */
export const failPlainly = (core: Core, mono: Millis, reason: string): void =>
  fail(core, mono, plain(reason));

/** The exchange will not have us; only `renew` tries again. */
export function refuse(core: Core, { code, message }: Refusal): void {
  const { link, conn, phase } = core;
  const told = core.scrub(message, MESSAGE_CHARACTERS);
  leave(core, told, 'open');
  if (phase.kind === 'up') emit(core, { kind: 'link_down', link, conn, reason: told });
  emit(core, { kind: 'link_refused', link, conn, code, message: told });
  core.phase = { kind: 'refused' };
}

/** Nothing follows any more; requests end at once. */
export function stop(core: Core): void {
  const { link, conn } = core;
  if (hasConnection(core)) {
    leave(core, 'stopped', 'open');
    emit(core, { kind: 'link_down', link, conn, reason: 'stopped' });
  }
  core.phase = { kind: 'stopped' };
}
