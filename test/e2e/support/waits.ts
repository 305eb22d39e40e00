/** Waiting for what a stream brings: events are kept, so nothing that came before the wait is missed, and no wait is endless. */

export type Waits<Event> = {
  readonly push: (event: Event) => void;
  /** No more will come: every wait fails with these words. */
  readonly end: (why: string) => void;
  /** The first event that fits, of those kept and those to come. */
  readonly until: (
    what: string,
    fits: (event: Event) => boolean,
    limitMs?: number,
  ) => Promise<Event>;
  readonly all: () => readonly Event[];
  /** Forgets what was kept. */
  readonly forget: () => void;
};

const KEPT = 5_000;
const SHOWN = 15;

/** `brief` is how an event is shown when a wait fails. */
export function createWaits<Event>(brief: (event: Event) => string): Waits<Event> {
  let events: Event[] = [];
  let over: string | undefined;
  const waiting = new Set<{
    readonly look: (event: Event) => void;
    readonly fail: (why: string) => void;
  }>();
  return {
    push: (event) => {
      events.push(event);
      if (events.length > KEPT) events = events.slice(-KEPT / 2);
      for (const { look } of waiting) look(event);
    },
    end: (why) => {
      over ??= why;
      for (const { fail } of waiting) fail(why);
    },
    until: (what, fits, limitMs = 20_000) =>
      new Promise((resolve, reject) => {
        const found = events.find(fits);
        if (found !== undefined) return resolve(found);
        const settle = (finish: () => void): void => {
          clearTimeout(timer);
          waiting.delete(entry);
          finish();
        };
        const fail = (why: string): void =>
          settle(() =>
            reject(
              new Error(
                `waited for ${what}: ${why}\n${events.slice(-SHOWN).map(brief).join('\n')}`,
              ),
            ),
          );
        const entry = {
          look: (event: Event) => {
            if (fits(event)) settle(() => resolve(event));
          },
          fail,
        };
        const timer = setTimeout(() => fail(`not within ${limitMs} ms`), limitMs);
        waiting.add(entry);
        if (over !== undefined) fail(over);
      }),
    all: () => events,
    forget: () => {
      events = [];
    },
  };
}
