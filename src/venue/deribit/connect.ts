/**
 * What is said on a new connection before its link is up, one question at a time: trading logs in, asks for heartbeats,
 * reads cancel-on-disconnect and whose account it is, and subscribes; market asks for heartbeats and subscribes.
 */
import { z } from 'zod';
import { SECOND, type Millis } from '../../base/time.ts';
import type { LinkName } from '../port.ts';
import { isFinalLoginError, type VenueError } from './classify.ts';
import { identitySchema } from './decode-account.ts';
import { decodeWith } from './decode-values.ts';
import type { Call } from './frame.ts';
import { HEARTBEAT_SECONDS, LOGIN_MAX_MS, LOGIN_MIN_MS, LOGIN_SHARE } from './limits.ts';

export type Credentials = { readonly clientId: string; readonly clientSecret: string };

/** An answer to one of the questions. */
export type HandshakeAnswer =
  | { readonly kind: 'result'; readonly result: unknown; readonly testnet: boolean }
  | { readonly kind: 'error'; readonly error: VenueError };

export type Refusal = {
  readonly code: 'wrong_credentials' | 'scope_missing' | 'scope_too_wide';
  readonly message: string;
};

export type HandshakeStep =
  | { readonly kind: 'ask'; readonly call: Call }
  | {
      readonly kind: 'up';
      readonly account: { readonly id: string; readonly testnet: boolean } | null;
      readonly cancelOnDisconnect: boolean | null;
      /** When the login must be renewed, in ms from its answer; Infinity without one. */
      readonly loginFor: Millis;
    }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const NEEDED_SCOPES: readonly (readonly string[])[] = [['trade:read_write'], ['account:read']];
/** With one of these a key could move money out or change the account. `wallets` is how some methods spell it. */
const FORBIDDEN_SCOPES = ['wallet:read_write', 'wallets:read_write', 'account:read_write'];

const loginSchema = z.object({ scope: z.string(), expires_in: z.number().positive() });
const codSchema = z.object({ enabled: z.boolean() });
const channelsSchema = z.array(z.string());

/** The login. It names no scope on purpose: so the answer shows all that the key allows, and too much is seen. */
export const loginCall = ({ clientId, clientSecret }: Credentials): Call => ({
  method: 'public/auth',
  params: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
});

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

/** Reads the answer to a login: how long it may be used, or why it is refused or failed. */
export function readLogin(
  answer: HandshakeAnswer,
):
  | { readonly kind: 'in'; readonly loginFor: Millis }
  | Extract<HandshakeStep, { kind: 'failed' | 'refused' }> {
  if (answer.kind === 'error') {
    const { code, message } = answer.error;
    if (!isFinalLoginError(code))
      return { kind: 'failed', reason: `the login was answered with ${code} ${message}` };
    return {
      kind: 'refused',
      refusal: {
        code: 'wrong_credentials',
        message: `the exchange refuses the API key (${code} ${message}); check its id and secret, and that it belongs to this host`,
      },
    };
  }
  const login = decodeWith(loginSchema, answer.result);
  if (!login.ok)
    return { kind: 'failed', reason: `the answer to the login could not be read (${login.error})` };
  const refusal = refuseScope(login.value.scope);
  if (refusal !== null) return { kind: 'refused', refusal };
  return {
    kind: 'in',
    loginFor: Math.min(
      LOGIN_MAX_MS,
      Math.max(LOGIN_MIN_MS, login.value.expires_in * SECOND * LOGIN_SHARE),
    ),
  };
}

const setHeartbeat: Call = {
  method: 'public/set_heartbeat',
  params: { interval: HEARTBEAT_SECONDS },
};
const readCod: Call = {
  method: 'private/get_cancel_on_disconnect',
  params: { scope: 'connection' },
};

/** Which channels an answer left out; undefined when it is not a list of channels. */
function missingChannels(result: unknown, asked: readonly string[]): readonly string[] | undefined {
  const accepted = decodeWith(channelsSchema, result);
  if (!accepted.ok) return undefined;
  const names = new Set(accepted.value);
  return asked.filter((channel) => !names.has(channel));
}

export type HandshakeOptions = {
  readonly link: LinkName;
  readonly credentials: Credentials | null;
  readonly channels: readonly string[];
  /** Any currency of the account: its summary carries the account's id. */
  readonly currency: string;
};

export type Handshake = {
  readonly first: Call;
  readonly answered: (answer: HandshakeAnswer) => HandshakeStep;
};

/** The questions of one connection; `answered` takes their answers in order. */
export function createHandshake({
  link,
  credentials,
  channels,
  currency,
}: HandshakeOptions): Handshake {
  let at: 'login' | 'heartbeat' | 'cod' | 'account' | 'subscribe' =
    credentials === null ? 'heartbeat' : 'login';
  let loginFor: Millis = Infinity;
  let cancelOnDisconnect: boolean | null = null;
  let account: { readonly id: string; readonly testnet: boolean } | null = null;
  const subscribe: Call = {
    method: link === 'trading' ? 'private/subscribe' : 'public/subscribe',
    params: { channels },
  };
  const readAccount: Call = {
    method: 'private/get_account_summary',
    params: { currency, extended: true },
  };
  const failed = (reason: string): HandshakeStep => ({ kind: 'failed', reason });
  const ask = (next: typeof at, call: Call): HandshakeStep => {
    at = next;
    return { kind: 'ask', call };
  };

  const answeredWell = (result: unknown, testnet: boolean): HandshakeStep => {
    switch (at) {
      case 'login':
        return failed('a login was answered twice');
      case 'heartbeat':
        return link === 'trading' ? ask('cod', readCod) : ask('subscribe', subscribe);
      case 'cod': {
        const cod = decodeWith(codSchema, result);
        if (!cod.ok) return failed(`cancel-on-disconnect could not be read back (${cod.error})`);
        cancelOnDisconnect = cod.value.enabled;
        return ask('account', readAccount);
      }
      case 'account': {
        const identity = decodeWith(identitySchema, result);
        if (!identity.ok) return failed(`the account's id could not be read (${identity.error})`);
        account = { id: identity.value.id, testnet };
        return ask('subscribe', subscribe);
      }
      case 'subscribe': {
        const missing = missingChannels(result, channels);
        if (missing === undefined)
          return failed('the answer to the subscription is not a list of channels');
        if (missing.length > 0)
          return failed(
            `the exchange left out channels that were asked for: ${missing.join(', ')}`,
          );
        return { kind: 'up', account, cancelOnDisconnect, loginFor };
      }
    }
  };

  return {
    first: credentials === null ? setHeartbeat : loginCall(credentials),
    answered: (answer) => {
      if (at === 'login') {
        const login = readLogin(answer);
        if (login.kind !== 'in') return login;
        loginFor = login.loginFor;
        return ask('heartbeat', setHeartbeat);
      }
      if (answer.kind === 'error')
        return failed(
          `${words[at]} was answered with ${answer.error.code} ${answer.error.message}`,
        );
      return answeredWell(answer.result, answer.testnet);
    },
  };
}

const words = {
  heartbeat: 'the request for heartbeats',
  cod: 'the question for cancel-on-disconnect',
  account: 'the question for the account',
  subscribe: 'the subscription',
} as const;
