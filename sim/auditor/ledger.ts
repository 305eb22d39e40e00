/**
 * The auditor's own ledger: what the facts of a journal add up to, by plain sums. It knows nothing of how the engine
 * folds them, so that two mistakes would have to agree to go unseen.
 */
import { type Decimal, ZERO, add, neg, sub, sum } from '../../src/base/decimal.ts';
import { must } from '../../src/base/assert.ts';
import type { Fact } from '../../src/domain/fact.ts';

export type Lot = { readonly amount: Decimal; readonly price: Decimal };

/** A trade as its fills tell it. `adjusted`: what is said to have left without a fill. */
export type TradeHeld = {
  readonly id: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly direction: 'long' | 'short';
  readonly parent: string | null;
  readonly entries: Lot[];
  readonly exits: Lot[];
  adjusted: Decimal;
  fees: Decimal;
  funding: Decimal;
};

export type Ledger = {
  /** Baseline, signed fills and adjustments without a fill, by instrument. */
  readonly positions: Map<string, Decimal>;
  readonly foreign: Map<string, Decimal>;
  readonly trades: Map<string, TradeHeld>;
  /** The trade of each label that was intended, and of each order that was adopted. */
  readonly tradeOfLabel: Map<string, string>;
  readonly tradeOfOrder: Map<string, string>;
};

const total = (lots: readonly Lot[]): Decimal => sum(lots.map((lot) => lot.amount));

/** What of a trade is still open. */
export const openOf = (trade: TradeHeld): Decimal =>
  sub(total(trade.entries), add(total(trade.exits), trade.adjusted));

/** Open amounts of an instrument's trades, signed, and what belongs to none. */
export function heldIn(ledger: Ledger, instrument: string): Decimal {
  let held = ledger.foreign.get(instrument) ?? ZERO;
  for (const trade of ledger.trades.values())
    if (trade.instrument === instrument)
      held = add(held, trade.direction === 'long' ? openOf(trade) : neg(openOf(trade)));
  return held;
}

type Data<T extends Fact['type']> = Extract<Fact, { readonly type: T }>['data'];

const put = (sums: Map<string, Decimal>, key: string, change: Decimal): void =>
  void sums.set(key, add(sums.get(key) ?? ZERO, change));

const newTrade = (
  id: string,
  given: Pick<TradeHeld, 'strategy' | 'instrument' | 'direction' | 'parent'>,
): TradeHeld => ({
  id,
  ...given,
  entries: [],
  exits: [],
  adjusted: ZERO,
  fees: ZERO,
  funding: ZERO,
});

function takeFill(ledger: Ledger, { fill, allocations, opens }: Data<'FILL_BOOKED'>): void {
  const sign = (amount: Decimal): Decimal => (fill.direction === 'buy' ? amount : neg(amount));
  if (opens !== null && !ledger.trades.has(opens.trade))
    ledger.trades.set(
      opens.trade,
      newTrade(opens.trade, { ...opens, instrument: fill.instrument }),
    );
  for (const { trade: id, role, amount, fee } of allocations) {
    // What replaces an assumption has moved the position already, when it was assumed.
    if (role !== 'replace') put(ledger.positions, fill.instrument, sign(amount));
    if (id === null) {
      put(ledger.foreign, fill.instrument, sign(amount));
      continue;
    }
    const trade = must(ledger.trades.get(id), `trade ${id}`);
    trade.fees = add(trade.fees, fee);
    (role === 'open' ? trade.entries : trade.exits).push({ amount, price: fill.price });
    if (role === 'replace') trade.adjusted = sub(trade.adjusted, amount);
  }
}

function takeAdjustment(ledger: Ledger, data: Data<'POSITION_ADJUSTED'>): void {
  put(ledger.positions, data.instrument, data.amount);
  const trade = data.trade === null ? undefined : ledger.trades.get(data.trade);
  if (trade === undefined) put(ledger.foreign, data.instrument, data.amount);
  else
    trade.adjusted = add(
      trade.adjusted,
      trade.direction === 'long' ? neg(data.amount) : data.amount,
    );
}

function takeAdoption(ledger: Ledger, data: Data<'TRADE_ADOPTED'>): void {
  const { trade: id, instrument, direction, amount, entryPrice, strategy } = data;
  const trade = newTrade(id, { strategy, instrument, direction, parent: null });
  trade.entries.push({ amount, price: entryPrice });
  trade.fees = data.fees;
  ledger.trades.set(id, trade);
  put(ledger.foreign, instrument, direction === 'long' ? neg(amount) : amount);
  for (const { order } of data.orders) ledger.tradeOfOrder.set(order.orderId, id);
}

/** A trade that another program told of: it was never held here. */
function takeImport(ledger: Ledger, { imported }: Data<'TRADE_IMPORTED'>): void {
  const { trade: id, entries, exits, unseen, fees } = imported;
  const trade = newTrade(id, { ...imported, parent: null });
  trade.entries.push(...entries);
  trade.exits.push(...exits);
  trade.adjusted = unseen;
  trade.fees = fees;
  ledger.trades.set(id, trade);
}

/** What a dated future that ended was held with is closed at its price. */
function takeDelivery(ledger: Ledger, data: Data<'POSITION_DELIVERED'>): void {
  for (const { trade: id, amount, fee } of data.allocations) {
    put(ledger.positions, data.instrument, amount);
    if (id === null) {
      put(ledger.foreign, data.instrument, amount);
      continue;
    }
    const trade = must(ledger.trades.get(id), `trade ${id}`);
    trade.exits.push({ amount: amount.startsWith('-') ? neg(amount) : amount, price: data.price });
    trade.fees = add(trade.fees, fee);
  }
}

/** A person enters how a trade ended that nobody saw end. */
function takeCorrection(ledger: Ledger, data: Data<'TRADE_CORRECTED'>): void {
  const trade = must(ledger.trades.get(data.trade), `trade ${data.trade}`);
  trade.exits.push({ amount: trade.adjusted, price: data.exitPrice });
  trade.fees = add(trade.fees, data.fees);
  trade.adjusted = ZERO;
}

/** What a person decided is taken back: an outcome that was entered, or what an adopted trade still held. */
function takeUndoing(ledger: Ledger, { instrument, undoes }: Data<'DECISION_UNDONE'>): void {
  if (undoes.action !== 'enter' && undoes.action !== 'adopt') return;
  const trade = must(ledger.trades.get(undoes.trade), `trade ${undoes.trade}`);
  trade.adjusted = add(trade.adjusted, undoes.amount);
  if (undoes.action === 'adopt') {
    const { amount } = undoes;
    return put(ledger.foreign, instrument, trade.direction === 'long' ? amount : neg(amount));
  }
  trade.fees = sub(trade.fees, undoes.fees);
  const entered = trade.exits.findLastIndex(({ price }) => price === undoes.exitPrice);
  trade.exits.splice(entered, 1);
}

function take(ledger: Ledger, fact: Fact): void {
  if (fact.type === 'BASELINE_TAKEN')
    for (const { instrument, size } of fact.data.positions) {
      put(ledger.positions, instrument, size);
      put(ledger.foreign, instrument, size);
    }
  if (fact.type === 'FILL_BOOKED') takeFill(ledger, fact.data);
  if (fact.type === 'POSITION_ADJUSTED') takeAdjustment(ledger, fact.data);
  if (fact.type === 'POSITION_DELIVERED') takeDelivery(ledger, fact.data);
  if (fact.type === 'TRADE_ADOPTED') takeAdoption(ledger, fact.data);
  if (fact.type === 'TRADE_IMPORTED') takeImport(ledger, fact.data);
  if (fact.type === 'TRADE_CORRECTED') takeCorrection(ledger, fact.data);
  if (fact.type === 'DECISION_UNDONE') takeUndoing(ledger, fact.data);
  if (fact.type === 'FUNDING_ACCRUED')
    for (const { trade: id, amount } of fact.data.allocations) {
      const trade = id === null ? undefined : ledger.trades.get(id);
      if (trade !== undefined) trade.funding = add(trade.funding, amount);
    }
  if (fact.type === 'ORDER_INTENDED' && fact.data.intent.trade !== null)
    for (const { label } of [fact.data.intent, ...fact.data.intent.children])
      ledger.tradeOfLabel.set(label, fact.data.intent.trade);
}

/** What the facts add up to; `each` sees the ledger as it stood right behind each of them. */
export function ledgerOf(
  facts: readonly Fact[],
  each: (fact: Fact, ledger: Ledger) => void = () => undefined,
): Ledger {
  const ledger: Ledger = {
    positions: new Map(),
    foreign: new Map(),
    trades: new Map(),
    tradeOfLabel: new Map(),
    tradeOfOrder: new Map(),
  };
  for (const fact of facts) {
    take(ledger, fact);
    each(fact, ledger);
  }
  return ledger;
}
