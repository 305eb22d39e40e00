/**
 * The control API under `/practice/v1/`: what people and tests do to the exchange beside the protocol. Decimals are
 * strings, times ms of server time. A request that does not fit is answered 400 with the field and what is accepted, an
 * unknown path or id 404.
 */
import * as z from 'zod';
import { type Decimal, gt, ZERO } from '../../base/decimal.ts';
import { must } from '../../base/assert.ts';
import { err, ok } from '../../base/result.ts';
import { DIRECTIONS } from '../protocol/values.ts';
import { flushChanges } from './changes.ts';
import {
  accountKnown,
  bad,
  instrumentOf,
  MOST_ADVANCE,
  MOST_SPEED,
  type Outcome,
  positive,
  readBody,
} from './control-input.ts';
import { accountView, faultView, orderView, tradeView } from './control-views.ts';
import { endConnection } from './connections.ts';
import type { Desk } from './desk.ts';
import { addFault, type Fault, FAULT_KINDS, isActive, removeFault, strike } from './faults.ts';
import { catchUp, reactToHand } from './market.ts';
import { reducible } from './matching.ts';
import { decimal, flag, integer, oneOf, text } from './params.ts';
import { orderSchema, placeOrder } from './placing.ts';
import { setPrice } from './prices.ts';
import { isErrorCode } from './refusal.ts';
import { settle } from './settlement.ts';
import { marketOf } from './world.ts';

/** One call of the API. */
export type ControlCall = {
  readonly verb: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
};

const MAIN = 'main';
const account = text.default(MAIN);
const origin = oneOf(['web', 'mobile', 'api']).default('web');

function getState(desk: Desk, query: Readonly<Record<string, string>>): Outcome {
  const { state } = desk.world;
  const labelled = <T extends { readonly label: string }>(all: Iterable<T>): T[] =>
    [...all].filter((one) => query['label'] === undefined || one.label === query['label']);
  return ok({
    now: desk.world.now,
    speed: state.speed,
    seed: state.seed,
    instruments: [...desk.world.specs.values()].map((spec) => {
      const market = marketOf(desk.world, spec.name);
      return {
        name: spec.name,
        state: market.state,
        index: market.index,
        mark: market.mark,
        last: market.last,
        liquidity: market.liquidity,
      };
    }),
    accounts: [...state.accounts.values()].map((one) => accountView(desk.world, one)),
    orders: labelled(state.orders.values()).map((order) => orderView(desk.world, order)),
    trades: labelled(state.trades).map((trade) => tradeView(desk.world, trade)),
    faults: desk.faults.faults.map((fault) => faultView(fault, isActive(fault, desk.mono))),
  });
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

function postOrder(desk: Desk, body: unknown): Outcome {
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
    ...(triggerPrice === undefined ? {} : { trigger: 'mark_price', trigger_price: triggerPrice }),
  });
  const placed = placeOrder(
    desk.world,
    { account: known.value, source: as },
    { spec: spec.value, direction, params },
  );
  if (!placed.ok)
    return bad({
      code: placed.error.message,
      message:
        `the exchange refused the order: ${placed.error.code} ${placed.error.message} ${JSON.stringify(placed.error.data ?? '')}`.trim(),
    });
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

/** A hand closes (part of) the net position. */
function postClose(desk: Desk, body: unknown): Outcome {
  const read = readBody(closeBody, body);
  if (!read.ok) return read;
  const { amount, ...rest } = read.value;
  const known = accountKnown(desk, rest.account);
  if (!known.ok) return known;
  const spec = instrumentOf(desk, rest.instrument);
  if (!spec.ok) return spec;
  const sides = DIRECTIONS.map((direction) => ({
    direction,
    size: reducible(desk.world, rest.account, rest.instrument, direction),
  }));
  const side = sides.find(({ size }) => gt(size, ZERO));
  if (side === undefined)
    return bad({
      code: 'no_position',
      message: `account ${rest.account} has no position in ${rest.instrument}`,
      field: 'instrument',
      accepted: 'an instrument with an open position',
    });
  return postOrder(desk, {
    ...rest,
    direction: side.direction,
    amount: amount ?? side.size,
    reduceOnly: true,
  });
}

function postPrice(desk: Desk, body: unknown): Outcome {
  const read = readBody(z.strictObject({ instrument: text, price: positive }), body);
  if (!read.ok) return read;
  const found = instrumentOf(desk, read.value.instrument);
  if (!found.ok) return found;
  const { world } = desk;
  const tick = setPrice(world.state.prices, found.value.index, read.value.price, world.now);
  for (const spec of world.specs.values())
    if (spec.index === tick.index) reactToHand(world, spec, tick.price);
  desk.moved = true;
  const { index, mark, last } = marketOf(world, found.value.name);
  return ok({ index, mark, last });
}

function postAdvance(desk: Desk, body: unknown): Outcome {
  const read = readBody(
    z.strictObject({ ms: integer.pipe(z.number().min(0).max(MOST_ADVANCE)) }),
    body,
  );
  if (!read.ok) return read;
  const { world } = desk;
  catchUp(world, world.now + read.value.ms);
  world.touched.forced = true;
  desk.moved = true;
  desk.out.push({ kind: 'clock', server: world.now, speed: world.state.speed });
  return ok({ now: world.now });
}

function postSpeed(desk: Desk, body: unknown): Outcome {
  const read = readBody(z.strictObject({ speed: z.coerce.number().min(0).max(MOST_SPEED) }), body);
  if (!read.ok) return read;
  const { world } = desk;
  world.state.speed = read.value.speed;
  world.touched.forced = true;
  desk.out.push({ kind: 'clock', server: world.now, speed: world.state.speed });
  return ok({ now: world.now, speed: world.state.speed });
}

/** Settles every instrument now, without moving the clock. */
function postSettle(desk: Desk, body: unknown): Outcome {
  const read = readBody(z.strictObject({}), body);
  if (!read.ok) return read;
  for (const spec of desk.world.specs.values()) settle(desk.world, spec);
  return ok({ now: desk.world.now });
}

/** Bounds what the market maker gives per side and second; without an amount the bound is lifted. */
function postLiquidity(desk: Desk, body: unknown): Outcome {
  const read = readBody(
    z.strictObject({ instrument: text, amount: decimal.nullable().optional() }),
    body,
  );
  if (!read.ok) return read;
  const spec = instrumentOf(desk, read.value.instrument);
  if (!spec.ok) return spec;
  const market = marketOf(desk.world, spec.value.name);
  const amount: Decimal | null = read.value.amount ?? null;
  market.liquidity = amount;
  market.taken = { bid: ZERO, ask: ZERO };
  desk.world.touched.forced = true;
  desk.moved = true;
  return ok({ instrument: market.name, amount });
}

const faultBody = z.strictObject({
  kind: oneOf(FAULT_KINDS),
  method: text.optional(),
  channel: text.optional(),
  count: integer.pipe(z.number().min(1)).optional(),
  ms: integer.pipe(z.number().min(0)).optional(),
  code: integer.refine(isErrorCode).optional(),
});

function postFault(desk: Desk, body: unknown): Outcome {
  const read = readBody(faultBody, body);
  if (!read.ok) return read;
  const fault = addFault(desk.faults, read.value, { mono: desk.mono, server: desk.world.now });
  begin(desk, fault);
  return ok({ id: fault.id });
}

/** What a fault does the moment it is asked for. */
function begin(desk: Desk, fault: Fault): void {
  if (fault.kind === 'refuse_connections') desk.out.push({ kind: 'listen', accept: false });
  if (fault.kind !== 'drop_link' || fault.method !== undefined) return;
  strike(fault);
  for (const conn of desk.conns.values()) {
    desk.out.push({ kind: 'drop', conn: conn.id });
    endConnection(desk, conn, true);
  }
}

function deleteFault(desk: Desk, path: string): Outcome {
  const id = Number(path.slice('fault/'.length));
  const fault = desk.faults.faults.find((one) => one.id === id);
  if (fault === undefined)
    return err({
      status: 404,
      error: {
        code: 'unknown_fault',
        message: `there is no fault ${path.slice('fault/'.length)}`,
        field: 'id',
        accepted: 'the id of a fault in state.faults',
      },
    });
  removeFault(desk.faults, id);
  if (fault.kind === 'refuse_connections') desk.out.push({ kind: 'listen', accept: true });
  return ok({ id });
}

const POSTS: Readonly<Record<string, (desk: Desk, body: unknown) => Outcome>> = {
  order: postOrder,
  close: postClose,
  price: postPrice,
  advance: postAdvance,
  speed: postSpeed,
  settle: postSettle,
  liquidity: postLiquidity,
  fault: postFault,
};

function dispatch(desk: Desk, call: ControlCall): Outcome {
  if (call.verb === 'GET' && call.path === 'state') return getState(desk, call.query);
  if (call.verb === 'DELETE' && call.path.startsWith('fault/')) return deleteFault(desk, call.path);
  const post =
    call.verb === 'POST' && Object.hasOwn(POSTS, call.path)
      ? must(POSTS[call.path], 'a call')
      : undefined;
  if (post !== undefined) return post(desk, call.body);
  const accepted = `GET state, POST ${Object.keys(POSTS).join(', ')}, DELETE fault/:id`;
  return err({
    status: 404,
    error: {
      code: 'unknown_call',
      message: `there is no ${call.verb} ${call.path}`,
      field: 'path',
      accepted,
    },
  });
}

/** Carries out one call and replies to it. */
export function handleControl(desk: Desk, call: ControlCall & { readonly id: number }): void {
  const outcome = dispatch(desk, call);
  flushChanges(desk.world);
  desk.out.push(
    outcome.ok
      ? { kind: 'reply', id: call.id, status: 200, body: outcome.value }
      : {
          kind: 'reply',
          id: call.id,
          status: outcome.error.status,
          body: { error: outcome.error.error },
        },
  );
}
