/**
 * Accepting orders: what buy and sell check before anything happens, in the venue's codes, and how linked orders are put
 * together. A request that is refused has changed nothing. Where the documents are silent we chose: a limit is checked
 * against the band only on the side on which it could take (a far-away bid may rest); a trigger on the wrong side of its
 * reference is refused with 11036; an order that could reduce nothing with 11030.
 */
import { type Decimal, gt, isMultiple, isZero, lt, min, mul, ZERO } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import type { Direction } from '../../protocol/values.ts';
import { checkLock } from '../money/account-lock.ts';
import { bestOffer, oppositeSide } from '../market/book.ts';
import {
  bound,
  createOrder,
  enterBook,
  marketLimit,
  type NewOrder,
  restingPrice,
  TRIGGERED_TYPES,
} from './entering.ts';
import { fillsNothing } from './fillable.ts';
import { checkDisplay } from './iceberg.ts';
import { type InstrumentSpec, onTick, priceBand } from '../products/instruments.ts';
import { withinLimits } from '../money/limits.ts';
import { settleLinks } from './linked.ts';
import { affordable } from '../money/margin.ts';
import { reducible } from './matching.ts';
import { checkState } from '../market/open-books.ts';
import { meetsOwn, selfTradingOf } from './own-orders.ts';
import type { OrderParams, SecondaryParams } from './order-params.ts';
import { type Answer, refuse, refuseParam } from '../wire/refusal.ts';
import type { Link, MarketRecord, OrderRecord, TradeRecord } from '../state.ts';
import { fires, referencePrice, trailingPrice } from './triggers.ts';
import { accountOf, marketOf, specOf, touchOrder, type World } from '../world.ts';

/** Who places an order and from where. */
export type Placer = Pick<NewOrder, 'account' | 'source'>;
export type Placed = { readonly order: OrderRecord; readonly trades: readonly TradeRecord[] };

/** What the state of the book refuses (10041 while it settles), and 13888 when the deadline has passed. */
export function checkOpen(
  world: World,
  spec: InstrumentSpec,
  validUntil: number | undefined,
): Answer<null> {
  if (validUntil !== undefined && validUntil < world.now + world.bend.offset())
    return refuse(13888);
  return checkState(world, spec.name);
}

/** The amount in the instrument's unit, from `amount` or `contracts`, checked against size and step. */
export function readAmount(
  spec: InstrumentSpec,
  params: { readonly amount?: Decimal | undefined; readonly contracts?: Decimal | undefined },
): Answer<Decimal> {
  const fromContracts =
    params.contracts === undefined ? undefined : mul(params.contracts, spec.contractSize);
  const amount = params.amount ?? fromContracts;
  if (amount === undefined) return refuseParam('amount', 'value required');
  if (fromContracts !== undefined && fromContracts !== amount)
    return refuseParam('contracts', 'amount and contracts differ');
  if (lt(amount, spec.minAmount)) return refuse(10002);
  if (!isMultiple(amount, spec.contractSize)) return refuse(10021);
  return ok(amount);
}

/** The price that an order gets: on its tick and, on the taking side, inside the band. */
export function boundPrice(
  world: World,
  spec: InstrumentSpec,
  order: { readonly direction: Direction; readonly price: Decimal },
): Answer<Decimal> {
  if (!onTick(spec, order.price, world.options.tickBoundary)) return refuse(10043);
  const band = priceBand(spec, marketOf(world, spec.name).mark);
  const beyond = order.direction === 'buy' ? gt(order.price, band.max) : lt(order.price, band.min);
  if (!beyond) return ok(order.price);
  const bound = order.direction === 'buy' ? band.max : band.min;
  if (world.options.priceOutsideBand === 'clamp') return ok(bound);
  return refuse(order.direction === 'buy' ? 10007 : 10005, { bound });
}

/** 10003 when an order that arrives would meet an own one and its account and the rules want that refused. */
export function checkOwnOrders(
  world: World,
  order: Parameters<typeof meetsOwn>[1] & Pick<OrderRecord, 'type' | 'price'>,
): Answer<null> {
  const refuses =
    world.options.ownOrderMet === 'refuse' &&
    selfTradingOf(world, order.account).mode === 'reject_taker';
  if (!refuses) return ok(null);
  const spec = specOf(world, order.instrument);
  const limit = order.price ?? bound(spec, marketOf(world, spec.name).mark, order.direction);
  return meetsOwn(world, order, limit) ? refuse(10003) : ok(null);
}

/** Whether an order of this type has no limit price. */
const isMarketStyle = (type: string): boolean =>
  type.endsWith('market') || type === 'trailing_stop';

type Terms = Pick<NewOrder, 'direction' | 'type' | 'price' | 'trigger'>;

/** Whether type, price and trigger go together, and lie on their ticks; answers the price that the order gets. */
function checkTerms(
  world: World,
  spec: InstrumentSpec,
  terms: Terms & { readonly given: { readonly timeInForce: boolean } },
): Answer<Decimal | null> {
  const marketStyle = isMarketStyle(terms.type);
  const waits = TRIGGERED_TYPES[terms.type] !== undefined;
  if (marketStyle && terms.given.timeInForce) return refuse(11047);
  if (!marketStyle && terms.price === null) return refuseParam('price', 'value required');
  let { price } = terms;
  if (price !== null && !marketStyle) {
    const checked = waits
      ? onTick(spec, price, world.options.tickBoundary)
        ? ok(price)
        : refuse(10043)
      : boundPrice(world, spec, { direction: terms.direction, price });
    if (!checked.ok) return checked;
    price = checked.value;
  }
  const trails = terms.trigger?.offset !== undefined;
  if (
    waits &&
    terms.trigger !== null &&
    !trails &&
    !onTick(spec, terms.trigger.price, world.options.tickBoundary)
  )
    return refuse(10044);
  return ok(price);
}

/** The trigger that a waiting type needs; null for the others. */
function readTrigger(
  market: MarketRecord,
  direction: Direction,
  params: Pick<OrderParams, 'type' | 'trigger' | 'trigger_price' | 'trigger_offset'>,
): Answer<NewOrder['trigger']> {
  const { type, trigger_offset: offset } = params;
  if (type === 'limit' || type.startsWith('market')) return ok(null);
  if (params.trigger === undefined) return refuseParam('trigger', 'value required');
  if (type === 'trailing_stop') {
    if (offset === undefined || !gt(offset, ZERO))
      return refuseParam('trigger_offset', 'value required');
    const reference = referencePrice(market, params.trigger);
    const price = trailingPrice({ type, direction }, reference, offset);
    return ok({ on: params.trigger, price, offset });
  }
  if (params.trigger_price === undefined) return refuseParam('trigger_price', 'value required');
  return ok({ on: params.trigger, price: params.trigger_price });
}

/** The order that a request describes, checked as far as it depends on nothing else. */
function readOrder(
  world: World,
  placer: Placer,
  request: {
    readonly spec: InstrumentSpec;
    readonly direction: Direction;
    readonly params: OrderParams;
  },
): Answer<NewOrder> {
  const { spec, direction, params } = request;
  const amount = readAmount(spec, params);
  if (!amount.ok) return amount;
  const trigger = readTrigger(marketOf(world, spec.name), direction, params);
  if (!trigger.ok) return trigger;
  const type = params.type === 'market_limit' ? 'limit' : params.type;
  const price =
    params.type === 'market_limit'
      ? marketLimit(world, spec, direction)
      : isMarketStyle(type)
        ? null
        : (params.price ?? null);
  const terms = checkTerms(world, spec, {
    direction,
    type,
    price,
    trigger: trigger.value,
    given: {
      timeInForce:
        params.time_in_force !== undefined && params.time_in_force !== 'good_til_cancelled',
    },
  });
  if (!terms.ok) return terms;
  if (params.post_only && isMarketStyle(type)) return refuse(11055);
  const iceberg = readIceberg(spec, params, amount.value);
  if (!iceberg.ok) return iceberg;
  return ok({
    ...placer,
    instrument: spec.name,
    direction,
    type,
    original: params.type === 'market_limit' ? 'market_limit' : null,
    amount: amount.value,
    price: terms.value,
    timeInForce: params.time_in_force ?? 'good_til_cancelled',
    postOnly: params.post_only,
    rejectPostOnly: params.reject_post_only,
    reduceOnly: params.reduce_only,
    label: params.label,
    trigger: trigger.value,
    bornFrom: null,
    link: null,
    ...iceberg.value,
  });
}

/** What an order shows, if not all; 11047 where it would never rest at a limit of its own. */
function readIceberg(
  spec: InstrumentSpec,
  params: Pick<OrderParams, 'type' | 'time_in_force' | 'display_amount'>,
  amount: Decimal,
): Answer<Pick<NewOrder, 'iceberg'>> {
  const { type, time_in_force: force, display_amount: display } = params;
  if (display === undefined) return ok({});
  const passes = force === 'immediate_or_cancel' || force === 'fill_or_kill';
  if (passes || type === 'market_limit' || isMarketStyle(type)) return refuse(11047);
  const checked = checkDisplay(spec, display, amount);
  return checked.ok ? ok({ iceberg: checked.value }) : checked;
}

/** The secondaries of a linked request, as orders that are not placed yet. */
function readSecondaries(
  world: World,
  primary: NewOrder,
  request: { readonly spec: InstrumentSpec; readonly params: OrderParams },
): Answer<readonly NewOrder[]> {
  const { spec, params } = request;
  if (params.linked_order_type === undefined) return ok([]);
  const configs = params.otoco_config ?? [];
  const wanted = params.linked_order_type === 'one_triggers_one_cancels_other' ? 2 : 1;
  if (configs.length !== wanted)
    return refuseParam('otoco_config', `${wanted} order${wanted === 1 ? '' : 's'} required`);
  const orders: NewOrder[] = [];
  for (const [i, config] of configs.entries()) {
    const order = readSecondary(world, primary, { spec, config });
    if (!order.ok)
      return order.error.code === -32602 ? refuseParam(`otoco_config.${i}`, 'wrong format') : order;
    orders.push(order.value);
  }
  return ok(orders);
}

function readSecondary(
  world: World,
  primary: NewOrder,
  request: { readonly spec: InstrumentSpec; readonly config: SecondaryParams },
): Answer<NewOrder> {
  const { spec, config } = request;
  const order = readOrder(world, primary, {
    spec,
    direction: config.direction,
    params: {
      ...config,
      instrument_name: spec.name,
      amount: config.amount ?? primary.amount,
      time_in_force:
        config.time_in_force === 'good_til_cancelled' ? undefined : config.time_in_force,
      trigger_fill_condition: 'first_hit',
    },
  });
  return order.ok
    ? ok({ ...order.value, account: primary.account, source: primary.source })
    : order;
}

/** What depends on the account and the market of this moment; may shrink a reduce-only amount and move a post-only price. */
function admit(world: World, spec: InstrumentSpec, order: NewOrder): Answer<NewOrder> {
  const market = marketOf(world, spec.name);
  if (order.trigger !== null) {
    return fires(order, order.trigger.price, referencePrice(market, order.trigger.on))
      ? refuse(11036)
      : ok(order);
  }
  let { amount, price } = order;
  if (order.reduceOnly) {
    amount = min(amount, reducible(world, order.account, spec.name, order.direction));
    if (isZero(amount)) return refuse(11030, { bound: 'reduce_direction' });
  } else if (
    !affordable(world, accountOf(world, order.account), {
      spec,
      direction: order.direction,
      amount,
      price: price ?? bound(spec, market.mark, order.direction),
    })
  )
    return refuse(10009);
  if (order.postOnly && price !== null) {
    const best = bestOffer(world, spec, oppositeSide(order.direction))?.price ?? null;
    const resting = restingPrice({ direction: order.direction, price }, spec, best);
    if (resting !== price && order.rejectPostOnly) return refuse(11054);
    if (!gt(resting, ZERO)) return refuse(11021);
    price = resting;
  }
  const own = checkOwnOrders(world, { ...order, wanted: amount, price });
  return own.ok ? ok({ ...order, amount, price }) : own;
}

/** Places an order with all that is linked to it; answers it with its immediate trades. */
export function placeOrder(
  world: World,
  placer: Placer,
  request: {
    readonly spec: InstrumentSpec;
    readonly direction: Direction;
    readonly params: OrderParams;
  },
): Answer<Placed> {
  const { spec, params } = request;
  const open = checkOpen(world, spec, params.valid_until);
  if (!open.ok) return open;
  const locked = checkLock(world, placer.account, spec.name);
  if (!locked.ok) return locked;
  const read = readOrder(world, placer, request);
  if (!read.ok) return read;
  const secondaries = readSecondaries(world, read.value, request);
  if (!secondaries.ok) return secondaries;
  const admitted = admit(world, spec, read.value);
  if (!admitted.ok) return admitted;
  const limited = withinLimits(world, admitted.value, secondaries.value.length);
  if (!limited.ok) return limited;
  if (world.options.unfillable === 'error' && fillsNothing(world, spec, admitted.value))
    return refuse(11030, { bound: 'not_fillable' });
  if (params.linked_order_type === 'one_cancels_other') {
    const partner =
      secondaries.value[0] === undefined ? undefined : admit(world, spec, secondaries.value[0]);
    if (partner !== undefined && !partner.ok) return partner;
    return ok(placePair(world, admitted.value, partner?.value));
  }
  return ok(placePrimary(world, admitted.value, { secondaries: secondaries.value, params }));
}

function placePrimary(
  world: World,
  primary: NewOrder,
  linked: { readonly secondaries: readonly NewOrder[]; readonly params: OrderParams },
): Placed {
  const order = createOrder(world, primary);
  if (linked.secondaries.length > 0) {
    const ids = linked.secondaries.map(
      (secondary) =>
        createOrder(world, { ...secondary, link: { role: 'dormant', primary: order.id } }).id,
    );
    const ocoRef = ids.length === 2 ? `OCO-${++world.state.counters.oco}` : null;
    order.link = {
      role: 'primary',
      condition: linked.params.trigger_fill_condition,
      secondaries: ids,
      ocoRef,
      legs: [],
      awake: ZERO,
    };
    touchOrder(world, order);
  }
  return enter(world, order);
}

function placePair(world: World, first: NewOrder, second: NewOrder | undefined): Placed {
  const ocoRef = `OCO-${++world.state.counters.oco}`;
  const leg = (): Link => ({ role: 'leg', primary: null, ocoRef, yielded: ZERO });
  const order = createOrder(world, { ...first, link: leg() });
  const partner = second === undefined ? undefined : createOrder(world, { ...second, link: leg() });
  const placed = enter(world, order);
  if (partner?.state === 'open') enter(world, partner);
  return placed;
}

/** Lets a new order meet the book, unless it waits, and everything linked follow. */
function enter(world: World, order: OrderRecord): Placed {
  const before = world.state.trades.length;
  if (order.state === 'open') enterBook(world, order, (changed) => settleLinks(world, changed));
  const trades = world.state.trades.slice(before).filter((trade) => trade.order === order.id);
  settleLinks(world, [order]);
  return { order, trades };
}
