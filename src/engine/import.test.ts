/** Another program's table of trades enters the books: each row as far as the exchange's own fills prove it, each row once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import type { ImportRow } from '../domain/import.ts';
import { presentTrade } from '../domain/present.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const ASKS = { ...BOT, claim: false };

/** A hand trades by market; answers the fill. */
function byHand(world: World, direction: 'buy' | 'sell', amount: string) {
  world.control('POST', 'order', { instrument: PERPETUAL, direction, amount });
  const fill = world.exchange().trades.at(-1);
  assert.ok(fill);
  return fill;
}

const row = (more: Partial<ImportRow> & Pick<ImportRow, 'row' | 'openedAt'>): ImportRow => ({
  strategy: 'bot',
  instrument: PERPETUAL,
  direction: 'long',
  amount: dec('0.002'),
  entryPrice: dec('99000'),
  stopLoss: null,
  takeProfit: null,
  exit: null,
  told: null,
  ...more,
});

const imports = (world: World, rows: readonly ImportRow[], dryRun = false) =>
  world.command({ verb: 'import', source: 'old', rows, ...(dryRun ? { dryRun: true } : {}) });

const saidOf = (outcome: Awaited<ReturnType<typeof imports>>) =>
  outcome.ok ? outcome.plan.map(({ action }) => action) : [outcome.code];

const shown = (world: World, index: number) => {
  const imported = world.of('TRADE_IMPORTED')[index]?.data.imported;
  const trade = world.books().trades.get(imported?.trade ?? '');
  assert.ok(trade);
  return presentTrade(world.books(), trade);
};

/** An account with a past: one round trip, one trade that a hand has closed since, one that is still there. */
async function withPast() {
  const world = await createWorld({ strategies: [ASKS] });
  const past = { opened: byHand(world, 'buy', '0.002'), closed: byHand(world, 'sell', '0.002') };
  await world.run(300_000);
  const ghost = { opened: byHand(world, 'buy', '0.003') };
  await world.run(300_000);
  const ended = byHand(world, 'sell', '0.003');
  const held = byHand(world, 'buy', '0.004');
  await world.ready();
  await world.run(5_000);
  const rows = [
    row({
      row: '1',
      openedAt: past.opened.at,
      exit: { price: dec('99100'), at: past.closed.at, reason: 'tp_hit' },
    }),
    row({ row: '2', openedAt: ghost.opened.at, amount: dec('0.003') }),
    row({ row: '3', openedAt: held.at, amount: dec('0.004'), stopLoss: dec('98000') }),
    row({
      row: '4',
      openedAt: past.opened.at - 86_400_000,
      exit: { price: dec('98000'), at: past.opened.at - 86_300_000, reason: 'sl_hit' },
    }),
  ];
  return { world, rows, past, ended, held };
}

test('[N1][N2] each row by its proof: a round trip by its fills, a ghost ended by what ended it, what is held is taken over', async () => {
  const { world, rows, past, ended, held } = await withPast();
  assert.deepEqual(saidOf(await imports(world, rows)), ['proved', 'told', 'ended', 'adopted']);
  const [proved, told, ghost] = [0, 1, 2].map((index) => shown(world, index));
  assert.deepEqual(
    [proved?.entryPrice, proved?.exitPrice, proved?.pnlSource, proved?.exitReason, proved?.phase],
    [past.opened.price, past.closed.price, 'fills', 'tp_hit', 'closed'],
  );
  assert.equal(Number(proved?.fees), Number(past.opened.fee) + Number(past.closed.fee));
  assert.deepEqual(
    [told?.pnlSource, told?.netPnl, told?.exitReason, told?.closedBy],
    ['imported', '-2', 'sl_hit', 'stop'],
  );
  assert.deepEqual(
    [ghost?.exitPrice, ghost?.pnlSource, ghost?.exitReason],
    [ended.price, 'fills', 'ghost_trade_cleanup'],
  );
  const trade = world.openTrade();
  assert.deepEqual(
    [trade?.open, trade?.origin, trade?.stopLoss, trade?.entries[0]?.price, trade?.fees],
    ['0.004', 'adopted', '98000', held.price, held.fee],
  );
  await world.run(40_000);
  assert.deepEqual([...world.books().breaks.values()], [], 'the orphan is explained');
  assert.ok(
    world
      .exchange()
      .orders.some(({ type, state }) => type === 'stop_market' && state === 'untriggered'),
    'what was taken over is protected',
  );
  audit(world);
});

test('[I38] a row enters once: the same table again, also after a restart, adds nothing', async () => {
  const { world, rows } = await withPast();
  await imports(world, rows);
  assert.equal(world.of('TRADE_IMPORTED').length, 3);
  await world.restart();
  await world.ready();
  await world.run(5_000);
  assert.deepEqual(saidOf(await imports(world, rows)), ['known', 'known', 'known', 'known']);
  assert.equal(world.of('TRADE_IMPORTED').length, 3);
  assert.equal(world.books().imported.size, 4);
  audit(world);
});

test('a dry run tells the same and changes nothing', async () => {
  const { world, rows } = await withPast();
  const before = world.facts().length;
  const plan = saidOf(await imports(world, rows, true));
  assert.equal(world.facts().length, before);
  assert.deepEqual(plan, saidOf(await imports(world, rows)));
});

test('[N1] what is open in the table, gone at the exchange and shown by no fill waits for a person, and counts in no limit', async () => {
  const world = await createWorld({ strategies: [ASKS] });
  await world.ready();
  await world.run(5_000);
  const lone = row({ row: '9', openedAt: world.serverNow() - 60_000 });
  assert.deepEqual(saidOf(await imports(world, [lone])), ['unknown']);
  const trade = shown(world, 0);
  assert.deepEqual(
    [trade.phase, trade.pnlSource, trade.status],
    ['needs_you', 'unknown', 'closed'],
  );
  const [found] = world.books().breaks.values();
  assert.equal(found?.break.kind, 'ghost_trade');
  await world.command({
    verb: 'resolve',
    breakId: found.break.id,
    action: 'enter',
    strategy: null,
    exitPrice: dec('98500'),
    fees: dec(0),
    reason: 'from the statement',
  });
  assert.deepEqual([shown(world, 0).netPnl, shown(world, 0).pnlSource], ['-1', 'fills']);
  assert.equal(world.books().daily.net, '0');
  audit(world);
});

test('[N9] a history that can not be read, or an instrument that nobody knows, leaves everything as it was', async () => {
  const { world, rows } = await withPast();
  const before = world.facts().length;
  const fault = world.fault({
    kind: 'error',
    method: 'private/get_user_trades*',
    code: 11_094,
    count: 5,
  });
  assert.deepEqual(saidOf(await imports(world, rows)), ['unread']);
  world.control('DELETE', `fault/${fault}`);
  const strange = rows.map((one) => ({ ...one, instrument: 'XYZ-PERPETUAL' }));
  assert.deepEqual(saidOf(await imports(world, strange)), ['unknown_instrument']);
  assert.equal(world.of('TRADE_IMPORTED').length, 0);
  assert.ok(
    world
      .facts()
      .slice(before)
      .every(({ type }) => type !== 'COMMAND_TAKEN'),
  );
  assert.deepEqual(saidOf(await imports(world, rows)), ['proved', 'told', 'ended', 'adopted']);
});

test('what the exchange holds for a strategy that does not trade there is left for a person', async () => {
  const { world, rows } = await withPast();
  const [, , held] = rows;
  assert.ok(held);
  assert.deepEqual(saidOf(await imports(world, [{ ...held, strategy: 'gone' }])), ['left']);
  assert.deepEqual(saidOf(await imports(world, [held])), ['adopted']);
});
