/**
 * Runs the suites group by group and says as its last line `N passed, N failed`, counting single tests, not suites.
 * A file that does not load, that runs no test, or whose process ends badly is a failure; in CI a skipped or postponed
 * test is one too. Runs on the Node of the product; `scripts/test.mjs` starts it with what was asked for.
 */
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import { nodeFlags, root } from './brought-node.mjs';
import { suites } from './suites.mjs';
import { createTally } from './tally.mjs';

const { paths, name, deep, browser } = JSON.parse(process.argv[2] ?? '{}');
const strict = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false';
if (browser !== undefined) process.env.CHROMIUM_PATH = browser;

/** Ctrl-C ends the test files too, also where they do not hang on our terminal. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop.abort());

/** How many of a group's files are named as its slowest. */
const SLOWEST = 8;

const total = { passed: 0, failed: 0, skipped: 0 };
for (const group of suites(paths, deep)) {
  if (stop.signal.aborted) break;
  const result =
    group.needs.includes('browser') && browser === undefined
      ? withoutBrowser(group)
      : await runGroup(group);
  for (const key of Object.keys(total)) total[key] += result[key];
}
if (stop.signal.aborted) {
  console.log('stopped before the end');
  total.failed += 1;
}
if (total.passed + total.failed === 0) {
  console.log(name === undefined ? 'no test ran' : `no test's title contains ${inspect(name)}`);
  total.failed += 1;
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed > 0 ? 1 : 0);

async function runGroup(group) {
  console.log(
    `\n== ${group.name} (${group.files.length} ${group.files.length === 1 ? 'file' : 'files'})`,
  );
  const begun = performance.now();
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const waiting = [...group.files];
  const took = [];
  const worker = async () => {
    for (
      let file = waiting.shift();
      file !== undefined && !stop.signal.aborted;
      file = waiting.shift()
    ) {
      const from = performance.now();
      const result = await runFile(file, group.fileMs);
      took.push({ file, seconds: (performance.now() - from) / 1000 });
      for (const key of Object.keys(sum)) sum[key] += result[key];
    }
  };
  await Promise.all(Array.from({ length: group.atOnce }, worker));
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(
    `${group.name}: ${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped, ${seconds} s`,
  );
  if (took.length > SLOWEST) console.log(`slowest: ${slowest(took)}`);
  return sum;
}

/** The files that took longest: where to look when the whole becomes slow. */
function slowest(took) {
  return took
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST)
    .map(({ file, seconds }) => `${file} ${seconds.toFixed(1)} s`)
    .join(', ');
}

/** Runs one file in a process of its own, which is ended where it outstays its time: a leak must not stop the rest. */
async function runFile(file, fileMs) {
  const tally = createTally({
    strict,
    filtered: name !== undefined,
    fileOf: shown,
    tell: console.log,
  });
  const events = run({
    files: [join(root, file)],
    cwd: root,
    timeout: fileMs,
    execArgv: nodeFlags,
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(fileMs + 5_000)]),
    ...(name === undefined ? {} : { testNamePatterns: [new RegExp(literally(name))] }),
  });
  for await (const event of events) tally.take(event);
  return tally.result(file);
}

function literally(text) {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

function withoutBrowser(group) {
  console.log(`\n== ${group.name}: not run, there is no browser (see the set-up above)`);
  return strict
    ? { passed: 0, failed: group.files.length, skipped: 0 }
    : { passed: 0, failed: 0, skipped: group.files.length };
}

function shown(path) {
  return path === undefined ? '' : relative(root, path);
}
