/** The engine as a script and a screen see it: the API with the token of the data folder, and the stream of whole commits. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Fact, FactType } from '../../../src/domain/fact.ts';
import type { Report, Strategy, Trade } from '../../../src/domain/shown.ts';
import type { FactFrame, StreamFrame } from '../../../src/wire/frames.ts';
import type { CommandAnswer, StatusAnswer, TradeDetail } from '../../../src/wire/requests.ts';
import type { Owner } from './process.ts';
import { createWaits } from './waits.ts';

export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

export type Reply = { readonly status: number; readonly body: unknown };

export type Engine = {
  readonly port: number;
  readonly token: string;
  readonly request: (path: string, init?: RequestInit) => Promise<Reply>;
  readonly get: <Answer>(path: string) => Promise<Answer>;
  readonly post: <Answer = CommandAnswer>(path: string, body?: object) => Promise<Answer>;
  readonly status: () => Promise<StatusAnswer>;
  readonly trades: (query?: string) => Promise<readonly Trade[]>;
  readonly trade: (id: string) => Promise<TradeDetail>;
  readonly reconcile: () => Promise<Report>;
  /** All facts of these types, oldest first. */
  readonly facts: <Type extends FactType>(
    ...types: readonly Type[]
  ) => Promise<readonly Extract<Fact, { readonly type: Type }>[]>;
};

/** The port that the engine of a data folder listens on. */
export const portIn = (dataDir: string): number =>
  (JSON.parse(readFileSync(join(dataDir, 'engine.json'), 'utf8')) as { port: number }).port;

const tokenIn = (dataDir: string): string =>
  readFileSync(join(dataDir, 'api-token'), 'utf8').trim();

/** The API of the engine that runs on a data folder. */
export function callEngine(dataDir: string): Engine {
  const port = portIn(dataDir);
  const token = tokenIn(dataDir);
  const headers = { authorization: `Bearer ${token}` };
  const request: Engine['request'] = async (path, init = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string>) },
    });
    return { status: response.status, body: await response.json() };
  };
  const get = async <Answer>(path: string): Promise<Answer> => {
    const { status, body } = await request(`/api/v1${path}`);
    assert.equal(status, 200, `GET ${path}: ${JSON.stringify(body)}`);
    return body as Answer;
  };
  const post = async <Answer>(path: string, body: object = {}): Promise<Answer> => {
    const answer = await request(`/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(body),
    });
    assert.ok(
      answer.status >= 200 && answer.status < 300,
      `POST ${path}: ${JSON.stringify(answer.body)}`,
    );
    return answer.body as Answer;
  };
  const pages = async <Item>(
    path: string,
    cursor: (next: string) => string,
  ): Promise<readonly Item[]> => {
    const items: Item[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const page: Page<Item> = await get(path + (next === '' ? '' : cursor(next)));
      items.push(...page.items);
      next = page.next;
    }
    return items;
  };
  return {
    port,
    token,
    request,
    get,
    post,
    status: () => get('/status'),
    trades: (query = '') =>
      pages(`/trades?limit=500${query}`, (next) => `&cursor=${encodeURIComponent(next)}`),
    trade: (id) => get(`/trades/${encodeURIComponent(id)}`),
    reconcile: () => post('/reconcile'),
    facts: async (...types) => {
      const all = await pages<Fact>('/journal?limit=500', (next) => `&after=${next}`);
      return all.filter(({ type }) => (types as readonly string[]).includes(type)) as never;
    },
  };
}

/** A commit as it came: its frames, and when (performance.now). */
export type Group = { readonly frames: readonly StreamFrame[]; readonly receivedAt: number };

type FrameOf<Type extends StreamFrame['type']> = Extract<StreamFrame, { readonly type: Type }>;

export type Follower = {
  /** Waits for a frame of a type; answers it with the whole commit it came in. */
  readonly frame: <Type extends FactFrame['type'] | 'SNAPSHOT' | 'HEARTBEAT' | 'MARKET'>(
    type: Type,
    fits?: (frame: FrameOf<Type>) => boolean,
    limitMs?: number,
  ) => Promise<{ readonly frame: FrameOf<Type>; readonly group: Group }>;
  /** Waits until a trade is shown as closed; answers it as it was first shown so. */
  readonly closed: (tradeId: string, limitMs?: number) => Promise<Trade>;
  /** Waits until a strategy shows this status; what it shows already counts. */
  readonly status: (status: Strategy['status'], limitMs?: number) => Promise<void>;
  /** Waits until an open trade is shown with its stop at the exchange; a trade that is open already counts. */
  readonly inTrade: (limitMs?: number) => Promise<Trade>;
  readonly groups: () => readonly Group[];
  /** From now on only what comes counts. */
  readonly forget: () => void;
  readonly close: () => void;
};

const brief = ({ frames }: Group): string =>
  frames
    .map((frame) =>
      frame.type === 'STRATEGY_STATUS_CHANGED' ? `${frame.type}=${frame.status}` : frame.type,
    )
    .join(' ');

const isClosed = (id: string) => (trade: Trade) => trade.id === id && trade.status === 'closed';

function tradesIn(frame: StreamFrame): readonly Trade[] {
  if (frame.type === 'SNAPSHOT') return [...frame.openTrades, ...frame.lastTrades];
  return 'trade' in frame ? [frame.trade] : [];
}

/** What a screen with one strategy on one instrument would show. */
type Mirror = { status: string | undefined; stop: string | undefined; open: Trade | undefined };

function reflect(mirror: Mirror, frame: StreamFrame): void {
  if (frame.type === 'STRATEGY_STATUS_CHANGED') mirror.status = frame.status;
  if (frame.type === 'POSITION_CHANGED') mirror.stop = frame.position.stop.state;
  if (frame.type === 'TRADE_OPENED') mirror.open = frame.trade;
  if (frame.type === 'TRADE_CLOSED') mirror.open = undefined;
  if (frame.type !== 'SNAPSHOT') return;
  mirror.status = frame.strategies[0]?.status;
  mirror.stop = frame.positions[0]?.stop.state;
  mirror.open = frame.openTrades[0];
}

/** Follows the stream of the engine on a data folder from a snapshot on. */
export async function followEngine(owner: Owner, dataDir: string): Promise<Follower> {
  const waits = createWaits<Group>(brief);
  const mirror: Mirror = { status: undefined, stop: undefined, open: undefined };
  const socket = new WebSocket(`ws://127.0.0.1:${portIn(dataDir)}/api/v1/stream`, {
    headers: { authorization: `Bearer ${tokenIn(dataDir)}` },
  });
  owner.after(() => socket.terminate());
  socket.on('open', () => socket.send('{"type":"SUBSCRIBE"}'));
  socket.on('message', (data: Buffer) => {
    const receivedAt = performance.now();
    const given = JSON.parse(data.toString('utf8')) as StreamFrame | readonly StreamFrame[];
    const frames = Array.isArray(given)
      ? (given as readonly StreamFrame[])
      : [given as StreamFrame];
    for (const frame of frames) reflect(mirror, frame);
    waits.push({ frames, receivedAt });
  });
  socket.on('error', (error) => waits.end(error.message));
  socket.on('close', (code, reason) => waits.end(`the stream closed: ${code} ${String(reason)}`));
  const follower: Follower = {
    frame: async (type, fits = () => true, limitMs = 20_000) => {
      const find = (group: Group) =>
        group.frames.find((frame) => frame.type === type && fits(frame as never));
      const group = await waits.until(type, (one) => find(one) !== undefined, limitMs);
      return { frame: find(group) as never, group };
    },
    closed: async (tradeId, limitMs = 20_000) => {
      const find = (group: Group) => group.frames.flatMap(tradesIn).find(isClosed(tradeId));
      const group = await waits.until(
        `the close of ${tradeId}`,
        (one) => find(one) !== undefined,
        limitMs,
      );
      return find(group) as Trade;
    },
    status: async (status, limitMs = 20_000) => {
      await waits.until(`status ${status}`, () => mirror.status === status, limitMs);
    },
    inTrade: async (limitMs = 40_000) => {
      let held: Trade | undefined;
      const isHeld = (): boolean => {
        const { open, status, stop } = mirror;
        held = status === 'position_open' && stop === 'on_exchange' ? open : undefined;
        return held !== undefined;
      };
      await waits.until('a protected trade', () => held !== undefined || isHeld(), limitMs);
      return held as unknown as Trade;
    },
    groups: waits.all,
    forget: waits.forget,
    close: () => socket.close(),
  };
  await follower.frame('SNAPSHOT');
  return follower;
}
