/**
 * A life of the books on one instrument, without sockets and clocks: what is decided and booked goes through the engine's own
 * gate, `observe` and `onCash`; what the exchange does are a few sums. Here is its state, and how the engine is told of things.
 */
import fc from 'fast-check';
import { type Decimal, dec } from '../../../src/base/decimal.ts';
import type { Millis } from '../../../src/base/time.ts';
import type { VenuePosition } from '../../../src/domain/account.ts';
import { emptyBooks, type TradeRecord } from '../../../src/domain/books.ts';
import type { Fact, FactBody } from '../../../src/domain/fact.ts';
import type { Fill } from '../../../src/domain/fill.ts';
import type { Instrument } from '../../../src/domain/instrument.ts';
import type { Intent, Purpose } from '../../../src/domain/intent.ts';
import { openTrades } from '../../../src/domain/ledger.ts';
import type { VenueOrder } from '../../../src/domain/order.ts';
import { emptyLive, type Live } from '../../../src/engine/live.ts';
import { observe } from '../../../src/engine/observe.ts';
import { type Cell, openTurn, record, type Turn } from '../../../src/engine/turn.ts';
import { spec } from '../documents.ts';
import { minus, rational } from '../rational.ts';
import {
  type BooksExchange,
  type Kind,
  openExchange,
  OPENING,
  readCounter,
  text,
  tradeAt,
} from './exchange.ts';

/** 2026-03-02 02:00 UTC: six hours before the first night. */
export const BEGIN: Millis = Date.parse('2026-03-02T02:00:00.000Z');

/** Two numbers from which an act and all that it needs is drawn. */
export type Act = readonly [number, number];
export const acts = (most: number): fc.Arbitrary<Act[]> =>
  fc.array(fc.tuple(fc.nat(0x7fff_ffff), fc.nat(0x7fff_ffff)), { maxLength: most, size: 'max' });

/** What the books were told, in the order in which they took it. */
export type Told =
  | { readonly kind: 'fill'; readonly fill: Fill; readonly of: Owner | null }
  | { readonly kind: 'gone'; readonly trade: string; readonly amount: Decimal; readonly at: Millis }
  | {
      readonly kind: 'adopted';
      readonly data: Extract<FactBody, { type: 'TRADE_ADOPTED' }>['data'];
    }
  | { readonly kind: 'reading'; readonly realized: Decimal; readonly at: Millis }
  | { readonly kind: 'night'; readonly at: Millis; readonly total: Decimal };
export type Owner = { readonly trade: string; readonly strategy: string; readonly opens: boolean };

export type Order = {
  readonly intent: Intent;
  readonly purpose: Purpose;
  readonly label: string;
  readonly orderId: string;
  /** Whole contracts. */
  amount: number;
  filled: number;
  state: VenueOrder['state'];
};

export type BooksLife = {
  readonly kind: Kind;
  readonly instrument: Instrument;
  readonly cell: Cell;
  readonly exchange: BooksExchange;
  readonly told: Told[];
  readonly facts: Fact[];
  readonly orders: Order[];
  /** Closes that the stream did not bring, and what of them has been assumed. */
  unseen: Fill[];
  assumed: boolean;
  /** What came too early to be booked. */
  early: Fill[];
  at: Millis;
  ids: number;
  /** How often what happened, to see that lives are about something. */
  readonly counts: Record<
    | 'entries'
    | 'refused'
    | 'fills'
    | 'beyond'
    | 'late'
    | 'gone'
    | 'replaced'
    | 'adopted'
    | 'nights',
    number
  >;
};

export const STRATEGIES = ['one', 'two'] as const;

export const INSTRUMENTS: Readonly<Record<Kind, Instrument>> = {
  linear: spec,
  inverse: {
    ...spec,
    name: 'BTC-PERPETUAL',
    kind: 'inverse',
    quoteCurrency: 'USD',
    settlementCurrency: 'BTC',
    contractSize: dec('10'),
    minAmount: dec('10'),
  },
};

export const amountOf = ({ kind }: BooksLife, contracts: number): Decimal =>
  dec(kind === 'linear' ? `${contracts}e-4` : contracts * 10);
export const contractsOf = ({ kind }: BooksLife, amount: Decimal): number =>
  Math.round(kind === 'linear' ? Number(amount) * 10_000 : Number(amount) / 10);

/** Numbers out of an act, one after the other. */
export function drawing([a, b]: Act): (below: number) => number {
  let left = BigInt(a) * 0x8000_0000n + BigInt(b);
  return (below) => {
    const drawn = Number(left % BigInt(below));
    left /= BigInt(below);
    return drawn;
  };
}
export type Draw = ReturnType<typeof drawing>;

/** A live that knows a fresh price and a clean check: nothing in it forbids an opening. */
function certain(name: string, at: Millis): Live {
  const live = emptyLive();
  const up = { up: true, conn: 1, since: 0, sinceServer: at, codOn: false } as const;
  Object.assign(live.links, { trading: up, market: up });
  live.clean = { mono: 0, server: at, conn: 1 };
  live.tickers.set(name, {
    mono: 0,
    ticker: { instrument: name, markPrice: dec('100000'), state: 'open' } as never,
  });
  return live;
}

const envelope = { epoch: 1, build: 'test', config: 'test' };
const LARGE = dec('1000000000');

/** A life before its first act. */
export function begin(kind: Kind): BooksLife {
  const instrument = INSTRUMENTS[kind];
  const { name, settlementCurrency: currency } = instrument;
  const risk = {
    maxDailyLossUsd: LARGE,
    maxOrderUsd: LARGE,
    maxPositionUsd: LARGE,
    maxOpenOrders: 1_000,
  };
  const life: BooksLife = {
    kind,
    instrument,
    cell: {
      books: emptyBooks(risk),
      live: certain(name, BEGIN),
      envelope,
      kinds: {},
      shown: { texts: new Map(), strategies: new Map() },
      seq: 0,
    },
    exchange: openExchange(kind, name, currency),
    told: [],
    facts: [],
    orders: [],
    unseen: [],
    assumed: false,
    early: [],
    at: BEGIN,
    ids: 0,
    counts: {
      entries: 0,
      refused: 0,
      fills: 0,
      beyond: 0,
      late: 0,
      gone: 0,
      replaced: 0,
      adopted: 0,
      nights: 0,
    },
  };
  const strategies = STRATEGIES.map((id) => ({
    id,
    kind: 'scripted',
    instrument: name,
    claim: false,
    settings: {},
  }));
  write(life, [
    {
      type: 'ENGINE_STARTED',
      v: 1,
      data: { birth: 'birth001', node: 'n1', strategies, risk, speed: 1 },
    },
    { type: 'LINK_CHANGED', v: 1, data: { link: 'trading', up: true, reason: 'connected' } },
    { type: 'INSTRUMENT_SPECIFIED', v: 1, data: { instrument } },
    {
      type: 'BASELINE_TAKEN',
      v: 1,
      data: {
        at: BEGIN,
        positions: [],
        balances: [{ currency, balance: dec(OPENING) }],
        known: [],
        horizon: BEGIN,
      },
    },
    {
      type: 'ASSURANCE_CHANGED',
      v: 1,
      data: { instrument: name, assurance: 'verified', reason: 'test' },
    },
  ]);
  return life;
}

/** One turn of the engine's at the time of the life. */
export function turn<T>(life: BooksLife, act: (turn: Turn) => T): T {
  const { cell, at } = life;
  Object.assign(cell.live, { clean: { mono: 0, server: at, conn: 1 } });
  const opened = openTurn(cell, { server: at, mono: 0 }, 'test');
  const answer = act(opened);
  life.facts.push(...opened.facts);
  return answer;
}

export const write = (life: BooksLife, bodies: readonly FactBody[]): void =>
  turn(life, (one) => {
    for (const body of bodies) record(one, body);
  });

/** An order as the exchange shows it. */
export const shown = (life: BooksLife, order: Order): VenueOrder => ({
  orderId: order.orderId,
  label: order.label,
  instrument: life.instrument.name,
  direction: order.intent.direction,
  type:
    order.purpose === 'stop' ? 'stop_market' : order.purpose === 'target' ? 'take_market' : 'limit',
  originalType: null,
  amount: amountOf(life, order.amount),
  filled: amountOf(life, order.filled),
  averagePrice: null,
  price: null,
  triggerPrice: order.purpose === 'entry' ? null : dec('95000'),
  trigger: null,
  timeInForce: 'good_til_cancelled',
  reduceOnly: order.purpose !== 'entry',
  state: order.state,
  createdAt: life.at,
  updatedAt: life.at,
  flags: { api: true, web: false, mobile: null },
  isLiquidation: false,
  cancelReason: null,
  triggerOrderId: null,
  primaryOrderId: null,
  otoOrderIds: [],
  ocoRef: null,
});

/** One execution at the exchange. */
export function execute(
  life: BooksLife,
  draw: Draw,
  what: Pick<Fill, 'direction' | 'orderId' | 'label'> & { readonly contracts: number },
): Fill {
  const { contracts, ...rest } = what;
  const fee = draw(700) - 50;
  const fill: Fill = {
    ...rest,
    tradeId: `T-${++life.ids}`,
    currency: life.instrument.settlementCurrency,
    instrument: life.instrument.name,
    amount: amountOf(life, contracts),
    price: dec((180_000 + draw(40_000)) / 2),
    fee: dec(`${fee}e-${life.kind === 'linear' ? 6 : 8}`),
    feeCurrency: life.instrument.settlementCurrency,
    at: life.at,
    liquidity: 'taker',
    liquidation: false,
    api: null,
  };
  tradeAt(life.exchange, fill);
  return fill;
}

const ownerOf = (life: BooksLife, fill: Fill): Owner | null => {
  const order = life.orders.find(({ orderId }) => orderId === fill.orderId);
  return order === undefined
    ? null
    : {
        trade: order.intent.trade ?? '',
        strategy: order.intent.strategy,
        opens: order.purpose === 'entry',
      };
};

export function tell(life: BooksLife, booked: readonly Fill[]): void {
  for (const fill of booked) {
    life.told.push({ kind: 'fill', fill, of: ownerOf(life, fill) });
    life.counts.fills += 1;
  }
}

/** What the exchange shows of the position, with its counter of funding. */
function positionNow(life: BooksLife, draw: Draw): VenuePosition {
  const change = 1 + draw(5_000);
  const realized = readCounter(
    life.exchange,
    rational(dec(`${draw(2) === 0 ? change : -change}e-9`)),
  );
  return {
    instrument: life.instrument.name,
    size: text(life.exchange.position),
    averagePrice: null,
    markPrice: dec('100000'),
    indexPrice: null,
    realizedFunding: realized,
    realizedPnl: dec('0'),
    floatingPnl: dec('0'),
    initialMargin: dec('0'),
    maintenanceMargin: dec('0'),
  };
}

/** A frame of the private stream; with the position in every other one. */
export function push(
  life: BooksLife,
  draw: Draw,
  orders: readonly Order[],
  fills: readonly Fill[],
): void {
  const positions = draw(2) === 0 ? [positionNow(life, draw)] : [];
  const booked = turn(life, (one) =>
    observe(one, { orders: orders.map((order) => shown(life, order)), fills, positions }, 'push'),
  );
  tell(life, booked);
  life.early.push(...fills.filter((fill) => !booked.includes(fill)));
  for (const { realizedFunding } of positions)
    life.told.push({ kind: 'reading', realized: realizedFunding, at: life.at });
}

export const tradesOf = (life: BooksLife): readonly TradeRecord[] =>
  openTrades(life.cell.books, { instrument: life.instrument.name });

export const intentOf = (
  life: BooksLife,
  given: Pick<Intent, 'label' | 'strategy' | 'trade' | 'purpose' | 'direction' | 'amount'>,
): Intent => ({
  instrument: life.instrument.name,
  type: 'limit',
  price: dec('100000'),
  timeInForce: 'immediate_or_cancel',
  reduceOnly: given.purpose !== 'entry',
  triggerPrice: null,
  trigger: null,
  validUntil: life.at + 3_000,
  children: [],
  fillCondition: null,
  ...given,
});

/** What the books should hold: what was traded, less what was closed unseen and has not been assumed. */
export const expectedPosition = (life: BooksLife) => {
  const hidden = life.assumed ? [] : life.unseen;
  return [...hidden, ...life.early].reduce((position, fill) => {
    const amount = rational(fill.amount);
    return minus(position, fill.direction === 'buy' ? amount : minus(rational(0), amount));
  }, life.exchange.position);
};
