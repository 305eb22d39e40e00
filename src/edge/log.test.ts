/** The log: JSON lines, and no secret in any of them, wherever it hides [I46]. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLog, fileLog, type LogLevel } from './log.ts';

function logged(level: LogLevel = 'debug') {
  let text = '';
  const log = createLog({ level, write: (line) => void (text += line) });
  return {
    log,
    text: () => text,
    lines: () =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
  };
}

test('a line is JSON with level, time, words and fields', () => {
  const { log, lines } = logged();
  log.child('http').warn('slow', { ms: 12 });
  const [{ time, ...line } = {}] = lines();
  assert.deepEqual(line, { level: 'warn', part: 'http', ms: 12, msg: 'slow' });
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('levels below the wanted one stay silent', () => {
  const { log, text } = logged('warn');
  log.info('x');
  assert.equal(text(), '');
});

test('[I46] members with a telling name are cut out at any depth', () => {
  const { log, text } = logged();
  log.info('auth', {
    params: [
      {
        client_secret: 'canary-1',
        nested: { Authorization: 'canary-2', 'set-cookie': 'canary-3' },
      },
    ],
    apiKey: 'canary-4',
    refreshToken: 'canary-5',
  });
  assert.doesNotMatch(text(), /canary/);
  assert.equal(text().match(/\[secret\]/g)?.length, 5);
});

test('[I46] a secret that the process holds is struck out wherever it stands', () => {
  const printable = fc
    .string({ minLength: 8, maxLength: 60, unit: 'grapheme-ascii' })
    .filter((text) => text.trim().length >= 8 && !'[secret]"level"time"msg"'.includes(text));
  fc.assert(
    fc.property(printable, fc.string(), (secret, around) => {
      const { log, text } = logged();
      log.hide(secret);
      log.error(`${around}${secret}${around}`, {
        url: `https://x/?t=${encodeURIComponent(secret)}`,
        deep: { list: [secret] },
        error: new Error(`refused ${secret}`),
      });
      assert.equal(text().includes(secret), false);
      assert.equal(text().includes(JSON.stringify(secret).slice(1, -1)), false);
    }),
  );
});

test('errors keep their stack for whoever looks after the machine; what a child hides, all hide', () => {
  const { log, text, lines } = logged();
  log.child('a').hide('hidden-secret');
  log.child('b').error('failed', { error: new TypeError('hidden-secret was wrong') });
  const error = lines()[0]?.['error'] as Readonly<Record<string, string>>;
  assert.deepEqual([error['name'], error['message']], ['TypeError', '[secret] was wrong']);
  assert.match(error['stack'] ?? '', /log\.test\.ts/);
  assert.doesNotMatch(text(), /hidden-secret/);
});

test('the file is private and is added to', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  fileLog(folder, 'engine', 'info').info('one');
  fileLog(folder, 'engine', 'info').info('two');
  const file = join(folder, 'log', 'engine.jsonl');
  assert.equal(readFileSync(file, 'utf8').trimEnd().split('\n').length, 2);
  assert.equal(statSync(file).mode & 0o077, 0);
});
