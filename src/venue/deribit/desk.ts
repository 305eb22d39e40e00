/**
 * The requests of a session on their way out and back. An order request is handed to the socket at once or never; reads
 * wait in a queue for credits. Every request ends in exactly one `answer`.
 */
import type { Millis } from '../../base/time.ts';
import {
  type LinkName,
  NEVER_SENT,
  type VenueEvent,
  type VenueOutcome,
  type VenueRequest,
} from '../port.ts';
import { MAX_REQUEST_BYTES, METHODS, type MethodRules } from '../protocol/methods.ts';
import { type Budget, type Spend, createBudget } from './budget.ts';
import { classify, readError, type VenueError } from './classify.ts';
import type { Sent } from './correlate.ts';
import { checkRequest, encode } from './encode.ts';
import { type Call, type Frame, writeRequest } from './frame.ts';
import { MAX_QUEUED_READS, ORDER_ANSWER_MS, READ_ANSWER_MS } from './limits.ts';
import { type Reader, createReader } from './paging.ts';
import type { Scrub } from './scrub.ts';

/** A request on its way; `beganAt` is the stamp of its first answer (server ms). */
export type Job = {
  readonly ref: string;
  readonly request: VenueRequest;
  readonly spend: Spend;
  readonly reader: Reader;
  beganAt: Millis | null;
};

export type AnswerFrame = Extract<Frame, { kind: 'result' | 'error' }>;

type Waiting = { readonly job: Job; readonly call: Call; readonly deadline: Millis };

export type DeskOptions = {
  readonly link: LinkName;
  readonly emit: (event: VenueEvent) => void;
  /** Hands a call to the socket of the present connection. */
  readonly send: (call: Call, deadline: Millis, job: Job) => void;
  readonly undecodable: (what: string) => void;
  readonly scrub: Scrub;
};

export type Desk = {
  readonly budget: Budget;
  /** `up`: whether the link is up; `conn`: the present or last connection. */
  readonly request: (
    input: { readonly ref: string; readonly request: VenueRequest },
    link: { readonly up: boolean; readonly conn: number },
    mono: Millis,
  ) => void;
  /** Sends the reads that can be afforded. */
  readonly pump: (mono: Millis) => void;
  /** Takes an answer; gives back an error that could be read, else null. */
  readonly answered: (sent: Sent<Job>, frame: AnswerFrame, mono: Millis) => VenueError | null;
  readonly timedOut: (sent: Sent<Job>) => void;
  readonly cutOff: (sent: Sent<Job>, reason: string) => void;
  /** Ends the reads that still wait: all of them, or those whose time is over by `until`. */
  readonly drop: (conn: number, reason: string, until: Millis) => void;
  readonly wakeAt: (up: boolean, mono: Millis) => Millis;
};

const unknown = (reason: string): VenueOutcome => ({ status: 'unknown', reason, code: null });
const neverSent = (why: string, rateLimited = false): VenueOutcome => ({
  status: 'refused',
  code: NEVER_SENT,
  message: `not sent: ${why}`,
  data: null,
  rateLimited,
});

function spendOf(request: VenueRequest): Spend {
  switch (request.kind) {
    case 'place':
      return request.order.reduceOnly ? 'reduce' : 'open';
    case 'edit':
      return request.edit.reduceOnly ? 'reduce' : 'open';
    case 'cancel':
    case 'cancel_by_label':
      return 'reduce';
    case 'cash_log':
      return 'log';
    case 'open_orders':
    case 'order_state':
    case 'orders_by_label':
    case 'positions':
    case 'position':
    case 'summaries':
    case 'fills':
    case 'instrument':
    case 'ticker':
    case 'candles':
      return 'read';
  }
}

/** Whether a text may have more than so many bytes in UTF-8, which takes at most three for a UTF-16 unit. */
const mayExceed = (text: string, bytes: number): boolean => text.length * 3 > bytes;

export function createDesk({ link, emit, send, undecodable, scrub }: DeskOptions): Desk {
  const budget = createBudget();
  const queues: Record<'read' | 'log', Waiting[]> = { read: [], log: [] };

  const end = (ref: string, conn: number, outcome: VenueOutcome): void =>
    emit({ kind: 'answer', link, conn, ref, outcome });
  const tell = (sent: Sent<Job>, outcome: VenueOutcome): void =>
    emit({
      kind: sent.ended ? 'late_answer' : 'answer',
      link,
      conn: sent.conn,
      ref: sent.what.ref,
      outcome,
    });

  const sendOrder = (job: Job, call: Call, mono: Millis): VenueOutcome | null => {
    if (mayExceed(writeRequest(Number.MAX_SAFE_INTEGER, call), MAX_REQUEST_BYTES))
      return neverSent(
        `the request may be larger than the ${MAX_REQUEST_BYTES} bytes that the exchange reads`,
      );
    if (!budget.take(job.spend, mono))
      return neverSent('the own ceiling of order messages is reached', true);
    send(call, mono + ORDER_ANSWER_MS, job);
    return null;
  };

  const pump = (mono: Millis): void => {
    for (const spend of ['read', 'log'] as const) {
      const queue = queues[spend];
      while (queue.length > 0 && budget.take(spend, mono)) {
        const next = queue.shift();
        if (next !== undefined) send(next.call, next.deadline, next.job);
      }
    }
  };

  const queueOf = (job: Job): Waiting[] => queues[job.spend === 'log' ? 'log' : 'read'];

  return {
    budget,
    pump,
    request: ({ ref, request }, { up, conn }, mono) => {
      const job: Job = {
        ref,
        request,
        spend: spendOf(request),
        reader: createReader(request),
        beganAt: null,
      };
      const call = encode(request);
      const rules: MethodRules = METHODS[call.method];
      const checked = checkRequest(request);
      if (!checked.ok) return end(ref, conn, neverSent(checked.error));
      if (link === 'market' && rules.scope !== undefined)
        return end(ref, conn, neverSent('the market link carries public requests only'));
      if (rules.matchingEngine === true) {
        const failure = up ? sendOrder(job, call, mono) : neverSent('no connection');
        if (failure !== null) end(ref, conn, failure);
        return;
      }
      if (!up) return end(ref, conn, unknown('not connected'));
      if (queues.read.length + queues.log.length >= MAX_QUEUED_READS)
        return end(ref, conn, unknown('not sent: too many reads are waiting'));
      queueOf(job).push({ job, call, deadline: mono + READ_ANSWER_MS });
      pump(mono);
    },
    answered: (sent, frame, mono) => {
      const job = sent.what;
      if (job.beganAt === null && frame.stamps.usIn !== null)
        job.beganAt = Math.floor(frame.stamps.usIn / 1000);
      if (frame.kind === 'error') {
        const error = readError(frame.error, scrub);
        if (error === undefined) {
          undecodable(`the error that answers ${job.request.kind}`);
          if (!sent.ended)
            tell(sent, unknown('the error that came as an answer could not be read'));
          return null;
        }
        const outcome = classify(job.request, error, job.beganAt);
        if (outcome.status === 'refused' && outcome.rateLimited) budget.exhaust(job.spend, mono);
        tell(sent, outcome);
        return error;
      }
      const step = job.reader.accept(frame.result);
      switch (step.kind) {
        case 'done':
          tell(sent, { status: 'ok', result: step.result, beganAt: job.beganAt });
          break;
        case 'next':
          if (sent.ended) break;
          queueOf(job).unshift({ job, call: step.call, deadline: mono + READ_ANSWER_MS });
          pump(mono);
          break;
        case 'incomplete':
          if (!sent.ended) tell(sent, unknown(step.reason));
          break;
        case 'unreadable':
          undecodable(`the answer to ${job.request.kind}: ${step.what}`);
          if (!sent.ended) tell(sent, unknown(`the answer could not be read: ${step.what}`));
          break;
      }
      return null;
    },
    timedOut: (sent) => end(sent.what.ref, sent.conn, unknown('no answer in time')),
    cutOff: (sent, reason) =>
      end(
        sent.what.ref,
        sent.conn,
        unknown(`the connection was lost before the answer: ${reason}`),
      ),
    drop: (conn, reason, until) => {
      for (const spend of ['read', 'log'] as const) {
        const over = queues[spend].filter((waiting) => waiting.deadline <= until);
        queues[spend] = queues[spend].filter((waiting) => waiting.deadline > until);
        for (const waiting of over) end(waiting.job.ref, conn, unknown(reason));
      }
    },
    wakeAt: (up, mono) => {
      let at = Infinity;
      for (const spend of ['read', 'log'] as const) {
        const queue = queues[spend];
        for (const waiting of queue) at = Math.min(at, waiting.deadline);
        if (up && queue.length > 0) at = Math.min(at, budget.readyAt(spend, mono));
      }
      return at;
    },
  };
}
