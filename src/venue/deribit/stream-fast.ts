/**
 * Notifications that come by the thousand (books, tickers, trades, candles), read by the layout of their channel's last frame.
 * It answers what the ordinary way (frame.ts and the decoders) would answer, or null: then that way is gone, and teaches it.
 */
import { type Decimal, ZERO } from '../../base/decimal.ts';
import type { Millis } from '../../base/time.ts';
import type { Candle, PublicTrade, Ticker } from '../../domain/market.ts';
import type { BookText } from './book.ts';
import { stateOf } from './decode-market.ts';
import { type Layout, type Wanted, decimalOfText, layoutOf } from './layout.ts';

export type Seen =
  | { readonly kind: 'book'; readonly channel: string; readonly frame: BookText }
  | { readonly kind: 'ticker'; readonly ticker: Ticker }
  | { readonly kind: 'trades'; readonly trades: readonly PublicTrade[] }
  | { readonly kind: 'candle'; readonly instrument: string; readonly candle: Candle };

export type FastStream = {
  /** What a text says; null when the ordinary way has to find out. */
  readonly read: (text: string) => Seen | null;
  /** A frame of a channel that was read in the ordinary way. */
  readonly learn: (channel: string, text: string) => void;
};

/** A member's text; undefined where the layout has none of that name. */
type Get = (name: string) => string | undefined;
type Topic = {
  readonly wanted: Wanted;
  readonly read: (get: Get, instrument: string, channel: string) => Seen | null;
};

const wantedOf = (
  texts: readonly string[],
  numbers: readonly string[],
  rows: readonly string[] = [],
): Wanted =>
  new Map([
    ...texts.map((name) => [name, 'text'] as const),
    ...numbers.map((name) => [name, 'number'] as const),
    ...rows.map((name) => [name, 'rows'] as const),
  ]);

const decimal = (text: string | undefined): Decimal | null =>
  text === undefined ? null : decimalOfText(text);
function priceOrNone(text: string | undefined): Decimal | null {
  const price = decimal(text);
  return price === ZERO ? null : price;
}
/** A whole number, -1 of anything else. */
function count(text: string | undefined): number {
  const value = text === undefined || text === 'null' ? -1 : Number(text);
  return Number.isSafeInteger(value) ? value : -1;
}
const moment = (text: string | undefined): Millis => Math.max(0, count(text));

const TICKER: Topic = {
  wanted: wantedOf(
    ['instrument_name', 'state'],
    [
      'timestamp',
      'mark_price',
      'index_price',
      'last_price',
      'best_bid_price',
      'best_ask_price',
      'min_price',
      'max_price',
    ],
  ),
  read: (get, instrument) => {
    const at = moment(get('timestamp'));
    const markPrice = decimal(get('mark_price'));
    const minPrice = decimal(get('min_price'));
    const maxPrice = decimal(get('max_price'));
    if (at === 0 || markPrice === null || minPrice === null || maxPrice === null) return null;
    if (get('instrument_name') !== instrument) return null;
    return {
      kind: 'ticker',
      ticker: {
        instrument,
        at,
        markPrice,
        indexPrice: decimal(get('index_price')),
        lastPrice: priceOrNone(get('last_price')),
        bestBid: priceOrNone(get('best_bid_price')),
        bestAsk: priceOrNone(get('best_ask_price')),
        minPrice,
        maxPrice,
        state: stateOf(get('state') ?? ''),
      },
    };
  },
};

const CANDLE: Topic = {
  wanted: wantedOf([], ['tick', 'open', 'high', 'low', 'close', 'volume']),
  read: (get, instrument) => {
    const at = moment(get('tick'));
    const open = decimal(get('open'));
    const high = decimal(get('high'));
    const low = decimal(get('low'));
    const close = decimal(get('close'));
    const volume = decimal(get('volume'));
    if (at === 0 || open === null || high === null || low === null) return null;
    if (close === null || volume === null) return null;
    return { kind: 'candle', instrument, candle: { at, open, high, low, close, volume } };
  },
};

const TRADES: Topic = {
  wanted: wantedOf(
    ['trade_id', 'instrument_name', 'direction', 'liquidation'],
    ['trade_seq', 'timestamp', 'price', 'amount', 'mark_price', 'index_price'],
  ),
  read: (get, instrument) => {
    const at = moment(get('timestamp'));
    const tradeId = get('trade_id') ?? '';
    const tradeSeq = count(get('trade_seq'));
    const price = decimal(get('price'));
    const amount = decimal(get('amount'));
    const direction = get('direction');
    if (at === 0 || tradeId === '' || tradeSeq < 0 || price === null || amount === null)
      return null;
    if (direction !== 'buy' && direction !== 'sell') return null;
    if (get('instrument_name') !== instrument) return null;
    const trade: PublicTrade = {
      tradeId,
      tradeSeq,
      instrument,
      at,
      price,
      amount,
      direction,
      markPrice: decimal(get('mark_price')),
      indexPrice: decimal(get('index_price')),
      liquidation: get('liquidation') || null,
    };
    return { kind: 'trades', trades: [trade] };
  },
};

/** Only changes: a snapshot comes once. */
const BOOK: Topic = {
  wanted: wantedOf(
    ['type', 'instrument_name'],
    ['timestamp', 'change_id', 'prev_change_id'],
    ['bids', 'asks'],
  ),
  read: (get, instrument, channel) => {
    const at = count(get('timestamp'));
    const changeId = count(get('change_id'));
    const previous = count(get('prev_change_id'));
    const bids = get('bids');
    const asks = get('asks');
    if (get('type') !== 'change' || get('instrument_name') !== instrument) return null;
    if (at < 0 || changeId < 0 || previous < 0) return null;
    if (bids === undefined || asks === undefined) return null;
    return { kind: 'book', channel, frame: { at, changeId, previous, bids, asks } };
  },
};

const TOPICS: ReadonlyMap<string, Topic> = new Map([
  ['book', BOOK],
  ['ticker', TICKER],
  ['trades', TRADES],
  ['chart', CANDLE],
]);

/** How often a channel's layout may be drawn: one that changes without end is not worth it. */
const MOST_DRAWN = 16;
const CHANNEL = '"channel":"';

type Known = {
  readonly topic: Topic;
  readonly instrument: string;
  layout: Layout | null;
  drawn: number;
  /** The groups of the frame at hand. */
  found: RegExpExecArray | null;
  readonly get: Get;
};

function createKnown(topic: Topic, instrument: string): Known {
  const known: Known = {
    topic,
    instrument,
    layout: null,
    drawn: 0,
    found: null,
    get: (name) => {
      const group = known.layout?.groups.get(name);
      return group === undefined ? undefined : known.found?.[group];
    },
  };
  return known;
}

export function createFastStream(channels: readonly string[]): FastStream {
  const all = new Map<string, Known>();
  for (const channel of channels) {
    const [first = '', second = '', third = ''] = channel.split('.');
    const topic = TOPICS.get(first);
    if (topic !== undefined)
      all.set(channel, createKnown(topic, first === 'chart' ? third : second));
  }
  return {
    read: (text) => {
      const start = text.indexOf(CHANNEL) + CHANNEL.length;
      const channel = text.slice(start, text.indexOf('"', start));
      const known = all.get(channel);
      if (known === undefined || known.layout === null) return null;
      known.found = known.layout.pattern.exec(text);
      if (known.found === null) return null;
      const seen = known.topic.read(known.get, known.instrument, channel);
      known.found = null;
      return seen;
    },
    learn: (channel, text) => {
      const known = all.get(channel);
      if (known === undefined || known.drawn >= MOST_DRAWN) return;
      known.drawn++;
      known.layout = layoutOf(text, known.topic.wanted) ?? known.layout;
    },
  };
}
