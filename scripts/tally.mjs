/**
 * Counts single tests from the events of Node's test runner. Suites and tests that only hold other tests are not
 * counted, unless they fail by themselves (a hook, their own body).
 */
import { inspect } from 'node:util';

/** What the runner says at the end of each file anyway. */
const summary = /^(?:tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /;

/**
 * `strict`: skipped and postponed tests are failures; `filtered`: only tests of some name were asked for, so a file may
 * hold none; `fileOf`: path to text; `tell`: prints a line. Feed it events by `take`, then ask for the `result`.
 */
export function createTally({ strict, filtered, fileOf, tell }) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  let printed = '';
  /** How many tests have ended at each depth since the last one above it: what a test that ends now was holding. */
  const ended = [];
  let eventsSeen = 0;

  return { take, result };

  function take({ type, data }) {
    const said = type === 'test:stdout' || type === 'test:stderr';
    const warned = type === 'test:diagnostic' && !summary.test(data.message);
    if (said || warned) printed += `${data.message}${warned ? '\n' : ''}`;
    if (type !== 'test:pass' && type !== 'test:fail') return;
    eventsSeen += 1;
    const children = ended[data.nesting + 1] ?? [];
    ended.length = data.nesting + 1;
    const verdict = judge(type, data, children);
    ended[data.nesting] = [...(ended[data.nesting] ?? []), verdict];
    if (verdict === 'passed' || verdict === 'skipped') count[verdict] += 1;
    if (verdict === 'failed') fail(data);
  }

  function judge(type, data, children) {
    const holds = data.details.type === 'suite' || children.length > 0;
    const postponed = data.skip !== undefined || data.todo !== undefined;
    if (type === 'test:fail') {
      const byChildren =
        data.details.error?.failureType === 'subtestsFailed' && children.some(isFailure);
      if (byChildren) return 'failed below';
      return data.todo !== undefined && !strict ? 'skipped' : 'failed';
    }
    if (postponed) return strict ? 'failed' : 'skipped';
    if (isWholeFile(data)) return filtered ? 'empty' : 'failed';
    return holds ? 'held' : 'passed';
  }

  /** A file without a test of its own is reported by the runner as one test that has the file's path as its name. */
  function isWholeFile(data) {
    return (
      data.nesting === 0 &&
      data.file !== undefined &&
      (data.name === data.file || data.name === fileOf(data.file))
    );
  }

  function fail(data) {
    count.failed += 1;
    tell(`\n✖ ${isWholeFile(data) ? fileOf(data.file) : data.name}`);
    tell(`  ${fileOf(data.file)}${data.line === undefined ? '' : `:${data.line}`}`);
    tell(indented(reason(data)));
  }

  function reason(data) {
    const error = data.details.error;
    if (error !== undefined) return inspectError(error);
    if (data.skip !== undefined || data.todo !== undefined)
      return 'skipped or postponed, which CI does not allow';
    return 'this file ran no test';
  }

  /** What was counted for `file`: a run that reported nothing at all is a failure by itself. */
  function result(file) {
    if (eventsSeen === 0 && !filtered) {
      tell(`\n✖ ${file}\n  nothing was reported`);
      count.failed += 1;
    }
    if (count.failed > 0 && printed !== '')
      tell(indented(`\n${file} printed:\n${printed.slice(-4_000).trimEnd()}`));
    return { ...count };
  }
}

function isFailure(verdict) {
  return verdict === 'failed' || verdict === 'failed below';
}

function inspectError(error) {
  const cause = error.cause ?? error;
  const text = typeof cause === 'string' ? cause : inspect(cause, { depth: 5 });
  return text
    .split('\n')
    .filter((line) => !/^\s+at .*\(?node:internal\//.test(line))
    .join('\n');
}

function indented(text) {
  return text.replace(/^/gm, '  ');
}
