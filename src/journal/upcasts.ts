/**
 * How facts of older versions become today's: per type a list of steps, the first from version 1 to 2, and so on. The
 * newest version of a type is the number of its steps plus one. Steps are never changed once a release wrote the version.
 */
import type { FactType } from '../domain/fact.ts';

type Data = Record<string, unknown>;
export type Upcast = (older: Data) => Data;
export type Upcasts = Readonly<Record<FactType, readonly Upcast[]>>;

export const UPCASTS: Upcasts = {
  JOURNAL_OPENED: [],
  ENGINE_STARTED: [],
  ENGINE_STOPPED: [],
  SPEED_CHANGED: [],
  DISK_CHANGED: [],
  PLATFORM_CHANGED: [],
  ACCOUNT_IDENTIFIED: [],
  BASELINE_TAKEN: [],
  INSTRUMENT_SPECIFIED: [],
  LINK_CHANGED: [],
  ASSURANCE_CHANGED: [],
  STRATEGY_READY: [],
  STRATEGY_EVALUATED: [],
  ORDER_INTENDED: [],
  ORDER_ACKED: [],
  ORDER_REJECTED: [],
  ORDER_UNKNOWN: [],
  ORDER_FENCED: [],
  ORDER_ABSENT: [],
  ORDER_SEEN: [],
  CHANGE_INTENDED: [],
  CHANGE_RESOLVED: [],
  FILL_BOOKED: [],
  FUNDING_ACCRUED: [],
  FUNDING_SETTLED: [],
  POSITION_ADJUSTED: [],
  TRADE_ADOPTED: [],
  TRADE_IMPORTED: [],
  STOP_MOVED: [],
  TRADE_CORRECTED: [],
  CASH_BOOKED: [],
  COMMAND_TAKEN: [],
  CONTROL_CHANGED: [],
  BREAK_OPENED: [],
  BREAK_UPDATED: [],
  BREAK_RESOLVED: [],
  FOREIGN_DECIDED: [],
  RECONCILIATION_COMPLETED: [],
  ALERT_RAISED: [],
  ALERT_CLEARED: [],
  ALERT_ACKNOWLEDGED: [],
  ALERT_SNOOZED: [],
  ALERT_DELIVERED: [],
  ALERT_UNDELIVERED: [],
  REPORT_READY: [],
  MESSAGE_REFUSED: [],
  TRADE_OPENED: [],
  TRADE_UPDATED: [],
  TRADE_CLOSED: [],
  STRATEGY_STATUS_CHANGED: [],
  POSITION_CHANGED: [],
  ORDER_CHANGED: [],
};
