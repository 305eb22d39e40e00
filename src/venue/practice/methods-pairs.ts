/** Cancels of everything that is about one currency pair, which is what an index is about. */
import * as z from 'zod';
import { ok } from '../../base/result.ts';
import { type Handler, withLogin } from './call.ts';
import { cancelAll, cancelShape, isFutureKind } from './methods-orders.ts';
import { readParams, text } from './params.ts';
import { refuseParam } from './refusal.ts';

const cancelParams = z.object({ ...cancelShape, currency_pair: text });

export const PAIR_METHODS = {
  'private/cancel_all_by_currency_pair': withLogin((call) => {
    const read = readParams(cancelParams, call.params);
    if (!read.ok) return read;
    const { currency_pair: pair, type, kind, detailed } = read.value;
    const spec = [...call.desk.world.specs.values()].find(({ index }) => index === pair);
    if (spec === undefined) return refuseParam('currency_pair', 'wrong format');
    return isFutureKind(kind)
      ? cancelAll(call, { instrument: spec.name, type }, detailed)
      : ok(detailed ? [] : 0);
  }),
} as const satisfies Readonly<Record<string, Handler>>;
