/** Canonical JSON: keys sorted by code unit, no spaces. Equal data gives equal text, in every process and locale. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** Keys as they stand in the text, behind their comma. Bounded, because keys may be data. */
const KEYS = new Map<string, string>();
const MOST_KEYS = 5_000;

function keyText(key: string): string {
  let text = KEYS.get(key);
  if (text !== undefined) return text;
  text = `,${JSON.stringify(key)}:`;
  if (KEYS.size >= MOST_KEYS) KEYS.clear();
  KEYS.set(key, text);
  return text;
}

/** Sorts in place by code unit. Objects have few keys, mostly in order: moving each to its place beats a general sort. */
function sort(keys: string[]): void {
  for (let next = 1; next < keys.length; next++) {
    const key = keys[next] as string;
    let at = next - 1;
    for (; at >= 0 && (keys[at] as string) > key; at--) keys[at + 1] = keys[at] as string;
    keys[at + 1] = key;
  }
}

/** More keys than this are data, not members of a document. */
const MANY = 64;

/** The keys of an object in their order in the text. */
export function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value);
  if (keys.length > MANY) keys.sort();
  else sort(keys);
  return keys;
}

/** The one text of `value`; members that are undefined are left out. Numbers must be finite. */
export function canonical(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`not a JSON number: ${value}`);
    return String(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = value as { readonly [key: string]: Json | undefined };
  let text = '';
  for (const key of sortedKeys(members)) {
    const member = members[key];
    if (member !== undefined) text += keyText(key) + canonical(member);
  }
  return `{${text.slice(1)}}`;
}

/** Whether two values have the same text, without making it. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item: Json, index) => sameJson(item, b[index] as Json));
  }
  const [left, right] = [a, b] as readonly { readonly [key: string]: Json | undefined }[];
  for (const key in left) if (!sameJson(left[key], right?.[key])) return false;
  for (const key in right) if (left?.[key] === undefined && right[key] !== undefined) return false;
  return true;
}
