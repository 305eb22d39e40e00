/**
 * A program of ours as its own process group: what it says is read line by line, and neither it nor anything that it
 * started outlives the test. When the test fails, everything that it said is printed.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const LOCKSTEP = fileURLToPath(new URL('../../../bin/lockstep.mjs', import.meta.url));

/** What a test or a suite gives: something to do when it is over, and whether it went well. */
export type Owner = Pick<TestContext, 'after'> & { readonly passed?: boolean };

export type End = { readonly code: number | null; readonly signal: string | null };

export type Running = {
  readonly pid: number;
  /** The first match in what was said so far or is still to come; rejects when the process ends before it. */
  readonly says: (pattern: RegExp, limitMs?: number) => Promise<RegExpExecArray>;
  readonly said: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  /** SIGKILL to the process and all that it started. */
  readonly kill: () => Promise<void>;
  readonly ended: Promise<End>;
};

/** A folder that is gone after the test. */
export function temporaryFolder(owner: Owner): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-e2e-'));
  owner.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** The environment without settings of ours, so that a person's own can't change a test. */
const ownEnvironment = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(LOCKSTEP|DERIBIT)_/.test(name)),
  ),
  NODE_OPTIONS: '',
  ...more,
});

/** Runs a module with this Node; `under` is a program, with its arguments, that runs it in its turn. */
export function startModule(
  owner: Owner,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  under: readonly string[] = [],
): Running {
  const command = [...under, process.execPath, '--disable-warning=ExperimentalWarning', ...args];
  const child = spawn(command[0] ?? '', command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: ownEnvironment(env),
  });
  let text = '';
  let isOver = false;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const hear = (chunk: string): void => {
    text += chunk;
    tell();
  };
  child.stdout.setEncoding('utf8').on('data', hear);
  child.stderr.setEncoding('utf8').on('data', hear);
  const ended = new Promise<End>((resolve) => {
    child.once('close', (code, signal) => {
      isOver = true;
      resolve({ code, signal });
      tell();
    });
  });
  const signalGroup = (name: NodeJS.Signals): void => {
    try {
      process.kill(-(child.pid ?? 0), name);
    } catch {
      // Nobody of the group is left.
    }
  };
  const kill = async (): Promise<void> => {
    if (child.pid !== undefined) signalGroup('SIGKILL');
    await ended;
  };
  owner.after(async () => {
    await kill();
    if (owner.passed === false) console.error(`--- ${args.join(' ')} said:\n${text}---`);
  });
  return {
    pid: child.pid ?? 0,
    says: (pattern, limitMs = 20_000) =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void): void => {
          clearTimeout(timer);
          listeners.delete(look);
          finish();
        };
        const look = (): void => {
          const match = pattern.exec(text);
          if (match !== null) return settle(() => resolve(match));
          if (isOver)
            settle(() => reject(new Error(`${args.join(' ')} ended before ${pattern}:\n${text}`)));
        };
        const timer = setTimeout(
          () =>
            settle(() =>
              reject(
                new Error(`${args.join(' ')} did not say ${pattern} in ${limitMs} ms:\n${text}`),
              ),
            ),
          limitMs,
        );
        listeners.add(look);
        look();
      }),
    said: () => text,
    signal: (name) => void child.kill(name),
    kill,
    ended,
  };
}

/** Runs `lockstep` with these arguments, as a person would. */
export const startLockstep = (
  owner: Owner,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running => startModule(owner, [LOCKSTEP, ...args], env);
