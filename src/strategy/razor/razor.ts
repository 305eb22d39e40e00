/**
 * Razor, a scalper on one-minute candles: it buys what has fallen too far and begins to rise, sells what has risen too
 * far and begins to fall, with the longer trend. On each closed candle it judges both sides and explains the nearer one.
 *
 * Strength: without a signal 60 x the share of required conditions that are met, so below 60; with a signal 60 to 100,
 * where the last 40 are the mean of three parts from 0 to 1: how far RSI lies beyond its limit (half of the way to the
 * end of its scale counts full), momentum in ATRs of price, and how many ATRs EMA 8 lies on the side of EMA 21 from
 * which the price is expected to return.
 */
import { toApproximate } from '../../base/decimal.ts';
import { assert } from '../../base/assert.ts';
import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { Candle } from '../../domain/market.ts';
import type { Evaluation, StrategyKind, StrategyRunner, StrategyView } from '../strategy.ts';
import {
  type Condition,
  conditions,
  type Judged,
  rsiGap,
  type Side,
  waitsFor,
} from './checkpoints.ts';
import { type Reading, razorIndicators } from './indicators.ts';
import { type RazorSettings, razorSettings } from './settings.ts';
import { movesStops, wantedStop } from './trail.ts';

/** One side with its conditions, and how near it is. */
type Verdict = {
  readonly judged: Judged;
  readonly all: readonly Condition[];
  readonly met: number;
  readonly required: number;
};

const unit = (value: number): number => Math.min(1, Math.max(0, value));

/** How good a signal is, 0 to 1; what is not known yet counts 0. */
function quality(judged: Judged, close: number): number {
  const { side, settings, reading } = judged;
  const room =
    side === 'long'
      ? toApproximate(settings.rsi_oversold)
      : 100 - toApproximate(settings.rsi_overbought);
  const depth = unit((2 * -(rsiGap(judged) ?? 0)) / room);
  const { atr, momentum, fast, slow } = reading;
  if (atr === null || atr <= 0) return depth / 3;
  const push = unit(Math.abs(((momentum ?? 0) / 100) * close) / atr);
  const stretch =
    fast === null || slow === null ? 0 : unit((side === 'long' ? slow - fast : fast - slow) / atr);
  return (depth + push + stretch) / 3;
}

function verdict(judged: Judged): Verdict {
  const all = conditions(judged);
  const required = all.filter((condition) => condition.required);
  const met = required.filter((condition) => condition.state === 'met').length;
  return { judged, all, met, required: required.length };
}

/** The side with more conditions met; between equals the one whose RSI is nearer to its limit, else long. */
function nearer(long: Verdict, short: Verdict): Verdict {
  if (long.met !== short.met) return long.met > short.met ? long : short;
  return (rsiGap(short.judged) ?? 0) < (rsiGap(long.judged) ?? 0) ? short : long;
}

const plain = ({ id, state, value, reason, params }: Condition): Checkpoint => ({
  id,
  state,
  value,
  reason,
  params,
});

function evaluate(candle: Candle, chosen: Verdict): Evaluation {
  const { side, settings } = chosen.judged;
  const checkpoints = chosen.all.map(plain);
  const why = waitsFor(chosen.all);
  if (why !== null) {
    const strength = Math.floor((60 * chosen.met) / chosen.required);
    return { candleAt: candle.at, checkpoints, signal: null, strength, why };
  }
  const strength = 60 + Math.round(40 * quality(chosen.judged, toApproximate(candle.close)));
  const signal = {
    direction: side,
    strength,
    sizeUsd: settings.size_usd,
    stopLossPercent: settings.stop_loss_percent,
    takeProfitPercent: settings.take_profit_percent,
  };
  const reason = { reason: `signal_${side}`, params: { strength: String(strength) } };
  return { candleAt: candle.at, checkpoints, signal, strength, why: reason };
}

function judge(
  candle: Candle,
  reading: Reading,
  given: { settings: RazorSettings; view: StrategyView },
): Evaluation {
  const of = (side: Side): Verdict => verdict({ side, reading, ...given });
  return evaluate(candle, nearer(of('long'), of('short')));
}

/** A Razor that has seen nothing yet. Throws when candles do not come in order, each once: that is the caller's fault. */
function runRazor(settings: RazorSettings): StrategyRunner {
  const indicators = razorIndicators();
  let last: number | null = null;
  const learn = (candle: Candle): Reading => {
    assert(
      last === null || candle.at > last,
      `the candle of ${candle.at} comes after the last one`,
    );
    last = candle.at;
    return indicators(candle);
  };
  return {
    warm: (candle) => {
      learn(candle);
    },
    manage: movesStops(settings) ? (trade) => wantedStop(settings, trade) : null,
    judge: (candle, view) => judge(candle, learn(candle), { settings, view }),
  };
}

/**
 * Razor as a kind of strategy. With the trend filter on it can judge after 315 candles (21 closes of 15 minutes), with
 * it off after 20; with fewer the conditions concerned are pending and say how many are missing. `warmupCandles` asks
 * for three times 315: by then the first close, from which the averages start, weighs less than a percent.
 */
export const razor: StrategyKind<RazorSettings> = {
  kind: 'razor',
  warmupCandles: 945,
  settings: razorSettings,
  run: runRazor,
};
