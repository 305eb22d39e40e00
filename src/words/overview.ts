/** The one sentence of truth at the top of the overview: the worst that applies, else that all is good. */
import type { Lang } from './format.ts';
import { text } from './text.ts';

/** What the sentence is made of; counts are whole numbers. */
export type OverviewFacts = {
  /** Whether this page still hears the engine. */
  readonly linked: boolean;
  readonly halted: boolean;
  readonly assurance: 'verified' | 'checking' | 'mismatch' | 'unverified' | 'blind';
  /** Breaks that wait for a person. */
  readonly needsYou: number;
  readonly strategies: number;
  readonly paused: number;
  readonly positions: number;
};

/** How the page shall look around the sentence: `critical` calls for a person, `warning` explains, `good` is quiet. */
export type Tone = 'good' | 'warning' | 'critical';

/** The sentence with its tone: lost link, needs you, halted, blind, mismatch, unverified, checking, none, paused, all good. */
export function overviewSentence(
  lang: Lang,
  facts: OverviewFacts,
): { readonly tone: Tone; readonly sentence: string } {
  if (!facts.linked) return { tone: 'critical', sentence: text(lang, 'overview.lost') };
  if (facts.needsYou > 0)
    return { tone: 'critical', sentence: text(lang, 'overview.needs_you', { n: facts.needsYou }) };
  if (facts.halted) return { tone: 'critical', sentence: text(lang, 'overview.halted') };
  if (facts.assurance !== 'verified') {
    const tone = facts.assurance === 'checking' ? 'warning' : 'critical';
    return { tone, sentence: text(lang, `overview.${facts.assurance}`) };
  }
  if (facts.strategies === 0) return { tone: 'good', sentence: text(lang, 'overview.no_strategy') };
  if (facts.paused > 0)
    return { tone: 'warning', sentence: text(lang, 'overview.paused', { n: facts.paused }) };
  return {
    tone: 'good',
    sentence: text(lang, 'overview.all_good', { s: facts.strategies, p: facts.positions }),
  };
}
