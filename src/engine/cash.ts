/** Cash: one fact per row of the transaction log (I13). Runs in the background after a check and never gates trading. */
import { add, sum } from '../base/decimal.ts';
import type { CashRow } from '../domain/account.ts';
import { sharePaid } from '../domain/funding.ts';
import type { VenueOutcome } from '../venue/port.ts';
import { evidence, findBreak, raise, settleBreak } from './breaks.ts';
import { OVERLAP } from './limits.ts';
import { EXCHANGE, type Turn, ask, factor, record } from './turn.ts';

/** Asks for what moved each currency's balance since the last row. */
export function tieCash(turn: Turn): void {
  for (const [currency, cash] of turn.books.cash) {
    if (turn.live.cashBusy.has(currency) || !isUsed(turn, currency)) continue;
    turn.live.cashBusy.add(currency);
    ask(
      turn,
      { for: 'cash', currency },
      {
        kind: 'cash_log',
        currency,
        from: cash.at - OVERLAP,
        to: turn.now.server + 60_000 * factor(turn),
      },
    );
  }
}

const isUsed = (turn: Turn, currency: string): boolean =>
  [...turn.books.instruments.values()].some(
    (instrument) => instrument.settlementCurrency === currency,
  );

/** New rows, oldest first. A row whose balance does not follow from the one before it is a drift that a person is told of. */
export function onCash(turn: Turn, currency: string, outcome: VenueOutcome): void {
  turn.live.cashBusy.delete(currency);
  if (outcome.status !== 'ok' || outcome.result.kind !== 'cash_log') return;
  const rows = [...outcome.result.rows].sort((a, b) => a.userSeq - b.userSeq);
  for (const row of rows) {
    const held = turn.books.cash.get(currency);
    if (held === undefined || row.currency !== currency || !isNew(row, held)) continue;
    if (add(held.balance, row.change) !== row.balance) tellDrift(turn, row, held.balance);
    else if (findBreak(turn, 'balance_drift', currency))
      settleBreak(turn, 'balance_drift', currency, {
        action: 'auto',
        by: 'reconciler',
        reason: 'rows follow from each other again',
      });
    settleFunding(turn, row);
    record(turn, { type: 'CASH_BOOKED', v: 1, data: { row } }, EXCHANGE);
  }
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

/** Rows at or before the baseline are in its balance; after it the running number decides. */
const isNew = (row: CashRow, held: { readonly seq: number; readonly at: number }): boolean =>
  held.seq === 0 ? row.at > held.at : row.userSeq > held.seq;

function tellDrift(turn: Turn, row: CashRow, balance: CashRow['balance']): void {
  raise(turn, {
    kind: 'balance_drift',
    subject: row.currency,
    instrument: row.instrument ?? row.currency,
    strategy: null,
    life: 'confirmed',
    books: `${balance} + ${row.change}`,
    exchange: row.balance,
    amount: row.change,
    evidence: [
      evidence({
        kind: 'account',
        id: row.id,
        at: row.at,
        text: `${row.type} moved ${row.change}, balance ${row.balance}`,
        raw: row,
      }),
    ],
  });
}
