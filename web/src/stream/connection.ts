/**
 * The life of the connection to the engine: subscribe from the commit held, reconnect with growing, jittered pauses, and
 * give up a socket that says nothing. The world (socket, clock, chance) is handed in, so every rule here is tested
 * without it.
 */
import type { Since, SubscribeMessage } from '../../../src/wire/frames.ts';
import type { Want } from './receive.ts';

/** A socket that is already opening. */
export type Wire = {
  readonly send: (text: string) => void;
  readonly close: () => void;
};

export type WireEvents = {
  readonly opened: () => void;
  readonly message: (text: string) => void;
  /** Called once, also when it never opened. */
  readonly closed: () => void;
};

export type ConnectionPorts = {
  readonly dial: (events: WireEvents) => Wire;
  /** Runs `run` after `ms`; answers how to call it off. */
  readonly later: (ms: number, run: () => void) => () => void;
  /** Evenly spread in [0, 1). */
  readonly random: () => number;
  /** Asked after a socket that never opened: whether the engine refuses this session, which only a person can mend. */
  readonly refused: () => Promise<boolean>;
  /** Where to go on from, or null for a snapshot. */
  readonly held: () => Since | null;
  readonly message: (text: string) => Want;
  /** What became of the connection. `refused` ends it. */
  readonly changed: (state: 'connecting' | 'open' | 'closed' | 'refused') => void;
};

/** An open socket without any frame for so long is given up. */
export const SILENCE_MS = 15_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** The pause before attempt `n` (0 for the first after a loss), in [half, whole] of a doubling time. */
export const pauseBefore = (n: number, random: number): number => {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(n, 10));
  return whole / 2 + (whole / 2) * random;
};

/** Keeps a connection up until it is stopped or refused. `retry` skips the present pause. */
export function keepConnected(ports: ConnectionPorts): {
  readonly stop: () => void;
  readonly retry: () => void;
} {
  let attempt = 0;
  let anew = false;
  let stopped = false;
  /** What was held at the last wish to resubscribe; the same once more means that resuming does not help. */
  let stuckAt = '';
  let wire: Wire | null = null;
  let cancelWait = (): void => {};
  let cancelSilence = (): void => {};

  const listen = (mine: () => boolean, giveUp: () => void): void => {
    cancelSilence();
    cancelSilence = ports.later(SILENCE_MS, () => {
      if (mine()) giveUp();
    });
  };

  const wait = (): void => {
    cancelWait();
    cancelWait = ports.later(pauseBefore(attempt, ports.random()), dial);
    attempt += 1;
  };

  const ended = (wasOpen: boolean): void => {
    wire = null;
    cancelSilence();
    if (stopped) return;
    ports.changed('closed');
    if (wasOpen) {
      wait();
      return;
    }
    void ports.refused().then((refused) => {
      if (stopped || wire !== null) return;
      if (!refused) wait();
      else {
        stopped = true;
        ports.changed('refused');
      }
    });
  };

  function dial(): void {
    cancelWait();
    if (stopped || wire !== null) return;
    let open = false;
    let over = false;
    ports.changed('connecting');
    const end = (): void => {
      if (over) return;
      over = true;
      mine.close();
      ended(open);
    };
    const mine: Wire = ports.dial({
      opened: () => {
        if (over) return;
        open = true;
        const since = anew ? null : ports.held();
        const subscribe: SubscribeMessage =
          since === null ? { type: 'SUBSCRIBE' } : { type: 'SUBSCRIBE', since };
        mine.send(JSON.stringify(subscribe));
        ports.changed('open');
      },
      message: (text) => {
        if (over) return;
        listen(() => !over, end);
        const want = ports.message(text);
        if (want === 'nothing') {
          anew = false;
          attempt = 0;
        } else {
          const held = JSON.stringify(ports.held());
          anew = want === 'snapshot' || held === stuckAt;
          stuckAt = held;
          end();
        }
      },
      closed: end,
    });
    wire = mine;
    listen(() => !over, end);
  }

  dial();
  return {
    stop: () => {
      stopped = true;
      cancelWait();
      cancelSilence();
      wire?.close();
    },
    retry: () => {
      attempt = 0;
      if (wire === null) dial();
    },
  };
}
