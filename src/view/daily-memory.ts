/** The report of a period over facts in memory: what the database does in steps, for tests and simulated worlds. */
import { canonical, type Json } from '../base/canonical.ts';
import { type Sha256, toHex } from '../base/hashing.ts';
import { dayOf, type Millis, parseIso } from '../base/time.ts';
import type { DailyCarry } from '../domain/daily.ts';
import type { Fact } from '../domain/fact.ts';
import {
  beat,
  carryOf,
  type Daily,
  endDaily,
  isDailyFact,
  openDaily,
  rowsOf,
  takeFact,
} from './daily.ts';
import { isStamped } from './stamped.ts';
import type { PeriodAnswer, PeriodQuery } from './store.ts';

const timeOf = (fact: Fact): Millis => parseIso(fact.at) ?? 0;

const foldAll = (daily: Daily, facts: readonly Fact[]): void => {
  for (const fact of facts)
    if (isDailyFact(fact)) takeFact(daily, fact);
    else beat(daily, timeOf(fact));
};

/** The place of the first fact at or behind an instant, with what a start recorded just before it. */
function firstAt(facts: readonly Fact[], at: Millis): number {
  let stamped = true;
  let place = 0;
  for (const [index, fact] of facts.entries()) {
    stamped = isStamped(stamped, fact);
    if (!stamped) continue;
    if (timeOf(fact) >= at) return place;
    place = index + 1;
  }
  return place;
}

type Made = {
  readonly day: string;
  readonly from: number;
  readonly to: number;
  readonly carry: DailyCarry;
};

const madeOf = (facts: readonly Fact[]): readonly Made[] =>
  facts.flatMap((fact) =>
    fact.type === 'REPORT_READY' ? [{ ...fact.data.daily, carry: fact.data.carry }] : [],
  );

/** Facts must be all of a journal, from seq 1; `hashAt` is the chain's hash at a seq, in hexadecimal. */
export function periodOf(
  facts: readonly Fact[],
  asked: PeriodQuery,
  { sha256, hashAt }: { readonly sha256: Sha256; readonly hashAt: (seq: number) => string },
): PeriodAnswer {
  const all = madeOf(facts);
  const own = all.find(({ day }) => day === asked.day);
  const before = all.find(({ day }) => asked.day !== null && day === dayOf(asked.from - 1));
  const begin = own === undefined ? (before?.to ?? firstAt(facts, asked.from)) : own.from - 1;
  const end = own === undefined ? Math.max(begin, firstAt(facts, asked.to)) : own.to;
  const last = all.findLast(({ to }) => to <= begin);
  const early = openDaily(last?.carry ?? null, { from: asked.from, to: asked.from });
  foldAll(early, facts.slice(last?.to ?? 0, begin));
  const bounds = { from: asked.from, to: asked.to };
  const daily = openDaily(carryOf(early), bounds, asked.rows);
  foldAll(daily, facts.slice(begin, end));
  const carry = carryOf(daily);
  const rows = rowsOf(daily);
  const report = endDaily(daily, {
    day: asked.day,
    from: begin + 1,
    to: end,
    hash: hashAt(end),
    over: asked.over || facts.length > end,
    startsNext: facts[end]?.type === 'ENGINE_STARTED',
  });
  return { report, hash: toHex(sha256(canonical(report as unknown as Json))), carry, rows };
}
