/**
 * Faults that a person or test asks for, so that what goes wrong at a real venue can be seen here at will. A fault on
 * requests or notifications strikes once, `count` times, or for `ms` real milliseconds when only that is given; where
 * `ms` has another meaning it strikes once, or lasts until deleted, unless `count` says more.
 * Without `method` it means private methods (never public ones, so that logins and heartbeats go on); a method may end
 * in `*`. `channel` means every channel that begins so, all of them when left out.
 * - `drop_link`: without `method` at once, all protocol connections; with it, instead of answering (after executing).
 * - `refuse_connections`: for `ms`, or until deleted.
 * - `lose_request`: never executed, never answered. `lose_answer`: executed, not answered; its pushes stay, unless
 *   `channel` names those that go missing too. `delay_answer`: answered `ms` later, executed at once.
 * - `error`: not executed, answered with `code`. `empty_answer`: answered as if there were nothing, for reads unless
 *   `method` names another.
 * - `stale_reads`: reads answer from a copy of the exchange (see replica.ts) that is up to `ms` old (2.6 s when left
 *   out), `count` times or until deleted.
 * - `drop_notification`: a push is lost. `duplicate_notification`: it comes twice. `reorder_notifications`: it is held
 *   back until another frame of its connection has overtaken it, `ms` at most (see outgoing.ts).
 * - `lock_platform`: the exchange takes cancels only (10019), and says so; for `ms`, or until deleted.
 * - `forget_history`: what ended or traded before now is gone from queries of orders and trades, until deleted; the
 *   transaction log keeps it.
 */
import type { Millis } from '../../base/time.ts';
import type { ErrorCode } from '../protocol/errors.ts';

/** What a fault may be given beside its kind. */
export type FaultField = 'method' | 'channel' | 'count' | 'ms' | 'code';

type Rules = {
  readonly takes: readonly FaultField[];
  /** What it means nothing without. */
  readonly needs?: FaultField;
  /** `ms` is not how long it strikes. */
  readonly ownMs?: true;
  /** Without `count` it holds until its time is over or it is deleted. */
  readonly lasting?: true;
};

const REQUESTS = ['method', 'count', 'ms'] as const;
const PUSHES = ['channel', 'count', 'ms'] as const;

export const FAULT_RULES = {
  drop_link: { takes: REQUESTS },
  refuse_connections: { takes: ['ms'], lasting: true },
  lose_request: { takes: REQUESTS },
  lose_answer: { takes: [...REQUESTS, 'channel'] },
  delay_answer: { takes: REQUESTS, needs: 'ms', ownMs: true },
  drop_notification: { takes: PUSHES },
  duplicate_notification: { takes: PUSHES },
  reorder_notifications: { takes: PUSHES, ownMs: true },
  error: { takes: [...REQUESTS, 'code'] },
  empty_answer: { takes: REQUESTS },
  stale_reads: { takes: REQUESTS, ownMs: true, lasting: true },
  lock_platform: { takes: ['ms'], lasting: true },
  forget_history: { takes: [], lasting: true },
} as const satisfies Readonly<Record<string, Rules>>;
export type FaultKind = keyof typeof FAULT_RULES;
export const FAULT_KINDS = Object.keys(FAULT_RULES) as [FaultKind, ...FaultKind[]];

export const rulesOf = (kind: FaultKind): Rules => FAULT_RULES[kind];

export type FaultRequest = {
  readonly kind: FaultKind;
  readonly method?: string | undefined;
  readonly channel?: string | undefined;
  readonly count?: number | undefined;
  readonly ms?: number | undefined;
  readonly code?: ErrorCode | undefined;
};

export type Fault = FaultRequest & {
  readonly id: number;
  /** Server time from which it holds. */
  readonly since: Millis;
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
  request: FaultRequest,
  at: { readonly mono: Millis; readonly server: Millis },
): Fault {
  const { ownMs, lasting } = rulesOf(request.kind);
  const timed = request.ms !== undefined && ownMs !== true;
  const unbounded = request.count === undefined && (lasting === true || timed);
  const fault: Fault = {
    ...request,
    id: board.next++,
    since: at.server,
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

const methodFits = (fault: Fault, method: string): boolean => {
  if (fault.method === undefined) return method.startsWith('private/');
  return fault.method.endsWith('*')
    ? method.startsWith(fault.method.slice(0, -1))
    : fault.method === method;
};

/** The first active fault of a kind that means this method, and what `means` says; it is struck. */
export function strikeMethod(
  board: FaultBoard,
  kind: FaultKind,
  method: string,
  at: { readonly mono: Millis; readonly means?: (fault: Fault) => boolean },
): Fault | undefined {
  const fault = board.faults.find(
    (one) =>
      one.kind === kind &&
      isActive(one, at.mono) &&
      methodFits(one, method) &&
      (kind !== 'drop_link' || one.method !== undefined) &&
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
    (one) => one.kind === kind && isActive(one, mono) && channel.startsWith(one.channel ?? ''),
  );
  if (fault !== undefined) strike(fault);
  return fault;
}

/** Whether new connections are refused. */
export const refusing = (board: FaultBoard, mono: Millis): Fault | undefined =>
  board.faults.find((fault) => fault.kind === 'refuse_connections' && isActive(fault, mono));

/** Whether the exchange takes cancels only. */
export const isPlatformLocked = (board: FaultBoard, mono: Millis): boolean =>
  board.faults.some((fault) => fault.kind === 'lock_platform' && isActive(fault, mono));

/** Server time up to which history is gone; undefined when it is whole. */
export function forgottenUntil(board: FaultBoard): Millis | undefined {
  const since = board.faults
    .filter((fault) => fault.kind === 'forget_history')
    .map((fault) => fault.since);
  return since.length === 0 ? undefined : Math.max(...since);
}

/** Takes a fault back; answers whether there was one. */
export function removeFault(board: FaultBoard, id: number): boolean {
  const at = board.faults.findIndex((fault) => fault.id === id);
  if (at >= 0) board.faults.splice(at, 1);
  return at >= 0;
}
