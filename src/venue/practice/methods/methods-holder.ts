/** Methods about the holder of an account beside trading: subaccounts, logins, announcements, wallets, hypotheses. */
import * as z from 'zod';
import {
  type Decimal,
  ZERO,
  abs,
  add,
  isZero,
  parseDecimal,
  roundTo,
} from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import type { AccessEvent, Announcement } from '../desk.ts';
import { CURRENCIES, WALLETS } from '../../protocol/values.ts';
import { accountFor, type Handler, type PrivateCall, withLogin } from '../wire/call.ts';
import { decimalsOf, type InstrumentSpec, isOption } from '../products/instruments.ts';
import { optionOrderMargin } from '../money/option-margin.ts';
import { orderMargin } from '../money/margin.ts';
import { identityOf } from './methods-account.ts';
import { answeredPosition, orderObject } from '../wire/objects.ts';
import { portfolioObject } from '../money/portfolio-object.ts';
import { flag, integer, list, oneOf, readParams, text } from '../wire/params.ts';
import { type Answer, refuse, refuseParam } from '../wire/refusal.ts';
import { type AccountRecord, isListed, isLive, type OrderRecord } from '../state.ts';
import { marketOf, orderOf, specOf } from '../world.ts';
import { num, type WireValue } from '../wire/wire-json.ts';

const currency = oneOf(CURRENCIES);

export const announcementObject = (one: Announcement): Readonly<Record<string, WireValue>> => ({
  id: one.id,
  title: one.title,
  body: one.body,
  important: one.important,
  confirmation: false,
  publication_timestamp: one.at,
});

export const accessObject = (one: AccessEvent): WireValue => ({
  id: one.id,
  timestamp: one.at,
  ip: one.address,
  country: 'Practice',
  city: 'Practice',
  log: one.log,
});

/** The accounts that a holder sees: all from the main one, its own from any other. */
const visible = (call: PrivateCall): readonly AccountRecord[] => {
  const own = accountFor(call);
  return own.id === 'main' ? [...call.desk.world.state.accounts.values()] : [own];
};

function portfolioOf(call: PrivateCall, account: AccountRecord): WireValue {
  const { world } = call.desk;
  return Object.fromEntries(
    Object.keys(account.balances).map((held) => {
      const whole = portfolioObject(world, account, held);
      return [
        held.toLowerCase(),
        {
          currency: held.toLowerCase(),
          balance: whole.balance,
          equity: whole.equity,
          margin_balance: whole.margin_balance,
          initial_margin: whole.initial_margin,
          maintenance_margin: whole.maintenance_margin,
          available_funds: whole.available_funds,
          available_withdrawal_funds: whole.available_withdrawal_funds,
          additional_reserve: whole.additional_reserve,
          spot_reserve: whole.spot_reserve,
        },
      ];
    }),
  );
}

const getSubaccountsParams = z.object({ with_portfolio: flag.default(false) });
const getSubaccounts = withLogin((call) => {
  const read = readParams(getSubaccountsParams, call.params);
  if (!read.ok) return read;
  return ok(
    visible(call).map((account) => {
      const { id, system_name, username, email, type, login_enabled, security_keys_enabled } =
        identityOf(call.desk.world, account);
      return {
        id,
        system_name,
        username,
        email,
        type,
        login_enabled,
        security_keys_enabled,
        security_keys_assignments: [],
        receive_notifications: false,
        is_password: true,
        margin_model: 'segregated_sm',
        ...(read.value.with_portfolio ? { portfolio: portfolioOf(call, account) } : {}),
      };
    }),
  );
});

const getSubaccountsDetailsParams = z.object({ currency, with_open_orders: flag.default(false) });
const getSubaccountsDetails = withLogin((call) => {
  const read = readParams(getSubaccountsDetailsParams, call.params);
  if (!read.ok) return read;
  const { world } = call.desk;
  const isMeant = (spec: InstrumentSpec): boolean => spec.settlement === read.value.currency;
  const openOf = (account: AccountRecord): OrderRecord[] =>
    [...world.state.live]
      .map((id) => orderOf(world, id))
      .filter(
        (order) =>
          order.account === account.id &&
          isListed(order) &&
          isMeant(specOf(world, order.instrument)),
      );
  return ok(
    visible(call).map((account) => ({
      uid: account.userId,
      positions: [...world.specs.values()]
        .filter((spec) => isMeant(spec) && account.positions[spec.name] !== undefined)
        .map((spec) => answeredPosition(world, account, spec)),
      ...(read.value.with_open_orders
        ? { open_orders: openOf(account).map((order) => orderObject(world, order)) }
        : {}),
    })),
  );
});

const getOrderMarginsParams = z.object({ ids: list(text) });
/** Initial margin that each of the caller's open orders needs for itself; orders that are not open are left out. */
const getOrderMargins = withLogin((call) => {
  const read = readParams(getOrderMarginsParams, call.params);
  if (!read.ok) return read;
  const { world } = call.desk;
  const rows: WireValue[] = [];
  for (const id of read.value.ids) {
    const order = world.state.orders.get(id);
    if (order === undefined || order.account !== call.login.key.account) return refuse(10004);
    if (!isLive(order)) continue;
    const spec = specOf(world, order.instrument);
    const price = order.price ?? marketOf(world, spec.name).mark;
    const rest = add(order.amount, `-${order.filled}` as Decimal);
    const alone = isOption(spec)
      ? optionOrderMargin(
          spec,
          { direction: order.direction, amount: rest, price },
          marketOf(world, spec.name).index,
        )
      : orderMargin(spec, rest, price);
    const margin = order.reduceOnly || order.state !== 'open' ? ZERO : alone;
    rows.push({
      order_id: id,
      initial_margin: num(roundTo(margin, decimalsOf(spec.settlement))),
      initial_margin_currency: spec.settlement,
    });
  }
  return ok(rows);
});

const getAccessLogParams = z.object({
  offset: integer.pipe(z.number().min(0)).default(0),
  count: integer.pipe(z.number().min(1).max(1_000)).default(10),
});
const getAccessLog = withLogin((call) => {
  const read = readParams(getAccessLogParams, call.params);
  if (!read.ok) return read;
  const { offset, count } = read.value;
  const own = call.desk.access.filter((one) => one.account === call.login.key.account).toReversed();
  return ok({
    records_total: own.length,
    data: own.slice(offset, offset + count).map(accessObject),
  });
});

/** The sizes that `simulated_positions` names, by instrument; undefined when that is no such text. */
function simulatedSizes(given: unknown): ReadonlyMap<string, Decimal> | undefined {
  const parsed = typeof given === 'string' ? parseJson(given) : given;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const sizes = new Map<string, Decimal>();
  for (const [name, size] of Object.entries(parsed)) {
    const value = typeof size === 'number' || typeof size === 'string' ? String(size) : '';
    const read = parseDecimal(value);
    if (read === undefined) return undefined;
    sizes.set(name, read);
  }
  return sizes;
}

function parseJson(given: string): unknown {
  try {
    return JSON.parse(given) as unknown;
  } catch {
    return undefined;
  }
}

const simulatePortfolioParams = z.object({
  currency,
  add_positions: flag.default(true),
  simulated_positions: z.unknown().optional(),
});
/** The account's numbers as they would be with other positions, alone or beside its own. */
const simulatePortfolio = withLogin((call) => {
  const read = readParams(simulatePortfolioParams, call.params);
  if (!read.ok) return read;
  const { currency: asked, add_positions: beside } = read.value;
  const sizes = simulatedSizes(read.value.simulated_positions ?? {});
  if (sizes === undefined) return refuseParam('simulated_positions', 'wrong format');
  const { world } = call.desk;
  const own = accountFor(call);
  const positions = { ...own.positions };
  for (const spec of world.specs.values()) {
    const size = sizes.get(spec.name);
    if (size === undefined && beside) continue;
    const held = positions[spec.name];
    const kept = beside && held !== undefined ? held.size : ZERO;
    const { mark } = marketOf(world, spec.name);
    const next = add(kept, size ?? ZERO);
    if (held === undefined && isZero(next)) continue;
    positions[spec.name] = {
      ...(held ?? {
        sessionCash: ZERO,
        funding: ZERO,
        interestAt: marketOf(world, spec.name).interest,
        settlementPrice: ZERO,
      }),
      size: next,
      average: held === undefined || isZero(abs(held.size)) ? mark : held.average,
      sessionAverage: held?.sessionAverage ?? mark,
    };
  }
  return ok(portfolioObject(world, { ...own, positions }, asked));
});

const none = (schema: z.ZodType, empty: Answer<WireValue>): Handler =>
  withLogin(({ params }) => {
    const read = readParams(schema, params);
    return read.ok ? empty : read;
  });

const mmpSchema = z.object({ index_name: text.optional(), mmp_group: text.optional() });

const getAnnouncementsParams = z.object({
  start_timestamp: integer.optional(),
  count: integer.pipe(z.number().min(1).max(50)).default(5),
});
export const HOLDER_METHODS = {
  'public/get_announcements': ({ desk, params }) => {
    const read = readParams(getAnnouncementsParams, params);
    if (!read.ok) return read;
    const { start_timestamp: latest = Infinity, count } = read.value;
    const known = desk.announcements.filter(({ at }) => at <= latest).toReversed();
    return ok(known.slice(0, count).map(announcementObject));
  },
  'private/get_new_announcements': withLogin(({ desk }) =>
    ok(desk.announcements.toReversed().map(announcementObject)),
  ),
  'private/get_subaccounts': getSubaccounts,
  'private/get_subaccounts_details': getSubaccountsDetails,
  'private/get_access_log': getAccessLog,
  'private/get_email_language': withLogin(() => ok('en')),
  'private/get_order_margin_by_ids': getOrderMargins,
  'private/simulate_portfolio': simulatePortfolio,
  'private/get_mmp_config': none(mmpSchema, ok([])),
  'private/get_mmp_status': none(mmpSchema, ok([])),
  'private/get_address_book': none(
    z.object({
      currency: oneOf(WALLETS),
      type: oneOf(['transfer', 'withdrawal', 'deposit_source']),
    }),
    ok([]),
  ),
} as const satisfies Readonly<Record<string, Handler>>;
