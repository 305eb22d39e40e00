/** The orders that cases of several files place, and the steps that place and cancel them. */
import { call, gives, list, one, type Params, type Shape, type Step, with_ } from './case.ts';
import { ORDER, ORDER_RELATIONS, USER_TRADE, PLACED, PLACED_RELATIONS } from './shapes.ts';

export const PERP = { instrument_name: '$perp', label: '$label' };

export const REST = { ...PERP, amount: '$amount', price: '$far_buy' };

export const MARKET = { ...PERP, amount: '$amount', type: 'market' };

export const STOP = {
  ...PERP,
  amount: '$amount',
  type: 'stop_market',
  trigger: 'mark_price',
  trigger_price: '$stop_below',
};

export const KEEP = { order: 'order.order_id' };

/** The answer to an order whose fields have these shapes. */
export const placed = (
  order: Readonly<Record<string, Shape>>,
  trades: Shape = list(USER_TRADE),
): Shape => with_(PLACED, { order: with_(ORDER, order), trades });

/** Wants the answer `placed`. */
export const gets = (order: Readonly<Record<string, Shape>>, trades?: Shape) =>
  gives(placed(order, trades), ...PLACED_RELATIONS);

export const NO_TRADES = list(USER_TRADE, 0, 0);

export const TRADES = list(USER_TRADE, 1);

export const buy = (
  params: Params,
  expect = gets({}),
  keep: Readonly<Record<string, string>> = {},
): Step => call('private/buy', params, expect, keep);

export const sell = (
  params: Params,
  expect = gets({}),
  keep: Readonly<Record<string, string>> = {},
): Step => call('private/sell', params, expect, keep);

/** A buy that stays in the book; its id is kept as `order`. */
export const rests = buy(REST, gets({ order_state: one('open') }, NO_TRADES), KEEP);

/** Cancels `order`, which must then be in this state. */
export const cancels = (state = 'cancelled'): Step =>
  call(
    'private/cancel',
    { order_id: '$order' },
    gives(
      with_(ORDER, { order_state: one(state), cancel_reason: one('user_request') }),
      ...ORDER_RELATIONS,
    ),
  );
