/** The venue asked over HTTP, for a kill that gets no WebSocket: each request stands alone and shows whose it is. */
import type { Millis } from '../base/time.ts';
import { systemClock } from '../edge/clock.ts';
import { postToVenue } from '../edge/venue-http.ts';
import { type Call, readFrame } from '../venue/deribit/frame.ts';
import type { Credentials } from '../venue/deribit/login.ts';
import {
  askOverHttp,
  type HttpLogin,
  type HttpReply,
  writeHttp,
} from '../venue/deribit/over-http.ts';
import { createScrub } from '../venue/deribit/scrub.ts';
import type { VenueOutcome, VenueRequest } from '../venue/port.ts';

const TIMEOUT_MS = 4_000;

export type HttpDesk = {
  readonly ask: (request: VenueRequest) => Promise<VenueOutcome>;
};

export type HttpDeskOptions = {
  /** Address of the API, such as `https://test.deribit.com/api/v2`. */
  readonly url: string;
  /** With a signer requests are signed, else they carry the secret itself. */
  readonly credentials: Credentials;
  /** Told of the exchange's time whenever an answer says it (server ms). */
  readonly onClock: (server: Millis) => void;
  /** How long an answer may take. */
  readonly timeoutMs?: Millis;
};

const unknown = (reason: string): VenueOutcome => ({ status: 'unknown', reason, code: null });

/** Asks one thing after the other or several at once; nothing is remembered but how far the exchange's clock is from ours. */
export function openHttpDesk({
  url,
  credentials,
  onClock,
  timeoutMs = TIMEOUT_MS,
}: HttpDeskOptions): HttpDesk {
  const { origin, pathname } = new URL(url);
  const root = pathname.replace(/\/+$/, '');
  const scrub = createScrub(credentials.clientSecret);
  const { signer } = credentials;
  /** The exchange's time minus ours. */
  let ahead: Millis | null = null;

  const clock = (server: Millis): void => {
    ahead = server - systemClock.mono();
    onClock(server);
  };
  const post = async (call: Call, login: HttpLogin): Promise<HttpReply | string> => {
    const posted = await postToVenue(origin, writeHttp(call, root, login), timeoutMs);
    return posted.ok ? posted : posted.reason;
  };
  /** How to show whose a request is; a signature needs the exchange's time first, an error says why that is not known. */
  const loginFor = async ({ method }: Call): Promise<HttpLogin | string> => {
    if (!method.startsWith('private/')) return { kind: 'none' };
    if (signer === undefined) return { kind: 'basic', credentials };
    if (ahead === null) {
      const reply = await post({ method: 'public/get_time', params: {} }, { kind: 'none' });
      if (typeof reply === 'string') return reply;
      const frame = readFrame(reply.text);
      if (frame.kind !== 'result' || typeof frame.result !== 'number')
        return `HTTP ${reply.status} instead of the exchange's time`;
      clock(frame.result);
    }
    const timestamp = Math.floor((ahead ?? 0) + systemClock.mono());
    return { kind: 'signature', credentials, signer, timestamp };
  };

  return {
    ask: async (request) => {
      const ask = askOverHttp(request, scrub);
      let step = ask.first;
      while (step.kind === 'ask') {
        const login = await loginFor(step.call);
        if (typeof login === 'string') return unknown(`not asked over HTTP: ${login}`);
        const reply = await post(step.call, login);
        if (typeof reply === 'string') return unknown(`no answer over HTTP: ${reply}`);
        step = ask.answered(reply);
      }
      if (step.server !== null) clock(step.server);
      return step.outcome;
    },
  };
}
