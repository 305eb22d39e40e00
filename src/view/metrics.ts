/**
 * Figures over closed trades, exact and per currency. A trade whose result is unknown counts in `unexplained` and in
 * nothing else. Drawdown walks the net results in the order of closing, from zero: the deepest fall below a former peak.
 */
import { abs, add, type Decimal, div, isZero, max, min, sign, sub, ZERO } from '../base/decimal.ts';
import type { Figures, Metrics, ResultLine, Trade } from '../domain/shown.ts';

type Sums = {
  count: number;
  wins: number;
  losses: number;
  gross: Decimal;
  fees: Decimal;
  funding: Decimal;
  net: Decimal;
  won: Decimal;
  lost: Decimal;
  peak: Decimal;
  maxDrawdown: Decimal;
  best: Decimal | null;
  worst: Decimal | null;
  unexplained: number;
  readonly byExitReason: Record<string, number>;
  readonly byStrategy: Map<string, { readonly count: number; readonly net: Decimal }>;
  readonly results: Map<string, ResultLine>;
};

const empty = (): Sums => ({
  count: 0,
  wins: 0,
  losses: 0,
  gross: ZERO,
  fees: ZERO,
  funding: ZERO,
  net: ZERO,
  won: ZERO,
  lost: ZERO,
  peak: ZERO,
  maxDrawdown: ZERO,
  best: null,
  worst: null,
  unexplained: 0,
  byExitReason: {},
  byStrategy: new Map(),
  results: new Map(),
});

function count(sums: Sums, trade: Trade): void {
  if (trade.pnlSource !== 'fills') {
    sums.unexplained += 1;
    return;
  }
  const { netPnl } = trade;
  sums.count += 1;
  sums.gross = add(sums.gross, trade.grossPnl);
  sums.fees = add(sums.fees, trade.fees);
  sums.funding = add(sums.funding, trade.funding);
  sums.net = add(sums.net, netPnl);
  if (sign(netPnl) > 0) {
    sums.wins += 1;
    sums.won = add(sums.won, netPnl);
  } else if (sign(netPnl) < 0) {
    sums.losses += 1;
    sums.lost = add(sums.lost, abs(netPnl));
  }
  sums.peak = max(sums.peak, sums.net);
  sums.maxDrawdown = max(sums.maxDrawdown, sub(sums.peak, sums.net));
  sums.best = sums.best === null ? netPnl : max(sums.best, netPnl);
  sums.worst = sums.worst === null ? netPnl : min(sums.worst, netPnl);
  const reason = trade.exitReason ?? 'unknown';
  sums.byExitReason[reason] = (sums.byExitReason[reason] ?? 0) + 1;
  const own = sums.byStrategy.get(trade.strategy) ?? { count: 0, net: ZERO };
  sums.byStrategy.set(trade.strategy, { count: own.count + 1, net: add(own.net, netPnl) });
  const { strategy, grossPnl: gross, fees, funding } = trade;
  addLine(sums.results, {
    strategy,
    exitReason: reason,
    count: 1,
    gross,
    fees,
    funding,
    net: netPnl,
  });
}

/** Adds to the line of the same strategy and exit reason. */
function addLine(lines: Map<string, ResultLine>, line: ResultLine): void {
  const key = JSON.stringify([line.strategy, line.exitReason]);
  const held = lines.get(key);
  if (held === undefined) return void lines.set(key, line);
  lines.set(key, {
    ...line,
    count: held.count + line.count,
    gross: add(held.gross, line.gross),
    fees: add(held.fees, line.fees),
    funding: add(held.funding, line.funding),
    net: add(held.net, line.net),
  });
}

const inNames = (lines: ReadonlyMap<string, ResultLine>): readonly ResultLine[] =>
  [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);

function shown(sums: Sums, currency: string): Figures {
  const { peak: _peak, ...kept } = sums;
  return {
    ...kept,
    currency,
    byStrategy: Object.fromEntries(sums.byStrategy),
    results: inNames(sums.results),
    ...ratiosOf(sums),
  };
}

type Summed = Pick<Figures, 'count' | 'wins' | 'won' | 'lost' | 'net'>;

/** The figures that no sum gives. */
function ratiosOf({
  count: known,
  wins,
  won,
  lost,
  net,
}: Summed): Pick<Figures, 'winRate' | 'profitFactor' | 'expectancy'> {
  return {
    winRate: known === 0 ? null : div(String(wins * 100) as Decimal, String(known) as Decimal, 2),
    profitFactor: isZero(lost) ? null : div(won, lost, 4),
    expectancy: known === 0 ? null : div(net, String(known) as Decimal, 8),
  };
}

export const byClosing = (a: Trade, b: Trade): number => {
  const [left, right] = [a.closedAt ?? '', b.closedAt ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
};

/** The figures of each currency's closed trades, in any order of `trades`; open trades are left out. */
export const metricsByCurrency = (trades: Iterable<Trade>): ReadonlyMap<string, Figures> =>
  inOrder([...trades].filter(({ status }) => status === 'closed').sort(byClosing));

/** The same of closed trades in the order of closing, of which none is held: there may be a million. */
function inOrder(closed: Iterable<Trade>): ReadonlyMap<string, Figures> {
  const sums = new Map<string, Sums>();
  for (const trade of closed) {
    let own = sums.get(trade.currency);
    if (own === undefined) sums.set(trade.currency, (own = empty()));
    count(own, trade);
  }
  return new Map([...sums].map(([currency, own]) => [currency, shown(own, currency)]));
}

const FIRST = 'USDC';

/** The figures of these trades' closed ones, as `chosen` shows them. */
export const metricsOf = (trades: Iterable<Trade>, currency?: string): Metrics =>
  chosen(metricsByCurrency(trades), currency);

/** The same of closed trades that come in the order of closing. */
export const metricsInOrder = (closed: Iterable<Trade>, currency?: string): Metrics =>
  chosen(inOrder(closed), currency);

/**
 * The figures that one answer shows: of `currency` when it is named; else of the only currency there is; of USDC where
 * there are several or none, or, without USDC among several, of the one that comes first by name. Several currencies are
 * never added up: the figures of each stand in `byCurrency`.
 */
function chosen(all: ReadonlyMap<string, Figures>, currency: string | undefined): Metrics {
  if (currency !== undefined) return all.get(currency) ?? shown(empty(), currency);
  const names = [...all.keys()].sort((a, b) => (a < b ? -1 : 1));
  const first = names.includes(FIRST) ? FIRST : (names[0] ?? FIRST);
  const own = all.get(first) ?? shown(empty(), first);
  if (names.length < 2) return own;
  const each = names.flatMap((name) => {
    const figures = all.get(name);
    return figures === undefined ? [] : [[name, figures] as const];
  });
  return { ...own, byCurrency: Object.fromEntries(each) };
}

const bestOf = (
  pick: (a: Decimal, b: Decimal) => Decimal,
  a: Decimal | null,
  b: Decimal | null,
): Decimal | null => (a === null ? b : b === null ? a : pick(a, b));

/** Two tables as one; names are anybody's, so nothing is looked up on a bare object. */
function addTables<Value>(
  a: Readonly<Record<string, Value>>,
  b: Readonly<Record<string, Value>>,
  plus: (a: Value, b: Value) => Value,
): Readonly<Record<string, Value>> {
  const sums = new Map(Object.entries(a));
  for (const [name, value] of Object.entries(b)) {
    const before = sums.get(name);
    sums.set(name, before === undefined ? value : plus(before, value));
  }
  return Object.fromEntries(sums);
}

function addResults(each: readonly (readonly ResultLine[])[]): readonly ResultLine[] {
  const lines = new Map<string, ResultLine>();
  for (const line of each.flat()) addLine(lines, line);
  return inNames(lines);
}

/** Two accounts' figures of one currency. Drawdown is a path of one account: the deeper one stands. */
function together(a: Figures, b: Figures): Figures {
  const sums = {
    count: a.count + b.count,
    wins: a.wins + b.wins,
    losses: a.losses + b.losses,
    gross: add(a.gross, b.gross),
    fees: add(a.fees, b.fees),
    funding: add(a.funding, b.funding),
    net: add(a.net, b.net),
    won: add(a.won, b.won),
    lost: add(a.lost, b.lost),
    unexplained: a.unexplained + b.unexplained,
  };
  return {
    ...sums,
    ...ratiosOf(sums),
    currency: a.currency,
    maxDrawdown: max(a.maxDrawdown, b.maxDrawdown),
    best: bestOf(max, a.best, b.best),
    worst: bestOf(min, a.worst, b.worst),
    byExitReason: addTables(a.byExitReason, b.byExitReason, (one, other) => one + other),
    byStrategy: addTables(a.byStrategy, b.byStrategy, (one, other) => ({
      count: one.count + other.count,
      net: add(one.net, other.net),
    })),
    results: addResults([a.results ?? [], b.results ?? []]),
  };
}

/** The figures of several accounts as those of one, currency by currency; each as `metricsOf` answered it. */
export function mergedMetrics(each: readonly Metrics[], currency?: string): Metrics {
  const all = new Map<string, Figures>();
  for (const { byCurrency, ...only } of each) {
    for (const figures of Object.values(byCurrency ?? { [only.currency]: only })) {
      if (figures.count === 0 && figures.unexplained === 0) continue;
      const before = all.get(figures.currency);
      all.set(figures.currency, before === undefined ? figures : together(before, figures));
    }
  }
  return chosen(all, currency);
}
