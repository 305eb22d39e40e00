/** B-practice: requests that the practice exchange answers in a second over one socket, in kinds that a client mixes. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type Outcome, type Progress, benchOf, interleaved, scratch } from './kit.ts';

const ROUNDS = 5;
const REQUESTS = 10_000;
/** Requests under way at a time. */
const WINDOW = 100;
const INSTRUMENT = 'BTC_USDC-PERPETUAL';

type Request = { readonly method: string; readonly params: Readonly<Record<string, unknown>> };
type Maker = (n: number, known: readonly string[]) => Request;

const about = { instrument_name: INSTRUMENT };
const READS: readonly Request[] = [
  { method: 'public/get_time', params: {} },
  { method: 'public/ticker', params: about },
  { method: 'private/get_open_orders', params: {} },
  { method: 'private/get_position', params: about },
  { method: 'private/get_account_summary', params: { currency: 'USDC' } },
];
const KINDS = {
  'reads of prices, orders, positions and cash': (n) => READS[n % READS.length] as Request,
  'orders that rest, and their cancels': (_n, known) =>
    known.length > 0
      ? { method: 'private/cancel', params: { order_id: known.at(-1) } }
      : {
          method: 'private/buy',
          params: { ...about, type: 'limit', price: 40_000, amount: 0.0001 },
        },
  'the lightest request': () => ({ method: 'public/test', params: {} }),
} as const satisfies Readonly<Record<string, Maker>>;

/** Sends so many requests, a window at a time; answers requests a second. */
function drive(socket: WebSocket, make: Maker): Promise<number> {
  const resting: string[] = [];
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let sent = 0;
    let answered = 0;
    const send = (): void => {
      const request = make(sent, resting);
      if (request.method === 'private/cancel') resting.pop();
      sent += 1;
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: sent, ...request }));
    };
    const onMessage = (data: unknown): void => {
      const text = String(data);
      const frame = JSON.parse(text) as {
        readonly id?: number;
        readonly error?: unknown;
        readonly result?: { readonly order?: { readonly order_id: string } };
      };
      if (frame.id === undefined) return;
      if (frame.error !== undefined) return reject(new Error(text));
      if (frame.result?.order !== undefined) resting.push(frame.result.order.order_id);
      answered += 1;
      if (sent < REQUESTS) send();
      if (answered < REQUESTS) return;
      socket.off('message', onMessage);
      resolve((REQUESTS / (performance.now() - began)) * 1_000);
    };
    socket.on('message', onMessage);
    for (let n = 0; n < WINDOW; n++) send();
  });
}

async function logIn(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/api/v2`);
  await once(socket, 'open');
  const params = {
    grant_type: 'client_credentials',
    client_id: 'practice-api',
    client_secret: 'practice-api-secret',
  };
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'public/auth', params }));
  await once(socket, 'message');
  return socket;
}

async function run(progress: Progress): Promise<Outcome> {
  const { path, remove } = scratch('practice');
  const child = fork(join(import.meta.dirname, 'practice-process.ts'), [path]);
  try {
    const [news] = (await once(child, 'message')) as [{ readonly port: number }];
    const socket = await logIn(news.port);
    const names = Object.keys(KINDS) as (keyof typeof KINDS)[];
    const variants = Object.fromEntries(
      names.map((name) => [
        name,
        (round: number) => {
          progress(`round ${round + 1} of ${ROUNDS}: ${name}`);
          return drive(socket, KINDS[name]);
        },
      ]),
    ) as Record<keyof typeof KINDS, (round: number) => Promise<number>>;
    const found = await interleaved(ROUNDS, variants);
    socket.close();
    return {
      measures: names.map((name) => ({
        name,
        unit: 'requests/s',
        rounds: found[name],
        goal: { atLeast: 5_000 },
      })),
      notes: [
        `${REQUESTS} requests a round over one socket, ${WINDOW} under way; the journal is on the disk`,
      ],
    };
  } finally {
    child.kill();
    remove();
  }
}

export const bench = benchOf(
  'B-practice',
  'the practice exchange: requests a second over one socket',
  run,
);
