/** What the engine of the demo runs: Razor in its livelier preset on the practice exchange, nothing to configure. */
import { must } from '../base/assert.ts';
import { dec } from '../base/decimal.ts';
import { MAIN_ACCOUNT } from '../edge/account-folders.ts';
import { DEMO_RAZOR } from '../strategy/razor/settings.ts';
import { strategyKinds } from '../strategy/registry.ts';
import type { Lang } from '../words/format.ts';
import { practiceKey } from './account-names.ts';
import type { EngineOptions } from './options.ts';

const INSTRUMENT = 'BTC_USDC-PERPETUAL';

export type DemoEngine = {
  readonly dataDir: string;
  readonly port: number;
  readonly practicePort: number;
  readonly speed: number;
  readonly lang: Lang;
  readonly webhook: EngineOptions['webhook'];
};

/** The options of the demo's engine. */
export function demoEngine({
  dataDir,
  port,
  practicePort,
  speed,
  lang,
  webhook,
}: DemoEngine): EngineOptions {
  const settings = must(strategyKinds['razor'], 'the razor strategy').settings({
    instrument: INSTRUMENT,
    ...DEMO_RAZOR,
  });
  if (!settings.ok)
    throw new Error(
      `the demo's settings are not accepted: ${settings.error.map(({ field }) => field).join(', ')}`,
    );
  return {
    mode: 'practice',
    login: 'secret',
    venueUrl: `ws://127.0.0.1:${practicePort}/ws/api/v2`,
    accounts: [
      {
        id: MAIN_ACCOUNT,
        dataDir,
        credentials: practiceKey(MAIN_ACCOUNT),
        strategies: [
          {
            id: 'razor',
            kind: 'razor',
            instrument: INSTRUMENT,
            claim: true,
            settings: settings.value,
          },
        ],
        risk: {
          maxDailyLossUsd: dec(1_000),
          maxOrderUsd: dec(1_000),
          maxPositionUsd: dec(1_000),
          maxOpenOrders: 20,
        },
        configHash: 'demo',
      },
    ],
    speed,
    dataDir,
    port,
    host: '127.0.0.1',
    checkEverySeconds: 30,
    practiceOrigin: `http://127.0.0.1:${practicePort}`,
    webhook,
    openBrowser: false,
    lang,
    child: true,
  };
}
