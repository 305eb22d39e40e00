/** The daily report is owed: made once for each day that is over, whatever the engine went through meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, dayOf, HOUR, MINUTE, startOfDay } from '../base/time.ts';
import { sha256 } from '../edge/hashing.ts';
import { periodOf } from '../view/daily-memory.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const SPEED = 1_000;

const MORNING = Date.parse('2026-03-02T06:50:00Z');
const EVENING = Date.parse('2026-03-02T23:00:00Z');

/** Real time until so much market time has passed. */
const market = (ms: number): number => Math.ceil(ms / SPEED);

const ready = (world: World) => world.of('REPORT_READY').map(({ data }) => data.daily);

const untilNextDay = (world: World): number =>
  market(startOfDay(world.serverNow()) + DAY - world.serverNow());

test('[N10] a day that is over gets its report, once, and says what was traded and whether the cash is explained', async () => {
  const world = await createWorld({ speed: SPEED, startAt: EVENING });
  await world.enter();
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.until('the close', () => world.openTrade() === undefined, 2_000);
  await world.run(untilNextDay(world) + 10_000);
  await world.run(market(HOUR));
  const [only, ...more] = ready(world);
  assert.equal(more.length, 0);
  assert.deepEqual([only?.day, only?.from], ['2026-03-02', 1]);
  assert.equal(only?.summary.trades, 1);
  assert.equal(only?.summary.unexplained, false);
  assert.ok((only?.summary.checks ?? 0) > 0);
});

test('[N10] days that end while the engine is away get their reports after the start, and the same bytes again at any time', async () => {
  const world = await createWorld({ speed: SPEED, startAt: EVENING });
  const first = startOfDay(world.serverNow());
  await world.ready();
  world.crash();
  await world.run(market(26 * HOUR));
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
  const world = await createWorld({ speed: 100, startAt: MORNING });
  const begin = world.serverNow();
  for (let n = 0; n < 3; n++) {
    await world.enter();
    await world.run(200);
    world.control('POST', 'close', { instrument: PERPETUAL });
    await world.until('the close', () => world.openTrade() === undefined, 2_000);
    await world.run((10 * MINUTE) / 100);
  }
  const settled = startOfDay(begin) + 8 * HOUR;
  await world.run((settled - world.serverNow()) / 100 + 70_000);
  const { report } = periodOf(
    world.facts(),
    { day: null, from: begin, to: world.serverNow() + 1, over: false },
    { sha256, hashAt: (seq) => hex(world, seq) },
  );
  const usdc = report.money.find(({ currency }) => currency === 'USDC');
  assert.ok(usdc !== undefined);
  assert.equal(usdc.unexplained, '0');
  assert.equal(usdc.unsettledAfter, '0');
  assert.equal(usdc.closing, world.exchange().accounts[0]?.cash['USDC']);
  assert.equal(report.trades.count, 3);
  assert.equal(report.trades.byHand, 3);
});
