/**
 * What a strategy is: a machine that is shown closed candles and its own book, and answers what it thinks of them.
 * It sends nothing and knows no exchange; the engine's gate decides whether a signal becomes an order.
 */
import type { Decimal } from '../base/decimal.ts';
import type { Result } from '../base/result.ts';
import type { Millis } from '../base/time.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Candle } from '../domain/market.ts';

/** What a strategy may know of its own trading when it judges a candle. */
export type StrategyView = {
  /** Server time now. */
  readonly now: Millis;
  /** Whether a trade of this strategy is open, entering or exiting. */
  readonly inTrade: boolean;
  /** When its last trade was closed, in server time; null before the first. */
  readonly lastClosedAt: Millis | null;
  /** Trades opened since 00:00 UTC of `now`. */
  readonly tradesToday: number;
};

/** An entry that the strategy would make now. Stop and target are distances from the entry price in percent. */
export type Signal = {
  readonly direction: 'long' | 'short';
  /** 0 to 100. */
  readonly strength: number;
  readonly sizeUsd: Decimal;
  readonly stopLossPercent: Decimal;
  readonly takeProfitPercent: Decimal;
};

/** The verdict over one closed candle. `why` names a sentence of `words/` (`why.<reason>`) that says what it waits for. */
export type Evaluation = {
  readonly candleAt: Millis;
  readonly checkpoints: readonly Checkpoint[];
  readonly signal: Signal | null;
  /** 0 to 100, also without a signal: how near it is. */
  readonly strength: number;
  readonly why: { readonly reason: string; readonly params: Readonly<Record<string, string>> };
};

/** An open trade as a strategy sees it when it says where its stop belongs. */
export type ManagedTrade = {
  readonly direction: 'long' | 'short';
  /** Average price of its entries. */
  readonly entryPrice: Decimal;
  /** The trigger of its stop as it stands at the exchange; of several the worst. */
  readonly stop: Decimal;
  /** The best price for its side that was seen since it was opened. */
  readonly best: Decimal;
  readonly instrument: Instrument;
};

/** A better stop than the one that stands, on the price grid, and which rule wants it. */
export type StopWish = { readonly price: Decimal; readonly reason: 'break_even' | 'trailing' };

/** A running strategy. Candles come in order, each once, closed. */
export type StrategyRunner = {
  /** Learns from a candle of the past without judging it. */
  readonly warm: (candle: Candle) => void;
  /** Learns from the candle that just closed and judges it. */
  readonly judge: (candle: Candle, view: StrategyView) => Evaluation;
  /** Where the stop of an open trade belongs by now; null as long as it stands well. Itself null when stops never move. */
  readonly manage: ((trade: ManagedTrade) => StopWish | null) | null;
};

/** A refusal of one setting: its name, what stood there, and what is accepted. */
export type SettingProblem = {
  readonly field: string;
  readonly found: string;
  readonly accepted: string;
};

/** A kind of strategy: its settings and how to run it. `Settings` is plain JSON with decimals as strings. */
export type StrategyKind<Settings> = {
  readonly kind: string;
  /** Closed one-minute candles needed before it can judge. */
  readonly warmupCandles: number;
  /** Reads settings of a configuration; unknown names are refused with the nearest known one. Defaults are filled in. */
  readonly settings: (
    raw: Readonly<Record<string, unknown>>,
  ) => Result<Settings, readonly SettingProblem[]>;
  readonly run: (settings: Settings) => StrategyRunner;
};
