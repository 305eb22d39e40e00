/** The exchange liquidates a position: the books follow its fills, say who it was, and put nothing in its way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { presentTrade } from '../domain/present.ts';
import { audit, auditCash } from '../../sim/auditor/audit.ts';
import { createWorld, ETHER, botOn, PERPETUAL, type World } from '../../sim/world/world.ts';

const shown = (world: World, id: string) => presentTrade(world.books(), world.trade(id));
const intents = (world: World) =>
  world.of('ORDER_INTENDED').filter(({ data }) => data.intent.purpose !== 'entry');
const statuses = (world: World): string[] =>
  world.of('STRATEGY_STATUS_CHANGED').map(({ data }) => data.status);

/** Gross as the exchange's own trades make it. */
const gross = (world: World): number => {
  const [entry, ...exits] = world.exchange().trades;
  return exits.reduce(
    (sum, exit) => sum + Number(exit.amount) * (Number(exit.price) - Number(entry?.price)),
    0,
  );
};

test('[N5][I18][I19] a liquidated trade is closed once, at its price and with its commission, and nothing is repaired', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  world.control('POST', 'price', { instrument: PERPETUAL, price: '99800' });
  world.control('POST', 'liquidate', { instrument: PERPETUAL });
  const took = await world.until('the close', () => world.trade(id).closedAt !== null, 1_000);
  assert.ok(took <= 1_000);
  const trade = shown(world, id);
  const exit = world.exchange().trades.at(-1);
  assert.deepEqual(
    [trade.exitReason, trade.closedBy, trade.pnlSource, trade.exitPrice, trade.breaks],
    ['liquidation', 'liquidation', 'fills', exit?.price, []],
  );
  const fees = world.exchange().trades.reduce((sum, { fee }) => sum + Number(fee), 0);
  assert.ok(Math.abs(Number(trade.grossPnl) - gross(world)) < 1e-9, `gross ${trade.grossPnl}`);
  assert.ok(Math.abs(Number(trade.fees) - fees) < 1e-9, `fees ${trade.fees}`);
  assert.ok(
    Number(exit?.fee) > Number(trade.amount) * 99_000 * 0.007,
    'its commission is not the usual fee',
  );
  const closing = world
    .published()
    .find((group) => group.facts.some((fact) => fact.type === 'TRADE_CLOSED'));
  assert.deepEqual(
    closing?.facts
      .map(({ type }) => type)
      .filter((type) => ['FILL_BOOKED', 'TRADE_CLOSED', 'STRATEGY_STATUS_CHANGED'].includes(type)),
    ['FILL_BOOKED', 'TRADE_CLOSED', 'STRATEGY_STATUS_CHANGED'],
  );
  assert.equal(statuses(world).at(-1), 'analyzing');
  await world.run(90_000);
  assert.deepEqual(intents(world), [], 'no stop, no close of ours');
  assert.equal(world.of('TRADE_CLOSED').length, 1);
  assert.equal(world.of('BREAK_OPENED').length, 0, world.trace());
  audit(world);
});

test('[N5] half of it liquidated: no repair for a minute, then the rest is protected again, until that goes too', async () => {
  const world = await createWorld();
  const { id } = await world.enter({ sizeUsd: dec('400') });
  const { amount } = shown(world, id);
  world.control('POST', 'liquidate', { instrument: PERPETUAL, share: '0.5' });
  await world.run(1_000);
  const left = world.trade(id).open;
  assert.deepEqual([amount, left], ['0.0039', '0.002']);
  assert.equal(world.trade(id).closedAt, null);
  await world.run(50_000);
  assert.deepEqual(intents(world), [], 'not while the exchange may go on');
  await world.run(15_000);
  const live = world
    .exchange()
    .orders.filter(({ state, type }) => state === 'untriggered' && type === 'stop_market');
  assert.deepEqual(
    live.map((order) => order.amount),
    [left],
    world.trace(),
  );
  world.control('POST', 'liquidate', { instrument: PERPETUAL });
  await world.until('the close', () => world.trade(id).closedAt !== null, 1_000);
  assert.deepEqual(
    [shown(world, id).exitReason, shown(world, id).closedBy],
    ['liquidation', 'liquidation'],
  );
  assert.ok(Math.abs(Number(shown(world, id).grossPnl) - gross(world)) < 1e-9);
  await world.run(30_000);
  assert.equal(world.books().breaks.size, 0, world.trace());
  audit(world);
});

test('[N1][N5] liquidated while the engine was down: found at the start, with its own reason and not as a ghost', async () => {
  const world = await createWorld({ strategies: [botOn(PERPETUAL), botOn(ETHER, 'other')] });
  const { id } = await world.enter();
  world.crash();
  await world.run(2_000);
  world.control('POST', 'liquidate', { instrument: PERPETUAL });
  await world.restart();
  await world.until('the close', () => world.trade(id).closedAt !== null, 15_000);
  assert.deepEqual(
    [shown(world, id).exitReason, shown(world, id).closedBy, shown(world, id).pnlSource],
    ['liquidation', 'liquidation', 'fills'],
  );
  await world.ready();
  await world.run(10_000);
  assert.deepEqual(intents(world), []);
  assert.equal(world.books().breaks.size, 0);
  audit(world);
});

test('[N5] a liquidation by itself, in steps: a person is told, what is left stays the exchange’s, and then it is protected again', async () => {
  const world = await createWorld({
    risk: { maxOrderUsd: dec('100000'), maxPositionUsd: dec('100000') },
  });
  world.control('POST', 'deposit', { account: 'main', currency: 'USDC', amount: '-9500' });
  const { id } = await world.enter({
    sizeUsd: dec('20000'),
    stopLossPercent: dec('10'),
    takeProfitPercent: dec('10'),
  });
  const { amount } = shown(world, id);
  world.control('POST', 'price', { instrument: PERPETUAL, price: '98500' });
  await world.until('the first part', () => world.trade(id).exits.length > 0, 5_000);
  const alerts = () =>
    [...world.books().alerts.values()].filter(({ rule }) => rule === 'liquidation');
  assert.deepEqual(
    alerts().map(({ state, severity, params }) => [state, severity, params]),
    [['firing', 'critical', { instrument: PERPETUAL }]],
  );
  assert.ok(
    world.of('PLATFORM_CHANGED').some(({ data }) => data.closed && data.part === 'account USDC'),
    'its owner is locked out, and nothing opens',
  );
  await world.run(30_000);
  const { exits, open, closedAt } = world.trade(id);
  assert.ok(exits.length > 1, `${exits.length} parts`);
  assert.deepEqual([closedAt, open === amount, open === world.position()], [null, false, true]);
  assert.deepEqual(intents(world), [], 'nothing is put into its way');
  await world.until('its end', () => alerts()[0]?.state === 'cleared', 120_000);
  await world.run(10_000);
  const left = world.trade(id).open;
  const stops = world
    .exchange()
    .orders.filter(({ state, type }) => state === 'untriggered' && type === 'stop_market');
  assert.deepEqual(
    stops.map((stop) => stop.amount),
    [left],
    world.trace(),
  );
  const fees = world
    .truth()
    .trades.filter(({ account, liquidation }) => account === 'main' && liquidation !== null);
  assert.ok(fees.length > 1);
  await world.command({ verb: 'reconcile' });
  await world.run(2_000);
  assert.deepEqual([...world.books().breaks.values()], [], world.trace());
  auditCash(world);
  audit(world);
});

test('[N5] what the exchange refuses to a locked owner is refused, and tried again when it may be', async () => {
  const world = await createWorld();
  const { id } = await world.enter({ sizeUsd: dec('400') });
  world.control('POST', 'liquidate', { instrument: PERPETUAL, share: '0.5' });
  await world.run(500);
  const lock = world.fault({ kind: 'error', method: 'private/sell', code: 11_098, ms: 80_000 });
  world.tell({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await world.run(40_000);
  assert.equal(world.trade(id).closedAt, null);
  const refused = world.of('ORDER_REJECTED').filter(({ data }) => data.code === 11_098);
  assert.ok(refused.length > 2 && refused.length < 12, `${refused.length} attempts in 40 s`);
  world.control('DELETE', `fault/${lock}`);
  await world.until('the close', () => world.trade(id).closedAt !== null, 10_000);
  await world.run(5_000);
  assert.equal(world.position(), '0');
  audit(world);
});
