/**
 * The WebSocket side of the stream: checks each upgrade [I48], reads the one message that a client sends, and keeps bounds:
 * small frames, few messages, a session that is still on, a reader that reads.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { SECOND } from '../base/time.ts';
import type { Since } from '../wire/frames.ts';
import { subscribeMessage } from '../wire/schemas-requests.ts';
import type { Clock } from './clock.ts';
import { type Answer, refuse } from './http-answer.ts';
import { type Pipe, SLOW } from './http-feed.ts';
import type { Feeds } from './http-feeds.ts';
import { type Caller, type Guard, type HeaderOf, isCaller } from './http-guard.ts';
import { API } from './http-routes.ts';
import type { Sessions } from './http-sessions.ts';
import type { Log } from './log.ts';

export type StreamOptions = {
  readonly feed: Feeds;
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly log: Log;
};

export type Stream = {
  /** Answers an upgrade request, with a stream or with a problem. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Looks at all sessions again and closes the streams of those that are over. */
  readonly recheck: () => void;
  readonly close: () => Promise<void>;
};

/** Close codes: a message that we do not understand; a session that is over. */
const MALFORMED = 4400;
const SESSION_OVER = 4401;
const GOING_AWAY = 1001;

const MOST_BYTES = 65_536;
const MOST_MESSAGES_A_SECOND = 30;
const MOST_CLIENTS = 100;
const SUBSCRIBE_WITHIN_MS = 10_000;
const DRAIN_WITHIN_MS = 20_000;
const CLOSE_WITHIN_MS = 2_000;
const PING_EVERY_BEATS = 15;

type Client = {
  readonly socket: WebSocket;
  readonly caller: Caller;
  pongs: number;
  received: number;
  leave: () => void;
};

const headersOf =
  (request: IncomingMessage): HeaderOf =>
  (name) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };

function turnAway(socket: Duplex, answer: Answer): void {
  const problem = answer.kind === 'problem' ? answer.problem : undefined;
  const status = problem?.status ?? 400;
  const body = JSON.stringify(problem ?? {});
  socket.end(
    `HTTP/1.1 ${status} ${problem?.title ?? 'Bad Request'}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** Says what is wrong with a client's message, or where to go on from. */
function subscription(
  text: string,
): { readonly since: Since | undefined } | { readonly wrong: string } {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { wrong: 'not JSON; send {"type":"SUBSCRIBE"}' };
  }
  const read = subscribeMessage.safeParse(message);
  if (read.success) return { since: read.data.since };
  const field = read.error.issues[0]?.path.join('.') ?? '';
  return {
    wrong:
      field === 'since'
        ? '"since" must be a commit: a whole number, or one for each account'
        : 'not {"type":"SUBSCRIBE","since"?}',
  };
}

/** The stream of one server. */
export function createStream({ feed, guard, sessions, clock, log }: StreamOptions): Stream {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MOST_BYTES,
  });
  const clients = new Set<Client>();
  let beats = 0;

  const close = ({ socket }: Client, code: number, reason: string): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.close(code, reason.slice(0, 120));
    const giveUp = clock.after(CLOSE_WITHIN_MS, () => socket.terminate());
    socket.once('close', giveUp);
  };

  const pipeOf = (client: Client): Pipe => {
    let sent: Promise<void> = Promise.resolve();
    return {
      send: (text) => {
        if (client.socket.readyState !== WebSocket.OPEN) return;
        sent = new Promise((resolve) => client.socket.send(text, () => resolve()));
      },
      waiting: () => client.socket.bufferedAmount,
      drained: async () => {
        const giveUp = clock.after(DRAIN_WITHIN_MS, () => close(client, SLOW, 'slow'));
        await sent;
        giveUp();
      },
      close: (code, reason) => {
        log.info('a stream was closed', { code, reason });
        close(client, code, reason);
      },
    };
  };

  const onMessage = (client: Client, text: string): void => {
    client.received += 1;
    if (client.received > MOST_MESSAGES_A_SECOND)
      return close(client, MALFORMED, 'too many messages');
    const wanted = subscription(text);
    if ('wrong' in wanted) return close(client, MALFORMED, wanted.wrong);
    if (client.leave !== notYet)
      return close(client, MALFORMED, 'subscribed already; connect again to start over');
    const joined = feed.join(pipeOf(client), wanted.since);
    if ('wrong' in joined) return close(client, MALFORMED, joined.wrong);
    client.leave = joined.leave;
  };

  const serve = (socket: WebSocket, caller: Caller): void => {
    const client: Client = { socket, caller, pongs: 0, received: 0, leave: notYet };
    clients.add(client);
    const tooLate = clock.after(SUBSCRIBE_WITHIN_MS, () => {
      if (client.leave === notYet) close(client, MALFORMED, 'no SUBSCRIBE within 10 s');
    });
    socket.on('message', (data: Buffer, binary) => {
      if (binary) close(client, MALFORMED, 'a binary message; send text');
      else onMessage(client, data.toString('utf8'));
    });
    socket.on('pong', () => {
      client.pongs = 0;
    });
    socket.on('ping', () => {
      client.received += 1;
      if (client.received > MOST_MESSAGES_A_SECOND) close(client, MALFORMED, 'too many messages');
    });
    // A breach of the protocol closes the connection by itself; the `close` event is all that matters here.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      tooLate();
      client.leave();
      clients.delete(client);
    });
  };

  const recheck = (): void => {
    for (const client of clients) {
      const { caller } = client;
      if (caller.kind === 'session' && !sessions.isOn(caller.session.id))
        close(client, SESSION_OVER, 'the session is over');
    }
  };

  const stopBeating = clock.every(SECOND, () => {
    feed.beat();
    recheck();
    beats += 1;
    for (const client of clients) {
      client.received = 0;
      if (beats % PING_EVERY_BEATS !== 0) continue;
      if (client.pongs > 0) client.socket.terminate();
      client.pongs += 1;
      if (client.socket.readyState === WebSocket.OPEN) client.socket.ping();
    }
  });

  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      const path = (request.url ?? '').split('?')[0];
      const caller = guard.upgrade(headersOf(request));
      if (!isCaller(caller)) return turnAway(socket, caller);
      if (path !== `${API}/stream`) {
        return turnAway(
          socket,
          refuse(404, 'not_found', {
            title: 'Not found',
            detail: 'There is no stream here.',
            accepted: `${API}/stream`,
          }),
        );
      }
      if (clients.size >= MOST_CLIENTS) {
        return turnAway(
          socket,
          refuse(503, 'too_many_streams', {
            title: 'Too many streams',
            detail: `${clients.size} streams are open.`,
            next: 'Close some and try again.',
          }),
        );
      }
      server.handleUpgrade(request, socket, head, (opened) => serve(opened, caller));
    },
    recheck,
    close: async () => {
      stopBeating();
      const gone = [...clients].map(
        ({ socket }) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
      );
      for (const client of clients) close(client, GOING_AWAY, 'the engine stops');
      await Promise.all(gone);
      server.close();
    },
  };
}

const notYet = (): void => {};
