/** Everything that reaches the core, and everything that it wants done. */
import type { Millis } from '../base/time.ts';
import type { Alert, AlertState } from '../domain/alert.ts';
import type { Command } from '../domain/command.ts';
import type { DailyCarry, DailyReady } from '../domain/daily.ts';
import type { RiskConfig, StrategyConfig } from '../domain/config.ts';
import type { DiskState } from '../domain/status.ts';
import type { LinkName, VenueEvent, VenueRequest } from '../venue/port.ts';
import type { Kept } from './kept.ts';
import type { CommandOutcome } from './reply.ts';

/** Both clocks of an input: `server` is the exchange's time as best known, `mono` real milliseconds that never jump. */
export type Now = { readonly server: Millis; readonly mono: Millis };

/** A day's report, as its fact will hold it. */
export type DailyMade = { readonly daily: DailyReady; readonly carry: DailyCarry };

export type Input =
  /** The process has started on these books; always the first input. */
  | {
      readonly kind: 'start';
      readonly birth: string;
      readonly node: string;
      readonly strategies: readonly StrategyConfig[];
      readonly risk: RiskConfig;
      readonly speed: number;
      readonly checkEveryMs: Millis;
      /** Whether notices of alerts can be sent anywhere. */
      readonly channel: boolean;
      /** Whether a drop copy of the account is connected. */
      readonly dropCopy?: boolean;
      /** What a kill sent before it was durable, as the process before has kept it; left out for nothing. */
      readonly kept?: readonly Kept[];
    }
  | { readonly kind: 'venue'; readonly event: VenueEvent }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'speed'; readonly speed: number }
  /** What became of a notice: it arrived, was refused (with the status of the answer), or nothing is known of it. */
  | {
      readonly kind: 'notified';
      readonly alert: string;
      readonly notice: number;
      readonly says: AlertState;
      readonly outcome:
        | { readonly ok: true; readonly status: number }
        | { readonly ok: false; readonly status: number | null; readonly problem: string };
    }
  /** Room on the journal's disk, as measured; told at the start and whenever it is another. */
  | { readonly kind: 'disk'; readonly disk: DiskState; readonly freeBytes: number }
  /** How long the facts of a step took from the step until they were durable; told while that is long, and at its end. */
  | { readonly kind: 'durable'; readonly tookMs: Millis }
  /** The process stood still for so long: what comes now has waited, and is older than it looks. */
  | { readonly kind: 'stalled'; readonly ms: Millis }
  /** Time has passed: at or after the moment asked for. */
  | { readonly kind: 'wake' }
  /** The report of a day that was asked for; null when it could not be made. */
  | { readonly kind: 'report'; readonly made: DailyMade | null }
  /** The process will end. */
  | { readonly kind: 'stop'; readonly reason: string };

/** Carried out only after the facts of the same step, and all before them, are durable (I32). */
export type Wish =
  | {
      readonly kind: 'request';
      readonly ref: string;
      readonly link: LinkName;
      readonly request: VenueRequest;
    }
  | { readonly kind: 'renew'; readonly link: LinkName; readonly reason: string }
  | { readonly kind: 'reply'; readonly command: string; readonly outcome: CommandOutcome }
  /** Tells a person of an alert through the channel; answered by the input `notified`. */
  | { readonly kind: 'notify'; readonly alert: Alert; readonly notice: number }
  /** Make the report of a day that is over; the answer is the input `report`. */
  | { readonly kind: 'report'; readonly day: string; readonly from: Millis; readonly to: Millis }
  /** We must not go on: wrong account, or a key that the venue or our rules refuse. */
  | { readonly kind: 'fatal'; readonly code: string; readonly message: string };
