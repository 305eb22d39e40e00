/**
 * One turn of `step`: the books and what is known live, the facts recorded so far, the wishes made. `record` is the only
 * way to change the books; a wish is only noted here and carried out after the facts are durable.
 */
import type { Millis } from '../base/time.ts';
import { isoTime } from '../base/time.ts';
import type { Books, StrategyRecord } from '../domain/books.ts';
import { evolve } from '../domain/evolve.ts';
import type { Actor, Fact, FactBody } from '../domain/fact.ts';
import type { Trigger } from '../domain/shown.ts';
import type { Activity, Assurance } from '../domain/status.ts';
import type { VenueRequest, LinkName } from '../venue/port.ts';
import type { Now, Wish } from './input.ts';
import type { Errand, Live } from './live.ts';
import type { StrategyKind } from '../strategy/strategy.ts';

/** What every fact of this process carries. */
export type Envelope = { readonly epoch: number; readonly build: string; readonly config: string };

/** The state of one cell. `seq` is the number of the last fact recorded; `shown` what screens were last told. */
export type Cell = {
  readonly books: Books;
  readonly live: Live;
  readonly envelope: Envelope;
  readonly kinds: Readonly<Record<string, StrategyKind<unknown>>>;
  readonly shown: Shown;
  seq: number;
};

/** What screens were last told. */
export type Shown = {
  /**
   * By subject: the canonical text of what was shown, or only its status (`open`, `closed`, or nothing) where an earlier
   * process showed it and nothing has touched it since.
   */
  readonly texts: Map<string, string>;
  readonly strategies: Map<string, ShownStrategy>;
};

/** What a status was shown for, and since when it stands. */
export type ShownStrategy = {
  readonly facets: StrategyFacets;
  readonly status: string;
  readonly since: string;
};

/** What decides how a strategy's status is shown. */
export type StrategyFacets = Pick<StrategyRecord, 'control' | 'config'> & {
  readonly activity: Activity;
  readonly assurance: Assurance;
  readonly position: string | null;
};

export type Turn = {
  readonly cell: Cell;
  readonly books: Books;
  readonly live: Live;
  readonly now: Now;
  readonly cause: string;
  readonly facts: Fact[];
  readonly wishes: Wish[];
  /** The earliest moment (mono) at which something is due. */
  wakeAt: Millis;
};

export const ENGINE: Actor = { kind: 'engine', id: 'engine' };
export const RECONCILER: Actor = { kind: 'reconciler', id: 'reconciler' };
export const EXCHANGE: Actor = { kind: 'exchange', id: 'exchange' };

/** A turn on a cell. `cause` says in short words what led to it. */
export function openTurn(cell: Cell, now: Now, cause: string): Turn {
  return {
    cell,
    books: cell.books,
    live: cell.live,
    now,
    cause,
    facts: [],
    wishes: [],
    wakeAt: Infinity,
  };
}

/** Records a fact: it gets its number and changes the books at once. */
export function record(turn: Turn, body: FactBody, actor: Actor = ENGINE): Fact {
  turn.cell.seq += 1;
  const fact = {
    seq: turn.cell.seq,
    at: isoTime(turn.now.server),
    ...turn.cell.envelope,
    actor,
    cause: turn.cause,
    ...body,
  } as Fact;
  evolve(turn.books, fact);
  turn.facts.push(fact);
  return fact;
}

const ORDER_MESSAGES = new Set<VenueRequest['kind']>([
  'place',
  'edit',
  'cancel',
  'cancel_by_label',
]);

/** For the limit of messages per minute: older ones are forgotten. */
function noteOrderMessage({ live, now }: Turn): void {
  const { orderMessages: times } = live;
  while ((times[0] ?? Infinity) <= now.mono - 60_000) times.shift();
  times.push(now.mono);
}

/** Asks the venue; the answer comes back under the errand. */
export function ask(
  turn: Turn,
  errand: Errand,
  request: VenueRequest,
  link: LinkName = 'trading',
): void {
  turn.live.requestCounter += 1;
  const ref = `${turn.cell.envelope.epoch}-${turn.live.requestCounter}`;
  turn.live.errands.set(ref, errand);
  if (ORDER_MESSAGES.has(request.kind)) noteOrderMessage(turn);
  turn.wishes.push({ kind: 'request', ref, link, request });
}

/** Asks to be woken at a moment (mono). */
export function wake(turn: Turn, at: Millis): void {
  if (at < turn.wakeAt) turn.wakeAt = at;
}

/** The factor between real time and server time; a stepped clock counts guard times as real ones. */
export const factor = (turn: Turn): number => (turn.books.speed > 0 ? turn.books.speed : 1);

/** The mono moment at which server time will be `at`. */
export const monoOf = (turn: Turn, at: Millis): Millis =>
  turn.now.mono + (at - turn.now.server) / factor(turn);

/** Whether the trading link is up. */
export const tradingUp = (turn: Turn): boolean => turn.live.links.trading.up;

/** Wants a check soon; the first reason stands. */
export function wantCheck(turn: Turn, trigger: Trigger): void {
  turn.live.wanted ??= trigger;
}
