/**
 * The stretch of history for which neither window of own trades is trusted: it lies about a day back, when a read reaches
 * further than that. What it holds is proved by the transaction log, in which each trade is a row: all of them must be among
 * the fills, and no row may be missing. Until that is so a check ends without a verdict (N9).
 */
import { add, isZero, sum } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { CashRow } from '../domain/account.ts';
import { rowKey } from '../domain/fill.ts';
import { currenciesInUse } from '../domain/ledger.ts';
import type { Stretch } from '../venue/port.ts';
import { OVERLAP } from './limits.ts';
import type { Check } from './live.ts';
import type { Turn } from './turn.ts';

/** What the judgement rests on. */
type Proof = Pick<Check, 'hole' | 'fills' | 'logs' | 'summaries'>;
type Known = Pick<Turn, 'books'>;

/** Takes in the hole of one read of fills; the widest of a check's reads counts. */
export function widenHole(check: Check, hole: Stretch | null): void {
  if (hole === null) return;
  const { hole: held } = check;
  check.hole =
    held === null ? hole : { from: Math.min(held.from, hole.from), to: Math.max(held.to, hole.to) };
}

/** Up to when the reads of a check are whole: our picture of the exchange's clock may be ahead of its own stamp. */
const wholeTo = ({ startedServer, positionsAt }: Check): Millis =>
  Math.min(startedServer, positionsAt ?? startedServer);

/**
 * What is left of a check's hole after what an earlier one saw: while nothing is proved the end of the hole moves on, but a
 * stretch that was once read whole stays read. The fills of that read join those of this one. A read that does not reach
 * back into the earlier one begins anew: what happened between the two was read by neither.
 */
export function joinRead(
  turn: { readonly live: Pick<Turn['live'], 'readOnce'> },
  check: Check,
): void {
  const { hole } = check;
  if (hole === null) return;
  const { readOnce } = turn.live;
  if (readOnce === null || hole.to > readOnce.to) {
    turn.live.readOnce = { from: hole.to, to: wholeTo(check), fills: new Map(check.fills) };
    return;
  }
  readOnce.to = wholeTo(check);
  for (const [key, fill] of readOnce.fills) if (!check.fills.has(key)) check.fills.set(key, fill);
  const to = Math.min(hole.to, readOnce.from);
  check.hole = to < hole.from ? null : { from: hole.from, to };
  readOnce.from = to;
  for (const [key, fill] of check.fills) readOnce.fills.set(key, fill);
}

/**
 * After a verdict, all that happened between the begin of its reads (`from`) and the check is read, proved and booked. Where
 * reads reach back for days, as they do for a close that is only assumed (N1), it would else have to be proved each time.
 */
export function keepRead(
  turn: { readonly live: Pick<Turn['live'], 'readOnce'> },
  check: Check,
  from: Millis,
): void {
  turn.live.readOnce = { from, to: wholeTo(check), fills: new Map() };
}

/** Reads of the log that prove a hole: rows are numbered over all currencies of the account, so all with money are read. */
export function logReads(
  turn: Turn,
  check: Check,
): readonly { readonly currency: string; readonly from: Millis; readonly to: Millis }[] {
  const { hole, summaries } = check;
  if (hole === null) return [];
  const moneyed = (summaries ?? [])
    .filter(({ balance, equity }) => !isZero(balance) || !isZero(equity))
    .map(({ currency }) => currency);
  // Each from its own last booked row: what is behind that is booked, and may be years of it.
  return [...new Set([...currenciesInUse(turn.books), ...moneyed])].map((currency) => ({
    currency,
    from: Math.min(hole.from, turn.books.cash.get(currency)?.at ?? hole.from) - OVERLAP,
    to: turn.now.server + OVERLAP,
  }));
}

/** Why the log does not prove the hole yet; null when it does. */
export function holeProblem(turn: Known, check: Proof): string | null {
  const { hole } = check;
  if (hole === null) return null;
  const lost = unfoundTrade(turn, check, hole);
  if (lost !== undefined)
    return `history: trade ${lost} is in the log of the account, and not yet in the history of its trades`;
  if (!isNumbered(turn, check, hole))
    return 'history: rows of the log of the account are missing where the trades are not trusted';
  const open = currenciesInUse(turn.books).find((currency) => !isTied(turn, check, currency));
  return open === undefined
    ? null
    : `history: the log of the account does not lead to the balance of ${open}`;
}

const rowsOf = (check: Proof, currency: string): readonly CashRow[] =>
  check.logs.get(currency) ?? [];

/** A trade that the log names and no read has brought. */
function unfoundTrade(turn: Known, check: Proof, { from, to }: Stretch): string | undefined {
  for (const currency of currenciesInUse(turn.books)) {
    for (const row of rowsOf(check, currency)) {
      const { at } = row;
      const key = rowKey(row);
      if (key === null || at < from || at > to) continue;
      if (!check.fills.has(key) && !turn.books.fills.has(key) && at >= turn.books.fillHorizon)
        return key;
    }
  }
  return undefined;
}

/** Whether no number is missing from the last row before the hole, or the first known one, to the last of all. */
function isNumbered(turn: Known, check: Proof, { from }: Stretch): boolean {
  const booked = [...turn.books.cash.values()]
    .filter(({ at }) => at <= from)
    .map(({ seq }) => seq)
    .filter((seq) => seq > 0);
  const after = Math.max(0, ...booked);
  const numbers = [...check.logs.values()]
    .flat()
    .map(({ userSeq }) => userSeq)
    .filter((seq) => seq > after)
    .sort((a, b) => a - b);
  const begin = after > 0 ? after : (numbers[0] ?? 0) - 1;
  return [...new Set(numbers)].every((seq, i) => seq === begin + 1 + i);
}

/** Whether the rows since the last booked one lead to the balance that the exchange shows. */
function isTied(turn: Known, check: Proof, currency: string): boolean {
  const held = turn.books.cash.get(currency);
  const shown = check.summaries?.find((summary) => summary.currency === currency)?.balance;
  if (held === undefined || shown === undefined) return false;
  const fresh = rowsOf(check, currency).filter((row) =>
    held.seq === 0 ? row.at > held.at : row.userSeq > held.seq,
  );
  return add(held.balance, sum(fresh.map(({ change }) => change))) === shown;
}
