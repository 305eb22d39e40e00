/**
 * A market that looks alive: several makers who quote anew at their own pace, several times a second, with distances and
 * depths that vary, and takers who now and then trade through them. What they do at a beat follows from the seed, the
 * instrument and the number of the beat alone, so that nobody's looking changes it.
 */
import { type Decimal, dec, div, mul } from '../../../base/decimal.ts';
import { nextBelow, nextUint32, nextUnit, prng } from '../../../base/prng.ts';
import type { Millis } from '../../../base/time.ts';
import type { Direction } from '../../protocol/values.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import type { Quote } from './quotes.ts';
import type { Lively } from '../state.ts';

/** Server time between two beats; a whole number of them is a second. */
export const BEAT: Millis = 250;

/** Number of the beat that has begun last. */
export const beatAt = (at: Millis): number => Math.floor(at / BEAT);

/**
 * A maker: quotes anew every so many beats, so many levels. Distances and sizes are per mille of what the instrument's
 * rules say, sizes those of its first level.
 */
type Maker = {
  readonly every: number;
  readonly levels: number;
  readonly half: number;
  readonly step: number;
  readonly size: number;
};

/** Quick and thin at the touch, slow and deep behind it; together about as deep as the calm book. */
const MAKERS: readonly Maker[] = [
  { every: 1, levels: 5, half: 400, step: 600, size: 300 },
  { every: 3, levels: 8, half: 800, step: 1_300, size: 900 },
  { every: 5, levels: 8, half: 1_100, step: 1_900, size: 1_400 },
  { every: 16, levels: 12, half: 3_000, step: 4_000, size: 3_000 },
];

/** Wholes of the fractions below. */
const MILLE = 1_000;
const MILLIONTHS = 1_000_000_000n;

/** A quote before it is spelt out: whole ticks and whole contracts. */
type Counted = { readonly ticks: bigint; readonly contracts: bigint };

/** The quotes of all makers on one side: the n-th best one (from 0), spelt out when it is asked for. */
export function livelyQuotes(
  spec: InstrumentSpec,
  at: Lively & { readonly mark: Decimal },
  side: 'bid' | 'ask',
): (n: number) => Quote | undefined {
  const { tick, contractSize, maker: rules } = spec;
  const markTicks = BigInt(div(mul(at.mark, dec(MILLIONTHS)), tick, 0));
  const topContracts = BigInt(div(rules.topSize, contractSize, 0, 'ceil'));
  const counted: Counted[] = [];
  for (const [n, maker] of MAKERS.entries()) {
    const random = prng(at.seed, `maker/${spec.name}/${side}/${n}/${paceOf(n, maker, at.beat)}`);
    let away = (rules.halfSpreadPpm * maker.half * (700 + nextBelow(random, 600))) / MILLE;
    for (let level = 0; level < maker.levels; level++) {
      // In thousandths of a millionth of the mark.
      const distance = BigInt(Math.max(1, Math.round(away)));
      const ticks = ticksAt(markTicks, distance, side);
      const size = BigInt((level + 1) * maker.size * (300 + nextBelow(random, 1_400)));
      const contracts = (topContracts * size) / 1_000_000n;
      if (ticks > 0n) counted.push({ ticks, contracts: contracts > 0n ? contracts : 1n });
      away += (rules.stepPpm * maker.step * (500 + nextBelow(random, 1_000))) / MILLE;
    }
  }
  const up = side === 'ask' ? 1 : -1;
  counted.sort((a, b) => (a.ticks === b.ticks ? 0 : a.ticks > b.ticks ? up : -up));
  const spelt: Quote[] = [];
  return (n) => {
    const one = counted[n];
    if (one === undefined) return undefined;
    spelt[n] ??= {
      price: mul(tick, dec(one.ticks)),
      amount: mul(contractSize, dec(one.contracts)),
    };
    return spelt[n];
  };
}

/** Makers of one pace do not all move at once: each begins at another beat. */
const paceOf = (n: number, { every }: Maker, beat: number): number =>
  Math.floor((beat + n) / every);

/** Whole ticks at a distance of the mark, rounded away from it. */
function ticksAt(markTicks: bigint, distance: bigint, side: 'bid' | 'ask'): bigint {
  const whole = MILLIONTHS * MILLIONTHS;
  if (side === 'bid') return (markTicks * (MILLIONTHS - distance)) / whole;
  return (markTicks * (MILLIONTHS + distance) + whole - 1n) / whole;
}

/** A taker trades about every two seconds. */
const CHANCE = 0.12;
/** Sizes are mostly a small part of the first level; one in a hundred goes through several. */
const SMALL = 0.06;
const TAIL = 0.006;

/** What a taker wants at a beat, or null when none comes. */
export function takerAt(
  spec: InstrumentSpec,
  { seed, beat }: Lively,
): { readonly direction: Direction; readonly amount: Decimal } | null {
  const random = prng(seed, `taker/${spec.name}/${beat}`);
  if (nextUnit(random) >= CHANCE) return null;
  const direction = nextUint32(random) % 2 === 0 ? 'buy' : 'sell';
  const contracts = Number(div(spec.maker.topSize, spec.contractSize, 0, 'ceil'));
  const share = SMALL / (nextUnit(random) + TAIL);
  return {
    direction,
    amount: mul(spec.contractSize, dec(1 + Math.floor(contracts * share))),
  };
}
