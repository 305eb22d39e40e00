/**
 * Which of a cell's wishes may leave before their commit is durable, and when: those of Kill, after a second (I32). What the
 * next start must know of the kill is kept beside the journal before the first of them leaves.
 */
import type { Millis } from '../base/time.ts';
import type { Books } from '../domain/books.ts';
import type { Fact } from '../domain/fact.ts';
import type { Now, Wish } from './input.ts';
import { isFactOfKill, isWishOfKill, type Kept } from './kept.ts';
import { KILL_PATIENCE } from './limits.ts';
import { withheld } from './withhold.ts';

/** A commit that is not durable yet: what of it is Kill's, what of that still waits, what has left. */
export type Waiting = {
  readonly since: Millis;
  readonly facts: readonly Fact[];
  urgent: readonly Wish[];
  readonly left: Set<Wish>;
  kept: boolean;
};

export type Impatience = {
  /** A commit has begun. */
  readonly begin: (facts: readonly Fact[], wishes: readonly Wish[], since: Millis) => Waiting;
  /** It is durable: from now on its wishes are carried out as all others, but for those in `left`. */
  readonly end: (one: Waiting) => void;
  /** Lets out what has waited for long enough. */
  readonly look: (now: Now) => void;
  /** When the next look is due (mono); Infinity for never. */
  readonly due: () => Millis;
};

export function createImpatience(
  books: Books,
  {
    keep,
    carryOut,
  }: { readonly keep: (kept: Kept) => void; readonly carryOut: (wish: Wish) => void },
): Impatience {
  const waiting = new Set<Waiting>();
  const keepAll = (): void => {
    for (const one of waiting) {
      if (!one.kept && one.facts.length > 0) keep({ birth: books.birth, facts: one.facts });
      one.kept = true;
    }
  };
  return {
    begin: (facts, wishes, since) => {
      const one: Waiting = {
        since,
        facts: facts.filter(isFactOfKill),
        urgent: wishes.filter((wish) => isWishOfKill(wish, books)),
        left: new Set(),
        kept: false,
      };
      if (one.facts.length > 0 || one.urgent.length > 0) waiting.add(one);
      return one;
    },
    end: (one) => void waiting.delete(one),
    look: (now) => {
      for (const one of waiting) {
        if (one.urgent.length === 0 || now.mono - one.since < KILL_PATIENCE) continue;
        // What may not leave any more is refused when its turn comes.
        const leaving = one.urgent.filter((wish) => withheld(wish, books, now) === undefined);
        one.urgent = [];
        if (leaving.length > 0) keepAll();
        for (const wish of leaving) {
          one.left.add(wish);
          carryOut(wish);
        }
      }
    },
    due: () =>
      Math.min(
        ...[...waiting]
          .filter(({ urgent }) => urgent.length > 0)
          .map(({ since }) => since + KILL_PATIENCE),
      ),
  };
}
