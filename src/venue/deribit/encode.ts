/**
 * Wishes as calls of Deribit's API v2. Every order says all that matters itself (post-only, reduce-only, trigger,
 * validity), so that no default of the exchange decides; edits repeat every flag, since those left out fall back.
 */
import type { Decimal } from '../../base/decimal.ts';
import type {
  CancelScope,
  ChildOrder,
  EditOrder,
  Linked,
  PlaceOrder,
  PostOnly,
  VenueRequest,
} from '../port.ts';
import { type Call, type Param, type Params, exact } from './frame.ts';
import { CASH_LOG_PAGE, FILLS_PAGE, HISTORY_PAGE } from './limits.ts';
import { TERMS, linkOf } from './terms.ts';

const LINKS: Readonly<Record<Linked, string>> = {
  triggers: 'one_triggers_other',
  triggers_pair: 'one_triggers_one_cancels_other',
  cancels: 'one_cancels_other',
};

const maybeExact = (value: Decimal | null | undefined): Param | undefined =>
  value === null || value === undefined ? undefined : exact(value);

/** Post-only of an order with a limit: said in full, since the default is documented in two ways. */
const posting = (post: PostOnly | undefined): Params => ({
  post_only: post !== undefined,
  reject_post_only: post === 'reject' ? true : undefined,
});

/** What every order of a request says, the main one and its children. */
const terms = (order: ChildOrder): Params => ({
  amount: exact(order.amount),
  type: order.type,
  label: order.label,
  price: maybeExact(order.price),
  reduce_only: order.reduceOnly,
  trigger_price: maybeExact(order.triggerPrice),
  trigger_offset: maybeExact(order.triggerOffset),
  trigger: order.trigger ?? undefined,
});

/** Market-style types refuse a time in force, the default spelt out included. */
function limits({ type, timeInForce, post }: ChildOrder): Params {
  if (!TERMS[type].limit) return {};
  return { time_in_force: timeInForce ?? undefined, ...posting(post) };
}

const child = (order: ChildOrder): Params => ({
  direction: order.direction,
  ...terms(order),
  ...limits(order),
});

function links(order: PlaceOrder): Params {
  const link = linkOf(order);
  if (link === null) return {};
  return {
    linked_order_type: LINKS[link],
    trigger_fill_condition: order.fillCondition ?? undefined,
    otoco_config: order.children.map(child),
  };
}

const place = (order: PlaceOrder): Call => ({
  method: order.direction === 'buy' ? 'private/buy' : 'private/sell',
  params: {
    instrument_name: order.instrument,
    ...terms(order),
    ...limits(order),
    valid_until: order.validUntil,
    ...links(order),
  },
});

/** An edit repeats every flag: those left out fall back to their defaults. */
const edit = (order: EditOrder): Call => ({
  method: 'private/edit',
  params: {
    order_id: order.orderId,
    amount: exact(order.amount),
    price: maybeExact(order.price),
    trigger_price: maybeExact(order.triggerPrice),
    trigger_offset: maybeExact(order.triggerOffset),
    post_only: order.post !== undefined,
    reject_post_only: order.post === 'reject',
    reduce_only: order.reduceOnly,
    valid_until: order.validUntil,
  },
});

/** `detailed`, because what failed would else hide behind a count. */
function cancelMany(scope: CancelScope): Call {
  switch (scope.of) {
    case 'account':
      return { method: 'private/cancel_all', params: { detailed: true } };
    case 'currency':
      return {
        method: 'private/cancel_all_by_currency',
        params: { currency: scope.currency, type: scope.type, detailed: true },
      };
    case 'instrument':
      return {
        method: 'private/cancel_all_by_instrument',
        params: { instrument_name: scope.instrument, type: scope.type, detailed: true },
      };
  }
}

/** The first page of a window of own trades; `historical` shows what the recent one no longer does. */
export const fillsPage = (
  { currency, from, to }: Extract<VenueRequest, { kind: 'fills' }>,
  historical: boolean,
): Call => ({
  method: 'private/get_user_trades_by_currency_and_time',
  params: {
    currency,
    start_timestamp: from,
    end_timestamp: to,
    count: FILLS_PAGE,
    sorting: 'asc',
    historical,
  },
});

/** A page of orders that have ended, newest first. */
export const endedPage = (currency: string, historical: boolean, continuation?: string): Call => ({
  method: 'private/get_order_history_by_currency',
  params: {
    currency,
    count: HISTORY_PAGE,
    include_old: true,
    include_unfilled: true,
    with_continuation: true,
    historical,
    continuation,
  },
});

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
    case 'cancel_many':
      return cancelMany(request.scope);
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
      return fillsPage(request, false);
    case 'ended_orders':
      return endedPage(request.currency, false);
    case 'trigger_history':
      return {
        method: 'private/get_trigger_order_history',
        params: { currency: request.currency, count: HISTORY_PAGE },
      };
    case 'settlements':
      return {
        method: 'private/get_settlement_history_by_currency',
        params: { currency: request.currency, count: HISTORY_PAGE },
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
