/**
 * The rows of the exchange's log in a period, each with the facts that explain it and what it is made of. A second reading of
 * what the sums of the period are folded from, kept only where somebody asks for it.
 */
import { add, type Decimal, isZero, neg, sub, sum, ZERO } from '../base/decimal.ts';
import { isoTime } from '../base/time.ts';
import type { CashRow } from '../domain/account.ts';
import type { CashLine, CashLines, CashPart, CashReason } from '../domain/daily.ts';
import type { FactSpan, FeeMet, SettlementJudged } from '../domain/held.ts';

/** Rows that are listed; more are counted. */
export const ROWS_LISTED = 5_000;

type Line = { -readonly [Key in keyof CashLine]: CashLine[Key] };
type Parts = Partial<Record<CashPart, Decimal>>;

/** The rows of a period while it is folded. */
export type Rows = {
  readonly list: Line[];
  more: number;
  /** The facts of fills, by the key of their fee. */
  readonly fills: Map<string, number>;
  /** Rows whose fill is not booked yet, by that key. */
  readonly waiting: Map<string, Line[]>;
  /** The last fact of each product's delivery. */
  readonly deliveries: Map<string, number>;
};

export const openRows = (): Rows => ({
  list: [],
  more: 0,
  fills: new Map(),
  waiting: new Map(),
  deliveries: new Map(),
});

const NOTHING: CashReason = { by: 'nothing', from: null, to: null, count: 0 };

const oneFact = (by: CashReason['by'], fact: number): CashReason => ({
  by,
  from: fact,
  to: fact,
  count: 1,
});

/** A row as it was written down by a fact. `cash`: what the rows before it add up to. */
export type RowSeen = { readonly row: CashRow; readonly fact: number; readonly cash: Decimal };

function addLine(
  rows: Rows,
  { row, fact, cash }: RowSeen,
  { parts, why }: { readonly parts: Parts; readonly why: CashReason },
): Line {
  const { id, at, currency, type, instrument, change, balance } = row;
  const line: Line = {
    fact,
    row: id,
    at: isoTime(at),
    currency,
    type,
    instrument,
    change,
    balance,
    booked: add(cash, change),
    parts: (Object.entries(parts) as [CashPart, Decimal][])
      .filter(([, amount]) => !isZero(amount))
      .map(([of, amount]) => ({ of, amount })),
    why,
  };
  if (rows.list.length < ROWS_LISTED) rows.list.push(line);
  else rows.more += 1;
  return line;
}

/** The row of a trade: its fee (`net` is what it moved for it), and what was paid or received at once. */
export function rowOfTrade(
  rows: Rows,
  seen: RowSeen,
  {
    key,
    met,
    net,
    rest,
  }: {
    readonly key: string;
    readonly met: FeeMet;
    readonly net: Decimal;
    readonly rest: Decimal;
  },
): void {
  const fill = rows.fills.get(key);
  // What moved nothing needs no fill to explain it.
  const unknown = isZero(seen.row.change) ? oneFact('itself', seen.fact) : NOTHING;
  const unexplained = met.as === 'met' && fill !== undefined ? met.rest : ZERO;
  const line = addLine(rows, seen, {
    parts: { fees: sub(net, unexplained), other: rest, unexplained },
    why: fill === undefined ? unknown : oneFact('fill', fill),
  });
  if (fill === undefined) rows.waiting.set(key, [...(rows.waiting.get(key) ?? []), line]);
}

/** A fill explains the rows that were read before it, but for what they took beside its fee (`rest`). */
export function fillExplains(
  rows: Rows,
  { key, fact, rest }: { readonly key: string; readonly fact: number; readonly rest: Decimal },
): void {
  rows.fills.set(key, fact);
  const lines = rows.waiting.get(key) ?? [];
  rows.waiting.delete(key);
  for (const [index, line] of lines.entries()) {
    line.why = oneFact('fill', fact);
    if (index < lines.length - 1 || isZero(rest)) continue;
    const fees = line.parts.find(({ of }) => of === 'fees')?.amount ?? ZERO;
    line.parts = [
      { of: 'fees', amount: sub(fees, rest) },
      ...line.parts.filter(({ of }) => of !== 'fees'),
      { of: 'unexplained', amount: rest },
    ];
  }
}

/** The row of a settlement, or of a future's delivery: what was earned, its funding, its fee, and what is left beside those. */
export function rowOfSettlement(
  rows: Rows,
  seen: RowSeen,
  { judged, paid }: { readonly judged: SettlementJudged; readonly paid: FactSpan | undefined },
): void {
  const { change, type, instrument, fee = null, funding = null } = seen.row;
  const rest = judged.as === 'open' ? ZERO : judged.rest;
  const fees = neg(fee ?? ZERO);
  const parts: Parts = { fees, funding: funding ?? ZERO };
  if (judged.as !== 'open') parts[judged.as] = rest;
  const result = sub(change, sum([fees, funding ?? ZERO, rest]));
  const delivered = type === 'delivery' ? rows.deliveries.get(instrument ?? '') : undefined;
  const session: CashReason =
    paid === undefined
      ? { by: 'session', from: null, to: null, count: 0 }
      : { by: 'session', ...paid };
  addLine(rows, seen, {
    parts: { result, ...parts },
    why: delivered === undefined ? session : oneFact('delivery', delivered),
  });
}

/** Types of rows that say themselves why they are there. */
const TELLING: ReadonlySet<string> = new Set([
  'deposit',
  'withdrawal',
  'transfer',
  'swap',
  'correction',
  'options_settlement_summary',
]);

/** Any other row: cash that came or went, or what an option paid at its end. */
export function rowOfMove(rows: Rows, seen: RowSeen, into: 'transfers' | 'other'): void {
  const { type, instrument, change, fee = null } = seen.row;
  const fees = type === 'delivery' ? neg(fee ?? ZERO) : ZERO;
  const delivered = instrument === null ? undefined : rows.deliveries.get(instrument);
  const itself = TELLING.has(type) ? oneFact('itself', seen.fact) : NOTHING;
  addLine(rows, seen, {
    parts: { fees, [into]: sub(change, fees) },
    why: delivered === undefined ? itself : oneFact('delivery', delivered),
  });
}

/** The rows as they are told. */
export const linesOf = ({ list, more }: Rows): CashLines => ({ lines: list, more });
