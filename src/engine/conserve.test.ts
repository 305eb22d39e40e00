/** Conservation: what leaves is what was decided, once, and openings are bounded in their window; and the process ends where that is broken. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decimal, dec, lte, sum } from '../base/decimal.ts';
import { isoTime } from '../base/time.ts';
import type { Fact } from '../domain/fact.ts';
import type { Intent } from '../domain/intent.ts';
import { AssertionFailed } from '../base/assert.ts';
import { audit } from '../../sim/auditor/audit.ts';
import { createWorld, PERPETUAL, START } from '../../sim/world/world.ts';
import { createConservation } from './conserve.ts';
import type { Wish } from './input.ts';
import { REPEATED } from './limits.ts';
import { frameOf } from './place.ts';

const world = await createWorld();
await world.ready();
const books = world.books();

const intentOf = (label: string, more: Partial<Intent> = {}): Intent => ({
  label,
  strategy: 'bot',
  trade: null,
  purpose: 'entry',
  instrument: PERPETUAL,
  direction: 'buy',
  amount: dec('0.001'),
  type: 'limit',
  price: dec('100000'),
  timeInForce: 'immediate_or_cancel',
  reduceOnly: false,
  triggerPrice: null,
  trigger: null,
  validUntil: START,
  children: [],
  fillCondition: null,
  ...more,
});
const fact = (body: Pick<Fact, 'type' | 'data'>, at = START): Fact =>
  ({ seq: 1, at: isoTime(at), v: 1, ...body }) as Fact;
const decided = (intent: Intent, at = START): Fact =>
  fact({ type: 'ORDER_INTENDED', data: { intent } }, at);
const wishOf = (intent: Intent): Wish => ({
  kind: 'request',
  link: 'trading',
  ref: intent.label,
  request: { kind: 'place', order: frameOf(intent) },
});
const refuses = (work: () => void, why: RegExp): void =>
  assert.throws(work, (error) => error instanceof AssertionFailed && why.test(error.message));

test('[I10] an order leaves once, and only as large as it was decided', () => {
  const account = createConservation(books);
  const intent = intentOf('a');
  refuses(() => account.leave(wishOf(intent)), /a leaves without a decision, or again/);
  account.decide([decided(intent)]);
  for (const other of [
    { amount: dec('0.0011') },
    { direction: 'sell' },
    { reduceOnly: true },
    { instrument: 'ETH_USDC-PERPETUAL' },
  ] as const) {
    const one = createConservation(books);
    one.decide([decided(intent)]);
    refuses(() => one.leave(wishOf({ ...intent, ...other })), /another order/);
  }
  account.leave(wishOf(intent));
  assert.deepEqual(account.sums('bot', PERPETUAL, false), {
    authorised: '0.001',
    sent: '0.001',
  });
  refuses(() => account.leave(wishOf(intent)), /a leaves without a decision, or again/);
});

test('[I10] what was held back does not leave later; an edit never touches an entry', async () => {
  const account = createConservation(books);
  const intent = intentOf('a');
  account.decide([decided(intent)]);
  account.stay(wishOf(intent));
  refuses(() => account.leave(wishOf(intent)), /without a decision/);
  const entered = await createWorld();
  await entered.enter();
  const orders = [...entered.books().orders.values()];
  const edit = (purpose: string): Wish => {
    const found = orders.find(({ leg }) => leg?.purpose === purpose);
    assert.ok(found);
    const { orderId, amount } = found.order;
    const asked = { orderId, amount, price: null, triggerPrice: null, validUntil: START };
    return {
      kind: 'request',
      link: 'trading',
      ref: 'e',
      request: { kind: 'edit', edit: asked as never },
    };
  };
  const other = createConservation(entered.books());
  other.leave(edit('stop'));
  refuses(() => other.leave(edit('entry')), /an edit of the entry/);
});

test('[I10] [I42] in its window a strategy opens no more than the throttle lets through, and each no more than the largest order', () => {
  const account = createConservation(books);
  const open = (n: number, at: number): void => account.decide([decided(intentOf(`e${n}`), at)]);
  for (let n = 0; n < REPEATED.count; n++) open(n, START + n);
  refuses(() => open(99, START + REPEATED.windowMs - 1), /one entry too many/);
  const resumed = fact({
    type: 'CONTROL_CHANGED',
    data: { strategy: 'bot', control: 'running', by: 'ada', reason: '', flatten: null },
  });
  open(100, START + REPEATED.windowMs + REPEATED.count);
  account.decide([resumed]);
  for (let n = 0; n < REPEATED.count; n++) open(200 + n, START + REPEATED.windowMs + 100);
  refuses(
    () => account.decide([decided(intentOf('large', { amount: dec('0.0101') }))]),
    /large opens 1010 of 1000 USD/,
  );
  account.decide([
    decided(intentOf('close', { purpose: 'operator_close', amount: dec('5'), reduceOnly: true })),
  ]);
});

type Act = { readonly kind: 'decide' | 'leave' | 'stay'; readonly which: number };

test('[I10] whatever is decided, sent and held back in whatever order: sent is never more than decided', () => {
  const acts = fc.array(
    fc.record<Act>({
      kind: fc.constantFrom('decide', 'leave', 'stay'),
      which: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 60 },
  );
  const amounts = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(acts, amounts, (list, sizes) => {
      const account = createConservation(books);
      const intents = sizes.map((size, n) =>
        intentOf(`o${n}`, { purpose: 'close', reduceOnly: true, amount: dec(size) }),
      );
      const model = { open: new Set<number>(), sent: [] as Decimal[] };
      for (const { kind, which } of list) {
        const intent = intents[which] as Intent;
        if (kind === 'decide') {
          account.decide([decided(intent)]);
          model.open.add(which);
        } else if (kind === 'stay') {
          account.stay(wishOf(intent));
          model.open.delete(which);
        } else if (model.open.delete(which)) {
          account.leave(wishOf(intent));
          model.sent.push(intent.amount);
        } else refuses(() => account.leave(wishOf(intent)), /without a decision/);
      }
      const { authorised, sent } = account.sums('bot', PERPETUAL, true);
      assert.equal(sent, sum(model.sent));
      assert.ok(lte(sent, authorised));
    }),
    { numRuns: 100 },
  );
});

test('[I10] [I42] a throttle that has lost count: the entry that is one too many ends the process before it is written or sent', async () => {
  const life = await createWorld();
  await life.ready();
  life.signal({}, { sticky: true });
  let minute = 0;
  /** The candle that ends the one before, which the strategy then judges. */
  const candle = (): void => {
    const at = START + 86_400_000 + ++minute * 60_000;
    const price = dec('100000');
    const shown = { at, open: price, high: price, low: price, close: price, volume: price };
    const event = { kind: 'candle', conn: 1, instrument: PERPETUAL, candle: shown } as const;
    life.life().input({ kind: 'venue', event });
  };
  /** The planted bug: the books forget each entry. */
  const forget = (): void => {
    const strategy = life.books().strategies.get('bot');
    assert.ok(strategy);
    strategy.recentEntries = [];
  };
  candle();
  for (let n = 0; n < REPEATED.count; n++) {
    if (life.openTrade() === undefined) candle();
    await life.until('a trade', () => life.openTrade() !== undefined, 5_000);
    life.control('POST', 'close', { instrument: PERPETUAL });
    await life.until('its end', () => life.openTrade() === undefined, 5_000);
    // Credits for the next one flow back.
    await life.run(3_000);
    forget();
  }
  const before = { intents: life.of('ORDER_INTENDED').length, frames: life.counts().frames };
  refuses(candle, /one entry too many in its window/);
  assert.equal(life.life().isAlive(), false);
  await assert.rejects(life.run(1), /bug I10: .* is one entry too many in its window/);
  assert.equal(life.of('ORDER_INTENDED').length, before.intents);
  assert.equal(life.counts().frames, before.frames);
});

test('[I10] on the wire: of all that a life of entries, closes and crashes sent, each label once and as large as its intent', async () => {
  const life = await createWorld();
  for (let n = 0; n < 3; n++) {
    await life.enter();
    await life.command({ verb: 'flatten', strategy: 'bot', reason: 'next' });
    await life.until('the close', () => life.openTrade() === undefined, 20_000);
    await life.command({ verb: 'resume', strategy: 'bot', reason: 'next' });
    if (n === 1) await life.restart();
  }
  const intents = new Map(
    life
      .allFacts()
      .flatMap((one) =>
        one.type === 'ORDER_INTENDED' ? [[one.data.intent.label, one.data.intent] as const] : [],
      ),
  );
  const sent = life.frames().flatMap(({ text }) => {
    const { method, params } = JSON.parse(text) as {
      readonly method: string;
      readonly params: { readonly label: string; readonly amount: number };
    };
    return method === 'private/buy' || method === 'private/sell' ? [params] : [];
  });
  assert.equal(new Set(sent.map(({ label }) => label)).size, sent.length);
  assert.ok(sent.length >= 6);
  for (const { label, amount } of sent) assert.equal(String(amount), intents.get(label)?.amount);
  await life.run(5_000);
  audit(life);
});
