/**
 * The closed value lists of Deribit's API v2 that trading touches, spelt as on the wire. A value outside a list is
 * something that we do not understand and must not be trusted.
 */
export const DIRECTIONS = ['buy', 'sell'] as const;
export const POSITION_DIRECTIONS = ['buy', 'sell', 'zero'] as const;
export const ORDER_STATES = [
  'open',
  'filled',
  'rejected',
  'cancelled',
  'untriggered',
  'triggered',
] as const;
/** States that a user trade may carry besides those of orders ("archive" for orders that have left the recent window). */
export const TRADE_ORDER_STATES = [
  'open',
  'filled',
  'rejected',
  'cancelled',
  'untriggered',
  'archive',
] as const;
/** `type` of a request. */
export const REQUEST_ORDER_TYPES = [
  'limit',
  'market',
  'stop_limit',
  'stop_market',
  'take_limit',
  'take_market',
  'market_limit',
  'trailing_stop',
] as const;
/** `order_type` of an order. */
export const ORDER_TYPES = [
  'limit',
  'market',
  'stop_limit',
  'stop_market',
  'take_limit',
  'take_market',
  'trailing_stop',
] as const;
export const ORIGINAL_ORDER_TYPES = ['market', 'market_limit'] as const;
/** `order_type` of a user trade. */
export const TRADE_ORDER_TYPES = ['limit', 'market', 'liquidation'] as const;
export const TIMES_IN_FORCE = [
  'good_til_cancelled',
  'good_til_day',
  'fill_or_kill',
  'immediate_or_cancel',
] as const;
export const TRIGGERS = ['index_price', 'mark_price', 'last_price'] as const;
export const LINKED_ORDER_TYPES = [
  'one_triggers_other',
  'one_cancels_other',
  'one_triggers_one_cancels_other',
] as const;
export const TRIGGER_FILL_CONDITIONS = ['first_hit', 'complete_fill', 'incremental'] as const;
export const CANCEL_REASONS = [
  'user_request',
  'autoliquidation',
  'cancel_on_disconnect',
  'risk_mitigation',
  'pme_risk_reduction',
  'pme_account_locked',
  'position_locked',
  'mmp_trigger',
  'mmp_config_curtailment',
  'edit_post_only_reject',
  'oco_other_closed',
  'oto_primary_closed',
  'settlement',
] as const;
/** Own role in a trade: maker or taker. */
export const LIQUIDITY = ['M', 'T'] as const;
/** Marks a trade in which the maker, the taker or both were liquidated. */
export const LIQUIDATION_SIDES = ['M', 'T', 'MT'] as const;
/** 0 plus, 1 zero-plus, 2 minus, 3 zero-minus. */
export const TICK_DIRECTIONS = [0, 1, 2, 3] as const;
export const KINDS = ['future', 'option', 'spot', 'future_combo', 'option_combo'] as const;
export const INSTRUMENT_TYPES = ['linear', 'reversed'] as const;
export const BOOK_STATES = [
  'open',
  'settlement',
  'delivered',
  'inactive',
  'locked',
  'halted',
  'archivized',
] as const;
/** Currencies that positions settle in. */
/** Currencies that an account may hold. */
export const WALLETS = [
  'BTC',
  'ETH',
  'STETH',
  'ETHW',
  'USDC',
  'USDT',
  'EURR',
  'SOL',
  'XRP',
  'USYC',
  'PAXG',
  'BNB',
  'USDE',
] as const;
export const CURRENCIES = ['BTC', 'ETH', 'USDC', 'USDT', 'EURR'] as const;
export const MARGIN_MODELS = ['segregated_sm', 'segregated_pm', 'cross_sm', 'cross_pm'] as const;
export const SORTINGS = ['asc', 'desc', 'default'] as const;
/** Minutes of a candle, or one day. */
export const CHART_RESOLUTIONS = [
  '1',
  '3',
  '5',
  '10',
  '15',
  '30',
  '60',
  '120',
  '180',
  '360',
  '720',
  '1D',
] as const;
export const CHART_STATES = ['ok', 'no_data'] as const;
/** How often a channel speaks; `raw` needs a login. */
export const INTERVALS = ['raw', '100ms', 'agg2'] as const;
export const GRANT_TYPES = ['client_credentials', 'client_signature', 'refresh_token'] as const;
export const COD_SCOPES = ['connection', 'account'] as const;
export const HEARTBEAT_TYPES = ['heartbeat', 'test_request'] as const;
/** `type` of the lists of open orders. */
export const OPEN_ORDER_FILTERS = [
  'all',
  'limit',
  'trigger_all',
  'stop_all',
  'stop_limit',
  'stop_market',
  'take_all',
  'take_limit',
  'take_market',
  'trailing_all',
  'trailing_stop',
] as const;
/** `type` of the cancel_all family. */
export const CANCEL_FILTERS = [
  'all',
  'limit',
  'trigger_all',
  'stop',
  'take',
  'trailing_stop',
] as const;
/** Types of rows of the transaction log that we know; the list is open. */
export const ROW_TYPES = [
  'trade',
  'settlement',
  'delivery',
  'deposit',
  'withdrawal',
  'transfer',
  'swap',
  'correction',
  'options_settlement_summary',
] as const;
export const WITHDRAWAL_PRIORITIES = [
  'very_low',
  'low',
  'mid',
  'high',
  'very_high',
  'extreme_high',
  'insane',
] as const;
export const TRANSACTION_SIDES = [
  'open buy',
  'open sell',
  'close buy',
  'close sell',
  'long',
  'short',
  '-',
] as const;

export type Direction = (typeof DIRECTIONS)[number];
export type PositionDirection = (typeof POSITION_DIRECTIONS)[number];
export type OrderState = (typeof ORDER_STATES)[number];
export type TradeOrderState = (typeof TRADE_ORDER_STATES)[number];
export type OrderType = (typeof ORDER_TYPES)[number];
export type OriginalOrderType = (typeof ORIGINAL_ORDER_TYPES)[number];
export type TradeOrderType = (typeof TRADE_ORDER_TYPES)[number];
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];
export type Trigger = (typeof TRIGGERS)[number];
export type TriggerFillCondition = (typeof TRIGGER_FILL_CONDITIONS)[number];
export type CancelReason = (typeof CANCEL_REASONS)[number];
export type Liquidity = (typeof LIQUIDITY)[number];
export type LiquidationSide = (typeof LIQUIDATION_SIDES)[number];
export type TickDirection = (typeof TICK_DIRECTIONS)[number];
export type Kind = (typeof KINDS)[number];
export type InstrumentType = (typeof INSTRUMENT_TYPES)[number];
export type BookState = (typeof BOOK_STATES)[number];
export type MarginModel = (typeof MARGIN_MODELS)[number];
export type ChartState = (typeof CHART_STATES)[number];
export type Interval = (typeof INTERVALS)[number];
export type HeartbeatType = (typeof HEARTBEAT_TYPES)[number];
export type WithdrawalPriority = (typeof WITHDRAWAL_PRIORITIES)[number];
export type TransactionSide = (typeof TRANSACTION_SIDES)[number];
/** What a row of a change of `book.*` does to its level. */
export const BOOK_ACTIONS = ['new', 'change', 'delete'] as const;
