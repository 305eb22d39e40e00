/**
 * The streams of all accounts, each with a state of its own, and the one state that screens read: that of the account
 * which is looked at, or all of them put together. Pure. With one account it is that account's state itself.
 */
import type { FactFrame, HeartbeatFrame, MarketFrame, Since } from '../../../src/wire/frames.ts';
import type { Strategy } from '../../../src/wire/requests.ts';
import type { FeedEntry } from './feed.ts';
import { isOpenBreak, type Mirror } from './mirror.ts';
import { EMPTY, parseMessage, receiveMessage, type StreamState, type Want } from './receive.ts';

export type Accounts = {
  /** Ids in the order of the configuration; empty before the first word. */
  readonly order: readonly string[];
  readonly byId: Readonly<Record<string, StreamState>>;
};

export const NO_ACCOUNTS: Accounts = { order: [], byId: {} };

export type Taken = {
  readonly accounts: Accounts;
  readonly want: Want;
  readonly why: string;
  /** The account that the message was about. */
  readonly account: string;
  /** The frames of a commit that was folded in. */
  readonly frames?: readonly FactFrame[];
};

/** What is read of any message to know whose it is. */
type Addressed = { readonly account?: unknown; readonly accounts?: unknown };

const addressed = (message: unknown): Addressed => {
  const first: unknown = Array.isArray(message) ? message[0] : message;
  return typeof first === 'object' && first !== null ? first : {};
};

/** Takes one message of the stream into the state of its account. Accounts that the engine no longer has are forgotten. */
export function take({ order, byId }: Accounts, text: string): Taken {
  const message = parseMessage(text);
  const { account: named, accounts: told } = addressed(message);
  const account = typeof named === 'string' ? named : (order[0] ?? '');
  const { state, want, why, frames } = receiveMessage(byId[account] ?? EMPTY, message);
  const all = Array.isArray(told) ? (told as readonly string[]) : order;
  const known = all.includes(account) || !Array.isArray(told) ? all : [...all, account];
  const next = state === byId[account] ? byId : { ...byId, [account]: state };
  const gone = Object.keys(next).some((id) => !known.includes(id) && id !== account);
  const kept = gone
    ? Object.fromEntries(Object.entries(next).filter(([id]) => known.includes(id)))
    : next;
  const same = known.length === order.length && known.every((id, index) => id === order[index]);
  const accounts =
    same && kept === byId ? { order, byId } : { order: same ? order : known, byId: kept };
  return { accounts, want, why, account, ...(frames === undefined ? {} : { frames }) };
}

/** Where to go on from: the commit held, of several accounts that of each; null for everything anew. */
export function sinceOf({ order, byId }: Accounts): Since | null {
  const held = order.flatMap((id) => {
    const commit = byId[id]?.mirror?.commit;
    return commit === undefined ? [] : [[id, commit] as const];
  });
  if (held.length === 0) return null;
  return order.length === 1 ? (held[0]?.[1] ?? null) : Object.fromEntries(held);
}

const ROOM = { full: 0, low: 1, enough: 2 } as const;

const oldest = (ages: readonly (number | null)[]): number | null =>
  ages.reduce<number | null>(
    (worst, age) => (worst === null || age === null ? null : Math.max(worst, age)),
    0,
  );

/** The heartbeats of all accounts as the worst of them: what all of them can be believed of. */
function pulsesOf(pulses: readonly HeartbeatFrame[], journal: string): HeartbeatFrame | null {
  const [first] = pulses;
  if (first === undefined) return null;
  const copies = pulses.flatMap(({ links: { drop_copy: age } }) =>
    age === undefined ? [] : [age],
  );
  return {
    ...first,
    journal,
    at: pulses.reduce((at, one) => (one.at > at ? one.at : at), first.at),
    commit: Math.max(...pulses.map(({ commit }) => commit)),
    links: {
      trading: oldest(pulses.map(({ links }) => links.trading)),
      market: oldest(pulses.map(({ links }) => links.market)),
      ...(copies.length === 0 ? {} : { drop_copy: oldest(copies) }),
    },
    verifiedAge: oldest(pulses.map(({ verifiedAge }) => verifiedAge)),
    disk: pulses.reduce((disk, one) => (ROOM[one.disk] < ROOM[disk] ? one.disk : disk), first.disk),
  };
}

type Markets = StreamState['market'];

/** The newest price of each instrument, with the open results of every account's trades. */
function marketsOf(markets: readonly Markets[]): Markets {
  const all: Record<string, MarketFrame> = {};
  for (const frame of markets.flatMap((market) => Object.values(market))) {
    const other = all[frame.instrument];
    const newest = other === undefined || frame.at >= other.at ? frame : other;
    all[frame.instrument] = {
      ...newest,
      unrealised: { ...other?.unrealised, ...frame.unrealised },
    };
  }
  return all;
}

/** Lines that are kept of all accounts. */
const LENGTH = 60;

const byTime = (a: FeedEntry, b: FeedEntry): number => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);

/** Strategies that stopped come first, so that one that moved is shown where it runs. */
const runningLast = (a: Strategy, b: Strategy): number =>
  Number(a.control.value !== 'stopped') - Number(b.control.value !== 'stopped');

function mirrorsOf(mirrors: readonly Mirror[]): Mirror | null {
  const [first] = mirrors;
  if (first === undefined) return null;
  const all = <Item>(of: (mirror: Mirror) => Readonly<Record<string, Item>>) =>
    Object.fromEntries(mirrors.flatMap((mirror) => Object.entries(of(mirror))));
  const strategies = mirrors
    .flatMap((mirror) => Object.values(mirror.strategies))
    .sort(runningLast);
  const reports = mirrors.flatMap(({ lastReport }) => (lastReport === null ? [] : [lastReport]));
  return {
    ...first,
    account: '',
    exchangeAccount: mirrors.map(({ exchangeAccount }) => exchangeAccount).join(' + '),
    journal: mirrors.map(({ journal }) => journal).join('+'),
    commit: Math.max(...mirrors.map(({ commit }) => commit)),
    epoch: mirrors.reduce((sum, { epoch }) => sum + epoch, 0),
    at: mirrors.reduce((at, one) => (one.at > at ? one.at : at), first.at),
    strategies: Object.fromEntries(strategies.map((one) => [one.id, one])),
    positions: Object.fromEntries(
      mirrors.flatMap((mirror) =>
        Object.values(mirror.positions).map((one) => [`${mirror.account}/${one.instrument}`, one]),
      ),
    ),
    trades: all((mirror) => mirror.trades),
    orders: all((mirror) => mirror.orders),
    breaks: all((mirror) => mirror.breaks),
    alerts: all((mirror) => mirror.alerts),
    lastReport: reports.sort((a, b) => (a.finishedAt < b.finishedAt ? 1 : -1))[0] ?? null,
    feed: mirrors
      .flatMap(({ account, feed }) => feed.map((entry) => ({ ...entry, account })))
      .sort(byTime)
      .slice(0, LENGTH),
  };
}

/** What was looked at before. */
export type Viewed = {
  readonly accounts: Accounts;
  readonly selected: string | null;
  readonly stream: StreamState;
};

/** Whether the books of all accounts are those that were put together before: prices and pulses come far more often. */
const sameBooks = (one: Accounts, other: Accounts): boolean =>
  one.order === other.order &&
  one.order.every((id) => one.byId[id]?.mirror === other.byId[id]?.mirror);

/**
 * What screens read. `selected` null, or an account that is gone: all of them, once each has told everything. What did not
 * change since `before` is the same object.
 */
export function viewOf(accounts: Accounts, selected: string | null, before?: Viewed): StreamState {
  const { order, byId } = accounts;
  const own = selected === null || !order.includes(selected) ? undefined : byId[selected];
  if (own !== undefined) return own;
  const [only, second] = order;
  if (second === undefined) return (only === undefined ? undefined : byId[only]) ?? EMPTY;
  const states = order.flatMap((id) => byId[id] ?? []);
  const mirrors = states.flatMap(({ mirror }) => mirror ?? []);
  const kept =
    before !== undefined && before.selected === selected && sameBooks(accounts, before.accounts);
  const mirror = kept
    ? before.stream.mirror
    : mirrors.length === order.length
      ? mirrorsOf(mirrors)
      : null;
  const pulses = states.flatMap(({ pulse }) => pulse ?? []);
  return {
    mirror,
    pulse: pulses.length === order.length ? pulsesOf(pulses, mirror?.journal ?? '') : null,
    market: marketsOf(states.map(({ market }) => market)),
  };
}

const WORST = ['blind', 'mismatch', 'unverified', 'checking', 'verified'] as const;

/** How one account stands, for the switch. */
export type Standing = {
  readonly id: string;
  readonly assurance: Strategy['assurance'];
  readonly breaks: number;
};

export function standingsOf({ order, byId }: Accounts): readonly Standing[] {
  return order.map((id) => {
    const mirror = byId[id]?.mirror ?? null;
    const held = Object.values(mirror?.strategies ?? {}).map(({ assurance }) => assurance);
    const assurance = WORST.find((word) => held.includes(word)) ?? 'checking';
    return {
      id,
      assurance,
      breaks: Object.values(mirror?.breaks ?? {}).filter(isOpenBreak).length,
    };
  });
}
