/** The report of a period against what was put into random journals: every sum recomputed another way, every cut the same whole. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  add,
  type Decimal,
  dec,
  div,
  isZero,
  mul,
  neg,
  roundTo,
  sub,
  sum,
  ZERO,
} from '../base/decimal.ts';
import { DAY, HOUR, isoTime, MINUTE } from '../base/time.ts';
import type { DailyCarry, DailyReport } from '../domain/daily.ts';
import type { Fact, FactBody } from '../domain/fact.ts';
import * as make from '../../test/support/facts.ts';
import { beat, carryOf, endDaily, isDailyFact, openDaily, takeFact } from './daily.ts';

const LINEAR = make.INSTRUMENT;
const INVERSE = 'BTC-PERPETUAL';
const BEGIN = Date.parse('2026-03-02T00:00:00Z');

type Event =
  | {
      readonly kind: 'fill';
      readonly inverse: boolean;
      readonly units: number;
      readonly price: number;
      readonly late: boolean;
    }
  | { readonly kind: 'funding'; readonly inverse: boolean; readonly micro: number }
  | { readonly kind: 'deposit'; readonly inverse: boolean; readonly micro: number }
  | { readonly kind: 'wait'; readonly hours: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('fill' as const),
      inverse: fc.boolean(),
      units: fc.integer({ min: -9, max: 9 }).filter((units) => units !== 0),
      price: fc.integer({ min: 90_000, max: 110_000 }),
      late: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('funding' as const),
      inverse: fc.boolean(),
      micro: fc.integer({ min: -5_000, max: 5_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('deposit' as const),
      inverse: fc.boolean(),
      micro: fc.integer({ min: -90_000, max: 90_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      hours: fc.integer({ min: 1, max: 9 }),
    }),
  },
);

/** An exchange of two instruments that keeps its own account: cash, and what each instrument's flows are worth. */
function lived(events: readonly Event[]) {
  const facts: Fact[] = [];
  let at = BEGIN + MINUTE;
  let rows = 0;
  let fills = 0;
  const record = (body: FactBody): void => {
    facts.push({ ...make.fact(facts.length + 1, body), at: isoTime(at) });
  };
  const sides = new Map(
    [LINEAR, INVERSE].map((name) => [
      name,
      {
        name,
        currency: name === LINEAR ? 'USDC' : 'BTC',
        balance: name === LINEAR ? dec('10000') : dec('2'),
        position: ZERO,
        flows: ZERO,
        paid: ZERO,
        fees: ZERO,
        funding: ZERO,
        moved: ZERO,
        mark: dec('100000'),
      },
    ]),
  );
  type Side = NonNullable<ReturnType<typeof sides.get>>;
  const worth = (side: Side, signed: Decimal, price: Decimal): Decimal =>
    side.name === LINEAR ? mul(signed, price) : isZero(signed) ? ZERO : neg(div(signed, price, 30));
  const row = (side: Side, type: string, change: Decimal, tradeId: string | null): void => {
    rows += 1;
    side.balance = add(side.balance, change);
    record({
      type: 'CASH_BOOKED',
      v: 1,
      data: {
        row: {
          id: `row-${rows}`,
          userSeq: rows,
          at,
          currency: side.currency,
          type,
          instrument: type === 'deposit' ? null : side.name,
          tradeId,
          change,
          balance: side.balance,
        },
      },
    });
  };
  const settle = (side: Side): void => {
    const whole = add(add(side.flows, worth(side, side.position, side.mark)), side.funding);
    const change = roundTo(sub(whole, side.paid), side.name === LINEAR ? 6 : 8);
    side.paid = add(side.paid, change);
    if (!isZero(change) || !isZero(side.position)) row(side, 'settlement', change, null);
  };
  const pass = (to: number): void => {
    for (
      let next = Math.floor((at - 8 * HOUR) / DAY) * DAY + DAY + 8 * HOUR;
      next <= to;
      next += DAY
    ) {
      at = next + 50;
      for (const side of sides.values()) settle(side);
    }
    at = Math.max(at, to);
  };
  const fill = (side: Side, units: number, price: number, late: boolean): void => {
    fills += 1;
    const amount =
      side.name === LINEAR ? div(dec(Math.abs(units)), dec(1_000), 3) : dec(Math.abs(units) * 10);
    const signed = units > 0 ? amount : neg(amount);
    const fee = div(dec(fills), dec(1_000_000), 8);
    side.mark = dec(price);
    side.position = add(side.position, signed);
    side.flows = sub(side.flows, worth(side, signed, side.mark));
    side.fees = add(side.fees, fee);
    const done = make.fill(1, 'open', {
      tradeId: String(fills),
      currency: side.currency,
      feeCurrency: side.currency,
      instrument: side.name,
      direction: units > 0 ? 'buy' : 'sell',
      amount,
      price: side.mark,
      fee,
      at,
    });
    const booked = (): void =>
      record({
        type: 'FILL_BOOKED',
        v: 1,
        data: {
          fill: done,
          allocations: [{ trade: null, role: 'open', amount, fee }],
          opens: null,
          exit: null,
          source: 'push',
        },
      });
    if (!late) booked();
    row(side, 'trade', neg(fee), String(fills));
    if (late) booked();
  };
  record({ type: 'JOURNAL_OPENED', v: 1, data: { journal: 'j', mode: 'practice' } });
  for (const { name, currency } of sides.values())
    record({
      type: 'INSTRUMENT_SPECIFIED',
      v: 1,
      data: {
        instrument: {
          ...make.spec,
          name,
          kind: name === LINEAR ? 'linear' : 'inverse',
          settlementCurrency: currency,
        },
      },
    });
  record({
    type: 'BASELINE_TAKEN',
    v: 1,
    data: {
      at,
      positions: [],
      balances: [...sides.values()].map(({ currency, balance }) => ({ currency, balance })),
      known: [],
      horizon: at,
    },
  });
  for (const one of events) {
    pass(at + 1_000);
    const side = sides.get('inverse' in one && one.inverse ? INVERSE : LINEAR) as Side;
    if (one.kind === 'wait') pass(at + one.hours * HOUR);
    else if (one.kind === 'fill') fill(side, one.units, one.price, one.late);
    else if (one.kind === 'deposit') {
      const change = div(dec(one.micro), dec(1_000_000), 6);
      side.moved = add(side.moved, change);
      if (!isZero(change)) row(side, 'deposit', change, null);
    } else {
      const amount = div(dec(one.micro), dec(1_000_000), 6);
      side.funding = add(side.funding, amount);
      record({
        type: 'FUNDING_ACCRUED',
        v: 1,
        data: {
          instrument: side.name,
          realized: amount,
          at,
          allocations: [{ trade: null, amount }],
        },
      });
    }
  }
  return { facts, sides, now: () => at, pass, fill };
}

function reportOf(
  facts: readonly Fact[],
  {
    carry,
    from,
    to,
  }: { readonly carry: DailyCarry | null; readonly from: number; readonly to: number },
): { readonly report: DailyReport; readonly carry: DailyCarry } {
  const daily = openDaily(carry, { from, to });
  for (const fact of facts)
    if (isDailyFact(fact)) takeFact(daily, fact);
    else beat(daily, Date.parse(fact.at));
  const kept = carryOf(daily);
  const ending = { day: null, from: 1, to: facts.length, hash: '', over: true, startsNext: false };
  return { report: endDaily(daily, ending), carry: kept };
}

const within = (value: Decimal, most: string): boolean => Math.abs(Number(value)) <= Number(most);

describe('the report of a period', () => {
  it('explains the cash of random journals, and its sums are those of the raw fills', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const life = lived(events);
        for (const side of life.sides.values()) {
          const units = Number(side.position) * (side.name === LINEAR ? 1_000 : 0.1);
          if (units !== 0) life.fill(side, -Math.round(units), 101_000, false);
        }
        life.pass(life.now() + DAY);
        const { report } = reportOf(life.facts, { carry: null, from: BEGIN, to: life.now() });
        for (const side of life.sides.values()) {
          const line = report.money.find(({ currency }) => currency === side.currency);
          assert.ok(line !== undefined);
          assert.equal(line.closing, side.balance);
          assert.equal(line.fees, side.fees);
          assert.equal(line.funding, side.funding);
          assert.equal(line.transfers, side.moved);
          assert.ok(
            within(sub(line.realised, side.flows), '1e-14'),
            `${line.realised} ${side.flows}`,
          );
          assert.equal(line.uncompared, '0');
          assert.ok(within(line.unexplained, '1e-14'), line.unexplained);
          assert.ok(within(line.rounding, '0.0001'));
          assert.ok(within(line.unsettledAfter, '1e-14'), line.unsettledAfter);
          const told = sum([
            line.opening,
            line.realised,
            neg(line.fees),
            line.funding,
            line.transfers,
            line.other,
            line.unsettledBefore,
            neg(line.unsettledAfter),
            line.rounding,
            line.uncompared,
            line.unexplained,
          ]);
          assert.equal(told, line.closing);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('comes to the same whether a stretch is told as one period or as two', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.nat(), (events, place) => {
        const { facts, now } = lived(events);
        const cut = place % (facts.length + 1);
        const middle = cut === 0 ? BEGIN : Date.parse(facts[cut - 1]?.at ?? '');
        const whole = reportOf(facts, { carry: null, from: BEGIN, to: now() });
        const first = reportOf(facts.slice(0, cut), { carry: null, from: BEGIN, to: middle });
        const second = reportOf(facts.slice(cut), { carry: first.carry, from: middle, to: now() });
        assert.deepEqual(second.carry, whole.carry);
        assert.deepEqual(JSON.parse(JSON.stringify(second.carry)), second.carry);
        for (const line of whole.report.money) {
          const find = ({ report }: { readonly report: DailyReport }) =>
            report.money.find(({ currency }) => currency === line.currency);
          const [one, two] = [find(first), find(second)];
          assert.equal(two?.closing, line.closing);
          for (const part of [
            'realised',
            'fees',
            'funding',
            'transfers',
            'rounding',
            'unexplained',
          ] as const)
            assert.equal(add(one?.[part] ?? ZERO, two?.[part] ?? ZERO), line[part], part);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('prints what does not fit as unexplained, plainly and to the digit', () => {
    const life = lived([
      { kind: 'fill', inverse: false, units: 3, price: 100_000, late: false },
      { kind: 'fill', inverse: false, units: -3, price: 101_000, late: false },
      { kind: 'wait', hours: 9 },
    ]);
    const facts = life.facts.map((fact): Fact => {
      if (fact.type !== 'CASH_BOOKED' || fact.data.row.type !== 'settlement') return fact;
      const { row } = fact.data;
      const change = sub(row.change, dec('0.25'));
      return { ...fact, data: { row: { ...row, change, balance: sub(row.balance, dec('0.25')) } } };
    });
    const { report } = reportOf(facts, { carry: null, from: BEGIN, to: life.now() });
    const line = report.money.find(({ currency }) => currency === 'USDC');
    assert.equal(line?.realised, '3');
    assert.equal(line?.unexplained, '-0.25');
    assert.equal(line?.unsettledAfter, '0');
  });
});
