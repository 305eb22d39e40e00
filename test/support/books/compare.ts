/** The books of a life beside the model: positions, every trade's amounts, result, fees and funding, and all accounts. */
import assert from 'node:assert/strict';
import { bookedPosition, foreignAmount } from '../../../src/domain/ledger.ts';
import { presentTrade } from '../../../src/domain/present.ts';
import { OPENING, text } from './exchange.ts';
import { BEGIN, type BooksLife, type Told } from './life.ts';
import { resultOf, tellModel } from './model.ts';
import { type BooksModel, type ModelTrade, openModel } from './model-state.ts';
import {
  compare,
  isNought,
  minus,
  NOUGHT,
  opposite,
  plus,
  type Rational,
  rational,
  sizeOf,
  times,
  total,
} from '../rational.ts';

/** One unit in the last of so many digits, so many times. */
const units = (count: number, places: number): Rational => ({
  n: BigInt(count),
  d: 10n ** BigInt(places),
});

function near(found: string, wanted: Rational, within: Rational, what: string): void {
  const off = sizeOf(minus(rational(found), wanted));
  assert.ok(
    compare(off, within) <= 0,
    `${what}: the books say ${found}, the model ${Number(wanted.n) / Number(wanted.d)}`,
  );
}

/** Of a whole split by weight, each division keeps 18 digits; the sums of it are as exact as their number. */
const DIGITS = 18;

function sameTrade(life: BooksLife, model: BooksModel, wanted: ModelTrade): void {
  const { books } = life.cell;
  const known = books.trades.get(wanted.id);
  assert.ok(known !== undefined, `the books have no trade ${wanted.id}`);
  const shown = presentTrade(books, known);
  const amount = (lots: readonly { readonly amount: Rational }[]): string =>
    text(total(lots.map((lot) => lot.amount)));
  assert.deepEqual(
    [shown.direction, shown.amount, shown.openAmount, shown.fees, known.adjusted],
    [
      wanted.long ? 'long' : 'short',
      amount(wanted.entries),
      text(wanted.open),
      text(wanted.fees),
      text(wanted.gone),
    ],
    wanted.id,
  );
  assert.equal(shown.pnlSource === 'unknown', !isNought(wanted.gone), `${wanted.id}: known or not`);
  if (shown.pnlSource === 'unknown') return;
  const gross = resultOf(life.kind, wanted);
  const lots = wanted.entries.length + wanted.exits.length + 1;
  near(shown.grossPnl, gross, units(lots, DIGITS), `${wanted.id} gross`);
  // Where a fill was booked behind what came after it, only the sum of all shares is the same.
  if (life.counts.late === 0 && life.counts.gone === 0) {
    const cuts = units(model.cuts, 9);
    near(shown.funding, wanted.funding, cuts, `${wanted.id} funding`);
    near(shown.fundingSettled ?? '0', wanted.settled, cuts, `${wanted.id} settled funding`);
  }
  const net = plus(minus(gross, wanted.fees), rational(shown.funding));
  near(shown.netPnl, net, units(lots, DIGITS), `${wanted.id} net`);
}

/** All that the rows moved is cash; what the fills cost is in the account of fees; what was shared out in that of funding. */
function sameAccounts(life: BooksLife, model: BooksModel): void {
  const { accounts } = life.cell.books;
  const currency = life.instrument.settlementCurrency;
  const stands = (account: string): Rational =>
    rational(accounts.get(`${currency}/${account}`) ?? '0');
  const exact = (account: string, wanted: Rational): void =>
    assert.equal(text(stands(account)), text(wanted), account);
  exact('cash', life.exchange.balance);
  exact('opening', rational(-OPENING));
  exact('fees', total(model.fees));
  exact('funding', opposite(model.funding));
  exact('unexplained', NOUGHT);
  if (life.counts.gone === 0) exact('uncompared', NOUGHT);
  const all = [...accounts.values()].map((amount) => rational(amount));
  assert.equal(text(total(all)), '0', '[I14] all accounts sum to nought');
}

/**
 * [I16] What was realised and what the rest is worth at a price is what all fills came to: no result is lost between two
 * trades, and none is made.
 */
function sameWorth(life: BooksLife, fills: readonly Extract<Told, { kind: 'fill' }>[]): void {
  if (life.counts.gone > 0) return;
  const held = life.cell.books.held.get(life.instrument.name);
  const { accounts } = life.cell.books;
  const realised = opposite(
    rational(accounts.get(`${life.instrument.settlementCurrency}/results`) ?? '0'),
  );
  const cost = rational(held?.cost ?? '0');
  const paid = total(
    fills.map(({ fill }) => {
      const amount = rational(fill.amount);
      const signed = fill.direction === 'buy' ? amount : opposite(amount);
      return life.kind === 'linear'
        ? times(signed, rational(fill.price))
        : opposite({ n: signed.n * rational(fill.price).d, d: signed.d * rational(fill.price).n });
    }),
  );
  near(
    text(minus(realised, cost)),
    opposite(paid),
    units(4 * fills.length + 4, DIGITS),
    'realised less the cost of what is held',
  );
}

/** Compares a life that has ended with what the model makes of what it was told. */
export function compareBooks(life: BooksLife): void {
  const model = openModel(life.kind, BEGIN);
  for (const told of life.told) tellModel(model, told);
  const { name } = life.instrument;
  const { books } = life.cell;
  assert.equal(foreignAmount(books, name), text(model.foreign), 'the foreign amount');
  const held = [...model.trades.values()].map(({ long, open }) => (long ? open : opposite(open)));
  const position = plus(model.foreign, total(held));
  assert.equal(bookedPosition(books, name), text(position), 'the position');
  assert.equal(text(position), text(life.exchange.position), 'and what is there');
  assert.equal(books.trades.size, model.trades.size, 'how many trades');
  for (const trade of model.trades.values()) sameTrade(life, model, trade);
  sameAccounts(life, model);
  sameWorth(
    life,
    life.told.filter((told) => told.kind === 'fill'),
  );
}
