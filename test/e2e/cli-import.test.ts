/** A user leaves another bot behind: its table goes into the books of a running engine, each row as the exchange knows it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isoTime } from '../../src/base/time.ts';
import type { Metrics } from '../../src/wire/requests.ts';
import { lockstep } from '../support/cli.ts';
import { startPractice, startRun, writeConfig } from './support/demo.ts';
import { type Exchange, type ExchangeTrade, PERPETUAL } from './support/exchange.ts';
import { temporaryFolder } from './support/process.ts';

const COLUMNS =
  'id,strategyName,instrument,side,entryPrice,exitPrice,amount,stopLoss,takeProfit,entryTime,exitTime,exitReason,pnl,status';

/** A hand trades by market. */
async function byHand(
  exchange: Exchange,
  direction: 'buy' | 'sell',
  amount: string,
): Promise<ExchangeTrade> {
  await exchange.post('order', { instrument: PERPETUAL, direction, amount });
  const trade = (await exchange.state()).trades.at(-1);
  assert.ok(trade);
  return trade;
}

test('[N1] [N2] import: a bad row keeps the table out; then every row is proved, ended, taken over, and enters once', async (t) => {
  const { exchange } = await startPractice(t, { seed: 24 });
  const [opened, closed] = [
    await byHand(exchange, 'buy', '0.0011'),
    await byHand(exchange, 'sell', '0.0011'),
  ];
  const held = await byHand(exchange, 'buy', '0.0015');
  const config = writeConfig(t, { exchange, strategy: 'claim = false' });
  const dataDir = temporaryFolder(t);
  const run = await startRun(t, { config, dataDir });
  const table = (side: string): string => {
    const row = (id: string, entry: ExchangeTrade, rest: string): string =>
      `${id},Razor V2,${PERPETUAL},${side},${entry.price},${rest.replace('AMOUNT', entry.amount).replace('ENTERED', isoTime(entry.at))}`;
    return [
      COLUMNS,
      row(
        '1',
        opened,
        `${closed.price},AMOUNT,,,ENTERED,${isoTime(closed.at)},Take Profit,99,closed`,
      ),
      row('2', opened, ',0.0002,,,ENTERED,,,,open'),
      row('3', held, ',AMOUNT,,,ENTERED,,,,open'),
    ].join('\n');
  };
  const folder = temporaryFolder(t);
  const [file, map] = [join(folder, 'old.csv'), join(folder, 'map.toml')];
  writeFileSync(map, 'source = "old-bot"\n[strategies]\n"Razor V2" = "razor"\n');
  const args = ['import', file, '--map', map, '--data', dataDir];

  writeFileSync(file, table('sideways'));
  const bad = await lockstep(args);
  assert.equal(bad.code, 1);
  assert.match(bad.err, /row 2, side: found sideways; accepted is long, short/);
  assert.deepEqual(await run.engine().trades(), []);

  writeFileSync(file, table('long'));
  await (await run.follow()).status('mismatch', 30_000);
  const plan = await lockstep([...args, '--dry-run', '--lang', 'nl']);
  assert.match(plan.out, /er is niets veranderd/);
  assert.match(plan.out, /rij 1: bewezen door uitvoeringen, .* USDC, de tabel zegt 99/);
  assert.deepEqual(await run.engine().trades(), []);

  const done = await lockstep(args);
  assert.equal(done.code, 8, done.err);
  assert.match(done.out, /1 {2}closed, proved by the exchange’s fills/);
  assert.match(done.out, /1 {2}open and held by the exchange: taken over, with stop and target/);
  assert.match(done.out, /row 2: 0\.0002 left unseen; a person states its end/);
  const trades = await run.engine().trades();
  assert.deepEqual(
    trades
      .map(({ origin, status, pnlSource }) => `${origin} ${status} ${pnlSource}`)
      .toSorted((a, b) => (a < b ? -1 : 1)),
    ['adopted open fills', 'imported closed fills', 'imported closed unknown'],
  );
  const proved = trades.find(
    ({ pnlSource, status }) => status === 'closed' && pnlSource === 'fills',
  );
  assert.deepEqual([proved?.entryPrice, proved?.exitPrice], [opened.price, closed.price]);
  const metrics = await run.engine().get<Metrics>('/metrics');
  assert.deepEqual([metrics.count, metrics.unexplained], [1, 1]);

  const again = await lockstep(args);
  assert.equal(again.code, 0);
  assert.match(again.out, /3 {2}imported before/);
  assert.equal((await run.engine().trades()).length, 3);
});
