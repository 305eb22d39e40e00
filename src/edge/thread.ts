/**
 * A thread that runs a module of ours beside the trading thread, with messages both ways. That it ended without being told to
 * is told once, with why. It keeps no process alive.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export type Thread<Order> = {
  readonly post: (order: Order) => void;
  readonly stop: () => Promise<void>;
};

export type ThreadOptions<News> = {
  readonly program: URL;
  /** What it is told at its start; plain data. */
  readonly data: object;
  readonly onNews: (news: News) => void;
  readonly onEnd: (reason: string) => void;
};

/** Starts a module that calls `serveThread`. */
export function startThread<Order, News>(options: ThreadOptions<News>): Thread<Order> {
  const worker = new Worker(options.program, { workerData: options.data });
  worker.unref();
  let over = false;
  const end = (reason: string): void => {
    if (over) return;
    over = true;
    options.onEnd(reason);
  };
  worker.on('message', options.onNews);
  worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)));
  worker.on('exit', (code) => end(`it ended with code ${code}`));
  return {
    post: (order) => worker.postMessage(order),
    stop: async () => {
      over = true;
      await worker.terminate();
    },
  };
}

/** What the module of a thread does: takes what it was told at its start, and answers how it takes an order. */
export function serveThread<Data, Order, News>(
  serve: (data: Data, tell: (news: News) => void) => (order: Order) => void,
): void {
  const port = parentPort;
  if (isMainThread || port === null) throw new Error('this module runs in a thread of its own');
  port.on(
    'message',
    serve(workerData as Data, (news) => port.postMessage(news)),
  );
}
