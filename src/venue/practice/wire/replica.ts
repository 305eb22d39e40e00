/**
 * What stale reads answer from: a copy of the exchange as it stood a while ago, whole, so that orders, trades, positions
 * and cash of one answer, and of answers close together, agree with each other. While such a fault stands, the exchange
 * is copied whenever it changes; the replica keeps one of these copies until that is too old and then takes a newer one.
 * It never goes back, and is never older than the fault.
 */
import { must } from '../../../base/assert.ts';
import { nextBelow } from '../../../base/prng.ts';
import type { Millis } from '../../../base/time.ts';
import type { Desk } from '../desk.ts';
import { type Fault, isActive, strikeMethod } from '../faults/faults.ts';
import { createResting } from '../orders/resting.ts';
import type { AccountRecord, MarketRecord, OrderRecord, State } from '../state.ts';
import type { World } from '../world.ts';

/** How old a copy is at most, and at least when it is taken, in real time, unless a fault says otherwise. */
const MOST = 2_600;
const LEAST = 200;

/** The exchange as it stood from `at` (real time) until the next copy. Trades and rows only grow: their number is kept. */
export type Copy = {
  readonly at: Millis;
  readonly state: Omit<State, 'trades' | 'rows'>;
  readonly trades: number;
  readonly rows: number;
};

/** What a fault's reads see, and the real time of which it is the picture. */
export type Replica = { readonly copy: Copy; readonly asOf: Millis };

const mostOf = (fault: Fault): Millis => fault.ms ?? MOST;

const staleFaults = (desk: Desk): readonly Fault[] =>
  desk.faults.faults.filter((fault) => fault.does === 'stale_reads' && isActive(fault, desk.mono));

const copyOrder = (order: OrderRecord): OrderRecord => ({
  ...order,
  link: order.link === null ? null : { ...order.link },
});
const copyAccount = (account: AccountRecord): AccountRecord => ({
  ...account,
  balances: { ...account.balances },
  positions: Object.fromEntries(
    Object.entries(account.positions).map(([name, position]) => [name, { ...position }]),
  ),
});
const copyMarket = (market: MarketRecord): MarketRecord => ({
  ...market,
  taken: { ...market.taken },
  ...(market.dated === undefined ? {} : { dated: { ...market.dated } }),
});
const mapValues = <T>(map: ReadonlyMap<string, T>, change: (value: T) => T): Map<string, T> =>
  new Map([...map].map(([key, value]) => [key, change(value)]));

/** Copies the exchange after a step that may have changed it, while a fault wants that; call it before the step's record. */
export function keepCopies(desk: Desk): void {
  const faults = staleFaults(desk);
  const { copies } = desk;
  if (faults.length === 0) {
    copies.length = 0;
    desk.replicas.clear();
    return;
  }
  const { state, touched } = desk.world;
  const last = copies.at(-1);
  const changed =
    last === undefined ||
    desk.moved ||
    touched.forced ||
    touched.orders.size > 0 ||
    touched.accounts.size > 0 ||
    state.trades.length > last.trades ||
    state.rows.length > last.rows;
  if (changed) copies.push(copyOf(desk, last));
  const needed = desk.mono - Math.max(...faults.map(mostOf));
  while ((copies[1]?.at ?? Number.POSITIVE_INFINITY) <= needed) copies.shift();
}

function copyOf(desk: Desk, last: Copy | undefined): Copy {
  const { state, touched } = desk.world;
  const orders =
    last === undefined ? mapValues(state.orders, copyOrder) : new Map(last.state.orders);
  for (const id of touched.orders) {
    const order = state.orders.get(id);
    if (order !== undefined) orders.set(id, copyOrder(order));
  }
  return {
    at: desk.mono,
    trades: state.trades.length,
    rows: state.rows.length,
    state: {
      ...state,
      orders,
      live: new Set(state.live),
      accounts: mapValues(state.accounts, copyAccount),
      markets: mapValues(state.markets, copyMarket),
    },
  };
}

/** The world that a read of this method sees: a replica's where a fault says so, else the exchange itself. */
export function worldToRead(desk: Desk, method: string): World {
  const { world, copies } = desk;
  const fault =
    copies.length === 0
      ? undefined
      : strikeMethod(desk.faults, 'stale_reads', method, { mono: desk.mono });
  if (fault === undefined) return world;
  const held = desk.replicas.get(fault.id);
  const fresh = held === undefined || desk.mono - held.asOf > mostOf(fault);
  const replica = fresh ? newer(desk, fault, held) : held;
  desk.replicas.set(fault.id, replica);
  const { state, trades, rows } = replica.copy;
  return {
    ...world,
    resting: createResting(state),
    state: {
      ...state,
      trades: world.state.trades.slice(0, trades),
      rows: world.state.rows.slice(0, rows),
    },
  };
}

/** At first the copy with which the fault began, while that is young enough; then that of a moment drawn between least and most lag. */
function newer({ copies, chance, mono }: Desk, fault: Fault, held: Replica | undefined): Replica {
  const most = mostOf(fault);
  const least = Math.min(LEAST, most);
  const first = must(copies[0], 'a copy');
  const asOf =
    held === undefined && mono - first.at <= most
      ? first.at
      : Math.max(mono - least - nextBelow(chance, most - least + 1), first.at);
  return { copy: copies.findLast(({ at }) => at <= asOf) ?? first, asOf };
}
