/**
 * Three Razors in one engine, by configuration: one on each perpetual that the practice exchange lists, in two currencies.
 * Twenty minutes of market time in six seconds; what the books say at the end is what the exchange says.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../../src/edge/clock.ts';
import type { Metrics } from '../../src/domain/shown.ts';
import { compareBooks } from './support/compare.ts';
import { startPractice, startRun, writeConfig } from './support/demo.ts';
import { temporaryFolder } from './support/process.ts';

const SPEED = 200;
const MARKET_MINUTES = 20;

/** Looser than the defaults, so that every one of them trades within minutes. */
const EAGER = `size_usd = "100"
stop_loss_percent = "0.15"
take_profit_percent = "0.2"
trades_per_day = 1440
cooldown_minutes = 0
min_volatility_percent = "0.005"
rsi_oversold = "65"
rsi_overbought = "35"
trend_filter = false
`;

const STRATEGIES = [
  { id: 'razor', instrument: 'BTC_USDC-PERPETUAL', currency: 'USDC' },
  { id: 'ether', instrument: 'ETH_USDC-PERPETUAL', currency: 'USDC' },
  { id: 'coin', instrument: 'BTC-PERPETUAL', currency: 'BTC' },
] as const;

/** The first table is begun by `writeConfig`. */
const TABLES = STRATEGIES.map(
  ({ id, instrument }, n) =>
    `${n === 0 ? '' : `[[strategy]]\nid = "${id}"\nkind = "razor"\n`}instrument = "${instrument}"\n${EAGER}`,
).join('');

test('[T0][I11][I13][I17] three strategies on three instruments: trades, fills and the cash of each currency are those of the exchange', {
  timeout: 90_000,
}, async (t) => {
  const { exchange } = await startPractice(t, { seed: 5, speed: SPEED });
  const config = writeConfig(t, { exchange, speed: SPEED, strategy: TABLES });
  const run = await startRun(t, { config, dataDir: temporaryFolder(t) });
  const engine = run.engine();
  const { now } = await exchange.state();
  await exchange.until(
    'twenty minutes of market time',
    (event) => 'now' in event && event.now >= now + MARKET_MINUTES * 60_000,
  );
  for (const { id } of STRATEGIES)
    await engine.post(`/strategies/${id}/flatten`, { reason: 'the test is over' });
  const isFlat = async (): Promise<boolean> =>
    (await engine.trades('&status=open')).length === 0 &&
    (await exchange.state()).accounts.every(({ positions }) =>
      positions.every(({ size }) => size === '0'),
    );
  for (let round = 0; round < 50 && !(await isFlat()); round++) await pause(200);
  assert.ok(await isFlat(), 'everything is closed');

  const { state, trades, fills, cashRows } = await compareBooks(engine, exchange);
  t.diagnostic(`${trades.length} trades, ${fills} fills, ${cashRows} rows of cash`);
  for (const { id, instrument, currency } of STRATEGIES) {
    const own = trades.filter(({ strategy }) => strategy === id);
    assert.ok(own.length > 0, `${id} has not traded`);
    assert.ok(own.every((one) => one.instrument === instrument && one.currency === currency));
  }
  assert.ok(trades.every(({ pnlSource, breaks }) => pnlSource === 'fills' && breaks.length === 0));
  assert.equal(state.trades.length, fills);
  const { byCurrency } = await engine.get<Metrics>('/metrics');
  assert.deepEqual(
    Object.entries(byCurrency ?? {}).map(([currency, { count }]) => [currency, count]),
    ['BTC', 'USDC'].map((currency) => [
      currency,
      trades.filter((one) => one.currency === currency).length,
    ]),
  );
});
