/**
 * The control API under `/practice/v1/`: what people and tests do to the exchange beside the protocol. Decimals are
 * strings, times ms of server time. A request that does not fit is answered 400 with the field and what is accepted, an
 * unknown path or id 404.
 */
import * as z from 'zod';
import { must } from '../../../base/assert.ts';
import { type Decimal, ZERO } from '../../../base/decimal.ts';
import { err, ok } from '../../../base/result.ts';
import { flushChanges } from '../orders/changes.ts';
import { deleteFault, getFaults, postFault } from './control-faults.ts';
import { postFunding } from './control-funding.ts';
import { postAnnounce, postCredits, postKey, postRevoke } from './control-keys.ts';
import { postDeliver } from './control-delivery.ts';
import { postCancel, postClose, postOrder } from './control-hand.ts';
import {
  bad,
  bookDepth,
  instrumentOf,
  MOST_ADVANCE,
  MOST_SPEED,
  type Outcome,
  positive,
  readBody,
} from './control-input.ts';
import { postInsurance, postLiquidate } from './control-liquidation.ts';
import { postDeposit } from './control-wallet.ts';
import { isOption } from '../products/instruments.ts';
import { getOptions, postOptions } from './control-options.ts';
import { postSpecification } from './control-terms.ts';
import {
  accountView,
  bookView,
  faultView,
  houseView,
  orderView,
  tradeView,
} from './control-views.ts';
import type { Desk } from '../desk.ts';
import { isActive } from '../faults/faults.ts';
import { tendLiquidations } from '../money/liquidation.ts';
import { catchUp, reactToHand } from '../market/market.ts';
import { decimal, integer, text } from '../wire/params.ts';
import { setPrice } from '../market/prices.ts';
import { settleAll } from '../money/settlement.ts';
import { workDated } from '../products/tend.ts';
import { marketOf, specOf } from '../world.ts';

/** One call of the API. */
export type ControlCall = {
  readonly verb: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
};

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
        kind: spec.term.kind,
        expiry: spec.term.kind === 'perpetual' ? null : spec.term.expiry,
        state: market.state,
        index: market.index,
        mark: market.mark,
        last: market.last,
        liquidity: market.liquidity,
      };
    }),
    house: houseView(desk.world),
    accounts: [...state.accounts.values()].map((one) => accountView(desk.world, one)),
    orders: labelled(state.orders.values()).map((order) => orderView(desk.world, order)),
    trades: labelled(state.trades).map((trade) => tradeView(desk.world, trade)),
    faults: desk.faults.faults.map((fault) => faultView(fault, isActive(fault, desk.mono))),
  });
}

function postPrice(desk: Desk, body: unknown): Outcome {
  const read = readBody(z.strictObject({ instrument: text, price: positive }), body);
  if (!read.ok) return read;
  const found = instrumentOf(desk, read.value.instrument);
  if (!found.ok) return found;
  if (isOption(found.value))
    return bad({
      code: 'follows_index',
      message: `the price of ${found.value.name} follows from its index`,
      field: 'instrument',
      accepted: 'a perpetual or a future, whose index is set',
    });
  const { world } = desk;
  const tick = setPrice(world.state.prices, found.value.index, read.value.price, world.now);
  for (const { name } of world.perpetuals) {
    const spec = specOf(world, name);
    if (spec.index === tick.index) reactToHand(world, spec, tick.price);
  }
  workDated(world);
  tendLiquidations(world);
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
  settleAll(desk.world);
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
  desk.world.touched.markets.add(market.name);
  market.taken = { bid: ZERO, ask: ZERO };
  desk.world.touched.forced = true;
  desk.moved = true;
  return ok({ instrument: market.name, amount });
}

function getBook(desk: Desk, query: Readonly<Record<string, string>>): Outcome {
  const read = readBody(z.strictObject({ instrument: text, depth: bookDepth }), query);
  if (!read.ok) return read;
  const spec = instrumentOf(desk, read.value.instrument);
  return spec.ok ? ok(bookView(desk.world, spec.value, read.value.depth)) : spec;
}

const GETS: Readonly<
  Record<string, (desk: Desk, query: Readonly<Record<string, string>>) => Outcome>
> = { state: getState, book: getBook, faults: getFaults, options: getOptions };

const POSTS: Readonly<Record<string, (desk: Desk, body: unknown) => Outcome>> = {
  order: postOrder,
  close: postClose,
  cancel: postCancel,
  liquidate: postLiquidate,
  insurance: postInsurance,
  price: postPrice,
  advance: postAdvance,
  speed: postSpeed,
  settle: postSettle,
  deliver: postDeliver,
  liquidity: postLiquidity,
  funding: postFunding,
  deposit: postDeposit,
  specification: postSpecification,
  fault: postFault,
  options: postOptions,
  revoke: postRevoke,
  key: postKey,
  credits: postCredits,
  announce: postAnnounce,
};

function dispatch(desk: Desk, call: ControlCall): Outcome {
  const get =
    call.verb === 'GET' && Object.hasOwn(GETS, call.path)
      ? must(GETS[call.path], 'a reading call')
      : undefined;
  if (get !== undefined) return get(desk, call.query);
  if (call.verb === 'DELETE' && call.path.startsWith('fault/')) return deleteFault(desk, call.path);
  const post =
    call.verb === 'POST' && Object.hasOwn(POSTS, call.path)
      ? must(POSTS[call.path], 'a call')
      : undefined;
  if (post !== undefined) return post(desk, call.body);
  const accepted = `GET ${Object.keys(GETS).join(', ')}, POST ${Object.keys(POSTS).join(', ')}, DELETE fault/:id`;
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
