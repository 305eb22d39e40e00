/**
 * Who is to have an instrument's funding. The exchange tells one counter per instrument, which restarts at 08:00 UTC (FACTS
 * 15.2, 16); each change of it is shared by signed amount x time over those who held something since the last reading,
 * whether they still do or not. A session that is over waits for the row that pays it: only that row tells its whole funding.
 */
import { type Decimal, ZERO, abs, add, isZero, lt, mul, sign, sub, sum } from '../base/decimal.ts';
import { DAY, HOUR, type Millis } from '../base/time.ts';
import { split } from './money.ts';

/** A trade, or (null) the foreign amount: what it holds, signed, and what it has held since the last reading. */
export type FundingHolder = {
  readonly trade: string | null;
  amount: Decimal;
  /** Up to when `weight` is counted. */
  since: Millis;
  /** Signed amount x milliseconds. */
  weight: Decimal;
  /** What it was given in this session; > 0 received. */
  given: Decimal;
};

/** A session that is over and not paid: the last reading of its counter, and who held what after that. */
export type FundingSession = {
  readonly end: Millis;
  readonly realized: Decimal;
  readonly holders: FundingHolder[];
};

/** Where the funding of an instrument was last read, and who is to share what comes next. */
export type FundingMark = {
  realized: Decimal;
  at: Millis;
  /** Begin of the session that runs. */
  session: Millis;
  holders: FundingHolder[];
  ended: FundingSession[];
};

/** What one holder gets. */
export type FundingShare = { readonly trade: string | null; readonly amount: Decimal };

/** Funding as it was shared out, up to a reading of the counter (`realized`). */
export type FundingAccrued = {
  readonly instrument: string;
  readonly realized: Decimal;
  readonly at: Millis;
  readonly allocations: readonly FundingShare[];
  /** What the row of a settlement shows that no reading had brought; `at` is the settlement, `realized` the session's whole. */
  readonly ended?: true;
};

/** The funding of a session (`realized`) as a settlement paid it, with what each trade was given of it. */
export type FundingSettled = Omit<FundingAccrued, 'ended'>;

/** Digits that the exchange shows of funding (FACTS 10.2). */
const PLACES = 9;
/** Holders cancel each other out where what is left of their weights is less than one part in so many. */
const CANCELS = '4' as Decimal;
/** How long after 08:00 UTC a settlement row still belongs to it; one at any other time is a settlement made by hand. */
const ON_TIME = HOUR;

/** 08:00 UTC at or before an instant: when the session's counters last restarted. */
export const sessionStart = (at: Millis): Millis =>
  Math.floor((at - 8 * HOUR) / DAY) * DAY + 8 * HOUR;

/** A counter that nobody has read yet. */
export const newMark = (at: Millis, realized: Decimal = ZERO): FundingMark => ({
  realized,
  at,
  session: sessionStart(at),
  holders: [],
  ended: [],
});

const times = (amount: Decimal, ms: Millis): Decimal =>
  mul(amount, String(Math.round(ms)) as Decimal);

function weigh(holder: FundingHolder, to: Millis): void {
  if (to <= holder.since) return;
  holder.weight = add(holder.weight, times(holder.amount, to - holder.since));
  holder.since = to;
}

function holderOf(mark: FundingMark, trade: string | null, at: Millis): FundingHolder {
  const known = mark.holders.find((holder) => holder.trade === trade);
  if (known !== undefined) return known;
  const since = Math.max(at, mark.at);
  const fresh: FundingHolder = { trade, amount: ZERO, since, weight: ZERO, given: ZERO };
  mark.holders.push(fresh);
  return fresh;
}

/** What is held from now on is counted from nothing. */
function restart(mark: FundingMark, realized: Decimal, at: Millis): void {
  Object.assign(mark, { realized, at });
  for (const holder of mark.holders) {
    holder.weight = ZERO;
    holder.since = Math.max(holder.since, at);
  }
}

/** The sessions that are over at an instant are put aside until they are paid. */
function turn(mark: FundingMark, at: Millis): void {
  while (mark.session + DAY <= at) {
    const end = mark.session + DAY;
    for (const holder of mark.holders) weigh(holder, end);
    const holders = mark.holders.filter(({ weight, given }) => !isZero(weight) || !isZero(given));
    if (holders.length > 0 || !isZero(mark.realized))
      mark.ended.push({
        end,
        realized: mark.realized,
        holders: holders.map((holder) => ({ ...holder })),
      });
    restart(mark, ZERO, end);
    mark.holders = mark.holders.filter(({ amount }) => !isZero(amount));
    for (const holder of mark.holders) holder.given = ZERO;
    mark.session = mark.holders.length > 0 ? end : sessionStart(at);
  }
}

/** The signed amount that a trade or nobody (null) holds has changed. */
export function hold(
  mark: FundingMark,
  trade: string | null,
  { change, at }: { readonly change: Decimal; readonly at: Millis },
): void {
  if (isZero(change)) return;
  turn(mark, at);
  const holder = holderOf(mark, trade, at);
  weigh(holder, at);
  holder.amount = add(holder.amount, change);
}

const copyOf = (mark: FundingMark): FundingMark => ({
  ...mark,
  holders: mark.holders.map((holder) => ({ ...holder })),
  ended: mark.ended.map((session) => ({
    ...session,
    holders: session.holders.map((holder) => ({ ...holder })),
  })),
});

/**
 * Shares out exactly, null where nobody has held anything. Long and short weigh against each other; where they nearly cancel
 * out, a share would be many times what there is to share, and each counts by its size alone.
 */
function shareOut(
  amount: Decimal,
  holders: readonly { readonly trade: string | null; readonly weight: Decimal }[],
): FundingShare[] | null {
  const entitled = holders.filter(({ weight }) => !isZero(weight));
  if (entitled.length === 0) return null;
  const weights = entitled.map(({ weight }) => weight);
  const sizes = weights.map(abs);
  const cancels = lt(mul(abs(sum(weights)), CANCELS), sum(sizes));
  const shares = split(amount, cancels ? sizes : weights, PLACES);
  return entitled.flatMap(({ trade }, index) => {
    const share = shares[index] ?? ZERO;
    return isZero(share) ? [] : [{ trade, amount: share }];
  });
}

/** Holders as they stood when a reading said the same as the one before it: who held something until then gets nothing of what comes. */
export type FundingSeen = {
  readonly at: Millis;
  readonly holders: readonly FundingHolder[];
};

/** Whether a reading says what the mark says. */
export const isSameReading = (
  mark: FundingMark,
  { realized, at }: { readonly realized: Decimal; readonly at: Millis },
): boolean => realized === mark.realized && at < mark.session + DAY;

/** What is to be kept of a reading that said nothing new. With many holders it need not be the last one: they are walked over. */
export const seenAt = (
  mark: FundingMark,
  at: Millis,
  last: FundingSeen | undefined,
): FundingSeen =>
  last !== undefined && at - last.at < mark.holders.length
    ? last
    : { at, holders: mark.holders.map((holder) => ({ ...holder })) };

/** Weights of all holders at an instant. */
function weightsAt(
  { holders }: { readonly holders: readonly FundingHolder[] },
  at: Millis,
): ReadonlyMap<string | null, Decimal> {
  return new Map(
    holders.map(({ trade, weight, amount, since }) => [
      trade,
      at > since ? add(weight, times(amount, at - since)) : weight,
    ]),
  );
}

/**
 * What a reading of the counter brings and to whom: `change` since the last reading of the same session, `shares` that sum
 * to it, null when nobody held anything. `isNew`: the reading says something that the mark does not.
 */
export function shareReading(
  known: FundingMark,
  { realized, at }: { readonly realized: Decimal; readonly at: Millis },
  seen?: FundingSeen,
): {
  readonly change: Decimal;
  readonly isNew: boolean;
  readonly shares: readonly FundingShare[] | null;
} {
  const mark = copyOf(known);
  turn(mark, at);
  const turned = mark.session !== known.session;
  const change = sub(realized, mark.realized);
  const before = turned || seen === undefined ? undefined : weightsAt(seen, seen.at);
  const weights = [...weightsAt(mark, at)].map(([trade, weight]) => {
    const since = sub(weight, before?.get(trade) ?? ZERO);
    // A fill of before the last reading, found after it: nothing was held since.
    return { trade, weight: sign(since) === sign(weight) ? since : ZERO };
  });
  const held = mark.holders.map(({ trade, amount }) => ({ trade, weight: amount }));
  return {
    change,
    isNew: !isZero(change) || (turned && !isZero(realized)),
    shares: shareOut(change, weights) ?? shareOut(change, held),
  };
}

/** Takes in a reading as it was shared out. */
export function takeReading(
  mark: FundingMark,
  { realized, at }: { readonly realized: Decimal; readonly at: Millis },
  shares: readonly FundingShare[],
): void {
  turn(mark, at);
  for (const holder of mark.holders) weigh(holder, at);
  restart(mark, realized, at);
  give(mark, shares, at);
  mark.holders = mark.holders.filter(({ amount, given }) => !isZero(amount) || !isZero(given));
}

function give(mark: FundingMark, shares: readonly FundingShare[], at: Millis): void {
  for (const { trade, amount } of shares) {
    const holder = holderOf(mark, trade, at);
    holder.given = add(holder.given, amount);
  }
}

/** What the row of a settlement pays: what its session had not shared out yet, and what each has of the session in all. */
export type FundingPaid = {
  readonly rest: readonly FundingShare[];
  readonly paid: readonly FundingShare[];
};

/** Who the rest goes to: who held it last, else who had most of the session, else nobody. */
function restOf(amount: Decimal, holders: readonly FundingHolder[]): readonly FundingShare[] {
  if (isZero(amount)) return [];
  return (
    shareOut(amount, holders) ??
    shareOut(
      amount,
      holders.map(({ trade, given }) => ({ trade, weight: abs(given) })),
    ) ?? [{ trade: null, amount }]
  );
}

const sumsOf = (
  holders: readonly FundingHolder[],
  rest: readonly FundingShare[],
): FundingShare[] => {
  const sums = new Map(holders.map(({ trade, given }) => [trade, given]));
  for (const { trade, amount } of rest) sums.set(trade, add(sums.get(trade) ?? ZERO, amount));
  return [...sums].flatMap(([trade, amount]) => (isZero(amount) ? [] : [{ trade, amount }]));
};

/**
 * What the settlement at an instant means; `total` is the funding of its session by the exchange's own row, null where it
 * does not say. One that was made by hand ends the running session; if the counter was read after it already, the whole of
 * it is still to be shared.
 */
export function sharePaid(
  known: FundingMark,
  { at, total }: { readonly at: Millis; readonly total: Decimal | null },
): FundingPaid {
  const mark = copyOf(known);
  turn(mark, at);
  const ended = mark.ended.find(({ end }) => end === sessionStart(at));
  if (at - sessionStart(at) < ON_TIME) {
    if (ended === undefined) return { rest: restOf(total ?? ZERO, []), paid: [] };
    const rest = restOf(sub(total ?? ended.realized, ended.realized), ended.holders);
    return { rest, paid: sumsOf(ended.holders, rest) };
  }
  const isLate = mark.at > at;
  for (const holder of mark.holders) weigh(holder, at);
  const counted = isLate ? ZERO : mark.realized;
  const holders = isLate
    ? mark.holders.map((holder) => ({ ...holder, weight: ZERO }))
    : mark.holders;
  const rest = restOf(sub(total ?? counted, counted), holders);
  return { rest, paid: isLate ? rest : sumsOf(mark.holders, rest) };
}

/** Takes in what a settlement brought beside the readings; the counter stays where it is. */
export function takeRest(mark: FundingMark, at: Millis, rest: readonly FundingShare[]): void {
  turn(mark, at);
  if (at - sessionStart(at) >= ON_TIME) give(mark, rest, at);
}

/** A settlement is paid: its session, and any before it, is over and done with. */
export function takePaid(mark: FundingMark, at: Millis): void {
  turn(mark, at);
  mark.ended = mark.ended.filter(({ end }) => end > at);
  if (at - sessionStart(at) < ON_TIME || mark.at > at) return;
  for (const holder of mark.holders) weigh(holder, at);
  restart(mark, ZERO, at);
  for (const holder of mark.holders) holder.given = ZERO;
  mark.holders = mark.holders.filter(({ amount }) => !isZero(amount));
}
