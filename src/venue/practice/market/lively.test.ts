import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dec, gt, isMultiple, lt } from '../../../base/decimal.ts';
import { HOUR, MINUTE, SECOND } from '../../../base/time.ts';
import { at, createBench, flat, NOON, on, PERP } from '../harness.contract.ts';
import { INSTRUMENTS } from '../products/instruments.ts';
import { BEAT, beatAt, livelyQuotes, takerAt } from './lively.ts';

const livelyBench = () => createBench({ lively: true });
type Bench = ReturnType<typeof livelyBench>;

/** Everything that a life leaves, without how often it was written down. */
const left = (bench: Bench) => ({ ...bench.stored(), n: 0 });

/** Orders that rest near the touch, one behind another, so that makers and takers meet them. */
function trade(bench: Bench): number {
  const conn = bench.login();
  for (const [i, away] of [1, 4, 9, 25].entries()) {
    bench.buy(conn, { type: 'limit', amount: 0.01 * (i + 1), price: 64_000 - away });
    bench.sell(conn, { type: 'limit', amount: 0.02, price: 64_000 + away });
  }
  bench.sell(conn, {
    type: 'stop_market',
    amount: 0.01,
    trigger: 'last_price',
    trigger_price: 63_995,
  });
  return conn;
}

describe('a lively market', () => {
  it('quotes on its ticks and contracts, best price first, around the mark, at every beat', () => {
    for (const spec of INSTRUMENTS)
      for (let beat = 0; beat < 200; beat++) {
        for (const side of ['bid', 'ask'] as const) {
          const quote = livelyQuotes(spec, { seed: 3, beat, mark: spec.startPrice }, side);
          const found = Array.from({ length: 100 }, (_, n) => quote(n)).filter(
            (one) => one !== undefined,
          );
          assert.ok(found.length >= 20, `${found.length} levels`);
          for (const [i, { price, amount }] of found.entries()) {
            const before = found[i - 1]?.price ?? price;
            assert.ok(!(side === 'ask' ? lt : gt)(price, before), 'best first');
            assert.ok((side === 'ask' ? gt : lt)(price, spec.startPrice));
            assert.ok(isMultiple(price, spec.tick) && isMultiple(amount, spec.contractSize));
            assert.ok(!lt(amount, spec.contractSize));
          }
        }
      }
  });

  it('shows another book within the second, and trades between the seconds', () => {
    const bench = livelyBench();
    const books = new Set<string>();
    const conn = bench.login();
    bench.ok(conn, 'public/subscribe', { channels: [`trades.${PERP}.raw`] });
    for (let i = 0; i < 240; i++) {
      bench.pass(BEAT);
      books.add(JSON.stringify(bench.book({ instrument: PERP })));
    }
    assert.ok(books.size > 200, `${books.size} books`);
    const trades = on<{ timestamp: number; price: number }[]>(bench.inbox(conn), 'trades').flat();
    assert.ok(trades.length > 10, `${trades.length} trades`);
    assert.ok(trades.some(({ timestamp }) => timestamp % SECOND !== 0));
    const beats = Map.groupBy(trades, ({ timestamp }) => timestamp).values();
    const swept = [...beats].filter((all) => new Set(all.map(({ price }) => price)).size > 1);
    assert.ok(swept.length > 0, 'no taker went through a level');
  });

  it('leaves the index to the price file', () => {
    const bench = livelyBench();
    bench.pass(3 * MINUTE);
    assert.equal(bench.state().instruments[0]?.index, '64000');
    const rising = flat('64000').map((candle, i) =>
      i === 2 ? { ...candle, close: dec('64100') } : candle,
    );
    const moved = createBench({ lively: true, file: rising });
    const calm = createBench({ file: rising });
    for (const one of [moved, calm]) one.pass(2.5 * MINUTE);
    assert.equal(moved.state().instruments[0]?.index, calm.state().instruments[0]?.index);
  });

  it('fills what users rest in the way of takers, and says so as the maker', () => {
    const bench = livelyBench();
    trade(bench);
    bench.pass(10 * MINUTE);
    const trades = bench.state().trades;
    assert.ok(trades.length > 3, `${trades.length} trades`);
    const resting = trades.filter(({ liquidity }) => liquidity === 'M');
    assert.ok(resting.length > 2, `${resting.length} as the maker`);
  });

  it('keeps takers away and gives no more than a hand allows', () => {
    const bench = livelyBench();
    bench.control('POST', 'liquidity', { instrument: PERP, amount: '0' });
    trade(bench);
    bench.pass(10 * MINUTE);
    assert.deepEqual(bench.book({ instrument: PERP }).body.asks.length, 4);
    assert.deepEqual(bench.state().trades, []);
  });

  it('goes by the time alone: one long look, many short ones, or a restart between give the same life', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom('entries' as const, 'snapshot' as const),
        (cuts, how) => {
          const lives = ['long', 'short', 'restarted'].map((life) => {
            const bench = livelyBench();
            trade(bench);
            const whole = cuts.reduce((total, cut) => total + cut, 0);
            for (const cut of life === 'long' ? [whole] : cuts) {
              bench.pass(cut);
              if (life !== 'restarted') continue;
              bench.control('POST', 'speed', { speed: 1 });
              bench.restart(how);
            }
            return left(bench);
          });
          assert.deepEqual(lives[1], lives[0]);
          assert.deepEqual(lives[2], lives[0]);
        },
      ),
      { numRuns: 6 },
    );
  });

  it('gives the same frames and the same journal, byte for byte, for the same inputs', () => {
    const life = () => {
      const bench = livelyBench();
      const conn = trade(bench);
      bench.ok(conn, 'private/subscribe', {
        channels: [`book.${PERP}.100ms`, `user.changes.any.any.raw`, `trades.${PERP}.raw`],
      });
      for (let i = 0; i < 60; i++) bench.pass(i % 2 === 0 ? 130 : 700);
      return JSON.stringify([bench.entries, bench.effects]);
    };
    assert.equal(life(), life());
  });

  it('has a settlement like any other, and no trade while it lasts', () => {
    const bench = createBench({ lively: true, startAt: at('2026-01-05T07:59:58.000Z') });
    const conn = bench.login();
    bench.ok(conn, 'public/subscribe', { channels: [`trades.${PERP}.raw`] });
    bench.pass(60 * SECOND);
    const trades = on<{ timestamp: number }[]>(bench.inbox(conn), 'trades').flat();
    const settled = at('2026-01-05T08:00:00.000Z');
    const during = trades.filter(({ timestamp: t }) => t >= settled && t < settled + 5 * SECOND);
    assert.deepEqual(during, []);
    assert.ok(trades.length > 5);
  });

  it('is calm again after a restart without the option, and the other way round', () => {
    const bench = livelyBench();
    bench.pass(SECOND);
    assert.equal(bench.stored().markets[0]?.lively?.beat, beatAt(NOON + SECOND));
    const snapshot = JSON.stringify(bench.stored());
    const calm = createBench({ restore: { snapshot, entries: [] } });
    assert.equal(calm.stored().markets[0]?.lively, undefined);
    const again = { snapshot: JSON.stringify(calm.stored()), entries: [] };
    const lively = createBench({ lively: true, restore: again });
    assert.equal(lively.stored().markets[0]?.lively?.beat, beatAt(NOON + SECOND));
  });

  it('sends takers of both sides, mostly small, about one in two seconds', () => {
    const [spec] = INSTRUMENTS;
    assert.ok(spec !== undefined);
    const beats = HOUR / BEAT;
    const found = Array.from({ length: beats }, (_, beat) =>
      takerAt(spec, { seed: 1, beat }),
    ).filter((taker) => taker !== null);
    assert.ok(found.length > beats * 0.1 && found.length < beats * 0.14, `${found.length}`);
    const buys = found.filter(({ direction }) => direction === 'buy').length;
    assert.ok(buys > found.length * 0.45 && buys < found.length * 0.55);
    const big = found.filter(({ amount }) => gt(amount, spec.maker.topSize)).length;
    assert.ok(big > 0 && big < found.length * 0.06, `${big} of ${found.length}`);
  });
});
