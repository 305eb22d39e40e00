/** Trying something at the exchange: busy meanwhile, and its refusal in the exchange's own words. */
import { type ReactNode, useState } from 'react';
import { type Answer, failureText } from '../data/api.ts';

export type Attempt = {
  readonly problem: string | null;
  readonly busy: boolean;
  readonly attempt: (work: () => Promise<Answer<unknown>>) => void;
};

export function useAttempt(): Attempt {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const attempt = (work: () => Promise<Answer<unknown>>): void => {
    setBusy(true);
    void work().then((answer) => {
      setBusy(false);
      setProblem(answer.ok ? null : failureText(answer.failure));
    });
  };
  return { problem, busy, attempt };
}

export const Problem = ({ text }: { readonly text: string | null }): ReactNode =>
  text === null ? null : (
    <p className="critical small" role="alert">
      {text}
    </p>
  );

/** What counts as an amount or a price here. */
export const isDecimal = (text: string): boolean => /^\d{1,12}(\.\d{1,8})?$/.test(text);
