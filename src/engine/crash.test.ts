/** T5: killed at any call and started again: no second order, no lost fill, the same books. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from '../domain/fact.ts';
import { audit } from '../../sim/auditor/audit.ts';
import type { CrashPoint } from '../../sim/world/engine.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const has =
  (type: Fact['type'], when: (fact: Fact) => boolean = () => true) =>
  (facts: readonly Fact[]) =>
    facts.some((fact) => fact.type === type && when(fact));
const isBuy = (frame: string): boolean => frame.includes('"private/buy"');
const entries = (world: World) =>
  world.exchange().orders.filter((order) => order.label.endsWith('e:birth001'));
const intents = (world: World) =>
  world.of('ORDER_INTENDED').filter((fact) => fact.data.intent.purpose === 'entry');

/** Restarted and at rest: everything is explained. */
async function recovered(world: World): Promise<void> {
  await world.restart();
  await world.ready(60_000);
  await world.run(35_000);
  assert.equal(world.books().breaks.size, 0, world.trace());
  audit(world);
}

const ENTRY: readonly {
  readonly when: string;
  readonly point: CrashPoint;
  readonly sent: boolean;
  readonly intended: boolean;
}[] = [
  {
    when: 'before the intent is durable',
    point: { at: 'append', when: has('ORDER_INTENDED'), durable: false },
    sent: false,
    intended: false,
  },
  {
    when: 'after the intent is durable, before it is sent',
    point: { at: 'append', when: has('ORDER_INTENDED'), durable: true },
    sent: false,
    intended: true,
  },
  {
    when: 'at the send, before the wire has it',
    point: { at: 'send', when: isBuy, handed: false },
    sent: false,
    intended: true,
  },
  {
    when: 'after the send',
    point: { at: 'send', when: isBuy, handed: true },
    sent: true,
    intended: true,
  },
  {
    when: 'at the first push',
    point: { at: 'event', when: (event) => event.kind === 'changes' },
    sent: true,
    intended: true,
  },
  {
    when: 'at the answer',
    point: {
      at: 'event',
      when: (event) =>
        event.kind === 'answer' &&
        event.outcome.status === 'ok' &&
        event.outcome.result.kind === 'place',
    },
    sent: true,
    intended: true,
  },
  {
    when: 'before the fill is durable',
    point: { at: 'append', when: has('FILL_BOOKED'), durable: false },
    sent: true,
    intended: true,
  },
  {
    when: 'after the fill is durable',
    point: { at: 'append', when: has('FILL_BOOKED'), durable: true },
    sent: true,
    intended: true,
  },
];

for (const { when, point, sent, intended } of ENTRY) {
  test(`[T5][N8][I1][I2][I11] killed ${when}`, async () => {
    const world = await createWorld();
    await world.ready();
    world.signal();
    world.crashAt(point);
    await world.crashed();
    await world.run(500);
    assert.equal(entries(world).length, sent ? 1 : 0);
    await recovered(world);
    assert.equal(entries(world).length, sent ? 1 : 0, '[I1] not sent again');
    assert.equal(intents(world).length, intended ? 1 : 0, '[I28] a restart opens nothing');
    if (intended)
      assert.equal(
        world.books().intents.get(intents(world)[0]?.data.intent.label ?? '')?.placement.state,
        sent ? 'acked' : 'absent',
      );
    assert.equal(world.openTrade() !== undefined, sent);
    assert.equal(world.of('TRADE_OPENED').length, sent ? 1 : 0, '[N7] shown once');
  });
}

test('[T5][I19] killed half filled: the fill and its stop are there, the rest never comes', async () => {
  const world = await createWorld();
  await world.ready();
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: '0.0004' });
  world.signal();
  world.crashAt({ at: 'send', when: isBuy, handed: true });
  await world.crashed();
  await recovered(world);
  assert.equal(world.openTrade()?.open, '0.0004');
  const stops = world
    .exchange()
    .orders.filter(
      (order) => order.type === 'stop_market' && !order.dormant && order.state === 'untriggered',
    );
  assert.deepEqual(
    stops.map((order) => order.amount),
    ['0.0004'],
  );
});

test('[T5][N3] killed while open: resumed, protection verified, nothing sent', async () => {
  const world = await createWorld();
  await world.enter();
  const orders = world.exchange().orders.length;
  world.crash();
  await recovered(world);
  assert.equal(world.exchange().orders.length, orders);
  const start = world
    .of('RECONCILIATION_COMPLETED')
    .findLast((fact) => fact.data.report.trigger === 'start')?.data.report.verdicts[0];
  assert.deepEqual([start?.verdict, start?.action], ['valid', 'resumed']);
  assert.equal(world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.status, 'position_open');
});

const isSell = (frame: string): boolean => frame.includes('"private/sell"');
const CLOSING: readonly { readonly when: string; readonly point: CrashPoint }[] = [
  {
    when: 'before the closing intent is durable',
    point: { at: 'append', when: has('ORDER_INTENDED'), durable: false },
  },
  {
    when: 'after the closing intent is durable',
    point: { at: 'append', when: has('ORDER_INTENDED'), durable: true },
  },
  { when: 'at the closing send', point: { at: 'send', when: isSell, handed: false } },
  { when: 'after the closing send', point: { at: 'send', when: isSell, handed: true } },
  {
    when: 'before the closing fill is durable',
    point: { at: 'append', when: has('FILL_BOOKED'), durable: false },
  },
  {
    when: 'after the closing fill is durable',
    point: { at: 'append', when: has('FILL_BOOKED'), durable: true },
  },
  {
    when: 'before a leftover is cancelled',
    point: { at: 'append', when: has('CHANGE_INTENDED'), durable: true },
  },
];

for (const { when, point } of CLOSING) {
  test(`[T5][I51] killed while closing, ${when}: the close that a person asked for is carried out`, async () => {
    const world = await createWorld();
    const { id, open: amount } = await world.enter();
    world.crashAt(point);
    world.tell({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
    await world.crashed(20_000);
    if (point.at === 'append' && !point.durable && !has('CONTROL_CHANGED')(world.facts())) {
      await recovered(world);
      assert.equal(world.trade(id).open, amount, 'a command that is not durable was never given');
      return;
    }
    await world.restart();
    await world.until('the close', () => world.trade(id).closedAt !== null, 30_000);
    await world.run(40_000);
    assert.deepEqual(world.trade(id).exit, { reason: 'operator_close', by: 'operator' });
    assert.equal(world.position(), '0');
    const closes = world
      .exchange()
      .orders.filter((order) => order.label.includes('o:birth') && order.filled !== '0');
    assert.deepEqual(
      closes.map((order) => order.amount),
      [amount],
      '[I9] never more than was open',
    );
    assert.equal(world.books().strategies.get('bot')?.control.value, 'paused');
    audit(world);
  });
}

test('[T5][N8][I25] killed again and again in the middle of everything: one trade, one close', async () => {
  const world = await createWorld();
  const { id } = await world.enter();
  for (let n = 0; n < 6; n++) {
    await world.restart({ waitMs: 100 });
    await world.run(37 * (n + 1));
  }
  await world.ready();
  world.control('POST', 'price', { instrument: PERPETUAL, price: '99000' });
  await world.run(4);
  await world.restart({ waitMs: 100 });
  await world.run(40_000);
  assert.deepEqual(world.trade(id).exit, { reason: 'sl_hit', by: 'stop' });
  assert.equal(world.disk().epoch, 8);
  audit(world);
});
