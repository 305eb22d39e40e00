/**
 * The read models as a fold of facts: pure, one fact at a time, and the same for every adapter. Rows come from shown facts
 * (breaks and reports are facts that show themselves); the timeline's names come from deciding facts too.
 */
import type { Alert } from '../domain/alert.ts';
import type { Fact, FactBody, FactType } from '../domain/fact.ts';
import type { DailyItem } from '../domain/daily.ts';
import { fillKey } from '../domain/fill.ts';
import type { Break, BreakLife, Order, Trade } from '../domain/shown.ts';
import { breakPlace, labelledRow, orderPlace, reportPlace, tradePlace } from './places.ts';
import type { Projection, RowChange } from './rows.ts';

const NOTHING: Projection = { rows: [], keys: [], belongs: [] };
const CLOSED_BREAK = [
  'auto_resolved',
  'resolved',
  'accepted',
] as const satisfies readonly BreakLife[];
const LIVE_ORDER = [
  'pending',
  'unknown',
  'open',
  'untriggered',
] as const satisfies readonly Order['state'][];

const includes = <Item extends string>(list: readonly Item[], item: string): boolean =>
  list.some((one) => one === item);

/** Whether a break still waits for anything. */
export const isOpenBreak = (life: BreakLife): boolean => !includes(CLOSED_BREAK, life);

/** Whether an order may still fill, or is not known to be unable to. */
export const isLiveOrder = (state: Order['state']): boolean => includes(LIVE_ORDER, state);

const tradeKey = (id: string): string => `trade/${id}`;

function onTrade({ trade }: { readonly trade: Trade }): Projection {
  const { id, status, strategy, instrument, exitReason, closedAt, breaks } = trade;
  const columns = { status, strategy, instrument, exitReason, closedAt };
  return {
    rows: [{ op: 'put', table: 'trades', ...tradePlace(trade), columns, doc: trade }],
    keys: [tradeKey(id)],
    belongs: breaks.map((one) => ({ trade: id, key: `break/${one}` })),
  };
}

function onOrder({ order }: { readonly order: Order }): Projection {
  const { orderId, label, tradeId } = order;
  const columns = { live: isLiveOrder(order.state) ? '1' : '0', trade: tradeId };
  const put: RowChange = {
    op: 'put',
    table: 'orders',
    ...orderPlace(order),
    columns,
    doc: order,
  };
  const names = [
    ...(orderId === null ? [] : [`order/${orderId}`]),
    ...(label === '' ? [] : [`label/${label}`]),
  ];
  return {
    rows:
      orderId !== null && label !== ''
        ? [{ op: 'delete', table: 'orders', id: labelledRow(label) }, put]
        : [put],
    keys: [],
    belongs: tradeId === null ? [] : names.map((key) => ({ trade: tradeId, key })),
  };
}

function onBreak({ break: shown }: { readonly break: Break }): Projection {
  const columns = { open: isOpenBreak(shown.life) ? '1' : '0' };
  return {
    rows: [{ op: 'put', table: 'breaks', ...breakPlace(shown), columns, doc: shown }],
    keys: [`break/${shown.id}`],
    belongs: [],
  };
}

const onAlert = ({ alert }: { readonly alert: Alert }): Projection => ({
  ...NOTHING,
  rows: [
    {
      op: 'put',
      table: 'alerts',
      id: alert.id,
      at: alert.since,
      columns: { state: alert.state },
      doc: alert,
    },
  ],
});

const under = (...keys: readonly string[]): Projection => ({ ...NOTHING, keys });

const byLabel = ({ label }: { readonly label: string }): Projection => under(`label/${label}`);

const ownNames = (trade: string | null, names: readonly string[]): Projection => ({
  rows: [],
  keys: trade === null ? names : [tradeKey(trade)],
  belongs: trade === null ? [] : names.map((key) => ({ trade, key })),
});

type Data<Type extends FactType> = Extract<FactBody, { readonly type: Type }>['data'];

const PROJECTIONS: { readonly [Type in FactType]?: (data: Data<Type>) => Projection } = {
  TRADE_OPENED: onTrade,
  TRADE_UPDATED: onTrade,
  TRADE_CLOSED: onTrade,
  ORDER_CHANGED: onOrder,
  BREAK_OPENED: onBreak,
  BREAK_UPDATED: onBreak,
  BREAK_RESOLVED: onBreak,
  ALERT_RAISED: onAlert,
  ALERT_CLEARED: onAlert,
  ALERT_ACKNOWLEDGED: onAlert,
  ALERT_SNOOZED: onAlert,
  ALERT_DELIVERED: onAlert,
  ALERT_UNDELIVERED: onAlert,
  STRATEGY_STATUS_CHANGED: ({ strategy, shown }) => ({
    ...NOTHING,
    rows: [
      { op: 'put', table: 'strategies', id: strategy, at: shown.since, columns: {}, doc: shown },
    ],
  }),
  STRATEGY_EVALUATED: ({ strategy, checkpoints, strength, why }) => ({
    ...NOTHING,
    rows: [
      { op: 'merge', table: 'strategies', id: strategy, members: { checkpoints, strength, why } },
    ],
  }),
  POSITION_CHANGED: ({ position }) => ({
    ...NOTHING,
    rows: [
      {
        op: 'put',
        table: 'positions',
        id: `${position.account}/${position.instrument}`,
        at: '',
        columns: {},
        doc: position,
      },
    ],
  }),
  RECONCILIATION_COMPLETED: ({ report }) => ({
    rows: [{ op: 'put', table: 'reports', ...reportPlace(report), columns: {}, doc: report }],
    // A routine check that found a trade as the books hold it is no part of that trade's story; a start's verdict is.
    keys: report.verdicts
      .filter(({ verdict }) => report.trigger === 'start' || verdict !== 'valid')
      .flatMap(({ tradeId }) => (tradeId === null ? [] : [tradeKey(tradeId)])),
    belongs: [],
  }),
  ORDER_INTENDED: ({ intent }) =>
    ownNames(
      intent.trade,
      [intent, ...intent.children].map(({ label }) => `label/${label}`),
    ),
  ORDER_ACKED: byLabel,
  ORDER_REJECTED: byLabel,
  ORDER_UNKNOWN: byLabel,
  ORDER_FENCED: byLabel,
  ORDER_ABSENT: byLabel,
  ORDER_SEEN: ({ order, label }) => {
    const known = label ?? order.label;
    return under(`order/${order.orderId}`, ...(known === '' ? [] : [`label/${known}`]));
  },
  FOREIGN_SEEN: ({ orderId, trade }) =>
    under(`order/${orderId}`, ...(trade === null ? [] : [tradeKey(trade)])),
  CHANGE_INTENDED: ({ change }) => ownNames(change.trade, [`change/${change.id}`]),
  CHANGE_RESOLVED: ({ id }) => under(`change/${id}`),
  FILL_BOOKED: ({ fill, allocations }) => {
    const trades = allocations.flatMap(({ trade }) => (trade === null ? [] : [trade]));
    const key = `fill/${fillKey(fill)}`;
    return { rows: [], keys: [key], belongs: trades.map((trade) => ({ trade, key })) };
  },
  FUNDING_ACCRUED: ({ allocations }) =>
    under(
      ...allocations.flatMap(({ trade, amount }) =>
        trade === null || amount === '0' ? [] : [tradeKey(trade)],
      ),
    ),
  FUNDING_SETTLED: ({ allocations }) =>
    under(...allocations.flatMap(({ trade }) => (trade === null ? [] : [tradeKey(trade)]))),
  POSITION_ADJUSTED: ({ trade }) => ownNames(trade, []),
  POSITION_DELIVERED: ({ allocations }) =>
    under(...allocations.flatMap(({ trade }) => (trade === null ? [] : [tradeKey(trade)]))),
  TRADE_ADOPTED: ({ trade, orders }) =>
    ownNames(
      trade,
      orders.map(({ order }) => `order/${order.orderId}`),
    ),
  TRADE_IMPORTED: ({ imported }) => ownNames(imported.trade, []),
  STOP_MOVED: ({ trade }) => ownNames(trade, []),
  TRADE_CORRECTED: ({ trade }) => ownNames(trade, []),
  DECISION_UNDONE: ({ break: id, undoes }) =>
    under(`break/${id}`, ...('trade' in undoes ? [tradeKey(undoes.trade)] : [])),
  CASH_BOOKED: ({ row }) =>
    row.tradeId === null ? NOTHING : under(`fill/${row.currency}/${row.tradeId}`),
};

/** A day's report in the list: what the fact says but for the carry. */
function onDaily({
  seq,
  at,
  data: { daily },
}: Extract<Fact, { readonly type: 'REPORT_READY' }>): Projection {
  const doc: DailyItem = { ...daily, seq, at };
  return {
    ...NOTHING,
    rows: [
      {
        op: 'put',
        table: 'daily',
        id: daily.day,
        at: `${daily.day}T00:00:00.000Z`,
        columns: {},
        doc,
      },
    ],
  };
}

/** What a fact does to the read side; most deciding facts change no row. */
export function project(fact: Fact): Projection {
  if (fact.type === 'REPORT_READY') return onDaily(fact);
  const projection = PROJECTIONS[fact.type] as ((data: FactBody['data']) => Projection) | undefined;
  return projection === undefined ? NOTHING : projection(fact.data);
}
