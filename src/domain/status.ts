/** The status of a strategy: three fields that are folded from facts and never stored twice, and the one label for people. */

/** What a person or a guard asked. */
export type Control = 'running' | 'paused' | 'draining' | 'halted' | 'stopped';

/** What it does, confirmed by the exchange. */
export type Activity =
  | 'initializing'
  | 'analyzing'
  | 'signal_detected'
  | 'entering'
  | 'position_open'
  | 'exiting'
  | 'cooldown'
  | 'idle';

/** How far the books are known to equal the exchange. */
export type Assurance = 'verified' | 'checking' | 'mismatch' | 'unverified' | 'blind';

/** Room on the disk of the journal; openings need `enough`. `full`: only the reserve is left, for closing and protecting. */
export type DiskState = 'enough' | 'low' | 'full';

/** `status` on the wire: the first of these that applies, else the activity. */
export type Status =
  | 'halted'
  | 'stopped'
  | 'blind'
  | 'mismatch'
  | 'unverified'
  | 'checking'
  | 'draining'
  | 'paused'
  | Activity;

export type StatusFields = {
  readonly control: Control;
  readonly activity: Activity;
  readonly assurance: Assurance;
};

/** The one word of `StatusFields` (spec section 3). */
export function statusOf({ control, activity, assurance }: StatusFields): Status {
  if (control === 'halted' || control === 'stopped') return control;
  if (assurance !== 'verified') return assurance;
  if (control === 'draining' || control === 'paused') return control;
  return activity;
}
