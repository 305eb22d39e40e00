/**
 * Margins and the account's numbers per currency, by the segregated standard model: a fixed share of the notional at
 * mark, counted for the worse of "all resting buys fill" and "all resting sells fill". Untriggered orders reserve nothing.
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
  sub,
  sum,
  ZERO,
} from '../../base/decimal.ts';
import { type InstrumentSpec, valueOf } from './instruments.ts';
import {
  floatingProfit,
  positionIn,
  realisedProfit,
  sessionFunding,
  totalProfit,
} from './positions.ts';
import { reservedIn } from './resting.ts';
import type { AccountRecord } from './state.ts';
import { marketOf, type World } from './world.ts';

const PRICE_DIGITS = 2;

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

const notional = (spec: InstrumentSpec, size: Decimal, mark: Decimal): Decimal =>
  abs(valueOf(spec, size, mark));
const worst = (exposure: Exposure): Decimal =>
  max(abs(add(exposure.size, exposure.buys)), abs(sub(exposure.size, exposure.sells)));

/** Margins of one instrument in its settlement currency. */
export function marginsOf(world: World, account: AccountRecord, spec: InstrumentSpec) {
  const { mark } = marketOf(world, spec.name);
  const exposure = exposureOf(world, account, spec);
  const initial = mul(notional(spec, exposure.size, mark), spec.initialMargin);
  return {
    initial,
    maintenance: mul(notional(spec, exposure.size, mark), spec.maintenanceMargin),
    withOrders: max(initial, mul(notional(spec, worst(exposure), mark), spec.initialMargin)),
  };
}

/** Initial margin that an order of that size alone would need. */
export const orderMargin = (spec: InstrumentSpec, amount: Decimal, price: Decimal): Decimal =>
  mul(notional(spec, amount, price), spec.initialMargin);

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
  /** Position in coins by index. */
  readonly deltas: Readonly<Record<string, Decimal>>;
};

/** Whether the account has neither a position there, old or new, nor an order that may become one. */
function isUntouched(world: World, account: AccountRecord, spec: InstrumentSpec): boolean {
  const { buy, sell } = reservedIn(world.resting, spec.name, account.id);
  return account.positions[spec.name] === undefined && isZero(buy) && isZero(sell);
}

export function walletOf(world: World, account: AccountRecord, currency: string): Wallet {
  const balance = account.balances[currency] ?? ZERO;
  let [upl, rpl, total, initial, maintenance, withOrders] = [ZERO, ZERO, ZERO, ZERO, ZERO, ZERO];
  const deltas: Record<string, Decimal> = {};
  for (const spec of world.specs.values()) {
    if (spec.settlement !== currency || isUntouched(world, account, spec)) continue;
    const market = marketOf(world, spec.name);
    const position = positionIn(account, market);
    const margins = marginsOf(world, account, spec);
    upl = add(upl, floatingProfit(position, spec, market.mark));
    rpl = add(rpl, add(realisedProfit(position, spec), sessionFunding(position, market)));
    total = add(total, totalProfit(position, spec, market.mark));
    initial = add(initial, margins.initial);
    maintenance = add(maintenance, margins.maintenance);
    withOrders = add(withOrders, margins.withOrders);
    if (!isZero(position.size))
      deltas[spec.index] = add(
        deltas[spec.index] ?? ZERO,
        deltaOf(spec, position.size, market.mark),
      );
  }
  const equity = sum([balance, upl, rpl]);
  return {
    balance,
    equity,
    upl,
    rpl,
    total,
    initial,
    maintenance,
    withOrders,
    available: sub(equity, withOrders),
    withdrawable: max(ZERO, sub(min(balance, equity), withOrders)),
    deltas,
  };
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
  },
): boolean {
  const { spec, direction, amount } = order;
  const before = exposureOf(world, account, spec);
  const after =
    direction === 'buy'
      ? { ...before, buys: add(before.buys, amount) }
      : { ...before, sells: add(before.sells, amount) };
  const growth = sub(worst(after), worst(before));
  if (!gt(growth, ZERO)) return true;
  const need = mul(
    notional(spec, growth, marketOf(world, spec.name).mark),
    add(spec.initialMargin, spec.takerFee),
  );
  return !gt(need, walletOf(world, account, spec.settlement).available);
}

/**
 * Mark price at which the equity would equal the maintenance margin, were this the only position that moves; null
 * without a position or when there is no such price above 0.
 */
export function liquidationPrice(
  world: World,
  account: AccountRecord,
  spec: InstrumentSpec,
): Decimal | null {
  const market = marketOf(world, spec.name);
  const { size } = positionIn(account, market);
  if (isZero(size)) return null;
  const { equity } = walletOf(world, account, spec.settlement);
  const kept = mul(abs(size), spec.maintenanceMargin);
  const fixed = sub(equity, valueOf(spec, size, market.mark));
  const [above, below] =
    spec.type === 'linear' ? [neg(fixed), sub(size, kept)] : [add(size, kept), fixed];
  if (isZero(below)) return null;
  const price = div(above, below, PRICE_DIGITS);
  return gt(price, ZERO) ? price : null;
}
