/**
 * How the audit log sorts facts: what each kind is about, and whether one of them asks for attention. Both are read off the
 * fact itself, so that every reader sorts alike. Total over all kinds.
 */
import type { FactBody, FactType } from './fact.ts';

/** What a fact is about. */
export const FACT_OBJECTS = [
  'trade',
  'order',
  'position',
  'break',
  'alert',
  'check',
  'strategy',
  'money',
  'link',
  'command',
  'engine',
] as const;
export type FactObject = (typeof FACT_OBJECTS)[number];

export const FACT_SEVERITIES = ['info', 'warning', 'critical'] as const;
export type FactSeverity = (typeof FACT_SEVERITIES)[number];

const OBJECTS: Readonly<Record<FactType, FactObject>> = {
  JOURNAL_OPENED: 'engine',
  ENGINE_STARTED: 'engine',
  ENGINE_STOPPED: 'engine',
  SPEED_CHANGED: 'engine',
  ACCOUNT_IDENTIFIED: 'engine',
  DISK_CHANGED: 'engine',
  MESSAGE_REFUSED: 'link',
  LINK_CHANGED: 'link',
  PLATFORM_CHANGED: 'link',
  BASELINE_TAKEN: 'position',
  INSTRUMENT_SPECIFIED: 'position',
  POSITION_ADJUSTED: 'position',
  POSITION_DELIVERED: 'position',
  POSITION_CHANGED: 'position',
  FOREIGN_DECIDED: 'position',
  ASSURANCE_CHANGED: 'check',
  RECONCILIATION_COMPLETED: 'check',
  REPORT_READY: 'check',
  STRATEGY_READY: 'strategy',
  STRATEGY_EVALUATED: 'strategy',
  STRATEGY_STATUS_CHANGED: 'strategy',
  CONTROL_CHANGED: 'command',
  COMMAND_TAKEN: 'command',
  ORDER_INTENDED: 'order',
  ORDER_ACKED: 'order',
  ORDER_REJECTED: 'order',
  ORDER_UNKNOWN: 'order',
  ORDER_FENCED: 'order',
  ORDER_ABSENT: 'order',
  ORDER_SEEN: 'order',
  ORDER_CHANGED: 'order',
  FOREIGN_SEEN: 'order',
  CHANGE_INTENDED: 'order',
  CHANGE_RESOLVED: 'order',
  FILL_BOOKED: 'trade',
  TRADE_ADOPTED: 'trade',
  TRADE_IMPORTED: 'trade',
  STOP_MOVED: 'trade',
  TRADE_CORRECTED: 'trade',
  TRADE_OPENED: 'trade',
  TRADE_UPDATED: 'trade',
  TRADE_CLOSED: 'trade',
  FUNDING_ACCRUED: 'money',
  FUNDING_SETTLED: 'money',
  CASH_BOOKED: 'money',
  BREAK_OPENED: 'break',
  BREAK_UPDATED: 'break',
  BREAK_RESOLVED: 'break',
  ACCEPTANCE_ENDED: 'break',
  DECISION_UNDONE: 'break',
  ALERT_RAISED: 'alert',
  ALERT_CLEARED: 'alert',
  ALERT_ACKNOWLEDGED: 'alert',
  ALERT_SNOOZED: 'alert',
  ALERT_DELIVERED: 'alert',
  ALERT_UNDELIVERED: 'alert',
};

/** What a kind of fact is about; a kind that this build does not know is about the engine. */
export const objectOf = (type: string): FactObject =>
  Object.hasOwn(OBJECTS, type) ? OBJECTS[type as FactType] : 'engine';

/** The kinds that are about an object. */
export const typesAbout = (object: FactObject): readonly FactType[] =>
  (Object.keys(OBJECTS) as FactType[]).filter((type) => OBJECTS[type] === object);

type Data<Type extends FactType> = Extract<FactBody, { readonly type: Type }>['data'];
type Judge<Type extends FactType> = (data: Data<Type>) => FactSeverity;

const warning = (): FactSeverity => 'warning';
const when = (bad: boolean, severity: FactSeverity): FactSeverity => (bad ? severity : 'info');
const ofBreak = ({ break: found }: Data<'BREAK_OPENED'>): FactSeverity => found.severity;

/** The kinds that may ask for attention; all others never do. */
const SEVERITIES: { readonly [Type in FactType]?: Judge<Type> } = {
  ORDER_REJECTED: warning,
  ORDER_UNKNOWN: warning,
  ORDER_FENCED: warning,
  ORDER_ABSENT: warning,
  POSITION_ADJUSTED: warning,
  TRADE_CORRECTED: warning,
  DECISION_UNDONE: warning,
  FOREIGN_SEEN: warning,
  MESSAGE_REFUSED: warning,
  BREAK_OPENED: ofBreak,
  BREAK_UPDATED: ofBreak,
  ALERT_RAISED: ({ alert }) => alert.severity,
  ALERT_UNDELIVERED: warning,
  LINK_CHANGED: ({ up }) => when(!up, 'warning'),
  PLATFORM_CHANGED: ({ closed }) => when(closed, 'warning'),
  ASSURANCE_CHANGED: ({ assurance }) =>
    assurance === 'mismatch' ? 'critical' : when(assurance === 'unverified', 'warning'),
  CONTROL_CHANGED: ({ control }) => when(control === 'halted', 'critical'),
  RECONCILIATION_COMPLETED: ({ report }) => when(!report.ok, 'warning'),
  REPORT_READY: ({ daily }) => when(daily.summary.unexplained, 'warning'),
};

/** Whether a fact asks for attention, and how much. */
export function severityOf({
  type,
  data,
}: {
  readonly type: string;
  readonly data: unknown;
}): FactSeverity {
  const judge = Object.hasOwn(SEVERITIES, type) ? SEVERITIES[type as FactType] : undefined;
  return judge === undefined ? 'info' : (judge as (data: unknown) => FactSeverity)(data);
}
