/** The last walk over the hash chain that was asked for from this page. */
import { create } from 'zustand';
import { type ChainVerdict, failureText, verifyChain } from './api.ts';

type Chain = {
  readonly checking: boolean;
  readonly verdict: ChainVerdict | null;
  /** When the verdict came, on the page's monotonic clock. */
  readonly at: number;
  readonly trouble: string | null;
  /** The account of the journal that was walked. */
  readonly account: string | null;
};

export const useChain = create<Chain>()(() => ({
  checking: false,
  verdict: null,
  at: 0,
  trouble: null,
  account: null,
}));

/** Asks for a walk over one journal; one at a time. */
export async function checkChain(account: string | null): Promise<void> {
  if (useChain.getState().checking) return;
  useChain.setState({ checking: true, account, verdict: null });
  const answer = await verifyChain(account);
  useChain.setState(
    answer.ok
      ? { checking: false, verdict: answer.body, at: performance.now(), trouble: null }
      : { checking: false, trouble: failureText(answer.failure) },
  );
}
