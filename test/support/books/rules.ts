/**
 * What holds behind each fact of a life of the books, whatever happened: fills are given out whole, nobody closes more than
 * he has, all that is held adds up, trades have one direction and end once. Judged on books folded from the facts alone.
 */
import assert from 'node:assert/strict';
import { type Books, emptyBooks, type TradeRecord } from '../../../src/domain/books.ts';
import { evolve } from '../../../src/domain/evolve.ts';
import type { Fact, FactBody } from '../../../src/domain/fact.ts';
import {
  bookedPosition,
  isEntering,
  openTrades,
  unresolvedIntents,
} from '../../../src/domain/ledger.ts';
import { text } from './exchange.ts';
import { type BooksLife, expectedPosition } from './life.ts';
import {
  compare,
  minus,
  NOUGHT,
  opposite,
  plus,
  type Rational,
  rational,
  signOf,
  total,
} from '../rational.ts';

type Data<Type extends FactBody['type']> = Extract<FactBody, { readonly type: Type }>['data'];

const amounts = (lots: readonly { readonly amount: string }[]): Rational =>
  total(lots.map(({ amount }) => rational(amount)));

/** [I9][I23] Before a fill is booked: its parts sum to it, and none closes more than its trade has open. */
function beforeFill(books: Books, { fill, allocations }: Data<'FILL_BOOKED'>): void {
  assert.equal(text(amounts(allocations)), fill.amount, 'the parts are the fill');
  const fees = total(allocations.map(({ fee }) => rational(fee)));
  assert.equal(text(fees), fill.fee, 'the parts pay the fee');
  for (const { amount } of allocations) assert.equal(signOf(rational(amount)), 1);
  const taken = new Map<string, Rational>();
  for (const { trade, role, amount } of allocations) {
    const known = trade === null ? undefined : books.trades.get(trade);
    if (known === undefined || role === 'open') continue;
    const sum = plus(taken.get(`${known.id} ${role}`) ?? NOUGHT, rational(amount));
    taken.set(`${known.id} ${role}`, sum);
    const most = rational(role === 'close' ? known.open : known.adjusted);
    assert.ok(compare(sum, most) <= 0, `[I23] ${known.id} ${role}s ${text(sum)} of ${text(most)}`);
  }
}

/** What a fact says that the position has moved by (I12). */
function movedBy(fact: Fact): Rational {
  if (fact.type === 'POSITION_ADJUSTED') return rational(fact.data.amount);
  if (fact.type !== 'FILL_BOOKED') return NOUGHT;
  const moved = amounts(fact.data.allocations.filter(({ role }) => role !== 'replace'));
  return fact.data.fill.direction === 'buy' ? moved : opposite(moved);
}

/** [I18][I21] One trade: what came in has gone out or is there; it has ended exactly when nothing of it can come any more. */
function ofTrade(books: Books, trade: TradeRecord, ended: Set<string>): void {
  const rest = minus(amounts(trade.entries), amounts(trade.exits));
  assert.equal(text(minus(rest, rational(trade.adjusted))), trade.open, trade.id);
  assert.ok(signOf(rational(trade.open)) >= 0, trade.id);
  const waits =
    isEntering(books, trade.id) ||
    unresolvedIntents(books).some(({ intent }) => intent.trade === trade.id);
  assert.equal(trade.closedAt !== null, trade.open === '0' && !waits, `[I18] ${trade.id}`);
  if (trade.closedAt !== null) ended.add(trade.id);
  else assert.ok(!ended.has(trade.id), `[I21] ${trade.id} is open again`);
}

/** A watch over a life: called behind each act, it judges every fact of it. */
export function watchBooks(): (life: BooksLife) => void {
  let books: Books | undefined;
  let seen = 0;
  let moved = NOUGHT;
  const ended = new Set<string>();
  return (life) => {
    const { name } = life.instrument;
    books ??= emptyBooks(life.cell.books.risk);
    for (; seen < life.facts.length; seen++) {
      const fact = life.facts[seen] as Fact;
      if (fact.type === 'FILL_BOOKED') beforeFill(books, fact.data);
      evolve(books, fact);
      moved = plus(moved, movedBy(fact));
      assert.equal(bookedPosition(books, name), text(moved), '[I12][I17]');
      for (const trade of books.trades.values()) ofTrade(books, trade, ended);
      const directions = new Set(
        openTrades(books, { instrument: name })
          .filter(({ open }) => open !== '0')
          .map(({ direction }) => direction),
      );
      assert.ok(directions.size <= 1, '[I50] trades of both directions');
    }
    assert.equal(text(moved), text(expectedPosition(life)), '[I12] the books and the exchange');
  };
}
