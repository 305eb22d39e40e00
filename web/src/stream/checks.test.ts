import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Report } from '../../../src/wire/requests.ts';
import { newestFirst, periodOf, resultOf, untilNext } from './checks.ts';

const START = Date.parse('2026-03-02T10:00:00.000Z');

const report = (seq: number, afterMs: number, changes: Partial<Report> = {}): Report => ({
  id: `rep_${seq}`,
  trigger: 'timer',
  startedAt: new Date(START + afterMs).toISOString(),
  finishedAt: new Date(START + afterMs + 50).toISOString(),
  seq,
  complete: true,
  coverage: {
    orders: 'ok',
    positions: 'ok',
    fills: 'ok',
    fees: 'ok',
    funding: 'ok',
    balance: 'ok',
  },
  verdicts: [],
  breaks: [],
  ok: true,
  problem: null,
  ...changes,
});

describe('checks', () => {
  it('end clean, with differences or incomplete', () => {
    assert.equal(resultOf(report(1, 0)), 'ok');
    assert.equal(resultOf(report(1, 0, { ok: false })), 'differences');
    assert.equal(resultOf(report(1, 0, { ok: false, complete: false })), 'incomplete');
  });

  it('stand newest first, each once', () => {
    const [a, b, c] = [report(1, 0), report(2, 10), report(3, 20)];
    assert.deepEqual(
      newestFirst([b, a], [c, b]).map(({ seq }) => seq),
      [3, 2, 1],
    );
  });

  it('show their own period, in real time at any speed of the market', () => {
    const asked = report(4, 61_000, { trigger: 'demand' });
    const reports = [
      report(5, 80_000),
      asked,
      report(3, 60_000),
      report(2, 40_000),
      report(1, 20_000),
    ];
    assert.equal(periodOf(reports, 1), 20_000);
    assert.equal(periodOf(reports, 20), 1_000);
    assert.equal(periodOf([report(1, 0)], 1), 30_000);
  });

  it('say when the next one is due', () => {
    const reports = [report(2, 40_000), report(1, 20_000)];
    assert.equal(untilNext(reports, START + 52_000, 1), 8_000);
    assert.equal(untilNext(reports, START + 99_000, 1), 0);
    assert.equal(untilNext([], START, 1), null);
  });
});
