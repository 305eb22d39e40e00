/** Cases of the flags post_only and reduce_only, and of edits. */
import {
  call,
  type Case,
  gives,
  has,
  logged,
  one,
  type Params,
  refuses,
  type Step,
  traded,
  with_,
} from './case.ts';
import {
  PERP,
  REST,
  MARKET,
  STOP,
  KEEP,
  placed,
  gets,
  NO_TRADES,
  TRADES,
  buy,
  sell,
  rests,
  cancels,
} from './orders.ts';
import { ORDER } from './shapes.ts';

const flags: readonly Case[] = [
  logged(
    'post-only',
    'post_only rests at its own price where it does not take',
    '9.1',
    buy(
      { ...REST, post_only: true },
      gets({ post_only: one(true), price: one('$far_buy') }, NO_TRADES),
    ),
  ),
  logged(
    'post-only-moves',
    'post_only that would take is moved',
    '9.1',
    call(
      'private/buy',
      { ...REST, price: '$cross_buy', post_only: true },
      gives(
        placed({ order_state: one('open'), post_only: one(true) }, NO_TRADES),
        'order.price < $cross_buy',
      ),
    ),
  ),
  logged(
    'post-only-rejects',
    'with reject_post_only it is refused: 11054',
    '9.1',
    buy({ ...REST, price: '$cross_buy', post_only: true, reject_post_only: true }, refuses(11054)),
  ),
  logged(
    'post-only-market',
    'a market order can not be post_only',
    '9.1',
    buy({ ...MARKET, post_only: true }, refuses([11055, -32602, 11029])),
  ),
  logged(
    'reduce-only-flat',
    'reduce_only without a position is refused',
    '9.1',
    sell({ ...REST, price: '$far_sell', reduce_only: true }, refuses([11030, 11029, 10009])),
  ),
  traded(
    'reduce-only-limits',
    'reduce_only never exceeds the position',
    '9.1',
    buy(MARKET),
    sell(
      { ...REST, price: '$far_sell', amount: '$double', reduce_only: true },
      gives(
        placed({ reduce_only: one(true), order_state: one('open') }),
        'order.amount <= $amount',
      ),
    ),
  ),
  traded(
    'reduce-only-closes',
    'reduce_only closes',
    '9.1',
    buy(MARKET),
    sell({ ...MARKET, reduce_only: true }, gets({ order_state: one('filled') }, TRADES)),
    call(
      'private/get_position',
      { instrument_name: '$perp' },
      gives(has({ size: one(0), direction: one('zero') })),
    ),
  ),
  traded(
    'close-position-market',
    'close_position closes all of it, reduce-only',
    '9.4',
    buy(MARKET),
    call(
      'private/close_position',
      { instrument_name: '$perp', type: 'market' },
      gives(
        placed(
          { reduce_only: one(true), direction: one('sell'), order_state: one('filled') },
          TRADES,
        ),
      ),
    ),
  ),
  traded(
    'close-position-limit',
    'close_position with a limit rests',
    '9.4',
    buy(MARKET),
    call(
      'private/close_position',
      { instrument_name: '$perp', type: 'limit', price: '$far_sell' },
      gives(placed({ reduce_only: one(true), order_state: one('open') }, NO_TRADES)),
    ),
  ),
  logged(
    'close-position-flat',
    'close_position without a position is refused',
    '9.4',
    call(
      'private/close_position',
      { instrument_name: '$perp', type: 'market' },
      refuses([11030, 11029, 10009, 10004, -32602]),
    ),
  ),
];

const edited = (
  params: Params,
  expect = gets({ replaced: one(true), order_id: one('$order') }),
): Step => call('private/edit', { order_id: '$order', ...params }, expect);

const edits: readonly Case[] = [
  logged(
    'edit-price',
    'an edit moves the price; the id stays',
    '9.2',
    rests,
    edited(
      { amount: '$amount', price: '$farther_buy' },
      gets({ replaced: one(true), order_id: one('$order'), price: one('$farther_buy') }),
    ),
  ),
  logged(
    'edit-amount',
    'amount is the new total',
    '9.2',
    rests,
    edited({ amount: '$double' }, gets({ amount: one('$double'), price: one('$far_buy') })),
  ),
  logged(
    'edit-less',
    'an edit to less',
    '9.2',
    rests,
    edited({ amount: '$half' }, gets({ amount: one('$half') })),
  ),
  logged(
    'edit-forgets-flags',
    'flags that are not sent again fall back',
    '9.2',
    buy({ ...REST, post_only: true }, gets({ post_only: one(true) }), KEEP),
    edited({ amount: '$amount', price: '$farther_buy' }, gets({ post_only: one(false) })),
  ),
  logged(
    'edit-keeps-flags',
    'flags that are sent again stay',
    '9.2',
    buy({ ...REST, post_only: true }, gets({}), KEEP),
    edited(
      { amount: '$amount', price: '$farther_buy', post_only: true },
      gets({ post_only: one(true) }),
    ),
  ),
  traded(
    'edit-executes',
    'an edit that crosses fills',
    '9.2',
    rests,
    edited(
      { amount: '$amount', price: '$cross_buy' },
      gets({ order_state: one('filled') }, TRADES),
    ),
  ),
  logged(
    'edit-post-only-reject',
    'post_only and reject on an edit that crosses cancels the order',
    '9.2',
    rests,
    edited(
      { amount: '$amount', price: '$cross_buy', post_only: true, reject_post_only: true },
      gets({ order_state: one('cancelled'), cancel_reason: one('edit_post_only_reject') }),
    ),
  ),
  logged(
    'edit-off-tick',
    'an edit between two ticks: 10043',
    '9.2',
    rests,
    edited({ amount: '$amount', price: '$off_tick' }, refuses([10043, -32602])),
  ),
  logged(
    'edit-unknown',
    'an edit of an unknown order: 10004',
    '9.2',
    call(
      'private/edit',
      { order_id: '999999999', amount: '$amount', price: '$far_buy' },
      refuses([10004, 11044]),
    ),
  ),
  logged(
    'edit-cancelled',
    'an edit of a cancelled order',
    '9.2',
    rests,
    cancels(),
    edited({ amount: '$amount', price: '$farther_buy' }, refuses([10004, 10010, 11044])),
  ),
  traded(
    'edit-filled',
    'an edit of a filled order',
    '9.2',
    buy(MARKET, gets({}), KEEP),
    edited({ amount: '$double', price: '$far_buy' }, refuses([10004, 10010, 11008, 11044])),
  ),
  logged(
    'edit-too-late',
    'an edit after its deadline: 13888, the order stays as it was',
    '9.2',
    rests,
    edited({ amount: '$amount', price: '$farther_buy', valid_until: '$now-10000' }, refuses(13888)),
    call(
      'private/get_order_state',
      { order_id: '$order' },
      gives(with_(ORDER, { price: one('$far_buy'), replaced: one(false) })),
    ),
  ),
  logged(
    'edit-by-label',
    'an edit by label',
    '9.2',
    rests,
    call(
      'private/edit_by_label',
      { ...PERP, amount: '$double', price: '$far_buy' },
      gets({ order_id: one('$order'), amount: one('$double') }),
    ),
  ),
  logged(
    'edit-by-label-two',
    'two orders of a label: 13032',
    '9.2',
    rests,
    rests,
    call(
      'private/edit_by_label',
      { ...PERP, amount: '$double', price: '$far_buy' },
      refuses([13032]),
    ),
  ),
  logged(
    'edit-by-label-none',
    'no order of that label',
    '9.2',
    call(
      'private/edit_by_label',
      { ...PERP, amount: '$double', price: '$far_buy' },
      refuses([10004, 11044, 13032]),
    ),
  ),
  logged(
    'edit-trigger',
    'an edit moves the trigger',
    '9.2',
    sell(STOP, gets({}), KEEP),
    edited(
      { amount: '$amount', trigger_price: '$lower_stop' },
      gets({ order_state: one('untriggered'), trigger_price: one('$lower_stop') }),
    ),
  ),
];

export const FLAGS: readonly Case[] = [...flags, ...edits];
