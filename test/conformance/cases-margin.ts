/** Cases of margin and liquidation: what the fields say of an account that is in no danger, and where the traces of one would be. */
import {
  anything,
  call,
  type Case,
  either,
  gives,
  has,
  integer,
  list,
  logged,
  maybe,
  nothing,
  number,
  one,
  open,
  refuses,
  text,
  traded,
  with_,
} from './case.ts';
import { INSTRUMENT, ORDER, POSITION, PUBLIC_TRADE, ROW, SUMMARY } from './shapes.ts';

const PERP = { instrument_name: '$perp' };
const RANGE = { start_timestamp: '$now-60000', end_timestamp: '$now+60000' };
const MARKET = { ...PERP, amount: '$amount', type: 'market', label: '$label' };
const REST = { ...PERP, amount: '$amount', price: '$far_buy', label: '$label' };

/** A settlement of an account that could not pay. */
const BANKRUPTCY = has({
  type: one('bankruptcy'),
  timestamp: integer,
  instrument_name: text,
  position: number,
  session_profit_loss: number,
  session_bankruptcy: maybe(number),
  session_tax: maybe(number),
  session_tax_rate: maybe(number),
  socialized: maybe(number),
  funded: maybe(number),
});
const BANKRUPTCIES = has({ settlements: list(BANKRUPTCY), continuation: anything });

export const MARGIN: readonly Case[] = [
  traded(
    'margin-position',
    'a position tells its margins, its leverage and where it would be liquidated',
    '17',
    call('private/buy', MARKET),
    call(
      'private/get_position',
      PERP,
      gives(
        with_(POSITION, {
          open_orders_margin: number,
          estimated_liquidation_price: either(number, nothing),
        }),
        '0 < maintenance_margin',
        'maintenance_margin < initial_margin',
        '0 <= open_orders_margin',
        '0 < leverage',
      ),
    ),
  ),
  logged(
    'margin-of-orders',
    'a resting order reserves margin of its own',
    '17',
    call('private/buy', REST),
    call('private/get_position', PERP, gives(POSITION, '0 < open_orders_margin')),
  ),
  logged(
    'margin-both-sides',
    'get_margins of either side, inside the band',
    '11',
    call(
      'private/get_margins',
      { ...PERP, amount: '$double', price: '$far_buy' },
      gives(has({ buy: number, sell: number }), '0 < buy', '0 < sell', '0 < min_price'),
    ),
  ),
  logged(
    'margin-too-much',
    'an order that no account can carry is refused for want of margin, or of room',
    '17',
    call(
      'private/buy',
      { ...PERP, amount: 100_000, price: '$far_buy', label: '$label' },
      refuses([10009, 10016, 10018, 10002, -32602]),
    ),
  ),
  logged(
    'margin-summary',
    'a summary tells how far the market is from liquidation',
    '11',
    call(
      'private/get_account_summary',
      { currency: 'USDC' },
      gives(
        with_(SUMMARY, {
          projected_initial_margin: number,
          projected_maintenance_margin: number,
          estimated_liquidation_ratio: maybe(number),
          estimated_liquidation_ratio_map: maybe(has({})),
        }),
        'maintenance_margin <= margin_balance',
      ),
    ),
  ),
  logged(
    'liquidation-none',
    'the log knows the word liquidation',
    '13.1',
    call(
      'private/get_transaction_log',
      { currency: 'USDC', ...RANGE, query: 'liquidation' },
      gives(has({ logs: list(with_(ROW, { type: one('trade') })) })),
    ),
  ),
  logged(
    'liquidation-order',
    'an order of one’s own is no liquidation',
    '17',
    call(
      'private/buy',
      REST,
      gives(has({ order: with_(ORDER, { is_liquidation: maybe(one(false)) }) })),
    ),
  ),
  open(
    'liquidation-public',
    'public trades say who was liquidated, or nothing',
    '17',
    call(
      'public/get_last_trades_by_instrument',
      { ...PERP, count: 20 },
      gives(
        has({ trades: list(with_(PUBLIC_TRADE, { liquidation: maybe(one('M', 'T', 'MT')) })) }),
      ),
    ),
  ),
  open(
    'liquidation-commission',
    'an instrument tells the most that a liquidation costs',
    '8.2',
    call(
      'public/get_instrument',
      PERP,
      gives(
        with_(INSTRUMENT, { max_liquidation_commission: number }),
        '0 < max_liquidation_commission',
      ),
    ),
  ),
  logged(
    'bankruptcies-own',
    'own settlements of type bankruptcy',
    '13.2',
    call(
      'private/get_settlement_history_by_currency',
      { currency: 'USDC', type: 'bankruptcy' },
      gives(BANKRUPTCIES),
    ),
  ),
  open(
    'bankruptcies-public',
    'public settlements of type bankruptcy',
    '13.2',
    call(
      'public/get_last_settlements_by_instrument',
      { ...PERP, type: 'bankruptcy' },
      gives(BANKRUPTCIES),
    ),
  ),
  logged(
    'locks-of-liquidation',
    'no currency of a healthy account is locked',
    '17',
    call(
      'private/get_user_locks',
      {},
      gives(list(has({ currency: text, enabled: one(false), message: maybe(text) }))),
    ),
  ),
  logged(
    'lock-channel',
    'locks can be followed',
    '17',
    call('private/subscribe', { channels: ['user.lock'] }, gives(list(one('user.lock'), 1, 1))),
  ),
];
