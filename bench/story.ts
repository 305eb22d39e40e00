/**
 * The account of the benchmarks as the engine's journal tells of it: the exchange's messages, read by the product's own
 * decoders, as the facts that the engine books them in.
 */
import { dec } from '../src/base/decimal.ts';
import { isoTime } from '../src/base/time.ts';
import type { RiskConfig, StrategyConfig } from '../src/domain/config.ts';
import type { Fact, FactBody } from '../src/domain/fact.ts';
import type { Fill } from '../src/domain/fill.ts';
import type { Instrument } from '../src/domain/instrument.ts';
import type { Intent } from '../src/domain/intent.ts';
import type { VenueOrder } from '../src/domain/order.ts';
import { presentOrder } from '../src/domain/present.ts';
import type { Report, Trade } from '../src/domain/shown.ts';
import { razor } from '../src/strategy/razor/razor.ts';
import { instrumentSchema } from '../src/venue/deribit/decode-market.ts';
import { fillSchema, orderSchema } from '../src/venue/deribit/decode-order.ts';
import {
  ACCOUNT,
  AMOUNT,
  BIRTH,
  FEE,
  HELD_MS,
  type Held,
  type Leg,
  PRICE,
  START,
  type Size,
  TYPE,
  closedAt,
  closedFills,
  heldFill,
  heldStrategy,
  heldTrade,
  instrumentName,
  instrumentNames,
  openedAt,
  rawInstrument,
  rawOrder,
  strategyCount,
  strategyId,
} from './messages.ts';

export const RISK: RiskConfig = {
  maxDailyLossUsd: dec(1_000_000_000),
  maxOrderUsd: dec(1_000_000_000),
  maxPositionUsd: dec(1_000_000_000),
  maxOpenOrders: 100_000,
};

/** The strategies of an account, as many for each instrument. */
export function strategiesOf(size: Size): readonly StrategyConfig[] {
  return Array.from({ length: strategyCount(size) }, (_, index) => {
    const instrument = instrumentName(index % size.instruments);
    const settings = razor.settings({ instrument });
    if (!settings.ok) throw new Error('the settings of the benchmarks are not accepted');
    return {
      id: strategyId(index),
      kind: 'razor',
      instrument,
      claim: false,
      settings: settings.value,
    };
  });
}

export const instrument = (name: string): Instrument => instrumentSchema.parse(rawInstrument(name));

const venueOrder = (held: Held, leg: Leg): VenueOrder => orderSchema.parse(rawOrder(held, leg));

/** The envelope of the facts of one commit: the first gets the number behind `seq`. */
type Frame = { readonly seq: number; readonly epoch: number; readonly at: number };

const stamped = ({ seq, epoch, at }: Frame, bodies: readonly FactBody[]): Fact[] =>
  bodies.map((body, index) => ({
    seq: seq + 1 + index,
    at: isoTime(at),
    epoch,
    build: '0.1.0',
    config: 'bench',
    actor: { kind: 'exchange', id: 'exchange' },
    cause: 'changes on connection 1',
    ...body,
  }));

function booked(
  fill: Fill,
  trade: string,
  opens: { readonly strategy: string; readonly protectedBy: boolean } | null,
): FactBody {
  return {
    type: 'FILL_BOOKED',
    v: 1,
    data: {
      fill,
      allocations: [
        { trade, role: opens === null ? 'close' : 'open', amount: fill.amount, fee: fill.fee },
      ],
      opens:
        opens === null
          ? null
          : {
              trade,
              strategy: opens.strategy,
              direction: 'long',
              parent: null,
              entryLabel: fill.label,
              stopLoss: opens.protectedBy ? dec(PRICE - 600) : null,
              takeProfit: opens.protectedBy ? dec(PRICE + 1_200) : null,
            },
      exit: opens === null ? { reason: 'tp_hit', by: 'target' } : null,
      source: 'push',
    },
  };
}

type Shown = {
  readonly id: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly at: number;
};

const openTrade = ({ id, strategy, instrument, at }: Shown): Trade => ({
  id,
  account: String(ACCOUNT),
  strategy,
  instrument,
  direction: 'long',
  status: 'open',
  phase: 'open',
  amount: dec(AMOUNT),
  openAmount: dec(AMOUNT),
  entryPrice: dec(PRICE),
  exitPrice: null,
  stopLoss: dec(PRICE - 600),
  takeProfit: dec(PRICE + 1_200),
  openedAt: isoTime(at),
  closedAt: null,
  exitReason: null,
  closedBy: null,
  grossPnl: dec(0),
  fees: dec(FEE),
  funding: dec(0),
  netPnl: dec(-FEE),
  pnlPercentage: null,
  currency: 'USDC',
  pnlSource: 'fills',
  origin: 'strategy',
  parent: null,
  corrected: false,
  breaks: [],
});

export type ClosedTrade = {
  readonly n: number;
  readonly seq: number;
  readonly epoch: number;
  readonly instrument: number;
  readonly strategy: number;
};

/** The three facts of a trade that was opened and closed: two fills, and how it is shown. */
export function closedTrade({ n, seq, epoch, instrument: index, strategy }: ClosedTrade): Fact[] {
  const name = instrumentName(index);
  const id = `trd_c${n}_${BIRTH.slice(0, 8)}`;
  const [entry, exit] = closedFills(n, name).map((raw) => fillSchema.parse(raw)) as [Fill, Fill];
  const trade: Trade = {
    ...openTrade({ id, strategy: strategyId(strategy), instrument: name, at: entry.at }),
    status: 'closed',
    phase: 'closed',
    openAmount: dec(0),
    exitPrice: exit.price,
    closedAt: isoTime(exit.at),
    exitReason: 'tp_hit',
    closedBy: 'target',
    grossPnl: dec('0.01'),
    fees: dec(2 * FEE),
    netPnl: dec('-0.05'),
    pnlPercentage: dec('-0.0833'),
  };
  return [
    ...stamped({ seq, epoch, at: entry.at }, [
      booked(entry, id, { strategy: strategyId(strategy), protectedBy: false }),
    ]),
    ...stamped({ seq: seq + 1, epoch, at: exit.at }, [
      booked(exit, id, null),
      { type: 'TRADE_CLOSED', v: 1, data: { trade } },
    ]),
  ];
}

/** The facts of a trade that stays open: intended, filled, its stop and target live, and how all of it is shown. */
export function heldFacts(held: Held, seq: number, epoch: number): Fact[] {
  const { size, n } = held;
  const at = openedAt(size, n);
  const [entry, stop, target] = (['entry', 'stop', 'target'] as const).map((leg) =>
    venueOrder(held, leg),
  ) as [VenueOrder, VenueOrder, VenueOrder];
  const child = (purpose: 'stop' | 'target', order: VenueOrder) => ({
    label: order.label,
    purpose,
    direction: order.direction,
    type: TYPE[purpose],
    amount: order.amount,
    triggerPrice: order.triggerPrice ?? dec(0),
    trigger: 'mark_price' as const,
  });
  const intent: Intent = {
    label: entry.label,
    strategy: heldStrategy(held),
    trade: heldTrade(n),
    purpose: 'entry',
    instrument: entry.instrument,
    direction: 'buy',
    amount: entry.amount,
    type: 'limit',
    price: entry.price,
    timeInForce: 'immediate_or_cancel',
    reduceOnly: false,
    triggerPrice: null,
    trigger: null,
    validUntil: at + 3_000,
    children: [child('stop', stop), child('target', target)],
    fillCondition: 'incremental',
  };
  const leg = (order: VenueOrder, purpose: Leg) => ({
    intent: intent.label,
    label: order.label,
    purpose,
    trade: intent.trade,
    strategy: intent.strategy,
  });
  const seen = (order: VenueOrder): FactBody => ({
    type: 'ORDER_SEEN',
    v: 1,
    data: { order, label: order.label },
  });
  const shown = (order: VenueOrder, purpose: Leg): FactBody => ({
    type: 'ORDER_CHANGED',
    v: 1,
    data: { order: presentOrder({ order, leg: leg(order, purpose) }) },
  });
  return stamped({ seq, epoch, at }, [
    { type: 'ORDER_INTENDED', v: 1, data: { intent } },
    seen(entry),
    { type: 'ORDER_ACKED', v: 1, data: { label: entry.label, orderId: entry.orderId } },
    seen(stop),
    seen(target),
    booked(fillSchema.parse(heldFill(held)), heldTrade(n), {
      strategy: intent.strategy,
      protectedBy: true,
    }),
    shown(entry, 'entry'),
    shown(stop, 'stop'),
    shown(target, 'target'),
    {
      type: 'TRADE_OPENED',
      v: 1,
      data: {
        trade: openTrade({
          id: heldTrade(n),
          strategy: intent.strategy,
          instrument: entry.instrument,
          at,
        }),
      },
    },
  ]);
}

/** The facts with which the account's journal begins. */
export const firstFacts = (
  size: Size,
  { journal, epoch }: { readonly journal: string; readonly epoch: number },
): Fact[] =>
  stamped({ seq: 0, epoch, at: START - 10_000 }, [
    { type: 'JOURNAL_OPENED', v: 1, data: { journal, mode: 'practice' } },
    {
      type: 'ENGINE_STARTED',
      v: 1,
      data: { birth: BIRTH, node: 'n1', strategies: strategiesOf(size), risk: RISK, speed: 1 },
    },
    { type: 'ACCOUNT_IDENTIFIED', v: 1, data: { account: String(ACCOUNT), testnet: true } },
    ...instrumentNames(size).map(
      (name): FactBody => ({
        type: 'INSTRUMENT_SPECIFIED',
        v: 1,
        data: { instrument: instrument(name) },
      }),
    ),
    {
      type: 'BASELINE_TAKEN',
      v: 1,
      data: {
        at: START - 5_000,
        positions: [],
        balances: [{ currency: 'USDC', balance: dec(1_000_000) }],
        known: [],
        horizon: START - 5_000,
      },
    },
  ]);

/** A clean check that ended at a moment: what lies long before it is forgotten by the books. */
export function checkedFacts(frame: Frame): Fact[] {
  const report: Report = {
    id: `rep_${frame.seq}`,
    trigger: 'timer',
    startedAt: isoTime(frame.at),
    finishedAt: isoTime(frame.at),
    seq: frame.seq + 1,
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
  };
  return stamped(frame, [
    { type: 'RECONCILIATION_COMPLETED', v: 1, data: { report, cursor: frame.at } },
  ]);
}

/** When the n-th closed trade was over. */
export const overAt = (n: number): number => closedAt(n) + HELD_MS;
