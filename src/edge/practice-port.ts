/**
 * The practice exchange as the edge drives it: inputs in, effects out, no I/O inside. The shapes are those of the
 * exchange's own port; they stand here again because the edge doesn't know the exchange, only its composer does.
 */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { Log } from './log.ts';

/** One-minute candle of a price file: `at` is the start of its minute (UTC ms). */
export type PriceRow = {
  readonly at: Millis;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  readonly volume: Decimal;
};

/** `server`: the exchange's own time in UTC ms; `mono`: real ms that never jump, from any origin. */
export type PracticeNow = { readonly server: Millis; readonly mono: Millis };

export type ControlVerb = 'GET' | 'POST' | 'DELETE';

export type PracticeInput =
  | {
      readonly kind: 'opened';
      readonly conn: number;
      readonly address?: string;
      /** At the address of public streams. */
      readonly streams?: boolean;
    }
  | { readonly kind: 'closed'; readonly conn: number }
  | { readonly kind: 'frame'; readonly conn: number; readonly text: string }
  | {
      readonly kind: 'http';
      readonly id: number;
      readonly method: string;
      readonly params: unknown;
      readonly rpcId: unknown;
      readonly authorization: string | undefined;
      readonly address?: string;
      /** What a signature in the header covers. */
      readonly sent?: { readonly verb: string; readonly target: string; readonly body: string };
    }
  | {
      readonly kind: 'control';
      readonly id: number;
      readonly verb: ControlVerb;
      readonly path: string;
      readonly query: Readonly<Record<string, string>>;
      readonly body: unknown;
    }
  | { readonly kind: 'viewer'; readonly viewer: number; readonly text: string }
  | { readonly kind: 'viewer_left'; readonly viewer: number }
  | { readonly kind: 'tick' };

export type PracticeEffect =
  | { readonly kind: 'record'; readonly entry: string }
  | {
      readonly kind: 'send';
      readonly conn: number;
      readonly text: string;
      readonly delayMs?: number;
      /** A bit of it flips on the way. */
      readonly spoilt?: true;
    }
  | {
      readonly kind: 'close';
      readonly conn: number;
      readonly code: number;
      readonly reason: string;
      readonly delayMs?: number;
    }
  | { readonly kind: 'drop'; readonly conn: number }
  | {
      readonly kind: 'reply';
      readonly id: number;
      readonly status: number;
      /** A string is JSON with exact numbers, to be sent as it stands; anything else is data. */
      readonly body: unknown;
      /** Of a body that is not JSON. */
      readonly type?: string;
      readonly delayMs?: number;
    }
  | { readonly kind: 'listen'; readonly accept: boolean; readonly status?: number }
  | { readonly kind: 'tls'; readonly shows: 'own' | 'renewed' | 'stranger' | 'none' }
  | { readonly kind: 'clock'; readonly server: Millis; readonly speed: number }
  | { readonly kind: 'stream'; readonly event: unknown; readonly viewer?: number };

/** The effects that the world sees: all but the journal's entries. */
export type PracticeDeed = Exclude<PracticeEffect, { readonly kind: 'record' }>;

/** What is refused at the door: one more open connection than these, and a larger request. */
export type PracticeBounds = { readonly connections: number; readonly requestBytes: number };

export type PracticeMachine = {
  readonly handle: (input: PracticeInput, now: PracticeNow) => readonly PracticeEffect[];
  readonly wakeAt: (now: PracticeNow) => Millis;
  readonly bounds: () => PracticeBounds;
  readonly snapshot: () => string;
};

/** What a practice exchange is made from: at a first start `snapshot` is null and `entries` is empty. */
export type PracticeBirth = {
  readonly seed: number;
  readonly speed: number;
  /** Server time of the very first start. */
  readonly startAt: Millis;
  /** Set at the very first start only: later the snapshot carries what is left of it. */
  readonly file?: readonly PriceRow[];
  readonly snapshot: string | null;
  /** Journal entries since the snapshot, oldest first. */
  readonly entries: readonly string[];
};

/** Where the practice exchange reports what a person should know. */
export type PracticeLog = Pick<Log, 'info' | 'warn' | 'error'>;

export type PracticeRefusalCode =
  | 'bad_option'
  | 'port_taken'
  | 'loopback_only'
  | 'data_in_use'
  | 'data_unusable'
  | 'other_exchange'
  | 'price_file';

/** Why a practice exchange does not start, in words that say how to mend it. */
export class PracticeRefusal extends Error {
  override readonly name = 'PracticeRefusal';
  readonly code: PracticeRefusalCode;

  constructor(code: PracticeRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
