/** Who a request speaks for: a token in its parameters or header, a signed header, a key in it, or its connection's login. */
import { err, ok } from '../../../base/result.ts';
import { MINUTE } from '../../../base/time.ts';
import { decodeBase64 } from './base64.ts';
import type { ApiKey, Conn, Desk, Login } from '../desk.ts';
import { grantScopes } from './granting.ts';
import { isKeyOff, leftOf } from '../faults/key-faults.ts';
import type { HttpSent } from '../ports.ts';
import { type Answer, refusal, refuse } from './refusal.ts';
import { toldTime } from './told-time.ts';

/** Where a request comes from: its connection, or its Authorization header and what that was sent with. */
export type Origin = {
  readonly conn: Conn | null;
  readonly authorization: string | undefined;
  readonly address: string;
  readonly sent?: HttpSent | undefined;
};

const SIGNED = /^deri-hmac-sha256\s+(.*)$/i;
/** A signature is good for a minute around server time. */
export const SIGNATURE_LIFE = MINUTE;

const unauthorized = (reason: string) => err(refusal(13009, { data: { reason } }));

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
  const header = origin.authorization ?? '';
  const signed = SIGNED.exec(header)?.[1];
  if (given === undefined && signed !== undefined) return signedLogin(desk, origin, signed);
  const [scheme, credentials] = header.split(' ');
  if (given === undefined && scheme?.toLowerCase() === 'basic')
    return basicLogin(desk, credentials ?? '');
  const bearer = scheme?.toLowerCase() === 'bearer' ? credentials : undefined;
  const token = typeof given === 'string' ? given : (bearer ?? origin.conn?.login?.token);
  if (token === undefined) return refuse(10000);
  const login = desk.logins.get(token);
  if (login === undefined || login.expiresAt <= desk.mono) return unauthorized('invalid_token');
  return login.conn === null || login.conn === origin.conn?.id
    ? ok(login)
    : unauthorized('invalid_token');
}

/** What a request may do that brings its key along: all that the key may, for this once. */
const onceWith = (desk: Desk, key: ApiKey): Login => ({
  key,
  scopes: leftOf(desk, key, grantScopes(key, undefined)),
  token: '',
  refresh: '',
  conn: null,
  expiresAt: Number.POSITIVE_INFINITY,
  session: { id: `${key.id}/once`, named: false, begun: 0 },
});

function basicLogin(desk: Desk, credentials: string): Answer<Login> {
  const decoded = decodeBase64(credentials) ?? '';
  const colon = decoded.indexOf(':');
  const key = desk.keys.find(
    (one) => one.id === decoded.slice(0, colon) && one.secret === decoded.slice(colon + 1),
  );
  return key === undefined || isKeyOff(desk, key) ? refuse(13004) : ok(onceWith(desk, key));
}

/** `id=…,ts=…,sig=…,nonce=…`: the signature covers time, nonce, verb, path with query, and body. */
function signedLogin(desk: Desk, { sent }: Origin, fields: string): Answer<Login> {
  const read = new Map(
    fields.split(',').map((field) => {
      const at = field.indexOf('=');
      return [field.slice(0, at).trim(), field.slice(at + 1).trim()] as const;
    }),
  );
  const key = desk.keys.find((one) => one.id === read.get('id'));
  const ts = read.get('ts') ?? '';
  const nonce = read.get('nonce') ?? '';
  if (key === undefined || isKeyOff(desk, key)) return refuse(13004);
  if (sent === undefined) return unauthorized('invalid_signature');
  if (!(Math.abs(Number(ts) - toldTime(desk)) <= SIGNATURE_LIFE))
    return unauthorized('timestamp_out_of_range');
  const text = `${ts}\n${nonce}\n${sent.verb}\n${sent.target}\n${sent.body}\n`;
  return desk.hmacSha256(key.secret, text) === read.get('sig')
    ? ok(onceWith(desk, key))
    : unauthorized('invalid_signature');
}
