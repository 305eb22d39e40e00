/**
 * The account of the benchmarks, the same for the journal and for the exchange: trades by number, in the exchange's own
 * messages and, read by the product's own decoders, as the facts that the engine books them in. Time is the exchange's.
 */
import { dec } from '../src/base/decimal.ts';
import { isoTime } from '../src/base/time.ts';
import type { Fact, FactBody, RiskConfig, StrategyConfig } from '../src/domain/fact.ts';
import type { Fill } from '../src/domain/fill.ts';
import type { Instrument } from '../src/domain/instrument.ts';
import type { Intent } from '../src/domain/intent.ts';
import { makeLabel } from '../src/domain/label.ts';
import type { VenueOrder } from '../src/domain/order.ts';
import { presentOrder } from '../src/domain/present.ts';
import type { Report, Trade } from '../src/domain/shown.ts';
import { razor } from '../src/strategy/razor/razor.ts';
import { instrumentSchema } from '../src/venue/deribit/decode-market.ts';
import { fillSchema, orderSchema } from '../src/venue/deribit/decode-order.ts';

/** 2026-03-02 10:00 UTC. */
export const START = 1_772_445_600_000;
export const ACCOUNT = 4_711;
const BIRTH = 'b1c2d3e4b1c2d3e4b1c2d3e4b1c2d3e4';
/** Between two closed trades, between the two fills of one, and between two that stay open. */
const CLOSED_EVERY_MS = 1_000;
const HELD_MS = 400;
const OPEN_EVERY_MS = 50;

export const PRICE = 60_000;
const AMOUNT = 0.001;
const FEE = 0.03;

export const RISK: RiskConfig = {
  maxDailyLossUsd: dec(1_000_000_000),
  maxOrderUsd: dec(1_000_000_000),
  maxPositionUsd: dec(1_000_000_000),
  maxOpenOrders: 100_000,
};

/** How large an account is. */
export type Size = {
  readonly closed: number;
  readonly open: number;
  readonly instruments: number;
};

/** Strategies for each instrument. */
const STRATEGIES = 10;

export const instrumentName = (index: number): string => (index === 0 ? 'BTC_USDC-PERPETUAL' : `B${index}_USDC-PERPETUAL`);
export const instrumentNames = ({ instruments }: Size): readonly string[] => Array.from({ length: instruments }, (_, index) => instrumentName(index));
export const strategyId = (index: number): string => `razor-${index}`;

/** The strategies of an account: ten for each instrument. */
export function strategiesOf({ instruments }: Size): readonly StrategyConfig[] {
  return Array.from({ length: instruments * STRATEGIES }, (_, index) => {
    const instrument = instrumentName(index % instruments);
    const settings = razor.settings({ instrument });
    if (!settings.ok) throw new Error('the settings of the benchmarks are not accepted');
    return { id: strategyId(index), kind: 'razor', instrument, claim: false, settings: settings.value };
  });
}

/** When the n-th closed trade of an account was opened, and the n-th that stays open. */
const closedAt = (n: number): number => START + n * CLOSED_EVERY_MS;
const openedAt = ({ closed }: Size, n: number): number => closedAt(closed) + n * OPEN_EVERY_MS;

/** When the account was left: the last moment of its journal. */
export const endOf = (size: Size): number => openedAt(size, size.open) + 1_000;

type Raw = Readonly<Record<string, unknown>>;

/** The specification of an instrument as the exchange sends it. */
export const rawInstrument = (name: string): Raw => ({
  instrument_name: name,
  instrument_id: 1,
  kind: 'future',
  instrument_type: 'linear',
  base_currency: name.split('_')[0],
  quote_currency: 'USDC',
  settlement_currency: 'USDC',
  contract_size: 0.0001,
  min_trade_amount: 0.0001,
  tick_size: 0.5,
  tick_size_steps: [],
  taker_commission: 0.0005,
  maker_commission: 0,
  is_active: true,
  state: 'open',
});

export const instrument = (name: string): Instrument => instrumentSchema.parse(rawInstrument(name));

type Leg = 'entry' | 'stop' | 'target';

const COUNTER = { entry: 1, stop: 2, target: 3 } as const;
const TYPE = { entry: 'limit', stop: 'stop_market', target: 'take_market' } as const;

/** A trade of the account that is open at its end. */
type Held = { readonly size: Size; readonly n: number };

const heldInstrument = ({ size, n }: Held): string => instrumentName(n % size.instruments);
const heldStrategy = ({ size, n }: Held): string => strategyId(n % (size.instruments * STRATEGIES));
export const heldTrade = (n: number): string => `trd_${n}_${BIRTH.slice(0, 8)}`;
const orderId = (n: number, leg: Leg): string => `USDC-${9_000_000 + n * 3 + COUNTER[leg]}`;
const labelOf = (held: Held, leg: Leg): string =>
  makeLabel({ strategy: heldStrategy(held), node: 'n1', epoch: 1, counter: held.n * 3 + COUNTER[leg], purpose: leg, birth: BIRTH });

/** An order of an open trade as the exchange shows it: the entry filled, its stop and its target waiting. */
export function rawOrder(held: Held, leg: Leg): Raw {
  const at = openedAt(held.size, held.n);
  const entry = leg === 'entry';
  const trigger = leg === 'stop' ? PRICE - 600 : PRICE + 1_200;
  return {
    order_id: orderId(held.n, leg),
    label: labelOf(held, leg),
    instrument_name: heldInstrument(held),
    direction: entry ? 'buy' : 'sell',
    order_type: TYPE[leg],
    order_state: entry ? 'filled' : 'untriggered',
    amount: AMOUNT,
    filled_amount: entry ? AMOUNT : 0,
    average_price: entry ? PRICE : 0,
    price: entry ? PRICE + 100 : 'market_price',
    ...(entry ? {} : { trigger_price: trigger, trigger: 'mark_price', primary_order_id: orderId(held.n, 'entry') }),
    time_in_force: entry ? 'immediate_or_cancel' : 'good_til_cancelled',
    post_only: false,
    reduce_only: !entry,
    creation_timestamp: at,
    last_update_timestamp: at,
    api: true,
    web: false,
  };
}

const venueOrder = (held: Held, leg: Leg): VenueOrder => orderSchema.parse(rawOrder(held, leg));

type RawFill = { readonly n: string; readonly at: number; readonly orderId: string; readonly label: string; readonly instrument: string; readonly direction: 'buy' | 'sell'; readonly price: number };

const rawFillOf = ({ n, at, orderId, label, instrument, direction, price }: RawFill): Raw => ({
  trade_id: n,
  trade_seq: 1,
  timestamp: at,
  instrument_name: instrument,
  order_id: orderId,
  label,
  direction,
  amount: AMOUNT,
  price,
  fee: FEE,
  fee_currency: 'USDC',
  liquidity: 'T',
  state: 'filled',
  order_type: 'limit',
  index_price: PRICE,
  mark_price: PRICE,
  tick_direction: 0,
  matching_id: null,
  api: true,
});

/** The two fills of the n-th closed trade. */
function closedFills(n: number, instrument: string): readonly [Raw, Raw] {
  const at = closedAt(n);
  const common = { instrument, label: '' };
  return [
    rawFillOf({ ...common, n: `USDC-${n * 2}`, at, orderId: `USDC-c${n * 2}`, direction: 'buy', price: PRICE }),
    rawFillOf({ ...common, n: `USDC-${n * 2 + 1}`, at: at + HELD_MS, orderId: `USDC-c${n * 2 + 1}`, direction: 'sell', price: PRICE + 10 }),
  ];
}

const heldFill = (held: Held): Raw =>
  rawFillOf({
    n: `USDC-h${held.n}`,
    at: openedAt(held.size, held.n),
    orderId: orderId(held.n, 'entry'),
    label: labelOf(held, 'entry'),
    instrument: heldInstrument(held),
    direction: 'buy',
    price: PRICE,
  });

/** The account's fills from a moment on, as the exchange lists them, oldest first. */
export function rawFillsFrom(size: Size, from: number): readonly Raw[] {
  const found: Raw[] = [];
  const first = Math.max(0, Math.floor((from - START) / CLOSED_EVERY_MS) - 1);
  for (let n = first; n < size.closed; n++) found.push(...closedFills(n, instrumentName(n % size.instruments)));
  for (let n = 0; n < size.open; n++) found.push(heldFill({ size, n }));
  return found.filter((fill) => Number(fill['timestamp']) >= from);
}

/** The account's positions as the exchange lists them. */
export function rawPositions(size: Size): readonly Raw[] {
  return instrumentNames(size).flatMap((name, index) => {
    const trades = Math.floor(size.open / size.instruments) + (index < size.open % size.instruments ? 1 : 0);
    if (trades === 0) return [];
    return [
      {
        instrument_name: name,
        kind: 'future',
        size: trades / 1_000,
        direction: 'buy',
        average_price: PRICE,
        mark_price: PRICE,
        index_price: PRICE,
        settlement_price: PRICE,
        total_profit_loss: 0,
        floating_profit_loss: 0,
        realized_profit_loss: 0,
        realized_funding: 0,
        delta: trades / 1_000,
        initial_margin: 1,
        maintenance_margin: 1,
      },
    ];
  });
}

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

function booked(fill: Fill, trade: string, opens: { readonly strategy: string; readonly protectedBy: boolean } | null): FactBody {
  return {
    type: 'FILL_BOOKED',
    v: 1,
    data: {
      fill,
      allocations: [{ trade, role: opens === null ? 'close' : 'open', amount: fill.amount, fee: fill.fee }],
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

type Shown = { readonly id: string; readonly strategy: string; readonly instrument: string; readonly at: number };

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

export type ClosedTrade = { readonly n: number; readonly seq: number; readonly epoch: number; readonly instrument: number; readonly strategy: number };

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
    ...stamped({ seq, epoch, at: entry.at }, [booked(entry, id, { strategy: strategyId(strategy), protectedBy: false })]),
    ...stamped({ seq: seq + 1, epoch, at: exit.at }, [booked(exit, id, null), { type: 'TRADE_CLOSED', v: 1, data: { trade } }]),
  ];
}

/** The facts of a trade that stays open: intended, filled, its stop and target live, and how all of it is shown. */
export function heldFacts(held: Held, seq: number, epoch: number): Fact[] {
  const { size, n } = held;
  const at = openedAt(size, n);
  const [entry, stop, target] = (['entry', 'stop', 'target'] as const).map((leg) => venueOrder(held, leg)) as [VenueOrder, VenueOrder, VenueOrder];
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
  const leg = (order: VenueOrder, purpose: Leg) => ({ intent: intent.label, label: order.label, purpose, trade: intent.trade, strategy: intent.strategy });
  const seen = (order: VenueOrder): FactBody => ({ type: 'ORDER_SEEN', v: 1, data: { order, label: order.label } });
  const shown = (order: VenueOrder, purpose: Leg): FactBody => ({ type: 'ORDER_CHANGED', v: 1, data: { order: presentOrder({ order, leg: leg(order, purpose) }) } });
  return stamped({ seq, epoch, at }, [
    { type: 'ORDER_INTENDED', v: 1, data: { intent } },
    seen(entry),
    { type: 'ORDER_ACKED', v: 1, data: { label: entry.label, orderId: entry.orderId } },
    seen(stop),
    seen(target),
    booked(fillSchema.parse(heldFill(held)), heldTrade(n), { strategy: intent.strategy, protectedBy: true }),
    shown(entry, 'entry'),
    shown(stop, 'stop'),
    shown(target, 'target'),
    { type: 'TRADE_OPENED', v: 1, data: { trade: openTrade({ id: heldTrade(n), strategy: intent.strategy, instrument: entry.instrument, at }) } },
  ]);
}

/** The facts with which the account's journal begins. */
export const firstFacts = (size: Size, { journal, epoch }: { readonly journal: string; readonly epoch: number }): Fact[] =>
  stamped({ seq: 0, epoch, at: START - 10_000 }, [
    { type: 'JOURNAL_OPENED', v: 1, data: { journal, mode: 'practice' } },
    { type: 'ENGINE_STARTED', v: 1, data: { birth: BIRTH, node: 'n1', strategies: strategiesOf(size), risk: RISK, speed: 1 } },
    { type: 'ACCOUNT_IDENTIFIED', v: 1, data: { account: String(ACCOUNT), testnet: true } },
    ...instrumentNames(size).map((name): FactBody => ({ type: 'INSTRUMENT_SPECIFIED', v: 1, data: { instrument: instrument(name) } })),
    {
      type: 'BASELINE_TAKEN',
      v: 1,
      data: { at: START - 5_000, positions: [], balances: [{ currency: 'USDC', balance: dec(1_000_000) }], known: [], horizon: START - 5_000 },
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
    coverage: { orders: 'ok', positions: 'ok', fills: 'ok', fees: 'ok', funding: 'ok', balance: 'ok' },
    verdicts: [],
    breaks: [],
    ok: true,
    problem: null,
  };
  return stamped(frame, [{ type: 'RECONCILIATION_COMPLETED', v: 1, data: { report, cursor: frame.at } }]);
}

/** When the n-th closed trade was over. */
export const overAt = (n: number): number => closedAt(n) + HELD_MS;
