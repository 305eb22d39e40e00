/**
 * The terms of a contract change while we are connected: what amounts and prices are multiples of. They are read again on
 * a slow schedule, after 08:00 UTC, when an instrument changes its state, and at once when the exchange refuses what fits
 * them. What is open keeps its amounts, which are coins or USD and not contracts.
 */
import { DAY, HOUR } from '../base/time.ts';
import { instrumentsInUse } from '../domain/ledger.ts';
import { TERMS_AGAIN, TERMS_AFTER_SETTLEMENT, TERMS_EVERY } from './limits.ts';
import { type Turn, ask, monoOf, wake } from './turn.ts';

/** Codes that say that an amount or a price is none that the instrument takes (errors.json, FACTS 8.2). */
const OFF_THE_GRID: ReadonlySet<number> = new Set([10002, 10021, 10027, 10043, 10044]);

/** -32602 names the parameter that it refuses. */
const namesAmountOrPrice = (data: string | null): boolean =>
  data !== null && /"param":"(?:amount|price|trigger_price|contracts)"/.test(data);

/** A refused order or edit: when it says that our terms are not the exchange's, they are read at once. */
export function doubtTerms(
  turn: Turn,
  instrument: string | undefined,
  refusal: { readonly code: number; readonly data: string | null },
): void {
  const doubted =
    OFF_THE_GRID.has(refusal.code) || (refusal.code === -32602 && namesAmountOrPrice(refusal.data));
  if (instrument !== undefined && doubted) readTermsSoon(turn, instrument);
}

/** Wants the terms read now, or soon where that was just done. */
export function readTermsSoon(turn: Turn, instrument: string): void {
  const { terms } = turn.live;
  const readAt = terms.get(instrument)?.readMono ?? -Infinity;
  terms.set(instrument, {
    readMono: readAt,
    nextMono: Math.max(turn.now.mono, readAt + TERMS_AGAIN),
  });
}

/** The duty: terms whose time has come are asked for. */
export function readTerms(turn: Turn): void {
  const { live, now } = turn;
  if (!live.links.market.up) return;
  for (const name of instrumentsInUse(turn.books)) {
    const due = live.terms.get(name)?.nextMono;
    if (due !== undefined && due > now.mono) {
      wake(turn, due);
      continue;
    }
    // The first time is the link's own: it has just asked.
    const first = due === undefined;
    if (!first)
      ask(
        turn,
        { for: 'instrument', instrument: name },
        { kind: 'instrument', instrument: name },
        'market',
      );
    const sinceEight = (((now.server - 8 * HOUR) % DAY) + DAY) % DAY;
    const settled = monoOf(turn, now.server - sinceEight + DAY) + TERMS_AFTER_SETTLEMENT;
    const next = Math.max(now.mono + TERMS_AGAIN, Math.min(now.mono + TERMS_EVERY, settled));
    live.terms.set(name, { readMono: first ? -Infinity : now.mono, nextMono: next });
    wake(turn, next);
  }
}
