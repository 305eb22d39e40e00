/** The control call that ends a product before its time. */
import * as z from 'zod';
import { ok } from '../../../base/result.ts';
import { bad, instrumentOf, type Outcome, readBody } from './control-input.ts';
import { deliver } from '../money/delivery.ts';
import type { Desk } from '../desk.ts';
import { text } from '../wire/params.ts';
import { estimatedDelivery } from '../market/prices.ts';
import { marketOf } from '../world.ts';

/** The name of what ends next; undefined when nothing that is listed ends. */
export function soonestToEnd({ world }: Desk): string | undefined {
  const ends = [...world.specs.values()].flatMap(({ name, term }) =>
    term.kind === 'perpetual' || world.state.markets.get(name)?.dated?.delivery !== undefined
      ? []
      : [{ name, expiry: term.expiry }],
  );
  return ends.sort((a, b) => a.expiry - b.expiry)[0]?.name;
}

/** Delivers it now, at what its delivery price would be as things stand; refused when it never ends or has ended. */
export function postDeliver(desk: Desk, body: unknown): Outcome {
  const read = readBody(z.strictObject({ instrument: text }), body);
  if (!read.ok) return read;
  const found = instrumentOf(desk, read.value.instrument);
  if (!found.ok) return found;
  const { world } = desk;
  const { name, index } = found.value;
  const { dated } = marketOf(world, name);
  if (dated === undefined || dated.delivery !== undefined)
    return bad({
      code: dated === undefined ? 'never_ends' : 'has_ended',
      message: `${name} ${dated === undefined ? 'is a perpetual' : 'has been delivered'}`,
      field: 'instrument',
      accepted: 'a dated instrument that is still listed',
    });
  const { price } = estimatedDelivery(world.state.prices, index, world.now);
  deliver(world, found.value, price);
  desk.moved = true;
  return ok({ instrument: name, price });
}
