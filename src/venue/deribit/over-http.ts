/**
 * HTTP as a second door to the exchange, for when no WebSocket is to be had: a call becomes a POST, what comes back becomes
 * the same outcomes as over a socket. Only a JSON-RPC answer proves anything, whatever the HTTP status beside it says; every
 * other body leaves the outcome unknown. That holds for 429 and 5xx as well: they come from whatever stands before the
 * exchange, and nothing says that the request had not passed it already.
 */
import type { Millis } from '../../base/time.ts';
import { NEVER_SENT, type VenueOutcome, type VenueRequest } from '../port.ts';
import { MAX_REQUEST_BYTES } from '../protocol/methods.ts';
import { encodeBase64 } from './base64.ts';
import { classify, readError } from './classify.ts';
import { encode } from './encode.ts';
import { type Call, readFrame, writeRequest } from './frame.ts';
import type { Credentials, Signer } from './login.ts';
import { createReader } from './paging.ts';
import type { Scrub } from './scrub.ts';
import { checkRequest } from './terms.ts';

export type HttpRequest = {
  readonly method: 'POST';
  /** Path of the address, without host. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What came back: the status and the body as text. */
export type HttpReply = { readonly status: number; readonly text: string };

/** How a request shows whose it is; each stands alone, there is no connection that could be logged in. */
export type HttpLogin =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly credentials: Credentials }
  | { readonly kind: 'bearer'; readonly token: string }
  /** `timestamp`: the exchange's time, good for a minute. The secret stays here. */
  | {
      readonly kind: 'signature';
      readonly credentials: Credentials;
      readonly signer: Signer;
      readonly timestamp: Millis;
    };

type Signed = Pick<HttpRequest, 'method' | 'path' | 'body'>;

/** Signed is "time LF nonce LF METHOD LF URI LF body LF". */
function authorization(login: HttpLogin, { method, path, body }: Signed): string | null {
  switch (login.kind) {
    case 'none':
      return null;
    case 'basic': {
      const { clientId, clientSecret } = login.credentials;
      return `Basic ${encodeBase64(`${clientId}:${clientSecret}`)}`;
    }
    case 'bearer':
      return `Bearer ${login.token}`;
    case 'signature': {
      const { credentials, signer, timestamp } = login;
      const nonce = signer.nonce();
      const text = `${timestamp}\n${nonce}\n${method}\n${path}\n${body}\n`;
      const signature = signer.hmacSha256(credentials.clientSecret, text);
      return `deri-hmac-sha256 id=${credentials.clientId},ts=${timestamp},sig=${signature},nonce=${nonce}`;
    }
  }
}

/** A call as a POST below `root`, the path of the API (`/api/v2`). */
export function writeHttp(call: Call, root: string, login: HttpLogin): HttpRequest {
  const request = {
    method: 'POST',
    path: `${root}/${call.method}`,
    body: writeRequest(1, call),
  } as const;
  const shown = authorization(login, request);
  const own = { 'content-type': 'application/json', accept: 'application/json' };
  return { ...request, headers: shown === null ? own : { ...own, authorization: shown } };
}

/** `server`: the exchange's time at which it answered (ms), where the answer says so. */
export type HttpStep =
  | { readonly kind: 'ask'; readonly call: Call }
  | { readonly kind: 'end'; readonly outcome: VenueOutcome; readonly server: Millis | null };

const unknown = (reason: string): VenueOutcome => ({ status: 'unknown', reason, code: null });
const neverSent = (why: string): VenueOutcome => ({
  status: 'refused',
  code: NEVER_SENT,
  message: `not sent: ${why}`,
  data: null,
  rateLimited: false,
});

/** What a body that is no answer may be, in words without a letter of it. */
function unreadable({ status, text }: HttpReply): string {
  const start = text.trimStart().slice(0, 1);
  const what = start === '' ? 'no body' : start === '<' ? 'a page' : 'a body that is no answer';
  return `HTTP ${status} with ${what}, which proves nothing`;
}

export type HttpAsk = {
  readonly first: HttpStep;
  /** Takes what came back for the call asked last. */
  readonly answered: (reply: HttpReply) => HttpStep;
};

/** One request over HTTP, to the end of its last page. */
export function askOverHttp(request: VenueRequest, scrub: Scrub): HttpAsk {
  const end = (outcome: VenueOutcome, server: Millis | null = null): HttpStep => ({
    kind: 'end',
    outcome,
    server,
  });
  const reader = createReader(request);
  const call = encode(request);
  const checked = checkRequest(request);
  const isLarge = writeRequest(1, call).length * 3 > MAX_REQUEST_BYTES;
  let beganAt: Millis | null = null;

  const firstStep = (): HttpStep => {
    if (!checked.ok) return end(neverSent(checked.error));
    if (isLarge) return end(neverSent(`it may have more than ${MAX_REQUEST_BYTES} bytes`));
    return { kind: 'ask', call };
  };
  return {
    first: firstStep(),
    answered: (reply) => {
      const frame = readFrame(reply.text);
      if (frame.kind !== 'result' && frame.kind !== 'error') return end(unknown(unreadable(reply)));
      const { usIn, usOut } = frame.stamps;
      if (usIn !== null) beganAt ??= Math.floor(usIn / 1_000);
      const server = usOut === null ? null : Math.floor(usOut / 1_000);
      if (frame.kind === 'error') {
        const error = readError(frame.error, scrub);
        if (error === undefined) return end(unknown(unreadable(reply)), server);
        return end(classify(request, error, beganAt), server);
      }
      const step = reader.accept(frame.result, beganAt);
      switch (step.kind) {
        case 'done':
          return end({ status: 'ok', result: step.result, beganAt }, server);
        case 'next':
          return { kind: 'ask', call: step.call };
        case 'incomplete':
          return end(unknown(step.reason), server);
        case 'unreadable':
          return end(unknown(`the answer could not be read: ${step.what}`), server);
      }
    },
  };
}
