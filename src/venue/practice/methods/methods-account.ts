/** The methods that read an account: its cash and margins, its positions, its transaction log. */
import * as z from 'zod';
import { add, neg, roundTo } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import type { AccountIdentity } from '../../protocol/objects.ts';
import { CURRENCIES, type Direction, KINDS, WALLETS } from '../../protocol/values.ts';
import { isLocked } from '../money/account-lock.ts';
import {
  accountAsked,
  accountFor,
  findSpec,
  type Handler,
  type PrivateCall,
  withLogin,
} from '../wire/call.ts';
import { limitsOf } from '../wire/credits.ts';
import {
  CURRENCY_DECIMALS,
  decimalsOf,
  isOption,
  onTick,
  priceBand,
} from '../products/instruments.ts';
import { orderMargin } from '../money/margin.ts';
import { optionOrderMargin } from '../money/option-margin.ts';
import { answeredPosition } from '../wire/objects.ts';
import { portfolioObject } from '../money/portfolio-object.ts';
import { selfTradingOf } from '../orders/own-orders.ts';
import { decimal, flag, integer, oneOf, readParams, text } from '../wire/params.ts';
import { positionIn } from '../money/positions.ts';
import { refuse } from '../wire/refusal.ts';
import type { AccountRecord } from '../state.ts';
import { getTransactionLog } from './methods-log.ts';
import { marketOf, touchAccount, type World } from '../world.ts';
import { num, type WireValue } from '../wire/wire-json.ts';

/** Whether the rejection of own orders reaches to subaccounts, in one of two spellings. */
function extendedOf(world: World, account: AccountRecord): boolean | 'true' | 'false' {
  const { extended } = selfTradingOf(world, account.id);
  return world.options.extendedAs === 'flag' ? extended : extended ? 'true' : 'false';
}

/** Who an account is, with `extended`. */
export const identityOf = (world: World, account: AccountRecord): AccountIdentity => ({
  id: account.userId,
  system_name: account.id,
  username: account.id,
  email: `${account.id}@practice.invalid`,
  type: account.id === 'main' ? 'main' : 'subaccount',
  creation_timestamp: account.createdAt,
  login_enabled: true,
  security_keys_enabled: false,
  mmp_enabled: false,
  interuser_transfers_enabled: false,
  referrer_id: null,
  self_trading_reject_mode: selfTradingOf(world, account.id).mode,
  self_trading_extended_to_subaccounts: extendedOf(world, account),
});

const summaryOf = (
  call: PrivateCall,
  account: AccountRecord,
  { currency, extended }: { readonly currency: string; readonly extended: boolean },
) => ({
  ...portfolioObject(call.desk.world, account, currency),
  ...(extended ? { limits: limitsOf(call.desk.credits.tier) } : {}),
});

const getPositionParams = z.object({ instrument_name: text });
const getPosition = withLogin((call) => {
  const read = readParams(getPositionParams, call.params);
  if (!read.ok) return read;
  const spec = findSpec(call.desk, read.value.instrument_name);
  return spec.ok ? ok(answeredPosition(call.desk.world, accountFor(call), spec.value)) : spec;
});

const getPositionsParams = z.object({
  currency: oneOf([...CURRENCIES, 'any']).default('any'),
  kind: oneOf(KINDS).optional(),
  subaccount_id: integer.optional(),
});
/** All instruments that the account ever held, flat ones with size 0. */
const getPositions = withLogin((call) => {
  const read = readParams(getPositionsParams, call.params);
  if (!read.ok) return read;
  const { currency, kind, subaccount_id } = read.value;
  const asked = accountAsked(call, subaccount_id);
  if (!asked.ok) return asked;
  const account = asked.value;
  const held = [...call.desk.world.specs.values()].filter(
    (spec) =>
      account.positions[spec.name] !== undefined &&
      (currency === 'any' || spec.settlement === currency) &&
      (kind === undefined || spec.kind === kind),
  );
  return ok(held.map((spec) => answeredPosition(call.desk.world, account, spec)));
});

const getMarginsParams = z.object({ instrument_name: text, amount: decimal, price: decimal });
/** Margin of a hypothetical order, at the rate of the position that it would make: so the two sides may differ a little. */
const getMargins = withLogin((call) => {
  const read = readParams(getMarginsParams, call.params);
  if (!read.ok) return read;
  const spec = findSpec(call.desk, read.value.instrument_name);
  if (!spec.ok) return spec;
  if (!onTick(spec.value, read.value.price, call.desk.options.tickBoundary)) return refuse(10043);
  const { amount, price } = read.value;
  const market = marketOf(call.desk.world, spec.value.name);
  const { size } = positionIn(accountFor(call), market);
  const margin = (direction: Direction): WireValue => {
    const signed = direction === 'buy' ? amount : neg(amount);
    const wanted = isOption(spec.value)
      ? optionOrderMargin(spec.value, { direction, amount, price }, market.index)
      : orderMargin(spec.value, amount, price, add(size, signed));
    return num(roundTo(wanted, decimalsOf(spec.value.settlement)));
  };
  const band = priceBand(spec.value, market.mark);
  return ok({
    buy: margin('buy'),
    sell: margin('sell'),
    min_price: num(band.min),
    max_price: num(band.max),
  });
});

const getAccountSummaryParams = z.object({
  currency: oneOf(WALLETS),
  extended: flag.default(false),
  subaccount_id: integer.optional(),
});
const getAccountSummariesParams = z.object({
  extended: flag.default(false),
  subaccount_id: integer.optional(),
});
/** Kept by the account; it holds for orders that arrive from now on. */
export const setSelfTradingConfig = withLogin((call) => {
  const read = readParams(
    z.object({ mode: oneOf(['reject_taker', 'cancel_maker']), extended_to_subaccounts: flag }),
    call.params,
  );
  if (!read.ok) return read;
  const account = accountFor(call);
  account.selfTrading = { mode: read.value.mode, extended: read.value.extended_to_subaccounts };
  touchAccount(call.desk.world, account);
  return ok('ok');
});

export const ACCOUNT_METHODS = {
  'private/get_account_summary': withLogin((call) => {
    const read = readParams(getAccountSummaryParams, call.params);
    if (!read.ok) return read;
    const { currency, extended, subaccount_id } = read.value;
    const asked = accountAsked(call, subaccount_id);
    if (!asked.ok) return asked;
    return ok({
      ...summaryOf(call, asked.value, { currency, extended }),
      ...(extended ? identityOf(call.desk.world, asked.value) : {}),
    });
  }),
  'private/get_account_summaries': withLogin((call) => {
    const read = readParams(getAccountSummariesParams, call.params);
    if (!read.ok) return read;
    const { extended, subaccount_id } = read.value;
    const asked = accountAsked(call, subaccount_id);
    if (!asked.ok) return asked;
    const summaries = Object.keys(CURRENCY_DECIMALS).map((currency) =>
      summaryOf(call, asked.value, { currency, extended }),
    );
    return ok({ ...(extended ? identityOf(call.desk.world, asked.value) : {}), summaries });
  }),
  'private/get_position': getPosition,
  'private/get_positions': getPositions,
  'private/get_margins': getMargins,
  'private/get_transaction_log': getTransactionLog,
  'private/get_user_locks': withLogin((call) =>
    ok(
      Object.keys(accountFor(call).balances).map((currency) =>
        isLocked(accountFor(call), currency)
          ? { currency, enabled: true, message: 'liquidation' }
          : { currency, enabled: false },
      ),
    ),
  ),
} as const satisfies Readonly<Record<string, Handler>>;
