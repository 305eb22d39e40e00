/** What several runs together add up to: both sides held against each other to the last digit. */
import { minus, sum, times } from '../exact.ts';
import { ACCOUNT, type PracticeTrade } from '../practice-state.ts';
import type { Decimal } from '../words.ts';
import { ghosts, labelsTwice, orphans, strayOrders } from './checks.ts';
import type { Proof } from './sight.ts';

export type Score = {
  readonly duplicates: number;
  readonly ghosts: number;
  readonly orphans: number;
  /** Money that moved at the exchange and that the books do not explain; null where they can't be held against each other. */
  readonly unexplained: Decimal | null;
  readonly currency: string;
  /** Fills and trades that were held against each other. */
  readonly fills: number;
  readonly trades: number;
};

/** Money into (positive) or out of the account by a fill of a linear instrument. */
const cashOf = (fill: {
  readonly direction: string;
  readonly amount: string;
  readonly price: string;
  readonly fee: string;
}): Decimal => {
  const value = times(fill.amount, fill.price);
  return minus(fill.direction === 'sell' ? value : minus('0', value), fill.fee);
};

/** An inverse instrument's result is a quotient: no exact decimal. */
const isLinear = (instrument: string): boolean => instrument.includes('_');

/** `since`: time of the exchange at which the runs began. `proof` has the details of all trades that lived since then. */
export function scoreOf(proof: Proof, since: number): Score {
  const { details, exchange } = proof;
  const booked = new Set(details.flatMap(({ fills }) => fills.map(({ tradeId }) => tradeId)));
  const moved = exchange.trades.filter(
    (trade: PracticeTrade) =>
      trade.account === ACCOUNT && (trade.at >= since || booked.has(trade.tradeId)),
  );
  const atExchange = sum(moved.map(cashOf));
  const inBooks = sum(
    details.map(({ trade, fills }) =>
      trade.status === 'closed' ? minus(trade.grossPnl, trade.fees) : sum(fills.map(cashOf)),
    ),
  );
  const linear = moved.every(({ instrument }) => isLinear(instrument));
  return {
    duplicates: labelsTwice(proof).length,
    ghosts: ghosts(proof).length,
    orphans: orphans(proof).length + strayOrders(proof).length,
    unexplained: linear ? minus(atExchange, inBooks) : null,
    currency: details[0]?.trade.currency ?? '',
    fills: moved.length,
    trades: details.length,
  };
}

export const isPerfect = ({ duplicates, ghosts: ghostly, orphans: orphaned, unexplained }: Score) =>
  duplicates + ghostly + orphaned === 0 && unexplained === '0';
