/**
 * Who did something, by what the exchange itself says: the flags of an order or fill, and the reason of a cancel. A flag that is
 * absent proves nothing, and one of an order tells who placed it, never who moved or cancelled it since.
 */
import { sub } from '../base/decimal.ts';
import type { IntentRecord, Leg } from '../domain/books.ts';
import type { Fill } from '../domain/fill.ts';
import type { VenueOrder } from '../domain/order.ts';
import { originOf } from '../domain/present.ts';
import type { BreakWho, Evidence } from '../domain/shown.ts';
import { EXIT_OF_PURPOSE, whoDid } from '../reconcile/allocate.ts';
import { evidence } from './breaks.ts';
import type { Turn } from './turn.ts';

/** Whose an order of ours is. */
export const whoseLeg = ({ purpose }: Pick<Leg, 'purpose'>): BreakWho =>
  EXIT_OF_PURPOSE[purpose]?.by ?? 'strategy';

/** Who placed an order, by its flags. */
export function whoPlaced({ flags, isLiquidation }: VenueOrder): BreakWho {
  const origin = originOf(flags, false, isLiquidation);
  return origin === 'engine' ? 'unknown' : origin;
}

/** Whose a fill is: one of our legs, or somebody else's. */
export function whoFilled(turn: Turn, fill: Fill): BreakWho {
  const known = turn.books.orders.get(fill.orderId);
  const leg = known?.leg ?? turn.books.legs.get(fill.label);
  if (leg) return whoseLeg(leg);
  const order = known?.order;
  return whoDid(fill, order && originOf(order.flags, false, order.isLiquidation));
}

/** Why an order was cancelled (FACTS 9.4, `cancel_reason`): by whom, and in words. */
const REASONS: Readonly<Record<string, readonly [BreakWho, string]>> = {
  user_request: ['somebody', 'somebody asked for it, on the website, in the app or with a key'],
  autoliquidation: ['liquidation', 'the exchange takes it away before it liquidates'],
  cancel_on_disconnect: ['somebody', 'a connection was lost that had asked for that'],
  risk_mitigation: ['exchange', 'the exchange limits a risk'],
  pme_risk_reduction: ['exchange', 'the exchange limits a risk'],
  pme_account_locked: ['exchange', 'the exchange has locked the account'],
  position_locked: ['exchange', 'the exchange has locked the position'],
  edit_post_only_reject: ['somebody', 'an edit of it would have traded at once'],
  oco_other_closed: ['exchange', 'the order that it is linked to has ended'],
  oto_primary_closed: ['exchange', 'the entry that it belongs to has ended'],
  settlement: ['exchange', 'it was good until the settlement'],
};

/** Who cancelled an order; null where it is not cancelled, or the exchange does not say why. */
export const whoCancelled = ({ state, cancelReason }: VenueOrder): BreakWho | null =>
  state !== 'cancelled' || cancelReason === null ? null : (REASONS[cancelReason]?.[0] ?? 'unknown');

const whyOf = (reason: string): string => REASONS[reason]?.[1] ?? `the exchange says ${reason}`;

/** An order in one line: what it is for, how it stands, and why it ended. */
export function orderText(order: VenueOrder, what: string): string {
  const { state, amount, filled, cancelReason } = order;
  const stands = `${what} ${state}, ${sub(amount, filled)} of ${amount} left`;
  return cancelReason === null ? stands : `${stands}: ${whyOf(cancelReason)}`;
}

/** An order as the exchange showed it last; nothing secret is among what is kept of its message. */
export const orderEvidence = (order: VenueOrder, what: string): Evidence =>
  evidence({
    kind: 'order',
    id: order.orderId,
    at: order.updatedAt,
    text: orderText(order, what),
    raw: order,
    flags: { ...order.flags, liquidation: order.isLiquidation },
  });

/** A fill as the exchange showed it. */
export const fillEvidence = (fill: Fill): Evidence =>
  evidence({
    kind: 'fill',
    id: fill.tradeId,
    at: fill.at,
    text: `${fill.direction} ${fill.amount} at ${fill.price}`,
    raw: fill,
    flags: { api: fill.api, liquidation: fill.liquidation },
  });

/** What we meant to send, and what became of it. */
export function intentEvidence({ intent, placement, at }: IntentRecord): Evidence {
  const end = placement.state === 'rejected' ? ` ${placement.code} ${placement.message}` : '';
  return evidence({
    kind: 'intent',
    id: intent.label,
    at,
    text: `${intent.purpose} ${intent.direction} ${intent.amount} was intended: ${placement.state}${end}`,
    raw: { intent, placement },
  });
}
