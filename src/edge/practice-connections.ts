/**
 * The WebSocket connections of the practice exchange: those of the protocol, numbered and never used twice, and those
 * of the control stream. What the exchange wants said to them is said here, delays and cuts included.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { MOST_RPC_BYTES, TOO_LARGE } from './practice-http.ts';
import type { PracticeBounds, PracticeDeed, PracticeInput, PracticeLog } from './practice-port.ts';
import { type ServedSocket, createSocketServer } from './websocket-server.ts';

export type Upgrade = {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** It came to the address of public streams. */
  readonly streams: boolean;
  /** Sends a message that arrives spoilt: no client can read it. */
  readonly spoil: (text: string) => void;
};

export type PracticeConnections = {
  /** Takes a checked upgrade to the protocol; answers false when there are too many connections already. */
  readonly protocol: (upgrade: Upgrade) => boolean;
  /** Takes a checked upgrade to the control stream; `snapshot` is its first event. */
  readonly stream: (
    upgrade: Upgrade,
    snapshot: (first: (event: unknown) => void) => void,
  ) => boolean;
  readonly carryOut: (
    deed: Extract<PracticeDeed, { readonly kind: 'send' | 'close' | 'drop' | 'stream' }>,
  ) => void;
  readonly close: () => Promise<void>;
};

const MAX_VIEWERS = 32;
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
const STREAM_FRAME_BYTES = 1_024;
const TOO_SLOW = JSON.stringify({ jsonrpc: '2.0', method: 'connection_too_slow' });
const GOING_AWAY = 1001;

/** Connections whose events become inputs by `input`. */
export function createPracticeConnections({
  input,
  bounds,
  log,
}: {
  readonly input: (input: PracticeInput) => void;
  readonly bounds: () => PracticeBounds;
  readonly log: PracticeLog;
}): PracticeConnections {
  const clients = createSocketServer({
    maxMessageBytes: MOST_RPC_BYTES,
    maxWaitingBytes: MAX_WAITING_BYTES,
    farewell: TOO_SLOW,
    onSlow: () =>
      log.warn('a client that reads too slowly was cut off', { limitBytes: MAX_WAITING_BYTES }),
  });
  const viewers = createSocketServer({
    maxMessageBytes: STREAM_FRAME_BYTES,
    maxWaitingBytes: MAX_WAITING_BYTES,
    farewell: JSON.stringify({ type: 'TOO_SLOW' }),
    onSlow: () =>
      log.warn('a viewer of the control stream that reads too slowly was cut off', {
        limitBytes: MAX_WAITING_BYTES,
      }),
  });
  const open = new Map<number, ServedSocket & Pick<Upgrade, 'spoil'>>();
  const watching = new Map<number, ServedSocket>();
  let lastConn = 0;
  let lastViewer = 0;

  return {
    protocol: (upgrade) => {
      if (clients.count() >= bounds().connections) return false;
      clients.accept(upgrade, (socket) => {
        const conn = ++lastConn;
        open.set(conn, { ...socket, spoil: upgrade.spoil });
        const address = upgrade.request.socket.remoteAddress ?? '';
        input({ kind: 'opened', conn, address, streams: upgrade.streams });
        return {
          message: (text, bytes) => {
            if (bytes > bounds().requestBytes) socket.send(JSON.stringify(TOO_LARGE));
            else input({ kind: 'frame', conn, text });
          },
          closed: () => {
            open.delete(conn);
            input({ kind: 'closed', conn });
          },
        };
      });
      return true;
    },
    stream: (upgrade, snapshot) => {
      if (viewers.count() >= MAX_VIEWERS) return false;
      viewers.accept(upgrade, (socket) => {
        const viewer = ++lastViewer;
        let gone = false;
        snapshot((event) => {
          if (gone) return;
          socket.send(JSON.stringify(event));
          watching.set(viewer, socket);
        });
        return {
          message: (text) => input({ kind: 'viewer', viewer, text }),
          closed: () => {
            gone = true;
            watching.delete(viewer);
            input({ kind: 'viewer_left', viewer });
          },
        };
      });
      return true;
    },
    carryOut: (deed) => {
      switch (deed.kind) {
        case 'send':
          return later(deed.delayMs, () => {
            const socket = open.get(deed.conn);
            if (deed.spoilt === true) socket?.spoil(deed.text);
            else socket?.send(deed.text);
          });
        case 'close':
          return later(deed.delayMs, () => open.get(deed.conn)?.close(deed.code, deed.reason));
        case 'drop':
          return open.get(deed.conn)?.drop();
        case 'stream': {
          const text = JSON.stringify(deed.event);
          if (deed.viewer !== undefined) return watching.get(deed.viewer)?.send(text);
          for (const socket of watching.values()) socket.send(text);
          return;
        }
      }
    },
    close: async () => {
      const reason = 'the practice exchange stops';
      await Promise.all([clients.close(GOING_AWAY, reason), viewers.close(GOING_AWAY, reason)]);
    },
  };
}

/** Does a thing now, or after so many real milliseconds. */
export function later(delayMs: number | undefined, act: () => void): void {
  if (delayMs === undefined || delayMs <= 0) act();
  else setTimeout(act, delayMs).unref();
}
