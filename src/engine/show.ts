/**
 * What screens show becomes facts of the same commit, behind their cause: orders, positions, trades, then statuses. Only
 * subjects that the turn's facts touched are looked at, and only what differs from what was last shown is recorded.
 */
import { canonical, type Json } from '../base/canonical.ts';
import { isoTime } from '../base/time.ts';
import { assert } from '../base/assert.ts';
import type { Fact } from '../domain/fact.ts';
import { instrumentsInUse } from '../domain/ledger.ts';
import {
  presentIntent,
  presentOrder,
  presentPosition,
  presentStrategy,
  presentTrade,
} from '../domain/present.ts';
import type { Order, Trade } from '../domain/shown.ts';
import { type Cell, type Turn, record } from './turn.ts';

type Touched = {
  readonly trades: Set<string>;
  readonly orders: Set<string>;
  readonly labels: Set<string>;
  readonly instruments: Set<string>;
};

type Data<Type extends Fact['type']> = Extract<Fact, { readonly type: Type }>['data'];

const byLabel = (touched: Touched, { label }: { readonly label: string }): void =>
  void touched.labels.add(label);
const bySubject = (touched: Touched, { subject }: { readonly subject: string }): void =>
  void touched.trades.add(subject);

function addTrade(touched: Touched, trade: string | null): void {
  if (trade !== null) touched.trades.add(trade);
}

/** What each kind of fact touches; kinds that are not here change no order, position or trade. */
const TOUCHES: { readonly [Type in Fact['type']]?: (touched: Touched, data: Data<Type>) => void } =
  {
    ORDER_INTENDED: (touched, { intent }) => {
      touched.labels.add(intent.label);
      addTrade(touched, intent.trade);
    },
    ORDER_ACKED: byLabel,
    ORDER_REJECTED: byLabel,
    ORDER_UNKNOWN: byLabel,
    ORDER_ABSENT: byLabel,
    ORDER_SEEN: (touched, { order }) => {
      touched.orders.add(order.orderId);
      touched.instruments.add(order.instrument);
    },
    FILL_BOOKED: (touched, { fill, allocations }) => {
      touched.orders.add(fill.orderId);
      touched.instruments.add(fill.instrument);
      for (const { trade } of allocations) addTrade(touched, trade);
    },
    FUNDING_ACCRUED: (touched, { allocations }) => {
      for (const { trade } of allocations) addTrade(touched, trade);
    },
    POSITION_ADJUSTED: (touched, { instrument, trade }) => {
      touched.instruments.add(instrument);
      addTrade(touched, trade);
    },
    TRADE_ADOPTED: (touched, { instrument, trade, orders }) => {
      touched.instruments.add(instrument);
      touched.trades.add(trade);
      for (const { order } of orders) touched.orders.add(order.orderId);
    },
    STOP_MOVED: (touched, { trade }) => addTrade(touched, trade),
    TRADE_CORRECTED: (touched, { trade }) => addTrade(touched, trade),
    BASELINE_TAKEN: (touched, { positions }) => {
      for (const { instrument } of positions) touched.instruments.add(instrument);
    },
    BREAK_OPENED: bySubject,
    BREAK_UPDATED: bySubject,
    BREAK_RESOLVED: bySubject,
  };

const touch = (touched: Touched, fact: Fact): void =>
  (TOUCHES[fact.type] as ((touched: Touched, data: Fact['data']) => void) | undefined)?.(
    touched,
    fact.data,
  );

/** Trades and positions that an order or intent belongs to change their phase with it. */
function spread(cell: Cell, touched: Touched): void {
  for (const label of touched.labels) {
    const trade = cell.books.legs.get(label)?.trade;
    if (trade) touched.trades.add(trade);
  }
  for (const orderId of touched.orders) {
    const trade = cell.books.orders.get(orderId)?.leg?.trade;
    if (trade) touched.trades.add(trade);
  }
  for (const id of touched.trades) {
    const trade = cell.books.trades.get(id);
    if (trade) touched.instruments.add(trade.instrument);
  }
}

/** Whether this differs from what was last shown of the subject; remembers it. */
function isNew(cell: Cell, subject: string, shown: unknown): boolean {
  const text = canonical(shown as Json);
  if (cell.shown.texts.get(subject) === text) return false;
  cell.shown.texts.set(subject, text);
  return true;
}

function showOrders(turn: Turn, touched: Touched): void {
  const orders: Order[] = [];
  for (const label of touched.labels) {
    const intent = turn.books.intents.get(label);
    const shown = intent && presentIntent(intent);
    if (shown) orders.push(shown);
  }
  for (const orderId of touched.orders) {
    const known = turn.books.orders.get(orderId);
    if (known) orders.push(presentOrder(known));
  }
  for (const order of orders) {
    if (isNew(turn.cell, `order/${order.orderId ?? order.label}`, order))
      record(turn, { type: 'ORDER_CHANGED', v: 1, data: { order } });
  }
}

function showPositions(turn: Turn, touched: Touched): void {
  for (const name of touched.instruments) {
    const position = presentPosition(turn.books, name);
    if (isNew(turn.cell, `position/${name}`, { ...position, verifiedAt: null }))
      record(turn, { type: 'POSITION_CHANGED', v: 1, data: { position } });
  }
}

/** Every trade is shown to open and to close, also when both were found in one check (N7). */
function kindsOf(
  cell: Cell,
  trade: Trade,
): readonly ('TRADE_OPENED' | 'TRADE_UPDATED' | 'TRADE_CLOSED')[] {
  const last = cell.shown.texts.get(`trade/${trade.id}`);
  if (last === undefined)
    return trade.status === 'closed' ? ['TRADE_OPENED', 'TRADE_CLOSED'] : ['TRADE_OPENED'];
  const was = (JSON.parse(last) as Trade).status;
  return was === 'open' && trade.status === 'closed' ? ['TRADE_CLOSED'] : ['TRADE_UPDATED'];
}

function showTrades(turn: Turn, touched: Touched): void {
  for (const id of touched.trades) {
    const known = turn.books.trades.get(id);
    if (known === undefined) continue;
    const trade = presentTrade(turn.books, known);
    const kinds = kindsOf(turn.cell, trade);
    if (!isNew(turn.cell, `trade/${id}`, trade)) continue;
    for (const type of kinds) record(turn, { type, v: 1, data: { trade } });
  }
}

function showStrategies(turn: Turn): void {
  const cause =
    turn.facts.findLast((fact) => fact.type !== 'ORDER_CHANGED' && fact.type !== 'POSITION_CHANGED')
      ?.type ?? turn.cause;
  for (const [id, strategy] of turn.books.strategies) {
    const since = turn.cell.shown.since.get(id);
    const fresh = presentStrategy(turn.books, strategy, isoTime(turn.now.server));
    const key = canonical({
      status: fresh.status,
      control: fresh.control,
      activity: fresh.activity,
      assurance: fresh.assurance,
      position: fresh.position,
      config: fresh.config as Json,
    });
    if (turn.cell.shown.texts.get(`strategy/${id}`) === key) continue;
    turn.cell.shown.texts.set(`strategy/${id}`, key);
    if (since?.status !== fresh.status)
      turn.cell.shown.since.set(id, { status: fresh.status, at: fresh.since });
    const shown = { ...fresh, since: turn.cell.shown.since.get(id)?.at ?? fresh.since };
    const { status, control, activity, assurance } = shown;
    record(turn, {
      type: 'STRATEGY_STATUS_CHANGED',
      v: 1,
      data: { strategy: id, status, control, activity, assurance, cause, shown },
    });
  }
}

/** Records what the turn changed on screens. */
export function show(turn: Turn): void {
  if (turn.facts.length === 0) return;
  const touched: Touched = {
    trades: new Set(),
    orders: new Set(),
    labels: new Set(),
    instruments: new Set(),
  };
  for (const fact of turn.facts) touch(touched, fact);
  spread(turn.cell, touched);
  showOrders(turn, touched);
  showPositions(turn, touched);
  showTrades(turn, touched);
  showStrategies(turn);
  if (turn.facts.some((fact) => fact.type === 'RECONCILIATION_COMPLETED')) forget(turn);
}

/** What the books have forgotten is never shown again: its last text is not needed any more. */
function forget({ cell, live }: Turn): void {
  const { books } = cell;
  for (const subject of cell.shown.texts.keys()) {
    const slash = subject.indexOf('/');
    const id = subject.slice(slash + 1);
    const kind = subject.slice(0, slash);
    if (kind === 'trade' && !books.trades.has(id)) cell.shown.texts.delete(subject);
    if (kind === 'order' && !books.orders.has(id) && !books.intents.has(id))
      cell.shown.texts.delete(subject);
  }
  for (const orderId of live.triggered.keys())
    if (!books.orders.has(orderId)) live.triggered.delete(orderId);
  for (const label of live.lostTold) if (!books.intents.has(label)) live.lostTold.delete(label);
  for (const [ref, errand] of live.errands)
    if (errand.for === 'place' && !books.intents.has(errand.label)) live.errands.delete(ref);
}

/** After a restart: what the books show now is what was last shown, because both were one commit. */
export function primeShown(cell: Cell): void {
  for (const intent of cell.books.intents.values()) {
    const order = presentIntent(intent);
    if (order) isNew(cell, `order/${order.label}`, order);
  }
  for (const order of cell.books.orders.values())
    isNew(cell, `order/${order.order.orderId}`, presentOrder(order));
  for (const trade of cell.books.trades.values())
    isNew(cell, `trade/${trade.id}`, presentTrade(cell.books, trade));
  for (const name of instrumentsInUse(cell.books))
    isNew(cell, `position/${name}`, { ...presentPosition(cell.books, name), verifiedAt: null });
}

/** The append's assertion: what a commit shows of a trade or position equals the fold. */
export function assertShown(cell: Cell, facts: readonly Fact[]): void {
  const last = new Map<string, Fact>();
  for (const fact of facts)
    if (
      fact.type === 'TRADE_OPENED' ||
      fact.type === 'TRADE_UPDATED' ||
      fact.type === 'TRADE_CLOSED'
    )
      last.set(fact.data.trade.id, fact);
  for (const [id, fact] of last) {
    const trade = cell.books.trades.get(id);
    if (trade === undefined || !('trade' in fact.data)) continue;
    assert(
      canonical(presentTrade(cell.books, trade)) === canonical(fact.data.trade),
      `what is shown of ${id} differs from the books`,
    );
  }
}
