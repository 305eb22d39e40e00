/** Misfortunes between the engine and the exchange: answers, pushes and connections. Each answers what it did. */
import type { World } from '../world/world.ts';
import type { Draw } from './draw.ts';
import { tradeByHand } from './people.ts';

const METHODS = [
  'private/*',
  'private/buy',
  'private/sell',
  'private/cancel',
  'private/edit',
  'private/get_open_orders',
  'private/get_positions',
  'private/get_account_summaries',
  'private/get_user_trades_by_currency_and_time',
  'private/get_order_state*',
  'private/cancel_by_label',
] as const;
const PLACING = ['private/buy', 'private/sell', 'private/*'] as const;
const READS = [
  'private/get_open_orders',
  'private/get_positions',
  'private/get_user_trades_by_currency_and_time',
] as const;
/** Refused for good, refused in a way that proves nothing, too many requests, settlement under way. */
const CODES = [11_094, 10_009, 10_028, 10_041, 10_047] as const;

export function loseAnswers(world: World, draw: Draw): string {
  const kind = draw.of(['lose_answer', 'lose_request', 'delay_answer', 'lose_both'] as const);
  // What hurts most is an order of which neither answer nor push is heard.
  const method = kind === 'lose_both' ? draw.of(PLACING) : draw.of(METHODS);
  if (kind === 'delay_answer') world.fault({ kind, method, ms: draw.between(100, 9_000) });
  else if (kind === 'lose_both')
    world.fault({ kind: 'lose_answer', method, channel: 'user.changes' });
  else world.fault({ kind, method, count: draw.between(1, 2) });
  return `${kind} ${method}`;
}

export function answerErrors(world: World, draw: Draw): string {
  if (draw.chance(0.2)) {
    const method = draw.of(READS);
    world.fault({ kind: 'empty_answer', method, count: draw.between(1, 3) });
    return `empty_answer ${method}`;
  }
  const [method, code] = [draw.of(METHODS), draw.of(CODES)];
  world.fault({ kind: 'error', method, code, count: draw.between(1, 3) });
  return `error ${code} ${method}`;
}

/** Of the trading stream mostly, else of the drop copy's, or of both. */
export function losePushes(world: World, draw: Draw): string {
  const ms = draw.between(200, 3_200);
  const channel = ['user.trades', 'user.', 'user.changes', 'user.changes'][ms % 4];
  world.fault({ kind: 'drop_notification', channel, ms });
  return `drop_notification on ${channel} for ${ms} ms`;
}

/** Pushes come twice, or in another order. */
export function repeatPushes(world: World, draw: Draw): string {
  const kind = draw.of(['duplicate_notification', 'reorder_notifications'] as const);
  world.fault({ kind, channel: 'user.changes', count: draw.between(1, 6) });
  return kind;
}

/** Reads come from a copy of the exchange that lags behind. */
export function staleReads(world: World, draw: Draw): string {
  const ms = draw.between(200, 2_600);
  world.fault({ kind: 'stale_reads', ms, count: draw.between(1, 20) });
  return `reads are ${ms} ms old`;
}

/**
 * Market time for which history is forgotten at most: less than a read of fills reaches back before its cursor. What an
 * exchange denies for longer than that, and its position does not show either, can't be found by reading fills.
 */
const FORGOTTEN_MOST = 540_000;

/**
 * What ended before now is gone from the exchange's queries for a while; at worst just after a hand has traded and the
 * stream did not tell.
 */
export async function forgetHistory(
  world: World,
  draw: Draw,
  instruments: readonly string[],
): Promise<string> {
  const unseen = draw.chance(0.6);
  if (unseen) world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 500 });
  const hand = unseen ? tradeByHand(world, draw, instruments) : '';
  const id = world.fault({ kind: 'forget_history' });
  const drawn = draw.chance(0.5) ? draw.between(10_000, 50_000) : draw.between(200, 8_000);
  const ms = Math.min(drawn, Math.floor(FORGOTTEN_MOST / world.books().speed));
  await world.run(ms);
  world.control('DELETE', `fault/${id}`);
  return `history was forgotten for ${ms} ms ${hand}`;
}

export function dropLinks(world: World, draw: Draw): string {
  const method = draw.chance(0.5) ? draw.of(METHODS) : null;
  world.fault(method === null ? { kind: 'drop_link' } : { kind: 'drop_link', method });
  return `drop_link ${method ?? 'now'}`;
}

export function closeDoors(world: World, draw: Draw): string {
  const ms = draw.chance(0.2) ? draw.between(10_000, 60_000) : draw.between(500, 4_500);
  world.fault({ kind: 'refuse_connections', ms });
  world.fault({ kind: 'drop_link' });
  return `refuse_connections for ${ms} ms`;
}

/** At a moment of its own, or while an order is on the wire. */
export async function cutWire(world: World, draw: Draw): Promise<string> {
  const losses = { up: draw.chance(0.5), down: draw.chance(0.5) };
  const what = `cut, lost ${losses.up ? 'up' : ''} ${losses.down ? 'down' : ''}`;
  if (draw.chance(0.6)) {
    const sent = world.counts().frames;
    const places = (): boolean => {
      const isNew = world.counts().frames > sent;
      return isNew && /"private\/(?:buy|sell|edit)"/.test(world.frames().at(-1)?.text ?? '');
    };
    await world.within(places, 20_000);
  }
  world.cut(losses);
  return what;
}

export function fallSilent(world: World): string {
  world.silence();
  return 'the wire falls silent';
}
