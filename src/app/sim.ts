/** `lockstep sim`: the simulator, a program with options of its own, as a child that has this terminal. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EXIT } from './exit-codes.ts';

const PROGRAM = fileURLToPath(new URL('../../sim/program/main.ts', import.meta.url));

/** Runs it with these arguments and answers its exit code. Ctrl-C reaches it by the terminal; it decides when to end. */
export function runSim(args: readonly string[]): Promise<number> {
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  const child = spawn(process.execPath, [...process.execArgv, PROGRAM, ...args], {
    stdio: 'inherit',
  });
  const stop = (): void => void child.kill('SIGTERM');
  process.once('SIGTERM', stop);
  return new Promise((resolve) => {
    child.once('error', () => resolve(EXIT.error));
    child.once('exit', (code) => resolve(code ?? EXIT.error));
  });
}
