/** A strategy for tests that does as it is told: it gives the signal that was set for it, once or until taken back. */
import { type Decimal, dec } from '../../src/base/decimal.ts';
import { ok } from '../../src/base/result.ts';
import { movesStops, wantedStop } from '../../src/strategy/razor/trail.ts';
import type { Signal, StrategyKind, StrategyRunner } from '../../src/strategy/strategy.ts';

export type Script = {
  readonly kind: StrategyKind<unknown>;
  /** Sets the signal that the strategy gives at its next candle; `sticky` gives it at every candle. */
  readonly set: (id: string, signal: Signal, sticky?: boolean) => void;
  readonly clear: (id: string) => void;
};

/** A signal of 100 USD with a stop at 0.5 and a target at 1 percent, or as `changes` say. */
export const signal = (changes: Partial<Signal> = {}): Signal => ({
  direction: 'long',
  strength: 80,
  sizeUsd: dec('100'),
  stopLossPercent: dec('0.5'),
  takeProfitPercent: dec('1'),
  ...changes,
});

/** Moves stops by Razor's own rules where the settings say so. */
function managing(settings: Readonly<Record<string, unknown>>): StrategyRunner['manage'] {
  const percent = (name: string): Decimal => {
    const value = settings[name];
    return dec(typeof value === 'string' ? value : '0');
  };
  const trail = {
    break_even_percent: percent('break_even_percent'),
    trailing_percent: percent('trailing_percent'),
    trailing_step_percent: percent('trailing_step_percent'),
  };
  return movesStops(trail) ? (trade) => wantedStop(trail, trade) : null;
}

export function createScript(): Script {
  const told = new Map<string, { readonly signal: Signal; readonly sticky: boolean }>();
  return {
    set: (id, given, sticky = false) => void told.set(id, { signal: given, sticky }),
    clear: (id) => void told.delete(id),
    kind: {
      kind: 'scripted',
      warmupCandles: 5,
      settings: (raw) => ok(raw),
      run: (settings) => ({
        warm: () => undefined,
        manage: managing(settings as Readonly<Record<string, unknown>>),
        judge: (candle, view) => {
          const id = String((settings as Readonly<Record<string, unknown>>)['script']);
          const given = view.inTrade ? undefined : told.get(id);
          if (given !== undefined && !given.sticky) told.delete(id);
          return {
            candleAt: candle.at,
            checkpoints: [],
            signal: given?.signal ?? null,
            strength: given?.signal.strength ?? 0,
            why: { reason: given === undefined ? 'waiting' : 'entry', params: {} },
          };
        },
      }),
    },
  };
}
