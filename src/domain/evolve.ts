/**
 * The fold: one deciding fact changes the books in place. Deterministic, total over all kinds, and the only writer of
 * the books. Shown facts change nothing. What each kind does stands in the file of its subject.
 */
import { unreachable } from '../base/assert.ts';
import { type Millis, parseIso } from '../base/time.ts';
import type { CashRow } from './account.ts';
import type { Books } from './books.ts';
import { rowKey } from './fill.ts';
import { bookMoney } from './accounts.ts';
import { onAlert, onEnded, onStarted, pruneAlerts } from './evolve-alert.ts';
import { onImported } from './evolve-import.ts';
import { onEngineStarted, onControl, onEvaluated } from './evolve-strategy.ts';
import { onFunding, onFundingSettled } from './evolve-funding.ts';
import {
  onFill,
  onAdjusted,
  onAdopted,
  onCorrected,
  onDelivered,
  onStopMoved,
  settleTrades,
} from './evolve-trade.ts';
import { onChangeIntended, onFenced, onIntended, onPlaced, onSeen, prune } from './evolve-order.ts';
import { breakKey, holdBreak, onResolved, onUndone } from './evolve-break.ts';
import type { Fact } from './fact.ts';
import { hold, newMark } from './funding.ts';
import { tradeStirred, useChanged } from './finder.ts';

/** Applies one fact. Facts must come in the order of their seq. */
export function evolve(books: Books, fact: Fact): void {
  const at = parseIso(fact.at) ?? 0;
  fold(books, fact, at);
  bookMoney(books, fact, at);
}

function fold(books: Books, fact: Fact, at: Millis): void {
  switch (fact.type) {
    case 'JOURNAL_OPENED':
      books.journal = fact.data.journal;
      books.mode = fact.data.mode;
      return;
    case 'ENGINE_STARTED':
      onStarted(books, at);
      return onEngineStarted(books, fact.data, at);
    case 'SPEED_CHANGED':
      books.speed = fact.data.speed;
      return;
    case 'DISK_CHANGED':
      books.disk = fact.data.disk;
      return;
    case 'ACCOUNT_IDENTIFIED':
      books.account = { id: fact.data.account, testnet: fact.data.testnet };
      return;
    case 'BASELINE_TAKEN':
      return onBaseline(books, fact.data);
    case 'INSTRUMENT_SPECIFIED':
      books.instruments.set(fact.data.instrument.name, fact.data.instrument);
      return useChanged(books);
    case 'LINK_CHANGED':
      // The drop copy decides nothing, so the books do not know it.
      if (fact.data.link !== 'drop_copy') books.links[fact.data.link] = fact.data.up;
      return;
    case 'ASSURANCE_CHANGED':
      books.assurance.set(fact.data.instrument, {
        value: fact.data.assurance,
        reason: fact.data.reason,
        since: at,
      });
      return;
    case 'STRATEGY_READY': {
      const strategy = books.strategies.get(fact.data.strategy);
      if (strategy) strategy.ready = true;
      return;
    }
    case 'STRATEGY_EVALUATED':
      return onEvaluated(books, fact.data);
    case 'ORDER_INTENDED':
      return onIntended(books, fact.data.intent, fact.data.decidedAt ?? at);
    case 'ORDER_ACKED':
      return onPlaced(books, fact.data.label, { state: 'acked', orderId: fact.data.orderId }, at);
    case 'ORDER_REJECTED':
      return onPlaced(
        books,
        fact.data.label,
        { state: 'rejected', code: fact.data.code, message: fact.data.message },
        at,
      );
    case 'ORDER_UNKNOWN':
      return onPlaced(
        books,
        fact.data.label,
        { state: 'unknown', since: at, reason: fact.data.reason, fenced: null },
        at,
      );
    case 'ORDER_FENCED':
      return onFenced(books, fact.data);
    case 'ORDER_ABSENT':
      return onPlaced(books, fact.data.label, { state: 'absent', by: fact.data.by }, at);
    case 'ORDER_SEEN':
      return onSeen(books, fact.data.order, at);
    case 'CHANGE_INTENDED':
      return onChangeIntended(books, fact.data.change);
    case 'CHANGE_RESOLVED':
      books.changes.delete(fact.data.id);
      return;
    case 'FILL_BOOKED':
      return onFill(books, fact.data, at);
    case 'FUNDING_ACCRUED':
      return onFunding(books, fact.data);
    case 'FUNDING_SETTLED':
      return onFundingSettled(books, fact.data);
    case 'POSITION_ADJUSTED':
      return onAdjusted(books, fact.data, at);
    case 'POSITION_DELIVERED':
      return onDelivered(books, fact.data, at);
    case 'TRADE_ADOPTED':
      return onAdopted(books, fact.data);
    case 'TRADE_IMPORTED':
      return onImported(books, fact.data.imported, at);
    case 'STOP_MOVED':
      return onStopMoved(books, fact.data);
    case 'TRADE_CORRECTED':
      return onCorrected(books, fact.data, at);
    case 'CASH_BOOKED':
      return onCashRow(books, fact.data.row);
    case 'COMMAND_TAKEN':
      books.commands.set(fact.data.id, at);
      if (books.commands.size > 500)
        books.commands.delete(books.commands.keys().next().value as string);
      return;
    case 'CONTROL_CHANGED':
      return onControl(books, fact.data, at);
    case 'BREAK_OPENED':
      books.counters.break += 1;
      holdBreak(books, fact.data);
      return tradeStirred(books, fact.data.subject);
    case 'BREAK_UPDATED':
      return holdBreak(books, fact.data);
    case 'BREAK_RESOLVED':
      return onResolved(books, fact, at);
    case 'ACCEPTANCE_ENDED': {
      const ended = books.ended.get(breakKey(fact.data));
      if (ended) ended.gone = true;
      return;
    }
    case 'DECISION_UNDONE':
      return onUndone(books, fact.data, at);
    case 'FOREIGN_DECIDED':
      return onDecided(books, fact.data);
    case 'RECONCILIATION_COMPLETED':
      books.counters.report += 1;
      books.lastReport = fact.data.report;
      if (fact.data.cursor !== null) {
        books.cursor = fact.data.cursor;
        books.watchedSince ??= fact.data.cursor;
      }
      settleTrades(books, at);
      pruneAlerts(books, at);
      return prune(books, at);
    case 'ALERT_RAISED':
    case 'ALERT_CLEARED':
    case 'ALERT_ACKNOWLEDGED':
    case 'ALERT_SNOOZED':
    case 'ALERT_DELIVERED':
    case 'ALERT_UNDELIVERED':
      return onAlert(books, fact.data.alert);
    case 'REPORT_READY': {
      const { day, to } = fact.data.daily;
      books.reported = { day: parseIso(`${day}T00:00Z`) ?? 0, to };
      return;
    }
    case 'ENGINE_STOPPED':
      return onEnded(books);
    case 'MESSAGE_REFUSED':
    case 'FOREIGN_SEEN':
    case 'PLATFORM_CHANGED':
    case 'TRADE_OPENED':
    case 'TRADE_UPDATED':
    case 'TRADE_CLOSED':
    case 'STRATEGY_STATUS_CHANGED':
    case 'POSITION_CHANGED':
    case 'ORDER_CHANGED':
      return;
  }
  return unreachable(fact);
}

/** A person has decided on what belongs to nobody. */
function onDecided(
  books: Books,
  { instrument, action, amount }: Extract<Fact, { type: 'FOREIGN_DECIDED' }>['data'],
): void {
  const foreign = books.foreign.get(instrument);
  if (foreign === undefined) return;
  if (action === 'flatten') foreign.wantFlat = amount;
  else foreign.decided = amount;
}

/** The log has gone on by one row; a trade that it names and nobody has shown is still to be found. */
function onCashRow(books: Books, row: CashRow): void {
  const { currency, balance, userSeq: seq, at } = row;
  books.cash.set(currency, { balance, seq, at });
  const key = rowKey(row);
  if (key !== null && !books.fills.has(key) && at >= books.fillHorizon) books.unmet.set(key, at);
}

/** What the account held before the books began belongs to nobody of ours. */
function onBaseline(
  books: Books,
  { at, positions, balances, known, horizon }: Extract<Fact, { type: 'BASELINE_TAKEN' }>['data'],
): void {
  books.baseline = { at };
  for (const { instrument, size, averagePrice, realizedFunding } of positions) {
    const none = '0' as typeof size;
    const foreign = { amount: size, averagePrice, decided: none, wantFlat: none, since: at };
    books.foreign.set(instrument, foreign);
    const mark = newMark(at, realizedFunding);
    hold(mark, null, { change: size, at });
    books.funding.set(instrument, mark);
  }
  useChanged(books);
  for (const { currency, balance } of balances) books.cash.set(currency, { balance, seq: 0, at });
  for (const key of known) books.fills.set(key, at);
  books.fillHorizon = horizon;
}
