/** Corrections of the books after a proved difference: position facts without a fill, and the breaks that tell a person. */
import { type Decimal, abs, isZero, min, neg, sign } from '../base/decimal.ts';
import { isoTime, type Millis } from '../base/time.ts';
import { openTrades } from '../domain/ledger.ts';
import { signed } from '../domain/money.ts';
import { type Classification, adjustments } from '../reconcile/classify.ts';
import { undecided } from './adopt.ts';
import { evidence, raise, settleBreak } from './breaks.ts';
import type { Check } from './live.ts';
import { booksSide } from './sides.ts';
import { RECONCILER, type Turn, record } from './turn.ts';

type Proved = {
  readonly name: string;
  readonly found: Extract<Classification, { readonly booked: Decimal }>;
  readonly at: Millis;
  readonly sightings: readonly Millis[];
  readonly check: Check;
};

/** Brings the books to what the exchange was twice seen to hold. Trades that lose amount so need a person (N1). */
export function correct(turn: Turn, { name, found, at, sightings, check }: Proved): void {
  const looks = sightings.map(isoTime).join(' and ');
  const why = `position ${found.actual} at ${looks}, books ${found.booked}; complete history shows no fill that explains it`;
  for (const { trade, amount } of adjustments(booksSide(turn, name), found.actual)) {
    record(
      turn,
      {
        type: 'POSITION_ADJUSTED',
        v: 1,
        data: {
          instrument: name,
          trade,
          amount,
          reason: trade === null ? 'foreign_gone' : 'ghost_trade_cleanup',
          exitPrice: rowOf(check, name)?.averagePrice ?? null,
          by: 'reconciler',
          evidence: why,
        },
      },
      RECONCILER,
    );
    if (trade !== null) tellGhost(turn, { name, trade, amount, why, at, check });
  }
}

/**
 * A trade and an undecided foreign amount of the opposite sign can't both be: an account has one position. It comes of an
 * opening fill that was found after what closed it had been given to nobody. Both end together, and a person states the result.
 */
export function netOpposites(turn: Turn, check: Check, name: string): void {
  for (const trade of openTrades(turn.books, { instrument: name })) {
    const side = signed(trade.direction, trade.open);
    const left = undecided(turn, name);
    if (sign(side) * sign(left) >= 0) continue;
    const amount = min(abs(side), abs(left));
    const change = sign(side) > 0 ? neg(amount) : amount;
    const why = `the foreign amount ${left} is what closed it`;
    const exitPrice = turn.books.foreign.get(name)?.averagePrice ?? null;
    const common = { instrument: name, exitPrice, by: 'reconciler', evidence: why };
    record(
      turn,
      {
        type: 'POSITION_ADJUSTED',
        v: 1,
        data: { ...common, trade: trade.id, amount: change, reason: 'ghost_trade_cleanup' },
      },
      RECONCILER,
    );
    record(
      turn,
      {
        type: 'POSITION_ADJUSTED',
        v: 1,
        data: { ...common, trade: null, amount: neg(change), reason: 'foreign_gone' },
      },
      RECONCILER,
    );
    tellGhost(turn, { name, trade: trade.id, amount: change, why, at: turn.now.server, check });
  }
}

const rowOf = (check: Check, name: string) => check.flat.get(name) ?? check.positions?.get(name);

type Ghost = {
  readonly name: string;
  readonly trade: string;
  readonly amount: Decimal;
  readonly why: string;
  readonly at: Millis;
  readonly check: Check;
};

function tellGhost(turn: Turn, { name, trade, amount, why, at, check }: Ghost): void {
  const row = rowOf(check, name);
  raise(turn, {
    kind: 'ghost_trade',
    subject: trade,
    instrument: name,
    strategy: turn.books.trades.get(trade)?.strategy ?? null,
    life: 'needs_you',
    books: `${trade} open ${amount}`,
    exchange: isZero(row?.size ?? ('0' as Decimal)) ? 'flat' : (row?.size ?? 'flat'),
    amount,
    evidence: [
      evidence({ kind: 'position', id: name, at, text: why, raw: row ?? null }),
      evidence({
        kind: 'account',
        id: 'summaries',
        at,
        text: 'margins of the account',
        raw: check.summaries,
      }),
      evidence({
        kind: 'read',
        id: 'fills',
        at,
        text: `${check.fills.size} fills read, none closes it`,
      }),
    ],
    proposal: 'enter',
    options: ['enter', 'accept'],
  });
}

/** The duty: what was assumed of a trade's end and has been replaced by what happened needs no answer any more. */
export function settleExplained(turn: Turn): void {
  for (const { break: found, subject } of turn.books.breaks.values()) {
    const trade = found.kind === 'ghost_trade' ? turn.books.trades.get(subject) : undefined;
    if (trade?.pnlSource === 'fills')
      settleBreak(turn, 'ghost_trade', subject, {
        action: 'auto',
        by: 'reconciler',
        reason: 'the fill that closed it was found',
      });
  }
}
