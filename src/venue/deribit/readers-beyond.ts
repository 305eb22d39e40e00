/**
 * Readers of what the client itself does not ask for, but what a person who compares books with the exchange may hold in
 * hands: histories, settlements, public series. And of what is left unread, the reason in words.
 */
import { z } from 'zod';
import { indexSchema, orderBookSchema, publicTradesPageSchema } from './decode-book.ts';
import {
  accessLogSchema,
  accessSchema,
  depositsSchema,
  lockSchema,
  locksSchema,
  marginsSchema,
  mmpConfigsSchema,
  mmpTriggerSchema,
  mmpTriggersSchema,
  movedSchema,
  orderMarginsSchema,
  quotedSchema,
  settlementsSchema,
  subaccountsDetailsSchema,
  subaccountsSchema,
  transfersSchema,
  triggerHistorySchema,
  withdrawalsSchema,
} from './decode-history.ts';
import { fillSchema } from './decode-order.ts';
import {
  announcementSchema,
  announcementsSchema,
  aprHistorySchema,
  bookSummariesSchema,
  comboSchema,
  combosSchema,
  contractSizeSchema,
  currenciesSchema,
  deliveryPricesSchema,
  expirationPriceSchema,
  expirationsSchema,
  fundingChartSchema,
  fundingHistorySchema,
  fundingValueSchema,
  incrementalTickerSchema,
  indexNamesSchema,
  legPricesSchema,
  optionMarksSchema,
  pairsSchema,
  rankingSchema,
  statisticsSchema,
  tradeVolumesSchema,
  volatilityBarsSchema,
  volatilityIndexSchema,
} from './decode-public.ts';
import { listOf, name } from './decode-values.ts';

const done = z.literal('ok');

/** By method, what reads its result. */
export const RESULTS_BEYOND: Readonly<Record<string, z.ZodType>> = {
  'private/logout': done,
  'private/get_trigger_order_history': triggerHistorySchema,
  'private/get_settlement_history_by_currency': settlementsSchema,
  'private/get_settlement_history_by_instrument': settlementsSchema,
  'private/get_user_locks': locksSchema,
  'private/get_margins': marginsSchema,
  'private/get_order_margin_by_ids': orderMarginsSchema,
  'private/get_mmp_config': mmpConfigsSchema,
  'private/set_mmp_config': mmpConfigsSchema,
  'private/get_mmp_status': mmpTriggersSchema,
  'private/reset_mmp': done,
  'private/get_access_log': accessLogSchema,
  'private/get_email_language': name,
  'private/get_new_announcements': announcementsSchema,
  'private/get_subaccounts': subaccountsSchema,
  'private/get_subaccounts_details': subaccountsDetailsSchema,
  'private/get_leg_prices': legPricesSchema,
  'private/get_deposits': depositsSchema,
  'private/get_withdrawals': withdrawalsSchema,
  'private/get_transfers': transfersSchema,
  'private/mass_quote': quotedSchema,
  'private/move_positions': movedSchema,
  'private/create_combo': comboSchema,
  'public/get_announcements': announcementsSchema,
  'public/get_apr_history': aprHistorySchema,
  'public/get_book_summary_by_currency': bookSummariesSchema,
  'public/get_book_summary_by_instrument': bookSummariesSchema,
  'public/get_combo_details': comboSchema,
  'public/get_combo_ids': listOf(name),
  'public/get_combos': combosSchema,
  'public/get_contract_size': contractSizeSchema,
  'public/get_currencies': currenciesSchema,
  'public/get_delivery_prices': deliveryPricesSchema,
  'public/get_expirations': expirationsSchema,
  'public/get_funding_chart_data': fundingChartSchema,
  'public/get_funding_rate_history': fundingHistorySchema,
  'public/get_funding_rate_value': fundingValueSchema,
  'public/get_historical_volatility': pairsSchema,
  'public/get_index_chart_data': pairsSchema,
  'public/get_index_price_names': indexNamesSchema,
  'public/get_last_settlements_by_currency': settlementsSchema,
  'public/get_last_settlements_by_instrument': settlementsSchema,
  'public/get_last_trades_by_currency': publicTradesPageSchema,
  'public/get_last_trades_by_currency_and_time': publicTradesPageSchema,
  'public/get_mark_price_history': pairsSchema,
  'public/get_order_book_by_instrument_id': orderBookSchema,
  'public/get_supported_index_names': indexNamesSchema,
  'public/get_trade_volumes': tradeVolumesSchema,
  'public/get_volatility_index_data': volatilityBarsSchema,
};

/** By the beginning of a channel's name, what reads its data. */
export const NOTIFICATIONS_BEYOND: readonly (readonly [string, z.ZodType])[] = [
  ['incremental_ticker.', incrementalTickerSchema],
  ['deribit_price_statistics.', statisticsSchema],
  ['deribit_price_ranking.', rankingSchema],
  ['deribit_volatility_index.', volatilityIndexSchema],
  ['estimated_expiration_price.', expirationPriceSchema],
  ['markprice.options.', optionMarksSchema],
  ['announcements', announcementSchema],
  ['user.lock', lockSchema],
  ['user.combo_trades.', listOf(fillSchema)],
  ['user.mmp_trigger.', mmpTriggerSchema],
  ['user.access_log', accessSchema],
  ['index_price.', indexSchema],
];

/** What a method or channel is about that the client leaves alone. */
const UNUSED: readonly (readonly [RegExp, string])[] = [
  [/block_rfq|(?:^|_)rfqs?(?:[._]|$)/, 'quotes for blocks on request'],
  [/block_trade|broker_trade/, 'trades in blocks between two parties'],
  [/api_key|token/, 'keys and tokens of the account'],
  [/address|beneficiar|deposit|withdraw|transfer|custody|clearance/, 'money that comes and goes'],
  [
    /subaccount|margin_model|affiliate|email|self_trading|trading_products|announcement|reward/,
    'how the account is set up',
  ],
  [/simulate/, 'what-if figures'],
];

/** Why a method or channel has no reader; undefined where it is none that we have heard of. */
export const whyUnused = (name: string): string | undefined =>
  UNUSED.find(([pattern]) => pattern.test(name))?.[1];
