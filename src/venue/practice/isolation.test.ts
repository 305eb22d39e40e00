/** What one account does beside another changes nothing of the other's, as long as they do not trade with each other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accountNamed } from './exchange.ts';
import { createBench, PERP } from './harness.contract.ts';

type Move =
  | { readonly kind: 'order'; readonly side: 'buy' | 'sell'; readonly away: number }
  | { readonly kind: 'cancel'; readonly nth: number }
  | { readonly kind: 'pass'; readonly ms: number };

const moves = (least: number, most: number): fc.Arbitrary<Move[]> =>
  fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('order' as const),
        side: fc.constantFrom('buy' as const, 'sell' as const),
        away: fc.integer({ min: least, max: most }),
      }),
      fc.record({ kind: fc.constant('cancel' as const), nth: fc.nat(6) }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 3_000 }) }),
    ),
    { minLength: 3, maxLength: 10, size: 'max' },
  );

type Bench = ReturnType<typeof createBench>;

/** An order `away` from the mark on the passive side, or through it where that is below 0. */
function make(bench: Bench, account: string, move: Exclude<Move, { kind: 'pass' }>): void {
  if (move.kind === 'cancel') {
    const open = bench.state().orders.filter((one) => one.account === account);
    const order = open[move.nth];
    if (order !== undefined) bench.control('POST', 'cancel', { account, orderId: order.orderId });
    return;
  }
  const price = String(64_000 + (move.side === 'buy' ? -move.away : move.away));
  bench.control('POST', 'order', {
    account,
    instrument: PERP,
    direction: move.side,
    type: 'limit',
    amount: '0.01',
    price,
  });
}

/** All that belongs to an account, without what counts for everybody: ids. */
function lifeOf(bench: Bench, account: string) {
  const { accounts, orders, trades } = bench.state();
  return {
    account: accounts.find(({ id }) => id === account),
    orders: orders.filter((one) => one.account === account).map((one) => ({ ...one, orderId: '' })),
    trades: trades
      .filter((one) => one.account === account)
      .map((one) => ({ ...one, orderId: '', tradeId: '' })),
  };
}

test('orders of another account that never trade leave an account as it is', () => {
  let trades = 0;
  let others = 0;
  fc.assert(
    fc.property(moves(-20, 40), moves(2_000, 4_000), fc.boolean(), (own, beside, lively) => {
      const lives = [false, true].map((crowded) => {
        const bench = createBench({
          lively,
          accounts: ['main', 'second'].map((id) => accountNamed(id)),
        });
        for (const [i, move] of own.entries()) {
          const other = beside[i];
          if (crowded && other !== undefined && other.kind !== 'pass') make(bench, 'second', other);
          if (move.kind === 'pass') bench.pass(move.ms);
          else make(bench, 'main', move);
        }
        trades += bench.state().trades.length;
        others += lifeOf(bench, 'second').orders.length;
        return lifeOf(bench, 'main');
      });
      assert.deepEqual(lives[1], lives[0]);
    }),
    { numRuns: 20 },
  );
  assert.ok(trades > 2 && others > 2, `looked at ${trades} trades, ${others} orders beside`);
});
