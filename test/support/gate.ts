/** The gate's judgement over a copy of a world in which a test has changed one thing. */
import assert from 'node:assert/strict';
import { dec } from '../../src/base/decimal.ts';
import { type Books, freezeBooks, thawBooks } from '../../src/domain/books.ts';
import { type Refusal, refusal } from '../../src/engine/gate.ts';
import type { Now } from '../../src/engine/input.ts';
import type { Live } from '../../src/engine/live.ts';
import type { Proposal } from '../../src/engine/risk.ts';
import { type Cell, openTurn } from '../../src/engine/turn.ts';
import { PERPETUAL, type World } from '../../sim/world/world.ts';

/** A copy of the state that a case may change; `now` too. */
export type Case = { readonly books: Books; readonly live: Live; now: Now; proposal: Proposal };

/** The gate's answer after `change` in a copy of a world. */
export function judged(world: World, change: (one: Case) => void): Refusal | undefined {
  const { cell } = world.life().driver;
  const live: Live = {
    ...cell.live,
    links: { ...cell.live.links },
    tickers: new Map(cell.live.tickers),
  };
  const books = thawBooks(freezeBooks(cell.books));
  const one: Case = {
    books,
    live,
    now: { server: world.serverNow(), mono: world.now() },
    proposal: {
      strategy: 'bot',
      instrument: PERPETUAL,
      direction: 'buy',
      amount: dec('0.001'),
      price: dec('100200'),
    },
  };
  change(one);
  const copy: Cell = { ...cell, books: one.books, live: one.live };
  return refusal(openTurn(copy, one.now, 'test'), one.proposal);
}

/** Another ticker of the perpetual. */
export const ticker = (one: Case, changes: object, mono = one.now.mono): void => {
  const known = one.live.tickers.get(PERPETUAL);
  assert.ok(known);
  one.live.tickers.set(PERPETUAL, { ticker: { ...known.ticker, ...changes }, mono });
};
/** The proposal is another strategy's, with the settings of `bot`. */
export function asOther(one: Case): void {
  const bot = one.books.strategies.get('bot');
  assert.ok(bot);
  one.books.strategies.set('other', { ...bot, config: { ...bot.config, id: 'other' } });
  one.proposal = { ...one.proposal, strategy: 'other' };
}
