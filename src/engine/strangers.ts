/**
 * Orders of others on instruments that we trade. One that may change what is ours stands as a difference until it is gone or a
 * person takes it as it is: nothing is opened beside it. What it would fill ends a foreign amount of the opposite side first,
 * then our trades, and is new otherwise (the same order in which its fills will be given out). One that can only end what is
 * foreign is told by a fact, and so is what somebody else does to an order of ours.
 */
import { type Decimal, ZERO, abs, gt, isZero, min, sign, sub, sum } from '../base/decimal.ts';
import type { Books, Leg, OrderRecord } from '../domain/books.ts';
import { finderOf } from '../domain/finder.ts';
import { KILL_PREFIX, parseLabel } from '../domain/label.ts';
import { foreignAmount, isSecondary, openTrades } from '../domain/ledger.ts';
import { type ForeignSeen, type VenueOrder, isLive } from '../domain/order.ts';
import { endAcceptance, findBreak, raise, settleBreak } from './breaks.ts';
import { EXCHANGE, type Turn, record } from './turn.ts';
import { orderEvidence, orderText, whoCancelled, whoPlaced } from './who.ts';

const PREFIX = 'orders/';

/** Orders that stand as evidence, of however many there are. */
const SHOWN = 5;

/** Whether a foreign activity is what others have, and not what was done to an order of ours. */
export const isAboutStranger = (subject: string): boolean => subject.startsWith(PREFIX);

/** Whether something of ours is, or may come to be, on an instrument. */
const isTraded = (books: Books, name: string): boolean =>
  [...books.strategies.values()].some(({ config }) => config.instrument === name) ||
  openTrades(books, { instrument: name }).length > 0;

/** Of somebody else: not an engine's (it is an orphan then), not a kill's, not the exchange's. */
const isStranger = ({ label, isLiquidation }: VenueOrder): boolean =>
  parseLabel(label) === undefined && !label.startsWith(KILL_PREFIX) && !isLiquidation;

/**
 * The duty: what others have on the instruments that we trade, judged anew whenever something has changed. All of an
 * instrument is one difference: a program that places orders by the hundred is told once, and again when it has more of them.
 */
export function watchStrangers(turn: Turn): void {
  if (turn.facts.length === 0) return;
  const found = Map.groupBy(touching(turn.books), ({ order }) => `${PREFIX}${order.instrument}`);
  for (const [subject, records] of found)
    tell(
      turn,
      subject,
      records.map(({ order }) => order),
    );
  const reason = 'no order of others can change anything of ours any more';
  for (const { kind, subject } of known(turn.books)) {
    if (kind !== 'foreign_activity' || !isAboutStranger(subject) || found.has(subject)) continue;
    settleBreak(turn, kind, subject, { action: 'auto', by: 'engine', reason });
    endAcceptance(turn, kind, subject, reason);
  }
}

/** Differences that stand, or that a person has ended. */
const known = ({ breaks, ended }: Books) =>
  [...breaks.values(), ...ended.values()].flatMap(({ break: found, subject }) =>
    found === null ? [] : [{ kind: found.kind, subject }],
  );

const leftOf = ({ amount, filled }: VenueOrder): Decimal => sub(amount, filled);

/** Tells of an instrument's, the newest last, unless it is told already that it is so much. */
function tell(turn: Turn, subject: string, orders: readonly VenueOrder[]): void {
  const last = orders.at(-1);
  const amount = sum(orders.map(leftOf));
  if (last === undefined) return;
  if (findBreak(turn, 'foreign_activity', subject)?.difference.amount === amount) return;
  const { direction, type, price, triggerPrice, instrument } = last;
  const at = price ?? triggerPrice;
  raise(turn, {
    kind: 'foreign_activity',
    subject,
    instrument,
    strategy: null,
    life: 'needs_you',
    books: 'no order of ours',
    exchange:
      orders.length === 1
        ? `${direction} ${amount} ${type} at ${at ?? 'market'}`
        : `${orders.length} orders for ${amount} in all`,
    amount,
    price: at,
    who: whoPlaced(last),
    evidence: orders.slice(-SHOWN).map((order) => orderEvidence(order, order.type)),
    proposal: 'accept',
    options: ['accept'],
  });
}

/** Live orders of others that may change what is ours, in the order in which they came. */
function touching(books: Books): readonly OrderRecord[] {
  const left = new Map<string, Decimal>();
  return [...finderOf(books).strangers.values()].filter(({ order }) => {
    if (!isStranger(order) || isSecondary(order) || !isTraded(books, order.instrument))
      return false;
    const side = order.direction === 'buy' ? 1 : -1;
    const key = `${order.instrument}/${order.direction}`;
    const foreign = foreignAmount(books, order.instrument);
    const ends = left.get(key) ?? (sign(foreign) === -side ? abs(foreign) : ZERO);
    const amount = leftOf(order);
    left.set(key, sub(ends, min(ends, amount)));
    if (!gt(amount, ends)) return false;
    return !order.reduceOnly || closesOurs(books, order);
  });
}

/** Whether what it fills can end a trade of ours. */
const closesOurs = (books: Books, { instrument, direction }: VenueOrder): boolean =>
  openTrades(books, { instrument }).some(
    (trade) => (trade.direction === 'long') === (direction === 'sell') && !isZero(trade.open),
  );

type Sighting = {
  readonly before: VenueOrder | undefined;
  readonly leg: Leg | null;
  readonly order: VenueOrder;
};

/** Notes what somebody else did to an order, told by how it was and how it is. What the exchange does by itself is no deed. */
export function noteForeign(turn: Turn, { before, leg, order }: Sighting): void {
  const what = before === undefined ? placed(leg, order) : deed(before, order);
  if (what === null) return;
  const who =
    what === 'placed' ? whoPlaced(order) : what === 'changed' ? 'somebody' : whoCancelled(order);
  const { orderId, instrument } = order;
  const isAnother = leg === null && isStranger(order) && isTraded(turn.books, instrument);
  const isDone = leg !== null && who === 'somebody' && !isOurs(turn, order, leg);
  if (!isAnother && !isDone) return;
  const data: ForeignSeen = {
    orderId,
    instrument,
    trade: leg?.trade ?? null,
    what,
    who: who ?? 'unknown',
    text: orderText(order, leg?.purpose ?? order.type),
  };
  record(turn, { type: 'FOREIGN_SEEN', v: 1, data }, EXCHANGE);
}

const placed = (leg: Leg | null, { state }: VenueOrder): 'placed' | null =>
  leg === null && isLive(state) ? 'placed' : null;

/** What was done to a live order; null where it only traded, woke or stayed. */
function deed(before: VenueOrder, now: VenueOrder): 'changed' | 'cancelled' | null {
  if (!isLive(before.state)) return null;
  if (now.state === 'cancelled') return 'cancelled';
  const same =
    before.amount === now.amount &&
    before.price === now.price &&
    before.triggerPrice === now.triggerPrice;
  return same || !isLive(now.state) || before.state !== now.state ? null : 'changed';
}

/** Whether a change or cancel of ours may be what is seen: one is under way, or its intent has no answer yet. */
function isOurs({ books }: Turn, { orderId }: VenueOrder, { intent }: Leg): boolean {
  if ([...books.changes.values()].some((change) => change.orderId === orderId)) return true;
  return intent !== null && books.intents.get(intent)?.placement.state === 'unknown';
}
