/**
 * The stretch of the journal that the audit page shows. While it is followed, a commit that the stream tells of leads to
 * one read of the facts that are missing; nothing is asked by time. Released, it stays as it is until a person looks on.
 */
import { useEffect } from 'react';
import { create } from 'zustand';
import {
  firstReading,
  isFarBehind,
  type JournalFact,
  newerReading,
  olderReading,
  type Reading,
  type Stretch,
  withNewer,
  withOlder,
} from '../stream/journal.ts';
import { about } from './accounts.ts';
import { failureText, get } from './api.ts';
import { type Live, ofOneAccount, oneAccount, useLive } from './store.ts';

type Held = {
  /** Birth id of the journal that the stretch is of. */
  readonly journal: string | null;
  readonly stretch: Stretch;
  readonly following: boolean;
  readonly reading: boolean;
  /** The fact of a link that was looked for last. */
  readonly sought: number | null;
  /** Why the last read brought nothing. */
  readonly trouble: string | null;
};

const NONE: Held = {
  journal: null,
  stretch: [],
  following: true,
  reading: false,
  sought: null,
  trouble: null,
};

export const useJournal = create<Held>()(() => NONE);

/** The newest commit that the stream told of, in frames or heartbeats. */
function headOf(live: Live): number {
  const { mirror, pulse } = ofOneAccount(live);
  return Math.max(
    mirror?.commit ?? 0,
    pulse?.journal === mirror?.journal ? (pulse?.commit ?? 0) : 0,
  );
}

export const useHead = (): number => useLive(headOf);
export const headNow = (): number => headOf(useLive.getState());

/** Reads once and puts the answer where it belongs; while a read is under way no other begins. */
async function read(
  { after, limit }: Reading,
  place: (stretch: Stretch, facts: Stretch) => Stretch,
): Promise<void> {
  if (useJournal.getState().reading) return;
  useJournal.setState({ reading: true });
  const { journal } = useJournal.getState();
  const answer = await get<{ readonly items: readonly JournalFact[] }>(
    about(`/journal?after=${after}&limit=${limit}`, oneAccount(useLive.getState())),
  );
  useJournal.setState((held) => {
    if (held.journal !== journal) return { reading: false };
    return answer.ok
      ? { reading: false, trouble: null, stretch: place(held.stretch, answer.body.items) }
      : { reading: false, trouble: failureText(answer.failure) };
  });
  if (answer.ok) goOn();
}

/** Reads what is missing at the end, as long as the end is followed. */
function goOn(): void {
  const { following, stretch, reading, journal } = useJournal.getState();
  const live = useLive.getState();
  const head = headOf(live);
  if (!following || reading || journal === null || ofOneAccount(live).mirror?.journal !== journal)
    return;
  const anew = stretch.length === 0 || isFarBehind(stretch, head);
  const wanted = anew ? firstReading(head, null) : newerReading(stretch, head);
  if (wanted === null || head === 0) return;
  void read(wanted, anew ? (_, facts) => facts : withNewer);
}

/** Goes with the newest facts from now on. */
export function followEnd(): void {
  useJournal.setState({ following: true });
  goOn();
}

/** Stays where the person looks. */
export const release = (): void => useJournal.setState({ following: false });

export function readOlder(): void {
  const wanted = olderReading(useJournal.getState().stretch);
  if (wanted !== null) void read(wanted, withOlder);
}

export function readNewer(): void {
  const wanted = newerReading(useJournal.getState().stretch, headOf(useLive.getState()));
  if (wanted !== null) void read(wanted, withNewer);
}

const holds = (stretch: Stretch, seq: number): boolean =>
  stretch.length > 0 && seq >= (stretch[0]?.seq ?? 0) && seq <= (stretch.at(-1)?.seq ?? 0);

/** Holds the fact that a link names, and its neighbours. */
function turnTo(seq: number): void {
  const head = headOf(useLive.getState());
  const { stretch, sought } = useJournal.getState();
  if (head === 0 || sought === seq) return;
  useJournal.setState({ sought: seq });
  if (holds(stretch, seq)) return;
  release();
  void read(firstReading(head, seq), (_, facts) => facts);
}

/** Keeps the stretch while the audit page is open; `seq` is the fact of its address. */
export function useJournalOpen(seq: number | null): void {
  const journal = useLive((live) => ofOneAccount(live).mirror?.journal ?? null);
  const socket = useLive((live) => live.socket);
  const head = useHead();
  const known = head > 0;
  const { following, reading } = useJournal();
  useEffect(() => {
    if (journal !== null && useJournal.getState().journal !== journal)
      useJournal.setState({ ...NONE, journal });
  }, [journal]);
  useEffect(() => {
    if (socket && seq !== null && !reading) turnTo(seq);
  }, [journal, socket, seq, known, reading]);
  useEffect(() => {
    if (socket) goOn();
  }, [journal, socket, head, following]);
}
