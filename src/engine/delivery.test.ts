/** A future with an end is traded as any other, and what is held at its end is closed at the delivery price, by the row of the log that says so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Decimal, add, dec, div, isZero, mul, neg, sub, sum } from '../base/decimal.ts';
import { HOUR, MINUTE, parseIso } from '../base/time.ts';
import { expiryOf } from '../domain/instrument.ts';
import { presentTrade } from '../domain/present.ts';
import { periodOf } from '../view/daily-memory.ts';
import { sha256 } from '../../sim/node/hashing.ts';
import { audit, auditCash } from '../../sim/auditor/audit.ts';
import { botOn, createWorld, type World, type WorldOptions } from '../../sim/world/world.ts';

/** 2026-03-06 is a Friday: weekly futures end. */
const END = parseIso('2026-03-06T08:00Z') ?? 0;
const LINEAR = 'BTC_USDC-6MAR26';
const INVERSE = 'BTC-6MAR26';
const SPEED = 60;

const dated = (instrument: string, more: WorldOptions = {}): Promise<World> =>
  createWorld({
    startAt: END - HOUR,
    speed: SPEED,
    strategies: [botOn(instrument)],
    instruments: ['BTC_USDC-PERPETUAL', 'BTC-PERPETUAL'],
    dated: true,
    ...more,
  });
const until = (world: World, at: number): Promise<void> =>
  world.run((at - world.serverNow()) / SPEED);
const shown = (world: World, id: string) => presentTrade(world.books(), world.trade(id));
const deliveryRow = (world: World) => {
  const row = world.truth().rows.find(({ type }) => type === 'delivery');
  assert.ok(row);
  return row;
};
const balanced = (world: World, currency: string): boolean =>
  isZero(
    sum(
      [...world.books().accounts]
        .filter(([key]) => key.startsWith(`${currency}/`))
        .map(([, amount]) => amount),
    ),
  );

test('the end of a product stands in its name', () => {
  const end = (name: string): string | undefined => {
    const at = expiryOf(name);
    return at === undefined ? undefined : new Date(at).toISOString();
  };
  assert.deepEqual(
    ['BTC-25DEC26', 'BTC_USDC-6MAR26', 'BTC_USDC-25DEC26-100000-C', 'ETH-1JAN27'].map(end),
    [
      '2026-12-25T08:00:00.000Z',
      '2026-03-06T08:00:00.000Z',
      '2026-12-25T08:00:00.000Z',
      '2027-01-01T08:00:00.000Z',
    ],
  );
  assert.deepEqual(['BTC-PERPETUAL', 'BTC_USDC', 'BTC-25XXX26', 'BTC-FS-25DEC26_PERP'].map(end), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

for (const [name, currency] of [
  [LINEAR, 'USDC'],
  [INVERSE, 'BTC'],
] as const)
  test(`[I12][I16] ${name} ends with a position: the trade is closed at the delivery price, its fee is paid, the cash is explained`, async () => {
    const world = await dated(name);
    const { id, entries, direction } = await world.enter();
    assert.equal(direction, 'long');
    await until(world, END + 20 * MINUTE);
    const row = deliveryRow(world);
    const trade = shown(world, id);
    assert.deepEqual(
      [trade.exitReason, trade.closedBy, trade.pnlSource, trade.exitPrice, trade.openAmount],
      ['delivery', 'delivery', 'fills', row.price, '0'],
    );
    assert.equal(trade.closedAt, new Date(END).toISOString());
    const [entry] = world.of('FILL_BOOKED');
    assert.equal(trade.fees, add(entry?.data.fill.fee ?? dec('0'), row.commission ?? dec('0')));
    assert.ok(row.commission !== null && !isZero(row.commission));
    const worth = (price: Decimal): Decimal =>
      name === LINEAR ? mul(trade.amount, price) : neg(div(trade.amount, price, 18));
    const [lot] = entries;
    if (entries.length === 1 && lot !== undefined)
      assert.equal(trade.grossPnl, sub(worth(row.price ?? dec('0')), worth(lot.price)));
    assert.deepEqual(
      world.of('POSITION_DELIVERED').map(({ data }) => [data.row, data.price, data.fee]),
      [[String(row.id), row.price, row.commission]],
    );
    assert.equal(world.of('POSITION_ADJUSTED').length, 0);
    assert.deepEqual([...world.books().breaks.values()], [], world.trace());
    assert.equal(world.books().accounts.get(`${currency}/unexplained`), undefined);
    assert.ok(balanced(world, currency));
    const { report } = periodOf(
      world.facts(),
      { day: null, from: END - HOUR, to: world.serverNow() + 1, over: false },
      { sha256, hashAt: () => '' },
    );
    const money = report.money.find((line) => line.currency === currency);
    assert.deepEqual([money?.unexplained, money?.unsettledAfter], ['0', '0']);
    assert.equal(money?.closing, world.books().cash.get(currency)?.balance);
    assert.deepEqual(report.trades.byExit, [{ reason: 'delivery', count: 1 }]);
    assert.equal(world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.activity, 'analyzing');
    assert.ok(world.of('ORDER_INTENDED').length === 1, 'nothing is sent after the end');
    auditCash(world);
    audit(world);
  });

test('[N1] the engine is away at the end: found at the start by the row, not as a ghost, and the link stays up', async () => {
  const world = await dated(LINEAR);
  const { id } = await world.enter();
  await until(world, END - 10 * MINUTE);
  world.crash();
  await until(world, END + 3 * HOUR);
  await world.restart();
  await world.until('the close', () => world.trade(id).closedAt !== null, 30_000);
  await world.run(60_000);
  const trade = shown(world, id);
  assert.deepEqual([trade.exitReason, trade.closedBy], ['delivery', 'delivery']);
  assert.equal(world.of('POSITION_ADJUSTED').length, 0);
  assert.deepEqual([...world.books().breaks.values()], [], world.trace());
  assert.equal(world.of('RECONCILIATION_COMPLETED').at(-1)?.data.report.ok, true);
  assert.deepEqual(world.books().links, { trading: true, market: true });
  auditCash(world);
  audit(world);
});

test('[N9] the log is denied at the end: nothing is assumed of the position until the row is read', async () => {
  const world = await dated(LINEAR);
  const { id } = await world.enter();
  await until(world, END - 5 * MINUTE);
  const fault = world.fault({
    kind: 'error',
    method: 'private/get_transaction_log',
    code: 10_047,
    ms: 3_600_000,
  });
  await until(world, END);
  await world.run(100_000);
  assert.equal(world.trade(id).closedAt, null);
  assert.equal(world.of('POSITION_ADJUSTED').length, 0);
  assert.equal(world.books().assurance.get(LINEAR)?.value, 'unverified');
  world.control('DELETE', `fault/${fault}`);
  await world.until('the close', () => world.trade(id).closedAt !== null, 70_000);
  assert.equal(shown(world, id).exitReason, 'delivery');
  await world.run(40_000);
  assert.deepEqual([...world.books().breaks.values()], []);
  audit(world);
});

test('what a hand holds of it beside a trade goes with it; the fee is split by amount', async () => {
  const world = await dated(LINEAR);
  const { id, open } = await world.enter();
  world.control('POST', 'order', { instrument: LINEAR, direction: 'buy', amount: '0.002' });
  await world.run(20_000);
  assert.equal(world.books().foreign.get(LINEAR)?.amount, '0.002');
  world.control('POST', 'deliver', { instrument: LINEAR });
  await world.run(30_000);
  const [delivered] = world.of('POSITION_DELIVERED');
  assert.deepEqual(
    delivered?.data.allocations.map(({ trade, amount }) => [trade, amount]),
    [
      [id, neg(open)],
      [null, '-0.002'],
    ],
  );
  assert.equal(
    sum(delivered?.data.allocations.map(({ fee }) => fee) ?? []),
    deliveryRow(world).commission,
  );
  assert.equal(world.books().foreign.get(LINEAR)?.amount, '0');
  assert.equal(shown(world, id).exitReason, 'delivery');
  auditCash(world);
  audit(world);
});

test('[I14] an option that a hand holds is delivered too: premium, fee and what it pays have their accounts', async () => {
  const world = await dated('BTC_USDC-PERPETUAL');
  await world.ready();
  const option = 'BTC_USDC-6MAR26-98000-C';
  world.control('POST', 'order', { instrument: option, direction: 'buy', amount: '0.1' });
  await until(world, END + 20 * MINUTE);
  const [delivered] = world.of('POSITION_DELIVERED');
  assert.deepEqual(
    delivered?.data.allocations.map(({ trade, amount }) => [trade, amount]),
    [[null, '-0.1']],
  );
  const rows = world
    .truth()
    .rows.filter(({ trade, type }) => trade !== null || type === 'delivery');
  const fees = sum(rows.map(({ commission }) => commission ?? dec('0')));
  const { accounts } = world.books();
  assert.equal(accounts.get('USDC/fees'), fees);
  assert.equal(accounts.get('USDC/options'), neg(add(sum(rows.map(({ change }) => change)), fees)));
  const owed = [accounts.get('USDC/fees_due'), accounts.get('USDC/unexplained')];
  assert.ok(
    owed.every((amount) => amount === undefined || isZero(amount)),
    owed.join(),
  );
  const { report } = periodOf(
    world.facts(),
    { day: null, from: END - HOUR, to: world.serverNow() + 1, over: false },
    { sha256, hashAt: () => '' },
  );
  const money = report.money.find(({ currency }) => currency === 'USDC');
  assert.deepEqual([money?.unexplained, money?.fees], ['0', fees]);
  assert.deepEqual([...world.books().breaks.values()], [], world.trace());
  auditCash(world);
  audit(world);
});

test('an option that ends worth nothing is gone from the books with its row, though that tells no price', async () => {
  const world = await dated('BTC_USDC-PERPETUAL', { flatPrice: '100000' });
  await world.ready();
  const option = 'BTC_USDC-6MAR26-102000-C';
  world.control('POST', 'order', { instrument: option, direction: 'sell', amount: '0.1' });
  await until(world, END + 20 * MINUTE);
  assert.deepEqual([deliveryRow(world).price, world.truth().position(option)], ['0', '0']);
  assert.deepEqual(
    world.of('POSITION_DELIVERED').map(({ data }) => [data.instrument, data.price]),
    [[option, '0']],
  );
  assert.equal(world.books().foreign.get(option)?.amount, '0');
  assert.deepEqual([...world.books().breaks.values()], [], world.trace());
  auditCash(world);
  audit(world);
});
