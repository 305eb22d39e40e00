/**
 * A second engine in the same account, with a journal and a folder of its own, for real: neither takes the other's orders for
 * its own, neither touches them, and what the one holds limits what the other may open. Orders of people and of other accounts
 * are left alone as well.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dec } from '../../src/base/decimal.ts';
import { ABSENT, VALIDITY } from '../../src/engine/limits.ts';
import type { BreakKind, Position, Trade } from '../../src/domain/shown.ts';
import { sceneAt } from '../crash/scene.ts';
import type { Page } from '../e2e/support/engine.ts';
import { type ExchangeOrder, PERPETUAL, liveOrders } from '../e2e/support/exchange.ts';
import {
  type Twin,
  ask,
  assertEnded,
  atRest,
  engineOn,
  entries,
  marketMinutes,
  openBreaks,
  twin,
  untilTrue,
} from './twin.ts';

const LIMIT = { timeout: 90_000 };
const ETHER = 'ETH_USDC-PERPETUAL';

const kinds = async ({ engine }: Twin): Promise<readonly BreakKind[]> =>
  (await openBreaks(engine())).map(({ kind }) => kind).toSorted();

const ordersOf = async ({ exchange }: Twin, trade: Trade): Promise<readonly ExchangeOrder[]> =>
  (await exchange.state()).orders.filter(
    ({ instrument, label }) => instrument === trade.instrument && label !== '',
  );

/** Checks until exactly this is asked. */
async function asks(pair: Twin, expected: readonly BreakKind[]): Promise<void> {
  let found: readonly BreakKind[] = [];
  const isSo = async (): Promise<boolean> => {
    await pair.engine().reconcile();
    found = await kinds(pair);
    return found.join() === expected.join();
  };
  await untilTrue(`the breaks ${expected.join(', ')}`, isSo).catch((error: unknown) =>
    assert.fail(`${String(error)}: found ${found.join(', ')}`),
  );
}

const ALL: readonly BreakKind[] = ['orphan_order', 'orphan_order', 'orphan_position'];

describe('others in the account', { concurrency: true }, () => {
  for (const strategy of ['razor', 'blade'])
    test(
      `[N2] [I44] a second engine on our instrument, its strategy ${strategy}: each trade is foreign to the other, asked about, untouched, and ends once`,
      LIMIT,
      async (t) => {
        const ours = await twin(t, 251);
        const { exchange } = ours;
        const other = await engineOn(
          t,
          sceneAt(t, exchange, { strategy: { id: strategy }, razor: { trades_per_day: 1_440 } }),
          strategy,
        );
        // Until then a label of another birth may be late news of an earlier journal.
        await marketMinutes(exchange, (VALIDITY + ABSENT) / 1_000 + 1);
        for (const [one, beside] of [
          [other, ours],
          [ours, other],
        ] as const) {
          const entered = await entries(ours);
          const trade = await one.enter();
          const entry = (await exchange.state()).trades.slice(-1);
          const before = await ordersOf(one, trade);
          await asks(beside, ALL);
          const [position] = (await beside.engine().get<Page<Position>>('/positions')).items;
          assert.deepEqual(
            [position?.size, position?.foreignAmount, position?.byStrategy],
            [await exchange.position(), await exchange.position(), {}],
          );
          const told = (await openBreaks(beside.engine())).flatMap(({ kind, evidence }) =>
            kind === 'orphan_position' ? evidence.map(({ text }) => text) : [],
          );
          assert.ok(
            told.at(-1)?.endsWith(`under the label ${entry[0]?.label} of another engine`),
            told.join('\n'),
          );
          // Openings are refused while it stands, a kill finds nothing of its own, and all stays as it is.
          const { status } = await ask(
            beside.engine(),
            `/strategies/${beside === ours ? 'razor' : strategy}/resume`,
            { reason: 'is it free?' },
          );
          assert.equal(status, 409);
          await beside.engine().post('/kill', { strength: 'flatten', reason: 'is it ours?' });
          await asks(beside, ALL);
          assert.deepEqual(await ordersOf(one, trade), before);
          assert.equal(await entries(ours), entered + 1);

          await one.engine().post(`/strategies/${trade.strategy}/flatten`, { reason: 'enough' });
          const closed = await one.screen().closed(trade.id);
          const exit = (await exchange.state()).trades.slice(-1);
          assertEnded(
            closed,
            { exitReason: 'operator_close', closedBy: 'operator' },
            { entry, exit },
          );
          await asks(beside, []);
        }
        for (const [one, trades] of [
          [ours, 1],
          [other, 1],
        ] as const)
          assert.equal((await atRest(one)).trades.length, trades);
      },
    );

  test(
    '[I39] what a second engine holds on another instrument counts in the limits of the account',
    LIMIT,
    async (t) => {
      const risk = {
        maxDailyLossUsd: dec('1000'),
        maxOrderUsd: dec('1000'),
        maxPositionUsd: dec('1000'),
        maxAccountUsd: dec('150'),
        maxOpenOrders: 20,
      };
      const ours = await twin(t, 252, {
        strategy: { instrument: ETHER },
        razor: { instrument: ETHER },
        risk,
      });
      const other = await engineOn(
        t,
        sceneAt(t, ours.exchange, { razor: { trades_per_day: 1_440 } }),
      );
      const trade = await other.enter();
      await asks(ours, ALL);
      await ours.resume();
      await ours
        .screen()
        .frame('STRATEGY_EVALUATED', ({ why }) => why.reason === 'gate.account_too_large');
      assert.equal(await entries(ours), 1);
      await other.engine().post('/strategies/razor/flatten', { reason: 'enough' });
      await other.screen().closed(trade.id);
      await ours.screen().inTrade();
      await ours.hold();
      assert.equal(await entries(ours), 2);
      await ours.engine().post('/strategies/razor/flatten', { reason: 'enough' });
      await atRest(ours);
    },
  );

  test(
    '[F18] twin: orders of people, of other programs and of another account: none is touched, none is taken for ours',
    LIMIT,
    async (t) => {
      const pair = await twin(t, 253, { accounts: ['hedge'] });
      const { exchange, engine } = pair;
      const rest = (body: object) =>
        exchange.post<{ order: ExchangeOrder }>('order', {
          instrument: PERPETUAL,
          direction: 'buy',
          amount: '0.001',
          type: 'limit',
          price: '50000',
          ...body,
        });
      await rest({});
      await rest({ label: 'grid-7', as: 'api', price: '50001' });
      await rest({ account: 'hedge', label: 'ls:razor:n1:1:1e:otherone', as: 'api' });
      await exchange.post('order', {
        instrument: PERPETUAL,
        direction: 'sell',
        amount: '0.003',
        account: 'hedge',
      });
      const foreign = async (): Promise<readonly ExchangeOrder[]> =>
        (await exchange.state()).orders.filter(
          ({ label }) => !label.startsWith('ls:') || label.endsWith('otherone'),
        );
      const before = await foreign();
      // They may change our position: nothing is opened beside them before a person has said that it is all right.
      await asks(pair, ['foreign_activity']);
      for (const { id } of await openBreaks(engine()))
        await engine().post(`/breaks/${id}/resolve`, { action: 'accept', reason: 'theirs' });
      const trade = await pair.enter();
      assert.equal((await engine().reconcile()).complete, true);
      await asks(pair, []);
      // The other account's order in the list of ours as well: one more that is not ours.
      const mixed = await exchange.fault({ kind: 'X26', ms: 60_000 });
      await asks(pair, ['orphan_order']);
      const { orders } = await exchange.state();
      await engine().post('/kill', { strength: 'flatten', reason: 'whose is it?' });
      const closed = await pair.screen().closed(trade.id);
      assert.equal(closed.exitReason, 'kill_switch');
      await untilTrue(
        'our orders to go',
        async () => liveOrders(await exchange.state()).length === 3,
      );
      assert.deepEqual(await foreign(), before);
      await exchange.heal(mixed);
      await asks(pair, []);
      assert.equal((await exchange.state()).orders.length, orders.length + 1, 'one close is new');
      const { accounts } = await exchange.state();
      const hedge = accounts.find(({ id }) => id === 'hedge')?.positions;
      assert.equal(hedge?.find(({ instrument }) => instrument === PERPETUAL)?.size, '-0.003');
      assert.equal(await entries(pair), 2, "ours, and the other account's");
    },
  );
});
