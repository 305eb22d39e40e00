/**
 * What is said on a new connection before its link is up, one question at a time: trading logs in, asks for heartbeats,
 * reads cancel-on-disconnect and whose account it is, and subscribes; so does a drop copy, which has no orders to cancel
 * and does not ask for that; market asks for heartbeats and subscribes, and logs in before that where it is given a key.
 */
import { z } from 'zod';
import type { LinkName } from '../port.ts';
import { identitySchema } from './decode-account.ts';
import type { AccountLimits } from './decode-limits.ts';
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
      /** What the account may ask; null on a link that has none. */
      readonly limits: AccountLimits | null;
      /** Channels of those that may be missing which the exchange left out. */
      readonly missing: readonly string[];
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

/** The summary of any currency of an account names the account and its limits. */
export const readAccount = (currency: string): Call => ({
  method: 'private/get_account_summary',
  params: { currency, extended: true },
});

/** The channels that an answer to a subscription names; undefined when it is not a list of channels. */
export function acceptedChannels(result: unknown): ReadonlySet<string> | undefined {
  const accepted = decodeWith(channelsSchema, result);
  return accepted.ok ? new Set(accepted.value) : undefined;
}

export type HandshakeOptions = {
  readonly link: LinkName;
  readonly credentials: Credentials | null;
  readonly channels: readonly string[];
  /** Channels that are asked for too, without which the link is of use. */
  readonly optional: readonly string[];
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
  optional,
  currency,
}: HandshakeOptions): Handshake {
  let at: 'login' | 'heartbeat' | 'cod' | 'account' | 'subscribe' =
    credentials === null ? 'heartbeat' : 'login';
  const login: Login | null = credentials === null ? null : createLogin(credentials, link);
  let limits: AccountLimits | null = null;
  let cancelOnDisconnect: boolean | null = null;
  let account: { readonly id: string; readonly testnet: boolean } | null = null;
  const subscribe: Call = {
    method: link === 'market' ? 'public/subscribe' : 'private/subscribe',
    params: { channels: [...channels, ...optional] },
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
        if (link === 'market') return ask('subscribe', subscribe);
        return link === 'trading' ? ask('cod', readCod) : ask('account', readAccount(currency));
      case 'cod': {
        const cod = decodeWith(codSchema, result);
        if (!cod.ok) return failed(`cancel-on-disconnect could not be read back (${cod.error})`);
        cancelOnDisconnect = cod.value.enabled;
        return ask('account', readAccount(currency));
      }
      case 'account': {
        const identity = decodeWith(identitySchema, result);
        if (!identity.ok) return failed(`the account's id could not be read (${identity.error})`);
        account = { id: identity.value.id, testnet };
        limits = identity.value.limits;
        return ask('subscribe', subscribe);
      }
      case 'subscribe': {
        const accepted = acceptedChannels(result);
        if (accepted === undefined)
          return failed('the answer to the subscription is not a list of channels');
        const isMissing = (channel: string): boolean => !accepted.has(channel);
        const missing = channels.filter(isMissing);
        if (missing.length > 0)
          return failed(
            `the exchange left out channels that were asked for: ${missing.join(', ')}`,
          );
        return {
          kind: 'up',
          account,
          cancelOnDisconnect,
          limits,
          missing: optional.filter(isMissing),
        };
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
