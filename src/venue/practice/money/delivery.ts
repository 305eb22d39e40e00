/**
 * The end of a product that has one: its book closes for good, what rests in it is cancelled, and every position becomes
 * cash at the delivery price, less a fee, by one row of type `delivery` (FACTS, sections 16 and 18).
 */
import { must } from '../../../base/assert.ts';
import {
  type Decimal,
  abs,
  add,
  dec,
  isZero,
  max,
  mul,
  roundTo,
  sign,
  sub,
  sum,
  ZERO,
} from '../../../base/decimal.ts';
import { settleBankrupt } from './bankruptcy.ts';
import { flushChanges } from '../orders/changes.ts';
import { exercisedName } from '../products/dated.ts';
import { settleMakers } from './house.ts';
import {
  decimalsOf,
  type InstrumentSpec,
  isOption,
  type OptionSpec,
  optionToll,
  roundCash,
  valueOf,
} from '../products/instruments.ts';
import { postRounded, rowOf, type RowTerms } from './ledger.ts';
import { settleLinks } from '../orders/linked.ts';
import { cancelOrder } from '../orders/matching.ts';
import { noteSettlement } from '../market/past.ts';
import { floatingProfit, realisedProfit, startSession, totalProfit } from './positions.ts';
import { PAUSE, setState } from './settlement.ts';
import type { AccountRecord, MarketRecord, PositionRecord } from '../state.ts';
import { liveOrders, marketOf, touchAccount, touchPosition, type World } from '../world.ts';

/** What the delivery of a future costs, of its value, and that of an option, of the index. */
const FUTURE_FEE = dec('0.00025');
const OPTION_FEE = dec('0.00015');

/** Delivers an instrument that ends, now, unless it has been; `price` is that of its index. */
export function deliver(world: World, spec: InstrumentSpec, price: Decimal): void {
  const market = marketOf(world, spec.name);
  if (market.dated === undefined || market.dated.delivery !== undefined) return;
  setState(world, market, 'settlement', world.now + PAUSE);
  for (const order of liveOrders(world, spec.name)) {
    cancelOrder(world, order, 'settlement');
    settleLinks(world, [order]);
  }
  market.mark = isOption(spec) ? worthAtEnd(spec, price) : price;
  market.settlementPrice = market.mark;
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
  readonly rows: readonly RowTerms[];
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
      .flatMap(({ account, rows }) => rows.map((row) => ({ account, row }))),
    { book: 'makers', change: settleMakers(market, spec, market.mark) },
    { book: 'fees', change: sum(ended.map(({ fee }) => fee)) },
  ]);
  if (ended.length === 0) return;
  noteSettlement(world.state, market, {
    at: world.now,
    type: 'delivery',
    delivery: must(market.dated?.delivery, 'a delivery').price,
    sizes: ended.map(({ size }) => size),
    profits: ended.map(({ profit }) => profit),
    fundings: [],
  });
}

/** What exercise of one coin's option brings. */
function worthAtEnd({ term }: OptionSpec, index: Decimal): Decimal {
  const gain = term.side === 'call' ? sub(index, term.strike) : sub(term.strike, index);
  return max(ZERO, gain);
}

/** What the delivery of a position costs, in the settlement currency; `worth` is what one unit of it comes to. */
function deliveryFee(
  spec: InstrumentSpec,
  size: Decimal,
  { worth, index }: { readonly worth: Decimal; readonly index: Decimal },
): Decimal {
  const fee = isOption(spec)
    ? mul(abs(size), optionToll(OPTION_FEE, index, worth))
    : mul(abs(valueOf(spec, size, worth)), FUTURE_FEE);
  return roundTo(fee, decimalsOf(spec.settlement));
}

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
  const delivery = must(market.dated?.delivery, 'a delivery').price;
  const upl = floatingProfit(position, spec, market.mark);
  const rpl = realisedProfit(position, spec);
  const total = totalProfit(position, spec, market.mark);
  const paid = isOption(spec) ? valueOf(spec, size, market.mark) : add(upl, rpl);
  const profit = roundCash(spec.settlement, paid);
  const fee = deliveryFee(spec, size, { worth: market.mark, index: delivery });
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
    side: sideToClose(sign(size)),
    amount: abs(size),
    price: market.mark,
    mark: market.mark,
    index: delivery,
    session: { rpl, upl, funding: ZERO, total },
  });
  const exercised = isOption(spec) && !isZero(profit) && world.options.optionDelivery === 'future';
  return {
    account,
    size,
    profit,
    fee,
    rows: exercised ? throughFuture(world, spec, row, { size, delivery }) : [row],
  };
}

const sideToClose = (side: -1 | 0 | 1): RowTerms['side'] =>
  side === 0 ? '-' : side > 0 ? 'close sell' : 'close buy';

/** An exercised option by way of the future that it becomes: the option's row costs its fee, the future's brings the cash. */
function throughFuture(
  world: World,
  spec: OptionSpec,
  row: RowTerms,
  { size, delivery }: { readonly size: Decimal; readonly delivery: Decimal },
): readonly RowTerms[] {
  const { cashflow } = row;
  const buys = spec.term.side === 'call' ? sign(size) : (-sign(size) as -1 | 0 | 1);
  const future = rowOf({
    ...row,
    change: cashflow,
    commission: ZERO,
    instrument: exercisedName(world.perpetuals, spec),
    side: sideToClose(buys),
    price: delivery,
    mark: delivery,
    session: { rpl: ZERO, upl: cashflow, funding: ZERO, total: cashflow },
  });
  return [{ ...row, change: sub(row.change, cashflow), cashflow: ZERO }, future];
}
