/** Records what an appender asks of the system until it is ended. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '../support/lines.ts';
import { readTrace, traced } from '../support/strace.ts';
import { type Recording, recordingOf } from './images.ts';

const APPENDER = fileURLToPath(new URL('./journal-appender.ts', import.meta.url));

export type Appending = {
  /** A folder that is not there yet. */
  readonly folder: string;
  /** Answers after which it is ended. */
  readonly answers: number;
  readonly inFlight: number;
  /** Characters that each fact carries beside. */
  readonly ballast: number;
};

/** The calls of an appender that was ended after so many answers. */
export async function record(wanted: Appending): Promise<Recording> {
  const { folder, answers, inFlight, ballast } = wanted;
  mkdirSync(folder);
  const trace = join(folder, 'trace');
  const [program = '', ...args] = traced(trace, [
    process.execPath,
    ...process.execArgv,
    APPENDER,
    join(folder, 'data'),
    String(inFlight),
    String(ballast),
  ]);
  const child = startChild(program, args);
  const { pid } = await child.line();
  for (let n = 0; n < answers; n++) await child.line();
  const ended = new Promise((resolve) => child.process.once('exit', resolve));
  process.kill(Number(pid), 'SIGKILL');
  await ended;
  return recordingOf(readTrace(trace));
}
