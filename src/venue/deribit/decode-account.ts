/** Positions, balances, the transaction log and the private stream off the wire. */
import { z } from 'zod';
import type { AccountSummary, CashRow, VenuePosition } from '../../domain/account.ts';
import type { AccountChanges } from '../port.ts';
import { type AccountLimits, limitsSchema } from './decode-limits.ts';
import { fillSchema, orderSchema } from './decode-order.ts';
import {
  decimal,
  decimalOrZero,
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
export const positionSchema = z
  .object({
    instrument_name: name,
    size: decimal,
    average_price: priceOrNone,
    mark_price: decimal,
    index_price: maybeDecimal,
    realized_funding: decimalOrZero,
    realized_profit_loss: decimal,
    floating_profit_loss: decimal,
    initial_margin: decimal,
    maintenance_margin: decimal,
  })
  .transform(
    (raw): VenuePosition => ({
      instrument: raw.instrument_name,
      size: raw.size,
      averagePrice: raw.average_price,
      markPrice: raw.mark_price,
      indexPrice: raw.index_price,
      realizedFunding: raw.realized_funding,
      realizedPnl: raw.realized_profit_loss,
      floatingPnl: raw.floating_profit_loss,
      initialMargin: raw.initial_margin,
      maintenanceMargin: raw.maintenance_margin,
    }),
  );

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

/** The list of positions is called `position` in the documentation. */
function named(raw: unknown): unknown {
  if (typeof raw !== 'object' || raw === null) return raw;
  return 'position' in raw && !('positions' in raw) ? { ...raw, positions: raw.position } : raw;
}

/** Data of `user.changes`: one object for one event of one instrument, all its parts of that instrument. */
export const changesSchema = z
  .unknown()
  .transform(named)
  .pipe(
    z.object({
      instrument_name: name,
      orders: listOf(orderSchema),
      trades: listOf(fillSchema),
      positions: listOf(positionSchema),
    }),
  )
  .transform(
    (raw): AccountChanges => ({
      instrument: raw.instrument_name,
      orders: raw.orders,
      fills: raw.trades,
      positions: raw.positions,
    }),
  )
  .refine(
    (changes) =>
      [...changes.orders, ...changes.fills, ...changes.positions].every(
        (part) => part.instrument === changes.instrument,
      ),
    'parts of several instruments in one event',
  );
