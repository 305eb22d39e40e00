/** Positions, balances, the transaction log and the private stream off the wire. */
import { z } from 'zod';
import { ZERO } from '../../base/decimal.ts';
import type { AccountSummary, CashRow, VenuePosition } from '../../domain/account.ts';
import type { AccountChanges } from '../port.ts';
import { type AccountLimits, limitsSchema } from './decode-limits.ts';
import { readFill, readOrder } from './decode-order.ts';
import {
  type Raw,
  Unreadable,
  decimalOf,
  maybeDecimalOf,
  nameOf,
  objectOf,
  priceOrNoneOf,
  rowsOf,
  schemaOf,
} from './decode-members.ts';
import {
  decimal,
  flag,
  id,
  listOf,
  maybeDecimal,
  maybeId,
  maybeName,
  millis,
  name,
  priceOrNone,
} from './decode-values.ts';

/** `Position` of the API. The sign of `size` counts, `direction` is not looked at. */
function readPosition(raw: Raw): VenuePosition {
  return {
    instrument: nameOf(raw, 'instrument_name'),
    size: decimalOf(raw, 'size'),
    averagePrice: priceOrNoneOf(raw, 'average_price'),
    markPrice: decimalOf(raw, 'mark_price'),
    indexPrice: maybeDecimalOf(raw, 'index_price'),
    realizedFunding: maybeDecimalOf(raw, 'realized_funding') ?? ZERO,
    realizedPnl: decimalOf(raw, 'realized_profit_loss'),
    floatingPnl: decimalOf(raw, 'floating_profit_loss'),
    initialMargin: decimalOf(raw, 'initial_margin'),
    maintenanceMargin: decimalOf(raw, 'maintenance_margin'),
  };
}
export const positionSchema = schemaOf((value) => readPosition(objectOf(value)));

export const positionsSchema = listOf(positionSchema);

/** One currency of the account summaries. */
export const summarySchema = z
  .object({
    currency: name,
    balance: decimal,
    equity: decimal,
    available_funds: decimal,
    initial_margin: decimal,
    maintenance_margin: decimal,
    session_rpl: decimal,
    session_upl: decimal,
    margin_model: z.string().nullish(),
    cross_collateral_enabled: flag,
  })
  .transform(
    (raw): AccountSummary => ({
      currency: raw.currency,
      crossMargin:
        raw.cross_collateral_enabled === true || (raw.margin_model ?? '').startsWith('cross'),
      balance: raw.balance,
      equity: raw.equity,
      availableFunds: raw.available_funds,
      initialMargin: raw.initial_margin,
      maintenanceMargin: raw.maintenance_margin,
      sessionRpl: raw.session_rpl,
      sessionUpl: raw.session_upl,
    }),
  );

export const summariesSchema = z.object({ summaries: listOf(summarySchema) });

/** The (sub)account's number and limits, which `get_account_summary` gives with `extended`. */
export const identitySchema = z
  .object({
    id,
    limits: limitsSchema,
  })
  .transform((raw): { readonly id: string; readonly limits: AccountLimits } => raw);

/** A row of the transaction log. `type` is an open list: a word that we do not know still moved the cash. */
export const cashRowSchema = z
  .object({
    id,
    user_seq: z.number().int().nonnegative(),
    timestamp: millis,
    currency: name,
    type: name,
    instrument_name: maybeName,
    trade_id: maybeId,
    change: decimal,
    balance: decimal,
    commission: maybeDecimal,
    position: maybeDecimal,
    price: priceOrNone,
    settlement_price: priceOrNone,
    interest_pl: maybeDecimal,
    total_interest_pl: maybeDecimal,
    session_rpl: maybeDecimal,
    session_upl: maybeDecimal,
  })
  .transform(
    (raw): CashRow => ({
      id: raw.id,
      userSeq: raw.user_seq,
      at: raw.timestamp,
      currency: raw.currency,
      type: raw.type,
      instrument: raw.instrument_name,
      tradeId: raw.trade_id,
      change: raw.change,
      balance: raw.balance,
      fee: raw.commission,
      position: raw.position,
      price: raw.settlement_price ?? raw.price,
      funding: raw.total_interest_pl ?? (raw.type === 'settlement' ? raw.interest_pl : null),
      sessionRpl: raw.session_rpl,
      sessionUpl: raw.session_upl,
    }),
  );

/** `continuation` names the page that follows; null after the last. */
export const cashPageSchema = z.object({
  logs: listOf(cashRowSchema),
  continuation: z
    .number()
    .int()
    .nullish()
    .transform((value) => value ?? null),
});

/**
 * Data of `user.changes`: one object for one event of one instrument, all its parts of that instrument. The documentation
 * calls the list of positions `position`.
 */
export function readChanges(value: unknown): AccountChanges {
  const raw = objectOf(value);
  const instrument = nameOf(raw, 'instrument_name');
  const orders = rowsOf(raw['orders'], 'orders', readOrder);
  const fills = rowsOf(raw['trades'], 'trades', readFill);
  const positions = rowsOf(raw['positions'] ?? raw['position'], 'positions', readPosition);
  const isOurs = (part: { readonly instrument: string }): boolean => part.instrument === instrument;
  if (!orders.every(isOurs) || !fills.every(isOurs) || !positions.every(isOurs))
    throw new Unreadable('instrument_name', 'parts of several instruments in one event');
  return { instrument, orders, fills, positions };
}
export const changesSchema = schemaOf(readChanges);
