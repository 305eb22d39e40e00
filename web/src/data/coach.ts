/** Keeps the first steps of practice in this browser and ticks them off as the stream shows them. */
import { create } from 'zustand';
import { type Coach, coached, coachOf, type Sight } from './coach-steps.ts';
import { keep, read } from './settings.ts';
import { useLive } from './store.ts';

const KEY = 'coach';
const HANDS: ReadonlySet<string | null> = new Set(['web', 'mobile', 'other_api']);

export const useCoach = create<Coach>()(() => coachOf(read(KEY)));

export const dismissCoach = (dismissed: boolean): void => useCoach.setState({ dismissed });

useCoach.subscribe((coach) => keep(KEY, JSON.stringify(coach)));

let before: Sight | null = null;

function look(): void {
  const { mirror } = useLive.getState().stream;
  if (mirror === null || (mirror.mode !== 'practice' && mirror.mode !== 'demo')) return;
  const sight: Sight = {
    journal: mirror.journal,
    epoch: mirror.epoch,
    trades: Object.values(mirror.trades).map(({ id, status, closedBy }) => ({
      id,
      status,
      byHand: HANDS.has(closedBy),
    })),
  };
  const coach = useCoach.getState();
  const next = coached(coach, sight, before);
  before = sight;
  if (next !== coach) useCoach.setState(next, true);
}

useLive.subscribe(({ stream }, { stream: earlier }) => {
  if (
    stream.mirror?.trades !== earlier.mirror?.trades ||
    stream.mirror?.epoch !== earlier.mirror?.epoch
  )
    look();
});
