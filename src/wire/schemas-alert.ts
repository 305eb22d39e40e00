/** The Zod schema of an alert with the notices that were sent of it. */
import { z } from 'zod';
import { type Alert, ALERT_RULES, type Delivery } from '../domain/alert.ts';
import { shapeOf } from './schemas.ts';

const text = z.string();
const textOrNull = text.nullable();
const state = z.enum(['firing', 'cleared']);

const deliverySchema = shapeOf<Delivery>()({
  notice: z.int(),
  says: state,
  state: z.enum(['delivered', 'retrying', 'given_up', 'called_off']),
  attempts: z.int(),
  firstAt: text,
  lastAt: text,
  status: z.int().nullable(),
  problem: textOrNull,
  nextAt: textOrNull,
}).meta({ id: 'Delivery' });

export const alertSchema = shapeOf<Alert>()({
  id: text,
  account: text,
  rule: z.enum(ALERT_RULES),
  severity: z.enum(['info', 'warning', 'critical']),
  state,
  subject: z.object({
    kind: z.enum(['break', 'trade', 'order', 'strategy', 'link', 'books', 'engine']),
    id: text,
  }),
  instrument: textOrNull,
  strategy: textOrNull,
  params: z.record(text, text),
  text: text.meta({
    description: 'In English; screens put rule and params into their own language.',
  }),
  since: text,
  clearedAt: textOrNull,
  count: z.int(),
  acknowledged: z.object({ by: text, at: text }).nullable(),
  snoozed: z.object({ by: text, until: text }).nullable(),
  notify: z.boolean(),
  deliveries: z.array(deliverySchema).readonly(),
}).meta({ id: 'Alert' });
