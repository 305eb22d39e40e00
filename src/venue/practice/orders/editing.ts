/**
 * Edits and cancels. An edit names the new total amount, what has filled included; flags that it does not repeat fall
 * back to false. A place in the queue is kept only while the price stays and the amount does not grow. A total that is
 * not above what has filled is refused with 10021, our choice where the documents are silent.
 */
import * as z from 'zod';
import { add, type Decimal, gt, isZero, lte, min, sub, ZERO } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { checkLock } from '../money/account-lock.ts';
import { bestOffer, oppositeSide } from '../market/book.ts';
import { enterBook, restingPrice, TRIGGERED_TYPES } from './entering.ts';
import { checkDisplay, shownAtMost, shownOf } from './iceberg.ts';
import { type InstrumentSpec, onTick } from '../products/instruments.ts';
import { settleLinks } from './linked.ts';
import { affordable } from '../money/margin.ts';
import { cancelOrder, reducible } from './matching.ts';
import { checkState } from '../market/open-books.ts';
import { decimal, flag, integer, text } from '../wire/params.ts';
import { boundPrice, checkOpen, checkOwnOrders, type Placed, readAmount } from './placing.ts';
import { type Answer, refuse } from '../wire/refusal.ts';
import { type Iceberg, isDormant, isLive, type OrderRecord } from '../state.ts';
import { fires, referencePrice, trailingPrice } from './triggers.ts';
import { accountOf, marketOf, orderOf, specOf, touchOrder, type World } from '../world.ts';

/** Parameters of edit, beside the ones that name the order. */
export const editSchema = z.object({
  amount: decimal.optional(),
  contracts: decimal.optional(),
  price: decimal.optional(),
  post_only: flag.default(false),
  reject_post_only: flag.default(false),
  reduce_only: flag.default(false),
  trigger_price: decimal.optional(),
  trigger_offset: decimal.optional(),
  display_amount: decimal.optional(),
  valid_until: integer.optional(),
});
export const editByIdSchema = editSchema.extend({ order_id: text });
export const editByLabelSchema = editSchema.extend({ label: text, instrument_name: text });

export type EditParams = z.output<typeof editSchema>;

/** Changes a live order; may execute at once. */
export function editOrder(world: World, order: OrderRecord, params: EditParams): Answer<Placed> {
  const spec = specOf(world, order.instrument);
  if (order.source === 'liquidation') return refuse(10046);
  const open = checkOpen(world, spec, params.valid_until);
  if (!open.ok) return open;
  const locked = checkLock(world, order.account, order.instrument);
  if (!locked.ok) return locked;
  if (!isLive(order))
    return refuse(order.state === 'filled' ? 11008 : order.state === 'cancelled' ? 10010 : 11044);
  const wanted = readWanted(world, order, params);
  if (!wanted.ok) return wanted;
  if (order.state === 'untriggered') return editWaiting(world, order, wanted.value);
  return editResting(world, order, wanted.value);
}

type Wanted = {
  readonly amount: Decimal;
  readonly price: Decimal | null;
  readonly trigger: OrderRecord['trigger'];
  readonly flags: Pick<OrderRecord, 'postOnly' | 'rejectPostOnly' | 'reduceOnly'>;
  /** As it is with all of its shown part; none where the order shows all of itself. */
  readonly iceberg: Iceberg | undefined;
};

/** The end that an edit asks for, checked on its own. */
function readWanted(world: World, order: OrderRecord, params: EditParams): Answer<Wanted> {
  const spec = specOf(world, order.instrument);
  const keeps = params.amount === undefined && params.contracts === undefined;
  const amount = keeps ? ok(order.amount) : readAmount(spec, params);
  if (!amount.ok) return amount;
  if (lte(amount.value, order.filled)) return refuse(10021);
  let price = order.price === null ? null : (params.price ?? order.price);
  if (price !== null && price !== order.price) {
    const checked =
      TRIGGERED_TYPES[order.type] === undefined
        ? boundPrice(world, spec, { direction: order.direction, price })
        : onTick(spec, price, world.options.tickBoundary)
          ? ok(price)
          : refuse(10043);
    if (!checked.ok) return checked;
    price = checked.value;
  }
  const trigger = wantedTrigger(world, order, params);
  if (
    trigger !== null &&
    trigger.offset === undefined &&
    !onTick(spec, trigger.price, world.options.tickBoundary)
  )
    return refuse(10044);
  const flags = {
    postOnly: params.post_only,
    rejectPostOnly: params.reject_post_only,
    reduceOnly: params.reduce_only,
  };
  const iceberg = wantedIceberg(world, order, { params, amount: amount.value });
  return iceberg.ok
    ? ok({ amount: amount.value, price, trigger, flags, iceberg: iceberg.value })
    : iceberg;
}

/** What the order shows after an edit, if not all. */
function wantedIceberg(
  world: World,
  order: OrderRecord,
  wanted: { readonly params: EditParams; readonly amount: Decimal },
): Answer<Iceberg | undefined> {
  const display = wanted.params.display_amount ?? order.iceberg?.refresh;
  if (display === undefined) return ok(undefined);
  if (order.price === null) return refuse(11047);
  return checkDisplay(specOf(world, order.instrument), display, sub(wanted.amount, order.filled));
}

/** The trigger after an edit. A new distance of a trailing stop counts from the reference of this moment. */
function wantedTrigger(
  world: World,
  order: OrderRecord,
  params: EditParams,
): OrderRecord['trigger'] {
  const { trigger } = order;
  if (trigger === null) return null;
  const { trigger_offset: offset, trigger_price: price } = params;
  if (trigger.offset === undefined) return { on: trigger.on, price: price ?? trigger.price };
  if (offset === undefined || offset === trigger.offset) return trigger;
  const reference = referencePrice(marketOf(world, order.instrument), trigger.on);
  return { on: trigger.on, price: trailingPrice(order, reference, offset), offset };
}

function applyWanted(world: World, order: OrderRecord, wanted: Wanted): void {
  order.amount = wanted.amount;
  order.price = wanted.price;
  order.trigger = wanted.trigger;
  if (wanted.iceberg !== undefined) order.iceberg = wanted.iceberg;
  Object.assign(order, wanted.flags);
  order.replaced = true;
  order.updatedAt = world.now;
  touchOrder(world, order);
}

function editWaiting(world: World, order: OrderRecord, wanted: Wanted): Answer<Placed> {
  const market = marketOf(world, order.instrument);
  const moved = wanted.trigger !== null && wanted.trigger.price !== order.trigger?.price;
  if (
    moved &&
    !isDormant(order) &&
    wanted.trigger !== null &&
    fires(order, wanted.trigger.price, referencePrice(market, wanted.trigger.on))
  )
    return refuse(11036);
  applyWanted(world, order, wanted);
  settleLinks(world, [order]);
  return ok({ order, trades: [] });
}

/** Whether an edit leaves an order its place: at the same price it wants no more than before, and shows no more. */
const keepsPlace = (order: OrderRecord, wanted: Wanted): boolean =>
  wanted.price === order.price &&
  lte(wanted.amount, order.amount) &&
  (order.iceberg === undefined ||
    wanted.iceberg === undefined ||
    lte(wanted.iceberg.refresh, order.iceberg.refresh));

function editResting(world: World, order: OrderRecord, asked: Wanted): Answer<Placed> {
  const spec = specOf(world, order.instrument);
  const limited = withinPosition(world, order, asked);
  if (!limited.ok) return limited;
  let wanted = limited.value;
  const growth = sub(wanted.amount, order.amount);
  const carried =
    wanted.flags.reduceOnly ||
    !gt(growth, ZERO) ||
    affordable(world, accountOf(world, order.account), {
      spec,
      direction: order.direction,
      amount: growth,
      price: wanted.price ?? order.price ?? ZERO,
    });
  if (!carried) return refuse(10009);
  if (wanted.flags.postOnly && wanted.price !== null) {
    const best = bestOffer(world, spec, oppositeSide(order.direction))?.price ?? null;
    const price = restingPrice({ direction: order.direction, price: wanted.price }, spec, best);
    if (price !== wanted.price && wanted.flags.rejectPostOnly) {
      cancelOrder(world, order, 'edit_post_only_reject');
      settleLinks(world, [order]);
      return ok({ order, trades: [] });
    }
    if (!gt(price, ZERO)) return refuse(11021);
    wanted = { ...wanted, price };
  }
  const { price, amount } = wanted;
  const own = checkOwnOrders(world, { ...order, price, wanted: sub(amount, order.filled) });
  if (!own.ok) return own;
  if (!keepsPlace(order, wanted)) order.queue = ++world.state.counters.queue;
  else if (wanted.iceberg !== undefined)
    wanted = { ...wanted, iceberg: shownAtMost(wanted.iceberg, shownOf(order)) };
  applyWanted(world, order, wanted);
  const before = world.state.trades.length;
  enterBook(world, order, (changed) => settleLinks(world, changed));
  const trades = world.state.trades.slice(before).filter((trade) => trade.order === order.id);
  settleLinks(world, [order]);
  return ok({ order, trades });
}

/** A reduce-only order's new amount bounded by what it can reduce. */
function withinPosition(world: World, order: OrderRecord, wanted: Wanted): Answer<Wanted> {
  if (!wanted.flags.reduceOnly) return ok(wanted);
  const room = reducible(world, order.account, order.instrument, order.direction);
  if (isZero(room)) return refuse(11030, { bound: 'reduce_direction' });
  return ok({ ...wanted, amount: min(wanted.amount, add(order.filled, room)) });
}

/** Cancels a live order for its owner; 11044 when it is not open any more. */
export function cancelByUser(world: World, order: OrderRecord): Answer<OrderRecord> {
  if (order.source === 'liquidation') return refuse(10045);
  const open = checkState(world, order.instrument, true);
  if (!open.ok) return open;
  const locked = checkLock(world, order.account, order.instrument);
  if (!locked.ok) return locked;
  if (!isLive(order)) return refuse(11044);
  cancelOrder(world, order, 'user_request');
  settleLinks(world, [order]);
  return ok(order);
}

/** Which of an account's live orders a cancel means. */
export type CancelFilter = {
  readonly instrument?: string;
  readonly currencies?: readonly string[];
  readonly index?: string;
  readonly kind?: string | undefined;
  readonly label?: string;
  readonly type?: string;
};

const KINDS: Readonly<Record<string, (order: OrderRecord) => boolean>> = {
  all: () => true,
  limit: (order) => order.type === 'limit' && order.trigger === null,
  trigger_all: (order) => order.trigger !== null,
  stop: (order) => order.trigger !== null && /^(stop|trailing)/.test(order.type),
  take: (order) => order.trigger !== null && order.type.startsWith('take'),
  trailing_stop: (order) => order.type === 'trailing_stop',
};

const isOfSpec = (
  { currencies, index, kind = 'any' }: CancelFilter,
  spec: InstrumentSpec,
): boolean =>
  (currencies?.includes(spec.settlement) ?? true) &&
  (index === undefined || index === spec.index) &&
  (kind === 'any' || kind === spec.kind);

/** Cancels all live orders of the account that fit; answers those that this ended, linked ones that followed left out. */
export function cancelMatching(
  world: World,
  account: string,
  filter: CancelFilter,
): Answer<readonly OrderRecord[]> {
  const fits = (order: OrderRecord): boolean =>
    order.account === account &&
    order.source !== 'liquidation' &&
    (filter.instrument === undefined || order.instrument === filter.instrument) &&
    isOfSpec(filter, specOf(world, order.instrument)) &&
    (filter.label === undefined || order.label === filter.label) &&
    (KINDS[filter.type ?? 'all']?.(order) ?? false);
  const orders = [...world.state.live].map((id) => orderOf(world, id)).filter(fits);
  for (const { instrument } of orders) {
    const open = checkState(world, instrument, true);
    if (!open.ok) return open;
  }
  const ended: OrderRecord[] = [];
  for (const order of orders) {
    if (!isLive(order)) continue;
    cancelOrder(world, order, 'user_request');
    settleLinks(world, [order]);
    ended.push(order);
  }
  return ok(ended);
}
