/**
 * The login of a connection: with the secret of the key, or with a signature made of it, so that the secret never leaves
 * the machine. Whatever the key may do beyond trading is refused (I49).
 */
import { z } from 'zod';
import type { HmacSha256 } from '../../base/hashing.ts';
import { SECOND, type Millis } from '../../base/time.ts';
import type { LinkName } from '../port.ts';
import { isFinalLoginError, type VenueError } from './classify.ts';
import { decodeWith, millis } from './decode-values.ts';
import type { Call } from './frame.ts';
import { LOGIN_MAX_MS, LOGIN_MIN_MS, LOGIN_SHARE } from './limits.ts';

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

export type Refusal = {
  readonly code: 'wrong_credentials' | 'scope_missing' | 'scope_too_wide';
  readonly message: string;
};

export type LoginStep =
  | { readonly kind: 'ask'; readonly call: Call }
  /** `loginFor`: when the login must be renewed, in ms from its answer. */
  | { readonly kind: 'in'; readonly loginFor: Millis }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** One login, from its first question to its end. */
export type Login = {
  readonly first: Call;
  readonly answered: (answer: HandshakeAnswer) => LoginStep;
};

const NEEDED_SCOPES: readonly (readonly string[])[] = [['trade:read_write'], ['account:read']];
/** With one of these a key could move money out or change the account. `wallets` is how some methods spell it. */
const FORBIDDEN_SCOPES = ['wallet:read_write', 'wallets:read_write', 'account:read_write'];

/** Of the answer only this is of use: a socket that is logged in needs no token. */
const loginSchema = z.object({ scope: z.string(), expires_in: z.number().positive() });

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

/** What is wrong with the scope of a key (I49), in words that say how to mend it; null when nothing is. */
export function refuseScope(scope: string): Refusal | null {
  const granted = new Set(scope.split(' '));
  const tooWide = FORBIDDEN_SCOPES.filter((entry) => granted.has(entry));
  if (tooWide.length > 0) {
    return {
      code: 'scope_too_wide',
      message: `the API key allows ${tooWide.join(' and ')}; make a key with trade:read_write and account:read only, so that it can't withdraw, transfer or change the account`,
    };
  }
  const missing = NEEDED_SCOPES.filter((anyOf) => !anyOf.some((entry) => granted.has(entry))).map(
    (anyOf) => anyOf[0] ?? '',
  );
  if (missing.length === 0) return null;
  return {
    code: 'scope_missing',
    message: `the API key lacks ${missing.join(' and ')}; give the key trade:read_write and account:read`,
  };
}

/** The same for the key of a drop copy: one that could change anything is none. */
export function refuseReaderScope(scope: string): Refusal | null {
  const granted = scope.split(' ');
  const tooWide = granted.filter((entry) => entry.endsWith(':read_write'));
  if (tooWide.length > 0) {
    return {
      code: 'scope_too_wide',
      message: `the API key of the drop copy allows ${tooWide.join(' and ')}; make a key of its own with trade:read and account:read only, which can change nothing`,
    };
  }
  const missing = ['trade:read', 'account:read'].filter((entry) => !granted.includes(entry));
  if (missing.length === 0) return null;
  return {
    code: 'scope_missing',
    message: `the API key of the drop copy lacks ${missing.join(' and ')}; give it trade:read and account:read`,
  };
}

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
      return { kind: 'failed', reason: `the login was answered with ${code} ${message}` };
    return {
      kind: 'refused',
      refusal: {
        code: 'wrong_credentials',
        message: `the exchange refuses ${KEY_WORDS[link]} (${code} ${message}); check its id and secret, and that it belongs to this host`,
      },
    };
  }
  const login = decodeWith(loginSchema, answer.result);
  if (!login.ok)
    return { kind: 'failed', reason: `the answer to the login could not be read (${login.error})` };
  const { scope } = login.value;
  const refusal = link === 'drop_copy' ? refuseReaderScope(scope) : refuseScope(scope);
  if (refusal !== null) return { kind: 'refused', refusal };
  return {
    kind: 'in',
    loginFor: Math.min(
      LOGIN_MAX_MS,
      Math.max(LOGIN_MIN_MS, login.value.expires_in * SECOND * LOGIN_SHARE),
    ),
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
          reason: `the exchange did not tell its time (${answer.error.code} ${answer.error.message})`,
        };
      const time = decodeWith(millis, answer.result);
      return time.ok
        ? { kind: 'ask', call: withSignature(credentials, signer, time.value) }
        : { kind: 'failed', reason: `the exchange's time could not be read (${time.error})` };
    },
  };
}
