/** How orders meet the market as it moves: waiting ones fire, resting ones fill, and takers of others trade through them. */
import type { InstrumentSpec } from './instruments.ts';
import { settleLinks } from '../orders/linked.ts';
import { takerAt } from '../market/lively.ts';
import { fillResting, type Settle, takeAsOther } from '../orders/matching.ts';
import type { Lively } from '../state.ts';
import { fireTriggers } from '../orders/triggers.ts';
import { marketOf, type World } from '../world.ts';

/** What a new price does to the orders of an instrument, unless a fault has halted its book. */
export function workOrders(world: World, spec: InstrumentSpec): void {
  if (world.bend.isHalted(spec.name)) return;
  fireTriggers(world, spec);
  fillResting(world, spec, (changed) => settleLinks(world, changed));
}

/** What a beat does to an open book: makers have quoted anew, and maybe a taker comes; a bound on what makers give keeps takers away. */
export function workBeat(world: World, spec: InstrumentSpec, lively: Lively): void {
  const market = marketOf(world, spec.name);
  if (market.state !== 'open' || world.bend.isHalted(spec.name)) return;
  const follow: Settle = (changed) => settleLinks(world, changed);
  fillResting(world, spec, follow);
  const wanted = market.liquidity === null ? takerAt(spec, lively) : null;
  if (wanted === null) return;
  takeAsOther(world, spec, wanted, follow);
  fireTriggers(world, spec);
}
