/**
 * What is left of an answer that tells less than there is: the same shape, its lists empty, or one row left out, or that row
 * as if nothing were held. What is no list and no row goes as it is.
 */
import { ZERO } from '../../../base/decimal.ts';
import { ok } from '../../../base/result.ts';
import type { Desk } from '../desk.ts';
import { type Fault, strikeMethod } from '../faults/faults.ts';
import type { Answer } from './refusal.ts';
import { num, type WireValue } from './wire-json.ts';

type Members = Readonly<Record<string, WireValue>>;
const isMembers = (value: WireValue): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What `empty_answer` and `short_answer` make of an answer; of no other than reads, unless they name its method. */
export function shortened(
  desk: Desk,
  { method, isRead }: { readonly method: string; readonly isRead: boolean },
  answer: Answer<WireValue>,
): Answer<WireValue> {
  if (!answer.ok) return answer;
  const struck = (kind: 'empty_answer' | 'short_answer'): Fault | undefined =>
    strikeMethod(desk.faults, kind, method, {
      mono: desk.mono,
      means: ({ method: named }) => named !== undefined || isRead,
    });
  if (struck('empty_answer') !== undefined) return ok(emptyLike(answer.value));
  const short = struck('short_answer');
  return short === undefined ? answer : ok(shortLike(answer.value, short));
}

function emptyLike(value: WireValue): WireValue {
  if (Array.isArray(value)) return [];
  if (!isMembers(value)) return null;
  const lists = Object.entries(value).filter(([, member]) => Array.isArray(member));
  if (lists.length === 0) return {};
  return {
    ...value,
    ...Object.fromEntries(lists.map(([key]) => [key, []])),
    ...('has_more' in value ? { has_more: false } : {}),
    ...('continuation' in value ? { continuation: null } : {}),
  };
}

/** Which row is meant, that of an instrument or else the first, and what becomes of it; it is left out unless told. */
type Shortage = {
  readonly instrument?: string | undefined;
  readonly row?: 'missing' | 'zero' | undefined;
};

function shortLike(value: WireValue, { instrument, row = 'missing' }: Shortage): WireValue {
  const isMeant = (one: WireValue): boolean =>
    isMembers(one) && (instrument === undefined || nameOf(one) === instrument);
  const rows = (list: readonly WireValue[]): readonly WireValue[] => {
    const at = list.findIndex(isMeant);
    return list.flatMap((one, n) => (n !== at ? [one] : row === 'zero' ? [heldNone(one)] : []));
  };
  if (Array.isArray(value)) return rows(value);
  if (!isMembers(value)) return value;
  if (row === 'zero' && isMeant(value)) return heldNone(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      Array.isArray(member) ? rows(member) : member,
    ]),
  );
}

const nameOf = (row: Members): WireValue => row['instrument_name'] ?? null;

/** A position with the size of none; what has no size is left alone. */
const heldNone = (row: WireValue): WireValue =>
  isMembers(row) && 'size' in row
    ? {
        ...row,
        size: num(ZERO),
        direction: 'zero',
        ...('size_currency' in row ? { size_currency: num(ZERO) } : {}),
      }
    : row;
