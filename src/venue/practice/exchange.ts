/**
 * The practice exchange: a state machine behind Deribit's own face. Everything that it answers or pushes rests on what
 * the `record` of the same step holds, so that a copy built from snapshot and entries is the exchange itself.
 */
import { type Decimal, dec } from '../../base/decimal.ts';
import type { HmacSha256 } from '../../base/hashing.ts';
import { nextUint32, prng } from '../../base/prng.ts';
import { type Millis, SECOND } from '../../base/time.ts';
import { beginState, listNew } from './birth.ts';
import { flushChanges } from './orders/changes.ts';
import {
  connectionsDueAt,
  endConnection,
  openConnection,
  tendConnections,
} from './wire/connections.ts';
import { handleControl } from './control/control.ts';
import { createCredits, type Tier } from './wire/credits.ts';
import type { ApiKey, Desk } from './desk.ts';
import { bendOf, faultsDueAt, laterDueAt, runLater, tendFaults } from './faults/fault-life.ts';
import { createFaultBoard, holding, refusing, strike } from './faults/faults.ts';
import { INSTRUMENTS, type InstrumentSpec } from './products/instruments.ts';
import { datedSpecs, listDated } from './products/listing.ts';
import { BEAT, beatAt } from './market/lively.ts';
import { catchUp } from './market/market.ts';
import {
  type Exchange,
  type ExchangeEffect,
  type ExchangeInput,
  type ExchangeNow,
  LOCAL,
  type PriceCandle,
} from './ports.ts';
import { listen, pricesDueAt, pushNews, pushPrices } from './wire/pushes.ts';
import { arrives, createNetwork, departing, flap, flapsAt } from './faults/network.ts';
import { openAccount } from './money/open-account.ts';
import { optionsFrom, type VenueOptions } from './options.ts';
import { heldBackUntil, releaseHeldBack } from './wire/outgoing.ts';
import { refreshAll } from './products/quiet.ts';
import { createRecorder, restoreState } from './record.ts';
import { keepCopies } from './wire/replica.ts';
import { createResting } from './orders/resting.ts';
import { handleFrame, handleHttp } from './wire/rpc.ts';
import { type Limits, NO_LIMITS } from './orders/rules.ts';
import type { MarketRecord, State } from './state.ts';
import { booksDueAt, followBooks, forgetViewer, streamBooks } from './market/stream-books.ts';
import { streamMargins } from './money/stream-margins.ts';
import { streamFaults, streamPrices } from './control/stream.ts';
import type { World } from './world.ts';

/** Cash that an account starts with, by currency. */
export type AccountOptions = {
  readonly id: string;
  readonly cash: Readonly<Record<string, Decimal>>;
};

export type ExchangeOptions = {
  readonly seed: number;
  /** Server time of the very first start. */
  readonly startAt: Millis;
  /** Server time per real time; 0 moves only by `advance`. */
  readonly speed: number;
  /** Candles that drive BTC's index; ascending. */
  readonly file?: readonly PriceCandle[];
  /** What an earlier process wrote: seed, start and file are then taken from there. */
  readonly restore?: { readonly snapshot?: string; readonly entries: readonly string[] };
  readonly hmacSha256: HmacSha256;
  /** Makes tokens that nobody can guess; without it they come from the seed, for tests. */
  readonly newToken?: () => string;
  /** Those that a restored exchange does not have yet are opened; default: `main` alone. */
  readonly accounts?: readonly AccountOptions[];
  /** Default: four of each account. */
  readonly keys?: readonly ApiKey[];
  /** The perpetuals; what ends takes its terms from them. */
  readonly instruments?: readonly InstrumentSpec[];
  /** Lists products that end beside them, and delivers those that do; what an earlier process listed ends in any case. */
  readonly dated?: boolean;
  /** How it behaves where the documents leave it open. */
  readonly venue?: Partial<VenueOptions>;
  /** Whether clients may come over TLS, so that faults of it can be played. */
  readonly tls?: boolean;
  /** What accounts may spend; without a tier there are no bounds. */
  readonly credits?: { readonly tier?: Tier };
  /** The most that an account may have; without it there are no limits. */
  readonly limits?: Partial<Limits>;
  /** Makers and takers move several times a second; without it the book stands still between the seconds. */
  readonly lively?: boolean;
};

/** An account with what each begins with. */
export const accountNamed = (id: string): AccountOptions => ({
  id,
  cash: { USDC: dec('10000'), BTC: dec('2') },
});

export const DEFAULT_ACCOUNTS: readonly AccountOptions[] = [accountNamed('main')];

/**
 * The keys of an account: the engine's, the hand's on the website, one that can only read, for a drop copy, and any other
 * program's. Those of `main` carry no name.
 */
export function keysOf(account: string): readonly ApiKey[] {
  const name = account === 'main' ? '' : `-${account}`;
  return [
    {
      id: `practice-engine${name}`,
      secret: `practice-engine${name}-secret`,
      account,
      scopes: ['trade:read_write', 'account:read'],
      source: 'api',
    },
    {
      id: `practice-web${name}`,
      secret: `practice-web${name}-secret`,
      account,
      scopes: ['trade:read_write', 'account:read_write'],
      source: 'web',
    },
    {
      id: `practice-reader${name}`,
      secret: `practice-reader${name}-secret`,
      account,
      scopes: ['trade:read', 'account:read'],
      source: 'api',
    },
    {
      id: `practice-api${name}`,
      secret: `practice-api${name}-secret`,
      account,
      scopes: ['trade:read_write', 'account:read_write', 'wallet:read_write'],
      source: 'api',
    },
  ];
}

/** Clock and prices are recorded at least this often in real time, so that a restart has little to live through again. */
const RECORD_EVERY = 10 * SECOND;
/** Least real time between two looks at the market, however fast its clock runs. */
const LEAST_WAIT = 50;
const FIRST_USER = 1_001;

function createWorld(
  state: State,
  perpetuals: readonly InstrumentSpec[],
  ways: Pick<World, 'bend' | 'options' | 'limits' | 'lively' | 'listing'>,
): World {
  const specs = [...perpetuals, ...datedSpecs(state, perpetuals)];
  return {
    ...ways,
    state,
    resting: createResting(state),
    perpetuals,
    pausing: new Set(
      [...state.markets.values()]
        .filter(({ dated, stateUntil }) => dated !== undefined && stateUntil !== null)
        .map(({ name }) => name),
    ),
    specs: new Map(
      specs.map((spec) => [spec.name, { ...spec, ...state.markets.get(spec.name)?.terms }]),
    ),
    now: state.server,
    touched: {
      orders: new Set(),
      accounts: new Set(),
      markets: new Set(),
      moves: new Set(),
      house: false,
      moved: false,
      trades: state.trades.length,
      rows: state.rows.length,
      hours: state.hours.length,
      settlements: state.settlements.length,
      forced: false,
    },
    pending: new Map(),
    news: [],
    publicTrades: new Map(),
    heard: new Set(),
    followed: new Map(),
  };
}

/** Begins a lively market where the clock stands, or calms one that was lively. */
function enliven({ state, lively }: World, market: MarketRecord): void {
  if (lively) market.lively ??= { seed: state.seed, beat: beatAt(state.server) };
  else delete market.lively;
}
/** Makes an exchange that starts anew or goes on with what is restored. */
export function createExchange(options: ExchangeOptions): Exchange {
  const specs = options.instruments ?? INSTRUMENTS;
  const restored = options.restore === undefined ? undefined : restoreState(options.restore);
  const state = restored?.state ?? beginState(options, specs);
  state.speed = options.speed;
  const listed = restored !== undefined && listNew(state, specs);
  const ending = options.dated === true && listDated(state, specs, state.server).length > 0;
  const world = createWorld(state, specs, {
    bend: bendOf(() => desk),
    options: optionsFrom(options.venue),
    limits: { ...NO_LIMITS, ...options.limits },
    lively: options.lively ?? false,
    listing: options.dated ?? false,
  });
  const opened = (options.accounts ?? DEFAULT_ACCOUNTS).filter(
    (account) => !state.accounts.has(account.id),
  );
  for (const account of opened) openAccount(world, account, FIRST_USER + state.accounts.size);
  const grown = restored !== undefined && (listed || ending || opened.length > 0 || restored.grown);
  for (const market of state.markets.values())
    if (market.dated === undefined) enliven(world, market);
  const recorder = createRecorder(restored, grown);
  world.touched.forced = grown;
  const chance = prng(state.seed, 'wire');
  const desk: Desk = {
    world,
    keys: [...(options.keys ?? [...state.accounts.keys()].flatMap(keysOf))],
    logins: new Map(),
    conns: new Map(),
    faults: createFaultBoard(),
    network: createNetwork(),
    later: [],
    line: [],
    tls: options.tls ?? false,
    options: world.options,
    viewers: new Map(),
    copies: [],
    replicas: new Map(),
    hmacSha256: options.hmacSha256,
    newToken:
      options.newToken ?? (() => [0, 0, 0, 0].map(() => nextUint32(chance).toString(36)).join('')),
    sessions: 0,
    credits: createCredits(options.credits ?? {}),
    manners: {
      spelling: prng(options.seed, 'spelling'),
      overtaking: prng(options.seed, 'overtaking'),
    },
    access: [],
    announcements: [],
    chance,
    mono: 0,
    out: [],
    muted: null,
    moved: false,
  };
  const pace = world.lively ? BEAT : SECOND;
  let recordedAt = Number.NEGATIVE_INFINITY;

  const record = (): ExchangeEffect[] => {
    const { touched } = world;
    const changed =
      touched.forced ||
      touched.house ||
      touched.orders.size > 0 ||
      touched.accounts.size > 0 ||
      touched.trades < state.trades.length ||
      touched.rows < state.rows.length;
    if (!changed && desk.mono - recordedAt < RECORD_EVERY) return [];
    recordedAt = desk.mono;
    refreshAll(world, touched.markets);
    return [{ kind: 'record', entry: recorder.entry(state, touched) }];
  };

  return {
    handle: (input, now) => {
      desk.mono = now.mono;
      const before = state.server;
      listen(desk);
      catchUp(world, Math.max(now.server, before));
      flushChanges(world);
      if (Math.floor(state.server / pace) > Math.floor(before / pace)) desk.moved = true;
      pushNews(desk);
      runLater(desk);
      if (arrives(desk, input, () => take(desk, input))) take(desk, input);
      flushChanges(world);
      pushNews(desk);
      tendConnections(desk);
      tendFaults(desk);
      flap(desk);
      streamPrices(desk);
      streamBooks(desk, desk.moved || input.kind !== 'tick');
      streamFaults(desk);
      streamMargins(desk);
      keepCopies(desk);
      pushPrices(desk);
      releaseHeldBack(desk);
      return [...record(), ...departing(desk, desk.out.splice(0))];
    },
    wakeAt: (now) =>
      Math.max(
        now.mono,
        Math.min(
          movesAt(state, pace, now),
          connectionsDueAt(desk),
          pricesDueAt(desk),
          booksDueAt(desk),
          heldBackUntil(desk),
          faultsDueAt(desk),
          laterDueAt(desk),
          flapsAt(desk),
        ),
      ),
    bounds: () => ({
      connections: desk.options.connectionsMost,
      requestBytes: desk.options.requestBytesMost,
    }),
    clock: () => ({ server: state.server, speed: state.speed }),
    snapshot: () => {
      refreshAll(world);
      return recorder.snapshot(state);
    },
  };
}

function take(desk: Desk, input: ExchangeInput): void {
  switch (input.kind) {
    case 'opened': {
      const fault =
        refusing(desk.faults, desk.mono) ?? holding(desk.faults, 'bad_upgrade', desk.mono);
      if (fault === undefined) {
        const { conn, address = LOCAL, streams = false } = input;
        openConnection(desk, conn, { address, streams });
      } else {
        strike(fault);
        desk.out.push({ kind: 'drop', conn: input.conn });
      }
      return;
    }
    case 'frame': {
      const conn = desk.conns.get(input.conn);
      if (conn !== undefined) handleFrame(desk, conn, input.text);
      return;
    }
    case 'closed': {
      const conn = desk.conns.get(input.conn);
      if (conn !== undefined) endConnection(desk, conn, true);
      return;
    }
    case 'http':
      handleHttp(desk, input);
      return;
    case 'control':
      handleControl(desk, input);
      return;
    case 'viewer':
      followBooks(desk, input.viewer, input.text);
      return;
    case 'viewer_left':
      forgetViewer(desk, input.viewer);
      return;
    case 'tick':
      return;
  }
}

/** Real time at which the market moves next, which it does at each multiple of `pace` in server time. */
function movesAt(state: State, pace: Millis, now: ExchangeNow): Millis {
  if (state.speed === 0) return Number.POSITIVE_INFINITY;
  const next = (Math.floor(now.server / pace) + 1) * pace;
  return now.mono + Math.max(LEAST_WAIT, Math.ceil((next - now.server) / state.speed));
}
