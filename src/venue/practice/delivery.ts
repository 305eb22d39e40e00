/**
 * The end of a product that has one: its book closes for good, what rests in it is cancelled, and every position becomes
 * cash at the delivery price, less a fee, by one row of type `delivery` (FACTS, sections 16 and 18).
 */
import {
  type Decimal,
  abs,
  add,
  dec,
  isZero,
  mul,
  roundTo,
  sign,
  sub,
  sum,
  ZERO,
} from '../../base/decimal.ts';
import { settleBankrupt } from './bankruptcy.ts';
import { flushChanges } from './changes.ts';
import { settleMakers } from './house.ts';
import { decimalsOf, type InstrumentSpec, roundCash, valueOf } from './instruments.ts';
import { postRounded, rowOf, type RowTerms } from './ledger.ts';
import { settleLinks } from './linked.ts';
import { cancelOrder } from './matching.ts';
import { noteSettlement } from './past.ts';
import { floatingProfit, realisedProfit, startSession, totalProfit } from './positions.ts';
import { PAUSE, setState } from './settlement.ts';
import type { AccountRecord, MarketRecord, PositionRecord } from './state.ts';
import { liveOrders, marketOf, touchAccount, touchPosition, type World } from './world.ts';

/** What the delivery of a future costs, of its value. */
const DELIVERY_FEE = dec('0.00025');

/** Delivers an instrument that ends at that price, now, unless it has been. */
export function deliver(world: World, spec: InstrumentSpec, price: Decimal): void {
  const market = marketOf(world, spec.name);
  if (market.dated === undefined || market.dated.delivery !== undefined) return;
  setState(world, market, 'settlement', world.now + PAUSE);
  for (const order of liveOrders(world, spec.name)) {
    cancelOrder(world, order, 'settlement');
    settleLinks(world, [order]);
  }
  market.mark = price;
  market.settlementPrice = price;
  market.dated.delivery = { at: world.now, price };
  const ended = [...world.state.accounts.values()].flatMap((account) => {
    const position = account.positions[spec.name];
    return position === undefined ? [] : [endPosition(world, { account, position, spec, market })];
  });
  pay(world, spec, market, ended);
  for (const { account } of ended) {
    settleBankrupt(world, account, spec.settlement);
    delete account.positions[spec.name];
  }
  delete market.makers;
  flushChanges(world);
}

/** What an account held and what its last session there brought it, before the fee. */
type Ended = {
  readonly account: AccountRecord;
  readonly size: Decimal;
  readonly profit: Decimal;
  readonly fee: Decimal;
  readonly row: RowTerms;
};

/** Cash to and from the accounts, the makers, and the fees. */
function pay(
  world: World,
  spec: InstrumentSpec,
  market: MarketRecord,
  ended: readonly Ended[],
): void {
  postRounded(world, spec.settlement, [
    ...ended
      .filter(({ size, profit }) => !isZero(size) || !isZero(profit))
      .map(({ account, row }) => ({ account, row })),
    { book: 'makers', change: settleMakers(market, spec, market.mark) },
    { book: 'fees', change: sum(ended.map(({ fee }) => fee)) },
  ]);
  if (ended.length === 0) return;
  noteSettlement(world.state, market, {
    at: world.now,
    type: 'delivery',
    delivery: market.mark,
    sizes: ended.map(({ size }) => size),
    profits: ended.map(({ profit }) => profit),
    fundings: [],
  });
}

/** What the delivery of a position costs, in the settlement currency. */
export const deliveryFee = (spec: InstrumentSpec, size: Decimal, price: Decimal): Decimal =>
  roundTo(mul(abs(valueOf(spec, size, price)), DELIVERY_FEE), decimalsOf(spec.settlement));

/** Makes a position flat, and its session over. */
function endPosition(
  world: World,
  of: {
    readonly account: AccountRecord;
    readonly position: PositionRecord;
    readonly spec: InstrumentSpec;
    readonly market: MarketRecord;
  },
): Ended {
  const { account, position, spec, market } = of;
  const { size } = position;
  const upl = floatingProfit(position, spec, market.mark);
  const rpl = realisedProfit(position, spec);
  const total = totalProfit(position, spec, market.mark);
  const profit = roundCash(spec.settlement, add(upl, rpl));
  const fee = deliveryFee(spec, size, market.mark);
  position.size = ZERO;
  startSession(position, spec, market.mark);
  touchAccount(world, account);
  touchPosition(world, account.id, spec.name);
  const row = rowOf({
    type: 'delivery',
    change: sub(profit, fee),
    cashflow: profit,
    commission: fee,
    instrument: spec.name,
    position: ZERO,
    side: sign(size) === 0 ? '-' : sign(size) > 0 ? 'close sell' : 'close buy',
    amount: abs(size),
    price: market.mark,
    mark: market.mark,
    index: market.index,
    session: { rpl, upl, funding: ZERO, total },
  });
  return { account, size, profit, fee, row };
}
