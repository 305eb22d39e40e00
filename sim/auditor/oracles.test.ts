/** The auditor's own exam: each of its oracles is shown a run that breaks its rule, and names it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dec } from '../../src/base/decimal.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { OrderRecord } from '../../src/venue/practice/state.ts';
import { createWorld, type World } from '../world/world.ts';
import { audit, auditCash, auditCover, auditEquity, ORACLES } from './audit.ts';
import type { Evidence } from './evidence.ts';
import { createWatch } from './watch.ts';

/** A life with two trades: one that a hand closed in parts, one that is open. Cash is read. */
async function lived(): Promise<World> {
  const world = await createWorld({ watch: createWatch() });
  const { id } = await world.enter();
  world.control('POST', 'close', { instrument: 'BTC_USDC-PERPETUAL', amount: '0.0004' });
  await world.run(3_000);
  world.control('POST', 'close', { instrument: 'BTC_USDC-PERPETUAL' });
  await world.until('the close', () => world.trade(id).closedAt !== null);
  await world.run(3_000);
  await world.enter({ direction: 'short' });
  await world.run(35_000);
  await world.command({ verb: 'reconcile' });
  await world.run(2_000);
  return world;
}

const world = await lived();
const facts = world.facts();

const where = <T extends Fact['type']>(type: T): readonly Extract<Fact, { type: T }>[] =>
  facts.filter((fact): fact is Extract<Fact, { type: T }> => fact.type === type);
/** The run with these facts instead of its own. */
const withFacts = (changed: readonly Fact[]): Evidence => ({
  ...world,
  facts: () => changed,
  allFacts: () => changed,
});
const without = (gone: Fact | undefined): Evidence =>
  withFacts(facts.filter((fact) => fact !== gone));
const changed = <T extends Fact['type']>(
  type: T,
  change: (fact: Extract<Fact, { type: T }>) => Fact,
  nth = 0,
): Evidence => {
  const old = where(type).at(nth);
  return withFacts(facts.map((fact) => (fact === old ? change(old) : fact)));
};
/** The run with other orders at the exchange. */
const withOrders = (change: (orders: Map<string, OrderRecord>) => void): Evidence => {
  const orders = new Map([...world.truth().orders].map(([id, order]) => [id, { ...order }]));
  change(orders);
  return { ...world, truth: () => ({ ...world.truth(), orders, ids: [...orders.keys()] }) };
};
const anyOf = (orders: Map<string, OrderRecord>, fits: (order: OrderRecord) => boolean) => {
  const found = [...orders.values()].find(fits);
  assert.ok(found !== undefined, 'an order of that kind');
  return found;
};
const isStop = (order: OrderRecord): boolean =>
  order.type === 'stop_market' && order.state === 'untriggered' && order.link?.role !== 'dormant';
const lastCommit = (): readonly Fact[] => {
  const found = world
    .disk()
    .commits.find((commit) => commit.some(({ type }) => type === 'TRADE_CLOSED'));
  assert.ok(found !== undefined);
  return found;
};

const rulesOf = (evidence: Evidence): string[] =>
  [...ORACLES, auditCash, auditCover].flatMap((oracle) => {
    try {
      oracle(evidence);
      return [];
    } catch (error) {
      assert.ok(error instanceof Error);
      return [/^\[(\w+)\]/.exec(error.message)?.[1] ?? error.message];
    }
  });

const DOCTORED: readonly (readonly [string, string, () => Evidence])[] = [
  ['a fill is missing', 'I11', () => without(where('FILL_BOOKED')[1])],
  [
    'a fill is booked twice',
    'I11',
    () => withFacts([...facts, ...where('FILL_BOOKED').slice(0, 1)]),
  ],
  [
    'a fill has another price',
    'I11',
    () =>
      changed('FILL_BOOKED', (fact) => ({
        ...fact,
        data: { ...fact.data, fill: { ...fact.data.fill, price: dec('1') } },
      })),
  ],
  [
    'allocations lose a part of the fee',
    'I11',
    () =>
      changed('FILL_BOOKED', (fact) => ({
        ...fact,
        data: {
          ...fact.data,
          allocations: fact.data.allocations.map((part) => ({ ...part, fee: dec('0') })),
        },
      })),
  ],
  ['facts do not add up to the position', 'I12', () => without(where('FILL_BOOKED').at(-1))],
  [
    'the exchange holds another position',
    'I17',
    () => ({ ...world, truth: () => ({ ...world.truth(), position: () => dec('1') }) }),
  ],
  [
    'the books hold another amount',
    'I17',
    () => {
      const books = world.books();
      const foreign = new Map([
        ['BTC_USDC-PERPETUAL', { amount: dec('1'), decided: dec('2') }],
      ]) as unknown as typeof books.foreign;
      return { ...world, books: () => ({ ...books, foreign }) };
    },
  ],
  [
    'an account of the books has no other side',
    'I14',
    () => {
      const books = world.books();
      const accounts = new Map([...books.accounts, ['USDC/fees', dec('1')] as const]);
      return { ...world, books: () => ({ ...books, accounts }) };
    },
  ],
  ['fees of the books are of no fill', 'I14', () => without(where('FILL_BOOKED')[0])],
  ['a row of cash is missing', 'I13', () => without(where('CASH_BOOKED')[0])],
  [
    'the exchange holds other cash',
    'I13',
    () => {
      const account = { ...world.truth().account(), balances: { USDC: dec('1') } };
      return { ...world, truth: () => ({ ...world.truth(), account: () => account }) };
    },
  ],
  [
    'a closed trade was shown with another result',
    'N1',
    () =>
      changed('TRADE_CLOSED', (fact) => ({
        ...fact,
        data: { trade: { ...fact.data.trade, netPnl: dec('5') } },
      })),
  ],
  ['an intent is missing', 'I2', () => without(where('ORDER_INTENDED')[0])],
  [
    'a label has two orders',
    'I1',
    () =>
      withOrders((orders) => {
        const order = anyOf(orders, ({ label }) => label.startsWith('ls:'));
        orders.set('twin', { ...order, id: 'twin', bornFrom: null });
        orders.set('triplet', { ...order, id: 'triplet', bornFrom: null });
      }),
  ],
  [
    'an order came after its absence was proved',
    'I5',
    () => {
      const [acked] = where('ORDER_ACKED');
      assert.ok(acked !== undefined);
      const { label } = acked.data;
      const absent = { ...acked, type: 'ORDER_ABSENT', data: { label, by: 'proof', evidence: '' } };
      return withFacts([...facts, absent as Fact]);
    },
  ],
  [
    'an order that closes could open',
    'I9',
    () =>
      withOrders((orders) => {
        const stop = anyOf(orders, isStop);
        orders.set(stop.id, { ...stop, reduceOnly: false });
      }),
  ],
  [
    'more is live than is open',
    'I9',
    () =>
      withOrders((orders) => {
        const stop = anyOf(orders, isStop);
        orders.set(stop.id, { ...stop, amount: dec('9') });
      }),
  ],
  [
    'a stop is gone',
    'L2',
    () => withOrders((orders) => void orders.delete(anyOf(orders, isStop).id)),
  ],
  [
    'a moment without a stop',
    'I55',
    () => withOrders((orders) => void orders.delete(anyOf(orders, isStop).id)),
  ],
  [
    'a leftover lives on',
    'I51',
    () =>
      withOrders((orders) => {
        const ended = anyOf(orders, (one) => one.state === 'cancelled' && one.label !== '');
        orders.set(ended.id, { ...ended, state: 'open' });
      }),
  ],
  ['a cancel is still owed', 'I51', () => without(where('CHANGE_RESOLVED')[0])],
  ['an intent never ended', 'L3', () => without(where('ORDER_ACKED').at(-1))],
  [
    'a taken order was never seen',
    'I8',
    () => {
      const id = where('ORDER_ACKED')[0]?.data.orderId;
      return withFacts(
        facts.filter((fact) => fact.type !== 'ORDER_SEEN' || fact.data.order.orderId !== id),
      );
    },
  ],
  [
    'the living books differ from the fold',
    'I25',
    () => ({ ...world, books: () => ({ ...world.books(), speed: 7 }) }),
  ],
  [
    'the status last shown is not that of the books',
    'I20',
    () =>
      changed(
        'STRATEGY_STATUS_CHANGED',
        (fact) => ({ ...fact, data: { ...fact.data, status: 'analyzing' } }),
        -1,
      ),
  ],
  [
    'a close without its status in the commit',
    'I19',
    () => ({
      ...world,
      disk: () => ({
        ...world.disk(),
        commits: [lastCommit().filter((fact) => fact.type !== 'STRATEGY_STATUS_CHANGED')],
      }),
    }),
  ],
  [
    'an opening that its commit does not show',
    'I19',
    () => ({
      ...world,
      disk: () => ({ ...world.disk(), commits: [where('FILL_BOOKED').slice(0, 1)] }),
    }),
  ],
  ['a trade is closed twice', 'I21', () => withFacts([...facts, ...where('TRADE_CLOSED')])],
  [
    'a trade was never shown',
    'N7',
    () =>
      withFacts(
        facts.filter((fact) => fact.type !== 'TRADE_OPENED' && fact.type !== 'TRADE_CLOSED'),
      ),
  ],
];

test('the run itself is clean', () => {
  audit(world);
  auditCash(world);
  auditCover(world);
  assert.ok(where('FILL_BOOKED').length >= 4);
});

for (const [what, id, doctor] of DOCTORED)
  test(`[${id}] the auditor sees it: ${what}`, () => {
    assert.ok(rulesOf(doctor()).includes(id), rulesOf(doctor()).join() || 'nothing was seen');
  });

test('[I3] the auditor sees it: two openings of one strategy at once', () => {
  const [first] = where('ORDER_INTENDED');
  assert.ok(first !== undefined);
  const { intent } = first.data;
  const twin = { ...intent, label: 'ls:twin', children: [] };
  const second = { ...first, data: { intent: twin } };
  const doctored = [...facts.slice(0, first.seq), second, ...facts.slice(first.seq)];
  assert.ok(rulesOf(withFacts(doctored)).includes('I3'));
});

/** A journal that answers before anything is durable. */
test('[I36][I2] the auditor sees it: publishing and sending before the sync', async () => {
  const eager = () =>
    createWorld({
      diskMs: 400,
      watch: createWatch(),
      plant: (journal) => ({
        ...journal,
        append: (batch) => {
          void journal.append(batch);
          return Promise.resolve({ ok: true, head: batch.expected + batch.facts.length });
        },
      }),
    });
  await assert.rejects(async () => {
    const early = await eager();
    await early.ready();
  }, /\[I36\] commit \d+ was published with facts up to \d+ durable/);
});

test('[I1][I2][I5][I7][I11] the watch sees in motion what the audit sees at rest', () => {
  const look = (evidence: Partial<World>): string => {
    try {
      createWatch()({ ...world, ...evidence });
      return 'nothing';
    } catch (error) {
      assert.ok(error instanceof Error);
      return /^\[(\w+)\]/.exec(error.message)?.[1] ?? error.message;
    }
  };
  assert.equal(look({}), 'nothing');
  assert.equal(look(without(where('ORDER_INTENDED')[0])), 'I2');
  assert.equal(look({ syncedHead: () => 1 }), 'I2');
  const twice = [...facts, ...where('FILL_BOOKED').slice(0, 1)];
  assert.equal(look(withFacts(twice)), 'I11');
  const frames = world.frames().map((frame) => ({ ...frame, synced: 0 }));
  assert.equal(look({ frames: () => frames }), 'I2');
  const [acked] = where('ORDER_ACKED');
  const absent = {
    ...acked,
    type: 'ORDER_ABSENT',
    data: { label: acked?.data.label, by: 'proof' },
  };
  assert.equal(look(withFacts([...facts, absent as Fact])), 'I5');
  const refused = { ...absent, type: 'ORDER_REJECTED', data: { label: acked?.data.label } };
  assert.equal(look(withFacts([...facts, refused as Fact])), 'I7');
});

test('[I7] the watch sees an order that counts as refused once it is there', () => {
  const watch = createWatch();
  watch(world);
  const [acked] = where('ORDER_ACKED');
  const refused = { ...acked, type: 'ORDER_REJECTED', data: { label: acked?.data.label } };
  const later = [...facts, refused as Fact];
  assert.throws(() => watch({ ...world, facts: () => later, allFacts: () => later }), /\[I7\]/);
});

test('[I16] the auditor sees it: equity that no fill explains', async () => {
  const flat = await createWorld();
  const { id } = await flat.enter();
  flat.control('POST', 'close', { instrument: 'BTC_USDC-PERPETUAL' });
  await flat.until('the close', () => flat.trade(id).closedAt !== null);
  await flat.run(35_000);
  const equity = flat.exchange().accounts[0]?.equity ?? {};
  auditEquity(flat, equity);
  assert.throws(() => auditEquity(flat, { ...equity, USDC: '10001' }), /^AssertionFailed: \[I16\]/);
});
