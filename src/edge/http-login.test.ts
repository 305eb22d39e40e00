/** Sessions, login codes and damping on a clock of the test's own. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DAY, MINUTE } from '../base/time.ts';
import { CODE_MS, createDamper, createLoginCodes } from './http-login.ts';
import { openSessions, SESSION_MS } from './http-sessions.ts';

function sessionsFile(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-login-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'sessions.json');
}

test('a login code is good once and for ten minutes', () => {
  let now = 5_000;
  const codes = createLoginCodes({ mono: () => now, wall: () => now + 1_000_000 });
  const { code, endsAt } = codes.make();
  assert.equal(endsAt, 1_005_000 + 10 * MINUTE);
  assert.equal(codes.use(`${code}x`), false);
  assert.equal(codes.use(code), true);
  assert.equal(codes.use(code), false);
  const late = codes.make().code;
  now += CODE_MS;
  assert.equal(codes.use(late), false);
});

test('many codes push out the oldest, so that nobody fills the memory', () => {
  const codes = createLoginCodes({ mono: () => 0, wall: () => 0 });
  const made = Array.from({ length: 60 }, () => codes.make().code);
  assert.equal(codes.use(made[0] ?? ''), false);
  assert.equal(codes.use(made[59] ?? ''), true);
});

test('a session ends after 30 days, by the wall clock, over restarts', (t) => {
  const file = sessionsFile(t);
  let now = 1_000;
  const { reference, session } = openSessions(file, () => now).begin();
  assert.equal(session.endsAt, 1_000 + 30 * DAY);
  now += SESSION_MS - 1;
  const later = openSessions(file, () => now);
  assert.equal(later.find(reference)?.id, session.id);
  now += 1;
  assert.equal(later.find(reference), undefined);
  assert.equal(later.isOn(session.id), false);
  later.begin();
  assert.equal(readFileSync(file, 'utf8').includes(session.id), false);
});

test('only hashes of references are kept, in a file that its owner alone can read', (t) => {
  const file = sessionsFile(t);
  const sessions = openSessions(file, () => 0);
  const { reference, session } = sessions.begin();
  assert.match(reference, /^[\w-]{43}$/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(readFileSync(file, 'utf8').includes(reference), false);
  assert.equal(sessions.find(session.id), undefined);
  sessions.end(session.id);
  assert.equal(sessions.find(reference), undefined);
  assert.equal(openSessions(file, () => 0).find(reference), undefined);
});

test('wrong tries wait ever longer, and are forgotten after a minute', () => {
  let now = 0;
  const damper = createDamper(() => now);
  const waits = Array.from({ length: 13 }, () => damper.wrong());
  assert.deepEqual(
    waits,
    [0, 0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000],
  );
  now += MINUTE;
  assert.equal(damper.wrong(), 0);
});
