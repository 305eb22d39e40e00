/**
 * Faults that are a deed: a hand's, or the exchange's own. Each is done at once, as the calls of the control API would do
 * it; what they refuse is refused here in the same words.
 */
import {
  abs,
  add,
  type Decimal,
  dec,
  div,
  isZero,
  max,
  mul,
  sign,
  toStep,
} from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { postDeliver, soonestToEnd } from './control-delivery.ts';
import { postClose, postOrder } from './control-hand.ts';
import { bad, instrumentOf, type Outcome } from './control-input.ts';
import { postBankrupt, postLiquidate } from './control-liquidation.ts';
import { orderView } from './control-views.ts';
import { postSpecification } from './control-terms.ts';
import type { Desk } from '../desk.ts';
import { editOrder } from '../orders/editing.ts';
import type { FaultRequest } from '../faults/fault-fields.ts';
import type { FaultKind } from '../faults/fault-rules.ts';
import { settleLinks } from '../orders/linked.ts';
import { cancelOrder } from '../orders/matching.ts';
import { setState, settleAll } from '../money/settlement.ts';
import { type OrderRecord, remainingOf } from '../state.ts';
import { marketOf, orderOf, specOf, touchOrder } from '../world.ts';

const MAIN = 'main';
const PERP = 'BTC_USDC-PERPETUAL';

const instrumentFor = (asked: FaultRequest): string => asked.instrument ?? PERP;

/** Only what was given, so that the call's own defaults hold. */
const given = (asked: FaultRequest, ...names: readonly (keyof FaultRequest)[]): object =>
  Object.fromEntries(
    names.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]])),
  );

const sizeOf = (desk: Desk, asked: FaultRequest): Decimal =>
  desk.world.state.accounts.get(asked.account ?? MAIN)?.positions[instrumentFor(asked)]?.size ??
  dec(0);

function handClose(desk: Desk, asked: FaultRequest): Outcome {
  return postClose(desk, { instrument: instrumentFor(asked), ...given(asked, 'account', 'as') });
}

/** Half of the position, unless told how much. */
function handReduce(desk: Desk, asked: FaultRequest): Outcome {
  const found = instrumentOf(desk, instrumentFor(asked));
  if (!found.ok) return found;
  const { contractSize, name } = found.value;
  const half = toStep(div(abs(sizeOf(desk, asked)), dec(2), 12), contractSize, 'down');
  const amount = asked.amount ?? max(contractSize, half);
  return postClose(desk, { instrument: name, amount, ...given(asked, 'account', 'as') });
}

function handOpen(desk: Desk, asked: FaultRequest): Outcome {
  const found = instrumentOf(desk, instrumentFor(asked));
  if (!found.ok) return found;
  return postOrder(desk, {
    instrument: found.value.name,
    direction: asked.direction ?? 'buy',
    amount: asked.amount ?? found.value.minAmount,
    ...given(asked, 'account', 'as'),
  });
}

/** As much again on the other side. */
function handFlip(desk: Desk, asked: FaultRequest): Outcome {
  const size = sizeOf(desk, asked);
  if (isZero(size)) return handClose(desk, asked);
  return postOrder(desk, {
    instrument: instrumentFor(asked),
    direction: sign(size) > 0 ? 'sell' : 'buy',
    amount: mul(abs(size), dec(2)),
    ...given(asked, 'account', 'as'),
  });
}

/** The live orders of an account, newest first; what the exchange itself has placed against it is none of them. */
const liveOf = (desk: Desk, asked: FaultRequest): OrderRecord[] =>
  [...desk.world.state.live]
    .map((id) => orderOf(desk.world, id))
    .filter(
      (order) =>
        order.account === (asked.account ?? MAIN) &&
        order.source !== 'liquidation' &&
        (asked.instrument === undefined || order.instrument === asked.instrument) &&
        (asked.orderId === undefined || order.id === asked.orderId),
    )
    .reverse();

const noOrder = (what: string) =>
  bad({
    code: 'no_order',
    message: `there is no ${what}`,
    field: 'account',
    accepted: 'an account that has one',
  });

/** What is left of each live reduce-only order is a share of it, whole contracts; nothing left ends it without a reason. */
function cutReduceOnly(desk: Desk, asked: FaultRequest): Outcome {
  const { world } = desk;
  const orders = liveOf(desk, asked).filter(({ reduceOnly }) => reduceOnly);
  if (orders.length === 0) return noOrder('live reduce-only order');
  for (const order of orders) {
    const { contractSize } = specOf(world, order.instrument);
    const left = toStep(mul(remainingOf(order), asked.share ?? dec(0)), contractSize, 'down');
    if (isZero(left)) cancelOrder(world, order, null);
    else {
      order.amount = add(order.filled, left);
      order.updatedAt = world.now;
      touchOrder(world, order);
    }
    settleLinks(world, [order]);
  }
  return ok({ orders: orders.map((order) => orderView(world, order)) });
}

/** Moves the newest live order, or the one that is named, by a percentage of its price or trigger. */
function moveOrder(desk: Desk, asked: FaultRequest): Outcome {
  const { world } = desk;
  const order = liveOf(desk, asked).find(
    ({ link, price, trigger }) => link?.role !== 'dormant' && (price ?? trigger) !== null,
  );
  if (order === undefined) return noOrder('live order to move');
  const { tick } = specOf(world, order.instrument);
  const moved = (price: Decimal): Decimal =>
    toStep(mul(price, add(dec(1), div(asked.percent ?? dec(0), dec(100), 12))), tick, 'half_up');
  const edited = editOrder(world, order, {
    amount: order.amount,
    post_only: order.postOnly,
    reject_post_only: order.rejectPostOnly,
    reduce_only: order.reduceOnly,
    ...(order.trigger === null
      ? order.price === null
        ? {}
        : { price: moved(order.price) }
      : { trigger_price: moved(order.trigger.price) }),
  });
  if (edited.ok) return ok({ order: orderView(world, order) });
  const { code, message } = edited.error;
  return bad({ code: message, message: `the exchange refused it: ${code} ${message}` });
}

function settleNow(desk: Desk): Outcome {
  settleAll(desk.world);
  return ok({});
}

const MINUTE_MS = 60_000;

/** The book has another state until so much server time has passed. */
function bookState(desk: Desk, asked: FaultRequest): Outcome {
  const found = instrumentOf(desk, instrumentFor(asked));
  if (!found.ok) return found;
  const market = marketOf(desk.world, found.value.name);
  const until = desk.world.now + (asked.ms ?? MINUTE_MS);
  setState(desk.world, market, asked.state ?? 'halted', until);
  return ok({ state: market.state });
}

/** The tick becomes ten times as large unless something else is told. */
function newTerms(desk: Desk, asked: FaultRequest): Outcome {
  const found = instrumentOf(desk, instrumentFor(asked));
  if (!found.ok) return found;
  const terms = given(asked, 'tick', 'contractSize', 'minAmount');
  const told = Object.keys(terms).length > 0;
  return postSpecification(desk, {
    instrument: found.value.name,
    ...(told ? terms : { tick: mul(found.value.tick, dec(10)) }),
  });
}

const DEEDS: Readonly<Partial<Record<FaultKind, (desk: Desk, asked: FaultRequest) => Outcome>>> = {
  hand_close: handClose,
  hand_reduce: handReduce,
  hand_open: handOpen,
  hand_flip: handFlip,
  liquidation: (desk, asked) =>
    postLiquidate(desk, { instrument: instrumentFor(asked), ...given(asked, 'account', 'share') }),
  liquidation_course: (desk, asked) =>
    postLiquidate(desk, {
      instrument: instrumentFor(asked),
      ...given(asked, 'account', 'share'),
      course: true,
    }),
  bankruptcy: (desk, asked) =>
    postBankrupt(desk, { instrument: instrumentFor(asked), ...given(asked, 'account') }),
  settlement: settleNow,
  delivery: (desk, asked) =>
    postDeliver(desk, { instrument: asked.instrument ?? soonestToEnd(desk) ?? PERP }),
  new_terms: newTerms,
  book_state: bookState,
  cut_reduce_only: cutReduceOnly,
  move_order: moveOrder,
};

/** Does the deed of a fault; undefined when it is none of these. */
export function doDeed(
  desk: Desk,
  asked: FaultRequest & { readonly does: FaultKind },
): Outcome | undefined {
  const known = desk.world.state.accounts.has(asked.account ?? MAIN);
  if (!known)
    return bad({
      code: 'unknown_account',
      message: `there is no account ${asked.account}`,
      field: 'account',
      accepted: [...desk.world.state.accounts.keys()].join(', '),
    });
  return DEEDS[asked.does]?.(desk, asked);
}
