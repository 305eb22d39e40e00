/**
 * How often screens are told of what came: at once when nothing was told just now, and else together with all that comes
 * until the pause is over. A page that catches up draws some times a second, not once for each commit.
 */

export type PacePorts = {
  /** Real milliseconds that never jump. */
  readonly now: () => number;
  readonly later: (ms: number, run: () => void) => void;
};

/** Something came: `tell` runs now or at the end of the pause, once for all that came in it. */
export function paced(pauseMs: number, tell: () => void, { now, later }: PacePorts): () => void {
  let toldAt = -Infinity;
  let waits = false;
  const run = (): void => {
    waits = false;
    tell();
    toldAt = now();
  };
  return () => {
    if (waits) return;
    const left = toldAt + pauseMs - now();
    if (left <= 0) return run();
    waits = true;
    later(left, run);
  };
}
