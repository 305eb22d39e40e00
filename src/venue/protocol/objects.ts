/**
 * The objects of Deribit's API v2 as they stand on the wire. `N` is how a number is held: `number` when read with
 * `JSON.parse`, something that keeps every digit when written. Fields are
 * optional where the venue leaves them out in some messages; readers must tolerate fields that are not listed here.
 */
import type { OptionFigures, OptionPosition } from './option-objects.ts';
import type {
  BookState,
  CancelReason,
  ChartState,
  Direction,
  InstrumentType,
  Kind,
  LiquidationSide,
  Liquidity,
  MarginModel,
  OrderState,
  OrderType,
  OriginalOrderType,
  PositionDirection,
  TickDirection,
  TimeInForce,
  TradeOrderState,
  TradeOrderType,
  Trigger,
  TriggerFillCondition,
} from './values.ts';

/** `price` of a trigger order without a limit, while it is untriggered. */
export const MARKET_PRICE = 'market_price';

/** An order. Amounts are in the instrument's unit (coin for linear, USD for inverse), times in ms. */
export type Order<N = number> = {
  readonly order_id: string;
  readonly order_state: OrderState;
  readonly order_type: OrderType;
  readonly original_order_type?: OriginalOrderType;
  readonly instrument_name: string;
  readonly direction: Direction;
  readonly amount?: N;
  readonly contracts?: N;
  readonly filled_amount?: N;
  readonly average_price?: N;
  readonly price: N | typeof MARKET_PRICE;
  readonly time_in_force: TimeInForce;
  readonly post_only: boolean;
  readonly reject_post_only?: boolean;
  readonly reduce_only?: boolean;
  readonly label: string;
  readonly creation_timestamp: number;
  readonly last_update_timestamp: number;
  readonly api: boolean;
  readonly web?: boolean;
  readonly mobile?: boolean;
  readonly replaced?: boolean;
  readonly is_liquidation?: boolean;
  readonly risk_reducing?: boolean;
  readonly mmp?: boolean;
  readonly user_id?: number;
  readonly trigger?: Trigger;
  readonly trigger_price?: N;
  readonly trigger_offset?: N;
  readonly triggered?: boolean;
  /** On an order born from a trigger order: the id of that one. */
  readonly trigger_order_id?: string;
  /** Of icebergs: what they show now, and what they show anew each time. */
  readonly display_amount?: N;
  readonly refresh_amount?: N;
  readonly cancel_reason?: CancelReason;
  readonly oto_order_ids?: readonly string[];
  readonly oco_ref?: string;
  readonly primary_order_id?: string;
  readonly is_secondary_oto?: boolean;
  readonly is_primary_otoco?: boolean;
  readonly trigger_fill_condition?: TriggerFillCondition;
};

/** An own trade; `direction` is the own side, a negative `fee` is a rebate. */
export type UserTrade<N = number> = {
  readonly trade_id: string;
  readonly trade_seq: number;
  readonly instrument_name: string;
  readonly timestamp: number;
  readonly order_id: string;
  readonly label?: string;
  readonly direction: Direction;
  readonly amount: N;
  readonly contracts?: N;
  readonly price: N;
  readonly fee: N;
  readonly fee_currency: string;
  readonly liquidity?: Liquidity;
  readonly state: TradeOrderState;
  readonly order_type?: TradeOrderType;
  readonly profit_loss?: N;
  readonly index_price: N;
  readonly mark_price: N;
  readonly tick_direction: TickDirection;
  /** Of options only: the volatility that the price implies, in percent. */
  readonly iv?: N;
  readonly liquidation?: LiquidationSide;
  readonly matching_id: string | null;
  readonly self_trade?: boolean;
  readonly post_only?: boolean;
  readonly reduce_only?: boolean;
  readonly mmp?: boolean;
  readonly risk_reducing?: boolean;
  readonly api?: boolean;
  readonly user_id?: number;
};

/** Anybody's trade; `direction` is the taker's side. */
export type PublicTrade<N = number> = {
  readonly trade_id: string;
  readonly trade_seq: number;
  readonly instrument_name: string;
  readonly timestamp: number;
  readonly direction: Direction;
  readonly tick_direction: TickDirection;
  readonly index_price: N;
  readonly mark_price: N;
  readonly price: N;
  readonly amount: N;
  readonly contracts?: N;
  /** Volatility in percent that the price of an option implies. */
  readonly iv?: N;
  readonly liquidation?: LiquidationSide;
};

/** A position; `size` is signed, money is in the settlement currency. The last two fields are missing in pushes. */
export type Position<N = number> = Partial<OptionPosition<N>> & {
  readonly instrument_name: string;
  readonly kind: Kind;
  readonly size: N;
  readonly size_currency?: N;
  readonly direction: PositionDirection;
  readonly average_price: N;
  readonly mark_price: N;
  readonly index_price: N;
  readonly settlement_price: N;
  readonly total_profit_loss: N;
  readonly floating_profit_loss: N;
  readonly realized_profit_loss: N;
  readonly realized_funding?: N;
  readonly interest_value?: N;
  readonly delta: N;
  readonly initial_margin: N;
  readonly maintenance_margin: N;
  readonly leverage?: number;
  readonly open_orders_margin?: N;
  readonly estimated_liquidation_price?: N | null;
};

/** The numbers of one currency of an account, as in `user.portfolio` and in the rows of the account summaries. */
export type Portfolio<N = number> = {
  readonly currency: string;
  readonly balance: N;
  readonly equity: N;
  readonly margin_balance: N;
  readonly available_funds: N;
  readonly available_withdrawal_funds: N;
  readonly initial_margin: N;
  readonly maintenance_margin: N;
  readonly projected_initial_margin: N;
  readonly projected_maintenance_margin: N;
  readonly session_upl: N;
  readonly session_rpl: N;
  readonly futures_session_upl: N;
  readonly futures_session_rpl: N;
  readonly futures_pl: N;
  readonly total_pl: N;
  readonly options_session_upl: N;
  readonly options_session_rpl: N;
  readonly options_pl: N;
  readonly options_value: N;
  readonly options_delta: N;
  readonly options_gamma: N;
  readonly options_vega: N;
  readonly options_theta: N;
  readonly options_gamma_map: Readonly<Record<string, N>>;
  readonly options_vega_map: Readonly<Record<string, N>>;
  readonly options_theta_map: Readonly<Record<string, N>>;
  readonly delta_total: N;
  readonly projected_delta_total: N;
  readonly delta_total_map: Readonly<Record<string, N>>;
  readonly spot_reserve: N;
  readonly additional_reserve: N;
  readonly locked_balance?: N;
  readonly fee_balance: N;
  readonly estimated_liquidation_ratio?: N;
  readonly estimated_liquidation_ratio_map?: Readonly<Record<string, N>>;
  readonly margin_model: MarginModel;
  readonly portfolio_margining_enabled: boolean;
  readonly cross_collateral_enabled: boolean;
  readonly limits?: RateLimits;
};

export type RateAndBurst = { readonly rate: number; readonly burst: number };

/** Requests a second and burst by category. */
export type RateLimits = {
  readonly limits_per_currency: boolean;
  readonly non_matching_engine: RateAndBurst;
  readonly matching_engine: {
    readonly trading: { readonly total: RateAndBurst };
    readonly spot: RateAndBurst;
    readonly quotes: RateAndBurst;
    readonly max_quotes: RateAndBurst;
    readonly guaranteed_quotes: RateAndBurst;
    readonly cancel_all: RateAndBurst;
  };
};

/** Who the account is; with `extended` only. */
export type AccountIdentity = {
  readonly id: number;
  readonly system_name: string;
  readonly username: string;
  readonly email: string;
  readonly type: 'main' | 'subaccount';
  readonly creation_timestamp: number;
  readonly login_enabled: boolean;
  readonly security_keys_enabled: boolean;
  readonly mmp_enabled: boolean;
  readonly interuser_transfers_enabled: boolean;
  readonly referrer_id: string | null;
  readonly self_trading_reject_mode: 'reject_taker' | 'cancel_maker';
  /** A text by one page of the reference. */
  readonly self_trading_extended_to_subaccounts: boolean | 'true' | 'false';
};

export type AccountSummary<N = number> = Portfolio<N> & Partial<AccountIdentity>;
export type AccountSummaries<N = number> = Partial<AccountIdentity> & {
  readonly summaries: readonly Portfolio<N>[];
};

export type Instrument<N = number> = {
  readonly instrument_name: string;
  readonly instrument_id: number;
  readonly kind: Kind;
  readonly instrument_type?: InstrumentType;
  readonly future_type?: InstrumentType;
  readonly base_currency: string;
  readonly quote_currency: string;
  readonly counter_currency: string;
  readonly settlement_currency?: string;
  readonly settlement_period?: string;
  readonly contract_size: N;
  readonly min_trade_amount: N;
  readonly tick_size: N;
  readonly tick_size_steps: readonly { readonly above_price: N; readonly tick_size: N }[];
  readonly price_index: string;
  /** Of options only. */
  readonly strike?: N;
  readonly option_type?: 'call' | 'put';
  readonly creation_timestamp: number;
  readonly expiration_timestamp?: number;
  readonly is_active: boolean;
  readonly state?: BookState;
  readonly maker_commission: N;
  readonly taker_commission: N;
  readonly max_liquidation_commission?: N;
  readonly max_leverage?: number;
  readonly block_trade_commission?: N;
  readonly block_trade_min_trade_amount?: N;
  readonly block_trade_tick_size?: N;
};

export type TickerStats<N = number> = {
  readonly high: N | null;
  readonly low: N | null;
  readonly price_change: N | null;
  readonly volume: N;
  readonly volume_usd: N;
  readonly volume_notional?: N;
};

/** Prices of one instrument; a side without orders has null. */
export type Ticker<N = number> = Partial<OptionFigures<N>> & {
  readonly instrument_name: string;
  readonly timestamp: number;
  readonly state: BookState;
  readonly stats: TickerStats<N>;
  readonly index_price: N;
  readonly mark_price: N;
  readonly last_price: N | null;
  /** Until it is delivered; then there is a delivery price in its place. */
  readonly settlement_price?: N;
  readonly delivery_price?: N;
  readonly min_price: N;
  readonly max_price: N;
  readonly best_bid_price: N | null;
  readonly best_bid_amount: N | null;
  readonly best_ask_price: N | null;
  readonly best_ask_amount: N | null;
  readonly open_interest: N;
  readonly estimated_delivery_price: N;
  readonly current_funding?: N;
  readonly funding_8h?: N;
  readonly interest_value?: N;
};

/** Price and amount. */
export type BookLevel<N = number> = readonly [price: N, amount: N];

export type OrderBook<N = number> = Ticker<N> & {
  readonly bids: readonly BookLevel<N>[];
  readonly asks: readonly BookLevel<N>[];
  readonly change_id: number;
};

/** `tick` is the start of the candle in ms; a running candle is sent again and again, none is marked as closed. */
export type ChartCandle<N = number> = {
  readonly tick: number;
  readonly open: N;
  readonly high: N;
  readonly low: N;
  readonly close: N;
  readonly volume: N;
  readonly cost: N;
};

/** Columns of equal length; `volume` in base coin, `cost` in the quote currency. */
export type ChartData<N = number> = {
  readonly status: ChartState;
  readonly ticks: readonly number[];
  readonly open: readonly N[];
  readonly high: readonly N[];
  readonly low: readonly N[];
  readonly close: readonly N[];
  readonly volume: readonly N[];
  readonly cost: readonly N[];
};

/** Data of `user.changes`: one object for each event of an instrument, positions of size zero included. */
export type UserChanges<N = number> = {
  readonly instrument_name: string;
  readonly orders: readonly Order<N>[];
  readonly trades: readonly UserTrade<N>[];
  readonly positions: readonly Position<N>[];
};

/** Result of buy, sell, edit and close_position. */
export type Placed<N = number> = {
  readonly order: Order<N>;
  readonly trades: readonly UserTrade<N>[];
};

export type UserTradesPage<N = number> = {
  readonly trades: readonly UserTrade<N>[];
  readonly has_more: boolean;
};

/** One row of the transaction log; `balance` and `equity` are those after the row. */
export type TransactionRow<N = number> = {
  readonly id: number;
  readonly user_seq: number;
  readonly user_id: number;
  readonly username?: string;
  readonly type: string;
  readonly currency: string;
  readonly timestamp: number;
  readonly change: N;
  readonly cashflow: N;
  readonly balance: N;
  readonly equity?: N;
  readonly commission: N | null;
  readonly position: N | null;
  readonly side: string;
  readonly amount?: N | null;
  readonly contracts?: N | null;
  readonly price: N | null;
  readonly price_currency?: string;
  readonly mark_price?: N;
  readonly index_price?: N;
  readonly settlement_price?: N;
  readonly instrument_name: string | null;
  readonly trade_id: string | null;
  readonly order_id: string | null;
  readonly user_role?: 'maker' | 'taker';
  readonly fee_role?: 'maker' | 'taker';
  readonly profit_as_cashflow?: boolean;
  readonly interest_pl: N | null;
  readonly total_interest_pl?: N;
  readonly session_rpl?: N;
  readonly session_upl?: N;
  readonly info: Readonly<Record<string, unknown>> | string | null;
};

export type TransactionLog<N = number> = {
  readonly logs: readonly TransactionRow<N>[];
  readonly continuation: number | null;
};
