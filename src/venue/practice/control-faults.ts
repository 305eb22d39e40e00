/** The control calls that plant faults and take them back. */
import * as z from 'zod';
import { err, ok } from '../../base/result.ts';
import { DAY } from '../../base/time.ts';
import { METHODS } from '../protocol/methods.ts';
import { CHANNEL_TOPICS } from './channels.ts';
import { endConnection } from './connections.ts';
import { acceptedFor, bad, type ControlError, type Outcome, readBody } from './control-input.ts';
import type { Desk } from './desk.ts';
import {
  addFault,
  type Fault,
  FAULT_KINDS,
  type FaultField,
  type FaultRequest,
  removeFault,
  rulesOf,
  strike,
} from './faults.ts';
import { integer, oneOf, text } from './params.ts';
import { isErrorCode } from './refusal.ts';

const MOST_MS = DAY;

/** A method by its name, or the beginning of some with `*`. */
const isMethodPattern = (pattern: string): boolean =>
  Object.keys(METHODS).some((method) =>
    pattern.endsWith('*') ? method.startsWith(pattern.slice(0, -1)) : method === pattern,
  );

/** The beginning of a channel's name, or the whole of it. */
const isChannelPrefix = (prefix: string): boolean =>
  prefix !== '' &&
  CHANNEL_TOPICS.some((topic) => topic.startsWith(prefix) || prefix.startsWith(topic));

const faultBody = z.strictObject({
  kind: oneOf(FAULT_KINDS),
  method: text.refine(isMethodPattern).optional(),
  channel: text.refine(isChannelPrefix).optional(),
  count: integer.pipe(z.number().min(1)).optional(),
  ms: integer.pipe(z.number().min(1).max(MOST_MS)).optional(),
  code: integer.refine(isErrorCode).optional(),
});

const FIELDS: readonly FaultField[] = ['method', 'channel', 'count', 'ms', 'code'];

/** A field that means nothing to a kind is refused, so that nobody waits for what never comes; so is one that it lacks. */
function unfit(request: FaultRequest): ControlError | null {
  const { takes, needs } = rulesOf(request.kind);
  const stray = FIELDS.find((field) => request[field] !== undefined && !takes.includes(field));
  if (stray !== undefined)
    return {
      code: 'unknown_field',
      message: `${stray} means nothing to ${request.kind}`,
      field: stray,
      accepted: takes.length === 0 ? 'the kind alone' : takes.join(', '),
    };
  if (needs === undefined || request[needs] !== undefined) return null;
  return {
    code: 'bad_field',
    message: `${needs} is missing: ${request.kind} needs it`,
    field: needs,
    accepted: acceptedFor(needs),
  };
}

export function postFault(desk: Desk, body: unknown): Outcome {
  const read = readBody(faultBody, body);
  if (!read.ok) return read;
  const wrong = unfit(read.value);
  if (wrong !== null) return bad(wrong);
  const fault = addFault(desk.faults, read.value, { mono: desk.mono, server: desk.world.now });
  begin(desk, fault);
  return ok({ id: fault.id });
}

/** The state of the platform is told with the next frames, not at its usual time. */
function tellPlatform(desk: Desk): void {
  for (const conn of desk.conns.values())
    for (const subscription of conn.subscriptions.values())
      if (subscription.channel.topic === 'platform') subscription.sentAt = Number.NEGATIVE_INFINITY;
}

/** What a fault does the moment it is asked for. */
function begin(desk: Desk, fault: Fault): void {
  if (fault.kind === 'refuse_connections') desk.out.push({ kind: 'listen', accept: false });
  if (fault.kind === 'lock_platform') tellPlatform(desk);
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
  if (fault.kind === 'lock_platform') tellPlatform(desk);
  if (fault.kind === 'refuse_connections') desk.out.push({ kind: 'listen', accept: true });
  return ok({ id });
}
