/** A screen without a browser: the page's own fold of the stream, and whether it holds exactly what a fresh one would. */
import assert from 'node:assert/strict';
import { isOpenBreak, type Mirror } from '../../web/src/stream/mirror.ts';
import { EMPTY, receive, type StreamState } from '../../web/src/stream/receive.ts';
import type { SnapshotFrame } from '../../src/wire/frames.ts';

export type Screen = {
  /** Takes a message as it came; fails when it asks for anything but to go on, or leaves a gap. */
  readonly take: (text: string) => void;
  readonly mirror: () => Mirror;
  /** Snapshots and commits taken so far. */
  readonly taken: () => { readonly snapshots: number; readonly commits: number };
};

/** A screen that has seen nothing yet. */
export function createScreen(): Screen {
  let state: StreamState = EMPTY;
  let snapshots = 0;
  let commits = 0;
  return {
    take: (text) => {
      const message = JSON.parse(text) as { readonly type?: string } | readonly { prev: number }[];
      const before = state.mirror?.commit;
      const { state: next, want, why } = receive(state, text);
      assert.equal(want, 'nothing', why);
      if (Array.isArray(message)) {
        assert.equal((message as readonly { prev: number }[])[0]?.prev, before, 'a gap in `prev`');
        commits += 1;
      } else if ((message as { readonly type?: string }).type === 'SNAPSHOT') snapshots += 1;
      state = next;
    },
    mirror: () => {
      assert.ok(state.mirror !== null, 'nothing was shown yet');
      return state.mirror;
    },
    taken: () => ({ snapshots, commits }),
  };
}

/** All that a page shows as of its commit; of closed trades those that a snapshot brings. */
function shownBy(mirror: Mirror, trades: readonly string[]) {
  const { commit, epoch, strategies, positions, orders } = mirror;
  const breaks = Object.values(mirror.breaks).filter(isOpenBreak);
  const shown = trades.map((id) => mirror.trades[id]);
  const open = Object.values(mirror.trades).filter(({ status }) => status === 'open');
  return {
    commit,
    epoch,
    strategies,
    positions,
    orders,
    breaks,
    open: open.map(({ id }) => id).sort(),
    shown,
  };
}

/** A screen that followed, with or without pauses, holds what one holds that has just come. */
export function assertHoldsSnapshot(screen: Screen, snapshot: string): void {
  const fresh = createScreen();
  fresh.take(snapshot);
  const { openTrades, lastTrades } = JSON.parse(snapshot) as SnapshotFrame;
  const ids = [...openTrades, ...lastTrades].map(({ id }) => id);
  assert.deepEqual(shownBy(screen.mirror(), ids), shownBy(fresh.mirror(), ids));
}
