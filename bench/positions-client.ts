/** ccxt as it comes but for its address, in a process of its own: reads all positions, and tells what that cost. */
import ccxt from 'ccxt';
import { setTimeout as sleep } from 'node:timers/promises';

export type PositionsOrder =
  | { readonly kind: 'connect'; readonly port: number }
  | { readonly kind: 'read'; readonly times: number };
export type PositionsNews =
  | { readonly kind: 'ready' }
  /** Processor time of its thread for all reads together, and the positions of the last one. */
  | { readonly kind: 'read'; readonly cpuMs: number; readonly positions: number };

const client = new ccxt.deribit({
  apiKey: 'bench',
  secret: 'bench-secret-of-no-use',
  enableRateLimit: false,
});

const tell = (news: PositionsNews): void => void process.send?.(news);

async function take(order: PositionsOrder): Promise<void> {
  if (order.kind === 'connect') {
    client.urls['api'] = { rest: `http://127.0.0.1:${order.port}` };
    // Its agent for addresses without TLS.
    await client.loadHttpProxyAgent();
    await client.loadMarkets();
    return tell({ kind: 'ready' });
  }
  const before = process.threadCpuUsage();
  let positions = 0;
  for (let n = 0; n < order.times; n++) {
    positions = (await client.fetchPositions()).length;
    await sleep(20);
  }
  const { user, system } = process.threadCpuUsage(before);
  tell({ kind: 'read', cpuMs: (user + system) / 1_000, positions });
}

process.on('message', (order: PositionsOrder) => void take(order));
process.once('disconnect', () => process.exit());
