/**
 * What screens show becomes facts of the same commit, behind their cause: orders, positions, trades, then statuses. Only
 * subjects that the turn's facts touched are looked at, and only what differs from what was last shown is recorded.
 */
import { canonical, type Json, sameJson } from '../base/canonical.ts';
import { isoTime } from '../base/time.ts';
import { assert } from '../base/assert.ts';
import type { Fact } from '../domain/fact.ts';
import type { StrategyRecord } from '../domain/books.ts';
import { instrumentsInUse, openTrades } from '../domain/ledger.ts';
import {
  activityOf,
  assuranceOf,
  presentIntent,
  presentOrder,
  presentPosition,
  presentStrategy,
  presentTrade,
} from '../domain/present.ts';
import type { Order, Trade } from '../domain/shown.ts';
import type { Activity } from '../domain/status.ts';
import { type Cell, type StrategyFacets, type Turn, record } from './turn.ts';

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
    FUNDING_SETTLED: (touched, { allocations }) => {
      for (const { trade } of allocations) addTrade(touched, trade);
    },
    POSITION_ADJUSTED: (touched, { instrument, trade }) => {
      touched.instruments.add(instrument);
      addTrade(touched, trade);
    },
    POSITION_DELIVERED: (touched, { instrument, allocations }) => {
      touched.instruments.add(instrument);
      for (const { trade } of allocations) addTrade(touched, trade);
    },
    TRADE_ADOPTED: (touched, { instrument, trade, orders }) => {
      touched.instruments.add(instrument);
      touched.trades.add(trade);
      for (const { order } of orders) touched.orders.add(order.orderId);
    },
    TRADE_IMPORTED: (touched, { imported }) => addTrade(touched, imported.trade),
    STOP_MOVED: (touched, { trade }) => addTrade(touched, trade),
    TRADE_CORRECTED: (touched, { trade }) => addTrade(touched, trade),
    BASELINE_TAKEN: (touched, { positions }) => {
      for (const { instrument } of positions) touched.instruments.add(instrument);
    },
    BREAK_OPENED: bySubject,
    BREAK_UPDATED: bySubject,
    BREAK_RESOLVED: bySubject,
    DECISION_UNDONE: (touched, { instrument, undoes }) => {
      touched.instruments.add(instrument);
      if ('trade' in undoes) touched.trades.add(undoes.trade);
    },
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

/** Every trade is shown to open and to close, also when both were found in one check (N7); an imported one was never open here. */
function kindsOf(
  cell: Cell,
  trade: Trade,
): readonly ('TRADE_OPENED' | 'TRADE_UPDATED' | 'TRADE_CLOSED')[] {
  const last = cell.shown.texts.get(`trade/${trade.id}`);
  if (last === undefined)
    return trade.status === 'open'
      ? ['TRADE_OPENED']
      : trade.origin === 'imported'
        ? ['TRADE_CLOSED']
        : ['TRADE_OPENED', 'TRADE_CLOSED'];
  const was = last === 'open' || last === 'closed' ? last : (JSON.parse(last) as Trade).status;
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

const facetsOf = ({ books }: Turn, strategy: StrategyRecord): StrategyFacets => ({
  control: strategy.control,
  config: strategy.config,
  activity: activityOf(books, strategy),
  assurance: assuranceOf(books, strategy.config.instrument),
  position: openTrades(books, { strategy: strategy.config.id })[0]?.id ?? null,
});

const sameFacets = (a: StrategyFacets, b: StrategyFacets): boolean =>
  a.activity === b.activity &&
  a.assurance === b.assurance &&
  a.position === b.position &&
  sameJson(a.control, b.control) &&
  sameJson(a.config as unknown as Json, b.config as unknown as Json);

/** Kinds of facts that change no strategy, but that a check may tell that an entry or an exit is over (I8). */
const STILL: ReadonlySet<Fact['type']> = new Set([
  'RECONCILIATION_COMPLETED',
  'FUNDING_ACCRUED',
  'CASH_BOOKED',
  'COMMAND_TAKEN',
  'REPORT_READY',
  'ORDER_CHANGED',
  'POSITION_CHANGED',
  'TRADE_UPDATED',
]);
const WAITING: ReadonlySet<Activity> = new Set(['entering', 'exiting']);

function showStrategies(turn: Turn): void {
  const { strategies } = turn.cell.shown;
  const cause =
    turn.facts.findLast((fact) => fact.type !== 'ORDER_CHANGED' && fact.type !== 'POSITION_CHANGED')
      ?.type ?? turn.cause;
  const isStill = turn.facts.every(({ type }) => STILL.has(type));
  for (const [id, strategy] of turn.books.strategies) {
    const last = strategies.get(id);
    if (isStill && last !== undefined && !WAITING.has(last.facets.activity)) continue;
    const facets = facetsOf(turn, strategy);
    if (last !== undefined && sameFacets(last.facets, facets)) continue;
    const fresh = presentStrategy(turn.books, strategy, isoTime(turn.now.server));
    const { status, control, activity, assurance } = fresh;
    const since = last?.status === status ? last.since : fresh.since;
    strategies.set(id, { facets, status, since });
    record(turn, {
      type: 'STRATEGY_STATUS_CHANGED',
      v: 1,
      data: {
        strategy: id,
        status,
        control,
        activity,
        assurance,
        cause,
        shown: { ...fresh, since },
      },
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
function forgetTexts({ books, shown: { texts } }: Cell): void {
  // Without more texts than there are subjects the walk is not worth its time.
  if (texts.size <= books.trades.size + books.orders.size + books.intents.size) return;
  for (const subject of texts.keys()) {
    const slash = subject.indexOf('/');
    const id = subject.slice(slash + 1);
    const kind = subject.slice(0, slash);
    if (kind === 'trade' && !books.trades.has(id)) texts.delete(subject);
    if (kind === 'order' && !books.orders.has(id) && !books.intents.has(id)) texts.delete(subject);
  }
}

function forget({ cell, live }: Turn): void {
  const { books } = cell;
  forgetTexts(cell);
  for (const orderId of live.triggered.keys())
    if (!books.orders.has(orderId)) live.triggered.delete(orderId);
  for (const label of live.lostTold) if (!books.intents.has(label)) live.lostTold.delete(label);
  for (const [ref, errand] of live.errands)
    if (errand.for === 'place' && !books.intents.has(errand.label)) live.errands.delete(ref);
}

/**
 * After a restart: what the books show now is what was last shown, because both were one commit. Its text is made only when
 * something touches it, and is then shown once more: with thousands of trades nearly nothing is ever touched.
 */
export function primeShown({ books, shown: { texts } }: Cell): void {
  for (const [label, { placement }] of books.intents)
    if (placement.state !== 'acked') texts.set(`order/${label}`, '');
  for (const orderId of books.orders.keys()) texts.set(`order/${orderId}`, '');
  for (const { id, closedAt } of books.trades.values())
    texts.set(`trade/${id}`, closedAt === null ? 'open' : 'closed');
  for (const name of instrumentsInUse(books)) texts.set(`position/${name}`, '');
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
