/**
 * Wishes as calls of Deribit's API v2. Every order says all that matters itself (post-only, reduce-only, trigger,
 * validity), so that no default of the exchange decides; edits repeat every flag, since those left out fall back.
 */
import { type Result, err, ok } from '../../base/result.ts';
import type { OrderType } from '../../domain/order.ts';
import { MAX_LABEL_LENGTH } from '../protocol/methods.ts';
import type { ChildOrder, EditOrder, PlaceOrder, VenueRequest } from '../port.ts';
import { type Call, type Param, type Params, exact } from './frame.ts';
import { CASH_LOG_PAGE, FILLS_PAGE } from './limits.ts';

/** Types that have a limit price. The others refuse a price, a time in force and post-only. */
const hasLimit = (type: OrderType): boolean =>
  type === 'limit' || type === 'stop_limit' || type === 'take_limit';

/** A secondary order. Its time in force is the default, good_til_cancelled: spelt out, market-style types refuse it. */
function child(order: ChildOrder): Param {
  return {
    amount: exact(order.amount),
    direction: order.direction,
    type: order.type,
    label: order.label,
    reduce_only: order.reduceOnly,
    trigger_price: exact(order.triggerPrice),
    trigger: order.trigger,
  };
}

/** One child: the entry triggers it. Two: the entry triggers both, and each of them cancels the other. */
function links(order: PlaceOrder): Params {
  if (order.children.length === 0) return {};
  return {
    linked_order_type:
      order.children.length === 1 ? 'one_triggers_other' : 'one_triggers_one_cancels_other',
    trigger_fill_condition: order.fillCondition ?? undefined,
    otoco_config: order.children.map(child),
  };
}

function place(order: PlaceOrder): Call {
  const limit = hasLimit(order.type);
  return {
    method: order.direction === 'buy' ? 'private/buy' : 'private/sell',
    params: {
      instrument_name: order.instrument,
      amount: exact(order.amount),
      type: order.type,
      label: order.label,
      price: order.price === null ? undefined : exact(order.price),
      time_in_force: limit ? (order.timeInForce ?? undefined) : undefined,
      post_only: limit ? false : undefined,
      reduce_only: order.reduceOnly,
      trigger_price: order.triggerPrice === null ? undefined : exact(order.triggerPrice),
      trigger: order.trigger ?? undefined,
      valid_until: order.validUntil,
      ...links(order),
    },
  };
}

function edit(order: EditOrder): Call {
  return {
    method: 'private/edit',
    params: {
      order_id: order.orderId,
      amount: exact(order.amount),
      price: order.price === null ? undefined : exact(order.price),
      trigger_price: order.triggerPrice === null ? undefined : exact(order.triggerPrice),
      post_only: false,
      reject_post_only: false,
      reduce_only: order.reduceOnly,
      valid_until: order.validUntil,
    },
  };
}

/** The call for a wish; for paged reads that of the first page. */
export function encode(request: VenueRequest): Call {
  switch (request.kind) {
    case 'place':
      return place(request.order);
    case 'edit':
      return edit(request.edit);
    case 'cancel':
      return { method: 'private/cancel', params: { order_id: request.orderId } };
    case 'cancel_by_label':
      return {
        method: 'private/cancel_by_label',
        params: { label: request.label, currency: request.currency },
      };
    case 'open_orders':
      return { method: 'private/get_open_orders', params: {} };
    case 'order_state':
      return { method: 'private/get_order_state', params: { order_id: request.orderId } };
    case 'orders_by_label':
      return {
        method: 'private/get_order_state_by_label',
        params: { currency: request.currency, label: request.label },
      };
    case 'positions':
      return { method: 'private/get_positions', params: { currency: 'any' } };
    case 'position':
      return { method: 'private/get_position', params: { instrument_name: request.instrument } };
    case 'summaries':
      return { method: 'private/get_account_summaries', params: {} };
    case 'fills':
      return {
        method: 'private/get_user_trades_by_currency_and_time',
        params: {
          currency: request.currency,
          start_timestamp: request.from,
          end_timestamp: request.to,
          count: FILLS_PAGE,
          sorting: 'asc',
          historical: request.historical,
        },
      };
    case 'cash_log':
      return {
        method: 'private/get_transaction_log',
        params: {
          currency: request.currency,
          start_timestamp: request.from,
          end_timestamp: request.to,
          count: CASH_LOG_PAGE,
        },
      };
    case 'instrument':
      return { method: 'public/get_instrument', params: { instrument_name: request.instrument } };
    case 'ticker':
      return { method: 'public/ticker', params: { instrument_name: request.instrument } };
    case 'candles':
      return {
        method: 'public/get_tradingview_chart_data',
        params: {
          instrument_name: request.instrument,
          start_timestamp: request.from,
          end_timestamp: request.to,
          resolution: '1',
        },
      };
  }
}

/** Whether the exchange could make sense of a wish; the error names the field and what is accepted. */
export function checkRequest(request: VenueRequest): Result<null, string> {
  if (request.kind !== 'place') return ok(null);
  const { order } = request;
  for (const label of [order.label, ...order.children.map((entry) => entry.label)]) {
    if (label.length > MAX_LABEL_LENGTH)
      return err(`label has ${label.length} characters, at most ${MAX_LABEL_LENGTH} are accepted`);
  }
  if (order.children.length > 2)
    return err(`children: ${order.children.length} given, at most 2 are accepted`);
  if (order.children.length > 0 && order.fillCondition === null)
    return err('fillCondition is missing, an order with children needs one');
  if (hasLimit(order.type) && order.price === null)
    return err(`price is missing, an order of type ${order.type} needs one`);
  return ok(null);
}
