/** Instants and ages. An instant shows the local time of day, with UTC on hover; both are the exchange's clock. */
import type { ReactNode } from 'react';
import { useNow } from '../data/clock.ts';
import { useLive } from '../data/store.ts';
import { STALE_AFTER_MS } from '../stream/freshness.ts';
import { useWords } from '../data/words.ts';

export function At({
  iso,
  millis = false,
  date = false,
}: {
  readonly iso: string;
  readonly millis?: boolean;
  readonly date?: boolean;
}): ReactNode {
  const { clock, dateTime, utc } = useWords();
  const at = Date.parse(iso);
  return (
    <time className="nowrap" dateTime={iso} title={`${iso.slice(0, 10)} ${utc(at, true)}`}>
      {date ? dateTime(at) : clock(at, millis)}
    </time>
  );
}

/** The exchange's time now, estimated between heartbeats; null before the first. It stands still when nothing is heard. */
export function useServerNow(): number | null {
  const heardAt = useLive((live) => live.heardAt);
  const now = Math.min(useNow(), (heardAt ?? 0) + STALE_AFTER_MS);
  const base = useLive((live) => live.serverBase);
  const speed = useLive(({ stream }) => stream.pulse?.speed ?? 1);
  return base === null ? null : base + now * speed;
}

/** How long ago an instant of the exchange's clock is, counting up; `ago` says so in words. */
export function Ago({
  iso,
  ago = false,
}: {
  readonly iso: string;
  readonly ago?: boolean;
}): ReactNode {
  const { age, t } = useWords();
  const now = useServerNow();
  if (now === null) return null;
  const shown = age(now - Date.parse(iso));
  return <span className="nowrap num">{ago ? `(${t('web.ago', { age: shown })})` : shown}</span>;
}

/** How long something took or is taking, on the exchange's clock. */
export function Took({
  from,
  to,
}: {
  readonly from: string;
  readonly to: string | null;
}): ReactNode {
  const { duration, age } = useWords();
  const now = useServerNow();
  if (to !== null)
    return <span className="nowrap num">{duration(Date.parse(to) - Date.parse(from))}</span>;
  return <span className="nowrap num">{now === null ? '' : age(now - Date.parse(from))}</span>;
}
