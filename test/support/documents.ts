/** Realistic documents for tests, one maker per shape; `n` numbers the trade that they belong to. */
import { type Decimal, dec } from '../../src/base/decimal.ts';
import { isoTime, MINUTE } from '../../src/base/time.ts';
import type { Alert, Delivery } from '../../src/domain/alert.ts';
import type { Fill } from '../../src/domain/fill.ts';
import type { Instrument } from '../../src/domain/instrument.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { VenueOrder } from '../../src/domain/order.ts';
import type { Break, Order, Position, Report, Strategy, Trade } from '../../src/domain/shown.ts';

/** 2026-03-02 10:00 UTC. */
export const START = 1_772_445_600_000;

export const INSTRUMENT = 'BTC_USDC-PERPETUAL';
const ACCOUNT = 'practice/main';
const BIRTH = 'b1c2d3e4';

/** The label of the n-th trade's leg. */
export const labelOf = (n: number, leg: 'e' | 's' | 't' | 'c'): string =>
  `ls:razor:n1:1:${n}${leg}:${BIRTH}`;

export const tradeIdOf = (n: number): string => `razor-${n}`;

const at = (n: number, step = 0): string => isoTime(START + n * MINUTE + step * 1_000);

export const spec: Instrument = {
  name: INSTRUMENT,
  kind: 'linear',
  baseCurrency: 'BTC',
  quoteCurrency: 'USDC',
  settlementCurrency: 'USDC',
  contractSize: dec('0.0001'),
  minAmount: dec('0.0001'),
  tickSize: dec('0.5'),
  tickSteps: [],
  takerFee: dec('0.0005'),
  makerFee: dec('0'),
  state: 'open',
};

/** An open long of 0.0011 BTC. */
export function trade(n: number, changes: Partial<Trade> = {}): Trade {
  return {
    id: tradeIdOf(n),
    account: ACCOUNT,
    strategy: 'razor',
    instrument: INSTRUMENT,
    direction: 'long',
    status: 'open',
    phase: 'open',
    amount: dec('0.0011'),
    openAmount: dec('0.0011'),
    entryPrice: dec('91250.5'),
    exitPrice: null,
    stopLoss: dec('90794.5'),
    takeProfit: dec('92163'),
    openedAt: at(n, 1),
    closedAt: null,
    exitReason: null,
    closedBy: null,
    grossPnl: dec('0'),
    fees: dec('0.05018777'),
    funding: dec('0'),
    netPnl: dec('-0.05018777'),
    pnlPercentage: null,
    currency: 'USDC',
    pnlSource: 'fills',
    origin: 'strategy',
    parent: null,
    corrected: false,
    breaks: [],
    ...changes,
  };
}

/** The same trade closed by its target, or as `changes` say. */
export function closedTrade(n: number, changes: Partial<Trade> = {}): Trade {
  return trade(n, {
    status: 'closed',
    phase: 'closed',
    openAmount: dec('0'),
    exitPrice: dec('92163'),
    closedAt: at(n, 30),
    exitReason: 'tp_hit',
    closedBy: 'target',
    grossPnl: dec('1.00375'),
    fees: dec('0.1'),
    funding: dec('0'),
    netPnl: dec('0.90375'),
    pnlPercentage: dec('0.9'),
    ...changes,
  });
}

export function order(n: number, changes: Partial<Order> = {}): Order {
  return {
    orderId: `USDC-${n}1`,
    label: labelOf(n, 'e'),
    intent: labelOf(n, 'e'),
    strategy: 'razor',
    tradeId: tradeIdOf(n),
    instrument: INSTRUMENT,
    direction: 'buy',
    type: 'limit',
    amount: dec('0.0011'),
    filled: dec('0'),
    averagePrice: null,
    price: dec('91300'),
    triggerPrice: null,
    reduceOnly: false,
    state: 'open',
    origin: 'engine',
    createdAt: at(n),
    updatedAt: at(n),
    ...changes,
  };
}

export function venueOrder(n: number, changes: Partial<VenueOrder> = {}): VenueOrder {
  return {
    orderId: `USDC-${n}1`,
    label: labelOf(n, 'e'),
    instrument: INSTRUMENT,
    direction: 'buy',
    type: 'limit',
    originalType: null,
    amount: dec('0.0011'),
    filled: dec('0.0011'),
    averagePrice: dec('91250.5'),
    price: dec('91300'),
    triggerPrice: null,
    trigger: null,
    timeInForce: 'fill_or_kill',
    reduceOnly: false,
    state: 'filled',
    createdAt: START + n * MINUTE,
    updatedAt: START + n * MINUTE + 40,
    flags: { api: true, web: false, mobile: null },
    isLiquidation: false,
    cancelReason: null,
    triggerOrderId: null,
    primaryOrderId: null,
    otoOrderIds: [],
    ocoRef: null,
    ...changes,
  };
}

export function intent(n: number, changes: Partial<Intent> = {}): Intent {
  const child = { direction: 'sell', amount: dec('0.0011'), trigger: 'mark_price' } as const;
  return {
    label: labelOf(n, 'e'),
    strategy: 'razor',
    trade: tradeIdOf(n),
    purpose: 'entry',
    instrument: INSTRUMENT,
    direction: 'buy',
    amount: dec('0.0011'),
    type: 'limit',
    price: dec('91300'),
    timeInForce: 'fill_or_kill',
    reduceOnly: false,
    triggerPrice: null,
    trigger: null,
    validUntil: START + n * MINUTE + 3_000,
    children: [
      {
        ...child,
        label: labelOf(n, 's'),
        purpose: 'stop',
        type: 'stop_market',
        triggerPrice: dec('90794.5'),
      },
      {
        ...child,
        label: labelOf(n, 't'),
        purpose: 'target',
        type: 'take_market',
        triggerPrice: dec('92163'),
      },
    ],
    fillCondition: 'incremental',
    ...changes,
  };
}

export function fill(n: number, role: 'open' | 'close', changes: Partial<Fill> = {}): Fill {
  const opens = role === 'open';
  return {
    tradeId: `${n}${opens ? 1 : 2}`,
    currency: 'USDC',
    instrument: INSTRUMENT,
    orderId: `USDC-${n}${opens ? 1 : 3}`,
    label: labelOf(n, opens ? 'e' : 't'),
    direction: opens ? 'buy' : 'sell',
    amount: dec('0.0011'),
    price: dec(opens ? '91250.5' : '92163'),
    fee: dec('0.05'),
    feeCurrency: 'USDC',
    at: START + n * MINUTE + (opens ? 1_000 : 30_000),
    liquidity: 'taker',
    liquidation: false,
    api: true,
    ...changes,
  };
}

export function strategy(n: number, changes: Partial<Strategy> = {}): Strategy {
  return {
    id: 'razor',
    kind: 'razor',
    instrument: INSTRUMENT,
    status: 'analyzing',
    label: 'analyzing',
    control: { value: 'running', by: 'engine', reason: 'configured', at: at(0) },
    activity: 'analyzing',
    assurance: 'verified',
    since: at(n),
    position: null,
    checkpoints: [],
    strength: 0,
    why: null,
    config: { sizeUsd: '100', stopLossPercent: '0.5' },
    ...changes,
  };
}

export function position(n: number, size: string, changes: Partial<Position> = {}): Position {
  const flat = size === '0';
  return {
    account: ACCOUNT,
    instrument: INSTRUMENT,
    size: dec(size),
    averagePrice: flat ? null : dec('91250.5'),
    markPrice: dec('91260'),
    unrealisedPnl: flat ? null : dec('0.01045'),
    currency: 'USDC',
    foreignAmount: dec('0'),
    byStrategy: flat ? {} : { razor: dec(size) },
    stop: flat
      ? { state: 'none', amount: dec('0'), orderId: null, price: null }
      : { state: 'on_exchange', amount: dec(size), orderId: `USDC-${n}2`, price: dec('90794.5') },
    verifiedAt: at(n),
    ...changes,
  };
}

export function aBreak(n: number, changes: Partial<Break> = {}): Break {
  return {
    id: `break-${n}`,
    kind: 'ghost_trade',
    life: 'seen',
    severity: 'critical',
    account: ACCOUNT,
    instrument: INSTRUMENT,
    strategy: 'razor',
    books: 'long 0.0011',
    exchange: 'flat',
    difference: { amount: dec('0.0011'), value: dec('100.37'), currency: 'USDC' },
    evidence: [
      {
        kind: 'position',
        id: INSTRUMENT,
        at: at(n),
        flags: { api: null },
        text: 'size 0',
        raw: { size: 0, note: 'é ✓ \u{1F4C8}' },
      },
    ],
    who: null,
    firstSeenAt: at(n),
    lastSeenAt: at(n),
    timesSeen: 1,
    proposal: 'accept',
    options: [{ action: 'accept', writes: 'closes the trade with an unknown result' }],
    owner: null,
    resolution: null,
    ...changes,
  };
}

export function report(n: number, changes: Partial<Report> = {}): Report {
  return {
    id: `report-${n}`,
    trigger: 'timer',
    startedAt: at(n),
    finishedAt: at(n, 1),
    seq: n,
    complete: true,
    coverage: {
      orders: 'ok',
      positions: 'ok',
      fills: 'ok',
      fees: 'ok',
      funding: 'ok',
      balance: 'ok',
    },
    verdicts: [
      {
        strategy: 'razor',
        instrument: INSTRUMENT,
        verdict: 'clean',
        tradeId: null,
        action: 'none',
      },
    ],
    breaks: [],
    ok: true,
    problem: null,
    ...changes,
  };
}

/** A decimal as it stands in a document. */
export const d = (text: string): Decimal => dec(text);

/** An alert that fires. */
export const alert = (changes: Partial<Alert> = {}): Alert => ({
  id: 'alr_1',
  account: 'practice/main',
  rule: 'blind',
  severity: 'critical',
  state: 'firing',
  subject: { kind: 'link', id: 'trading' },
  instrument: null,
  strategy: null,
  params: { link: 'trading' },
  text: 'The trading link to the exchange has been down for more than 20 s.',
  since: isoTime(START),
  clearedAt: null,
  count: 1,
  acknowledged: null,
  snoozed: null,
  notify: true,
  deliveries: [],
  ...changes,
});

/** A notice that arrived at the second attempt. */
export const delivery: Delivery = {
  notice: 1,
  says: 'firing',
  state: 'delivered',
  attempts: 2,
  firstAt: isoTime(START),
  lastAt: isoTime(START + 1_000),
  status: 200,
  problem: null,
  nextAt: null,
};

/** A notice that is tried again. */
export const failedDelivery: Delivery = {
  ...delivery,
  state: 'retrying',
  status: 503,
  problem: 'the receiver answered 503',
  nextAt: isoTime(START + 6_000),
};
