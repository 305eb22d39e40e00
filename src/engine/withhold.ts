/**
 * What must not leave any more although it is durable now: an order or edit whose commit took longer than it may wait, a
 * reduction of a trade that has less open by now (I9), and an opening that was decided before the disk was known to be
 * full. It provably never left, and is refused as such.
 */
import { lt } from '../base/decimal.ts';
import type { Books } from '../domain/books.ts';
import { NEVER_SENT, type PlaceOrder, type VenueEvent } from '../venue/port.ts';
import type { Now, Wish } from './input.ts';

type Asked = Extract<Wish, { readonly kind: 'request' }>;

const TOO_LARGE = 'its trade has less open than it would close';

/** Whether a reduction is larger than what its trade has open: what it closed besides would be another trade's. */
function isTooLarge({ label, amount }: PlaceOrder, books: Books): boolean {
  const id = books.intents.get(label)?.intent.trade;
  const trade = typeof id === 'string' ? books.trades.get(id) : undefined;
  return trade !== undefined && lt(trade.open, amount);
}

/** Why a request stays here; undefined for one that may leave. */
function reasonAgainst({ request }: Asked, books: Books, now: Now): string | undefined {
  if (request.kind === 'place') {
    const { validUntil, reduceOnly } = request.order;
    if (now.server > validUntil) return 'it was durable only after it had ceased to be valid';
    if (reduceOnly) return isTooLarge(request.order, books) ? TOO_LARGE : undefined;
    return books.disk === 'full' ? 'the disk is full' : undefined;
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
