/**
 * Drives a venue session over real WebSockets: opens and closes them as the session wants, feeds it frames and time, and
 * hands on its events. Inputs are taken strictly in the order in which they came, one at a time, also those that an
 * event's receiver makes. Nothing that is sent or received is ever logged, only when and why connections change [I46].
 */
import { type RawData, WebSocket } from 'ws';
import type {
  SessionEffect,
  SessionInput,
  VenueEvent,
  VenueRequest,
  VenueSession,
} from '../venue/port.ts';
import { systemClock } from './clock.ts';
import type { Log } from './log.ts';

/** The longest message that is read, in bytes; a longer one ends the connection. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;
const HANDSHAKE_MS = 10_000;
/** How long the other side may take to answer our close before the connection is cut. */
const CLOSE_MS = 1_000;
/** Timers can't be set further ahead; a tick before its time does no harm. */
const MAX_TIMER_MS = 60_000;

export type DriveOptions = {
  /** Real milliseconds that never jump. */
  readonly mono: () => number;
  readonly onEvent: (event: VenueEvent) => void;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** Cuts secrets out of a text that goes to the log. */
  readonly redact: (text: string) => string;
};

export type DrivenSession = {
  /** Passes a wish on; its end comes as an `answer` event with the same `ref`. */
  readonly request: (ref: string, request: VenueRequest) => void;
  readonly renew: (reason: string) => void;
  /** Ends every request, closes the socket; resolves when it is gone. Events may come until then, none after. */
  readonly stop: () => Promise<void>;
};

const NO_HTTP = { status: null, retryAfterMs: null } as const;

type Sockets = Map<number, WebSocket>;

/** The address without what may be secret in it. */
const place = (url: string): string => url.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*$/, '');

/** A message as text; ws gives it as one or more pieces. */
function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

function createSocket(url: string): WebSocket | string {
  try {
    return new WebSocket(url, {
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MAX_PAYLOAD_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
    });
  } catch (error) {
    return `not a WebSocket address: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The pause that a refusal asks for, in ms: whole seconds or a date; null where it asks for none that can be read. */
function retryAfterOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - systemClock.wall());
}

/** Begins a connection; what happens to it goes to `feed`, and `closed` comes exactly once. */
function openSocket(
  sockets: Sockets,
  { conn, url }: { readonly conn: number; readonly url: string },
  feed: (input: SessionInput) => void,
): void {
  let problem = '';
  let refused: { readonly status: number | null; readonly retryAfterMs: number | null } = NO_HTTP;
  const socket = createSocket(url);
  if (typeof socket === 'string') return feed({ kind: 'closed', conn, reason: socket, ...NO_HTTP });
  sockets.set(conn, socket);
  socket.on('open', () => feed({ kind: 'opened', conn }));
  socket.on('message', (data) => feed({ kind: 'frame', conn, text: textOf(data) }));
  socket.on('unexpected-response', (_request, response) => {
    // Not a byte of the page behind it is read.
    const status = response.statusCode ?? null;
    refused = { status, retryAfterMs: retryAfterOf(response.headers['retry-after']) };
    problem = `HTTP ${status ?? 'without a status'}`;
    response.destroy();
    socket.terminate();
  });
  socket.on('error', (error) => {
    if (problem === '') problem = error.message;
  });
  socket.on('close', (code, reason) => {
    sockets.delete(conn);
    const words = [problem, String(reason), `code ${code}`].filter((part) => part !== '');
    feed({ kind: 'closed', conn, reason: words.join(', '), ...refused });
  });
}

/** Closes politely and cuts the connection if that is not answered. */
function closeSocket(socket: WebSocket): void {
  if (socket.readyState === WebSocket.CONNECTING) return socket.terminate();
  socket.close(1000);
  setTimeout(() => socket.terminate(), CLOSE_MS).unref();
}

/** Starts a session; it connects at once. */
export function driveSession(
  session: VenueSession,
  { mono, onEvent, log, redact }: DriveOptions,
): DrivenSession {
  const sockets: Sockets = new Map();
  const waiting: SessionInput[] = [];
  let taking = false;
  let armed: { readonly at: number; readonly timer: NodeJS.Timeout } | null = null;
  let onGone: (() => void) | null = null;

  const tellLog = (event: VenueEvent): void => {
    if (event.kind === 'link_up') log.info('link up', { link: event.link, conn: event.conn });
    else if (event.kind === 'link_down')
      log.warn('link down', { link: event.link, conn: event.conn, reason: redact(event.reason) });
    else if (event.kind === 'link_refused')
      log.warn('link refused', {
        link: event.link,
        conn: event.conn,
        code: event.code,
        reason: redact(event.message),
      });
  };

  const carryOut = (effect: SessionEffect): void => {
    switch (effect.kind) {
      case 'connect':
        log.info('connecting', {
          link: session.link,
          conn: effect.conn,
          to: redact(place(effect.url)),
        });
        // The exchange counts connections: one that has not answered our close by now must not be open beside the new one.
        for (const old of sockets.values()) old.terminate();
        return openSocket(sockets, effect, feed);
      case 'send': {
        const socket = sockets.get(effect.conn);
        if (socket?.readyState === WebSocket.OPEN) socket.send(effect.text);
        return;
      }
      case 'disconnect': {
        const socket = sockets.get(effect.conn);
        if (socket !== undefined) closeSocket(socket);
        return;
      }
      case 'event':
        tellLog(effect.event);
        onEvent(effect.event);
    }
  };

  /** Sets the one timer for the session's next moment; a later one need not be moved forward. */
  const arm = (): void => {
    const at = session.wakeAt();
    if (at === Infinity || (armed !== null && armed.at <= at)) return;
    if (armed !== null) clearTimeout(armed.timer);
    // Rounded up, since a timer drops the part of a millisecond and would then tick once in vain.
    const wait = Math.min(MAX_TIMER_MS, Math.max(0, Math.ceil(at - mono())));
    const timer = setTimeout(() => {
      armed = null;
      feed({ kind: 'tick' });
    }, wait);
    armed = { at, timer };
  };

  function feed(input: SessionInput): void {
    if (taking) return void waiting.push(input);
    taking = true;
    try {
      for (let next: SessionInput | undefined = input; next !== undefined; next = waiting.shift())
        for (const effect of session.handle(next, mono())) carryOut(effect);
    } finally {
      taking = false;
    }
    arm();
    if (onGone !== null && sockets.size === 0) onGone();
  }

  feed({ kind: 'tick' });
  return {
    request: (ref, request) => feed({ kind: 'request', ref, request }),
    renew: (reason) => feed({ kind: 'renew', reason }),
    stop: () =>
      new Promise<void>((resolve) => {
        onGone = () => {
          if (armed !== null) clearTimeout(armed.timer);
          armed = null;
          resolve();
        };
        feed({ kind: 'stop' });
      }),
  };
}
