/**
 * Messages of our own in the spelling of the wire, one for each method and channel that has a reader: what the readers are
 * tried on, and what the fuzzers spoil.
 */

/** What a result or a notification carries, and where it comes from: exactly one of `method` and `channel`. */
export type Sample = {
  readonly method: string | null;
  readonly channel: string | null;
  readonly payload: string;
};

const AT = '1790000000000';

const ORDER = `{"web":false,"user_id":7,"time_in_force":"good_til_cancelled","risk_reducing":false,"replaced":false,"reject_post_only":false,"reduce_only":false,"price":5.95e4,"post_only":true,"order_type":"limit","order_state":"open","order_id":"USDC-9001","mmp":false,"last_update_timestamp":1790000000100,"label":"mine","is_liquidation":false,"instrument_name":"BTC_USDC-PERPETUAL","filled_amount":0.0010,"direction":"buy","creation_timestamp":${AT},"contracts":17.0,"average_price":59499.9,"api":true,"amount":1.7e-3}`;
const STOP = `{"order_id":"USDC-SLMB-12","order_state":"untriggered","order_type":"stop_market","instrument_name":"BTC_USDC-PERPETUAL","direction":"sell","amount":0.0017,"price":"market_price","trigger":"mark_price","trigger_price":58905.25,"triggered":false,"reduce_only":true,"post_only":false,"time_in_force":"good_til_cancelled","label":"stop","creation_timestamp":${AT},"last_update_timestamp":${AT},"api":true,"mobile":false,"oto_order_ids":["OTO-1"],"primary_order_id":"USDC-9001","oco_ref":"X1"}`;
const FILL = `{"trade_id":"USDC-77001","trade_seq":501,"timestamp":${AT},"instrument_name":"BTC_USDC-PERPETUAL","order_id":"USDC-9001","label":"mine","direction":"buy","amount":0.0010,"contracts":10.0,"price":59499.9,"fee":-2.9749950e-3,"fee_currency":"USDC","liquidity":"M","state":"open","order_type":"limit","index_price":59501.12,"mark_price":5.950025e4,"tick_direction":1,"profit_loss":0.0,"matching_id":null,"self_trade":false,"api":true,"user_id":7,"starbase_match_id":204703712348741633,"starbase_order_id":12,"starbase_timestamp":1790000000000877497,"original_order_type":"market_limit"}`;
const POSITION = `{"instrument_name":"BTC_USDC-PERPETUAL","kind":"future","size":1.0e-3,"size_currency":0.001,"direction":"buy","average_price":59499.9,"mark_price":59500.25,"index_price":59501.12,"settlement_price":59400,"total_profit_loss":3.5e-4,"floating_profit_loss":0.00035,"realized_profit_loss":0,"realized_funding":-1.2E-7,"interest_value":0.01,"delta":0.001,"initial_margin":1.19,"maintenance_margin":0.595,"leverage":50}`;
const SUMMARY =
  '{"currency":"USDC","balance":10000.25,"equity":10000.25035,"margin_balance":10000.25035,"available_funds":9999.06,"available_withdrawal_funds":9999.06,"initial_margin":1.19,"maintenance_margin":0.595,"session_rpl":0.0,"session_upl":3.5e-4,"delta_total_map":{"btc_usdc":0.001},"margin_model":"segregated_sm","portfolio_margining_enabled":false,"cross_collateral_enabled":false,"spot_reserve":0}';
const INSTRUMENT = `{"instrument_name":"BTC_USDC-PERPETUAL","instrument_id":124972,"kind":"future","instrument_type":"linear","future_type":"linear","base_currency":"BTC","quote_currency":"USDC","counter_currency":"USDC","settlement_currency":"USDC","settlement_period":"perpetual","contract_size":1.0e-4,"min_trade_amount":0.0001,"tick_size":0.1,"tick_size_steps":[{"above_price":100000,"tick_size":0.5}],"price_index":"btc_usdc","creation_timestamp":1650000000000,"expiration_timestamp":32503708800000,"is_active":true,"state":"open","maker_commission":0.0,"taker_commission":5.0e-4,"max_leverage":50}`;
const OPTION =
  '{"instrument_name":"BTC-25DEC26-100000-C","instrument_id":5,"kind":"option","instrument_type":"reversed","option_type":"call","strike":100000.0,"base_currency":"BTC","quote_currency":"BTC","settlement_currency":"BTC","settlement_period":"month","contract_size":1.0,"min_trade_amount":0.1,"tick_size":1e-4,"is_active":true,"maker_commission":0.0003,"taker_commission":0.0003}';
const SPOT =
  '{"instrument_name":"ETH_USDC","kind":"spot","base_currency":"ETH","quote_currency":"USDC","contract_size":1e-4,"min_trade_amount":0.0001,"tick_size":0.01,"is_active":true,"maker_commission":0,"taker_commission":0}';
const COMBO =
  '{"instrument_name":"BTC-FS-25DEC26_PERP","kind":"future_combo","instrument_type":"reversed","base_currency":"BTC","quote_currency":"USD","contract_size":10,"min_trade_amount":10,"tick_size":0.5,"is_active":true,"state":"open"}';
const TICKER = `{"instrument_name":"BTC_USDC-PERPETUAL","timestamp":${AT},"state":"open","stats":{"high":60000,"low":58000.5,"price_change":-0.25,"volume":12.5,"volume_usd":743750},"index_price":59501.12,"mark_price":59500.25,"last_price":59499.9,"settlement_price":59400,"min_price":58607.7,"max_price":60392.8,"best_bid_price":59500,"best_bid_amount":0.4,"best_ask_price":59500.1,"best_ask_amount":0.0,"open_interest":123.4567,"estimated_delivery_price":59501.12,"current_funding":1.0e-5,"funding_8h":-2.5E-6,"interest_value":0.012}`;
const PUBLIC_TRADE = `{"trade_id":"USDC-77002","trade_seq":502,"instrument_name":"BTC_USDC-PERPETUAL","timestamp":${AT},"direction":"sell","tick_direction":3,"index_price":59501.12,"mark_price":59500.25,"price":59500.0,"amount":2.0e-2,"contracts":200,"starbase_match_id":204703712348741633,"starbase_timestamp":1790000000000877497}`;
const LOG = (more: string): string =>
  `{"id":88001,"user_seq":41,"user_id":7,"username":"me","timestamp":${AT},"currency":"USDC","change":-2.975e-3,"cashflow":0,"balance":10000.25,"equity":10000.3,"info":null,${more}}`;
const TRANSACTIONS = [
  '"type":"trade","instrument_name":"BTC_USDC-PERPETUAL","trade_id":"USDC-77001","order_id":"USDC-9001","side":"open buy","commission":0.003,"position":0.001',
  '"type":"settlement","instrument_name":"BTC_USDC-PERPETUAL","trade_id":null,"side":"long","session_rpl":-4.4e-5,"session_upl":0.002,"interest_pl":1e-5,"info":{"floating_pl":0.002}',
  '"type":"delivery","instrument_name":"BTC_USDC-25DEC26","trade_id":4711,"side":"close sell","settlement_price":60000',
  '"type":"options_settlement_summary","instrument_name":null,"side":"-","info":{"settlement_prices":{"btc_usdc":60000}}',
  '"type":"deposit","side":"-","info":{"addr":"a","transaction":"t"}',
  '"type":"withdrawal","instrument_name":"","info":"Source: api"',
  '"type":"transfer","info":{"transfer_type":"subaccount","other_user_id":27}',
  '"type":"swap","info":"USDC for USDT"',
  '"type":"correction","info":"by hand"',
  '"type":"liquidation","instrument_name":"BTC_USDC-PERPETUAL","trade_id":"USDC-3","starbase_match_id":204703712348741633',
  '"type":"assignment","instrument_name":"BTC_USDC-25DEC26-60000-C","side":"close buy"',
  '"type":"negative_balance_fee","info":null',
  '"type":"usdc_reward","info":{"rate":0.04}',
  '"type":"never heard of","info":[1,2]',
].map(LOG);
const SETTLEMENT = `{"type":"settlement","timestamp":${AT},"instrument_name":"BTC_USDC-PERPETUAL","position":0.001,"mark_price":59500.25,"index_price":59501.12,"profit_loss":3.5e-4,"session_profit_loss":0.0021,"funding":-1.0e-6}`;
const BANKRUPTCY = `{"type":"bankruptcy","timestamp":${AT},"session_bankruptcy":0.5,"session_tax":0.001,"session_tax_rate":1e-4,"socialized":0.01,"funded":0.49}`;
const TRIGGER = `{"timestamp":${AT},"instrument_name":"BTC_USDC-PERPETUAL","trigger":"mark_price","trigger_price":58905.25,"trigger_offset":null,"trigger_order_id":"USDC-SLMB-12","order_id":"USDC-9002","order_state":"rejected:reduce_direction","request":"trigger:order","direction":"sell","amount":0.0017,"price":"market_price","order_type":"market","reduce_only":true,"post_only":false,"label":"stop"}`;

const answer = (methods: string, payload: string): readonly Sample[] =>
  methods.split(' ').map((method) => ({ method, channel: null, payload }));
const said = (channels: string, payload: string): readonly Sample[] =>
  channels.split(' ').map((channel) => ({ method: null, channel, payload }));

const TRADING: readonly Sample[] = [
  ...answer(
    'private/buy private/sell private/edit private/edit_by_label private/close_position',
    `{"order":${ORDER},"trades":[${FILL}]}`,
  ),
  ...answer('private/cancel private/get_order_state', ORDER.replace('"open"', '"cancelled"')),
  ...answer(
    'private/cancel_by_label private/cancel_all private/cancel_all_by_currency private/cancel_all_by_instrument private/cancel_all_by_currency_pair private/cancel_quotes',
    '37',
  ),
  ...answer(
    'private/cancel_all_by_kind_or_type',
    `[{"currency":"USDC","type":"trigger","instrument_name":"BTC_USDC-PERPETUAL","result":[${STOP}]},{"currency":"BTC","instrument_name":"BTC-PERPETUAL","error":{"code":10041,"message":"settlement_in_progress"}}]`,
  ),
  ...answer(
    'private/get_open_orders private/get_open_orders_by_currency private/get_open_orders_by_instrument private/get_open_orders_by_label private/get_order_state_by_label',
    `[${ORDER},${STOP}]`,
  ),
  ...answer(
    'private/get_order_history_by_currency',
    `[${ORDER.replace('"open"', '"filled"')},{"order":${ORDER.replace('"open"', '"archive"')}}]`,
  ),
  ...answer(
    'private/get_order_history_by_instrument',
    `{"orders":[${ORDER.replace('"open"', '"expired"')}],"continuation":"abc"}`,
  ),
  ...answer(
    'private/get_user_trades_by_currency private/get_user_trades_by_currency_and_time private/get_user_trades_by_instrument private/get_user_trades_by_instrument_and_time',
    `{"trades":[${FILL}],"has_more":false}`,
  ),
  ...answer('private/get_user_trades_by_order', `[${FILL}]`),
  ...answer('private/get_trigger_order_history', `{"entries":[${TRIGGER}],"continuation":null}`),
  ...answer('private/mass_quote', `{"orders":[${ORDER}],"trades":[],"errors":[{"code":10043}]}`),
];

const ACCOUNT: readonly Sample[] = [
  ...answer('private/get_position', POSITION),
  ...answer('private/get_positions', `[${POSITION}]`),
  ...answer('private/get_account_summary', SUMMARY),
  ...answer('private/get_account_summaries', `{"id":4711,"type":"main","summaries":[${SUMMARY}]}`),
  ...answer(
    'private/get_transaction_log',
    `{"logs":[${TRANSACTIONS.join(',')}],"continuation":123456}`,
  ),
  ...answer(
    'private/get_settlement_history_by_currency private/get_settlement_history_by_instrument public/get_last_settlements_by_currency public/get_last_settlements_by_instrument',
    `{"settlements":[${SETTLEMENT},${BANKRUPTCY}],"continuation":"xyz"}`,
  ),
  ...answer(
    'private/get_user_locks',
    '[{"currency":"BTC","locked":true,"message":"why"},{"currency":"ETH","enabled":false}]',
  ),
  ...answer(
    'private/get_margins',
    '{"buy":1.19,"sell":1.2,"min_price":58607.7,"max_price":60392.8}',
  ),
  ...answer(
    'private/get_order_margin_by_ids',
    '[{"order_id":"USDC-9001","initial_margin":1.0e-2,"initial_margin_currency":"USDC"}]',
  ),
  ...answer(
    'private/get_mmp_config private/set_mmp_config',
    '[{"index_name":"btc_usd","interval":60,"frozen_time":0,"quantity_limit":0.5}]',
  ),
  ...answer('private/get_mmp_status', '[{"index_name":"btc_usd","frozen_until":0}]'),
  ...answer(
    'private/get_access_log',
    `{"records_total":1,"data":[{"id":3,"timestamp":${AT},"ip":"127.0.0.1","result":"success"}]}`,
  ),
  ...answer(
    'private/get_subaccounts_details',
    `[{"uid":3,"positions":[${POSITION}],"open_orders":[${STOP}]}]`,
  ),
  ...answer('private/get_subaccounts', '[{"id":3,"type":"subaccount","username":"u"}]'),
  ...answer(
    'private/get_deposits',
    `{"count":1,"data":[{"currency":"BTC","amount":0.4,"state":"completed","received_timestamp":${AT}}]}`,
  ),
  ...answer(
    'private/get_withdrawals',
    `{"count":1,"data":[{"id":1,"currency":"BTC","amount":0.4,"fee":1e-4,"state":"unconfirmed","created_timestamp":${AT}}]}`,
  ),
  ...answer(
    'private/get_transfers',
    `{"count":1,"data":[{"id":2,"currency":"ETH","amount":0.2,"state":"confirmed","type":"user","created_timestamp":${AT}}]}`,
  ),
  ...answer(
    'private/move_positions',
    '[{"target_uid":23,"source_uid":3,"price":35800,"instrument_name":"BTC-PERPETUAL","direction":"buy","amount":110}]',
  ),
  ...answer('private/get_cancel_on_disconnect', '{"scope":"connection","enabled":false}'),
  ...answer('private/get_email_language', '"en"'),
  ...answer(
    'private/get_leg_prices',
    '{"amount":2,"legs":[{"instrument_name":"BTC-PERPETUAL","direction":"buy","price":59500,"ratio":1}]}',
  ),
  ...answer(
    'public/auth',
    '{"access_token":"EXAMPLE","refresh_token":"EXAMPLE","token_type":"bearer","expires_in":900,"scope":"connection account:read trade:read_write"}',
  ),
];

const ANNOUNCEMENT = `{"id":1550058362418,"title":"t","body":"b","important":false,"publication_timestamp":${AT}}`;
const COMBO_ROW = `{"id":"BTC-FS-25DEC26_PERP","instrument_id":27,"state":"active","creation_timestamp":${AT},"legs":[{"instrument_name":"BTC-PERPETUAL","amount":-1}]}`;

const PUBLIC: readonly Sample[] = [
  ...answer('public/get_instrument', INSTRUMENT),
  ...answer('public/get_instruments', `[${INSTRUMENT},${OPTION},${SPOT},${COMBO}]`),
  ...answer('public/ticker', TICKER),
  ...answer(
    'public/get_order_book public/get_order_book_by_instrument_id',
    `${TICKER.slice(0, -1)},"change_id":88,"bids":[[59500,0.4]],"asks":[[59500.1,1e-2]]}`,
  ),
  ...answer(
    'public/get_tradingview_chart_data',
    '{"status":"ok","ticks":[60000,120000],"open":[1,2.5],"high":[3,3],"low":[1,1],"close":[2.5,2],"volume":[1.0e-1,0],"cost":[1,0]}',
  ),
  ...answer(
    'public/get_last_trades_by_instrument public/get_last_trades_by_instrument_and_time public/get_last_trades_by_currency public/get_last_trades_by_currency_and_time',
    `{"trades":[${PUBLIC_TRADE}],"has_more":true}`,
  ),
  ...answer(
    'public/get_book_summary_by_currency public/get_book_summary_by_instrument',
    `[{"instrument_name":"BTC_USDC-PERPETUAL","base_currency":"BTC","quote_currency":"USDC","creation_timestamp":${AT},"bid_price":59500,"ask_price":null,"mark_price":59500.25,"volume":12.5,"open_interest":123.4,"last":null}]`,
  ),
  ...answer(
    'public/get_funding_rate_history',
    `[{"timestamp":${AT},"index_price":59501.12,"prev_index_price":59400,"interest_1h":-4.739622041017375e-07,"interest_8h":3.469446951953614e-18}]`,
  ),
  ...answer(
    'public/get_funding_chart_data',
    `{"current_interest":1e-5,"interest_8h":2e-5,"data":[{"timestamp":${AT},"index_price":59501.12,"interest_8h":0}]}`,
  ),
  ...answer('public/get_funding_rate_value', '-2.8583510923267753e-07'),
  ...answer(
    'public/get_mark_price_history public/get_index_chart_data public/get_historical_volatility',
    `[[${AT},0.5165791606037885]]`,
  ),
  ...answer(
    'public/get_volatility_index_data',
    `{"data":[[${AT},50.1,51,50,50.5]],"continuation":1789999999999}`,
  ),
  ...answer(
    'public/get_delivery_prices',
    '{"records_total":58,"data":[{"date":"2026-09-21","delivery_price":59131.214606410254}]}',
  ),
  ...answer(
    'public/get_index_price',
    '{"index_price":59501.12,"estimated_delivery_price":59501.12}',
  ),
  ...answer(
    'public/get_index_price_names',
    '["btc_usd",{"name":"eth_usd","future_combo_creation_enabled":true}]',
  ),
  ...answer('public/get_supported_index_names public/get_combo_ids', '["btc_usd"]'),
  ...answer(
    'public/get_expirations',
    '{"future":["25DEC26","PERPETUAL"],"btc":{"option":["25DEC26"]}}',
  ),
  ...answer('public/get_contract_size', '{"contract_size":1e-4}'),
  ...answer(
    'public/get_currencies',
    '[{"currency":"BTC","currency_long":"Bitcoin","coin_type":"BITCOIN","min_confirmations":1,"withdrawal_fee":0.0001,"decimals":8}]',
  ),
  ...answer(
    'public/get_trade_volumes',
    '[{"currency":"BTC","calls_volume":145,"puts_volume":4.8e1}]',
  ),
  ...answer('public/get_combos', `[${COMBO_ROW}]`),
  ...answer('public/get_combo_details private/create_combo', COMBO_ROW),
  ...answer('public/get_apr_history', '{"data":[{"day":20200,"apr":2.814}],"continuation":20196}'),
  ...answer('public/get_announcements private/get_new_announcements', `[${ANNOUNCEMENT}]`),
  ...answer('public/status', '{"locked":"partial","locked_indices":["btc_usdc"]}'),
  ...answer('public/hello public/test', '{"version":"1.2.26"}'),
  ...answer('public/get_time', AT),
  ...answer(
    'public/subscribe public/unsubscribe private/subscribe private/unsubscribe',
    '["user.changes.any.any.raw"]',
  ),
  ...answer(
    'public/set_heartbeat public/disable_heartbeat public/unsubscribe_all private/unsubscribe_all private/enable_cancel_on_disconnect private/disable_cancel_on_disconnect private/logout private/reset_mmp',
    '"ok"',
  ),
];

const STREAM: readonly Sample[] = [
  ...said(
    'user.changes.any.any.raw user.changes.BTC_USDC-PERPETUAL.100ms',
    `{"orders":[${ORDER}],"instrument_name":"BTC_USDC-PERPETUAL","trades":[${FILL}],"positions":[${POSITION}]}`,
  ),
  ...said('user.orders.any.any.raw', ORDER),
  ...said('user.orders.BTC_USDC-PERPETUAL.100ms', `[${ORDER},${STOP}]`),
  ...said('user.trades.any.any.raw user.combo_trades.any.any.raw', `[${FILL}]`),
  ...said('user.portfolio.any', SUMMARY),
  ...said('user.lock', '{"currency":"ALL","locked":true}'),
  ...said('user.mmp_trigger.any', '{"index_name":"btc_usd","frozen_until":0,"block_rfq":false}'),
  ...said('user.access_log', `{"id":3,"timestamp":${AT},"ip":"127.0.0.1","log":"success"}`),
  ...said('ticker.BTC_USDC-PERPETUAL.100ms', TICKER),
  ...said('incremental_ticker.BTC_USDC-PERPETUAL', `${TICKER.slice(0, -1)},"type":"snapshot"}`),
  ...said(
    'incremental_ticker.ETH-PERPETUAL',
    `{"type":"change","instrument_name":"ETH-PERPETUAL","timestamp":${AT},"mark_price":4000.5}`,
  ),
  ...said(
    'chart.trades.BTC_USDC-PERPETUAL.1',
    '{"tick":60000,"open":1,"high":3,"low":1,"close":2.5,"volume":1e-1,"cost":1}',
  ),
  ...said('trades.BTC_USDC-PERPETUAL.raw', `[${PUBLIC_TRADE}]`),
  ...said(
    'book.BTC_USDC-PERPETUAL.100ms',
    `{"type":"change","instrument_name":"BTC_USDC-PERPETUAL","timestamp":${AT},"change_id":89,"prev_change_id":88,"bids":[["delete",59500,0.0]],"asks":[["new",5.95001e4,0.4]]}`,
  ),
  ...said(
    'book.BTC_USDC-PERPETUAL.none.10.100ms',
    `{"instrument_name":"BTC_USDC-PERPETUAL","timestamp":${AT},"change_id":89,"bids":[[59500,0.4]],"asks":[]}`,
  ),
  ...said(
    'quote.BTC_USDC-PERPETUAL',
    `{"instrument_name":"BTC_USDC-PERPETUAL","timestamp":${AT},"best_bid_price":59500,"best_bid_amount":0.4,"best_ask_price":null,"best_ask_amount":0.0}`,
  ),
  ...said(
    'deribit_price_index.btc_usdc',
    `{"index_name":"btc_usdc","price":59501.12,"timestamp":${AT}}`,
  ),
  ...said(
    'perpetual.BTC_USDC-PERPETUAL.100ms',
    `{"interest":1.423032929843748e-4,"index_price":59501.12,"timestamp":${AT}}`,
  ),
  ...said(
    'instrument.state.any.any',
    `{"instrument_name":"BTC_USDC-PERPETUAL","state":"settlement","timestamp":${AT}}`,
  ),
  ...said('platform_state', '{"locked":false,"price_index":"btc_usdc","reasons":[]}'),
  ...said('platform_state.public_methods_state', '{"allow_unauthenticated_public_requests":true}'),
  ...said(
    'deribit_price_statistics.btc_usd',
    '{"index_name":"btc_usd","high24h":60000,"low24h":58000,"change24h":-1.2e3,"high_volatility":false}',
  ),
  ...said(
    'deribit_price_ranking.btc_usd',
    `[{"identifier":"one","timestamp":${AT},"price":59500,"original_price":59500,"weight":14.29,"enabled":true},{"identifier":"two","timestamp":0,"price":null,"weight":0,"enabled":false}]`,
  ),
  ...said(
    'deribit_volatility_index.btc_usd',
    `{"index_name":"btc_usd","timestamp":${AT},"volatility":52.36}`,
  ),
  ...said(
    'estimated_expiration_price.btc_usd',
    '{"seconds":180929,"price":59501.12,"is_estimated":false}',
  ),
  ...said(
    'markprice.options.btc_usd',
    `[{"instrument_name":"BTC-25DEC26-100000-C","mark_price":0.0333,"iv":0.9,"timestamp":${AT}}]`,
  ),
  ...said('announcements', `{"action":"new",${ANNOUNCEMENT.slice(1)}`),
];

export const SAMPLES: readonly Sample[] = [...TRADING, ...ACCOUNT, ...PUBLIC, ...STREAM];

/** The frame that a sample comes in. */
export const frameOf = ({ channel, payload }: Sample): string =>
  channel === null
    ? `{"jsonrpc":"2.0","id":7,"result":${payload},"usIn":1790000000000123,"usOut":1790000000000223,"usDiff":100,"testnet":true}`
    : `{"params":{"channel":"${channel}","data":${payload}},"method":"subscription","jsonrpc":"2.0"}`;
