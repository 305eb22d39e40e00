/** What buy and sell take: the order itself, and the secondary orders that hang on it. */
import * as z from 'zod';
import { MAX_LABEL_LENGTH } from '../../protocol/methods.ts';
import {
  DIRECTIONS,
  LINKED_ORDER_TYPES,
  ORDER_TYPES,
  REQUEST_ORDER_TYPES,
  TIMES_IN_FORCE,
  TRIGGER_FILL_CONDITIONS,
  TRIGGERS,
} from '../../protocol/values.ts';
import { decimal, flag, integer, list, oneOf, text } from '../wire/params.ts';

const label = text.max(MAX_LABEL_LENGTH);

const secondarySchema = z.object({
  direction: oneOf(DIRECTIONS),
  type: oneOf(ORDER_TYPES).default('limit'),
  amount: decimal.optional(),
  label: label.default(''),
  price: decimal.optional(),
  time_in_force: oneOf(TIMES_IN_FORCE).default('good_til_cancelled'),
  reduce_only: flag.default(false),
  post_only: flag.default(false),
  reject_post_only: flag.default(false),
  trigger: oneOf(TRIGGERS).optional(),
  trigger_price: decimal.optional(),
  trigger_offset: decimal.optional(),
});

/** Parameters of buy and sell. */
export const orderSchema = z.object({
  instrument_name: text,
  amount: decimal.optional(),
  contracts: decimal.optional(),
  type: oneOf(REQUEST_ORDER_TYPES).default('limit'),
  label: label.default(''),
  price: decimal.optional(),
  display_amount: decimal.optional(),
  time_in_force: oneOf(TIMES_IN_FORCE).optional(),
  post_only: flag.default(false),
  reject_post_only: flag.default(false),
  reduce_only: flag.default(false),
  trigger: oneOf(TRIGGERS).optional(),
  trigger_price: decimal.optional(),
  trigger_offset: decimal.optional(),
  valid_until: integer.optional(),
  linked_order_type: oneOf(LINKED_ORDER_TYPES).optional(),
  trigger_fill_condition: oneOf(TRIGGER_FILL_CONDITIONS).default('first_hit'),
  otoco_config: list(secondarySchema).optional(),
});

export type OrderParams = z.output<typeof orderSchema>;
export type SecondaryParams = z.output<typeof secondarySchema>;
