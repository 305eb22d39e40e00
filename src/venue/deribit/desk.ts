/**
 * The requests of a session on their way out and back. An order request is handed to the socket at once or never; reads
 * wait for credits, those of checks first. Every request ends in exactly one `answer`.
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
import { type Budget, type Draw, createBudget } from './budget.ts';
import { type VenueError, classify, readError, waitOf } from './classify.ts';
import { currencyOf, poolOf, spendOf } from './credits.ts';
import type { Sent } from './correlate.ts';
import { encode } from './encode.ts';
import { type Call, type Frame, writeRequest } from './frame.ts';
import {
  MAX_IN_FLIGHT,
  MAX_OPENINGS_IN_FLIGHT,
  ORDER_ANSWER_MS,
  READ_ANSWER_MS,
} from './limits.ts';
import { type Reader, createReader } from './paging.ts';
import { createReadQueue } from './read-queue.ts';
import type { Scrub } from './scrub.ts';
import { checkRequest } from './terms.ts';

/** A request on its way; `beganAt` is the stamp of its first answer (server ms). */
export type Job = {
  readonly ref: string;
  readonly request: VenueRequest;
  readonly draw: Draw;
  readonly reader: Reader;
  beganAt: Millis | null;
  /** What is sent, or was sent last; a read of several pages has several. */
  call: Call;
  deadline: Millis;
};

export type AnswerFrame = Extract<Frame, { kind: 'result' | 'error' }>;

export type DeskOptions = {
  readonly link: LinkName;
  readonly emit: (event: VenueEvent) => void;
  /** Hands a call to the socket of the present connection. */
  readonly send: (job: Job) => void;
  readonly undecodable: (what: string) => void;
  readonly scrub: Scrub;
  readonly jitter: () => number;
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

/** Whether a text may have more than so many bytes in UTF-8, which takes at most three for a UTF-16 unit. */
const mayExceed = (text: string, bytes: number): boolean => text.length * 3 > bytes;

export function createDesk({ link, emit, send, undecodable, scrub, jitter }: DeskOptions): Desk {
  const budget = createBudget(link, jitter);
  const reads = createReadQueue<Job>(budget);
  /** Order requests without an answer. */
  const inFlight = new Set<Job>();

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

  /** Whether the exchange has room for one more of a currency's order requests; some of it is for reductions only. */
  const hasRoom = ({ draw }: Job): boolean => {
    const waiting = [...inFlight].filter((other) => other.draw.currency === draw.currency);
    const openings = waiting.filter((other) => other.draw.spend === 'open');
    return (
      waiting.length < MAX_IN_FLIGHT &&
      (draw.spend !== 'open' || openings.length < MAX_OPENINGS_IN_FLIGHT)
    );
  };
  const sendOrder = (job: Job, mono: Millis): VenueOutcome | null => {
    if (mayExceed(writeRequest(Number.MAX_SAFE_INTEGER, job.call), MAX_REQUEST_BYTES))
      return neverSent(
        `the request may be larger than the ${MAX_REQUEST_BYTES} bytes that the exchange reads`,
      );
    if (!hasRoom(job))
      return neverSent('too many order messages wait for the matching engine', true);
    if (!budget.take(job.draw, mono))
      return neverSent('the own ceiling of order messages is reached', true);
    inFlight.add(job);
    job.deadline = mono + ORDER_ANSWER_MS;
    send(job);
    return null;
  };

  const pump = (mono: Millis): void => reads.pump(mono, send);

  /** The exchange has no credits left for it: a read that still has the time waits for them and is asked again. */
  const limited = (sent: Sent<Job>, error: VenueError, mono: Millis): boolean => {
    const job = sent.what;
    budget.exhaust(job.draw, mono, waitOf(error));
    if (sent.ended || job.draw.pool === 'matching') return false;
    if (budget.readyAt(job.draw, mono) >= job.deadline) return false;
    reads.resume(job);
    return true;
  };
  const failed = (sent: Sent<Job>, error: VenueError, mono: Millis): void => {
    const job = sent.what;
    const outcome = classify(job.request, error, job.beganAt);
    const isLimited = outcome.status === 'refused' && outcome.rateLimited;
    if (!isLimited || !limited(sent, error, mono)) tell(sent, outcome);
  };

  return {
    budget,
    pump,
    request: ({ ref, request }, { up, conn }, mono) => {
      const call = encode(request);
      const rules: MethodRules = METHODS[call.method];
      const job: Job = {
        ref,
        request,
        draw: { pool: poolOf(call), spend: spendOf(request), currency: currencyOf(request) },
        reader: createReader(request),
        beganAt: null,
        call,
        deadline: mono + READ_ANSWER_MS,
      };
      const checked = checkRequest(request);
      if (!checked.ok) return end(ref, conn, neverSent(checked.error));
      if (link === 'drop_copy') return end(ref, conn, neverSent('the drop copy only listens'));
      if (link === 'market' && rules.scope !== undefined)
        return end(ref, conn, neverSent('the market link carries public requests only'));
      if (rules.matchingEngine === true) {
        const failure = up ? sendOrder(job, mono) : neverSent('no connection');
        if (failure !== null) end(ref, conn, failure);
        return;
      }
      if (!up) return end(ref, conn, unknown('not connected'));
      if (!reads.add(job)) return end(ref, conn, unknown('not sent: too many reads are waiting'));
      pump(mono);
    },
    answered: (sent, frame, mono) => {
      const job = sent.what;
      inFlight.delete(job);
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
        failed(sent, error, mono);
        return error;
      }
      const step = job.reader.accept(frame.result, job.beganAt);
      switch (step.kind) {
        case 'done':
          tell(sent, { status: 'ok', result: step.result, beganAt: job.beganAt });
          break;
        case 'next':
          if (sent.ended) break;
          job.call = step.call;
          job.deadline = mono + READ_ANSWER_MS;
          reads.resume(job);
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
    timedOut: (sent) => {
      inFlight.delete(sent.what);
      end(sent.what.ref, sent.conn, unknown('no answer in time'));
    },
    cutOff: (sent, reason) => {
      inFlight.delete(sent.what);
      end(
        sent.what.ref,
        sent.conn,
        unknown(`the connection was lost before the answer: ${reason}`),
      );
    },
    drop: (conn, reason, until) => {
      for (const job of reads.drop(until)) end(job.ref, conn, unknown(reason));
    },
    wakeAt: reads.wakeAt,
  };
}
