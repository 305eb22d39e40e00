/**
 * Facts for tests: bodies made of realistic documents, numbered and stamped facts, and the story of a trade from signal
 * to close as the commits in which an engine would book it.
 */
import { dec } from '../../src/base/decimal.ts';
import { isoTime, MINUTE } from '../../src/base/time.ts';
import type { Fact, FactBody } from '../../src/domain/fact.ts';
import type { Fill } from '../../src/domain/fill.ts';
import type { Order, Strategy, Trade } from '../../src/domain/shown.ts';
import {
  closedTrade,
  fill,
  INSTRUMENT,
  intent,
  labelOf,
  order,
  position,
  START,
  strategy,
  trade,
  tradeIdOf,
} from './documents.ts';

export * from './documents.ts';

/** The body of STRATEGY_STATUS_CHANGED for a strategy as shown. */
export function statusBody(shown: Strategy, cause: string): FactBody {
  const { id, status, control, activity, assurance } = shown;
  return {
    type: 'STRATEGY_STATUS_CHANGED',
    v: 1,
    data: { strategy: id, status, control, activity, assurance, cause, shown },
  };
}

export function evaluatedBody(n: number, strength: number): FactBody {
  return {
    type: 'STRATEGY_EVALUATED',
    v: 1,
    data: {
      strategy: 'razor',
      candleAt: START + n * MINUTE,
      close: dec('91250.5'),
      checkpoints: [
        { id: 'rsi', state: 'met', value: '31.2', reason: 'oversold', params: { limit: '40' } },
        { id: 'cooldown', state: 'met', value: null, reason: 'passed', params: {} },
      ],
      signal: strength === 0 ? null : { direction: 'long', strength },
      strength,
      why: { reason: strength === 0 ? 'waiting' : 'signal', params: { side: 'long' } },
    },
  };
}

export const commandBody = (id: string): FactBody => ({
  type: 'COMMAND_TAKEN',
  v: 1,
  data: { id, name: 'pause', by: 'token', args: { strategy: 'razor', reason: 'lunch' } },
});

export function fillBody(n: number, role: 'open' | 'close', changes: Partial<Fill> = {}): FactBody {
  const one = fill(n, role, changes);
  const id = tradeIdOf(n);
  return {
    type: 'FILL_BOOKED',
    v: 1,
    data: {
      fill: one,
      allocations: [{ trade: id, role, amount: one.amount, fee: one.fee }],
      opens:
        role === 'open'
          ? {
              trade: id,
              strategy: 'razor',
              direction: 'long',
              parent: null,
              entryLabel: one.label,
              stopLoss: dec('90794.5'),
              takeProfit: dec('92163'),
            }
          : null,
      exit: role === 'close' ? { reason: 'tp_hit', by: 'target' } : null,
      source: 'push',
    },
  };
}

/** The commits of the n-th trade, from its signal to its close by the target; `closed` as in `closedTrade`. */
export function story(n: number, closed: Partial<Trade> = {}): readonly (readonly FactBody[])[] {
  const entry = order(n);
  const filled = { state: 'filled', filled: entry.amount, averagePrice: dec('91250.5') } as const;
  const stop = order(n, {
    orderId: `USDC-${n}2`,
    label: labelOf(n, 's'),
    type: 'stop_market',
    direction: 'sell',
    price: null,
    reduceOnly: true,
    triggerPrice: dec('90794.5'),
    state: 'untriggered',
  });
  const target = {
    ...stop,
    orderId: `USDC-${n}3`,
    label: labelOf(n, 't'),
    type: 'take_market',
    triggerPrice: dec('92163'),
  };
  const shown = (body: Order): FactBody => ({ type: 'ORDER_CHANGED', v: 1, data: { order: body } });
  const held = strategy(n, {
    status: 'position_open',
    activity: 'position_open',
    label: 'position open',
    position: tradeIdOf(n),
  });
  return [
    [
      evaluatedBody(n, 78),
      { type: 'ORDER_INTENDED', v: 1, data: { intent: intent(n) } },
      shown({ ...entry, orderId: null, state: 'pending' }),
      statusBody(
        strategy(n, { status: 'entering', activity: 'entering', label: 'entering' }),
        'ORDER_INTENDED',
      ),
    ],
    [
      { type: 'ORDER_ACKED', v: 1, data: { label: entry.label, orderId: `USDC-${n}1` } },
      shown(entry),
    ],
    [
      fillBody(n, 'open'),
      shown({ ...entry, ...filled }),
      shown(stop),
      shown(target),
      { type: 'POSITION_CHANGED', v: 1, data: { position: position(n, '0.0011') } },
      { type: 'TRADE_OPENED', v: 1, data: { trade: trade(n) } },
      statusBody(held, 'FILL_BOOKED'),
    ],
    [
      {
        type: 'FUNDING_ACCRUED',
        v: 1,
        data: {
          instrument: INSTRUMENT,
          realized: dec('0.001'),
          at: START + n * MINUTE + 15_000,
          allocations: [{ trade: tradeIdOf(n), amount: dec('0.001') }],
        },
      },
    ],
    [
      fillBody(n, 'close'),
      shown({ ...target, state: 'filled', filled: target.amount, averagePrice: dec('92163') }),
      shown({ ...stop, state: 'cancelled' }),
      { type: 'POSITION_CHANGED', v: 1, data: { position: position(n, '0') } },
      { type: 'TRADE_CLOSED', v: 1, data: { trade: closedTrade(n, closed) } },
      statusBody(strategy(n), 'FILL_BOOKED'),
    ],
  ];
}

/** A body as a whole fact. */
export function fact(seq: number, body: FactBody, epoch = 1): Fact {
  return {
    seq,
    at: isoTime(START + seq * 10),
    epoch,
    actor: { kind: 'engine', id: 'n1' },
    cause: 'test',
    build: '0.1.0',
    config: 'c0ffee',
    ...body,
  };
}

/** Bodies as the facts of one append behind `expected`. */
export const facts = (expected: number, bodies: readonly FactBody[], epoch = 1): readonly Fact[] =>
  bodies.map((body, index) => fact(expected + 1 + index, body, epoch));
