/**
 * Whether a connection is alive: any frame is a sign of life, own pings make the other side give one. Times are mono ms.
 */
import type { Millis } from '../../base/time.ts';
import { DEAD_AFTER_MS, PING_EVERY_MS } from './limits.ts';

export type Heartbeat = {
  readonly heard: (mono: Millis) => void;
  /** Whether a ping is due; counts it as sent. */
  readonly takePing: (mono: Millis) => boolean;
  readonly isDead: (mono: Millis) => boolean;
  readonly wakeAt: () => Millis;
};

/** Of a connection that opened at `mono`. */
export function createHeartbeat(mono: Millis): Heartbeat {
  let heardAt = mono;
  let pingAt = mono + PING_EVERY_MS;
  return {
    heard: (now) => {
      heardAt = now;
    },
    takePing: (now) => {
      if (now < pingAt) return false;
      pingAt = now + PING_EVERY_MS;
      return true;
    },
    isDead: (now) => now - heardAt >= DEAD_AFTER_MS,
    wakeAt: () => Math.min(pingAt, heardAt + DEAD_AFTER_MS),
  };
}
