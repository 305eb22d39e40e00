/**
 * What a process asked of the system, as strace saw it: its calls in the order in which they began, each with when it was
 * answered. Numbers are lines of the trace, so that calls of several threads can be held against each other.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export type Call = {
  readonly name: string;
  /** File, pipe or socket of the first argument, as the system names it; empty where it has none. */
  readonly target: string;
  /** What was written; empty for other calls. */
  readonly data: Buffer;
  /** The last number among the arguments: the offset of a pwrite, the length of a truncate. */
  readonly number: number;
  readonly began: number;
  /** Infinity for a call that was never answered. */
  readonly ended: number;
  readonly result: number;
};

/** The calls that tell what reaches the disk and the wire. */
const CALLS = 'pwrite64,write,writev,sendto,sendmsg,fdatasync,fsync,ftruncate,unlink';

/** What keeps strace from tracing here, with what to do about it; undefined where it can. */
function problem(): string | undefined {
  const tried = spawnSync('strace', ['-e', 'trace=write', 'true'], { encoding: 'utf8' });
  if (tried.error !== undefined)
    return 'strace is not here: install it, for example with "apt-get install strace"';
  return tried.status === 0 ? undefined : `strace may not trace here: ${tried.stderr.trim()}`;
}

/** Options of a test that needs strace: without it the test is skipped with words on what to do, and in CI that is a failure. */
export function withStrace(): { readonly skip: string | false } {
  return { skip: problem() ?? false };
}

/** The program and arguments that run `command` and write the trace into `file`. */
export const traced = (file: string, command: readonly string[]): readonly string[] => [
  'strace',
  '-f',
  '-y',
  '-xx',
  '-s',
  '200000',
  '-e',
  'signal=none',
  '-e',
  `trace=${CALLS}`,
  '-o',
  file,
  ...command,
];

const unescaped = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');

const STARTED = /^(\d+) +([a-z0-9_]+)\((.*)$/;
const RESUMED = /^(\d+) +<\.\.\. ([a-z0-9_]+) resumed>(.*)$/;
const UNFINISHED = / *<unfinished \.\.\.>$/;

function callOf(name: string, text: string, began: number, ended: number): Call {
  const [, descriptor = ''] = /^\d+<((?:\\x[0-9a-f]{2})*|[^>]*)>/.exec(text) ?? [];
  const strings = [...text.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) =>
    unescaped(hex),
  );
  const [, result = '-1'] = /\) += (-?\d+)/.exec(text) ?? [];
  const [, last = '0'] = /, (\d+)\) += /.exec(text) ?? [];
  const target = descriptor.startsWith('\\x') ? unescaped(descriptor).toString() : descriptor;
  return {
    name,
    target: name === 'unlink' ? String(strings[0] ?? '') : target,
    data: name === 'unlink' ? Buffer.alloc(0) : Buffer.concat(strings),
    number: Number(last),
    began,
    ended,
    result: Number(result),
  };
}

/** The calls of a trace. */
export function readTrace(file: string): readonly Call[] {
  const waiting = new Map<
    string,
    { readonly name: string; readonly text: string; readonly began: number }
  >();
  const calls: Call[] = [];
  for (const [line, text] of readFileSync(file, 'latin1').split('\n').entries()) {
    const resumed = RESUMED.exec(text);
    if (resumed !== null) {
      const [, pid = '', name = '', rest = ''] = resumed;
      const begun = waiting.get(pid);
      waiting.delete(pid);
      if (begun !== undefined) calls.push(callOf(name, begun.text + rest, begun.began, line));
      continue;
    }
    const [, pid = '', name = '', rest = ''] = STARTED.exec(text) ?? [];
    if (name === '') continue;
    if (UNFINISHED.test(rest))
      waiting.set(pid, { name, text: rest.replace(UNFINISHED, ''), began: line });
    else calls.push(callOf(name, rest, line, line));
  }
  for (const { name, text, began } of waiting.values())
    calls.push(callOf(name, text, began, Infinity));
  return calls.sort((a, b) => a.began - b.began);
}
