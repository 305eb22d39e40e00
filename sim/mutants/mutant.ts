/** What a planted bug is: one piece of the engine's text replaced by what somebody careless would have written. */

/** `find` occurs exactly once in `file` (from the repository's root). */
export type Mutant = {
  readonly id: string;
  /** What the engine does wrong with it. */
  readonly words: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
};
