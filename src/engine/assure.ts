/** The ladder of trust: per instrument blind, checking, mismatch, unverified or verified. A change is a fact. */
import { assuranceOf } from '../domain/present.ts';
import { blockingBreaks, instrumentsInUse } from '../domain/ledger.ts';
import type { Assurance } from '../domain/status.ts';
import { FRESH, QUIET_PATIENCE } from './limits.ts';
import { type Turn, record, wake } from './turn.ts';

type Rung = { readonly value: Assurance; readonly reason: string };

function rungOf(turn: Turn, name: string): Rung {
  const { trading } = turn.live.links;
  const { clean, doubts } = turn.live;
  if (!trading.up) return { value: 'blind', reason: 'no link to the exchange' };
  const declared = blockingBreaks(turn.books, name).find(
    ({ break: found }) => found.life !== 'seen' && found.kind !== 'missing_stop',
  );
  if (declared) return { value: 'mismatch', reason: declared.break.id };
  const doubt = doubts.get(name);
  if (doubt !== undefined) {
    if (turn.now.mono - doubt.sinceMono >= QUIET_PATIENCE)
      return { value: 'mismatch', reason: 'a difference could not be proved or explained yet' };
    wake(turn, doubt.sinceMono + QUIET_PATIENCE);
  }
  if (clean === null || clean.conn !== trading.conn)
    return { value: 'checking', reason: 'not compared yet since the link came up' };
  const stale = clean.mono + FRESH;
  if (turn.now.mono >= stale)
    return { value: 'unverified', reason: 'the last clean check is too old' };
  wake(turn, stale);
  return { value: 'verified', reason: 'compared and clean' };
}

/** The duty: every instrument stands on its rung. */
export function assure(turn: Turn): void {
  for (const name of instrumentsInUse(turn.books)) {
    const rung = rungOf(turn, name);
    if (turn.books.assurance.has(name) && assuranceOf(turn.books, name) === rung.value) continue;
    record(turn, {
      type: 'ASSURANCE_CHANGED',
      v: 1,
      data: { instrument: name, assurance: rung.value, reason: rung.reason },
    });
  }
}
