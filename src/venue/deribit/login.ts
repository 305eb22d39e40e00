/**
 * The login of a connection: with the secret of the key, or with a signature made of it, so that the secret never leaves
 * the machine; renewed with the token that it brought. Whatever the key may do beyond trading is refused each time (I49).
 */
import { z } from 'zod';
import type { HmacSha256 } from '../../base/hashing.ts';
import { SECOND, type Millis } from '../../base/time.ts';
import type { LinkName } from '../port.ts';
import { isFinalLoginError, type VenueError } from './classify.ts';
import { decodeWith, millis } from './decode-values.ts';
import type { Call } from './frame.ts';
import { LOGIN_MAX_MS, LOGIN_MIN_MS, LOGIN_SHARE } from './limits.ts';
import { type Refusal, refuseReaderScope, refuseScope } from './scopes.ts';
import { plain, type Trouble, troubleOf } from './trouble.ts';

/** What a login is signed with; `nonce` is a text that is new each time. */
export type Signer = { readonly hmacSha256: HmacSha256; readonly nonce: () => string };

export type Credentials = {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Without one the secret itself is sent. */
  readonly signer?: Signer;
};

/** An answer to one of a connection's own questions. */
export type HandshakeAnswer =
  | { readonly kind: 'result'; readonly result: unknown; readonly testnet: boolean }
  | { readonly kind: 'error'; readonly error: VenueError };

/**
 * What a login brought. The tokens live in memory only: a socket that is logged in needs none for its requests, and the
 * refresh token is sent once, to renew the login.
 */
export type Grant = {
  /** When the login must be renewed, in ms from its answer. */
  readonly loginFor: Millis;
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
};

export type LoginStep =
  | { readonly kind: 'ask'; readonly call: Call }
  | { readonly kind: 'in'; readonly grant: Grant }
  | { readonly kind: 'failed'; readonly trouble: Trouble }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** One login, from its first question to its end. */
export type Login = {
  readonly first: Call;
  readonly answered: (answer: HandshakeAnswer) => LoginStep;
};

const token = z.string().nullish().catch(null);
/** What else an answer may hold (`sid`, `enabled_features`, `state`, …) is of no use to us, whatever it is. */
const loginSchema = z.object({
  scope: z.string(),
  expires_in: z.number().positive(),
  access_token: token,
  refresh_token: token,
});

/** It names no scope on purpose: so the answer shows all that the key allows, and too much is seen. */
const withSecret = ({ clientId, clientSecret }: Credentials): Call => ({
  method: 'public/auth',
  params: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
});

/** Signed is "time LF nonce LF data", the data empty; the time is the exchange's and good for a minute. */
function withSignature(
  { clientId, clientSecret }: Credentials,
  { hmacSha256, nonce }: Signer,
  timestamp: Millis,
): Call {
  const once = nonce();
  return {
    method: 'public/auth',
    params: {
      grant_type: 'client_signature',
      client_id: clientId,
      timestamp,
      signature: hmacSha256(clientSecret, `${timestamp}\n${once}\n`),
      nonce: once,
      data: '',
    },
  };
}

const failed = (reason: string): Extract<LoginStep, { kind: 'failed' }> => ({
  kind: 'failed',
  trouble: plain(reason),
});

const KEY_WORDS: Readonly<Record<LinkName, string>> = {
  trading: 'the API key',
  market: 'the API key',
  drop_copy: 'the API key of the drop copy',
};

/** Reads the answer to a login: how long it may be used, or why it is refused or failed. */
function readLogin(answer: HandshakeAnswer, link: LinkName): Exclude<LoginStep, { kind: 'ask' }> {
  if (answer.kind === 'error') {
    const { code, message } = answer.error;
    if (!isFinalLoginError(code))
      return { kind: 'failed', trouble: troubleOf('the login', answer.error) };
    return {
      kind: 'refused',
      refusal: {
        code: 'wrong_credentials',
        message: `the exchange refuses ${KEY_WORDS[link]} (${code} ${message}); check its id and secret, and that it belongs to this host`,
      },
    };
  }
  const login = decodeWith(loginSchema, answer.result);
  if (!login.ok) return failed(`the answer to the login could not be read (${login.error})`);
  const { scope, expires_in: seconds, access_token, refresh_token } = login.value;
  const refusal = link === 'drop_copy' ? refuseReaderScope(scope) : refuseScope(scope);
  if (refusal !== null) return { kind: 'refused', refusal };
  const loginFor = Math.min(LOGIN_MAX_MS, Math.max(LOGIN_MIN_MS, seconds * SECOND * LOGIN_SHARE));
  return {
    kind: 'in',
    grant: {
      loginFor,
      accessToken: access_token ?? null,
      refreshToken: refresh_token ?? null,
    },
  };
}

/** A login that has yet to be begun. A signature needs the exchange's time, which is asked for first. */
export function createLogin(credentials: Credentials, link: LinkName = 'trading'): Login {
  const { signer } = credentials;
  const read = (answer: HandshakeAnswer) => readLogin(answer, link);
  if (signer === undefined) return { first: withSecret(credentials), answered: read };
  let asked: 'time' | 'login' = 'time';
  return {
    first: { method: 'public/get_time', params: {} },
    answered: (answer) => {
      if (asked === 'login') return read(answer);
      asked = 'login';
      if (answer.kind === 'error')
        return {
          kind: 'failed',
          trouble: troubleOf("the question for the exchange's time", answer.error),
        };
      const time = decodeWith(millis, answer.result);
      return time.ok
        ? { kind: 'ask', call: withSignature(credentials, signer, time.value) }
        : failed(`the exchange's time could not be read (${time.error})`);
    },
  };
}

/**
 * A login renewed on its own connection: with the refresh token where there is one, else, or where the exchange does not
 * take that for whatever reason or gives it another scope, by a whole new login, which alone says what the key may. Whether the connection is left is for that one to decide.
 */
export function createRenewal(
  credentials: Credentials,
  refreshToken: string | null,
  link: LinkName = 'trading',
): Login {
  const whole = createLogin(credentials, link);
  if (refreshToken === null) return whole;
  let asked: 'refresh' | 'whole' = 'refresh';
  return {
    first: {
      method: 'public/auth',
      params: { grant_type: 'refresh_token', refresh_token: refreshToken },
    },
    answered: (answer) => {
      if (asked === 'whole') return whole.answered(answer);
      if (answer.kind === 'result') {
        const step = readLogin(answer, link);
        if (step.kind === 'in') return step;
      }
      asked = 'whole';
      return { kind: 'ask', call: whole.first };
    },
  };
}
