/** The rows of a period: each has the facts that explain it, its parts are its change, and all of them are the sums of the report. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { add, type Decimal, dec, sum, ZERO } from '../base/decimal.ts';
import { DAY, HOUR, isoTime, MINUTE } from '../base/time.ts';
import type { CashLine, CashPart } from '../domain/daily.ts';
import type { Fact, FactBody } from '../domain/fact.ts';
import * as make from '../../test/support/facts.ts';
import { live } from '../../test/support/books/acts.ts';
import type { Kind } from '../../test/support/books/exchange.ts';
import { acts, BEGIN } from '../../test/support/books/life.ts';
import { periodOf } from './daily-memory.ts';

const hashing = { sha256: () => new Uint8Array(32), hashAt: () => '' };

const period = (facts: readonly Fact[], from: number, to: number) => {
  const { report, rows } = periodOf(
    facts,
    { day: null, from, to, over: false, rows: true },
    hashing,
  );
  assert.ok(rows !== null);
  return { money: report.money, rows };
};

const partOf = (lines: readonly CashLine[], name: CashPart): Decimal =>
  sum(
    lines.flatMap(({ parts }) => parts.flatMap(({ of, amount }) => (of === name ? [amount] : []))),
  );

/** A line alone: what it is made of is all that it moved, and the facts that it names are those that it may name. */
function judgeLine(facts: readonly Fact[], line: CashLine): void {
  assert.equal(sum(line.parts.map(({ amount }) => amount)), line.change, line.row);
  assert.equal(line.booked, line.balance, line.row);
  const own = facts[line.fact - 1];
  assert.ok(own?.type === 'CASH_BOOKED' && own.data.row.id === line.row);
  const [from, to] = [line.why.from, line.why.to].map((seq) => facts[(seq ?? 0) - 1]);
  if (line.why.by === 'fill') {
    assert.ok(from?.type === 'FILL_BOOKED');
    assert.equal(from.data.fill.tradeId, own.data.row.tradeId);
  } else if (line.why.count > 0)
    for (const fact of [from, to])
      assert.ok(fact?.type === 'FILL_BOOKED' || fact?.type === 'FUNDING_ACCRUED', fact?.type);
}

test('[I13] over random lives every row is explained, and the rows are the sums of the report, whole or day by day', () => {
  const seen = { fill: 0, session: 0 };
  fc.assert(
    fc.property(acts(30), fc.constantFrom<Kind>('linear', 'inverse'), (list, kind) => {
      const { facts, at } = live(list, kind);
      const { money, rows } = period(facts, BEGIN, at + 1);
      for (const line of rows.lines) {
        judgeLine(facts, line);
        if (line.why.by === 'fill') seen.fill += 1;
        if (line.why.by === 'session') seen.session += 1;
      }
      const [sums] = money;
      if (sums === undefined) return;
      assert.equal(add(sums.opening, sum(rows.lines.map(({ change }) => change))), sums.closing);
      for (const name of ['transfers', 'other', 'rounding', 'uncompared', 'unexplained'] as const)
        assert.equal(partOf(rows.lines, name), sums[name], name);
      const days: CashLine[] = [];
      for (let from = BEGIN; from <= at; from += DAY)
        days.push(...period(facts, from, Math.min(from + DAY, at + 1)).rows.lines);
      assert.deepEqual(days, rows.lines);
    }),
    { numRuns: 120, seed: 5 },
  );
  assert.ok(seen.fill > 200 && seen.session > 50, JSON.stringify(seen));
});

/** Facts one minute after the other. */
function recorded(bodies: readonly FactBody[]): readonly Fact[] {
  return bodies.map((body, index) => ({
    ...make.fact(index + 1, body),
    at: isoTime(make.START + index * MINUTE),
  }));
}

const cash = (
  seq: number,
  type: string,
  [change, balance]: readonly [string, string],
  more: { readonly tradeId?: string; readonly instrument?: string } = {},
): FactBody => ({
  type: 'CASH_BOOKED',
  v: 1,
  data: {
    row: {
      id: `r${seq}`,
      userSeq: seq,
      at: make.START + seq * MINUTE,
      currency: 'USDC',
      type,
      instrument: more.instrument ?? null,
      tradeId: more.tradeId ?? null,
      change: dec(change),
      balance: dec(balance),
    },
  },
});

const told = (facts: readonly Fact[]) =>
  period(facts, make.START, make.START + HOUR).rows.lines.map(({ parts, why, booked, balance }) => [
    parts.map(({ of, amount }) => `${of} ${amount}`).join(', '),
    why.by,
    booked === balance,
  ]);

test('a deposit explains itself; a word that nobody knows does not, and its cash is in no other line', () => {
  const facts = recorded([
    { type: 'INSTRUMENT_SPECIFIED', v: 1, data: { instrument: make.spec } },
    cash(1, 'deposit', ['50', '10050']),
    cash(2, 'something_new', ['-3', '10047']),
    cash(3, 'withdrawal', ['-7', '10040']),
  ]);
  assert.deepEqual(told(facts), [
    ['transfers 50', 'itself', true],
    ['other -3', 'nothing', true],
    ['transfers -7', 'itself', true],
  ]);
});

test('[I13] a row that does not follow from the one before it shows what the rows add up to', () => {
  const facts = recorded([cash(1, 'deposit', ['50', '10050']), cash(2, 'deposit', ['1', '10061'])]);
  const { money, rows } = period(facts, make.START, make.START + HOUR);
  assert.deepEqual(
    rows.lines.map(({ booked, balance }) => [booked, balance]),
    [
      ['10050', '10050'],
      ['10051', '10061'],
    ],
  );
  assert.equal(money[0]?.unexplained, '10');
});

test('a row that comes before its fill waits for it; what it took beside the fee is unexplained', () => {
  const fill = make.fillBody(1, 'open');
  assert.ok(fill.type === 'FILL_BOOKED');
  const { tradeId, fee } = fill.data.fill;
  const row = cash(1, 'trade', ['-0.06', '9999.94'], { tradeId, instrument: make.INSTRUMENT });
  const specified: FactBody = {
    type: 'INSTRUMENT_SPECIFIED',
    v: 1,
    data: { instrument: make.spec },
  };
  assert.deepEqual(told(recorded([specified, row])), [['fees -0.06', 'nothing', true]]);
  const [line] = told(recorded([specified, row, fill]));
  const rest = add(dec('-0.06'), fee);
  assert.deepEqual(line, [`fees -${fee}, unexplained ${rest}`, 'fill', true]);
  assert.notEqual(rest, ZERO);
});
