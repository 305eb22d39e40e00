/**
 * At which price an account would be liquidated, exactly: the last one at which what it has still covers the maintenance
 * margin, found by asking the very sum that liquidation asks (margin.ts). The next step beyond it is too far.
 */
import { type Decimal, dec, isZero, mul, sign, toApproximate } from '../../../base/decimal.ts';
import { type InstrumentSpec, isOption } from '../products/instruments.ts';
import { deltaOf, surplusOf } from './margin.ts';
import type { AccountRecord } from '../state.ts';
import { marketOf, specOf, type World } from '../world.ts';

/** Marks are multiples of it. */
const PRICE_STEP = dec('0.01');
/** Ratios are told in multiples of it. */
const RATIO_STEP = dec('0.000000001');
/** No price further away than so many times today's is looked for. */
const FURTHEST = 1_000_000;

/** Surplus when the price stands at so many steps (> 0). */
type Surplus = (steps: number) => Decimal;
const isSafe = (surplus: Decimal): boolean => sign(surplus) >= 0;

/**
 * The last number of steps that is safe, on the way from `at` to where prices hurt (`adverse`; back, where `at` itself is
 * not safe); null when there is no border on that way. Asks where a straight line would cross zero and, each second time,
 * halfway, so that it ends whatever the curve is.
 */
function border(surplus: Surplus, at: number, adverse: -1 | 1): number | null {
  const here = { steps: at, surplus: surplus(at) };
  const way = isSafe(here.surplus) ? adverse : -adverse;
  const end = way < 0 ? 1 : at * FURTHEST;
  const there = { steps: end, surplus: surplus(end) };
  if (isSafe(here.surplus) === isSafe(there.surplus)) return null;
  let [safe, lost] = isSafe(here.surplus) ? [here, there] : [there, here];
  for (let turn = 0; Math.abs(safe.steps - lost.steps) > 1; turn++) {
    const whole = lost.steps - safe.steps;
    const [kept, missed] = [safe, lost].map((one) => Math.abs(toApproximate(one.surplus)));
    const share = turn % 2 === 0 ? (kept ?? 0) / ((kept ?? 0) + (missed ?? 0)) : 0.5;
    const width = Math.abs(whole) - 1;
    const middle =
      safe.steps +
      Math.sign(whole) * Math.min(width, Math.max(1, Math.floor(Math.abs(whole) * share)));
    const asked = { steps: middle, surplus: surplus(middle) };
    if (isSafe(asked.surplus)) safe = asked;
    else lost = asked;
  }
  return safe.steps;
}

/** Mark price beyond which the account is liquidated, were this the only mark that moves; null without a position or such a price. */
export function liquidationPrice(
  world: World,
  account: AccountRecord,
  spec: InstrumentSpec,
): Decimal | null {
  const size = account.positions[spec.name]?.size;
  if (size === undefined || isZero(size) || isOption(spec)) return null;
  const { mark } = marketOf(world, spec.name);
  const surplus: Surplus = (steps) =>
    surplusOf(world, account, spec.settlement, ({ name }) =>
      name === spec.name ? mul(PRICE_STEP, dec(steps)) : marketOf(world, name).mark,
    );
  const at = Math.max(1, Math.round(toApproximate(mark) / toApproximate(PRICE_STEP)));
  const steps = border(surplus, at, sign(size) > 0 ? -1 : 1);
  return steps === null ? null : mul(PRICE_STEP, dec(steps));
}

/** What the market prices have to be multiplied by to come to the liquidation of a currency. */
export type LiquidationRatios = {
  /** Were all indexes to move alike; null when no move of theirs does it. */
  readonly all: Decimal | null;
  /** Were one index to move alone, for those in which there is a position and a price that does it. */
  readonly byIndex: Readonly<Record<string, Decimal>>;
};

export function liquidationRatios(
  world: World,
  account: AccountRecord,
  currency: string,
): LiquidationRatios {
  const deltas = new Map<string, number>();
  for (const [name, { size }] of Object.entries(account.positions)) {
    const spec = specOf(world, name);
    // Options are taken to be worth what they are.
    if (spec.settlement !== currency || isZero(size) || isOption(spec)) continue;
    const { mark } = marketOf(world, name);
    const worth = toApproximate(deltaOf(spec, size, mark)) * toApproximate(mark);
    deltas.set(spec.index, (deltas.get(spec.index) ?? 0) + worth);
  }
  const ratio = (worth: number, moves: (spec: InstrumentSpec) => boolean): Decimal | null => {
    const surplus: Surplus = (steps) => {
      const factor = mul(RATIO_STEP, dec(steps));
      return surplusOf(world, account, currency, (spec) => {
        const { mark } = marketOf(world, spec.name);
        return moves(spec) && !isOption(spec) ? mul(mark, factor) : mark;
      });
    };
    const steps = border(surplus, Math.round(1 / toApproximate(RATIO_STEP)), worth < 0 ? 1 : -1);
    return steps === null ? null : mul(RATIO_STEP, dec(steps));
  };
  if (deltas.size === 0) return { all: null, byIndex: {} };
  const byIndex = [...deltas].flatMap(([index, worth]) => {
    const found = ratio(worth, (spec) => spec.index === index);
    return found === null ? [] : [[index, found] as const];
  });
  const whole = [...deltas.values()].reduce((sum, worth) => sum + worth, 0);
  const all = deltas.size === 1 ? (byIndex[0]?.[1] ?? null) : ratio(whole, () => true);
  return { all, byIndex: Object.fromEntries(byIndex) };
}
