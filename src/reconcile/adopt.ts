/**
 * Who owns a position that no trade holds (N2). Pure. It is adopted up to the amount that fills or orders with our label
 * explain, else as a whole by the one strategy that claims its instrument and could have opened it; all else is asked. What
 * an engine opens that runs beside us explains nothing, and nobody claims it.
 */
import {
  type Decimal,
  ZERO,
  abs,
  div,
  gt,
  gte,
  isZero,
  lte,
  min,
  mul,
  neg,
  sign,
  sub,
  sum,
} from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import { byTime, type Fill } from '../domain/fill.ts';
import { type Instrument, usdValue } from '../domain/instrument.ts';
import { type LabelParts, parseLabel } from '../domain/label.ts';
import { isAsleep } from '../domain/ledger.ts';
import { averagePrice, type Lot } from '../domain/money.ts';
import { type VenueOrder, isLive } from '../domain/order.ts';

/** Whose past is ours: that of our own birth, and that of others up to when ours knew both sides; null: all of it. */
export type Watch = { readonly birth: string; readonly until: Millis | null };

/** The label of an order, or of its fill, that another engine of ours has made beside us at `at`; undefined for all others. */
export function labelOfAnother(
  { birth, until }: Watch,
  { label, at }: { readonly label: string; readonly at: Millis },
): LabelParts | undefined {
  const parts = parseLabel(label);
  return parts !== undefined && parts.birth !== birth.slice(0, 8) && until !== null && at > until
    ? parts
    : undefined;
}

export type Orphan = {
  readonly watch: Watch;
  readonly instrument: Instrument;
  /** Signed; what no trade holds and nobody has decided on. */
  readonly amount: Decimal;
  /** Signed; all that the account holds, trades included. */
  readonly position: Decimal;
  readonly averagePrice: Decimal | null;
  readonly since: Millis;
  readonly markPrice: Decimal | null;
  /** The account's fills on the instrument, as far back as they were read. */
  readonly fills: readonly Fill[];
  /** Live orders that belong to no open trade. */
  readonly openOrders: readonly VenueOrder[];
  readonly strategies: readonly Claimant[];
};

export type Claimant = {
  readonly id: string;
  readonly claim: boolean;
  /** Whether it has no open trade or entry there and is not stopped. */
  readonly free: boolean;
  /** What its open trades hold already. */
  readonly holds: Decimal;
  /** The largest position that it could have opened. */
  readonly maxPositionUsd: Decimal;
};

export type Adoption = {
  readonly strategy: string;
  readonly amount: Decimal;
  readonly entryPrice: Decimal;
  readonly openedAt: Millis;
  readonly fees: Decimal;
  readonly entry: 'fills' | 'average';
  readonly orders: readonly { readonly order: VenueOrder; readonly purpose: 'stop' | 'target' }[];
};

type OpenLot = {
  readonly strategy: string | null;
  /** Opened by an engine that runs beside us. */
  readonly another: boolean;
  amount: Decimal;
  readonly price: Decimal;
  readonly fee: Decimal;
  readonly at: Millis;
  readonly whole: Decimal;
};

/** The lots that make up the position today: fills since it was last flat, reductions taken from the oldest. */
function openLots(orphan: Orphan): OpenLot[] {
  const side = sign(orphan.amount);
  const since: Fill[] = [];
  let { position } = orphan;
  for (const fill of [...orphan.fills].sort(byTime).reverse()) {
    if (sign(position) !== side) break;
    since.unshift(fill);
    position = sub(position, fill.direction === 'buy' ? fill.amount : neg(fill.amount));
  }
  const lots: OpenLot[] = [];
  for (const fill of since) {
    if ((fill.direction === 'buy' ? 1 : -1) === side) {
      const label = parseLabel(fill.label);
      const another = labelOfAnother(orphan.watch, fill) !== undefined;
      // What only reduces has opened nothing: such a fill is no reason to call the position ours.
      const strategy = label?.purpose === 'entry' && !another ? label.strategy : null;
      lots.push({
        strategy,
        another,
        amount: fill.amount,
        price: fill.price,
        fee: fill.fee,
        at: fill.at,
        whole: fill.amount,
      });
    } else consume(lots, fill.amount);
  }
  return lots;
}

/** Takes an amount off the oldest lots; answers what they did not have. */
function consume(lots: readonly OpenLot[], amount: Decimal): Decimal {
  let left = amount;
  for (const lot of lots) {
    const part = min(left, lot.amount);
    lot.amount = sub(lot.amount, part);
    left = sub(left, part);
  }
  return left;
}

/** The lots of which no trade was made yet: what open trades hold is taken off their own fills, else off those of nobody. */
function spareLots(orphan: Orphan): OpenLot[] {
  const lots = openLots(orphan);
  const nobodys = lots.filter((lot) => lot.strategy === null);
  for (const { id, holds } of orphan.strategies) {
    const own = lots.filter((lot) => lot.strategy === id);
    consume(nobodys, consume(own, holds));
  }
  return lots.filter((lot) => gt(lot.amount, ZERO));
}

const PURPOSE_OF_TYPE: Readonly<Record<string, 'stop' | 'target'>> = {
  stop_market: 'stop',
  stop_limit: 'stop',
  take_market: 'target',
  take_limit: 'target',
};

/** Live reduce-only orders of a strategy that close a position of this sign. */
function protectors(orphan: Orphan, strategy: string): Adoption['orders'] {
  const closing = sign(orphan.amount) > 0 ? 'sell' : 'buy';
  return orphan.openOrders.flatMap((order) => {
    const purpose = PURPOSE_OF_TYPE[order.type];
    const ours =
      parseLabel(order.label)?.strategy === strategy &&
      labelOfAnother(orphan.watch, { label: order.label, at: order.createdAt }) === undefined;
    return purpose &&
      ours &&
      order.reduceOnly &&
      order.direction === closing &&
      order.instrument === orphan.instrument.name &&
      isLive(order.state) &&
      !isAsleep(order)
      ? [{ order, purpose }]
      : [];
  });
}

/** Adoptions, possibly of a part only; none means: ask a person. */
export function explain(orphan: Orphan): readonly Adoption[] {
  const byFills = explainedByFills(orphan);
  if (byFills.length > 0) return byFills;
  const byOrders = explainedByOrders(orphan);
  return byOrders.length > 0 ? byOrders : claimed(orphan);
}

function explainedByFills(orphan: Orphan): Adoption[] {
  const lots = spareLots(orphan);
  let left = abs(orphan.amount);
  return orphan.strategies.flatMap((strategy) => {
    const own = lots.filter((lot) => lot.strategy === strategy.id);
    const amount = min(left, sum(own.map((lot) => lot.amount)));
    if (isZero(amount)) return [];
    left = sub(left, amount);
    const pieces: Lot[] = own.map(({ amount: part, price }) => ({ amount: part, price }));
    const fees = sum(
      own.map((lot) =>
        lot.amount === lot.whole ? lot.fee : div(mul(lot.fee, lot.amount), lot.whole, 8),
      ),
    );
    const entryPrice = averagePrice(orphan.instrument.kind, pieces) as Decimal;
    const openedAt = Math.min(...own.map((lot) => lot.at));
    return [
      {
        strategy: strategy.id,
        amount,
        entryPrice,
        openedAt,
        fees,
        entry: 'fills' as const,
        orders: protectors(orphan, strategy.id),
      },
    ];
  });
}

function explainedByOrders(orphan: Orphan): Adoption[] {
  if (orphan.averagePrice === null) return [];
  const entryPrice = orphan.averagePrice;
  return orphan.strategies
    .flatMap((strategy) => {
      const orders = protectors(orphan, strategy.id);
      const stops = sum(
        orders
          .filter(({ purpose }) => purpose === 'stop')
          .map(({ order }) => sub(order.amount, order.filled)),
      );
      const amount = min(abs(orphan.amount), stops);
      if (isZero(amount)) return [];
      return [
        {
          strategy: strategy.id,
          amount,
          entryPrice,
          openedAt: orphan.since,
          fees: ZERO,
          entry: 'average' as const,
          orders,
        },
      ];
    })
    .slice(0, 1);
}

/** Exactly one strategy claims the instrument and could have opened the position itself; no other engine did. */
function claimed(orphan: Orphan): Adoption[] {
  const claimants = orphan.strategies.filter((strategy) => strategy.claim);
  const [only] = claimants;
  const price = orphan.averagePrice ?? orphan.markPrice;
  if (only === undefined || claimants.length > 1 || !only.free || price === null) return [];
  const amount = abs(orphan.amount);
  if (!lte(usdValue(orphan.instrument, amount, price), only.maxPositionUsd)) return [];
  const lots = spareLots(orphan);
  if (lots.some(({ another }) => another)) return [];
  const whole = gte(sum(lots.map((lot) => lot.amount)), amount);
  const fees = whole ? sum(lots.map((lot) => div(mul(lot.fee, lot.amount), lot.whole, 8))) : ZERO;
  const entryPrice = whole ? (averagePrice(orphan.instrument.kind, lots) as Decimal) : price;
  const openedAt = whole ? Math.min(...lots.map((lot) => lot.at)) : orphan.since;
  return [
    {
      strategy: only.id,
      amount,
      entryPrice,
      openedAt,
      fees,
      entry: whole ? 'fills' : 'average',
      orders: protectors(orphan, only.id),
    },
  ];
}
