/**
 * What each request costs at the exchange and out of which pool, as Deribit states it, and what of a pool each of our
 * links may use. Matching-engine pools count requests, all others credits. Every method and every kind of request stands
 * in a table, so that none can be forgotten.
 */
import { assert } from '../../base/assert.ts';
import type { CancelScope, LinkName, VenueRequest, VenueRequestKind } from '../port.ts';
import type { MethodName } from '../protocol/methods.ts';
import { settlementCurrency } from './decode-order.ts';
import type { Call } from './frame.ts';
import { DROP_COPY_SHARE, HANDSHAKE_REQUESTS, OWN_SHARE, SESSION_SHARE } from './limits.ts';

/** Requests that an account may send: so many a second over time, so many at once. */
export type Rate = { readonly perSecond: number; readonly burst: number };

export type Pool = 'matching' | 'cancel_all' | 'default' | 'subscribe' | 'instruments' | 'log';

/** A pool of a new account: what one request costs, how much it holds and how much flows back in a second. */
export const POOLS = {
  matching: { cost: 1, burst: 20, perSecond: 5 },
  cancel_all: { cost: 1, burst: 20, perSecond: 5 },
  default: { cost: 500, burst: 50_000, perSecond: 10_000 },
  subscribe: { cost: 3_000, burst: 30_000, perSecond: 10_000 },
  instruments: { cost: 10_000, burst: 500_000, perSecond: 10_000 },
  log: { cost: 10_000, burst: 80_000, perSecond: 10_000 },
} as const satisfies Readonly<Record<Pool, Rate & { readonly cost: number }>>;

const POOL_OF = {
  'public/auth': 'default',
  'public/hello': 'default',
  'public/test': 'default',
  'public/get_time': 'default',
  'public/status': 'default',
  'public/set_heartbeat': 'default',
  'public/disable_heartbeat': 'default',
  'public/subscribe': 'subscribe',
  'public/unsubscribe': 'default',
  'public/unsubscribe_all': 'default',
  'public/get_currencies': 'default',
  'public/get_instruments': 'instruments',
  'public/get_instrument': 'default',
  'public/get_contract_size': 'default',
  'public/ticker': 'default',
  'public/get_order_book': 'default',
  'public/get_index_price': 'default',
  'public/get_tradingview_chart_data': 'default',
  'public/get_last_trades_by_instrument': 'default',
  'public/get_last_trades_by_instrument_and_time': 'default',
  'private/logout': 'default',
  'private/subscribe': 'subscribe',
  'private/unsubscribe': 'default',
  'private/unsubscribe_all': 'default',
  'private/enable_cancel_on_disconnect': 'default',
  'private/disable_cancel_on_disconnect': 'default',
  'private/get_cancel_on_disconnect': 'default',
  'private/get_account_summary': 'default',
  'private/get_account_summaries': 'default',
  'private/get_transaction_log': 'log',
  'private/set_self_trading_config': 'default',
  'private/get_user_locks': 'default',
  'private/get_position': 'default',
  'private/get_positions': 'default',
  'private/get_margins': 'default',
  'private/get_open_orders': 'default',
  'private/get_open_orders_by_currency': 'default',
  'private/get_open_orders_by_instrument': 'default',
  'private/get_open_orders_by_label': 'default',
  'private/get_order_state': 'default',
  'private/get_order_state_by_label': 'default',
  'private/get_order_history_by_currency': 'default',
  'private/get_order_history_by_instrument': 'default',
  'private/get_trigger_order_history': 'default',
  'private/get_settlement_history_by_currency': 'default',
  'private/get_settlement_history_by_instrument': 'default',
  'private/get_user_trades_by_currency': 'default',
  'private/get_user_trades_by_currency_and_time': 'default',
  'private/get_user_trades_by_instrument': 'default',
  'private/get_user_trades_by_instrument_and_time': 'default',
  'private/get_user_trades_by_order': 'default',
  'private/buy': 'matching',
  'private/sell': 'matching',
  'private/edit': 'matching',
  'private/edit_by_label': 'matching',
  'private/cancel': 'matching',
  'private/cancel_by_label': 'matching',
  'private/cancel_all': 'cancel_all',
  'private/cancel_all_by_currency': 'matching',
  'private/cancel_all_by_instrument': 'matching',
  'private/cancel_all_by_kind_or_type': 'matching',
  'private/close_position': 'matching',
} as const satisfies Readonly<Record<MethodName, Pool>>;

/** The pool of a call. A cancel by label that names no currency is one of all currencies. */
export const poolOf = ({ method, params }: Call): Pool =>
  method === 'private/cancel_by_label' && params['currency'] === undefined
    ? 'cancel_all'
    : POOL_OF[method];

/**
 * Who spends: an opening, a cancel or reduction, a read of a check or of an order without an answer, any other read, or
 * the session itself.
 */
export type Spend = 'open' | 'reduce' | 'check' | 'rest' | 'own';

/** `by_flag`: an order that says itself whether it only reduces. */
const SPEND_OF = {
  place: 'by_flag',
  edit: 'by_flag',
  cancel: 'reduce',
  cancel_by_label: 'reduce',
  cancel_many: 'reduce',
  open_orders: 'check',
  order_state: 'check',
  orders_by_label: 'check',
  positions: 'check',
  position: 'check',
  summaries: 'check',
  fills: 'check',
  ended_orders: 'check',
  trigger_history: 'check',
  settlements: 'rest',
  cash_log: 'rest',
  instrument: 'rest',
  ticker: 'rest',
  candles: 'rest',
} as const satisfies Readonly<Record<VenueRequestKind, Spend | 'by_flag'>>;

export function spendOf(request: VenueRequest): Spend {
  if (request.kind === 'place') return request.order.reduceOnly ? 'reduce' : 'open';
  if (request.kind === 'edit') return request.edit.reduceOnly ? 'reduce' : 'open';
  return SPEND_OF[request.kind];
}

/** Ids of trigger orders and of linked ones that name no currency: `SLIS-12`, `OTO-…`. */
const NO_CURRENCY = /^(\d|(SL|TP|TS)[A-Z]{2}-|OTO)/;

/** The currency whose matching engine an order request goes to; "" for requests that go to none. */
export function currencyOf(request: VenueRequest): string {
  switch (request.kind) {
    case 'place':
      return settlementCurrency(request.order.instrument);
    case 'cancel_by_label':
      return request.currency;
    case 'edit':
      return currencyOfOrder(request.edit.orderId);
    case 'cancel':
      return currencyOfOrder(request.orderId);
    case 'cancel_many':
      return currencyOfScope(request.scope);
    case 'open_orders':
    case 'order_state':
    case 'orders_by_label':
    case 'positions':
    case 'position':
    case 'summaries':
    case 'fills':
    case 'ended_orders':
    case 'trigger_history':
    case 'settlements':
    case 'cash_log':
    case 'instrument':
    case 'ticker':
    case 'candles':
      return '';
  }
}

/** A cancel in the whole account goes to every engine; it counts as one for itself. */
function currencyOfScope(scope: CancelScope): string {
  switch (scope.of) {
    case 'account':
      return 'any';
    case 'currency':
      return scope.currency;
    case 'instrument':
      return settlementCurrency(scope.instrument);
  }
}

/** Order ids of BTC are plain numbers, all others begin with their currency (`ETH-12`) or pair (`BTC_USDC-12`). */
const currencyOfOrder = (orderId: string): string =>
  NO_CURRENCY.test(orderId) ? 'BTC' : settlementCurrency(orderId);

/**
 * Which part of the account's pool a link may use. The trading link and the drop copy draw on the same account: their
 * shares come to no more than ours. The market link is anonymous and counted by address.
 */
export function shareOf(link: LinkName, pool: Pool): number {
  if (link === 'market' || (pool !== 'default' && pool !== 'subscribe')) return OWN_SHARE;
  return link === 'drop_copy' ? DROP_COPY_SHARE[pool] : OWN_SHARE - DROP_COPY_SHARE[pool];
}

for (const link of ['trading', 'market', 'drop_copy'] as const) {
  const { default: requests, subscribe } = POOLS;
  assert(
    requests.burst * shareOf(link, 'default') >= HANDSHAKE_REQUESTS[link] * requests.cost,
    'a handshake must fit into the share of its link',
  );
  assert(
    subscribe.burst * shareOf(link, 'subscribe') >= subscribe.cost,
    'a subscription must fit into the share of its link',
  );
}
assert(
  POOLS.default.burst * shareOf('trading', 'default') * SESSION_SHARE >=
    HANDSHAKE_REQUESTS.trading * POOLS.default.cost,
  'what is kept for the session must hold a login after a disconnect',
);
