/** One line per step of a set-up: what is done, and how it went. Plain JavaScript for Node 20 and later. */
import { spawn } from 'node:child_process';

/** Thrown where a step can't be done; its message says what a person does about it and is shown without a stack. */
export class SetUpFailed extends Error {}

/** Does `work`, which returns a few words on how it went, and prints one line about it. */
export async function step(what, work) {
  const begun = performance.now();
  if (process.stdout.isTTY) process.stdout.write(`  ${what} …`);
  try {
    const outcome = await work();
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    line(`  ${what}: ${outcome} (${seconds} s)`);
  } catch (error) {
    line(`  ${what}: failed`);
    throw error;
  }
}

/** Runs a program quietly; what it printed is shown only where it fails. Resolves to its standard output. */
export function quietly(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let answer = '';
    child.stdout.on('data', (bytes) => {
      output += bytes;
      answer += bytes;
    });
    child.stderr.on('data', (bytes) => {
      output += bytes;
    });
    child.on('error', (error) =>
      reject(new SetUpFailed(`could not run ${program}: ${error.message}`)),
    );
    child.on('close', (code) => {
      if (code === 0) resolve(answer);
      else reject(new SetUpFailed(`\`${[program, ...args].join(' ')}\` failed:\n${output.trim()}`));
    });
  });
}

/** Runs `main` as a program: a failed set-up is told in words and ends with code 1. */
export function program(main) {
  main().catch((error) => {
    console.error(error instanceof SetUpFailed ? error.message : error);
    process.exit(1);
  });
}

function line(text) {
  process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${text}\n` : `${text}\n`);
}
