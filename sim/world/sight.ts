/** What was seen of a run from outside: what was published, what went over the wire, what commands were answered, what went wrong. */
import type { Millis } from '../../src/base/time.ts';
import type { Published } from '../../src/engine/cell.ts';
import type { CommandOutcome } from '../../src/engine/reply.ts';
import type { VenueEvent } from '../../src/venue/port.ts';

/** `synced`: up to which seq the journal was durable at that moment. */
export type PublishedSeen = Published & { readonly synced: number };
export type FrameSeen = { readonly at: Millis; readonly text: string; readonly synced: number };
export type EventSeen = { readonly at: Millis; readonly event: VenueEvent };
/** A process that ended by itself, because its disk took no more. */
export type ExitSeen = { readonly at: Millis; readonly reason: string; readonly message: string };

/** How many of each kind have been seen, those that are not kept any more included. */
export type Counts = {
  published: number;
  frames: number;
  crashes: number;
  powerLosses: number;
  starts: number;
};

export type Sight = {
  readonly published: PublishedSeen[];
  readonly events: EventSeen[];
  readonly frames: FrameSeen[];
  readonly exits: ExitSeen[];
  readonly replies: Map<string, CommandOutcome>;
  readonly counts: Counts;
  /** The first thing that went wrong; it ends the run. */
  failure: Error | undefined;
  readonly publish: (group: PublishedSeen) => void;
  readonly frame: (frame: FrameSeen) => void;
  readonly event: (event: EventSeen) => void;
};

/** Frames that the engine may send within a second; beyond it something storms. */
const MOST_FRAMES = 120;

/** Keeps at least the last `keep` of each kind. */
export function createSight(keep: number): Sight {
  const hold = <T>(list: T[], one: T): void => {
    list.push(one);
    if (list.length > 2 * keep) list.splice(0, list.length - keep);
  };
  const sight: Sight = {
    published: [],
    events: [],
    frames: [],
    exits: [],
    replies: new Map(),
    counts: { published: 0, frames: 0, crashes: 0, powerLosses: 0, starts: 0 },
    failure: undefined,
    publish: (group) => {
      sight.counts.published++;
      hold(sight.published, group);
    },
    event: (event) => hold(sight.events, event),
    frame: (frame) => {
      const before = sight.frames.at(-MOST_FRAMES);
      if (before !== undefined && frame.at - before.at < 1_000)
        sight.failure ??= new Error(`the engine storms:\n${lastFrames(sight, 6)}`);
      sight.counts.frames++;
      hold(sight.frames, frame);
    },
  };
  return sight;
}

/** The last frames that the engine sent, one a line. */
export const lastFrames = ({ frames }: Sight, last: number): string =>
  frames
    .slice(-last)
    .map(({ at, text }) => `${at} ${text}`)
    .join('\n');
