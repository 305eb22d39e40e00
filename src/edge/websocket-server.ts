/**
 * The server's end of WebSocket connections: each accepted socket becomes a few plain functions. What waits to be
 * sent is bounded: a reader that falls behind is cut off, so that it never costs memory or slows another.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';

export type ServedSocket = {
  /** Sends a text frame; does nothing once the connection is closing. */
  readonly send: (text: string) => void;
  /** Closes with a close frame; the connection is cut when the other side does not answer it in time. */
  readonly close: (code: number, reason: string) => void;
  /** Cuts the connection without a close frame. */
  readonly drop: () => void;
};

export type SocketEvents = {
  /** A text (or binary, read as UTF-8) message with its size in bytes. */
  readonly message: (text: string, bytes: number) => void;
  /** Exactly once per connection, whoever closed it. */
  readonly closed: () => void;
};

export type SocketServer = {
  /** Completes the handshake of an upgrade request; `serve` is called when the socket is open. */
  readonly accept: (
    upgrade: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
    serve: (socket: ServedSocket) => SocketEvents,
  ) => void;
  readonly count: () => number;
  /** Lets nobody in any more, closes every connection and waits until they are gone. */
  readonly close: (code: number, reason: string) => Promise<void>;
};

export type SocketLimits = {
  /** A larger message closes its connection (1009). */
  readonly maxMessageBytes: number;
  /** Bytes that may wait for one reader before it is cut off. */
  readonly maxWaitingBytes: number;
  /** The last thing that a slow reader is sent. */
  readonly farewell: string;
  /** Called when a reader is cut off for being slow. */
  readonly onSlow: () => void;
};

/** How long the other side may take to answer our close frame. */
const CLOSE_PATIENCE_MS = 1_000;
const TRY_AGAIN_LATER = 1013;

/**
 * A text frame as a server sends it (RFC 6455, section 5.2), of which one bit has flipped on the way: the first of those
 * that are reserved, so that no reader takes it for something else.
 */
export function spoiltFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const { length } = body;
  const [flipped, wide, widest] = [0x81 ^ 0x40, 126, 127];
  if (length < wide) return Buffer.concat([Buffer.from([flipped, length]), body]);
  const header = length < 65_536 ? Buffer.from([flipped, wide, 0, 0]) : Buffer.alloc(10);
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else {
    header.set([flipped, widest]);
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, body]);
}

/** A WebSocket server without a port of its own: an HTTP server passes it the upgrades that it has checked. */
export function createSocketServer({
  maxMessageBytes,
  maxWaitingBytes,
  farewell,
  onSlow,
}: SocketLimits): SocketServer {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  });

  const closeOne = (socket: WebSocket, code: number, reason: string): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.close(code, reason);
    const cut = setTimeout(() => socket.terminate(), CLOSE_PATIENCE_MS);
    socket.once('close', () => clearTimeout(cut));
  };
  const served = (socket: WebSocket): ServedSocket => ({
    send: (text) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > maxWaitingBytes) {
        onSlow();
        socket.send(farewell);
        return closeOne(socket, TRY_AGAIN_LATER, 'reads too slowly');
      }
      socket.send(text);
    },
    close: (code, reason) => closeOne(socket, code, reason),
    drop: () => socket.terminate(),
  });

  return {
    accept: ({ request, socket, head }, serve) => {
      server.handleUpgrade(request, socket, head, (opened) => {
        const events = serve(served(opened));
        opened.on('message', (data) => {
          const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
          events.message(bytes.toString('utf8'), bytes.length);
        });
        // The library closes a connection that breaks the protocol; its `close` event is all that matters here.
        opened.on('error', () => opened.terminate());
        opened.on('close', () => events.closed());
      });
    },
    count: () => server.clients.size,
    close: async (code, reason) => {
      // From now on an upgrade is answered 503: who was let in meanwhile would be left behind, and nobody would end it.
      server.close();
      const gone = [...server.clients].map(
        (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
      );
      for (const socket of server.clients) closeOne(socket, code, reason);
      await Promise.all(gone);
    },
  };
}
