/** Notices of alerts: owed until they arrive, tried again at growing distances, also after crashes, and given up in the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../base/decimal.ts';
import { HOUR, MINUTE, type Millis } from '../base/time.ts';
import type { Alert } from '../domain/alert.ts';
import type { Books } from '../domain/books.ts';
import type { CommandVerb } from '../domain/command.ts';
import type { Fact } from '../domain/fact.ts';
import { sha256, utf8 } from '../edge/hashing.ts';
import { createMemoryDisk, openMemoryJournal } from '../journal/memory.ts';
import { createScript } from '../../sim/world/script.ts';
import type { Receiver } from '../../sim/world/engine.ts';
import { BOT, createWorld, START, type World } from '../../sim/world/world.ts';
import { openCell } from './cell.ts';
import type { Input, Wish } from './input.ts';
import type { CommandOutcome } from './reply.ts';
import { step } from './step.ts';
import type { Cell } from './turn.ts';

type Told = Parameters<Receiver>[0];
type Answer = ReturnType<Receiver>;

const OK: Answer = { ok: true, status: 204 };
const DOWN: Answer = { ok: false, status: 503, problem: 'the receiver answered 503' };
const RISK = {
  maxDailyLossUsd: dec('200'),
  maxOrderUsd: dec('1000'),
  maxPositionUsd: dec('1000'),
  maxOpenOrders: 20,
};

type Heard = { readonly at: Millis; readonly notice: number; readonly state: string };

/** An engine without an exchange, in virtual time, for the days that a notice may take. */
type Alone = {
  readonly cell: Cell;
  readonly facts: Fact[];
  /** What the receiver was told of the kill switch. */
  readonly heard: Heard[];
  readonly input: (input: Input) => void;
  readonly command: (verb: CommandVerb, dryRun?: boolean) => CommandOutcome | undefined;
  readonly run: (ms: Millis) => void;
};

async function alone(answer: (n: number) => Answer): Promise<Alone> {
  const hashing = { sha256, utf8 };
  const disk = createMemoryDisk(hashing, { journal: 'journal-1', birth: 'birth001' });
  const envelope = { epoch: 1, build: 'test', config: 'test' };
  const kinds = { scripted: createScript().kind };
  const cell = await openCell(openMemoryJournal(disk, hashing), envelope, {
    risk: RISK,
    mode: 'practice',
    kinds,
  });
  const facts: Fact[] = [];
  const heard: Heard[] = [];
  const due: { at: Millis; input: Input }[] = [];
  let now = 0;
  let wakeAt = Infinity;
  let commands = 0;
  let replied: CommandOutcome | undefined;
  const carryOut = (wish: Wish): void => {
    if (wish.kind === 'reply') replied = wish.outcome;
    if (wish.kind !== 'notify') return;
    const { alert, notice } = wish;
    const ours = alert.rule === 'kill_engaged';
    if (ours) heard.push({ at: now, notice, state: alert.state });
    const outcome = ours ? answer(heard.length) : OK;
    if (outcome === undefined) return;
    due.push({
      at: now + 40,
      input: { kind: 'notified', alert: alert.id, notice, says: alert.state, outcome },
    });
  };
  const input = (given: Input): void => {
    const done = step(cell, given, { server: START + now, mono: now });
    facts.push(...done.facts);
    wakeAt = done.wakeAt;
    for (const wish of done.wishes) carryOut(wish);
  };
  input({
    kind: 'start',
    birth: 'birth001',
    node: 'n1',
    strategies: [BOT],
    risk: RISK,
    speed: 1,
    checkEveryMs: 30_000,
    channel: true,
  });
  return {
    cell,
    facts,
    heard,
    input,
    command: (verb, dryRun = false) => {
      replied = undefined;
      const id = `command-${(commands += 1)}`;
      input({
        kind: 'command',
        command: { id, by: { kind: 'person', id: 'ada' }, dryRun, ...verb },
      });
      return replied;
    },
    run: (ms) => {
      const end = now + ms;
      for (let steps = 0; ; steps++) {
        assert.ok(steps < 20_000, 'no rest');
        due.sort((a, b) => a.at - b.at);
        const next = Math.min(due[0]?.at ?? Infinity, wakeAt);
        if (next > end) break;
        now = Math.max(now, next);
        input(
          due[0] !== undefined && due[0].at <= now
            ? (due.shift()?.input as Input)
            : { kind: 'wake' },
        );
      }
      now = end;
    },
  };
}

const KILL = { verb: 'kill', strength: 'stop', reason: 'stop' } as const;
const RESUME = { verb: 'resume', strategy: 'bot', reason: 'go' } as const;
const killOf = (books: Books): Alert => {
  const alert = [...books.alerts.values()].find(({ rule }) => rule === 'kill_engaged');
  assert.ok(alert !== undefined);
  return alert;
};
const gaps = (heard: readonly Heard[]): number[] =>
  heard.slice(1).map(({ at }, n) => Math.round((at - (heard[n]?.at ?? 0)) / 1_000));
const undelivered = ({ facts }: Alone) =>
  facts.flatMap((fact) =>
    fact.type === 'ALERT_UNDELIVERED' && fact.data.alert.rule === 'kill_engaged'
      ? [fact.data.delivery]
      : [],
  );

test('[I51] a notice leaves once its alert is raised, arrives, and is repeated after 5, 15 and 60 minutes', async () => {
  const { cell, heard, command, run } = await alone(() => OK);
  command(KILL);
  run(100);
  assert.deepEqual(
    heard.map(({ notice, state }) => [notice, state]),
    [[1, 'firing']],
  );
  const [first] = killOf(cell.books).deliveries;
  assert.deepEqual(
    [first?.notice, first?.says, first?.state, first?.attempts, first?.status],
    [1, 'firing', 'delivered', 1, 204],
  );
  run(3 * HOUR);
  assert.deepEqual(gaps(heard), [300, 600, 2_700]);
  command(RESUME);
  run(100);
  assert.deepEqual([heard.at(-1)?.notice, heard.at(-1)?.state], [5, 'cleared']);
  run(HOUR);
  assert.equal(heard.length, 5);
});

test('[I51] a receiver that fails is asked again after 1, 5, 30 s, 2 and 10 minutes, then hourly, until it answers', async () => {
  const { cell, heard, command, run } = await alone((n) => (n <= 7 ? DOWN : OK));
  command(KILL);
  run(3 * HOUR);
  assert.deepEqual(gaps(heard.slice(0, 8)), [1, 5, 30, 120, 600, 3_600, 3_600]);
  assert.deepEqual(new Set(heard.slice(0, 8).map(({ notice }) => notice)), new Set([1]));
  const [first] = killOf(cell.books).deliveries;
  assert.deepEqual([first?.state, first?.attempts], ['delivered', 8]);
});

test('[I51] a notice is given up after 72 hours, which is a fact; nothing more is sent while the alert fires', async () => {
  const engine = await alone(() => DOWN);
  engine.command(KILL);
  engine.run(100 * HOUR);
  const tried = (engine.heard.at(-1)?.at ?? 0) - (engine.heard[0]?.at ?? 0);
  assert.ok(tried > 71 * HOUR && tried <= 72 * HOUR, `${tried}`);
  assert.equal(killOf(engine.cell.books).deliveries[0]?.state, 'given_up');
  assert.deepEqual(
    undelivered(engine)
      .map(({ state }) => state)
      .slice(-2),
    ['retrying', 'given_up'],
  );
  assert.equal(undelivered(engine).length, engine.heard.length);
});

test('seen by a person: nothing more is sent but its end, if its begin had arrived', async () => {
  const { cell, facts, heard, command, run } = await alone(() => OK);
  command(KILL);
  run(100);
  const { id } = killOf(cell.books);
  const plan = command({ verb: 'ack_alert', alert: id }, true);
  assert.ok(plan?.ok === true && plan.plan[0]?.action === 'ack');
  assert.equal(killOf(cell.books).acknowledged, null);
  command({ verb: 'ack_alert', alert: id });
  assert.equal(killOf(cell.books).acknowledged?.by, 'ada');
  const fact = facts.find(({ type }) => type === 'ALERT_ACKNOWLEDGED');
  assert.deepEqual(fact?.actor, { kind: 'person', id: 'ada' });
  run(2 * HOUR);
  assert.equal(heard.length, 1);
  command(RESUME);
  run(100);
  assert.deepEqual(heard.at(-1)?.state, 'cleared');
  const late = command({ verb: 'ack_alert', alert: id });
  assert.equal(late?.ok === false && late.code, 'alert_over');
  const strange = command({ verb: 'ack_alert', alert: 'alr_99' });
  assert.equal(strange?.ok === false && strange.code, 'unknown_alert');
});

test('seen while a repetition was still on its way: the end is told all the same, because the begin had arrived', async () => {
  const { cell, heard, command, run } = await alone((n) => (n === 2 ? DOWN : OK));
  command(KILL);
  run(5 * MINUTE + 500);
  assert.deepEqual(
    killOf(cell.books).deliveries.map(({ state }) => state),
    ['delivered', 'retrying'],
  );
  command({ verb: 'ack_alert', alert: killOf(cell.books).id });
  command(RESUME);
  run(100);
  assert.deepEqual(
    heard.map(({ notice, state }) => [notice, state]),
    [
      [1, 'firing'],
      [2, 'firing'],
      [3, 'cleared'],
    ],
  );
});

test('snoozed: nothing is sent until the time is over, then it is told again', async () => {
  const { cell, heard, command, run } = await alone((n) => (n === 1 ? DOWN : OK));
  command(KILL);
  run(100);
  command({ verb: 'snooze_alert', alert: killOf(cell.books).id, minutes: 30 });
  assert.equal(killOf(cell.books).deliveries[0]?.state, 'called_off');
  run(29 * MINUTE);
  assert.equal(heard.length, 1);
  run(2 * MINUTE);
  assert.deepEqual(
    heard.map(({ notice }) => notice),
    [1, 2],
  );
  assert.deepEqual(gaps(heard), [1_800]);
});

test('an alert that comes and goes is told at most once in five minutes', async () => {
  const { cell, heard, command, run } = await alone(() => OK);
  for (let n = 0; n < 10; n++) {
    command(KILL);
    run(1_000);
    command(RESUME);
    run(1_000);
  }
  assert.deepEqual(
    heard.map(({ state }) => state),
    ['firing', 'cleared'],
  );
  assert.equal(killOf(cell.books).count, 10);
});

test('a hundred alerts at once: four notices on their way at a time, all arrive', async () => {
  const { cell, command, run } = await alone(() => OK);
  command(KILL);
  const one = killOf(cell.books);
  for (let n = 2; n <= 101; n++)
    cell.books.alerts.set(`alr_${n}`, {
      ...one,
      id: `alr_${n}`,
      rule: 'crash_loop',
      subject: { kind: 'engine', id: `${n}` },
    });
  run(10);
  assert.ok(cell.live.alerts.sending.size <= 4);
  run(10_000);
  assert.ok(
    [...cell.books.alerts.values()].every(
      ({ deliveries }) => deliveries.at(-1)?.state === 'delivered',
    ),
  );
});

/** A whole world with a receiver that answers as `answer` says. */
async function listening(
  answer: (n: number) => Answer,
): Promise<{ readonly world: World; readonly heard: Pick<Told, 'notice'>[] }> {
  const heard: Pick<Told, 'notice'>[] = [];
  const world = await createWorld({
    receiver: (told) => (told.alert.rule === 'kill_engaged' ? answer(heard.push(told)) : OK),
  });
  await world.ready();
  return { world, heard };
}

test('[I51] attempts survive crashes: nothing is raised twice, and the notice arrives after the restart', async () => {
  const { world, heard } = await listening((n) => (n === 1 ? undefined : n === 2 ? DOWN : OK));
  world.crashAt({
    at: 'append',
    durable: true,
    when: (facts) => facts.some(({ type }) => type === 'ALERT_RAISED'),
  });
  world.tell(KILL);
  await world.crashed();
  assert.equal(heard.length, 0, 'it died between the fact and the wish');
  await world.restart();
  await world.run(100);
  assert.equal(heard.length, 1, 'and tells after the start');
  world.crash();
  await world.restart();
  await world.run(200);
  assert.deepEqual(
    killOf(world.books()).deliveries[0]?.attempts,
    1,
    'nothing is known of the one before',
  );
  world.crash();
  await world.restart({ waitMs: 100 });
  await world.run(2_000);
  const [delivery] = killOf(world.books()).deliveries;
  assert.deepEqual([delivery?.state, delivery?.attempts], ['delivered', 2]);
  assert.equal(
    world.of('ALERT_RAISED').filter(({ data }) => data.alert.rule === 'kill_engaged').length,
    1,
  );
  assert.deepEqual(
    heard.map(({ notice }) => notice),
    [1, 1, 1],
  );
});

test('without a channel nothing is owed, and what ended unheard stays so', async () => {
  const world = await createWorld();
  await world.ready();
  await world.command(KILL);
  await world.command(RESUME);
  await world.run(1_000);
  const { notify, deliveries, state } = killOf(world.books());
  assert.deepEqual([notify, deliveries, state], [false, [], 'cleared']);
});
