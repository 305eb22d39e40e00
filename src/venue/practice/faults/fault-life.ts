/** What faults do at their beginning and their end, and what they let happen later. */
import type { Millis } from '../../../base/time.ts';
import type { Desk } from '../desk.ts';
import { workOff } from '../orders/engine-queue.ts';
import type { FaultKind } from './fault-rules.ts';
import { type Fault, holding, isDropInstead, refusing, strike } from './faults.ts';
import { expireTokens, reduceScopes, switchOff } from './key-faults.ts';
import { cut, cutSlow, digHole, fillHoles } from './network.ts';
import type { Bend } from '../world.ts';

/** The state of the platform is told with the next frames, not at its usual time. */
function tellPlatform(desk: Desk): void {
  for (const conn of desk.conns.values())
    for (const subscription of conn.subscriptions.values())
      if (subscription.channel.topic === 'platform') subscription.sentAt = Number.NEGATIVE_INFINITY;
}

/** How new connections are met from now on. */
function tellDoor(desk: Desk): void {
  const page = holding(desk.faults, 'bad_upgrade', desk.mono);
  if (refusing(desk.faults, desk.mono) !== undefined)
    desk.out.push({ kind: 'listen', accept: false });
  else if (page !== undefined)
    desk.out.push({ kind: 'listen', accept: false, status: Number(page.status ?? 502) });
  else desk.out.push({ kind: 'listen', accept: true });
}

/** What the TLS door shows from now on. */
const tellTls = (desk: Desk): void =>
  void desk.out.push({
    kind: 'tls',
    shows: holding(desk.faults, 'tls_face', desk.mono)?.shows ?? 'own',
  });

const BEGINNINGS: Readonly<Partial<Record<FaultKind, (desk: Desk, fault: Fault) => void>>> = {
  refuse_connections: tellDoor,
  bad_upgrade: tellDoor,
  tls_face: tellTls,
  lock_platform: tellPlatform,
  maintenance: (desk) => {
    cut(desk, desk.conns.values(), false);
    desk.logins.clear();
  },
  drop_link: (desk, fault) => {
    if (isDropInstead(fault)) return;
    strike(fault);
    cut(desk, desk.conns.values(), true);
  },
  black_hole: digHole,
  key_disabled: switchOff,
  scope_reduced: reduceScopes,
  tokens_expired: (desk, fault) => {
    strike(fault);
    expireTokens(desk, fault);
  },
  too_slow: (desk, fault) => {
    strike(fault);
    cutSlow(desk);
  },
};

/** What a fault does the moment it is asked for; most wait for something to strike. */
export const begin = (desk: Desk, fault: Fault): void => BEGINNINGS[fault.does]?.(desk, fault);

/** What happens when a fault is over or taken back. */
export function end(desk: Desk, fault: Fault): void {
  if (fault.does === 'lock_platform' || fault.does === 'maintenance') tellPlatform(desk);
  if (fault.does === 'black_hole' || fault.does === 'idle_timeout') fillHoles(desk);
  if (fault.does === 'refuse_connections' || fault.does === 'bad_upgrade') tellDoor(desk);
  if (fault.does === 'tls_face') tellTls(desk);
  if (fault.does === 'engine_busy') workOff(desk);
}

/** Ends the faults whose time is over. */
export function tendFaults(desk: Desk): void {
  for (const fault of desk.faults.faults) {
    if (fault.left === 0 || fault.endsAt === null || desk.mono < fault.endsAt) continue;
    fault.left = 0;
    end(desk, fault);
  }
}

/** Real time at which a fault ends by itself. */
export const faultsDueAt = (desk: Desk): Millis =>
  Math.min(
    Number.POSITIVE_INFINITY,
    ...desk.faults.faults
      .filter((fault) => fault.left !== 0)
      .map((fault) => fault.endsAt ?? Number.POSITIVE_INFINITY),
  );

/** Does what was put off, in the order in which it falls due. */
export function runLater(desk: Desk): void {
  const due = desk.later.filter(({ at }) => at <= desk.mono).sort((a, b) => a.at - b.at);
  for (const one of due) desk.later.splice(desk.later.indexOf(one), 1);
  for (const { run } of due) run();
}

/** Real time at which something that was put off is due. */
export const laterDueAt = (desk: Desk): Millis =>
  Math.min(Number.POSITIVE_INFINITY, ...desk.later.map(({ at }) => at));

/** How the faults of a front bend its world. */
export function bendOf(desk: () => Desk): Bend {
  const about = (instrument: string) => (fault: Fault) =>
    fault.instrument === undefined || fault.instrument === instrument;
  return {
    isHalted: (instrument) =>
      holding(desk().faults, 'maintenance', desk().mono) !== undefined ||
      holding(desk().faults, 'halt', desk().mono, about(instrument)) !== undefined,
    pieces: (instrument) => {
      const fault = holding(desk().faults, 'burst_fills', desk().mono, about(instrument));
      if (fault === undefined) return 1;
      strike(fault);
      return fault.parts ?? 3;
    },
    offset: () => holding(desk().faults, 'clock_offset', desk().mono)?.offsetMs ?? 0,
  };
}
