/** The schemas of requests at their edges; that the answers' schemas equal their shapes is the compiler's to say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aBreak,
  closedTrade,
  order,
  position,
  report,
  strategy,
  trade,
} from '../../test/support/facts.ts';
import {
  journalQuery,
  killBody,
  resolveBody,
  subscribeMessage,
  tradesQuery,
} from './schemas-requests.ts';
import {
  breakSchema,
  decimalSchema,
  orderSchema,
  positionSchema,
  reportSchema,
  strategySchema,
  tradeSchema,
} from './schemas.ts';

test('documents of every kind pass their schema unchanged', () => {
  for (const [schema, value] of [
    [tradeSchema, trade(1)],
    [tradeSchema, closedTrade(1)],
    [strategySchema, strategy(1)],
    [positionSchema, position(1, '-0.0011')],
    [orderSchema, order(1)],
    [breakSchema, aBreak(1)],
    [reportSchema, report(1)],
  ] as const) {
    assert.deepEqual(schema.parse(value), value);
  }
});

test('a decimal is canonical text', () => {
  for (const good of ['0', '-0.5', '64210.5', '12'])
    assert.equal(decimalSchema.safeParse(good).success, true, good);
  for (const bad of ['', '1.0', '01', '1e5', '+1', '.5', '1.', 'NaN', ' 1', 5])
    assert.equal(decimalSchema.safeParse(bad).success, false, String(bad));
});

test('times of a query are ISO text or a date; numbers are digits', () => {
  const read = (query: object) => tradesQuery.safeParse(query);
  assert.equal(read({ from: '2026-03-01' }).data?.from, Date.UTC(2026, 2, 1));
  assert.equal(
    read({ to: '2026-03-01T12:30:00.250Z' }).data?.to,
    Date.UTC(2026, 2, 1, 12, 30, 0, 250),
  );
  for (const bad of ['1772000000000', '2026-13-01', 'now', ''])
    assert.equal(read({ from: bad }).success, false, bad);
  for (const bad of ['0', '501', '-1', '1.5', '1e2', ''])
    assert.equal(read({ limit: bad }).success, false, bad);
  assert.equal(
    journalQuery.safeParse({ after: '999999999999999' }).data?.after,
    999_999_999_999_999,
  );
});

test('bodies are strict, reasons are one line, defaults are the safe ones', () => {
  assert.deepEqual(killBody.parse({ reason: 'odd' }), {
    reason: 'odd',
    strength: 'cancel',
    dryRun: false,
  });
  for (const reason of ['a\nb', 'a\u0000', 'x'.repeat(501), '\u2028'])
    assert.equal(killBody.safeParse({ reason }).success, false, JSON.stringify(reason));
  assert.equal(
    resolveBody.safeParse({ action: 'enter', exitPrice: '0', reason: 'x' }).success,
    false,
  );
  assert.equal(
    resolveBody.safeParse({ action: 'enter', exitPrice: 64_000, reason: 'x' }).success,
    false,
  );
  assert.equal(
    resolveBody.parse({ action: 'enter', exitPrice: '6.4e4', fees: '-0.10', reason: 'x' })
      .exitPrice,
    '64000',
  );
  assert.equal(subscribeMessage.safeParse({ type: 'SUBSCRIBE', since: 1.5 }).success, false);
});
