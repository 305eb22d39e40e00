/**
 * How the exchange behaves where the documents leave it open: each point that is uncertain, with every reading that a client
 * should survive. The first value of a choice, or the number given, is the reading that is held most likely.
 */
import * as z from 'zod';
import { MINUTE, SECOND } from '../../base/time.ts';
import { MAX_CONNECTIONS, MAX_REQUEST_BYTES } from '../protocol/methods.ts';
import { flag, integer, oneOf } from './wire/params.ts';

const DAY_MS = 86_400_000;
/** As far as a server reads a request before it closes the connection. */
export const MOST_REQUEST_BYTES = 8 * MAX_REQUEST_BYTES;
const millis = (least: number) =>
  integer.pipe(
    z
      .number()
      .min(least)
      .max(30 * DAY_MS),
  );
const whether = (): { readonly schema: typeof flag; readonly accepted: string } => ({
  schema: flag,
  accepted: 'true or false',
});
const choice = <const T extends readonly [string, ...string[]]>(values: T) => ({
  schema: oneOf(values),
  accepted: values.join(' or '),
});

/** Each option: what it accepts, its usual value, and the question that it answers. */
export const OPTIONS = {
  rateLimitCloses: {
    ...whether(),
    usual: true,
    asks: 'Does 10028 too_many_requests close the connection?',
  },
  rateLimitWait: {
    ...whether(),
    usual: false,
    asks: 'Does 10028 say in data.wait how many seconds to wait?',
  },
  marketRemainder: {
    ...choice(['rests', 'cancelled']),
    usual: 'rests',
    asks: 'What becomes of what a market order can not fill inside the band?',
  },
  remainderRestsMs: {
    schema: millis(0),
    accepted: 'milliseconds of server time; 0 for no end',
    usual: 0,
    asks: 'How long does what a market order leaves rest, where it rests?',
  },
  priceOutsideBand: {
    ...choice(['reject', 'clamp']),
    usual: 'reject',
    asks: 'Is a price beyond the band on the taking side refused (10005, 10007), or moved to the band?',
  },
  ownOrderMet: {
    ...choice(['cancel', 'refuse']),
    usual: 'cancel',
    asks: 'Is a taker of own orders, where they are rejected, cancelled once it meets them, or refused (10003)?',
  },
  unfillable: {
    ...choice(['cancelled', 'error']),
    usual: 'cancelled',
    asks: 'Is an IOC or FOK order that fills nothing answered as cancelled, or refused with 11030?',
  },
  cancelledTrigger: {
    ...choice(['cancelled', 'untriggered']),
    usual: 'cancelled',
    asks: 'Which state does the answer to the cancel of an untriggered order tell?',
  },
  dayEndReason: {
    ...choice(['settlement', 'absent']),
    usual: 'settlement',
    asks: 'Which cancel_reason does an order get that was good for the day?',
  },
  labelRetentionMs: {
    schema: millis(0),
    accepted: 'milliseconds of server time',
    usual: 30 * MINUTE,
    asks: 'How long does get_order_state_by_label find a closed order?',
  },
  indexingDelayMs: {
    schema: millis(0),
    accepted: 'milliseconds of server time',
    usual: MINUTE,
    asks: 'How long after leaving the recent window does history find a row in the archive?',
  },
  codTakesTriggers: {
    ...whether(),
    usual: true,
    asks: 'Does cancel-on-disconnect take untriggered orders as well?',
  },
  idleCloseMs: {
    schema: millis(1_000),
    accepted: 'milliseconds, 1000 at least',
    usual: 60_500,
    asks: 'After how long is a connection without subscription and traffic closed (60.5 s, or 10 min)?',
  },
  tokenSeconds: {
    schema: integer.pipe(z.number().min(1).max(315_360_000)),
    accepted: 'seconds, 1 to 315360000',
    usual: 900,
    asks: 'What does expires_in say?',
  },
  linearSizeCurrency: {
    ...choice(['size', 'value']),
    usual: 'size',
    asks: 'Is size_currency of a linear position its size, or its value in the quote currency?',
  },
  sizeNoise: {
    ...whether(),
    usual: false,
    asks: 'Does the size of a linear position carry fractional noise (1e-12)?',
  },
  fundingDeadZone: {
    ...choice(['0.00025', '0.0005']),
    usual: '0.00025',
    asks: 'Up to which premium either way does a perpetual cost nothing (0.025 %, or 0.05 % as of old)?',
  },
  fundingPrice: {
    ...choice(['index', 'mark']),
    usual: 'index',
    asks: 'At which price is a position valued for its funding?',
  },
  liquidationFee: {
    ...choice(['0.0075', '0.01']),
    usual: '0.0075',
    asks: 'Which fraction of its turnover does a liquidated side pay (0.75 %, or 1 % since August 2026)?',
  },
  liquidationLock: {
    ...choice(['account_locked', 'locked_by_admin']),
    usual: 'account_locked',
    asks: 'How is the owner of an account refused while it is liquidated (11098, or 10019)?',
  },
  feeRounding: {
    ...choice(['two_steps', 'half_up', 'up']),
    usual: 'two_steps',
    asks: 'How is a fee rounded to the digits of its currency?',
  },
  tickBoundary: {
    ...choice(['above', 'from']),
    usual: 'above',
    asks: 'Does the tick of a step of tick_size_steps hold above its above_price only, or from it on?',
  },
  optionDelivery: {
    ...choice(['future', 'cash']),
    usual: 'future',
    asks: 'Does an option that is exercised first become a future, which is then paid in a row of its own, or is it paid in cash at once?',
  },
  stamps: {
    ...whether(),
    usual: true,
    asks: 'Do answers carry usIn, usOut and usDiff?',
  },
  spelling: {
    ...choice(['plain', 'mixed']),
    usual: 'plain',
    asks: 'Are numbers written plainly, or in every way that JSON allows (32000.0, 3.2e4)?',
  },
  overtaking: {
    ...whether(),
    usual: false,
    asks: 'May the answer of a read be overtaken by a later one on the same connection?',
  },
  requestWithoutId: {
    ...choice(['answered', 'refused']),
    usual: 'answered',
    asks: 'Is a request without an id answered without one, or refused (-32600)?',
  },
  lockedAs: {
    ...choice(['text', 'flag']),
    usual: 'text',
    asks: 'Does public/status say locked as a text, or as true or false with locked_currencies?',
  },
  flatDirection: {
    ...choice(['zero', 'buy']),
    usual: 'zero',
    asks: 'Which direction does a position of size zero tell?',
  },
  extendedAs: {
    ...choice(['flag', 'text']),
    usual: 'flag',
    asks: 'Is self_trading_extended_to_subaccounts true or false, or a text?',
  },
  instrumentsRate: {
    ...choice(['second', 'ten_seconds']),
    usual: 'second',
    asks: 'May get_instruments be asked 1 a second and 50 at once, or 1 in ten seconds and 5 at once?',
  },
  agg2Ms: {
    schema: millis(100),
    accepted: 'milliseconds, 100 at least',
    usual: SECOND,
    asks: 'How far apart are the frames of an agg2 channel (1 s, or 2 s)?',
  },
  hosts: {
    ...choice(['one', 'split']),
    usual: 'one',
    asks: 'Does one host serve all, or one the requests (public/subscribe is -32601) and another the public streams?',
  },
  connectionsMost: {
    schema: integer.pipe(z.number().min(1).max(1_000)),
    accepted: 'a whole number from 1 to 1000',
    usual: MAX_CONNECTIONS,
    asks: 'How many WebSocket connections may be open before one more is refused with 429?',
  },
  sessionsMost: {
    schema: integer.pipe(z.number().min(1).max(1_000)),
    accepted: 'a whole number from 1 to 1000',
    usual: 16,
    asks: 'How many sessions may a key have before its oldest ends?',
  },
  requestBytesMost: {
    schema: integer.pipe(z.number().min(1_024).max(MOST_REQUEST_BYTES)),
    accepted: `bytes, 1024 to ${MOST_REQUEST_BYTES}`,
    usual: MAX_REQUEST_BYTES,
    asks: 'How large may a request be before it is refused (-32600)?',
  },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly schema: z.ZodType;
      readonly accepted: string;
      readonly usual: boolean | number | string;
      readonly asks: string;
    }
  >
>;

export type OptionName = keyof typeof OPTIONS;

/** The options as they stand; a control call may change them while the exchange runs. */
export type VenueOptions = { -readonly [N in OptionName]: z.output<(typeof OPTIONS)[N]['schema']> };

export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** The usual readings, with some replaced. */
export const optionsFrom = (given: Partial<VenueOptions> = {}): VenueOptions => ({
  ...(Object.fromEntries(
    OPTION_NAMES.map((name) => [name, OPTIONS[name].usual]),
  ) as unknown as VenueOptions),
  ...given,
});

/** Any of the options, as a body or a line of the command gives them. */
export const optionsBody = z.strictObject(
  Object.fromEntries(OPTION_NAMES.map((name) => [name, OPTIONS[name].schema.optional()])) as {
    readonly [N in OptionName]: z.ZodOptional<(typeof OPTIONS)[N]['schema']>;
  },
);

/** What `GET options` shows: each option with its value now, its usual one, and what it is about. */
export const optionsView = (now: VenueOptions) => ({
  options: OPTION_NAMES.map((name) => ({
    name,
    value: now[name],
    usual: OPTIONS[name].usual,
    accepted: OPTIONS[name].accepted,
    asks: OPTIONS[name].asks,
  })),
});
