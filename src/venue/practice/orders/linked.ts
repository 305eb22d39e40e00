/**
 * Orders that hang together. A primary's fills wake its dormant secondaries (OTO-n) as live orders with ids of their own;
 * of a pair the fill or end of one leg shrinks or ends the other. Where the venue's documents are silent we chose:
 * - `first_hit` wakes the whole amount at the first fill, `complete_fill` at the last, `incremental` what has filled so
 *   far, and the live legs grow with each further fill; if a leg has ended by then, further fills wake a new pair.
 * - A woken secondary ends as `triggered`; the live leg names it as `trigger_order_id` and is no secondary itself.
 * - A leg's trigger counts as its end, so the other is cancelled before anything trades; a resting leg that fills in part
 *   takes as much off the other, so that together they never fill more than one would.
 * - A primary that ends before its condition is met takes its secondaries along (`oto_primary_closed`).
 */
import { must } from '../../../base/assert.ts';
import {
  type Decimal,
  add,
  div,
  gt,
  isZero,
  max,
  mul,
  sub,
  toStep,
  ZERO,
} from '../../../base/decimal.ts';
import { flushChanges } from './changes.ts';
import { createOrder, enterBook, type NewOrder } from './entering.ts';
import { surfaced } from './iceberg.ts';
import { cancelOrder } from './matching.ts';
import { isDormant, isLive, type Link, type OrderRecord } from '../state.ts';
import { orderOf, specOf, touchOrder, type World } from '../world.ts';

type Primary = Extract<Link, { role: 'primary' }>;

/** Lets everything follow that hangs together with orders that have changed; ends the event before and after. */
export function settleLinks(world: World, changed: readonly OrderRecord[]): void {
  flushChanges(world);
  for (const order of changed) {
    const { link } = order;
    if (link?.role === 'primary') followPrimary(world, order, link);
    if (link?.role === 'leg' && link.ocoRef !== null) followLeg(world, order, link.ocoRef);
  }
  flushChanges(world);
}

/** How much of the primary its secondaries should stand for now. */
function awakeBy(order: OrderRecord, link: Primary): Decimal {
  switch (link.condition) {
    case 'first_hit':
      return isZero(order.filled) ? ZERO : order.amount;
    case 'complete_fill':
      return order.state === 'filled' ? order.amount : ZERO;
    case 'incremental':
      return order.filled;
  }
}

function followPrimary(world: World, order: OrderRecord, link: Primary): void {
  const extra = sub(awakeBy(order, link), link.awake);
  if (gt(extra, ZERO)) {
    link.awake = add(link.awake, extra);
    const legs = link.legs.map((id) => orderOf(world, id));
    const share = (secondary: OrderRecord): Decimal =>
      shareOf(world, secondary, { part: extra, whole: order.amount });
    if (legs.length > 0 && legs.every(isLive)) grow(world, order, link, share);
    else wake(world, order, link, share);
    return;
  }
  const ended =
    order.state === 'filled' || order.state === 'cancelled' || order.state === 'rejected';
  if (!ended || !isZero(link.awake)) return;
  for (const secondary of link.secondaries.map((id) => orderOf(world, id))) {
    if (isDormant(secondary)) cancelOrder(world, secondary, 'oto_primary_closed');
  }
}

/** A secondary's amount for a part of its primary, in whole contracts. */
function shareOf(
  world: World,
  secondary: OrderRecord,
  of: { readonly part: Decimal; readonly whole: Decimal },
): Decimal {
  if (of.part === of.whole) return secondary.amount;
  const { contractSize } = specOf(world, secondary.instrument);
  return max(
    contractSize,
    toStep(div(mul(secondary.amount, of.part), of.whole, 12), contractSize, 'down'),
  );
}

function grow(
  world: World,
  primary: OrderRecord,
  link: Primary,
  share: (secondary: OrderRecord) => Decimal,
): void {
  for (const leg of link.legs.map((id) => orderOf(world, id))) {
    leg.amount = add(
      leg.amount,
      share(orderOf(world, must(leg.bornFrom, 'the secondary of a leg'))),
    );
    leg.updatedAt = world.now;
    touchOrder(world, leg);
  }
  touchOrder(world, primary);
}

/** Makes live orders of the secondaries that still sleep, or, if they woke before, a new set of them. */
function wake(
  world: World,
  primary: OrderRecord,
  link: Primary,
  share: (secondary: OrderRecord) => Decimal,
): void {
  const ocoRef =
    link.ocoRef === null ? null : `${link.ocoRef}${link.legs.length === 0 ? '' : `/${link.awake}`}`;
  const again = link.legs.length > 0;
  const sleeping = link.secondaries
    .map((id) => orderOf(world, id))
    .filter((secondary) => isDormant(secondary) || (again && secondary.state === 'triggered'));
  const legs: OrderRecord[] = [];
  for (const secondary of sleeping) {
    if (isDormant(secondary)) {
      secondary.state = 'triggered';
      secondary.updatedAt = world.now;
      touchOrder(world, secondary);
    }
    const leg = { role: 'leg', primary: primary.id, ocoRef, yielded: ZERO } as const;
    legs.push(
      createOrder(world, {
        ...terms(secondary),
        amount: share(secondary),
        bornFrom: secondary.id,
        link: { ...leg },
      }),
    );
  }
  link.legs = legs.map((leg) => leg.id);
  touchOrder(world, primary);
  flushChanges(world);
  for (const leg of legs) {
    if (leg.state !== 'open') continue;
    enterBook(world, leg, (changed) => settleLinks(world, changed));
    settleLinks(world, [leg]);
  }
}

/** What a live order takes over from the one that it comes from. */
export const terms = (order: OrderRecord): NewOrder => ({
  account: order.account,
  instrument: order.instrument,
  direction: order.direction,
  type: order.type,
  original: order.original,
  amount: order.amount,
  price: order.price,
  timeInForce: order.timeInForce,
  postOnly: order.postOnly,
  rejectPostOnly: order.rejectPostOnly,
  reduceOnly: order.reduceOnly,
  label: order.label,
  source: order.source,
  trigger: order.trigger,
  bornFrom: order.bornFrom,
  link: order.link === null ? null : { ...order.link },
  ...(order.iceberg === undefined
    ? {}
    : { iceberg: surfaced(order.iceberg.refresh, sub(order.amount, order.filled)) }),
});

function followLeg(world: World, order: OrderRecord, ocoRef: string): void {
  for (const id of world.state.live) {
    const sibling = orderOf(world, id);
    if (
      sibling === order ||
      sibling.account !== order.account ||
      sibling.link?.role !== 'leg' ||
      sibling.link.ocoRef !== ocoRef
    )
      continue;
    if (!isLive(order)) {
      cancelOrder(world, sibling, 'oco_other_closed');
      continue;
    }
    const fresh = sub(order.filled, sibling.link.yielded);
    if (isZero(fresh)) continue;
    sibling.link.yielded = order.filled;
    sibling.amount = max(sibling.filled, sub(sibling.amount, fresh));
    if (sibling.amount === sibling.filled) {
      cancelOrder(world, sibling, 'oco_other_closed');
      continue;
    }
    sibling.updatedAt = world.now;
    touchOrder(world, sibling);
  }
}
