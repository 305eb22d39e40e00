/** Places that lives must have come by now and then: a long run that never did has not tried what it says. */
import type { Fact } from '../../src/domain/fact.ts';
import type { World } from '../world/world.ts';

const of =
  (type: Fact['type'], when: (fact: Fact) => boolean = () => true) =>
  (fact: Fact): boolean =>
    fact.type === type && when(fact);

const BY_FACT: Readonly<Record<string, (fact: Fact) => boolean>> = {
  'an order of which nothing was known': of('ORDER_UNKNOWN'),
  'an unknown order proved absent': of('ORDER_ABSENT'),
  'an order refused': of('ORDER_REJECTED'),
  'an order that a push showed before its answer': of('ORDER_ACKED', ({ cause }) =>
    cause.startsWith('changes'),
  ),
  'a trade adopted': of('TRADE_ADOPTED'),
  'a position explained without a fill': of('POSITION_ADJUSTED'),
  'a stop that was missing': (fact) =>
    fact.type === 'BREAK_OPENED' && fact.data.break.kind === 'missing_stop',
  'a difference in size': (fact) =>
    fact.type === 'BREAK_OPENED' && fact.data.break.kind === 'size_mismatch',
  'a fill found by a check': (fact) => fact.type === 'FILL_BOOKED' && fact.data.source === 'check',
  'a fill found at a start': (fact) => fact.type === 'FILL_BOOKED' && fact.data.source === 'start',
  'a fill shared by several': (fact) =>
    fact.type === 'FILL_BOOKED' && fact.data.allocations.length > 1,
  'a stop that followed': of('STOP_MOVED'),
  'a stop that fired': (fact) =>
    fact.type === 'TRADE_CLOSED' && fact.data.trade.exitReason === 'sl_hit',
  'a close by a hand': (fact) =>
    fact.type === 'TRADE_CLOSED' && fact.data.trade.exitReason === 'external_close',
};

export const PROBES: readonly string[] = [
  ...Object.keys(BY_FACT),
  'a loss of power',
  'a process that its disk ended',
];

/** The places that a world came by. */
export function probesOf(world: World): readonly string[] {
  const facts = world.facts();
  const reached = Object.keys(BY_FACT).filter((name) =>
    facts.some((fact) => BY_FACT[name]?.(fact)),
  );
  if (world.counts().powerLosses > 0) reached.push('a loss of power');
  if (world.exits().length > 0) reached.push('a process that its disk ended');
  return reached;
}
