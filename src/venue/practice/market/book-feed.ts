/**
 * The channels `book.{instrument}.{interval}`: a snapshot first, then what has changed since the last frame, chained by
 * `change_id`s that all books of the exchange share, so that they jump.
 */
import type { Decimal } from '../../../base/decimal.ts';
import { levelsOf, offersOn } from './book.ts';
import type { Desk, Subscription } from '../desk.ts';
import { num, type WireValue } from '../wire/wire-json.ts';
import { marketOf, specOf } from '../world.ts';

type Levels = ReadonlyMap<Decimal, Decimal>;
type Sent = { readonly changeId: number; readonly bids: Levels; readonly asks: Levels };

/** What each subscription was sent last. */
const sentOn = new WeakMap<Subscription, Sent>();
/** The last change_id given out, by exchange front. */
const lastId = new WeakMap<Desk, number>();

const DEPTH = 1_000;

function nextId(desk: Desk): number {
  const last = lastId.get(desk) ?? 10_000;
  const next = last + 1 + (last % 7);
  lastId.set(desk, next);
  return next;
}

function levels(desk: Desk, instrument: string, side: 'bid' | 'ask'): Levels {
  const { world } = desk;
  if (marketOf(world, instrument).state !== 'open') return new Map();
  const offers = levelsOf(offersOn(world, specOf(world, instrument), side), DEPTH);
  return new Map(offers.map(({ price, amount }) => [price, amount]));
}

function changes(before: Levels, now: Levels): WireValue[] {
  const rows: WireValue[] = [];
  for (const price of before.keys()) if (!now.has(price)) rows.push(['delete', num(price), 0]);
  for (const [price, amount] of now) {
    const was = before.get(price);
    if (was !== amount) rows.push([was === undefined ? 'new' : 'change', num(price), num(amount)]);
  }
  return rows;
}

const NONE: Levels = new Map();

/** The data of the next frame of a book's subscription; null when nothing has changed since the last. */
export function bookFrame(
  desk: Desk,
  subscription: Subscription,
  instrument: string,
): WireValue | null {
  const before = sentOn.get(subscription);
  const now = { bids: levels(desk, instrument, 'bid'), asks: levels(desk, instrument, 'ask') };
  const bids = changes(before?.bids ?? NONE, now.bids);
  const asks = changes(before?.asks ?? NONE, now.asks);
  if (before !== undefined && bids.length === 0 && asks.length === 0) return null;
  const changeId = nextId(desk);
  sentOn.set(subscription, { changeId, ...now });
  return {
    type: before === undefined ? 'snapshot' : 'change',
    timestamp: desk.world.now,
    instrument_name: instrument,
    change_id: changeId,
    ...(before === undefined ? {} : { prev_change_id: before.changeId }),
    bids,
    asks,
  };
}
