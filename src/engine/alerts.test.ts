/** Each rule of alerts raised and cleared by what really happens, in a world of its own; each once, whatever restarts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decimal } from '../base/decimal.ts';
import type { Alert } from '../domain/alert.ts';
import type { BreakKind } from '../domain/shown.ts';
import { alertSentence } from '../words/alert.ts';
import { keepAlerts } from './alerts.ts';
import { type Difference, raise, settleBreak } from './breaks.ts';
import { BLIND_ALERT, FRESH, REPEATED } from './limits.ts';
import { openTurn } from './turn.ts';
import { BOT, createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const raised = (world: World, rule: Alert['rule']) =>
  world.of('ALERT_RAISED').filter(({ data }) => data.alert.rule === rule);
const firing = (world: World): string[] =>
  [...world.books().alerts.values()]
    .filter(({ state }) => state === 'firing')
    .map(({ rule, subject }) => `${rule} ${subject.id}`);
const until = (world: World, rule: Alert['rule'], state: Alert['state'], limitMs = 60_000) =>
  world.until(
    `${rule} ${state}`,
    () =>
      [...world.books().alerts.values()].some((one) => one.rule === rule && one.state === state),
    limitMs,
  );
const away = (world: World, ms: number): void => {
  world.fault({ kind: 'refuse_connections', ms });
  world.fault({ kind: 'drop_link' });
};
/** The commit that holds a fact. */
const commitOf = (world: World, seq: number) =>
  world.published().find(({ prev, commit }) => seq > prev && seq <= commit);

test('a world in order raises nothing, and a check in a quiet market adds no fact but its report', async () => {
  const world = await createWorld();
  await world.enter();
  await world.run(200_000);
  assert.deepEqual(firing(world), []);
  assert.equal(world.of('ALERT_RAISED').length, 0);
});

test('[I19] a position of nobody: the alert is in the commit of the difference, leads to it, and clears with it', async () => {
  const world = await createWorld({ strategies: [{ ...BOT, claim: false }] });
  await world.ready();
  world.control('POST', 'order', { instrument: PERPETUAL, direction: 'buy', amount: '0.0010' });
  await until(world, 'break_open', 'firing');
  const [fact] = raised(world, 'break_open');
  const alert = fact?.data.alert;
  const [found] = world.books().breaks.values();
  assert.ok(alert !== undefined && found !== undefined);
  assert.deepEqual(alert.subject, { kind: 'break', id: found.break.id });
  assert.equal(alert.severity, 'critical');
  assert.equal(
    alert.text,
    `Books and exchange differ on ${PERPETUAL}: orphan position. Books: ${found.break.books}. Exchange: ${found.break.exchange}.`,
  );
  const commit = commitOf(world, fact?.seq ?? 0);
  assert.ok(commit?.facts.some(({ type }) => type === 'BREAK_OPENED' || type === 'BREAK_UPDATED'));
  await world.run(45_000);
  assert.equal(world.of('ALERT_RAISED').length, 1, 'seen again is not raised again');
  await world.command({
    verb: 'resolve',
    breakId: found.break.id,
    action: 'by_hand',
    strategy: null,
    exitPrice: null,
    fees: null,
    reason: 'mine',
  });
  assert.deepEqual(firing(world), []);
  assert.equal(world.of('ALERT_CLEARED').length, 1);
});

test('[I51] no link: told after 20 s, once; over when it is back; a restart meanwhile neither repeats nor forgets it', async () => {
  const world = await createWorld();
  await world.ready();
  away(world, 60_000);
  await world.run(BLIND_ALERT - 1_000);
  assert.deepEqual(firing(world), []);
  await world.run(2_000);
  assert.deepEqual(firing(world), ['blind trading']);
  await world.restart({ waitMs: 2_000 });
  await world.run(5_000);
  assert.deepEqual(firing(world), ['blind trading']);
  await until(world, 'blind', 'cleared');
  await world.ready();
  await world.run(20_000);
  assert.deepEqual(firing(world), []);
  assert.deepEqual(
    world.of('ALERT_RAISED').map(({ data }) => `${data.alert.rule} ${data.alert.count}`),
    ['blind 1'],
    'the check that follows is no alert of its own',
  );
});

test('[I51] what comes back within an hour is the same alert, counted once more', async () => {
  const world = await createWorld();
  await world.ready();
  for (let n = 0; n < 2; n++) {
    away(world, 30_000);
    await until(world, 'blind', 'firing');
    await until(world, 'blind', 'cleared');
    await world.ready();
    await world.run(5_000);
  }
  assert.deepEqual(
    raised(world, 'blind').map(({ data: { alert } }) => [alert.id, alert.count]),
    [
      ['alr_1_birth001', 1],
      ['alr_1_birth001', 2],
    ],
  );
});

test('checks that fail for 90 s: not verified, until one is clean', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'error', method: 'private/get_positions', code: 11094, ms: 150_000 });
  await world.run(FRESH - 35_000);
  assert.deepEqual(firing(world), []);
  await until(world, 'not_verified', 'firing', 40_000);
  const [fact] = raised(world, 'not_verified');
  assert.equal(fact?.data.alert.severity, 'critical');
  await until(world, 'not_verified', 'cleared', 120_000);
  assert.equal(world.books().assurance.get(PERPETUAL)?.value, 'verified');
});

test('[I51] a stop that the exchange refuses: the position is unprotected until one is seen', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  const stop = [...world.books().orders.values()].find(
    ({ order, leg }) => leg?.purpose === 'stop' && order.state === 'untriggered',
  );
  world.fault({ kind: 'error', method: 'private/sell', code: 10009, count: 3 });
  world.hand('private/cancel', { order_id: stop?.order.orderId });
  await until(world, 'unprotected_position', 'firing', 20_000);
  const [fact] = raised(world, 'unprotected_position');
  const alert = fact?.data.alert;
  assert.deepEqual(alert?.subject, { kind: 'trade', id });
  assert.deepEqual([alert?.severity, alert?.params['amount']], ['critical', world.trade(id).open]);
  await until(world, 'unprotected_position', 'cleared');
  assert.equal(raised(world, 'break_open').length, 0, 'it is told once, not as a difference too');
});

test('[I6] an order without an answer: told after a minute, cleared when its absence is proved', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'lose_request', method: 'private/buy', count: 1 });
  world.fault({ kind: 'error', method: 'private/cancel_by_label', code: 10041, ms: 130_000 });
  world.signal();
  await world.until('an unknown', () => world.of('ORDER_UNKNOWN').length > 0, 90_000);
  await world.run(55_000);
  assert.deepEqual(firing(world), []);
  await until(world, 'unresolved_order', 'firing', 15_000);
  const [label] = world.books().intents.keys();
  assert.deepEqual(firing(world), [`unresolved_order ${label}`]);
  await until(world, 'unresolved_order', 'cleared', 120_000);
});

test('[I40] the kill switch is on until the last strategy is resumed', async () => {
  const world = await createWorld();
  await world.ready();
  await world.command({ verb: 'kill', strength: 'stop', reason: 'weird fills' });
  const [fact] = raised(world, 'kill_engaged');
  assert.equal(fact?.data.alert.text, 'The kill switch is on, by ada: weird fills');
  await world.command({ verb: 'resume', strategy: 'bot', reason: 'fine' });
  assert.deepEqual(firing(world), []);
});

test('[I42] a strategy that the throttle turned off', async () => {
  const world = await createWorld();
  await world.ready();
  const strategy = world.books().strategies.get('bot');
  assert.ok(strategy);
  for (let n = 0; n < REPEATED.count; n++) strategy.recentEntries.push(world.serverNow());
  world.signal();
  await until(world, 'strategy_off', 'firing', 70_000);
  assert.deepEqual(firing(world), ['strategy_off bot']);
  await world.command({ verb: 'resume', strategy: 'bot', reason: 'looked at it' });
  assert.deepEqual(firing(world), []);
});

test('three ends without an orderly stop within ten minutes are a crash loop; ten quiet minutes end it', async () => {
  const world = await createWorld();
  await world.ready();
  for (let n = 0; n < 3; n++) {
    assert.deepEqual(firing(world), []);
    world.crash();
    await world.restart();
    await world.run(1_000);
  }
  assert.deepEqual(firing(world), ['crash_loop crashes']);
  assert.equal(raised(world, 'crash_loop')[0]?.data.alert.params['count'], '3');
  await until(world, 'crash_loop', 'cleared', 601_000);
});

test('orderly stops are no crashes', async () => {
  const world = await createWorld();
  await world.ready();
  for (let n = 0; n < 4; n++) {
    world.life().input({ kind: 'stop', reason: 'asked' });
    await world.run(100);
    await world.restart();
  }
  assert.deepEqual(firing(world), []);
});

test('[T10] room on the disk: a warning when little is left, critical when none is, over when there is enough', async () => {
  const world = await createWorld();
  await world.ready();
  const told = (disk: 'enough' | 'low' | 'full'): void =>
    world.life().input({ kind: 'disk', disk, freeBytes: 1_000_000 });
  told('low');
  assert.deepEqual(firing(world), ['disk_low disk']);
  told('full');
  assert.deepEqual(firing(world), ['disk_full disk']);
  told('enough');
  assert.deepEqual(firing(world), []);
});

/** What is told of each kind of difference: rule, severity, and the whole sentence in both languages. */
const TOLD: Readonly<
  Record<BreakKind, readonly [Alert['rule'], Alert['severity'], string, string]>
> = {
  ghost_trade: ['break_open', 'warning', 'ghost trade', 'spooktrade'],
  orphan_position: ['break_open', 'critical', 'orphan position', 'weespositie'],
  size_mismatch: ['break_open', 'critical', 'size mismatch', 'verschil in grootte'],
  side_mismatch: ['break_open', 'critical', 'side mismatch', 'verkeerde richting'],
  missing_stop: ['unprotected_position', 'critical', '', ''],
  orphan_order: ['break_open', 'warning', 'orphan order', 'weesorder'],
  lost_order: ['break_open', 'critical', 'lost order', 'zoekgeraakte order'],
  missed_fill: ['break_open', 'warning', 'missed fill', 'gemiste uitvoering'],
  unresolved_intent: ['unresolved_order', 'critical', '', ''],
  foreign_activity: ['break_open', 'warning', 'foreign activity', 'activiteit van buitenaf'],
  fee_or_funding_difference: [
    'break_open',
    'warning',
    'fee or funding difference',
    'verschil in kosten of funding',
  ],
  balance_drift: ['break_open', 'warning', 'balance drift', 'saldoverschil'],
};

const SENTENCES: Readonly<Record<string, (word: string, lang: 'en' | 'nl') => string>> = {
  break_open: (word, lang) =>
    lang === 'en'
      ? `Books and exchange differ on ${PERPETUAL}: ${word}. Books: no order of ours. Exchange: live stop 0.`
      : `Boeken en beurs verschillen op ${PERPETUAL}: ${word}. Boeken: geen order van ons. Beurs: werkende stop 0.`,
  unprotected_position: (_, lang) =>
    lang === 'en'
      ? `0.001 of trade s-1 on ${PERPETUAL} has no live stop at the exchange.`
      : `0,001 van trade s-1 op ${PERPETUAL} heeft geen werkende stop op de beurs.`,
  unresolved_order: (_, lang) =>
    lang === 'en'
      ? `For more than 60 s it is not known whether order s-1 on ${PERPETUAL} exists.`
      : `Al meer dan 60 s is niet bekend of order s-1 op ${PERPETUAL} bestaat.`,
};

test('each kind of difference is told once it is more than seen, in both languages, and clears with it', async () => {
  const world = await createWorld();
  await world.ready();
  const now = { mono: world.now(), server: world.serverNow() };
  const turn = () => openTurn(world.life().driver.cell, now, 'test');
  for (const [kind, [rule, severity, en, nl]] of Object.entries(TOLD)) {
    const difference: Difference = {
      kind: kind as BreakKind,
      subject: 's-1',
      instrument: PERPETUAL,
      strategy: 'bot',
      life: 'seen',
      books: 'no order of ours',
      exchange: 'live stop 0',
      amount: '0.001' as Decimal,
      evidence: [],
    };
    const told = (changes: Partial<Difference>): readonly Alert[] => {
      const next = turn();
      raise(next, { ...difference, ...changes });
      keepAlerts(next);
      return next.facts.flatMap((fact) => (fact.type === 'ALERT_RAISED' ? [fact.data.alert] : []));
    };
    assert.deepEqual(told({}), [], `${kind} seen once`);
    const [alert, ...others] = told({ life: 'confirmed' });
    assert.ok(alert !== undefined && others.length === 0, kind);
    assert.deepEqual([alert.rule, alert.severity, alert.strategy], [rule, severity, 'bot']);
    assert.equal(alert.text, SENTENCES[rule]?.(en, 'en'));
    assert.equal(alertSentence('nl', rule, alert.params), SENTENCES[rule]?.(nl, 'nl'));
    const end = turn();
    settleBreak(end, difference.kind, 's-1', { action: 'auto', by: 'engine', reason: 'gone' });
    keepAlerts(end);
    assert.ok(
      end.facts.some(({ type }) => type === 'ALERT_CLEARED'),
      kind,
    );
  }
});
