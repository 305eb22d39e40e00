/** How the books of breaks that a person has ended change: what was decided, and what is taken back of it. */
import { add, isZero, neg, sub, ZERO } from '../base/decimal.ts';
import { must } from '../base/assert.ts';
import type { Millis } from '../base/time.ts';
import type { Books, HeldBreak } from './books.ts';
import { moveForeign, openBy, recount, settleTrades, within } from './evolve-trade.ts';
import type { Fact } from './fact.ts';
import { signed } from './money.ts';
import type { BreakKind } from './shown.ts';

type Resolved = Extract<Fact, { readonly type: 'BREAK_RESOLVED' }>;
type Undone = Extract<Fact, { readonly type: 'DECISION_UNDONE' }>['data'];
type Undoing<Action> = Extract<Undone['undoes'], { readonly action: Action }>;

/** What tells a difference from all others that may stand beside it. */
export const breakKey = ({
  kind,
  subject,
}: {
  readonly kind: BreakKind;
  readonly subject: string;
}): string => `${kind}/${subject}`;

/** A difference stands, as it is now; what is owed of it is owed until it ends or is taken back. */
export function holdBreak(books: Books, { break: found, subject, decision }: HeldBreak): void {
  const owed =
    found.resolution === null ? undefined : (decision ?? books.breaks.get(found.id)?.decision);
  const held = { break: found, subject };
  books.breaks.set(found.id, owed === undefined ? held : { ...held, decision: owed });
}

/** A difference has ended; what a person did about it is remembered. */
export function onResolved(books: Books, { seq, data }: Resolved, at: Millis): void {
  const { break: found, subject, decision = null } = data;
  const key = breakKey({ kind: found.kind, subject });
  books.breaks.delete(found.id);
  if (found.life === 'auto_resolved') books.ended.delete(key);
  else books.ended.set(key, { break: found, subject, at, seq, decision, gone: false });
}

/** What a decision moved moves back, as far as it is still there. */
export function onUndone(books: Books, data: Undone, at: Millis): void {
  const { undoes, instrument } = data;
  books.ended.delete(breakKey(data));
  const foreign = books.foreign.get(instrument);
  switch (undoes.action) {
    case 'accept':
      return;
    case 'by_hand':
      if (foreign !== undefined) foreign.decided = within(undoes.decided, foreign.amount);
      return;
    case 'flatten':
      if (foreign !== undefined) foreign.wantFlat = ZERO;
      return;
    case 'enter':
      return takeOut(books, undoes);
    case 'adopt':
      return handBack(books, undoes, at);
  }
}

/** The outcome that a person had entered is none: what left the trade unseen is unknown again. */
function takeOut(books: Books, { trade: id, amount, exitPrice, fees }: Undoing<'enter'>): void {
  const trade = must(books.trades.get(id), `trade ${id}`);
  const entered = trade.exits.findLastIndex(
    (lot) => lot.amount === amount && lot.price === exitPrice,
  );
  if (entered < 0) return;
  recount(books, trade, () => {
    trade.exits.splice(entered, 1);
    trade.fees = sub(trade.fees, fees);
    trade.adjusted = add(trade.adjusted, amount);
  });
  trade.pnlSource = 'unknown';
  trade.corrected = true;
}

/** What an adopted trade still holds belongs to nobody again, at its average entry. */
function handBack(books: Books, { trade: id, amount, price }: Undoing<'adopt'>, at: Millis): void {
  const trade = must(books.trades.get(id), `trade ${id}`);
  const change = signed(trade.direction, amount);
  openBy(books, trade, neg(amount), at);
  moveForeign(books, trade.instrument, { change, price, at });
  trade.corrected = true;
  if (isZero(trade.open)) trade.exit = { reason: 'handed_back', by: 'operator' };
  settleTrades(books, at);
}
