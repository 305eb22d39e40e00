/**
 * Logins: who a request speaks for and what it may do. Tokens are bound to the connection that they were given on unless
 * the scope names a session; granted scopes are those of the key that were asked for, never more.
 */
import * as z from 'zod';
import { ok } from '../../../base/result.ts';
import { GRANT_TYPES } from '../../protocol/values.ts';
import { noteAccess } from '../market/announcing.ts';
import type { ApiKey, Desk, Login } from '../desk.ts';
import { grantScopes } from './granting.ts';
import { type Origin, SIGNATURE_LIFE } from './identify.ts';
import { isKeyOff, leftOf } from '../faults/key-faults.ts';
import { integer, oneOf, readParams, text } from './params.ts';
import { type Answer, refuse, refuseParam } from './refusal.ts';
import { issue, tokenObject } from './tokens.ts';
import { toldTime } from './told-time.ts';
import { accountOf } from '../world.ts';
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

/** `public/auth`: gives tokens and, on a WebSocket, logs the connection in. */
export function authenticate(
  desk: Desk,
  { conn, address }: Pick<Origin, 'conn' | 'address'>,
  params: unknown,
): Answer<WireValue> {
  const read = readParams(authSchema, params);
  if (!read.ok) return read;
  const asked = read.value;
  const renews = asked.grant_type === 'refresh_token';
  if (renews && asked.refresh_token === undefined)
    return refuseParam('refresh_token', 'value required');
  const previous = renews
    ? [...desk.logins.values()].find((login) => login.refresh === asked.refresh_token)
    : undefined;
  const key = renews ? previous?.key : findKey(desk, asked);
  if (key === undefined || isKeyOff(desk, key)) return refuse(13004);
  if (previous !== undefined) spend(desk, previous);
  const scopes = leftOf(desk, key, grantScopes(key, asked.scope ?? previous?.scopes.join(' ')));
  const { tokenSeconds } = desk.options;
  const seconds = Math.min(tokenSeconds, lifeOf(asked.scope) ?? tokenSeconds);
  const login = issue(desk, { key, scopes, conn, seconds });
  if (conn !== null) {
    if (conn.login === null)
      conn.cancels = accountOf(desk.world, key.account).cancelsByDefault === true;
    conn.login = login;
  }
  noteAccess(desk, login, address);
  return ok({
    ...tokenObject(login, seconds),
    ...(asked.state === undefined ? {} : { state: asked.state }),
    enabled_features: [],
  });
}

/** A refresh token is good once; in a named session the access token beside it stays good until it ends. */
function spend(desk: Desk, login: Login): void {
  if (login.session.named) desk.logins.set(login.token, { ...login, refresh: '' });
  else desk.logins.delete(login.token);
}

function findKey(desk: Desk, asked: AuthParams): ApiKey | undefined {
  const key = desk.keys.find((one) => one.id === asked.client_id);
  if (key === undefined) return undefined;
  if (asked.grant_type === 'client_credentials')
    return key.secret === asked.client_secret ? key : undefined;
  const { timestamp } = asked;
  if (timestamp === undefined || Math.abs(timestamp - toldTime(desk)) > SIGNATURE_LIFE)
    return undefined;
  const expected = desk.hmacSha256(key.secret, `${timestamp}\n${asked.nonce}\n${asked.data}`);
  return expected === asked.signature ? key : undefined;
}

function lifeOf(asked: string | undefined): number | undefined {
  const match = /(?:^| )expires:(\d{1,9})(?: |$)/.exec(asked ?? '');
  return match === null ? undefined : Number(match[1]);
}
