/**
 * What happens in a life of the books: two strategies that enter where the gate lets them, fills in parts, stops that are
 * edited late, a person, closes that nobody saw, checks, adoption, nights with a settlement. The same acts give the same life.
 */
import assert from 'node:assert/strict';
import { dec } from '../../../src/base/decimal.ts';
import { HOUR, type Millis } from '../../../src/base/time.ts';
import type { TradeRecord } from '../../../src/domain/books.ts';
import type { Intent } from '../../../src/domain/intent.ts';
import { foreignAmount, openTrades } from '../../../src/domain/ledger.ts';
import { onCash } from '../../../src/engine/cash.ts';
import { refusal } from '../../../src/engine/gate.ts';
import { bookFills, observe } from '../../../src/engine/observe.ts';
import { booksSide } from '../../../src/engine/sides.ts';
import { record } from '../../../src/engine/turn.ts';
import { adjustments } from '../../../src/reconcile/classify.ts';
import { compare, least, rational, signOf, sizeOf } from '../rational.ts';
import { type Kind, nightAfter, settle, text } from './exchange.ts';
import {
  type Act,
  amountOf,
  begin,
  type BooksLife,
  contractsOf,
  type Draw,
  drawing,
  execute,
  intentOf,
  type Order,
  push,
  shown,
  STRATEGIES,
  tell,
  tradesOf,
  turn,
  write,
} from './life.ts';

/** Stops and targets become what their trade has open; those of trades that ended go; a trade without one gets one. */
function mend(life: BooksLife): void {
  const open = new Map(tradesOf(life).map((trade) => [trade.id, contractsOf(life, trade.open)]));
  const changed: Order[] = [];
  for (const order of life.orders) {
    if (order.purpose === 'entry' || order.state !== 'untriggered') continue;
    const left = open.get(order.intent.trade ?? '') ?? 0;
    if (order.amount - order.filled === left) continue;
    if (left === 0) order.state = 'cancelled';
    else order.amount = order.filled + left;
    changed.push(order);
  }
  for (const trade of tradesOf(life)) {
    const stands = life.orders.some(
      (order) =>
        order.purpose === 'stop' &&
        order.state === 'untriggered' &&
        order.intent.trade === trade.id,
    );
    if (!stands && trade.open !== '0') changed.push(placeStop(life, trade));
  }
  turn(life, (one) =>
    observe(
      one,
      { orders: changed.map((order) => shown(life, order)), fills: [], positions: [] },
      'push',
    ),
  );
}

function placeStop(life: BooksLife, trade: TradeRecord): Order {
  const number = ++life.ids;
  const intent = intentOf(life, {
    label: `ls:${trade.strategy}:n1:1:${number}s:birth001`,
    strategy: trade.strategy,
    trade: trade.id,
    purpose: 'stop',
    direction: trade.direction === 'long' ? 'sell' : 'buy',
    amount: trade.open,
  });
  write(life, [{ type: 'ORDER_INTENDED', v: 1, data: { intent } }]);
  const order: Order = {
    intent,
    purpose: 'stop',
    label: intent.label,
    orderId: `O-${number}`,
    amount: contractsOf(life, trade.open),
    filled: 0,
    state: 'untriggered',
  };
  life.orders.push(order);
  return order;
}

/** A strategy wants in: it may, or the gate says why not. What passes finds every stop as large as its trade (spec, section 2). */
function enter(life: BooksLife, draw: Draw): void {
  if (draw(4) > 0) mend(life);
  const strategy = STRATEGIES[draw(2)] ?? 'one';
  const direction = draw(2) === 0 ? 'buy' : 'sell';
  const contracts = 1 + draw(20);
  const proposal = {
    strategy,
    instrument: life.instrument.name,
    direction,
    amount: amountOf(life, contracts),
    price: dec('100000'),
  } as const;
  const reason = turn(life, (one) => refusal(one, proposal));
  if (reason !== undefined) return void (life.counts.refused += 1);
  life.counts.entries += 1;
  for (const trade of tradesOf(life)) {
    assert.equal(trade.direction === 'long', direction === 'buy', '[I50] one direction');
    const stops = life.orders.filter(
      (order) =>
        order.purpose === 'stop' &&
        order.state === 'untriggered' &&
        order.intent.trade === trade.id,
    );
    const covered = stops.reduce((sum, { amount, filled }) => sum + amount - filled, 0);
    assert.equal(amountOf(life, covered), trade.open, 'opened over a stop of another size');
  }
  const number = ++life.ids;
  const child = (purpose: 'stop' | 'target') => ({
    label: `ls:${strategy}:n1:1:${number}${purpose[0]}:birth001`,
    purpose,
    direction: direction === 'buy' ? ('sell' as const) : ('buy' as const),
    type: purpose === 'stop' ? ('stop_market' as const) : ('take_market' as const),
    amount: proposal.amount,
    triggerPrice: dec('95000'),
    trigger: 'mark_price' as const,
  });
  const intent: Intent = {
    ...intentOf(life, {
      label: `ls:${strategy}:n1:1:${number}e:birth001`,
      strategy,
      trade: `trd_${number}`,
      purpose: 'entry',
      direction,
      amount: proposal.amount,
    }),
    children: [child('stop'), child('target')],
    fillCondition: 'incremental',
  };
  write(life, [{ type: 'ORDER_INTENDED', v: 1, data: { intent } }]);
  life.orders.push({
    intent,
    purpose: 'entry',
    label: intent.label,
    orderId: `O-${number}`,
    amount: contracts,
    filled: 0,
    state: 'open',
  });
}

/** The next part of an entry that is not done, with the stop and target that grow with it; or its end. */
function fillEntry(life: BooksLife, draw: Draw): void {
  const entries = life.orders.filter(
    ({ purpose, state }) => purpose === 'entry' && state === 'open',
  );
  const entry = entries[draw(Math.max(1, entries.length))];
  if (entry === undefined) return;
  const left = entry.amount - entry.filled;
  const part = draw(2) === 0 ? left : 1 + draw(left);
  entry.filled += part;
  if (entry.filled === entry.amount) entry.state = 'filled';
  else if (draw(3) === 0) entry.state = 'cancelled';
  const fill = execute(life, draw, {
    ...entry,
    direction: entry.intent.direction,
    contracts: part,
  });
  const children = entry.intent.children.map(({ label, purpose }) => {
    const known = life.orders.find((order) => order.label === label);
    if (known === undefined) {
      const born: Order = {
        intent: { ...entry.intent, direction: entry.intent.direction === 'buy' ? 'sell' : 'buy' },
        purpose,
        label,
        orderId: `${entry.orderId}-${purpose}`,
        amount: part,
        filled: 0,
        state: 'untriggered',
      };
      life.orders.push(born);
      return born;
    }
    known.amount += part;
    return known;
  });
  push(life, draw, draw(3) === 0 ? [] : [entry, ...children], [fill]);
  if (entry.state !== 'open' || draw(2) === 0) push(life, draw, [entry, ...children], []);
}

/** A part of a stop or target fills, no more than reduces the position; one that stands too large goes beyond its trade. */
function fillExit(life: BooksLife, draw: Draw): void {
  const standing = life.orders.filter(
    ({ purpose, state }) => purpose !== 'entry' && state === 'untriggered',
  );
  const order = standing[draw(Math.max(1, standing.length))];
  if (order === undefined || isBlind(life)) return;
  const { position } = life.exchange;
  const side = order.intent.direction === 'buy' ? 1 : -1;
  if (signOf(position) !== -side) return;
  const most = least(rational(amountOf(life, order.amount - order.filled)), sizeOf(position));
  const room = contractsOf(life, text(most));
  const part = draw(2) === 0 ? room : 1 + draw(room);
  order.filled += part;
  if (order.filled === order.amount) order.state = 'filled';
  const trade = life.cell.books.trades.get(order.intent.trade ?? '');
  const fill = execute(life, draw, {
    ...order,
    direction: order.intent.direction,
    contracts: part,
  });
  if (trade !== undefined && compare(rational(trade.open), rational(fill.amount)) < 0)
    life.counts.beyond += 1;
  push(life, draw, [order], [fill]);
}

/** Whether something was closed unseen of which the books assume nothing yet. Until they do, only openings happen. */
const isBlind = (life: BooksLife): boolean => life.unseen.length > 0 && !life.assumed;

/** A person buys or sells, in up to three parts of one order. */
function byHand(life: BooksLife, draw: Draw): void {
  if (isBlind(life)) return;
  const direction = draw(2) === 0 ? 'buy' : 'sell';
  const orderId = `H-${++life.ids}`;
  const fills = Array.from({ length: 1 + draw(3) }, () =>
    execute(life, draw, { direction, orderId, label: '', contracts: 1 + draw(12) }),
  );
  if (draw(2) === 0) push(life, draw, [], fills);
  else for (const fill of fills) push(life, draw, [], [fill]);
}

/** A person closes a part, and the stream says nothing of it. */
function byHandUnseen(life: BooksLife, draw: Draw): void {
  const { books } = life.cell;
  const trades = tradesOf(life);
  const [first] = trades;
  if (life.unseen.length > 0 || life.early.length > 0 || first === undefined) return;
  if (foreignAmount(books, life.instrument.name) !== '0') return;
  const open = trades.reduce((sum, trade) => sum + contractsOf(life, trade.open), 0);
  if (
    open === 0 ||
    life.orders.some(({ purpose, state }) => purpose === 'entry' && state === 'open')
  )
    return;
  const direction = first.direction === 'long' ? 'sell' : 'buy';
  const fill = execute(life, draw, {
    direction,
    orderId: `H-${++life.ids}`,
    label: '',
    contracts: 1 + draw(open),
  });
  life.unseen.push(fill);
}

/** A check: what came early is booked; what nobody saw is found, or the books are brought to what is there without it. */
function check(life: BooksLife, isFound: boolean): void {
  const found = [...life.early, ...(isFound ? life.unseen : [])];
  life.early = [];
  life.counts.late += found.length;
  if (isFound) {
    if (life.assumed) life.counts.replaced += life.unseen.length;
    life.unseen = [];
    life.assumed = false;
  }
  tell(
    life,
    turn(life, (one) => bookFills(one, found, 'check')),
  );
  if (life.unseen.length === 0 || life.assumed) return;
  life.assumed = true;
  turn(life, (one) => {
    const { name } = life.instrument;
    for (const { trade, amount } of adjustments(
      booksSide(one, name),
      text(life.exchange.position),
    )) {
      assert.ok(trade !== null, 'only what trades hold was closed unseen');
      const at = { instrument: name, trade, amount, exitPrice: null, by: 'reconciler' } as const;
      record(one, {
        type: 'POSITION_ADJUSTED',
        v: 1,
        data: { ...at, reason: 'ghost_trade_cleanup', evidence: 'test' },
      });
      const size = text(sizeOf(rational(amount)));
      life.told.push({ kind: 'gone', trade, amount: size, at: life.at });
      life.counts.gone += 1;
    }
  });
}

/** What belongs to nobody becomes a trade of a strategy that has none, if all else there has its direction. */
function adopt(life: BooksLife, draw: Draw): void {
  const { books } = life.cell;
  const { name } = life.instrument;
  const foreign = foreignAmount(books, name);
  const average = books.foreign.get(name)?.averagePrice ?? null;
  const strategy = STRATEGIES.find((id) => openTrades(books, { strategy: id }).length === 0);
  if (foreign === '0' || average === null || strategy === undefined || life.unseen.length > 0)
    return;
  const direction = foreign.startsWith('-') ? 'short' : 'long';
  if (tradesOf(life).some((trade) => trade.direction !== direction)) return;
  if (life.orders.some(({ purpose, state }) => purpose === 'entry' && state === 'open')) return;
  const whole = contractsOf(life, text(sizeOf(rational(foreign))));
  const data = {
    trade: `trd_${++life.ids}`,
    strategy,
    instrument: name,
    direction,
    amount: amountOf(life, draw(2) === 0 ? whole : 1 + draw(whole)),
    entryPrice: average,
    openedAt: life.at,
    fees: dec('0'),
    entry: 'average',
    orders: [],
    stopLoss: null,
    takeProfit: null,
    by: 'ada',
  } as const;
  write(life, [{ type: 'TRADE_ADOPTED', v: 1, data }]);
  life.told.push({ kind: 'adopted', data });
  life.counts.adopted += 1;
}

/** Behind a check that leaves no doubt the log is read, as far as the engine takes it. */
function readLog(life: BooksLife): void {
  if (isBlind(life)) return;
  check(life, false);
  const { exchange, cell, instrument, at } = life;
  const currency = instrument.settlementCurrency;
  cell.live.logs.set(currency, { to: 0, span: Infinity, busy: true });
  turn(life, (one) =>
    onCash(
      one,
      { currency, to: at, whole: true },
      { status: 'ok', result: { kind: 'cash_log', rows: exchange.rows }, beganAt: null },
    ),
  );
  const booked = cell.books.cash.get(currency)?.seq ?? 0;
  for (const { type, userSeq, at: night, funding } of exchange.rows)
    if (type === 'settlement' && userSeq <= booked)
      life.told.push({ kind: 'night', at: night, total: funding ?? dec('0') });
  exchange.rows = exchange.rows.filter(({ userSeq }) => userSeq > booked);
}

/** Time goes on; at 08:00 what was earned is paid. */
function pass(life: BooksLife, draw: Draw, ms: Millis): void {
  const until = life.at + ms;
  for (let night = nightAfter(life.at); night <= until; night = nightAfter(night)) {
    life.at = night;
    settle(life.exchange, {
      at: night,
      price: dec((180_000 + draw(40_000)) / 2),
      change: rational(dec(`${draw(4_000) - 2_000}e-9`)),
    });
    life.counts.nights += 1;
  }
  life.at = until;
}

/** Lives through the acts; `each` sees the life behind every one of them. */
export function live(
  list: readonly Act[],
  kind: Kind,
  each: (life: BooksLife) => void = () => undefined,
): BooksLife {
  const life = begin(kind);
  each(life);
  for (const act of list) {
    const draw = drawing(act);
    const what = draw(19);
    pass(life, draw, 1_000 + draw(draw(8) === 0 ? 12 * HOUR : HOUR));
    if (what < 3) enter(life, draw);
    else if (what < 7) fillEntry(life, draw);
    else if (what < 9) fillExit(life, draw);
    else if (what < 11) byHand(life, draw);
    else if (what < 13) byHandUnseen(life, draw);
    else if (what < 16) check(life, draw(2) === 0);
    else if (what === 16) adopt(life, draw);
    else if (what === 17) readLog(life);
    else push(life, draw, [], []);
    each(life);
  }
  life.at += 2 * HOUR;
  check(life, false);
  readLog(life);
  each(life);
  return life;
}
