/**
 * Why a connection is of no use any more, in plain words, and what that means for the next one: how long to stay away, and
 * whether it has to log in. Nothing here is final; what never passes is a refusal (login.ts, scopes.ts).
 */
import type { Millis } from '../../base/time.ts';
import type { LinkName } from '../port.ts';
import { type Rest, USUAL_REST } from './backoff.ts';
import { classOf, type VenueError, waitOf } from './classify.ts';

export type Trouble = {
  readonly reason: string;
  readonly rest: Rest;
  /** The exchange serves nobody without a login at the moment: the next connection of the market link has to log in. */
  readonly needsLogin: boolean;
};

/** A trouble of the wire or of a message. */
export const plain = (reason: string): Trouble => ({
  reason,
  rest: USUAL_REST,
  needsLogin: false,
});

const OTHER_SERVER = 10048;
/** Public requests without a login are switched off (11056), or this one needs a login (13778). */
const NEEDS_LOGIN: ReadonlySet<number> = new Set([11056, 13778]);
const METHOD_NOT_FOUND = -32601;

const WORDS: ReadonlyMap<number, string> = new Map([
  [10000, 'if that goes on, check the API key'],
  [10019, 'its operator has locked the exchange'],
  [10028, 'too many requests were made'],
  [10048, 'this server of the exchange does not serve us, another one may'],
  [10066, 'too many requests were made at once'],
  [11051, 'the exchange is in maintenance'],
  [11056, 'the exchange serves nobody without a login at the moment'],
  [11098, 'the account is locked'],
  [12003, 'there were too many logins of late'],
  [12998, 'there were too many logins of late'],
  [13002, 'the account is blocked'],
  [13009, 'if that goes on, check the API key'],
  [13025, 'the operator of the exchange has switched this off'],
  [13503, 'the exchange does not offer this at the moment'],
  [13778, 'the exchange asks for a login'],
]);

/** Codes after which trying at once would only make it worse, beside those of maintenance and limits. */
const PATIENT: ReadonlySet<number> = new Set([10000, 12003, 12998, 13009]);

function restAfter(error: VenueError): Rest {
  const kind = classOf(error.code);
  const askedMs = waitOf(error) ?? 0;
  if (isOtherServer(error.code)) return { kind: 'none', askedMs };
  const long = kind === 'unavailable' || kind === 'rate_limited' || PATIENT.has(error.code);
  return { kind: long ? 'long' : 'usual', askedMs };
}

export const isOtherServer = (code: number): boolean => code === OTHER_SERVER;
export const isUnavailable = (code: number): boolean =>
  isOtherServer(code) || classOf(code) === 'unavailable';
export const needsLogin = (code: number): boolean => NEEDS_LOGIN.has(code);

/** An error that answers one of a connection's own questions; `what` names the question. */
export function troubleOf(what: string, error: VenueError): Trouble {
  const { code, message } = error;
  const words = WORDS.get(code);
  const why = words === undefined ? '' : `: ${words}`;
  return {
    reason: `${what} was answered with ${code} ${message}${why}`,
    rest: restAfter(error),
    needsLogin: needsLogin(code),
  };
}

/** An error that answers the subscription. A gateway that only takes requests does not know the method at all. */
export function subscriptionTrouble(link: LinkName, error: VenueError): Trouble {
  const trouble = troubleOf('the subscription', error);
  if (error.code !== METHOD_NOT_FOUND) return trouble;
  const key = link === 'market' ? 'market_url' : 'url';
  return {
    ...trouble,
    reason: `${trouble.reason}: this host takes no subscriptions; set venue.${key} to the one that does`,
    rest: { kind: 'long', askedMs: 0 },
  };
}

const HTTP_WORDS: ReadonlyMap<number, string> = new Map([
  [401, 'it does not let us in'],
  [403, 'it does not let us in'],
  [429, 'too many connections or requests from this address'],
  [502, 'it may be in maintenance'],
  [503, 'it may be in maintenance'],
  [504, 'it may be in maintenance'],
]);

/** A connection that HTTP refused. `retryAfterMs`: what the answer asked for; null where it did not. */
export function httpTrouble(status: number, retryAfterMs: Millis | null): Trouble {
  const words = HTTP_WORDS.get(status);
  return {
    reason: `the exchange answered HTTP ${status} instead of opening a WebSocket${words === undefined ? '' : `: ${words}`}`,
    rest: { kind: 'long', askedMs: retryAfterMs ?? 0 },
    needsLogin: false,
  };
}
