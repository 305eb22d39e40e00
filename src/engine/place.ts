/** Placing orders: an intent is recorded, and its frame, equal to it, leaves once after it is durable (I2, I4). */
import type { Millis } from '../base/time.ts';
import type { Intent, Purpose } from '../domain/intent.ts';
import { makeLabel } from '../domain/label.ts';
import type { ChildOrder, PlaceOrder, VenueOutcome } from '../venue/port.ts';
import { REDUCTION_VALIDITY, SLOW_COMMIT, VALIDITY } from './limits.ts';
import { observe } from './observe.ts';
import { becomeUnknown } from './resolve.ts';
import { doubtTerms } from './terms.ts';
import { type Turn, EXCHANGE, ask, factor, record } from './turn.ts';

/** A fresh label for the n-th leg of an intent that is about to be recorded. */
export function freshLabel(turn: Turn, strategy: string, purpose: Purpose, leg = 0): string {
  const { books } = turn;
  return makeLabel({
    strategy,
    node: books.node,
    epoch: turn.cell.envelope.epoch,
    counter: books.counters.label + 1 + leg,
    purpose,
    birth: books.birth,
  });
}

/**
 * The last moment at which the exchange may start on an order decided now. An opening is held back by a slow disk; what
 * reduces risk is not (I53): its time begins when its commit may be expected, and it is durable before it leaves all the same.
 */
export function validUntil(turn: Turn, purpose: Purpose): Millis {
  const forDisk = purpose === 'entry' ? 0 : 2 * turn.live.commitMs;
  const validMs = Math.min(VALIDITY + forDisk, REDUCTION_VALIDITY);
  return Math.round(turn.now.server + validMs * factor(turn));
}

/** What is expected of the next commit: as long as this one, or half of what was expected before. */
export function onDurable(turn: Turn, tookMs: Millis): void {
  const expected = Math.max(tookMs, turn.live.commitMs / 2);
  turn.live.commitMs = expected < SLOW_COMMIT ? 0 : expected;
}

/** The frame of an intent. */
export function frameOf(intent: Intent): PlaceOrder {
  const {
    label,
    instrument,
    direction,
    amount,
    type,
    price,
    timeInForce,
    reduceOnly,
    triggerPrice,
    trigger,
    fillCondition,
  } = intent;
  const children = intent.children.map(
    (child): ChildOrder => ({
      label: child.label,
      direction: child.direction,
      type: child.type,
      amount: child.amount,
      triggerPrice: child.triggerPrice,
      trigger: child.trigger,
      reduceOnly: true,
      // The default, good_til_cancelled: spelt out, market-style types refuse it.
      timeInForce: null,
    }),
  );
  return {
    label,
    instrument,
    direction,
    amount,
    type,
    price,
    timeInForce,
    reduceOnly,
    triggerPrice,
    trigger,
    validUntil: intent.validUntil,
    children,
    fillCondition,
  };
}

/** INTEND and SEND of one order. */
export function place(turn: Turn, intent: Intent): void {
  record(turn, { type: 'ORDER_INTENDED', v: 1, data: { intent } });
  ask(turn, { for: 'place', label: intent.label }, { kind: 'place', order: frameOf(intent) });
}

/** RESOLVE by the answer: what it shows is booked; a refusal that precedes the matching engine rejects; all else is unknown. */
export function onPlaceAnswer(turn: Turn, label: string, outcome: VenueOutcome): void {
  const state = turn.books.intents.get(label)?.placement.state;
  switch (outcome.status) {
    case 'ok':
      if (outcome.result.kind === 'place')
        observe(
          turn,
          { orders: [outcome.result.order], fills: outcome.result.fills, positions: [] },
          'answer',
        );
      return becomeUnknown(turn, label, 'the answer does not show the order that was sent');
    case 'refused':
      doubtTerms(turn, turn.books.intents.get(label)?.intent.instrument, outcome);
      if (state !== 'pending' && state !== 'unknown') return;
      record(
        turn,
        {
          type: 'ORDER_REJECTED',
          v: 1,
          data: { label, code: outcome.code, message: outcome.message },
        },
        EXCHANGE,
      );
      turn.live.resolving.delete(label);
      return;
    case 'gone':
      return becomeUnknown(turn, label, `the exchange answered ${outcome.code} ${outcome.message}`);
    case 'unknown':
      return becomeUnknown(turn, label, outcome.reason);
  }
}
