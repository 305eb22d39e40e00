/**
 * Channels that show figures of an index or a ticker as they stand. An incremental ticker sends everything first and
 * then what has changed; a book by groups sends its whole window each time.
 */
import { type Decimal, add, dec, mul, toStep } from '../../../base/decimal.ts';
import { DAY, SECOND } from '../../../base/time.ts';
import { levelsOf, offersOn } from './book.ts';
import type { Channel } from '../wire/channels.ts';
import type { Desk, Subscription } from '../desk.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import { DELIVERY_OF_DAY } from '../products/expiries.ts';
import { indexStatistics } from '../methods/methods-figures.ts';
import { estimatedDelivery } from './prices.ts';
import { tickerObject } from './ticker.ts';
import { speakerFor, volatilityAt } from './volatility.ts';
import { num, type WireValue, writeJson } from '../wire/wire-json.ts';
import { marketOf, specOf } from '../world.ts';

type IndexChannel = Extract<
  Channel,
  { readonly topic: 'ranking' | 'statistics' | 'volatility' | 'expiration' }
>;

/** How much the index moves in a day before its volatility counts as high, in percent. */
const CALM = 20;

const specOfIndex = (desk: Desk, index: string): InstrumentSpec | undefined =>
  [...desk.world.specs.values()].find((spec) => spec.index === index);

/** Data of a channel about an index; null when there is nothing to say. */
export function indexFigures(desk: Desk, channel: IndexChannel): WireValue | null {
  const spec = specOfIndex(desk, channel.index);
  if (spec === undefined) return null;
  const { world } = desk;
  const { index } = marketOf(world, spec.name);
  switch (channel.topic) {
    case 'ranking':
      // The one source of the index.
      return [
        {
          identifier: 'practice',
          enabled: true,
          weight: 100,
          price: num(index),
          original_price: num(index),
          timestamp: world.now,
        },
      ];
    case 'statistics': {
      const { high, low, change } = indexStatistics(desk, spec);
      return {
        index_name: channel.index,
        high24h: num(high),
        low24h: num(low),
        change24h: num(change),
        high_volatility: Math.abs(Number(change)) > CALM,
      };
    }
    case 'volatility': {
      const speaker = speakerFor(world, spec.base) ?? spec;
      return {
        index_name: channel.index,
        volatility: num(volatilityAt(world, speaker, world.now)),
        timestamp: world.now,
      };
    }
    case 'expiration': {
      const left = (DELIVERY_OF_DAY + DAY - (world.now % DAY)) % DAY;
      const { price, ticks } = estimatedDelivery(world.state.prices, channel.index, world.now);
      return {
        is_estimated: true,
        price: num(price),
        seconds: Math.floor(left / SECOND),
        ...(ticks === null
          ? {}
          : { left_ticks: ticks.left, total_ticks: ticks.known + ticks.left }),
      };
    }
  }
}

/** The members of the last ticker, as text, by subscription. */
const shown = new WeakMap<Subscription, ReadonlyMap<string, string>>();
/** Members that every frame carries. */
const ALWAYS: ReadonlySet<string> = new Set(['instrument_name', 'timestamp']);

/** The next frame of an incremental ticker; null when nothing but the time has changed. */
export function incrementalTicker(
  desk: Desk,
  subscription: Subscription,
  instrument: string,
): WireValue | null {
  const ticker = tickerObject(desk.world, specOf(desk.world, instrument));
  const members = Object.entries(ticker as Readonly<Record<string, WireValue>>);
  const before = shown.get(subscription);
  const now = new Map(members.map(([key, value]) => [key, writeJson(value)]));
  shown.set(subscription, now);
  if (before === undefined) return { type: 'snapshot', ...Object.fromEntries(members) };
  const changed = members.filter(([key]) => ALWAYS.has(key) || before.get(key) !== now.get(key));
  if (changed.every(([key]) => ALWAYS.has(key))) return null;
  return { type: 'change', ...Object.fromEntries(changed) };
}

/** Change ids of these windows are of one row, and jump. */
const lastWindow = new WeakMap<Desk, number>();

/** The window of a book whose levels are put together by price: `group` in whole units, for ETH in hundredths. */
export function groupedBook(
  desk: Desk,
  channel: Extract<Channel, { readonly topic: 'grouped_book' }>,
): WireValue {
  const { world } = desk;
  const spec = specOf(world, channel.instrument);
  const trading = marketOf(world, spec.name).state === 'open';
  const unit = spec.base === 'ETH' ? dec('0.01') : dec(1);
  const step = channel.group === null ? spec.tick : mul(unit, dec(channel.group));
  const side = (name: 'bid' | 'ask'): WireValue => {
    if (!trading) return [];
    const groups = new Map<Decimal, Decimal>();
    for (const { price, amount } of levelsOf(offersOn(world, spec, name), 1_000)) {
      const at = toStep(price, step, name === 'bid' ? 'floor' : 'ceil');
      groups.set(at, add(groups.get(at) ?? dec(0), amount));
    }
    return [...groups].slice(0, channel.depth).map(([price, amount]) => [num(price), num(amount)]);
  };
  const id = (lastWindow.get(desk) ?? 500_000) + 3;
  lastWindow.set(desk, id);
  return {
    instrument_name: spec.name,
    timestamp: world.now,
    change_id: id,
    bids: side('bid'),
    asks: side('ask'),
  };
}
