/**
 * The account of the benchmarks as the exchange tells of it: trades by number in its own messages. Time is the exchange's.
 */
import { makeLabel } from '../src/domain/label.ts';

/** 2026-03-02 10:00 UTC. */
export const START = 1_772_445_600_000;
export const ACCOUNT = 4_711;
export const BIRTH = 'b1c2d3e4b1c2d3e4b1c2d3e4b1c2d3e4';
/** Between two closed trades, between the two fills of one, and between two that stay open unless an account says otherwise. */
const CLOSED_EVERY_MS = 1_000;
export const HELD_MS = 400;
const OPEN_EVERY_MS = 50;

export const PRICE = 60_000;
export const AMOUNT = 0.001;
export const FEE = 0.03;

/** How large an account is. */
export type Size = {
  readonly closed: number;
  readonly open: number;
  readonly instruments: number;
  /** Strategies for each instrument; ten when left out. */
  readonly strategies?: number;
  /** Between two trades that stay open. */
  readonly openEveryMs?: number;
  /** What the exchange says that the account may ask; when left out, it says nothing of it. */
  readonly limits?: Readonly<Record<string, Readonly<Record<'rate' | 'burst', number>>>>;
};

const STRATEGIES = 10;
/** All strategies of an account. */
export const strategyCount = ({ instruments, strategies = STRATEGIES }: Size): number =>
  instruments * strategies;

export const instrumentName = (index: number): string =>
  index === 0 ? 'BTC_USDC-PERPETUAL' : `B${index}_USDC-PERPETUAL`;
export const instrumentNames = ({ instruments }: Size): readonly string[] =>
  Array.from({ length: instruments }, (_, index) => instrumentName(index));
export const strategyId = (index: number): string => `razor-${index}`;

/** When the n-th closed trade of an account was opened, and the n-th that stays open. */
export const closedAt = (n: number): number => START + n * CLOSED_EVERY_MS;
export const openedAt = ({ closed, openEveryMs = OPEN_EVERY_MS }: Size, n: number): number =>
  closedAt(closed) + n * openEveryMs;

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

export type Leg = 'entry' | 'stop' | 'target';

const COUNTER = { entry: 1, stop: 2, target: 3 } as const;
export const TYPE = { entry: 'limit', stop: 'stop_market', target: 'take_market' } as const;

/** A trade of the account that is open at its end. */
export type Held = { readonly size: Size; readonly n: number };

const heldInstrument = ({ size, n }: Held): string => instrumentName(n % size.instruments);
export const heldStrategy = ({ size, n }: Held): string => strategyId(n % strategyCount(size));
export const heldTrade = (n: number): string => `trd_${n}_${BIRTH.slice(0, 8)}`;
export const orderId = (n: number, leg: Leg): string => `USDC-${9_000_000 + n * 3 + COUNTER[leg]}`;
const labelOf = (held: Held, leg: Leg): string =>
  makeLabel({
    strategy: heldStrategy(held),
    node: 'n1',
    epoch: 1,
    counter: held.n * 3 + COUNTER[leg],
    purpose: leg,
    birth: BIRTH,
  });

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
    ...(entry
      ? {}
      : {
          trigger_price: trigger,
          trigger: 'mark_price',
          primary_order_id: orderId(held.n, 'entry'),
        }),
    time_in_force: entry ? 'immediate_or_cancel' : 'good_til_cancelled',
    post_only: false,
    reduce_only: !entry,
    creation_timestamp: at,
    last_update_timestamp: at,
    api: true,
    web: false,
  };
}

type RawFill = {
  readonly n: string;
  readonly at: number;
  readonly orderId: string;
  readonly label: string;
  readonly instrument: string;
  readonly direction: 'buy' | 'sell';
  readonly price: number;
};

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
export function closedFills(n: number, instrument: string): readonly [Raw, Raw] {
  const at = closedAt(n);
  const common = { instrument, label: '' };
  return [
    rawFillOf({
      ...common,
      n: `USDC-${n * 2}`,
      at,
      orderId: `USDC-c${n * 2}`,
      direction: 'buy',
      price: PRICE,
    }),
    rawFillOf({
      ...common,
      n: `USDC-${n * 2 + 1}`,
      at: at + HELD_MS,
      orderId: `USDC-c${n * 2 + 1}`,
      direction: 'sell',
      price: PRICE + 10,
    }),
  ];
}

export const heldFill = (held: Held): Raw =>
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
  for (let n = first; n < size.closed; n++)
    found.push(...closedFills(n, instrumentName(n % size.instruments)));
  for (let n = 0; n < size.open; n++) found.push(heldFill({ size, n }));
  return found.filter((fill) => Number(fill['timestamp']) >= from);
}

/** The account's positions as the exchange lists them. */
export function rawPositions(size: Size): readonly Raw[] {
  return instrumentNames(size).flatMap((name, index) => {
    const trades =
      Math.floor(size.open / size.instruments) + (index < size.open % size.instruments ? 1 : 0);
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
