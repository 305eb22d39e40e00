/**
 * The rules of docs/spec/03-money.md once more, written apart from the product and in fractions: whose a fill is, what a
 * trade brought, who has which funding, what a night pays. It is told raw fills, readings and rows in the order in which
 * the books took them, and knows neither the product's decimals nor its folds.
 */
import type { Fill } from '../../../src/domain/fill.ts';
import {
  isNought,
  least,
  minus,
  NOUGHT,
  opposite,
  over,
  plus,
  type Rational,
  rational,
  signOf,
  sizeOf,
  times,
  total,
} from '../rational.ts';
import { type Kind, worth } from './exchange.ts';
import type { Owner, Told } from './life.ts';
import { hold, takeNight, takeReading } from './model-funding.ts';
import { type BooksModel, divide, type ModelLot, type ModelTrade } from './model-state.ts';

/** Digits at which a part of a fee is cut. */
const PLACES = 8;

const signed = (trade: ModelTrade, amount: Rational): Rational =>
  trade.long ? amount : opposite(amount);
const isOpen = (trade: ModelTrade): boolean => !isNought(trade.open);

type Part = {
  readonly trade: ModelTrade | null;
  readonly does: 'open' | 'close' | 'explain';
  readonly amount: Rational;
};

/** What an amount nets at the exchange: the foreign amount first, then the trades that are against it, oldest first. */
function netting(
  model: BooksModel,
  fill: Fill,
  amount: Rational,
  but: ModelTrade | undefined,
): Part[] {
  const buys = fill.direction === 'buy';
  const parts: Part[] = [];
  let left = amount;
  const take = (trade: ModelTrade | null, does: Part['does'], most: Rational): void => {
    const part = least(left, most);
    if (signOf(part) <= 0) return;
    parts.push({ trade, does, amount: part });
    left = minus(left, part);
  };
  if (signOf(model.foreign) === (buys ? -1 : 1)) take(null, 'close', sizeOf(model.foreign));
  for (const trade of model.trades.values())
    if (trade !== but && trade.long !== buys && isOpen(trade) && trade.openedAt <= fill.at)
      take(trade, 'close', trade.open);
  take(null, 'open', left);
  return parts;
}

/** Whose a fill is: its own trade's first, or what explains a close that nobody saw; the rest nets. */
function partsOf(model: BooksModel, fill: Fill, of: Owner | null): Part[] {
  const amount = rational(fill.amount);
  if (of?.opens === true) return [{ trade: tradeFor(model, fill, of), does: 'open', amount }];
  const parts: Part[] = [];
  let left = amount;
  const own = of === null ? undefined : model.trades.get(of.trade);
  const explained =
    of === null
      ? [...model.trades.values()].filter(
          (trade) => trade.long !== (fill.direction === 'buy') && fill.at >= trade.openedAt,
        )
      : own === undefined
        ? []
        : [own];
  for (const trade of explained) {
    const part = fill.at <= trade.goneAt ? least(left, trade.gone) : NOUGHT;
    if (isNought(part)) continue;
    parts.push({ trade, does: 'explain', amount: part });
    left = minus(left, part);
  }
  if (own !== undefined) {
    const part = least(left, own.open);
    if (!isNought(part)) parts.push({ trade: own, does: 'close', amount: part });
    left = minus(left, part);
  }
  return isNought(left) ? parts : [...parts, ...netting(model, fill, left, own)];
}

function tradeFor(model: BooksModel, fill: Fill, of: Owner): ModelTrade {
  const known = model.trades.get(of.trade);
  if (known !== undefined) return known;
  return openTrade(model, of.trade, { long: fill.direction === 'buy', at: fill.at });
}

function openTrade(
  model: BooksModel,
  id: string,
  { long, at }: { readonly long: boolean; readonly at: number },
): ModelTrade {
  const trade: ModelTrade = {
    id,
    long,
    openedAt: at,
    entries: [],
    exits: [],
    open: NOUGHT,
    gone: NOUGHT,
    goneAt: 0,
    fees: NOUGHT,
    funding: NOUGHT,
    settled: NOUGHT,
  };
  model.trades.set(id, trade);
  return trade;
}

function takeFill(model: BooksModel, { fill, of }: Extract<Told, { kind: 'fill' }>): void {
  const parts = partsOf(model, fill, of);
  const fees = divide(
    rational(fill.fee),
    parts.map(({ amount }) => amount),
    PLACES,
  );
  const price = rational(fill.price);
  model.fees.push(rational(fill.fee));
  for (const [index, { trade, does, amount }] of parts.entries()) {
    const change = fill.direction === 'buy' ? amount : opposite(amount);
    if (trade === null) {
      model.foreign = plus(model.foreign, change);
      hold(model, '', change, fill.at);
      continue;
    }
    trade.fees = plus(trade.fees, fees[index] ?? NOUGHT);
    (does === 'open' ? trade.entries : trade.exits).push({ amount, price });
    if (does === 'explain') {
      trade.gone = minus(trade.gone, amount);
      continue;
    }
    trade.open = does === 'open' ? plus(trade.open, amount) : minus(trade.open, amount);
    hold(model, trade.id, change, fill.at);
  }
}

function takeGone(
  model: BooksModel,
  { trade: id, amount: told, at }: Extract<Told, { kind: 'gone' }>,
): void {
  const trade = model.trades.get(id);
  if (trade === undefined) throw new Error(`no trade ${id}`);
  const amount = rational(told);
  trade.open = minus(trade.open, amount);
  trade.gone = plus(trade.gone, amount);
  trade.goneAt = at;
  hold(model, id, opposite(signed(trade, amount)), at);
}

function takeAdopted(model: BooksModel, { data }: Extract<Told, { kind: 'adopted' }>): void {
  const trade = openTrade(model, data.trade, {
    long: data.direction === 'long',
    at: data.openedAt,
  });
  const amount = rational(data.amount);
  trade.entries.push({ amount, price: rational(data.entryPrice) });
  trade.open = amount;
  trade.fees = rational(data.fees);
  const change = signed(trade, amount);
  model.foreign = minus(model.foreign, change);
  hold(model, '', opposite(change), data.openedAt);
  hold(model, trade.id, change, data.openedAt);
}

/** Takes one thing that the books were told. */
export function tellModel(model: BooksModel, told: Told): void {
  switch (told.kind) {
    case 'fill':
      return takeFill(model, told);
    case 'gone':
      return takeGone(model, told);
    case 'adopted':
      return takeAdopted(model, told);
    case 'reading':
      return takeReading(model, told);
    case 'night':
      return takeNight(model, told);
  }
}

/** What closed of a trade brought: each unit came out for its exit's price, and went in for what all of its entries cost on average. */
export function resultOf(kind: Kind, { entries, exits, long }: ModelTrade): Rational {
  const amount = (lots: readonly ModelLot[]): Rational => total(lots.map((lot) => lot.amount));
  const value = (lots: readonly ModelLot[]): Rational =>
    total(lots.map((lot) => worth(kind, lot.amount, lot.price)));
  if (entries.length === 0 || exits.length === 0) return NOUGHT;
  const cost = over(times(value(entries), amount(exits)), amount(entries));
  const gain = minus(value(exits), cost);
  return long ? gain : opposite(gain);
}
