/** What one frame brings is booked in the order in which it happened, however the frame is sorted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { byTime, type Fill } from '../domain/fill.ts';
import { createWorld, PERPETUAL } from '../../sim/world/world.ts';

const fill = (tradeId: string, more: Partial<Fill> = {}): Fill => ({
  tradeId,
  currency: 'USDC',
  instrument: PERPETUAL,
  orderId: `X-${tradeId}`,
  label: '',
  direction: 'buy',
  amount: dec('0.0005'),
  price: dec('100000'),
  fee: dec('0'),
  feeCurrency: 'USDC',
  at: 0,
  liquidity: 'taker',
  liquidation: false,
  api: true,
  ...more,
});

test('[I11] fills are put in order by time, and within one millisecond by number, not by spelling', () => {
  const fills = ['11', '9', '10'].map((id) => fill(id, { at: 5 }));
  assert.deepEqual(
    [...fills, fill('99', { at: 4 })].sort(byTime).map(({ tradeId }) => tradeId),
    ['99', '9', '10', '11'],
  );
});

test('[I11] [I19] an entry in two fills and its stop in the same millisecond, brought last first: one trade, opened and closed in one commit', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'lose_request', method: 'private/buy' });
  world.signal();
  await world.until('an intent', () => world.of('ORDER_INTENDED').length > 0, 120_000);
  const intent = world.of('ORDER_INTENDED')[0]?.data.intent;
  const stop = intent?.children.find(({ purpose }) => purpose === 'stop');
  assert.ok(intent && stop);
  const at = world.serverNow();
  const entry = { label: intent.label, orderId: 'X-1', at };
  const fills = [
    fill('11', {
      label: stop.label,
      direction: 'sell',
      amount: dec('0.0009'),
      price: dec('99500'),
      at,
    }),
    fill('10', { ...entry, amount: dec('0.0004') }),
    fill('9', entry),
  ];
  const { trading } = world.life().driver.cell.live.links;
  const changes = { instrument: PERPETUAL, orders: [], positions: [], fills };
  const conn = trading.up ? trading.conn : -1;
  world.life().input({ kind: 'venue', event: { kind: 'changes', conn, changes } });
  await world.run(10);
  const [trade, ...others] = world.books().trades.values();
  assert.deepEqual(
    [trade?.entries.map(({ amount }) => amount), trade?.exits.map(({ amount }) => amount), others],
    [['0.0005', '0.0004'], ['0.0009'], []],
  );
  assert.deepEqual(trade?.exit, { reason: 'sl_hit', by: 'stop' });
  const booked = world.of('FILL_BOOKED').map(({ seq }) => seq);
  const commit = world.published().find(({ facts }) => facts.some(({ seq }) => seq === booked[0]));
  assert.ok(booked.every((one) => commit?.facts.some(({ seq }) => seq === one)));
});
