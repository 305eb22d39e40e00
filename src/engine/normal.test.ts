/** A day as it should be: a trade opens with its stop and target, ends by one of them, and everything is seen to follow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL } from '../../sim/world/world.ts';

test('[T3][N4][I20] a first start on an empty account is clean, verified, and waits for a signal', async () => {
  const world = await createWorld();
  await world.ready();
  const [report] = world.of('RECONCILIATION_COMPLETED');
  assert.deepEqual(report?.data.report.verdicts, [
    { strategy: 'bot', instrument: PERPETUAL, verdict: 'clean', tradeId: null, action: 'none' },
  ]);
  assert.equal(report?.data.report.trigger, 'start');
  assert.equal(world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.status, 'analyzing');
  audit(world);
});

for (const { direction, hit, price, reason, by } of [
  { direction: 'long', hit: 'target', price: '101100', reason: 'tp_hit', by: 'target' },
  { direction: 'long', hit: 'stop', price: '99400', reason: 'sl_hit', by: 'stop' },
  { direction: 'short', hit: 'target', price: '98900', reason: 'tp_hit', by: 'target' },
  { direction: 'short', hit: 'stop', price: '100600', reason: 'sl_hit', by: 'stop' },
] as const) {
  test(`[T3] a ${direction} that hits its ${hit} is closed as ${reason} and the other leg goes`, async () => {
    const world = await createWorld();
    const { id } = await world.enter({ direction });
    world.control('POST', 'price', { instrument: PERPETUAL, price });
    await world.until('the close', () => world.trade(id).closedAt !== null, 1_000);
    await world.run(2_000);
    const trade = world.trade(id);
    assert.deepEqual(trade.exit, { reason, by });
    assert.equal(trade.pnlSource, 'fills');
    assert.equal(world.position(), '0');
    const shown = world.of('TRADE_CLOSED').map((fact) => fact.data.trade);
    assert.deepEqual(
      shown.map((one) => [one.id, one.exitReason, one.closedBy, one.status]),
      [[id, reason, by, 'closed']],
    );
    assert.deepEqual(
      world.of('TRADE_OPENED').map((fact) => fact.data.trade.id),
      [id],
    );
    const activities = world.of('STRATEGY_STATUS_CHANGED').map((fact) => fact.data.activity);
    assert.deepEqual(
      activities.filter((activity, n) => activity !== activities[n - 1]),
      ['initializing', 'analyzing', 'entering', 'position_open', 'analyzing'],
    );
    audit(world);
  });
}

test('[T3] several trades one after another: books, fills and cash stay those of the exchange', async () => {
  const world = await createWorld({ speed: 20 });
  for (const price of ['101100', '100000', '101200', '100500']) {
    await world.enter();
    world.control('POST', 'price', { instrument: PERPETUAL, price });
    await world.run(500);
    if (world.openTrade() !== undefined) world.control('POST', 'close', { instrument: PERPETUAL });
    await world.until('the close', () => world.openTrade() === undefined, 2_000);
  }
  await world.run(40_000);
  assert.equal(world.of('TRADE_CLOSED').length, 4);
  const cash = world.books().cash.get('USDC')?.balance;
  assert.equal(
    cash,
    world.exchange().accounts[0]?.cash['USDC'],
    '[I13] cash of the books is the cash of the exchange',
  );
  audit(world);
});
