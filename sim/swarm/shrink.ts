/**
 * What of a life that went wrong is needed for it: misfortunes are left out, many at a time and then one by one, for as long
 * as the same rule is still broken. What is left is a story that a person can follow.
 */
import type { LifeLength, Outcome } from './life.ts';

/** The rule that a violation names, or its first words where it names none. */
export const brokenRule = ({ violation = '' }: Pick<Outcome, 'violation'>): string =>
  /\[([A-Z]\d+)\]/.exec(violation)?.[1] ?? violation.slice(0, 40);

export type Shrunk = {
  readonly outcome: Outcome;
  readonly length: LifeLength;
  /** How many lives it took. */
  readonly lives: number;
};

const numbersOf = ({ story }: Outcome): readonly number[] =>
  story.flatMap(({ n }) => (n === null ? [] : [n]));

export type Shrinking = {
  /** Lives the life of a seed. */
  readonly live: (seed: number, length: LifeLength) => Promise<Outcome>;
  /** Told how few misfortunes are left, each time there are fewer. */
  readonly tell: (left: number) => void;
};

/** The life with as few misfortunes as leave the same rule broken. */
export async function shrink(
  wrong: Outcome,
  length: LifeLength,
  { live, tell }: Shrinking,
): Promise<Shrunk> {
  const rule = brokenRule(wrong);
  let [best, lives] = [wrong, 0];
  let only = numbersOf(wrong);
  const isWrong = async (numbers: readonly number[]): Promise<boolean> => {
    lives++;
    const outcome = await live(wrong.seed, { horizonMs: length.horizonMs, only: numbers });
    if (outcome.violation === undefined || brokenRule(outcome) !== rule) return false;
    [best, only] = [outcome, numbers];
    tell(numbers.length);
    return true;
  };
  for (
    let size = Math.ceil(only.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  )
    for (let end = only.length; end > 0; end -= size) {
      const from = Math.max(0, end - size);
      await isWrong([...only.slice(0, from), ...only.slice(end)]);
    }
  return { outcome: best, length: { horizonMs: length.horizonMs, only }, lives };
}
