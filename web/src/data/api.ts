/**
 * Requests to the engine's HTTP API. A refusal is a value with its problem in words of the server; so is the absence of
 * an answer. Nothing is repeated by itself: a command carries an id of its own and may arrive at most once.
 */
import { retold } from '../../../src/words/said.ts';
import { useSettings } from './settings.ts';
import type {
  Break,
  CommandAnswer,
  Problem,
  Report,
  TestAnswer,
} from '../../../src/wire/requests.ts';

/** `unknown`: no answer came, so nobody knows whether the request arrived. */
export type Failure =
  | { readonly kind: 'refused'; readonly status: number; readonly problem: Problem }
  | { readonly kind: 'unknown'; readonly reason: string };

export type Answer<Body> =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly failure: Failure };

/** Whether a body is a problem (RFC 9457). */
const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { title?: unknown }).title === 'string';

/** A problem for an answer that brought none. */
const plainProblem = (status: number, detail = `HTTP ${status}`): Problem => ({
  type: 'about:blank',
  title: `HTTP ${status}`,
  status,
  detail,
  code: `http_${status}`,
  field: null,
  accepted: null,
  next: null,
});

/** The problem that a refusal's body tells. */
const problemOf = (body: unknown, status: number): Problem =>
  isProblem(body) ? body : plainProblem(status);

/** Sends one request and reads its JSON answer; never throws. `read` finds the problem in the body of a refusal. */
export async function request<Body>(
  url: string,
  init: RequestInit,
  read = problemOf,
): Promise<Answer<Body>> {
  try {
    const response = await fetch(url, init);
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return { ok: true, body: body as Body };
    return {
      ok: false,
      failure: { kind: 'refused', status: response.status, problem: read(body, response.status) },
    };
  } catch (error) {
    return {
      ok: false,
      failure: { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) },
    };
  }
}

/** The same for the practice exchange's control API, which says `{error: {message, accepted}}`. */
export function practiceProblem(body: unknown, status: number): Problem {
  const error = (
    body as
      | { readonly error?: { readonly message?: string; readonly accepted?: string } }
      | undefined
  )?.error;
  if (error?.message === undefined) return problemOf(body, status);
  return plainProblem(
    status,
    error.accepted === undefined ? error.message : `${error.message} (${error.accepted})`,
  );
}

/** Reads `/api/v1` + `path`. */
export const get = <Body>(path: string, signal?: AbortSignal): Promise<Answer<Body>> =>
  request<Body>(`/api/v1${path}`, {
    credentials: 'same-origin',
    ...(signal === undefined ? {} : { signal }),
  });

const post = <Body>(path: string, body: unknown, id: string): Promise<Answer<Body>> =>
  request<Body>(`/api/v1${path}`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json', 'x-lockstep': '1', 'idempotency-key': id },
    body: JSON.stringify(body),
  });

/** What a person may ask of the engine here. */
export type Order =
  | {
      readonly verb: 'pause' | 'resume' | 'drain' | 'flatten';
      readonly strategy: string;
      readonly reason: string;
    }
  | {
      readonly verb: 'kill';
      /** null: all accounts. */
      readonly account: string | null;
      readonly strength: 'stop' | 'reduce' | 'cancel' | 'flatten';
      readonly reason: string;
    }
  | {
      readonly verb: 'resolve';
      readonly breakId: string;
      readonly action: Break['options'][number]['action'];
      /** Who takes a position over; only adopting asks for it. */
      readonly strategy: string | null;
      /** Decimals; only entering an outcome asks for them. */
      readonly exitPrice: string | null;
      readonly fees: string | null;
      readonly reason: string;
    }
  /** What was last decided about a difference is taken back. */
  | { readonly verb: 'undo'; readonly breakId: string; readonly reason: string }
  | { readonly verb: 'reconcile' };

/** The same, and what is asked at once, because it stops and starts nothing. */
export type Asked =
  | Order
  | { readonly verb: 'take' | 'release'; readonly breakId: string }
  | { readonly verb: 'ack_alert'; readonly alert: string }
  | { readonly verb: 'snooze_alert'; readonly alert: string; readonly minutes: number };

function pathOf(order: Asked): string {
  switch (order.verb) {
    case 'reconcile':
      return '/reconcile';
    case 'kill':
      return '/kill';
    case 'ack_alert':
      return `/alerts/${encodeURIComponent(order.alert)}/ack`;
    case 'snooze_alert':
      return `/alerts/${encodeURIComponent(order.alert)}/snooze`;
    case 'take':
    case 'release':
    case 'undo':
    case 'resolve':
      return `/breaks/${encodeURIComponent(order.breakId)}/${order.verb}`;
    case 'pause':
    case 'resume':
    case 'drain':
    case 'flatten':
      return `/strategies/${encodeURIComponent(order.strategy)}/${order.verb}`;
  }
}

function bodyOf(order: Asked): Readonly<Record<string, string | number>> {
  switch (order.verb) {
    case 'reconcile':
    case 'ack_alert':
    case 'take':
    case 'release':
      return {};
    case 'undo':
      return { reason: order.reason };
    case 'snooze_alert':
      return { minutes: order.minutes };
    case 'kill':
      return {
        strength: order.strength,
        reason: order.reason,
        ...(order.account === null ? {} : { account: order.account }),
      };
    case 'resolve': {
      const { action, strategy, exitPrice, fees, reason } = order;
      return {
        action,
        reason,
        ...(strategy === null ? {} : { strategy }),
        ...(exitPrice === null ? {} : { exitPrice }),
        ...(fees === null ? {} : { fees }),
      };
    }
    case 'pause':
    case 'resume':
    case 'drain':
    case 'flatten':
      return { reason: order.reason };
  }
}

export type Plan = CommandAnswer['plan'];

/** What the order would do; nothing is sent to the exchange. */
export const planOf = (order: Order): Promise<Answer<{ readonly plan: Plan }>> =>
  post(pathOf(order), { ...bodyOf(order), dryRun: true }, crypto.randomUUID());

/** Asks for it, once. */
export const carryOut = (order: Asked): Promise<Answer<CommandAnswer>> =>
  post(pathOf(order), bodyOf(order), crypto.randomUUID());

/** Has the engine compare both sides; answers the report, or the command while it still runs. */
export const compareNow = (): Promise<Answer<Report | CommandAnswer>> =>
  post('/reconcile', {}, crypto.randomUUID());

/** Trades the key of a one-time link (its `k`) for a session cookie. */
export const logIn = (key: string): Promise<Answer<unknown>> =>
  post('/login', { code: key }, crypto.randomUUID());

/** Has the engine send a notice about nothing. */
export const testChannel = (): Promise<Answer<TestAnswer>> =>
  post('/alerts/test', {}, crypto.randomUUID());

/** What a walk over the whole chain found. */
export type ChainVerdict =
  | { readonly ok: true; readonly facts: number; readonly head: string }
  | { readonly ok: false; readonly seq: number; readonly problem: string };

/** Has the engine check the whole hash chain of a journal; null where there is but one. */
export const verifyChain = (account: string | null): Promise<Answer<ChainVerdict>> =>
  post('/audit/verify', account === null ? {} : { account }, crypto.randomUUID());

/** Whether the engine answers, and knows this browser's session. */
export async function sessionState(): Promise<'known' | 'unknown_session' | 'no_answer'> {
  const answer = await get<unknown>('/status');
  if (answer.ok) return 'known';
  const { failure } = answer;
  return failure.kind === 'refused' && failure.status === 401 ? 'unknown_session' : 'no_answer';
}

/** A failure as words: the server's own, or why there is none. */
export function failureText(failure: Failure): string {
  if (failure.kind === 'unknown') return failure.reason;
  const { title, detail, next } = failure.problem;
  const { lang } = useSettings.getState();
  return [detail === '' ? title : detail, next]
    .filter((part) => part !== null)
    .map((said) => retold(lang, said))
    .join(' ');
}
