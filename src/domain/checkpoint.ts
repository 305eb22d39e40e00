/** How a strategy explains itself: one checkpoint per condition, with its value and a reason in words. */

/** `pending` will change by waiting (a cooldown, missing candles); `failed` needs the market to change. */
export type CheckpointState = 'met' | 'pending' | 'failed';

/**
 * One condition of a signal. `text` names a sentence of `words/` (`checkpoint.<id>.<reason>`), `params` fill it in;
 * `value` is what was measured, with its unit in the sentence.
 */
export type Checkpoint = {
  readonly id: string;
  readonly state: CheckpointState;
  readonly value: string | null;
  readonly reason: string;
  readonly params: Readonly<Record<string, string>>;
};
