/**
 * The rest of Deribit's API v2: methods that our client never calls but other clients do, with the scope and the limits
 * of each, and the names of those that the practice exchange knows and does not have.
 */
import type { MethodRules as OwnRules } from './methods.ts';

/** Everything that a key may be allowed. */
export type AnyScope =
  | NonNullable<OwnRules['scope']>
  | 'wallet:read'
  | 'wallet:read_write'
  | 'block_trade:read'
  | 'block_trade:read_write'
  | 'block_rfq:read'
  | 'block_rfq:read_write';

export type AnyMethodRules = Omit<OwnRules, 'scope'> & { readonly scope?: AnyScope };

const TRADE = { scope: 'trade:read' } as const;
const ACCOUNT = { scope: 'account:read' } as const;
const WALLET = { scope: 'wallet:read' } as const;
const WALLET_WRITE = { scope: 'wallet:read_write' } as const;

export const MORE_METHODS = {
  'public/exchange_token': {},
  'public/fork_token': {},
  'public/get_announcements': {},
  'public/get_apr_history': {},
  'public/get_block_rfq_trades': {},
  'public/get_book_summary_by_currency': {},
  'public/get_book_summary_by_instrument': {},
  'public/get_combo_details': {},
  'public/get_combo_ids': {},
  'public/get_combos': {},
  'public/get_delivery_prices': {},
  'public/get_expirations': {},
  'public/get_funding_chart_data': {},
  'public/get_funding_rate_history': {},
  'public/get_funding_rate_value': {},
  'public/get_historical_volatility': {},
  'public/get_index_chart_data': {},
  'public/get_index_price_names': {},
  'public/get_last_settlements_by_currency': {},
  'public/get_last_settlements_by_instrument': {},
  'public/get_last_trades_by_currency': {},
  'public/get_last_trades_by_currency_and_time': {},
  'public/get_mark_price_history': {},
  'public/get_order_book_by_instrument_id': {},
  'public/get_supported_index_names': {},
  'public/get_trade_volumes': {},
  'public/get_volatility_index_data': {},
  'private/cancel_all_by_currency_pair': { scope: 'trade:read_write', matchingEngine: true },
  'private/get_access_log': ACCOUNT,
  'private/get_email_language': ACCOUNT,
  'private/get_new_announcements': ACCOUNT,
  'private/get_subaccounts': ACCOUNT,
  'private/get_subaccounts_details': ACCOUNT,
  'private/simulate_portfolio': ACCOUNT,
  'private/get_mmp_config': TRADE,
  'private/get_mmp_status': TRADE,
  'private/get_order_margin_by_ids': TRADE,
  'private/get_address_book': WALLET,
  'private/get_current_deposit_address': WALLET,
  'private/get_deposits': WALLET,
  'private/get_transfers': WALLET,
  'private/get_withdrawals': WALLET,
  'private/cancel_transfer_by_id': WALLET_WRITE,
  'private/cancel_withdrawal': WALLET_WRITE,
  'private/create_deposit_address': WALLET_WRITE,
  'private/submit_transfer_between_subaccounts': WALLET_WRITE,
  'private/submit_transfer_to_subaccount': WALLET_WRITE,
  'private/submit_transfer_to_user': WALLET_WRITE,
  'private/withdraw': WALLET_WRITE,
} as const satisfies Readonly<Record<string, AnyMethodRules>>;

export type MoreMethodName = keyof typeof MORE_METHODS;

/** Methods of the venue that the practice exchange answers with 10033 to whoever might call them. */
export const MISSING_METHODS: Readonly<Record<string, AnyMethodRules>> = {
  'private/accept_block_rfq': { scope: 'block_rfq:read_write' },
  'private/add_block_rfq_quote': { scope: 'block_rfq:read_write', matchingEngine: true },
  'private/add_to_address_book': { scope: 'wallet:read_write' },
  'private/approve_block_trade': { scope: 'block_trade:read_write' },
  'private/cancel_all_block_rfq_quotes': { scope: 'block_rfq:read_write', matchingEngine: true },
  'private/cancel_block_rfq': { scope: 'block_rfq:read_write' },
  'private/cancel_block_rfq_quote': { scope: 'block_rfq:read_write', matchingEngine: true },
  'private/cancel_block_rfq_trigger': { scope: 'block_rfq:read_write' },
  'private/cancel_quotes': { scope: 'trade:read_write', matchingEngine: true },
  'private/change_api_key_name': { scope: 'account:read_write' },
  'private/change_margin_model': { scope: 'account:read_write' },
  'private/change_scope_in_api_key': { scope: 'account:read_write' },
  'private/change_subaccount_name': { scope: 'account:read_write' },
  'private/create_api_key': { scope: 'account:read_write' },
  'private/create_block_rfq': { scope: 'block_rfq:read_write' },
  'private/create_combo': { scope: 'trade:read_write' },
  'private/create_subaccount': { scope: 'account:read_write' },
  'private/delete_address_beneficiary': { scope: 'wallet:read_write' },
  'private/disable_api_key': { scope: 'account:read_write' },
  'private/edit_api_key': { scope: 'account:read_write' },
  'private/edit_block_rfq_quote': { scope: 'block_rfq:read_write', matchingEngine: true },
  'private/enable_affiliate_program': { scope: 'account:read_write' },
  'private/enable_api_key': { scope: 'account:read_write' },
  'private/execute_block_trade': { scope: 'block_trade:read_write', matchingEngine: true },
  'private/get_address_beneficiary': { scope: 'wallet:read' },
  'private/get_affiliate_program_info': { scope: 'account:read' },
  'private/get_block_rfq_makers': { scope: 'block_rfq:read' },
  'private/get_block_rfq_quotes': { scope: 'block_rfq:read' },
  'private/get_block_rfq_user_info': { scope: 'block_rfq:read' },
  'private/get_block_rfqs': { scope: 'block_rfq:read' },
  'private/get_block_trade': { scope: 'block_trade:read' },
  'private/get_block_trade_requests': { scope: 'block_trade:read' },
  'private/get_block_trades': { scope: 'block_trade:read' },
  'private/get_broker_trade_requests': { scope: 'block_trade:read' },
  'private/get_broker_trades': { scope: 'block_trade:read' },
  'private/get_leg_prices': {},
  'private/get_reward_eligibility': {},
  'private/invalidate_block_trade_signature': { scope: 'block_trade:read_write' },
  'private/list_address_beneficiaries': { scope: 'wallet:read' },
  'private/list_api_keys': { scope: 'account:read' },
  'private/list_custody_accounts': {},
  'private/mass_quote': { scope: 'trade:read_write', matchingEngine: true },
  'private/move_positions': { scope: 'trade:read_write', matchingEngine: true },
  'private/pme/simulate': { scope: 'account:read' },
  'private/reject_block_trade': { scope: 'block_trade:read_write' },
  'private/remove_api_key': { scope: 'account:read_write' },
  'private/remove_from_address_book': { scope: 'wallet:read_write' },
  'private/remove_subaccount': { scope: 'account:read_write' },
  'private/reset_api_key': { scope: 'account:read_write' },
  'private/reset_mmp': { scope: 'trade:read_write' },
  'private/save_address_beneficiary': { scope: 'wallet:read_write' },
  'private/set_announcement_as_read': { scope: 'account:read_write' },
  'private/set_clearance_originator': { scope: 'wallet:read_write' },
  'private/set_disabled_trading_products': { scope: 'account:read_write' },
  'private/set_email_for_subaccount': { scope: 'account:read_write' },
  'private/set_email_language': { scope: 'account:read_write' },
  'private/set_mmp_config': { scope: 'trade:read_write' },
  'private/simulate_block_trade': { scope: 'block_trade:read' },
  'private/toggle_notifications_from_subaccount': { scope: 'account:read_write' },
  'private/toggle_subaccount_login': { scope: 'account:read_write' },
  'private/update_in_address_book': { scope: 'wallet:read_write' },
  'private/verify_block_trade': { scope: 'block_trade:read', matchingEngine: true },
};
