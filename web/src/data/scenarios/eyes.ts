/** The eyes of a scenario: what the page hears of both sides while it runs, and a proof read anew from both. */
import type { Page } from '../../../../src/wire/requests.ts';
import type {
  Break,
  Order,
  StatusAnswer,
  Trade,
  TradeDetail,
} from '../../../../src/wire/requests.ts';
import { isOpenBreak } from '../../stream/mirror.ts';
import { compareNow, get } from '../api.ts';
import { onPainted } from '../painted.ts';
import { onPracticeChanges, practiceState, usePractice } from '../practice.ts';
import { onCommit, useLive } from '../store.ts';
import type { Commit, Happening, Proof, Sight } from './sight.ts';

/** Whether a heartbeat has come over the present connection: what an older one said is no news. */
let pulseIsNew = false;

useLive.subscribe((live, before) => {
  if (!live.socket) pulseIsNew = false;
  else if (live.stream.pulse !== before.stream.pulse) pulseIsNew = true;
});

export type Eyes = {
  readonly sight: () => Sight;
  readonly watch: (changed: () => void) => () => void;
  readonly shut: () => void;
};

/** Opens eyes that remember everything from now on. */
export function openEyes(): Eyes {
  const commits: Commit[] = [];
  const happenings: Happening[] = [];
  const painted = new Map<string, number>();
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  const shut = [
    onCommit((frames, at) => {
      commits.push({ at, commit: frames[0]?.commit ?? 0, frames });
      changed();
    }),
    onPracticeChanges(({ orders, trades }) => {
      happenings.push({ at: performance.now(), orders, trades });
      changed();
    }),
    onPainted(({ trade, status, at }) => {
      painted.set(`${trade} ${status}`, at);
      changed();
    }),
    useLive.subscribe(changed),
    usePractice.subscribe(changed),
  ];
  return {
    sight: () => {
      const { stream, socket } = useLive.getState();
      const { state, reachable } = usePractice.getState();
      const { mirror, pulse } = stream;
      return {
        now: performance.now(),
        exchange: reachable ? state : null,
        engine: {
          up: socket,
          ready:
            pulseIsNew &&
            pulse !== null &&
            pulse.links.trading !== null &&
            pulse.verifiedAge !== null,
          epoch: mirror?.epoch ?? 0,
          strategies: Object.values(mirror?.strategies ?? {}),
          trades: mirror?.trades ?? {},
          breaks: Object.values(mirror?.breaks ?? {}).filter(isOpenBreak),
        },
        commits,
        happenings,
        painted,
        visible: document.visibilityState === 'visible',
        document: performance.timeOrigin,
      };
    },
    watch: (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    shut: () => {
      for (const end of shut) end();
    },
  };
}

const UNRESOLVED: ReadonlySet<Order['state']> = new Set(['unknown', 'pending']);

/** Both sides as they are now, and a check that the engine makes for it; null when one of them does not answer. */
export async function readProof(trades: readonly string[]): Promise<Proof | null> {
  const checked = await compareNow();
  const [exchange, status, open, orders, breaks, ...details] = await Promise.all([
    practiceState(),
    get<StatusAnswer>('/status'),
    get<Page<Trade>>('/trades?status=open&limit=500'),
    get<Page<Order>>('/orders?live=true&limit=500'),
    get<Page<Break>>('/breaks?open=true&limit=500'),
    ...trades.map((id) => get<TradeDetail>(`/trades/${encodeURIComponent(id)}`)),
  ]);
  if (!exchange.ok || !status.ok || !open.ok || !orders.ok || !breaks.ok) return null;
  return {
    exchange: exchange.body,
    status: status.body,
    open: open.body.items,
    details: details.flatMap((answer) => (answer.ok ? [answer.body] : [])),
    breaks: breaks.body.items,
    unresolved: orders.body.items
      .filter(({ state }) => UNRESOLVED.has(state))
      .map(({ label }) => label),
    report: checked.ok && 'verdicts' in checked.body ? checked.body : null,
  };
}
