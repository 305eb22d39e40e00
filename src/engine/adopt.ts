/** Orphans: what belongs to no trade is adopted where it is explained or claimed, else a person is asked and it stays untouched (N2). */
import { type Decimal, ZERO, abs, isZero, min, sign, sub, sum } from '../base/decimal.ts';
import { bookedPosition, openTrades, pendingEntry } from '../domain/ledger.ts';
import { parseLabel } from '../domain/label.ts';
import type { Fill } from '../domain/fill.ts';
import type { Evidence } from '../domain/shown.ts';
import {
  type Adoption,
  type Orphan,
  type Watch,
  explain,
  labelOfAnother,
} from '../reconcile/adopt.ts';
import { evidence, findBreak, raise, settleBreak, worth } from './breaks.ts';
import { listedOrders } from './listed.ts';
import { ABSENT, VALIDITY } from './limits.ts';
import type { Check } from './live.ts';
import { stopOf, targetOf } from './distance.ts';
import { RECONCILER, type Turn, factor, record } from './turn.ts';
import { fillEvidence, whoFilled } from './who.ts';

/** Amount of an instrument that nobody has decided on. */
export function undecided(turn: Turn, name: string): Decimal {
  const foreign = turn.books.foreign.get(name);
  return foreign === undefined ? ZERO : sub(foreign.amount, foreign.decided);
}

/** Decides over every foreign amount, once both sides agree about it. */
export function adoptOrphans(turn: Turn, check: Check): void {
  for (const name of turn.books.foreign.keys()) {
    if (turn.live.doubts.has(name) || !isZero(turn.books.foreign.get(name)?.wantFlat ?? ZERO))
      continue;
    if (isZero(undecided(turn, name))) continue;
    const orphan = isHandedBack(turn, name) ? undefined : orphanOf(turn, check, name);
    for (const adoption of orphan === undefined ? [] : explain(orphan))
      adopt(turn, name, adoption, 'reconciler');
    if (isZero(undecided(turn, name))) {
      settleBreak(turn, 'orphan_position', name, {
        action: 'auto',
        by: 'reconciler',
        reason: 'adopted',
      });
    } else askPerson(turn, check, name);
  }
}

/** What a person took back from a decision is for a person to decide again. */
const isHandedBack = (turn: Turn, name: string): boolean =>
  findBreak(turn, 'orphan_position', name)?.history?.some(({ undone }) => undone !== undefined) ===
  true;

/** The duty: a question about what is not there any more, or has been decided, is no question. */
export function settleOrphans(turn: Turn): void {
  for (const { break: found, subject } of turn.books.breaks.values()) {
    if (
      found.kind !== 'orphan_position' ||
      subject !== found.instrument ||
      !isZero(undecided(turn, subject))
    )
      continue;
    settleBreak(turn, 'orphan_position', subject, {
      action: 'auto',
      by: 'reconciler',
      reason: 'nothing foreign is left',
    });
  }
}

function orphanOf(turn: Turn, check: Check, name: string): Orphan | undefined {
  const instrument = turn.books.instruments.get(name);
  const foreign = turn.books.foreign.get(name);
  if (instrument === undefined || foreign === undefined) return undefined;
  const amount = undecided(turn, name);
  const strategies = [...turn.books.strategies.values()]
    .filter(({ config, control }) => config.instrument === name && control.value !== 'stopped')
    .map(({ config }) => ({
      id: config.id,
      claim: config.claim,
      free:
        openTrades(turn.books, { strategy: config.id }).length === 0 &&
        pendingEntry(turn.books, config.id) === undefined,
      holds: sum(
        openTrades(turn.books, { strategy: config.id, instrument: name }).map(
          (trade) => trade.open,
        ),
      ),
      maxPositionUsd: min(
        turn.books.risk.maxPositionUsd,
        config.limits?.maxPositionUsd ?? turn.books.risk.maxPositionUsd,
      ),
    }));
  const row = check.positions?.get(name);
  return {
    watch: watchOf(turn),
    instrument,
    amount,
    position: bookedPosition(turn.books, name),
    averagePrice: foreign.averagePrice ?? row?.averagePrice ?? null,
    since: foreign.since,
    markPrice: row?.markPrice ?? turn.live.tickers.get(name)?.ticker.markPrice ?? null,
    fills: [...check.fills.values()].filter((fill) => fill.instrument === name),
    openOrders: [...listedOrders(turn)].filter(({ orderId }) => !isOfOpenTrade(turn, orderId)),
    strategies,
  };
}

/** What an earlier journal sent may come late; what comes later than that under its label is no past of ours. */
function watchOf(turn: Turn): Watch {
  const { birth, watchedSince } = turn.books;
  const late = (VALIDITY + ABSENT) * factor(turn);
  return { birth, until: watchedSince === null ? null : watchedSince + late };
}

const isOfOpenTrade = (turn: Turn, orderId: string): boolean => {
  const trade = turn.books.trades.get(turn.books.orders.get(orderId)?.leg?.trade ?? '');
  return trade !== undefined && trade.closedAt === null;
};

/** The foreign amount becomes a trade of a strategy. `by` is the reconciler or a person. */
export function adopt(turn: Turn, name: string, adoption: Adoption, by: string): string {
  const direction = sign(undecided(turn, name)) > 0 ? 'long' : 'short';
  const trade = `trd_${turn.books.counters.trade + 1}_${turn.books.birth.slice(0, 8)}`;
  const found = (purpose: 'stop' | 'target') =>
    adoption.orders.find((order) => order.purpose === purpose)?.order.triggerPrice ?? null;
  const entry = {
    instrument: name,
    strategy: adoption.strategy,
    direction,
    price: adoption.entryPrice,
  } as const;
  record(
    turn,
    {
      type: 'TRADE_ADOPTED',
      v: 1,
      data: {
        trade,
        strategy: adoption.strategy,
        instrument: name,
        direction,
        amount: adoption.amount,
        entryPrice: adoption.entryPrice,
        openedAt: adoption.openedAt,
        fees: adoption.fees,
        entry: adoption.entry,
        orders: adoption.orders,
        stopLoss: found('stop') ?? stopOf(turn, entry),
        takeProfit: found('target') ?? targetOf(turn, entry),
        by,
      },
    },
    by === 'reconciler' ? RECONCILER : { kind: 'person', id: by },
  );
  return trade;
}

/** A fill that may tell whose an amount is. */
function toldBy(watch: Watch, fill: Fill): Evidence {
  const told = fillEvidence(fill);
  if (labelOfAnother(watch, fill) === undefined) return told;
  const { direction, amount, price, label } = fill;
  return {
    ...told,
    text: `${direction} ${amount} at ${price}, under the label ${label} of another engine`,
  };
}

function askPerson(turn: Turn, check: Check, name: string): void {
  const amount = undecided(turn, name);
  const watch = watchOf(turn);
  const row = check.positions?.get(name);
  const fills = [...check.fills.values()]
    .filter(
      (fill) =>
        fill.instrument === name &&
        (parseLabel(fill.label) === undefined || labelOfAnother(watch, fill) !== undefined),
    )
    .slice(-5);
  const last = fills.at(-1);
  const known = findBreak(turn, 'orphan_position', name);
  const price = row?.markPrice ?? row?.averagePrice ?? last?.price ?? null;
  const { value } = worth(turn, { amount, instrument: name, price });
  // What an instrument is worth may be known only once it has been read.
  const isTold =
    known?.difference.amount === amount && !(isZero(known.difference.value) && !isZero(value));
  if (isTold) return;
  raise(turn, {
    kind: 'orphan_position',
    subject: name,
    instrument: name,
    strategy: null,
    life: 'needs_you',
    books: 'no trade holds it',
    exchange: `${sign(amount) > 0 ? 'long' : 'short'} ${abs(amount)}`,
    amount,
    price,
    who: last === undefined ? 'unknown' : whoFilled(turn, last),
    evidence: [
      evidence({
        kind: 'position',
        id: name,
        at: turn.now.server,
        text: `position ${row?.size ?? amount}`,
        raw: row ?? null,
      }),
      ...fills.map((fill) => toldBy(watch, fill)),
    ],
    proposal: 'by_hand',
    options: ['adopt', 'by_hand', 'flatten'],
  });
}
