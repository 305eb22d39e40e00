/**
 * What must not leave any more although it is durable now: an order or edit whose commit took longer than it may wait,
 * and an opening that was decided before the disk was known to be full. It provably never left, and is refused as such.
 */
import type { Books } from '../domain/books.ts';
import { NEVER_SENT, type VenueEvent } from '../venue/port.ts';
import type { Now, Wish } from './input.ts';

type Asked = Extract<Wish, { readonly kind: 'request' }>;

/** Why a request stays here; undefined for one that may leave. */
function reasonAgainst({ request }: Asked, books: Books, now: Now): string | undefined {
  if (request.kind === 'place') {
    const { validUntil, reduceOnly } = request.order;
    if (now.server > validUntil) return 'it was durable only after it had ceased to be valid';
    return books.disk === 'full' && !reduceOnly ? 'the disk is full' : undefined;
  }
  return request.kind === 'edit' && now.server > request.edit.validUntil
    ? 'it was durable only after it had ceased to be valid'
    : undefined;
}

/** The answer of a request that may not leave; undefined when it may. */
export function withheld(wish: Wish, books: Books, now: Now): VenueEvent | undefined {
  if (wish.kind !== 'request') return undefined;
  const reason = reasonAgainst(wish, books, now);
  if (reason === undefined) return undefined;
  const message = `never sent: ${reason}`;
  return {
    kind: 'answer',
    link: wish.link,
    conn: 0,
    ref: wish.ref,
    outcome: { status: 'refused', code: NEVER_SENT, message, data: null, rateLimited: false },
  };
}
