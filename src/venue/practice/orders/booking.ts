/** What a trade writes down for one of its orders: what has filled of it, the trade, its fee, and the rows of the log. */
import { type Decimal, add, isZero, neg, roundTo, sub, ZERO } from '../../../base/decimal.ts';
import { tellFunding } from '../money/positions.ts';
import type { Direction } from '../../protocol/values.ts';
import { feeBook } from '../money/house.ts';
import { decimalsOf, feeOf, isOption, roundCash, valueOf } from '../products/instruments.ts';
import { type Filled, post, rowOf } from '../money/ledger.ts';
import { type OrderRecord, remainingOf } from '../state.ts';
import {
  accountOf,
  addTrade,
  marketOf,
  type publish,
  specOf,
  touchOrder,
  type World,
} from '../world.ts';

const signed = (direction: Direction, amount: Decimal): Decimal =>
  direction === 'buy' ? amount : neg(amount);

/** One side's part of a trade. `ofHidden`: its order rested, and was taken of what it did not show. */
type Fill = ReturnType<typeof publish> &
  Filled & { readonly taker: boolean; readonly ofHidden: boolean };

/** Books one fill for one order, whose position has moved: order, fee, trade and rows of the log. */
export function book(world: World, order: OrderRecord, fill: Fill): void {
  const spec = specOf(world, order.instrument);
  const market = marketOf(world, order.instrument);
  const account = accountOf(world, order.account);
  const { amount, price, effect } = fill;
  order.filled = add(order.filled, amount);
  order.value = add(order.value, valueOf(spec, signed(order.direction, amount), price));
  order.updatedAt = world.now;
  if (isZero(remainingOf(order))) order.state = 'filled';
  const liquidated = order.source === 'liquidation';
  const fee = feeOf(
    spec,
    { amount, price, index: market.index, taker: fill.taker || fill.ofHidden, liquidated },
    world.options,
  );
  addTrade(world, {
    id: fill.id,
    seq: fill.seq,
    account: account.id,
    instrument: spec.name,
    at: world.now,
    order: order.id,
    label: order.label,
    direction: order.direction,
    amount,
    price,
    fee,
    liquidity: fill.taker ? 'T' : 'M',
    state: order.state === 'filled' ? 'filled' : 'open',
    orderType: liquidated
      ? 'liquidation'
      : order.original === 'market' || order.type === 'market'
        ? 'market'
        : 'limit',
    profit: roundTo(effect.realised, Math.max(decimalsOf(spec.settlement), 8)),
    index: market.index,
    mark: market.mark,
    tickDirection: fill.tickDirection,
    postOnly: order.postOnly,
    reduceOnly: order.reduceOnly,
    source: order.source,
    ...(fill.liquidation === undefined ? {} : { liquidation: fill.liquidation }),
  });
  touchOrder(world, order);
  logFill(world, order, { ...fill, fee });
}

/**
 * One row per fill, two when it crosses zero: what it closed, then what it opened; the fee is split by amount. What an option
 * costs moves at once, through the makers' book, who stand between buyer and seller.
 */
function logFill(world: World, order: OrderRecord, fill: Fill & { readonly fee: Decimal }): void {
  const { effect, position, fee } = fill;
  const spec = specOf(world, order.instrument);
  const account = accountOf(world, order.account);
  const market = marketOf(world, order.instrument);
  const share =
    isZero(effect.closed) || isZero(effect.opened)
      ? null
      : feeOf(
          spec,
          {
            price: fill.price,
            amount: effect.closed,
            index: market.index,
            taker: fill.taker || fill.ofHidden,
            liquidated: order.source === 'liquidation',
          },
          world.options,
        );
  const parts = [
    {
      verb: 'close',
      amount: effect.closed,
      fee: share ?? fee,
      realised: effect.realised,
      size: share === null ? position.size : ZERO,
    },
    {
      verb: 'open',
      amount: effect.opened,
      fee: share === null ? fee : sub(fee, share),
      realised: ZERO,
      size: position.size,
    },
  ] as const;
  for (const part of parts) {
    if (isZero(part.amount)) continue;
    const interest = tellFunding(position, spec);
    const sold = signed(order.direction, neg(part.amount));
    const premium = isOption(spec)
      ? roundCash(spec.settlement, valueOf(spec, sold, fill.price))
      : null;
    const row = rowOf({
      type: 'trade',
      change: sub(premium ?? ZERO, part.fee),
      cashflow: premium ?? roundCash(spec.settlement, part.realised),
      commission: part.fee,
      instrument: spec.name,
      position: part.size,
      side: `${part.verb} ${order.direction}`,
      amount: part.amount,
      price: fill.price,
      mark: market.mark,
      index: market.index,
      trade: fill.id,
      order: order.id,
      role: fill.taker ? 'taker' : 'maker',
      ...(isZero(interest) ? {} : { interest }),
      ...(fill.ofHidden ? { feeRole: 'taker' } : {}),
      source: order.source,
    });
    post(world, spec.settlement, [
      { account, row },
      { book: feeBook(order.source), change: part.fee },
      ...(premium === null ? [] : [{ book: 'makers' as const, change: neg(premium) }]),
    ]);
  }
}
