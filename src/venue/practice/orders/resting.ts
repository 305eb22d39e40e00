/**
 * What is live and what rests, in the order in which it is looked for: per instrument and account oldest first, per side
 * of a book best price first and at one price in the order of the queue, and what each account's resting orders add up
 * to. All of it follows from the state's orders and is never stored: a restored exchange builds it anew.
 */
import { type Decimal, add, gt, isZero, lt, sub, ZERO } from '../../../base/decimal.ts';
import type { Direction } from '../../protocol/values.ts';
import { hiddenOf, shownOf } from './iceberg.ts';
import { isLive, type OrderRecord, type State } from '../state.ts';

/** The resting orders of one price that show something, and those that hide something; the first in the queue first. */
export type Level = {
  readonly price: Decimal;
  readonly orders: OrderRecord[];
  readonly hiding: OrderRecord[];
};

/** One side's levels, best first. */
type Side = { readonly levels: Level[]; readonly byPrice: Map<Decimal, Level> };

/** What an account's resting orders of one instrument that may grow its position add up to. */
export type Reserved = { buy: Decimal; sell: Decimal };

/** Where an order stands, as it was when it was put there. */
type Place = { readonly price: Decimal; readonly counted: Decimal };

type Own = {
  readonly live: Map<string, OrderRecord>;
  /** Those that rest and may only reduce. */
  readonly reducing: Map<string, OrderRecord>;
  readonly reserved: Reserved;
};

type Shelf = {
  readonly live: Map<string, OrderRecord>;
  readonly buy: Side;
  readonly sell: Side;
  /** Icebergs that show nothing any more, since what they showed was taken. */
  readonly spent: Set<OrderRecord>;
  readonly accounts: Map<string, Own>;
};

export type Resting = {
  readonly shelves: Map<string, Shelf>;
  readonly places: Map<string, Place>;
};

const emptySide = (): Side => ({ levels: [], byPrice: new Map() });
const NOBODY: ReadonlySet<OrderRecord> = new Set();
const NONE: ReadonlyMap<string, OrderRecord> = new Map();
const NOTHING: Readonly<Reserved> = { buy: ZERO, sell: ZERO };

/** Everything that rests in a state. */
export function createResting(state: Pick<State, 'orders' | 'live'>): Resting {
  const resting: Resting = { shelves: new Map(), places: new Map() };
  for (const id of state.live) {
    const order = state.orders.get(id);
    if (order !== undefined) replace(resting, order);
  }
  return resting;
}

function shelfOf(resting: Resting, instrument: string): Shelf {
  let shelf = resting.shelves.get(instrument);
  if (shelf === undefined) {
    const sides = { buy: emptySide(), sell: emptySide() };
    shelf = { live: new Map(), ...sides, spent: new Set(), accounts: new Map() };
    resting.shelves.set(instrument, shelf);
  }
  return shelf;
}

function ownOf(shelf: Shelf, account: string): Own {
  let own = shelf.accounts.get(account);
  if (own === undefined) {
    own = { live: new Map(), reducing: new Map(), reserved: { ...NOTHING } };
    shelf.accounts.set(account, own);
  }
  return own;
}

/** Takes an order as it is now, new, changed or ended, to where it belongs. */
export function replace(resting: Resting, order: OrderRecord): void {
  const shelf = shelfOf(resting, order.instrument);
  const own = ownOf(shelf, order.account);
  if (isLive(order)) {
    shelf.live.set(order.id, order);
    own.live.set(order.id, order);
  } else {
    shelf.live.delete(order.id);
    own.live.delete(order.id);
  }
  if (order.state === 'open' && order.reduceOnly) own.reducing.set(order.id, order);
  else own.reducing.delete(order.id);
  const side = shelf[order.direction];
  const before = resting.places.get(order.id);
  const counts = order.state === 'open' && !order.reduceOnly;
  const counted = counts ? sub(order.amount, order.filled) : ZERO;
  const { reserved } = own;
  const was = before?.counted ?? ZERO;
  if (was !== counted)
    reserved[order.direction] = add(reserved[order.direction], sub(counted, was));
  if (order.iceberg !== undefined) noteSpent(shelf, order);
  if (order.state !== 'open') {
    if (before !== undefined) takeOut(side, order, before.price);
    resting.places.delete(order.id);
    return;
  }
  const price = order.price ?? ZERO;
  if (before?.price !== price || !inOrder(side, order, price)) {
    if (before !== undefined) takeOut(side, order, before.price);
    if (order.price !== null) putIn(side, order, order.price);
  }
  if (before?.price !== price || was !== counted) resting.places.set(order.id, { price, counted });
}

function noteSpent(shelf: Shelf, order: OrderRecord): void {
  if (order.state === 'open' && isZero(shownOf(order))) shelf.spent.add(order);
  else shelf.spent.delete(order);
}

/**
 * Whether the order stands where its queue number says: a renewed one has to go to the end. Of an iceberg, which stands in
 * two queues, it is not asked.
 */
function inOrder(side: Side, order: OrderRecord, price: Decimal): boolean {
  if (order.iceberg !== undefined) return false;
  const orders = side.byPrice.get(price)?.orders;
  if (orders === undefined) return order.price === null;
  const at = orders.indexOf(order);
  return at !== -1 && (orders[at + 1]?.queue ?? Number.POSITIVE_INFINITY) > order.queue;
}

function takeOut(side: Side, order: OrderRecord, price: Decimal): void {
  const level = side.byPrice.get(price);
  if (level === undefined) return;
  leave(level.orders, order);
  leave(level.hiding, order);
  if (level.orders.length > 0 || level.hiding.length > 0) return;
  side.byPrice.delete(price);
  const [first] = side.levels;
  side.levels.splice(first === level ? 0 : side.levels.indexOf(level), 1);
}

function putIn(side: Side, order: OrderRecord, price: Decimal): void {
  let level = side.byPrice.get(price);
  if (level === undefined) {
    level = { price, orders: [], hiding: [] };
    side.byPrice.set(price, level);
    side.levels.splice(placeOf(side.levels, price, order.direction), 0, level);
  }
  if (order.iceberg === undefined || !isZero(shownOf(order))) queueUp(level.orders, order);
  if (order.iceberg !== undefined && !isZero(hiddenOf(order))) queueUp(level.hiding, order);
}

function leave(queue: OrderRecord[], order: OrderRecord): void {
  const at = queue.indexOf(order);
  if (at !== -1) queue.splice(at, 1);
}

function queueUp(queue: OrderRecord[], order: OrderRecord): void {
  let at = queue.length;
  while (at > 0 && (queue[at - 1]?.queue ?? 0) > order.queue) at--;
  queue.splice(at, 0, order);
}

/** Index of the first level that is worse than a price. */
function placeOf(levels: readonly Level[], price: Decimal, direction: Direction): number {
  const better = direction === 'buy' ? gt : lt;
  let [low, high] = [0, levels.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const level = levels[middle];
    if (level !== undefined && better(level.price, price)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The levels of one side of a book, best first. */
export const levelsIn = (
  resting: Resting,
  instrument: string,
  direction: Direction,
): readonly Level[] => resting.shelves.get(instrument)?.[direction].levels ?? [];

/** Icebergs of an instrument that show nothing any more, in the order in which that came about; it changes as they do. */
export const spentIn = (resting: Resting, instrument: string): ReadonlySet<OrderRecord> =>
  resting.shelves.get(instrument)?.spent ?? NOBODY;

/** The live orders of an instrument, oldest first; it changes as they do. */
export const liveIn = (resting: Resting, instrument: string): ReadonlyMap<string, OrderRecord> =>
  resting.shelves.get(instrument)?.live ?? NONE;

/** One account's live orders of an instrument, oldest first; it changes as they do. */
export const ownIn = (
  resting: Resting,
  instrument: string,
  account: string,
): ReadonlyMap<string, OrderRecord> =>
  resting.shelves.get(instrument)?.accounts.get(account)?.live ?? NONE;

/** One account's resting reduce-only orders of an instrument; it changes as they do. */
export const reducingIn = (
  resting: Resting,
  instrument: string,
  account: string,
): ReadonlyMap<string, OrderRecord> =>
  resting.shelves.get(instrument)?.accounts.get(account)?.reducing ?? NONE;

/** What an account's resting orders that are not reduce-only add up to, by side. */
export const reservedIn = (
  resting: Resting,
  instrument: string,
  account: string,
): Readonly<Reserved> =>
  resting.shelves.get(instrument)?.accounts.get(account)?.reserved ?? NOTHING;
