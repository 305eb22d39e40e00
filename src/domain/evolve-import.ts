/** How the books change when a trade of another program enters them. */
import { ZERO } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { Books, TradeRecord } from './books.ts';
import { tradeImported } from './finder.ts';
import { type ImportedTrade, importKey } from './import.ts';

/** A closed trade of another program: it is there to be seen; nothing is held, and no limit counts it. */
export function onImported(books: Books, imported: ImportedTrade, at: Millis): void {
  const { trade: id, source, row, strategy, instrument, direction } = imported;
  books.counters.trade += 1;
  books.imported.set(importKey(source, row), id);
  for (const key of imported.fills) books.proving.set(key, at);
  const trade: TradeRecord = {
    id,
    strategy,
    instrument,
    direction,
    openedAt: imported.openedAt,
    closedAt: imported.closedAt,
    settledAt: at,
    entries: [...imported.entries],
    exits: [...imported.exits],
    open: ZERO,
    adjusted: imported.unseen,
    // Its history was read when it came, so no check looks further back for it.
    adjustedAt: null,
    fees: imported.fees,
    funding: ZERO,
    fundingSettled: ZERO,
    stopLoss: imported.stopLoss,
    takeProfit: imported.takeProfit,
    exit: imported.exit,
    pnlSource: imported.result,
    origin: 'imported',
    parent: null,
    corrected: false,
    entryLabel: null,
  };
  books.trades.set(id, trade);
  tradeImported(books, trade);
}
