/** Cases of new orders: types, amounts, prices, labels, and how long they are good. */
import {
  call,
  type Case,
  gives,
  list,
  logged,
  maybe,
  number,
  one,
  refuses,
  refusesParam,
  text,
  traded,
  with_,
} from './case.ts';
import {
  PERP,
  REST,
  MARKET,
  STOP,
  placed,
  gets,
  NO_TRADES,
  TRADES,
  buy,
  sell,
  rests,
} from './orders.ts';
import { ORDER, USER_TRADE } from './shapes.ts';

const limits: readonly Case[] = [
  logged(
    'limit-rests',
    'a limit away from the market rests',
    '9.1',
    buy(
      REST,
      gets(
        {
          order_state: one('open'),
          order_type: one('limit'),
          direction: one('buy'),
          filled_amount: one(0),
          average_price: one(0),
          label: one('$label'),
          price: one('$far_buy'),
          amount: one('$amount'),
          time_in_force: one('good_til_cancelled'),
          post_only: one(false),
          reduce_only: one(false),
          replaced: one(false),
        },
        NO_TRADES,
      ),
    ),
  ),
  logged(
    'limit-sell-rests',
    'an offer away from the market rests',
    '9.1',
    sell(
      { ...REST, price: '$far_sell' },
      gets({ order_state: one('open'), direction: one('sell') }, NO_TRADES),
    ),
  ),
  logged(
    'limit-is-default',
    'without a type an order is a limit',
    '9.1',
    buy(REST, gets({ order_type: one('limit') })),
  ),
  traded(
    'limit-crosses',
    'a limit that crosses fills at once, no worse than its price',
    '9.1',
    buy(
      { ...REST, price: '$cross_buy' },
      gives(
        placed({ order_state: one('filled') }, TRADES),
        'trades[0].price <= order.price',
        'order.filled_amount = order.amount',
      ),
    ),
  ),
  traded(
    'market',
    'a market order fills, its price is a bound',
    '9.1',
    buy(
      MARKET,
      gives(
        placed({ order_state: one('filled'), price: number }, TRADES),
        'order.average_price <= order.price',
      ),
    ),
  ),
  traded(
    'market-sell',
    'a market order that sells',
    '9.1',
    sell(
      MARKET,
      gives(
        placed({ order_state: one('filled'), direction: one('sell') }, TRADES),
        'order.price <= order.average_price',
      ),
    ),
  ),
  traded(
    'market-limit',
    'market_limit is told as a limit',
    '9.1',
    buy(
      { ...MARKET, type: 'market_limit' },
      gets({ order_type: one('limit', 'market'), original_order_type: maybe(one('market_limit')) }),
    ),
  ),
  traded(
    'trade-is-own-side',
    'a trade tells the own side, role and fee',
    '9.6',
    sell(
      MARKET,
      gives(
        placed(
          {},
          list(
            with_(USER_TRADE, {
              direction: one('sell'),
              liquidity: one('T'),
              state: one('filled'),
              fee_currency: text,
            }),
            1,
          ),
        ),
        '0 <= trades[0].fee',
      ),
    ),
  ),
  traded(
    'opening-has-no-profit',
    'a fill that opens has profit_loss 0',
    '9.6',
    buy(MARKET, gives(placed({}, list(with_(USER_TRADE, { profit_loss: one(0) }), 1)))),
  ),
  logged(
    'contracts',
    'contracts in place of an amount',
    '8.5',
    buy({ ...PERP, contracts: '$contracts', price: '$far_buy' }, gets({ amount: one('$amount') })),
  ),
  logged(
    'contracts-and-amount',
    'both, when they agree',
    '8.5',
    buy({ ...REST, contracts: '$contracts' }, gets({ amount: one('$amount') })),
  ),
  logged(
    'contracts-disagree',
    'both, when they do not agree, are refused',
    '8.5',
    buy({ ...REST, contracts: 1 }, refuses([-32602, 10021, 10027])),
  ),
  logged(
    'amount-too-low',
    'less than the least amount is refused',
    '8.2',
    buy({ ...REST, amount: '$tiny' }, refuses([10002, 10021, 10027, -32602])),
  ),
  logged(
    'amount-odd',
    'half a contract is refused',
    '8.2',
    buy({ ...REST, amount: '$odd' }, refuses([10021, 10027, -32602])),
  ),
  logged(
    'amount-zero',
    'an amount of 0 is refused',
    '8.2',
    buy({ ...REST, amount: 0 }, refuses([10002, 10021, -32602])),
  ),
  logged(
    'price-off-tick',
    'a price between two ticks: 10043',
    '8.2',
    buy({ ...REST, price: '$off_tick' }, refuses([10043, -32602])),
  ),
  logged(
    'price-too-high',
    'a bid above the band is refused with the bound, or clamped',
    '22',
    call('private/buy', { ...REST, price: '$out_high' }, refuses(10007)),
  ),
  logged(
    'price-too-low',
    'an offer below the band is refused with the bound, or clamped',
    '22',
    call('private/sell', { ...REST, price: '$out_low' }, refuses(10005)),
  ),
  logged(
    'trigger-off-tick',
    'a trigger between two ticks: 10044',
    '8.2',
    sell({ ...STOP, trigger_price: '$off_tick' }, refuses([10044, 10043, -32602])),
  ),
  logged(
    'limit-without-price',
    'a limit without a price is refused',
    '9.1',
    buy({ ...PERP, amount: '$amount', type: 'limit' }, refuses([-32602, 10023, 11029])),
  ),
  logged(
    'label-64',
    'a label of 64 characters',
    '9.1',
    buy({ ...REST, label: 'x'.repeat(64) }, gets({ label: one('x'.repeat(64)) })),
  ),
  logged(
    'label-65',
    'a label of 65 characters is refused',
    '9.1',
    buy({ ...REST, label: 'x'.repeat(65) }, refusesParam('label')),
  ),
  logged(
    'label-empty',
    'without a label it is empty',
    '9.5',
    buy(
      { instrument_name: '$perp', amount: '$amount', price: '$far_buy' },
      gets({ label: one('') }),
    ),
  ),
  logged(
    'label-is-no-key',
    'two orders of one label both live',
    '20',
    rests,
    rests,
    call(
      'private/get_open_orders_by_label',
      { currency: 'USDC', label: '$label' },
      gives(list(ORDER, 2, 2)),
    ),
  ),
  logged(
    'not-enough-funds',
    'more than the account carries: 10009',
    '9.1',
    buy({ ...REST, amount: 100_000 }, refuses([10009, 10018, 10021])),
  ),
  logged(
    'instrument-case',
    'names of instruments are upper case',
    '8.3',
    buy({ ...REST, instrument_name: 'btc_usdc-perpetual' }, refuses([10020, 13020, -32602])),
  ),
];

const forces: readonly Case[] = [
  logged(
    'gtd',
    'good_til_day rests',
    '9.1',
    buy(
      { ...REST, time_in_force: 'good_til_day' },
      gets({ order_state: one('open'), time_in_force: one('good_til_day') }),
    ),
  ),
  logged(
    'ioc-unfillable',
    'an IOC that meets nobody ends as cancelled, or is refused',
    '9.1',
    call(
      'private/buy',
      { ...REST, time_in_force: 'immediate_or_cancel' },
      gets({ order_state: one('cancelled'), filled_amount: one(0) }, NO_TRADES),
    ),
  ),
  logged(
    'fok-unfillable',
    'an FOK that can not fill ends as cancelled, or is refused',
    '9.1',
    call(
      'private/buy',
      { ...REST, time_in_force: 'fill_or_kill' },
      gets({ order_state: one('cancelled'), filled_amount: one(0) }, NO_TRADES),
    ),
  ),
  traded(
    'ioc-fills',
    'an IOC that crosses',
    '9.1',
    buy(
      { ...REST, price: '$cross_buy', time_in_force: 'immediate_or_cancel' },
      gets({ order_state: one('filled') }, TRADES),
    ),
  ),
  traded(
    'fok-fills',
    'an FOK that crosses',
    '9.1',
    buy(
      { ...REST, price: '$cross_buy', time_in_force: 'fill_or_kill' },
      gives(placed({ order_state: one('filled') }, TRADES), 'order.filled_amount = order.amount'),
    ),
  ),
  traded(
    'ioc-sells',
    'an IOC that sells',
    '9.1',
    sell(
      { ...REST, price: '$cross_sell', time_in_force: 'immediate_or_cancel' },
      gets({ order_state: one('filled') }, TRADES),
    ),
  ),
  logged(
    'market-tif',
    'a market order takes no time in force',
    '9.1',
    buy({ ...MARKET, time_in_force: 'fill_or_kill' }, refuses([11047, -32602, 11029, 11030])),
  ),
  logged(
    'valid-until-past',
    'a deadline that has passed: 13888, nothing placed',
    '9.1',
    buy({ ...REST, valid_until: '$now-10000' }, refuses(13888)),
    call(
      'private/get_open_orders_by_label',
      { currency: 'USDC', label: '$label' },
      gives(list(ORDER, 0, 0)),
    ),
  ),
  logged(
    'valid-until-ahead',
    'a deadline ahead is none for the order',
    '9.1',
    buy({ ...REST, valid_until: '$now+60000' }, gets({ order_state: one('open') })),
  ),
];

export const LIMITS: readonly Case[] = [...limits, ...forces];
