/**
 * The exchange closes positions by itself. It begins where the maintenance margin exceeds the margin balance of a currency
 * and goes on in small steps, one a second of server time, until that is no more so: the account's live orders in that
 * currency end with `autoliquidation`, its owner is locked out, and each step is an order of the exchange's own that takes
 * what it finds within the price band; what is left of it rests at the mark until the next step. Such an order carries none
 * of the flags of a hand, its trades say who was liquidated, and they pay the liquidation commission (FACTS, section 17).
 * An account that owes more than it has is closed without small steps; what it can not pay is settled in bankruptcy.ts.
 */
import {
  type Decimal,
  abs,
  gt,
  isZero,
  max,
  min,
  mul,
  dec,
  sign,
  sub,
  toStep,
  ZERO,
} from '../../../base/decimal.ts';
import { type Millis, SECOND } from '../../../base/time.ts';
import { settleBankrupt } from './bankruptcy.ts';
import { flushChanges } from '../orders/changes.ts';
import { bound, createOrder, enterBook } from '../orders/entering.ts';
import { type InstrumentSpec, toTick } from '../products/instruments.ts';
import { settleLinks } from '../orders/linked.ts';
import { equityOf, marginsOf, surplusOf } from './margin.ts';
import { cancelOrder } from '../orders/matching.ts';
import type { Placed } from '../orders/placing.ts';
import { ownIn } from '../orders/resting.ts';
import type { AccountRecord, Liquidation, OrderRecord } from '../state.ts';
import { accountOf, marketOf, specOf, touchAccount, touchOrder, type World } from '../world.ts';

/** A step takes this share of a position, rounded up to a contract. */
const STEP_SHARE = dec('0.05');
const STEP_EVERY: Millis = SECOND;

/** Begins, carries on and ends liquidations as the accounts stand now; to be called after every second and move of a price. */
export function tendLiquidations(world: World): void {
  const rows = world.state.rows.length;
  tendAll(world);
  // A loss that was shared out may have cost the margin of somebody who was looked at before.
  if (world.state.rows.length > rows) tendAll(world);
}

function tendAll(world: World): void {
  for (const account of world.state.accounts.values()) {
    if (Object.keys(account.positions).length === 0) continue;
    for (const currency of Object.keys(account.balances)) tend(world, account, currency);
  }
}

function tend(world: World, account: AccountRecord, currency: string): void {
  const going = account.liquidations?.[currency];
  if (going === undefined) {
    if (sign(surplusOf(world, account, currency)) < 0)
      beginLiquidation(world, account, { currency });
  } else if (world.now - going.steppedAt >= STEP_EVERY) step(world, account, currency);
}

/** Locks the account's owner out of a currency and does the first step; `until` makes it go on whatever the margins are. */
export function beginLiquidation(
  world: World,
  account: AccountRecord,
  of: { readonly currency: string; readonly until?: Liquidation['until'] },
): void {
  const { currency, until } = of;
  const before = account.liquidations?.[currency];
  note(world, account, currency, {
    steppedAt: world.now,
    ...(until === undefined ? {} : { until }),
  });
  if (before === undefined)
    world.news.push({ kind: 'lock', account: account.id, currency, locked: true });
  endOrders(world, account, currency, 'autoliquidation');
  step(world, account, currency);
}

/** Notes where a liquidation stands; undefined is nowhere. */
function note(
  world: World,
  account: AccountRecord,
  currency: string,
  liquidation: Liquidation | undefined,
): void {
  const { [currency]: _, ...others } = account.liquidations ?? {};
  if (liquidation !== undefined) account.liquidations = { ...others, [currency]: liquidation };
  else if (Object.keys(others).length > 0) account.liquidations = others;
  else delete account.liquidations;
  touchAccount(world, account);
}

/** Ends all live orders of an account in a currency. */
function endOrders(
  world: World,
  account: AccountRecord,
  currency: string,
  reason: OrderRecord['cancelReason'],
): void {
  const orders = [...world.specs.values()]
    .filter((spec) => spec.settlement === currency)
    .flatMap((spec) => [...ownIn(world.resting, spec.name, account.id).values()]);
  for (const order of orders) cancelOrder(world, order, reason);
  settleLinks(world, orders);
}

/** One step: what the last one left is taken back, and unless all is well again the next piece goes to the market. */
function step(world: World, account: AccountRecord, currency: string): void {
  endOrders(world, account, currency, null);
  if (!isOver(world, account, currency)) {
    note(world, account, currency, {
      ...account.liquidations?.[currency],
      steppedAt: world.now,
    });
    const piece = nextPiece(world, account, currency);
    if (piece !== null)
      takeMarket(world, piece.spec, { ...piece, account: account.id, rests: true });
    settleBankrupt(world, account, currency);
  }
  if (isOver(world, account, currency)) {
    endOrders(world, account, currency, null);
    note(world, account, currency, undefined);
    world.news.push({ kind: 'lock', account: account.id, currency, locked: false });
  }
  flushChanges(world);
}

/** Whether the margin is restored and nothing more is asked for. */
function isOver(world: World, account: AccountRecord, currency: string): boolean {
  return (
    isZero(askedFor(account, account.liquidations?.[currency])) &&
    sign(surplusOf(world, account, currency)) >= 0
  );
}

/** How much a hand wants gone still. */
function askedFor(account: AccountRecord, liquidation: Liquidation | undefined): Decimal {
  const { until } = liquidation ?? {};
  if (until === undefined) return ZERO;
  const size = abs(account.positions[until.instrument]?.size ?? ZERO);
  return gt(size, until.size) ? sub(size, until.size) : ZERO;
}

type Piece = { readonly spec: InstrumentSpec; readonly amount: Decimal };

/**
 * What to take next: of the position that a hand has named, else of the one that needs the most margin; only where the book
 * is open. All of it once the account has nothing left. Null when there is nothing to take now.
 */
function nextPiece(world: World, account: AccountRecord, currency: string): Piece | null {
  const liquidation = account.liquidations?.[currency];
  const asked = askedFor(account, liquidation);
  const named = isZero(asked) ? undefined : liquidation?.until?.instrument;
  const open = Object.keys(account.positions)
    .map((name) => specOf(world, name))
    .filter(
      (spec) =>
        spec.settlement === currency &&
        (named === undefined || named === spec.name) &&
        !isZero(account.positions[spec.name]?.size ?? ZERO) &&
        marketOf(world, spec.name).state === 'open' &&
        !world.bend.isHalted(spec.name),
    );
  const needs = (spec: InstrumentSpec): Decimal => marginsOf(world, account, spec).maintenance;
  const [first] = open;
  if (first === undefined) return null;
  const spec = open.reduce((most, one) => (gt(needs(one), needs(most)) ? one : most), first);
  const size = abs(account.positions[spec.name]?.size ?? ZERO);
  if (sign(equityOf(world, account, currency)) < 0) return { spec, amount: size };
  const share = toStep(mul(size, STEP_SHARE), spec.contractSize, 'ceil');
  return { spec, amount: min(named === undefined ? size : asked, max(spec.contractSize, share)) };
}

/** An order of the exchange's own against an account's position. */
type Taking = {
  readonly account: string;
  readonly amount: Decimal;
  /** What the market does not take rests at the mark; else it ends. */
  readonly rests: boolean;
};

function takeMarket(world: World, spec: InstrumentSpec, taking: Taking): Placed {
  const { account, amount, rests } = taking;
  const { mark } = marketOf(world, spec.name);
  const size = accountOf(world, account).positions[spec.name]?.size ?? ZERO;
  const direction = sign(size) < 0 ? 'buy' : 'sell';
  const order = createOrder(world, {
    account,
    instrument: spec.name,
    direction,
    type: rests ? 'limit' : 'market',
    original: null,
    amount,
    price: rests ? bound(spec, mark, direction) : null,
    timeInForce: rests ? 'good_til_cancelled' : 'immediate_or_cancel',
    postOnly: false,
    rejectPostOnly: false,
    reduceOnly: true,
    label: '',
    source: 'liquidation',
    trigger: null,
    bornFrom: null,
    link: null,
  });
  const before = world.state.trades.length;
  enterBook(world, order, (changed) => settleLinks(world, changed));
  if (order.state === 'open') {
    order.price = max(spec.tick, toTick(spec, mark, direction === 'buy' ? 'floor' : 'ceil'));
    touchOrder(world, order);
  }
  settleLinks(world, [order]);
  const trades = world.state.trades.slice(before).filter((trade) => trade.order === order.id);
  return { order, trades };
}

/** Liquidates `amount` (> 0, at most the position) of an account's position at once, as a hand asks for. */
export function liquidate(
  world: World,
  spec: InstrumentSpec,
  { account, amount }: { readonly account: string; readonly amount: Decimal },
): Placed {
  const resting = [...ownIn(world.resting, spec.name, account).values()];
  for (const order of resting) cancelOrder(world, order, 'autoliquidation');
  settleLinks(world, resting);
  return takeMarket(world, spec, { account, amount, rests: false });
}
