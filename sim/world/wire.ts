/** The wire of the virtual world: connections that carry frames in order, each a fixed while under way, until one side lets go. */
import type { Millis } from '../../src/base/time.ts';
import type { Loop } from './loop.ts';
import type { FarSide, Wire } from './exchange.ts';

/** The engine's end of a connection. */
export type NearEnd = {
  readonly opened: () => void;
  readonly frame: (text: string) => void;
  readonly closed: (reason: string) => void;
};

/** What the engine's side can do with a connection. */
export type Socket = {
  readonly send: (text: string) => void;
  /** Lets go: frames sent before still arrive. */
  readonly close: () => void;
};

export type Network = {
  /** For the exchange's effects. */
  readonly wire: Wire;
  readonly connect: (end: NearEnd) => Socket;
};

export function createNetwork(loop: Loop, latency: Millis, far: () => FarSide): Network {
  const ends = new Map<number, NearEnd>();
  let last = 0;

  return {
    wire: {
      send: (conn, text, delayMs) =>
        loop.after(latency + delayMs, () => ends.get(conn)?.frame(text)),
      gone: (conn, reason, delayMs) =>
        loop.after(latency + delayMs, () => {
          const end = ends.get(conn);
          ends.delete(conn);
          end?.closed(reason);
        }),
    },
    connect: (end) => {
      const conn = ++last;
      loop.after(latency, () => {
        if (!far().isListening()) return end.closed('refused');
        ends.set(conn, end);
        far().handle({ kind: 'opened', conn });
        end.opened();
      });
      return {
        send: (text) => loop.after(latency, () => far().handle({ kind: 'frame', conn, text })),
        close: () =>
          loop.after(latency, () => {
            ends.delete(conn);
            far().handle({ kind: 'closed', conn });
          }),
      };
    },
  };
}
