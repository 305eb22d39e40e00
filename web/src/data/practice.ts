/**
 * The practice exchange's control API, seen from the page: what stands there, told by its own stream, and what a person
 * does to it. The engine has no part in this: it must find out by itself.
 */
import { create } from 'zustand';
import { pauseBefore } from '../stream/connection.ts';
import { type Answer, practiceProblem, request } from './api.ts';
import { practiceOrigin } from './meta.ts';
import {
  type PracticeBook,
  type PracticeChanges,
  type PracticeState,
  type StreamEvent,
  withEvent,
} from './practice-state.ts';

type Practice = {
  readonly state: PracticeState | null;
  readonly reachable: boolean;
  /** The book that is looked at. */
  readonly book: PracticeBook | null;
};

export const usePractice = create<Practice>()(() => ({
  state: null,
  reachable: true,
  book: null,
}));

const watchers = new Set<(changes: PracticeChanges) => void>();

/** Hears of all changes from now on; answers how to stop. */
export function onPracticeChanges(watcher: (changes: PracticeChanges) => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Levels of the book on each side. */
const DEPTH = 8;

const url = (path: string): string => `${practiceOrigin}/practice/v1/${path}`;

/** The whole state as it is now: every order and trade that ever was. */
export const practiceState = (): Promise<Answer<PracticeState>> =>
  request<PracticeState>(url('state'), {}, practiceProblem);

/** Sends a wish to the exchange; what becomes of it is told by the stream. `last`: also when the page is just going. */
export const practicePost = <Body = unknown>(
  path: string,
  body: Readonly<Record<string, unknown>>,
  last = false,
): Promise<Answer<Body>> =>
  request<Body>(
    url(path),
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      keepalive: last,
    },
    practiceProblem,
  );

export const practiceDelete = (path: string, last = false): Promise<Answer<unknown>> =>
  request(url(path), { method: 'DELETE', keepalive: last }, practiceProblem);

let socket: WebSocket | undefined;
let lookedAt = '';

const askForBook = (): void => {
  if (socket?.readyState === WebSocket.OPEN && lookedAt !== '')
    socket.send(JSON.stringify({ type: 'FOLLOW_BOOKS', instruments: [lookedAt], depth: DEPTH }));
};

/** Shows the book of one instrument from now on. */
export function lookAtBook(instrument: string): void {
  if (instrument === lookedAt) return;
  lookedAt = instrument;
  usePractice.setState({ book: null });
  askForBook();
}

function take(event: StreamEvent): void {
  const { state: before } = usePractice.getState();
  if (event.type === 'BOOK') {
    const book = event as unknown as PracticeBook;
    if (book.instrument === lookedAt) usePractice.setState({ book });
    return;
  }
  const state = withEvent(before, event);
  if (state !== before) usePractice.setState({ state, reachable: true });
  if (event.type === 'CHANGES') for (const watcher of watchers) watcher(event);
}

/** Follows the exchange as long as the page is open; answers how to stop. */
export function followPractice(): () => void {
  let stopped = false;
  let attempt = 0;
  let again: ReturnType<typeof setTimeout> | undefined;
  const dial = (): void => {
    const own = new WebSocket(url('stream').replace(/^http/, 'ws'));
    socket = own;
    own.addEventListener('open', askForBook);
    own.addEventListener('message', ({ data }) => {
      attempt = 0;
      take(JSON.parse(String(data)) as StreamEvent);
    });
    own.addEventListener('close', () => {
      if (stopped) return;
      usePractice.setState({ reachable: false, book: null });
      again = setTimeout(dial, pauseBefore(attempt, Math.random()));
      attempt += 1;
    });
  };
  dial();
  return () => {
    stopped = true;
    clearTimeout(again);
    socket?.close();
  };
}
