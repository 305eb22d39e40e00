/** What is left of an answer that claims that there is nothing: the same shape, its lists empty. */
import type { WireValue } from './wire-json.ts';
export function emptyLike(value: WireValue): WireValue {
  if (Array.isArray(value)) return [];
  if (typeof value !== 'object' || value === null) return null;
  const lists = Object.entries(value).filter(([, member]) => Array.isArray(member));
  if (lists.length === 0) return {};
  return {
    ...(value as Readonly<Record<string, WireValue>>),
    ...Object.fromEntries(lists.map(([key]) => [key, []])),
    ...('has_more' in value ? { has_more: false } : {}),
    ...('continuation' in value ? { continuation: null } : {}),
  };
}
