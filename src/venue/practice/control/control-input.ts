/**
 * Reading calls of the control API: bodies by schema, names of instruments and accounts, and the refusals that name the
 * field and what is accepted.
 */
import * as z from 'zod';
import { type Decimal, abs, dec, gt, ZERO } from '../../../base/decimal.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import { DAY } from '../../../base/time.ts';
import type { Desk } from '../desk.ts';
import { OPTIONS } from '../options.ts';
import { FIELDS } from '../faults/fault-fields.ts';
import { FAULT_KINDS } from '../faults/fault-rules.ts';
import { FUNDING_CAP } from '../market/funding.ts';
import type { InstrumentSpec } from '../products/instruments.ts';
import { decimal, integer } from '../wire/params.ts';
import { SOURCES } from '../state.ts';

/** Why a call was not done. */
export type ControlError = {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  readonly accepted?: string;
};
export type Refused = { readonly status: 400 | 404; readonly error: ControlError };
export type Outcome = Result<unknown, Refused>;

export const MOST_SPEED = 1_000;
export const MOST_ADVANCE = 7 * DAY;
const MOST_DEPTH = 100;
const DEPTH = 10;

export const bad = (error: ControlError): Result<never, Refused> => err({ status: 400, error });
/** Furthest that a hand moves the mark away from the index, as a fraction. */
export const MOST_PREMIUM = dec('0.05');
/** Largest commission or rebate that a hand sets, as a share of the turnover. */
export const MOST_FEE = dec('0.01');
/** A number of at most so much either way. */
export const within = (most: Decimal) => decimal.refine((value) => !gt(abs(value), most));
/** A number above 0. */
export const positive = decimal.refine((value) => gt(value, ZERO));
/** A part of something, all of it at most. */
export const share = positive.refine((value) => !gt(value, dec(1)));
/** How many price levels of each side a book shows. */
export const bookDepth = integer.pipe(z.number().min(1).max(MOST_DEPTH)).default(DEPTH);

/** What each field accepts, in words for people. */
const ACCEPTED: Readonly<Record<string, string>> = {
  instrument: 'the name of an instrument, such as BTC_USDC-PERPETUAL',
  amount: "a number above 0 in the instrument's unit",
  price: 'a number above 0',
  triggerPrice: 'a number above 0',
  direction: 'buy or sell',
  type: 'limit, market, stop_market or take_market',
  as: SOURCES.join(', '),
  ms: 'whole milliseconds: for a fault 1 to one day, for advance 0 to seven days',
  speed: `a number from 0 (stepped) to ${MOST_SPEED}`,
  count: 'a whole number above 0',
  method: 'a method such as private/buy, or the beginning of some with *, such as private/get_*',
  channel: 'the beginning of a channel, such as user.changes',
  code: "an error code of the exchange's table",
  kind: `an id or kind of GET faults, such as X9, W2 or ${FAULT_KINDS.slice(0, 4).join(', ')}`,
  account: 'the name of an account',
  orderId: 'the id of an order in state.orders',
  contractSize: 'a number above 0',
  minAmount: 'a number above 0',
  tick: 'a number above 0',
  makerFee: `a number from -${MOST_FEE} to ${MOST_FEE}; a rebate is below 0`,
  takerFee: `a number from -${MOST_FEE} to ${MOST_FEE}; a rebate is below 0`,
  share: 'a number above 0, at most 1',
  depth: `a whole number from 1 to ${MOST_DEPTH}`,
  key: 'the id of a key',
  scopes: 'a list of scopes, such as trade:read and account:read',
  enabled: 'true or false',
  closes: 'true or false',
  tier: '1 to 4, or null for no bounds',
  drain: 'the name of an account',
  premium: `a number from -${MOST_PREMIUM} to ${MOST_PREMIUM}; null lets go`,
  rate: `a number from -${FUNDING_CAP} to ${FUNDING_CAP}`,
  currency: 'the name of a currency, such as USDC',
  course: 'true or false',
  title: 'a text',
  instruments: 'a list of names of instruments; an empty one ends it',
};

export const acceptedFor = (field: string): string =>
  ACCEPTED[field] ??
  (Object.hasOwn(OPTIONS, field) ? OPTIONS[field as keyof typeof OPTIONS].accepted : undefined) ??
  (Object.hasOwn(FIELDS, field)
    ? FIELDS[field as keyof typeof FIELDS].accepted
    : 'see the documentation of this call');

/** Reads a body; the first field that does not fit is named. `own`: what fields accept where that is not what they usually do. */
export function readBody<T extends z.ZodType>(
  schema: T,
  body: unknown,
  own: Readonly<Record<string, string>> = {},
): Result<z.output<T>, Refused> {
  const read = schema.safeParse(body ?? {});
  if (read.success) return ok(read.data);
  const issue = read.error.issues[0];
  const field =
    issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : String(issue?.path[0] ?? 'body');
  const unknown = issue?.code === 'unrecognized_keys';
  return bad({
    code: unknown ? 'unknown_field' : 'bad_field',
    message: unknown
      ? `${field} is not a field of this call`
      : `${field} is missing or does not fit`,
    field,
    accepted: own[field] ?? acceptedFor(field),
  });
}

export function instrumentOf(desk: Desk, name: string): Result<InstrumentSpec, Refused> {
  const spec = desk.world.specs.get(name);
  if (spec !== undefined) return ok(spec);
  return bad({
    code: 'unknown_instrument',
    message: `there is no instrument ${name}`,
    field: 'instrument',
    accepted: [
      ...desk.world.perpetuals.map((one) => one.name),
      ...(desk.world.listing ? ['what get_instruments lists'] : []),
    ].join(', '),
  });
}

export function accountKnown(desk: Desk, name: string): Result<string, Refused> {
  const names = [...desk.world.state.accounts.keys()];
  return names.includes(name)
    ? ok(name)
    : bad({
        code: 'unknown_account',
        message: `there is no account ${name}`,
        field: 'account',
        accepted: names.join(', '),
      });
}
