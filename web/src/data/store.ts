/**
 * The page's one store: the mirror of the books, prices and the state of the link, all fed by the stream. Screens read
 * it and never write it. The feed's past is read once from the journal itself, with the last check.
 */
import { create } from 'zustand';
import type { FactFrame } from '../../../src/wire/frames.ts';
import type { Strategy } from '../../../src/wire/requests.ts';
import { keepConnected } from '../stream/connection.ts';
import { addToFeed, type FeedEntry } from '../stream/feed.ts';
import type { Mirror } from '../stream/mirror.ts';
import { type Accounts, NO_ACCOUNTS, sinceOf, take as takeIn, viewOf } from '../stream/accounts.ts';
import { paced } from '../stream/pace.ts';
import { EMPTY, type StreamState, type Want } from '../stream/receive.ts';
import { get, sessionState } from './api.ts';

export type Session = 'unknown' | 'known' | 'refused';

export type Live = {
  /** What is looked at: the account selected, or all of them put together. */
  readonly stream: StreamState;
  readonly accounts: Accounts;
  /** The account that is looked at; null for all. */
  readonly selected: string | null;
  readonly socket: boolean;
  /** When the engine was last heard, on the page's monotonic clock; null before the first word. */
  readonly heardAt: number | null;
  /** When the last price of each instrument came, on the same clock. */
  readonly pricedAt: Readonly<Record<string, number>>;
  readonly session: Session;
  /** Server time minus speed x monotonic time of the page, by the last heartbeat. */
  readonly serverBase: number | null;
};

export const useLive = create<Live>()(() => ({
  stream: EMPTY,
  accounts: NO_ACCOUNTS,
  selected: null,
  socket: false,
  heardAt: null,
  pricedAt: {},
  session: 'unknown',
  serverBase: null,
}));

/** While much comes, the screens are told of it this often. */
const TELL_MS = 50;
/** What has come and was not told to the screens yet. */
let untold: Partial<Live> = {};
const heard = (): Live => ({ ...useLive.getState(), ...untold });
const came = paced(
  TELL_MS,
  () => {
    const changes = untold;
    untold = {};
    useLive.setState(changes);
  },
  { now: () => performance.now(), later: (ms, run) => void setTimeout(run, ms) },
);
const tell = (changes: Partial<Live>): void => {
  untold = { ...untold, ...changes };
  came();
};

/** The account that is looked at; null for all, also where the one selected is gone or is the only one. */
export const lookedAt = ({ accounts: { order }, selected }: Live): string | null =>
  order.length > 1 && selected !== null && order.includes(selected) ? selected : null;

/** The account of pages that are about one journal: the one looked at, else the first; null where there is but one. */
export const oneAccount = (live: Live): string | null =>
  live.accounts.order.length < 2 ? null : (lookedAt(live) ?? live.accounts.order[0] ?? null);

/** The state of that account. */
export function ofOneAccount(live: Live): StreamState {
  const account = oneAccount(live);
  return account === null ? live.stream : viewOf(live.accounts, account);
}

/** A part of the mirror; `absent` (always the same value) before the first snapshot. */
export const useMirror = <Part>(pick: (mirror: Mirror) => Part, absent: Part): Part =>
  useLive(({ stream }) => (stream.mirror === null ? absent : pick(stream.mirror)));

const NOTHING = {};
const NO_FEED: Mirror['feed'] = [];

/** Whether there is anything to show yet. */
export const useLoaded = (): boolean => useLive(({ stream }) => stream.mirror !== null);
export const useStrategies = (): Mirror['strategies'] =>
  useMirror((mirror) => mirror.strategies, NOTHING);
export const usePositions = (): Mirror['positions'] =>
  useMirror((mirror) => mirror.positions, NOTHING);
/** All trades that the page holds; another object whenever one changed. */
export const useTrades = (): Mirror['trades'] => useMirror((mirror) => mirror.trades, NOTHING);
export const useBreaks = (): Mirror['breaks'] => useMirror((mirror) => mirror.breaks, NOTHING);
export const useAlerts = (): Mirror['alerts'] => useMirror((mirror) => mirror.alerts, NOTHING);
export const useFeed = (): Mirror['feed'] => useMirror((mirror) => mirror.feed, NO_FEED);

type JournalFact = {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly data: object;
};

/** How many facts back the feed looks when the page opens. */
const FEED_REACH = 500;

async function fillFeed(account: string, mirror: Mirror): Promise<void> {
  const { journal, commit } = mirror;
  const after = Math.max(0, commit - FEED_REACH);
  const answer = await get<{ readonly items: readonly JournalFact[] }>(
    `/journal?account=${encodeURIComponent(account)}&after=${after}&limit=${FEED_REACH}`,
  );
  if (!answer.ok) return;
  const strategies: Record<string, Strategy> = {};
  let past: readonly FeedEntry[] = [];
  let lastReport: Mirror['lastReport'] = null;
  for (const { data, ...fact } of answer.body.items) {
    const frame = { ...data, ...fact } as FactFrame;
    if (frame.seq > commit) break;
    past = addToFeed(past, frame, strategies);
    if (frame.type === 'STRATEGY_STATUS_CHANGED') strategies[frame.strategy] = frame.shown;
    if (frame.type === 'RECONCILIATION_COMPLETED') lastReport = frame.report;
  }
  const { accounts, selected } = heard();
  const state = accounts.byId[account];
  const held = state?.mirror ?? null;
  if (
    state === undefined ||
    held === null ||
    held.journal !== journal ||
    held.feed.some(({ seq }) => seq <= commit)
  )
    return;
  const filled = {
    ...held,
    feed: [...held.feed, ...past],
    lastReport: held.lastReport ?? lastReport,
  };
  const next = { ...accounts, byId: { ...accounts.byId, [account]: { ...state, mirror: filled } } };
  tell({ accounts: next, stream: viewOf(next, selected) });
}

const commitWatchers = new Set<(frames: readonly FactFrame[], at: number) => void>();

/** Hears of every commit that is folded in from now on, with the page's time at which it came; answers how to stop. */
export function onCommit(watcher: (frames: readonly FactFrame[], at: number) => void): () => void {
  commitWatchers.add(watcher);
  return () => commitWatchers.delete(watcher);
}

function take(text: string): Want {
  const live = heard();
  const now = performance.now();
  const { accounts, want, why, account, frames } = takeIn(live.accounts, text);
  if (want !== 'nothing') console.warn(`stream: ${why}`);
  const stream = accounts === live.accounts ? live.stream : viewOf(accounts, live.selected, live);
  const changes: Partial<Live> = { accounts, stream, heardAt: now, session: 'known' };
  const { pulse = null, market = {}, mirror = null } = accounts.byId[account] ?? {};
  const before = live.accounts.byId[account];
  if (pulse !== null && pulse !== before?.pulse) {
    Object.assign(changes, { serverBase: Date.parse(pulse.at) - now * pulse.speed });
  }
  if (market !== before?.market) {
    const fresh = Object.keys(market).filter((name) => market[name] !== before?.market[name]);
    Object.assign(changes, {
      pricedAt: { ...live.pricedAt, ...Object.fromEntries(fresh.map((name) => [name, now])) },
    });
  }
  tell(changes);
  if (frames !== undefined) for (const watcher of commitWatchers) watcher(frames, now);
  if (mirror !== null && mirror.journal !== before?.mirror?.journal) void fillFeed(account, mirror);
  return want;
}

/** Looks at one account, or at all of them. */
export const select = (selected: string | null): void =>
  tell({ selected, stream: viewOf(heard().accounts, selected) });

function address(): string {
  const { protocol, host } = location;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1/stream`;
}

let connection: ReturnType<typeof keepConnected> | undefined;

/** Connects to the engine and stays connected until the session is refused. Once per page. */
export function start(): void {
  useLive.setState({ session: 'unknown' });
  connection = keepConnected({
    dial: (events) => {
      const socket = new WebSocket(address());
      socket.addEventListener('open', events.opened);
      socket.addEventListener('message', (event) => events.message(String(event.data)));
      socket.addEventListener('close', events.closed);
      return { send: (text) => socket.send(text), close: () => socket.close() };
    },
    later: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    refused: async () => (await sessionState()) === 'unknown_session',
    held: () => sinceOf(heard().accounts),
    message: take,
    changed: (state) => {
      if (state === 'refused') useLive.setState({ socket: false, session: 'refused' });
      else useLive.setState({ socket: state === 'open' });
    },
  });
}

/** Tries now instead of after the pause. */
export const retry = (): void => connection?.retry();
