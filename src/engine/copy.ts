/**
 * The drop copy: the account's fills once more, over a connection of its own. It decides nothing but this: a fill that it
 * brought and the trading link's stream did not bring in time is booked, and that stream is broken (I56). The trading link
 * has the first word while it is up, since its frames also say whose order was filled; a fill of an order that the books do
 * not know waits a little longer, for the check on the new connection, which asks for that. The reverse breaks the copy.
 * Losing the copy stops nothing.
 */
import { type Fill, fillKey } from '../domain/fill.ts';
import { attribute } from '../domain/ledger.ts';
import type { VenueEvent } from '../venue/port.ts';
import { hearMissed, prune } from './heard.ts';
import { COPY_ORIGIN, COPY_PATIENCE, STALE_PATIENCE } from './limits.ts';
import type { Twice } from './live.ts';
import { breakStream, isOnItsWay } from './missed.ts';
import { observe } from './observe.ts';
import { EXCHANGE, type Turn, record, wake, wantCheck } from './turn.ts';

type Event<Kind extends VenueEvent['kind']> = Extract<VenueEvent, { readonly kind: Kind }>;

/** The copy is up. Its key must be one of the account that is traded. */
export function onCopyUp(turn: Turn, event: Event<'link_up'>): void {
  const { copy, links } = turn.live;
  copy.account = event.account;
  if (!isCopyOfOurs(turn)) return;
  copy.wasUp = true;
  const { mono: since, server: sinceServer } = turn.now;
  links.drop_copy = { up: true, conn: event.conn, since, sinceServer, codOn: false };
  tellLink(turn, true, 'connected');
}

/** Whether the copy, as far as is known, is one of the account that is traded; if not, we must not go on. */
export function isCopyOfOurs(turn: Turn): boolean {
  const { account } = turn.live.copy;
  const ours = turn.books.account;
  if (account === null || ours === null) return true;
  if (account.id === ours.id && account.testnet === ours.testnet) return true;
  const message = `the drop copy's key belongs to account ${account.id}, what is traded to account ${ours.id}; give the drop copy a key of account ${ours.id}`;
  turn.wishes.push({ kind: 'fatal', code: 'other_account', message });
  return false;
}

/** A key that the exchange or we refuse is a mistake at the start; later on it costs the copy, and trading goes on. */
export function onCopyRefused(turn: Turn, { code, message }: Event<'link_refused'>): void {
  turn.live.links.drop_copy = { up: false };
  if (!turn.live.copy.wasUp) turn.wishes.push({ kind: 'fatal', code, message });
  tellLink(turn, false, message);
}

function tellLink(turn: Turn, up: boolean, reason: string): void {
  record(turn, { type: 'LINK_CHANGED', v: 1, data: { link: 'drop_copy', up, reason } }, EXCHANGE);
}

/** Fills that the copy brought, of whichever of its connections. */
export const onCopy = (turn: Turn, { fills }: Event<'copy'>): void =>
  noteBrought(turn, fills, 'drop_copy');

/** Notes which of the two streams brought fills. */
export function noteBrought(turn: Turn, fills: readonly Fill[], by: 'trading' | 'drop_copy'): void {
  const { copy } = turn.live;
  if (!copy.configured) return;
  for (const fill of fills) {
    const key = fillKey(fill);
    if (copy.settled.has(key)) continue;
    const seen: Twice = copy.fills.get(key) ?? {
      fill,
      mono: turn.now.mono,
      trading: false,
      drop_copy: false,
      judged: false,
    };
    seen[by] = true;
    copy.fills.set(key, seen);
  }
}

/** The duty: books what only the copy brought, and finds the stream broken that did not bring a fill in time. */
export function compareStreams(turn: Turn): void {
  const { copy } = turn.live;
  const lost: Lost = { trading: [], drop_copy: [] };
  for (const [key, seen] of copy.fills) {
    if (!(seen.trading && seen.drop_copy) && !isSettled(turn, seen, lost)) continue;
    copy.fills.delete(key);
    copy.settled.set(key, { mono: turn.now.mono });
  }
  prune(copy.settled, turn.now.mono - STALE_PATIENCE);
  if (lost.drop_copy.length > 0)
    turn.wishes.push({
      kind: 'renew',
      link: 'drop_copy',
      reason: `the drop copy did not bring ${lost.drop_copy.length} fill(s)`,
    });
  breakStream(turn, lost.trading, 'brought by the drop copy, not by the stream');
}

type Lost = Readonly<Record<'trading' | 'drop_copy', Fill[]>>;

/** A fill that one stream has brought so far. The other one has its time, and is to blame if it was up before the fill. */
function isSettled(turn: Turn, seen: Twice, lost: Lost): boolean {
  const late = seen.trading ? 'drop_copy' : 'trading';
  const state = turn.live.links[late];
  const due = seen.mono + COPY_PATIENCE;
  if (!seen.judged && state.up && turn.now.mono < due) {
    wake(turn, due);
    return false;
  }
  if (!seen.judged && state.up) {
    if (!isOnItsWay(turn, seen.fill, state.sinceServer)) lost[late].push(seen.fill);
    else if (late === 'trading') wantCheck(turn, 'surprise');
  }
  seen.judged = true;
  return late === 'drop_copy' || isBooked(turn, seen);
}

/** Books a fill that only the copy brought, when it is time. As from a connection that was replaced: nothing else counts. */
function isBooked(turn: Turn, { fill, mono }: Twice): boolean {
  const { books, now } = turn;
  if (books.fills.has(fillKey(fill))) return true;
  const isExplained = books.orders.has(fill.orderId) || attribute(books, fill) !== null;
  const due = mono + COPY_PATIENCE + COPY_ORIGIN;
  if (!isExplained && now.mono < due) {
    wake(turn, due);
    return false;
  }
  hearMissed(turn, observe(turn, { orders: [], fills: [fill], positions: [] }, 'push'));
  return true;
}
