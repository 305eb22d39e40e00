/** The texts of the stream: heartbeats, snapshots, and the frames of a commit, each made once for all who get it. */
import { isoTime } from '../base/time.ts';
import { type Fact, isFrameType } from '../domain/fact.ts';
import type { Store } from '../view/store.ts';
import type { EngineDoor } from '../wire/door.ts';
import type { HeartbeatFrame, SnapshotFrame } from '../wire/frames.ts';

/** The frames of one commit. `text` is what was made of them last. */
export type Group = {
  readonly commit: number;
  readonly facts: readonly Fact[];
  text: { readonly prev: number; readonly json: string } | undefined;
};

/** The group of a commit's facts; undefined when none of them is a frame. */
export function groupOf(commit: number, facts: readonly Fact[]): Group | undefined {
  const frames = facts.filter(({ type }) => isFrameType(type));
  return frames.length === 0 ? undefined : { commit, facts: frames, text: undefined };
}

export type Frames = {
  readonly heartbeat: (head: number) => string;
  readonly snapshot: () => Promise<{ readonly commit: number; readonly text: string }>;
  /** `prev` is the commit that the reader was told before; most readers share one. */
  readonly group: (group: Group, prev: number) => string;
};

/** Frames of what `door` and `store` say; `accounts` are the ids of all that the engine has. */
export function createFrames(
  { door, store }: { readonly door: EngineDoor; readonly store: Store },
  accounts: readonly string[],
): Frames {
  const { id: account } = door;
  return {
    heartbeat: (commit) => {
      const { serverNow, speed, links, verifiedAge, disk } = door.pulse();
      const at = isoTime(serverNow);
      const { journal } = door;
      const frame: HeartbeatFrame = {
        type: 'HEARTBEAT',
        account,
        accounts,
        journal,
        at,
        commit,
        speed,
        links,
        verifiedAge,
        disk,
      };
      return JSON.stringify(frame);
    },
    snapshot: async () => {
      const snapshot = await store.snapshot();
      const { serverNow, speed } = door.pulse();
      const { journal, epoch, mode, venue, version } = door;
      const envelope = {
        account,
        exchangeAccount: door.account() ?? '',
        accounts,
        journal,
        epoch,
        at: isoTime(serverNow),
        mode,
        venue,
        speed,
        version,
      };
      const frame: SnapshotFrame = { type: 'SNAPSHOT', ...envelope, ...snapshot };
      return { commit: snapshot.commit, text: JSON.stringify(frame) };
    },
    group: (group, prev) => {
      if (group.text?.prev !== prev) {
        const { commit } = group;
        const frames = group.facts.map(({ seq, epoch, at, type, data }) => ({
          account,
          seq,
          commit,
          prev,
          epoch,
          at,
          type,
          ...data,
          ...(type === 'REPORT_READY' ? { carry: undefined } : {}),
        }));
        group.text = { prev, json: JSON.stringify(frames) };
      }
      return group.text.json;
    },
  };
}
