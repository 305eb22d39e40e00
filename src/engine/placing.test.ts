/** Placing at most once, with proof: what becomes of an order whose request or answer is lost, late, refused or doubtful. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';

const roots = (world: World) =>
  world
    .exchange()
    .orders.filter(
      (order) =>
        order.label.startsWith('ls:') && order.bornFrom === null && !order.type.includes('_'),
    );
const entryLabel = (world: World): string =>
  world.of('ORDER_INTENDED').find((fact) => fact.data.intent.purpose === 'entry')?.data.intent
    .label ?? '';
const stateOf = (world: World, label: string): string | undefined =>
  world.books().intents.get(label)?.placement.state;
const sentBuys = (world: World): number =>
  world.frames().filter(({ text }) => text.includes('"private/buy"')).length;
const fenceFrames = (world: World): number =>
  world.frames().filter(({ text }) => text.includes('"private/cancel_by_label"')).length;
const refusals = (world: World): string[] =>
  world
    .of('STRATEGY_EVALUATED')
    .map((fact) => fact.data.why.reason)
    .filter((reason) => reason.startsWith('gate.'));

/** A world that has just intended an entry under a fault. */
async function intended(
  fault: Readonly<Record<string, unknown>>,
  more: { readonly sticky?: boolean } = {},
): Promise<{ readonly world: World; readonly label: string }> {
  const world = await createWorld();
  await world.ready();
  await world.run(15_000);
  world.fault(fault);
  world.signal({}, more);
  await world.until('an intent', () => entryLabel(world) !== '', 70_000);
  return { world, label: entryLabel(world) };
}

test('[I5][L3] a fence that is answered with order_not_found is the word of the matching engine that nothing is there', async () => {
  const world = await createWorld();
  await world.ready();
  await world.run(15_000);
  world.fault({ kind: 'error', method: 'private/cancel_by_label', code: 10_004, ms: 90_000 });
  world.fault({ kind: 'lose_request', method: 'private/buy' });
  world.signal();
  await world.until('an intent', () => entryLabel(world) !== '', 70_000);
  await world.until('the proof', () => stateOf(world, entryLabel(world)) === 'absent', 15_000);
  assert.equal(world.of('ORDER_FENCED')[0]?.data.cancelled, 0);
  assert.equal(roots(world).length, 0);
  audit(world);
});

test('[I5][L3] a lost request is proved absent within 15 s of its sending, by fence and two sets of reads, and is never sent again', async () => {
  const { world, label } = await intended({ kind: 'lose_request', method: 'private/buy' });
  const began = world.now();
  await world.until('the proof', () => stateOf(world, label) === 'absent', 20_000);
  const took = world.now() - began;
  assert.ok(took <= 15_000, `[L3] took ${took} ms`);
  assert.ok(took >= 12_000, `proved after ${took} ms: before valid_until + 9 s nothing is proved`);
  const [absent] = world.of('ORDER_ABSENT');
  const [fence] = world.of('ORDER_FENCED');
  assert.equal(fence?.data.cancelled, 0);
  assert.equal(absent?.data.by, 'proof');
  assert.ok((fence?.seq ?? 0) < (absent?.seq ?? 0));
  assert.equal(fenceFrames(world), 1);
  await world.run(60_000);
  assert.equal(sentBuys(world), 1);
  assert.equal(roots(world).length, 0);
  assert.equal(world.openTrade(), undefined);
  assert.equal(world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.activity, 'analyzing');
  audit(world);
});

test('[I6] while an order is unknown nothing is opened on its instrument; after the proof it is', async () => {
  const { world, label } = await intended(
    { kind: 'lose_request', method: 'private/buy' },
    { sticky: true },
  );
  await world.until('the doubt', () => stateOf(world, label) === 'unknown', 8_000);
  assert.equal(world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.activity, 'entering');
  await world.until('the proof', () => stateOf(world, label) === 'absent', 20_000);
  await world.until('another entry', () => world.openTrade() !== undefined, 70_000);
  await world.run(5_000);
  assert.equal(sentBuys(world), 2);
  audit(world);
});

for (const { what, fault } of [
  { what: 'the answer alone', fault: { kind: 'lose_answer', method: 'private/buy' } },
  {
    what: 'the answer and every push',
    fault: { kind: 'lose_answer', method: 'private/buy', channel: 'user.changes' },
  },
] as const) {
  test(`[I2][I5] ${what} is lost: the order is found, one order, its fill booked`, async () => {
    const { world, label } = await intended(fault);
    await world.until('the finding', () => stateOf(world, label) === 'acked', 15_000);
    await world.run(40_000);
    assert.equal(roots(world).length, 1);
    assert.equal(sentBuys(world), 1);
    assert.equal(world.openTrade()?.open, roots(world)[0]?.filled);
    assert.equal(world.of('ORDER_ABSENT').length, 0);
    audit(world);
  });
}

test('[I7] an answer that comes after the doubt still counts, once', async () => {
  const { world, label } = await intended({
    kind: 'delay_answer',
    method: 'private/buy',
    ms: 7_000,
  });
  await world.run(30_000);
  assert.equal(stateOf(world, label), 'acked');
  assert.equal(world.of('FILL_BOOKED').length, 1);
  audit(world);
});

test('[I5][I7] an answer that comes after a proof of absence can only be a refusal: it changes nothing', async () => {
  const world = await createWorld();
  await world.ready();
  world.fault({ kind: 'error', method: 'private/buy', code: 13888 });
  world.fault({ kind: 'delay_answer', method: 'private/buy', ms: 1 });
  world.signal();
  await world.run(70_000);
  assert.deepEqual(
    world.of('ORDER_REJECTED').map((fact) => fact.data.code),
    [13888],
  );
  audit(world);
});

for (const { code, name } of [
  { code: 10009, name: 'not_enough_funds' },
  { code: 13888, name: 'timed_out (valid_until)' },
  { code: 10028, name: 'too_many_requests' },
  { code: 10041, name: 'settlement_in_progress' },
] as const) {
  test(`[I7] ${code} ${name} precedes the matching engine: rejected, no search, and free to try again`, async () => {
    const { world, label } = await intended({ kind: 'error', method: 'private/buy', code });
    await world.run(2_000);
    assert.equal(stateOf(world, label), 'rejected');
    assert.equal(world.of('ORDER_UNKNOWN').length, 0);
    assert.equal(world.of('STRATEGY_STATUS_CHANGED').at(-1)?.data.activity, 'analyzing');
    await world.enter();
    audit(world);
  });
}

test('[I7] an internal error of the exchange proves nothing: unknown, searched for, proved absent', async () => {
  const { world, label } = await intended({ kind: 'error', method: 'private/buy', code: 11094 });
  await world.run(1_000);
  assert.equal(stateOf(world, label), 'unknown');
  await world.until('the proof', () => stateOf(world, label) === 'absent', 20_000);
  audit(world);
});

test('[I5] the link drops at the send: after the reconnect the order is found or proved absent, never sent again', async () => {
  for (const kind of ['lose_request', 'drop_link'] as const) {
    const { world, label } = await intended({ kind, method: 'private/buy' });
    if (kind === 'lose_request') world.control('POST', 'fault', { kind: 'drop_link' });
    await world.run(40_000);
    assert.equal(stateOf(world, label), kind === 'drop_link' ? 'acked' : 'absent');
    assert.equal(roots(world).length, kind === 'drop_link' ? 1 : 0);
    assert.equal(sentBuys(world), 1);
    audit(world);
  }
});

test('[I11][I17] the stop of an entry that we do not know yet fires: a check books both in their order, nothing is foreign', async () => {
  const { world } = await intended({
    kind: 'lose_answer',
    method: 'private/buy',
    channel: 'user.changes',
  });
  await world.run(30);
  world.control('POST', 'price', { instrument: PERPETUAL, price: '99000' });
  await world.run(5_000);
  assert.deepEqual(
    world
      .of('FILL_BOOKED')
      .map((fact) => fact.data.allocations.map((part) => [part.role, part.trade !== null])),
    [[['open', true]], [['close', true]]],
  );
  assert.deepEqual(
    world.of('TRADE_CLOSED').map((fact) => fact.data.trade.exitReason),
    ['sl_hit'],
  );
  assert.equal(world.of('BREAK_OPENED').length, 0);
  await world.run(30_000);
  audit(world);
});

test('[I11][I17] a hand closes an entry that we do not know yet: booked in order, closed by that hand', async () => {
  const { world } = await intended({
    kind: 'lose_answer',
    method: 'private/buy',
    channel: 'user.changes',
  });
  await world.run(30);
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.run(5_000);
  assert.deepEqual(
    world.of('TRADE_CLOSED').map((fact) => [fact.data.trade.exitReason, fact.data.trade.closedBy]),
    [['external_close', 'web']],
  );
  assert.equal(world.of('BREAK_OPENED').length, 0);
  await world.run(30_000);
  audit(world);
});

test('[I5] reads that fail or come back empty prove nothing: it stays unknown until whole sets of reads agree', async () => {
  const { world, label } = await intended({
    kind: 'lose_answer',
    method: 'private/buy',
    channel: 'user.changes',
  });
  world.fault({ kind: 'error', method: 'private/get_open_orders', ms: 30_000, code: 11094 });
  world.fault({
    kind: 'error',
    method: 'private/get_order_state_by_label',
    ms: 30_000,
    code: 11094,
  });
  world.fault({
    kind: 'error',
    method: 'private/get_user_trades_by_currency_and_time',
    ms: 30_000,
    code: 11094,
  });
  await world.run(29_000);
  assert.equal(stateOf(world, label), 'unknown', world.trace());
  await world.run(20_000);
  assert.equal(stateOf(world, label), 'acked');
  audit(world);
});

test('[I39] an order that stays unknown for a minute asks a person, and ends by itself when the proof is there', async () => {
  const { world, label } = await intended({ kind: 'lose_request', method: 'private/buy' });
  world.fault({ kind: 'error', method: 'private/cancel_by_label', ms: 90_000, code: 11094 });
  await world.run(70_000);
  assert.equal(stateOf(world, label), 'unknown');
  assert.deepEqual(
    [...world.books().breaks.values()].map(({ break: found, subject }) => [
      found.kind,
      found.life,
      subject,
    ]),
    [['unresolved_intent', 'needs_you', label]],
  );
  await world.run(40_000);
  assert.equal(stateOf(world, label), 'absent');
  assert.equal(world.books().breaks.size, 0);
  audit(world);
});

/** Every read fails until a person is asked, and the person takes the order as absent. */
async function takenAsAbsent(world: World): Promise<void> {
  const reads = [
    'get_open_orders',
    'get_order_state_by_label',
    'get_user_trades_by_currency_and_time',
    'get_positions',
  ];
  for (const method of reads)
    world.fault({ kind: 'error', method: `private/${method}`, ms: 80_000, code: 11094 });
  await world.until('the question', () => world.books().breaks.size > 0, 75_000);
  const [breakId = ''] = world.books().breaks.keys();
  await world.command({
    verb: 'resolve',
    breakId,
    action: 'accept',
    strategy: null,
    exitPrice: null,
    fees: null,
    reason: 'looked at the website',
  });
}

test('[I5] a person accepts an unknown order as absent; if it turns up after all that is a lost order', async () => {
  const { world, label } = await intended({
    kind: 'lose_answer',
    method: 'private/buy',
    channel: 'user.changes',
  });
  await takenAsAbsent(world);
  assert.equal(stateOf(world, label), 'absent');
  await world.run(60_000);
  assert.ok(
    [...world.books().breaks.values()].some(({ break: found }) => found.kind === 'lost_order'),
    world.trace(),
  );
  assert.equal(world.openTrade()?.open, roots(world)[0]?.filled, 'its fill is booked as a trade');
  await world.run(10_000);
});

test('[I17][I21] an order taken as absent had filled and a hand has closed it: trade and foreign amount end together, a person states the result', async () => {
  const { world } = await intended({
    kind: 'lose_answer',
    method: 'private/buy',
    channel: 'user.changes',
  });
  await takenAsAbsent(world);
  world.control('POST', 'close', { instrument: PERPETUAL });
  await world.run(60_000);
  assert.equal(world.openTrade(), undefined, world.trace());
  assert.equal(world.books().foreign.get(PERPETUAL)?.amount, '0');
  const [closed] = world.of('TRADE_CLOSED');
  assert.deepEqual(
    [closed?.data.trade.pnlSource, closed?.data.trade.exitReason],
    ['unknown', 'ghost_trade_cleanup'],
  );
  assert.deepEqual(
    new Set([...world.books().breaks.values()].map(({ break: found }) => found.kind)),
    new Set(['lost_order', 'ghost_trade']),
  );
  await world.run(40_000);
  assert.equal(world.of('ORDER_INTENDED').length, 1, 'nothing is sent to close what is not there');
  audit(world);
});

test('[I6] nothing is opened while an entry is unknown', async () => {
  const { world } = await intended({ kind: 'lose_request', method: 'private/buy' });
  await world.run(7_000);
  world.signal({}, { sticky: true });
  await world.run(3_000);
  assert.deepEqual(
    refusals(world).filter((reason) => reason !== 'gate.unresolved_order'),
    [],
  );
  assert.equal(sentBuys(world), 1);
});

test('[I4] the frame that is sent is the intent: labels, amount, price, children, valid_until', async () => {
  const world = await createWorld();
  await world.enter();
  const frame = world.frames().find(({ text }) => text.includes('"private/buy"'));
  const { params } = JSON.parse(frame?.text ?? '{}') as {
    readonly params: Record<string, unknown>;
  };
  const [fact] = world.of('ORDER_INTENDED');
  const intent = fact?.data.intent;
  assert.deepEqual(
    [
      params['label'],
      String(params['amount']),
      String(params['price']),
      params['instrument_name'],
      params['time_in_force'],
      params['valid_until'],
      params['linked_order_type'],
      params['trigger_fill_condition'],
    ],
    [
      intent?.label,
      intent?.amount,
      intent?.price,
      PERPETUAL,
      'immediate_or_cancel',
      intent?.validUntil,
      'one_triggers_one_cancels_other',
      'incremental',
    ],
  );
  const children = params['otoco_config'] as readonly Record<string, unknown>[];
  assert.deepEqual(
    children.map((child) => [
      child['label'],
      child['type'],
      String(child['amount']),
      String(child['trigger_price']),
      child['reduce_only'],
      child['trigger'],
    ]),
    intent?.children.map((child) => [
      child.label,
      child.type,
      child.amount,
      child.triggerPrice,
      true,
      'mark_price',
    ]),
  );
  assert.equal((intent?.validUntil ?? 0) - Date.parse(fact?.at ?? ''), 3_000);
  const durable = world
    .published()
    .find((group) => group.facts.some((one) => one.type === 'ORDER_INTENDED'));
  assert.ok(durable !== undefined, 'published');
});
