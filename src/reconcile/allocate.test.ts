/** Fills in any order over any books: allocations sum to the fill, nobody closes more than he has open, and the position is what was traded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decimal, add, dec, neg, sum } from '../base/decimal.ts';
import { isoTime } from '../base/time.ts';
import {
  type Books,
  type Leg,
  emptyBooks,
  freezeBooks,
  spellBooks,
  thawBooks,
} from '../domain/books.ts';
import { evolve } from '../domain/evolve.ts';
import type { Fact, FactBody } from '../domain/fact.ts';
import type { Fill } from '../domain/fill.ts';
import type { Intent } from '../domain/intent.ts';
import { bookedPosition, openTrades } from '../domain/ledger.ts';
import type { VenueOrder } from '../domain/order.ts';
import { spec } from '../../test/support/documents.ts';
import { allocateForeign, allocateOurs } from './allocate.ts';

const START = 1_772_445_600_000;
const RISK = {
  maxDailyLossUsd: dec('200'),
  maxOrderUsd: dec('1000'),
  maxPositionUsd: dec('1000'),
  maxOpenOrders: 20,
};

/** A scribe over books. */
function scribe(): {
  readonly books: Books;
  readonly facts: Fact[];
  readonly write: (body: FactBody) => void;
} {
  const books = emptyBooks(RISK);
  const facts: Fact[] = [];
  const write = (body: FactBody): void => {
    const fact = {
      seq: facts.length + 1,
      at: isoTime(START + facts.length),
      epoch: 1,
      actor: { kind: 'engine', id: 'engine' },
      cause: 'test',
      build: 'test',
      config: 'test',
      ...body,
    } as Fact;
    facts.push(fact);
    evolve(books, fact);
  };
  write({ type: 'INSTRUMENT_SPECIFIED', v: 1, data: { instrument: spec } });
  return { books, facts, write };
}

const intent = (
  n: number,
  purpose: 'entry' | 'stop',
  what: Pick<Intent, 'direction' | 'amount' | 'trade'>,
): Intent => ({
  label: `ls:bot:n1:1:${n}${purpose === 'entry' ? 'e' : 's'}:birth001`,
  strategy: 'bot',
  purpose,
  instrument: spec.name,
  type: 'limit',
  price: dec('100000'),
  timeInForce: 'immediate_or_cancel',
  reduceOnly: purpose === 'stop',
  triggerPrice: null,
  trigger: null,
  validUntil: START,
  children: [],
  fillCondition: null,
  ...what,
});

/** The order of an intent as it looks once it has filled. */
const filled = (
  { label, instrument, direction, amount, price, reduceOnly }: Intent,
  orderId: string,
): VenueOrder => ({
  orderId,
  label,
  instrument,
  direction,
  type: 'limit',
  originalType: null,
  amount,
  filled: amount,
  averagePrice: price,
  price,
  triggerPrice: null,
  trigger: null,
  timeInForce: 'immediate_or_cancel',
  reduceOnly,
  state: 'filled',
  createdAt: START,
  updatedAt: START,
  flags: { api: true, web: false, mobile: null },
  isLiquidation: false,
  cancelReason: null,
  triggerOrderId: null,
  primaryOrderId: null,
  otoOrderIds: [],
  ocoRef: null,
});

type Act = {
  readonly kind: 'entry' | 'stop' | 'hand';
  readonly buy: boolean;
  readonly contracts: number;
  readonly fee: number;
};
const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom('entry' as const, 'stop' as const, 'hand' as const),
  buy: fc.boolean(),
  contracts: fc.integer({ min: 1, max: 20 }),
  fee: fc.integer({ min: -50, max: 500 }),
});

/** Lives through the acts; `each` sees every fill that was booked. */
function live(
  acts: readonly Act[],
  each: (fill: Fill, booking: ReturnType<typeof allocateOurs>, books: Books) => void,
): ReturnType<typeof scribe> {
  const story = scribe();
  const { books, write } = story;
  acts.forEach(({ kind, buy, contracts, fee }, n) => {
    const amount = dec(`${contracts}e-4`);
    const target =
      kind === 'stop'
        ? [...books.trades.values()].at(n % Math.max(1, books.trades.size))
        : undefined;
    const direction = (target === undefined ? buy : target.direction === 'short') ? 'buy' : 'sell';
    let leg: Leg | null = null;
    if (kind === 'entry' || target !== undefined) {
      const ours = intent(n, target === undefined ? 'entry' : 'stop', {
        direction,
        amount,
        trade: target?.id ?? `trd_${n}`,
      });
      write({ type: 'ORDER_INTENDED', v: 1, data: { intent: ours } });
      write({ type: 'ORDER_ACKED', v: 1, data: { label: ours.label, orderId: `O-${n}` } });
      write({
        type: 'ORDER_SEEN',
        v: 1,
        data: { order: filled(ours, `O-${n}`), label: ours.label },
      });
      leg = books.legs.get(ours.label) ?? null;
    }
    const fill: Fill = {
      tradeId: `T-${n}`,
      currency: 'USDC',
      instrument: spec.name,
      orderId: `O-${n}`,
      label: leg?.label ?? '',
      direction,
      amount,
      price: dec(100_000 + n),
      fee: dec(`${fee}e-6`),
      feeCurrency: 'USDC',
      at: START + n,
      liquidity: 'taker',
      liquidation: false,
      api: null,
    };
    const booking =
      leg === null ? allocateForeign(books, fill, 'web', false) : allocateOurs(books, fill, leg);
    each(fill, booking, books);
    write({ type: 'FILL_BOOKED', v: 1, data: { fill, ...booking, source: 'push' } });
  });
  return story;
}

test('[I9][I23] amounts and fees of the allocations sum to the fill; a trade never closes more than it has open', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 14 }), (acts) => {
      live(acts, (fill, { allocations }, books) => {
        assert.equal(sum(allocations.map((part) => part.amount)), fill.amount);
        assert.equal(sum(allocations.map((part) => part.fee)), fill.fee);
        for (const part of allocations) {
          assert.ok(!part.amount.startsWith('-') && part.amount !== '0');
          const trade =
            part.trade === null || part.role !== 'close' ? undefined : books.trades.get(part.trade);
          if (trade) assert.ok(Number(part.amount) <= Number(trade.open));
        }
      });
    }),
    { numRuns: 300 },
  );
});

test('[I12][I17] whatever the order of entries, stops and hands: open trades and the foreign amount are what was traded', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 14 }), (acts) => {
      let traded: Decimal = dec('0');
      const { books } = live(acts, (fill) => {
        traded = add(traded, fill.direction === 'buy' ? fill.amount : neg(fill.amount));
      });
      assert.equal(bookedPosition(books, spec.name), traded);
      for (const trade of books.trades.values()) {
        assert.equal(
          sum(trade.entries.map((lot) => lot.amount)),
          add(trade.open, sum(trade.exits.map((lot) => lot.amount))),
        );
        assert.equal(trade.closedAt === null, trade.open !== '0', `[I18] ${trade.id}`);
      }
    }),
    { numRuns: 300 },
  );
});

test('[I25] two folds give the same text, and a fold that rests in a snapshot at any fact goes on to the same end', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 1, maxLength: 10 }), fc.nat(), (acts, drawn) => {
      const { books, facts } = live(acts, () => undefined);
      const fold = (from: Books, part: readonly Fact[]): Books => {
        for (const fact of part) evolve(from, fact);
        return from;
      };
      const cut = drawn % (facts.length + 1);
      const whole = spellBooks(fold(emptyBooks(RISK), facts));
      assert.equal(
        whole,
        spellBooks(fold(emptyBooks(RISK), JSON.parse(JSON.stringify(facts)) as readonly Fact[])),
      );
      const prefix = freezeBooks(fold(emptyBooks(RISK), facts.slice(0, cut)));
      assert.equal(freezeBooks(thawBooks(prefix)), prefix);
      assert.equal(spellBooks(fold(thawBooks(prefix), facts.slice(cut))), whole);
      assert.equal(spellBooks(books), whole);
    }),
    { numRuns: 150 },
  );
});

test("[N5] a hand's fill reduces what is foreign first, then the oldest trade; the rest is foreign, and the fee follows the amounts", () => {
  const found: unknown[] = [];
  live(
    [
      { kind: 'hand', buy: true, contracts: 2, fee: 0 },
      { kind: 'entry', buy: true, contracts: 5, fee: 0 },
      { kind: 'entry', buy: true, contracts: 3, fee: 0 },
      { kind: 'hand', buy: false, contracts: 12, fee: 120 },
    ],
    (_, { allocations, exit }) =>
      void found.push([
        allocations.map((part) => [part.trade, part.role, part.amount, part.fee]),
        exit,
      ]),
  );
  assert.deepEqual(found.at(-1), [
    [
      [null, 'close', '0.0002', '0.00002'],
      ['trd_1', 'close', '0.0005', '0.00005'],
      ['trd_2', 'close', '0.0003', '0.00003'],
      [null, 'open', '0.0002', '0.00002'],
    ],
    { reason: 'external_close', by: 'web' },
  ]);
});

test('[I21] an opening fill of a trade that is closed already opens a new one with the old as its parent', () => {
  const { books, write } = live(
    [
      { kind: 'entry', buy: true, contracts: 5, fee: 1 },
      { kind: 'hand', buy: false, contracts: 5, fee: 1 },
    ],
    () => undefined,
  );
  const leg = [...books.legs.values()].find((one) => one.purpose === 'entry');
  assert.ok(leg);
  const fill: Fill = {
    tradeId: 'USDC-9',
    currency: 'USDC',
    instrument: spec.name,
    orderId: 'O-0',
    label: leg.label,
    direction: 'buy',
    amount: dec('0.0002'),
    price: dec('100000'),
    fee: dec('0.01'),
    feeCurrency: 'USDC',
    at: START + 50,
    liquidity: 'taker',
    liquidation: false,
    api: true,
  };
  write({
    type: 'FILL_BOOKED',
    v: 1,
    data: { fill, ...allocateOurs(books, fill, leg), source: 'check' },
  });
  const [late] = openTrades(books);
  assert.deepEqual(
    [late?.parent, late?.strategy, late?.open, books.trades.get('trd_0')?.closedAt !== null],
    ['trd_0', 'bot', '0.0002', true],
  );
});

test('[I40] what a kill without an engine closed was closed by the kill switch, wherever it is found', () => {
  const seen: Fill[] = [];
  const { books } = live(
    [{ kind: 'entry', buy: true, contracts: 5, fee: 0 }],
    (fill) => void seen.push(fill),
  );
  const [entry] = seen;
  assert.ok(entry);
  const closing: Fill = {
    ...entry,
    tradeId: 'x-1',
    orderId: 'x-1',
    label: 'kill-Zx81',
    direction: 'sell',
    at: entry.at + 1,
  };
  for (const atStart of [true, false]) {
    const { exit } = allocateForeign(books, closing, 'other_api', atStart);
    assert.deepEqual(exit, { reason: 'kill_switch', by: 'kill' });
  }
  const byHand = allocateForeign(books, closing, 'web', false);
  assert.deepEqual(byHand.exit, { reason: 'external_close', by: 'web' });
});
