/**
 * Open orders as differences in a world, as the product's thread for large accounts tells them: each read of the list is
 * answered over the link whole, and told on by the product's own teller.
 */
import { createListTeller } from '../../src/venue/list-teller.ts';
import type { VenueEvent, VenueRequest } from '../../src/venue/port.ts';

export type Lists = {
  readonly asked: (ref: string, request: VenueRequest) => void;
  readonly told: (event: VenueEvent) => VenueEvent;
};

export function createLists(): Lists {
  const teller = createListTeller('list');
  const waiting = new Map<string, string | null>();
  return {
    asked: (ref, request) => {
      if (request.kind === 'open_orders' && request.since !== undefined)
        waiting.set(ref, request.since);
    },
    told: (event) => {
      if (event.kind !== 'answer') return event;
      const since = waiting.get(event.ref);
      waiting.delete(event.ref);
      const { outcome } = event;
      if (since === undefined || outcome.status !== 'ok' || outcome.result.kind !== 'open_orders')
        return event;
      const result = teller.tell(outcome.result.orders, since);
      return { ...event, outcome: { ...outcome, result } };
    },
  };
}
