/**
 * The stage of the accidents' twins with real sockets: one exchange and one engine in a process of its own, on which several
 * accidents happen one after the other. The Razor enters only when it is told to, once, and what is compared at the end is
 * everything: orders, fills, positions, cash, chain.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before } from 'node:test';
import { type Decimal, add, dec, mul, neg, sub, sum } from '../../src/base/decimal.ts';
import type { Break, BreakKind, Trade } from '../../src/domain/shown.ts';
import { pause } from '../../src/edge/clock.ts';
import { type Scene, type SceneOptions, ordersFor, scene } from '../crash/scene.ts';
import { type Compared, compareBooks } from '../e2e/support/compare.ts';
import type { Problem } from '../../src/wire/requests.ts';
import type { Engine, Follower, Page, Reply } from '../e2e/support/engine.ts';
import { type Exchange, type ExchangeTrade, liveOrders } from '../e2e/support/exchange.ts';
import type { Owner, Running } from '../e2e/support/process.ts';

/** Many entries on one stage, and a stop that no price of the morning reaches. */
const RAZOR = { trades_per_day: 1_440 };
const MINUTE = 60_000;

export type Twin = {
  readonly stage: Scene;
  readonly exchange: Exchange;
  readonly engine: () => Engine;
  /** What a screen was shown since the last start. */
  readonly screen: () => Follower;
  readonly child: () => Running;
  /** Lets it enter once more; answers the trade, its stop live. Nothing is opened after it. */
  readonly enter: () => Promise<Trade>;
  readonly resume: () => Promise<unknown>;
  /** Nothing is opened any more. */
  readonly hold: () => Promise<unknown>;
  /** The engine anew on its folder; what ran there has ended. */
  readonly start: () => Promise<void>;
};

/** Starts both and waits until the engine would enter if it were told to. */
export async function twin(t: Owner, seed: number, options: SceneOptions = {}): Promise<Twin> {
  return engineOn(t, await scene(t, seed, { ...options, razor: { ...RAZOR, ...options.razor } }));
}

/** One stage for all tests of a suite, which play on it one after the other; `ready` is told it before the first. */
export function sharedTwin(seed: number, options: SceneOptions, ready: (pair: Twin) => void): void {
  const endings: (() => unknown)[] = [];
  before(async () => {
    const owner = { after: (ended: () => unknown) => void endings.push(ended) };
    ready(await twin(owner, seed, options));
  });
  after(async () => {
    for (const ended of endings.toReversed()) await ended();
  });
}

/** The same with an engine that stands on a stage already; `strategy` is its Razor's id. */
export async function engineOn(t: Owner, stage: Scene, strategy = 'razor'): Promise<Twin> {
  const { exchange, engine } = stage;
  let child: Running;
  let screen: Follower;
  const start = async (): Promise<void> => {
    child = await stage.start(null);
    screen = await stage.follow();
  };
  const reason = 'as the accident wants';
  const resume = (): Promise<unknown> =>
    engine().post(`/strategies/${strategy}/resume`, { reason });
  const hold = async (): Promise<void> => {
    const { status, body } = await ask(engine(), `/strategies/${strategy}/pause`, { reason });
    const isHalted = (body as Partial<Problem>).code === 'halted';
    assert.ok(status === 200 || isHalted, JSON.stringify(body));
  };
  await start();
  await hold();
  await verified(engine);
  return {
    stage,
    exchange,
    engine,
    start,
    resume,
    hold,
    screen: () => screen,
    child: () => child,
    enter: async () => {
      screen.forget();
      await resume();
      const trade = await screen.inTrade();
      await hold();
      return trade;
    },
  };
}

/** A command that may be refused. */
export const ask = (engine: Engine, path: string, body: object = {}): Promise<Reply> =>
  engine.request(`/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(body),
  });

/** Checks are asked for until one is clean, for at most so long. */
export async function verified(engine: () => Engine, limitMs = 30_000): Promise<void> {
  const until = performance.now() + limitMs;
  for (;;) {
    const { assurance } = await engine().status();
    if (assurance === 'verified') return;
    assert.ok(performance.now() < until, `still ${assurance} after ${limitMs} ms`);
    const { status } = await ask(engine(), '/reconcile');
    assert.ok([200, 409, 503].includes(status), `a check is answered ${status}`);
  }
}

/** Waits until so many minutes have passed on the exchange's clock. */
export async function marketMinutes(exchange: Exchange, minutes: number): Promise<void> {
  const { now } = await exchange.state();
  await exchange.until(
    `${minutes} minutes of market time`,
    (event) => 'now' in event && event.now >= now + minutes * MINUTE,
    minutes * 2_000 + 10_000,
  );
}

/** Asks again and again until it is so. */
export async function untilTrue(
  what: string,
  isSo: () => Promise<boolean>,
  limitMs = 20_000,
): Promise<void> {
  const until = performance.now() + limitMs;
  while (!(await isSo())) {
    assert.ok(performance.now() < until, `waited ${limitMs} ms for ${what}`);
    await pause(50);
  }
}

/** Orders that open something which the exchange ever took from the engine. */
export const entries = async ({ exchange }: Twin): Promise<number> =>
  (await ordersFor(exchange, 'e')).length;

export const openBreaks = async (engine: Engine): Promise<readonly Break[]> =>
  (await engine.get<Page<Break>>('/breaks?open=true')).items;

/** The trade ended as `reason` by `closedBy`, with exactly the result of these fills. */
export function assertEnded(
  closed: Trade,
  how: Pick<Trade, 'exitReason' | 'closedBy'>,
  {
    entry,
    exit,
  }: { readonly entry: readonly ExchangeTrade[]; readonly exit: readonly ExchangeTrade[] },
): void {
  assert.deepEqual(
    [closed.exitReason, closed.closedBy, closed.pnlSource, closed.openAmount],
    [how.exitReason, how.closedBy, 'fills', '0'],
  );
  const value = (fills: readonly ExchangeTrade[]): Decimal =>
    sum(fills.map(({ amount, price }) => mul(dec(amount), dec(price))));
  const gained = sub(value(exit), value(entry));
  assert.equal(closed.grossPnl, closed.direction === 'long' ? gained : neg(gained));
  assert.equal(closed.fees, sum([...entry, ...exit].map(({ fee }) => dec(fee))));
  assert.equal(closed.netPnl, add(sub(closed.grossPnl, closed.fees), closed.funding));
}

/** Nothing is opened any more; both sides are equal to the last unit, the chain holds, and no break stands but these. */
export async function atRest(
  { engine, exchange, hold }: Twin,
  { breaks = [] as readonly BreakKind[], orders = 0 } = {},
): Promise<Compared> {
  await hold();
  await verified(engine);
  const compared = await compareBooks(engine(), exchange);
  assert.deepEqual(
    (await openBreaks(engine())).map(({ kind }) => kind),
    breaks,
  );
  assert.equal(liveOrders(compared.state).length, orders, 'orders that are live at the end');
  assert.equal((await engine().post<{ ok: boolean }>('/audit/verify')).ok, true);
  return compared;
}
