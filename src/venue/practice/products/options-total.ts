/** What the options of one currency of an account add up to: their value and profits, and their greeks by index. */
import { type Decimal, add, isZero, ZERO } from '../../../base/decimal.ts';
import { type OptionSpec, valueOf } from './instruments.ts';
import { greeksOfSize } from './option-now.ts';
import { floatingProfit, realisedProfit, totalProfit } from '../money/positions.ts';
import type { PositionRecord } from '../state.ts';
import type { World } from '../world.ts';

const GREEKS = ['delta', 'gamma', 'vega', 'theta'] as const;
export type Greek = (typeof GREEKS)[number];

export type OptionsTotal = {
  readonly value: Decimal;
  /** Of this session. */
  readonly upl: Decimal;
  readonly rpl: Decimal;
  /** Since the entry. */
  readonly total: Decimal;
  readonly byIndex: Readonly<Record<string, Readonly<Record<Greek, Decimal>>>>;
};

export const NO_OPTIONS: OptionsTotal = {
  value: ZERO,
  upl: ZERO,
  rpl: ZERO,
  total: ZERO,
  byIndex: {},
};

/** One position more. */
export function withOption(
  world: World,
  before: OptionsTotal,
  one: {
    readonly spec: OptionSpec;
    readonly position: PositionRecord;
    readonly mark: Decimal;
  },
): OptionsTotal {
  const { spec, position, mark } = one;
  const greeks = greeksOfSize(world, spec, position.size);
  const known = before.byIndex[spec.index];
  const summed = Object.fromEntries(
    GREEKS.map((greek) => [greek, add(known?.[greek] ?? ZERO, greeks[greek])]),
  ) as Record<Greek, Decimal>;
  return {
    value: add(before.value, valueOf(spec, position.size, mark)),
    upl: add(before.upl, floatingProfit(position, spec, mark)),
    rpl: add(before.rpl, realisedProfit(position, spec)),
    total: add(before.total, totalProfit(position, spec, mark)),
    byIndex: isZero(position.size) ? before.byIndex : { ...before.byIndex, [spec.index]: summed },
  };
}

/** One greek of all indices together. */
export const greekOfAll = ({ byIndex }: OptionsTotal, greek: Greek): Decimal =>
  Object.values(byIndex).reduce((sum, one) => add(sum, one[greek]), ZERO);
