/**
 * A position at the exchange of which the books know no trade: adopted where it is explained or claimed, with a live stop
 * after the start; asked about and left alone where nobody may claim it.
 */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { sum } from '../../src/base/decimal.ts';
import type { Break, Position, Trade } from '../../src/domain/shown.ts';
import { startDemo, startPractice, startRun, untilInTrade, writeConfig } from './support/demo.ts';
import type { Engine, Page } from './support/engine.ts';
import { type Exchange, PERPETUAL, liveOrders } from './support/exchange.ts';
import { temporaryFolder } from './support/process.ts';

const LIMIT = { timeout: 60_000 };
const AMOUNT = '0.0015';

/** The exchange holds live reduce-only stops for the whole trade. */
async function assertProtected(exchange: Exchange, trade: Trade): Promise<void> {
  const stops = liveOrders(await exchange.state()).filter(
    ({ type, reduceOnly }) => type === 'stop_market' && reduceOnly,
  );
  assert.equal(sum(stops.map(({ amount }) => amount as Trade['amount'])), trade.openAmount);
}

const openBreaks = async (engine: Engine): Promise<readonly Break[]> =>
  (await engine.get<Page<Break>>('/breaks?open=true')).items;

/** How many orders that open something the exchange ever got from us. */
const entries = async (exchange: Exchange): Promise<number> =>
  (await exchange.state()).orders.filter(({ label }) => /\de:[a-z0-9]{8}$/.test(label)).length;

/** What the engine forgets when its journal is lost; the exchange beside it forgets nothing. */
function forgetBooks(dataDir: string): void {
  for (const name of readdirSync(dataDir))
    if (name.startsWith('journal')) rmSync(join(dataDir, name));
}

/** A hand on the website buys. */
const buyByHand = (exchange: Exchange): Promise<unknown> =>
  exchange.post('order', { instrument: PERPETUAL, direction: 'buy', amount: AMOUNT });

describe('an orphan at the start', { concurrency: true }, () => {
  test(
    '[T2] [N2] with our label: adopted from its fills, protected by the orders that are there',
    LIMIT,
    async (t) => {
      const demo = await startDemo(t, { seed: 21 });
      const before = await untilInTrade(demo, await demo.follow());
      await demo.killEngine();
      const entered = await entries(demo.exchange);
      forgetBooks(demo.dataDir);
      await demo.restoreEngine();
      const follower = await demo.follow();
      await follower.status('position_open');
      const engine = demo.engine();
      const trades = await engine.trades();
      assert.equal(trades.length, 1);
      const [trade] = trades as [Trade];
      assert.equal(trade.origin, 'adopted');
      assert.deepEqual(
        [
          trade.direction,
          trade.amount,
          trade.entryPrice,
          trade.stopLoss,
          trade.takeProfit,
          trade.strategy,
        ],
        [
          before.direction,
          before.amount,
          before.entryPrice,
          before.stopLoss,
          before.takeProfit,
          before.strategy,
        ],
      );
      await assertProtected(demo.exchange, trade);
      assert.equal(await entries(demo.exchange), entered, 'nothing was opened again');
      assert.deepEqual(await openBreaks(engine), []);
    },
  );

  test(
    "[T2] [N2] a hand's position with claim = true: adopted at its price, and a stop is placed",
    LIMIT,
    async (t) => {
      const { exchange } = await startPractice(t, { seed: 22 });
      await buyByHand(exchange);
      const [fill] = (await exchange.state()).trades;
      const config = writeConfig(t, { exchange, strategy: 'claim = true' });
      const run = await startRun(t, { config, dataDir: temporaryFolder(t) });
      const follower = await run.follow();
      await follower.status('position_open', 30_000);
      const [trade] = (await run.engine().trades()) as [Trade];
      assert.deepEqual(
        [trade.origin, trade.direction, trade.openAmount, trade.entryPrice],
        ['adopted', 'long', AMOUNT, fill?.price],
      );
      const shown = (): Promise<Page<Position>> => run.engine().get('/positions');
      if ((await shown()).items[0]?.stop.state !== 'on_exchange')
        await follower.frame(
          'POSITION_CHANGED',
          ({ position }) => position.stop.state === 'on_exchange',
        );
      await assertProtected(exchange, trade);
      assert.equal((await run.engine().reconcile()).ok, true);
    },
  );

  test(
    "[T2] [N2] a hand's position with claim = false: asked about, untouched",
    LIMIT,
    async (t) => {
      const { exchange } = await startPractice(t, { seed: 23 });
      await buyByHand(exchange);
      const config = writeConfig(t, { exchange, strategy: 'claim = false' });
      const run = await startRun(t, { config, dataDir: temporaryFolder(t) });
      const follower = await run.follow();
      const asked = (found: Break): boolean =>
        found.kind === 'orphan_position' && found.life === 'needs_you';
      if (!(await openBreaks(run.engine())).some(asked))
        await Promise.any([
          follower.frame('BREAK_OPENED', (frame) => asked(frame.break)),
          follower.frame('BREAK_UPDATED', (frame) => asked(frame.break)),
        ]);
      const [found, ...others] = await openBreaks(run.engine());
      assert.deepEqual(
        [found?.kind, found?.life, others.length],
        ['orphan_position', 'needs_you', 0],
      );
      assert.deepEqual(await run.engine().trades(), []);
      const [position] = (await run.engine().get<Page<Position>>('/positions')).items;
      assert.deepEqual(
        [position?.size, position?.foreignAmount, position?.byStrategy],
        [AMOUNT, AMOUNT, {}],
      );
      const state = await exchange.state();
      assert.deepEqual(
        state.orders.map(({ web, label }) => [web, label]),
        [[true, '']],
        "no order but the hand's own",
      );
      assert.equal(await exchange.position(), AMOUNT);
    },
  );
});
