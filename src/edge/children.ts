/** Child processes that run a module of ours with a message channel; they end when their parent does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Child = {
  readonly pid: number;
  readonly send: (message: unknown) => void;
  readonly kill: (signal: 'SIGKILL' | 'SIGTERM') => void;
  /** The exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
};

export type ChildOptions = {
  /** Path of the module to run. */
  readonly module: string;
  readonly onMessage: (message: unknown) => void;
};

/** Starts a module in its own process, with this process's Node and its flags; output goes where ours goes. */
export function startChild({ module, onMessage }: ChildOptions): Child {
  const child: ChildProcess = spawn(process.execPath, [...process.execArgv, module], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: process.env,
  });
  child.on('message', onMessage);
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
  return {
    pid: child.pid ?? 0,
    send: (message) => {
      if (child.connected) child.send(message as object);
    },
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/**
 * Runs another program of ours, named by its file from the package's root, on this terminal, and answers its exit code; null
 * where it could not start or was ended by a signal. Ctrl-C reaches it by the terminal: it decides when to end, and we wait.
 */
export function runProgram(file: string, args: readonly string[]): Promise<number | null> {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, path, ...args], { stdio: 'inherit' });
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => void child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
}

/** The other end: messages of the parent, and its going away. Does nothing in a process that has no such parent. */
export function onParent(listeners: {
  readonly message: (message: unknown) => void;
  readonly gone: () => void;
}): (message: unknown) => void {
  process.on('message', listeners.message);
  process.on('disconnect', listeners.gone);
  return (message) => {
    if (process.connected) process.send?.(message);
  };
}
