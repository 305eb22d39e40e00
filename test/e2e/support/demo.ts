/** The demo as a person starts it, on ports and a folder of its own: the exchange in one process, the engine in another. */
import { type Engine, type Follower, callEngine, followEngine } from './engine.ts';
import { type Exchange, visitExchange } from './exchange.ts';
import { type Owner, type Running, startLockstep, temporaryFolder } from './process.ts';

export type Demo = {
  readonly dataDir: string;
  readonly process: Running;
  readonly exchange: Exchange;
  /** The dashboard's address, and the login link as printed. */
  readonly origin: string;
  readonly link: string;
  /** The API of the engine as it runs now. */
  readonly engine: () => Engine;
  readonly follow: () => Promise<Follower>;
  /** SIGKILL to the engine; the exchange goes on. */
  readonly killEngine: () => Promise<void>;
  readonly restoreEngine: () => Promise<void>;
};

export type DemoOptions = {
  readonly seed?: number;
  readonly speed?: number;
  readonly prices?: string;
  readonly dataDir?: string;
};

/** Starts it; resolves when engine and dashboard are there. */
export async function startDemo(owner: Owner, options: DemoOptions = {}): Promise<Demo> {
  const { seed = 1, speed = 20, prices, dataDir = temporaryFolder(owner) } = options;
  const args = ['demo', '--no-open', '--port', '0', '--practice-port', '0', '--data', dataDir];
  args.push('--speed', String(speed), '--seed', String(seed));
  const process = startLockstep(owner, [...args, ...(prices === undefined ? [] : ['--prices', prices])]);
  const [, link = '', origin = ''] = await process.says(/((http:\S+)\/\?k=\S+)/);
  const [, practicePort = ''] = await process.says(/ws:\/\/127\.0\.0\.1:(\d+)\/ws/);
  const exchange = await visitExchange(owner, Number(practicePort));
  return {
    dataDir,
    process,
    exchange,
    origin,
    link,
    engine: () => callEngine(dataDir),
    follow: () => followEngine(owner, dataDir),
    killEngine: async () => void (await exchange.post('engine/kill')),
    restoreEngine: async () => void (await exchange.post('engine/restore')),
  };
}

/** Follows the demo until its strategy holds a trade whose stop is live at the exchange, then slows the market to real time. */
export async function untilInTrade(demo: Demo, follower: Follower) {
  const { frame } = await follower.frame('TRADE_OPENED', ({ trade }) => trade.status === 'open');
  await demo.exchange.speed(1);
  await follower.frame('POSITION_CHANGED', ({ position }) => position.stop.state === 'on_exchange');
  await follower.status('position_open');
  return frame.trade;
}
