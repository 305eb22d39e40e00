/** Messages that are made to hurt: none may stop the process, or hold it up, or tell a secret. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createScrub } from './scrub.ts';

const SECRET = 'a-secret-of-the-key';
const TOKEN = 'a-token-of-the-login';

/** Seconds of the processor that something takes. */
function seconds(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

describe('deribit client: hostile messages', () => {
  it('[I46] what is told of a message takes no longer for what the message is made of', () => {
    const scrub = createScrub(SECRET, () => [TOKEN]);
    for (const text of [
      '\\'.repeat(40_000),
      '\\"password'.repeat(40_000),
      `"password"${' '.repeat(1_000)}`.repeat(1_000),
    ]) {
      let told = '';
      assert.ok(seconds(() => (told = scrub(text, 4_000))) < 2, text.slice(0, 20));
      assert.equal(told, text.slice(0, 4_000));
    }
  });
  it('[I46] a secret member of many megabytes is struck out like any other', () => {
    const scrub = createScrub(SECRET, () => [TOKEN]);
    for (const filler of ['x'.repeat(15_000_000), '\\n'.repeat(7_000_000)]) {
      const told = scrub(`{"a":"${'y'.repeat(100)}","password":"${filler}"}`, 4_000);
      assert.ok(told.startsWith('{"a":"yyy') && !/[xn\\]/.test(told), told.slice(0, 200));
    }
  });
  it('[I46] no part of a secret is told, wherever in a long message it stands', () => {
    const scrub = createScrub(SECRET, () => [TOKEN]);
    const filler = `"password":"${'x'.repeat(60_000)}",`;
    for (let at = 4_400; at < 5_600; at += 7)
      for (const hidden of [SECRET, TOKEN]) {
        const told = scrub(`${filler}${'y'.repeat(at)}${hidden}${'z'.repeat(4_000)}`, 100_000);
        assert.ok(!told.includes(hidden.slice(0, 4)), `${at}: ${told.slice(-30)}`);
      }
  });
});
