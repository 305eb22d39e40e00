/** The auditor of fills, positions, results and cash: its own sums over the facts against what the exchange says. */
import {
  type Decimal,
  ZERO,
  abs,
  add,
  dec,
  div,
  gt,
  mul,
  neg,
  sub,
  sum,
} from '../../src/base/decimal.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { TradeRecord } from '../../src/venue/practice/state.ts';
import { currencyOf, type Evidence, factsOf, rule } from './evidence.ts';
import { heldIn, type Ledger, ledgerOf, type Lot, openOf, type TradeHeld } from './ledger.ts';

type Baseline = Extract<Fact, { readonly type: 'BASELINE_TAKEN' }>['data'];

function baselineOf(evidence: Evidence): Baseline {
  const baseline = factsOf(evidence.facts(), 'BASELINE_TAKEN')[0]?.data;
  rule('I12', baseline !== undefined, () => 'there is no baseline', evidence);
  return baseline;
}

const keyOf = ({ instrument, id }: Pick<TradeRecord, 'instrument' | 'id'>): string =>
  `${currencyOf(instrument)}/${id}`;

/** [I11] The fills of the journal in use are the exchange's trades since its baseline, each once, with their amounts and fees. */
export function auditFills(evidence: Evidence): void {
  const { horizon, known } = baselineOf(evidence);
  const before = new Set(known);
  const expected = new Map(
    evidence
      .truth()
      .trades.filter((trade) => trade.account === 'main' && trade.at >= horizon)
      .map((trade) => [keyOf(trade), trade] as const)
      .filter(([key]) => !before.has(key)),
  );
  const booked = new Set<string>();
  for (const { data } of factsOf(evidence.facts(), 'FILL_BOOKED')) {
    const { fill, allocations } = data;
    const key = keyOf({ instrument: fill.instrument, id: fill.tradeId });
    const trade = expected.get(key);
    rule('I11', !booked.has(key), () => `fill ${key} is booked twice`, evidence);
    rule('I11', trade !== undefined, () => `fill ${key} is no trade at the exchange`, evidence);
    booked.add(key);
    const [ours, theirs] = [fill, trade].map(({ amount, price, fee, direction }) =>
      [amount, price, fee, direction].join(' '),
    );
    rule('I11', ours === theirs, () => `fill ${key}: ${ours}, exchange ${theirs}`, evidence);
    for (const part of ['amount', 'fee'] as const)
      rule(
        'I11',
        sum(allocations.map((one) => one[part])) === fill[part],
        () => `fill ${key}: its allocations don't add up to its ${part}`,
        evidence,
      );
  }
  const missing = [...expected.keys()].filter((key) => !booked.has(key));
  rule('I11', missing.length === 0, () => `not booked: ${missing.join(', ')}`, evidence);
}

const instrumentsOf = ({ truth }: Evidence, ledger: Ledger): Set<string> =>
  new Set([...Object.keys(truth().account().positions), ...ledger.positions.keys()]);

/** [I12] Baseline, fills and adjustments are the position at the exchange. */
export function auditSums(evidence: Evidence): void {
  baselineOf(evidence);
  const ledger = ledgerOf(evidence.facts());
  for (const name of instrumentsOf(evidence, ledger)) {
    const actual = evidence.truth().position(name);
    const told = ledger.positions.get(name) ?? ZERO;
    rule('I12', told === actual, () => `${name}: facts ${told}, exchange ${actual}`, evidence);
  }
}

/** [I17] Open trades and the foreign amount are the position at the exchange, by the facts and in the living books. */
export function auditHeld(evidence: Evidence): void {
  const ledger = ledgerOf(evidence.facts());
  const books = evidence.books();
  for (const name of instrumentsOf(evidence, ledger)) {
    const actual = evidence.truth().position(name);
    const held = heldIn(ledger, name);
    rule('I17', held === actual, () => `${name}: trades ${held}, exchange ${actual}`, evidence);
    let living: Decimal = books.foreign.get(name)?.amount ?? ZERO;
    for (const trade of books.trades.values())
      if (trade.instrument === name)
        living = add(living, trade.direction === 'long' ? trade.open : neg(trade.open));
    rule('I17', living === actual, () => `${name}: books ${living}, exchange ${actual}`, evidence);
  }
}

/** [I12][I17] Both. */
export function auditPosition(evidence: Evidence): void {
  auditSums(evidence);
  auditHeld(evidence);
}

/** [I17] What a person decided of a foreign amount, and what of it is still to be closed, is part of what is there. */
export function auditForeign(evidence: Evidence): void {
  const isPart = (part: Decimal, whole: Decimal): boolean =>
    part === ZERO || (part.startsWith('-') === whole.startsWith('-') && !gt(abs(part), abs(whole)));
  for (const [name, { amount, decided, wantFlat }] of evidence.books().foreign) {
    rule('I17', isPart(decided, amount), () => `${name}: ${decided} of ${amount}`, evidence);
    const rest = sub(amount, decided);
    rule('I17', isPart(wantFlat, rest), () => `${name}: closing ${wantFlat} of ${rest}`, evidence);
  }
}

const PLACES = 18;

/** Result before fees of what was closed: of each unit, what it came out for less what it went in for on average. */
function resultOf(trade: TradeHeld): Decimal {
  const inverse = currencyOf(trade.instrument) === trade.instrument.split('-')[0];
  const worth = (lots: readonly Lot[]): Decimal =>
    sum(
      lots.map(({ amount, price }) =>
        inverse ? neg(div(amount, price, PLACES)) : mul(amount, price),
      ),
    );
  const amount = (lots: readonly Lot[]): Decimal => sum(lots.map((lot) => lot.amount));
  const [went, came] = [amount(trade.entries), amount(trade.exits)];
  if (came === ZERO) return ZERO;
  const cost = worth(trade.entries);
  const share = came === went ? cost : div(mul(cost, came), went, PLACES);
  const gain = sub(worth(trade.exits), share);
  return trade.direction === 'long' ? gain : neg(gain);
}

/** [N1] What a closed trade was shown to have brought is what its fills, fees and funding come to. */
export function auditResults(evidence: Evidence): void {
  ledgerOf(evidence.facts(), (fact, ledger) => {
    if (fact.type !== 'TRADE_CLOSED' || fact.data.trade.pnlSource !== 'fills') return;
    const { id, grossPnl, fees, funding, netPnl } = fact.data.trade;
    const trade = ledger.trades.get(id);
    rule('N1', trade !== undefined, () => `${id} was closed without a fill`, evidence);
    const gross = resultOf(trade);
    const own = [gross, trade.fees, trade.funding, add(sub(gross, trade.fees), trade.funding)];
    const shown = [grossPnl, fees, funding, netPnl];
    rule(
      'N1',
      own.join() === shown.join(),
      () => `${id} was shown with ${shown.join()}, its fills come to ${own.join()}`,
      evidence,
    );
    rule('I21', openOf(trade) === ZERO, () => `${id} was closed with ${openOf(trade)}`, evidence);
  });
}

/** [I13] The cash of every currency, row by row, is the exchange's; for a world whose last check has read its rows. */
export function auditCash(evidence: Evidence): void {
  const cash = new Map(
    baselineOf(evidence).balances.map(({ currency, balance }) => [currency, balance]),
  );
  for (const { data } of factsOf(evidence.facts(), 'CASH_BOOKED')) {
    const { currency, change, balance } = data.row;
    const after = add(cash.get(currency) ?? ZERO, change);
    rule(
      'I13',
      after === balance,
      () => `${currency}: ${after} after a row, the row says ${balance}`,
      evidence,
    );
    cash.set(currency, after);
  }
  for (const [currency, held] of Object.entries(evidence.truth().account().balances)) {
    const own = cash.get(currency);
    rule('I13', own === held, () => `${currency}: rows ${own}, exchange ${held}`, evidence);
    const books = evidence.books().cash.get(currency)?.balance;
    rule('I13', books === held, () => `${currency}: books ${books}, exchange ${held}`, evidence);
  }
}

/** One unit of what the exchange rounds to. */
const UNIT: Readonly<Record<string, Decimal>> = { USDC: dec('0.000001'), BTC: dec('0.00000001') };

/**
 * [I16] For a flat account that began flat: what its fills brought, less fees, with the funding that was booked, is the
 * change of its equity, up to one unit per fill and row of a session.
 */
export function auditEquity(evidence: Evidence, equity: Readonly<Record<string, string>>): void {
  const net = new Map<string, Decimal>();
  const note = (instrument: string, change: Decimal): void =>
    void net.set(currencyOf(instrument), add(net.get(currencyOf(instrument)) ?? ZERO, change));
  for (const { data } of factsOf(evidence.facts(), 'FILL_BOOKED')) {
    const { instrument, direction, amount, price, fee } = data.fill;
    const inverse = currencyOf(instrument) === instrument.split('-')[0];
    const value = inverse ? div(amount, price, PLACES) : neg(mul(amount, price));
    note(instrument, sub(direction === 'buy' ? value : neg(value), fee));
  }
  for (const { data } of factsOf(evidence.facts(), 'FUNDING_ACCRUED'))
    note(data.instrument, sum(data.allocations.map(({ amount }) => amount)));
  const { trades, rows } = evidence.truth();
  const moments = dec(trades.length + rows.length);
  for (const { currency, balance } of baselineOf(evidence).balances) {
    const change = sub(dec(equity[currency] ?? '0'), balance);
    const own = net.get(currency) ?? ZERO;
    rule(
      'I16',
      !gt(abs(sub(change, own)), mul(moments, UNIT[currency] ?? ZERO)),
      () => `${currency}: equity changed by ${change}, the books say ${own}`,
      evidence,
    );
  }
}
