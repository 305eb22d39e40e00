/**
 * The exchange of a life of the books: what was traded, what it costs, what each night pays, as sums in fractions. It knows
 * nothing of the engine: it is what both the books and the model beside them are told.
 */
import { DAY, HOUR, type Millis } from '../../../src/base/time.ts';
import type { CashRow } from '../../../src/domain/account.ts';
import type { Fill } from '../../../src/domain/fill.ts';
import type { Decimal } from '../../../src/base/decimal.ts';
import {
  isNought,
  minus,
  nearest,
  NOUGHT,
  opposite,
  over,
  plainText,
  plus,
  type Rational,
  rational,
  times,
} from '../rational.ts';

export type Kind = 'linear' | 'inverse';

/** What holding a signed amount is worth more at a higher price. */
export const worth = (kind: Kind, amount: Rational, price: Rational): Rational =>
  kind === 'linear' ? times(amount, price) : opposite(over(amount, price));

export const text = (value: Rational): Decimal => plainText(value) as Decimal;

/** The next 08:00 UTC behind an instant. */
export const nightAfter = (at: Millis): Millis =>
  Math.floor((at - 8 * HOUR) / DAY) * DAY + DAY + 8 * HOUR;

/** What the account had at the first start. */
export const OPENING = 10_000;

/** One account and one instrument at the exchange; `owed` is the result that no night has paid, `rows` the log that nobody has read. */
export type BooksExchange = {
  readonly kind: Kind;
  readonly instrument: string;
  readonly currency: string;
  position: Rational;
  /** Funding of the session so far; > 0 received. */
  counter: Rational;
  balance: Rational;
  owed: Rational;
  /** Whether something was held since the counter was last read. */
  exposed: boolean;
  seq: number;
  rows: CashRow[];
};

export const openExchange = (kind: Kind, instrument: string, currency: string): BooksExchange => ({
  kind,
  instrument,
  currency,
  position: NOUGHT,
  counter: NOUGHT,
  balance: rational(OPENING),
  owed: NOUGHT,
  exposed: false,
  seq: 0,
  rows: [],
});

type Moved = Pick<CashRow, 'at' | 'type' | 'tradeId' | 'fee' | 'price' | 'funding'>;

function move(exchange: BooksExchange, change: Rational, row: Moved): void {
  exchange.balance = plus(exchange.balance, change);
  exchange.seq += 1;
  exchange.rows.push({
    id: String(exchange.seq),
    userSeq: exchange.seq,
    currency: exchange.currency,
    instrument: exchange.instrument,
    change: text(change),
    balance: text(exchange.balance),
    ...row,
  });
}

/** A fill of the account: its result waits for the night, its fee is cash. */
export function tradeAt(exchange: BooksExchange, fill: Fill): void {
  const amount = rational(fill.amount);
  const signed = fill.direction === 'buy' ? amount : opposite(amount);
  exchange.owed = minus(exchange.owed, worth(exchange.kind, signed, rational(fill.price)));
  exchange.position = plus(exchange.position, signed);
  exchange.exposed = true;
  const { at, tradeId, fee, price } = fill;
  if (!isNought(rational(fee)))
    move(exchange, opposite(rational(fee)), {
      at,
      type: 'trade',
      tradeId,
      fee,
      price,
      funding: null,
    });
}

/** The counter of funding as it is shown; it has moved by `change` where something was held. */
export function readCounter(exchange: BooksExchange, change: Rational): Decimal {
  if (exchange.exposed) exchange.counter = plus(exchange.counter, change);
  exchange.exposed = !isNought(exchange.position);
  return text(exchange.counter);
}

/** 08:00 UTC: what was earned since the last one becomes cash, what is open at the price of now; the counter starts again. */
export function settle(
  exchange: BooksExchange,
  {
    at,
    price,
    change,
  }: { readonly at: Millis; readonly price: Decimal; readonly change: Rational },
): void {
  const { kind, position, owed } = exchange;
  const funding = readCounter(exchange, change);
  const open = worth(kind, position, rational(price));
  const pays = nearest(plus(plus(owed, open), exchange.counter), kind === 'linear' ? 6 : 8);
  if (!isNought(position) || !isNought(owed) || !isNought(exchange.counter))
    move(exchange, pays, { at, type: 'settlement', tradeId: null, fee: null, price, funding });
  exchange.owed = opposite(open);
  exchange.counter = NOUGHT;
}
