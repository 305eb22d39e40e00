/** What people and scripts may ask of the engine. Each is carried out at most once under its client-made id (I38). */
import type { Decimal } from '../base/decimal.ts';
import type { Actor } from './fact.ts';
import type { ImportRow } from './import.ts';
import type { BreakAction } from './shown.ts';

export type KillStrength = 'stop' | 'reduce' | 'cancel' | 'flatten';

export const KILL_STRENGTHS = [
  'stop',
  'reduce',
  'cancel',
  'flatten',
] as const satisfies readonly KillStrength[];

/** The verb and what it needs. `reason` is free text of a person, at most 500 characters. */
export type CommandVerb =
  | { readonly verb: 'reconcile' }
  | {
      readonly verb: 'pause' | 'resume' | 'drain' | 'flatten';
      readonly strategy: string;
      readonly reason: string;
    }
  | { readonly verb: 'kill'; readonly strength: KillStrength; readonly reason: string }
  | {
      readonly verb: 'resolve';
      readonly breakId: string;
      readonly action: BreakAction;
      readonly strategy: string | null;
      readonly exitPrice: Decimal | null;
      readonly fees: Decimal | null;
      readonly reason: string;
    }
  /** A person takes a difference on, or lets go of it. */
  | { readonly verb: 'take' | 'release'; readonly breakId: string }
  /** What a person last decided about a difference is taken back. */
  | { readonly verb: 'undo'; readonly breakId: string; readonly reason: string }
  /** Rows of another program's table of trades, at most `IMPORT_ROWS`; `source` names the table. */
  | { readonly verb: 'import'; readonly source: string; readonly rows: readonly ImportRow[] }
  /** A person has seen an alert. */
  | { readonly verb: 'ack_alert'; readonly alert: string }
  /** Nothing is to be sent about an alert for a while (real minutes). */
  | { readonly verb: 'snooze_alert'; readonly alert: string; readonly minutes: number };

export type Command = {
  readonly id: string;
  readonly by: Actor;
  readonly dryRun: boolean;
} & CommandVerb;
