/** The book of the control API, asked for and followed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bench, createBench, NOON, PERP } from '../harness.contract.ts';

const VIEWER = 3;

const follow = (bench: Bench, text: string, viewer = VIEWER): void =>
  void bench.handle({ kind: 'viewer', viewer, text });

const asked = (instruments: readonly string[], depth = 2): string =>
  JSON.stringify({ type: 'FOLLOW_BOOKS', instruments, depth });

type Told = {
  readonly type: string;
  readonly instrument: string;
  readonly bids: readonly { readonly price: string; readonly amount: string }[];
  readonly error: { readonly field: string };
  readonly accounts?: unknown;
  readonly insurance?: unknown;
};

/** What one viewer alone was told since the last call. */
const told = (bench: Bench, viewer = VIEWER): Told[] =>
  bench.effects
    .splice(0)
    .filter((effect) => effect.kind === 'stream')
    .filter((effect) => effect.viewer === viewer)
    .map(({ event }) => event as Told);

test("a book shows the market maker's levels and the accounts' resting orders, best first", () => {
  const bench = createBench();
  const { body } = bench.book({ instrument: PERP, depth: '2' });
  assert.deepEqual(body, {
    instrument: PERP,
    bids: [
      { price: '63998.7', amount: '0.05' },
      { price: '63997.4', amount: '0.1' },
    ],
    asks: [
      { price: '64001.3', amount: '0.05' },
      { price: '64002.6', amount: '0.1' },
    ],
    mark: '64000',
    index: '64000',
    last: '64000',
  });
  const limit = (direction: string, price: string, amount: string): void => {
    const order = { instrument: PERP, direction, price, amount };
    assert.equal(bench.control('POST', 'order', order).status, 200);
  };
  limit('buy', '63999', '0.003');
  limit('sell', '64001.3', '0.002');
  limit('sell', '64500', '0.001');
  const after = bench.book({ instrument: PERP, depth: '1' }).body;
  assert.deepEqual(
    [after.bids, after.asks],
    [[{ price: '63999', amount: '0.003' }], [{ price: '64001.3', amount: '0.052' }]],
  );
  const deep = bench.book({ instrument: PERP, depth: '100' }).body.asks;
  assert.deepEqual(
    deep.filter(({ price }) => price === '64500'),
    [{ price: '64500', amount: '0.001' }],
  );
  assert.equal(bench.book({ instrument: PERP }).body.bids.length, 10);
});

test('a wrong question for a book names the field and what is accepted', () => {
  const bench = createBench();
  const cases = [
    [{}, 'instrument'],
    [{ instrument: 'X' }, 'instrument'],
    [{ instrument: PERP, depth: '0' }, 'depth'],
    [{ instrument: PERP, depth: 'all' }, 'depth'],
    [{ instrument: PERP, more: '1' }, 'more'],
  ] as const;
  for (const [query, field] of cases) {
    const { status, body } = bench.book(query);
    assert.deepEqual([status, body.error.field], [400, field], JSON.stringify(query));
    assert.ok((body.error.accepted ?? '').length > 0);
  }
});

test('a viewer is told the books that it follows: at once, then when they change, four times a second at most', () => {
  const bench = createBench();
  follow(bench, asked([PERP]));
  const [first, ...rest] = told(bench);
  assert.deepEqual([first?.type, first?.instrument, rest.length], ['BOOK', PERP, 0]);
  assert.deepEqual(first?.bids[0], { price: '63998.7', amount: '0.05' });
  bench.control('POST', 'order', {
    instrument: PERP,
    direction: 'buy',
    price: '63999',
    amount: '0.003',
  });
  assert.deepEqual(told(bench), [], 'too soon');
  assert.equal(bench.exchange().wakeAt(bench.clock), bench.clock.mono + 250);
  bench.pass(249);
  assert.deepEqual(told(bench), []);
  bench.pass(1);
  assert.deepEqual(
    told(bench).map(({ bids }) => bids[0]),
    [{ price: '63999', amount: '0.003' }],
  );
  for (let i = 0; i < 8; i++) bench.pass(0, 125);
  assert.deepEqual(told(bench), [], 'nothing has changed');
  for (let i = 0; i < 7; i++) {
    bench.price(String(64_100 + i));
    bench.pass(0, 125);
  }
  assert.equal(told(bench).length, 4);
});

test('a viewer follows its own books only, replaces them, and is forgotten when it leaves', () => {
  const bench = createBench();
  const ether = 'ETH_USDC-PERPETUAL';
  follow(bench, asked([PERP, ether]));
  follow(bench, asked([ether]), 4);
  assert.deepEqual(
    bench.effects
      .splice(0)
      .filter((effect) => effect.kind === 'stream' && effect.viewer !== undefined)
      .map(
        (effect) => effect.kind === 'stream' && [effect.viewer, (effect.event as Told).instrument],
      ),
    [
      [VIEWER, PERP],
      [VIEWER, ether],
      [4, ether],
    ],
  );
  follow(bench, asked([PERP]));
  bench.handle({ kind: 'viewer_left', viewer: 4 });
  bench.effects.splice(0);
  bench.pass(250);
  bench.control('POST', 'price', { instrument: ether, price: '3000' });
  assert.deepEqual(told(bench), []);
  follow(bench, asked([]));
  bench.price('65000');
  bench.pass(2_000);
  assert.deepEqual(told(bench), []);
  assert.equal(bench.clock.server, NOON + 2_250);
});

test('what a viewer asks wrongly is answered to it alone, and leaves its books as they were', () => {
  const bench = createBench();
  follow(bench, asked([PERP]));
  told(bench);
  for (const [text, field] of [
    ['{"type":', 'body'],
    ['{"type":"BUY"}', 'type'],
    [asked(['X']), 'instrument'],
    [asked([PERP], 101), 'depth'],
  ] as const) {
    follow(bench, text);
    assert.deepEqual(
      told(bench).map(({ type, error }) => [type, error.field]),
      [['REFUSED', field]],
      text,
    );
  }
  bench.price('65000');
  bench.pass(250);
  assert.deepEqual(
    told(bench).map(({ type }) => type),
    ['BOOK'],
  );
});

test('who follows the market is told of margins and of the insurance fund: when they change, once a second at most', () => {
  const bench = createBench();
  const margins = () =>
    bench.effects
      .splice(0)
      .filter((effect) => effect.kind === 'stream')
      .map(({ event }) => event as Told)
      .filter(({ type }) => type === 'MARGINS');
  bench.buy(bench.login(), { amount: 0.01, type: 'market' });
  bench.pass(5_000);
  assert.deepEqual(margins(), [], 'nobody looks');
  follow(bench, asked([PERP]));
  const [first, ...more] = margins();
  assert.deepEqual(
    [first?.accounts, more],
    [bench.state().accounts.map(({ id, margin }) => ({ id, margin })), []],
  );
  bench.control('POST', 'insurance', { currency: 'USDC', amount: '7' });
  bench.pass(400);
  assert.deepEqual(margins(), [], 'not within the second');
  bench.pass(600);
  assert.deepEqual(
    margins().map(({ insurance }) => insurance),
    [{ USDC: '7' }],
  );
});
