/** Cases of what ends: dated futures and USDC options, found in the exchange's own lists, whatever the day. */
import {
  absent,
  call,
  type Case,
  gives,
  has,
  integer,
  list,
  logged,
  number,
  one,
  open,
  push,
  refuses,
  type Step,
  text,
  with_,
} from './case.ts';
import {
  BOOK,
  CHART,
  DATED_TICKER,
  INSTRUMENT,
  OPTION_TICKER,
  ORDER,
  PLACED,
  POSITION,
} from './shapes.ts';

/** Keeps an end that some future of the coin has. */
const end = (coin: string): Step =>
  call(
    'public/get_expirations',
    { currency: coin, kind: 'future' },
    gives(has({ [coin.toLowerCase()]: has({ future: list(text, 2) }) })),
    { end: `${coin.toLowerCase()}.future.0` },
  );
const BTC = { instrument_name: 'BTC-{end}' };
const LINEAR = { instrument_name: 'BTC_USDC-{end}' };

/** Keeps the first USDC option that is listed, with what orders in it have to be made of. */
const option: Step = call(
  'public/get_instruments',
  { currency: 'USDC', kind: 'option' },
  gives(list(with_(INSTRUMENT, { kind: one('option'), strike: number }), 1)),
  {
    option: '0.instrument_name',
    index: '0.price_index',
    least: '0.min_trade_amount',
    tick: '0.tick_size',
  },
);
const OPTION = { instrument_name: '$option' };
const HOUR = { start_timestamp: '$now-3600000', end_timestamp: '$now' };

const futures: readonly Case[] = [
  open(
    'dated-instrument',
    'a future carries its end, and counts in the unit of its perpetual',
    '8.2',
    end('BTC'),
    call(
      'public/get_instrument',
      BTC,
      gives(
        with_(INSTRUMENT, {
          kind: one('future'),
          settlement_period: one('week', 'month'),
          expiration_timestamp: integer,
          quote_currency: one('USD'),
          settlement_currency: one('BTC'),
          strike: absent,
        }),
        'creation_timestamp < expiration_timestamp',
      ),
    ),
  ),
  open(
    'dated-ticker',
    'the ticker of a future tells no funding, and what it would be delivered at',
    '19',
    end('BTC'),
    call('public/ticker', BTC, gives(DATED_TICKER, 'min_price < mark_price')),
  ),
  open(
    'dated-book',
    'the order book of a future',
    '14.1',
    end('BTC'),
    call('public/get_order_book', { ...BTC, depth: 5 }, gives(BOOK)),
  ),
  open(
    'dated-chart',
    'candles of a future',
    '19',
    end('BTC'),
    call('public/get_tradingview_chart_data', { ...BTC, ...HOUR, resolution: '5' }, gives(CHART)),
  ),
  open(
    'dated-summary',
    'the summary of a currency has its futures too',
    '19',
    call(
      'public/get_book_summary_by_currency',
      { currency: 'BTC', kind: 'future' },
      gives(list(has({ instrument_name: text, mark_price: number, volume: number }), 2)),
    ),
  ),
  open(
    'dated-expired',
    'what has ended is in the list of expired ones only',
    '8.1',
    call(
      'public/get_instruments',
      { currency: 'BTC', kind: 'future', expired: true },
      gives(list(with_(INSTRUMENT, { is_active: one(false) }))),
    ),
  ),
  open(
    'dated-delivery-prices',
    'delivery prices of an index, by the day',
    '19',
    call(
      'public/get_delivery_prices',
      { index_name: 'btc_usd' },
      gives(
        has({ records_total: integer, data: list(has({ date: text, delivery_price: number })) }),
      ),
    ),
  ),
  open(
    'dated-expiration-channel',
    'the channel of the price that would be delivered at',
    '14',
    call(
      'public/subscribe',
      { channels: ['estimated_expiration_price.btc_usd'] },
      gives(list(text, 1, 1)),
    ),
    push(
      'estimated_expiration_price.btc_usd',
      has({ seconds: integer, price: number, is_estimated: one(true, false) }),
      5_000,
    ),
  ),
  open(
    'dated-ticker-channel',
    'the ticker channel of a future',
    '14',
    end('BTC'),
    call('public/subscribe', { channels: ['ticker.BTC-{end}.100ms'] }, gives(list(text, 1, 1))),
    push('ticker.BTC-{end}.100ms', DATED_TICKER, 5_000),
  ),
  logged(
    'dated-position',
    'a flat position in a future: no funding',
    '10.2',
    end('BTC'),
    call(
      'private/get_position',
      BTC,
      gives(with_(POSITION, { kind: one('future'), size: number, realized_funding: absent })),
    ),
  ),
  logged(
    'dated-order',
    'an order in a future rests and is cancelled like any other',
    '9',
    end('BTC'),
    call('public/get_instrument', LINEAR, gives(INSTRUMENT), {
      least: 'min_trade_amount',
      tick: 'tick_size',
    }),
    call(
      'private/buy',
      { ...LINEAR, amount: '$least', price: '$tick', type: 'limit', label: 'suite-dated' },
      gives(PLACED),
      { order: 'order.order_id' },
    ),
    call('private/get_open_orders', { kind: 'future' }, gives(list(ORDER, 1))),
    call(
      'private/cancel',
      { order_id: '$order' },
      gives(with_(ORDER, { order_state: one('cancelled') })),
    ),
  ),
  logged(
    'dated-deliveries',
    'deliveries in the history of settlements',
    '13.2',
    call(
      'private/get_settlement_history_by_currency',
      { currency: 'BTC', type: 'delivery' },
      gives(has({ settlements: list(has({ type: one('delivery'), position: number })) })),
    ),
  ),
];

const options: readonly Case[] = [
  open(
    'option-instrument',
    'an option carries strike, type and end',
    '8.2',
    option,
    call(
      'public/get_instrument',
      OPTION,
      gives(
        with_(INSTRUMENT, {
          kind: one('option'),
          strike: number,
          option_type: one('call', 'put'),
          future_type: absent,
          settlement_currency: one('USDC'),
          expiration_timestamp: integer,
        }),
        '0 < strike',
        'contract_size <= min_trade_amount',
      ),
    ),
  ),
  open(
    'option-ticker',
    'the ticker of an option tells its volatility, its underlying and its greeks',
    '19',
    option,
    call('public/ticker', OPTION, gives(OPTION_TICKER)),
  ),
  open(
    'option-book',
    'the order book of an option',
    '14.1',
    option,
    call('public/get_order_book', { ...OPTION, depth: 5 }, gives(BOOK)),
  ),
  open(
    'option-summary',
    'the summary of an option',
    '19',
    option,
    call(
      'public/get_book_summary_by_instrument',
      OPTION,
      gives(
        list(has({ mark_iv: number, underlying_price: number, current_funding: absent }), 1, 1),
      ),
    ),
  ),
  open(
    'option-expirations',
    'ends of options, of all currencies together',
    '8.1',
    call(
      'public/get_expirations',
      { currency: 'any', kind: 'option' },
      gives(has({ option: list(text, 1) })),
    ),
  ),
  open(
    'option-marks-channel',
    'the channel of the marks of all options of an index',
    '14',
    option,
    call('public/subscribe', { channels: ['markprice.options.{index}'] }, gives(list(text, 1, 1))),
    push(
      'markprice.options.{index}',
      list(has({ instrument_name: text, mark_price: number, iv: number }), 1),
      5_000,
    ),
  ),
  logged(
    'option-position',
    'a flat position in an option has greeks, and neither funding nor a price of liquidation',
    '10.2',
    option,
    call(
      'private/get_position',
      OPTION,
      gives(
        with_(POSITION, {
          kind: one('option'),
          gamma: number,
          vega: number,
          theta: number,
          realized_funding: absent,
          estimated_liquidation_price: absent,
        }),
      ),
    ),
  ),
  logged(
    'option-order',
    'an order in an option rests, is found by its kind, and is cancelled by it',
    '9',
    option,
    call(
      'private/buy',
      { ...OPTION, amount: '$least', price: '$tick', type: 'limit', post_only: true },
      gives(PLACED),
      { order: 'order.order_id' },
    ),
    call('private/get_open_orders', { kind: 'option' }, gives(list(ORDER, 1))),
    call(
      'private/cancel_all_by_kind_or_type',
      { currency: 'USDC', kind: 'option' },
      gives(integer),
    ),
    call('private/get_open_orders', { kind: 'option' }, gives(list(ORDER, 0, 0))),
  ),
  logged(
    'option-account',
    'the account tells what options are worth',
    '11',
    call(
      'private/get_account_summary',
      { currency: 'USDC' },
      gives(
        has({
          options_value: number,
          options_pl: number,
          options_session_upl: number,
          options_delta: number,
          options_gamma_map: has({}),
        }),
      ),
    ),
  ),
  open(
    'option-unknown',
    'an option with a strike that nobody lists is none',
    '8.3',
    end('BTC'),
    call(
      'public/ticker',
      { instrument_name: 'BTC_USDC-{end}-1-C' },
      refuses([13020, 10020, -32602]),
    ),
  ),
];

export const DATED: readonly Case[] = [...futures, ...options];
