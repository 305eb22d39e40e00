/** A trade as it should go, as real processes show it: it opens, its target or its stop is hit, and the status follows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startDemo, untilInTrade } from './support/demo.ts';
import type { Follower } from './support/engine.ts';
import { compareBooks } from './support/compare.ts';
import { liveOrders } from './support/exchange.ts';

const LIMIT = { timeout: 60_000 };

/** The statuses that a screen showed, in their order. */
const statuses = (follower: Follower): readonly string[] =>
  follower
    .groups()
    .flatMap(({ frames }) =>
      frames.flatMap((frame) => (frame.type === 'STRATEGY_STATUS_CHANGED' ? [frame.status] : [])),
    );

const ENDS = [
  { what: 'target', reason: 'tp_hit', seed: 31, beyond: { long: 1.004, short: 0.996 } },
  { what: 'stop', reason: 'sl_hit', seed: 32, beyond: { long: 0.996, short: 1.004 } },
] as const;

describe('a trade as it should go', { concurrency: true }, () => {
  for (const { what, reason, seed, beyond } of ENDS) {
    test(
      `[T3] opens, its ${what} is hit, closes as ${reason}; books and exchange agree`,
      LIMIT,
      async (t) => {
        const demo = await startDemo(t, { seed });
        const follower = await demo.follow();
        const trade = await untilInTrade(demo, follower);
        assert.deepEqual(
          [trade.origin, trade.phase, trade.openAmount],
          ['strategy', 'open', trade.amount],
        );
        assert.ok(statuses(follower).includes('position_open'));
        await demo.exchange.price((Number(trade.entryPrice) * beyond[trade.direction]).toFixed(1));
        const { frame, group } = await follower.frame(
          'TRADE_CLOSED',
          (closed) => closed.trade.id === trade.id,
        );
        assert.deepEqual(
          [frame.trade.id, frame.trade.exitReason, frame.trade.closedBy],
          [trade.id, reason, what],
        );
        assert.deepEqual(
          group.frames.flatMap((one) =>
            one.type === 'STRATEGY_STATUS_CHANGED' ? [one.status] : [],
          ),
          ['analyzing'],
        );
        assert.equal(Number(frame.trade.grossPnl) > 0, what === 'target');
        await demo.exchange.freeze();
        const { state } = await compareBooks(demo.engine(), demo.exchange);
        assert.deepEqual(liveOrders(state), []);
      },
    );
  }
});
