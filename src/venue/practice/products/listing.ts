/**
 * What is listed: with the perpetuals an exchange may list products that end. At 08:00 UTC of each day those that end are
 * delivered and new ones come; which, follows from the date. Delivered ones are shown for a week, then forgotten.
 */
import { DAY, type Millis } from '../../../base/time.ts';
import { createChart } from '../market/candles.ts';
import { namesAt, specNamed } from './dated.ts';
import { DELIVERY_OF_DAY } from './expiries.ts';
import type { InstrumentSpec } from './instruments.ts';
import { priceOf } from '../market/prices.ts';
import { createQuiet } from './quiet.ts';
import type { MarketRecord, State } from '../state.ts';
import type { World } from '../world.ts';

/** Numbers of dated instruments begin above those of the perpetuals. */
const FIRST_ID = 300_000;
const SHOWN_AFTER_DELIVERY = 7 * DAY;

/** The dated instruments that a state knows, by name. */
export const datedSpecs = (
  state: State,
  perpetuals: readonly InstrumentSpec[],
): readonly InstrumentSpec[] =>
  [...state.markets.values()].flatMap(
    ({ name, dated }) => (dated && specNamed(perpetuals, name, dated.id)) ?? [],
  );

/** Lists what is due at a moment and not there yet; answers what that is. */
export function listDated(
  state: State,
  perpetuals: readonly InstrumentSpec[],
  at: Millis,
): readonly InstrumentSpec[] {
  const { counters, markets, charts } = state;
  const added: InstrumentSpec[] = [];
  for (const perpetual of perpetuals) {
    // The past of an index is that of the first perpetual that follows it.
    const past = charts.get(perpetual.name);
    if (past !== undefined && !charts.has(perpetual.index))
      charts.set(perpetual.index, createChart(past.candles));
    const index = priceOf(state.prices, perpetual.index);
    for (const name of namesAt(perpetual, at, index)) {
      if (markets.has(name)) continue;
      const id = (counters.instrument ?? FIRST_ID) + 1;
      const spec = specNamed(perpetuals, name, id);
      if (spec === undefined) continue;
      counters.instrument = id;
      markets.set(name, createQuiet(state, spec, at));
      added.push(spec);
    }
  }
  return added;
}

/** Forgets what, at the latest 08:00, had been delivered for a week; answers its names. */
export function forgetDelivered(markets: Map<string, MarketRecord>, at: Millis): readonly string[] {
  const latest = at - ((at - DELIVERY_OF_DAY) % DAY);
  const old = ({ dated }: MarketRecord): boolean =>
    dated?.delivery !== undefined && dated.delivery.at + SHOWN_AFTER_DELIVERY <= latest;
  const names = [...markets.values()].filter(old).map(({ name }) => name);
  for (const name of names) markets.delete(name);
  return names;
}

/** The daily change of the list, in the world at work. */
export function relist(world: World): void {
  if (!world.listing) return;
  for (const name of forgetDelivered(world.state.markets, world.now)) world.specs.delete(name);
  for (const spec of listDated(world.state, world.perpetuals, world.now)) {
    world.specs.set(spec.name, spec);
    world.touched.markets.add(spec.name);
    world.news.push({ kind: 'state', instrument: spec.name, state: 'open', at: world.now });
  }
  world.touched.forced = true;
}
