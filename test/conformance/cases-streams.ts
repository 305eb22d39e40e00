/** Cases of the channels that tell an account of itself. */
import {
  anything,
  call,
  type Case,
  gives,
  has,
  list,
  logged,
  number,
  one,
  push,
  text,
  traded,
  with_,
} from './case.ts';
import { CHANGES, ORDER, POSITION, SUMMARY, USER_TRADE } from './shapes.ts';

const PERP = { instrument_name: '$perp' };
const MARKET = { ...PERP, amount: '$amount', type: 'market', label: '$label' };

const REST = { ...PERP, amount: '$amount', price: '$far_buy', label: '$label' };

const buys = call('private/buy', MARKET, gives(anything), {
  order: 'order.order_id',
  trade: 'trades[0].trade_id',
});

const hears = (...channels: readonly string[]) =>
  call('private/subscribe', { channels }, gives(list(text, channels.length, channels.length)));

const rests = call('private/buy', REST, gives(anything), { order: 'order.order_id' });

const channels: readonly Case[] = [
  logged(
    'changes-order',
    'user.changes tells of an order, with the position',
    '14.2',
    hears('user.changes.any.any.raw'),
    rests,
    push(
      'user.changes.any.any.raw',
      with_(CHANGES, {
        orders: list(with_(ORDER, { order_state: one('open') }), 1),
        trades: list(USER_TRADE, 0, 0),
        positions: list(with_(POSITION, { direction: one('zero') }), 1),
      }),
    ),
  ),
  traded(
    'changes-fill',
    'user.changes tells of a fill: order, trade and position in one',
    '14.2',
    hears('user.changes.any.any.raw'),
    buys,
    push(
      'user.changes.any.any.raw',
      with_(CHANGES, {
        trades: list(USER_TRADE, 1),
        positions: list(with_(POSITION, { direction: one('buy') }), 1),
      }),
    ),
  ),
  logged(
    'changes-instrument',
    'user.changes of one instrument',
    '14',
    hears('user.changes.BTC_USDC-PERPETUAL.raw'),
    rests,
    push('user.changes.BTC_USDC-PERPETUAL.raw', CHANGES),
  ),
  logged(
    'changes-kind',
    'user.changes of a kind and currency',
    '14',
    hears('user.changes.future.USDC.raw'),
    rests,
    push('user.changes.future.USDC.raw', CHANGES),
  ),
  logged(
    'changes-100ms',
    'user.changes, collected',
    '14',
    hears('user.changes.any.any.100ms'),
    rests,
    push('user.changes.any.any.100ms', CHANGES),
  ),
  logged(
    'changes-other-currency',
    'nothing comes of another currency',
    '14',
    hears('user.changes.future.BTC.raw'),
    rests,
    { kind: 'no push', channel: 'user.changes', ms: 500 },
  ),
  logged(
    'orders-raw',
    'user.orders raw is one order',
    '14',
    hears('user.orders.any.any.raw'),
    rests,
    push('user.orders.any.any.raw', with_(ORDER, { order_id: one('$order') })),
  ),
  logged(
    'orders-100ms',
    'user.orders collected is a list',
    '14',
    hears('user.orders.any.any.100ms'),
    rests,
    push('user.orders.any.any.100ms', list(ORDER, 1)),
  ),
  traded(
    'trades-raw',
    'user.trades is a list, raw too',
    '14',
    hears('user.trades.any.any.raw'),
    buys,
    push('user.trades.any.any.raw', list(USER_TRADE, 1)),
  ),
  traded(
    'trades-100ms',
    'user.trades, collected',
    '14',
    hears('user.trades.BTC_USDC-PERPETUAL.100ms'),
    buys,
    push('user.trades.BTC_USDC-PERPETUAL.100ms', list(USER_TRADE, 1)),
  ),
  traded(
    'portfolio',
    'user.portfolio tells of cash',
    '14',
    hears('user.portfolio.usdc'),
    buys,
    push('user.portfolio.usdc', with_(SUMMARY, { currency: one('USDC') }), 5_000),
  ),
  logged(
    'ticker-raw',
    'raw channels come with a login',
    '14',
    hears('ticker.BTC_USDC-PERPETUAL.raw'),
    push('ticker.BTC_USDC-PERPETUAL.raw', has({ mark_price: number })),
  ),
  logged('lock-accepted', 'user.lock may be followed', '14', hears('user.lock')),
  logged(
    'label-of-subscription',
    'a label of a subscription is accepted',
    '14',
    call(
      'private/subscribe',
      { channels: ['user.orders.any.any.raw'], label: 'mine' },
      gives(list(text, 1, 1)),
    ),
  ),
  logged(
    'label-of-subscription-long',
    'one of 17 characters is refused',
    '14',
    call(
      'private/subscribe',
      { channels: ['user.orders.any.any.raw'], label: 'x'.repeat(17) },
      { kind: 'error', codes: [-32602], data: anything },
    ),
  ),
  logged(
    'unsubscribe-user',
    'unsubscribing ends it',
    '14',
    hears('user.orders.any.any.raw'),
    call('private/unsubscribe', { channels: ['user.orders.any.any.raw'] }, gives(list(text, 1, 1))),
    rests,
    { kind: 'no push', channel: 'user.orders', ms: 500 },
  ),
  logged(
    'unsubscribe-all-user',
    'unsubscribing from everything',
    '14',
    hears('user.orders.any.any.raw'),
    call('private/unsubscribe_all', {}, gives(one('ok'))),
    rests,
    { kind: 'no push', channel: 'user.orders', ms: 500 },
  ),
];

export const STREAMS: readonly Case[] = [...channels];
