/**
 * Faults that stand between a request and its execution: refused as the exchange's state or a planted fault says, carried
 * out too late, or overtaken by the fill of the order that it means to cancel.
 */
import { err } from '../../../base/result.ts';
import type { Origin } from '../wire/identify.ts';
import { endConnection } from '../wire/connections.ts';
import type { Desk } from '../desk.ts';
import { type Fault, holding, strike, strikeMethod } from './faults.ts';
import { isKeyOff } from './key-faults.ts';
import { settleLinks } from '../orders/linked.ts';
import { fillWhole } from '../orders/matching.ts';
import { answered, type Outcome } from '../orders/outcome.ts';
import { inMaintenance } from '../market/platform-state.ts';
import { refusal, refuse } from '../wire/refusal.ts';

/** How long a late request is under way when nobody says. */
const LATE = 2_000;

type Asked = {
  readonly origin: Origin;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Carries the request out and sends its news. */
  readonly run: () => void;
};

/** What a fault makes of a request in place of executing it; undefined when none means it. */
export function forestall(desk: Desk, asked: Asked): Outcome | undefined {
  const { method } = asked;
  const struck = (kind: Fault['does']): Fault | undefined =>
    strikeMethod(desk.faults, kind, method, { mono: desk.mono });
  if (inMaintenance(desk) && isShut(method)) return answered(refuse(11051));
  const limited = struck('too_many_requests');
  if (limited !== undefined) return tooMany(desk, limited);
  const late = asked.origin.conn === null ? undefined : struck('late_request');
  if (late !== undefined) return carryOutLate(desk, asked, late);
  return method === 'private/cancel' ? cancelTooLate(desk, asked) : undefined;
}

/** Whether a request that is under way when its connection is cut never arrives. */
export const losesRequest = (desk: Desk, method: string): Fault | undefined =>
  strikeMethod(desk.faults, 'drop_link', method, {
    mono: desk.mono,
    means: ({ lost }) => lost === 'request',
  });

/** What an exchange under maintenance does not answer. */
const isShut = (method: string): boolean => method.startsWith('private/') || LOGINS.has(method);
const LOGINS: ReadonlySet<string> = new Set([
  'public/auth',
  'public/fork_token',
  'public/exchange_token',
]);

/** The refusal of who asks too much; a fault may say otherwise than the options whether it closes and tells a wait. */
export function tooMany(desk: Desk, fault?: Fault): Outcome {
  const { waitSeconds, close = desk.options.rateLimitCloses } = fault ?? {};
  const wait = waitSeconds ?? (desk.options.rateLimitWait ? 1 : undefined);
  const answer = err(refusal(10028, wait === undefined ? {} : { data: { wait } }));
  return { lost: false, answer, delayMs: undefined, ...(close ? { closes: true } : {}) };
}

/** Cuts the connection and lets its request arrive later, by the login that it had if its key is still good. */
function carryOutLate(desk: Desk, { origin, run }: Asked, fault: Fault): Outcome {
  const { conn } = origin;
  if (conn === null) return { lost: true };
  const { login } = conn;
  desk.out.push({ kind: 'drop', conn: conn.id });
  endConnection(desk, conn, true);
  desk.later.push({
    at: desk.mono + (fault.delayMs ?? LATE),
    run: () => {
      const key = desk.keys.find(({ id }) => id === login?.key.id);
      const isGood = key !== undefined && !isKeyOff(desk, key);
      if (login !== null && isGood) desk.logins.set(login.token, login);
      run();
      if (login !== null) desk.logins.delete(login.token);
    },
  });
  return { lost: true };
}

/** The order of a cancel fills in front of it, or only looks as if it had. */
function cancelTooLate(desk: Desk, { origin, params }: Asked): Outcome | undefined {
  const fault = holding(desk.faults, 'cancel_too_late', desk.mono);
  const order = desk.world.state.orders.get(String(params['order_id']));
  if (fault === undefined || order?.state !== 'open') return undefined;
  if (order.account !== origin.conn?.login?.key.account) return undefined;
  strike(fault);
  if (fault.fill !== false)
    fillWhole(desk.world, order, (changed) => settleLinks(desk.world, changed));
  return answered(refuse(fault.code ?? 11044));
}
