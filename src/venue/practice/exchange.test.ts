/** What must hold whatever is asked: books that add up, one life from every way of telling it, pairs that never overfill. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { must } from '../../base/assert.ts';
import { add, type Decimal, dec, gt, neg, sub, sum } from '../../base/decimal.ts';
import { HOUR, SECOND } from '../../base/time.ts';
import type { Order } from '../protocol/objects.ts';
import type { Snapshot } from './record.ts';
import {
  at,
  type Bench,
  createBench,
  PERP,
  PERP_ALONE,
  type StateView,
} from './harness.contract.ts';

const SEVEN = at('2026-01-05T07:58:00.000Z');

/** One thing that somebody does; prices are ten-thousandths around 64,000. */
type Step =
  | { readonly do: 'trade'; readonly side: 'buy' | 'sell'; readonly params: object }
  | {
      readonly do: 'entry';
      readonly condition: string;
      readonly amount: number;
      readonly price: number;
      readonly force: string;
    }
  | { readonly do: 'cancel'; readonly nth: number }
  | { readonly do: 'edit'; readonly nth: number; readonly amount: number; readonly price: number }
  | { readonly do: 'price'; readonly price: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'liquidity'; readonly amount: string | null }
  | { readonly do: 'close' }
  | { readonly do: 'settle' };

const contracts = fc.integer({ min: 1, max: 60 }).map((n) => n / 10_000);
const price = fc.integer({ min: -80, max: 80 }).map((n) => 64_000 + n * 6.4);
const tick = (value: number): number => Math.round(value * 10) / 10;
const side = fc.constantFrom('buy' as const, 'sell' as const);
const nth = fc.nat(20);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('trade' as const),
    side,
    params: fc.record({
      amount: contracts,
      type: fc.constant('market'),
      reduce_only: fc.boolean(),
    }),
  }),
  fc.record({
    do: fc.constant('trade' as const),
    side,
    params: fc.record({
      amount: contracts,
      price: price.map(tick),
      reduce_only: fc.boolean(),
      post_only: fc.boolean(),
      time_in_force: fc.constantFrom(
        'good_til_cancelled',
        'good_til_day',
        'immediate_or_cancel',
        'fill_or_kill',
      ),
    }),
  }),
  fc.record({
    do: fc.constant('trade' as const),
    side,
    params: fc.record({
      amount: contracts,
      type: fc.constantFrom('stop_market', 'take_market'),
      trigger: fc.constantFrom('mark_price', 'index_price', 'last_price'),
      trigger_price: price.map(tick),
      reduce_only: fc.boolean(),
    }),
  }),
  fc.record({
    do: fc.constant('entry' as const),
    condition: fc.constantFrom('first_hit', 'complete_fill', 'incremental'),
    amount: contracts,
    price: price.map(tick),
    force: fc.constantFrom('good_til_cancelled', 'immediate_or_cancel', 'fill_or_kill'),
  }),
  fc.record({ do: fc.constant('cancel' as const), nth }),
  fc.record({ do: fc.constant('edit' as const), nth, amount: contracts, price: price.map(tick) }),
  fc.record({ do: fc.constant('price' as const), price: price.map(tick) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
  fc.record({
    do: fc.constant('liquidity' as const),
    amount: fc.constantFrom('0', '0.0007', '0.002', null),
  }),
  fc.record({ do: fc.constant('close' as const) }),
  fc.record({ do: fc.constant('settle' as const) }),
);

function perform(bench: Bench, conn: number, one: Step): void {
  const open = (n: number): Order | undefined => {
    const orders = bench.ok(conn, 'private/get_open_orders');
    return orders[n % Math.max(1, orders.length)];
  };
  switch (one.do) {
    case 'trade':
      bench.ask(conn, `private/${one.side}`, { instrument_name: PERP, ...one.params });
      return;
    case 'entry': {
      const leg = {
        direction: 'sell',
        amount: one.amount,
        trigger: 'mark_price',
        reduce_only: false,
      };
      bench.ask(conn, 'private/buy', {
        instrument_name: PERP,
        amount: one.amount,
        price: one.price,
        time_in_force: one.force,
        linked_order_type: 'one_triggers_one_cancels_other',
        trigger_fill_condition: one.condition,
        otoco_config: [
          { ...leg, type: 'stop_market', trigger_price: tick(one.price - 60) },
          { ...leg, type: 'take_market', trigger_price: tick(one.price + 60) },
        ],
      });
      return;
    }
    case 'cancel':
      bench.ask(conn, 'private/cancel', { order_id: open(one.nth)?.order_id ?? 'USDC-0' });
      return;
    case 'edit':
      bench.ask(conn, 'private/edit', {
        order_id: open(one.nth)?.order_id ?? 'USDC-0',
        amount: one.amount,
        price: one.price,
      });
      return;
    case 'price':
      bench.price(String(one.price));
      return;
    case 'pass':
      bench.pass(one.ms);
      return;
    case 'liquidity':
      bench.control('POST', 'liquidity', { instrument: PERP, amount: one.amount });
      return;
    case 'close':
      bench.control('POST', 'close', { instrument: PERP });
      return;
    case 'settle':
      bench.control('POST', 'settle');
      return;
  }
}

function live(steps: readonly Step[]): { readonly bench: Bench; readonly conn: number } {
  const bench = createBench({ startAt: SEVEN });
  const conn = bench.login();
  bench.ok(conn, 'private/subscribe', { channels: ['user.changes.any.any.raw'] });
  for (const one of steps) perform(bench, conn, one);
  return { bench, conn };
}

const signed = (trade: StateView['trades'][number]): Decimal =>
  trade.direction === 'buy' ? trade.amount : neg(trade.amount);
const steps = fc.array(step, { minLength: 1, maxLength: 40 });
const mainOf = (bench: Bench) => must(bench.state().accounts[0], 'an account');
const shown = (bench: Bench) => {
  const { orders, trades } = bench.state();
  const { cash, positions } = mainOf(bench);
  return { orders, trades, cash, sizes: positions.map((one) => one.size) };
};
const stored = (bench: Bench): Snapshot => bench.stored();

test("the position is the signed sum of all trades, an order's fills are its trades, cash is the sum of the log", () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { bench } = live(all);
      const { orders, trades } = bench.state();
      const account = mainOf(bench);
      assert.equal(account.positions[0]?.size ?? '0', sum(trades.map(signed)));
      assert.equal(new Set(trades.map((trade) => trade.tradeId)).size, trades.length);
      for (const order of orders) {
        const own = trades
          .filter((trade) => trade.orderId === order.orderId)
          .map((trade) => trade.amount);
        assert.equal(order.filled, sum(own), order.orderId);
        assert.ok(!gt(order.filled, order.amount), order.orderId);
        if (order.state === 'filled') assert.equal(order.filled, order.amount);
      }
      const { rows } = stored(bench);
      const usdc = rows.filter((row) => row.currency === 'USDC');
      let balance: Decimal = dec(0);
      for (const row of usdc) {
        balance = add(balance, row.change);
        assert.equal(row.balance, balance);
      }
      assert.equal(account.cash['USDC'], balance);
      const fees = sum(trades.map((trade) => trade.fee));
      const settled = sum(usdc.filter((row) => row.type === 'settlement').map((row) => row.change));
      assert.equal(balance, add(sub(dec(10_000), fees), settled));
    }),
    { numRuns: 20 },
  );
});

test('equity is the start, less fees, plus the worth of all fills at mark and the funding', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { bench } = live(all);
      const { trades, instruments } = bench.state();
      const mark = Number(instruments[0]?.mark);
      const equity = must(mainOf(bench).equity['USDC'], 'equity');
      const worth = sum(
        trades
          .map((trade) => Number(signed(trade)) * (mark - Number(trade.price)))
          .map((n: number) => dec(n.toFixed(8))),
      );
      const fees = sum(trades.map((trade) => trade.fee));
      const expected = add(sub(dec(10_000), fees), worth);
      const off = Math.abs(Number(sub(equity, expected)));
      assert.ok(off < 0.002, `${equity} against ${expected}`);
    }),
    { numRuns: 20 },
  );
});

const move: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('price' as const),
    price: fc.constantFrom(63_880, 63_960, 64_000, 64_040, 64_120),
  }),
  fc.record({
    do: fc.constant('liquidity' as const),
    amount: fc.constantFrom('0.0003', '0.0007', null),
  }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(300, 1_000, 2_000) }),
);

test('one leg of a pair never fills beyond what it stood for, both together neither', () => {
  const amount = 0.002;
  const sell = { direction: 'sell', amount, reduce_only: false };
  const stop = { ...sell, type: 'stop_market', trigger: 'mark_price', trigger_price: 63_900 };
  const take = { ...sell, type: 'take_market', trigger: 'mark_price', trigger_price: 64_100 };
  const rest = { ...sell, type: 'limit', price: 64_100 };
  let filledPairs = 0;
  let partial = 0;
  fc.assert(
    fc.property(
      fc.constantFrom('first_hit', 'complete_fill', 'incremental'),
      fc.constantFrom('good_til_cancelled', 'immediate_or_cancel'),
      fc.constantFrom(null, '0.0007'),
      fc.constantFrom(take, rest, null),
      fc.array(move, { minLength: 3, maxLength: 20 }),
      (trigger_fill_condition, time_in_force, liquidity, target, moves) => {
        const bench = createBench({ ...PERP_ALONE, startAt: SEVEN });
        const conn = bench.login();
        bench.control('POST', 'liquidity', { instrument: PERP, amount: liquidity });
        const linked_order_type =
          target === null ? 'one_cancels_other' : 'one_triggers_one_cancels_other';
        if (target === null)
          bench.sell(conn, { amount, price: 64_100, linked_order_type, otoco_config: [stop] });
        else {
          const otoco_config = [stop, target];
          const links = { linked_order_type, trigger_fill_condition, otoco_config };
          bench.buy(conn, { amount, price: 64_050, time_in_force, ...links });
        }
        for (const one of moves) perform(bench, conn, one);
        const { orders } = stored(bench);
        const legs = orders.filter((order) => order.link?.role === 'leg');
        const filled = sum(legs.map((order) => order.filled));
        const entry = orders.find((order) => order.link?.role === 'primary');
        const most = entry === undefined ? dec(amount) : entry.amount;
        assert.ok(!gt(filled, most), `${filled} of ${most}`);
        if (trigger_fill_condition === 'incremental' && entry !== undefined)
          assert.ok(!gt(filled, entry.filled), `${filled} of ${entry.filled}`);
        if (gt(filled, dec(0))) filledPairs++;
        if (legs.some((order) => order.state === 'open' && gt(order.filled, dec(0)))) partial++;
      },
    ),
    { numRuns: 80 },
  );
  assert.ok(filledPairs > 20 && partial > 1, `looked at ${filledPairs} filled pairs`);
});

test('an exchange built from its entries, or from its snapshot, is the living one', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom('entries' as const, 'snapshot' as const), (all, how) => {
      const { bench } = live(all);
      bench.control('POST', 'speed', { speed: 1 });
      const before = stored(bench);
      bench.restart(how);
      assert.deepEqual(stored(bench), before);
      bench.pass(5 * SECOND);
      const twin = live(all).bench;
      twin.control('POST', 'speed', { speed: 1 });
      twin.pass(5 * SECOND);
      const [one, other] = [stored(bench), stored(twin)];
      assert.deepEqual({ ...one, n: 0 }, { ...other, n: 0 });
    }),
    { numRuns: 15 },
  );
});

test('nothing that an answer or push shows rests on more than the records before it', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const { bench } = live(all);
      const before = shown(bench);
      bench.restart('entries');
      assert.deepEqual(shown(bench), before);
    }),
    { numRuns: 15 },
  );
});

test('how often the clock is looked at changes nothing: one long step or many short ones give the same life', () => {
  fc.assert(
    fc.property(
      steps,
      fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 20 }),
      (all, cuts) => {
        const lives = ['long', 'short'].map((how) => {
          const { bench } = live(all);
          const whole = cuts.reduce((total, cut) => total + cut, 0);
          for (const cut of how === 'long' ? [whole] : cuts) bench.pass(cut);
          return { ...stored(bench), n: 0 };
        });
        assert.deepEqual(lives[0], lives[1]);
      },
    ),
    { numRuns: 15 },
  );
});

test('the same seed gives the same market, another seed another', () => {
  const closes = (seed: number): readonly number[] => {
    const bench = createBench({ ...PERP_ALONE, seed, startAt: SEVEN, file: [] });
    bench.pass(HOUR);
    return bench.ok(bench.connect(), 'public/get_tradingview_chart_data', {
      instrument_name: PERP,
      start_timestamp: SEVEN,
      end_timestamp: SEVEN + HOUR,
      resolution: '1',
    }).close;
  };
  assert.deepEqual(closes(3), closes(3));
  assert.notDeepEqual(closes(3), closes(4));
});

test('a restored exchange refuses a journal with a hole, without a beginning, or of another version', () => {
  const bench = createBench();
  const conn = bench.login();
  for (let i = 0; i < 3; i++) bench.buy(conn, { amount: 0.001, type: 'market' });
  const whole = [...bench.entries];
  const restart = (entries: readonly string[]) => {
    bench.entries.splice(0, bench.entries.length, ...entries);
    bench.restart('entries');
  };
  assert.throws(
    () => restart([whole[0] as string, whole[2] as string]),
    /entry 3 follows 1, one is missing/,
  );
  assert.throws(() => restart(whole.slice(1)), /starts with entry 2/);
  assert.throws(
    () => restart([(whole[0] as string).replace('"v":1', '"v":2')]),
    /version 2, accepted is 1/,
  );
  restart(whole);
  assert.equal(bench.state().trades.length, 3);
});
