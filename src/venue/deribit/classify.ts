/**
 * What an error of the exchange proves about the request that got it. A code that is not in the table proves nothing.
 */
import { type Millis, SECOND } from '../../base/time.ts';
import type { VenueOutcome, VenueRequest } from '../port.ts';
import { ERRORS, type ErrorClass } from '../protocol/errors.ts';
import { MESSAGE_CHARACTERS } from './limits.ts';
import type { Scrub } from './scrub.ts';

/** An error as read off the wire; `data` is the JSON text of what came with it. */
export type VenueError = {
  readonly code: number;
  readonly message: string;
  readonly data: string | null;
};

/** Codes that say of the order named: not open any more, or not known. */
const GONE: ReadonlySet<number> = new Set([10004, 10010, 11008, 11044]);
/** Codes that say that this connection is not logged in any more. */
const LOGGED_OUT: ReadonlySet<number> = new Set([10000, 13009]);
/**
 * Failures of a login that may pass by themselves: over a limit, or not recognised, as may happen right after a restart of
 * the exchange. A wrong key has a code of its own (13004).
 */
const LOGIN_LATER: ReadonlySet<number> = new Set([10000, 12003, 12998, 13009]);

/** Whether a class proves that the request had no effect. */
const NO_EFFECT: Readonly<Record<ErrorClass, boolean>> = {
  not_executed: true,
  transient: true,
  rate_limited: true,
  unavailable: true,
  rejected: true,
  auth: true,
  fatal: true,
  stale: false,
  unknown: false,
  unprotected: false,
  subscription: false,
  other: false,
};

const classes: ReadonlyMap<number, ErrorClass> = new Map(
  Object.entries(ERRORS).map(([code, entry]) => [parseInt(code, 10), entry.class]),
);

export const classOf = (code: number): ErrorClass => classes.get(code) ?? 'unknown';

/** What a client may conclude from a code, in five words: only `unknown` and `stale` leave open what happened. */
export type Proof = 'not_executed' | 'rate_limited' | 'fatal' | 'stale' | 'unknown';
export function proofOf(code: number): Proof {
  const kind = classOf(code);
  if (kind === 'rate_limited' || kind === 'fatal' || kind === 'stale') return kind;
  return NO_EFFECT[kind] ? 'not_executed' : 'unknown';
}

/** Whether a code says that the login does not allow what was asked, though the scope at the login did. */
export const isScopeLost = (code: number): boolean => code === 13021;
export const isLoggedOut = (code: number): boolean => LOGGED_OUT.has(code);
/** Whether a refused login will be refused again, whenever it is tried. */
export const isFinalLoginError = (code: number): boolean =>
  classOf(code) === 'auth' && !LOGIN_LATER.has(code);

/** What came with an error, as JSON; null where there is nothing. Nesting may be deeper than a text can be made of. */
function textOfData(data: unknown): string | null {
  if (data === undefined || data === null) return null;
  try {
    return JSON.stringify(data);
  } catch {
    return '(nested too deeply)';
  }
}

/** The error member of an answer, without secrets that it may echo; undefined when it has not the shape of one. */
export function readError(error: unknown, scrub: Scrub): VenueError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message, data } = error as {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly data?: unknown;
  };
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) return undefined;
  const told = textOfData(data);
  return {
    code,
    message: scrub(typeof message === 'string' ? message : '', MESSAGE_CHARACTERS),
    data: told === null ? null : scrub(told, MESSAGE_CHARACTERS),
  };
}

const namesAnOrder = (request: VenueRequest): boolean =>
  request.kind === 'edit' ||
  request.kind === 'cancel' ||
  request.kind === 'cancel_by_label' ||
  request.kind === 'order_state';

/** How a request ended that the exchange answered with an error; `beganAt` is the answer's own stamp (server ms). */
export function classify(
  request: VenueRequest,
  error: VenueError,
  beganAt: number | null,
): VenueOutcome {
  const { code, message, data } = error;
  if (code === 10004 && request.kind === 'order_state')
    return { status: 'ok', result: { kind: 'order_state', order: null }, beganAt };
  if (code === 10004 && request.kind === 'orders_by_label')
    return { status: 'ok', result: { kind: 'orders_by_label', orders: [] }, beganAt };
  // The matching engine found nothing under the label: as much a proof as a count of zero.
  if (code === 10004 && request.kind === 'cancel_by_label')
    return { status: 'ok', result: { kind: 'cancel_by_label', count: 0 }, beganAt };
  if (GONE.has(code) && namesAnOrder(request)) return { status: 'gone', code, message };
  const kind = classOf(code);
  if (NO_EFFECT[kind])
    return { status: 'refused', code, message, data, rateLimited: kind === 'rate_limited' };
  return {
    status: 'unknown',
    reason: `the exchange answered ${code} ${message}, which proves nothing`,
    code,
  };
}

/** Whether a code says that credits are used up. */
export const isRateLimit = (code: number): boolean => classOf(code) === 'rate_limited';

/**
 * How long the exchange asks us to wait, in ms, as long as it may be; null when it names no time. It states seconds in `wait`,
 * which the documentation knows of other errors than 10028.
 */
export function waitOf({ data }: VenueError): Millis | null {
  const seconds = /"wait":(\d{1,9}(?:\.\d{1,9})?)[,}]/.exec(data ?? '')?.[1];
  return seconds === undefined ? null : Math.ceil(Number(seconds) * SECOND);
}
