/** The auditor of folds, commits and what was shown: one journal, one state, and nothing closed that does not show it. */
import { canonical } from '../../src/base/canonical.ts';
import { ZERO } from '../../src/base/decimal.ts';
import {
  type Books,
  emptyBooks,
  freezeBooks,
  spellBooks,
  thawBooks,
} from '../../src/domain/books.ts';
import { evolve } from '../../src/domain/evolve.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { presentStrategy } from '../../src/domain/present.ts';
import { type Evidence, factsOf, rule } from './evidence.ts';
import { ledgerOf, openOf } from './ledger.ts';

function fold(books: Books, facts: readonly Fact[]): Books {
  for (const fact of facts) evolve(books, fact);
  return books;
}

/** Where two texts part, with what stands around it. */
function difference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 120), at + 120);
  return `…${around(one)}… against …${around(other)}…`;
}

/** [I20][I25] A fold of all facts, one that goes on from a snapshot, and the living books are the same text; the status last shown is the fold's. */
export function auditFold(evidence: Evidence): void {
  const facts = evidence.facts();
  const { risk } = evidence.books();
  const whole = fold(emptyBooks(risk), facts);
  const folded = spellBooks(whole);
  const cut = Math.floor(facts.length / 3);
  const snapshot = freezeBooks(fold(emptyBooks(risk), facts.slice(0, cut)));
  const resumed = spellBooks(fold(thawBooks(snapshot), facts.slice(cut)));
  const same = (other: string, what: string): void =>
    rule('I25', other === folded, () => `${what}: ${difference(other, folded)}`, evidence);
  same(resumed, `a fold from the snapshot at ${cut}`);
  if (evidence.life().isAlive()) same(spellBooks(evidence.books()), 'the living books');
  const books = thawBooks(freezeBooks(whole));
  for (const [id, strategy] of books.strategies) {
    const last = factsOf(facts, 'STRATEGY_STATUS_CHANGED').findLast(
      (fact) => fact.data.strategy === id,
    )?.data;
    const now = presentStrategy(books, strategy, '');
    const text = (shown: typeof last | typeof now): string =>
      shown === undefined
        ? 'nothing'
        : canonical([shown.status, shown.activity, shown.assurance, shown.control]);
    rule('I20', text(last) === text(now), () => `${id}: ${text(last)}, ${text(now)}`, evidence);
  }
}

/** Trades whose strategy still held another one when they closed: its status goes on. */
function closedBesideAnother(evidence: Evidence): ReadonlySet<string> {
  const found = new Set<string>();
  ledgerOf(evidence.facts(), (fact, { trades }) => {
    if (fact.type !== 'TRADE_CLOSED') return;
    const { id, strategy } = fact.data.trade;
    for (const other of trades.values())
      if (other.id !== id && other.strategy === strategy && openOf(other) !== ZERO) found.add(id);
  });
  return found;
}

/** [N6][I19] The commit whose fill opens a trade shows it, and the commit that closes the last one of a strategy shows the status after it. */
export function auditCommits(evidence: Evidence): void {
  const goesOn = closedBesideAnother(evidence);
  for (const commit of evidence.disk().commits) {
    const shown = [...factsOf(commit, 'TRADE_OPENED'), ...factsOf(commit, 'TRADE_CLOSED')];
    for (const { data } of factsOf(commit, 'FILL_BOOKED')) {
      const id = data.opens?.trade;
      rule(
        'I19',
        id === undefined || shown.some((fact) => fact.data.trade.id === id),
        () => `${id} was opened by a fill and not shown in its commit`,
        evidence,
      );
    }
    for (const { data } of factsOf(commit, 'TRADE_CLOSED'))
      rule(
        'I19',
        goesOn.has(data.trade.id) ||
          factsOf(commit, 'STRATEGY_STATUS_CHANGED').some(
            (fact) => fact.data.strategy === data.trade.strategy,
          ),
        () => `${data.trade.id} was closed without a status in the same commit`,
        evidence,
      );
  }
}

function count(counts: Map<string, number>, id: string): void {
  counts.set(id, (counts.get(id) ?? 0) + 1);
}

/** [N7][I21] Every trade was shown, opened once and closed once, and what was shown last is what the books hold. */
export function auditShown(evidence: Evidence): void {
  const opened = new Map<string, number>();
  const closed = new Map<string, number>();
  const ids = new Set<string>();
  for (const fact of evidence.facts()) {
    if (fact.type === 'TRADE_OPENED') count(opened, fact.data.trade.id);
    if (fact.type === 'TRADE_CLOSED') count(closed, fact.data.trade.id);
    if (fact.type === 'FILL_BOOKED' && fact.data.opens !== null) ids.add(fact.data.opens.trade);
    if (fact.type === 'TRADE_ADOPTED') ids.add(fact.data.trade);
  }
  for (const id of ids) {
    const [open = 0, close = 0] = [opened.get(id), closed.get(id)];
    const isOpen = evidence.books().trades.get(id)?.closedAt === null;
    rule('N7', open + close > 0, () => `${id} was never shown`, evidence);
    rule('I21', open <= 1, () => `${id} was shown opened ${open} times`, evidence);
    rule(
      'I21',
      close === (isOpen ? 0 : 1),
      () => `${id} was shown closed ${close} times`,
      evidence,
    );
  }
}
