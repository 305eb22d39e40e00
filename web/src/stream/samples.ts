/** Frames and shapes for the tests of this folder. */
import type {
  FactFrame,
  HeartbeatFrame,
  MarketFrame,
  SnapshotFrame,
} from '../../../src/wire/frames.ts';
import type {
  Break,
  Order,
  Position,
  Report,
  Strategy,
  Trade,
} from '../../../src/wire/requests.ts';

type Decimal = Trade['amount'];
const d = (text: string): Decimal => text as Decimal;

export const AT = '2025-11-21T13:00:00.000Z';

export const trade = (changes: Partial<Trade> = {}): Trade => ({
  id: 't1',
  account: 'main',
  strategy: 'razor',
  instrument: 'BTC_USDC-PERPETUAL',
  direction: 'long',
  status: 'open',
  phase: 'open',
  amount: d('0.001'),
  openAmount: d('0.001'),
  entryPrice: d('64000'),
  exitPrice: null,
  stopLoss: d('63680'),
  takeProfit: d('64640'),
  openedAt: AT,
  closedAt: null,
  exitReason: null,
  closedBy: null,
  grossPnl: d('0'),
  fees: d('0.032'),
  funding: d('0'),
  netPnl: d('-0.032'),
  pnlPercentage: null,
  currency: 'USDC',
  pnlSource: 'fills',
  origin: 'strategy',
  parent: null,
  corrected: false,
  breaks: [],
  ...changes,
});

export const closedTrade = (changes: Partial<Trade> = {}): Trade =>
  trade({
    status: 'closed',
    phase: 'closed',
    openAmount: d('0'),
    exitPrice: d('64640'),
    closedAt: AT,
    exitReason: 'tp_hit',
    closedBy: 'target',
    grossPnl: d('0.64'),
    netPnl: d('0.576'),
    ...changes,
  });

export const strategy = (changes: Partial<Strategy> = {}): Strategy => ({
  id: 'razor',
  kind: 'razor',
  instrument: 'BTC_USDC-PERPETUAL',
  status: 'analyzing',
  label: 'analysing',
  control: { value: 'running', by: 'engine', reason: '', at: AT },
  activity: 'analyzing',
  assurance: 'verified',
  since: AT,
  position: null,
  checkpoints: [],
  strength: 0,
  why: null,
  config: {},
  ...changes,
});

export const position = (changes: Partial<Position> = {}): Position => ({
  account: 'main',
  instrument: 'BTC_USDC-PERPETUAL',
  size: d('0'),
  averagePrice: null,
  markPrice: null,
  unrealisedPnl: null,
  currency: 'USDC',
  foreignAmount: d('0'),
  byStrategy: {},
  stop: { state: 'none', amount: d('0'), orderId: null, price: null },
  verifiedAt: null,
  ...changes,
});

export const order = (changes: Partial<Order> = {}): Order => ({
  orderId: 'o1',
  label: 'razor-sl',
  intent: 'razor-sl',
  strategy: 'razor',
  tradeId: 't1',
  instrument: 'BTC_USDC-PERPETUAL',
  direction: 'sell',
  type: 'stop_market',
  amount: d('0.001'),
  filled: d('0'),
  averagePrice: null,
  price: null,
  triggerPrice: d('63680'),
  reduceOnly: true,
  state: 'untriggered',
  origin: 'engine',
  createdAt: AT,
  updatedAt: AT,
  ...changes,
});

export const found = (changes: Partial<Break> = {}): Break => ({
  id: 'b1',
  kind: 'orphan_position',
  life: 'needs_you',
  severity: 'critical',
  account: 'main',
  instrument: 'BTC_USDC-PERPETUAL',
  strategy: null,
  books: 'no position',
  exchange: 'long 0.001',
  difference: { amount: d('0.001'), value: d('64'), currency: 'USDC' },
  evidence: [],
  who: 'web',
  firstSeenAt: AT,
  lastSeenAt: AT,
  timesSeen: 1,
  proposal: null,
  options: [],
  owner: null,
  resolution: null,
  ...changes,
});

export const report = (changes: Partial<Report> = {}): Report => ({
  id: 'r1',
  trigger: 'timer',
  startedAt: '2025-11-21T12:59:59.788Z',
  finishedAt: AT,
  seq: 1,
  complete: true,
  coverage: {
    orders: 'ok',
    positions: 'ok',
    fills: 'ok',
    fees: 'ok',
    funding: 'ok',
    balance: 'ok',
  },
  verdicts: [],
  breaks: [],
  ok: true,
  problem: null,
  ...changes,
});

export const snapshot = (changes: Partial<SnapshotFrame> = {}): SnapshotFrame => ({
  type: 'SNAPSHOT',
  account: 'main',
  exchangeAccount: '1001',
  accounts: ['main'],
  journal: 'birth-1',
  commit: 10,
  epoch: 1,
  at: AT,
  mode: 'practice',
  venue: 'practice',
  speed: 1,
  version: '0.1.0',
  strategies: [strategy()],
  positions: [position()],
  openTrades: [],
  lastTrades: [],
  orders: [],
  breaks: [],
  alerts: [],
  ...changes,
});

export const heartbeat = (changes: Partial<HeartbeatFrame> = {}): HeartbeatFrame => ({
  type: 'HEARTBEAT',
  account: 'main',
  accounts: ['main'],
  journal: 'birth-1',
  at: AT,
  commit: 10,
  speed: 1,
  links: { trading: 100, market: 100 },
  verifiedAge: 4_000,
  disk: 'enough',
  ...changes,
});

export const market = (price: string): MarketFrame => ({
  type: 'MARKET',
  account: 'main',
  at: AT,
  instrument: 'BTC_USDC-PERPETUAL',
  markPrice: d(price),
  bestBid: null,
  bestAsk: null,
  candle: null,
  unrealised: {},
});

/** The part of a frame that its type brings. */
export type Body = { readonly type: FactFrame['type'] } & Readonly<Record<string, unknown>>;

/** A whole commit: the frames have the last seqs before and at `commit`. */
export const group = (
  prev: number,
  commit: number,
  bodies: readonly Body[],
): readonly FactFrame[] =>
  bodies.map(
    (body, index) =>
      ({
        account: 'main',
        seq: commit - bodies.length + 1 + index,
        commit,
        prev,
        epoch: 1,
        at: AT,
        ...body,
      }) as unknown as FactFrame,
  );

export const statusChanged = (changes: Partial<Strategy>): Body => {
  const shown = strategy(changes);
  const { status, control, activity, assurance } = shown;
  return {
    type: 'STRATEGY_STATUS_CHANGED',
    strategy: shown.id,
    status,
    control,
    activity,
    assurance,
    cause: 'test',
    shown,
  };
};
