/** One clock for the whole page: it makes ages count up and never asks the engine for anything. */
import { useSyncExternalStore } from 'react';

const TICK_MS = 500;

let now = performance.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = performance.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds of the page's monotonic clock (`performance.now()`), anew twice a second. */
export const useNow = (): number => useSyncExternalStore(listen, () => now);

/** The same instant on the wall clock. */
export const wallClock = (mono: number): number => performance.timeOrigin + mono;
