/**
 * How a period went by: how long the engine and its links were up, how long the books were verified, and the longest
 * stretch without a clean check. Time is the facts' own; a start without a stop before it is a crash, and what lies between
 * the last fact and the moment in which the new start has found the exchange counts as away.
 */
import { type Decimal, div } from '../base/decimal.ts';
import { isoTime, type Millis } from '../base/time.ts';
import type { Absence, DailyCarry, DailyReport } from '../domain/daily.ts';
import type { Assurance } from '../domain/status.ts';

export type Bounds = { readonly from: Millis; readonly to: Millis };

/** The time of a period while it is folded. */
export type Spent = {
  readonly bounds: Bounds;
  /** From where it is counted: where the period begins, or the journal within it. */
  begin: Millis;
  /** The journal was begun, and no start has found the exchange yet. */
  isNew: boolean;
  /** Up to where it is counted. */
  cursor: Millis;
  /** The last fact. */
  at: Millis | null;
  up: boolean;
  /** Since when, and how, the engine is away; null while it is up or has never been. */
  away: DailyCarry['away'];
  readonly links: { trading: boolean; market: boolean };
  readonly assurance: Map<string, Assurance>;
  lastClean: Millis | null;
  upMs: Millis;
  verifiedMs: Millis;
  readonly linkMs: { trading: Millis; market: Millis };
  readonly drops: { trading: number; market: number };
  starts: number;
  readonly absences: Absence[];
  longestGapMs: Millis;
};

/** The time with which a period begins. */
export function openTime(carry: DailyCarry | null, bounds: Bounds): Spent {
  return {
    bounds,
    begin: bounds.from,
    isNew: false,
    cursor: bounds.from,
    at: carry?.at ?? null,
    up: carry?.up ?? false,
    away: carry?.away ?? null,
    links: { trading: false, market: false, ...carry?.links },
    assurance: new Map(carry?.assurance),
    lastClean: carry?.lastClean ?? null,
    upMs: 0,
    verifiedMs: 0,
    linkMs: { trading: 0, market: 0 },
    drops: { trading: 0, market: 0 },
    starts: 0,
    absences: [],
    longestGapMs: 0,
  };
}

const within = ({ from, to }: Bounds, at: Millis): Millis => Math.min(Math.max(at, from), to);

const isVerified = ({ assurance, links }: Spent): boolean =>
  links.trading &&
  assurance.size > 0 &&
  [...assurance.values()].every((rung) => rung === 'verified');

/** The journal begins: there was nothing to watch before. */
export function onOpened(spent: Spent): void {
  spent.isNew = true;
}

/** Counts up to an instant, as things stood until then. What is stamped before a start has found the exchange is no time of its clock. */
export function passTo(spent: Spent, at: Millis): void {
  if (!spent.up) return;
  const next = Math.max(spent.cursor, within(spent.bounds, at));
  const passed = next - spent.cursor;
  spent.cursor = next;
  spent.upMs += passed;
  if (spent.links.trading) spent.linkMs.trading += passed;
  if (spent.links.market) spent.linkMs.market += passed;
  if (isVerified(spent)) spent.verifiedMs += passed;
}

const fall = (spent: Spent): void => {
  spent.up = false;
  spent.links.trading = false;
  spent.links.market = false;
};

/** A start: an engine that had not stopped has crashed. It is up once it has found the exchange, whose clock is all that counts. */
export function onStarted(spent: Spent): void {
  if (spent.up) crash(spent);
  spent.starts += 1;
}

function crash(spent: Spent): void {
  spent.away = { kind: 'crash', from: spent.at ?? spent.bounds.from };
  fall(spent);
}

export function onStopped(spent: Spent, at: Millis): void {
  passTo(spent, at);
  if (spent.up) spent.away = { kind: 'stop', from: at };
  fall(spent);
}

/** Tells of the absence that ends at `to`, or still lasts. */
function tellAway(spent: Spent, to: Millis | null): void {
  if (spent.away === null) return;
  const { kind, from } = spent.away;
  spent.absences.push({ kind, from: isoTime(from), to: to === null ? null : isoTime(to) });
  spent.away = null;
}

export function onLink(
  spent: Spent,
  at: Millis,
  { link, up }: { readonly link: 'trading' | 'market' | 'drop_copy'; readonly up: boolean },
): void {
  // A drop copy that is away holds nothing up: the day does not count it.
  if (link === 'drop_copy') return;
  passTo(spent, at);
  if (up && !spent.up) {
    tellAway(spent, at);
    spent.up = true;
    spent.cursor = Math.max(spent.cursor, within(spent.bounds, at));
    if (spent.isNew) spent.begin = spent.cursor;
    spent.isNew = false;
  }
  if (spent.links[link] && !up) spent.drops[link] += 1;
  spent.links[link] = up;
}

const gapTo = (spent: Spent, at: Millis): void => {
  const from = within(spent.bounds, Math.max(spent.begin, spent.lastClean ?? 0));
  spent.longestGapMs = Math.max(spent.longestGapMs, within(spent.bounds, at) - from);
};

/** A clean check at this instant. */
export function onClean(spent: Spent, at: Millis): void {
  gapTo(spent, at);
  spent.lastClean = Math.max(spent.lastClean ?? at, at);
}

/**
 * Ends the period at `at`. `crashed`: the next fact is a start although nothing had stopped, so that the engine was up
 * only to its last fact.
 */
export function endTime(spent: Spent, at: Millis, crashed: boolean): void {
  if (crashed && spent.up) {
    passTo(spent, spent.at ?? at);
    crash(spent);
  }
  tellAway(spent, null);
  passTo(spent, at);
  gapTo(spent, at);
}

/** Percent of `whole`, two digits; null of nothing. */
export const percentOf = (part: Millis, whole: Millis): Decimal | null =>
  whole <= 0 ? null : div(String(part * 100) as Decimal, String(whole) as Decimal, 2, 'down');

/** The time of a report whose period counts `lengthMs`. */
export function uptimeOf(spent: Spent, lengthMs: Millis): DailyReport['uptime'] {
  return {
    upMs: spent.upMs,
    upPercent: percentOf(spent.upMs, lengthMs),
    starts: spent.starts,
    absences: spent.absences,
    links: (['trading', 'market'] as const).map((link) => ({
      link,
      upMs: spent.linkMs[link],
      upPercent: percentOf(spent.linkMs[link], lengthMs),
      drops: spent.drops[link],
    })),
  };
}
