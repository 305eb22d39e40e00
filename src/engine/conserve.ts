/**
 * Conservation (I10), as an account of its own beside the books: every order that leaves was decided, leaves once and as
 * large as it was decided; what has left is in sum never more than what was decided, for the life of the process; and what
 * opens is within its window no more than the throttle of entries times the largest order. Throws where that is broken.
 */
import { assert } from '../base/assert.ts';
import { type Decimal, ZERO, add, lte } from '../base/decimal.ts';
import { parseIso, type Millis } from '../base/time.ts';
import type { Books } from '../domain/books.ts';
import type { Fact } from '../domain/fact.ts';
import { usdValue } from '../domain/instrument.ts';
import type { Intent } from '../domain/intent.ts';
import type { PlaceOrder, VenueRequest } from '../venue/port.ts';
import type { Wish } from './input.ts';
import { REPEATED } from './limits.ts';

/** Sums of amounts: contracts of one instrument, in the unit of its orders. */
type Sums = { authorised: Decimal; sent: Decimal };

export type Conservation = {
  /** Facts of a step: its intents are what may leave. */
  readonly decide: (facts: readonly Fact[]) => void;
  /** A wish is about to leave. */
  readonly leave: (wish: Wish) => void;
  /** A wish stays here for good. */
  readonly stay: (wish: Wish) => void;
  /** Of one strategy on one instrument: what opens, or what reduces. */
  readonly sums: (strategy: string, instrument: string, reduces: boolean) => Readonly<Sums>;
};

const placed = (wish: Wish): PlaceOrder | undefined =>
  wish.kind === 'request' && wish.request.kind === 'place' ? wish.request.order : undefined;

export function createConservation(books: Books): Conservation {
  /** Decided and neither sent nor held back yet, by label. */
  const waiting = new Map<string, Intent>();
  const sums = new Map<string, Sums>();
  /** When the entries of a strategy were decided, those of the window only. */
  const entries = new Map<string, Millis[]>();

  const sumsOf = (strategy: string, instrument: string, reduces: boolean): Sums => {
    const key = `${strategy}/${instrument}/${reduces ? 'reduces' : 'opens'}`;
    const known = sums.get(key) ?? { authorised: ZERO, sent: ZERO };
    sums.set(key, known);
    return known;
  };

  const decideOpening = ({ label, strategy, instrument, amount, price }: Intent, at: Millis) => {
    const specification = books.instruments.get(instrument);
    assert(specification !== undefined && price !== null, `I10: ${label} opens without a price`);
    const own = books.strategies.get(strategy)?.config.limits?.maxOrderUsd;
    const worth = usdValue(specification, amount, price);
    for (const most of [books.risk.maxOrderUsd, own])
      assert(most === undefined || lte(worth, most), `I10: ${label} opens ${worth} of ${most} USD`);
    const since = at - REPEATED.windowMs;
    const recent = [...(entries.get(strategy) ?? []), at].filter((moment) => moment > since);
    assert(recent.length <= REPEATED.count, `I10: ${label} is one entry too many in its window`);
    entries.set(strategy, recent);
  };

  const decideOne = (fact: Fact): void => {
    // A person who lets a strategy go on begins its window anew (I42).
    if (fact.type === 'CONTROL_CHANGED' && fact.data.control === 'running')
      entries.delete(fact.data.strategy);
    if (fact.type !== 'ORDER_INTENDED') return;
    const { intent } = fact.data;
    if (intent.purpose === 'entry') decideOpening(intent, parseIso(fact.at) ?? 0);
    const total = sumsOf(intent.strategy, intent.instrument, intent.reduceOnly);
    total.authorised = add(total.authorised, intent.amount);
    waiting.set(intent.label, intent);
  };

  const leaveOnce = (order: PlaceOrder): void => {
    const { label, instrument, direction, amount, reduceOnly } = order;
    const intent = waiting.get(label);
    assert(intent !== undefined, `I10: ${label} leaves without a decision, or again`);
    waiting.delete(label);
    const isMeant =
      intent.instrument === instrument &&
      intent.direction === direction &&
      intent.amount === amount &&
      intent.reduceOnly === reduceOnly &&
      order.children.every((child) => lte(child.amount, amount));
    assert(isMeant, `I10: ${label} leaves as another order than the one that was decided`);
    const total = sumsOf(intent.strategy, instrument, reduceOnly);
    total.sent = add(total.sent, amount);
    assert(
      lte(total.sent, total.authorised),
      `I10: ${label} makes ${total.sent} sent of ${total.authorised} decided`,
    );
  };

  const leaveAsEdit = ({ edit }: Extract<VenueRequest, { readonly kind: 'edit' }>): void => {
    const leg = books.orders.get(edit.orderId)?.leg;
    assert(leg?.purpose !== 'entry', `I10: an edit of the entry ${edit.orderId} leaves`);
  };

  return {
    decide: (facts) => {
      for (const fact of facts) decideOne(fact);
    },
    leave: (wish) => {
      const order = placed(wish);
      if (order !== undefined) leaveOnce(order);
      if (wish.kind === 'request' && wish.request.kind === 'edit') leaveAsEdit(wish.request);
    },
    stay: (wish) => {
      const order = placed(wish);
      if (order !== undefined) waiting.delete(order.label);
    },
    sums: sumsOf,
  };
}
