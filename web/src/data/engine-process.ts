/** The engine's process as the demo lets a hand treat it: killed, and restored. */
import { create } from 'zustand';
import type { Answer } from './api.ts';
import { practicePost } from './practice.ts';
import { retry } from './store.ts';

type Process = {
  /** When this page killed it, on the page's clock; null while it has not, or since it was restored. */
  readonly killedAt: number | null;
  /** Whether such calls exist: an exchange without a demo around it does not know them. */
  readonly known: boolean;
};

export const useProcess = create<Process>()(() => ({ killedAt: null, known: true }));

const noted = (answer: Answer<unknown>, killedAt: number | null): Answer<unknown> => {
  if (answer.ok) useProcess.setState({ killedAt });
  else if (answer.failure.kind === 'refused' && answer.failure.status === 404)
    useProcess.setState({ known: false });
  return answer;
};

/** SIGKILL; answers when it is gone. */
export const killEngine = async (): Promise<Answer<unknown>> =>
  noted(await practicePost('engine/kill', {}), performance.now());

/** Starts it again on its own journal; answers when it is up. `last`: the page is just going. */
export async function restoreEngine(last = false): Promise<Answer<unknown>> {
  const answer = noted(await practicePost('engine/restore', {}, last), null);
  retry();
  return answer;
}
