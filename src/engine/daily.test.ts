/** The daily report is owed: made once for each day that is over, whatever the engine went through meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, dayOf, HOUR, MINUTE, startOfDay } from '../base/time.ts';
import { sha256 } from '../edge/hashing.ts';
import { periodOf } from '../view/daily-memory.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const SPEED = 1_000;

/** Real time until so much market time has passed. */
const market = (ms: number): number => Math.ceil(ms / SPEED);

const ready = (world: World) => world.of('REPORT_READY').map(({ data }) => data.daily);

const untilNextDay = (world: World): number =>
  market(startOfDay(world.serverNow()) + DAY - world.serverNow());

test('[N10] a day that is over gets its report, once, and the next one takes over from it', async () => {
  const world = await createWorld({ speed: SPEED });
  const first = dayOf(world.serverNow());
  await world.enter();
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.until('the close', () => world.openTrade() === undefined, 2_000);
  await world.run(untilNextDay(world) + 10_000);
  await world.run(market(DAY) + 5_000);
  const days = ready(world);
  assert.deepEqual(
    days.map(({ day }) => day),
    [first, dayOf(startOfDay(world.serverNow()) - DAY)],
  );
  const [one, two] = days;
  assert.equal(one?.from, 1);
  assert.equal(two?.from, (one?.to ?? 0) + 1);
  assert.equal(one?.summary.trades, 1);
  assert.equal(two?.summary.trades, 0);
  assert.equal(one?.summary.unexplained, false);
  assert.equal(two?.summary.unexplained, false);
});

test('[N10] days that end while the engine is away get their reports after the start, and the same bytes again at any time', async () => {
  const world = await createWorld({ speed: SPEED });
  const first = startOfDay(world.serverNow());
  await world.ready();
  world.crash();
  await world.run(market(2 * DAY));
  await world.restart();
  await world.ready();
  await world.run(30_000);
  const days = ready(world);
  const count = Math.floor((startOfDay(world.serverNow()) - first) / DAY);
  assert.deepEqual(
    days.map(({ day }) => day),
    Array.from({ length: count }, (_, n) => dayOf(first + n * DAY)),
  );
  world.crash();
  await world.restart();
  await world.ready();
  await world.run(10_000);
  assert.equal(ready(world).length, count);
  const hashing = { sha256, hashAt: (seq: number) => hex(world, seq) };
  for (const { day, hash } of days) {
    const from = Date.parse(day);
    const again = periodOf(world.facts(), { day, from, to: from + DAY, over: false }, hashing);
    assert.equal(again.hash, hash, day);
  }
  const away = periodOf(
    world.facts(),
    { day: dayOf(first + DAY), from: first + DAY, to: first + 2 * DAY, over: false },
    hashing,
  ).report.uptime;
  assert.equal(away.upMs, 0);
  assert.deepEqual(
    away.absences.map(({ kind, to }) => [kind, to]),
    [['crash', null]],
  );
});

const hex = (world: World, seq: number): string =>
  Buffer.from(world.disk().records[seq - 1]?.hash ?? sha256(world.disk().journal)).toString('hex');

test('a report over the settlement at 08:00 explains the cash to the last unit', async () => {
  const world = await createWorld({ speed: SPEED });
  const begin = world.serverNow();
  for (let n = 0; n < 3; n++) {
    await world.enter();
    await world.run(2_000);
    world.control('POST', 'close', { instrument: PERPETUAL });
    await world.until('the close', () => world.openTrade() === undefined, 2_000);
    await world.run(market(40 * MINUTE));
  }
  const settled = startOfDay(begin) + DAY + 8 * HOUR;
  await world.run(market(settled - world.serverNow()) + 70_000);
  const { report } = periodOf(
    world.facts(),
    { day: null, from: begin, to: world.serverNow() + 1, over: false },
    { sha256, hashAt: (seq) => hex(world, seq) },
  );
  const usdc = report.money.find(({ currency }) => currency === 'USDC');
  assert.ok(usdc !== undefined);
  assert.equal(usdc.unexplained, '0');
  assert.equal(usdc.unsettledAfter, '0');
  assert.equal(
    usdc.closing,
    world.exchange().accounts.find(({ id }) => id === 'main')?.cash['USDC'],
  );
  assert.equal(report.trades.count, 3);
  assert.equal(report.trades.byHand, 3);
});
