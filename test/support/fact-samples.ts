/** One body of every kind of fact, so that tests can say "every kind" and the compiler notices a new one. */
import { dec } from '../../src/base/decimal.ts';
import type { FactBody, FactType } from '../../src/domain/fact.ts';
import * as make from './facts.ts';

type Samples = { readonly [Type in FactType]: Extract<FactBody, { readonly type: Type }>['data'] };

const SAMPLES: Samples = {
  JOURNAL_OPENED: { journal: '00112233445566778899aabbccddeeff', mode: 'practice' },
  ENGINE_STARTED: {
    birth: 'b1c2d3e4',
    node: 'n1',
    strategies: [
      {
        id: 'razor',
        kind: 'razor',
        instrument: make.INSTRUMENT,
        claim: true,
        settings: { sizeUsd: '100', trendFilter: true },
      },
    ],
    risk: {
      maxDailyLossUsd: dec('200'),
      maxOrderUsd: dec('1000'),
      maxPositionUsd: dec('5000'),
      maxOpenOrders: 20,
    },
    speed: 20,
  },
  ENGINE_STOPPED: { reason: 'asked' },
  SPEED_CHANGED: { speed: 60 },
  PLATFORM_CHANGED: { part: 'index btc_usdc', closed: true },
  DISK_CHANGED: { disk: 'low', freeBytes: 12_345_678 },
  ACCOUNT_IDENTIFIED: { account: 'practice/main', testnet: true },
  BASELINE_TAKEN: {
    at: make.START,
    positions: [
      {
        instrument: make.INSTRUMENT,
        size: dec('0'),
        averagePrice: null,
        realizedFunding: dec('0'),
      },
    ],
    balances: [{ currency: 'USDC', balance: dec('10000') }],
    known: ['USDC/1'],
    horizon: make.START,
  },
  INSTRUMENT_SPECIFIED: { instrument: make.spec },
  LINK_CHANGED: { link: 'trading', up: true, reason: 'connected' },
  ASSURANCE_CHANGED: { instrument: make.INSTRUMENT, assurance: 'verified', reason: 'clean check' },
  STRATEGY_READY: { strategy: 'razor', candles: 200 },
  STRATEGY_EVALUATED: dataOf(make.evaluatedBody(1, 78), 'STRATEGY_EVALUATED'),
  ORDER_INTENDED: { intent: make.intent(1) },
  ORDER_ACKED: { label: make.labelOf(1, 'e'), orderId: 'USDC-11' },
  ORDER_REJECTED: { label: make.labelOf(1, 'e'), code: 10_009, message: 'not_enough_funds' },
  ORDER_UNKNOWN: { label: make.labelOf(1, 'e'), reason: 'no answer' },
  ORDER_FENCED: { label: make.labelOf(1, 'e'), at: make.START + 9_000, cancelled: 0 },
  ORDER_ABSENT: { label: make.labelOf(1, 'e'), by: 'proof', evidence: 'fence and two reads' },
  ORDER_SEEN: { order: make.venueOrder(1), label: make.labelOf(1, 'e') },
  CHANGE_INTENDED: {
    change: {
      id: 'change-1',
      orderId: 'USDC-12',
      label: make.labelOf(1, 's'),
      strategy: 'razor',
      trade: make.tradeIdOf(1),
      want: { kind: 'cancelled' },
      why: 'trade_closed',
    },
  },
  CHANGE_RESOLVED: { id: 'change-1', outcome: 'done', message: '' },
  FILL_BOOKED: dataOf(make.fillBody(1, 'open'), 'FILL_BOOKED'),
  FUNDING_ACCRUED: {
    instrument: make.INSTRUMENT,
    realized: dec('0.001'),
    at: make.START,
    allocations: [{ trade: make.tradeIdOf(1), amount: dec('0.001') }],
  },
  FUNDING_SETTLED: {
    instrument: make.INSTRUMENT,
    realized: dec('0.001'),
    at: make.START,
    allocations: [{ trade: make.tradeIdOf(1), amount: dec('0.001') }],
  },
  POSITION_ADJUSTED: {
    instrument: make.INSTRUMENT,
    trade: make.tradeIdOf(1),
    amount: dec('-0.0011'),
    reason: 'ghost_trade_cleanup',
    exitPrice: null,
    by: 'reconciler',
    evidence: 'flat, no fill in history',
  },
  TRADE_ADOPTED: {
    trade: make.tradeIdOf(1),
    strategy: 'razor',
    instrument: make.INSTRUMENT,
    direction: 'long',
    amount: dec('0.0011'),
    entryPrice: dec('91250.5'),
    openedAt: make.START,
    fees: dec('0.05'),
    entry: 'average',
    orders: [
      {
        order: make.venueOrder(1, {
          orderId: 'USDC-12',
          type: 'stop_market',
          state: 'untriggered',
        }),
        purpose: 'stop',
      },
    ],
    stopLoss: dec('90794.5'),
    takeProfit: null,
    by: 'reconciler',
  },
  TRADE_IMPORTED: {
    imported: {
      trade: make.tradeIdOf(2),
      source: 'old-bot',
      row: '17',
      strategy: 'razor',
      instrument: make.INSTRUMENT,
      direction: 'short',
      entries: [{ amount: dec('0.001'), price: dec('90000') }],
      exits: [{ amount: dec('0.001'), price: dec('89000') }],
      unseen: dec(0),
      fees: dec('0.09'),
      openedAt: make.START,
      closedAt: make.START + 60_000,
      stopLoss: dec('90500'),
      takeProfit: null,
      exit: { reason: 'tp_hit', by: 'target' },
      result: 'fills',
      fills: ['USDC-1', 'USDC-2'],
    },
    by: 'anna',
  },
  STOP_MOVED: { trade: make.tradeIdOf(1), stopLoss: dec('91350.5'), reason: 'break_even' },
  TRADE_CORRECTED: {
    trade: make.tradeIdOf(1),
    exitPrice: dec('91000'),
    fees: dec('0.05'),
    by: 'anna',
    reason: 'seen in the statement',
  },
  CASH_BOOKED: {
    row: {
      id: 'row-1',
      userSeq: 7,
      at: make.START,
      currency: 'USDC',
      type: 'trade',
      instrument: make.INSTRUMENT,
      tradeId: '11',
      change: dec('-0.05'),
      balance: dec('9999.95'),
    },
  },
  COMMAND_TAKEN: dataOf(make.commandBody('c-1'), 'COMMAND_TAKEN'),
  CONTROL_CHANGED: {
    strategy: 'razor',
    control: 'paused',
    by: 'anna',
    reason: 'lunch',
    flatten: null,
  },
  BREAK_OPENED: { break: make.aBreak(1), subject: make.tradeIdOf(1) },
  BREAK_UPDATED: {
    break: make.aBreak(1, { life: 'confirmed', timesSeen: 2 }),
    subject: make.tradeIdOf(1),
  },
  BREAK_RESOLVED: {
    break: make.aBreak(1, {
      life: 'resolved',
      resolution: { action: 'accept', by: 'anna', reason: 'seen', at: make.trade(1).openedAt },
    }),
    subject: make.tradeIdOf(1),
  },
  FOREIGN_DECIDED: {
    instrument: make.INSTRUMENT,
    amount: dec('0.001'),
    action: 'by_hand',
    by: 'anna',
    reason: 'mine',
  },
  RECONCILIATION_COMPLETED: { report: make.report(1), cursor: make.START },
  ALERT_RAISED: { alert: make.alert() },
  ALERT_CLEARED: { alert: make.alert({ state: 'cleared', clearedAt: make.alert().since }) },
  ALERT_ACKNOWLEDGED: {
    alert: make.alert({ acknowledged: { by: 'anna', at: make.alert().since } }),
    by: 'anna',
  },
  ALERT_SNOOZED: {
    alert: make.alert({ snoozed: { by: 'anna', until: make.alert().since } }),
    by: 'anna',
    until: make.alert().since,
  },
  ALERT_DELIVERED: { alert: make.alert({ deliveries: [make.delivery] }), delivery: make.delivery },
  ALERT_UNDELIVERED: {
    alert: make.alert({ deliveries: [make.failedDelivery] }),
    delivery: make.failedDelivery,
  },
  REPORT_READY: {
    daily: {
      day: '2026-03-01',
      from: 1,
      to: 12,
      hash: 'ab'.repeat(32),
      summary: {
        checks: 1,
        clean: 1,
        breaks: 0,
        breaksOpen: 0,
        trades: 0,
        unexplained: false,
        upPercent: dec('100'),
        money: [{ currency: 'USDC', net: dec('0'), closing: dec('10000') }],
      },
    },
    carry: {
      journal: '00112233445566778899aabbccddeeff',
      mode: 'practice',
      account: 'practice/main',
      at: make.START,
      up: true,
      away: null,
      links: { trading: true, market: true },
      assurance: [[make.INSTRUMENT, 'verified']],
      lastClean: make.START,
      unresolved: [],
      breaks: [],
      instruments: [{ name: make.INSTRUMENT, kind: 'linear', currency: 'USDC' }],
      balances: [{ currency: 'USDC', balance: dec('10000') }],
      held: [],
      fees: [],
    },
  },
  MESSAGE_REFUSED: { what: 'unknown order state', raw: '{"order_state":"archived"}' },
  TRADE_OPENED: { trade: make.trade(1) },
  TRADE_UPDATED: { trade: make.trade(1, { funding: dec('0.001') }) },
  TRADE_CLOSED: { trade: make.closedTrade(1) },
  STRATEGY_STATUS_CHANGED: dataOf(
    make.statusBody(make.strategy(1), 'STRATEGY_READY'),
    'STRATEGY_STATUS_CHANGED',
  ),
  POSITION_CHANGED: { position: make.position(1, '0.0011') },
  ORDER_CHANGED: { order: make.order(1) },
};

function dataOf<Type extends FactType>(body: FactBody, type: Type): Samples[Type] {
  if (body.type !== type) throw new TypeError(`a ${body.type} is no ${type}`);
  return body.data as Samples[Type];
}

/** One body of every kind. */
export const everyBody: readonly FactBody[] = Object.entries(SAMPLES).map(
  ([type, data]) => ({ type, v: 1, data }) as FactBody,
);
