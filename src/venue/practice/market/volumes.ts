/** `public/get_trade_volumes`: what was traded of each coin, by kind of product. */
import * as z from 'zod';
import { type Decimal, sum, ZERO } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { DAY, type Millis } from '../../../base/time.ts';
import type { Handler } from '../wire/call.ts';
import { coinsOf, type InstrumentSpec } from '../products/instruments.ts';
import { flag, readParams } from '../wire/params.ts';
import { candlesOf } from './ticker.ts';
import { num, type WireNumber } from '../wire/wire-json.ts';
import type { World } from '../world.ts';

/** What was traded since a moment, in coins: of what ends, as far as its trades are still known. */
function volumeSince(world: World, spec: InstrumentSpec, since: Millis): Decimal {
  if (spec.term.kind !== 'perpetual')
    return sum(
      (world.publicTrades.get(spec.name) ?? [])
        .filter(({ at }) => at >= since)
        .map(({ amount, price }) => coinsOf(spec, amount, price)),
    );
  const candles = candlesOf(world, spec, { from: since, to: world.now, minutes: 60 });
  return sum(candles.map(({ volume }) => volume));
}

const schema = z.object({ extended: flag.default(false) });
/** Volume of the last day, in coins, by coin. */
export const getTradeVolumes: Handler = ({ desk, params }) => {
  const read = readParams(schema, params);
  if (!read.ok) return read;
  const { now } = desk.world;
  const volume = (specs: readonly InstrumentSpec[], since: Millis): WireNumber =>
    num(sum(specs.map((spec) => volumeSince(desk.world, spec, since))));
  const sideOf = ({ kind, term }: InstrumentSpec) => (term.kind === 'option' ? term.side : kind);
  const coins = Map.groupBy(desk.world.specs.values(), (spec) => spec.base);
  const zero = num(ZERO);
  return ok(
    [...coins].map(([coin, specs]) => {
      const since = (suffix: string, from: Millis) =>
        Object.fromEntries(
          (['future', 'call', 'put'] as const).map((side) => [
            `${side}s_volume${suffix}`,
            volume(
              specs.filter((spec) => sideOf(spec) === side),
              from,
            ),
          ]),
        );
      return {
        currency: coin,
        ...since('', now - DAY),
        spot_volume: zero,
        ...(read.value.extended
          ? {
              ...since('_7d', now - 7 * DAY),
              ...since('_30d', now - 30 * DAY),
              spot_volume_7d: zero,
              spot_volume_30d: zero,
            }
          : {}),
      };
    }),
  );
};
