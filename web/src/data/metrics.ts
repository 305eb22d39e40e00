/** The summary over all trades, computed by the server; read anew when the stream brings a trade, at most once a second. */
import { useEffect } from 'react';
import { create } from 'zustand';
import type { Metrics } from '../../../src/wire/requests.ts';
import { about, useSelected } from './accounts.ts';
import { get } from './api.ts';
import { useLive, useLoaded, useTrades } from './store.ts';

type Summary = { readonly metrics: Metrics | null; readonly account: string | null };

const useSummary = create<Summary>()(() => ({ metrics: null, account: null }));

const SPACING_MS = 1_000;

let lastAt = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;

async function read(): Promise<void> {
  timer = undefined;
  lastAt = performance.now();
  const { account } = useSummary.getState();
  const answer = await get<Metrics>(about('/metrics', account));
  if (answer.ok && useSummary.getState().account === account)
    useSummary.setState({ metrics: answer.body });
}

function wish(): void {
  timer ??= setTimeout(() => void read(), Math.max(0, lastAt + SPACING_MS - performance.now()));
}

/** The metrics, or null before the first answer. Many may use it; it is read once for all. */
export function useMetrics(): Metrics | null {
  const trades = useTrades();
  const loaded = useLoaded();
  const socket = useLive((live) => live.socket);
  const account = useSelected();
  useEffect(() => {
    if (useSummary.getState().account !== account) useSummary.setState({ account, metrics: null });
    if (loaded && socket) wish();
  }, [trades, loaded, socket, account]);
  return useSummary(({ metrics }) => metrics);
}
