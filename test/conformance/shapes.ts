/** The objects of the wire as shapes: what must be there, of which type, and what may be missing. */
import {
  absent,
  anything,
  either,
  flag,
  has,
  integer,
  list,
  maybe,
  nothing,
  number,
  one,
  type Shape,
  text,
} from './case.ts';

const ORDER_STATES = ['open', 'filled', 'rejected', 'cancelled', 'untriggered', 'triggered'];
const ORDER_TYPES = [
  'limit',
  'market',
  'stop_limit',
  'stop_market',
  'take_limit',
  'take_market',
  'trailing_stop',
];

export const ORDER: Shape = has({
  order_id: text,
  order_state: one(...ORDER_STATES),
  order_type: one(...ORDER_TYPES),
  original_order_type: maybe(one('market', 'market_limit')),
  instrument_name: text,
  direction: one('buy', 'sell'),
  amount: number,
  contracts: maybe(number),
  filled_amount: maybe(number),
  average_price: maybe(number),
  price: either(number, one('market_price')),
  time_in_force: one('good_til_cancelled', 'good_til_day', 'fill_or_kill', 'immediate_or_cancel'),
  post_only: flag,
  reduce_only: maybe(flag),
  label: text,
  creation_timestamp: integer,
  last_update_timestamp: integer,
  api: flag,
  replaced: flag,
  is_liquidation: maybe(flag),
  mmp: maybe(flag),
  cancel_reason: maybe(text),
  trigger: maybe(one('index_price', 'mark_price', 'last_price')),
});
export const ORDER_RELATIONS = [
  'filled_amount <= amount',
  'creation_timestamp <= last_update_timestamp',
];

export const USER_TRADE: Shape = has({
  trade_id: text,
  trade_seq: integer,
  instrument_name: text,
  timestamp: integer,
  order_id: text,
  direction: one('buy', 'sell'),
  amount: number,
  price: number,
  fee: number,
  fee_currency: text,
  liquidity: one('M', 'T'),
  state: one('open', 'filled', 'rejected', 'cancelled', 'untriggered', 'archive'),
  order_type: one('limit', 'market', 'liquidation'),
  profit_loss: number,
  index_price: number,
  mark_price: number,
  tick_direction: one(0, 1, 2, 3),
  matching_id: nothing,
  post_only: flag,
  reduce_only: flag,
  api: flag,
});
export const PLACED: Shape = has({ order: ORDER, trades: list(USER_TRADE) });
export const PLACED_RELATIONS = [
  'order.filled_amount <= order.amount',
  'order.creation_timestamp <= order.last_update_timestamp',
];

export const POSITION: Shape = has({
  instrument_name: text,
  kind: one('future', 'option'),
  size: number,
  size_currency: maybe(number),
  direction: one('buy', 'sell', 'zero'),
  average_price: number,
  mark_price: number,
  index_price: number,
  settlement_price: number,
  total_profit_loss: number,
  floating_profit_loss: number,
  realized_profit_loss: number,
  realized_funding: maybe(number),
  delta: number,
  initial_margin: number,
  maintenance_margin: number,
  leverage: maybe(integer),
  estimated_liquidation_price: maybe(either(number, nothing)),
});

const TICKER_MEMBERS = {
  instrument_name: text,
  timestamp: integer,
  state: one('open', 'settlement', 'locked', 'halted', 'inactive', 'delivered', 'archivized'),
  stats: has({
    high: either(number, nothing),
    low: either(number, nothing),
    price_change: either(number, nothing),
    volume: either(number, nothing),
    volume_usd: maybe(either(number, nothing)),
  }),
  index_price: number,
  mark_price: number,
  last_price: either(number, nothing),
  min_price: number,
  max_price: number,
  best_bid_price: either(number, nothing),
  best_bid_amount: either(number, nothing),
  best_ask_price: either(number, nothing),
  best_ask_amount: either(number, nothing),
  open_interest: number,
  estimated_delivery_price: number,
};
export const TICKER: Shape = has({
  ...TICKER_MEMBERS,
  current_funding: number,
  funding_8h: number,
  interest_value: maybe(number),
});
/** What tells of funding is absent where there is none. */
const NO_FUNDING = { current_funding: absent, funding_8h: absent };
export const DATED_TICKER: Shape = has({ ...TICKER_MEMBERS, ...NO_FUNDING });
export const OPTION_TICKER: Shape = has({
  ...TICKER_MEMBERS,
  ...NO_FUNDING,
  underlying_price: number,
  underlying_index: text,
  interest_rate: number,
  mark_iv: number,
  bid_iv: number,
  ask_iv: number,
  greeks: has({ delta: number, gamma: number, vega: number, theta: number, rho: number }),
});
export const TICKER_RELATIONS = ['min_price < mark_price', 'mark_price < max_price'];

export const PUBLIC_TRADE: Shape = has({
  trade_id: text,
  trade_seq: integer,
  instrument_name: text,
  timestamp: integer,
  direction: one('buy', 'sell'),
  tick_direction: one(0, 1, 2, 3),
  index_price: number,
  mark_price: number,
  price: number,
  amount: number,
});

export const INSTRUMENT: Shape = has({
  instrument_name: text,
  instrument_id: integer,
  kind: text,
  base_currency: text,
  quote_currency: text,
  counter_currency: text,
  settlement_currency: maybe(text),
  settlement_period: maybe(text),
  contract_size: number,
  min_trade_amount: number,
  tick_size: number,
  tick_size_steps: maybe(list(has({ above_price: number, tick_size: number }))),
  price_index: text,
  expiration_timestamp: maybe(integer),
  creation_timestamp: integer,
  strike: maybe(number),
  option_type: maybe(one('call', 'put')),
  is_active: flag,
  maker_commission: number,
  taker_commission: number,
});

const LEVEL = list(number, 2, 2);
export const BOOK: Shape = has({
  bids: list(LEVEL),
  asks: list(LEVEL),
  change_id: integer,
  instrument_name: text,
  timestamp: integer,
  state: text,
  mark_price: number,
  index_price: number,
});

export const CHART: Shape = has({
  status: one('ok', 'no_data'),
  ticks: list(integer),
  open: list(number),
  high: list(number),
  low: list(number),
  close: list(number),
  volume: list(number),
  cost: list(number),
});

export const SUMMARY: Shape = has({
  currency: text,
  balance: number,
  equity: number,
  margin_balance: number,
  available_funds: number,
  available_withdrawal_funds: number,
  initial_margin: number,
  maintenance_margin: number,
  session_upl: number,
  session_rpl: number,
  futures_session_upl: number,
  futures_session_rpl: number,
  total_pl: number,
  futures_pl: number,
  delta_total: number,
  options_value: number,
  margin_model: one('segregated_sm', 'segregated_pm', 'cross_sm', 'cross_pm'),
  portfolio_margining_enabled: flag,
});

export const ROW: Shape = has({
  id: integer,
  user_seq: integer,
  user_id: integer,
  type: text,
  currency: text,
  timestamp: integer,
  change: number,
  cashflow: number,
  balance: number,
  equity: number,
  commission: maybe(either(number, nothing)),
  side: maybe(either(text, nothing)),
  info: maybe(anything),
});

export const CHANGES: Shape = has({
  instrument_name: text,
  orders: list(ORDER),
  trades: list(USER_TRADE),
  positions: list(POSITION),
});
