/** What late evidence does to an order in whatever state it is: one row for each kind of evidence, one cell for each state. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { must } from '../base/assert.ts';
import type { Fact } from '../domain/fact.ts';
import type { Fill } from '../domain/fill.ts';
import type { VenueOrder } from '../domain/order.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, type World } from '../../sim/world/world.ts';
import type { VenueEvent } from '../venue/port.ts';
import { step } from './step.ts';

const STATES = ['pending', 'unknown', 'acked', 'rejected', 'absent', 'done'] as const;
type State = (typeof STATES)[number];

/** An order and its fill as the exchange shows them. */
type Shown = { readonly order: VenueOrder; readonly fill: Fill };

const labelOf = (world: World): string =>
  must(
    world.of('ORDER_INTENDED').find(({ data }) => data.intent.purpose === 'entry'),
    'an entry',
  ).data.intent.label;

const template = await createWorld({ instruments: [PERPETUAL] });
await template.enter();
const TEMPLATE: Shown = {
  order: must(
    template.of('ORDER_SEEN').find(({ data }) => data.order.label === labelOf(template)),
    'its order',
  ).data.order,
  fill: must(template.of('FILL_BOOKED')[0], 'its fill').data.fill,
};

/** The reference of the request that placed the entry. */
const refOf = (world: World): string =>
  must(
    [...world.life().driver.cell.live.errands].find(([, errand]) => errand.for === 'place'),
    'the request of the entry',
  )[0];

/** Brings an entry into a state. The exchange does not have it: what is told of it afterwards is all that is ever heard. */
async function inState(state: State): Promise<{ readonly world: World; readonly ref: string }> {
  const world = await createWorld({ instruments: [PERPETUAL] });
  await world.ready();
  await world.run(15_000);
  const refused = state === 'rejected';
  world.fault({
    method: 'private/buy',
    ...(refused ? { kind: 'error', code: 10_009 } : { kind: 'lose_request' }),
  });
  world.signal();
  await world.until('an intent', () => world.of('ORDER_INTENDED').length > 0, 70_000);
  const ref = refOf(world);
  const placement = () => world.books().intents.get(labelOf(world))?.placement.state;
  if (state === 'unknown' || state === 'absent' || state === 'rejected')
    await world.until(state, () => placement() === state, 20_000);
  const { order, fill } = shownTo(world);
  if (state === 'acked') tell(world, push([order], []));
  if (state === 'done') tell(world, push([order], [fill]));
  return { world, ref };
}

/** The entry of a world as the exchange would show it, filled as a whole. */
function shownTo(world: World): Shown {
  const { intent } = must(world.of('ORDER_INTENDED')[0], 'the intent').data;
  const at = world.serverNow();
  const { order, fill } = TEMPLATE;
  const stamps = { createdAt: at, updatedAt: at };
  return {
    order: { ...order, ...stamps, orderId: 'late-1', label: intent.label },
    fill: { ...fill, tradeId: 'late-1', orderId: 'late-1', label: intent.label, at },
  };
}

const push = (orders: readonly VenueOrder[], fills: readonly Fill[]): VenueEvent => ({
  kind: 'changes',
  conn: 1,
  changes: { instrument: TEMPLATE.order.instrument, orders, fills, positions: [] },
});

/** One step of the cell, with nothing around it; answers its facts. */
function tell(world: World, event: VenueEvent): readonly Fact[] {
  const { cell } = world.life().driver;
  return step(cell, { kind: 'venue', event }, { server: world.serverNow(), mono: world.now() })
    .facts;
}

/** A read by label that was asked for while the order was searched for, and is answered only now. */
function readByLabel(world: World, order: VenueOrder): VenueEvent {
  world
    .life()
    .driver.cell.live.errands.set('late-read', { for: 'resolve_label', label: order.label });
  return {
    kind: 'answer',
    link: 'trading',
    conn: 1,
    ref: 'late-read',
    outcome: {
      status: 'ok',
      result: { kind: 'orders_by_label', orders: [order] },
      beganAt: world.serverNow(),
    } as never,
  };
}

const EVIDENCE = {
  'the answer': (_world, { order, fill }, ref) => ({
    kind: 'late_answer',
    link: 'trading',
    conn: 1,
    ref,
    outcome: {
      status: 'ok',
      result: { kind: 'place', order, fills: [fill] },
      beganAt: null,
    } as never,
  }),
  'a push of the order': (_world, { order }) => push([order], []),
  'a push of it, alive': (_world, { order }) =>
    push([{ ...order, state: 'open', filled: '0' as never, averagePrice: null }], []),
  'a fill alone': (_world, { fill }) => push([], [fill]),
  'a read by label': (world, { order }) => readByLabel(world, order),
} as const satisfies Readonly<
  Record<string, (world: World, shown: Shown, ref: string) => VenueEvent>
>;

/** What came of it, in short: the placement, `+fill` if one was booked, `+lost` if a person is asked, `+cancel` if it is wanted gone. */
function outcomeOf(world: World, facts: readonly Fact[]): string {
  const placement = must(world.books().intents.get(labelOf(world)), 'the intent').placement.state;
  const has = (fits: (fact: Fact) => boolean, word: string): string =>
    facts.some(fits) ? word : '';
  return [
    placement,
    has(({ type }) => type === 'FILL_BOOKED', ' +fill'),
    has((fact) => fact.type === 'BREAK_OPENED' && fact.data.break.kind === 'lost_order', ' +lost'),
    has(
      (fact) => fact.type === 'CHANGE_INTENDED' && fact.data.change.want.kind === 'cancelled',
      ' +cancel',
    ),
    facts.length === 0 ? ', nothing new' : '',
  ].join('');
}

type Row = Readonly<Record<State, string>>;

/**
 * An order that was being waited or searched for is taken; a fill is booked once, whatever the books think of its order; what
 * contradicts a refusal or a proof is never a second outcome: a person is asked, and what lives is wanted gone. The answer to
 * an order that was refused is no answer any more: a request is answered once.
 */
const TABLE: Readonly<Record<keyof typeof EVIDENCE, Row>> = {
  'the answer': {
    pending: 'acked +fill',
    unknown: 'acked +fill',
    acked: 'acked +fill',
    rejected: 'rejected, nothing new',
    absent: 'absent +fill +lost',
    done: 'acked, nothing new',
  },
  'a push of the order': {
    pending: 'acked',
    unknown: 'acked',
    acked: 'acked, nothing new',
    rejected: 'rejected +lost',
    absent: 'absent +lost',
    done: 'acked, nothing new',
  },
  'a push of it, alive': {
    pending: 'acked',
    unknown: 'acked',
    acked: 'acked, nothing new',
    rejected: 'rejected +lost +cancel',
    absent: 'absent +lost +cancel',
    done: 'acked, nothing new',
  },
  'a fill alone': {
    pending: 'acked +fill',
    unknown: 'acked +fill',
    acked: 'acked +fill',
    rejected: 'rejected +fill +lost',
    absent: 'absent +fill +lost',
    done: 'acked, nothing new',
  },
  'a read by label': {
    pending: 'acked',
    unknown: 'acked',
    acked: 'acked, nothing new',
    rejected: 'rejected +lost',
    absent: 'absent +lost',
    done: 'acked, nothing new',
  },
};

for (const [evidence, expected] of Object.entries(TABLE) as [keyof typeof EVIDENCE, Row][])
  test(`[I5] [I7] [I11] late evidence in every state of its order: ${evidence}`, async () => {
    const found: Record<string, string> = {};
    for (const state of STATES) {
      const { world, ref } = await inState(state);
      const facts = tell(world, EVIDENCE[evidence](world, shownTo(world), ref));
      found[state] = outcomeOf(world, facts);
      const opened = [...world.books().trades.values()].map(({ open }) => open);
      const booked = state === 'done' || facts.some(({ type }) => type === 'FILL_BOOKED');
      assert.deepEqual(opened, booked ? [TEMPLATE.fill.amount] : [], `${state}: trades`);
      const again = tell(world, EVIDENCE[evidence](world, shownTo(world), ref));
      assert.deepEqual(again, [], `${state}: the same evidence once more`);
    }
    assert.deepEqual(found, expected);
  });

const cancelsOf = (world: World, orderId: string): number =>
  world
    .frames()
    .filter(({ text }) => text.includes('"private/cancel"') && text.includes(`"${orderId}"`))
    .length;
const refusedCodes = (world: World): readonly number[] =>
  world
    .events()
    .flatMap(({ event }) =>
      event.kind === 'answer' && 'code' in event.outcome && event.outcome.code !== null
        ? [event.outcome.code]
        : [],
    );
const stopOf = (world: World) =>
  must(
    world
      .exchange()
      .orders.find(
        ({ type, state, dormant }) => type === 'stop_market' && state === 'untriggered' && !dormant,
      ),
    'the stop',
  );

test('[I8] [I51] a cancel that loses the race, 11044: a hand has cancelled the stop unseen; it is looked up, asked for once, nothing is left', async () => {
  const world = await createWorld({ instruments: [PERPETUAL] });
  await world.enter();
  const stop = stopOf(world);
  world.fault({ kind: 'drop_notification', channel: 'user.changes', count: 1 });
  world.hand('private/cancel', { order_id: stop.orderId });
  await world.run(100);
  await world.command({ verb: 'flatten', strategy: 'bot', reason: 'enough' });
  await world.run(5_000);
  assert.ok(refusedCodes(world).includes(11_044), String(refusedCodes(world)));
  assert.equal(cancelsOf(world, stop.orderId), 1);
  assert.equal(world.books().changes.size, 0);
  await world.run(35_000);
  audit(world);
});

test('[I8] [I51] a cancel that loses the race, 11044: the rest of a fired stop fills at that very moment, unseen; its fill is booked, nothing closes twice', async () => {
  const world = await createWorld({ instruments: [PERPETUAL] });
  const { id } = await world.enter();
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: '0.0002' });
  world.control('POST', 'price', { instrument: PERPETUAL, price: '99400' });
  await world.run(100);
  world.control('POST', 'liquidity', { instrument: PERPETUAL, amount: '0' });
  await world.run(1_900);
  world.control('POST', 'liquidity', { instrument: PERPETUAL });
  world.fault({ kind: 'cancel_too_late', fill: true, code: 11_044, count: 1 });
  world.fault({ kind: 'drop_notification', channel: 'user.changes', ms: 3_000 });
  await world.until('the close', () => world.trade(id).closedAt !== null, 5_000);
  assert.deepEqual(
    world.of('BREAK_OPENED').map(({ data }) => data.break.kind),
    ['missed_fill'],
    'no stop is missing: nothing is left to protect',
  );
  assert.ok(refusedCodes(world).includes(11_044), String(refusedCodes(world)));
  assert.deepEqual(
    world.of('TRADE_CLOSED').map(({ data }) => [data.trade.exitReason, data.trade.openAmount]),
    [['sl_hit', '0']],
  );
  assert.equal(world.position(), '0');
  assert.equal(world.of('ORDER_INTENDED').length, 1, 'nothing is sent to close what has closed');
  await world.run(35_000);
  assert.equal(world.books().changes.size, 0);
  audit(world);
});
