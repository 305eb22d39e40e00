/**
 * The notifications of B1 as texts, made beforehand from a seed: order books whose changes follow each other, tickers, trades,
 * candles and private events, in the shapes and sizes of the exchange. Each carries its number: its moment is `START` plus it.
 */
import { nextBelow, prng } from '../src/base/prng.ts';

export const START = 1_800_000_000_000;
export const INSTRUMENTS = ['BTC-PERPETUAL', 'ETH-PERPETUAL'] as const;
/** Sent by seconds before a number may come again: never. */
const FIRST_CHANGE = 77_000_000_000;

/** What goes out on one channel. A private event stands on two channels, of which a client has one. */
export type Frame = { readonly channel: string; readonly text: string };
export type Frames = {
  /** In the order in which they are sent; alternatives of one number stand together. */
  readonly frames: readonly (readonly Frame[])[];
  /** By channel, what is said first to whoever enters it. */
  readonly snapshots: Readonly<Record<string, string>>;
};

const notification = (channel: string, data: object): Frame => ({
  channel,
  text: JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params: { channel, data } }),
});

type Draw = (below: number) => number;
type Row = readonly [string, number, number];

/** A fill of our own order with that order, and the fill alone as its own channel has it. */
function ownEvent(instrument: string, price: number, number: number): readonly Frame[] {
  const fill = {
    trade_seq: 30_289_432 + number,
    trade_id: String(48_079_254 + (number >> 1)),
    timestamp: START + number,
    tick_direction: 1,
    state: 'open',
    self_trade: false,
    reduce_only: false,
    profit_loss: 0,
    price: price,
    post_only: false,
    order_type: 'limit',
    order_id: `ETH-${349_249 + number}`,
    matching_id: null,
    mark_price: price + 0.37,
    liquidity: 'M',
    label: 'bench',
    instrument_name: instrument,
    index_price: price - 3.11,
    fee_currency: 'BTC',
    fee: 0.00000123,
    direction: 'buy',
    api: true,
    amount: 10,
  };
  const order = {
    web: false,
    time_in_force: 'good_til_cancelled',
    replaced: false,
    reduce_only: false,
    price: price,
    post_only: false,
    order_type: 'limit',
    order_state: 'open',
    order_id: `ETH-${349_249 + number}`,
    max_show: 100,
    last_update_timestamp: START + number,
    label: 'bench',
    is_liquidation: false,
    instrument_name: instrument,
    filled_amount: 10,
    direction: 'buy',
    creation_timestamp: START,
    average_price: price,
    api: true,
    amount: 100,
  };
  return [
    notification('user.changes.any.any.raw', {
      instrument_name: instrument,
      trades: [fill],
      positions: [],
      orders: [order],
    }),
    notification('user.trades.any.any.raw', [fill]),
  ];
}

/** One instrument's market: prices in half dollars around a middle that wanders. */
function createMarket(instrument: string, middle: number, draw: Draw) {
  const levels = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  for (let n = 1; n <= 100; n++) {
    levels.bids.set(middle - n, (1 + draw(900)) * 10);
    levels.asks.set(middle + n, (1 + draw(900)) * 10);
  }
  let changeId = FIRST_CHANGE;
  const rows = (side: 'bids' | 'asks'): Row[] =>
    [...levels[side]].map(([price, amount]) => ['new', price / 2, amount]);
  const touch = (side: 'bids' | 'asks'): Row => {
    const price = middle + (side === 'bids' ? -1 : 1) * (1 + draw(15));
    const there = levels[side].has(price);
    if (there && draw(3) === 0) {
      levels[side].delete(price);
      return ['delete', price / 2, 0];
    }
    const amount = (1 + draw(900)) * 10;
    levels[side].set(price, amount);
    return [there ? 'change' : 'new', price / 2, amount];
  };
  const touches = (side: 'bids' | 'asks'): Row[] =>
    Array.from({ length: 1 + draw(4) }, () => touch(side));
  const base = { instrument_name: instrument };
  return {
    snapshot: () =>
      notification(`book.${instrument}.100ms`, {
        type: 'snapshot',
        timestamp: START,
        ...base,
        change_id: changeId,
        bids: rows('bids'),
        asks: rows('asks'),
      }),
    book: (number: number): Frame => {
      const previous = changeId;
      changeId += 1 + draw(40);
      return notification(`book.${instrument}.100ms`, {
        type: 'change',
        timestamp: START + number,
        prev_change_id: previous,
        ...base,
        change_id: changeId,
        bids: touches('bids'),
        asks: touches('asks'),
      });
    },
    ticker: (number: number): Frame => {
      const mark = middle / 2 + draw(100) / 100;
      return notification(`ticker.${instrument}.100ms`, {
        timestamp: START + number,
        stats: {
          volume_usd: 1_024_322_110 + draw(1_000_000),
          volume: 14_322.40011235,
          price_change: -0.7113,
          low: mark - 1_500,
          high: mark + 900,
        },
        state: 'open',
        settlement_price: 72_115.04,
        open_interest: 1_194_334_410 + draw(1_000_000),
        min_price: mark - 1_080,
        max_price: mark + 1_080,
        mark_price: mark,
        last_price: middle / 2,
        interest_value: draw(1_000_000) / 7_000_003,
        ...base,
        index_price: mark - 3.11,
        funding_8h: draw(1_000_000) / 91_000_000_003,
        estimated_delivery_price: mark - 3.11,
        current_funding: draw(1_000_000) / 93_000_000_007,
        best_bid_price: (middle - 1) / 2,
        best_bid_amount: (1 + draw(900)) * 10,
        best_ask_price: (middle + 1) / 2,
        best_ask_amount: (1 + draw(900)) * 10,
      });
    },
    trade: (number: number): Frame =>
      notification(`trades.${instrument}.100ms`, [
        {
          trade_seq: 30_289_432 + number,
          trade_id: String(48_079_254 + number),
          timestamp: START + number,
          tick_direction: draw(4),
          price: middle / 2,
          mark_price: middle / 2 + 0.37,
          ...base,
          index_price: middle / 2 - 3.11,
          direction: draw(2) === 0 ? 'buy' : 'sell',
          amount: (1 + draw(900)) * 10,
          contracts: 1 + draw(900),
        },
      ]),
    candle: (number: number): Frame =>
      notification(`chart.trades.${instrument}.1`, {
        volume: draw(1_000_000) / 1_000,
        tick: START + number,
        open: middle / 2,
        low: middle / 2 - 12.5,
        high: middle / 2 + 8,
        cost: draw(10_000_000),
        close: middle / 2 + 1.5,
      }),
    mine: (number: number): readonly Frame[] => ownEvent(instrument, middle / 2, number),
  };
}

/** In every hundred: 45 changes of books, 25 tickers, 20 trades, 5 candles, 5 private events. */
export function makeFrames(count: number): Frames {
  const random = prng(1, 'B1');
  const draw: Draw = (below) => nextBelow(random, below);
  const markets = INSTRUMENTS.map((name, n) => createMarket(name, n === 0 ? 144_000 : 6_400, draw));
  const snapshots = Object.fromEntries(
    markets.map((market) => market.snapshot()).map(({ channel, text }) => [channel, text]),
  );
  const frames = Array.from({ length: count }, (_, number): readonly Frame[] => {
    const market = markets[draw(markets.length)] ?? markets[0];
    if (market === undefined) return [];
    const kind = draw(100);
    if (kind < 45) return [market.book(number)];
    if (kind < 70) return [market.ticker(number)];
    if (kind < 90) return [market.trade(number)];
    return kind < 95 ? [market.candle(number)] : market.mine(number);
  });
  return { frames, snapshots };
}

/** An own event with one fill, in one currency and the other by turns. */
export const ownFill = (number: number): readonly Frame[] =>
  ownEvent(INSTRUMENTS[number % 2] ?? INSTRUMENTS[0], 100, number);

/** Own events only, each with one fill; ids run on their own in each currency, so that both have the same. */
export const makeFills = (count: number): Frames => ({
  snapshots: {},
  frames: Array.from({ length: count }, (_, number) => ownFill(number)),
});

/** The fill of an own event, as a list of trades has it. */
export function fillOf(frames: readonly Frame[]): {
  readonly at: number;
  readonly currency: string;
  readonly text: string;
} {
  const { params } = JSON.parse(frames[1]?.text ?? '') as {
    readonly params: {
      readonly data: readonly { readonly timestamp: number; readonly instrument_name: string }[];
    };
  };
  const [fill] = params.data;
  return {
    at: fill?.timestamp ?? 0,
    currency: fill?.instrument_name.slice(0, 3) ?? '',
    text: JSON.stringify(fill),
  };
}

/** An instrument as `get_instruments` lists it. */
export const instrumentOf = (name: string): object => ({
  instrument_name: name,
  kind: 'future',
  instrument_type: 'reversed',
  future_type: 'reversed',
  base_currency: name.slice(0, 3),
  counter_currency: 'USD',
  quote_currency: 'USD',
  settlement_currency: name.slice(0, 3),
  settlement_period: 'perpetual',
  price_index: `${name.slice(0, 3).toLowerCase()}_usd`,
  contract_size: 10,
  min_trade_amount: 10,
  tick_size: 0.5,
  tick_size_steps: [],
  taker_commission: 0.0005,
  maker_commission: 0,
  max_leverage: 50,
  block_trade_commission: 0.0001,
  expiration_timestamp: 32_503_708_800_000,
  creation_timestamp: 1_534_242_287_000,
  instrument_id: 210_838,
  is_active: true,
  state: 'open',
  rfq: false,
});
