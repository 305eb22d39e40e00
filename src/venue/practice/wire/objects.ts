/** Records of the state as the objects that stand on the wire, with the precision that the venue shows. */
import {
  type Decimal,
  add,
  dec,
  isZero,
  mul,
  roundTo,
  sign,
  sub,
  ZERO,
} from '../../../base/decimal.ts';
import type { Millis } from '../../../base/time.ts';
import {
  MARKET_PRICE,
  type Order,
  type Position,
  type PublicTrade,
  type TransactionRow,
  type UserTrade,
} from '../../protocol/objects.ts';
import {
  averageOf,
  contractsOf,
  decimalsOf,
  type InstrumentSpec,
  isOption,
  type OptionSpec,
} from '../products/instruments.ts';
import { liquidationPrice } from '../money/liquidation-price.ts';
import { deltaOf, leverageOf, marginsOf } from '../money/margin.ts';
import { greeksOfSize, impliedAt } from '../products/option-now.ts';
import {
  floatingProfit,
  positionIn,
  realisedProfit,
  sessionFunding,
  totalProfit,
} from '../money/positions.ts';
import {
  type AccountRecord,
  type Bankruptcy,
  isByProgram,
  type OrderRecord,
  type PositionRecord,
  type RowRecord,
  type TradeRecord,
} from '../state.ts';
import { accountOf, marketOf, type PublicTradeRecord, specOf, type World } from '../world.ts';
import { num, type WireNumber } from './wire-json.ts';

const AVERAGE_DIGITS = 8;
const INTEREST_DIGITS = 8;

const rounded = (value: Decimal, digits: number): WireNumber => num(roundTo(value, digits));
/** Position money is shown with one digit more than cash. */
const money = (spec: InstrumentSpec, value: Decimal): WireNumber =>
  rounded(value, decimalsOf(spec.settlement) + 1);

const isTriggerType = (order: OrderRecord): boolean => order.trigger !== null;

/** Fields of an order that hang it together with others. */
function linkFields(order: OrderRecord): Partial<Order<WireNumber>> {
  const { link } = order;
  if (link === null) return {};
  switch (link.role) {
    case 'primary':
      return {
        oto_order_ids: link.secondaries,
        trigger_fill_condition: link.condition,
        ...(link.ocoRef === null ? {} : { is_primary_otoco: true }),
      };
    case 'dormant':
      return { is_secondary_oto: true, primary_order_id: link.primary };
    case 'leg':
      return {
        ...(link.primary === null ? {} : { primary_order_id: link.primary }),
        ...(link.ocoRef === null ? {} : { oco_ref: link.ocoRef }),
      };
  }
}

export function orderObject(world: World, order: OrderRecord): Order<WireNumber> {
  const spec = specOf(world, order.instrument);
  const waiting = isTriggerType(order);
  return {
    order_id: order.id,
    order_state: order.state,
    order_type: order.type,
    ...(order.original === null ? {} : { original_order_type: order.original }),
    instrument_name: order.instrument,
    direction: order.direction,
    price: order.price === null ? MARKET_PRICE : num(order.price),
    amount: num(order.amount),
    contracts: num(contractsOf(spec, order.amount)),
    ...(waiting
      ? {}
      : {
          filled_amount: num(order.filled),
          average_price: rounded(averagePrice(spec, order), AVERAGE_DIGITS),
        }),
    time_in_force: order.timeInForce,
    post_only: order.postOnly,
    reject_post_only: order.rejectPostOnly,
    reduce_only: order.reduceOnly,
    label: order.label,
    creation_timestamp: order.createdAt,
    last_update_timestamp: order.updatedAt,
    api: isByProgram(order),
    web: order.source === 'web',
    ...(order.source === 'mobile' ? { mobile: true } : {}),
    replaced: order.replaced,
    is_liquidation: order.source === 'liquidation',
    risk_reducing: false,
    mmp: false,
    user_id: accountOf(world, order.account).userId,
    ...(order.trigger === null
      ? {}
      : {
          trigger: order.trigger.on,
          trigger_price: num(order.trigger.price),
          ...(order.trigger.offset === undefined
            ? {}
            : { trigger_offset: num(order.trigger.offset) }),
          triggered: order.state === 'triggered',
        }),
    ...(order.bornFrom === null ? {} : { trigger_order_id: order.bornFrom }),
    ...(order.cancelReason === null ? {} : { cancel_reason: order.cancelReason }),
    ...(order.iceberg === undefined
      ? {}
      : {
          display_amount: num(order.iceberg.shown),
          refresh_amount: num(order.iceberg.refresh),
        }),
    ...linkFields(order),
  };
}

/** Average of the fills so far; 0 before the first. */
export const averagePrice = (spec: InstrumentSpec, order: OrderRecord): Decimal =>
  averageOf(spec, order.direction === 'buy' ? order.filled : sub(ZERO, order.filled), order.value);

export function userTradeObject(world: World, trade: TradeRecord): UserTrade<WireNumber> {
  const spec = specOf(world, trade.instrument);
  return {
    trade_id: trade.id,
    trade_seq: trade.seq,
    instrument_name: trade.instrument,
    timestamp: trade.at,
    order_id: trade.order,
    label: trade.label,
    direction: trade.direction,
    amount: num(trade.amount),
    contracts: num(contractsOf(spec, trade.amount)),
    price: num(trade.price),
    fee: num(trade.fee),
    fee_currency: spec.settlement,
    liquidity: trade.liquidity,
    state: trade.state,
    order_type: trade.orderType,
    profit_loss: num(trade.profit),
    index_price: num(trade.index),
    mark_price: num(trade.mark),
    tick_direction: trade.tickDirection,
    ...impliedOf(world, spec, trade),
    ...(trade.liquidation === undefined ? {} : { liquidation: trade.liquidation }),
    matching_id: null,
    self_trade: false,
    post_only: trade.postOnly,
    reduce_only: trade.reduceOnly,
    mmp: false,
    risk_reducing: false,
    api: isByProgram(trade),
    user_id: accountOf(world, trade.account).userId,
  };
}

/** The volatility that the price of an option's trade implies. */
const impliedOf = (
  world: World,
  spec: InstrumentSpec,
  trade: { readonly at: Millis; readonly index: Decimal; readonly price: Decimal },
): { readonly iv?: WireNumber } =>
  isOption(spec) ? { iv: num(impliedAt(world.state.seed, spec, trade)) } : {};

export function publicTradeObject(world: World, trade: PublicTradeRecord): PublicTrade<WireNumber> {
  const spec = specOf(world, trade.instrument);
  return {
    trade_id: trade.id,
    trade_seq: trade.seq,
    instrument_name: trade.instrument,
    timestamp: trade.at,
    direction: trade.direction,
    tick_direction: trade.tickDirection,
    index_price: num(trade.index),
    mark_price: num(trade.mark),
    price: num(trade.price),
    amount: num(trade.amount),
    contracts: num(contractsOf(spec, trade.amount)),
    ...impliedOf(world, spec, trade),
    ...(trade.liquidation === undefined ? {} : { liquidation: trade.liquidation }),
  };
}

/** Noise that a sum of binary fractions leaves behind. */
const NOISE = dec('0.000000000001');

const shownSize = (world: World, spec: InstrumentSpec, size: Decimal): Decimal =>
  world.options.sizeNoise && spec.type === 'linear' && !isZero(size) ? add(size, NOISE) : size;

/** A position as pushes carry it; answers add two fields (`answeredPosition`). */
export function positionObject(
  world: World,
  account: AccountRecord,
  spec: InstrumentSpec,
): Position<WireNumber> {
  const market = marketOf(world, spec.name);
  const position = positionIn(account, market);
  const funding = sessionFunding(position, market);
  const margins = marginsOf(world, account, spec);
  const side = sign(position.size);
  return {
    instrument_name: spec.name,
    kind: spec.kind,
    size: num(shownSize(world, spec, position.size)),
    direction: side === 0 ? world.options.flatDirection : side > 0 ? 'buy' : 'sell',
    average_price: rounded(position.average, AVERAGE_DIGITS),
    mark_price: num(market.mark),
    index_price: num(market.index),
    settlement_price: num(position.settlementPrice),
    total_profit_loss: money(spec, totalProfit(position, spec, market.mark)),
    floating_profit_loss: money(spec, floatingProfit(position, spec, market.mark)),
    realized_profit_loss: money(spec, add(realisedProfit(position, spec), funding)),
    ...(spec.term.kind === 'perpetual'
      ? {
          realized_funding: money(spec, funding),
          interest_value: rounded(market.interest, INTEREST_DIGITS),
        }
      : {}),
    ...(isOption(spec)
      ? optionFields(world, spec, position)
      : futureFields(world, spec, { size: position.size, mark: market.mark })),
    initial_margin: money(spec, margins.initial),
    maintenance_margin: money(spec, margins.maintenance),
    leverage: leverageOf(world, account, spec),
  };
}

/** What only positions in futures say. */
function futureFields(
  world: World,
  spec: InstrumentSpec,
  { size, mark }: { readonly size: Decimal; readonly mark: Decimal },
) {
  const delta = rounded(deltaOf(spec, size, mark), 9);
  const linear =
    world.options.linearSizeCurrency === 'size' ? num(size) : money(spec, mul(size, mark));
  return { size_currency: spec.type === 'reversed' ? delta : linear, delta };
}

/** What only positions in options say. A dollar is taken for a dollar's coin. */
function optionFields(world: World, spec: OptionSpec, position: PositionRecord) {
  const { mark } = marketOf(world, spec.name);
  const { delta, gamma, vega, theta } = greeksOfSize(world, spec, position.size);
  return {
    average_price_usd: rounded(position.average, AVERAGE_DIGITS),
    floating_profit_loss_usd: money(spec, floatingProfit(position, spec, mark)),
    delta: num(delta),
    gamma: num(gamma),
    vega: num(vega),
    theta: num(theta),
  };
}

export function answeredPosition(
  world: World,
  account: AccountRecord,
  spec: InstrumentSpec,
): Position<WireNumber> {
  const margins = marginsOf(world, account, spec);
  const liquidation = liquidationPrice(world, account, spec);
  return {
    ...positionObject(world, account, spec),
    open_orders_margin: money(spec, sub(margins.withOrders, margins.initial)),
    ...(isOption(spec)
      ? {}
      : { estimated_liquidation_price: liquidation === null ? null : num(liquidation) }),
  };
}

/** What a settlement of type bankruptcy says beside the rest. */
export const bankruptcyFields = (of: Bankruptcy) => ({
  session_bankruptcy: num(of.owed),
  session_tax: num(of.tax),
  session_tax_rate: num(of.taxRate),
  socialized: num(of.socialized),
  funded: num(of.funded),
});

const nullable = (value: Decimal | null): WireNumber | null => (value === null ? null : num(value));

/** What a row says in words of its own: where wallet cash went or came from, how a settlement came about, who traded. */
function infoOf(row: RowRecord): TransactionRow<WireNumber>['info'] {
  if (row.info !== undefined) return row.info;
  if (row.type === 'settlement' && row.session !== null)
    return {
      settlement_price: nullable(row.price),
      floating_pl: rounded(row.session.upl, decimalsOf(row.currency)),
    };
  return row.source === null ? null : `Source: ${row.source}`;
}

/** Funding of a row that was written without its own: all of its session's, and none in a trade. */
const fundingOf = ({ session, currency, type }: RowRecord): Decimal | null =>
  session !== null
    ? roundTo(session.funding, decimalsOf(currency))
    : type === 'trade'
      ? ZERO
      : null;

export function rowObject(world: World, row: RowRecord): TransactionRow<WireNumber> {
  const account = accountOf(world, row.account);
  const spec = row.instrument === null ? null : specOf(world, row.instrument);
  const digits = decimalsOf(row.currency);
  return {
    id: row.id,
    user_seq: row.seq,
    user_id: account.userId,
    username: account.id,
    type: row.type,
    currency: row.currency,
    timestamp: row.at,
    change: num(row.change),
    cashflow: num(row.cashflow),
    balance: num(row.balance),
    equity: rounded(row.equity, digits),
    commission: nullable(row.commission),
    position: nullable(row.position),
    side: row.side,
    amount: nullable(row.amount),
    contracts: row.amount === null || spec === null ? null : num(contractsOf(spec, row.amount)),
    price: nullable(row.price),
    ...(spec === null ? {} : { price_currency: spec.counter }),
    ...(row.mark === null ? {} : { mark_price: num(row.mark) }),
    ...(row.index === null ? {} : { index_price: num(row.index) }),
    ...(row.session === null || row.price === null ? {} : { settlement_price: num(row.price) }),
    instrument_name: row.instrument,
    trade_id: row.trade,
    order_id: row.order,
    ...(row.role === null ? {} : { user_role: row.role, fee_role: row.feeRole ?? row.role }),
    ...(row.type === 'trade' ? { profit_as_cashflow: false } : {}),
    interest_pl: nullable(row.interest ?? fundingOf(row)),
    ...(row.session === null
      ? {}
      : {
          total_interest_pl: rounded(row.session.funding, digits),
          session_rpl: rounded(row.session.rpl, digits),
          session_upl: rounded(row.session.upl, digits),
        }),
    info: infoOf(row),
  };
}
