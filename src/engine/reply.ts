/** Answers to commands: what a command came to, and the replies that wait for a check's report. */
import type { Report } from '../domain/shown.ts';
import type { Turn } from './turn.ts';

/** One step of a plan in words of the field. */
export type Step = { readonly action: string; readonly text: string };

export type CommandOutcome =
  | {
      readonly ok: true;
      readonly state: 'done' | 'running';
      readonly plan: readonly Step[];
      readonly seq: number;
      readonly report: Report | null;
    }
  | {
      readonly ok: false;
      readonly code: string;
      readonly detail: string;
      readonly field: string | null;
      readonly accepted: string | null;
    };

/** A refusal with a stable code. */
export const refuse = (
  code: string,
  detail: string,
  field: string | null = null,
  accepted: string | null = null,
): CommandOutcome => ({ ok: false, code, detail, field, accepted });

/** Answers a command once the facts of this turn are durable. */
export function reply(turn: Turn, command: string, outcome: CommandOutcome): void {
  turn.wishes.push({ kind: 'reply', command, outcome });
}

/** Commands that waited for a check begun after them get its report; `number` is that of the check that just ended. */
export function replyReconciled(turn: Turn, report: Report, number: number): void {
  for (const { id, after } of turn.live.waitingCommands.splice(0)) {
    if (number > after)
      reply(turn, id, { ok: true, state: 'done', plan: [], seq: turn.cell.seq, report });
    else turn.live.waitingCommands.push({ id, after });
  }
}
