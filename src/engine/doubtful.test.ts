/** Answers and prices that don't fit are doubted, and every doubt has an end: a search for orders, a history for candles. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { MINUTE } from '../base/time.ts';
import type { Fill } from '../domain/fill.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const liquidity = (world: World, amount?: string) =>
  world.control('POST', 'liquidity', {
    instrument: PERPETUAL,
    ...(amount === undefined ? {} : { amount }),
  });
const placements = (world: World) =>
  [...world.books().intents.values()].map(({ placement }) => placement.state);

test('[L3][I7][I40] our clock is seconds ahead of the exchange: its answers are believed, and a flatten goes on until it is done', async () => {
  const world = await createWorld({ speed: 60 });
  const { id } = await world.enter();
  liquidity(world, '0.0001');
  world.control('POST', 'close', { instrument: PERPETUAL, amount: '0.0001' });
  world.control('POST', 'speed', { speed: 1 });
  await world.run(80);
  world.life().input({ kind: 'speed', speed: 1 });
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await world.run(2_500);
  assert.deepEqual(new Set(placements(world)), new Set(['acked']));
  liquidity(world);
  await world.until('the close', () => world.trade(id).closedAt !== null, 20_000);
  assert.equal(world.of('MESSAGE_REFUSED').length, 0);
  await world.run(5_000);
  audit(world);
});

test('[L3][I7] an answer that shows another order than the one that was sent: unknown at once, searched for, found', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'lose_answer', method: 'private/buy', channel: 'user.changes' });
  world.signal();
  await world.until('the intent', () => world.of('ORDER_INTENDED').length > 0, 61_000);
  await world.run(20);
  const [ref] =
    [...world.life().driver.cell.live.errands].find(([, errand]) => errand.for === 'place') ?? [];
  const { trading } = world.life().driver.cell.live.links;
  const intent = world.of('ORDER_INTENDED')[0]?.data.intent;
  assert.ok(ref !== undefined && trading.up && intent !== undefined);
  const { label, instrument, type, price, amount } = intent;
  const order = {
    orderId: 'wrong-1',
    label,
    instrument,
    direction: 'sell',
    type,
    originalType: null,
    amount,
    filled: '0',
    averagePrice: null,
    price,
    triggerPrice: null,
    trigger: null,
    timeInForce: 'immediate_or_cancel',
    reduceOnly: false,
    state: 'cancelled',
    createdAt: world.serverNow(),
    updatedAt: world.serverNow(),
    flags: { api: true, web: null, mobile: null },
    isLiquidation: false,
    cancelReason: null,
    triggerOrderId: null,
    primaryOrderId: null,
    otoOrderIds: [],
    ocoRef: null,
  } as never;
  world.life().input({
    kind: 'venue',
    event: {
      kind: 'answer',
      link: 'trading',
      conn: trading.conn,
      ref,
      outcome: { status: 'ok', beganAt: null, result: { kind: 'place', order, fills: [] } },
    },
  });
  await world.run(10);
  assert.deepEqual([placements(world), world.of('MESSAGE_REFUSED').length], [['unknown'], 1]);
  await world.until('the finding', () => placements(world)[0] === 'acked', 15_000);
  await world.run(5_000);
  assert.equal(world.openTrade()?.open, world.position());
});

/** Closing prices of the last minutes as the exchange's history has them, by begin of the candle. */
function history(world: World): ReadonlyMap<number, number> {
  const to = world.serverNow();
  const data = world.hand('public/get_tradingview_chart_data', {
    instrument_name: PERPETUAL,
    start_timestamp: to - 15 * MINUTE,
    end_timestamp: to,
    resolution: '1',
  }) as { readonly ticks: readonly number[]; readonly close: readonly number[] };
  return new Map(data.ticks.map((at, n) => [at, data.close[n] ?? Number.NaN]));
}

for (const away of [45_000, 155_000]) {
  test(`[I24] prices out of sight for ${away / 1_000} s in the middle of a candle: each candle is judged with its true close, or not at all, and learnt from`, async () => {
    const world = await createWorld({ flatPrice: null, seed: 5 });
    await world.ready();
    await world.run(25_000);
    world.fault({ kind: 'refuse_connections', ms: away });
    world.fault({ kind: 'drop_link' });
    await world.run(away + 130_000);
    const closes = history(world);
    const judged = world
      .of('STRATEGY_EVALUATED')
      .map(({ data }) => [data.candleAt, Number(data.close)] as const)
      .filter(([at]) => closes.has(at));
    assert.ok(judged.length >= 3, `${judged.length} judged`);
    for (const [at, close] of judged)
      assert.equal(close, closes.get(at), new Date(at).toISOString());
    assert.equal(new Set(judged.map(([at]) => at)).size, judged.length, 'each at most once');
    const known = world.life().driver.cell.live.candles.get(PERPETUAL)?.slice(-8, -1) ?? [];
    for (const candle of known)
      assert.equal(
        Number(candle.close),
        closes.get(candle.at),
        `learnt ${new Date(candle.at).toISOString()}`,
      );
    assert.deepEqual(
      known.slice(1).map((candle, n) => candle.at - (known[n]?.at ?? 0)),
      known.slice(1).map(() => MINUTE),
      'no gap',
    );
  });
}

test('[I24] a history that is refused is asked for again, and nothing is judged meanwhile', async () => {
  const world = await createWorld();
  await world.ready();
  const before = world.of('STRATEGY_EVALUATED').length;
  world.fault({
    kind: 'error',
    method: 'public/get_tradingview_chart_data',
    code: 11094,
    ms: 90_000,
  });
  world.fault({ kind: 'refuse_connections', ms: 500 });
  world.fault({ kind: 'drop_link' });
  await world.run(88_000);
  assert.equal(world.of('STRATEGY_EVALUATED').length, before);
  await world.run(75_000);
  assert.ok(world.of('STRATEGY_EVALUATED').length > before);
  assert.ok(
    world.frames().filter(({ text }) => text.includes('chart_data')).length <= 12,
    'not more often than it may take',
  );
});

test('[L3][I51] an order that a person was told of is found: the question ends by itself, and openings go on', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'lose_answer', method: 'private/buy', channel: 'user.changes' });
  world.fault({ kind: 'error', method: 'private/get_*', code: 10_041, ms: 80_000 });
  world.signal();
  await world.until('the question', () => world.of('BREAK_OPENED').length > 0, 90_000);
  assert.deepEqual(
    world.of('BREAK_OPENED').map(({ data }) => data.break.kind),
    ['unresolved_intent'],
  );
  await world.ready(60_000);
  assert.deepEqual(
    world.of('BREAK_RESOLVED').map(({ data }) => [data.break.kind, data.break.resolution?.action]),
    [['unresolved_intent', 'auto']],
  );
  assert.ok(world.openTrade() !== undefined, 'the order is a trade');
});

test('[I1][L3] a bit flips in the answer to an entry, or in the push of its fill: the link is made anew, and the trade is booked once', async () => {
  for (const where of [
    { method: 'private/buy' },
    { on: 'notifications', channel: 'user.changes' },
  ]) {
    const world = await createWorld();
    await world.ready();
    const before = world.of('LINK_CHANGED').length;
    world.fault({ kind: 'W9', ...where });
    const { id } = await world.enter();
    await world.run(5_000);
    assert.ok(world.of('LINK_CHANGED').length > before, JSON.stringify(where));
    assert.deepEqual([placements(world)[0], world.trade(id).closedAt], ['acked', null]);
    audit(world);
  }
});

test('[I7] a fill alone is evidence against a proved absence: it is booked, and the lost order told in the same commit', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'lose_request', method: 'private/buy' });
  world.signal();
  await world.until('the proof', () => world.of('ORDER_ABSENT').length > 0, 120_000);
  const label = world.of('ORDER_ABSENT')[0]?.data.label ?? '';
  const fill: Fill = {
    tradeId: '999',
    currency: 'USDC',
    instrument: PERPETUAL,
    orderId: 'X-1',
    label,
    direction: 'buy',
    amount: dec('0.0005'),
    price: dec('100000'),
    fee: dec('0'),
    feeCurrency: 'USDC',
    at: world.serverNow(),
    liquidity: 'taker',
    liquidation: false,
    api: true,
  };
  const changes = { instrument: PERPETUAL, orders: [], positions: [], fills: [fill] };
  const { trading } = world.life().driver.cell.live.links;
  const conn = trading.up ? trading.conn : -1;
  world.life().input({ kind: 'venue', event: { kind: 'changes', conn, changes } });
  await world.run(10);
  const told = world.of('BREAK_OPENED').find(({ data }) => data.break.kind === 'lost_order');
  assert.deepEqual(
    [told?.data.subject, told?.data.break.exchange],
    [label, 'filled 0.0005 of X-1'],
  );
  const commit = world.published().find(({ facts }) => facts.some(({ seq }) => seq === told?.seq));
  assert.ok(commit?.facts.some(({ type }) => type === 'FILL_BOOKED'));
  assert.equal(world.openTrade()?.open, '0.0005');
});
