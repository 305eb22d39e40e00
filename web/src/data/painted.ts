/**
 * When trades were on this screen: a row that carries `data-trade-id` and `data-status`, looked for after the browser has
 * painted the commit that brought it. A window that nobody can see paints nothing.
 */
import type { FactFrame } from '../../../src/wire/frames.ts';
import { onCommit } from './store.ts';

type Seen = { readonly trade: string; readonly status: 'open' | 'closed'; readonly at: number };

const watchers = new Set<(seen: Seen) => void>();

/** Hears of every trade that has been painted from now on; answers how to stop. */
export function onPainted(watcher: (seen: Seen) => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Frames to look through for the row: it is there at the second at the latest, unless the page does not show it. */
const LOOKS = 30;

function lookFor(trade: string, status: 'open' | 'closed', looks = LOOKS): void {
  requestAnimationFrame(() => {
    const row = document.querySelector(
      `[data-trade-id="${CSS.escape(trade)}"][data-status="${status}"]`,
    );
    if (row === null) {
      if (looks > 1) lookFor(trade, status, looks - 1);
      return;
    }
    // The callback runs before its frame is painted; the next one runs after. Its own time may lag, so the clock is asked.
    requestAnimationFrame(() => {
      const at = performance.now();
      for (const watcher of watchers) watcher({ trade, status, at });
    });
  });
}

function look(frames: readonly FactFrame[]): void {
  if (watchers.size === 0) return;
  for (const frame of frames) {
    if (frame.type === 'TRADE_OPENED') lookFor(frame.trade.id, 'open');
    if (frame.type === 'TRADE_CLOSED') lookFor(frame.trade.id, 'closed');
  }
}

onCommit(look);
