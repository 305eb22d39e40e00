/** The exchange's clock as the engine knows it: the last stamp and real time since; never back, except at the first stamp. */
import type { Millis } from '../../src/base/time.ts';
import type { Loop } from './loop.ts';

export type Clock = {
  readonly server: () => Millis;
  readonly stamp: (server: Millis) => void;
  readonly setSpeed: (speed: number) => void;
};

export function createClock(
  loop: Loop,
  { speed, from }: { readonly speed: number; readonly from: Millis },
): Clock {
  let anchor = { server: from, mono: loop.now() };
  let rate = speed;
  let last = 0;
  let stamped = false;
  const server = (): Millis => {
    last = Math.max(last, Math.floor(anchor.server + (loop.now() - anchor.mono) * rate));
    return last;
  };
  return {
    server,
    stamp: (at) => {
      if (!stamped) last = Math.min(last, at);
      stamped = true;
      anchor = { server: at, mono: loop.now() };
    },
    setSpeed: (next) => {
      anchor = { server: server(), mono: loop.now() };
      rate = next;
    },
  };
}
