/**
 * The daily settlement at 08:00 UTC: orders good for the day end, the session's realised and open profit with its
 * funding becomes cash by one row per instrument, and a new session starts at the mark. The book stays in state
 * `settlement` for some seconds, in which requests get 10041; average prices are not touched.
 */
import { type Decimal, add, isZero, sign, ZERO } from '../../../base/decimal.ts';
import { DAY, type Millis, SECOND } from '../../../base/time.ts';
import { flushChanges } from '../orders/changes.ts';
import { DELIVERY_OF_DAY } from '../products/expiries.ts';
import { type InstrumentSpec, isOption, roundCash } from '../products/instruments.ts';
import { settleLinks } from '../orders/linked.ts';
import { settleMakers } from './house.ts';
import { post, postRounded, rowOf, type RowTerms } from './ledger.ts';
import { walletOf } from './margin.ts';
import { cancelOrder } from '../orders/matching.ts';
import {
  accrueFunding,
  floatingProfit,
  realisedProfit,
  sessionFunding,
  startSession,
  tellFunding,
  totalProfit,
} from './positions.ts';
import { accrueInterest } from '../market/funding.ts';
import { estimatedDelivery } from '../market/prices.ts';
import type { BookState } from '../../protocol/values.ts';
import { noteSettlement } from '../market/past.ts';
import type { AccountRecord, MarketRecord } from '../state.ts';
import { liveOrders, marketOf, specOf, touchAccount, type World } from '../world.ts';

/** How long trading pauses, in server time. */
export const PAUSE = 5 * SECOND;

/** Whether a whole second of server time is one at which settlement begins. */
export const isSettlementTime = (at: Millis): boolean => at % DAY === DELIVERY_OF_DAY;

/** Settles one instrument that has not ended now, and closes its book for the pause. */
export function settle(world: World, spec: InstrumentSpec): void {
  const market = marketOf(world, spec.name);
  if (market.dated?.delivery !== undefined) return;
  accrueInterest(market, world.now);
  setState(world, market, 'settlement', world.now + PAUSE);
  for (const order of liveOrders(world, spec.name)) {
    if (order.timeInForce !== 'good_til_day') continue;
    cancelOrder(world, order, world.options.dayEndReason === 'absent' ? null : 'settlement');
    settleLinks(world, [order]);
  }
  market.settlementPrice = market.mark;
  const settled = [...world.state.accounts.values()].flatMap(
    (account) => settleAccount(world, account, { spec, market }) ?? [],
  );
  if (!isOption(spec))
    postRounded(world, spec.settlement, [
      ...settled.flatMap(({ account, row }) => (row === null ? [] : [{ account, row }])),
      { book: 'makers', change: settleMakers(market, spec, market.mark) },
    ]);
  if (market.dated === undefined || settled.length > 0)
    noteSettlement(world.state, market, {
      at: world.now,
      delivery: estimatedDelivery(world.state.prices, spec.index, world.now).price,
      sizes: settled.map(({ size }) => size),
      profits: settled.map(({ change }) => change),
      fundings: settled.map(({ funding }) => funding),
    });
  market.interest = ZERO;
  flushChanges(world);
}

/** Settles everything that has not ended. */
export function settleAll(world: World): void {
  for (const { name } of world.perpetuals) settle(world, specOf(world, name));
  settleDated(world);
}

/** The same of what ends one day. What the session of an account's options came to is told in one row; it moves no cash. */
export function settleDated(world: World): void {
  const summaries = [...world.state.accounts.values()].flatMap((account) =>
    optionRows(world, account),
  );
  for (const spec of world.specs.values()) if (spec.term.kind !== 'perpetual') settle(world, spec);
  for (const { account, currency, row } of summaries) post(world, currency, [{ account, row }]);
}

/** The rows that an account gets for its options, by currency. */
function optionRows(world: World, account: AccountRecord) {
  const currencies = Object.keys(account.positions)
    .map((name) => specOf(world, name))
    .filter(isOption)
    .map(({ settlement }) => settlement);
  return [...new Set(currencies)].map((currency) => {
    const { rpl, upl, total } = walletOf(world, account, currency).options;
    const session = { rpl, upl, funding: ZERO, total };
    const row = rowOf({ type: 'options_settlement_summary', change: ZERO, session });
    return { account, currency, row };
  });
}

/** What one account's settlement came to, and its row; null where the session brought nothing and left nothing. */
type Settled = {
  readonly account: AccountRecord;
  readonly size: Decimal;
  readonly change: Decimal;
  readonly funding: Decimal;
  readonly row: RowTerms | null;
};

/** Ends an account's session there and begins the next; undefined where it never held anything. */
function settleAccount(
  world: World,
  account: AccountRecord,
  at: { readonly spec: InstrumentSpec; readonly market: MarketRecord },
): Settled | undefined {
  const { spec, market } = at;
  const position = account.positions[spec.name];
  if (position === undefined) return undefined;
  accrueFunding(position, market);
  const upl = floatingProfit(position, spec, market.mark);
  const funding = sessionFunding(position, market);
  const rpl = add(realisedProfit(position, spec), funding);
  const change = isOption(spec) ? ZERO : roundCash(spec.settlement, add(upl, rpl));
  const total = totalProfit(position, spec, market.mark);
  const interest = tellFunding(position, spec);
  startSession(position, spec, market.mark);
  touchAccount(world, account);
  const outcome = { account, size: position.size, change, funding };
  if (isOption(spec) || (isZero(position.size) && isZero(upl) && isZero(rpl)))
    return { ...outcome, row: null };
  const side = sign(position.size);
  const row = rowOf({
    type: 'settlement',
    change,
    instrument: spec.name,
    position: position.size,
    side: side === 0 ? '-' : side > 0 ? 'long' : 'short',
    amount: position.size,
    price: market.mark,
    mark: market.mark,
    index: market.index,
    session: { rpl, upl, funding, total },
    interest,
  });
  return { ...outcome, row };
}

/** Opens a book again whose pause is over; that of a product that has ended closes for good. */
export function endPause(world: World, market: MarketRecord): void {
  if (market.stateUntil === null || world.now < market.stateUntil) return;
  setState(world, market, market.dated?.delivery === undefined ? 'open' : 'delivered', null);
}

/** Gives a book another state, until a moment of server time or for good, and tells of it. */
export function setState(
  world: World,
  market: MarketRecord,
  state: BookState,
  until: Millis | null,
): void {
  market.state = state;
  market.stateUntil = until;
  world.touched.forced = true;
  world.touched.markets.add(market.name);
  if (market.dated !== undefined && until !== null) world.pausing.add(market.name);
  else world.pausing.delete(market.name);
  world.news.push({ kind: 'state', instrument: market.name, state, at: world.now });
}
