/** An exchange as the suite meets it: connections that ask and hear, HTTP, time that passes, and a key. */
import { WebSocket } from 'ws';
import type { Message } from './check.ts';

export type Line = {
  /** Sends a text as it stands; answers what came back at once, or within the time for answers. */
  readonly frame: (text: string) => Promise<readonly Message[]>;
  /** The answer to one request; undefined when none came. */
  readonly ask: (method: string, params: unknown) => Promise<Message | undefined>;
  /** What came besides answers, since the last look. */
  readonly heard: () => readonly Message[];
  /** Close code once it is gone (1006: cut), else null. */
  readonly closed: () => number | null;
  readonly close: () => void;
};

export type Peer = {
  readonly connect: () => Promise<Line>;
  readonly http: (
    method: string,
    params: Readonly<Record<string, unknown>>,
    authorization: string | undefined,
  ) => Promise<Message | undefined>;
  readonly pass: (ms: number) => Promise<void>;
  readonly key: { readonly id: string; readonly secret: string };
  /** Least time between two requests, so that no limit is met. */
  readonly paceMs: number;
};

/** The text of a request. */
export const request = (id: number, method: string, params: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

const ANSWER_WITHIN = 10_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An exchange at a WebSocket address such as `wss://test.deribit.com/ws/api/v2`. */
export function remotePeer(url: string, key: Peer['key']): Peer {
  const address = url.replace(/^ws/, 'http').replace('/ws/api/v2', '/api/v2');
  let ids = 0;
  return {
    key,
    paceMs: 300,
    pass: sleep,
    connect: () => dial(url, () => ++ids),
    http: async (method, params, authorization) => {
      const response = await fetch(`${address}/${method}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: request(++ids, method, params),
      });
      return JSON.parse(await response.text()) as Message;
    },
  };
}

async function dial(url: string, nextId: () => number): Promise<Line> {
  const socket = new WebSocket(url);
  const answers = new Map<unknown, (message: Message) => void>();
  const heard: Message[] = [];
  let closed: number | null = null;
  socket.on('close', (code) => {
    closed = code;
  });
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString('utf8')) as Message;
    const awaited = message.method === undefined ? answers.get(message.id) : undefined;
    if (awaited === undefined) heard.push(message);
    else awaited(message);
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('error', reject);
  });
  const sent = async (text: string, id: unknown): Promise<Message | undefined> => {
    const answer = new Promise<Message>((resolve) => answers.set(id, resolve));
    socket.send(text);
    return Promise.race([answer, sleep(ANSWER_WITHIN).then(() => undefined)]);
  };
  return {
    ask: (method, params) => {
      const id = nextId();
      return sent(request(id, method, params), id);
    },
    frame: async (text) => {
      socket.send(text);
      await sleep(1_000);
      return heard.splice(0);
    },
    heard: () => heard.splice(0).filter((message) => message.method !== undefined),
    closed: () => closed,
    close: () => socket.close(),
  };
}
