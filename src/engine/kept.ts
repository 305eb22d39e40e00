/**
 * What Kill sends before its commit is durable, where that takes too long: the one exception of I32. Only cancels and
 * reductions of a kill leave so, which can only lower risk; their facts are kept beside the journal and booked by the next
 * start, unless the journal has them by then.
 */
import { parseIso } from '../base/time.ts';
import type { Books } from '../domain/books.ts';
import type { Fact } from '../domain/fact.ts';
import { wantCancelled } from './changes.ts';
import type { Wish } from './input.ts';
import { type Turn, record } from './turn.ts';

/** Facts of a kill that left before they were durable, with the birth of the journal that they belong to. */
export type Kept = { readonly birth: string; readonly facts: readonly Fact[] };

/** Whether a fact says that Kill was pulled, or what it does: all that a next start must know of it. */
export const isFactOfKill = (fact: Fact): boolean =>
  (fact.type === 'COMMAND_TAKEN' && fact.data.name === 'kill') ||
  (fact.type === 'CONTROL_CHANGED' && fact.data.control === 'halted') ||
  (fact.type === 'CHANGE_INTENDED' && fact.data.change.why === 'kill') ||
  (fact.type === 'ORDER_INTENDED' &&
    fact.data.intent.purpose === 'kill_close' &&
    fact.data.intent.reduceOnly);

/** Whether a wish is a reduction or a cancel of Kill. */
export function isWishOfKill(wish: Wish, books: Books): boolean {
  if (wish.kind !== 'request') return false;
  const { request } = wish;
  if (request.kind === 'place') {
    const intent = books.intents.get(request.order.label)?.intent;
    return intent?.purpose === 'kill_close' && request.order.reduceOnly;
  }
  return (
    request.kind === 'cancel' &&
    [...books.changes.values()].some(
      ({ orderId, why }) => orderId === request.orderId && why === 'kill',
    )
  );
}

/** Books what was kept and is not in the journal, whose last fact was `head`. What was sent may have been done: only proof ends that. */
export function bookKept(turn: Turn, kept: readonly Kept[], head: number): void {
  for (const { birth, facts } of kept) {
    if (birth !== turn.books.birth) continue;
    for (const fact of facts) if (fact.seq > head && isFactOfKill(fact)) book(turn, fact);
  }
}

function book(turn: Turn, fact: Fact): void {
  const { books, now } = turn;
  if (fact.type === 'CONTROL_CHANGED') {
    record(turn, { type: fact.type, v: 1, data: fact.data }, fact.actor);
  } else if (fact.type === 'COMMAND_TAKEN' && !books.commands.has(fact.data.id)) {
    record(turn, { type: fact.type, v: 1, data: fact.data }, fact.actor);
  } else if (fact.type === 'ORDER_INTENDED' && !books.legs.has(fact.data.intent.label)) {
    const data = { ...fact.data, decidedAt: parseIso(fact.at) ?? now.server };
    record(turn, { type: fact.type, v: 1, data }, fact.actor);
  } else if (fact.type === 'CHANGE_INTENDED') {
    wantCancelled(turn, fact.data.change.orderId, 'kill');
  }
}
