/** An engine on the practice exchange of the benchmarks, with Razors that enter at every candle. */
import { assert } from '../src/base/assert.ts';
import type { EngineOptions } from '../src/app/options.ts';
import { razor } from '../src/strategy/razor/razor.ts';
import { RISK } from './story.ts';

/** Enters whatever the market does. */
const EAGER = {
  size_usd: '100',
  trades_per_day: 1_440,
  cooldown_minutes: 0,
  min_volatility_percent: '0',
  max_volatility_percent: '100',
  rsi_oversold: '99',
  rsi_overbought: '1',
  trend_filter: false,
};

/** The strategy of an instrument. */
export const strategyOf = (instrument: string): string => instrument.slice(0, 3).toLowerCase();

export function eagerOptions(of: {
  readonly dataDir: string;
  readonly port: number;
  readonly speed: number;
  readonly instruments: readonly string[];
  /** Percent of the entry price, for stop and target. */
  readonly distance: string;
}): EngineOptions {
  const { dataDir, port, speed, instruments, distance } = of;
  const strategies = instruments.map((instrument) => {
    const settings = razor.settings({
      ...EAGER,
      instrument,
      stop_loss_percent: distance,
      take_profit_percent: distance,
    });
    assert(settings.ok, 'the settings of the benchmark are not accepted');
    const id = strategyOf(instrument);
    return { id, kind: 'razor', instrument, claim: true, settings: settings.value };
  });
  const credentials = { clientId: 'practice-engine', clientSecret: 'practice-engine-secret' };
  const account = { id: 'main', dataDir, credentials, strategies, risk: RISK, configHash: 'bench' };
  return {
    mode: 'practice',
    login: 'secret',
    venueUrl: `ws://127.0.0.1:${port}/ws/api/v2`,
    accounts: [account],
    speed,
    dataDir,
    port: 0,
    host: '127.0.0.1',
    checkEverySeconds: 30,
    practiceOrigin: null,
    webhook: null,
    openBrowser: false,
    lang: 'en',
    child: true,
  };
}
