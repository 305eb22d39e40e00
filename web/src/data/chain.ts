/** The last walk over the hash chain that was asked for from this page. */
import { create } from 'zustand';
import { type ChainVerdict, failureText, verifyChain } from './api.ts';

type Chain = {
  readonly checking: boolean;
  readonly verdict: ChainVerdict | null;
  /** When the verdict came, on the page's monotonic clock. */
  readonly at: number;
  readonly trouble: string | null;
};

export const useChain = create<Chain>()(() => ({
  checking: false,
  verdict: null,
  at: 0,
  trouble: null,
}));

/** Asks for a walk; one at a time. */
export async function checkChain(): Promise<void> {
  if (useChain.getState().checking) return;
  useChain.setState({ checking: true });
  const answer = await verifyChain();
  useChain.setState(
    answer.ok
      ? { checking: false, verdict: answer.body, at: performance.now(), trouble: null }
      : { checking: false, trouble: failureText(answer.failure) },
  );
}
