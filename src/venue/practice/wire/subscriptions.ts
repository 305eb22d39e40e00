/**
 * Subscribing. The answer names the accepted channels only, shuffled; misspelt ones and those that the key may not read
 * are left out silently, while a `raw` channel without a login fails the whole call. Subscribing again to what one has
 * is accepted and sends nothing anew.
 */
import * as z from 'zod';
import { ok } from '../../../base/result.ts';
import { nextBelow } from '../../../base/prng.ts';
import { MAX_SUBSCRIPTION_LABEL_LENGTH } from '../../protocol/channels.ts';
import type { Call, Handler } from './call.ts';
import { allowsScope, type Channel, type Known, parseChannel, scopeOfChannel } from './channels.ts';
import type { Conn, Desk, Login } from '../desk.ts';
import { list, readParams, text } from './params.ts';
import { refuse } from './refusal.ts';

const knownNames = (desk: Desk): Known => ({
  instruments: new Set(desk.world.specs.keys()),
  indices: new Set([...desk.world.specs.values()].map((spec) => spec.index)),
});

/** The login that a connection speaks with, while its token is good. */
const liveLogin = (desk: Desk, conn: Conn): Login | null =>
  conn.login !== null && conn.login.expiresAt > desk.mono && desk.logins.has(conn.login.token)
    ? conn.login
    : null;

const isRaw = (channel: Channel): boolean => 'interval' in channel && channel.interval === 'raw';

const subscribeParams = z.object({
  channels: list(text),
  label: text.max(MAX_SUBSCRIPTION_LABEL_LENGTH).optional(),
});
const subscribe: Handler = ({ desk, conn, params }) => {
  const read = readParams(subscribeParams, params);
  if (!read.ok) return read;
  if (conn === null) return refuse(10030);
  const login = liveLogin(desk, conn);
  const known = knownNames(desk);
  const accepted: string[] = [];
  for (const name of new Set(read.value.channels)) {
    const channel = parseChannel(name, known);
    if (channel === null) continue;
    if (isRaw(channel) && login === null) return refuse(13778);
    const scope = scopeOfChannel(channel);
    if (scope !== null && (login === null || !allowsScope(login.scopes, scope))) continue;
    accepted.push(name);
    if (conn.subscriptions.has(name)) continue;
    conn.subscriptions.set(name, {
      name,
      channel,
      label: scope === null ? undefined : read.value.label,
      sentAt: Number.NEGATIVE_INFINITY,
      dirty: true,
      held: [],
    });
  }
  follow(desk);
  return ok(shuffled(desk, accepted));
};

const unsubscribeParams = z.object({ channels: list(text) });
const unsubscribe: Handler = ({ desk, conn, params }) => {
  const read = readParams(unsubscribeParams, params);
  if (!read.ok) return read;
  if (conn === null) return refuse(10030);
  const ended = read.value.channels.filter((name) => conn.subscriptions.delete(name));
  follow(desk);
  return ok(shuffled(desk, ended));
};

const unsubscribeAll: Handler = ({ desk, conn }: Call) => {
  if (conn === null) return refuse(10030);
  conn.subscriptions.clear();
  follow(desk);
  return ok('ok');
};

function shuffled(desk: Desk, names: readonly string[]): string[] {
  const mixed = [...names];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = nextBelow(desk.chance, i + 1);
    [mixed[i], mixed[j]] = [mixed[j] as string, mixed[i] as string];
  }
  return mixed;
}

/** Tells the world whose candles somebody follows; after every change of subscriptions or connections. */
export function follow(desk: Desk): void {
  const { followed } = desk.world;
  followed.clear();
  for (const conn of desk.conns.values()) {
    for (const { channel } of conn.subscriptions.values()) {
      if (channel.topic !== 'chart') continue;
      const widths = followed.get(channel.instrument) ?? new Set<number>();
      followed.set(channel.instrument, widths.add(channel.minutes));
    }
  }
}

export const SUBSCRIPTION_METHODS = {
  'public/subscribe': subscribe,
  'private/subscribe': subscribe,
  'public/unsubscribe': unsubscribe,
  'private/unsubscribe': unsubscribe,
  'public/unsubscribe_all': unsubscribeAll,
  'private/unsubscribe_all': unsubscribeAll,
} as const satisfies Readonly<Record<string, Handler>>;
