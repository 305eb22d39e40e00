/**
 * The board of faults that a person or test has asked for, and which of them strikes now. What each kind takes and does
 * stands in `fault-rules.ts`; the ids under which they are known in `fault-catalogue.ts`. A fault on requests or
 * notifications strikes once, `count` times, or for `ms` real milliseconds when only that is given; where `ms` has another
 * meaning it strikes once, or lasts until deleted, unless `count` says more. Without `method` it means private methods
 * (never public ones, so that logins and heartbeats go on); a method may end in `*`.
 */
import type { Millis } from '../../../base/time.ts';
import type { FaultRequest } from './fault-fields.ts';
import { type FaultKind, rulesOf } from './fault-rules.ts';

export type Fault = FaultRequest & {
  /** What it does; `kind` is the name that it was asked for by, which may be an id of the catalogue. */
  readonly does: FaultKind;
  readonly id: number;
  /** Server time from which it holds. */
  readonly since: Millis;
  /** Real time from which it holds. */
  readonly startedAt: Millis;
  /** Strikes left; null is no bound. */
  left: number | null;
  /** Real time at which it ends by itself. */
  readonly endsAt: Millis | null;
  hits: number;
};

export type FaultBoard = { readonly faults: Fault[]; next: number };

export const createFaultBoard = (): FaultBoard => ({ faults: [], next: 1 });

/** Adds a fault that holds from now on; `mono` and `server` are the two clocks. */
export function addFault(
  board: FaultBoard,
  request: FaultRequest & { readonly does: FaultKind },
  at: { readonly mono: Millis; readonly server: Millis },
): Fault {
  const { ownMs, lasting } = rulesOf(request.does);
  const timed = request.ms !== undefined && ownMs !== true;
  const unbounded = request.count === undefined && (lasting === true || timed);
  const fault: Fault = {
    ...request,
    id: board.next++,
    since: at.server,
    startedAt: at.mono,
    left: unbounded ? null : (request.count ?? 1),
    endsAt: timed ? at.mono + (request.ms ?? 0) : null,
    hits: 0,
  };
  board.faults.push(fault);
  return fault;
}

/** Whether a fault can still strike. */
export const isActive = (fault: Fault, mono: Millis): boolean =>
  fault.left !== 0 && (fault.endsAt === null || mono < fault.endsAt);

/** Counts a strike. */
export function strike(fault: Fault): void {
  fault.hits++;
  if (fault.left !== null) fault.left--;
}

/** Whether a fault means a method. */
export const methodFits = (fault: Pick<FaultRequest, 'method'>, method: string): boolean => {
  if (fault.method === undefined) return method.startsWith('private/');
  return fault.method.endsWith('*')
    ? method.startsWith(fault.method.slice(0, -1))
    : fault.method === method;
};

/** Whether a cut waits for a request instead of coming at once. */
export const isDropInstead = (fault: FaultRequest): boolean =>
  fault.method !== undefined || fault.lost !== undefined;

/** The first active fault of a kind that means this method, and what `means` says; it is struck. */
export function strikeMethod(
  board: FaultBoard,
  kind: FaultKind,
  method: string,
  at: { readonly mono: Millis; readonly means?: (fault: Fault) => boolean },
): Fault | undefined {
  const fault = board.faults.find(
    (one) =>
      one.does === kind &&
      isActive(one, at.mono) &&
      methodFits(one, method) &&
      (kind !== 'drop_link' || isDropInstead(one)) &&
      (at.means?.(one) ?? true),
  );
  if (fault !== undefined) strike(fault);
  return fault;
}

/** The first active fault of a kind that means this channel; it is struck. */
export function strikeChannel(
  board: FaultBoard,
  kind: 'drop_notification' | 'duplicate_notification' | 'reorder_notifications',
  channel: string,
  mono: Millis,
): Fault | undefined {
  const fault = board.faults.find(
    (one) => one.does === kind && isActive(one, mono) && channel.startsWith(one.channel ?? ''),
  );
  if (fault !== undefined) strike(fault);
  return fault;
}

/** Whether new connections are refused. */
export const refusing = (board: FaultBoard, mono: Millis): Fault | undefined =>
  board.faults.find((fault) => fault.does === 'refuse_connections' && isActive(fault, mono));

/** Whether the exchange takes cancels only. */
export const isPlatformLocked = (board: FaultBoard, mono: Millis): boolean =>
  board.faults.some((fault) => fault.does === 'lock_platform' && isActive(fault, mono));

/** Server time up to which history is gone; undefined when it is whole. */
export function forgottenUntil(board: FaultBoard): Millis | undefined {
  const since = board.faults
    .filter((fault) => fault.does === 'forget_history')
    .map((fault) => fault.since);
  return since.length === 0 ? undefined : Math.max(...since);
}

/** Takes a fault back; answers whether there was one. */
export function removeFault(board: FaultBoard, id: number): boolean {
  const at = board.faults.findIndex((fault) => fault.id === id);
  if (at >= 0) board.faults.splice(at, 1);
  return at >= 0;
}

/** The first fault of a kind that holds now and means what `means` says. */
export const holding = (
  board: FaultBoard,
  kind: FaultKind,
  mono: Millis,
  means: (fault: Fault) => boolean = () => true,
): Fault | undefined =>
  board.faults.find((fault) => fault.does === kind && isActive(fault, mono) && means(fault));
