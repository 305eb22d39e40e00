/** Funding and results become cash at 08:00 UTC: what trades were given is what the exchange paid, to its last digit, and what differs is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Decimal, abs, add, dec, isZero, lte, sum } from '../base/decimal.ts';
import { DAY, HOUR, MINUTE, startOfDay } from '../base/time.ts';
import { freezeBooks, spellBooks, thawBooks } from '../domain/books.ts';
import { presentTrade } from '../domain/present.ts';
import { audit, auditCash } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, START, type World } from '../../sim/world/world.ts';

const EIGHT = startOfDay(START) + DAY + 8 * HOUR;
const SPEED = 60;
const LARGE = { maxOrderUsd: dec('100000'), maxPositionUsd: dec('100000') };
const ENTRY = { sizeUsd: dec('50000'), stopLossPercent: dec('5'), takeProfitPercent: dec('5') };

/** A world at 07:00 in which longs pay 0.2 percent for eight hours. */
async function paying(): Promise<World> {
  const world = await createWorld({ startAt: EIGHT - HOUR, speed: SPEED, risk: LARGE });
  world.control('POST', 'funding', { instrument: PERPETUAL, rate: '0.002' });
  return world;
}

const until = (world: World, at: number): Promise<void> =>
  world.run((at - world.serverNow()) / SPEED);
const shared = (world: World): Decimal =>
  sum(
    world.of('FUNDING_ACCRUED').flatMap(({ data }) => data.allocations.map(({ amount }) => amount)),
  );
/** Funding that the exchange's own rows say it paid. */
const paid = (world: World): Decimal =>
  sum(world.of('CASH_BOOKED').map(({ data }) => data.row.funding ?? dec('0')));
const shown = (world: World, id: string) => presentTrade(world.books(), world.trade(id));
/** All accounts of each currency, added up. */
const sums = (world: World): readonly Decimal[] => {
  const accounts = [...world.books().accounts];
  return [...new Set(accounts.map(([key]) => key.split('/')[0]))].map((currency) =>
    sum(accounts.filter(([key]) => key.startsWith(`${currency}/`)).map(([, amount]) => amount)),
  );
};

test('[I16][I14] two trades of one session: each has the funding of its time, the settlement pays it, and the accounts sum to zero', async () => {
  const world = await paying();
  const first = await world.enter(ENTRY);
  await until(world, EIGHT - 30 * MINUTE);
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.until('the close', () => world.trade(first.id).closedAt !== null);
  const early = shown(world, first.id);
  assert.ok(lte(early.funding, dec('-5')), `${early.funding} was paid`);
  assert.equal(early.fundingSettled, '0', 'accrued only');
  const second = await world.enter(ENTRY);
  await until(world, EIGHT + 40 * MINUTE);
  const [one, other] = [shown(world, first.id), shown(world, second.id)];
  assert.equal(one.fundingSettled, one.funding, 'a closed trade is settled whole');
  assert.equal(add(one.fundingSettled ?? dec('0'), other.fundingSettled ?? dec('0')), paid(world));
  assert.ok(lte(other.funding, other.fundingSettled ?? dec('0')), 'the new session is accrued');
  const settled = world.of('FUNDING_SETTLED');
  assert.deepEqual(
    settled.map(({ data }) => data.realized),
    [paid(world)],
  );
  const { accounts, breaks } = world.books();
  assert.deepEqual([...breaks.values()], []);
  assert.ok(sums(world).every(isZero), String(sums(world)));
  assert.equal(accounts.get('USDC/cash'), world.books().cash.get('USDC')?.balance);
  assert.equal(accounts.get('USDC/unexplained'), undefined);
  assert.ok(lte(abs(accounts.get('USDC/rounding') ?? dec('0')), dec('0.00001')));
  await world.command({ verb: 'reconcile' });
  assert.deepEqual(world.of('RECONCILIATION_COMPLETED').at(-1)?.data.report.coverage, {
    orders: 'ok',
    positions: 'ok',
    fills: 'ok',
    fees: 'ok',
    funding: 'ok',
    balance: 'ok',
  });
  const books = thawBooks(freezeBooks(world.books()));
  assert.equal(spellBooks(books), spellBooks(world.books()));
  auditCash(world);
  audit(world);
});

test('[I16] the engine is away over 08:00: what its trade paid until then comes from the row', async () => {
  const world = await paying();
  const { id } = await world.enter(ENTRY);
  await until(world, EIGHT - 40 * MINUTE);
  world.crash();
  await until(world, EIGHT + 20 * MINUTE);
  await world.restart();
  await world.ready();
  await world.run(5_000);
  const trade = shown(world, id);
  assert.equal(trade.fundingSettled, paid(world));
  assert.ok(world.of('FUNDING_ACCRUED').some(({ data }) => data.ended === true));
  const counter = world.books().funding.get(PERPETUAL)?.realized ?? dec('0');
  assert.equal(shared(world), add(paid(world), counter));
  assert.equal(trade.funding, shared(world));
  assert.ok(sums(world).every(isZero));
  auditCash(world);
  audit(world);
});
