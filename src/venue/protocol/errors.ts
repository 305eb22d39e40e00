/**
 * Every error code of Deribit's API v2 with the message that comes with it and the class that says what a client may
 * conclude. Codes whose text carries a bound or reason ("price_too_high 88079.9") stand here with the bare text.
 * Source: the RPC error table of the API reference; 13907 is listed there twice, the first message is kept.
 */

/**
 * What a code proves about the request that got it:
 * - `not_executed`: it ran out of time or was overtaken; it had no effect.
 * - `transient`: no effect, the reason passes soon (settlement, full queue, wrong node).
 * - `rate_limited`: no effect, credits are used up; the venue may close the socket as well.
 * - `unavailable`: no effect, the venue, method or account is locked or under maintenance.
 * - `rejected`: no effect, refused for good as it stands (amount, price, funds, instrument, limits, post-only).
 * - `stale`: our picture of an order is out of date; its state and trades must be read.
 * - `unknown`: nothing is proved; the request may have been executed.
 * - `auth`: key, token or scope do not allow it; no effect.
 * - `unprotected`: cancel-on-disconnect is not in force on this connection.
 * - `fatal`: the request itself is malformed, a bug of the client; no effect.
 * - `subscription`: channels were refused.
 * - `other`: wallet, account and block trade matters, outside the trading path.
 */
export type ErrorClass =
  | 'not_executed'
  | 'transient'
  | 'rate_limited'
  | 'unavailable'
  | 'rejected'
  | 'stale'
  | 'unknown'
  | 'auth'
  | 'unprotected'
  | 'fatal'
  | 'subscription'
  | 'other';

export type ErrorEntry = { readonly message: string; readonly class: ErrorClass };

/** By code. A code that is not in this table proves nothing: treat it as `unknown`. */
export const ERRORS = {
  '-32700': { message: 'Parse error', class: 'fatal' },
  '-32603': { message: 'Internal error', class: 'unknown' },
  '-32602': { message: 'Invalid params', class: 'fatal' },
  '-32601': { message: 'Method not found', class: 'fatal' },
  '-32600': { message: 'request entity too large', class: 'fatal' },
  '-32000': { message: 'Missing params', class: 'fatal' },
  9999: { message: 'api_not_enabled', class: 'auth' },
  10000: { message: 'authorization_required', class: 'auth' },
  10001: { message: 'error', class: 'unknown' },
  10002: { message: 'qty_too_low', class: 'rejected' },
  10003: { message: 'order_overlap', class: 'rejected' },
  10004: { message: 'order_not_found', class: 'stale' },
  10005: { message: 'price_too_low', class: 'rejected' },
  10006: { message: 'price_too_low4idx', class: 'rejected' },
  10007: { message: 'price_too_high', class: 'rejected' },
  10008: { message: 'price_too_high4idx', class: 'rejected' },
  10009: { message: 'not_enough_funds', class: 'rejected' },
  10010: { message: 'already_closed', class: 'stale' },
  10011: { message: 'price_not_allowed', class: 'rejected' },
  10012: { message: 'book_closed', class: 'rejected' },
  10013: { message: 'pme_max_total_open_orders', class: 'rejected' },
  10014: { message: 'pme_max_future_open_orders', class: 'rejected' },
  10015: { message: 'pme_max_option_open_orders', class: 'rejected' },
  10016: { message: 'pme_max_future_open_orders_size', class: 'rejected' },
  10017: { message: 'pme_max_option_open_orders_size', class: 'rejected' },
  10018: { message: 'non_pme_max_future_position_size', class: 'rejected' },
  10019: { message: 'locked_by_admin', class: 'unavailable' },
  10020: { message: 'invalid_or_unsupported_instrument', class: 'rejected' },
  10021: { message: 'invalid_amount', class: 'rejected' },
  10022: { message: 'invalid_quantity', class: 'rejected' },
  10023: { message: 'invalid_price', class: 'rejected' },
  10024: { message: 'invalid_max_show', class: 'rejected' },
  10025: { message: 'invalid_order_id', class: 'rejected' },
  10026: { message: 'price_precision_exceeded', class: 'rejected' },
  10027: { message: 'non_integer_contract_amount', class: 'rejected' },
  10028: { message: 'too_many_requests', class: 'rate_limited' },
  10029: { message: 'not_owner_of_order', class: 'stale' },
  10030: { message: 'must_be_websocket_request', class: 'fatal' },
  10031: { message: 'invalid_args_for_instrument', class: 'rejected' },
  10032: { message: 'whole_cost_too_low', class: 'rejected' },
  10033: { message: 'not_implemented', class: 'fatal' },
  10034: { message: 'trigger_price_too_high', class: 'rejected' },
  10035: { message: 'trigger_price_too_low', class: 'rejected' },
  10036: { message: 'invalid_max_show_amount', class: 'rejected' },
  10037: { message: 'non_pme_total_short_options_positions_size', class: 'rejected' },
  10038: { message: 'pme_max_risk_reducing_orders', class: 'rejected' },
  10039: { message: 'not_enough_funds_in_currency', class: 'rejected' },
  10040: { message: 'retry', class: 'transient' },
  10041: { message: 'settlement_in_progress', class: 'transient' },
  10043: { message: 'price_wrong_tick', class: 'rejected' },
  10044: { message: 'trigger_price_wrong_tick', class: 'rejected' },
  10045: { message: 'can_not_cancel_liquidation_order', class: 'rejected' },
  10046: { message: 'can_not_edit_liquidation_order', class: 'rejected' },
  10047: { message: 'matching_engine_queue_full', class: 'transient' },
  10048: { message: 'not_on_this_server', class: 'transient' },
  10049: { message: 'cancel_on_disconnect_failed', class: 'unprotected' },
  10050: { message: 'lock_time_exceeded', class: 'unknown' },
  10066: { message: 'too_many_concurrent_requests', class: 'rate_limited' },
  10072: { message: 'disabled_while_position_lock', class: 'rejected' },
  11008: { message: 'already_filled', class: 'stale' },
  11013: { message: 'max_spot_open_orders', class: 'rejected' },
  11021: { message: 'post_only_price_modification_not_possible', class: 'rejected' },
  11022: { message: 'max_spot_order_quantity', class: 'rejected' },
  11029: { message: 'invalid_arguments', class: 'rejected' },
  11030: { message: 'other_reject', class: 'rejected' },
  11031: { message: 'other_error', class: 'unknown' },
  11035: { message: 'no_more_triggers', class: 'rejected' },
  11036: { message: 'invalid_trigger_price', class: 'rejected' },
  11037: { message: 'outdated_instrument_for_IV_order', class: 'rejected' },
  11038: { message: 'no_adv_for_futures', class: 'rejected' },
  11039: { message: 'no_adv_postonly', class: 'rejected' },
  11041: { message: 'not_adv_order', class: 'rejected' },
  11042: { message: 'permission_denied', class: 'auth' },
  11043: { message: 'bad_argument', class: 'rejected' },
  11044: { message: 'not_open_order', class: 'stale' },
  11045: { message: 'invalid_event', class: 'fatal' },
  11046: { message: 'outdated_instrument', class: 'rejected' },
  11047: { message: 'unsupported_arg_combination', class: 'rejected' },
  11048: { message: 'wrong_max_show_for_option', class: 'rejected' },
  11049: { message: 'bad_arguments', class: 'rejected' },
  11050: { message: 'bad_request', class: 'fatal' },
  11051: { message: 'system_maintenance', class: 'unavailable' },
  11052: { message: 'subscribe_error_unsubscribed', class: 'subscription' },
  11053: { message: 'transfer_not_found', class: 'stale' },
  11054: { message: 'post_only_reject', class: 'rejected' },
  11055: { message: 'post_only_not_allowed', class: 'rejected' },
  11056: { message: 'unauthenticated_public_requests_temporarily_disabled', class: 'transient' },
  11090: { message: 'invalid_addr', class: 'other' },
  11091: { message: 'invalid_transfer_address', class: 'other' },
  11092: { message: 'address_already_exist', class: 'other' },
  11093: { message: 'max_addr_count_exceeded', class: 'other' },
  11094: { message: 'internal_server_error', class: 'unknown' },
  11095: { message: 'disabled_deposit_address_creation', class: 'other' },
  11096: { message: 'address_belongs_to_user', class: 'other' },
  11097: { message: 'no_deposit_address', class: 'other' },
  11098: { message: 'account_locked', class: 'unavailable' },
  12000: { message: 'bad_tfa', class: 'auth' },
  12001: { message: 'too_many_subaccounts', class: 'other' },
  12002: { message: 'wrong_subaccount_name', class: 'other' },
  12003: { message: 'login_over_limit', class: 'auth' },
  12004: { message: 'registration_over_limit', class: 'other' },
  12005: { message: 'country_is_banned', class: 'other' },
  12100: { message: 'transfer_not_allowed', class: 'other' },
  12998: { message: 'security_key_authorization_over_limit', class: 'auth' },
  12999: { message: 'tfa_used', class: 'auth' },
  13000: { message: 'invalid_login', class: 'auth' },
  13001: { message: 'account_not_activated', class: 'auth' },
  13002: { message: 'account_blocked', class: 'unavailable' },
  13003: { message: 'tfa_required', class: 'auth' },
  13004: { message: 'invalid_credentials', class: 'auth' },
  13005: { message: 'pwd_match_error', class: 'auth' },
  13006: { message: 'security_error', class: 'auth' },
  13007: { message: 'user_not_found', class: 'auth' },
  13008: { message: 'request_failed', class: 'unknown' },
  13009: { message: 'unauthorized', class: 'auth' },
  13010: { message: 'value_required', class: 'rejected' },
  13011: { message: 'value_too_short', class: 'rejected' },
  13012: { message: 'unavailable_in_subaccount', class: 'auth' },
  13013: { message: 'invalid_phone_number', class: 'other' },
  13014: { message: 'cannot_send_sms', class: 'other' },
  13015: { message: 'invalid_sms_code', class: 'other' },
  13016: { message: 'invalid_input', class: 'rejected' },
  13017: { message: 'subscription_failed', class: 'subscription' },
  13018: { message: 'invalid_content_type', class: 'fatal' },
  13019: { message: 'orderbook_closed', class: 'rejected' },
  13020: { message: 'not_found', class: 'rejected' },
  13021: { message: 'forbidden', class: 'auth' },
  13025: { message: 'method_switched_off_by_admin', class: 'unavailable' },
  13028: { message: 'temporarily_unavailable', class: 'unknown' },
  13030: { message: 'mmp_trigger', class: 'rejected' },
  13031: { message: 'verification_required', class: 'other' },
  13032: { message: 'non_unique_order_label', class: 'rejected' },
  13034: { message: 'no_more_security_keys_allowed', class: 'other' },
  13035: { message: 'active_combo_limit_reached', class: 'rejected' },
  13036: { message: 'unavailable_for_combo_books', class: 'unavailable' },
  13037: { message: 'incomplete_KYC_data', class: 'other' },
  13040: { message: 'mmp_required', class: 'rejected' },
  13042: { message: 'cod_not_enabled', class: 'unprotected' },
  13043: { message: 'quotes_frozen', class: 'transient' },
  13403: { message: 'scope_exceeded', class: 'auth' },
  13503: { message: 'unavailable', class: 'unavailable' },
  13666: { message: 'request_cancelled_by_user', class: 'not_executed' },
  13668: { message: 'security_key_authorization_error', class: 'auth' },
  13777: { message: 'replaced', class: 'not_executed' },
  13778: { message: 'raw_subscriptions_not_available_for_unauthorized', class: 'auth' },
  13780: { message: 'move_positions_over_limit', class: 'rate_limited' },
  13781: { message: 'coupon_already_used', class: 'other' },
  13791: { message: 'KYC_transfer_already_initiated', class: 'other' },
  13792: { message: 'incomplete_KYC_data', class: 'other' },
  13793: { message: 'KYC_data_inaccessible', class: 'other' },
  13888: { message: 'timed_out', class: 'not_executed' },
  13901: { message: 'no_more_oto_orders', class: 'rejected' },
  13902: { message: 'mass_quotes_disabled', class: 'rejected' },
  13903: { message: 'too_many_quotes', class: 'rate_limited' },
  13904: { message: 'security_key_setup_required', class: 'auth' },
  13905: { message: 'too_many_quotes_per_block_rfq', class: 'other' },
  13906: { message: 'too_many_quotes_per_block_rfq_side', class: 'other' },
  13907: { message: 'not_fully_filled', class: 'other' },
  13910: { message: 'quote_crossed', class: 'other' },
  13911: { message: 'max_broker_client_count', class: 'other' },
  13912: { message: 'broker_cannot_be_client', class: 'other' },
  13913: { message: 'broker_already_linked', class: 'other' },
  13914: { message: 'user_is_a_broker_client', class: 'other' },
  13915: { message: 'user_is_not_a_broker', class: 'other' },
  13916: { message: 'app_registered_to_broker', class: 'other' },
  13917: { message: 'account_quote_limit_crossed', class: 'other' },
  13918: { message: 'inverse_future_cross_trading', class: 'other' },
  13919: { message: 'client_of_main_account', class: 'other' },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

/** A code of the table, as a number. */
export type ErrorCode = CodeOf<keyof typeof ERRORS>;

type CodeOf<Key> = Key extends number
  ? Key
  : Key extends `${infer Code extends number}`
    ? Code
    : never;
