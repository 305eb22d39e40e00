/**
 * Becomes another program, or stands in for it: where this Node can replace itself (`process.execve`), nothing of the
 * launcher remains; else the program runs as a child in a process group of its own, gets each SIGINT, SIGTERM and
 * SIGHUP exactly once, decides itself what to do, and its end (code or signal) becomes ours. What Node makes of
 * our sources is kept beside them, so that only the first start has to translate them.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { root } from './brought-node.mjs';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** How often we look whether the process that started us is still there, in milliseconds. */
const LOOK_MS = 250;

/**
 * Runs `program` with `args` in our place. Returns only where it has to stand by; then it ends the process itself.
 * With `endsWithParent` it always stands by and hands on a SIGTERM when the process that started us ends: npm gives its
 * own SIGTERM only to the shell between us, whose end is all that we notice of it.
 */
export function become(program, args, { endsWithParent = false } = {}) {
  process.env.NODE_COMPILE_CACHE ??= join(root, '.build', 'compiled');
  // Glibc gives each thread a heap of its own and seldom hands anything back; two heaps are enough for ours.
  process.env.MALLOC_ARENA_MAX ??= '2';
  if (!endsWithParent && typeof process.execve === 'function') {
    process.removeAllListeners('warning');
    process.execve(program, [program, ...args], process.env);
  }
  const child = spawn(program, args, { stdio: 'inherit', detached: true });
  for (const signal of forwarded) process.on(signal, () => child.kill(signal));
  if (endsWithParent) whenOrphaned(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`could not start ${program}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    if (!forwarded.includes(signal)) process.exit(128 + (constants.signals[signal] ?? 0));
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Calls `act` once, when the process that started us has ended. */
function whenOrphaned(act) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, LOOK_MS);
  timer.unref();
}
