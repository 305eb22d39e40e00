/** The first steps in practice: which of them happened, told from what the page has seen. Pure; what happened stays so. */

export const COACH_STEPS = ['trade', 'hand', 'books', 'restart'] as const;
export type CoachStep = (typeof COACH_STEPS)[number];

/** What the page sees of the world. */
export type Sight = {
  /** Birth id of the journal: other books start over. */
  readonly journal: string;
  /** Rises whenever an engine begins to write. */
  readonly epoch: number;
  readonly trades: readonly {
    readonly id: string;
    readonly status: 'open' | 'closed';
    readonly byHand: boolean;
  }[];
};

export type Coach = {
  readonly journal: string;
  readonly done: readonly CoachStep[];
  readonly dismissed: boolean;
};

export const FRESH: Coach = { journal: '', done: [], dismissed: false };

/** What was kept of an earlier visit; anything else than that counts as nothing. */
export function coachOf(kept: string | null): Coach {
  try {
    const value = JSON.parse(kept ?? 'null') as Partial<Coach> | null;
    if (value === null || typeof value.journal !== 'string' || !Array.isArray(value.done))
      return FRESH;
    return {
      journal: value.journal,
      done: COACH_STEPS.filter((step) => value.done?.includes(step)),
      dismissed: value.dismissed === true,
    };
  } catch {
    return FRESH;
  }
}

/** Steps that a sight shows to have happened. An engine counts as restored when its epoch rose under the eyes of this page. */
function seen(sight: Sight, before: Sight | null): readonly CoachStep[] {
  const byHand = sight.trades.some((trade) => trade.status === 'closed' && trade.byHand);
  const restarted =
    before !== null && before.journal === sight.journal && sight.epoch > before.epoch;
  const happened: Readonly<Record<CoachStep, boolean>> = {
    trade: sight.trades.length > 0,
    hand: byHand,
    books: byHand,
    restart: restarted,
  };
  return COACH_STEPS.filter((step) => happened[step]);
}

/** The coach after a sight; the same object when nothing new happened. */
export function coached(coach: Coach, sight: Sight, before: Sight | null): Coach {
  const same = coach.journal === sight.journal;
  const held = same ? coach.done : [];
  const now = seen(sight, before);
  const done = COACH_STEPS.filter((step) => held.includes(step) || now.includes(step));
  if (same && done.length === held.length) return coach;
  return { ...coach, journal: sight.journal, done };
}
