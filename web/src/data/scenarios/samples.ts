/** Both sides at rest, for the tests of this folder: what they are held against each other with, right and wrong. */
import type { FactFrame } from '../../../../src/wire/frames.ts';
import type { Report, Strategy, Trade, TradeDetail } from '../../../../src/wire/requests.ts';
import { AT, closedTrade, strategy, trade } from '../../stream/samples.ts';
import type { PracticeOrder, PracticeState, PracticeTrade } from '../practice-state.ts';
import type { Decimal } from '../words.ts';
import { type Memo, NO_MEMO, type Proof, type Sight } from './sight.ts';

const d = (text: string): Decimal => text as Decimal;
export const INSTRUMENT = 'BTC_USDC-PERPETUAL';

export const placed = (changes: Partial<PracticeOrder> = {}): PracticeOrder => ({
  orderId: 'USDC-1',
  account: 'main',
  label: 'ls:razor:n1:1:1e:fb145ee4',
  instrument: INSTRUMENT,
  direction: 'buy',
  type: 'limit',
  amount: d('0.001'),
  filled: d('0.001'),
  averagePrice: d('64000'),
  state: 'filled',
  reduceOnly: false,
  bornFrom: null,
  dormant: false,
  price: d('64200'),
  triggerPrice: null,
  web: false,
  mobile: false,
  createdAt: 1_000,
  ...changes,
});

/** The hand's order that closed the trade. */
export const handOrder = placed({
  orderId: 'USDC-2',
  label: '',
  direction: 'sell',
  type: 'market',
  averagePrice: d('64100'),
  reduceOnly: true,
  web: true,
  createdAt: 2_000,
});

export const stopOrder = (changes: Partial<PracticeOrder> = {}): PracticeOrder =>
  placed({
    orderId: 'USDC-SLMB-1',
    label: 'ls:razor:n1:1:2s:fb145ee4',
    direction: 'sell',
    type: 'stop_market',
    filled: d('0'),
    averagePrice: null,
    state: 'untriggered',
    reduceOnly: true,
    bornFrom: 'OTO-1',
    price: null,
    triggerPrice: d('63680'),
    ...changes,
  });

export const filled = (changes: Partial<PracticeTrade> = {}): PracticeTrade => ({
  tradeId: 'f1',
  orderId: 'USDC-1',
  account: 'main',
  label: 'ls:razor:n1:1:1e:fb145ee4',
  instrument: INSTRUMENT,
  direction: 'buy',
  amount: d('0.001'),
  price: d('64000'),
  fee: d('0.032'),
  at: 1_000,
  ...changes,
});

export const closingFill = filled({
  tradeId: 'f2',
  orderId: 'USDC-2',
  label: '',
  direction: 'sell',
  price: d('64100'),
  fee: d('0.03205'),
  at: 2_000,
});

export const exchange = (changes: Partial<PracticeState> = {}): PracticeState => ({
  now: 3_000,
  speed: 1,
  seed: 1,
  instruments: [],
  house: { cash: { insurance: {} } },
  accounts: [
    { id: 'main', cash: {}, margin: {}, positions: [{ instrument: INSTRUMENT, size: d('0') }] },
  ],
  orders: [placed(), handOrder],
  trades: [filled(), closingFill],
  faults: [],
  ...changes,
});

/** Faults that a run has set, the first of which has struck. */
export const lostAnswer: PracticeState['faults'] = [1, 0].map((hits, n) => ({
  id: n + 1,
  kind: 'lose_answer',
  hits,
  active: hits === 0,
  method: n === 0 ? 'private/buy' : 'private/sell',
  channel: null,
  count: null,
  ms: null,
  code: null,
}));

export const holding = (size: string): PracticeState['accounts'] => [
  { id: 'main', cash: {}, margin: {}, positions: [{ instrument: INSTRUMENT, size: d(size) }] },
];

export const closedByHand = (changes: Partial<Trade> = {}): Trade =>
  closedTrade({
    exitPrice: d('64100'),
    exitReason: 'external_close',
    closedBy: 'web',
    grossPnl: d('0.1'),
    fees: d('0.06405'),
    netPnl: d('0.03595'),
    ...changes,
  });

const fill = (one: PracticeTrade, role: 'open' | 'close'): TradeDetail['fills'][number] => ({
  tradeId: one.tradeId,
  orderId: one.orderId,
  role,
  direction: one.direction,
  amount: one.amount,
  price: one.price,
  fee: one.fee,
  at: AT,
  source: 'push',
});

export const detail = (
  of: Trade,
  closes = of.status === 'closed' ? 1 : 0,
  fills = of.status === 'closed'
    ? [fill(filled(), 'open'), fill(closingFill, 'close')]
    : [fill(filled(), 'open')],
): TradeDetail => ({
  trade: of,
  fills,
  orders: [],
  timeline: Array.from({ length: closes }, (_, index) => ({
    seq: 10 + index,
    at: AT,
    type: 'TRADE_CLOSED',
    data: {},
  })),
});

/** The trade is closed by hand, and both sides say so. */
export const afterClose = (changes: Partial<Proof> = {}): Proof => ({
  exchange: exchange(),
  status: {} as Proof['status'],
  open: [],
  details: [detail(closedByHand())],
  breaks: [],
  unresolved: [],
  report: { ok: true } as Report,
  ...changes,
});

/** The trade is open, protected, and both sides say so. */
export const inTradeProof = (changes: Partial<Proof> = {}): Proof => ({
  ...afterClose(),
  exchange: exchange({
    accounts: holding('0.001'),
    orders: [placed(), stopOrder()],
    trades: [filled()],
    faults: lostAnswer,
  }),
  open: [trade()],
  details: [detail(trade())],
  ...changes,
});

export const memo = (changes: Partial<Memo> = {}): Memo => ({
  ...NO_MEMO,
  trade: 't1',
  instrument: INSTRUMENT,
  handAt: 100,
  hand: handOrder,
  closeMs: 41,
  entryMs: 38,
  filledAt: 50,
  entry: placed(),
  document: 5,
  ...changes,
});

export const frame = (data: object, commit = 9): FactFrame =>
  ({ account: 'main', seq: commit, commit, prev: 8, epoch: 1, at: AT, ...data }) as FactFrame;

export const statusChanged = (status: Strategy['status']): FactFrame =>
  frame({
    type: 'STRATEGY_STATUS_CHANGED',
    strategy: 'razor',
    status,
    shown: strategy({ status }),
  });

export const closingFrame = frame({ type: 'TRADE_CLOSED', trade: closedByHand() });

export const sight = (changes: Partial<Sight> = {}): Sight => ({
  now: 150,
  exchange: exchange(),
  engine: {
    up: true,
    ready: true,
    epoch: 1,
    strategies: [strategy()],
    trades: {},
    breaks: [],
  },
  commits: [{ at: 130, commit: 9, frames: [closingFrame, statusChanged('analyzing')] }],
  happenings: [],
  painted: new Map(),
  visible: true,
  document: 5,
  ...changes,
});
