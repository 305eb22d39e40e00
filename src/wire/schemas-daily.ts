/** Zod schemas of daily reports as the HTTP API answers them. */
import { z } from 'zod';
import type {
  CashLine,
  DailyItem,
  DailyReport,
  DailySummary,
  MoneyLine,
  TradeLine,
} from '../domain/daily.ts';
import type { DailyAnswer } from './daily-shape.ts';
import { alertSchema } from './schemas-alert.ts';
import { breakSchema, decimalSchema, figuresSchema, shapeOf, tradeSchema } from './schemas.ts';

const text = z.string();
const whole = z.int();
const decimal = decimalSchema;
const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();

const tradeLineSchema = shapeOf<TradeLine>()(
  tradeSchema.pick({
    id: true,
    strategy: true,
    instrument: true,
    direction: true,
    amount: true,
    entryPrice: true,
    exitPrice: true,
    openedAt: true,
    closedAt: true,
    exitReason: true,
    closedBy: true,
    grossPnl: true,
    fees: true,
    funding: true,
    netPnl: true,
    currency: true,
    pnlSource: true,
    origin: true,
    corrected: true,
  }).shape,
);

const moneySchema = shapeOf<MoneyLine>()({
  currency: text,
  opening: decimal,
  realised: decimal,
  fees: decimal,
  funding: decimal,
  transfers: decimal,
  other: decimal,
  unsettledBefore: decimal,
  unsettledAfter: decimal,
  rounding: decimal,
  uncompared: decimal,
  unexplained: decimal,
  closing: decimal,
}).meta({
  id: 'MoneyLine',
  description:
    'opening + realised - fees + funding + transfers + other + unsettledBefore - unsettledAfter + rounding + uncompared + unexplained = closing',
});

const percent = decimal.nullable();

const reportSchema = shapeOf<DailyReport>()({
  format: z.literal(1),
  period: z.object({
    day: text.nullable(),
    from: text,
    to: text,
    over: z.boolean(),
    begins: text,
    through: text,
    lengthMs: whole,
  }),
  account: text,
  mode: text,
  journal: z.object({ id: text, from: whole, to: whole, hash: text }),
  checks: z.object({
    count: whole,
    clean: whole,
    differences: whole,
    incomplete: whole,
    verifiedPercent: percent,
    longestGapMs: whole,
  }),
  breaks: list(breakSchema),
  breaksOpen: whole,
  trades: z.object({
    count: whole,
    byHand: whole,
    adopted: whole,
    unknown: whole,
    corrected: list(text),
    figures: list(figuresSchema),
    byExit: list(z.object({ reason: tradeSchema.shape.exitReason.unwrap(), count: whole })),
    list: list(tradeLineSchema),
  }),
  money: list(moneySchema),
  orders: z.object({
    sent: whole,
    refused: whole,
    unknown: whole,
    resolved: z.object({ found: whole, refused: whole, absent: whole }),
    unresolved: whole,
  }),
  alerts: z.object({
    raised: whole,
    undelivered: whole,
    firing: whole,
    list: list(
      alertSchema.pick({
        id: true,
        rule: true,
        severity: true,
        params: true,
        text: true,
        since: true,
        clearedAt: true,
      }),
    ),
  }),
  uptime: z.object({
    upMs: whole,
    upPercent: percent,
    starts: whole,
    absences: list(z.object({ kind: z.enum(['stop', 'crash']), from: text, to: text.nullable() })),
    links: list(
      z.object({
        link: z.enum(['trading', 'market']),
        upMs: whole,
        upPercent: percent,
        drops: whole,
      }),
    ),
  }),
}).meta({ id: 'DailyReport' });

const summarySchema = shapeOf<DailySummary>()({
  checks: whole,
  clean: whole,
  breaks: whole,
  breaksOpen: whole,
  trades: whole,
  unexplained: z.boolean(),
  upPercent: percent,
  money: list(z.object({ currency: text, net: decimal, closing: decimal })),
});

export const dailyItemSchema = shapeOf<DailyItem>()({
  day: text,
  from: whole,
  to: whole,
  hash: text,
  summary: summarySchema,
  seq: whole,
  at: text,
}).meta({ id: 'DailyItem', description: 'A day whose report was written down, by fact `seq`.' });

const seq = whole.nullable();

const cashLineSchema = shapeOf<CashLine>()({
  fact: whole,
  row: text,
  at: text,
  currency: text,
  type: text,
  instrument: text.nullable(),
  change: decimal,
  balance: decimal,
  booked: decimal,
  parts: list(
    z.object({
      of: z.enum([
        'result',
        'fees',
        'funding',
        'transfers',
        'other',
        'rounding',
        'uncompared',
        'unexplained',
      ]),
      amount: decimal,
    }),
  ),
  why: z.object({
    by: z.enum(['fill', 'session', 'delivery', 'itself', 'nothing']),
    from: seq,
    to: seq,
    count: whole,
  }),
}).meta({
  id: 'CashLine',
  description:
    "One row of the exchange's log: its parts sum to its change; `balance` is what the exchange says, `booked` what the rows add up to; `why` names the facts that explain it.",
});

/** A report with its hash and, where it was written down, the fact that did. */
export const dailyAnswerSchema = shapeOf<DailyAnswer>()({
  report: reportSchema,
  hash: text,
  ready: dailyItemSchema.nullable(),
  rows: z.object({ lines: list(cashLineSchema), more: whole }).nullable(),
}).meta({ id: 'DailyAnswer' });
