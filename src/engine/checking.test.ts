/** The routine check and the ladder of trust: failing proves nothing, agreeing changes nothing, and 08:00 is a moment of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spellBooks } from '../domain/books.ts';
import type { Fact } from '../domain/fact.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const assurances = (world: World) =>
  world.of('ASSURANCE_CHANGED').map((fact) => fact.data.assurance);
const reports = (world: World) =>
  world.of('RECONCILIATION_COMPLETED').map((fact) => fact.data.report);
const refusals = (world: World): string[] =>
  world
    .of('STRATEGY_EVALUATED')
    .map((fact) => fact.data.why.reason)
    .filter((reason) => reason.startsWith('gate.'));
/** The books without what a report and the clock change. */
const still = (world: World): string => {
  const {
    lastReport: _report,
    cursor: _cursor,
    fillHorizon: _horizon,
    counters: _counters,
    assurance: _assurance,
    ...rest
  } = world.books();
  return spellBooks(rest as never);
};
const typesSince = (world: World, seq: number): Set<Fact['type']> =>
  new Set(
    world
      .facts()
      .filter((fact) => fact.seq > seq)
      .map((fact) => fact.type),
  );
const head = (world: World): number => world.facts().at(-1)?.seq ?? 0;

for (const method of [
  'get_positions',
  'get_open_orders',
  'get_user_trades_by_currency_and_time',
  'get_account_summaries',
]) {
  for (const fault of [
    { kind: 'error', code: 11094 },
    { kind: 'lose_answer' },
    { kind: 'empty_answer' },
  ]) {
    test(`[N9] a check whose ${method} meets ${fault.kind} leaves the books as they are, says so, and is tried again`, async () => {
      const world = await createWorld();
      await world.enter();
      await world.until('a routine check', () => reports(world).length >= 2, 40_000);
      await world.run(1_000);
      const before = still(world);
      const began = reports(world).length;
      world.fault({ ...fault, method: `private/${method}`, ms: 45_000 });
      await world.run(45_000);
      assert.equal(still(world), before);
      const failed = reports(world).slice(began);
      assert.ok(failed.length > 0);
      if (fault.kind !== 'empty_answer') {
        assert.ok(
          failed.every(
            (report) =>
              !report.complete &&
              report.problem !== null &&
              report.verdicts.every(({ verdict }) => verdict === 'unknown'),
          ),
          JSON.stringify(failed),
        );
        assert.equal(
          Object.values(failed[0]?.coverage ?? {}).every((state) => state === 'unknown'),
          true,
        );
      }
      await world.run(45_000);
      assert.equal(reports(world).at(-1)?.ok, true);
      assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
      assert.equal(world.of('BREAK_OPENED').length, 0, world.trace());
      audit(world);
    });
  }
}

test('[I27] a second run in a quiet market adds its report and nothing else', async () => {
  const world = await createWorld();
  await world.enter();
  await world.run(35_000);
  const from = head(world);
  const first = await world.command({ verb: 'reconcile' });
  const second = await world.command({ verb: 'reconcile' });
  assert.ok(first.ok && second.ok && second.report?.ok && second.report.trigger === 'demand');
  assert.deepEqual(typesSince(world, from), new Set(['COMMAND_TAKEN', 'RECONCILIATION_COMPLETED']));
  audit(world);
});

test('[I24] the ladder: blind, checking, verified; blind when the link is down; the routine check leaves it alone', async () => {
  const world = await createWorld();
  await world.ready();
  await world.run(70_000);
  assert.deepEqual(assurances(world), ['blind', 'checking', 'verified']);
  world.control('POST', 'fault', { kind: 'drop_link' });
  await world.run(20_000);
  assert.deepEqual(assurances(world), [
    'blind',
    'checking',
    'verified',
    'blind',
    'checking',
    'verified',
  ]);
  assert.deepEqual(
    reports(world)
      .map((report) => report.trigger)
      .filter((trigger) => trigger !== 'timer'),
    ['start', 'reconnect'],
  );
  audit(world);
});

test('[I24] unverified when no check was clean for 90 s, no openings meanwhile, verified by the next clean one', async () => {
  const world = await createWorld();
  await world.ready();
  const fault = world.fault({
    kind: 'error',
    method: 'private/get_positions',
    ms: 300_000,
    code: 11094,
  });
  world.signal({}, { sticky: true });
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: '0' });
  await world.run(160_000);
  assert.deepEqual(assurances(world), ['blind', 'checking', 'verified', 'unverified']);
  assert.ok(refusals(world).includes('gate.not_verified'));
  world.control('DELETE', `fault/${fault}`);
  await world.run(10_000);
  assert.equal(assurances(world).at(-1), 'verified');
});

test('[I24] the market link alone down: no openings, and none before a check that began after it was back', async () => {
  const world = await createWorld();
  await world.ready();
  world.life().input({
    kind: 'venue',
    event: { kind: 'link_down', link: 'market', conn: 1, reason: 'test' },
  });
  world.signal({}, { sticky: true });
  await world.run(70_000);
  assert.deepEqual(new Set(refusals(world)), new Set(['gate.link_down']));
  assert.equal(world.position(), '0');
});

test('[I29] a difference that will not become quiet: openings stop, and nothing is concluded', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  world.crash();
  await world.run(1_000);
  world.control('POST', 'close', { instrument: PERPETUAL });
  world.fault({ kind: 'forget_history' });
  await world.restart();
  for (let n = 0; n < 33; n++) {
    await world.run(2_000);
    world.hand('private/buy', {
      instrument_name: PERPETUAL,
      amount: 0.001,
      type: 'limit',
      price: 99_000 + n,
      label: `hand ${n}`,
    });
  }
  assert.equal(world.trade(id).closedAt, null, 'no quiet moment, no verdict');
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'mismatch');
  await world.run(30_000);
  assert.notEqual(world.trade(id).closedAt, null, 'declared when it is quiet');
  assert.equal(world.trade(id).pnlSource, 'unknown');
});

test('[I24] a stream with a gap: an undecodable private frame is kept and leads to a check', async () => {
  const world = await createWorld();
  await world.ready();
  await world.run(2_000);
  const before = reports(world).length;
  world.life().input({
    kind: 'venue',
    event: { kind: 'undecodable', link: 'trading', conn: 1, what: 'a frame', raw: '{"x":1}' },
  });
  await world.run(1_000);
  assert.equal(reports(world).at(-1)?.trigger, 'surprise');
  assert.equal(reports(world).length, before + 1);
  assert.equal(world.of('MESSAGE_REFUSED').length, 1);
});

test('messages that nobody can read fill no journal: a minute holds twenty of them and the number of the others', async () => {
  const world = await createWorld();
  await world.ready();
  const flood = (count: number, what: string): void => {
    for (let n = 0; n < count; n++)
      world.life().input({
        kind: 'venue',
        event: { kind: 'undecodable', link: 'market', conn: 1, what, raw: `{"n":${n}}` },
      });
  };
  flood(500, 'ticker: no price');
  await world.run(10);
  assert.equal(world.of('MESSAGE_REFUSED').length, 20);
  await world.run(58_000);
  flood(5, 'book: no side');
  assert.equal(world.of('MESSAGE_REFUSED').length, 20);
  await world.run(3_000);
  assert.deepEqual(world.of('MESSAGE_REFUSED').at(-1)?.data, {
    what: '485 more messages could not be read within a minute, the last: book: no side',
    raw: '{"n":4}',
  });
  flood(1, 'ticker: no price');
  await world.run(61_000);
  assert.equal(world.of('MESSAGE_REFUSED').length, 22);
});

/** 07:58:50 UTC of the day after. */
const BEFORE_EIGHT = 1_772_445_600_000 - 2 * 3_600_000 + 86_400_000 - 70_000;

test('08:00 UTC: an open trade goes through the settlement, its row is booked, nothing is doubted', async () => {
  const world = await createWorld({ startAt: BEFORE_EIGHT });
  const { id } = await world.enter({ direction: 'long' });
  world.control('POST', 'price', { instrument: PERPETUAL, price: '100050' });
  await world.run(149_000);
  assert.equal(world.trade(id).closedAt, null);
  const states = world.of('INSTRUMENT_SPECIFIED').map((fact) => fact.data.instrument.state);
  assert.deepEqual(states, ['open', 'settlement', 'open']);
  assert.equal(world.of('BREAK_OPENED').length, 0, world.trace());
  assert.deepEqual(
    world.of('CASH_BOOKED').map((fact) => fact.data.row.type),
    ['trade', 'settlement'],
  );
  assert.equal(
    world.books().cash.get('USDC')?.balance,
    world.exchange().accounts[0]?.cash['USDC'],
    '[I13]',
  );
  audit(world);
});

test('08:00 UTC: refused from ten real seconds before it until a check that began after it is clean', async () => {
  const world = await createWorld({ startAt: BEFORE_EIGHT - 300_000, speed: 20 });
  await world.ready();
  const fault = world.fault({ kind: 'error', method: 'private/buy', code: 10009, ms: 60_000 });
  world.signal({}, { sticky: true });
  await world.run(30_000);
  const eight = BEFORE_EIGHT + 70_000;
  const judged = world
    .of('STRATEGY_EVALUATED')
    .filter((fact) => fact.data.signal !== null)
    .map((fact) => [Date.parse(fact.at) - eight, fact.data.why.reason] as const);
  const clean = reports(world).find((report) => Date.parse(report.startedAt) >= eight && report.ok);
  assert.ok(clean);
  const reopened = Date.parse(clean.finishedAt) - eight;
  for (const [at, why] of judged)
    assert.equal(why, at < -200_000 || at > reopened ? 'entry' : 'gate.settlement', `at ${at} ms`);
  assert.ok(judged.some(([at]) => at < -200_000) && judged.some(([at]) => at > reopened));
  assert.ok(reopened < 60_000, `open again ${reopened} ms after 08:00`);
  world.control('DELETE', `fault/${fault}`);
});

test('[I24] reads that straddle 08:00 are thrown away', async () => {
  const world = await createWorld({ startAt: BEFORE_EIGHT + 60_000 });
  await world.ready();
  await world.run(9_000);
  world.fault({ kind: 'delay_answer', method: 'private/get_positions', ms: 3_000, count: 2 });
  const outcome = await world.command({ verb: 'reconcile' });
  assert.ok(outcome.ok);
  assert.equal(outcome.report?.complete, false);
  assert.match(outcome.report?.problem ?? '', /08:00/);
  await world.run(40_000);
  assert.equal(reports(world).at(-1)?.ok, true);
  audit(world);
});

test('[N9] a report calls covered only what was compared: fees with the log, funding with no settlement yet', async () => {
  const world = await createWorld();
  await world.enter();
  await world.run(35_000);
  const last = reports(world).at(-1);
  assert.equal(last?.ok, true);
  assert.deepEqual(last.coverage, {
    orders: 'ok',
    positions: 'ok',
    fills: 'ok',
    fees: 'ok',
    funding: 'unknown',
    balance: 'ok',
  });
});
