/** The port's contract, doubts: lost, late, broken and early messages, and whole schedules of faults. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { PlaceOrder, VenueRequest } from './port.ts';
import { QUIET, type VenueWorld, buy, marketOf, nextLabel, okay, up } from './port-kit.contract.ts';
import { type Fate, LOSE, PASS, type Rig, createRig } from './rig.contract.ts';

export function doubtTests(makeWorld: () => VenueWorld): void {
  it('a lost answer ends as unknown once, and the order is found', () => {
    const world = makeWorld();
    const rig = up(world);
    const order = buy(rig, marketOf(rig, world), 'rests');
    rig.rules.toSession = (text) =>
      world.isAnswer(text) && text.includes(order.label) ? LOSE : PASS;
    const ref = rig.request({ kind: 'place', order });
    rig.run(QUIET);
    rig.rules.toSession = () => PASS;
    assert.deepEqual(
      rig.answers(ref).map((outcome) => outcome.status),
      ['unknown'],
    );
    assert.equal(
      okay(
        rig.ask({ kind: 'orders_by_label', label: order.label, currency: world.currency }),
        'orders_by_label',
      ).orders.length,
      1,
    );
  });
  it('an answer that comes too late is told as late, after the unknown', () => {
    const world = makeWorld();
    const rig = up(world);
    const order = buy(rig, marketOf(rig, world), 'rests');
    rig.rules.toSession = (text) =>
      world.isAnswer(text) && text.includes(order.label) ? { kind: 'delay', ms: 8_000 } : PASS;
    const ref = rig.request({ kind: 'place', order });
    rig.run(QUIET);
    assert.deepEqual(
      rig.answers(ref).map((outcome) => outcome.status),
      ['unknown'],
    );
    assert.deepEqual(
      rig.lateAnswers(ref).map((outcome) => outcome.status),
      ['ok'],
    );
    const kinds = rig.events.flatMap(({ event }) =>
      (event.kind === 'answer' || event.kind === 'late_answer') && event.ref === ref
        ? [event.kind]
        : [],
    );
    assert.deepEqual(kinds, ['answer', 'late_answer']);
  });
  it('a word that nobody knows is not believed: neither in an answer nor on the stream', () => {
    const world = makeWorld();
    const rig = up(world);
    const order = buy(rig, marketOf(rig, world), 'rests');
    rig.rules.toSession = (text) => {
      const spoilt = world.spoil(text);
      return spoilt === null ? PASS : { kind: 'replace', text: spoilt };
    };
    assert.equal(rig.ask({ kind: 'place', order }).status, 'unknown');
    rig.run(1_000);
    assert.equal(rig.of('changes').length, 0);
    assert.ok(rig.of('undecodable').length >= 2);
    assert.equal(rig.of('link_down').length, 0);
  });
  it('what the stream says before the link is up is told after it, in order', () => {
    const world = makeWorld();
    const rig = createRig(world.session({ link: 'trading' }), world.far);
    rig.rules.toSession = (text) => (world.isAnswer(text) ? { kind: 'delay', ms: 300 } : PASS);
    while (rig.of('link_up').length === 0 && rig.now() < QUIET) {
      world.stir();
      rig.run(100);
    }
    rig.run(1_000);
    const upAt = rig.events.findIndex(({ event }) => event.kind === 'link_up');
    const told = rig.events.flatMap(({ at, event }, i) =>
      event.kind === 'changes' ? [{ at, i, fill: event.changes.fills[0]?.at ?? 0 }] : [],
    );
    assert.ok(told.every(({ i }) => i > upAt));
    assert.ok(
      told.filter(({ at }) => at === rig.events[upAt]?.at).length >= 2,
      'some were kept until then',
    );
    assert.deepEqual(
      told.map(({ fill }) => fill),
      told.map(({ fill }) => fill).sort((a, b) => a - b),
    );
  });
}

type Fault = 'lose_out' | 'lose_in' | 'delay_in' | 'cut' | 'refuse' | 'silence';
type Action = { readonly after: number; readonly what: Fault | VenueRequest['kind'] };

const KINDS = [
  'place',
  'cancel',
  'open_orders',
  'positions',
  'fills',
  'cash_log',
  'order_state',
] as const;
const FAULTS = ['lose_out', 'lose_in', 'delay_in', 'cut', 'refuse', 'silence'] as const;

function wish(kind: (typeof KINDS)[number], order: PlaceOrder, world: VenueWorld): VenueRequest {
  const span = { currency: world.currency, from: order.validUntil - 600_000, to: order.validUntil };
  if (kind === 'place') return { kind, order: { ...order, label: nextLabel() } };
  if (kind === 'cancel' || kind === 'order_state') return { kind, orderId: 'USDC-1' };
  if (kind === 'fills') return { kind, ...span };
  if (kind === 'cash_log') return { kind, ...span };
  return { kind };
}

/** Draws by counting, so that a schedule is all that decides. */
function inflict(rig: Rig, fault: Fault): void {
  let count = 0;
  const some = (fate: Fate) => (): Fate => (count++ % 3 === 0 ? fate : PASS);
  if (fault === 'lose_out') rig.rules.toExchange = some(LOSE);
  if (fault === 'lose_in') rig.rules.toSession = some(LOSE);
  if (fault === 'delay_in') rig.rules.toSession = some({ kind: 'delay', ms: 7_000 });
  if (fault === 'silence') rig.rules.toSession = () => LOSE;
  if (fault === 'refuse') rig.rules.refuseConnections = true;
  if (fault === 'cut') rig.cut();
}

function weather(world: VenueWorld, schedule: readonly Action[]): void {
  const rig = up(world);
  const order = buy(rig, marketOf(rig, world), 'rests');
  const refs: string[] = [];
  for (const { after, what } of schedule) {
    rig.run(after);
    const fault = FAULTS.find((name) => name === what);
    const kind = KINDS.find((name) => name === what);
    if (fault !== undefined) inflict(rig, fault);
    if (kind !== undefined)
      refs.push(rig.request(wish(kind, { ...order, validUntil: rig.server() + 30_000 }, world)));
  }
  Object.assign(rig.rules, {
    toExchange: () => PASS,
    toSession: () => PASS,
    refuseConnections: false,
  });
  rig.run(QUIET);
  for (const ref of refs) {
    const [answer, ...more] = rig.answers(ref);
    assert.ok(answer !== undefined && more.length === 0, `${ref} ended ${more.length + 1} times`);
    const late = rig.lateAnswers(ref);
    assert.ok(late.length <= 1 && (late.length === 0 || answer.status === 'unknown'));
  }
  const sent = rig.frames
    .filter(({ text }) => world.places(text))
    .map(({ text }) => /contract-\d+/.exec(text)?.[0]);
  assert.equal(new Set(sent).size, sent.length, 'an order left twice');
  const conns = rig.of('link_up').map((event) => event.conn);
  assert.deepEqual(
    conns,
    [...new Set(conns)].sort((a, b) => a - b),
  );
  assert.equal(
    rig.ask({ kind: 'open_orders' }).status,
    'ok',
    'it works again once the faults are over',
  );
}

/** Draws `runs` schedules of faults and requests. */
export function weatherTests(makeWorld: () => VenueWorld, runs: number): void {
  it('every request ends in exactly one answer and no order leaves twice, whatever the wire does', () => {
    const action = fc.record({
      after: fc.integer({ min: 0, max: 6_000 }),
      what: fc.constantFrom(...KINDS, ...FAULTS),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (schedule) =>
        weather(makeWorld(), schedule),
      ),
      { numRuns: runs },
    );
  });
}
