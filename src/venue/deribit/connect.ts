/**
 * What is said on a new connection before its link is up, one question at a time: trading logs in, asks for heartbeats,
 * reads cancel-on-disconnect and whose account it is, and subscribes; so does a drop copy, which has no orders to cancel
 * and does not ask for that; market asks for heartbeats and subscribes.
 */
import { z } from 'zod';
import type { Millis } from '../../base/time.ts';
import type { LinkName } from '../port.ts';
import { identitySchema } from './decode-account.ts';
import type { AccountLimits } from './decode-limits.ts';
import { decodeWith } from './decode-values.ts';
import type { Call } from './frame.ts';
import { HEARTBEAT_SECONDS } from './limits.ts';
import {
  createLogin,
  type Credentials,
  type HandshakeAnswer,
  type Login,
  type Refusal,
} from './login.ts';

export type HandshakeStep =
  | { readonly kind: 'ask'; readonly call: Call }
  | {
      readonly kind: 'up';
      readonly account: { readonly id: string; readonly testnet: boolean } | null;
      readonly cancelOnDisconnect: boolean | null;
      /** What the account may ask; null on a link that has none. */
      readonly limits: AccountLimits | null;
      /** When the login must be renewed, in ms from its answer; Infinity without one. */
      readonly loginFor: Millis;
    }
  | { readonly kind: 'failed'; readonly reason: string }
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
  const login: Login | null = credentials === null ? null : createLogin(credentials, link);
  let loginFor: Millis = Infinity;
  let limits: AccountLimits | null = null;
  let cancelOnDisconnect: boolean | null = null;
  let account: { readonly id: string; readonly testnet: boolean } | null = null;
  const subscribe: Call = {
    method: link === 'market' ? 'public/subscribe' : 'private/subscribe',
    params: { channels },
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
        const missing = missingChannels(result, channels);
        if (missing === undefined)
          return failed('the answer to the subscription is not a list of channels');
        if (missing.length > 0)
          return failed(
            `the exchange left out channels that were asked for: ${missing.join(', ')}`,
          );
        return { kind: 'up', account, cancelOnDisconnect, limits, loginFor };
      }
    }
  };

  return {
    first: login?.first ?? setHeartbeat,
    answered: (answer) => {
      if (at === 'login' && login !== null) {
        const step = login.answered(answer);
        if (step.kind !== 'in') return step;
        loginFor = step.loginFor;
        return ask('heartbeat', setHeartbeat);
      }
      if (answer.kind === 'error')
        return failed(
          `${WORDS[at]} was answered with ${answer.error.code} ${answer.error.message}`,
        );
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
