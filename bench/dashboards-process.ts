/** Dashboards in a process of their own: so many streams, each noting when it was told of which order. */
import { WebSocket } from 'ws';
import { sharedNow } from './kit.ts';

export type DashboardsOrder =
  | {
      readonly kind: 'open';
      readonly url: string;
      readonly token: string | null;
      readonly clients: number;
    }
  /** Answers once so many frames have come since the last time, or none came for a while. */
  | { readonly kind: 'collect'; readonly frames: number };
export type DashboardsNews =
  | { readonly kind: 'open' }
  /** The number of each notification and when a dashboard was told of it, over all dashboards. */
  | {
      readonly kind: 'received';
      readonly numbers: readonly number[];
      readonly moments: readonly number[];
    };

const SILENCE_MS = 3_000;

let numbers: number[] = [];
let moments: number[] = [];
let last = sharedNow();
const SHOWN = /"orderId":"hand-(\d+)".*?"state":"(\w+)"/g;

function note(text: string): void {
  const at = sharedNow();
  for (const [, order, state] of text.matchAll(SHOWN)) {
    numbers.push(Number(order) * 2 + (state === 'open' ? 0 : 1));
    moments.push(at);
    last = at;
  }
}

const tell = (news: DashboardsNews): void => void process.send?.(news);

async function open({
  url,
  token,
  clients,
}: Extract<DashboardsOrder, { kind: 'open' }>): Promise<void> {
  const begin = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(
        url,
        token === null ? {} : { headers: { authorization: `Bearer ${token}` } },
      );
      socket.on('error', reject);
      socket.on('message', (data: Buffer) => {
        note(data.toString('utf8'));
        resolve();
      });
      socket.on('open', () => {
        if (token === null) resolve();
        else socket.send('{"type":"SUBSCRIBE"}');
      });
    });
  await Promise.all(Array.from({ length: clients }, begin));
  tell({ kind: 'open' });
}

function collect(frames: number): void {
  last = sharedNow();
  const look = (): void => {
    if (numbers.length < frames && sharedNow() - last < SILENCE_MS)
      return void setTimeout(look, 20);
    tell({ kind: 'received', numbers, moments });
    numbers = [];
    moments = [];
  };
  look();
}

process.on('message', (order: DashboardsOrder) => {
  if (order.kind === 'collect') collect(order.frames);
  else void open(order);
});
process.on('disconnect', () => process.exit(0));
