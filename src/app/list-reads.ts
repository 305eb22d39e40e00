/**
 * Long lists of an account are read by a thread of its own, over HTTP: ten thousand orders are megabytes, which would hold up
 * fills and answers on the trading link, and parsing them would hold up the thread. What it can't read is asked over the link.
 * Small accounts never start it.
 */
import { systemClock } from '../edge/clock.ts';
import { secretText } from '../edge/entropy.ts';
import type { Log } from '../edge/log.ts';
import { startThread, type Thread } from '../edge/thread.ts';
import type { VenueEvent, VenueOutcome, VenueRequest } from '../venue/port.ts';
import {
  type ListNews,
  type ListOrder,
  type ListRequest,
  type ListSetup,
  rowsOf,
  withRows,
} from './list-parts.ts';

/** Open orders from which on a list is long: parsing them takes longer than the trading thread may be held up. */
const LONG = 1_000;
/** After a failure: how long lists are read over the link. */
const REST_MS = 300_000;

export type ListReadsOptions = Omit<ListSetup, 'id'> & {
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly onAnswer: (ref: string, outcome: VenueOutcome) => void;
  /** Asks over the trading link instead. */
  readonly otherwise: (ref: string, request: VenueRequest) => void;
};

export type ListReads = {
  /** Takes a request of the trading link, if it is one for the thread. */
  readonly take: (ref: string, request: VenueRequest) => boolean;
  /** What the trading link tells: how long the lists of this account are. */
  readonly heard: (event: VenueEvent) => void;
  readonly stop: () => Promise<void>;
};

/** A check's read of a list; other reads of open orders want all of them. */
const isForThread = (request: VenueRequest): request is ListRequest =>
  request.kind === 'positions' || (request.kind === 'open_orders' && request.since !== undefined);

type Asked = { readonly request: ListRequest; result: ReturnType<typeof rowsOf> };

export function openListReads(options: ListReadsOptions): ListReads {
  const { url, login, key, log, onAnswer, otherwise } = options;
  const asked = new Map<string, Asked>();
  let thread: Thread<ListOrder> | null = null;
  let restUntil = -Infinity;
  let stopped = false;

  const giveBack = (ref: string, reason: string): void => {
    const request = asked.get(ref)?.request;
    asked.delete(ref);
    restUntil = systemClock.mono() + REST_MS;
    log.warn('lists are read over the trading link for a while', { reason });
    if (request !== undefined) otherwise(ref, request);
  };
  const onNews = (news: ListNews): void => {
    const { ref } = news;
    const read = asked.get(ref);
    if (read === undefined || stopped) return;
    if (news.kind === 'part') {
      read.result = [...read.result, ...news.rows];
      systemClock.after(0, () => thread?.post({ kind: 'more', ref }));
      return;
    }
    const { outcome } = news;
    if (outcome.status !== 'ok')
      return giveBack(ref, outcome.status === 'unknown' ? outcome.reason : outcome.message);
    asked.delete(ref);
    const rows = [...read.result, ...rowsOf(outcome.result)];
    onAnswer(ref, { ...outcome, result: withRows(outcome.result, rows) });
  };
  const start = (): void => {
    log.info('lists are read by a thread of their own', {});
    thread = startThread<ListOrder, ListNews>({
      program: new URL('./list-reads.worker.ts', import.meta.url),
      data: { url, login, key, id: secretText(6) } satisfies ListSetup,
      onNews,
      onEnd: (reason) => {
        thread = null;
        for (const ref of asked.keys()) giveBack(ref, reason);
      },
    });
  };

  return {
    take: (ref, request) => {
      if (thread === null || !isForThread(request) || systemClock.mono() < restUntil) return false;
      asked.set(ref, { request, result: [] });
      thread.post({ kind: 'read', ref, request });
      return true;
    },
    heard: (event) => {
      if (thread !== null || stopped || systemClock.mono() < restUntil) return;
      const result =
        event.kind === 'answer' && event.outcome.status === 'ok' ? event.outcome.result : null;
      if (result?.kind === 'open_orders' && result.orders.length >= LONG) start();
    },
    stop: async () => {
      stopped = true;
      asked.clear();
      await thread?.stop();
    },
  };
}
