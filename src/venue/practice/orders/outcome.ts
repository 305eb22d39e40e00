/** What became of a request: never answered, or answered, maybe late, maybe with the end of its connection. */
import type { Millis } from '../../../base/time.ts';
import type { Answer } from '../wire/refusal.ts';
import type { WireValue } from '../wire/wire-json.ts';

export type Outcome =
  | { readonly lost: true }
  | {
      readonly lost: false;
      readonly answer: Answer<WireValue>;
      readonly delayMs: Millis | undefined;
      readonly closes?: true;
    };

/** Answered at once. */
export const answered = (answer: Answer<WireValue>): Outcome => ({
  lost: false,
  answer,
  delayMs: undefined,
});
