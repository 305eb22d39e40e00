/**
 * The webhook: one signed POST per notice to the one address that was configured. The header `Lockstep-Signature` holds
 * `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`, so that a receiver knows who sent it and when. No redirect is
 * followed, and neither the address nor the secret stands in what is answered [I46].
 */
import { createHmac } from 'node:crypto';
import type { Millis } from '../base/time.ts';

/** What became of a notice; `problem` in short words, without the address. */
export type Sent =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly status: number | null; readonly problem: string };

export type WebhookTarget = { readonly url: string; readonly secret: string };

export type Webhook = {
  /** Name and port of the receiver; the rest of its address may be a secret. */
  readonly host: string;
  readonly send: (body: string) => Promise<Sent>;
  /** Gives up what is on its way. */
  readonly close: () => void;
};

const WITHIN_MS = 5_000;

/** The value of the signature's header for a body sent at a wall time. */
export function signatureOf(secret: string, body: string, at: Millis): string {
  const seconds = Math.floor(at / 1_000);
  const hmac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${hmac}`;
}

function problemOf(error: unknown): string {
  const { name, cause } = error as {
    readonly name?: string;
    readonly cause?: { readonly code?: unknown };
  };
  if (name === 'TimeoutError') return `no answer within ${WITHIN_MS / 1_000} s`;
  if (name === 'AbortError') return 'the engine ended';
  return typeof cause?.code === 'string' ? `no answer (${cause.code})` : 'no answer';
}

/** A webhook to a target that was checked when it was configured. `wall` tells the time for the signature. */
export function createWebhook({ url, secret }: WebhookTarget, wall: () => Millis): Webhook {
  const ended = new AbortController();
  return {
    host: new URL(url).host,
    close: () => ended.abort(),
    send: async (body) => {
      try {
        const response = await fetch(url, {
          method: 'POST',
          redirect: 'manual',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'Lockstep',
            'lockstep-signature': signatureOf(secret, body, wall()),
          },
          body,
          signal: AbortSignal.any([ended.signal, AbortSignal.timeout(WITHIN_MS)]),
        });
        await response.body?.cancel();
        const { status } = response;
        if (status >= 200 && status <= 299) return { ok: true, status };
        return { ok: false, status, problem: `the receiver answered ${status}` };
      } catch (error) {
        return { ok: false, status: null, problem: problemOf(error) };
      }
    },
  };
}
