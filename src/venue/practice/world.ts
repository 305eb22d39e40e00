/**
 * The state at work: the durable state, the moment at which things happen, and what this step has changed so far.
 * Whoever changes an order, account, trade or row says so here, so that the step's record and its pushes are complete.
 */
import { must } from '../../base/assert.ts';
import { type Decimal, gt } from '../../base/decimal.ts';
import type { Millis } from '../../base/time.ts';
import type { Order, Position, UserTrade } from '../protocol/objects.ts';
import type { BookState, Direction, LiquidationSide, TickDirection } from '../protocol/values.ts';
import { specNamed } from './products/dated.ts';
import { fitShown } from './orders/iceberg.ts';
import { type InstrumentSpec, idPrefix } from './products/instruments.ts';
import type { VenueOptions } from './options.ts';
import {
  type AccountRecord,
  isLive,
  type MarketRecord,
  type OrderRecord,
  type State,
  type TradeRecord,
} from './state.ts';
import { refresh } from './products/quiet.ts';
import { liveIn, replace, type Resting } from './orders/resting.ts';
import type { Limits } from './orders/rules.ts';
import type { WireNumber } from './wire/wire-json.ts';

/** A trade as everybody sees it; `direction` is the taker's side. */
export type PublicTradeRecord = {
  readonly id: string;
  readonly seq: number;
  readonly instrument: string;
  readonly at: Millis;
  readonly direction: Direction;
  readonly price: Decimal;
  readonly amount: Decimal;
  readonly index: Decimal;
  readonly mark: Decimal;
  readonly tickDirection: TickDirection;
  readonly liquidation?: LiquidationSide;
};

/** What subscribers may want to know, in the order in which it happened. */
export type News =
  | {
      readonly kind: 'changes';
      readonly account: string;
      readonly instrument: string;
      /** Ids of the orders and trades that it is about. */
      readonly about: {
        readonly orders: readonly string[];
        readonly trades: readonly TradeRecord[];
      };
      /** How they and the position stood then; null when nobody listens. */
      readonly shown: {
        readonly orders: readonly Order<WireNumber>[];
        readonly trades: readonly UserTrade<WireNumber>[];
        readonly position: Position<WireNumber>;
      } | null;
    }
  | { readonly kind: 'public_trade'; readonly trade: PublicTradeRecord }
  | {
      readonly kind: 'candle';
      readonly instrument: string;
      readonly minutes: number;
      readonly start: Millis;
    }
  /** Cash of an account has moved without a trade. */
  | { readonly kind: 'cash'; readonly account: string }
  | {
      readonly kind: 'state';
      readonly instrument: string;
      readonly state: BookState;
      readonly at: Millis;
    }
  | {
      readonly kind: 'lock';
      readonly account: string;
      readonly currency: string;
      readonly locked: boolean;
    };

/** What has changed since the last record. */
export type Touched = {
  readonly orders: Set<string>;
  readonly accounts: Set<string>;
  /** Markets that trades have changed. */
  readonly markets: Set<string>;
  /** Ids of withdrawals and transfers. */
  readonly moves: Set<number>;
  /** Cash of the house has moved. */
  house: boolean;
  /** Time has moved prices, so that every market has changed. */
  moved: boolean;
  /** How many trades and rows the last record knew of. */
  trades: number;
  rows: number;
  /** The same of hours of funding and of settlements. */
  hours: number;
  settlements: number;
  /** Something else must be recorded: a price set by a hand, the clock, a setting. */
  forced: boolean;
};

type Pending = {
  readonly account: string;
  readonly instrument: string;
  readonly orders: Set<string>;
  readonly trades: TradeRecord[];
};

/** How faults bend what happens; without any nothing is halted, each fill is one piece and the clock is right. */
export type Bend = {
  readonly isHalted: (instrument: string) => boolean;
  /** In how many pieces the next fill comes. */
  readonly pieces: (instrument: string) => number;
  /** How far the clock that deadlines are judged by is off. */
  readonly offset: () => Millis;
};

export type World = {
  readonly bend: Bend;
  readonly options: VenueOptions;
  readonly state: State;
  readonly resting: Resting;
  readonly limits: Limits;
  /** Whether makers and takers move between the seconds. */
  readonly lively: boolean;
  /** By name, those included that were delivered lately; a control call may change an instrument's terms. */
  readonly specs: Map<string, InstrumentSpec>;
  /** Those that never end, with the terms that they were listed with. */
  readonly perpetuals: readonly InstrumentSpec[];
  /** Whether products that end are listed anew each day. */
  readonly listing: boolean;
  /** Names of products that end whose book will open again, or close for good, by itself. */
  readonly pausing: Set<string>;
  /** Server time at which things happen; equals `state.server` except while catching up. */
  now: Millis;
  readonly touched: Touched;
  readonly pending: Map<string, Pending>;
  readonly news: News[];
  /** The latest trades of everybody, oldest first, by instrument; forgotten by a restart. */
  readonly publicTrades: Map<string, PublicTradeRecord[]>;
  /** Accounts whose changes somebody wants to be shown. */
  readonly heard: Set<string>;
  /** Candle widths in minutes that somebody follows, by instrument. */
  readonly followed: Map<string, Set<number>>;
};

const PUBLIC_TRADES_KEPT = 1_000;

/** The instrument of that name; one that was delivered long ago is known by its name alone. */
export const specOf = (world: World, instrument: string): InstrumentSpec =>
  must(
    world.specs.get(instrument) ?? specNamed(world.perpetuals, instrument, 0),
    `the instrument ${instrument}`,
  );
/** The market of that name as it stands now. */
export function marketOf(world: World, instrument: string): MarketRecord {
  const market = must(world.state.markets.get(instrument), `the market of ${instrument}`);
  if (market.dated !== undefined) refresh(world, market);
  return market;
}
export const accountOf = (world: World, account: string): AccountRecord =>
  must(world.state.accounts.get(account), `the account ${account}`);
export const orderOf = (world: World, id: string): OrderRecord =>
  must(world.state.orders.get(id), `the order ${id}`);

function pendingOf(world: World, account: string, instrument: string): Pending {
  const key = `${account}/${instrument}`;
  let pending = world.pending.get(key);
  if (pending === undefined) {
    pending = { account, instrument, orders: new Set(), trades: [] };
    world.pending.set(key, pending);
  }
  return pending;
}

/** Notes that an order is new or has changed; keeps the set of live orders true. */
export function touchOrder(world: World, order: OrderRecord): void {
  const { state, touched } = world;
  if (order.iceberg !== undefined) fitShown(order);
  state.orders.set(order.id, order);
  if (isLive(order)) state.live.add(order.id);
  else state.live.delete(order.id);
  replace(world.resting, order);
  touched.orders.add(order.id);
  pendingOf(world, order.account, order.instrument).orders.add(order.id);
}

export function addTrade(world: World, trade: TradeRecord): void {
  world.state.trades.push(trade);
  pendingOf(world, trade.account, trade.instrument).trades.push(trade);
}

/** Notes that a position has changed without an order. */
export function touchPosition(world: World, account: string, instrument: string): void {
  pendingOf(world, account, instrument);
}

export function touchAccount(world: World, account: AccountRecord): void {
  world.touched.accounts.add(account.id);
}

/** The live orders of an instrument as they are now, oldest first. */
export const liveOrders = (world: World, instrument: string): OrderRecord[] => [
  ...liveIn(world.resting, instrument).values(),
];

/** Gives a trade of the market its id and number and lets everybody see it. */
export function publish(
  world: World,
  trade: Omit<PublicTradeRecord, 'id' | 'seq' | 'at' | 'index' | 'mark' | 'tickDirection'>,
): PublicTradeRecord {
  const market = marketOf(world, trade.instrument);
  const spec = specOf(world, trade.instrument);
  world.touched.markets.add(market.name);
  market.tickDirection = nextTickDirection(market, trade.price);
  market.last = trade.price;
  const published: PublicTradeRecord = {
    ...trade,
    id: `${idPrefix(spec)}${++world.state.counters.trade}`,
    seq: ++market.tradeSeq,
    at: world.now,
    index: market.index,
    mark: market.mark,
    tickDirection: market.tickDirection,
  };
  const kept = world.publicTrades.get(trade.instrument) ?? [];
  kept.push(published);
  if (kept.length >= 2 * PUBLIC_TRADES_KEPT) kept.splice(0, PUBLIC_TRADES_KEPT);
  world.publicTrades.set(trade.instrument, kept);
  world.news.push({ kind: 'public_trade', trade: published });
  return published;
}

function nextTickDirection(market: MarketRecord, price: Decimal): TickDirection {
  if (price === market.last) return market.tickDirection <= 1 ? 1 : 3;
  return gt(price, market.last) ? 0 : 2;
}
