/** Cancels of everything that is about one currency pair, which is what an index is about. */
import * as z from 'zod';
import { type Handler, withLogin } from '../wire/call.ts';
import { cancelAll, cancelShape } from './methods-orders.ts';
import { readParams, text } from '../wire/params.ts';
import { refuseParam } from '../wire/refusal.ts';

const cancelParams = z.object({ ...cancelShape, currency_pair: text });

export const PAIR_METHODS = {
  'private/cancel_all_by_currency_pair': withLogin((call) => {
    const read = readParams(cancelParams, call.params);
    if (!read.ok) return read;
    const { currency_pair: pair, type, kind, detailed } = read.value;
    const known = [...call.desk.world.specs.values()].some(({ index }) => index === pair);
    return known
      ? cancelAll(call, { index: pair, kind, type }, detailed)
      : refuseParam('currency_pair', 'wrong format');
  }),
} as const satisfies Readonly<Record<string, Handler>>;
