/**
 * Razor's conditions for one direction, each met, pending or failed with its value and a reason; and what it would wait
 * for if that condition alone were missing. Reasons name sentences of `words/`; numbers are decimals as text.
 */
import { type Decimal, toApproximate } from '../../base/decimal.ts';
import { MINUTE } from '../../base/time.ts';
import type { Checkpoint, CheckpointState } from '../../domain/checkpoint.ts';
import type { Evaluation, StrategyView } from '../strategy.ts';
import { NEEDS, type Reading, type Trend } from './indicators.ts';
import type { RazorSettings } from './settings.ts';

export type Side = 'long' | 'short';

/** What a condition is judged by. */
export type Judged = {
  readonly side: Side;
  readonly settings: RazorSettings;
  readonly reading: Reading;
  readonly view: StrategyView;
};

/** A checkpoint, whether a signal depends on it, and what it makes Razor wait for (null when met). */
export type Condition = Checkpoint & {
  readonly required: boolean;
  readonly why: Evaluation['why'] | null;
};

type Words = { readonly reason: string; readonly params: Readonly<Record<string, string>> };

const met = (id: string, value: string | null, words: Words): Condition => ({
  id,
  state: 'met',
  value,
  ...words,
  required: true,
  why: null,
});

const unmet = (
  id: string,
  state: Exclude<CheckpointState, 'met'>,
  { value, why, ...words }: Words & { readonly value: string | null; readonly why: Words },
): Condition => ({ id, state, value, ...words, required: true, why });

/** A condition that can't be judged yet: it has seen `have` of the `need` candles (or closes) that it is made of. */
const warming = (id: string, have: number, need: number, why = 'warming_up'): Condition =>
  unmet(id, 'pending', {
    value: null,
    reason: 'warming_up',
    params: { have: String(have), need: String(need) },
    why: { reason: why, params: { missing: String(need - have) } },
  });

const bounded = (limit: Decimal): number => toApproximate(limit);

/** Volatility within [min, max], both included. */
function volatility({ settings, reading }: Judged): Condition {
  if (reading.volatility === null) return warming('volatility', reading.candles, NEEDS.volatility);
  const min = settings.min_volatility_percent;
  const max = settings.max_volatility_percent;
  const value = reading.volatility.toFixed(3);
  const params = { value, min, max };
  const low = reading.volatility < bounded(min);
  if (!low && reading.volatility <= bounded(max))
    return met('volatility', value, { reason: 'in_range', params });
  const why = { reason: low ? 'volatility_low' : 'volatility_high', params };
  return unmet('volatility', 'failed', {
    value,
    reason: low ? 'too_low' : 'too_high',
    params,
    why,
  });
}

/** How far RSI is from where the side wants it: 0 or less is beyond the limit. Null while it is unknown. */
export function rsiGap({ side, settings, reading }: Judged): number | null {
  if (reading.rsi === null) return null;
  return side === 'long'
    ? reading.rsi - bounded(settings.rsi_oversold)
    : bounded(settings.rsi_overbought) - reading.rsi;
}

/** RSI below oversold for a long, above overbought for a short. */
function rsi(judged: Judged): Condition {
  const { side, settings, reading } = judged;
  const gap = rsiGap(judged);
  if (reading.rsi === null || gap === null) return warming('rsi', reading.candles, NEEDS.rsi);
  const limit = side === 'long' ? settings.rsi_oversold : settings.rsi_overbought;
  const value = reading.rsi.toFixed(1);
  const params = { value, limit };
  if (gap < 0)
    return met('rsi', value, { reason: side === 'long' ? 'oversold' : 'overbought', params });
  return unmet('rsi', 'failed', {
    value,
    reason: side === 'long' ? 'not_oversold' : 'not_overbought',
    params: { ...params, gap: gap.toFixed(1) },
    why: { reason: `rsi_${side}`, params },
  });
}

const agreed = (a: Trend, b: Trend): Trend | 'mixed' => (a === b && a !== 'flat' ? a : 'mixed');

/** Both trends point the way of the side, unless the filter is off. */
function trend({ side, settings, reading }: Judged): Condition {
  if (!settings.trend_filter)
    return { ...met('trend', null, { reason: 'off', params: {} }), required: false };
  const { trend5, trend15 } = reading;
  if (trend5.trend === null || trend15.trend === null)
    return warming(
      'trend',
      Math.min(trend5.closes, trend15.closes),
      NEEDS.trend,
      'warming_up_trend',
    );
  const value = `${trend5.trend}/${trend15.trend}`;
  const both = agreed(trend5.trend, trend15.trend);
  if (both === (side === 'long' ? 'up' : 'down'))
    return met('trend', value, { reason: both, params: {} });
  return unmet('trend', 'failed', {
    value,
    reason: `${both}_for_${side}`,
    params: {},
    why: { reason: `trend_${side}`, params: {} },
  });
}

/** The price has turned the way of the side over the last 5 candles. */
function momentum({ side, reading }: Judged): Condition {
  if (reading.momentum === null) return warming('momentum', reading.candles, NEEDS.momentum);
  const value = reading.momentum.toFixed(3);
  const way = side === 'long' ? 'up' : 'down';
  const turned = side === 'long' ? reading.momentum > 0 : reading.momentum < 0;
  if (turned) return met('momentum', value, { reason: way, params: { value } });
  return unmet('momentum', 'failed', {
    value,
    reason: `not_${way}`,
    params: { value },
    why: { reason: `momentum_${side}`, params: {} },
  });
}

/** The set minutes have passed since the last close. */
function cooldown({ settings, view }: Judged): Condition {
  if (view.lastClosedAt === null) return met('cooldown', null, { reason: 'none_yet', params: {} });
  const left = view.lastClosedAt + settings.cooldown_minutes * MINUTE - view.now;
  const minutes = String(settings.cooldown_minutes);
  if (left <= 0) return met('cooldown', '0', { reason: 'passed', params: { minutes } });
  const params = { left: String(left) };
  return unmet('cooldown', 'pending', {
    value: String(left),
    reason: 'waiting',
    params,
    why: { reason: 'cooldown', params },
  });
}

/** Fewer trades were opened today than are allowed. */
function tradesToday({ settings, view }: Judged): Condition {
  const value = String(view.tradesToday);
  const limit = String(settings.trades_per_day);
  if (view.tradesToday < settings.trades_per_day)
    return met('trades_today', value, { reason: 'below', params: { count: value, limit } });
  return unmet('trades_today', 'pending', {
    value,
    reason: 'reached',
    params: { count: value, limit },
    why: { reason: 'trades_today', params: { limit } },
  });
}

/** No trade of this strategy is open. */
function oneTrade({ view }: Judged): Condition {
  if (!view.inTrade) return met('one_trade', null, { reason: 'free', params: {} });
  const why = { reason: 'in_trade', params: {} };
  return unmet('one_trade', 'pending', { value: null, reason: 'in_trade', params: {}, why });
}

/** All conditions of one side, in the order in which they are shown. */
export const conditions = (judged: Judged): readonly Condition[] =>
  [volatility, rsi, trend, momentum, cooldown, tradesToday, oneTrade].map((judge) => judge(judged));

/** What is waited for when several conditions are unmet: the one that no market can bring about comes first. */
const FIRST = ['one_trade', 'trades_today', 'cooldown', 'volatility', 'rsi', 'trend', 'momentum'];

/** What Razor waits for; null when every condition is met. Missing candles come right after an open trade. */
export function waitsFor(all: readonly Condition[]): Evaluation['why'] | null {
  const rank = ({ id, reason }: Condition): number =>
    reason === 'warming_up' ? 0.5 : FIRST.indexOf(id);
  const missing = (condition: Condition): number => Number(condition.why?.params['missing'] ?? 0);
  const [first] = all
    .filter((condition) => condition.why !== null)
    .sort((a, b) => rank(a) - rank(b) || missing(b) - missing(a));
  return first?.why ?? null;
}
