/** [08:00] While a settlement refuses orders (10041) nothing is sent; when the instrument opens, protection goes first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../sim/auditor/audit.ts';
import { BOT, botOn, createWorld, PERPETUAL } from '../../sim/world/world.ts';

const EIGHT = Date.UTC(2026, 2, 3, 8);

test('[I24] [I53] a stop lost just before 08:00: declared, not sent into the settlement, placed at once when the instrument opens, before anything is opened', async () => {
  const world = await createWorld({
    startAt: EIGHT - 70_000,
    strategies: [BOT, botOn(PERPETUAL, 'two')],
  });
  const { id } = await world.enter();
  await world.run(EIGHT - 1_500 - world.serverNow());
  const stop = [...world.books().orders.values()].find(
    ({ order, leg }) => leg?.purpose === 'stop' && order.state === 'untriggered',
  );
  world.hand('private/cancel', { order_id: stop?.order.orderId });
  world.signal({}, { id: 'two', sticky: true });
  await world.until('a second trade', () => world.openTrade('two') !== undefined, 120_000);
  const at = (fact: { readonly at: string } | undefined): number =>
    Date.parse(fact?.at ?? '') - EIGHT;
  const states = world
    .of('INSTRUMENT_SPECIFIED')
    .filter(({ data }) => data.instrument.name === PERPETUAL)
    .map((fact) => ({ state: fact.data.instrument.state, at: at(fact) }));
  const [closed, open] = [
    states.find(({ state }) => state === 'settlement'),
    states.findLast(({ state }) => state === 'open'),
  ];
  assert.ok(closed && open && closed.at < open.at && open.at > 3_000, JSON.stringify(states));
  const sent = world.of('ORDER_INTENDED').filter((fact) => at(fact) > -1_500);
  assert.deepEqual(
    sent.map(({ data }) => [data.intent.purpose, data.intent.strategy]),
    [
      ['stop', 'bot'],
      ['entry', 'two'],
    ],
    'protection first',
  );
  const placed = at(sent[0]);
  assert.ok(placed >= open.at && placed < open.at + 1_000, `${placed} ms, open at ${open.at} ms`);
  assert.equal(world.of('ORDER_REJECTED').length, 0);
  const told = world.of('BREAK_OPENED').map((fact) => [fact.data.break.kind, at(fact) < open.at]);
  assert.deepEqual(told, [['missing_stop', true]]);
  const clean = world
    .of('RECONCILIATION_COMPLETED')
    .find(({ data }) => Date.parse(data.report.startedAt) >= EIGHT && data.report.ok);
  assert.ok(at(sent[1]) >= at(clean), 'an opening waits for a clean check');
  await world.run(5_000);
  assert.equal(world.books().breaks.size, 0);
  assert.equal(world.trade(id).closedAt, null);
  audit(world);
});
