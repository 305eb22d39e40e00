/**
 * What each kind of fault takes. `deed`: it is carried out once, at the moment it is asked for, and is over then.
 *
 * - `drop_link`: without `method` and `lost` at once, all protocol connections; else instead of answering a request: after
 *   executing it, or before (`lost: request`).
 * - `refuse_connections`: for `ms`, or until deleted.
 * - `lose_request`: never executed, never answered. `lose_answer`: executed, not answered; its pushes stay, unless
 *   `channel` names those that go missing too. `delay_answer`: answered `ms` later, executed at once.
 * - `late_request`: the connection is cut at once, the request is executed `delayMs` later, with its deadline looked at then.
 * - `error`: not executed, or with `executed` carried out all the same, and answered with `code`. `too_many_requests`: the same with 10028, with `data.wait` and a close of the
 *   connection as asked. `empty_answer`: answered as if there were nothing, for reads unless `method` names another. `short_answer`: the
 *   same with one row of its list left out, that of `instrument` or the first, or with that position as if none were held.
 *   `mixed_answer`: a list holds the rows of another account as well, the first other one unless `account` names it.
 * - `stale_reads`: reads answer from a copy of the exchange (replica.ts) up to `ms` old, `count` times or until deleted.
 * - `drop_notification`, `duplicate_notification`, `reorder_notifications`: outgoing.ts.
 * - `lock_platform`: the exchange takes cancels only (10019), and says so. `maintenance`: all connections are cut, logins
 *   forgotten, nothing fills, private requests and logins get 11051, `platform_state` says so; orders survive.
 * - `engine_busy`: requests for the matching engine wait until it is over: engine-queue.ts.
 * - `halt`: orders are accepted, nothing fills or triggers. `burst_fills`: each fill comes in `parts` pieces.
 * - `forget_history`: what ended or traded before now is gone from queries, until deleted; the transaction log keeps it.
 *   `order_window`, `trade_window`: how far back recent history reaches, and how late the archive knows what left it.
 * - `cancel_too_late`: a cancel finds its order filled. `cod`: cancel-on-disconnect acts unasked, or does not act.
 * - `key_disabled`, `scope_reduced`, `tokens_expired`: key-faults.ts. `broken_frames`: broken-frames.ts.
 * - `clock_offset`: the server time that is told, and by which deadlines are judged, is off. `testnet_flag`: answers claim
 *   another network.
 * - `bad_upgrade`: every try of a WebSocket is answered with a page and a status. `tls_face`: what the TLS door shows. Both until
 *   their time is over or they are deleted; connections that stand are left alone. `bit_flip`: broken-frames.ts.
 * - `bad_gateway`, `black_hole`, `clog`, `flapping`, `idle_timeout`, `too_slow`: network.ts.
 * - The deeds: control-deeds.ts.
 */
import type { FaultField } from './fault-fields.ts';

type Rules = {
  readonly takes: readonly FaultField[];
  /** What it means nothing without. */
  readonly needs?: FaultField;
  /** `ms` is not how long it strikes. */
  readonly ownMs?: true;
  /** Without `count` it holds until its time is over or it is deleted. */
  readonly lasting?: true;
  readonly deed?: true;
};

const REQUESTS = ['method', 'count', 'ms'] as const;
const PUSHES = ['channel', 'count', 'ms'] as const;
const HAND = ['account', 'instrument', 'amount', 'as'] as const;

export const FAULT_RULES = {
  drop_link: { takes: [...REQUESTS, 'lost'] },
  refuse_connections: { takes: ['ms'], lasting: true },
  bad_upgrade: { takes: ['status', 'ms'], lasting: true },
  tls_face: { takes: ['shows', 'ms'], lasting: true },
  lose_request: { takes: REQUESTS },
  lose_answer: { takes: [...REQUESTS, 'channel'] },
  delay_answer: { takes: REQUESTS, needs: 'ms', ownMs: true },
  late_request: { takes: [...REQUESTS, 'delayMs'] },
  drop_notification: { takes: PUSHES },
  duplicate_notification: { takes: PUSHES },
  reorder_notifications: { takes: PUSHES, ownMs: true },
  error: { takes: [...REQUESTS, 'code', 'executed'] },
  too_many_requests: { takes: [...REQUESTS, 'close', 'waitSeconds'] },
  empty_answer: { takes: REQUESTS },
  mixed_answer: { takes: [...REQUESTS, 'account'] },
  short_answer: { takes: [...REQUESTS, 'instrument', 'row'] },
  stale_reads: { takes: REQUESTS, ownMs: true, lasting: true },
  lock_platform: { takes: ['ms'], lasting: true },
  maintenance: { takes: ['ms'], lasting: true },
  halt: { takes: ['instrument', 'ms'], lasting: true },
  engine_busy: { takes: ['ms'], lasting: true },
  burst_fills: { takes: ['instrument', 'parts', 'count', 'ms'] },
  forget_history: { takes: [], lasting: true },
  order_window: { takes: ['windowMs', 'delayMs', 'ms'], lasting: true },
  trade_window: { takes: ['windowMs', 'delayMs', 'ms'], lasting: true },
  cancel_too_late: { takes: ['fill', 'code', 'count', 'ms'] },
  cod: { takes: ['fires', 'count', 'ms'] },
  key_disabled: { takes: ['key', 'ms'], lasting: true },
  scope_reduced: { takes: ['key', 'scope', 'ms'], lasting: true },
  tokens_expired: { takes: ['key'], deed: true },
  bit_flip: { takes: ['on', 'method', 'channel', 'count', 'ms'] },
  broken_frames: { takes: ['how', 'on', 'method', 'channel', 'bytes', 'count', 'ms'] },
  clock_offset: { takes: ['offsetMs', 'ms'], needs: 'offsetMs', lasting: true },
  testnet_flag: { takes: ['testnet', 'ms'], lasting: true },
  bad_gateway: { takes: [...REQUESTS, 'status', 'executed'] },
  black_hole: { takes: ['way', 'ms'], lasting: true },
  clog: { takes: ['latencyMs', 'ms'], lasting: true },
  flapping: { takes: ['everyMs', 'ms'], lasting: true },
  idle_timeout: { takes: ['idleMs', 'ms'], lasting: true },
  too_slow: { takes: [], deed: true },
  cut_reduce_only: { takes: ['account', 'instrument', 'share'], deed: true },
  hand_close: { takes: ['account', 'instrument', 'as'], deed: true },
  hand_reduce: { takes: HAND, deed: true },
  hand_open: { takes: [...HAND, 'direction'], deed: true },
  hand_flip: { takes: ['account', 'instrument', 'as'], deed: true },
  liquidation: { takes: ['account', 'instrument', 'share'], deed: true },
  liquidation_course: { takes: ['account', 'instrument', 'share'], deed: true },
  bankruptcy: { takes: ['account', 'instrument'], deed: true },
  settlement: { takes: [], deed: true },
  delivery: { takes: ['instrument'], deed: true },
  new_terms: { takes: ['instrument', 'tick', 'contractSize', 'minAmount'], deed: true },
  book_state: { takes: ['instrument', 'state', 'ms'], ownMs: true, deed: true },
  move_order: { takes: ['account', 'orderId', 'percent'], deed: true },
} as const satisfies Readonly<Record<string, Rules>>;

export type FaultKind = keyof typeof FAULT_RULES;
export const FAULT_KINDS = Object.keys(FAULT_RULES) as readonly FaultKind[];

export const rulesOf = (kind: FaultKind): Rules => FAULT_RULES[kind];
export const isFaultKind = (kind: string): kind is FaultKind => Object.hasOwn(FAULT_RULES, kind);
