/** Which fills a check may call missed: those that the stream did not bring, not those that it brought too early to be booked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorld, PERPETUAL } from '../../sim/world/world.ts';

test('[I24] a fill that the stream brought and a check booked for want of certainty breaks no stream', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'lose_request', method: 'private/buy' });
  world.signal();
  await world.until('the intent', () => world.of('ORDER_INTENDED').length > 0, 61_000);
  await world.run(100);
  world.fault({ kind: 'error', method: 'private/get_positions', count: 1, code: 10028 });
  world.control('POST', 'order', {
    instrument: PERPETUAL,
    direction: 'sell',
    amount: '0.001',
    as: 'web',
  });
  await world.until('the fill', () => world.of('FILL_BOOKED').length > 0, 20_000);
  assert.equal(world.of('FILL_BOOKED')[0]?.data.source, 'check', 'left to a check');
  await world.run(10_000);
  const kinds = world.of('BREAK_OPENED').map((fact) => fact.data.break.kind);
  assert.equal(kinds.includes('missed_fill'), false, kinds.join(', '));
  const downs = world.of('LINK_CHANGED').filter(({ data }) => !data.up);
  assert.deepEqual(downs, []);
});
