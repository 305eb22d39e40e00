/** Alerts: those that fire come with the stream, those that ended and the channel are read when the page opens and when they may have changed. */
import { useEffect, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Alert, AlertsAnswer } from '../../../src/wire/requests.ts';
import { gravestFirst } from '../stream/alerts.ts';
import type { Mirror } from '../stream/mirror.ts';
import { about, useSelected } from './accounts.ts';
import { get } from './api.ts';
import { useAlerts, useLive } from './store.ts';

/** Alerts that fire, the gravest first. */
export function useFiring(): readonly Alert[] {
  const alerts = useAlerts();
  return gravestFirst(Object.values(alerts).filter(({ state }) => state === 'firing'));
}

const NOTHING: Mirror['alerts'] = {};

/** The same of every account, whichever is looked at: what must be heard does not wait for its page. */
export function useFiringAnywhere(): readonly Alert[] {
  const each = useLive(
    useShallow(({ accounts }) =>
      Object.values(accounts.byId).map(({ mirror }) => mirror?.alerts ?? NOTHING),
    ),
  );
  const alerts = each.flatMap((held) => Object.values(held));
  return gravestFirst(alerts.filter(({ state }) => state === 'firing'));
}

const PER_PAGE = 30;

export type Ended = {
  /** Newest first; null before the first answer. */
  readonly ended: readonly Alert[] | null;
  readonly more: (() => void) | null;
  /** Name of who is told of alerts; null for nobody, undefined before the first answer. */
  readonly channel: string | null | undefined;
};

/** Alerts that ended, with what reads the next page, and who is told; read anew whenever one more ends. */
export function useEndedAlerts(): Ended {
  const alerts = useAlerts();
  const socket = useLive((each) => each.socket);
  const [held, setHeld] = useState<AlertsAnswer | null>(null);
  const over = Object.values(alerts).filter(({ state }) => state === 'cleared').length;
  const path = about(`/alerts?state=cleared&limit=${PER_PAGE}`, useSelected());
  useEffect(() => {
    const abort = new AbortController();
    void get<AlertsAnswer>(path, abort.signal).then((answer) => {
      if (answer.ok && !abort.signal.aborted) setHeld(answer.body);
    });
    return () => abort.abort();
  }, [path, over, socket]);
  const next = held?.next ?? null;
  const more = (): void => {
    void get<AlertsAnswer>(`${path}&cursor=${encodeURIComponent(next ?? '')}`).then((answer) => {
      if (answer.ok)
        setHeld({ ...answer.body, items: [...(held?.items ?? []), ...answer.body.items] });
    });
  };
  const ended = held?.items
    .map((alert) => alerts[alert.id] ?? alert)
    .filter(({ state }) => state === 'cleared');
  return { ended: ended ?? null, more: next === null ? null : more, channel: held?.channel };
}
