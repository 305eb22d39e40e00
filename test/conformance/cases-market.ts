/** Cases of the public side: instruments, prices, books, candles, trades. */
import {
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
  text,
  with_,
} from './case.ts';
import { BOOK, CHART, INSTRUMENT, PUBLIC_TRADE, TICKER, TICKER_RELATIONS } from './shapes.ts';

const PERP = { instrument_name: '$perp' };
const HOUR = { start_timestamp: '$now-3600000', end_timestamp: '$now' };

const methods: readonly Case[] = [
  open(
    'hello',
    'public/hello answers a version',
    '7',
    call(
      'public/hello',
      { client_name: 'suite', client_version: '1' },
      gives(has({ version: text })),
    ),
  ),
  open(
    'test-version',
    'public/test answers a version',
    '7',
    call('public/test', {}, gives(has({ version: text }))),
  ),
  open(
    'time',
    'public/get_time answers whole milliseconds',
    '7',
    call('public/get_time', {}, gives(integer)),
  ),
  open(
    'status',
    'public/status answers what is locked',
    '7',
    call('public/status', {}, gives(has({ locked: anything }))),
  ),
  open(
    'currencies',
    'public/get_currencies lists coins',
    '19',
    call('public/get_currencies', {}, gives(list(has({ currency: text }), 1))),
  ),
  ...(['BTC', 'USDC', 'any'] as const).map((currency) =>
    open(
      `instruments-${currency}`,
      `public/get_instruments of ${currency}`,
      '8.1',
      call('public/get_instruments', { currency }, gives(list(INSTRUMENT, 1))),
    ),
  ),
  open(
    'instruments-kind',
    'public/get_instruments of a kind',
    '8.1',
    call(
      'public/get_instruments',
      { currency: 'any', kind: 'future' },
      gives(list(with_(INSTRUMENT, { kind: one('future') }), 1)),
    ),
  ),
  open(
    'instrument',
    'public/get_instrument of a perpetual',
    '8.2',
    call(
      'public/get_instrument',
      PERP,
      gives(
        with_(INSTRUMENT, {
          instrument_name: one('$perp'),
          settlement_period: one('perpetual'),
          expiration_timestamp: one(32503708800000),
        }),
        '0 < tick_size',
        '0 < contract_size',
        'contract_size <= min_trade_amount',
      ),
    ),
  ),
  open(
    'instrument-inverse',
    'an inverse perpetual counts in USD',
    '8.5',
    call(
      'public/get_instrument',
      { instrument_name: 'BTC-PERPETUAL' },
      gives(
        with_(INSTRUMENT, {
          quote_currency: one('USD'),
          settlement_currency: one('BTC'),
          instrument_type: maybe(one('reversed')),
        }),
      ),
    ),
  ),
  open(
    'contract-size',
    'public/get_contract_size',
    '8.1',
    call('public/get_contract_size', PERP, gives(has({ contract_size: number }))),
  ),
  open(
    'ticker',
    'public/ticker of a linear perpetual',
    '19',
    call(
      'public/ticker',
      PERP,
      gives(with_(TICKER, { instrument_name: one('$perp') }), ...TICKER_RELATIONS),
    ),
  ),
  open(
    'ticker-inverse',
    'public/ticker of an inverse perpetual',
    '19',
    call('public/ticker', { instrument_name: 'BTC-PERPETUAL' }, gives(TICKER, ...TICKER_RELATIONS)),
  ),
  ...[1, 5, 10, 20, 50, 100, 1_000, 10_000].map((depth) =>
    open(
      `book-depth-${depth}`,
      `public/get_order_book, ${depth} deep`,
      '14.1',
      call(
        'public/get_order_book',
        { ...PERP, depth },
        gives(
          with_(BOOK, {
            bids: list(list(number, 2, 2), 0, depth),
            asks: list(list(number, 2, 2), 0, depth),
          }),
          'bids[0][0] < asks[0][0]',
        ),
      ),
    ),
  ),
  open(
    'index-price',
    'public/get_index_price',
    '19',
    call(
      'public/get_index_price',
      { index_name: 'btc_usdc' },
      gives(has({ index_price: number, estimated_delivery_price: number })),
    ),
  ),
  ...['1', '3', '5', '10', '15', '30', '60', '120', '180', '360', '720', '1D'].map((resolution) =>
    open(
      `chart-${resolution}`,
      `candles of ${resolution}`,
      '19',
      call('public/get_tradingview_chart_data', { ...PERP, ...HOUR, resolution }, gives(CHART)),
    ),
  ),
  open(
    'chart-no-data',
    'candles of the future: no_data',
    '19',
    call(
      'public/get_tradingview_chart_data',
      { ...PERP, start_timestamp: '$now+3600000', end_timestamp: '$now+7200000', resolution: '1' },
      gives(with_(CHART, { status: one('no_data'), ticks: list(integer, 0, 0) })),
    ),
  ),
  open(
    'last-trades',
    'the last trades of an instrument',
    '19',
    call(
      'public/get_last_trades_by_instrument',
      { ...PERP, count: 5 },
      gives(has({ trades: list(PUBLIC_TRADE, 0, 5), has_more: flag })),
    ),
  ),
  open(
    'last-trades-sorted',
    'the last trades, oldest first',
    '19',
    call(
      'public/get_last_trades_by_instrument',
      { ...PERP, count: 5, sorting: 'asc' },
      gives(has({ trades: list(PUBLIC_TRADE, 0, 5) }), 'trades[0].trade_seq < trades[1].trade_seq'),
    ),
  ),
  open(
    'last-trades-newest',
    'the last trades, newest first',
    '19',
    call(
      'public/get_last_trades_by_instrument',
      { ...PERP, count: 5, sorting: 'desc' },
      gives(has({ trades: list(PUBLIC_TRADE, 0, 5) }), 'trades[1].trade_seq < trades[0].trade_seq'),
    ),
  ),
  open(
    'last-trades-time',
    'the last trades of a stretch of time',
    '19',
    call(
      'public/get_last_trades_by_instrument_and_time',
      { ...PERP, ...HOUR, count: 3 },
      gives(has({ trades: list(PUBLIC_TRADE, 0, 3), has_more: flag })),
    ),
  ),
  ...(
    ['public/ticker', 'public/get_instrument', 'public/get_time', 'public/get_order_book'] as const
  ).map(
    (method): Case => ({
      id: `over-http-${method.slice(7).replaceAll('_', '-')}`,
      title: `${method} over HTTP`,
      source: '2',
      needs: [],
      steps: [{ kind: 'http', method, params: PERP, as: 'nobody', expect: gives(anything) }],
    }),
  ),
];

export const MARKET: readonly Case[] = [...methods];
