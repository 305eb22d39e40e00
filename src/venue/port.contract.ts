/**
 * The contract suite of the venue port: what any session must do over any exchange that is reached by text frames. It
 * looks at events and outcomes only; the few things that need a word of the protocol are asked of the world.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Decimal, add, dec, gt, mul } from '../base/decimal.ts';
import { type Instrument, onTick } from '../domain/instrument.ts';
import type { Ticker } from '../domain/market.ts';
import type { EditOrder, LinkName, PlaceOrder, VenueOutcome, VenueRequest, VenueResult, VenueSession } from './port.ts';
import { NEVER_SENT } from './port.ts';
import { type FarSide, type Fate, LOSE, PASS, type Rig, createRig } from './rig.contract.ts';

export type { FarEffect, FarSide } from './rig.contract.ts';

/** One fresh exchange and the sessions that can be made for it. */
export type VenueWorld = {
  readonly far: FarSide;
  /** An instrument that trades, and the currency that it settles in. */
  readonly instrument: string;
  readonly currency: string;
  /** `key`: fit, wrong, allowed too much, or too little. `unknownChannel`: it asks for one that the exchange does not have. */
  readonly session: (options: { readonly link: LinkName; readonly key?: 'good' | 'wrong' | 'wide' | 'narrow'; readonly unknownChannel?: true }) => VenueSession;
  /** A hand buys a little on the account: something for the private stream. */
  readonly stir: () => void;
  /** A secret that must never be told. */
  readonly secret: string;
  /** The frame with the state of its first order changed to a word that nobody knows; null when it holds no order. */
  readonly spoil: (frame: string) => string | null;
  /** Whether a frame of the session places an order, and whether it is one of its own (login, ping, subscription). */
  readonly places: (frame: string) => boolean;
  readonly isOwn: (frame: string) => boolean;
  /** Whether a frame of the exchange answers a request. */
  readonly isAnswer: (frame: string) => boolean;
};

const QUIET = 60_000;

type Market = { readonly instrument: Instrument; readonly ticker: Ticker };

function up(world: VenueWorld, link: LinkName = 'trading'): Rig {
  const rig = createRig(world.session({ link }), world.far);
  rig.until(() => rig.of('link_up').length === 1);
  return rig;
}

function okay<K extends VenueResult['kind']>(outcome: VenueOutcome, kind: K): Extract<VenueResult, { kind: K }> {
  assert.equal(outcome.status, 'ok', JSON.stringify(outcome));
  assert.ok(outcome.status === 'ok' && outcome.result.kind === kind);
  return outcome.result as Extract<VenueResult, { kind: K }>;
}

function marketOf(rig: Rig, world: VenueWorld): Market {
  return {
    instrument: okay(rig.ask({ kind: 'instrument', instrument: world.instrument }), 'instrument').instrument,
    ticker: okay(rig.ask({ kind: 'ticker', instrument: world.instrument }), 'ticker').ticker,
  };
}

let labels = 0;

/** A limit order to buy the smallest amount: far below the market and resting, or across it and immediate. */
function buy(rig: Rig, { instrument, ticker }: Market, how: 'rests' | 'fills'): PlaceOrder {
  return {
    label: `contract-${++labels}`,
    instrument: instrument.name,
    direction: 'buy',
    amount: instrument.minAmount,
    type: 'limit',
    price: how === 'fills' ? onTick(instrument, ticker.maxPrice, 'floor') : onTick(instrument, ticker.minPrice, 'ceil'),
    timeInForce: how === 'fills' ? 'immediate_or_cancel' : 'good_til_cancelled',
    reduceOnly: false,
    triggerPrice: null,
    trigger: null,
    validUntil: rig.server() + 30_000,
    children: [],
    fillCondition: null,
  };
}

const twice = (value: Decimal): Decimal => add(value, value);
const window = (rig: Rig): { readonly from: number; readonly to: number } => ({ from: rig.server() - 600_000, to: rig.server() + 60_000 });

function links(makeWorld: () => VenueWorld): void {
  it('trading comes up with the account, market without one', () => {
    const trading = up(makeWorld()).of('link_up')[0];
    assert.ok(trading?.account !== null && trading?.account.id !== '');
    assert.equal(typeof trading?.cancelOnDisconnect, 'boolean');
    const market = up(makeWorld(), 'market').of('link_up')[0];
    assert.deepEqual([market?.account, market?.cancelOnDisconnect, market?.link], [null, null, 'market']);
  });
  for (const [key, code] of [['wrong', 'wrong_credentials'], ['wide', 'scope_too_wide'], ['narrow', 'scope_missing']] as const) {
    it(`[I49] [I46] a key that is ${key} is refused once, in words without the secret, and not tried again`, () => {
      const world = makeWorld();
      const rig = createRig(world.session({ link: 'trading', key }), world.far);
      rig.run(QUIET);
      assert.deepEqual(rig.of('link_refused').map((event) => event.code), [code]);
      assert.deepEqual([rig.of('link_up').length, rig.of('link_refused')[0]?.conn], [0, 1]);
      assert.ok(!JSON.stringify(rig.events).includes(world.secret));
    });
  }
  it('a channel that the exchange leaves out is a failed link with a reason, tried again', () => {
    const world = makeWorld();
    const rig = createRig(world.session({ link: 'market', unknownChannel: true }), world.far);
    rig.until(() => rig.of('link_down').length === 2);
    assert.match(rig.of('link_down')[0]?.reason ?? '', /left out channels/);
    assert.equal(rig.of('link_up').length, 0);
  });
  it('the market link brings prices and candles of its instrument', () => {
    const world = makeWorld();
    const rig = up(world, 'market');
    assert.equal(marketOf(rig, world).ticker.instrument, world.instrument);
    assert.equal(okay(rig.ask({ kind: 'candles', instrument: world.instrument, ...window(rig) }), 'candles').kind, 'candles');
    const refused = rig.ask({ kind: 'open_orders' });
    assert.ok(refused.status === 'refused' && refused.code === NEVER_SENT);
  });
  it('comes back by itself after a cut, with a new number, and ends what was asked as unknown once', () => {
    const world = makeWorld();
    const rig = up(world);
    const ref = rig.request({ kind: 'open_orders' });
    rig.cut();
    rig.until(() => rig.of('link_up').length === 2, 5_000);
    assert.deepEqual(rig.answers(ref).map((outcome) => outcome.status), ['unknown']);
    assert.deepEqual(rig.of('link_up').map((event) => event.conn), [1, 2]);
    assert.equal(rig.of('link_down').length, 1);
  });
  it('a silent connection is dead after 10 s, a quiet one that answers pings lives on', () => {
    const rig = up(makeWorld());
    rig.run(5 * QUIET);
    assert.equal(rig.of('link_down').length, 0);
    rig.rules.toSession = () => LOSE;
    const from = rig.now();
    rig.until(() => rig.of('link_down').length === 1, 11_000);
    assert.ok(rig.now() - from >= 4_900, 'not dead before its time');
  });
  it('stays up for an hour, past the life of any one login', () => {
    const rig = up(makeWorld());
    rig.run(60 * QUIET);
    assert.equal(rig.ask({ kind: 'positions' }).status, 'ok');
    assert.equal(rig.of('link_down').length, 0);
  });
  it('pauses grow while the exchange refuses connections, and it is back within 11 s of the end of that', () => {
    const rig = up(makeWorld());
    rig.rules.refuseConnections = true;
    rig.cut();
    rig.run(5 * QUIET);
    const tries = rig.of('link_down').length;
    assert.ok(tries > 25 && tries < 100, `${tries} tries in five minutes`);
    rig.rules.refuseConnections = false;
    rig.until(() => rig.of('link_up').length === 2, 11_000);
  });
  it('renew makes a new connection; stop ends everything for good', () => {
    const rig = up(makeWorld());
    rig.input({ kind: 'renew', reason: 'a stream that broke' });
    rig.until(() => rig.of('link_up').length === 2, 5_000);
    assert.equal(rig.of('link_down')[0]?.reason, 'a stream that broke');
    const ref = rig.request({ kind: 'positions' });
    rig.input({ kind: 'stop' });
    rig.run(QUIET);
    assert.deepEqual(rig.answers(ref).map((outcome) => outcome.status), ['unknown']);
    assert.deepEqual([rig.of('link_up').length, rig.of('link_down').length], [2, 2]);
    assert.equal(rig.ask({ kind: 'positions' }).status, 'unknown');
  });
}

function reads(makeWorld: () => VenueWorld): void {
  it('answers every read, stamped with the exchange\'s own time', () => {
    const world = makeWorld();
    const rig = up(world);
    const { instrument } = marketOf(rig, world);
    assert.equal(instrument.name, world.instrument);
    assert.ok(okay(rig.ask({ kind: 'summaries' }), 'summaries').summaries.some((row) => row.currency === world.currency));
    assert.equal(okay(rig.ask({ kind: 'position', instrument: world.instrument }), 'position').position.size, '0');
    assert.ok(okay(rig.ask({ kind: 'positions' }), 'positions').positions.every((row) => row.size === '0'));
    assert.deepEqual(okay(rig.ask({ kind: 'open_orders' }), 'open_orders').orders, []);
    assert.deepEqual(okay(rig.ask({ kind: 'orders_by_label', label: 'nobody', currency: world.currency }), 'orders_by_label').orders, []);
    for (const historical of [false, true]) {
      assert.deepEqual(okay(rig.ask({ kind: 'fills', currency: world.currency, historical, ...window(rig) }), 'fills').fills, []);
    }
    const outcome = rig.ask({ kind: 'cash_log', currency: world.currency, ...window(rig) });
    assert.ok(outcome.status === 'ok' && outcome.beganAt !== null && Math.abs(outcome.beganAt - rig.server()) < 60_000);
  });
  it('an order id that nobody knows is found to be nothing; a cancel of it finds it gone', () => {
    const rig = up(makeWorld());
    assert.equal(okay(rig.ask({ kind: 'order_state', orderId: 'USDC-999999999' }), 'order_state').order, null);
    assert.equal(rig.ask({ kind: 'cancel', orderId: 'USDC-999999999' }).status, 'gone');
  });
  it('reads wait for credits and all are answered', () => {
    const rig = up(makeWorld());
    const refs = Array.from({ length: 120 }, () => rig.request({ kind: 'positions' }));
    rig.run(QUIET);
    assert.ok(refs.every((ref) => rig.answers(ref).length === 1 && rig.answers(ref)[0]?.status === 'ok'));
  });
}

function resting(world: VenueWorld): void {
  const rig = up(world);
  const order = buy(rig, marketOf(rig, world), 'rests');
  const placed = okay(rig.ask({ kind: 'place', order }), 'place').order;
  assert.deepEqual([placed.label, placed.state, placed.amount, placed.price, placed.filled], [order.label, 'open', order.amount, order.price, '0']);
  const { orderId } = placed;
  assert.equal(okay(rig.ask({ kind: 'order_state', orderId }), 'order_state').order?.orderId, orderId);
  assert.deepEqual(okay(rig.ask({ kind: 'orders_by_label', label: order.label, currency: world.currency }), 'orders_by_label').orders.map((row) => row.orderId), [orderId]);
  assert.deepEqual(okay(rig.ask({ kind: 'open_orders' }), 'open_orders').orders.map((row) => row.orderId), [orderId]);
  const wanted: EditOrder = { orderId, amount: twice(order.amount), price: order.price, triggerPrice: null, reduceOnly: false, validUntil: rig.server() + 30_000 };
  assert.equal(okay(rig.ask({ kind: 'edit', edit: wanted }), 'edit').order.amount, twice(order.amount));
  assert.equal(okay(rig.ask({ kind: 'cancel', orderId }), 'cancel').order.state, 'cancelled');
  assert.equal(rig.ask({ kind: 'cancel', orderId }).status, 'gone');
  assert.equal(rig.ask({ kind: 'edit', edit: wanted }).status, 'gone');
  assert.equal(okay(rig.ask({ kind: 'cancel_by_label', label: order.label, currency: world.currency }), 'cancel_by_label').count, 0);
  const second = buy(rig, marketOf(rig, world), 'rests');
  okay(rig.ask({ kind: 'place', order: second }), 'place');
  assert.equal(okay(rig.ask({ kind: 'cancel_by_label', label: second.label, currency: world.currency }), 'cancel_by_label').count, 1);
  const states = rig.of('changes').flatMap((event) => event.changes.orders.map((row) => row.state));
  assert.ok(states.includes('open') && states.includes('cancelled'), 'the stream tells of both');
}

function filling(world: VenueWorld): void {
  const rig = up(world);
  const market = marketOf(rig, world);
  const order = buy(rig, market, 'fills');
  const result = okay(rig.ask({ kind: 'place', order }), 'place');
  assert.equal(result.order.state, 'filled');
  const ids = result.fills.map((fill) => fill.tradeId);
  assert.ok(ids.length > 0 && result.fills.every((fill) => fill.currency === world.currency && fill.label === order.label && fill.direction === 'buy'));
  rig.run(1_000);
  const pushed = rig.of('changes').flatMap((event) => event.changes.fills.map((fill) => fill.tradeId));
  assert.deepEqual(pushed, ids);
  const read = okay(rig.ask({ kind: 'fills', currency: world.currency, historical: false, ...window(rig) }), 'fills').fills;
  assert.deepEqual(read.map((fill) => fill.tradeId), ids);
  assert.deepEqual(read, result.fills, 'the same fill, whoever tells it');
  assert.equal(okay(rig.ask({ kind: 'position', instrument: world.instrument }), 'position').position.size, order.amount);
  const rows = okay(rig.ask({ kind: 'cash_log', currency: world.currency, ...window(rig) }), 'cash_log').rows;
  assert.ok(ids.every((id) => rows.some((row) => row.tradeId === id)));
  const stop: PlaceOrder = {
    ...order, label: `${order.label}-stop`, direction: 'sell', type: 'stop_market', price: null, timeInForce: null, reduceOnly: true, trigger: 'mark_price',
    triggerPrice: onTick(market.instrument, mul(market.ticker.markPrice, dec('0.99')), 'floor'), validUntil: rig.server() + 30_000,
  };
  const placed = okay(rig.ask({ kind: 'place', order: stop }), 'place').order;
  assert.deepEqual([placed.state, placed.reduceOnly, placed.triggerPrice, placed.price], ['untriggered', true, stop.triggerPrice, null]);
}

function orders(makeWorld: () => VenueWorld): void {
  it('places, finds, edits and cancels an order that rests', () => resting(makeWorld()));
  it('fills come with the answer, on the stream and from history as the same fills; a stop waits', () => filling(makeWorld()));
  it('refuses what the exchange refuses: an amount off the grid, a deadline that is over', () => {
    const world = makeWorld();
    const rig = up(world);
    const market = marketOf(rig, world);
    const order = buy(rig, market, 'rests');
    for (const wrong of [{ ...order, amount: mul(order.amount, dec('1.5')) }, { ...order, validUntil: rig.server() - 60_000 }]) {
      const outcome = rig.ask({ kind: 'place', order: wrong });
      assert.ok(outcome.status === 'refused' && outcome.code !== NEVER_SENT, JSON.stringify(outcome));
    }
    assert.deepEqual(okay(rig.ask({ kind: 'open_orders' }), 'open_orders').orders, []);
  });
  it('an order request without a link is refused as never sent, and never leaves later', () => {
    const world = makeWorld();
    const rig = up(world);
    const order = buy(rig, marketOf(rig, world), 'rests');
    rig.cut();
    const outcome = rig.ask({ kind: 'place', order });
    assert.ok(outcome.status === 'refused' && outcome.code === NEVER_SENT && /not sent: no connection/.test(outcome.message));
    rig.run(QUIET);
    assert.ok(!rig.frames.some(({ text }) => text.includes(order.label)));
  });
  it('a flood of openings is held back by the own ceiling, and a cancel still gets through', () => {
    const world = makeWorld();
    const rig = up(world);
    const order = buy(rig, marketOf(rig, world), 'rests');
    const outcomes = Array.from({ length: 12 }, (_, i) => rig.request({ kind: 'place', order: { ...order, label: `${order.label}-${i}` } }));
    rig.run(1_000);
    const held = outcomes.map((ref) => rig.answers(ref)[0]).filter((outcome) => outcome?.status === 'refused' && outcome.rateLimited && outcome.code === NEVER_SENT);
    assert.ok(held.length > 0 && held.length < 12, `${held.length} held back`);
    assert.equal(okay(rig.ask({ kind: 'cancel_by_label', label: `${order.label}-0`, currency: world.currency }), 'cancel_by_label').count, 1);
  });
}

function doubts(makeWorld: () => VenueWorld): void {
  it('a lost answer ends as unknown once, and the order is found', () => {
    const world = makeWorld();
    const rig = up(world);
    const order = buy(rig, marketOf(rig, world), 'rests');
    rig.rules.toSession = (text) => (world.isAnswer(text) && text.includes(order.label) ? LOSE : PASS);
    const ref = rig.request({ kind: 'place', order });
    rig.run(QUIET);
    rig.rules.toSession = () => PASS;
    assert.deepEqual(rig.answers(ref).map((outcome) => outcome.status), ['unknown']);
    assert.equal(okay(rig.ask({ kind: 'orders_by_label', label: order.label, currency: world.currency }), 'orders_by_label').orders.length, 1);
  });
  it('an answer that comes too late is told as late, after the unknown', () => {
    const world = makeWorld();
    const rig = up(world);
    const order = buy(rig, marketOf(rig, world), 'rests');
    rig.rules.toSession = (text) => (world.isAnswer(text) && text.includes(order.label) ? { kind: 'delay', ms: 8_000 } : PASS);
    const ref = rig.request({ kind: 'place', order });
    rig.run(QUIET);
    assert.deepEqual(rig.answers(ref).map((outcome) => outcome.status), ['unknown']);
    assert.deepEqual(rig.lateAnswers(ref).map((outcome) => outcome.status), ['ok']);
    const kinds = rig.events.flatMap(({ event }) => ((event.kind === 'answer' || event.kind === 'late_answer') && event.ref === ref ? [event.kind] : []));
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
    const told = rig.events.flatMap(({ at, event }, i) => (event.kind === 'changes' ? [{ at, i, fill: event.changes.fills[0]?.at ?? 0 }] : []));
    assert.ok(told.every(({ i }) => i > upAt));
    assert.ok(told.filter(({ at }) => at === rig.events[upAt]?.at).length >= 2, 'some were kept until then');
    assert.deepEqual(told.map(({ fill }) => fill), told.map(({ fill }) => fill).sort((a, b) => a - b));
  });
}

type Fault = 'lose_out' | 'lose_in' | 'delay_in' | 'cut' | 'refuse' | 'silence';
type Action = { readonly after: number; readonly what: Fault | VenueRequest['kind'] };

const KINDS = ['place', 'cancel', 'open_orders', 'positions', 'fills', 'cash_log', 'order_state'] as const;
const FAULTS = ['lose_out', 'lose_in', 'delay_in', 'cut', 'refuse', 'silence'] as const;

function wish(kind: (typeof KINDS)[number], order: PlaceOrder, world: VenueWorld): VenueRequest {
  const span = { currency: world.currency, from: order.validUntil - 600_000, to: order.validUntil };
  if (kind === 'place') return { kind, order: { ...order, label: `contract-${++labels}` } };
  if (kind === 'cancel' || kind === 'order_state') return { kind, orderId: 'USDC-1' };
  if (kind === 'fills') return { kind, ...span, historical: false };
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
    if (kind !== undefined) refs.push(rig.request(wish(kind, { ...order, validUntil: rig.server() + 30_000 }, world)));
  }
  Object.assign(rig.rules, { toExchange: () => PASS, toSession: () => PASS, refuseConnections: false });
  rig.run(QUIET);
  for (const ref of refs) {
    const [answer, ...more] = rig.answers(ref);
    assert.ok(answer !== undefined && more.length === 0, `${ref} ended ${more.length + 1} times`);
    const late = rig.lateAnswers(ref);
    assert.ok(late.length <= 1 && (late.length === 0 || answer.status === 'unknown'));
  }
  const sent = rig.frames.filter(({ text }) => world.places(text)).map(({ text }) => /contract-\d+/.exec(text)?.[0]);
  assert.equal(new Set(sent).size, sent.length, 'an order left twice');
  const conns = rig.of('link_up').map((event) => event.conn);
  assert.deepEqual(conns, [...new Set(conns)].sort((a, b) => a - b));
  assert.equal(rig.ask({ kind: 'open_orders' }).status, 'ok', 'it works again once the faults are over');
}

/** Runs the suite; `makeWorld` gives a fresh world each time. `runs`: how many schedules of faults are drawn. */
export function venueContract(name: string, makeWorld: () => VenueWorld, runs = 60): void {
  describe(`venue port: ${name}`, () => {
    links(makeWorld);
    reads(makeWorld);
    orders(makeWorld);
    doubts(makeWorld);
    it('[I46] no secret in any event or frame but the login', () => {
      const world = makeWorld();
      const rig = up(world);
      rig.cut();
      rig.run(QUIET);
      assert.ok(!JSON.stringify(rig.events).includes(world.secret));
      assert.ok(rig.frames.every(({ text }) => !text.includes(world.secret) || world.isOwn(text)));
    });
    it('every request ends in exactly one answer and no order leaves twice, whatever the wire does', () => {
      const action = fc.record({ after: fc.integer({ min: 0, max: 6_000 }), what: fc.constantFrom(...KINDS, ...FAULTS) });
      fc.assert(fc.property(fc.array(action, { maxLength: 25 }), (schedule) => weather(makeWorld(), schedule)), { numRuns: runs });
    });
    it('amounts are exact on the way out and in', () => {
      const world = makeWorld();
      const rig = up(world);
      const market = marketOf(rig, world);
      const order = { ...buy(rig, market, 'rests'), amount: mul(market.instrument.minAmount, dec(3)) };
      assert.ok(gt(order.amount, market.instrument.minAmount));
      assert.equal(okay(rig.ask({ kind: 'place', order }), 'place').order.amount, order.amount);
      assert.ok(rig.frames.some(({ text }) => text.includes(`:${order.amount}`)));
    });
  });
}
