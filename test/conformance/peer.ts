/** An exchange as the suite meets it: connections that ask and hear, HTTP, time that passes, and a key. */
import { WebSocket } from 'ws';
import type { Tier } from '../../src/venue/practice/wire/credits.ts';
import type { Message } from './check.ts';
import { createPace } from './pace.ts';

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
  /** Waits before a request of this method, so that no limit is met. */
  readonly pace: (method: string) => Promise<void>;
};

/** The text of a request. */
export const request = (id: number, method: string, params: unknown): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

const ANSWER_WITHIN = 10_000;
/** How long the answer to a frame without an id may take: it may also have none. */
const FRAME_WITHIN = 1_500;
const LOOK_EVERY = 20;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An exchange at a WebSocket address such as `wss://test.deribit.com/ws/api/v2`, and what its account may spend. */
export function remotePeer(url: string, key: Peer['key'], tier: Tier): Peer {
  const address = url.replace(/^ws/, 'http').replace('/ws/api/v2', '/api/v2');
  let ids = 0;
  return {
    key,
    pace: createPace(tier, { now: () => performance.now(), sleep }),
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
  const answers = new Map<unknown, (message: Message | undefined) => void>();
  const heard: Message[] = [];
  let closed: number | null = null;
  socket.on('close', (code) => {
    closed = code;
    // Nothing more will come.
    for (const awaited of answers.values()) awaited(undefined);
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
    const answer = new Promise<Message | undefined>((resolve) => answers.set(id, resolve));
    socket.send(text);
    // The socket keeps the process alive while an answer is awaited; the end of the wait needs not.
    const late = new Promise<undefined>((resolve) => {
      setTimeout(() => resolve(undefined), ANSWER_WITHIN).unref();
    });
    return Promise.race([answer, late]);
  };
  return {
    ask: (method, params) => {
      const id = nextId();
      return sent(request(id, method, params), id);
    },
    frame: async (text) => {
      socket.send(text);
      for (let left = FRAME_WITHIN; left > 0 && heard.length === 0; left -= LOOK_EVERY)
        await sleep(LOOK_EVERY);
      return heard.splice(0);
    },
    heard: () => heard.splice(0).filter((message) => message.method !== undefined),
    closed: () => closed,
    close: () => socket.close(),
  };
}
