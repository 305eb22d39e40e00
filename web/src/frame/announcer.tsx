/** For those who hear the page: the newest event worth saying, at most one sentence in five seconds. */
import { type ReactNode, useEffect, useState } from 'react';
import { useFeed } from '../data/store.ts';
import { useFeedText } from '../parts/feed-text.ts';

const EVERY_MS = 5_000;
const SPOKEN: ReadonlySet<string> = new Set([
  'TRADE_OPENED',
  'TRADE_CLOSED',
  'BREAK_OPENED',
  'BREAK_RESOLVED',
  'CONTROL_CHANGED',
]);

export function Announcer(): ReactNode {
  const feed = useFeed();
  const spell = useFeedText();
  const [said, setSaid] = useState({ entry: '', iso: '', text: '', at: 0 });
  const newest = feed.find(({ type }) => SPOKEN.has(type));
  useEffect(() => {
    if (newest === undefined) return undefined;
    const entry = `${newest.account ?? ''}/${newest.seq}`;
    if (entry === said.entry || newest.at < said.iso) return undefined;
    const speak = (): void =>
      setSaid({ entry, iso: newest.at, text: spell(newest), at: performance.now() });
    const timer = setTimeout(speak, Math.max(0, said.at + EVERY_MS - performance.now()));
    return () => clearTimeout(timer);
  }, [newest, said, spell]);
  return (
    <div className="hidden" role="status" aria-live="polite">
      {said.text}
    </div>
  );
}
