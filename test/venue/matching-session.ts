/**
 * A session of several accounts on the exchange's own matching, every step of it done by the model as well, and all that
 * both show compared after each: orders, trades, positions, levels of the book. The market makers give nothing here.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Decimal, dec } from '../../src/base/decimal.ts';
import { levelsOf, offersOn } from '../../src/venue/practice/market/book.ts';
import { createChart } from '../../src/venue/practice/market/candles.ts';
import { orderView, tradeView } from '../../src/venue/practice/control/control-views.ts';
import {
  cancelByUser,
  editByIdSchema,
  editOrder,
} from '../../src/venue/practice/orders/editing.ts';
import { emptyHouse } from '../../src/venue/practice/money/house.ts';
import { INSTRUMENTS } from '../../src/venue/practice/products/instruments.ts';
import { createMarket } from '../../src/venue/practice/market/market.ts';
import { orderSchema } from '../../src/venue/practice/orders/order-params.ts';
import { placeOrder } from '../../src/venue/practice/orders/placing.ts';
import { createPrices } from '../../src/venue/practice/market/prices.ts';
import { createResting } from '../../src/venue/practice/orders/resting.ts';
import { optionsFrom } from '../../src/venue/practice/options.ts';
import { NO_LIMITS } from '../../src/venue/practice/orders/rules.ts';
import type { AccountRecord, State } from '../../src/venue/practice/state.ts';
import type { World } from '../../src/venue/practice/world.ts';
import {
  type Editing,
  MatchingModel,
  type ModelOrder,
  type Placing,
  type Terms,
} from './matching-model.ts';

const START = 1_767_614_400_000;
const FIRST = 100_000;
const ACCOUNTS = ['a', 'b', 'c'] as const;
const [SPEC] = INSTRUMENTS;
assert.ok(SPEC !== undefined);

const ticks = (price: bigint): Decimal => dec(`${price}e-1`);
const contracts = (amount: bigint): Decimal => dec(`${amount}e-4`);

/** What one member of a session wants done; orders are named by their number, as far as there are any. */
export type Step =
  | ({ readonly kind: 'place' } & Placing)
  | ({ readonly kind: 'edit' } & Editing)
  | { readonly kind: 'cancel'; readonly account: number; readonly order: number };

export type Session = {
  /** Hundredths. */
  readonly mark: bigint;
  readonly terms: Omit<Terms, 'band'>;
  readonly steps: readonly Step[];
};

const account = fc.nat(ACCOUNTS.length - 1);
/** Mostly close to each other, so that orders meet; now and then beyond the band of 1.5 percent. */
const price = fc.oneof(
  { weight: 12, arbitrary: fc.bigInt(639_990n, 640_010n) },
  { weight: 1, arbitrary: fc.bigInt(620_000n, 660_000n) },
);
const amount = fc.oneof(
  { weight: 2, arbitrary: fc.bigInt(1n, 40n) },
  { weight: 1, arbitrary: fc.bigInt(80n, 900n) },
);
/** The least that an iceberg shows is a hundred contracts. */
const display = fc.oneof(
  { weight: 20, arbitrary: fc.constant(null) },
  { weight: 9, arbitrary: fc.bigInt(100n, 150n) },
  { weight: 1, arbitrary: fc.bigInt(1n, 99n) },
);
const sometimes = fc.integer({ min: 0, max: 3 }).map((draw) => draw === 0);
const seldom = fc.integer({ min: 0, max: 7 }).map((draw) => draw === 0);

const placing = fc
  .record({
    account,
    side: fc.constantFrom('buy' as const, 'sell' as const),
    amount,
    price,
    market: seldom,
    force: fc.oneof(
      { weight: 6, arbitrary: fc.constant('good_til_cancelled' as const) },
      { weight: 1, arbitrary: fc.constant('immediate_or_cancel' as const) },
      { weight: 1, arbitrary: fc.constant('fill_or_kill' as const) },
    ),
    postOnly: sometimes,
    rejectPostOnly: fc.boolean(),
    reduceOnly: sometimes,
    display,
  })
  .map(({ market, ...drawn }): Step => {
    const asked = { ...drawn, amount: drawn.amount + (drawn.display ?? 0n) };
    const plain = { postOnly: false, rejectPostOnly: false };
    return market
      ? { kind: 'place', ...asked, ...plain, price: null, force: 'good_til_cancelled' }
      : { kind: 'place', ...asked };
  });

const order = fc.integer({ min: 1, max: 10 });
/** Whoever owns the order, mostly. */
const OWNER = -1;
const owner = fc.oneof(
  { weight: 7, arbitrary: fc.constant(OWNER) },
  { weight: 1, arbitrary: account },
);
const editing = fc
  .record({
    account: owner,
    order,
    amount,
    price,
    postOnly: sometimes,
    rejectPostOnly: fc.boolean(),
    reduceOnly: sometimes,
    display,
  })
  .map((asked): Step => ({ kind: 'edit', ...asked }));
const cancelling = fc
  .record({ account: owner, order })
  .map((asked): Step => ({ kind: 'cancel', ...asked }));

/** Random sessions of up to so many steps. */
export const sessions = (most: number): fc.Arbitrary<Session> =>
  fc.record({
    mark: fc.bigInt(6_395_000n, 6_405_000n),
    terms: fc.record({
      priceOutsideBand: fc.constantFrom('reject' as const, 'clamp' as const),
      ownOrderMet: fc.constantFrom('refuse' as const, 'cancel' as const),
      modes: fc.array(
        fc.record({
          mode: fc.constantFrom('cancel_maker' as const, 'reject_taker' as const),
          extended: seldom,
        }),
        { minLength: ACCOUNTS.length, maxLength: ACCOUNTS.length },
      ),
    }),
    steps: fc.array(
      fc.oneof(
        { weight: 8, arbitrary: placing },
        { weight: 3, arbitrary: editing },
        { weight: 1, arbitrary: cancelling },
      ),
      { minLength: 4, maxLength: most, size: 'max' },
    ),
  });

function exchangeOf({ mark, terms }: Session): World {
  assert.ok(SPEC !== undefined);
  const market = createMarket(SPEC, { seed: 1, at: START, price: dec(`${mark}e-2`) });
  market.liquidity = dec(0);
  const accounts = ACCOUNTS.map((id, i): AccountRecord => {
    const chosen = terms.modes[i];
    assert.ok(chosen !== undefined);
    return {
      id,
      userId: i,
      createdAt: START,
      balances: { USDC: dec(1_000_000_000) },
      positions: {},
      userSeq: 0,
      selfTrading: chosen,
    };
  });
  const state: State = {
    seed: 1,
    server: START,
    speed: 0,
    prices: createPrices({ seed: 1, startAt: START }),
    counters: { order: FIRST, trigger: 0, oto: 0, oco: 0, trade: 0, row: 0, queue: 0 },
    house: emptyHouse(),
    accounts: new Map(accounts.map((one) => [one.id, one])),
    orders: new Map(),
    live: new Set(),
    trades: [],
    rows: [],
    moves: new Map(),
    markets: new Map([[SPEC.name, market]]),
    charts: new Map([[SPEC.name, createChart([])]]),
    hours: [],
    settlements: [],
  };
  return {
    state,
    resting: createResting(state),
    lively: false,
    limits: NO_LIMITS,
    options: optionsFrom({
      priceOutsideBand: terms.priceOutsideBand,
      ownOrderMet: terms.ownOrderMet,
    }),
    bend: { isHalted: () => false, pieces: () => 1, offset: () => 0 },
    specs: new Map([[SPEC.name, SPEC]]),
    perpetuals: [SPEC],
    pausing: new Set(),
    listing: false,
    now: START,
    touched: {
      orders: new Set(),
      accounts: new Set(),
      markets: new Set(),
      moves: new Set(),
      house: false,
      moved: false,
      trades: 0,
      rows: 0,
      hours: 0,
      settlements: 0,
      forced: false,
    },
    heard: new Set(),
    pending: new Map(),
    news: [],
    publicTrades: new Map(),
    followed: new Map(),
  };
}

const idOf = (n: number): string => `USDC-${FIRST + n}`;
const accountOf = (n: number): string => ACCOUNTS[n] ?? '';

/** Does a step on the exchange; answers the code of its refusal, or null. */
function perform(world: World, step: Step): number | null {
  assert.ok(SPEC !== undefined);
  if (step.kind === 'place') {
    const params = orderSchema.parse({
      instrument_name: SPEC.name,
      type: step.price === null ? 'market' : 'limit',
      amount: contracts(step.amount),
      ...(step.price === null ? {} : { price: ticks(step.price), time_in_force: step.force }),
      ...(step.display === null ? {} : { display_amount: contracts(step.display) }),
      post_only: step.postOnly,
      reject_post_only: step.rejectPostOnly,
      reduce_only: step.reduceOnly,
    });
    const placer = { account: accountOf(step.account), source: 'api' } as const;
    const placed = placeOrder(world, placer, { spec: SPEC, direction: step.side, params });
    return placed.ok ? null : placed.error.code;
  }
  const found = world.state.orders.get(idOf(step.order));
  if (found === undefined || found.account !== accountOf(step.account)) return 10004;
  if (step.kind === 'cancel') {
    const cancelled = cancelByUser(world, found);
    return cancelled.ok ? null : cancelled.error.code;
  }
  const params = editByIdSchema.parse({
    order_id: found.id,
    amount: contracts(step.amount),
    price: ticks(step.price),
    ...(step.display === null ? {} : { display_amount: contracts(step.display) }),
    post_only: step.postOnly,
    reject_post_only: step.rejectPostOnly,
    reduce_only: step.reduceOnly,
  });
  const edited = editOrder(world, found, params);
  return edited.ok ? null : edited.error.code;
}

/** Average to eight digits, ties away from zero. */
function average({ cost, filled }: ModelOrder): Decimal | null {
  if (filled === 0n) return null;
  return dec(`${(cost * 2n * 10n ** 7n + filled) / (filled * 2n)}e-8`);
}

function expectedOrders(model: MatchingModel) {
  return model.orders.map((one) => ({
    id: idOf(one.n),
    account: accountOf(one.account),
    direction: one.side,
    type: one.market && !one.rests ? 'market' : 'limit',
    original: one.market && one.rests ? 'market' : null,
    amount: contracts(one.amount),
    filled: contracts(one.filled),
    average: average(one),
    price: ticks(one.price),
    reduceOnly: one.reduceOnly,
    display: one.display === null ? null : contracts(one.display),
    shown: one.display === null ? null : contracts(one.shown),
    state: one.state,
    reason: one.reason,
  }));
}

const shownOrders = (world: World) =>
  [...world.state.orders.values()].map((one) => {
    const view = orderView(world, one);
    return {
      id: view.orderId,
      account: view.account,
      direction: view.direction,
      type: view.type,
      original: view.originalType,
      amount: view.amount,
      filled: view.filled,
      average: view.averagePrice,
      price: view.price,
      reduceOnly: view.reduceOnly,
      display: one.iceberg?.refresh ?? null,
      shown: one.iceberg?.shown ?? null,
      state: view.state,
      reason: view.cancelReason,
    };
  });

const expectedTrades = (model: MatchingModel, from: number) =>
  model.trades.slice(from).map((one) => ({
    order: idOf(one.order),
    account: accountOf(one.account),
    direction: one.side,
    amount: contracts(one.amount),
    price: ticks(one.price),
    role: one.role,
    pays: one.pays,
  }));
const shownTrades = (world: World, from: number) =>
  world.state.trades.slice(from).map((one) => {
    const view = tradeView(world, one);
    return {
      order: view.orderId,
      account: view.account,
      direction: view.direction,
      amount: view.amount,
      price: view.price,
      role: view.liquidity,
      pays: view.fee === '0' ? 'M' : 'T',
    };
  });

/** What sessions came to, so that a run that tried nothing shows. */
export type Seen = {
  trades: number;
  /** Those that took what an iceberg hid. */
  hidden: number;
  refusals: Map<number, number>;
  reasons: Map<string, number>;
};
export const nothingSeen = (): Seen => ({
  trades: 0,
  hidden: 0,
  refusals: new Map(),
  reasons: new Map(),
});
const count = <K>(map: Map<K, number>, key: K): unknown => map.set(key, (map.get(key) ?? 0) + 1);

/** Lives a session on both sides; throws where they differ. */
export function live(session: Session, seen: Seen): void {
  assert.ok(SPEC !== undefined);
  const world = exchangeOf(session);
  const band = {
    min: (session.mark * 985n) / 10_000n,
    max: (session.mark * 1_015n + 9_999n) / 10_000n,
  };
  const model = new MatchingModel({ ...session.terms, band });
  for (const [i, drawn] of session.steps.entries()) {
    const step =
      drawn.account === OWNER && drawn.kind !== 'place'
        ? { ...drawn, account: model.orders[drawn.order - 1]?.account ?? 0 }
        : drawn;
    const trades = model.trades.length;
    const expected =
      step.kind === 'place'
        ? model.place(step)
        : step.kind === 'edit'
          ? model.edit(step)
          : model.cancel(step.account, step.order);
    const where = `step ${i}`;
    const code = perform(world, step);
    assert.equal(code, expected, where);
    assert.deepEqual(shownTrades(world, trades), expectedTrades(model, trades), where);
    assert.deepEqual(shownOrders(world), expectedOrders(model), where);
    for (const [n, id] of ACCOUNTS.entries()) {
      const size: Decimal = world.state.accounts.get(id)?.positions[SPEC.name]?.size ?? dec(0);
      assert.equal(size, contracts(model.positions[n] ?? 0n), `${where}: position of ${id}`);
    }
    for (const [name, side] of [
      ['bid', 'buy'],
      ['ask', 'sell'],
    ] as const) {
      const levels = levelsOf(offersOn(world, SPEC, name), 1_000);
      const modelled = model
        .levels(side)
        .map(([at, size]) => ({ price: ticks(at), amount: contracts(size) }));
      assert.deepEqual(levels, modelled, `${where}: ${name}s`);
    }
    if (code !== null) count(seen.refusals, code);
  }
  seen.trades += model.trades.length;
  seen.hidden += model.trades.filter(({ role, pays }) => role !== pays).length;
  for (const { reason } of model.orders) if (reason !== null) count(seen.reasons, reason);
}
