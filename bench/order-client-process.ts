/**
 * What places orders without remembering them, as a process of its own: a bare WebSocket with JSON, or ccxt as it comes but
 * for its addresses and its clock, without its limiter. Each tells how long it took from the call until the answer was read.
 */
import ccxt from 'ccxt';
import { WebSocket } from 'ws';
import { must } from '../src/base/assert.ts';

export type Client = 'bare' | 'ccxt';
export type OrderClientOrder =
  | {
      readonly kind: 'connect';
      readonly client: Client;
      readonly port: number;
      readonly account: string;
      /** How fast the clock of the exchange goes. */
      readonly speed: number;
    }
  | {
      readonly kind: 'order';
      readonly what: 'enter' | 'close';
      readonly instrument: string;
      readonly amount: number;
    };
export type OrderClientNews =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'done';
      readonly label: string;
      readonly orderId: string;
      readonly answeredMs: number;
      readonly cpuMs: number;
    };

type Meant = Extract<OrderClientOrder, { readonly kind: 'order' }> & {
  readonly label: string;
  /** Beyond the mark, so that it fills. */
  readonly price: number;
};
/** Places one order; answers its id at the exchange once it is filled. */
type Desk = {
  readonly mark: (instrument: string) => Promise<number>;
  readonly place: (order: Meant) => Promise<string>;
};

const BEYOND = 0.003;
const tell = (news: OrderClientNews): void => void process.send?.(news);
const keyOf = (account: string) =>
  ({ id: `practice-api-${account}`, secret: `practice-api-${account}-secret` }) as const;

async function bare(port: number, account: string): Promise<Desk> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/api/v2`, { perMessageDeflate: false });
  await new Promise((open) => socket.once('open', open));
  const waiting = new Map<number, (result: never) => void>();
  let last = 0;
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString('utf8')) as {
      readonly id: number;
      readonly result?: never;
      readonly error?: object;
    };
    if (frame.result === undefined) throw new Error(JSON.stringify(frame.error));
    waiting.get(frame.id)?.(frame.result);
    waiting.delete(frame.id);
  });
  const call = <Result>(method: string, params: object): Promise<Result> =>
    new Promise((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: last, method, params }));
    });
  const { id, secret } = keyOf(account);
  await call('public/auth', {
    grant_type: 'client_credentials',
    client_id: id,
    client_secret: secret,
  });
  return {
    mark: async (instrument) =>
      (await call<{ mark_price: number }>('public/ticker', { instrument_name: instrument }))
        .mark_price,
    place: async ({ what, instrument, amount, label, price }) => {
      const { order } = await call<{ order: { order_id: string; order_state: string } }>(
        what === 'enter' ? 'private/buy' : 'private/sell',
        {
          instrument_name: instrument,
          amount,
          type: 'limit',
          price,
          label,
          time_in_force: 'immediate_or_cancel',
          reduce_only: what === 'close',
        },
      );
      return order.order_state === 'filled' ? order.order_id : '';
    },
  };
}

async function throughCcxt(port: number, account: string, speed: number): Promise<Desk> {
  const { id, secret } = keyOf(account);
  const client = new ccxt.deribit({ apiKey: id, secret, enableRateLimit: false });
  client.urls['api'] = { rest: `http://127.0.0.1:${port}` };
  const began = { server: Number(await client.fetchTime()), at: performance.now() };
  // It signs with its own clock, which has to go as fast as the exchange's.
  client.milliseconds = () => Math.floor(began.server + (performance.now() - began.at) * speed);
  const markets = Object.values(await client.loadMarkets());
  const symbolOf = (instrument: string): string =>
    must(markets.find((market) => market?.id === instrument)?.symbol, 'its symbol');
  return {
    mark: async (instrument) => Number((await client.fetchTicker(symbolOf(instrument))).last),
    place: async ({ what, instrument, amount, label, price }) => {
      const side = what === 'enter' ? 'buy' : 'sell';
      const order = await client.createOrder(symbolOf(instrument), 'limit', side, amount, price, {
        label,
        timeInForce: 'IOC',
        reduceOnly: what === 'close',
      });
      return order.status === 'closed' && order.filled === amount ? String(order.id) : '';
    },
  };
}

async function serve({
  client,
  port,
  account,
  speed,
}: Extract<OrderClientOrder, { readonly kind: 'connect' }>): Promise<void> {
  const desk = await (client === 'bare' ? bare(port, account) : throughCcxt(port, account, speed));
  let count = 0;
  const place = async (
    asked: Extract<OrderClientOrder, { readonly kind: 'order' }>,
  ): Promise<void> => {
    count += 1;
    const mark = await desk.mark(asked.instrument);
    const price = Math.round(mark * (asked.what === 'enter' ? 1 + BEYOND : 1 - BEYOND) * 2) / 2;
    const meant = { ...asked, label: `bench-${count}`, price };
    const cpu = process.cpuUsage();
    const began = performance.now();
    const orderId = await desk.place(meant);
    const answeredMs = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    if (orderId === '') throw new Error(`${client}: ${meant.label} was not filled`);
    tell({ kind: 'done', label: meant.label, orderId, answeredMs, cpuMs: (user + system) / 1_000 });
  };
  process.on('message', (asked: OrderClientOrder) => {
    if (asked.kind === 'order') void place(asked);
  });
  tell({ kind: 'ready' });
}

process.on('unhandledRejection', (error) => {
  console.error(error);
  process.exit(1);
});
process.once('message', (asked: OrderClientOrder) => {
  if (asked.kind === 'connect') void serve(asked);
});
process.on('disconnect', () => process.exit(0));
