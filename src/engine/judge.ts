/** Candles and strategies: history warms a strategy up, each closed candle is judged once, a signal that passes the gate becomes an entry. */
import { type Decimal, div, mul, sub, add } from '../base/decimal.ts';
import { MINUTE, startOfDay } from '../base/time.ts';
import type { StrategyRecord } from '../domain/books.ts';
import { amountForUsd, onTick } from '../domain/instrument.ts';
import type { ChildIntent, Intent } from '../domain/intent.ts';
import { openTrades, pendingEntry } from '../domain/ledger.ts';
import type { Candle } from '../domain/market.ts';
import { opposite } from '../domain/order.ts';
import type { Evaluation, Signal, StrategyView } from '../strategy/strategy.ts';
import { CANDLES_KEPT, COLLAR_PERCENT, HISTORY_AGAIN, MARKET_FRESH } from './limits.ts';
import { type Refusal, refusal } from './gate.ts';
import { beyond, markPrice } from './observe.ts';
import { freshLabel, place, validUntil } from './place.ts';
import type { Proposal } from './risk.ts';
import { type Turn, ask, record, wake } from './turn.ts';

/** Why the throttle of entries turned a strategy off. */
export const THROTTLED = 'too many entries in a short time';

/** Strategies that judge an instrument. */
const watchers = (turn: Turn, instrument: string): StrategyRecord[] =>
  [...turn.books.strategies.values()].filter(
    ({ config, control }) => config.instrument === instrument && control.value !== 'stopped',
  );

/** Prices were out of sight: nothing is judged until the history is read whole again. */
export function oweHistory(turn: Turn, instrument: string): void {
  turn.live.history.set(instrument, { nextMono: turn.now.mono });
}

/** The duty: history that is owed is asked for until it comes. */
export function readHistory(turn: Turn): void {
  if (!turn.live.links.market.up) return;
  for (const [instrument, { nextMono }] of turn.live.history) {
    if (turn.now.mono < nextMono) {
      wake(turn, nextMono);
      continue;
    }
    turn.live.history.set(instrument, { nextMono: turn.now.mono + HISTORY_AGAIN });
    wake(turn, turn.now.mono + HISTORY_AGAIN);
    const kinds = watchers(turn, instrument).map(({ config }) => turn.cell.kinds[config.kind]);
    const needed = Math.max(300, ...kinds.map((kind) => (kind?.warmupCandles ?? 0) + 30));
    const to = turn.now.server + MINUTE;
    ask(
      turn,
      { for: 'candles', instrument },
      { kind: 'candles', instrument, from: to - needed * MINUTE, to },
      'market',
    );
  }
}

/** History has come: known candles are replaced, new ones are learnt from. The last one is still running. */
export function onHistory(turn: Turn, instrument: string, history: readonly Candle[]): void {
  turn.live.history.delete(instrument);
  const known = turn.live.candles.get(instrument) ?? [];
  const merged = new Map([...known, ...history].map((candle) => [candle.at, candle]));
  const candles = [...merged.values()].sort((a, b) => a.at - b.at).slice(-CANDLES_KEPT);
  turn.live.candles.set(instrument, candles);
  for (const strategy of watchers(turn, instrument)) warmUp(turn, strategy, candles.slice(0, -1));
}

function warmUp(turn: Turn, strategy: StrategyRecord, closed: readonly Candle[]): void {
  const { id } = strategy.config;
  const state = turn.live.runners.get(id);
  if (state === undefined) return;
  for (const candle of closed) {
    if (candle.at <= state.warmedTo) continue;
    state.runner.warm(candle);
    state.warmedTo = candle.at;
  }
  if (!strategy.ready)
    record(turn, { type: 'STRATEGY_READY', v: 1, data: { strategy: id, candles: closed.length } });
}

/** The running candle moved. When a later one begins, the one before is closed and is judged. */
export function onCandle(turn: Turn, instrument: string, candle: Candle): void {
  const candles = turn.live.candles.get(instrument);
  if (candles === undefined || candles.length === 0 || turn.live.history.has(instrument)) return;
  const last = candles.at(-1) as Candle;
  if (candle.at < last.at) return;
  if (candle.at === last.at) {
    candles[candles.length - 1] = candle;
    return;
  }
  candles.push(candle);
  if (candles.length > CANDLES_KEPT) candles.shift();
  for (const strategy of watchers(turn, instrument)) judge(turn, strategy, last);
}

function viewOf(turn: Turn, strategy: StrategyRecord): StrategyView {
  const { id } = strategy.config;
  const today =
    strategy.openedToday.day === startOfDay(turn.now.server) ? strategy.openedToday.count : 0;
  return {
    now: turn.now.server,
    inTrade:
      openTrades(turn.books, { strategy: id }).length > 0 ||
      pendingEntry(turn.books, id) !== undefined,
    lastClosedAt: strategy.lastClosedAt,
    tradesToday: today,
  };
}

function judge(turn: Turn, strategy: StrategyRecord, candle: Candle): void {
  const state = turn.live.runners.get(strategy.config.id);
  if (state === undefined || !strategy.ready || candle.at <= state.warmedTo) return;
  state.warmedTo = candle.at;
  const view = viewOf(turn, strategy);
  const evaluation = state.runner.judge(candle, view);
  const plan =
    evaluation.signal === null || view.inTrade
      ? undefined
      : propose(turn, strategy, evaluation.signal);
  explain(turn, strategy, {
    candle,
    evaluation,
    refused: plan === undefined ? undefined : plan.refused,
  });
  if (plan?.refused === 'repeated') {
    const data = {
      strategy: strategy.config.id,
      control: 'paused',
      by: 'engine',
      reason: THROTTLED,
      flatten: null,
    } as const;
    record(turn, { type: 'CONTROL_CHANGED', v: 1, data });
  }
  if (plan?.proposal !== undefined && evaluation.signal !== null)
    enter(turn, strategy, plan.proposal, evaluation.signal);
}

/** Records the verdict, with the gate's reason where a signal was refused. */
function explain(
  turn: Turn,
  strategy: StrategyRecord,
  verdict: {
    readonly candle: Candle;
    readonly evaluation: Evaluation;
    readonly refused: Refusal | undefined;
  },
): void {
  const { candle, evaluation, refused } = verdict;
  const { signal, checkpoints, strength } = evaluation;
  const why = refused === undefined ? evaluation.why : { reason: `gate.${refused}`, params: {} };
  record(
    turn,
    {
      type: 'STRATEGY_EVALUATED',
      v: 1,
      data: {
        strategy: strategy.config.id,
        candleAt: candle.at,
        close: candle.close,
        checkpoints,
        signal: signal === null ? null : { direction: signal.direction, strength: signal.strength },
        strength,
        why,
      },
    },
    { kind: 'strategy', id: strategy.config.id },
  );
}

function propose(
  turn: Turn,
  strategy: StrategyRecord,
  signal: Signal,
): { readonly proposal?: Proposal; readonly refused?: Refusal } {
  const { id, instrument: name } = strategy.config;
  const instrument = turn.books.instruments.get(name);
  const mark = markPrice(turn, name, MARKET_FRESH);
  if (instrument === undefined || mark === null) return { refused: 'stale_market' };
  const direction = signal.direction === 'long' ? 'buy' : 'sell';
  const price = onTick(
    instrument,
    beyond(mark, direction, COLLAR_PERCENT),
    direction === 'buy' ? 'floor' : 'ceil',
  );
  const proposal: Proposal = {
    strategy: id,
    instrument: name,
    direction,
    amount: amountForUsd(instrument, signal.sizeUsd, mark),
    price,
  };
  const refused = refusal(turn, proposal);
  return refused === undefined ? { proposal } : { refused };
}

/** The entry with its stop and target, all in one intent. Nothing of it rests: immediate-or-cancel, protection grows with the fills. */
function enter(turn: Turn, strategy: StrategyRecord, proposal: Proposal, signal: Signal): void {
  const { direction, amount } = proposal;
  const mark = markPrice(turn, proposal.instrument, MARKET_FRESH) as Decimal;
  const trade = `trd_${turn.books.counters.trade + 1}_${turn.books.birth.slice(0, 8)}`;
  const child = (purpose: 'stop' | 'target', leg: number): ChildIntent => ({
    label: freshLabel(turn, proposal.strategy, purpose, leg),
    purpose,
    direction: opposite(direction),
    type: purpose === 'stop' ? 'stop_market' : 'take_market',
    amount,
    triggerPrice: distance(turn, {
      mark,
      direction,
      purpose,
      signal,
      instrument: proposal.instrument,
    }),
    trigger: 'mark_price',
  });
  const intent: Intent = {
    ...proposal,
    label: freshLabel(turn, strategy.config.id, 'entry'),
    trade,
    purpose: 'entry',
    type: 'limit',
    timeInForce: 'immediate_or_cancel',
    reduceOnly: false,
    triggerPrice: null,
    trigger: null,
    validUntil: validUntil(turn, 'entry'),
    children: [child('stop', 1), child('target', 2)],
    fillCondition: 'incremental',
  };
  place(turn, intent);
}

type Distance = {
  readonly mark: Decimal;
  readonly direction: 'buy' | 'sell';
  readonly purpose: 'stop' | 'target';
  readonly signal: Signal;
  readonly instrument: string;
};

/** Trigger price of a protective order: its percent away from the mark, on the grid. */
function distance(turn: Turn, { mark, direction, purpose, signal, instrument }: Distance): Decimal {
  const percent = purpose === 'stop' ? signal.stopLossPercent : signal.takeProfitPercent;
  const move = div(mul(mark, percent), '100' as Decimal, 10);
  const up = (direction === 'buy') === (purpose === 'target');
  const specification = turn.books.instruments.get(instrument);
  const price = up ? add(mark, move) : sub(mark, move);
  return specification === undefined ? price : onTick(specification, price, 'half_up');
}
