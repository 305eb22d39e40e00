/**
 * What a hand does through the control API: it places, closes and cancels, flagged as the website, the app or another
 * key. The exchange treats it as any other client of the account.
 */
import * as z from 'zod';
import { type Decimal, gt, ZERO } from '../../../base/decimal.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import type { InvalidParam, RpcError } from '../../protocol/frames.ts';
import { type Direction, DIRECTIONS } from '../../protocol/values.ts';
import {
  acceptedFor,
  accountKnown,
  bad,
  type ControlError,
  instrumentOf,
  type Outcome,
  positive,
  readBody,
  type Refused,
} from './control-input.ts';
import { orderView, tradeView } from './control-views.ts';
import type { Desk } from '../desk.ts';
import { cancelByUser } from '../orders/editing.ts';
import { reducible } from '../orders/matching.ts';
import { flag, oneOf, text } from '../wire/params.ts';
import { orderSchema } from '../orders/order-params.ts';
import { placeOrder } from '../orders/placing.ts';
import { SOURCES } from '../state.ts';

const MAIN = 'main';
const account = text.default(MAIN);
const origin = oneOf(SOURCES).default('web');

/** How the exchange's refusal reads here; what it calls a parameter is a field of ours. */
export function refusedOrder({ code, message, data }: RpcError): ControlError {
  const param = (data as Partial<InvalidParam> | undefined)?.param;
  const field = param === 'trigger_price' ? 'triggerPrice' : param;
  return {
    code: message,
    message:
      `the exchange refused it: ${code} ${message} ${data === undefined ? '' : JSON.stringify(data)}`.trim(),
    ...(field === undefined ? {} : { field, accepted: acceptedFor(field) }),
  };
}

const orderBody = z.strictObject({
  account,
  instrument: text,
  direction: oneOf(DIRECTIONS),
  amount: positive,
  type: oneOf([
    'limit',
    'market',
    'stop_market',
    'take_market',
    'stop_limit',
    'take_limit',
  ]).optional(),
  price: positive.optional(),
  triggerPrice: positive.optional(),
  reduceOnly: flag.default(false),
  label: text.max(64).default(''),
  as: origin,
});

export function postOrder(desk: Desk, body: unknown): Outcome {
  const read = readBody(orderBody, body);
  if (!read.ok) return read;
  const { instrument, direction, amount, price, triggerPrice, reduceOnly, label, as } = read.value;
  const spec = instrumentOf(desk, instrument);
  if (!spec.ok) return spec;
  const known = accountKnown(desk, read.value.account);
  if (!known.ok) return known;
  const type = read.value.type ?? (price === undefined ? 'market' : 'limit');
  const params = orderSchema.parse({
    instrument_name: instrument,
    amount,
    type,
    label,
    reduce_only: reduceOnly,
    ...(price === undefined ? {} : { price }),
    trigger: 'mark_price',
    ...(triggerPrice === undefined ? {} : { trigger_price: triggerPrice }),
  });
  const placed = placeOrder(
    desk.world,
    { account: known.value, source: as },
    { spec: spec.value, direction, params },
  );
  if (!placed.ok) return bad(refusedOrder(placed.error));
  return ok({
    order: orderView(desk.world, placed.value.order),
    trades: placed.value.trades.map((trade) => tradeView(desk.world, trade)),
  });
}

const closeBody = z.strictObject({
  account,
  instrument: text,
  amount: positive.optional(),
  type: oneOf(['limit', 'market']).optional(),
  price: positive.optional(),
  as: origin,
});

/** Which way an account's position closes and how large it is. */
export function sideToClose(
  desk: Desk,
  holder: string,
  instrument: string,
): Result<{ readonly direction: Direction; readonly size: Decimal }, Refused> {
  const sides = DIRECTIONS.map((direction) => ({
    direction,
    size: reducible(desk.world, holder, instrument, direction),
  }));
  const side = sides.find(({ size }) => gt(size, ZERO));
  if (side !== undefined) return ok(side);
  return bad({
    code: 'no_position',
    message: `account ${holder} has no position in ${instrument}`,
    field: 'instrument',
    accepted: 'an instrument with an open position',
  });
}

/** A hand closes (part of) the net position. */
export function postClose(desk: Desk, body: unknown): Outcome {
  const read = readBody(closeBody, body);
  if (!read.ok) return read;
  const { amount, ...rest } = read.value;
  const known = accountKnown(desk, rest.account);
  if (!known.ok) return known;
  const spec = instrumentOf(desk, rest.instrument);
  if (!spec.ok) return spec;
  const side = sideToClose(desk, rest.account, rest.instrument);
  if (!side.ok) return side;
  return postOrder(desk, {
    ...rest,
    direction: side.value.direction,
    amount: amount ?? side.value.size,
    reduceOnly: true,
  });
}

const cancelBody = z.strictObject({ account, orderId: text, as: origin });

/** A hand cancels one order; the venue shows the same whoever asks (`cancel_reason: user_request`), so `as` leaves no trace. */
export function postCancel(desk: Desk, body: unknown): Outcome {
  const read = readBody(cancelBody, body);
  if (!read.ok) return read;
  const known = accountKnown(desk, read.value.account);
  if (!known.ok) return known;
  const order = desk.world.state.orders.get(read.value.orderId);
  if (order === undefined || order.account !== known.value)
    return err({
      status: 404,
      error: {
        code: 'unknown_order',
        message: `account ${known.value} has no order ${read.value.orderId}`,
        field: 'orderId',
        accepted: 'the id of an order in state.orders',
      },
    });
  const cancelled = cancelByUser(desk.world, order);
  return cancelled.ok
    ? ok({ order: orderView(desk.world, cancelled.value) })
    : bad(refusedOrder(cancelled.error));
}
