/**
 * Margins and the account's numbers per currency, by the segregated standard model: a share of the value at mark that
 * grows with the size, counted for the worse of "all resting buys fill" and "all resting sells fill". Untriggered orders
 * reserve nothing.
 */
import {
  type Decimal,
  abs,
  add,
  div,
  gt,
  isZero,
  max,
  min,
  mul,
  neg,
  ONE,
  sub,
  sum,
  ZERO,
} from '../../../base/decimal.ts';
import { type InstrumentSpec, isOption, optionToll, valueOf } from '../products/instruments.ts';
import {
  optionMargin,
  optionOrderNeed,
  type OptionPrices,
  optionReserve,
} from './option-margin.ts';
import {
  floatingProfit,
  openValue,
  positionIn,
  realisedProfit,
  sessionFunding,
  sessionProfit,
  totalProfit,
} from './positions.ts';
import { greeksOfSize } from '../products/option-now.ts';
import { NO_OPTIONS, type OptionsTotal, withOption } from '../products/options-total.ts';
import { reservedIn } from '../orders/resting.ts';
import type { AccountRecord } from '../state.ts';
import { marketOf, specOf, type World } from '../world.ts';

/** Signed sizes that an instrument could reach: as it is, with all resting buys, with all resting sells filled. */
type Exposure = { readonly size: Decimal; readonly buys: Decimal; readonly sells: Decimal };

function exposureOf(world: World, account: AccountRecord, spec: InstrumentSpec): Exposure {
  const { buy, sell } = reservedIn(world.resting, spec.name, account.id);
  return {
    size: positionIn(account, marketOf(world, spec.name)).size,
    buys: buy,
    sells: sell,
  };
}

const worst = (exposure: Exposure): Decimal =>
  max(abs(add(exposure.size, exposure.buys)), abs(sub(exposure.size, exposure.sells)));

/** Share of a position's value that is its margin: the rate of a small one, and the growth for each of its coins. */
const marginRate = (spec: InstrumentSpec, small: Decimal, coins: Decimal): Decimal =>
  add(small, mul(spec.marginGrowth, coins));

/** Margin of a size (any sign) at a mark, by the rate of a small one; in the settlement currency, unrounded. */
function marginOf(
  spec: InstrumentSpec,
  level: 'initial' | 'maintenance',
  size: Decimal,
  prices: OptionPrices,
): Decimal {
  if (isZero(size)) return ZERO;
  if (isOption(spec)) return optionMargin(spec, level, size, prices);
  const small = level === 'initial' ? spec.initialMargin : spec.maintenanceMargin;
  const value = abs(valueOf(spec, size, prices.mark));
  return mul(value, marginRate(spec, small, spec.type === 'linear' ? abs(size) : value));
}

/** Margins of one instrument in its settlement currency. */
export function marginsOf(world: World, account: AccountRecord, spec: InstrumentSpec) {
  const market = marketOf(world, spec.name);
  const { size } = positionIn(account, market);
  return {
    initial: marginOf(spec, 'initial', size, market),
    maintenance: marginOf(spec, 'maintenance', size, market),
    withOrders: marginWithOrders(world, account, spec),
  };
}

/** Initial margin of the worse of what an instrument's resting orders may make of the position. */
function marginWithOrders(world: World, account: AccountRecord, spec: InstrumentSpec): Decimal {
  const market = marketOf(world, spec.name);
  const exposure = exposureOf(world, account, spec);
  return isOption(spec)
    ? optionReserve(spec, exposure, market)
    : marginOf(spec, 'initial', worst(exposure), market);
}

/** Leverage that is left at a position's size: 1 by its initial rate, whole, at most the instrument's. */
export function leverageOf(world: World, account: AccountRecord, spec: InstrumentSpec): number {
  const market = marketOf(world, spec.name);
  const coins = abs(deltaOf(spec, positionIn(account, market).size, market.mark));
  const leverage = div(ONE, marginRate(spec, spec.initialMargin, coins), 0);
  return Math.min(spec.maxLeverage, Number(leverage));
}

/** Initial margin that an order of that size needs, at the rate of `size`: its own, or what the position would come to. */
export function orderMargin(
  spec: InstrumentSpec,
  amount: Decimal,
  price: Decimal,
  size: Decimal = amount,
): Decimal {
  const coins = abs(deltaOf(spec, size, price));
  return mul(abs(valueOf(spec, amount, price)), marginRate(spec, spec.initialMargin, coins));
}

/**
 * What the margin balance of a currency has beyond the maintenance margin, unrounded; below zero the exchange liquidates.
 * `markOf` may put other prices in the place of the marks.
 */
export function surplusOf(
  world: World,
  account: AccountRecord,
  currency: string,
  markOf: (spec: InstrumentSpec) => Decimal = ({ name }) => marketOf(world, name).mark,
): Decimal {
  let surplus = account.balances[currency] ?? ZERO;
  for (const [name, position] of Object.entries(account.positions)) {
    const spec = specOf(world, name);
    if (spec.settlement !== currency) continue;
    const market = marketOf(world, name);
    const mark = markOf(spec);
    const prices = { mark, index: market.index };
    if (!isOption(spec)) surplus = add(surplus, sessionProfit(position, spec, { market, mark }));
    surplus = sub(surplus, marginOf(spec, 'maintenance', position.size, prices));
  }
  return surplus;
}

/** The numbers of one currency of an account, unrounded. */
export type Wallet = {
  readonly balance: Decimal;
  readonly equity: Decimal;
  readonly upl: Decimal;
  readonly rpl: Decimal;
  readonly total: Decimal;
  readonly initial: Decimal;
  readonly maintenance: Decimal;
  readonly withOrders: Decimal;
  readonly available: Decimal;
  readonly withdrawable: Decimal;
  /** Position in coins by index, options by their delta. */
  readonly deltas: Readonly<Record<string, Decimal>>;
  /** What options do to it; `upl`, `rpl` and `total` above are without them. */
  readonly options: OptionsTotal;
};

/** Where the account has a position, old or new, or an order that may become one: perpetuals first, as they are listed. */
function touchedBy(world: World, account: AccountRecord): readonly InstrumentSpec[] {
  const touched: InstrumentSpec[] = [];
  const consider = (name: string): void => {
    const { buy, sell } = reservedIn(world.resting, name, account.id);
    const isTouched = account.positions[name] !== undefined || !isZero(buy) || !isZero(sell);
    const spec = specOf(world, name);
    if (isTouched && !touched.includes(spec)) touched.push(spec);
  };
  for (const { name } of world.perpetuals) consider(name);
  for (const name of Object.keys(account.positions)) consider(name);
  for (const name of world.resting.shelves.keys()) consider(name);
  return touched;
}

export function walletOf(world: World, account: AccountRecord, currency: string): Wallet {
  const balance = account.balances[currency] ?? ZERO;
  let [upl, rpl, total, initial, maintenance, withOrders] = [ZERO, ZERO, ZERO, ZERO, ZERO, ZERO];
  const deltas: Record<string, Decimal> = {};
  let options = NO_OPTIONS;
  for (const spec of touchedBy(world, account)) {
    if (spec.settlement !== currency) continue;
    const market = marketOf(world, spec.name);
    const position = positionIn(account, market);
    const margins = marginsOf(world, account, spec);
    initial = add(initial, margins.initial);
    maintenance = add(maintenance, margins.maintenance);
    withOrders = add(withOrders, margins.withOrders);
    const coins = isOption(spec)
      ? greeksOfSize(world, spec, position.size).delta
      : deltaOf(spec, position.size, market.mark);
    if (!isZero(position.size)) deltas[spec.index] = add(deltas[spec.index] ?? ZERO, coins);
    if (isOption(spec)) {
      options = withOption(world, options, { spec, position, mark: market.mark });
      continue;
    }
    upl = add(upl, floatingProfit(position, spec, market.mark));
    rpl = add(rpl, add(realisedProfit(position, spec), sessionFunding(position, market)));
    total = add(total, totalProfit(position, spec, market.mark));
  }
  const marginBalance = sum([balance, upl, rpl]);
  return {
    balance,
    equity: equityOf(world, account, currency),
    upl,
    rpl,
    total,
    initial,
    maintenance,
    withOrders,
    available: availableOf(world, account, currency),
    withdrawable: max(ZERO, sub(min(balance, marginBalance), withOrders)),
    deltas,
    options,
  };
}

/** Cash with all that is open, at the mark. */
export function equityOf(world: World, account: AccountRecord, currency: string): Decimal {
  let equity = account.balances[currency] ?? ZERO;
  for (const [name, position] of Object.entries(account.positions)) {
    const spec = specOf(world, name);
    if (spec.settlement !== currency) continue;
    const market = marketOf(world, name);
    equity = add(equity, openValue(position, spec, { market, mark: market.mark }));
  }
  return equity;
}

/** What of the margin balance, in which options do not count, neither positions nor orders take up. */
function availableOf(world: World, account: AccountRecord, currency: string): Decimal {
  let available = account.balances[currency] ?? ZERO;
  for (const spec of touchedBy(world, account)) {
    if (spec.settlement !== currency) continue;
    const market = marketOf(world, spec.name);
    const position = account.positions[spec.name];
    if (position !== undefined && !isOption(spec))
      available = add(available, sessionProfit(position, spec, { market, mark: market.mark }));
    available = sub(available, marginWithOrders(world, account, spec));
  }
  return available;
}

/** A position in coins. */
export const deltaOf = (spec: InstrumentSpec, size: Decimal, mark: Decimal): Decimal =>
  spec.type === 'linear' ? size : neg(valueOf(spec, size, mark));

/**
 * Whether the account can carry another order. An order that makes the worst case no bigger always passes.
 */
export function affordable(
  world: World,
  account: AccountRecord,
  order: {
    readonly spec: InstrumentSpec;
    readonly direction: 'buy' | 'sell';
    readonly amount: Decimal;
    /** What it may pay at most; only what options cost depends on it. */
    readonly price: Decimal;
  },
): boolean {
  const { spec, direction, amount } = order;
  const before = exposureOf(world, account, spec);
  const market = marketOf(world, spec.name);
  const isCovered = (need: Decimal): boolean =>
    !gt(need, availableOf(world, account, spec.settlement));
  if (isOption(spec)) {
    const need = optionOrderNeed(spec, before, order, market);
    const fee = mul(amount, optionToll(spec.takerFee, market.index, order.price));
    return !gt(need, ZERO) || isCovered(add(need, fee));
  }
  const after =
    direction === 'buy'
      ? { ...before, buys: add(before.buys, amount) }
      : { ...before, sells: add(before.sells, amount) };
  const growth = sub(worst(after), worst(before));
  if (!gt(growth, ZERO)) return true;
  const need = sum([
    marginOf(spec, 'initial', worst(after), market),
    neg(marginOf(spec, 'initial', worst(before), market)),
    mul(abs(valueOf(spec, growth, market.mark)), spec.takerFee),
  ]);
  return isCovered(need);
}
