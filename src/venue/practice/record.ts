/**
 * What the exchange writes down: after each step that changed something durable one entry with all that changed, as it
 * then stood. Entries are numbered; a state built from a snapshot and the entries after it equals the living one.
 */
import { chartRange, createChart } from './market/candles.ts';
import { must } from '../../base/assert.ts';
import { forgetDelivered } from './products/listing.ts';
import { MINUTE, type Millis } from '../../base/time.ts';
import { emptyHouse, openHouse } from './money/house.ts';
import type { FundingHour, SettlementRecord } from './market/past.ts';
import type { PriceCandle } from './ports.ts';
import type { Prices } from './market/prices.ts';
import {
  type AccountRecord,
  type Counters,
  type House,
  isLive,
  type MarketRecord,
  type OrderRecord,
  type RowRecord,
  type State,
  type TradeRecord,
  type WalletMove,
} from './state.ts';
import type { Touched } from './world.ts';

/** Version of the stored form. */
const VERSION = 1;

type Clock = { readonly server: Millis; readonly speed: number };

type Part = {
  readonly v: typeof VERSION;
  /** Number of the entry, from 1; a snapshot carries the number of the last entry that it contains. */
  readonly n: number;
  readonly clock: Clock;
  /** Left out where time had not moved them. */
  readonly prices?: Prices;
  readonly counters: Counters;
  /** All of them, or those that changed. */
  readonly markets: readonly MarketRecord[];
  /** Candles by instrument, as the markets. */
  readonly candles: Readonly<Record<string, readonly PriceCandle[]>>;
  readonly accounts: readonly AccountRecord[];
  readonly orders: readonly OrderRecord[];
  readonly trades: readonly TradeRecord[];
  readonly rows: readonly RowRecord[];
  /** Left out where none came or changed. */
  readonly moves?: readonly WalletMove[];
  /** Left out where no cash of it has moved, and in entries from before it was kept. */
  readonly house?: House;
  /** Left out in entries from before they were kept. */
  readonly hours?: readonly FundingHour[];
  readonly settlements?: readonly SettlementRecord[];
};

/** A snapshot, the first entry, and the one after instruments were added: everything. */
export type Snapshot = Part & {
  readonly whole: true;
  readonly seed: number;
  readonly prices: Prices;
};
type Entry = Part | Snapshot;

const isWhole = (entry: Entry): entry is Snapshot => 'whole' in entry;

/** Writes the entries of one exchange. */
export type Recorder = {
  /** The entry for what `touched` holds, and forgets it. The first entry of all holds everything. */
  readonly entry: (state: State, touched: Touched) => string;
  readonly snapshot: (state: State) => string;
};

/** Goes on after what was restored, or begins with entry 1; the next entry holds everything when it is the first or `all`. */
export function createRecorder(restored: Restored | undefined, all = false): Recorder {
  let n = restored?.last ?? 0;
  let everything = n === 0 || all;
  let candlesFrom =
    restored === undefined ? 0 : restored.state.server - (restored.state.server % MINUTE);
  const clock = (state: State): Clock => ({ server: state.server, speed: state.speed });
  const whole = (state: State): Snapshot => ({
    v: VERSION,
    n,
    whole: true,
    seed: state.seed,
    clock: clock(state),
    prices: state.prices,
    counters: state.counters,
    markets: [...state.markets.values()],
    candles: Object.fromEntries([...state.charts].map(([name, chart]) => [name, chart.candles])),
    accounts: [...state.accounts.values()],
    orders: [...state.orders.values()],
    trades: state.trades,
    rows: state.rows,
    moves: [...state.moves.values()],
    house: state.house,
    hours: state.hours,
    settlements: state.settlements,
  });
  const changed = (state: State, touched: Touched): Part => ({
    v: VERSION,
    n,
    clock: clock(state),
    ...(everyMarket(touched) ? { prices: withoutRows(state.prices) } : {}),
    counters: state.counters,
    markets: changedMarkets(state, touched),
    candles: Object.fromEntries(
      changedCharts(state, touched).map((name) => [
        name,
        chartRange(must(state.charts.get(name), 'a chart'), candlesFrom, state.server, 1),
      ]),
    ),
    accounts: [...touched.accounts].map((id) => must(state.accounts.get(id), 'a touched account')),
    orders: [...touched.orders].map((id) => must(state.orders.get(id), 'a touched order')),
    trades: state.trades.slice(touched.trades),
    rows: state.rows.slice(touched.rows),
    ...(touched.moves.size === 0
      ? {}
      : { moves: [...touched.moves].map((id) => must(state.moves.get(id), 'a touched move')) }),
    ...(touched.house ? { house: state.house } : {}),
    hours: state.hours.slice(touched.hours),
    settlements: state.settlements.slice(touched.settlements),
  });
  return {
    entry: (state, touched) => {
      n++;
      const text = JSON.stringify(everything ? whole(state) : changed(state, touched));
      everything = false;
      candlesFrom = state.server - (state.server % MINUTE);
      touched.orders.clear();
      touched.accounts.clear();
      touched.trades = state.trades.length;
      touched.rows = state.rows.length;
      touched.hours = state.hours.length;
      touched.settlements = state.settlements.length;
      touched.markets.clear();
      touched.house = false;
      touched.moves.clear();
      touched.moved = false;
      touched.forced = false;
      return text;
    },
    snapshot: (state) => JSON.stringify(whole(state)),
  };
}

const everyMarket = ({ moved, forced }: Touched): boolean => moved || forced;

/** The markets that may have changed: those of products that end change by deeds only. */
const changedMarkets = ({ markets }: State, touched: Touched): readonly MarketRecord[] =>
  everyMarket(touched)
    ? [...markets.values()].filter(
        ({ name, dated }) => dated === undefined || touched.markets.has(name),
      )
    : [...touched.markets].map((name) => must(markets.get(name), 'a touched market'));

const changedCharts = ({ charts }: State, touched: Touched): readonly string[] =>
  everyMarket(touched)
    ? [...charts.keys()]
    : [...touched.markets].filter((name) => charts.has(name));

/** A price file's rows never change, so that only the first entry and snapshots carry them. */
const withoutRows = (prices: Prices): Prices =>
  prices.drive === null ? prices : { ...prices, drive: { ...prices.drive, rows: '' } };

/** A state read back and the number of its last entry; `grown` when it holds more than its entries, which is to be recorded. */
export type Restored = { readonly state: State; readonly last: number; readonly grown: boolean };

/**
 * The state after a snapshot (if any) and the entries that follow it; entries that the snapshot contains are skipped.
 * undefined when there is neither. Throws on a text that is not one of ours: storage that is not whole must not be
 * traded on.
 */
export function restoreState(stored: {
  readonly snapshot?: string;
  readonly entries: readonly string[];
}): Restored | undefined {
  const texts =
    stored.snapshot === undefined ? stored.entries : [stored.snapshot, ...stored.entries];
  let restored: Restored | undefined;
  for (const text of texts) {
    const entry = JSON.parse(text) as Entry;
    if (entry.v !== VERSION)
      throw new Error(
        `practice journal: entry of version ${String(entry.v)}, accepted is ${VERSION}`,
      );
    if (restored === undefined) {
      if (!isWhole(entry))
        throw new Error(
          `practice journal: starts with entry ${entry.n}, accepted is a snapshot or entry 1`,
        );
      restored = begin(entry);
    } else if (entry.n > restored.last) {
      if (entry.n !== restored.last + 1)
        throw new Error(
          `practice journal: entry ${entry.n} follows ${restored.last}, one is missing`,
        );
      if (isWhole(entry)) restored = begin(entry);
      else apply(restored.state, entry);
      restored = { ...restored, last: entry.n };
    }
  }
  if (restored === undefined) return undefined;
  relive(restored.state);
  return isUnbooked(restored.state)
    ? { ...restored, state: { ...restored.state, house: openHouse(restored.state) }, grown: true }
    : restored;
}

/** Whether accounts got cash when nobody wrote down yet where it came from. */
const isUnbooked = ({ rows, house }: State): boolean =>
  rows.length > 0 && Object.keys(house.outside).length === 0;

function begin(entry: Snapshot): Restored {
  const state: State = {
    seed: entry.seed,
    server: entry.clock.server,
    speed: entry.clock.speed,
    prices: entry.prices,
    counters: entry.counters,
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
  apply(state, entry);
  return { state, last: entry.n, grown: false };
}

function apply(state: State, entry: Part): void {
  state.server = entry.clock.server;
  state.speed = entry.clock.speed;
  const rows = state.prices.drive?.rows;
  state.prices = entry.prices ?? state.prices;
  if (state.prices.drive !== null && rows !== undefined && state.prices.drive.rows === '')
    state.prices.drive = { ...state.prices.drive, rows };
  Object.assign(state.counters, entry.counters);
  for (const market of entry.markets) state.markets.set(market.name, market);
  for (const account of entry.accounts) state.accounts.set(account.id, account);
  for (const order of entry.orders) state.orders.set(order.id, order);
  state.trades.push(...entry.trades);
  state.rows.push(...entry.rows);
  for (const move of entry.moves ?? []) state.moves.set(move.id, move);
  Object.assign(state.house, entry.house);
  state.hours.push(...(entry.hours ?? []));
  state.settlements.push(...(entry.settlements ?? []));
  for (const [name, candles] of Object.entries(entry.candles)) {
    const chart = state.charts.get(name) ?? createChart([]);
    state.charts.set(name, chart);
    const from = candles[0]?.at ?? Number.POSITIVE_INFINITY;
    while ((chart.candles.at(-1)?.at ?? 0) >= from) chart.candles.pop();
    chart.candles.push(...candles);
  }
}

/** The set of live orders, oldest first, from the orders themselves (their map keeps the order of their creation); what was forgotten is so again. */
function relive(state: State): void {
  for (const order of state.orders.values()) if (isLive(order)) state.live.add(order.id);
  forgetDelivered(state.markets, state.server);
}
