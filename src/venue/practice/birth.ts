/** How an exchange begins: its prices, a market and a chart with a past for each instrument; later ones are listed so too. */
import { MINUTE, type Millis } from '../../base/time.ts';
import { createChart, historyBefore } from './market/candles.ts';
import { emptyHouse } from './money/house.ts';
import type { InstrumentSpec } from './products/instruments.ts';
import { createMarket } from './market/market.ts';
import type { PriceCandle } from './ports.ts';
import { addIndex, advancePrices, createPrices, priceOf } from './market/prices.ts';
import type { State } from './state.ts';

/** Chart history before the first moment. */
const HISTORY_MINUTES = 1_440;

/** What a new exchange begins with. */
type Beginning = {
  readonly seed: number;
  readonly startAt: Millis;
  readonly speed: number;
  readonly file?: readonly PriceCandle[];
};

/** The state of a new exchange. */
export function beginState(options: Beginning, specs: readonly InstrumentSpec[]): State {
  const { seed, startAt } = options;
  const prices = createPrices({
    seed,
    startAt,
    start: Object.fromEntries(specs.map((spec) => [spec.index, spec.startPrice])),
    ...(options.file === undefined ? {} : { file: options.file }),
  });
  // The market is made as it stands at the start, so that the first tick to live through is the one after it.
  advancePrices(prices, startAt);
  const state: State = {
    seed,
    server: startAt,
    speed: options.speed,
    prices,
    counters: { order: 100_000, trigger: 0, oto: 0, oco: 0, trade: 1_000_000, row: 0, queue: 0 },
    house: emptyHouse(),
    accounts: new Map(),
    orders: new Map(),
    live: new Set(),
    trades: [],
    rows: [],
    moves: new Map(),
    markets: new Map(),
    charts: new Map(),
    hours: [],
    settlements: [],
  };
  for (const spec of specs) list(state, spec, { specs, at: startAt });
  return state;
}

/** Opens an instrument's market and chart at `at`; its index must have a price. One coin has one past, whatever it is traded in. */
function list(
  { seed, prices, markets, charts }: State,
  spec: InstrumentSpec,
  { specs, at }: { readonly specs: readonly InstrumentSpec[]; readonly at: Millis },
): void {
  const eldest = specs.find(({ base }) => base === spec.base) ?? spec;
  const price = priceOf(prices, spec.index);
  markets.set(spec.name, createMarket(spec, { seed, at, price }));
  const history = historyBefore({
    seed: seed + eldest.id,
    endAt: at - (at % MINUTE),
    endPrice: price,
    minutes: HISTORY_MINUTES,
  });
  charts.set(spec.name, createChart(history));
}

/** Lists what an exchange that was written down did not have yet; answers whether there was anything. */
export function listNew(state: State, specs: readonly InstrumentSpec[]): boolean {
  const missing = specs.filter((spec) => !state.markets.has(spec.name));
  for (const spec of missing) {
    addIndex(state.prices, spec.index, { seed: state.seed, price: spec.startPrice });
    list(state, spec, { specs, at: state.server });
  }
  return missing.length > 0;
}
