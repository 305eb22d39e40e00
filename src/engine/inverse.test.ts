/** The inverse perpetual: amounts are USD in contracts of 10, prices go in steps of 0.5, money is coin and averages are harmonic. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Decimal,
  abs,
  add,
  dec,
  div,
  isMultiple,
  lte,
  roundTo,
  sub,
  sum,
} from '../base/decimal.ts';
import { parseIso } from '../base/time.ts';
import { presentTrade } from '../domain/present.ts';
import { audit, auditCash, auditFills } from '../../sim/auditor/audit.ts';
import { botOn, createWorld, INVERSE, type World } from '../../sim/world/world.ts';

const BOT = botOn(INVERSE);
const inverse = (more: Parameters<typeof createWorld>[0] = {}) =>
  createWorld({ strategies: [BOT], ...more });
const price = (world: World, to: string) =>
  world.control('POST', 'price', { instrument: INVERSE, price: to });
const hand = (world: World, direction: 'buy' | 'sell', amount: string) =>
  world.control('POST', 'order', { instrument: INVERSE, direction, amount });
const breaksOf = (world: World) =>
  [...world.books().breaks.values()].map(({ break: found }) => `${found.kind} ${found.life}`);
const shown = (world: World, id: string) => presentTrade(world.books(), world.trade(id));

/** Coin that all fills of the exchange came to, by 1 / price on each: what a long of that many USD gained, fees aside. */
const coinOf = (world: World): Decimal =>
  sum(
    world
      .exchange()
      .trades.map((fill) =>
        div(dec(`${fill.direction === 'buy' ? '' : '-'}${fill.amount}`), dec(fill.price), 18),
      ),
  );
const near = (a: Decimal, b: Decimal, by: string): boolean => lte(abs(sub(a, b)), dec(by));

test('an entry of 100 USD is ten contracts; stop and target lie on the grid of 0.5 and cover it', async () => {
  const world = await inverse();
  const trade = await world.enter();
  assert.deepEqual([trade.open, world.position(INVERSE), world.position()], ['100', '100', '0']);
  const live = world
    .exchange()
    .orders.filter((order) => order.state === 'untriggered' && !order.dormant);
  assert.deepEqual(
    live.map((order) => `${order.type} ${order.amount} ${order.reduceOnly}`).sort(),
    ['stop_market 100 true', 'take_market 100 true'],
  );
  for (const { triggerPrice } of live)
    assert.ok(isMultiple(dec(triggerPrice ?? '0'), dec('0.5')), `${triggerPrice}`);
  const [fill] = world.of('FILL_BOOKED');
  assert.deepEqual([fill?.data.fill.currency, fill?.data.fill.feeCurrency], ['BTC', 'BTC']);
  assert.match(fill?.data.fill.orderId ?? '', /^\d+$/);
  audit(world);
  await world.command({ verb: 'reconcile' });
  await world.run(500);
  auditCash(world);
});

test('a size that is no whole number of contracts is rounded down; below one contract nothing is sent', async () => {
  const world = await inverse();
  const trade = await world.enter({ sizeUsd: dec('129.99') });
  assert.equal(trade.open, '120');
  const other = await inverse();
  await other.ready();
  other.signal({ sizeUsd: dec('9.99') });
  await other.run(90_000);
  assert.equal(other.exchange().orders.length, 0);
  assert.ok(
    other.of('STRATEGY_EVALUATED').some((fact) => fact.data.why.reason === 'gate.amount_too_small'),
  );
});

for (const { side, leg, to, exit } of [
  { side: 'long', leg: 'stop', to: '99400', exit: { reason: 'sl_hit', by: 'stop' } },
  { side: 'long', leg: 'target', to: '101100', exit: { reason: 'tp_hit', by: 'target' } },
  { side: 'short', leg: 'stop', to: '100600', exit: { reason: 'sl_hit', by: 'stop' } },
  { side: 'short', leg: 'target', to: '98900', exit: { reason: 'tp_hit', by: 'target' } },
] as const) {
  test(`[N7] a ${side} that ends at its ${leg}: the result in coin is amount x (1/entry - 1/exit), less fees`, async () => {
    const world = await inverse();
    const { id } = await world.enter({ direction: side });
    price(world, to);
    await world.until('the close', () => world.trade(id).closedAt !== null, 5_000);
    await world.run(2_000);
    const trade = shown(world, id);
    assert.deepEqual(
      [world.trade(id).exit, trade.currency, trade.pnlSource],
      [exit, 'BTC', 'fills'],
    );
    assert.ok(
      near(trade.grossPnl, coinOf(world), '0.000000000000000010'),
      `${trade.grossPnl} against ${coinOf(world)}`,
    );
    const fees = sum(world.exchange().trades.map((fill) => dec(fill.fee)));
    assert.equal(trade.fees, fees);
    assert.equal(trade.netPnl, add(sub(trade.grossPnl, fees), trade.funding));
    assert.equal(trade.netPnl.startsWith('-'), leg === 'stop');
    const percent = Number(trade.pnlPercentage);
    assert.ok(
      leg === 'stop' ? percent < -0.4 && percent > -0.9 : percent > 0.7 && percent < 1.3,
      `${percent} percent of the entry's value in coin`,
    );
    audit(world);
  });
}

test('[T4][N5] a hand closes a part, protection shrinks in whole contracts, then the hand closes the rest', async () => {
  const world = await inverse();
  const { id } = await world.enter();
  world.control('POST', 'close', { instrument: INVERSE, amount: '40' });
  await world.run(5_000);
  assert.equal(world.trade(id).open, '60');
  audit(world);
  price(world, '100200');
  world.control('POST', 'close', { instrument: INVERSE });
  await world.run(5_000);
  const trade = shown(world, id);
  assert.deepEqual([trade.exitReason, trade.closedBy], ['external_close', 'web']);
  assert.ok(
    near(trade.grossPnl, coinOf(world), '0.00000000000000001'),
    `${trade.grossPnl} against ${coinOf(world)}`,
  );
  const [one, two] = world.trade(id).exits;
  assert.ok(one && two);
  const harmonic = div(
    dec('100'),
    add(div(one.amount, one.price, 18), div(two.amount, two.price, 18)),
    10,
  );
  assert.equal(trade.exitPrice, harmonic, 'a harmonic average of two exits');
  audit(world);
});

test('[T1][N1] closed while the engine was down: real price and coin result', async () => {
  const world = await inverse();
  const { id } = await world.enter({ direction: 'short' });
  world.crash();
  price(world, '99800');
  world.control('POST', 'close', { instrument: INVERSE });
  await world.restart();
  await world.ready();
  const trade = shown(world, id);
  assert.deepEqual(
    [trade.exitReason, trade.closedBy, trade.pnlSource],
    ['ghost_trade_cleanup', 'web', 'fills'],
  );
  assert.ok(near(trade.grossPnl, coinOf(world), '0.00000000000000001'));
  await world.run(5_000);
  audit(world);
});

test('[T1][N1] flat without a fill to explain it: proved by the margin of BTC, whatever USDC carries', async () => {
  const world = await inverse();
  const { id } = await world.enter();
  world.control('POST', 'order', {
    instrument: 'BTC_USDC-PERPETUAL',
    direction: 'buy',
    amount: '0.001',
  });
  world.crash();
  world.control('POST', 'close', { instrument: INVERSE });
  world.fault({ kind: 'forget_history' });
  await world.restart();
  await world.until('the ghost', () => world.trade(id).closedAt !== null, 40_000);
  assert.equal(world.trade(id).pnlSource, 'unknown');
  assert.ok(breaksOf(world).includes('ghost_trade needs_you'), breaksOf(world).join(', '));
});

test('[T2][N2] a hand opened 200 USD before the first start: adopted with its fees, protected, closed by its target', async () => {
  const world = await inverse();
  hand(world, 'sell', '200');
  await world.ready();
  await world.run(15_000);
  const trade = world.openTrade();
  assert.deepEqual([trade?.origin, trade?.direction, trade?.open], ['adopted', 'short', '200']);
  const [entry] = world.exchange().trades;
  assert.deepEqual(
    [shown(world, trade?.id ?? '').entryPrice, shown(world, trade?.id ?? '').fees],
    [entry?.price, entry?.fee],
  );
  audit(world);
  price(world, '98500');
  await world.run(10_000);
  assert.deepEqual(world.trade(trade?.id ?? '').exit, { reason: 'tp_hit', by: 'target' });
  audit(world);
});

test('[T2][N2] larger in USD than the strategy could have opened: asked about, never multiplied by a price', async () => {
  const world = await inverse();
  hand(world, 'buy', '1010');
  await world.until('the question', () => world.books().breaks.size > 0, 15_000);
  await world.run(10_000);
  assert.deepEqual(breaksOf(world), ['orphan_position needs_you']);
  const [held] = world.books().breaks.values();
  assert.deepEqual(held?.break.difference, { amount: '1010', value: '1010', currency: 'USD' });
  auditFills(world);
});

test('[T3][I28] a restart with an open trade goes on with it, and a fresh journal adopts it as it is', async () => {
  const world = await inverse();
  const before = await world.enter();
  await world.restart();
  await world.ready();
  assert.equal(world.openTrade()?.id, before.id);
  audit(world);
  await world.restart({ freshJournal: true });
  await world.ready();
  await world.run(5_000);
  const trade = world.openTrade();
  assert.deepEqual(
    [trade?.origin, trade?.open, trade?.stopLoss, trade?.takeProfit],
    ['adopted', '100', before.stopLoss, before.takeProfit],
  );
  audit(world);
});

test('[I13] through 08:00: funding and the settlement are coin; cash in the books is the exchange’s to the last satoshi', async () => {
  const startAt = parseIso('2026-03-02T07:56:50.000Z') ?? 0;
  const world = await inverse({
    startAt,
    risk: { maxOrderUsd: dec('100000'), maxPositionUsd: dec('100000') },
  });
  const { id } = await world.enter({
    sizeUsd: dec('50000'),
    stopLossPercent: dec('3'),
    takeProfitPercent: dec('5'),
  });
  price(world, '99700');
  await world.run(300_000);
  assert.deepEqual(world.of('CASH_BOOKED').at(-1)?.data.row.type, 'settlement');
  assert.ok(world.of('CASH_BOOKED').every((fact) => fact.data.row.currency === 'BTC'));
  auditCash(world);
  audit(world);
  const cashBefore = world.books().cash.get('BTC')?.balance ?? dec('0');
  assert.ok(lte(cashBefore, dec('1.999')), `${cashBefore}: the open loss became cash`);
  world.control('POST', 'close', { instrument: INVERSE });
  await world.run(5_000);
  world.control('POST', 'settle');
  await world.run(40_000);
  await world.command({ verb: 'reconcile' });
  await world.run(1_000);
  auditCash(world);
  const trade = shown(world, id);
  const gained = sub(world.books().cash.get('BTC')?.balance ?? dec('0'), dec('2'));
  assert.ok(
    near(roundTo(trade.netPnl, 8), gained, '0.00000003'),
    `net ${trade.netPnl}, cash ${gained}, funding ${trade.funding}`,
  );
  audit(world);
});

test('[I55] a stop follows on the grid of 0.5 by edits of the same order, covers all contracts, and ends the trade with coin', async () => {
  const bot = {
    ...BOT,
    settings: {
      ...BOT.settings,
      take_profit_percent: '5',
      break_even_percent: '0.3',
      trailing_percent: '0.4',
      trailing_step_percent: '0.05',
    },
  };
  const world = await inverse({ strategies: [bot] });
  const { id } = await world.enter({ stopLossPercent: dec('0.4'), takeProfitPercent: dec('5') });
  await world.run(15_000);
  const stops = () =>
    world
      .exchange()
      .orders.filter(
        ({ type, state, dormant }) => type === 'stop_market' && state === 'untriggered' && !dormant,
      );
  const [first] = stops();
  for (const next of ['100400', '100900', '100600', '101500']) {
    price(world, next);
    await world.run(8_000);
    assert.deepEqual(
      stops().map(({ orderId, amount }) => [orderId, amount]),
      [[first?.orderId, '100']],
    );
    assert.ok(isMultiple(dec(stops()[0]?.triggerPrice ?? '0.1'), dec('0.5')));
  }
  const moves = world.of('STOP_MOVED').map(({ data }) => Number(data.stopLoss));
  assert.ok(moves.length >= 3, moves.join(', '));
  assert.deepEqual(
    moves,
    [...moves].sort((a, b) => a - b),
  );
  assert.ok(Math.abs((moves.at(-1) ?? 0) - 101_094) < 3, moves.join(', '));
  price(world, '101000');
  await world.until('the close', () => world.trade(id).closedAt !== null, 20_000);
  await world.run(5_000);
  const closed = shown(world, id);
  assert.deepEqual(
    [closed.exitReason, closed.currency, world.position(INVERSE)],
    ['sl_hit', 'BTC', '0'],
  );
  assert.ok(near(closed.grossPnl, coinOf(world), '0.000000000000000001'), closed.grossPnl);
  audit(world);
});
