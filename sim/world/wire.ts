/**
 * The wire of the virtual world: connections that carry frames in order, each a while under way, until one side lets go.
 * It can be cut, with what is under way lost in either direction or not, and it can fall silent without telling anybody.
 */
import { nextBelow, prng } from '../../src/base/prng.ts';
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

/** Which frames that are under way are lost. */
export type Losses = { readonly up: boolean; readonly down: boolean };

export type Network = {
  /** For the exchange's effects. */
  readonly wire: Wire;
  readonly connect: (end: NearEnd) => Socket;
  /** Cuts all connections; both sides learn of it. */
  readonly cut: (losses: Losses) => void;
  /** All connections of this moment carry nothing any more, in either direction, and nobody is told. */
  readonly silence: () => void;
  /** Whether names can be looked up; connections that stand need none. */
  readonly setNames: (found: boolean) => void;
};

/** One connection. Frames of one direction never overtake each other. */
type Cable = {
  readonly conn: number;
  readonly end: NearEnd;
  up: boolean;
  down: boolean;
  readonly last: { up: Millis; down: Millis };
  frames: number;
};

export type NetworkOptions = {
  readonly loop: Loop;
  readonly latencyMs: Millis;
  /** Up to so much more for a frame, as its connection and number say. */
  readonly jitterMs: Millis;
  readonly seed: number;
  readonly far: () => FarSide;
};

export function createNetwork({ loop, latencyMs, jitterMs, seed, far }: NetworkOptions): Network {
  const cables = new Map<number, Cable>();
  let made = 0;
  let names = true;

  /** How long a frame is under way: drawn by what it is, so that nothing else shifts it. */
  const delay = (cable: Cable, direction: 'up' | 'down', more: Millis): Millis => {
    const chance = () => prng(seed, `${direction}/${cable.conn}/${cable.frames++}`);
    const extra = jitterMs === 0 ? 0 : nextBelow(chance(), jitterMs + 1);
    const at = loop.now() + latencyMs + extra;
    // What the exchange itself holds back is sent later: it holds up nothing.
    if (more > 0) return at + more - loop.now();
    cable.last[direction] = Math.max(cable.last[direction], at);
    return cable.last[direction] - loop.now();
  };
  const up = (cable: Cable, run: () => void): void =>
    loop.after(delay(cable, 'up', 0), () => {
      if (cable.up) run();
    });
  const down = (conn: number, more: Millis, run: (end: NearEnd) => void): void => {
    const cable = cables.get(conn);
    if (cable === undefined) return;
    loop.after(delay(cable, 'down', more), () => {
      if (cable.down) run(cable.end);
    });
  };
  const letGo = (cable: Cable): void => {
    cables.delete(cable.conn);
    far().handle({ kind: 'closed', conn: cable.conn });
  };

  return {
    wire: {
      send: (conn, text, delayMs) => down(conn, delayMs, (end) => end.frame(text)),
      spoilt: (conn) =>
        down(conn, 0, (end) => {
          const cable = cables.get(conn);
          if (cable !== undefined) up(cable, () => letGo(cable));
          end.closed('a spoilt frame');
        }),
      gone: (conn, reason, delayMs) =>
        down(conn, delayMs, (end) => {
          cables.delete(conn);
          end.closed(reason);
        }),
    },
    connect: (end) => {
      if (!names) {
        loop.after(latencyMs, () => end.closed('getaddrinfo EAI_AGAIN practice'));
        return { send: () => undefined, close: () => undefined };
      }
      const conn = ++made;
      const cable = { conn, end, up: true, down: true, last: { up: 0, down: 0 }, frames: 0 };
      cables.set(conn, cable);
      up(cable, () => {
        if (!far().isListening()) {
          cables.delete(conn);
          end.closed('refused');
          return;
        }
        far().handle({ kind: 'opened', conn });
        if (cables.has(conn)) end.opened();
      });
      return {
        send: (text) => up(cable, () => far().handle({ kind: 'frame', conn, text })),
        close: () => up(cable, () => letGo(cable)),
      };
    },
    cut: (losses) => {
      for (const cable of cables.values()) {
        const { end } = cable;
        if (losses.up) cable.up = false;
        if (losses.down) cable.down = false;
        loop.after(delay(cable, 'up', 0), () => {
          cable.up = false;
          letGo(cable);
        });
        loop.after(delay(cable, 'down', 0), () => {
          cable.down = false;
          end.closed('cut');
        });
      }
    },
    setNames: (found) => {
      names = found;
    },
    silence: () => {
      for (const cable of cables.values()) Object.assign(cable, { up: false, down: false });
    },
  };
}
