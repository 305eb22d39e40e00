/** Zod schemas of the answers of `requests.ts`: what a path of the HTTP API answers around the shapes of `schemas.ts`. */
import { z } from 'zod';
import { alertSchema } from './schemas-alert.ts';
import {
  decimalSchema,
  orderSchema,
  reportSchema,
  shapeOf,
  strategySchema,
  tradeSchema,
} from './schemas.ts';
import type {
  AccountStatus,
  CandleAnswer,
  CommandAnswer,
  PlanStep,
  Problem,
  StatusAnswer,
  TradeDetail,
} from './requests.ts';

const text = z.string();
const decimal = decimalSchema;

/** `{items, next}` of anything. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item).readonly(),
    next: text.nullable().meta({ description: 'Cursor of the next page; null on the last.' }),
  });

const accountStatusSchema = shapeOf<AccountStatus>()({
  id: text,
  account: text.nullable(),
  assurance: strategySchema.shape.assurance,
  lastReconciliation: reportSchema.nullable(),
  breaksOpen: z.int(),
  alertsFiring: z.int(),
  seq: z.int(),
  epoch: z.int(),
}).meta({ id: 'AccountStatus' });

export const statusSchema = shapeOf<StatusAnswer>()({
  version: text,
  mode: text,
  venue: text,
  account: text.nullable(),
  speed: z.number(),
  seq: z.int(),
  epoch: z.int(),
  disk: z.enum(['enough', 'low', 'full']),
  assurance: strategySchema.shape.assurance,
  lastReconciliation: reportSchema.nullable(),
  strategies: z.array(strategySchema).readonly(),
  breaksOpen: z.int(),
  alertsFiring: z.int(),
  accounts: z.array(accountStatusSchema).readonly(),
}).meta({ id: 'Status' });

export const alertsSchema = pageOf(alertSchema)
  .extend({
    channel: text
      .nullable()
      .meta({ description: 'Name of who is told of alerts; null for nobody.' }),
  })
  .meta({ id: 'Alerts' });

/** Whether a notice about nothing arrived. */
export const testSchema = z
  .discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), status: z.int() }),
    z.object({ ok: z.literal(false), status: z.int().nullable(), problem: text }),
  ])
  .meta({ id: 'ChannelTest' });

export const tradeDetailSchema = shapeOf<TradeDetail>()({
  trade: tradeSchema,
  fills: z
    .array(
      z.object({
        tradeId: text,
        orderId: text,
        role: z.enum(['open', 'close']),
        direction: z.enum(['buy', 'sell']),
        amount: decimal,
        price: decimal,
        fee: decimal,
        at: text,
        source: text,
      }),
    )
    .readonly(),
  orders: z.array(orderSchema).readonly(),
  timeline: z.array(z.object({ seq: z.int(), at: text, type: text, data: z.unknown() })).readonly(),
}).meta({ id: 'TradeDetail' });

export const candleSchema = shapeOf<CandleAnswer>()({
  at: text,
  open: decimal,
  high: decimal,
  low: decimal,
  close: decimal,
  volume: decimal,
}).meta({ id: 'Candle' });

const planStepSchema = shapeOf<PlanStep>()({ action: text, text });

const planSchema = z.object({
  steps: z.array(planStepSchema).readonly(),
  cost: decimal.nullable(),
});

export const commandAnswerSchema = shapeOf<CommandAnswer>()({
  id: text,
  state: z.enum(['done', 'running', 'refused']),
  plan: planSchema,
  steps: z
    .array(
      z.object({
        action: text,
        state: z.enum(['sent', 'accepted', 'confirmed', 'rejected']),
        text,
      }),
    )
    .readonly(),
  seq: z.int(),
  report: reportSchema.optional(),
  reports: z
    .array(z.object({ account: text, report: reportSchema }))
    .readonly()
    .optional(),
}).meta({ id: 'Command' });

/** What a dry run answers: the plan, nothing done. */
export const dryRunSchema = z.object({ plan: planSchema }).meta({ id: 'DryRun' });

export const problemSchema = shapeOf<Problem>()({
  type: text.meta({ description: 'urn:lockstep:<code>' }),
  title: text,
  status: z.int(),
  detail: text,
  code: text,
  field: text.nullable(),
  accepted: text.nullable(),
  next: text.nullable(),
}).meta({ id: 'Problem', description: 'RFC 9457. `code` is stable; `next` says what to do.' });

/** A fact as stored; `data` depends on `type`. */
export const factSchema = z
  .object({
    seq: z.int(),
    at: text,
    epoch: z.int(),
    type: text,
    v: z.int(),
    actor: z.object({
      kind: z.enum(['engine', 'strategy', 'person', 'token', 'exchange', 'reconciler']),
      id: text,
    }),
    cause: text,
    build: text,
    config: text,
    data: z.record(text, z.unknown()),
  })
  .meta({ id: 'Fact' });

/** Facts that fit, and how far was looked for them: one question looks at a stretch, `next` goes on behind it. */
export const journalSchema = pageOf(factSchema)
  .extend({
    searched: z.object({ from: z.int(), to: z.int(), head: z.int() }).nullable().meta({
      description: 'The facts that were looked at; null where no filter was asked for.',
    }),
  })
  .meta({ id: 'JournalPage' });

/** What a walk over the whole chain found. */
const verdictSchema = z
  .discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), facts: z.int(), head: text }),
    z.object({ ok: z.literal(false), seq: z.int(), problem: text }),
  ])
  .meta({ id: 'ChainVerdict' });

/** The verdict of the one journal that was walked, or those of each account. */
export const verifySchema = verdictSchema.or(
  z.object({
    ok: z.boolean(),
    accounts: z.array(z.object({ account: text, verdict: verdictSchema })).readonly(),
  }),
);

export const loginLinkSchema = z.object({ link: text, expiresAt: text }).meta({ id: 'LoginLink' });
