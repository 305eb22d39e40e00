/**
 * What is said on a new connection before its link is up, one question at a time: trading logs in, asks for heartbeats,
 * reads cancel-on-disconnect and whose account it is, and subscribes; market asks for heartbeats and subscribes, and logs
 * in before that where it is given a key.
 */
import { z } from 'zod';
import type { LinkName } from '../port.ts';
import { type AccountLimits, identitySchema } from './decode-account.ts';
import { decodeWith } from './decode-values.ts';
import type { Call } from './frame.ts';
import { HEARTBEAT_SECONDS } from './limits.ts';
import {
  createLogin,
  type Credentials,
  type Grant,
  type HandshakeAnswer,
  type Login,
} from './login.ts';
import type { Refusal } from './scopes.ts';
import { plain, subscriptionTrouble, type Trouble, troubleOf } from './trouble.ts';

export type HandshakeStep =
  /** `grant`: what the login brought, with the question after it; else null. */
  | { readonly kind: 'ask'; readonly call: Call; readonly grant: Grant | null }
  | {
      readonly kind: 'up';
      readonly account: { readonly id: string; readonly testnet: boolean } | null;
      readonly cancelOnDisconnect: boolean | null;
      /** What the account may ask; null where the exchange did not say. */
      readonly limits: AccountLimits | null;
    }
  | { readonly kind: 'failed'; readonly trouble: Trouble }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

const codSchema = z.object({ enabled: z.boolean() });
const channelsSchema = z.array(z.string());

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
  const login: Login | null = credentials === null ? null : createLogin(credentials);
  let limits: AccountLimits | null = null;
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
  const failed = (reason: string): HandshakeStep => ({ kind: 'failed', trouble: plain(reason) });
  const ask = (next: typeof at, call: Call, grant: Grant | null = null): HandshakeStep => {
    at = next;
    return { kind: 'ask', call, grant };
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
        limits = identity.value.limits;
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
        return { kind: 'up', account, cancelOnDisconnect, limits };
      }
    }
  };

  return {
    first: login?.first ?? setHeartbeat,
    answered: (answer) => {
      if (at === 'login' && login !== null) {
        const step = login.answered(answer);
        if (step.kind === 'ask') return ask('login', step.call);
        return step.kind === 'in' ? ask('heartbeat', setHeartbeat, step.grant) : step;
      }
      if (answer.kind === 'error') {
        const { error } = answer;
        const trouble =
          at === 'subscribe' ? subscriptionTrouble(link, error) : troubleOf(WORDS[at], error);
        return { kind: 'failed', trouble };
      }
      return answeredWell(answer.result, answer.testnet);
    },
  };
}

const WORDS = {
  login: 'the login',
  heartbeat: 'the request for heartbeats',
  cod: 'the question for cancel-on-disconnect',
  account: 'the question for the account',
  subscribe: 'the subscription',
} as const;
