/**
 * A venue session and an exchange joined by a wire in virtual time, for tests: frames take a while, may be lost, held
 * back, changed or cut off, and everything that happens is written down. Nothing here waits or draws random numbers.
 */
import assert from 'node:assert/strict';
import type { Millis } from '../base/time.ts';
import type {
  SessionEffect,
  SessionInput,
  VenueEvent,
  VenueOutcome,
  VenueRequest,
  VenueSession,
} from './port.ts';

export type FarEffect =
  | {
      readonly kind: 'send';
      readonly conn: number;
      readonly text: string;
      readonly delayMs?: number;
    }
  | {
      readonly kind: 'close';
      readonly conn: number;
      readonly reason: string;
      readonly delayMs?: number;
    };

/** An exchange reached by text frames, in virtual time. */
export type FarSide = {
  readonly opened: (conn: number) => void;
  readonly frame: (conn: number, text: string) => void;
  readonly closed: (conn: number) => void;
  /** Time goes on to `mono`. */
  readonly advance: (mono: Millis) => void;
  readonly wakeAt: () => Millis;
  /** What it wants done since it was last asked. */
  readonly take: () => readonly FarEffect[];
};

/** What becomes of a frame on its way. */
export type Fate =
  | { readonly kind: 'pass' }
  | { readonly kind: 'lose' }
  | { readonly kind: 'delay'; readonly ms: Millis }
  | { readonly kind: 'replace'; readonly text: string };

export const PASS: Fate = { kind: 'pass' };
export const LOSE: Fate = { kind: 'lose' };

export type Rules = {
  toExchange: (text: string, conn: number) => Fate;
  toSession: (text: string, conn: number) => Fate;
  refuseConnections: boolean;
  /** How HTTP refuses connections, where `refuseConnections` is set; null when nobody listens. */
  refuseBy: { readonly status: number; readonly retryAfterMs: Millis | null } | null;
};

export type Rig = {
  readonly rules: Rules;
  readonly events: { readonly at: Millis; readonly event: VenueEvent }[];
  readonly frames: { readonly at: Millis; readonly conn: number; readonly text: string }[];
  readonly now: () => Millis;
  /** The exchange's clock as far as the session told it; 0 before it did. */
  readonly server: () => Millis;
  readonly run: (ms: Millis) => void;
  /** Runs until `done`; fails after `limit` ms. */
  readonly until: (done: () => boolean, limit?: Millis) => void;
  readonly input: (input: SessionInput) => void;
  readonly request: (request: VenueRequest) => string;
  /** Asks and runs until the answer is there. */
  readonly ask: (request: VenueRequest) => VenueOutcome;
  readonly answers: (ref: string) => readonly VenueOutcome[];
  readonly lateAnswers: (ref: string) => readonly VenueOutcome[];
  readonly of: <K extends VenueEvent['kind']>(
    kind: K,
  ) => readonly Extract<VenueEvent, { kind: K }>[];
  /** Cuts the present connection, as a broken wire does. */
  readonly cut: (reason?: string) => void;
};

const LATENCY: Millis = 5;
const NO_HTTP = { status: null, retryAfterMs: null } as const;
const MOST_STEPS = 300_000;

type Due = { readonly at: Millis; readonly order: number; readonly run: () => void };

/** A rig at mono 0. */
export function createRig(session: VenueSession, far: FarSide): Rig {
  const due: Due[] = [];
  const open = new Set<number>();
  const events: Rig['events'] = [];
  const frames: Rig['frames'] = [];
  const rules: Rules = {
    toExchange: () => PASS,
    toSession: () => PASS,
    refuseConnections: false,
    refuseBy: null,
  };
  /** Whether a connection was begun that is neither closed nor told to close. */
  let begun = false;
  let now: Millis = 0;
  let order = 0;
  let refs = 0;
  let server: Millis = 0;

  const later = (ms: Millis, run: () => void): void =>
    void due.push({ at: now + ms, order: order++, run });
  const pass = (text: string, fate: Fate, deliver: (text: string) => void): void => {
    if (fate.kind === 'lose') return;
    later(LATENCY + (fate.kind === 'delay' ? fate.ms : 0), () =>
      deliver(fate.kind === 'replace' ? fate.text : text),
    );
  };
  const drain = (): void => {
    for (const effect of far.take()) {
      const { conn } = effect;
      if (effect.kind === 'close')
        later(LATENCY + (effect.delayMs ?? 0), () => gone(conn, effect.reason));
      else
        later(effect.delayMs ?? 0, () =>
          pass(effect.text, rules.toSession(effect.text, conn), (text) =>
            input({ kind: 'frame', conn, text }),
          ),
        );
    }
  };
  const gone = (conn: number, reason: string): void => {
    if (!open.delete(conn)) return;
    begun = false;
    far.closed(conn);
    drain();
    input({ kind: 'closed', conn, reason, ...NO_HTTP });
  };
  const carryOut = (effect: SessionEffect): void => {
    if (effect.kind === 'event') {
      events.push({ at: now, event: effect.event });
      if (effect.event.kind === 'clock') server = effect.event.server;
      return;
    }
    const { conn } = effect;
    if (effect.kind === 'connect') {
      assert.ok(!begun, 'a connection is begun while there is another one');
      begun = true;
      if (rules.refuseConnections)
        return later(LATENCY, () => {
          begun = false;
          input({ kind: 'closed', conn, reason: 'refused', ...(rules.refuseBy ?? NO_HTTP) });
        });
      return later(LATENCY, () => {
        open.add(conn);
        far.opened(conn);
        drain();
        input({ kind: 'opened', conn });
      });
    }
    if (effect.kind === 'disconnect') {
      begun = false;
      if (open.delete(conn)) {
        far.closed(conn);
        drain();
      }
      return;
    }
    frames.push({ at: now, conn, text: effect.text });
    pass(effect.text, rules.toExchange(effect.text, conn), (text) => {
      if (!open.has(conn)) return;
      far.frame(conn, text);
      drain();
    });
  };
  const input = (given: SessionInput): void => {
    for (const effect of session.handle(given, now)) carryOut(effect);
  };

  const step = (limit: Millis): boolean => {
    const first = due.reduce<Due | undefined>(
      (best, next) =>
        best === undefined || next.at < best.at || (next.at === best.at && next.order < best.order)
          ? next
          : best,
      undefined,
    );
    const at = Math.max(now, Math.min(first?.at ?? Infinity, session.wakeAt(), far.wakeAt()));
    if (at > limit) return false;
    now = at;
    far.advance(now);
    drain();
    if (first !== undefined && first.at <= now) {
      due.splice(due.indexOf(first), 1);
      first.run();
    } else if (session.wakeAt() <= now) input({ kind: 'tick' });
    return true;
  };
  const run = (ms: Millis): void => {
    const limit = now + ms;
    drain();
    for (let steps = 0; step(limit); steps++)
      assert.ok(steps < MOST_STEPS, 'the session never comes to rest');
    now = limit;
    far.advance(now);
  };
  const until = (done: () => boolean, limit: Millis = 60_000): void => {
    const end = now + limit;
    drain();
    while (!done())
      assert.ok(
        step(end),
        `did not happen within ${limit} ms; last events: ${JSON.stringify(events.slice(-4))}`,
      );
  };
  const outcomes = (kind: 'answer' | 'late_answer', ref: string): readonly VenueOutcome[] =>
    events.flatMap(({ event }) =>
      event.kind === kind && event.ref === ref ? [event.outcome] : [],
    );
  const request = (wish: VenueRequest): string => {
    const ref = `r${++refs}`;
    input({ kind: 'request', ref, request: wish });
    return ref;
  };
  return {
    rules,
    events,
    frames,
    run,
    until,
    input,
    request,
    now: () => now,
    server: () => server,
    ask: (wish) => {
      const ref = request(wish);
      until(() => outcomes('answer', ref).length > 0);
      const [outcome] = outcomes('answer', ref);
      assert.ok(outcome);
      return outcome;
    },
    answers: (ref) => outcomes('answer', ref),
    lateAnswers: (ref) => outcomes('late_answer', ref),
    of: <K extends VenueEvent['kind']>(kind: K) =>
      events.flatMap(({ event }) =>
        event.kind === kind ? [event as Extract<VenueEvent, { kind: K }>] : [],
      ),
    cut: (reason = 'cut') => {
      for (const conn of open) gone(conn, reason);
    },
  };
}
