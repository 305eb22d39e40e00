/** The control call that moves funding: a hand holds the mark away from the index, and the rate follows. */
import * as z from 'zod';
import { ok } from '../../../base/result.ts';
import {
  acceptedFor,
  bad,
  instrumentOf,
  MOST_ADVANCE,
  MOST_PREMIUM,
  type Outcome,
  readBody,
  within,
} from './control-input.ts';
import type { Desk } from '../desk.ts';
import { FUNDING_CAP, premiumFor } from '../market/funding.ts';
import { reactToHand } from '../market/market.ts';
import { integer, text } from '../wire/params.ts';
import { marketOf } from '../world.ts';

const schema = z.strictObject({
  instrument: text,
  /** The rate for 8 hours that is wanted; of this and the premium one is told. */
  rate: within(FUNDING_CAP).optional(),
  premium: within(MOST_PREMIUM).nullable().optional(),
  ms: integer.pipe(z.number().min(1).max(MOST_ADVANCE)).optional(),
});

/** Holds the premium for `ms` of server time, or until told otherwise; null lets it wander again. */
export function postFunding(desk: Desk, body: unknown): Outcome {
  const read = readBody(schema, body);
  if (!read.ok) return read;
  const { instrument, rate, premium, ms } = read.value;
  const found = instrumentOf(desk, instrument);
  if (!found.ok) return found;
  if (found.value.term.kind !== 'perpetual')
    return bad({
      code: 'no_funding',
      message: `${instrument} has no funding`,
      field: 'instrument',
      accepted: 'a perpetual',
    });
  if ((rate === undefined) === (premium === undefined))
    return bad({
      code: 'bad_field',
      message: 'one of rate and premium is told, not both',
      field: 'premium',
      accepted: acceptedFor('premium'),
    });
  const { world } = desk;
  const market = marketOf(world, found.value.name);
  const wanted =
    rate === undefined ? (premium ?? null) : premiumFor(rate, world.options.fundingDeadZone);
  if (wanted === null) delete market.held;
  else market.held = { premium: wanted, until: ms === undefined ? null : world.now + ms };
  reactToHand(world, found.value, market.index);
  desk.moved = true;
  return ok({
    instrument: market.name,
    index: market.index,
    mark: market.mark,
    rate: market.rate,
    premium: market.held?.premium ?? null,
    until: market.held?.until ?? null,
  });
}
