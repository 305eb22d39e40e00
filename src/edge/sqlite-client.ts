/**
 * A database worker as seen from the trading thread: started once, asked with numbered requests, answered with values. A
 * worker that ends without being asked is told once, and everything that still waits is answered with why.
 */
import { Worker } from 'node:worker_threads';
import { JournalRefused } from './sqlite-database.ts';
import type { Opening } from './sqlite-messages.ts';

export type WorkerClient<Request> = {
  readonly post: (request: Request) => void;
  /** The last request: the thread ends once it has carried it out, which is no news any more. */
  readonly end: (request: Request) => Promise<void>;
};

export type WorkerOptions<Answer> = {
  readonly program: URL;
  readonly data: object;
  readonly onAnswer: (answer: Answer) => void;
  /** The worker is gone and will not answer any more. */
  readonly onDeath: (reason: string) => void;
};

/** Starts a worker and waits for its first message; throws JournalRefused when it refuses to open. */
export async function startWorker<Request, Opened, Answer>(
  options: WorkerOptions<Answer>,
): Promise<{ readonly client: WorkerClient<Request>; readonly opened: Opened }> {
  const worker = new Worker(options.program, { workerData: options.data });
  let over = false;
  const die = (reason: string): void => {
    if (over) return;
    over = true;
    options.onDeath(reason);
  };
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  const opened = await new Promise<Opened>((resolve, reject) => {
    worker.once('message', (first: Opening<Opened>) => {
      if (first.kind === 'opened') {
        worker.on('message', options.onAnswer);
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
      post: (request) => worker.postMessage(request),
      end: (request) => {
        over = true;
        worker.postMessage(request);
        return ended;
      },
    },
  };
}
