/** The faults of a test plan, as the exchange itself lists them: ids with their ways, parameters and groups. */
import { useEffect, useState } from 'react';
import type { TextKey } from '../../../src/words/text.ts';
import { type Answer, practiceProblem, request } from './api.ts';
import { practiceOrigin } from './meta.ts';
import { practicePost } from './practice.ts';

export type FaultParam = {
  readonly name: string;
  readonly accepted: string;
  readonly default: string | number | boolean | null;
  readonly needed: boolean;
};

export type FaultId = {
  readonly kind: string;
  readonly group: 'orders' | 'trading' | 'reads' | 'account' | 'frames' | 'network';
  readonly how: readonly string[];
  readonly ways: readonly { readonly how: string; readonly params: readonly FaultParam[] }[];
};

export const GROUPS = ['orders', 'trading', 'reads', 'account', 'frames', 'network'] as const;

/** What a person calls a fault. */
export const faultText = (kind: string): TextKey => `practice.id.${kind}` as TextKey;

/** The faults that there are; empty until they have come. */
export function useFaultIds(): readonly FaultId[] {
  const [faults, setFaults] = useState<readonly FaultId[]>([]);
  useEffect(() => {
    let gone = false;
    void request<{ readonly faults: readonly FaultId[] }>(
      `${practiceOrigin}/practice/v1/faults`,
      {},
      practiceProblem,
    ).then((answer) => {
      if (answer.ok && !gone) setFaults(answer.body.faults);
    });
    return () => {
      gone = true;
    };
  }, []);
  return faults;
}

/** The parameters of one way of a fault. */
export const paramsOf = (fault: FaultId, how: string): readonly FaultParam[] =>
  (fault.ways.find((way) => way.how === how) ?? fault.ways[0])?.params ?? [];

/** Plants a fault with the values that were filled in; what was left empty keeps the exchange's own. */
export function plantId(
  fault: FaultId,
  how: string,
  values: Readonly<Record<string, string>>,
): Promise<Answer<unknown>> {
  const given = Object.entries(values).filter(([, value]) => value.trim() !== '');
  return practicePost('fault', {
    kind: fault.kind,
    ...(fault.how.length > 0 ? { how } : {}),
    ...Object.fromEntries(given),
  });
}
