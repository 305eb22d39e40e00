/**
 * An engine that is away while everything happens to its account: a person trades, a stop and a target are hit, the exchange
 * liquidates, settles and delivers. After its start each trade is compared with the exchange's own trades and rows, in fractions.
 */
import assert from 'node:assert/strict';
import { DAY, HOUR, type Millis, SECOND } from '../../src/base/time.ts';
import { dec } from '../../src/base/decimal.ts';
import type { ClosedBy, ExitReason, Trade } from '../../src/domain/shown.ts';
import { presentTrade } from '../../src/domain/present.ts';
import { periodOf } from '../../src/view/daily-memory.ts';
import { audit, auditCash } from '../../sim/auditor/audit.ts';
import { sha256 } from '../../sim/node/hashing.ts';
import {
  botOn,
  createWorld,
  ETHER,
  INVERSE,
  PERPETUAL,
  type World,
} from '../../sim/world/world.ts';
import { worth } from './books/exchange.ts';
import {
  compare,
  isNought,
  minus,
  NOUGHT,
  plus,
  type Rational,
  rational,
  sizeOf,
  total,
} from './rational.ts';

/** 2026-03-06 is a Friday: what ends weekly ends at 08:00 UTC of it. */
const END = Date.parse('2026-03-06T08:00:00.000Z');
const WEEK = 'BTC_USDC-6MAR26';
const WEEK_INVERSE = 'BTC-6MAR26';
const OPTION = 'BTC_USDC-6MAR26-98000-C';

/** Who trades what, and how its trade has ended when the engine is back; by whom in the words of the books. */
const ENDS: Readonly<Record<string, readonly [instrument: string, ExitReason, ClosedBy]>> = {
  hand: [PERPETUAL, 'ghost_trade_cleanup', 'mobile'],
  stop: [ETHER, 'sl_hit', 'stop'],
  target: [INVERSE, 'tp_hit', 'target'],
  week: [WEEK, 'delivery', 'delivery'],
  forced: [WEEK_INVERSE, 'delivery', 'delivery'],
};
const WIDE = { stopLossPercent: dec('30'), takeProfitPercent: dec('30') };

/** A world in which each strategy has a trade and a person an option, some time before the end of the week. */
async function everythingOpen(speed: number): Promise<World> {
  const world = await createWorld({
    startAt: END - 20 * HOUR,
    speed,
    dated: true,
    instruments: [PERPETUAL, ETHER, INVERSE],
    strategies: Object.entries(ENDS).map(([id, [instrument]]) => botOn(instrument, id)),
    risk: { maxOpenOrders: 100, maxDailyLossUsd: dec('100000') },
    keep: 500,
  });
  await world.ready();
  for (const id of Object.keys(ENDS))
    world.signal(
      { sizeUsd: dec('605'), ...(id === 'stop' || id === 'target' ? {} : WIDE) },
      { id },
    );
  await world.until(
    'a trade of each',
    () => Object.keys(ENDS).every((id) => world.openTrade(id) !== undefined),
    120_000,
  );
  world.control('POST', 'order', { instrument: OPTION, direction: 'buy', amount: '0.1' });
  await world.run(2_000);
  return world;
}

const marked = (world: World, instrument: string): number =>
  Number(world.exchange().instruments.find(({ name }) => name === instrument)?.mark);

/** All of it, one after the other; a few hundred milliseconds. */
async function whileAway(world: World): Promise<void> {
  const step = 60;
  const move = (instrument: string, share: number): unknown =>
    world.control('POST', 'price', {
      instrument,
      price: (marked(world, instrument) * share).toFixed(1),
    });
  world.control('POST', 'close', { instrument: PERPETUAL, amount: '0.001', as: 'web' });
  await world.run(step);
  world.control('POST', 'order', { instrument: PERPETUAL, direction: 'buy', amount: '0.002' });
  move(ETHER, 0.99);
  move(INVERSE, 1.02);
  await world.run(step);
  world.control('POST', 'liquidate', { instrument: WEEK_INVERSE, share: '0.5' });
  await world.run(step);
  world.control('POST', 'deposit', { account: 'main', currency: 'USDC', amount: '250.5' });
}

/** The rest of the person's, and the ends that were not reached by themselves. */
async function whatIsLeft(world: World): Promise<void> {
  world.control('POST', 'close', { instrument: PERPETUAL, as: 'mobile' });
  if (world.serverNow() < END)
    for (const instrument of [WEEK, WEEK_INVERSE, OPTION])
      world.control('POST', 'deliver', { instrument });
  world.control('POST', 'settle');
  await world.run(60);
}

/** Comes to rest behind the start, with all rows read. */
async function back(world: World): Promise<void> {
  await world.restart({ waitMs: 0 });
  await world.until(
    'all trades to have ended',
    () => Object.keys(ENDS).every((id) => world.openTrade(id) === undefined),
    120_000,
  );
  await world.ready();
  await world.run(100_000);
  await world.command({ verb: 'reconcile' });
  await world.run(3_000);
}

type Legs = {
  readonly entries: readonly Leg[];
  readonly exits: readonly Leg[];
  readonly fees: Rational;
};
type Leg = { readonly amount: Rational; readonly price: Rational };

/** A strategy's trade as the exchange's own trades and rows tell it: its entry by label, and what closed that, in time. */
function toldBy(world: World, trade: Trade): Legs {
  const { trades, rows } = world.truth();
  const own = trades.filter(({ instrument }) => instrument === trade.instrument);
  const entries = own.filter(
    ({ label }) => label.startsWith(`ls:${trade.strategy}:`) && /e:/.test(label),
  );
  let [foreign, open] = [NOUGHT, total(entries.map(({ amount }) => rational(amount)))];
  const exits: Leg[] = [];
  let fees = total(entries.map(({ fee }) => rational(fee)));
  for (const one of own) {
    if (entries.includes(one)) continue;
    const amount = rational(one.amount);
    if (one.direction === 'buy') {
      foreign = plus(foreign, amount);
      continue;
    }
    // What is foreign goes first; of what is left the trade pays its part of the fee.
    const first = compare(foreign, amount) < 0 ? foreign : amount;
    foreign = minus(foreign, first);
    const rest = minus(amount, first);
    if (isNought(rest)) continue;
    open = minus(open, rest);
    exits.push({ amount: rest, price: rational(one.price) });
    const part = {
      n: rational(one.fee).n * rest.n * amount.d,
      d: rational(one.fee).d * rest.d * amount.n,
    };
    fees = plus(fees, part);
  }
  const delivered = rows.find(
    ({ type, instrument }) => type === 'delivery' && instrument === trade.instrument,
  );
  if (delivered !== undefined && !isNought(open)) {
    exits.push({ amount: open, price: rational(delivered.price ?? '0') });
    fees = plus(fees, rational(delivered.commission ?? '0'));
  }
  return {
    entries: entries.map(({ amount, price }) => ({
      amount: rational(amount),
      price: rational(price),
    })),
    exits,
    fees,
  };
}

const near = (found: string, wanted: Rational, digits: number, what: string): void => {
  const off = sizeOf(minus(rational(found), wanted));
  const most = { n: 20n, d: 10n ** BigInt(digits) };
  assert.ok(
    compare(off, most) <= 0,
    `${what}: ${found}, the exchange ${Number(wanted.n) / Number(wanted.d)}`,
  );
};

/** One trade of the books beside what the exchange tells of it. */
function compareTrade(world: World, trade: Trade): void {
  const { entries, exits, fees } = toldBy(world, trade);
  const kind = trade.currency === 'BTC' ? 'inverse' : 'linear';
  const value = (legs: readonly Leg[]): Rational =>
    total(legs.map(({ amount, price }) => worth(kind, amount, price)));
  const gross = minus(value(exits), value(entries));
  near(trade.grossPnl, gross, 17, `${trade.id} gross`);
  near(trade.fees, fees, 8, `${trade.id} fees`);
  const net = plus(minus(gross, rational(trade.fees)), rational(trade.funding));
  near(trade.netPnl, net, 17, `${trade.id} net`);
  assert.equal(trade.funding, trade.fundingSettled, `${trade.id}: all of its funding is paid`);
}

/** What was shared out of each instrument's funding is what the rows of the log say that it paid, to the last digit. */
function compareFunding(world: World): void {
  const shared = new Map<string, Rational>();
  const add = (sums: Map<string, Rational>, instrument: string, amount: string): void =>
    void sums.set(instrument, plus(sums.get(instrument) ?? NOUGHT, rational(amount)));
  for (const { data } of world.of('FUNDING_ACCRUED'))
    for (const { amount } of data.allocations) add(shared, data.instrument, amount);
  const paid = new Map<string, Rational>();
  for (const { data } of world.of('CASH_BOOKED'))
    add(paid, data.row.instrument ?? '', data.row.funding ?? '0');
  for (const name of new Set([...shared.keys(), ...paid.keys()])) {
    const off = minus(shared.get(name) ?? NOUGHT, paid.get(name) ?? NOUGHT);
    assert.ok(isNought(off), `${name}: funding differs by ${off.n}/${off.d}`);
  }
}

/** [I13] Cash has an explanation for every row, in the accounts and in the report of the whole time. */
function compareCash(world: World): void {
  const { accounts, breaks, fees } = world.books();
  for (const currency of ['USDC', 'BTC']) {
    for (const account of ['unexplained', 'uncompared', 'session', 'fees_due'])
      assert.equal(accounts.get(`${currency}/${account}`) ?? '0', '0', `${currency}/${account}`);
  }
  assert.deepEqual([[...breaks.values()].map(({ break: { kind } }) => kind), fees.size], [[], 0]);
  const from = Date.parse(world.facts()[0]?.at ?? '');
  const { report } = periodOf(
    world.facts(),
    { day: null, from: from - DAY, to: world.serverNow() + 1, over: false },
    { sha256, hashAt: () => '' },
  );
  for (const { currency, unexplained, closing } of report.money) {
    assert.equal(unexplained, '0', currency);
    assert.equal(closing, world.truth().account().balances[currency] ?? '0', currency);
  }
}

/**
 * Away for so long by the exchange's clock, with all that in between; then the books are the exchange's, trade by trade and
 * row by row.
 */
export async function awayFor(ms: Millis, speed = 1): Promise<void> {
  const world = await everythingOpen(speed);
  for (const id of Object.keys(ENDS)) assert.ok(world.openTrade(id) !== undefined, id);
  world.crash();
  const began = world.serverNow();
  await whileAway(world);
  await world.run(Math.max(0, (began + ms - world.serverNow()) / speed - 100));
  await whatIsLeft(world);
  assert.ok(world.serverNow() - began <= ms + SECOND * speed, 'it is back in time');
  await back(world);
  const trades = [...world.books().trades.values()].map((trade) =>
    presentTrade(world.books(), trade),
  );
  assert.deepEqual(
    trades
      .map(({ strategy, exitReason, closedBy, pnlSource, openAmount }) =>
        [strategy, exitReason, closedBy, pnlSource, openAmount].join(' '),
      )
      .sort(),
    Object.entries(ENDS)
      .map(([id, [, reason, by]]) => [id, reason, by, 'fills', '0'].join(' '))
      .sort(),
  );
  for (const trade of trades) compareTrade(world, trade);
  compareFunding(world);
  compareCash(world);
  assert.equal(world.of('POSITION_ADJUSTED').length, 0, 'history proves all of it');
  assert.equal(world.of('POSITION_DELIVERED').length, 3);
  audit(world);
  auditCash(world);
}
