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
import { type Desk, type Job, createDesk } from './desk.ts';
import { type Call, writeRequest } from './frame.ts';
import type { Heartbeat } from './heartbeat.ts';
import { CONNECT_MS, MESSAGE_CHARACTERS, RAW_CHARACTERS, READ_ANSWER_MS } from './limits.ts';
import type { Credentials, Login, Refusal } from './login.ts';
import { type Platform, createPlatform } from './platform.ts';
import { type Scrub, createScrub } from './scrub.ts';
import { type ReadChannel, channelsOf } from './stream.ts';
import { type FastStream, createFastStream } from './stream-fast.ts';
import { type Wanted, moreChannelsOf } from './stream-more.ts';

export type DeribitOptions = {
  readonly link: LinkName;
  /** WebSocket address of the API. */
  readonly url: string;
  /** Needed on the trading link, not used on the market link. */
  readonly credentials: Credentials | null;
  /** Whose prices the market link brings. */
  readonly instruments: readonly string[];
  /** Currencies of the account; the trading link needs one. */
  readonly currencies: readonly string[];
  /** Numbers in [0, 1) for the pauses between connections. */
  readonly jitter: () => number;
  /** Number of the first connection; 1 when left out. */
  readonly firstConn?: number;
  /** Instruments whose order books the market link keeps. */
  readonly books?: readonly string[];
} & Partial<Wanted>;

/** What a message that we sent was for. */
export type Purpose =
  | { readonly kind: 'handshake' }
  | { readonly kind: 'ping' }
  | { readonly kind: 'login' }
  /** Books that are asked for anew; whether the exchange is locked. */
  | { readonly kind: 'books' | 'status' }
  | { readonly kind: 'request'; readonly job: Job };

export type Phase =
  | { readonly kind: 'resting'; readonly until: Millis }
  | { readonly kind: 'connecting'; readonly deadline: Millis }
  | {
      readonly kind: 'shaking';
      readonly deadline: Millis;
      readonly handshake: Handshake;
      readonly heartbeat: Heartbeat;
      /** What the stream said before the link was up. */
      readonly kept: VenueEvent[];
    }
  /** `loginAt`: when the login is renewed; Infinity while `renewal` is under way, and where there is none. */
  | {
      readonly kind: 'up';
      readonly since: Millis;
      readonly heartbeat: Heartbeat;
      loginAt: Millis;
      renewal: Login | null;
    }
  | { readonly kind: 'refused' }
  | { readonly kind: 'stopped' };

export type Core = {
  readonly link: LinkName;
  readonly url: string;
  readonly credentials: Credentials | null;
  readonly currency: string;
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
  /** The frame that is being read. */
  frameText: string;
  /** What the input at hand leads to. */
  effects: SessionEffect[];
};

/** Throws on options that can't work. */
export function createCore(options: DeribitOptions): Core {
  const { link, url, jitter, instruments } = options;
  const credentials = link === 'trading' ? options.credentials : null;
  const currency = options.currencies[0] ?? '';
  assert(link === 'market' || credentials !== null, 'the trading link needs credentials');
  assert(link === 'market' || currency !== '', 'the trading link needs a currency of the account');
  const scrub = createScrub(credentials?.clientSecret ?? null);
  const { trades = [], quotes = [], indices = [] } = options;
  const platform = createPlatform();
  const books = createBooks(link === 'market' ? (options.books ?? []) : []);
  const more = moreChannelsOf(link, { trades, quotes, indices }, platform);
  const channels = new Map([...channelsOf(link, instruments), ...more]);
  const core: Core = {
    link,
    url,
    credentials,
    currency,
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
      send: (call, deadline, job) =>
        write(core, call, { deadline, purpose: { kind: 'request', job } }),
    }),
    phase: { kind: 'resting', until: 0 },
    conn: (options.firstConn ?? 1) - 1,
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
    link === 'trading' &&
    (phase.kind === 'shaking' || (phase.kind === 'up' && phase.loginAt === Infinity));
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
  const id = core.sent.register(core.conn, deadline, purpose);
  core.effects.push({ kind: 'send', conn: core.conn, text: writeRequest(id, call) });
}

/** Sends a call of the session itself; it draws on the credits but is never held back. */
export function writeOwn(
  core: Core,
  call: Call,
  own: {
    readonly kind: 'handshake' | 'ping' | 'login' | 'books' | 'status';
    readonly mono: Millis;
  },
): void {
  core.desk.budget.count(own.mono);
  write(core, call, { deadline: own.mono + READ_ANSWER_MS, purpose: { kind: own.kind } });
}

export const ping = (core: Core, mono: Millis): void =>
  writeOwn(core, { method: 'public/test', params: {} }, { kind: 'ping', mono });

/** The request that a message belonged to; null for messages of the session itself. */
export const jobOf = (sent: Sent<Purpose>): Sent<Job> | null =>
  sent.what.kind === 'request' ? { ...sent, what: sent.what.job } : null;

export const hasConnection = ({ phase }: Core): boolean =>
  phase.kind === 'connecting' || phase.kind === 'shaking' || phase.kind === 'up';

export function connect(core: Core, mono: Millis): void {
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

/** The connection is of no use any more; a new one follows after a pause. */
export function fail(
  core: Core,
  mono: Millis,
  { reason, socket = 'open' }: { readonly reason: string; readonly socket?: 'open' | 'closed' },
): void {
  const { link, conn, phase } = core;
  const told = core.scrub(reason, MESSAGE_CHARACTERS);
  leave(core, told, socket);
  emit(core, { kind: 'link_down', link, conn, reason: told });
  core.phase = {
    kind: 'resting',
    until: mono + core.backoff.next(phase.kind === 'up' ? mono - phase.since : 0),
  };
}

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
