/** The control call that changes the terms of a contract. */
import * as z from 'zod';
import { ok } from '../../../base/result.ts';
import {
  instrumentOf,
  MOST_FEE,
  type Outcome,
  positive,
  readBody,
  within,
} from './control-input.ts';
import type { Desk } from '../desk.ts';
import { text } from '../wire/params.ts';
import type { Terms } from '../state.ts';
import { marketOf } from '../world.ts';

/** Changes what an instrument's amounts and prices must be multiples of, as an exchange does between two releases. */
export function postSpecification(desk: Desk, body: unknown): Outcome {
  const read = readBody(
    z.strictObject({
      instrument: text,
      contractSize: positive.optional(),
      minAmount: positive.optional(),
      tick: positive.optional(),
      makerFee: within(MOST_FEE).optional(),
      takerFee: within(MOST_FEE).optional(),
    }),
    body,
  );
  if (!read.ok) return read;
  const found = instrumentOf(desk, read.value.instrument);
  if (!found.ok) return found;
  const spec = found.value;
  const { contractSize, minAmount, tick, makerFee, takerFee } = read.value;
  const { terms: before } = marketOf(desk.world, spec.name);
  const terms: Terms = {
    ...before,
    contractSize: contractSize ?? spec.contractSize,
    minAmount: minAmount ?? contractSize ?? spec.minAmount,
    tick: tick ?? spec.tick,
    ...(makerFee === undefined ? {} : { makerFee }),
    ...(takerFee === undefined ? {} : { takerFee }),
  };
  marketOf(desk.world, spec.name).terms = terms;
  desk.world.specs.set(spec.name, { ...spec, ...terms });
  desk.world.touched.markets.add(spec.name);
  desk.world.touched.forced = true;
  desk.moved = true;
  return ok({ instrument: spec.name, ...terms });
}
