/** Cases of an account: positions, cash, its own trades. */
import {
  anything,
  call,
  type Case,
  flag,
  gives,
  has,
  integer,
  list,
  logged,
  maybe,
  number,
  one,
  text,
  traded,
  with_,
} from './case.ts';
import { POSITION, SUMMARY, USER_TRADE } from './shapes.ts';

export const PERP = { instrument_name: '$perp' };
export const RANGE = { start_timestamp: '$now-60000', end_timestamp: '$now+60000' };

export const MARKET = { ...PERP, amount: '$amount', type: 'market', label: '$label' };

const REST = { ...PERP, amount: '$amount', price: '$far_buy', label: '$label' };

export const buys = call('private/buy', MARKET, gives(anything), {
  order: 'order.order_id',
  trade: 'trades[0].trade_id',
});

export const sells = call('private/sell', MARKET, gives(anything), { order: 'order.order_id' });

const PAGE = has({ trades: list(USER_TRADE, 1), has_more: flag });

const positions: readonly Case[] = [
  logged(
    'position-flat',
    'a flat position is one of zero, no error',
    '10.1',
    call(
      'private/get_position',
      PERP,
      gives(with_(POSITION, { size: one(0), direction: one('zero'), average_price: one(0) })),
    ),
  ),
  traded(
    'position-long',
    'a long position',
    '10.2',
    buys,
    call(
      'private/get_position',
      PERP,
      gives(
        with_(POSITION, { direction: one('buy'), size: one('$amount') }),
        '0 < average_price',
        '0 < initial_margin',
        'maintenance_margin <= initial_margin',
      ),
    ),
  ),
  traded(
    'position-short',
    'a short position is negative',
    '10.2',
    sells,
    call(
      'private/get_position',
      PERP,
      gives(with_(POSITION, { direction: one('sell') }), 'size < 0', 'size = delta'),
    ),
  ),
  traded(
    'positions',
    'get_positions lists it',
    '10.1',
    buys,
    call('private/get_positions', { currency: 'USDC', kind: 'future' }, gives(list(POSITION, 1))),
  ),
  traded(
    'positions-any',
    'get_positions without a currency',
    '10.1',
    buys,
    call('private/get_positions', {}, gives(list(POSITION, 1))),
  ),
  logged(
    'positions-other',
    'get_positions of a kind that nobody holds',
    '10.1',
    call('private/get_positions', { currency: 'any', kind: 'option' }, gives(list(POSITION, 0))),
  ),
  logged(
    'margins',
    'get_margins of an order',
    '11',
    call(
      'private/get_margins',
      { ...PERP, amount: '$amount', price: '$far_buy' },
      gives(
        has({ buy: number, sell: number, min_price: number, max_price: number }),
        'min_price < max_price',
        '0 < buy',
      ),
    ),
  ),
];

const cash: readonly Case[] = [
  ...(['USDC', 'BTC', 'ETH'] as const).map((currency) =>
    logged(
      `summary-${currency}`,
      `the summary in ${currency}`,
      '11',
      call(
        'private/get_account_summary',
        { currency },
        gives(with_(SUMMARY, { currency: one(currency) }), 'initial_margin <= margin_balance'),
      ),
    ),
  ),
  logged(
    'summary-extended',
    'an extended summary names the account and its limits',
    '3.2',
    call(
      'private/get_account_summary',
      { currency: 'USDC', extended: true },
      gives(
        with_(SUMMARY, {
          id: integer,
          username: text,
          type: one('main', 'subaccount'),
          limits: has({
            limits_per_currency: maybe(flag),
            non_matching_engine: has({ burst: number, rate: number }),
            matching_engine: anything,
          }),
        }),
      ),
    ),
  ),
  logged(
    'summaries',
    'all summaries',
    '11',
    call('private/get_account_summaries', {}, gives(has({ summaries: list(SUMMARY, 1) }))),
  ),
  logged(
    'summaries-extended',
    'all summaries, extended',
    '11',
    call(
      'private/get_account_summaries',
      { extended: true },
      gives(has({ id: integer, summaries: list(SUMMARY, 1) })),
    ),
  ),
  traded(
    'equity-moves-with-open-profit',
    'equity is balance and open profit',
    '11',
    buys,
    call(
      'private/get_account_summary',
      { currency: 'USDC' },
      gives(SUMMARY, 'maintenance_margin <= initial_margin', 'session_upl = futures_session_upl'),
    ),
  ),
  logged(
    'locks',
    'get_user_locks by currency',
    '7',
    call('private/get_user_locks', {}, gives(list(has({ currency: text, enabled: flag })))),
  ),
];

const trades: readonly Case[] = [
  traded(
    'trades-by-order',
    'trades of an order: a plain list',
    '12.4',
    buys,
    call(
      'private/get_user_trades_by_order',
      { order_id: '$order' },
      gives(list(with_(USER_TRADE, { order_id: one('$order') }), 1)),
    ),
  ),
  logged(
    'trades-by-order-none',
    'trades of an order without any',
    '12.4',
    call('private/buy', REST, gives(anything), { order: 'order.order_id' }),
    call('private/get_user_trades_by_order', { order_id: '$order' }, gives(list(USER_TRADE, 0, 0))),
  ),
  traded(
    'trades-by-currency',
    'trades of a currency',
    '12.4',
    buys,
    call(
      'private/get_user_trades_by_currency',
      { currency: 'USDC', count: 5, sorting: 'desc' },
      gives(PAGE),
    ),
  ),
  traded(
    'trades-by-instrument',
    'trades of an instrument',
    '12.4',
    buys,
    call(
      'private/get_user_trades_by_instrument',
      { ...PERP, count: 5, sorting: 'desc' },
      gives(PAGE),
    ),
  ),
  traded(
    'trades-by-currency-time',
    'trades of a currency and time',
    '12.4',
    buys,
    call(
      'private/get_user_trades_by_currency_and_time',
      { currency: 'USDC', ...RANGE, sorting: 'asc' },
      gives(PAGE, 'trades[0].timestamp <= trades[1].timestamp'),
    ),
  ),
  traded(
    'trades-by-instrument-time',
    'trades of an instrument and time',
    '12.4',
    buys,
    call(
      'private/get_user_trades_by_instrument_and_time',
      { ...PERP, ...RANGE, sorting: 'asc' },
      gives(PAGE),
    ),
  ),
  traded(
    'trades-page',
    'has_more says that there is more',
    '12.4',
    buys,
    sells,
    call(
      'private/get_user_trades_by_instrument',
      { ...PERP, count: 1, sorting: 'desc' },
      gives(has({ trades: list(USER_TRADE, 1, 1), has_more: one(true) })),
    ),
  ),
  traded(
    'trades-from-id',
    'an id as a bound is inclusive',
    '12.4',
    buys,
    call(
      'private/get_user_trades_by_currency',
      { currency: 'USDC', start_id: '$trade', sorting: 'asc', count: 1 },
      gives(has({ trades: list(with_(USER_TRADE, { trade_id: one('$trade') }), 1, 1) })),
    ),
  ),
  logged(
    'trades-none',
    'no trades: an empty page',
    '12.4',
    call(
      'private/get_user_trades_by_currency_and_time',
      { currency: 'USDC', start_timestamp: '$now-2', end_timestamp: '$now-1' },
      gives(has({ trades: list(USER_TRADE, 0, 0), has_more: one(false) })),
    ),
  ),
  traded(
    'trades-historical-not-yet',
    'the archive does not know what is recent',
    '12.4',
    buys,
    call(
      'private/get_user_trades_by_order',
      { order_id: '$order', historical: true },
      gives(list(USER_TRADE, 0, 0)),
    ),
  ),
];

export const ACCOUNT: readonly Case[] = [...positions, ...cash, ...trades];
