/** What the control API and its stream show of the state: plain JSON, decimals as strings, times in ms of server time. */
import { add, isZero, roundTo, sub } from '../../../base/decimal.ts';
import { isLocked } from '../money/account-lock.ts';
import { levelsOf, offersOn } from '../market/book.ts';
import type { Fault } from '../faults/faults.ts';
import { decimalsOf, type InstrumentSpec } from '../products/instruments.ts';
import { walletOf } from '../money/margin.ts';
import { averagePrice } from '../wire/objects.ts';
import { floatingProfit, positionIn, realisedProfit, sessionFunding } from '../money/positions.ts';
import {
  type AccountRecord,
  isByProgram,
  isDormant,
  type OrderRecord,
  type TradeRecord,
} from '../state.ts';
import { marketOf, specOf, type World } from '../world.ts';

export function orderView(world: World, order: OrderRecord) {
  const spec = specOf(world, order.instrument);
  return {
    orderId: order.id,
    account: order.account,
    label: order.label,
    instrument: order.instrument,
    direction: order.direction,
    type: order.type,
    originalType: order.original,
    amount: order.amount,
    filled: order.filled,
    averagePrice: isZero(order.filled) ? null : roundTo(averagePrice(spec, order), 8),
    price: order.price,
    triggerPrice: order.trigger?.price ?? null,
    reduceOnly: order.reduceOnly,
    timeInForce: order.timeInForce,
    state: order.state,
    cancelReason: order.cancelReason,
    bornFrom: order.bornFrom,
    dormant: isDormant(order),
    api: isByProgram(order),
    web: order.source === 'web',
    mobile: order.source === 'mobile',
    liquidation: order.source === 'liquidation',
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
  };
}

export function tradeView(world: World, trade: TradeRecord) {
  return {
    tradeId: trade.id,
    orderId: trade.order,
    account: trade.account,
    label: trade.label,
    instrument: trade.instrument,
    direction: trade.direction,
    amount: trade.amount,
    price: trade.price,
    fee: trade.fee,
    feeCurrency: specOf(world, trade.instrument).settlement,
    liquidity: trade.liquidity,
    profit: trade.profit,
    api: isByProgram(trade),
    web: trade.source === 'web',
    mobile: trade.source === 'mobile',
    liquidation: trade.liquidation ?? null,
    at: trade.at,
  };
}

/** `cash`, `equity` and `margin` by currency; positions with size 0 show what the session has left. */
export function accountView(world: World, account: AccountRecord) {
  const currencies = Object.keys(account.balances);
  return {
    id: account.id,
    cash: account.balances,
    equity: Object.fromEntries(
      currencies.map((currency) => [
        currency,
        roundTo(walletOf(world, account, currency).equity, decimalsOf(currency)),
      ]),
    ),
    margin: marginsView(world, account),
    positions: Object.keys(account.positions).map((name) => positionView(world, account, name)),
  };
}

/** Cash by book and currency, and what the market makers hold; with all accounts each currency and instrument sums to zero. */
export const houseView = ({ state }: World) => ({
  cash: state.house,
  positions: [...state.markets.values()].flatMap(({ name, makers }) =>
    makers === undefined ? [] : [{ instrument: name, size: makers.size }],
  ),
});

/** `marginView` by currency. */
export const marginsView = (world: World, account: AccountRecord) =>
  Object.fromEntries(
    Object.keys(account.balances).map((currency) => [
      currency,
      marginView(world, account, currency),
    ]),
  );

/** The margin balance of a currency, what positions and orders need of it, and whether the exchange is liquidating there. */
function marginView(world: World, account: AccountRecord, currency: string) {
  const { equity, options, withOrders, maintenance } = walletOf(world, account, currency);
  const digits = decimalsOf(currency);
  return {
    balance: roundTo(sub(equity, options.value), digits),
    initial: roundTo(withOrders, digits),
    maintenance: roundTo(maintenance, digits),
    liquidating: isLocked(account, currency),
  };
}

export function positionView(world: World, account: AccountRecord, instrument: string) {
  const spec = specOf(world, instrument);
  const market = marketOf(world, instrument);
  const position = positionIn(account, market);
  const digits = decimalsOf(spec.settlement) + 1;
  const funding = sessionFunding(position, market);
  return {
    instrument,
    size: position.size,
    averagePrice: roundTo(position.average, 8),
    markPrice: market.mark,
    floatingPnl: roundTo(floatingProfit(position, spec, market.mark), digits),
    realisedPnl: roundTo(add(realisedProfit(position, spec), funding), digits),
    funding: roundTo(funding, digits),
    currency: spec.settlement,
  };
}

export const faultView = (fault: Fault, active: boolean) => ({
  id: fault.id,
  kind: fault.kind,
  does: fault.does,
  hits: fault.hits,
  active,
  method: fault.method ?? null,
  channel: fault.channel ?? null,
  count: fault.count ?? null,
  ms: fault.ms ?? null,
  code: fault.code ?? null,
});

/** The book as it stands, users' orders and market maker together, best price first. */
export function bookView(world: World, spec: InstrumentSpec, depth: number) {
  const { mark, index, last } = marketOf(world, spec.name);
  const side = (of: 'bid' | 'ask') => levelsOf(offersOn(world, spec, of), depth);
  return { instrument: spec.name, bids: side('bid'), asks: side('ask'), mark, index, last };
}
