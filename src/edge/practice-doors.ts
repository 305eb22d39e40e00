/**
 * The doors of the practice exchange on this machine's loopback: plain, and over TLS where that is asked for. Both lead to
 * the same protocol and control API; who comes is checked here, what is said is not looked at.
 */
import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo, Server as Listener } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PracticeConnections } from './practice-connections.ts';
import {
  type Doors,
  type PracticeAnswer,
  type PracticeCalls,
  practiceHandler,
  practiceProblem,
  strangerProblem,
} from './practice-http.ts';
import { PracticeRefusal } from './practice-port.ts';
import { createTlsServer, type TlsFaces, type TlsServer } from './practice-tls.ts';
import { spoiltFrame } from './websocket-server.ts';

/** What both doors lead to. */
export type House = {
  readonly calls: PracticeCalls & {
    /** The first event of the control stream. */
    readonly snapshot: (send: (event: unknown) => void) => void;
  };
  readonly connections: PracticeConnections;
  readonly allowedOrigins: readonly string[];
};

export type Door = {
  readonly port: number;
  /** Lets nobody in any more; resolves when all who came are gone. */
  readonly close: () => Promise<void>;
  /** Ends requests that are under way. */
  readonly cut: () => void;
};

export const HOST = '127.0.0.1';
const PROTOCOL_PATH = '/ws/api/v2';
/** Where public streams are served alone, as by a host of their own. */
const PUBLIC_STREAMS_PATH = '/streams/ws/api/v2';
const STREAM_PATH = '/practice/v1/stream';
const PORT_FLAGS = {
  plain: '`demo --practice-port N`, `practice --port N` or LOCKSTEP_PRACTICE_PORT',
  tls: '`--tls-port N`',
};
const HTTP_LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 60_000 };
const MAX_SOCKETS = 256;
const TOO_MANY = practiceProblem(429, 'too_many_connections', {
  message: 'there are as many WebSocket connections already as one address may have',
  accepted: 'fewer; close some first',
});
const NO_SUCH_SOCKET = practiceProblem(404, 'not_found', {
  message: 'this address takes no WebSocket',
  accepted: `${PROTOCOL_PATH}, ${PUBLIC_STREAMS_PATH}, ${STREAM_PATH}`,
});

/** Opens the plain door; throws a `PracticeRefusal` that says how to mend it when the port can't be had. */
export async function openPlainDoor(house: House, port: number): Promise<Door> {
  const http = createServer(HTTP_LIMITS);
  serveThrough(http, house, { listener: http, spoil: sendSpoilt });
  await listen(http, port, 'plain');
  return { port: portOf(http), close: () => closed(http), cut: () => http.closeAllConnections() };
}

/** Opens the TLS door, whose authority is kept in `folder`. */
export async function openTlsDoor(
  house: House,
  { port, folder }: { readonly port: number; readonly folder: string },
): Promise<Door & TlsFaces> {
  const { listener, http, spoil, ...faces } = createTlsServer(folder, HTTP_LIMITS);
  serveThrough(http, house, { listener, spoil });
  await listen(listener, port, 'tls');
  const cut = (): void => http.closeAllConnections();
  return { port: portOf(listener), close: () => closed(listener), cut, ...faces };
}

const portOf = (listener: Listener): number => (listener.address() as AddressInfo).port;

const sendSpoilt = (socket: Duplex, text: string): void => void socket.write(spoiltFrame(text));

/** Requests and upgrades that come through a server reach the house. */
function serveThrough(
  http: Server | TlsServer['http'],
  { calls, connections, allowedOrigins }: House,
  door: { readonly listener: Listener; readonly spoil: (socket: Duplex, text: string) => void },
): void {
  const doors: Doors = { port: () => portOf(door.listener), allowedOrigins };
  const handler = practiceHandler(calls, doors);
  const onRequest: RequestListener = (request, response) => {
    // What fails here is the other side's connection; nobody is left to be told.
    handler(request, response).catch(() => response.destroy());
  };
  http.on('request', onRequest);
  door.listener.maxConnections = MAX_SOCKETS;
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const path = request.url?.split('?')[0];
    const way = calls.entrance();
    const streams = path === PUBLIC_STREAMS_PATH;
    const isProtocol = streams || path === PROTOCOL_PATH;
    if (isProtocol && way === 'shut') return void socket.destroy();
    const stranger = strangerProblem(request, doors);
    if (stranger !== undefined) return refuseUpgrade(socket, stranger);
    const upgrade = {
      request,
      socket,
      head,
      streams,
      spoil: (text: string) => door.spoil(socket, text),
    };
    if (isProtocol && typeof way === 'number') return refuseUpgrade(socket, gatewayPage(way));
    if (isProtocol) return void (connections.protocol(upgrade) || refuseUpgrade(socket, TOO_MANY));
    if (path === STREAM_PATH)
      return void (connections.stream(upgrade, calls.snapshot) || refuseUpgrade(socket, TOO_MANY));
    refuseUpgrade(socket, NO_SUCH_SOCKET);
  });
}

/** What a gateway says that finds no exchange behind it. */
const gatewayPage = (status: number): PracticeAnswer => ({
  status,
  body: `<html><head><title>${status}</title></head><body><h1>${STATUS_CODES[status]}</h1></body></html>`,
  type: 'text/html; charset=utf-8',
});

function refuseUpgrade(socket: Duplex, { status, body, type }: PracticeAnswer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: ${type ?? 'application/json'}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function listen(listener: Listener, port: number, which: keyof typeof PORT_FLAGS): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'is taken by another program. Stop that one'
          : `can't be used (${error.code ?? error.message}). Free it`;
      reject(
        new PracticeRefusal(
          'port_taken',
          `Port ${port} ${why}, or choose another port for the practice exchange (${PORT_FLAGS[which]}; 0 picks a free one).`,
        ),
      );
    });
    listener.listen(port, HOST, resolve);
  });
}

const closed = (listener: Listener): Promise<void> =>
  new Promise((resolve) => listener.close(() => resolve()));
