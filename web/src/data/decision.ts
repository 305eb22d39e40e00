/** What a person must say before a difference can be decided: pure rules of the form, the same as the server's. */
import type { Break } from '../../../src/wire/requests.ts';
import type { Order } from './api.ts';

export type Decision = Extract<Order, { verb: 'resolve' }>;

/** A price or amount as a person types it and the server takes it. */
export const isDecimal = (typed: string): boolean => /^\d{1,12}(\.\d{1,8})?$/.test(typed);

const isPositive = (typed: string): boolean => isDecimal(typed) && /[1-9]/.test(typed);

/** Whether everything is said that this action needs. */
export function isComplete({ action, strategy, exitPrice, fees }: Decision): boolean {
  if (action === 'adopt') return strategy !== null;
  if (action === 'enter')
    return exitPrice !== null && isPositive(exitPrice) && (fees === null || isDecimal(fees));
  return true;
}

/** The decision as it is first offered; one strategy that could adopt needs no choosing. */
export function firstDecision(
  found: Break,
  action: Decision['action'],
  strategies: readonly string[],
): Decision {
  const only = strategies.length === 1 ? (strategies[0] ?? null) : null;
  return {
    verb: 'resolve',
    breakId: found.id,
    action,
    strategy: action === 'adopt' ? only : null,
    exitPrice: null,
    fees: null,
    reason: '',
  };
}

/** What tells one plan from another: all but the reason, which is still being typed. */
export function wishOf(order: Order): string {
  switch (order.verb) {
    case 'resolve':
      return JSON.stringify([
        order.breakId,
        order.action,
        order.strategy,
        order.exitPrice,
        order.fees,
      ]);
    case 'undo':
      return `undo ${order.breakId}`;
    case 'kill':
      return `kill ${order.strength}`;
    case 'reconcile':
      return 'reconcile';
    case 'pause':
    case 'resume':
    case 'drain':
    case 'flatten':
      return `${order.verb} ${order.strategy}`;
  }
}
