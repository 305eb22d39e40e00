/** Cases of the public channels and of subscribing. */
import {
  absent,
  anything,
  call,
  type Case,
  flag,
  gives,
  has,
  integer,
  list,
  maybe,
  number,
  one,
  open,
  push,
  refuses,
  text,
} from './case.ts';
import { PUBLIC_TRADE, TICKER } from './shapes.ts';

const subscribed = (
  id: string,
  channel: string,
  data: Parameters<typeof push>[1],
  source = '14',
  ms = 5_000,
): Case =>
  open(
    `channel-${id}`,
    `what comes on ${channel}`,
    source,
    call(
      'public/subscribe',
      { channels: [channel.replace('{perp}', 'BTC_USDC-PERPETUAL')] },
      gives(list(text, 1, 1)),
    ),
    push(channel, data, ms),
  );

const LEVEL_CHANGE = list(anything, 3, 3);

const channels: readonly Case[] = [
  subscribed('ticker', 'ticker.{perp}.100ms', TICKER),
  subscribed('ticker-agg2', 'ticker.{perp}.agg2', TICKER),
  subscribed(
    'quote',
    'quote.{perp}',
    has({
      instrument_name: text,
      best_bid_price: anything,
      best_ask_price: anything,
      best_bid_amount: anything,
      best_ask_amount: anything,
      timestamp: integer,
    }),
  ),
  subscribed(
    'perpetual',
    'perpetual.{perp}.100ms',
    has({ interest: number, index_price: number, timestamp: integer }),
  ),
  subscribed(
    'index',
    'deribit_price_index.btc_usdc',
    has({ index_name: one('btc_usdc'), price: number, timestamp: integer }),
  ),
  subscribed(
    'book',
    'book.{perp}.100ms',
    has({
      type: one('snapshot'),
      change_id: integer,
      prev_change_id: absent,
      instrument_name: text,
      timestamp: integer,
      bids: list(LEVEL_CHANGE),
      asks: list(LEVEL_CHANGE),
    }),
    '14.1',
  ),
  subscribed(
    'chart',
    'chart.trades.{perp}.1',
    has({
      tick: integer,
      open: number,
      high: number,
      low: number,
      close: number,
      volume: number,
      cost: number,
    }),
  ),
  subscribed('trades', 'trades.{perp}.100ms', list(PUBLIC_TRADE, 1), '14', 10_000),
  subscribed(
    'platform',
    'platform_state',
    has({ locked: maybe(flag), price_index: maybe(text), maintenance: maybe(flag) }),
    '16',
    12_000,
  ),
];

const subscribing: readonly Case[] = [
  open(
    'subscribe-drops-misspelt',
    'misspelt channels are left out silently',
    '14',
    call(
      'public/subscribe',
      { channels: ['ticker.BTC_USDC-PERPETUAL.100ms', 'tikcer.BTC_USDC-PERPETUAL.100ms'] },
      gives(list(one('ticker.BTC_USDC-PERPETUAL.100ms'), 1, 1)),
    ),
  ),
  open(
    'subscribe-nothing',
    'all misspelt: an empty list',
    '14',
    call('public/subscribe', { channels: ['nothing.at.all'] }, gives(list(text, 0, 0))),
  ),
  open(
    'subscribe-raw-anonymous',
    'a raw channel without a login fails the whole call',
    '14',
    call(
      'public/subscribe',
      { channels: ['ticker.BTC_USDC-PERPETUAL.raw', 'platform_state'] },
      refuses(13778),
    ),
  ),
  open(
    'subscribe-user-anonymous',
    'channels of an account are refused without a login',
    '14',
    call(
      'public/subscribe',
      { channels: ['user.changes.any.any.100ms'] },
      { kind: 'result', shape: list(text, 0, 0), relations: [] },
    ),
  ),
  open(
    'subscribe-again',
    'subscribing again sends no new snapshot',
    '14',
    call(
      'public/subscribe',
      { channels: ['book.BTC_USDC-PERPETUAL.100ms'] },
      gives(list(text, 1, 1)),
    ),
    push('book.BTC_USDC-PERPETUAL.100ms', has({ type: one('snapshot') })),
    call(
      'public/subscribe',
      { channels: ['book.BTC_USDC-PERPETUAL.100ms'] },
      gives(list(text, 1, 1)),
    ),
    push(
      'book.BTC_USDC-PERPETUAL.100ms',
      has({ type: one('change'), prev_change_id: integer }),
      5_000,
    ),
  ),
  open(
    'unsubscribe',
    'unsubscribing names what ended, and nothing comes any more',
    '14',
    call(
      'public/subscribe',
      { channels: ['ticker.BTC_USDC-PERPETUAL.100ms'] },
      gives(list(text, 1, 1)),
    ),
    call(
      'public/unsubscribe',
      { channels: ['ticker.BTC_USDC-PERPETUAL.100ms'] },
      gives(list(one('ticker.BTC_USDC-PERPETUAL.100ms'), 1, 1)),
    ),
  ),
  open(
    'unsubscribe-all',
    'unsubscribing from everything answers ok',
    '14',
    call('public/subscribe', { channels: ['platform_state'] }, gives(list(text, 1, 1))),
    call('public/unsubscribe_all', {}, gives(one('ok'))),
  ),
];

export const CHANNELS: readonly Case[] = [...channels, ...subscribing];
