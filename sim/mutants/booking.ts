/** Planted bugs of booking: fills, orders, positions, money and what is owed. */
import type { Mutant } from './mutant.ts';

const OBSERVE = 'src/engine/observe.ts';
const CHANGES = 'src/engine/changes.ts';
const TRADE = 'src/domain/evolve-trade.ts';
const ALLOCATE = 'src/reconcile/allocate.ts';
const LEDGER = 'src/domain/ledger.ts';

export const BOOKING: readonly Mutant[] = [
  {
    id: 'fills_twice',
    words: 'a fill that comes twice is booked twice',
    file: OBSERVE,
    find: '(fill) => !turn.books.fills.has(fillKey(fill)) && fill.at >= turn.books.fillHorizon,',
    replace: '(fill) => fill.at >= turn.books.fillHorizon,',
  },
  {
    id: 'foreign_fills_ignored',
    words: 'fills of others are not booked',
    file: OBSERVE,
    find: '(fill) => !turn.books.fills.has(fillKey(fill)) && fill.at >= turn.books.fillHorizon,',
    replace:
      '(fill) => !turn.books.fills.has(fillKey(fill)) && fill.at >= turn.books.fillHorizon && (turn.books.orders.get(fill.orderId)?.leg ?? attribute(turn.books, fill)) !== null,',
  },
  {
    id: 'late_fill_dropped',
    words: 'a fill of an order that had been given up is not booked',
    file: OBSERVE,
    find: '(fill) => !turn.books.fills.has(fillKey(fill)) && fill.at >= turn.books.fillHorizon,',
    replace:
      "(fill) => !turn.books.fills.has(fillKey(fill)) && fill.at >= turn.books.fillHorizon && !['rejected', 'absent', 'unknown'].includes(turn.books.intents.get(fill.label)?.placement.state),",
  },
  {
    id: 'same_moment_dropped',
    words: 'of several fills in one millisecond only the last is booked',
    file: OBSERVE,
    find: 'new Map(fresh.map((fill) => [fillKey(fill), fill]))',
    replace: 'new Map(fresh.map((fill) => [fill.at, fill]))',
  },
  {
    id: 'early_fill_booked',
    words: 'a close that comes before its opening is given to nobody',
    file: OBSERVE,
    find: "    if ((source === 'push' || source === 'answer') && isEarly(turn, fill, booking)) {",
    replace: "    if (source === 'never') {",
  },
  {
    id: 'old_order_believed',
    words: 'an older sighting of an order replaces a newer one',
    file: OBSERVE,
    find: '    if (isStale(known.order, order)) return;\n',
    replace: '',
  },
  {
    id: 'answer_not_read',
    words: 'what the answer to an order shows is not looked at',
    file: 'src/engine/place.ts',
    find: "      if (outcome.result.kind === 'place')\n        observe(",
    replace: "      if (outcome.result.kind === 'nothing')\n        observe(",
  },
  {
    id: 'partial_is_done',
    words: 'an order that filled in part counts as over',
    file: LEDGER,
    find: '  const { order } = record;\n  if (isLive(order.state)) return false;',
    replace:
      '  const { order } = record;\n  if (isLive(order.state) && isZero(order.filled)) return false;',
  },
  {
    id: 'sleeping_stop_counts',
    words: 'a stop that sleeps until its entry fills counts as protection',
    file: LEDGER,
    find: '    if (leg?.purpose !== purpose || !isLive(order.state) || isAsleep(order)) continue;',
    replace: '    if (leg?.purpose !== purpose || !isLive(order.state)) continue;',
  },
  {
    id: 'successor_forgotten',
    words: 'an order that a trigger made is nobody’s',
    file: LEDGER,
    find: '    if (parent) return parent;',
    replace: '    if (parent) return null;',
  },
  {
    id: 'overshoot_lost',
    words: 'what a close fills beyond its trade is not booked anywhere',
    file: ALLOCATE,
    find: '    allocations: withFees(fill, [...own, ...beyond]),',
    replace: '    allocations: withFees(fill, own.length === 0 ? [...own, ...beyond] : own),',
  },
  {
    id: 'newest_first',
    words: 'a close by a hand ends the newest trade first',
    file: ALLOCATE,
    find: '  for (const trade of openTrades(books, { instrument: fill.instrument })) {',
    replace:
      '  for (const trade of openTrades(books, { instrument: fill.instrument }).reverse()) {',
  },
  {
    id: 'foreign_last',
    words: 'a close by a hand ends trades before what the hand itself had opened',
    file: ALLOCATE,
    find: "  if (sign(foreign) === -side) take(null, 'close', abs(foreign));\n",
    replace: '',
  },
  {
    id: 'replaced_moves_twice',
    words: 'a fill that explains an assumption moves the position again',
    file: ALLOCATE,
    find: '  for (const trade of assumedClosed(books, fill)) {',
    replace: '  for (const trade of [] as TradeRecord[]) {',
  },
  {
    id: 'fee_of_closing_lost',
    words: 'fees of closing fills are not counted',
    file: TRADE,
    find: '    trade.fees = add(trade.fees, allocation.fee);\n    if (allocation.role ===',
    replace:
      "    if (allocation.role === 'open') trade.fees = add(trade.fees, allocation.fee);\n    if (allocation.role ===",
  },
  {
    id: 'closed_while_entering',
    words: 'a trade counts as closed while its entry may still fill',
    file: TRADE,
    find: '    if (isEntering(books, trade.id)) continue;\n    const waits = [...unresolved.values()].some(({ intent }) => intent.trade === trade.id);',
    replace: '    const waits = false;',
  },
  {
    id: 'funding_twice',
    words: 'funding is counted twice',
    file: 'src/domain/evolve-funding.ts',
    find: '      record.funding = add(record.funding, amount);',
    replace: '      record.funding = add(add(record.funding, amount), amount);',
  },
  {
    id: 'inverse_as_linear',
    words: 'the average of an inverse is taken as that of a linear',
    file: 'src/domain/money.ts',
    find: "  return kind === 'linear'\n    ? div(value(kind, lots), amount, 10)",
    replace: "  return kind !== 'never'\n    ? div(value('linear', lots), amount, 10)",
  },
  {
    id: 'cash_twice',
    words: 'the last row of the log is booked again at each read',
    file: 'src/engine/cash.ts',
    find: '  held.seq === 0 ? row.at > held.at : row.userSeq > held.seq;',
    replace: '  held.seq === 0 ? row.at > held.at : row.userSeq >= held.seq;',
  },
  {
    id: 'cash_lost',
    words: 'rows of a settlement are not booked',
    file: 'src/engine/cash.ts',
    find: '    if (row.currency !== currency || !isNew(row, held)) continue;',
    replace:
      "    if (row.currency !== currency || !isNew(row, held) || row.type === 'settlement') continue;",
  },
  {
    id: 'stop_not_shrunk',
    words: 'after a part was closed the stop stays as large as before',
    file: CHANGES,
    find: '        else if (lt(keep, remaining)) wantAmount(turn, order, add(order.filled, keep));',
    replace: '',
  },
  {
    id: 'leftovers_kept',
    words: 'stops and targets of a closed trade are left alone',
    file: CHANGES,
    find: "    if (!entering) wantCancelled(turn, order.orderId, 'trade_closed');",
    replace: '',
  },
  {
    id: 'cancel_once',
    words: 'a cancel without an answer is not tried again',
    file: CHANGES,
    find: "  if (state.busy || (change.want.kind === 'edited' && !isSendable(turn, order, change.want)))\n    return;",
    replace: '  if (state.attempts > 0) return;',
  },
  {
    id: 'change_believed',
    words: 'a cancel counts as done when it was asked for',
    file: CHANGES,
    find: '    if (order === undefined || isReached(order, change.want)) {',
    replace:
      "    if (order === undefined || change.want.kind === 'cancelled' || isReached(order, change.want)) {",
  },
];
