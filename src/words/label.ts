/** The one label of a strategy's status: the first that applies, worst first, so that a good word never hides a bad one. */
import { type Lang } from './format.ts';
import { text } from './text.ts';

export type ControlWord = 'running' | 'paused' | 'draining' | 'halted' | 'stopped';
export type ActivityWord =
  | 'initializing'
  | 'analyzing'
  | 'signal_detected'
  | 'entering'
  | 'position_open'
  | 'exiting'
  | 'cooldown'
  | 'idle';
export type AssuranceWord = 'verified' | 'checking' | 'mismatch' | 'unverified' | 'blind';

/** The three fields that a status is made of. */
export type StatusWords = {
  readonly control: ControlWord;
  readonly activity: ActivityWord;
  readonly assurance: AssuranceWord;
};

/** The label for people: halted, stopped, blind, mismatch, unverified, checking, "paused · …", "draining · …", the activity. */
export function label(lang: Lang, { control, activity, assurance }: StatusWords): string {
  if (control === 'halted' || control === 'stopped') return text(lang, `status.${control}`);
  if (assurance !== 'verified') return text(lang, `status.${assurance}`);
  const doing = text(lang, `status.${activity}`);
  return control === 'running' ? doing : `${text(lang, `status.${control}`)} · ${doing}`;
}
