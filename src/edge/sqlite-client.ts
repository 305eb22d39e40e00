/**
 * A database worker as seen from the trading thread: started once, asked with numbered requests, answered with values. A
 * worker that ends without being asked is told once, and everything that still waits is answered with why. Where threads
 * are shared, one thread of each program serves all journals of the process, each over a port of its own: a thread costs
 * more memory than what it holds of a journal.
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { JournalRefused } from './sqlite-database.ts';
import type { Attached, Opening, WorkerSetup } from './sqlite-messages.ts';

export type WorkerClient<Request> = {
  readonly post: (request: Request) => void;
  /** The last request: it is served no more once that is carried out, which is no news any more. */
  readonly end: (request: Request) => Promise<void>;
};

export type WorkerOptions<Answer> = {
  readonly program: URL;
  readonly data: object;
  readonly onAnswer: (answer: Answer) => void;
  /** The worker is gone and will not answer any more. */
  readonly onDeath: (reason: string) => void;
  /** Whose threads serve this one, too; its own where there are none. */
  readonly threads?: Threads | undefined;
};

/** A thread that takes further journals in. */
type Host = { readonly worker: Worker; readonly attach: MessagePort };

/** Threads that several journals share, by program. */
export type Threads = Map<string, Host>;

export const createThreads = (): Threads => new Map();

type Way = Pick<MessagePort, 'once' | 'on' | 'postMessage'>;

type Line = {
  readonly worker: Worker;
  /** Where messages come and go. */
  readonly way: Way;
  /** Resolves when nothing will come any more. */
  readonly ended: Promise<void>;
};

/** A thread of its own, which others may be attached to. */
function begin({ program, data, threads }: WorkerOptions<never>): Line {
  const { port1: attach, port2 } = new MessageChannel();
  attach.unref();
  const workerData: WorkerSetup<object> = { setup: data, attach: port2 };
  const worker = new Worker(program, { workerData, transferList: [port2] });
  // Each journal that it serves listens for its end.
  worker.setMaxListeners(0);
  threads?.set(program.href, { worker, attach });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      if (threads?.get(program.href)?.worker === worker) threads.delete(program.href);
      attach.close();
      resolve();
    });
  });
  return { worker, way: worker as unknown as Way, ended };
}

/** A port to a thread that serves others already. */
function join({ worker, attach }: Host, data: object): Line {
  const { port1, port2 } = new MessageChannel();
  attach.postMessage({ setup: data, port: port2 } satisfies Attached<object>, [port2]);
  const ended = new Promise<void>((resolve) => {
    port1.once('close', () => resolve());
  });
  return { worker, way: port1, ended };
}

/** Starts a worker and waits for its first message; throws JournalRefused when it refuses to open. */
export async function startWorker<Request, Opened, Answer>(
  options: WorkerOptions<Answer>,
): Promise<{ readonly client: WorkerClient<Request>; readonly opened: Opened }> {
  const host = options.threads?.get(options.program.href);
  const { worker, way, ended } = host === undefined ? begin(options) : join(host, options.data);
  let over = false;
  const die = (reason: string): void => {
    if (over) return;
    over = true;
    options.onDeath(reason);
  };
  const opened = await new Promise<Opened>((resolve, reject) => {
    way.once('message', (first: Opening<Opened>) => {
      if (first.kind === 'opened') {
        way.on('message', options.onAnswer);
        resolve(first.opened);
        return;
      }
      over = true;
      reject(new JournalRefused(first.code, first.message));
    });
    worker.on('error', (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      die(`a database thread failed: ${reason}`);
      reject(new JournalRefused('io', `a database thread failed: ${reason}`));
    });
    worker.on('exit', (code) => {
      die(`a database thread ended with code ${code}`);
      reject(new JournalRefused('io', `a database thread ended with code ${code}`));
    });
  });
  return {
    opened,
    client: {
      post: (request) => way.postMessage(request),
      end: (request) => {
        over = true;
        way.postMessage(request);
        return ended;
      },
    },
  };
}
