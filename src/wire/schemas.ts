/**
 * Zod schemas of the shapes that leave over HTTP. Each is built by `shapeOf<Shape>()`, which does not compile unless the
 * schema has exactly the members of the TypeScript shape with exactly their types: the two can't drift apart.
 */
import { z } from 'zod';
import type { Decimal } from '../base/decimal.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type {
  Break,
  BreakEnd,
  ControlShown,
  Evidence,
  Figures,
  Metrics,
  Order,
  Position,
  Report,
  StopShown,
  Strategy,
  Trade,
} from '../domain/shown.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

type Fields<Shape> = { readonly [Key in keyof Shape]-?: z.ZodType };

/** Maps each field to itself where it says the same as the shape, else to never. */
type Exactly<Given, Shape> = {
  readonly [Key in keyof Given]: Key extends keyof Shape
    ? Given[Key] extends z.ZodType
      ? Same<z.output<Given[Key]>, Shape[Key]> extends true
        ? Given[Key]
        : never
      : never
    : never;
};

/** An object schema that equals `Shape`, member by member. */
export const shapeOf =
  <Shape>() =>
  <Given extends Fields<Shape>>(fields: Given & Exactly<Given, Shape>): z.ZodObject<Given> =>
    z.object(fields);

/** A decimal as canonical text. */
export const decimalSchema = z
  .string()
  .regex(/^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/)
  .meta({
    id: 'Decimal',
    description: 'An exact decimal: no exponent, no leading or trailing zeros.',
  }) as unknown as z.ZodType<Decimal, Decimal>;

const decimal = decimalSchema;
const decimalOrNull = decimal.nullable();
const text = z.string();
const textOrNull = z.string().nullable();
const time = z.string().meta({ id: 'Time', description: 'ISO 8601 in UTC with milliseconds.' });
const timeOrNull = time.nullable();
const whole = z.int();
const list = <Item extends z.ZodType>(item: Item): z.ZodReadonly<z.ZodArray<Item>> =>
  z.array(item).readonly();

export const exitReasonSchema = z.enum([
  'tp_hit',
  'sl_hit',
  'strategy_exit',
  'strategy_stop',
  'operator_close',
  'kill_switch',
  'external_close',
  'liquidation',
  'delivery',
  'ghost_trade_cleanup',
  'handed_back',
]);

const CLOSED_BY = [
  'target',
  'stop',
  'strategy',
  'operator',
  'kill',
  'web',
  'mobile',
  'other_api',
  'liquidation',
  'delivery',
  'unknown',
] as const;

export const tradeSchema = shapeOf<Trade>()({
  id: text,
  account: text,
  strategy: text,
  instrument: text,
  direction: z.enum(['long', 'short']),
  status: z.enum(['open', 'closed']),
  phase: z.enum(['entering', 'open', 'exiting', 'closed', 'needs_you']),
  amount: decimal,
  openAmount: decimal,
  entryPrice: decimalOrNull,
  exitPrice: decimalOrNull,
  stopLoss: decimalOrNull,
  takeProfit: decimalOrNull,
  openedAt: time,
  closedAt: timeOrNull,
  exitReason: exitReasonSchema.nullable(),
  closedBy: z.enum(CLOSED_BY).nullable(),
  grossPnl: decimal,
  fees: decimal,
  funding: decimal,
  fundingSettled: decimal.optional(),
  netPnl: decimal,
  pnlPercentage: decimalOrNull,
  currency: text,
  pnlSource: z.enum(['fills', 'imported', 'unknown']),
  origin: z.enum(['strategy', 'adopted', 'imported']),
  parent: textOrNull,
  corrected: z.boolean(),
  breaks: list(text),
}).meta({
  id: 'Trade',
  description:
    'fees > 0 were paid, funding > 0 was received; netPnl = grossPnl - fees + funding. fundingSettled is how much of the funding a settlement has paid.',
});

const checkpointSchema = shapeOf<Checkpoint>()({
  id: text,
  state: z.enum(['met', 'pending', 'failed']),
  value: textOrNull,
  reason: text,
  params: z.record(text, text),
}).meta({ id: 'Checkpoint' });

const controlSchema = shapeOf<ControlShown>()({
  value: z.enum(['running', 'paused', 'draining', 'halted', 'stopped']),
  by: text,
  reason: text,
  at: time,
});

export const strategySchema = shapeOf<Strategy>()({
  id: text,
  kind: text,
  instrument: text,
  status: z.enum([
    'halted',
    'stopped',
    'blind',
    'mismatch',
    'unverified',
    'checking',
    'draining',
    'paused',
    'initializing',
    'analyzing',
    'signal_detected',
    'entering',
    'position_open',
    'exiting',
    'cooldown',
    'idle',
  ]),
  label: text,
  control: controlSchema,
  activity: z.enum([
    'initializing',
    'analyzing',
    'signal_detected',
    'entering',
    'position_open',
    'exiting',
    'cooldown',
    'idle',
  ]),
  assurance: z.enum(['verified', 'checking', 'mismatch', 'unverified', 'blind']),
  since: time,
  position: textOrNull,
  checkpoints: list(checkpointSchema),
  strength: z.number(),
  why: z.object({ reason: text, params: z.record(text, text) }).nullable(),
  config: z.record(text, z.unknown()),
}).meta({ id: 'Strategy' });

const stopSchema = shapeOf<StopShown>()({
  state: z.enum(['on_exchange', 'partial', 'missing', 'none']),
  amount: decimal,
  orderId: textOrNull,
  price: decimalOrNull,
});

export const positionSchema = shapeOf<Position>()({
  account: text,
  instrument: text,
  size: decimal,
  averagePrice: decimalOrNull,
  markPrice: decimalOrNull,
  unrealisedPnl: decimalOrNull,
  currency: text,
  foreignAmount: decimal,
  byStrategy: z.record(text, decimal),
  stop: stopSchema,
  verifiedAt: timeOrNull,
}).meta({ id: 'Position' });

export const orderSchema = shapeOf<Order>()({
  orderId: textOrNull,
  label: text,
  intent: textOrNull,
  strategy: textOrNull,
  tradeId: textOrNull,
  instrument: text,
  direction: z.enum(['buy', 'sell']),
  type: text,
  amount: decimal,
  filled: decimal,
  averagePrice: decimalOrNull,
  price: decimalOrNull,
  triggerPrice: decimalOrNull,
  reduceOnly: z.boolean(),
  state: z.enum([
    'pending',
    'unknown',
    'open',
    'untriggered',
    'triggered',
    'filled',
    'cancelled',
    'rejected',
    'absent',
  ]),
  origin: z.enum(['engine', 'web', 'mobile', 'other_api', 'liquidation', 'unknown']),
  createdAt: time,
  updatedAt: time,
}).meta({ id: 'Order' });

/** What a person may decide about a break. */
export const breakActionSchema = z.enum(['adopt', 'by_hand', 'flatten', 'accept', 'enter']);

const evidenceSchema = shapeOf<Evidence>()({
  kind: z.enum(['position', 'fill', 'order', 'read', 'account', 'intent']),
  id: text,
  at: time,
  flags: z.record(text, z.boolean().nullable()),
  text,
  raw: z.unknown(),
}).meta({ id: 'Evidence' });

const breakEndSchema = shapeOf<BreakEnd>()({
  life: z.enum(['resolved', 'accepted']),
  books: text,
  exchange: text,
  amount: decimal,
  action: z.enum(['adopt', 'by_hand', 'flatten', 'accept', 'enter', 'auto']),
  by: text,
  reason: text,
  at: time,
  undone: z.object({ by: text, reason: text, at: time }).optional(),
}).meta({ id: 'BreakEnd' });

export const breakSchema = shapeOf<Break>()({
  id: text,
  kind: z.enum([
    'ghost_trade',
    'orphan_position',
    'size_mismatch',
    'side_mismatch',
    'missing_stop',
    'orphan_order',
    'lost_order',
    'missed_fill',
    'unresolved_intent',
    'foreign_activity',
    'fee_or_funding_difference',
    'balance_drift',
  ]),
  life: z.enum([
    'seen',
    'confirmed',
    'auto_resolved',
    'needs_you',
    'resolved',
    'accepted',
    'regressed',
  ]),
  severity: z.enum(['info', 'warning', 'critical']),
  account: text,
  instrument: text,
  strategy: textOrNull,
  books: text,
  exchange: text,
  difference: z.object({ amount: decimal, value: decimal, currency: text }),
  evidence: list(evidenceSchema),
  who: z.enum([...CLOSED_BY, 'somebody', 'exchange']).nullable(),
  firstSeenAt: time,
  lastSeenAt: time,
  timesSeen: whole,
  proposal: breakActionSchema.nullable(),
  options: list(z.object({ action: breakActionSchema, writes: text })),
  owner: textOrNull,
  resolution: z
    .object({
      action: z.enum(['adopt', 'by_hand', 'flatten', 'accept', 'enter', 'auto']),
      by: text,
      reason: text,
      at: time,
    })
    .nullable(),
  history: list(breakEndSchema).optional(),
}).meta({
  id: 'Break',
  description:
    'owner is the person who has taken it on. history tells how it ended before it came back; what was decided then and taken back is undone. The resolution of one that still stands is what a person has decided and is owed.',
});

const coverage = z.enum(['ok', 'difference', 'unknown']);

export const reportSchema = shapeOf<Report>()({
  id: text,
  trigger: z.enum(['start', 'timer', 'reconnect', 'surprise', 'demand']),
  startedAt: time,
  finishedAt: time,
  seq: whole,
  complete: z.boolean(),
  coverage: z.object({
    orders: coverage,
    positions: coverage,
    fills: coverage,
    fees: coverage,
    funding: coverage,
    balance: coverage,
  }),
  verdicts: list(
    z.object({
      strategy: textOrNull,
      instrument: text,
      verdict: z.enum(['valid', 'ghost', 'orphan', 'clean', 'unknown']),
      tradeId: textOrNull,
      action: text,
    }),
  ),
  breaks: list(text),
  ok: z.boolean(),
  problem: textOrNull,
}).meta({ id: 'Report' });

const figures = {
  count: whole,
  wins: whole,
  losses: whole,
  winRate: decimalOrNull,
  currency: text,
  gross: decimal,
  fees: decimal,
  funding: decimal,
  net: decimal,
  won: decimal,
  lost: decimal,
  profitFactor: decimalOrNull,
  expectancy: decimalOrNull,
  maxDrawdown: decimal,
  best: decimalOrNull,
  worst: decimalOrNull,
  byExitReason: z.record(text, z.number()),
  byStrategy: z.record(text, z.object({ count: z.number(), net: decimal })),
  results: list(
    z.object({
      strategy: text,
      exitReason: exitReasonSchema.or(z.literal('unknown')),
      count: whole,
      gross: decimal,
      fees: decimal,
      funding: decimal,
      net: decimal,
    }),
  ).optional(),
  unexplained: whole,
};

export const figuresSchema = shapeOf<Figures>()(figures).meta({ id: 'Figures' });

export const metricsSchema = shapeOf<Metrics>()({
  ...figures,
  byCurrency: z.record(text, figuresSchema).optional(),
}).meta({ id: 'Metrics' });
