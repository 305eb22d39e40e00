/** What the crash tests play on: a real exchange on a price that stands still, and the engine as a child that can be killed. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from '../../src/base/assert.ts';
import { dec } from '../../src/base/decimal.ts';
import type { EngineOptions } from '../../src/app/options.ts';
import type { RiskConfig, StrategyConfig } from '../../src/domain/config.ts';
import { startPracticeServer } from '../../src/edge/practice-server.ts';
import { strategyKinds } from '../../src/strategy/registry.ts';
import { type Engine, type Follower, callEngine, followEngine } from '../e2e/support/engine.ts';
import {
  type Exchange,
  type ExchangeOrder,
  PERPETUAL,
  visitExchange,
} from '../e2e/support/exchange.ts';
import { type Owner, type Running, startModule, temporaryFolder } from '../e2e/support/process.ts';
import { createRealExchange } from '../e2e/practice-real.ts';
import { quiet } from '../e2e/practice-tools.ts';
import type { ChildSetup, Trap } from './engine-child.ts';

const CHILD = fileURLToPath(new URL('./engine-child.ts', import.meta.url));
const SPEED = 60;
/** 2026-03-02 10:00 UTC: far from any settlement. */
const MORNING = 1_772_445_600_000;

/** A Razor that enters at nearly every candle, once a day, with stop and target out of reach. */
const EAGER = {
  instrument: PERPETUAL,
  stop_loss_percent: '10',
  take_profit_percent: '10',
  trades_per_day: 1,
  cooldown_minutes: 0,
  min_volatility_percent: '0',
  max_volatility_percent: '100',
  rsi_oversold: '99',
  rsi_overbought: '1',
  trend_filter: false,
};

const RISK: RiskConfig = {
  maxDailyLossUsd: dec(1_000),
  maxOrderUsd: dec(1_000),
  maxPositionUsd: dec(1_000),
  maxOpenOrders: 20,
};

export type Scene = {
  readonly dataDir: string;
  readonly exchange: Exchange;
  /** `under` is a program that runs the engine in its turn. */
  readonly start: (
    trap: Trap | null,
    disk?: ChildSetup['disk'],
    under?: readonly string[],
  ) => Promise<Running>;
  /** While a file lies here, no name of a host is found by the engine. */
  readonly nameless: string;
  /** Started with a trap: resolves when it has sprung. */
  readonly sprung: (child: Running) => Promise<void>;
  readonly engine: () => Engine;
  readonly follow: () => Promise<Follower>;
};

/** What is other than usual: settings of the Razor, its id and claim, options of the engine, the engine's wall clock. */
export type SceneOptions = {
  readonly razor?: Readonly<Record<string, unknown>>;
  readonly strategy?: Partial<Pick<StrategyConfig, 'id' | 'claim' | 'instrument'>>;
  readonly risk?: RiskConfig;
  readonly engine?: Partial<EngineOptions>;
  /** The name under which the engine looks for the exchange. */
  readonly host?: string;
  readonly wallAheadMs?: number;
  /** Accounts of the exchange beside `main`. */
  readonly accounts?: readonly string[];
};

function optionsOf(
  dataDir: string,
  practicePort: number,
  { razor = {}, strategy = {}, risk = RISK, engine = {}, host = '127.0.0.1' }: SceneOptions,
): EngineOptions {
  const settings = must(strategyKinds['razor'], 'the razor').settings({ ...EAGER, ...razor });
  assert.ok(settings.ok);
  return {
    mode: 'practice',
    login: 'secret',
    venueUrl: `ws://${host}:${practicePort}/ws/api/v2`,
    accounts: [
      {
        id: 'main',
        dataDir,
        credentials: { clientId: 'practice-engine', clientSecret: 'practice-engine-secret' },
        strategies: [
          {
            id: 'razor',
            kind: 'razor',
            instrument: PERPETUAL,
            claim: true,
            settings: settings.value,
            ...strategy,
          },
        ],
        risk,
        configHash: 'crash',
      },
    ],
    speed: SPEED,
    dataDir,
    port: 0,
    host: '127.0.0.1',
    checkEverySeconds: 30,
    practiceOrigin: null,
    webhook: null,
    openBrowser: false,
    lang: 'en',
    child: false,
    ...engine,
  };
}

/** An exchange of its own, and an engine that can be started on one data folder as often as is wanted. */
export async function scene(t: Owner, seed: number, options: SceneOptions = {}): Promise<Scene> {
  const { accounts = [] } = options;
  const row = { open: '60000', high: '60000', low: '60000', close: '60000', volume: '10' };
  const server = await startPracticeServer({
    port: 0,
    dataDir: temporaryFolder(t),
    seed,
    speed: SPEED,
    file: [{ at: MORNING, ...row }] as never,
    allowedOrigins: [],
    createExchange: (birth) => createRealExchange(birth, { accounts }),
    log: quiet,
  });
  t.after(() => server.close());
  return sceneAt(t, await visitExchange(t, server.port), options);
}

/** An engine of its own at an exchange that is there already, beside others. */
export function sceneAt(t: Owner, exchange: Exchange, options: SceneOptions = {}): Scene {
  const dataDir = temporaryFolder(t);
  const engine = optionsOf(dataDir, exchange.port, options);
  const nameless = join(dataDir, 'nameless');
  const { wallAheadMs = 0 } = options;
  return {
    exchange,
    dataDir,
    nameless,
    start: async (trap, disk = null, under = []) => {
      const setup: ChildSetup = { engine, trap, disk, nameless, wallAheadMs };
      const child = startModule(t, [CHILD, JSON.stringify(setup)], {}, under);
      await child.says(/{"port":\d+}/);
      return child;
    },
    sprung: async (child) => {
      assert.deepEqual(await child.ended, { code: null, signal: 'SIGKILL' }, child.said());
    },
    engine: () => callEngine(dataDir),
    follow: () => followEngine(t, dataDir),
  };
}

/** Orders that the exchange ever took under a label of ours with this purpose; those born from others are the same. */
export const ordersFor = async (
  exchange: Exchange,
  leg: 'e' | 'o',
): Promise<readonly ExchangeOrder[]> =>
  (await exchange.state()).orders.filter(
    ({ label, bornFrom }) => bornFrom === null && new RegExp(`^ls:.*\\d${leg}:`).test(label),
  );
