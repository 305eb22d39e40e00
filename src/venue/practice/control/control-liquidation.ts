/**
 * What a hand makes the exchange do to an account by force: liquidate in one step or in its course, make it bankrupt, and
 * what there is in the insurance fund for that.
 */
import * as z from 'zod';
import {
  abs,
  add,
  dec,
  gt,
  isZero,
  lt,
  max,
  mul,
  neg,
  roundTo,
  sub,
  toStep,
  ZERO,
} from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import { refusedOrder, sideToClose } from './control-hand.ts';
import { accountKnown, bad, instrumentOf, type Outcome, readBody, share } from './control-input.ts';
import { accountView, orderView, tradeView } from './control-views.ts';
import type { Desk } from '../desk.ts';
import {
  CURRENCY_DECIMALS,
  decimalsOf,
  type InstrumentSpec,
  valueOf,
} from '../products/instruments.ts';
import { post, rowOf } from '../money/ledger.ts';
import { beginLiquidation, liquidate, tendLiquidations } from '../money/liquidation.ts';
import { equityOf } from '../money/margin.ts';
import { decimal, flag, text } from '../wire/params.ts';
import { checkOpen } from '../orders/placing.ts';
import type { OrderRecord } from '../state.ts';
import { accountOf, marketOf } from '../world.ts';

const account = text.default('main');
const liquidateBody = z.strictObject({
  account,
  instrument: text,
  share: share.default(dec(1)),
  course: flag.default(false),
});

type Named = { readonly account: string; readonly instrument: string };

/** The position that a request names: whose, of what, and which side would close it. */
function heldBy(desk: Desk, named: Named) {
  const known = accountKnown(desk, named.account);
  if (!known.ok) return known;
  const spec = instrumentOf(desk, named.instrument);
  if (!spec.ok) return spec;
  const side = sideToClose(desk, known.value, spec.value.name);
  if (!side.ok) return side;
  return ok({ name: known.value, spec: spec.value, side: side.value });
}

/**
 * The exchange closes a share of the position, whole contracts and at least one: at once, or with `course` in steps of a
 * second as if the margin were used up; then the orders are those of the first step.
 */
export function postLiquidate(desk: Desk, body: unknown): Outcome {
  const read = readBody(liquidateBody, body);
  if (!read.ok) return read;
  const { world } = desk;
  const held = heldBy(desk, read.value);
  if (!held.ok) return held;
  const { name: holder, spec, side } = held.value;
  const open = checkOpen(world, spec, undefined);
  if (!open.ok) return bad(refusedOrder(open.error));
  const { contractSize, name, settlement } = spec;
  const wanted = toStep(mul(side.size, read.value.share), contractSize, 'down');
  const amount = max(contractSize, wanted);
  const before = world.state.trades.length;
  if (read.value.course)
    beginLiquidation(world, accountOf(world, holder), {
      currency: settlement,
      until: { instrument: name, size: sub(side.size, amount) },
    });
  const order = read.value.course
    ? newestOf(desk, holder)
    : liquidate(world, spec, { account: holder, amount }).order;
  const trades = world.state.trades.slice(before).filter((trade) => trade.order === order?.id);
  return ok({
    order: order === undefined ? null : orderView(world, order),
    trades: trades.map((trade) => tradeView(world, trade)),
  });
}

/** The exchange's newest order against an account. */
const newestOf = ({ world }: Desk, name: string): OrderRecord | undefined =>
  [...world.state.orders.values()].findLast(
    (order) => order.account === name && order.source === 'liquidation',
  );

/** How much more than it has a bankrupt account owes, as a share of its position. */
const OWED = dec('0.01');

const bankruptBody = z.strictObject({ account, instrument: text });

/**
 * An account's cash goes away until it owes a hundredth of its position there; what follows is the exchange's own course.
 */
export function postBankrupt(desk: Desk, body: unknown): Outcome {
  const read = readBody(bankruptBody, body);
  if (!read.ok) return read;
  const { world } = desk;
  const held = heldBy(desk, read.value);
  if (!held.ok) return held;
  const { name, spec } = held.value;
  takeCash(desk, name, spec);
  tendLiquidations(world);
  return ok({ account: accountView(world, accountOf(world, name)) });
}

function takeCash({ world }: Desk, name: string, spec: InstrumentSpec): void {
  const holder = accountOf(world, name);
  const currency = spec.settlement;
  const { mark } = marketOf(world, spec.name);
  const worth = abs(valueOf(spec, holder.positions[spec.name]?.size ?? ZERO, mark));
  const left = add(equityOf(world, holder, currency), mul(worth, OWED));
  const gone = roundTo(left, decimalsOf(currency), 'ceil');
  if (!gt(gone, ZERO)) return;
  post(world, currency, [
    { account: holder, row: rowOf({ type: 'correction', change: neg(gone) }) },
    { book: 'outside', change: gone },
  ]);
}

const INSURANCE_ACCEPTED: Readonly<Record<string, string>> = {
  currency: Object.keys(CURRENCY_DECIMALS).join(', '),
  amount: 'a number above 0, or one below 0 that the fund can pay',
};
const insuranceBody = z.strictObject({
  currency: text.refine((name) => Object.hasOwn(CURRENCY_DECIMALS, name)),
  amount: decimal,
});

/** Puts cash into the insurance fund, or takes it out (below zero), as far as there is any. */
export function postInsurance(desk: Desk, body: unknown): Outcome {
  const read = readBody(insuranceBody, body, INSURANCE_ACCEPTED);
  if (!read.ok) return read;
  const { world } = desk;
  const { currency } = read.value;
  const amount = roundTo(read.value.amount, decimalsOf(currency));
  const fund = () => world.state.house.insurance[currency] ?? ZERO;
  if (isZero(amount) || lt(add(fund(), amount), ZERO))
    return bad({
      code: 'bad_field',
      message: `the insurance fund holds ${fund()} ${currency} and can not take ${amount}`,
      field: 'amount',
      accepted: INSURANCE_ACCEPTED['amount'] ?? '',
    });
  post(world, currency, [
    { book: 'insurance', change: amount },
    { book: 'outside', change: neg(amount) },
  ]);
  world.touched.forced = true;
  return ok({ currency, amount: fund() });
}
