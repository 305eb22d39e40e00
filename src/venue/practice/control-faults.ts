/** The control calls that plant faults and take them back. */
import * as z from 'zod';
import { err, ok } from '../../base/result.ts';
import { endConnection } from './connections.ts';
import { type Outcome, readBody } from './control-input.ts';
import type { Desk } from './desk.ts';
import { addFault, type Fault, FAULT_KINDS, removeFault, strike } from './faults.ts';
import { integer, oneOf, text } from './params.ts';
import { isErrorCode } from './refusal.ts';

const faultBody = z.strictObject({
  kind: oneOf(FAULT_KINDS),
  method: text.optional(),
  channel: text.optional(),
  count: integer.pipe(z.number().min(1)).optional(),
  ms: integer.pipe(z.number().min(0)).optional(),
  code: integer.refine(isErrorCode).optional(),
});

export function postFault(desk: Desk, body: unknown): Outcome {
  const read = readBody(faultBody, body);
  if (!read.ok) return read;
  const fault = addFault(desk.faults, read.value, { mono: desk.mono, server: desk.world.now });
  begin(desk, fault);
  return ok({ id: fault.id });
}

/** What a fault does the moment it is asked for. */
function begin(desk: Desk, fault: Fault): void {
  if (fault.kind === 'refuse_connections') desk.out.push({ kind: 'listen', accept: false });
  if (fault.kind !== 'drop_link' || fault.method !== undefined) return;
  strike(fault);
  for (const conn of desk.conns.values()) {
    desk.out.push({ kind: 'drop', conn: conn.id });
    endConnection(desk, conn, true);
  }
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
  if (fault.kind === 'refuse_connections') desk.out.push({ kind: 'listen', accept: true });
  return ok({ id });
}
