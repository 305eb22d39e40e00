/**
 * What a connection's life brings: heartbeats, idle closing, cancel-on-disconnect, logout. All of it runs in real time.
 * With an interval of N seconds the first test_request comes after N + 2 s, later ones each N + 0.6 s; 10 s without an
 * answer close the connection with code 4000. A connection without subscriptions and traffic is cut after 60.5 s.
 */
import * as z from 'zod';
import { ok } from '../../../base/result.ts';
import { type Millis, SECOND } from '../../../base/time.ts';
import type { HeartbeatFrame } from '../../protocol/frames.ts';
import { HEARTBEAT_CLOSE, MIN_HEARTBEAT_SECONDS } from '../../protocol/methods.ts';
import { COD_SCOPES } from '../../protocol/values.ts';
import { accountFor, type Handler, withLogin } from './call.ts';
import type { Conn, Desk } from '../desk.ts';
import { leaveLine } from '../orders/engine-queue.ts';
import { holding, strike } from '../faults/faults.ts';
import { settleLinks } from '../orders/linked.ts';
import { cancelOrder } from '../orders/matching.ts';
import { sendText } from './outgoing.ts';
import { flag, oneOf, readParams } from './params.ts';
import { refuse, refuseParam } from './refusal.ts';
import { isLive } from '../state.ts';
import { follow } from './subscriptions.ts';
import { orderOf, touchAccount } from '../world.ts';
import { writeJson } from './wire-json.ts';

const TEST_REQUEST: HeartbeatFrame = {
  params: { type: 'test_request' },
  method: 'heartbeat',
  jsonrpc: '2.0',
};
const FIRST_EXTRA = 2 * SECOND;
const LATER_EXTRA = 600;
const ANSWER_WITHIN = 10 * SECOND;

export function openConnection(
  desk: Desk,
  id: number,
  { address, streams }: Pick<Conn, 'address' | 'streams'>,
): void {
  desk.conns.set(id, {
    id,
    address,
    streams,
    activeAt: desk.mono,
    login: null,
    subscriptions: new Map(),
    heartbeat: null,
    cancels: false,
    placed: new Set(),
    heldBack: [],
  });
}

/** Forgets a connection that is gone; `cancels` says whether cancel-on-disconnect may act. */
export function endConnection(desk: Desk, conn: Conn, cancels: boolean): void {
  desk.conns.delete(conn.id);
  for (const login of desk.logins.values())
    if (login.conn === conn.id) desk.logins.delete(login.token);
  follow(desk);
  const struck = conn.placed.size === 0 ? undefined : holding(desk.faults, 'cod', desk.mono);
  if (struck !== undefined) strike(struck);
  if (!(struck?.fires ?? (struck === undefined && cancels && conn.cancels))) return;
  leaveLine(desk, conn);
  for (const id of conn.placed) {
    const order = orderOf(desk.world, id);
    if (!isLive(order)) continue;
    if (order.state === 'untriggered' && !desk.options.codTakesTriggers) continue;
    cancelOrder(desk.world, order, 'cancel_on_disconnect');
    settleLinks(desk.world, [order]);
  }
}

/** Asks, cuts and closes where the time has come. */
export function tendConnections(desk: Desk): void {
  for (const conn of desk.conns.values()) {
    const due = conn.heartbeat;
    if (due !== null && due.askedAt !== null && desk.mono - due.askedAt >= ANSWER_WITHIN) {
      desk.out.push({ kind: 'close', conn: conn.id, ...HEARTBEAT_CLOSE });
      endConnection(desk, conn, true);
    } else if (due !== null && desk.mono >= due.nextAt) {
      sendText(desk, conn, writeJson(TEST_REQUEST));
      due.askedAt ??= desk.mono;
      due.nextAt = desk.mono + due.intervalMs + LATER_EXTRA;
    } else if (
      conn.subscriptions.size === 0 &&
      desk.mono - conn.activeAt >= desk.options.idleCloseMs
    ) {
      desk.out.push({ kind: 'drop', conn: conn.id });
      endConnection(desk, conn, true);
    }
  }
}

/** Real time at which a connection next needs that. */
export function connectionsDueAt(desk: Desk): Millis {
  let due = Number.POSITIVE_INFINITY;
  for (const conn of desk.conns.values()) {
    if (conn.heartbeat !== null)
      due = Math.min(
        due,
        conn.heartbeat.nextAt,
        conn.heartbeat.askedAt === null ? due : conn.heartbeat.askedAt + ANSWER_WITHIN,
      );
    if (conn.subscriptions.size === 0)
      due = Math.min(due, conn.activeAt + desk.options.idleCloseMs);
  }
  return due;
}

const setHeartbeatParams = z.object({ interval: z.coerce.number() });
const setHeartbeat: Handler = ({ desk, conn, params }) => {
  const read = readParams(setHeartbeatParams, params);
  if (!read.ok) return read;
  if (conn === null) return refuse(10030);
  const { interval } = read.value;
  if (!(interval >= MIN_HEARTBEAT_SECONDS))
    return refuseParam('interval', `at least ${MIN_HEARTBEAT_SECONDS}`);
  const intervalMs = Math.round(interval * SECOND);
  conn.heartbeat = { intervalMs, nextAt: desk.mono + intervalMs + FIRST_EXTRA, askedAt: null };
  return ok('ok');
};

const codShape = z.object({ scope: oneOf(COD_SCOPES).default('connection') });

/** Sets cancel-on-disconnect: of this connection, or of those that the account's logins begin from now on. */
const setCancels = (cancels: boolean): Handler =>
  withLogin((call) => {
    const read = readParams(codShape, call.params);
    if (!read.ok) return read;
    if (read.value.scope === 'account') {
      const account = accountFor(call);
      account.cancelsByDefault = cancels;
      touchAccount(call.desk.world, account);
      return ok('ok');
    }
    if (call.conn === null) return refuse(10049);
    call.conn.cancels = cancels;
    return ok('ok');
  });

const logoutParams = z.object({ invalidate_token: flag.default(true) });
/** `private/logout`: the connection is closed instead of answered, and cancel-on-disconnect does not act. */
const logout = withLogin(({ desk, conn, login, params }) => {
  const read = readParams(logoutParams, params);
  if (!read.ok) return read;
  if (conn === null) return refuse(10030);
  if (read.value.invalidate_token) desk.logins.delete(login.token);
  desk.out.push({ kind: 'close', conn: conn.id, code: 1000, reason: 'logout' });
  endConnection(desk, conn, false);
  return ok('ok');
});

export const CONNECTION_METHODS = {
  'public/set_heartbeat': setHeartbeat,
  'public/disable_heartbeat': ({ conn }) => {
    if (conn === null) return refuse(10030);
    conn.heartbeat = null;
    return ok('ok');
  },
  'private/enable_cancel_on_disconnect': setCancels(true),
  'private/disable_cancel_on_disconnect': setCancels(false),
  'private/get_cancel_on_disconnect': withLogin((call) => {
    const read = readParams(codShape, call.params);
    if (!read.ok) return read;
    const { scope } = read.value;
    const enabled =
      scope === 'account'
        ? accountFor(call).cancelsByDefault === true
        : call.conn?.cancels === true;
    return ok({ scope, enabled });
  }),
  'private/logout': logout,
} as const satisfies Readonly<Record<string, Handler>>;
