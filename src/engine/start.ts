/** A start: the books are folded, what was under way when the last process ended is unknown, nothing is up yet. Never an opening (I28). */
import { assert } from '../base/assert.ts';
import { instrumentsInUse } from '../domain/ledger.ts';
import { settleDown } from './calm.ts';
import type { Input } from './input.ts';
import { bookKept } from './kept.ts';
import { DAILY_AFTER } from './limits.ts';
import { becomeUnknown } from './resolve.ts';
import { type Turn, record } from './turn.ts';

/** Takes in the process's start. Intents without an answer may or may not have left: only proof ends that. */
export function onStart(turn: Turn, input: Extract<Input, { readonly kind: 'start' }>): void {
  const { birth, node, strategies, risk, speed, checkEveryMs, channel } = input;
  const { dropCopy = false, kept = [] } = input;
  const head = turn.cell.seq;
  turn.live.checkEvery = checkEveryMs;
  turn.live.alerts.channel = channel;
  turn.live.copy.configured = dropCopy;
  turn.live.alerts.startedMono = turn.now.mono;
  // Trading first: a day that ended meanwhile is reported on once the start has had its time.
  turn.live.daily.nextMono = turn.now.mono + DAILY_AFTER;
  record(turn, { type: 'ENGINE_STARTED', v: 1, data: { birth, node, strategies, risk, speed } });
  bookKept(turn, kept, head);
  for (const [label, { placement }] of turn.books.intents) {
    if (placement.state === 'pending')
      becomeUnknown(turn, label, 'the engine ended before an answer came');
  }
  for (const name of instrumentsInUse(turn.books)) {
    record(turn, {
      type: 'ASSURANCE_CHANGED',
      v: 1,
      data: { instrument: name, assurance: 'blind', reason: 'the engine has just started' },
    });
  }
  for (const config of strategies) {
    const kind = turn.cell.kinds[config.kind];
    assert(kind !== undefined, `no strategy of kind ${config.kind}`);
    turn.live.runners.set(config.id, { runner: kind.run(config.settings), warmedTo: 0 });
  }
  settleDown(turn);
}
