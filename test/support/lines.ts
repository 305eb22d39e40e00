/** A child process that is listened to line by line, each line JSON, and that never outlives the test that started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after } from 'node:test';

export type Child = {
  readonly process: ChildProcess;
  /** The next line; rejects when the process ends before it. */
  readonly line: () => Promise<Record<string, unknown>>;
  /** Sends SIGKILL and answers the lines that had still been written. */
  readonly kill: () => Promise<readonly Record<string, unknown>[]>;
};

const started: ChildProcess[] = [];
after(() => {
  for (const child of started) child.kill('SIGKILL');
});

/** Starts a program; its standard error goes to ours. */
export function startChild(program: string, args: readonly string[]): Child {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const kill = async (): Promise<readonly Record<string, unknown>[]> => {
    child.kill('SIGKILL');
    const rest: Record<string, unknown>[] = [];
    for (let next = await lines.next(); !next.done; next = await lines.next()) {
      // A line that the kill cut off was never said.
      if (next.value.endsWith('}')) rest.push(JSON.parse(next.value) as Record<string, unknown>);
    }
    await ended;
    return rest;
  };
  return {
    process: child,
    line: async () => {
      const next = await lines.next();
      if (next.done) throw new Error(`${program} ended before its next line`);
      return JSON.parse(next.value) as Record<string, unknown>;
    },
    kill,
  };
}
