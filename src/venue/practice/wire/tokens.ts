/**
 * Tokens and the sessions that they belong to. A session is a connection's login, or a named one that outlives its
 * connection; a key has only so many (sixteen, if nothing else is said), and the oldest goes when another begins. With a login its private channels end.
 */
import * as z from 'zod';
import { ok } from '../../../base/result.ts';
import { SECOND } from '../../../base/time.ts';
import { allowsScope, scopeOfChannel } from './channels.ts';
import type { Handler } from './call.ts';
import type { ApiKey, Conn, Desk, Login } from '../desk.ts';
import { integer, readParams, text } from './params.ts';
import { type Answer, refuse, refuseParam } from './refusal.ts';
import type { WireValue } from './wire-json.ts';

const NAMED = 'session:';

export type Grant = {
  readonly key: ApiKey;
  readonly scopes: readonly string[];
  readonly conn: Conn | null;
  readonly seconds: number;
};

/** Gives a pair of tokens: in the session that the scopes name, or in that of the connection. */
export function issue(desk: Desk, { key, scopes, conn, seconds }: Grant): Login {
  const name = scopes.find((scope) => scope.startsWith(NAMED));
  const named = name !== undefined;
  const id = `${key.id}/${name ?? (conn === null ? `http-${desk.sessions}` : `conn-${conn.id}`)}`;
  const known = [...desk.logins.values()].find(({ session }) => session.id === id);
  const login: Login = {
    key,
    scopes,
    token: desk.newToken(),
    refresh: desk.newToken(),
    conn: named || conn === null ? null : conn.id,
    expiresAt: desk.mono + seconds * SECOND,
    session: known?.session ?? { id, named, begun: ++desk.sessions },
  };
  desk.logins.set(login.token, login);
  if (known === undefined) makeRoom(desk, key);
  return login;
}

/** Ends the oldest sessions of a key that has too many. */
function makeRoom(desk: Desk, key: ApiKey): void {
  const begun = new Map<string, number>();
  for (const { key: owner, session, expiresAt } of desk.logins.values())
    if (owner.id === key.id && expiresAt > desk.mono) begun.set(session.id, session.begun);
  const oldest = [...begun].sort(([, a], [, b]) => a - b).map(([id]) => id);
  const over = new Set(oldest.slice(0, Math.max(0, oldest.length - desk.options.sessionsMost)));
  endLogins(desk, (login) => over.has(login.session.id));
}

/** Takes tokens back. Connections that spoke with them stay, without their private channels. */
export function endLogins(desk: Desk, isMeant: (login: Login) => boolean): number {
  const ended = [...desk.logins.values()].filter(isMeant);
  for (const login of ended) desk.logins.delete(login.token);
  prune(desk);
  return ended.length;
}

/** Ends the private channels that their connection's login does not allow (any more). */
export function prune(desk: Desk): void {
  for (const conn of desk.conns.values()) {
    const login = conn.login === null ? undefined : desk.logins.get(conn.login.token);
    for (const { name, channel } of conn.subscriptions.values()) {
      const scope = scopeOfChannel(channel);
      if (scope === null || (login !== undefined && allowsScope(login.scopes, scope))) continue;
      conn.subscriptions.delete(name);
    }
  }
}

/** What a login is answered. */
export const tokenObject = (
  login: Login,
  seconds: number,
): Readonly<Record<string, WireValue>> => ({
  access_token: login.token,
  refresh_token: login.refresh,
  token_type: 'bearer',
  expires_in: seconds,
  scope: login.scopes.join(' '),
  sid: login.session.id,
});

/** The login whose refresh token that is; 13009 when there is none or its key was switched off. */
function refreshed(desk: Desk, token: string): Answer<Login> {
  const found = [...desk.logins.values()].find(({ refresh }) => refresh === token);
  return found === undefined ? refuse(13009, { data: { reason: 'invalid_token' } }) : ok(found);
}

const forkTokenParams = z.object({ refresh_token: text, session_name: text.min(1) });
/** `public/fork_token`: a further session beside a named one. */
const forkToken: Handler = ({ desk, params }) => {
  const read = readParams(forkTokenParams, params);
  if (!read.ok) return read;
  const login = refreshed(desk, read.value.refresh_token);
  if (!login.ok) return login;
  const { key, scopes, session } = login.value;
  if (!session.named) return refuse(13009, { data: { reason: 'session_scope_required' } });
  const others = scopes.filter((scope) => !scope.startsWith(NAMED));
  const forked = issue(desk, {
    key,
    scopes: [...others, `${NAMED}${read.value.session_name}`].sort((a, b) => (a < b ? -1 : 1)),
    conn: null,
    seconds: desk.options.tokenSeconds,
  });
  return ok(tokenObject(forked, desk.options.tokenSeconds));
};

const exchangeTokenParams = z.object({
  refresh_token: text,
  subject_id: integer,
  scope: text.optional(),
});
/** `public/exchange_token`: the same rights in another account of the holder; without `scope` the old pair is spent. */
const exchangeToken: Handler = ({ desk, conn, params }) => {
  const read = readParams(exchangeTokenParams, params);
  if (!read.ok) return read;
  const login = refreshed(desk, read.value.refresh_token);
  if (!login.ok) return login;
  const subject = [...desk.world.state.accounts.values()].find(
    ({ userId }) => userId === read.value.subject_id,
  );
  if (subject === undefined) return refuseParam('subject_id', 'not found');
  const { key, scopes } = login.value;
  if (key.account !== 'main' && key.account !== subject.id) return refuse(13021);
  const asked = read.value.scope?.split(' ');
  if (asked === undefined) desk.logins.delete(login.value.token);
  const exchanged = issue(desk, {
    key: { ...key, account: subject.id },
    scopes: scopes.filter(
      (scope) => asked === undefined || !scope.includes(':') || asked.includes(scope),
    ),
    conn,
    seconds: desk.options.tokenSeconds,
  });
  if (conn !== null) conn.login = exchanged;
  prune(desk);
  return ok(tokenObject(exchanged, desk.options.tokenSeconds));
};

export const TOKEN_METHODS = {
  'public/fork_token': forkToken,
  'public/exchange_token': exchangeToken,
} as const satisfies Readonly<Record<string, Handler>>;
