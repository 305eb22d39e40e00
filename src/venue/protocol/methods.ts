/**
 * The methods of Deribit's API v2 that we speak, with what each asks of a request: the scope of the key, whether it
 * works over WebSocket only, and whether it draws on matching-engine credits. Names, scopes and flags are the venue's.
 */
export type Scope = 'account:read' | 'account:read_write' | 'trade:read' | 'trade:read_write';

export type MethodRules = {
  /** What the token must allow; undefined for public methods and those that any login may call. */
  readonly scope?: Scope;
  readonly webSocketOnly?: true;
  readonly matchingEngine?: true;
};

const READ = { scope: 'trade:read' } as const;
const TRADE = { scope: 'trade:read_write', matchingEngine: true } as const;
const SOCKET = { webSocketOnly: true } as const;

export const METHODS = {
  'public/auth': {},
  'public/hello': SOCKET,
  'public/test': {},
  'public/get_time': {},
  'public/status': {},
  'public/set_heartbeat': SOCKET,
  'public/disable_heartbeat': SOCKET,
  'public/subscribe': SOCKET,
  'public/unsubscribe': SOCKET,
  'public/unsubscribe_all': SOCKET,
  'public/get_currencies': {},
  'public/get_instruments': {},
  'public/get_instrument': {},
  'public/get_contract_size': {},
  'public/ticker': {},
  'public/get_order_book': {},
  'public/get_index_price': {},
  'public/get_tradingview_chart_data': {},
  'public/get_last_trades_by_instrument': {},
  'public/get_last_trades_by_instrument_and_time': {},
  'private/logout': SOCKET,
  'private/subscribe': SOCKET,
  'private/unsubscribe': SOCKET,
  'private/unsubscribe_all': SOCKET,
  'private/enable_cancel_on_disconnect': { scope: 'account:read_write' },
  'private/disable_cancel_on_disconnect': { scope: 'account:read_write' },
  'private/get_cancel_on_disconnect': { scope: 'account:read' },
  'private/get_account_summary': { scope: 'account:read' },
  'private/get_account_summaries': { scope: 'account:read' },
  'private/get_transaction_log': { scope: 'account:read' },
  'private/set_self_trading_config': { scope: 'account:read_write' },
  'private/get_user_locks': { scope: 'account:read' },
  'private/get_position': READ,
  'private/get_positions': READ,
  'private/get_margins': READ,
  'private/get_open_orders': READ,
  'private/get_open_orders_by_currency': READ,
  'private/get_open_orders_by_instrument': READ,
  'private/get_open_orders_by_label': READ,
  'private/get_order_state': READ,
  'private/get_order_state_by_label': READ,
  'private/get_order_history_by_currency': READ,
  'private/get_order_history_by_instrument': READ,
  'private/get_trigger_order_history': READ,
  'private/get_settlement_history_by_currency': READ,
  'private/get_settlement_history_by_instrument': READ,
  'private/get_user_trades_by_currency': READ,
  'private/get_user_trades_by_currency_and_time': READ,
  'private/get_user_trades_by_instrument': READ,
  'private/get_user_trades_by_instrument_and_time': READ,
  'private/get_user_trades_by_order': READ,
  'private/buy': TRADE,
  'private/sell': TRADE,
  'private/edit': TRADE,
  'private/edit_by_label': TRADE,
  'private/cancel': TRADE,
  'private/cancel_by_label': TRADE,
  'private/cancel_all': TRADE,
  'private/cancel_all_by_currency': TRADE,
  'private/cancel_all_by_instrument': TRADE,
  'private/cancel_all_by_kind_or_type': TRADE,
  'private/close_position': TRADE,
} as const satisfies Readonly<Record<string, MethodRules>>;

export type MethodName = keyof typeof METHODS;

/** Largest request that the venue reads, in bytes; more is answered with -32600. */
export const MAX_REQUEST_BYTES = 32_768;
/** Longest label of an order, in characters. */
export const MAX_LABEL_LENGTH = 64;
/** Shortest heartbeat interval that `public/set_heartbeat` accepts, in seconds. */
export const MIN_HEARTBEAT_SECONDS = 10;
/** Close code and reason of a connection that left a test_request unanswered. */
export const HEARTBEAT_CLOSE = { code: 4000, reason: 'heartbeat close' } as const;
/** Connections that the venue allows one IP address, WebSocket and HTTP together; one more is refused with HTTP 429. */
export const MAX_CONNECTIONS = 32;
