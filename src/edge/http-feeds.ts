/**
 * The streams of all accounts on one connection: each account has a feed of its own with its own chain of commits, so what
 * holds for one reader of one feed holds for every account that a reader follows [I37].
 */
import type { Since } from '../wire/frames.ts';
import { createFeed, type Feed, type Pipe } from './http-feed.ts';
import type { Served } from './http-sources.ts';

/** How to stop serving a reader, or why it can't be served. */
export type Joined = { readonly leave: () => void } | { readonly wrong: string };

export type Feeds = {
  readonly join: (pipe: Pipe, since: Since | undefined) => Joined;
  /** Sends the heartbeats to all; to be called once a second. */
  readonly beat: () => void;
  readonly close: () => void;
};

/** The commit that a reader holds of an account. */
const sinceOf = (since: Since | undefined, account: string): number | undefined =>
  typeof since === 'number'
    ? since
    : since !== undefined && Object.hasOwn(since, account)
      ? since[account]
      : undefined;

/** Starts to listen to all accounts; readers may join when it resolves. */
export async function createFeeds(
  served: readonly Served[],
  failed: (error: unknown) => void,
): Promise<Feeds> {
  const accounts = served.map(({ door }) => door.id);
  const feeds = await Promise.all(
    served.map(async (own): Promise<readonly [string, Feed]> => {
      const feed = await createFeed({ ...own, accounts, failed });
      return [own.door.id, feed];
    }),
  );
  return {
    join: (pipe, since) => {
      if (typeof since === 'number' && feeds.length > 1) {
        const [account = ''] = accounts;
        return { wrong: `several accounts: "since" is {"${account}": commit, ...}` };
      }
      const leaves = feeds.map(([account, feed]) => feed.join(pipe, sinceOf(since, account)));
      return {
        leave: () => {
          for (const leave of leaves) leave();
        },
      };
    },
    beat: () => {
      for (const [, feed] of feeds) feed.beat();
    },
    close: () => {
      for (const [, feed] of feeds) feed.close();
    },
  };
}
