/** The engine as the server sees it: commands in, commits and prices out. Implemented by `app`, used by `edge`. */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { Command } from '../domain/command.ts';
import type { Fact } from '../domain/fact.ts';
import type { Candle } from '../domain/market.ts';
import type { DiskState } from '../domain/status.ts';
import type { LinkAges, MarketFrame } from './frames.ts';
import type { CommandAnswer, Problem, TestAnswer } from './requests.ts';

/** The facts of one durable commit, in order; `prev` is the commit before it. */
export type CommitGroup = {
  readonly commit: number;
  readonly prev: number;
  readonly facts: readonly Fact[];
};

/** What changes without facts. Ages are real ms; null when that link is down or nothing was compared yet. */
export type Pulse = {
  readonly serverNow: Millis;
  readonly speed: number;
  readonly links: LinkAges;
  readonly verifiedAge: number | null;
  /** Room on the journal's disk; openings need `enough`. */
  readonly disk: DiskState;
  /** The start-up reconciliation is done and the trading link is up. */
  readonly ready: boolean;
};

/** What an instrument is worth just now; `unrealised` is null where the books do not know the entry price of all of it. */
export type Mark = { readonly mark: Decimal; readonly unrealised: Decimal | null };

export type EngineDoor = {
  /** Name of the account in the configuration: what frames carry, and what `since` is keyed by. */
  readonly id: string;
  /** Id of the account at the exchange; null before the first connection. */
  readonly account: () => string | null;
  readonly mode: string;
  readonly venue: string;
  readonly version: string;
  /** Birth id of the journal. */
  readonly journal: string;
  readonly epoch: number;
  readonly pulse: () => Pulse;
  /** Answers when the command is done, refused, or (for long ones) running. Problems are values. */
  readonly command: (
    command: Command,
  ) => Promise<
    | { readonly ok: true; readonly answer: CommandAnswer }
    | { readonly ok: false; readonly problem: Problem }
  >;
  /** Called with every commit after it is durable, in order. Returns how to stop listening. */
  readonly onCommit: (listener: (group: CommitGroup) => void) => () => void;
  /** Called at most four times a second per instrument. */
  readonly onMarket: (listener: (frame: MarketFrame) => void) => () => void;
  /** By instrument, while the market link is up; an instrument without a price is missing. */
  readonly marks: () => Readonly<Record<string, Mark>>;
  /** Closed and running one-minute candles, ascending; what the engine holds, at most 2,000. Undefined for an instrument it does not trade. */
  readonly candles: (instrument: string, from: Millis, to: Millis) => readonly Candle[] | undefined;
  /** Where alerts are sent: the receiver's name, and a notice about nothing to try it; null without a channel. */
  readonly channel: { readonly host: string; readonly test: () => Promise<TestAnswer> } | null;
  /** Passes on a change of the practice exchange's speed; only under `demo`. */
  readonly setSpeed: (speed: number) => void;
};
