/** In how many pieces a fill comes: one, unless a fault makes it more. */
import { type Decimal, dec, div, isZero, mul, sub, toStep } from '../../../base/decimal.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import type { World } from '../world.ts';

/** The amounts in which a fill comes: one, or as many whole contracts each as a fault makes of it. */
export function piecesOf(world: World, spec: InstrumentSpec, amount: Decimal): Decimal[] {
  const parts = world.bend.pieces(spec.name);
  if (parts === 1) return [amount];
  const piece = toStep(div(amount, dec(parts), 12), spec.contractSize, 'down');
  if (isZero(piece)) return [amount];
  const pieces = Array.from({ length: parts - 1 }, () => piece);
  return [...pieces, sub(amount, mul(piece, dec(parts - 1)))];
}
