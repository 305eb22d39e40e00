/** How funding changes the books: what was shared out, and what a settlement has paid of it. */
import { add } from '../base/decimal.ts';
import type { Books } from './books.ts';
import { recount } from './evolve-trade.ts';
import {
  type FundingAccrued,
  type FundingSettled,
  newMark,
  takePaid,
  takeReading,
  takeRest,
} from './funding.ts';

/** Funding since the last reading, shared over who held something; a trade that has closed meanwhile has its share too. */
export function onFunding(books: Books, data: FundingAccrued): void {
  const { instrument, at, allocations } = data;
  const mark = books.funding.get(instrument) ?? newMark(at);
  books.funding.set(instrument, mark);
  if (data.ended === true) takeRest(mark, at, allocations);
  else takeReading(mark, data, allocations);
  for (const { trade, amount } of allocations) {
    const record = trade === null ? undefined : books.trades.get(trade);
    if (record === undefined) continue;
    recount(books, record, () => {
      record.funding = add(record.funding, amount);
    });
  }
}

/** The funding of a session is cash now. */
export function onFundingSettled(books: Books, data: FundingSettled): void {
  const mark = books.funding.get(data.instrument);
  if (mark !== undefined) takePaid(mark, data.at);
  for (const { trade, amount } of data.allocations) {
    const record = trade === null ? undefined : books.trades.get(trade);
    if (record !== undefined) record.fundingSettled = add(record.fundingSettled, amount);
  }
}
