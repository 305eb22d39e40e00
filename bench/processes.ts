/** The processes of a benchmark: the exchange, the engine, and how they are started, asked and ended. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { EngineOptions } from '../src/app/options.ts';
import type { EngineNews, EngineOrder } from './engine-process.ts';
import type { ExchangeNews, ExchangeOrder } from './exchange-process.ts';
import { sharedNow } from './kit.ts';
import { type Size } from './messages.ts';
import { RISK, strategiesOf } from './story.ts';

/** A process that was asked for something and did not answer. */
const PATIENCE_MS = 120_000;

export type Talker<Order, News extends { readonly kind: string }> = {
  /** When the process was begun (shared clock). */
  readonly began: number;
  readonly process: ChildProcess;
  readonly say: (order: Order) => void;
  /** The next news of a kind; news that came before it was asked for counts. */
  readonly hear: <Kind extends News['kind']>(
    kind: Kind,
  ) => Promise<Extract<News, { readonly kind: Kind }>>;
  readonly end: () => Promise<void>;
};

/** Starts a module of this folder in a process of its own. */
export function start<Order, News extends { readonly kind: string }>(
  module: string,
  flags: readonly string[] = [],
): Talker<Order, News> {
  const began = sharedNow();
  const child = fork(join(import.meta.dirname, module), {
    execArgv: [...process.execArgv, ...flags],
    serialization: 'advanced',
  });
  const kept: News[] = [];
  const waiting = new Map<string, (news: never) => void>();
  child.on('message', (news: News) => {
    const taker = waiting.get(news.kind);
    if (taker === undefined) return void kept.push(news);
    waiting.delete(news.kind);
    taker(news as never);
  });
  let gone: (reason: Error) => void = () => undefined;
  const ended = new Promise<void>((resolve) =>
    child.once('exit', (code) => {
      gone(new Error(`${module} ended with ${code} before it told what was asked`));
      resolve();
    }),
  );
  return {
    began,
    process: child,
    say: (order) => void child.send(order as object),
    hear: (kind) =>
      new Promise((resolve, reject) => {
        const at = kept.findIndex((news) => news.kind === kind);
        if (at >= 0) return resolve(kept.splice(at, 1)[0] as never);
        const giveUp = setTimeout(
          () => reject(new Error(`${module} did not tell "${kind}" in ${PATIENCE_MS / 1_000} s`)),
          PATIENCE_MS,
        );
        gone = (reason) => {
          clearTimeout(giveUp);
          reject(reason);
        };
        waiting.set(kind, (news) => {
          clearTimeout(giveUp);
          resolve(news);
        });
      }),
    end: async () => {
      if (child.connected) child.disconnect();
      child.kill();
      await ended;
    },
  };
}

export type Exchange = Talker<ExchangeOrder, ExchangeNews>;
export type Engine = Talker<EngineOrder, EngineNews>;

export async function startExchange(
  size: Size,
): Promise<{ readonly exchange: Exchange; readonly port: number }> {
  const exchange: Exchange = start('exchange-process.ts');
  exchange.say({ kind: 'open', size });
  const { port } = await exchange.hear('listening');
  return { exchange, port };
}

const optionsOf = (size: Size, dataDir: string, port: number): EngineOptions => ({
  mode: 'practice',
  login: 'secret',
  venueUrl: `ws://127.0.0.1:${port}/ws/api/v2`,
  httpUrl: `http://127.0.0.1:${port}/api/v2`,
  accounts: [
    {
      id: 'main',
      dataDir,
      credentials: { clientId: 'bench', clientSecret: 'bench-secret-of-no-use' },
      strategies: strategiesOf(size),
      risk: RISK,
      configHash: 'bench',
    },
  ],
  speed: 1,
  dataDir,
  port: 0,
  host: '127.0.0.1',
  checkEverySeconds: 30,
  practiceOrigin: null,
  webhook: null,
  openBrowser: false,
  lang: 'en',
  child: true,
});

/** Starts the engine on a data folder; the news tell how far it is. */
export function startEngine(
  size: Size,
  where: {
    readonly dataDir: string;
    readonly exchangePort: number;
    readonly flags?: readonly string[];
  },
): Engine {
  const engine: Engine = start('engine-process.ts', where.flags ?? []);
  engine.say({ kind: 'start', options: optionsOf(size, where.dataDir, where.exchangePort) });
  return engine;
}
