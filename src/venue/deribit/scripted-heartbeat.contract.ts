/** The scripted exchange with the heartbeats, the idle closing and the close codes of the real one, for tests. */
import type { Millis } from '../../base/time.ts';
import type { FarEffect } from '../rig.contract.ts';
import type { Scripted } from './scripted-exchange.contract.ts';

/** From `set_heartbeat` to the first test_request, from there to the next ones; whether a plain heartbeat comes before each. */
export type HeartbeatTiming = {
  readonly firstMs: Millis;
  readonly everyMs: Millis;
  readonly plain: boolean;
};

const ANSWER_WITHIN: Millis = 10_000;
const IDLE: Millis = 60_500;
const say = (type: 'heartbeat' | 'test_request'): string =>
  `{"params":{"type":"${type}"},"method":"heartbeat","jsonrpc":"2.0"}`;

type Conn = { nextAt: Millis; askedAt: Millis | null; activeAt: Millis; subscribed: boolean };

export type Beating = Scripted & {
  /** How long each test_request waited for its `public/test`. */
  readonly waited: readonly Millis[];
};

export function withHeartbeats(far: Scripted, timing: HeartbeatTiming): Beating {
  const conns = new Map<number, Conn>();
  const effects: FarEffect[] = [];
  const waited: Millis[] = [];
  let mono: Millis = 0;
  const close = (conn: number, reason: string): void => {
    conns.delete(conn);
    effects.push({ kind: 'close', conn, reason });
  };
  const tend = (conn: number, its: Conn): void => {
    if (its.askedAt !== null && mono - its.askedAt >= ANSWER_WITHIN)
      return close(conn, 'heartbeat close, code 4000');
    if (!its.subscribed && mono - its.activeAt >= IDLE) return close(conn, 'code 1006');
    if (mono < its.nextAt) return;
    if (timing.plain) far.sayRaw(conn, say('heartbeat'));
    far.sayRaw(conn, say('test_request'));
    its.askedAt ??= mono;
    its.nextAt = mono + timing.everyMs;
  };
  return {
    ...far,
    waited,
    opened: (conn) => {
      conns.set(conn, { nextAt: Infinity, askedAt: null, activeAt: mono, subscribed: false });
      far.opened(conn);
    },
    closed: (conn) => {
      conns.delete(conn);
      far.closed(conn);
    },
    frame: (conn, raw) => {
      const its = conns.get(conn);
      const { method } = JSON.parse(raw) as { readonly method: string };
      if (its !== undefined) {
        its.activeAt = mono;
        if (method === 'public/set_heartbeat') its.nextAt = mono + timing.firstMs;
        if (method.endsWith('/subscribe')) its.subscribed = true;
        if (method === 'public/test' && its.askedAt !== null) {
          waited.push(mono - its.askedAt);
          its.askedAt = null;
        }
      }
      far.frame(conn, raw);
    },
    advance: (to) => {
      mono = to;
      far.advance(to);
      for (const [conn, its] of conns) tend(conn, its);
    },
    wakeAt: () =>
      Math.min(
        far.wakeAt(),
        ...[...conns.values()].map(({ nextAt, askedAt, activeAt, subscribed }) =>
          Math.min(
            nextAt,
            askedAt === null ? Infinity : askedAt + ANSWER_WITHIN,
            subscribed ? Infinity : activeAt + IDLE,
          ),
        ),
      ),
    take: () => [...far.take(), ...effects.splice(0)],
  };
}
