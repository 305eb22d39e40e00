/** What kind of life a seed leads: how fast its market runs, what is traded, which misfortunes befall it and how often. */
import type { Millis } from '../../src/base/time.ts';
import type { StrategyConfig } from '../../src/domain/config.ts';
import { BOT, botOn, ETHER, INVERSE, PERPETUAL } from '../world/defaults.ts';
import { drawing } from './draw.ts';

/** Kinds of misfortune; each is on with probability one half, except that a life has at least three. */
export const KINDS = [
  'answers',
  'errors',
  'silence',
  'pushes',
  'repeats',
  'stale_reads',
  'amnesia',
  'drops',
  'cuts',
  'closed_doors',
  'hand_trades',
  'hand_cancels',
  'hand_edits',
  'price_jumps',
  'thin_books',
  'liquidations',
  'crashes',
  'power_losses',
  'crash_loops',
  'slow_disk',
  'broken_disk',
  'controls',
  'speeds',
] as const;
export type Kind = (typeof KINDS)[number];

export type Plan = {
  readonly seed: number;
  readonly speed: number;
  readonly latencyMs: Millis;
  readonly jitterMs: Millis;
  readonly diskMs: Millis;
  /** A price that only hands move, or null for the seeded process. */
  readonly flatPrice: string | null;
  readonly strategies: readonly StrategyConfig[];
  readonly kinds: readonly Kind[];
  /** The key of a drop copy, in one life of four. */
  readonly dropCopy?: string;
  /** Longest time between two misfortunes. */
  readonly gapMs: Millis;
};

const following = {
  break_even_percent: '0.2',
  trailing_percent: '0.4',
  trailing_step_percent: '0.05',
};

/** What is traded: most lives have one strategy, some the other coin or an inverse, some four on three instruments. */
function strategiesOf(draw: number): readonly StrategyConfig[] {
  if (draw < 5) return [BOT];
  if (draw < 6) return [{ ...BOT, settings: { ...BOT.settings, ...following } }];
  if (draw < 7) return [botOn(ETHER)];
  if (draw < 8) return [botOn(INVERSE)];
  if (draw < 9) return [BOT, botOn(PERPETUAL, 'second')];
  return [
    botOn(PERPETUAL, 'btc'),
    botOn(ETHER, 'eth'),
    botOn(INVERSE, 'coin'),
    botOn(INVERSE, 'coin-two'),
  ];
}

export function planOf(seed: number): Plan {
  const draw = drawing(seed, 'plan');
  const kinds = KINDS.filter(() => draw.chance(0.5));
  while (kinds.length < 3) kinds.push(draw.of(KINDS));
  // A price that nobody moves would be a life in which nothing happens.
  const isMoved = kinds.includes('price_jumps');
  return {
    seed,
    kinds,
    speed: draw.of([1, 20, 20, 60, 60, 120]),
    latencyMs: draw.of([1, 5, 40]),
    jitterMs: draw.of([0, 0, 10, 80]),
    diskMs: draw.of([0, 2, 2, 15]),
    flatPrice: draw.chance(0.4) && isMoved ? '100000' : null,
    strategies: strategiesOf(draw.below(11)),
    gapMs: draw.of([600, 2_000, 6_000, 15_000]),
    ...(drawing(seed, 'copy').chance(0.25) ? { dropCopy: 'practice-reader' } : {}),
  };
}
