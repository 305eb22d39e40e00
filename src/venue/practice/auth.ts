/**
 * Logins: who a request speaks for and what it may do. Tokens are bound to the connection that they were given on unless
 * the scope names a session; granted scopes are those of the key that were asked for, never more.
 */
import * as z from 'zod';
import { err, ok } from '../../base/result.ts';
import { MINUTE, SECOND } from '../../base/time.ts';
import { GRANT_TYPES } from '../protocol/values.ts';
import type { Scope } from '../protocol/methods.ts';
import { decodeBase64 } from './base64.ts';
import type { ApiKey, Conn, Desk, Login } from './desk.ts';
import { isKeyOff, leftOf } from './key-faults.ts';
import { integer, oneOf, readParams, text } from './params.ts';
import { type Answer, refusal, refuse, refuseParam } from './refusal.ts';
import type { WireValue } from './wire-json.ts';

const authSchema = z.object({
  grant_type: oneOf(GRANT_TYPES),
  client_id: text.optional(),
  client_secret: text.optional(),
  refresh_token: text.optional(),
  timestamp: integer.optional(),
  signature: text.optional(),
  nonce: text.default(''),
  data: text.default(''),
  state: text.optional(),
  scope: text.optional(),
});
type AuthParams = z.output<typeof authSchema>;

/** A signature is good for a minute around server time. */
const SIGNATURE_LIFE = MINUTE;

/** `public/auth`: gives tokens and, on a WebSocket, logs the connection in. */
export function authenticate(desk: Desk, conn: Conn | null, params: unknown): Answer<WireValue> {
  const read = readParams(authSchema, params);
  if (!read.ok) return read;
  const asked = read.value;
  const previous =
    asked.grant_type === 'refresh_token'
      ? [...desk.logins.values()].find((login) => login.refresh === asked.refresh_token)
      : undefined;
  const key = asked.grant_type === 'refresh_token' ? previous?.key : findKey(desk, asked);
  if (asked.grant_type === 'refresh_token' && asked.refresh_token === undefined)
    return refuseParam('refresh_token', 'value required');
  if (key === undefined || isKeyOff(desk, key)) return refuse(13004);
  if (previous !== undefined) desk.logins.delete(previous.token);
  const scopes = leftOf(desk, key, grantScopes(key, asked.scope ?? previous?.scopes.join(' ')));
  const session = scopes.some((scope) => scope.startsWith('session:'));
  const { tokenSeconds } = desk.options;
  const seconds = Math.min(tokenSeconds, lifeOf(asked.scope) ?? tokenSeconds);
  const login: Login = {
    key,
    scopes,
    token: desk.newToken(),
    refresh: desk.newToken(),
    conn: session || conn === null ? null : conn.id,
    expiresAt: desk.mono + seconds * SECOND,
  };
  desk.logins.set(login.token, login);
  if (conn !== null) conn.login = login;
  return ok({
    access_token: login.token,
    refresh_token: login.refresh,
    token_type: 'bearer',
    expires_in: seconds,
    scope: scopes.join(' '),
    ...(asked.state === undefined ? {} : { state: asked.state }),
    enabled_features: [],
  });
}

function findKey(desk: Desk, asked: AuthParams): ApiKey | undefined {
  const key = desk.keys.find((one) => one.id === asked.client_id);
  if (key === undefined) return undefined;
  if (asked.grant_type === 'client_credentials')
    return key.secret === asked.client_secret ? key : undefined;
  const { timestamp } = asked;
  if (timestamp === undefined || Math.abs(timestamp - desk.world.now) > SIGNATURE_LIFE)
    return undefined;
  const expected = desk.hmacSha256(key.secret, `${timestamp}\n${asked.nonce}\n${asked.data}`);
  return expected === asked.signature ? key : undefined;
}

const RESOURCE = /^([a-z_]+):(read|read_write)$/;

/** The key's scopes that were asked for (all when none was), with the kind of session. */
function grantScopes(key: ApiKey, asked: string | undefined): string[] {
  const words = (asked ?? '').split(' ').filter((word) => word !== '');
  const wanted = words.filter((word) => RESOURCE.test(word));
  const dropped = new Set(
    words.filter((word) => word.endsWith(':none')).map((word) => word.slice(0, -':none'.length)),
  );
  const granted = key.scopes.flatMap((scope) => {
    const [resource, right] = scope.split(':') as [string, string];
    if (dropped.has(resource)) return [];
    const asks = wanted.filter((word) => word.startsWith(`${resource}:`));
    if (wanted.length === 0) return [scope];
    if (asks.length === 0) return [];
    return [
      right === 'read_write' && asks.includes(`${resource}:read_write`)
        ? scope
        : `${resource}:read`,
    ];
  });
  const kind = words.find((word) => word.startsWith('session:')) ?? 'connection';
  return [...granted, kind].sort((a, b) => (a < b ? -1 : 1));
}

function lifeOf(asked: string | undefined): number | undefined {
  const match = /(?:^| )expires:(\d{1,9})(?: |$)/.exec(asked ?? '');
  return match === null ? undefined : Number(match[1]);
}

/** Whether a login may do what needs that scope. */
export const allows = (login: Login, scope: Scope): boolean =>
  login.scopes.includes(scope) ||
  (scope.endsWith(':read') && login.scopes.includes(`${scope}_write`));

/** Where a request comes from: its connection, or its Authorization header. */
export type Origin = { readonly conn: Conn | null; readonly authorization: string | undefined };

/**
 * The login that a request speaks with: `access_token` in its parameters, else its header, else its connection's.
 * 10000 when there is none, 13009 when the token is not (or no longer) good here, 13004 for a wrong key.
 */
export function loginOf(
  desk: Desk,
  origin: Origin,
  params: Readonly<Record<string, unknown>>,
): Answer<Login> {
  const given = params['access_token'];
  const [scheme, credentials] = (origin.authorization ?? '').split(' ');
  if (given === undefined && scheme?.toLowerCase() === 'basic')
    return basicLogin(desk, credentials ?? '');
  const bearer = scheme?.toLowerCase() === 'bearer' ? credentials : undefined;
  const token = typeof given === 'string' ? given : (bearer ?? origin.conn?.login?.token);
  if (token === undefined) return refuse(10000);
  const login = desk.logins.get(token);
  const invalid = err(refusal(13009, { data: { reason: 'invalid_token' } }));
  if (login === undefined || login.expiresAt <= desk.mono || isKeyOff(desk, login.key))
    return invalid;
  return login.conn === null || login.conn === origin.conn?.id ? ok(login) : invalid;
}

function basicLogin(desk: Desk, credentials: string): Answer<Login> {
  const decoded = decodeBase64(credentials) ?? '';
  const colon = decoded.indexOf(':');
  const key = desk.keys.find(
    (one) => one.id === decoded.slice(0, colon) && one.secret === decoded.slice(colon + 1),
  );
  if (key === undefined || isKeyOff(desk, key)) return refuse(13004);
  return ok({
    key,
    scopes: leftOf(desk, key, grantScopes(key, undefined)),
    token: '',
    refresh: '',
    conn: null,
    expiresAt: Number.POSITIVE_INFINITY,
  });
}
