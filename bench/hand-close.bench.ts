/**
 * B4-lite: a hand closes the trade on the practice exchange's website; how long until a client of the engine's stream has
 * the TRADE_CLOSED of the durable commit. The twin is the exchange's own event of that close on its control stream,
 * received by the same process: the same request and sockets without the engine's work.
 */
import { startPractice, startRun, writeConfig } from '../test/e2e/support/demo.ts';
import { temporaryFolder } from '../test/e2e/support/process.ts';
import { type Bench, median, quantile } from './measure.ts';

const CLOSES = 50;
const SPEED = 60;
/** Enters at nearly every candle; stop and target are out of reach. */
const EAGER = `stop_loss_percent = "10"
take_profit_percent = "10"
trades_per_day = 1440
cooldown_minutes = 0
min_volatility_percent = "0"
max_volatility_percent = "100"
rsi_oversold = "99"
rsi_overbought = "1"
trend_filter = false`;

const ms = (value: number): string => `${value.toFixed(1)} ms`;

export const bench: Bench = {
  id: 'B4-lite',
  about: `fact to screen: ${CLOSES} closes by hand, request sent -> frame received`,
  run: async (tell) => {
    const endings: (() => unknown)[] = [];
    const owner = { after: (ended: () => unknown) => void endings.push(ended) };
    try {
      const { exchange } = await startPractice(owner, { seed: 91, speed: SPEED });
      const config = writeConfig(owner, { exchange, speed: SPEED, strategy: EAGER });
      const follower = await (
        await startRun(owner, { config, dataDir: temporaryFolder(owner) })
      ).follow();
      const screens: number[] = [];
      const twins: number[] = [];
      for (let n = 0; n < CLOSES; n++) {
        const trade = await follower.inTrade();
        follower.forget();
        exchange.forget();
        const began = performance.now();
        const [{ group }, twin] = await Promise.all([
          follower.frame('TRADE_CLOSED', (frame) => frame.trade.id === trade.id),
          exchange
            .until('its event', (event) => event.type === 'CHANGES' && event.trades.length > 0)
            .then(() => performance.now()),
          exchange.closeByHand(),
        ]);
        screens.push(group.receivedAt - began);
        twins.push(twin - began);
        if (n % 10 === 9) tell(`${n + 1} of ${CLOSES} closes`);
      }
      const ratio = median(screens) / median(twins);
      const table = [
        ['', 'p50', 'p99', 'worst'],
        ['screen', ms(median(screens)), ms(quantile(screens, 0.99)), ms(Math.max(...screens))],
        ['twin', ms(median(twins)), ms(quantile(twins, 0.99)), ms(Math.max(...twins))],
        [
          'ratio',
          ratio.toFixed(2),
          (quantile(screens, 0.99) / quantile(twins, 0.99)).toFixed(2),
          '',
        ],
      ];
      return { table, data: { closes: CLOSES, screens, twins, ratio } };
    } finally {
      for (const ended of endings.toReversed()) await ended();
    }
  },
};
