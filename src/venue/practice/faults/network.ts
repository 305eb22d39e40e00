/**
 * The network between the exchange and its clients as faults bend it: connections that carry nothing in one direction or
 * both, that take seconds, that are cut again and again, or that were silent for too long. What is delayed keeps its order.
 */
import type { Millis } from '../../../base/time.ts';
import { endConnection } from '../wire/connections.ts';
import type { Conn, Desk } from '../desk.ts';
import { type Fault, holding, isActive, strike } from './faults.ts';
import type { ExchangeEffect, ExchangeInput } from '../ports.ts';

/** How a connection is carried. `up` leads to the exchange. */
export type Carriage = {
  hole: 'none' | 'both' | 'up' | 'down';
  /** Real time of the last frame either way. */
  usedAt: Millis;
  /** Real time at which the last delayed frame of a direction is due. */
  readonly due: { up: Millis; down: Millis };
};

/** Carriages by connection, and when each fault that flaps cuts next. */
export type Network = {
  readonly carriages: Map<number, Carriage>;
  readonly flaps: Map<number, Millis>;
};

export const createNetwork = (): Network => ({ carriages: new Map(), flaps: new Map() });

const IDLE = 20_000;
const LATENCY = 3_000;
const FLAP = 3_000;
const TOO_SLOW = JSON.stringify({ jsonrpc: '2.0', method: 'connection_too_slow' });

function carriageOf({ network, mono }: Desk, conn: number): Carriage {
  let carriage = network.carriages.get(conn);
  if (carriage === undefined) {
    carriage = { hole: 'none', usedAt: mono, due: { up: 0, down: 0 } };
    network.carriages.set(conn, carriage);
  }
  return carriage;
}

/** A connection that was silent for too long is forgotten on the way. */
function use(desk: Desk, carriage: Carriage): void {
  const fault = holding(desk.faults, 'idle_timeout', desk.mono);
  if (
    fault !== undefined &&
    carriage.hole === 'none' &&
    desk.mono - Math.max(carriage.usedAt, fault.startedAt) >= (fault.idleMs ?? IDLE)
  ) {
    carriage.hole = 'both';
    strike(fault);
  }
  carriage.usedAt = desk.mono;
}

const latencyOf = (desk: Desk): Millis => {
  const fault = holding(desk.faults, 'clog', desk.mono);
  return fault === undefined ? 0 : (fault.latencyMs ?? LATENCY);
};

/** When a frame that sets out now arrives, never before one that set out earlier. */
function dueOf(desk: Desk, carriage: Carriage, direction: 'up' | 'down'): Millis {
  const at = Math.max(desk.mono + latencyOf(desk), carriage.due[direction]);
  carriage.due[direction] = at;
  return at;
}

/** Whether an input gets through now; what is under way for longer comes by itself when it is due. */
export function arrives(desk: Desk, input: ExchangeInput, take: () => void): boolean {
  if (input.kind === 'opened') {
    desk.network.carriages.delete(input.conn);
    return true;
  }
  if (input.kind !== 'frame' && input.kind !== 'closed') return true;
  const carriage = carriageOf(desk, input.conn);
  if (input.kind === 'frame') {
    use(desk, carriage);
    if (carriage.hole === 'both' || carriage.hole === 'up') return false;
  }
  const at = dueOf(desk, carriage, 'up');
  if (at <= desk.mono) return true;
  desk.later.push({ at, run: take });
  return false;
}

/** The effects as they reach the other side. */
export function departing(desk: Desk, effects: readonly ExchangeEffect[]): ExchangeEffect[] {
  return effects.flatMap((effect): ExchangeEffect[] => {
    if (effect.kind !== 'send' && effect.kind !== 'close' && effect.kind !== 'drop')
      return [effect];
    const carriage = carriageOf(desk, effect.conn);
    if (effect.kind === 'send') use(desk, carriage);
    if (carriage.hole === 'both' || carriage.hole === 'down') return [];
    const delayMs = dueOf(desk, carriage, 'down') - desk.mono;
    if (effect.kind === 'drop' || delayMs <= 0) return [effect];
    return [{ ...effect, delayMs: (effect.delayMs ?? 0) + delayMs }];
  });
}

/** The connections of this moment fall silent, in both directions or one. */
export function digHole(desk: Desk, fault: Fault): void {
  for (const conn of desk.conns.keys()) carriageOf(desk, conn).hole = fault.way ?? 'both';
}

/** The way is open again: who was given up meanwhile learns of it. */
export function fillHoles(desk: Desk): void {
  for (const [conn, carriage] of desk.network.carriages) {
    if (carriage.hole === 'none') continue;
    carriage.hole = 'none';
    if (!desk.conns.has(conn)) desk.out.push({ kind: 'drop', conn });
  }
}

/** Cuts one connection, or all; `cancels` says whether cancel-on-disconnect may act. */
export function cut(desk: Desk, conns: Iterable<Conn>, cancels: boolean): void {
  for (const conn of conns) {
    desk.out.push({ kind: 'drop', conn: conn.id });
    endConnection(desk, conn, cancels);
  }
}

/** Tells every client that it reads too slowly, and cuts it off. */
export function cutSlow(desk: Desk): void {
  for (const conn of desk.conns.values())
    desk.out.push({ kind: 'send', conn: conn.id, text: TOO_SLOW });
  cut(desk, desk.conns.values(), true);
}

const flapping = (desk: Desk): readonly Fault[] =>
  desk.faults.faults.filter((fault) => fault.does === 'flapping' && isActive(fault, desk.mono));

/** Cuts all connections where it is time to. */
export function flap(desk: Desk): void {
  for (const fault of flapping(desk)) {
    if (desk.mono < (desk.network.flaps.get(fault.id) ?? 0)) continue;
    desk.network.flaps.set(fault.id, desk.mono + (fault.everyMs ?? FLAP));
    strike(fault);
    cut(desk, desk.conns.values(), true);
  }
}

/** Real time of the next such cut. */
export const flapsAt = (desk: Desk): Millis =>
  Math.min(
    Number.POSITIVE_INFINITY,
    ...flapping(desk).map((fault) => desk.network.flaps.get(fault.id) ?? desk.mono),
  );
