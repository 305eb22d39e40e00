/** The summary over all trades, computed by the server; read anew when the stream brings a trade, at most once a second. */
import { useEffect } from 'react';
import { create } from 'zustand';
import type { Metrics } from '../../../src/wire/requests.ts';
import { get } from './api.ts';
import { useLive, useLoaded, useTrades } from './store.ts';

const useSummary = create<{ readonly metrics: Metrics | null }>()(() => ({ metrics: null }));

const SPACING_MS = 1_000;

let lastAt = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;

async function read(): Promise<void> {
  timer = undefined;
  lastAt = performance.now();
  const answer = await get<Metrics>('/metrics');
  if (answer.ok) useSummary.setState({ metrics: answer.body });
}

function wish(): void {
  timer ??= setTimeout(() => void read(), Math.max(0, lastAt + SPACING_MS - performance.now()));
}

/** The metrics, or null before the first answer. Many may use it; it is read once for all. */
export function useMetrics(): Metrics | null {
  const trades = useTrades();
  const loaded = useLoaded();
  const socket = useLive((live) => live.socket);
  useEffect(() => {
    if (loaded && socket) wish();
  }, [trades, loaded, socket]);
  return useSummary(({ metrics }) => metrics);
}
