/**
 * The kill switch without a socket, on a running engine as a person starts it: a signal, then the file `KILL`. Of our orders
 * stay those that protect the open trade, whatever else is ours goes, what people placed is left alone; halted stays halted
 * through a SIGKILL and an orderly stop, until a person re-arms it.
 */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pause } from '../../src/edge/clock.ts';
import { type Run, startRun, writeConfig } from '../e2e/support/demo.ts';
import type { Follower } from '../e2e/support/engine.ts';
import { PERPETUAL, liveOrders } from '../e2e/support/exchange.ts';
import { startLockstep } from '../e2e/support/process.ts';
import { scene } from '../crash/scene.ts';

/** As the scene's own Razor: it enters at nearly every candle. */
const EAGER = `claim = false
stop_loss_percent = "10"
take_profit_percent = "10"
trades_per_day = 100
cooldown_minutes = 0
min_volatility_percent = "0"
max_volatility_percent = "100"
rsi_oversold = "99"
rsi_overbought = "1"
trend_filter = false`;

test('[I40] [I22] SIGUSR2 and the file KILL halt a running engine: what protects stays, what else is ours goes, and only a person re-arms it', {
  timeout: 70_000,
}, async (t) => {
  const { exchange, dataDir } = await scene(t, 91);
  const config = writeConfig(t, { exchange, speed: 60, strategy: EAGER });
  let run!: Run;
  let screen!: Follower;
  const start = async (status: 'position_open' | 'halted'): Promise<void> => {
    run = await startRun(t, { config, dataDir });
    screen = await run.follow();
    await screen.status(status, 30_000);
  };
  /** What lives at the exchange: how each order is labelled, and its type. */
  const living = async (): Promise<readonly string[]> =>
    liveOrders(await exchange.state())
      .map(
        ({ label, type }) =>
          `${label.split(':').at(-1) === 'otherone' ? 'left' : label.slice(0, 3)} ${type}`,
      )
      .toSorted();
  const halts = async () =>
    (await run.engine().facts('CONTROL_CHANGED'))
      .filter(({ data }) => data.control === 'halted')
      .map(({ data }) => [data.by, data.reason]);
  const reArm = async (): Promise<void> => {
    const resume = ['resume', 'razor', '--reason', 'looked at it', '--data', dataDir];
    const resumed = startLockstep(t, resume);
    assert.equal((await resumed.ended).code, 0, resumed.said());
  };
  const entered = async (): Promise<number> =>
    (await exchange.state()).orders.filter(
      ({ label }) => /^ls:razor:.*\de:/.test(label) && !label.endsWith('otherone'),
    ).length;
  const PROTECTION = ['ls: stop_market', 'ls: take_market'];

  await start('position_open');
  await screen.inTrade();
  // What an earlier journal left behind, which may open, and an order of a person.
  const resting = { instrument: PERPETUAL, direction: 'buy', amount: '0.001', type: 'limit' };
  await exchange.post('order', {
    ...resting,
    price: '50000',
    label: 'ls:razor:n1:1:77e:otherone',
    as: 'api',
  });
  await exchange.post('order', { ...resting, price: '50001', label: 'mine' });
  const hand = exchange.until(
    'a cancel',
    (event) =>
      event.type === 'CHANGES' &&
      event.orders.some(({ label, state }) => label.endsWith('otherone') && state === 'cancelled'),
  );
  assert.deepEqual(await living(), ['left limit', ...PROTECTION, 'min limit'].toSorted());
  run.process.signal('SIGUSR2');
  await screen.status('halted');
  await hand;
  assert.deepEqual(await living(), [...PROTECTION, 'min limit']);
  assert.deepEqual(await halts(), [['SIGUSR2', 'signal']]);

  const position = await exchange.position();
  assert.notEqual(position, '0');
  await run.process.kill();
  await start('halted');
  await screen.frame('RECONCILIATION_COMPLETED', ({ report }) => report.complete);
  assert.deepEqual(
    [await exchange.position(), await living()],
    [position, [...PROTECTION, 'min limit']],
  );

  // Flat, and with every reason to enter again: only when a person says so.
  const mine = (await exchange.state()).orders.find(({ label }) => label === 'mine');
  await exchange.post('cancel', { orderId: mine?.orderId });
  await exchange.closeByHand();
  await screen.frame('TRADE_CLOSED');
  screen.forget();
  await screen.frame('STRATEGY_EVALUATED', ({ why }) => why.reason === 'gate.halted');
  assert.equal(await entered(), 1);
  await reArm();
  await screen.inTrade();
  assert.equal(await entered(), 2);

  const file = join(dataDir, 'KILL');
  writeFileSync(file, 'smoke in the room\n');
  await screen.status('halted');
  const until = performance.now() + 5_000;
  while (existsSync(file) && performance.now() < until) await pause(20);
  assert.ok(!existsSync(file), 'it is in the journal, so the file goes');
  assert.deepEqual(await halts(), [
    ['SIGUSR2', 'signal'],
    ['KILL file', 'smoke in the room'],
  ]);
  assert.deepEqual(await living(), PROTECTION);
  run.process.signal('SIGTERM');
  assert.deepEqual(await run.process.ended, { code: 0, signal: null });
  await start('halted');
  assert.deepEqual(await living(), PROTECTION);
  await screen.frame('RECONCILIATION_COMPLETED', ({ report }) => report.ok);
  await reArm();
  await screen.status('position_open');
  assert.equal(await entered(), 2);
});
