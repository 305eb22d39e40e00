/**
 * The books: everything that the engine decides on, folded from deciding facts and from nothing else. Plain data in Maps
 * (never integer-like object keys), owned by one cell, changed only by `evolve`.
 */
import { type Json, canonical } from '../base/canonical.ts';
import { add, type Decimal, isZero, neg, ZERO } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { Alert } from './alert.ts';
import type { RiskConfig, StrategyConfig } from './config.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { DecisionMade } from './decision.ts';
import { type FundingMark, hold, newMark } from './funding.ts';
import { type Held, heldFrom, newHeld, type WaitingFee } from './held.ts';
import { type Instrument, isFuture } from './instrument.ts';
import type { ChangeIntent, Intent, Purpose } from './intent.ts';
import { type Lot, signed } from './money.ts';
import type { VenueOrder } from './order.ts';
import type { Break, ClosedBy, ExitReason, Report, Side } from './shown.ts';
import type { Assurance, Control, DiskState } from './status.ts';

/** How far an intent is (I7: forward only). `acked` names the order at the exchange. */
export type Placement =
  | { readonly state: 'pending' }
  | {
      readonly state: 'unknown';
      readonly since: Millis;
      readonly reason: string;
      readonly fenced: { readonly at: Millis; readonly cancelled: number } | null;
    }
  | { readonly state: 'acked'; readonly orderId: string }
  | { readonly state: 'rejected'; readonly code: number; readonly message: string }
  | { readonly state: 'absent'; readonly by: 'proof' | 'person' };

export type IntentRecord = { readonly intent: Intent; placement: Placement; readonly at: Millis };

/** Which of our legs an order is: the intent, the label of the leg (its own or a child's) and what it is for. */
export type Leg = {
  readonly intent: string | null;
  readonly label: string;
  readonly purpose: Purpose;
  readonly trade: string | null;
  readonly strategy: string;
};

/** An order as last seen; `leg` null for orders of others. */
export type OrderRecord = { order: VenueOrder; leg: Leg | null };

export type TradeRecord = {
  readonly id: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly direction: Side;
  readonly openedAt: Millis;
  /** When its last exit happened. */
  closedAt: Millis | null;
  /** When it was booked as closed, or its result last corrected, which may be long after. */
  settledAt: Millis | null;
  readonly entries: Lot[];
  readonly exits: Lot[];
  open: Decimal;
  /** Amount that left without a fill that we saw, and when that was assumed. */
  adjusted: Decimal;
  adjustedAt: Millis | null;
  fees: Decimal;
  funding: Decimal;
  /** How much of its funding a settlement has paid. */
  fundingSettled: Decimal;
  stopLoss: Decimal | null;
  takeProfit: Decimal | null;
  exit: { readonly reason: ExitReason; readonly by: ClosedBy } | null;
  pnlSource: 'fills' | 'imported' | 'unknown';
  readonly origin: 'strategy' | 'adopted' | 'imported';
  readonly parent: string | null;
  corrected: boolean;
  readonly entryLabel: string | null;
};

export type StrategyRecord = {
  config: StrategyConfig;
  control: { value: Control; by: string; reason: string; at: Millis };
  ready: boolean;
  evaluation: {
    readonly checkpoints: readonly Checkpoint[];
    readonly signal: { readonly direction: Side; readonly strength: number } | null;
    readonly strength: number;
    readonly why: { readonly reason: string; readonly params: Readonly<Record<string, string>> };
  } | null;
  /** A close that a person or Kill asked for and that is owed until the strategy is flat (I51). */
  wantFlat: Extract<Purpose, 'operator_close' | 'kill_close'> | null;
  lastClosedAt: Millis | null;
  openedToday: { day: Millis; count: number };
  /** When its last entries were intended, for the throttle of I42. */
  recentEntries: Millis[];
};

/**
 * What the account holds that belongs to no trade. `decided` is the part of it that a person takes care of, never more than
 * it; `wantFlat` is the part that a person told us to close, owed until nothing of it is left (I51). Both are signed.
 */
export type Foreign = {
  amount: Decimal;
  averagePrice: Decimal | null;
  decided: Decimal;
  wantFlat: Decimal;
  since: Millis;
};

/** A difference that stands. `decision`: what a person has decided about it and is owed. */
export type HeldBreak = {
  readonly break: Break;
  readonly subject: string;
  readonly decision?: DecisionMade;
};

/**
 * A difference that a person has ended, as it was then. `gone`: what was accepted is not there any more. `break` is null where
 * it was accepted in books that did not keep more of it.
 */
export type EndedBreak = {
  readonly break: Break | null;
  readonly subject: string;
  readonly at: Millis;
  /** The fact that ended it. */
  readonly seq: number;
  readonly decision: DecisionMade | null;
  gone: boolean;
};

/** A day (its begin, UTC), and what closed in it. */
export type Daily = { day: Millis; net: Decimal };

export type Books = {
  journal: string;
  mode: string;
  birth: string;
  /** Exchange time since which a writer of this birth knows both sides: what another birth opens later is not our past. */
  watchedSince: Millis | null;
  node: string;
  speed: number;
  /** Room on the journal's disk as last told. */
  disk: DiskState;
  account: { readonly id: string; readonly testnet: boolean } | null;
  baseline: { readonly at: Millis } | null;
  risk: RiskConfig;
  readonly instruments: Map<string, Instrument>;
  readonly strategies: Map<string, StrategyRecord>;
  readonly intents: Map<string, IntentRecord>;
  readonly legs: Map<string, Leg>;
  readonly orders: Map<string, OrderRecord>;
  /** Filled amounts that are booked, by order id. */
  readonly booked: Map<string, Decimal>;
  readonly trades: Map<string, TradeRecord>;
  /** Trades by the row that they were in another program's table (`importKey`). */
  readonly imported: Map<string, string>;
  /** Keys of fills that prove imported rows, and when those came: each proves one, also over several parts of a table. */
  readonly proving: Map<string, Millis>;
  readonly foreign: Map<string, Foreign>;
  /** When the exchange last liquidated a part of an instrument's position. */
  readonly liquidated: Map<string, Millis>;
  readonly funding: Map<string, FundingMark>;
  /** Keys of booked fills and when they happened. */
  readonly fills: Map<string, Millis>;
  /** Trades that the exchange's log names and whose fills are not booked, and when they happened. */
  readonly unmet: Map<string, Millis>;
  readonly changes: Map<string, ChangeIntent>;
  readonly breaks: Map<string, HeldBreak>;
  /** Differences that a person has ended (`kind/subject`): one that comes back is the same, and one taken as it is stays so. */
  readonly ended: Map<string, EndedBreak>;
  /** Alerts that fire, and those that went lately: one that comes back is the same. */
  readonly alerts: Map<string, Alert>;
  /** Whether the last start was followed by an orderly stop, and when starts came that followed none. */
  readonly runs: { orderly: boolean; crashes: Millis[] };
  readonly assurance: Map<string, { value: Assurance; reason: string; since: Millis }>;
  readonly links: { trading: boolean; market: boolean };
  readonly cash: Map<string, { balance: Decimal; seq: number; at: Millis }>;
  /** By instrument, what is earned and not cash yet. */
  readonly held: Map<string, Held>;
  /** Fees of which one side only is known, by currency and trade id. */
  readonly fees: Map<string, WaitingFee>;
  /** Double entry: what stands in each account (`USDC/session`); all of a currency sum to zero. */
  readonly accounts: Map<string, Decimal>;
  /** Ids of commands carried out, newest last. */
  readonly commands: Map<string, Millis>;
  /** Realised net result in USD of trades closed since 00:00 UTC, unknown ones at their stop price. */
  readonly daily: Daily;
  /** The same by strategy; each with the last day on which it closed something. */
  readonly dailyOf: Map<string, Daily>;
  /** Time up to which a complete read of fills was merged by a clean check. */
  cursor: Millis | null;
  /** Fills before this moment are booked or belong to the baseline; their keys are forgotten. */
  fillHorizon: Millis;
  lastReport: Report | null;
  /** The last day whose report was made: its begin, and the last fact of it. */
  reported: { readonly day: Millis; readonly to: number } | null;
  /** Running numbers for ids. */
  readonly counters: {
    label: number;
    trade: number;
    break: number;
    report: number;
    change: number;
    alert: number;
  };
};

/** Books before the first fact. */
export function emptyBooks(risk: RiskConfig): Books {
  return {
    journal: '',
    mode: '',
    birth: '',
    watchedSince: null,
    node: '',
    speed: 1,
    disk: 'enough',
    account: null,
    baseline: null,
    risk,
    instruments: new Map(),
    strategies: new Map(),
    intents: new Map(),
    legs: new Map(),
    orders: new Map(),
    booked: new Map(),
    trades: new Map(),
    imported: new Map(),
    proving: new Map(),
    foreign: new Map(),
    liquidated: new Map(),
    funding: new Map(),
    fills: new Map(),
    unmet: new Map(),
    changes: new Map(),
    breaks: new Map(),
    ended: new Map(),
    alerts: new Map(),
    runs: { orderly: true, crashes: [] },
    assurance: new Map(),
    links: { trading: false, market: false },
    cash: new Map(),
    held: new Map(),
    fees: new Map(),
    accounts: new Map(),
    commands: new Map(),
    daily: { day: 0, net: '0' as Decimal },
    dailyOf: new Map(),
    cursor: null,
    fillHorizon: 0,
    lastReport: null,
    reported: null,
    counters: { label: 0, trade: 0, break: 0, report: 0, change: 0, alert: 0 },
  };
}

/** The books with each of their Maps as a list that JSON can hold; nothing deeper is a Map. */
const listed = (books: Books): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(books).map(([key, value]: [string, unknown]) => [
      key,
      value instanceof Map ? { $map: [...value] } : value,
    ]),
  );

/** Books as text for a snapshot, quickly: tens of thousands of records are written while trading waits. */
export const freezeBooks = (books: Books): string => JSON.stringify(listed(books));

/** Books as text to compare: equal books give equal text, whether lived or read back (I25). */
export const spellBooks = (books: Books): string => canonical(listed(books) as Json);

/** What books do not hold that were written before the disk was watched, days were reported, alerts raised, tables imported and other engines known. */
const ADDED = {
  disk: (): Books['disk'] => 'enough',
  reported: (): Books['reported'] => null,
  watchedSince: (): Books['watchedSince'] => null,
  alerts: (): Books['alerts'] => new Map(),
  imported: (): Books['imported'] => new Map(),
  proving: (): Books['proving'] => new Map(),
  runs: (): Books['runs'] => ({ orderly: true, crashes: [] }),
  liquidated: (): Books['liquidated'] => new Map(),
  unmet: (): Books['unmet'] => new Map(),
  held: (): Books['held'] => new Map(),
  fees: (): Books['fees'] => new Map(),
  accounts: (): Books['accounts'] => new Map(),
  dailyOf: (): Books['dailyOf'] => new Map(),
} satisfies Partial<Record<keyof Books, () => unknown>>;

/** Accounts of books that were written before there were any: cash as it stands, and positions of which no cost is known. */
function openAccounts(books: Books): void {
  for (const [currency, { balance }] of books.cash) {
    books.accounts.set(`${currency}/cash`, balance);
    books.accounts.set(`${currency}/opening`, neg(balance));
  }
  const sizes = new Map([...books.foreign].map(([name, { amount }]) => [name, amount]));
  for (const { instrument, direction, open } of books.trades.values())
    sizes.set(instrument, add(sizes.get(instrument) ?? ZERO, signed(direction, open)));
  for (const [name, position] of sizes)
    if (isFuture(name))
      books.held.set(name, {
        ...newHeld(name),
        position,
        cost: isZero(position) ? ZERO : null,
        unsure: 1,
      });
}

/** Ends of differences in books that kept only what was accepted, and when. */
function endsOf(accepted: unknown): Books['ended'] {
  const known =
    accepted instanceof Map ? (accepted as Map<string, Millis>) : new Map<string, Millis>();
  return new Map(
    [...known].map(([key, at]) => {
      const subject = key.slice(key.indexOf('/') + 1);
      return [key, { break: null, subject, at, seq: 0, decision: null, gone: false }];
    }),
  );
}

/** A mark that was written before its holders were counted: what is held has been held since it was read. */
function withHolders(books: Books, instrument: string, mark: FundingMark): FundingMark {
  if ((mark as Partial<FundingMark>).holders !== undefined) return mark;
  const fresh = newMark(mark.at, mark.realized);
  const { at } = mark;
  for (const { id, direction, open, instrument: name } of books.trades.values())
    if (name === instrument) hold(fresh, id, { change: signed(direction, open), at });
  hold(fresh, null, { change: books.foreign.get(instrument)?.amount ?? ZERO, at });
  return fresh;
}

/** Books from the text of `freezeBooks`, this build's or an older one's. */
export function thawBooks(text: string): Books {
  // Only the books' own members are Maps: asking at every value of the text takes ten times as long.
  const read = JSON.parse(text) as Record<string, unknown>;
  for (const [key, value] of Object.entries(read)) {
    if (typeof value === 'object' && value !== null && '$map' in value)
      read[key] = new Map(value.$map as readonly (readonly [string, unknown])[]);
  }
  const hadAccounts = 'accounts' in read;
  for (const [key, missing] of Object.entries(ADDED)) read[key] ??= missing();
  read['ended'] ??= endsOf(read['accepted']);
  delete read['accepted'];
  const books = read as Books;
  books.counters.alert ??= 0;
  for (const trade of books.trades.values()) trade.fundingSettled ??= ZERO;
  if (!hadAccounts) openAccounts(books);
  for (const [name, held] of books.held) books.held.set(name, heldFrom(held));
  for (const [name, mark] of books.funding) books.funding.set(name, withHolders(books, name, mark));
  return books;
}
