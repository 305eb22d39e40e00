/** The control calls that plant faults, take them back and say which there are. */
import * as z from 'zod';
import { err, ok } from '../../../base/result.ts';
import { doDeed } from './control-deeds.ts';
import { bad, type ControlError, type Outcome, readBody } from './control-input.ts';
import type { Desk } from '../desk.ts';
import { CATALOGUE, catalogueView, planOf, waysOf } from '../faults/fault-catalogue.ts';
import { faultFields, FIELD_NAMES, FIELDS, type FaultRequest } from '../faults/fault-fields.ts';
import { begin, end } from '../faults/fault-life.ts';
import { FAULT_KINDS, type FaultKind, isFaultKind, rulesOf } from '../faults/fault-rules.ts';
import { addFault, removeFault, strike } from '../faults/faults.ts';

const KINDS: readonly string[] = [...CATALOGUE.map(({ id }) => id), ...FAULT_KINDS];

const faultBody = z.strictObject({
  kind: z.string().refine((kind) => KINDS.includes(kind)),
  ...faultFields,
});

/** A way that an id does not have, when one was named. */
const strayWay = ({ kind, how }: FaultRequest): ControlError | null =>
  how === undefined || isFaultKind(kind) || waysOf(kind).includes(how)
    ? null
    : {
        code: 'bad_field',
        message: `${kind} has no way ${how}`,
        field: 'how',
        accepted: waysOf(kind).join(', ') || 'none: it goes wrong in one way only',
      };

/** A field that means nothing to a kind is refused, so that nobody waits for what never comes; so is one that it lacks. */
function unfit(asked: FaultRequest, does: FaultKind, planned: FaultRequest): ControlError | null {
  const { takes, needs } = rulesOf(does);
  const stray = FIELD_NAMES.find(
    (field) =>
      asked[field] !== undefined &&
      !takes.includes(field) &&
      !(field === 'how' && waysOf(asked.kind).length > 0),
  );
  if (stray !== undefined)
    return {
      code: 'unknown_field',
      message: `${stray} means nothing to ${asked.kind}`,
      field: stray,
      accepted: takes.length === 0 ? 'the kind alone' : takes.join(', '),
    };
  if (needs === undefined || planned[needs] !== undefined) return null;
  return {
    code: 'bad_field',
    message: `${needs} is missing: ${asked.kind} needs it`,
    field: needs,
    accepted: FIELDS[needs].accepted,
  };
}

export function postFault(desk: Desk, body: unknown): Outcome {
  const read = readBody(faultBody, body);
  if (!read.ok) return read;
  const asked = read.value as FaultRequest;
  const stray = strayWay(asked);
  if (stray !== null) return bad(stray);
  const plan = planOf(asked);
  if (plan === null)
    return bad({ code: 'bad_field', message: `${asked.kind} is no fault`, field: 'kind' });
  const wrong = unfit(asked, plan.does, plan);
  if (wrong !== null) return bad(wrong);
  if (plan.does === 'tls_face' && !desk.tls)
    return bad({
      code: 'no_tls',
      message: 'nobody comes over TLS here: the exchange was started without it',
      field: 'kind',
      accepted: 'this fault on an exchange that was started with --tls-port',
    });
  const done = doDeed(desk, plan);
  if (done?.ok === false) return done;
  const fault = addFault(desk.faults, plan, { mono: desk.mono, server: desk.world.now });
  if (done !== undefined) strike(fault);
  begin(desk, fault);
  return ok({ id: fault.id });
}

export function deleteFault(desk: Desk, path: string): Outcome {
  const id = Number(path.slice('fault/'.length));
  const fault = desk.faults.faults.find((one) => one.id === id);
  if (fault === undefined)
    return err({
      status: 404,
      error: {
        code: 'unknown_fault',
        message: `there is no fault ${path.slice('fault/'.length)}`,
        field: 'id',
        accepted: 'the id of a fault in state.faults',
      },
    });
  removeFault(desk.faults, id);
  end(desk, fault);
  return ok({ id });
}

/** All faults that there are, with their parameters. */
export const getFaults = (): Outcome => ok(catalogueView());
