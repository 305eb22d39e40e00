/**
 * The subscription channels of Deribit's API v2 that we speak, as templates; parts in braces stand for instrument,
 * kind, currency, index, resolution or interval.
 */
export const CHANNELS = [
  'ticker.{instrument}.{interval}',
  'chart.trades.{instrument}.{resolution}',
  'trades.{instrument}.{interval}',
  'trades.{kind}.{currency}.{interval}',
  'deribit_price_index.{index}',
  'perpetual.{instrument}.{interval}',
  'quote.{instrument}',
  'book.{instrument}.{interval}',
  'instrument.state.{kind}.{currency}',
  'platform_state',
  'platform_state.public_methods_state',
  'user.lock',
  'user.changes.{instrument}.{interval}',
  'user.changes.{kind}.{currency}.{interval}',
  'user.orders.{instrument}.{interval}',
  'user.orders.{kind}.{currency}.{interval}',
  'user.trades.{instrument}.{interval}',
  'user.trades.{kind}.{currency}.{interval}',
  'user.portfolio.{currency}',
] as const;

/** Longest `label` of a subscription, in characters. */
export const MAX_SUBSCRIPTION_LABEL_LENGTH = 16;
