/**
 * The thread that reads long lists of an account over HTTP, parses them, and hands over what differs from the list before: in
 * parts, so that taking one in never holds up the trading thread for long.
 */
import { serveThread } from '../edge/thread.ts';
import { createListTeller } from '../venue/list-teller.ts';
import type { VenueOutcome } from '../venue/port.ts';
import { credentialsFor } from './credentials.ts';
import { openHttpDesk } from './kill-http.ts';
import { type ListNews, type ListOrder, type ListSetup, rowsOf, withRows } from './list-parts.ts';

/** Rows of one part: a millisecond or two of the thread that takes them in. */
const PART = 150;
/** A long list on a slow line. */
const TIMEOUT_MS = 10_000;

serveThread<ListSetup, ListOrder, ListNews>(({ url, login, key, id }, tell) => {
  const desk = openHttpDesk({
    url,
    credentials: credentialsFor(login, key),
    onClock: () => undefined,
    timeoutMs: TIMEOUT_MS,
  });
  const teller = createListTeller(id);
  /** What is left of each answer. */
  const left = new Map<string, VenueOutcome>();

  const tellPart = (ref: string): void => {
    const outcome = left.get(ref);
    if (outcome === undefined) return;
    const rows = outcome.status === 'ok' ? rowsOf(outcome.result) : [];
    if (outcome.status !== 'ok' || rows.length <= PART) {
      left.delete(ref);
      return tell({ kind: 'end', ref, outcome });
    }
    tell({ kind: 'part', ref, rows: rows.slice(0, PART) });
    left.set(ref, { ...outcome, result: withRows(outcome.result, rows.slice(PART)) });
  };

  const read = async ({ ref, request }: Extract<ListOrder, { kind: 'read' }>): Promise<void> => {
    const outcome = await desk.ask(request);
    const isList = outcome.status === 'ok' && outcome.result.kind === 'open_orders';
    const told =
      isList && request.kind === 'open_orders'
        ? { ...outcome, result: teller.tell(outcome.result.orders, request.since ?? null) }
        : outcome;
    left.set(ref, told);
    tellPart(ref);
  };

  return (order) => (order.kind === 'read' ? void read(order) : tellPart(order.ref));
});
