/** What a fault may be given beside its kind: each field with its schema and what it accepts, in words for people. */
import * as z from 'zod';
import { DAY } from '../../../base/time.ts';
import { METHODS } from '../../protocol/methods.ts';
import { MORE_METHODS } from '../../protocol/more-methods.ts';
import { BOOK_STATES, DIRECTIONS } from '../../protocol/values.ts';
import { CHANNEL_TOPICS } from '../wire/channels.ts';
import { decimal, flag, integer, oneOf, text } from '../wire/params.ts';
import { isErrorCode } from '../wire/refusal.ts';
import { gt, lt, dec, ZERO } from '../../../base/decimal.ts';
import { SOURCES } from '../state.ts';

const MOST_MS = DAY;
const MOST_PARTS = 50;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_OFFSET = 365 * DAY;

/** A method by its name, or the beginning of some with `*`. */
const isMethodPattern = (pattern: string): boolean =>
  [...Object.keys(METHODS), ...Object.keys(MORE_METHODS)].some((method) =>
    pattern.endsWith('*') ? method.startsWith(pattern.slice(0, -1)) : method === pattern,
  );

/** The beginning of a channel's name, or the whole of it. */
const isChannelPrefix = (prefix: string): boolean =>
  prefix !== '' &&
  CHANNEL_TOPICS.some((topic) => topic.startsWith(prefix) || prefix.startsWith(topic));

const whole = (min: number, max: number) => integer.pipe(z.number().min(min).max(max));
const millis = (min: number) => whole(min, MOST_MS);
const above = decimal.refine((value) => gt(value, ZERO));

type Field = { readonly schema: z.ZodType; readonly accepted: string };

export const FIELDS = {
  how: { schema: text, accepted: 'one of its ways' },
  method: {
    schema: text.refine(isMethodPattern),
    accepted:
      'a method such as private/buy, or the beginning of some with *, such as private/get_*',
  },
  channel: {
    schema: text.refine(isChannelPrefix),
    accepted: 'the beginning of a channel, such as user.changes',
  },
  count: {
    schema: whole(1, Number.MAX_SAFE_INTEGER),
    accepted: 'a whole number above 0: how often it strikes',
  },
  ms: { schema: millis(1), accepted: 'whole milliseconds, 1 to one day' },
  code: {
    schema: integer.refine(isErrorCode),
    accepted: "an error code of the exchange's table",
  },
  close: { schema: flag, accepted: 'true or false: whether the connection is closed after it' },
  waitSeconds: { schema: whole(0, 3_600), accepted: 'whole seconds, 0 to 3600, told as data.wait' },
  lost: {
    schema: oneOf(['request', 'answer']),
    accepted: 'request (never arrives) or answer (executed, never answered)',
  },
  instrument: { schema: text, accepted: 'the name of an instrument, such as BTC_USDC-PERPETUAL' },
  account: { schema: text, accepted: 'the name of an account' },
  orderId: { schema: text, accepted: 'the id of a live order' },
  direction: { schema: oneOf(DIRECTIONS), accepted: 'buy or sell' },
  amount: { schema: above, accepted: "a number above 0 in the instrument's unit" },
  as: { schema: oneOf(SOURCES), accepted: SOURCES.join(', ') },
  percent: {
    schema: decimal.refine((value) => gt(value, dec(-50)) && lt(value, dec(50))),
    accepted: 'a number between -50 and 50',
  },
  share: {
    schema: decimal.refine((value) => !lt(value, ZERO) && !gt(value, dec(1))),
    accepted: 'a number from 0 to 1',
  },
  row: {
    schema: oneOf(['missing', 'zero']),
    accepted: 'missing (left out) or zero (a position as if none were held)',
  },
  parts: { schema: whole(2, MOST_PARTS), accepted: `a whole number from 2 to ${MOST_PARTS}` },
  fill: { schema: flag, accepted: 'true or false: whether the order fills first' },
  fires: { schema: flag, accepted: 'true or false' },
  key: { schema: text, accepted: 'the client_id of a key' },
  scope: { schema: text, accepted: 'the scopes that are left, such as trade:read account:read' },
  windowMs: { schema: millis(0), accepted: 'milliseconds of server time, 0 to one day' },
  delayMs: { schema: millis(0), accepted: 'milliseconds, 0 to one day' },
  on: { schema: oneOf(['answers', 'notifications']), accepted: 'answers or notifications' },
  bytes: { schema: whole(1, MOST_BYTES), accepted: `whole bytes, 1 to ${MOST_BYTES}` },
  offsetMs: {
    schema: whole(-MOST_OFFSET, MOST_OFFSET),
    accepted: 'whole milliseconds, negative or positive, a year at most',
  },
  testnet: { schema: oneOf(['true', 'false', 'absent']), accepted: 'true, false or absent' },
  status: {
    schema: oneOf(['404', '429', '502', '503', '504']),
    accepted: '404, 429, 502, 503 or 504',
  },
  shows: {
    schema: oneOf(['renewed', 'stranger', 'none']),
    accepted: 'renewed (not trusted yet), stranger (of another host) or none (no handshake)',
  },
  executed: { schema: flag, accepted: 'true or false: whether the request was carried out' },
  way: {
    schema: oneOf(['both', 'up', 'down']),
    accepted: 'both, up (to the exchange) or down (to the client)',
  },
  latencyMs: { schema: millis(1), accepted: 'whole milliseconds, 1 to one day' },
  everyMs: { schema: millis(10), accepted: 'whole milliseconds, 10 to one day' },
  idleMs: { schema: millis(1), accepted: 'whole milliseconds, 1 to one day' },
  state: { schema: oneOf(BOOK_STATES), accepted: BOOK_STATES.join(', ') },
  tick: { schema: above, accepted: 'a number above 0' },
  contractSize: { schema: above, accepted: 'a number above 0' },
  minAmount: { schema: above, accepted: 'a number above 0' },
} as const satisfies Readonly<Record<string, Field>>;

export type FaultField = keyof typeof FIELDS;

export const FIELD_NAMES = Object.keys(FIELDS) as FaultField[];

type Given = { readonly [F in FaultField]?: z.output<(typeof FIELDS)[F]['schema']> | undefined };

/** A fault as it is asked for. */
export type FaultRequest = Given & { readonly kind: string };

/** The fields of a request, the kind apart. */
export const faultFields = Object.fromEntries(
  Object.entries(FIELDS).map(([name, { schema }]) => [name, schema.optional()]),
) as { readonly [F in FaultField]: z.ZodOptional<(typeof FIELDS)[F]['schema']> };
