/** Several strategies in one engine: on one instrument, where the exchange nets and the books keep them apart, and on three. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec, sub, sum } from '../base/decimal.ts';
import { presentPosition, presentTrade } from '../domain/present.ts';
import { audit, auditCash } from '../../sim/auditor/audit.ts';
import {
  botOn,
  createWorld,
  ETHER,
  INVERSE,
  PERPETUAL,
  type World,
} from '../../sim/world/world.ts';

const price = (world: World, instrument: string, to: string) =>
  world.control('POST', 'price', { instrument, price: to });
const breaksOf = (world: World) =>
  [...world.books().breaks.values()].map(({ break: found }) => `${found.kind} ${found.life}`);
const ofStrategy = (world: World, id: string) =>
  [...world.books().trades.values()].filter((trade) => trade.strategy === id);
const why = (world: World, id: string): string[] =>
  world
    .of('STRATEGY_EVALUATED')
    .filter((fact) => fact.data.strategy === id)
    .map((fact) => fact.data.why.reason)
    .filter((reason) => reason.startsWith('gate.'));

/** Two strategies on one instrument, both in the same direction. */
async function pair(instrument: string): Promise<World> {
  const world = await createWorld({
    strategies: [botOn(instrument, 'one'), botOn(instrument, 'two')],
  });
  await world.enter({ sizeUsd: dec('105') }, 'one');
  await world.enter(
    { sizeUsd: dec('205'), stopLossPercent: dec('0.9'), takeProfitPercent: dec('2') },
    'two',
  );
  return world;
}

for (const { instrument, one, two, both } of [
  { instrument: PERPETUAL, one: '0.001', two: '0.002', both: '0.003' },
  { instrument: INVERSE, one: '100', two: '200', both: '300' },
]) {
  test(`[I50][I17] ${instrument}: two trades of one direction are one position there and two in the books`, async () => {
    const world = await pair(instrument);
    assert.deepEqual(
      [world.openTrade('one')?.open, world.openTrade('two')?.open, world.position(instrument)],
      [one, two, both],
    );
    const position = presentPosition(world.books(), instrument);
    assert.deepEqual(
      [position.size, position.byStrategy, position.stop.state, position.stop.amount],
      [both, { one, two }, 'on_exchange', both],
    );
    audit(world);
  });

  test(`[I50][I9] ${instrument}: the nearer stop ends its own trade only; the other one goes on, protected, to its own`, async () => {
    const world = await pair(instrument);
    price(world, instrument, '99400');
    await world.run(5_000);
    assert.deepEqual(
      ofStrategy(world, 'one').map((trade) => trade.exit),
      [{ reason: 'sl_hit', by: 'stop' }],
    );
    assert.deepEqual([world.openTrade('two')?.open, world.position(instrument)], [two, two]);
    audit(world);
    price(world, instrument, '99000');
    await world.run(5_000);
    assert.deepEqual(
      ofStrategy(world, 'two').map((trade) => trade.exit),
      [{ reason: 'sl_hit', by: 'stop' }],
    );
    assert.deepEqual([world.position(instrument), breaksOf(world)], ['0', []]);
    audit(world);
  });

  test(`[I50] ${instrument}: an opening against the other's trade is refused; after that trade has ended it may open`, async () => {
    const world = await createWorld({
      strategies: [botOn(instrument, 'one'), botOn(instrument, 'two')],
    });
    await world.enter({}, 'one');
    world.signal({ direction: 'short' }, { id: 'two', sticky: true });
    await world.run(70_000);
    assert.ok(
      why(world, 'two').length > 0 &&
        why(world, 'two').every((reason) => reason === 'gate.opposite_direction'),
      why(world, 'two').join(', '),
    );
    assert.equal(ofStrategy(world, 'two').length, 0);
    world.forget();
    await world.command({ verb: 'flatten', strategy: 'one', reason: 'make room' });
    await world.until('flat', () => world.position(instrument) === '0', 10_000);
    await world.enter({ direction: 'short', sizeUsd: dec('105') }, 'two');
    assert.equal(world.position(instrument), `-${one}`);
    audit(world);
  });

  test(`[N5][I23] ${instrument}: a hand closes the older trade and a part of the younger one; what is left stays protected`, async () => {
    const world = await pair(instrument);
    const amount = sub(dec(both), dec(one));
    world.control('POST', 'close', { instrument, amount });
    await world.run(10_000);
    assert.deepEqual(
      ofStrategy(world, 'one').map((trade) => trade.exit),
      [{ reason: 'external_close', by: 'web' }],
    );
    assert.deepEqual([world.openTrade('two')?.open, world.position(instrument)], [one, one]);
    assert.deepEqual(breaksOf(world), []);
    audit(world);
    world.control('POST', 'close', { instrument });
    await world.run(10_000);
    assert.equal(world.openTrade('two'), undefined);
    audit(world);
  });

  test(`[T3][N1] ${instrument}: the hand closes all while the engine is down; both trades end with their own result`, async () => {
    const world = await pair(instrument);
    world.crash();
    world.control('POST', 'close', { instrument });
    await world.restart();
    await world.ready();
    await world.run(5_000);
    for (const id of ['one', 'two'])
      assert.deepEqual(
        ofStrategy(world, id).map((trade) => trade.exit),
        [{ reason: 'ghost_trade_cleanup', by: 'web' }],
      );
    const closed = [...world.books().trades.values()].map((trade) =>
      presentTrade(world.books(), trade),
    );
    assert.equal(
      sum(closed.map((trade) => trade.fees)),
      sum(world.exchange().trades.map((fill) => dec(fill.fee))),
    );
    audit(world);
  });

  test(`[T2][N2] ${instrument}: a fresh journal gives each strategy its own trade back, by label`, async () => {
    const world = await pair(instrument);
    await world.restart({ freshJournal: true });
    await world.ready();
    await world.run(5_000);
    assert.deepEqual([world.openTrade('one')?.open, world.openTrade('two')?.open], [one, two]);
    assert.deepEqual(
      [world.openTrade('one')?.origin, world.openTrade('two')?.origin],
      ['adopted', 'adopted'],
    );
    assert.deepEqual(breaksOf(world), []);
    audit(world);
  });
}

/** One strategy on each listed perpetual. */
const three = (more: Parameters<typeof createWorld>[0] = {}) =>
  createWorld({
    strategies: [botOn(PERPETUAL, 'btc'), botOn(ETHER, 'eth'), botOn(INVERSE, 'coin')],
    ...more,
  });

test('three instruments in two currencies at once: each opens, is protected, closed by hand; nothing is mixed', async () => {
  const world = await three();
  await world.ready();
  for (const id of ['btc', 'eth', 'coin']) world.signal({}, { id });
  await world.until(
    'three trades',
    () => ['btc', 'eth', 'coin'].every((id) => world.openTrade(id) !== undefined),
    120_000,
  );
  await world.run(5_000);
  assert.equal(world.openTrade('coin')?.open, '100');
  assert.match(world.openTrade('eth')?.open ?? '', /^0\.03\d?$/);
  audit(world);
  for (const instrument of [PERPETUAL, ETHER, INVERSE])
    world.control('POST', 'close', { instrument });
  await world.until(
    'three ends',
    () => ['btc', 'eth', 'coin'].every((id) => world.openTrade(id) === undefined),
    20_000,
  );
  await world.run(5_000);
  const shown = [...world.books().trades.values()].map((trade) =>
    presentTrade(world.books(), trade),
  );
  assert.deepEqual(
    shown
      .map((trade) => [trade.strategy, trade.instrument, trade.currency, trade.closedBy].join(' '))
      .sort(),
    [`btc ${PERPETUAL} USDC web`, `coin ${INVERSE} BTC web`, `eth ${ETHER} USDC web`],
  );
  audit(world);
  world.control('POST', 'settle');
  await world.run(40_000);
  auditCash(world);
  assert.deepEqual(
    [...new Set(world.of('CASH_BOOKED').map((fact) => fact.data.row.currency))].sort(),
    ['BTC', 'USDC'],
  );
});

test('three instruments through a restart and through 08:00: one report covers all, cash of both currencies is exact', async () => {
  const world = await three({ startAt: Date.parse('2026-03-02T07:53:50.000Z') });
  await world.ready();
  for (const id of ['btc', 'eth', 'coin'])
    world.signal({ stopLossPercent: dec('4'), takeProfitPercent: dec('6') }, { id });
  await world.until(
    'three trades',
    () => ['btc', 'eth', 'coin'].every((id) => world.openTrade(id) !== undefined),
    120_000,
  );
  await world.restart();
  await world.ready();
  const report = world.of('RECONCILIATION_COMPLETED').at(-1)?.data.report;
  assert.deepEqual(
    report?.verdicts.map(({ strategy, verdict }) => [strategy, verdict]),
    [
      ['btc', 'valid'],
      ['eth', 'valid'],
      ['coin', 'valid'],
    ],
  );
  await world.run(420_000);
  const settled = world
    .of('CASH_BOOKED')
    .filter((fact) => fact.data.row.type === 'settlement')
    .map((fact) => `${fact.data.row.currency} ${fact.data.row.instrument}`);
  assert.deepEqual(settled.sort(), [`BTC ${INVERSE}`, `USDC ${PERPETUAL}`, `USDC ${ETHER}`].sort());
  auditCash(world);
  audit(world);
  assert.deepEqual(breaksOf(world), []);
});

test('[I39] a loss in coin counts in dollars: it stops the openings on every instrument', async () => {
  const world = await three({
    risk: { maxDailyLossUsd: dec('4'), maxOrderUsd: dec('1000'), maxPositionUsd: dec('1000') },
  });
  await world.enter({ sizeUsd: dec('900') }, 'coin');
  price(world, INVERSE, '99400');
  await world.run(5_000);
  assert.equal(world.openTrade('coin'), undefined);
  world.signal({}, { id: 'btc', sticky: true });
  world.signal({}, { id: 'eth', sticky: true });
  await world.run(130_000);
  for (const id of ['btc', 'eth'])
    assert.ok(
      why(world, id).includes('gate.daily_loss'),
      `${id}: ${why(world, id).join(', ')}; ${world.books().daily.net}`,
    );
  assert.equal(world.openTrade('btc') ?? world.openTrade('eth'), undefined);
  audit(world);
});

test('a doubt about one instrument blocks openings there; the others go on', async () => {
  const world = await createWorld({
    strategies: [botOn(PERPETUAL, 'btc'), { ...botOn(INVERSE, 'coin'), claim: false }],
  });
  await world.ready();
  world.control('POST', 'order', { instrument: INVERSE, direction: 'buy', amount: '50' });
  await world.until(
    'the question',
    () => breaksOf(world).includes('orphan_position needs_you'),
    20_000,
  );
  world.signal({}, { id: 'coin', sticky: true });
  world.signal({}, { id: 'btc' });
  await world.until('an entry beside it', () => world.openTrade('btc') !== undefined, 120_000);
  await world.run(5_000);
  assert.equal(world.openTrade('coin'), undefined);
  assert.ok(
    why(world, 'coin').every((reason) => reason === 'gate.open_break'),
    why(world, 'coin').join(', '),
  );
  assert.equal(world.position(INVERSE), '50');
});

/** A hand leaves 0.001 of the older trade, whose stop stays larger, because the exchange takes no edit for so long. */
async function shrunk(world: World, ms: number): Promise<void> {
  world.fault({ kind: 'error', method: 'private/edit', code: 10041, ms });
  world.control('POST', 'close', { instrument: PERPETUAL, amount: '0.002' });
  await world.run(5_000);
  assert.equal(world.openTrade('one')?.open, '0.001');
}

test('[I9] [I23] nothing is opened while the stop of another trade is larger than what that has open; afterwards it is', async () => {
  const world = await createWorld({
    strategies: [botOn(PERPETUAL, 'one'), botOn(PERPETUAL, 'two')],
  });
  await world.enter({ sizeUsd: dec('305') }, 'one');
  await shrunk(world, 200_000);
  world.signal({}, { id: 'two', sticky: true });
  await world.run(130_000);
  assert.deepEqual(new Set(why(world, 'two')), new Set(['gate.resize_owed']));
  assert.equal(world.openTrade('two'), undefined);
  await world.until('an entry', () => world.openTrade('two') !== undefined, 240_000);
  await world.run(5_000);
  audit(world);
});

test("[I23] what a stop closes beyond its own trade closes another one at the fill's own price; no result is unknown", async () => {
  const world = await createWorld({
    strategies: [botOn(PERPETUAL, 'one'), botOn(PERPETUAL, 'two')],
  });
  await world.enter({ sizeUsd: dec('305') }, 'one');
  const { id } = await world.enter({ sizeUsd: dec('205'), stopLossPercent: dec('3') }, 'two');
  await shrunk(world, 20_000);
  price(world, PERPETUAL, '99400');
  await world.run(60_000);
  assert.deepEqual([world.position(), breaksOf(world)], ['0', []]);
  assert.deepEqual(
    [...ofStrategy(world, 'one'), ...ofStrategy(world, 'two')].map(({ exit, pnlSource }) => [
      exit?.reason,
      exit?.by,
      pnlSource,
    ]),
    [
      ['sl_hit', 'stop', 'fills'],
      ['external_close', 'stop', 'fills'],
    ],
  );
  const [lot] = world.trade(id).exits;
  assert.deepEqual([lot?.amount, world.of('POSITION_ADJUSTED').length], ['0.002', 0]);
  audit(world);
});

test('[I39] entries that nobody has shown yet count with their stop and target: of three at one candle one may stand', async () => {
  const world = await three({ risk: { maxOpenOrders: 5 } });
  await world.ready();
  for (const id of ['btc', 'eth', 'coin']) world.signal({}, { id });
  await world.run(70_000);
  const entries = world.of('ORDER_INTENDED').filter(({ data }) => data.intent.purpose === 'entry');
  assert.equal(entries.length, 1);
  const refused = ['btc', 'eth', 'coin'].filter((id) =>
    why(world, id).includes('gate.too_many_orders'),
  );
  assert.equal(refused.length, 2);
  audit(world);
});

test('[I39] a loss of a trade whose strategy is not configured any more counts at a mark of now', async () => {
  const world = await createWorld({
    strategies: [botOn(PERPETUAL, 'btc'), botOn(ETHER, 'eth')],
    risk: { maxDailyLossUsd: dec('20') },
  });
  const wide = { stopLossPercent: dec('50'), takeProfitPercent: dec('50') };
  await world.enter({ sizeUsd: dec('900'), ...wide }, 'eth');
  await world.restart({ strategies: [botOn(PERPETUAL, 'btc')] });
  await world.ready();
  price(world, ETHER, '2880');
  await world.run(15_000);
  world.signal({}, { id: 'btc', sticky: true });
  await world.run(130_000);
  assert.deepEqual(new Set(why(world, 'btc')), new Set(['gate.daily_loss']));
  assert.equal(world.openTrade('btc'), undefined);
  audit(world);
});

test('[I39] what somebody else holds on an instrument that nothing of ours trades counts in the limit of the account, at a mark of now', async () => {
  const world = await createWorld({
    strategies: [botOn(ETHER, 'eth')],
    instruments: [ETHER, PERPETUAL],
    risk: { maxAccountUsd: dec('250') },
  });
  await world.ready();
  const hand = (direction: 'buy' | 'sell') =>
    world.control('POST', 'order', { instrument: PERPETUAL, direction, amount: '0.0017' });
  hand('buy');
  world.signal({ sizeUsd: dec('100') }, { id: 'eth', sticky: true });
  await world.run(70_000);
  assert.deepEqual(new Set(why(world, 'eth')), new Set(['gate.account_too_large']));
  // At a mark of now there is room.
  price(world, PERPETUAL, '80000');
  await world.until('an entry', () => world.openTrade('eth') !== undefined, 90_000);
  hand('sell');
  await world.run(1_000);
  audit(world);
});
