/** What `mixed_answer` makes of a list: the rows of another account stand behind those of the one that asks. */
import { ok } from '../../../base/result.ts';
import type { Desk } from '../desk.ts';
import { strikeMethod } from '../faults/faults.ts';
import type { Answer } from './refusal.ts';
import type { WireValue } from './wire-json.ts';

/** An answer with what `readAs` says that another account would be answered; lists are joined, all else stays. */
export function mixedIn(
  desk: Desk,
  { method, account }: { readonly method: string; readonly account: string },
  {
    answer,
    readAs,
  }: {
    readonly answer: Answer<WireValue>;
    readonly readAs: (account: string) => Answer<WireValue>;
  },
): Answer<WireValue> {
  if (!answer.ok) return answer;
  const fault = strikeMethod(desk.faults, 'mixed_answer', method, { mono: desk.mono });
  const others = [...desk.world.state.accounts.keys()].filter((id) => id !== account);
  const other = fault?.account ?? others[0];
  if (fault === undefined || other === undefined) return answer;
  const theirs = readAs(other);
  return theirs.ok ? ok(joined(answer.value, theirs.value)) : answer;
}

type Rows = readonly WireValue[];
const isList = (value: WireValue | undefined): value is Rows => Array.isArray(value);

function joined(own: WireValue, theirs: WireValue): WireValue {
  if (isList(own) && isList(theirs)) return [...own, ...theirs];
  if (typeof own !== 'object' || typeof theirs !== 'object' || own === null || theirs === null)
    return own;
  const more = new Map<string, WireValue | undefined>(Object.entries(theirs));
  return Object.fromEntries(
    Object.entries(own).map(([key, member]: readonly [string, WireValue | undefined]) => {
      const rows = more.get(key);
      return [key, isList(member) && isList(rows) ? [...member, ...rows] : member];
    }),
  );
}
