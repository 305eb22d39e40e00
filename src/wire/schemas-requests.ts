/**
 * Zod schemas of what browsers and scripts may send: queries, bodies and the one message of the stream. All are strict:
 * a member that is not named here is refused, never ignored.
 */
import { z } from 'zod';
import { type Decimal, lte, parseDecimal, ZERO } from '../base/decimal.ts';
import { type Millis, parseIso } from '../base/time.ts';
import { KILL_STRENGTHS } from '../domain/command.ts';
import { IMPORT_ROWS } from '../domain/import.ts';
import { FACT_OBJECTS, FACT_SEVERITIES } from '../domain/facets.ts';
import { breakActionSchema, exitReasonSchema } from './schemas.ts';

/** Whether a text is a day of the calendar. */
const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && parseIso(`${text}T00:00Z`) !== undefined;

const name = z.string().min(1).max(64);

/** Digits in a query: a whole number from `min` to `max`. */
const digits = (min: number, max: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,15}$/, `a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `a whole number from ${min} to ${max}`)
    .meta({ type: 'integer', minimum: min, maximum: max });

const instant = z
  .string()
  .transform((text, context): Millis => {
    const at = parseIso(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00Z` : text);
    if (at !== undefined) return at;
    context.addIssue({ code: 'custom', message: 'a time such as 2026-01-31T14:00:00Z, or a date' });
    return z.NEVER;
  })
  .meta({ type: 'string', format: 'date-time' });

const yes = z
  .enum(['true', 'false'])
  .transform((word) => word === 'true')
  .meta({ type: 'boolean' });

const cursor = z.string().min(1).max(400);
const limit = digits(1, 500);

const filterFields = {
  status: z.enum(['open', 'closed']).optional(),
  strategy: name.optional(),
  instrument: name.optional(),
  exitReason: name.optional(),
  from: instant.optional(),
  to: instant.optional(),
};

export const pageQuery = z.strictObject({ limit: limit.optional(), cursor: cursor.optional() });
export const tradesQuery = z.strictObject({ ...filterFields, ...pageQuery.shape });
export const metricsQuery = z.strictObject({ ...filterFields, currency: name.optional() });
export const ordersQuery = z.strictObject({ live: yes.optional(), ...pageQuery.shape });
export const breaksQuery = z.strictObject({ open: yes.optional(), ...pageQuery.shape });
export const alertsQuery = z.strictObject({
  state: z.enum(['firing', 'cleared']).optional(),
  ...pageQuery.shape,
});
export const candlesQuery = z.strictObject({
  instrument: name,
  from: instant.optional(),
  to: instant.optional(),
});
const seq = digits(0, Number.MAX_SAFE_INTEGER);
const journalFilter = {
  type: name.optional(),
  actor: z.string().min(1).max(200).optional().meta({ description: '`kind`, or `kind id`.' }),
  object: z.enum(FACT_OBJECTS).optional(),
  severity: z.enum(FACT_SEVERITIES).optional(),
  q: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Text that the stored fact holds; capitals count for nothing.' }),
};
/** Facts behind `after`, oldest first; with `before` those before it, newest first. */
export const journalQuery = z.strictObject({
  after: seq.optional(),
  before: seq.optional(),
  limit: digits(1, 1_000).optional(),
  ...journalFilter,
});
export const exportQuery = z.strictObject({ after: seq.optional(), ...journalFilter });
/** A UTC day. */
const day = z.string().refine((text) => isDay(text), 'a day such as 2026-03-02');
const lang = z.enum(['en', 'nl']);
export const dayPath = z.strictObject({ day });
/** `rows`: the rows of the exchange's log are listed too. */
export const dailyQuery = z.strictObject({ rows: yes.optional() });
export const dailyPageQuery = z.strictObject({ ...dailyQuery.shape, lang: lang.optional() });
export const periodQuery = z.strictObject({ ...dailyQuery.shape, from: instant, to: instant });
export const periodPageQuery = z.strictObject({ ...periodQuery.shape, lang: lang.optional() });
export const noQuery = z.strictObject({});

/** Free text of a person: one line, no control characters, so that no terminal or log is led astray by it. */
const reason = z
  .string()
  .max(500, 'at most 500 characters')
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'one line of text without control characters');

const amount = z
  .string()
  .transform((text, context): Decimal => {
    const value = parseDecimal(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: 'a decimal as text, such as "64210.5"' });
    return z.NEVER;
  })
  .meta({ type: 'string' });

const account = name
  .optional()
  .meta({ description: 'An account by its id; without it all accounts are meant.' });

const dryRun = z
  .boolean()
  .default(false)
  .meta({ description: 'true answers the plan and does nothing.' });

export const emptyBody = z.strictObject({});
export const reconcileBody = z.strictObject({ account, dryRun });
/** A decimal above 0. */
const positive = amount.refine(
  (value) => !lte(value, ZERO),
  'a decimal above 0, such as "64210.5"',
);

const importRow = z.strictObject({
  row: name,
  strategy: name,
  instrument: name,
  direction: z.enum(['long', 'short']),
  amount: positive,
  entryPrice: positive,
  openedAt: instant,
  stopLoss: positive.nullable().default(null),
  takeProfit: positive.nullable().default(null),
  exit: z
    .strictObject({ price: positive, at: instant, reason: exitReasonSchema })
    .nullable()
    .default(null)
    .meta({ description: 'null where the table says that it is open.' }),
  told: amount
    .nullable()
    .default(null)
    .meta({ description: 'The net result that the table tells.' }),
});

export const importBody = z.strictObject({
  account,
  source: z
    .string()
    .regex(/^[\w.-]{1,40}$/, '1 to 40 letters, digits, "_", "-" and "."')
    .meta({ description: 'Names the table; a row of it enters once.' }),
  rows: z.array(importRow).min(1).max(IMPORT_ROWS),
  dryRun,
});
export const verifyBody = z.strictObject({ account });
export const controlBody = z.strictObject({ reason: reason.default(''), dryRun });
/** No reason is needed: a kill is never refused for want of words. */
export const killBody = z.strictObject({
  account,
  strength: z.enum(KILL_STRENGTHS).default('cancel'),
  reason: reason.default(''),
  dryRun,
});
export const resolveBody = z
  .strictObject({
    action: breakActionSchema,
    strategy: name.nullish(),
    exitPrice: amount.nullish(),
    fees: amount.nullish(),
    reason: reason.min(1, 'a reason of 1 to 500 characters'),
    dryRun,
  })
  .superRefine((body, context) => {
    if (body.action === 'adopt' && (body.strategy ?? null) === null) {
      context.addIssue({
        code: 'custom',
        path: ['strategy'],
        message: 'the strategy that takes it over: "adopt" needs one',
      });
    }
    if (body.action === 'enter' && lte(body.exitPrice ?? ZERO, ZERO)) {
      context.addIssue({
        code: 'custom',
        path: ['exitPrice'],
        message: 'a price above 0: "enter" needs one',
      });
    }
  });
export const undoBody = z.strictObject({
  reason: reason.min(1, 'a reason of 1 to 500 characters'),
  dryRun,
});
export const ownerBody = z.strictObject({ dryRun });
const MINUTES = 'a whole number of minutes from 1 to 1440';

export const ackBody = z.strictObject({ dryRun });
export const snoozeBody = z.strictObject({
  minutes: z
    .number(MINUTES)
    .refine((value) => Number.isInteger(value) && value >= 1 && value <= 1_440, MINUTES)
    .meta({ type: 'integer', minimum: 1, maximum: 1_440 }),
  dryRun,
});
export const loginBody = z.strictObject({
  code: z
    .string()
    .min(1)
    .max(200)
    .meta({ description: 'The value of `k` in a one-time login link.' }),
});

/** The one message that a client of the stream sends. */
export const subscribeMessage = z.strictObject({
  type: z.literal('SUBSCRIBE'),
  since: z.int().nonnegative().or(z.record(name, z.int().nonnegative())).optional(),
});
