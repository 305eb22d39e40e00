/**
 * Cash: one fact per row of the transaction log (I13), of every currency that moves. Runs in the background after a check and
 * never gates trading. A stretch of the log that is too long for one read is read in parts, oldest first.
 */
import { ZERO, abs, add, isZero, neg, sum } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { CashRow } from '../domain/account.ts';
import { judgeRow } from '../domain/accounts.ts';
import { sharePaid } from '../domain/funding.ts';
import { expiryOf, isFuture } from '../domain/instrument.ts';
import { currenciesInUse, foreignAmount, openTrades } from '../domain/ledger.ts';
import { signed, split } from '../domain/money.ts';
import type { VenueOutcome } from '../venue/port.ts';
import { findBreak, settleBreak } from './breaks.ts';
import { LAG, OVERLAP, UNMET_PATIENCE } from './limits.ts';
import type { Check } from './live.ts';
import { stir } from './observe.ts';
import { compareBalance, tellDrift, tellMoney, tellUnmet } from './money.ts';
import { EXCHANGE, type Turn, ask, factor, record, wantCheck } from './turn.ts';

/** The shortest stretch that is read at once: longer than the overlap, so that every read goes on. */
const SHORTEST = 2 * OVERLAP;

/** Asks for what moved each currency's balance since the last row; one that nothing trades in only when its balance moved. */
export function tieCash(turn: Turn, check: Check): void {
  const at = check.positionsAt ?? turn.now.server;
  const used = new Set(currenciesInUse(turn.books));
  for (const { currency, balance } of check.summaries ?? []) {
    turn.live.balances.set(currency, { balance, at });
    if (used.has(currency) || heldOf(turn, currency).balance !== balance) readLog(turn, currency);
  }
}

/** Cash as the last row left it; of a currency that was not there at the baseline, nothing. */
const heldOf = ({ books }: Turn, currency: string) =>
  books.cash.get(currency) ?? { balance: ZERO, seq: 0, at: books.baseline?.at ?? 0 };

function readLog(turn: Turn, currency: string): void {
  const { live } = turn;
  const known = live.logs.get(currency) ?? { to: 0, span: Infinity, busy: false };
  if (known.busy) return;
  const from = Math.max(heldOf(turn, currency).at, known.to) - OVERLAP;
  const end = turn.now.server + 60_000 * factor(turn);
  // A part must end before what an old copy may not show yet: where it ends, reading goes on.
  const settled = turn.now.server - LAG * factor(turn);
  const to = from + known.span < settled ? from + known.span : end;
  live.logs.set(currency, { ...known, busy: true });
  ask(
    turn,
    { for: 'cash', currency, to, whole: to === end },
    { kind: 'cash_log', currency, from, to },
  );
}

type Errand = { readonly currency: string; readonly to: Millis; readonly whole: boolean };

/** An answered read: its rows, and the next part where it was one of several. One that failed is tried shorter. */
export function onCash(turn: Turn, { currency, to, whole }: Errand, outcome: VenueOutcome): void {
  const { logs } = turn.live;
  const known = logs.get(currency);
  if (known === undefined) return;
  if (outcome.status !== 'ok' || outcome.result.kind !== 'cash_log') {
    const tried = to - Math.max(heldOf(turn, currency).at, known.to) + OVERLAP;
    const span = Math.max(SHORTEST, Math.min(known.span, tried) / 2);
    logs.set(currency, { ...known, span, busy: false });
    return;
  }
  const isRead = bookRows(turn, currency, outcome.result.rows);
  const isPast = isRead && !whole;
  logs.set(currency, { to: isPast ? to : known.to, span: known.span * 2, busy: false });
  if (!isRead) return;
  if (!whole) return readLog(turn, currency);
  tellUnmet(turn, currency, outcome.result.rows);
  compareBalance(turn, currency, outcome.result.rows);
}

/**
 * New rows, oldest first; answers whether all of them are booked. A row whose balance does not follow from the one before it
 * is a drift that a person is told of.
 */
function bookRows(turn: Turn, currency: string, given: readonly CashRow[]): boolean {
  const rows = [...given].sort((a, b) => a.userSeq - b.userSeq);
  const unmet = turn.books.unmet.size;
  let isRead = true;
  for (const row of rows) {
    const held = heldOf(turn, currency);
    if (row.currency !== currency || !isNew(row, held)) continue;
    isRead = !lacksFill(turn, row);
    if (!isRead) break;
    if (add(held.balance, row.change) !== row.balance) tellDrift(turn, row, held.balance);
    else if (findBreak(turn, 'balance_drift', currency))
      settleBreak(turn, 'balance_drift', currency, {
        action: 'auto',
        by: 'reconciler',
        reason: 'rows follow from each other again',
      });
    settleFunding(turn, row);
    deliver(turn, row);
    const judged = judgeRow(turn.books, row);
    record(turn, { type: 'CASH_BOOKED', v: 1, data: { row } }, EXCHANGE);
    tellMoney(turn, row, judged);
  }
  if (turn.books.unmet.size > unmet) wantCheck(turn, 'surprise');
  return isRead;
}

/** Whether a row pays for a fill that the log has named and nobody has shown: what it pays can't be told before it is found. */
function lacksFill(turn: Turn, { type, at }: CashRow): boolean {
  if (type !== 'settlement' && type !== 'delivery') return false;
  const since = turn.now.server - UNMET_PATIENCE * factor(turn);
  return [...turn.books.unmet.values()].some((unmetAt) => unmetAt <= at && unmetAt >= since);
}

/** The row of a settlement tells the whole funding of its session: what no reading had brought is shared out, and all of it is cash. */
function settleFunding(turn: Turn, { type, instrument, at, funding = null }: CashRow): void {
  const mark = instrument === null ? undefined : turn.books.funding.get(instrument);
  if (type !== 'settlement' || instrument === null || mark === undefined) return;
  const { rest, paid } = sharePaid(mark, { at, total: funding });
  const realized = funding ?? sum(paid.map(({ amount }) => amount));
  if (rest.length > 0)
    record(
      turn,
      {
        type: 'FUNDING_ACCRUED',
        v: 1,
        data: { instrument, at, realized, allocations: rest, ended: true },
      },
      EXCHANGE,
    );
  if (paid.length > 0 || mark.ended.length > 0 || mark.at < at)
    record(
      turn,
      { type: 'FUNDING_SETTLED', v: 1, data: { instrument, at, realized, allocations: paid } },
      EXCHANGE,
    );
}

/** A dated future has ended: all that the books hold of it went at the price of the row, the oldest trade paying the last unit of the fee. */
function deliver(turn: Turn, { type, instrument, at, currency, id, price, fee }: CashRow): void {
  if (type !== 'delivery' || instrument === null || expiryOf(instrument) === undefined) return;
  // An option that is worth nothing at its end has no price there.
  const worth = price ?? (isFuture(instrument) ? null : ZERO);
  if (worth === null) return;
  const trades = openTrades(turn.books, { instrument }).filter(({ open }) => !isZero(open));
  const held = trades.map(({ id: trade, direction, open }) => ({
    trade: trade as string | null,
    amount: neg(signed(direction, open)),
  }));
  const foreign = foreignAmount(turn.books, instrument);
  if (!isZero(foreign)) held.push({ trade: null, amount: neg(foreign) });
  const total = fee ?? ZERO;
  if (held.length === 0 && isZero(total)) return;
  const fees = split(
    total,
    held.map(({ amount }) => abs(amount)),
  );
  const allocations = held.map((part, index) => ({ ...part, fee: fees[index] ?? ZERO }));
  record(
    turn,
    {
      type: 'POSITION_DELIVERED',
      v: 1,
      data: { instrument, at, price: worth, currency, fee: total, row: id, allocations },
    },
    EXCHANGE,
  );
  stir(turn, instrument);
}

/** Rows at or before the baseline are in its balance; after it the running number decides. */
const isNew = (row: CashRow, held: { readonly seq: number; readonly at: number }): boolean =>
  held.seq === 0 ? row.at > held.at : row.userSeq > held.seq;
