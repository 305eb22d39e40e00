/** The worker's end of shared threads: it serves the journal that it was started for, and each that is attached later. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { must } from '../base/assert.ts';
import type { Attached, WorkerSetup } from './sqlite-messages.ts';

/** Serves with `begin`; the thread ends by itself when the last of its journals is closed. */
export function serveAll<Setup>(begin: (port: MessagePort, setup: Setup) => void): void {
  const { setup, attach } = workerData as WorkerSetup<Setup>;
  attach.on('message', (further: Attached<Setup>) => begin(further.port, further.setup));
  attach.unref();
  begin(must(parentPort, 'a parent: this file is the program of a worker'), setup);
}
