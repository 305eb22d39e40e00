/** Looks through one stretch of the stored facts: the database sorts out by kind and text, what is left is read as facts. */
import { assert } from '../base/assert.ts';
import { toHex } from '../base/hashing.ts';
import { typesAbout } from '../domain/facets.ts';
import { decodeFact } from '../journal/codec.ts';
import {
  type Found,
  type FoundFact,
  fits,
  lowered,
  type SearchQuery,
  stretchOf,
} from '../view/search.ts';

type Row = Readonly<Record<string, unknown>>;
type Rows = (sql: string, ...values: (string | number)[]) => Iterable<Row>;

/** Facts of a stretch that fit, at most `limit`; the answer says how far it looked. */
export function searchFacts(rows: Rows, { filter, from, limit }: SearchQuery, head: number): Found {
  const { first, last } = stretchOf(from, head);
  const forward = 'after' in from;
  const types =
    filter.type !== undefined
      ? [filter.type]
      : filter.object === undefined
        ? []
        : typesAbout(filter.object);
  const conditions = [
    'seq >= ? AND seq <= ?',
    ...(types.length === 0 ? [] : [`type IN (${types.map(() => '?').join(', ')})`]),
    ...(filter.text === undefined ? [] : ['instr(lower(text), ?) > 0']),
  ];
  const values = [
    first,
    last,
    ...types,
    ...(filter.text === undefined ? [] : [lowered(filter.text)]),
  ];
  const found = rows(
    `SELECT seq, hash, text FROM facts WHERE ${conditions.join(' AND ')} ORDER BY seq ${forward ? 'ASC' : 'DESC'}`,
    ...values,
  );
  const items: FoundFact[] = [];
  for (const { seq, hash, text } of found) {
    const fact = decodeFact(String(text));
    assert(fact.ok, fact.ok ? '' : fact.error);
    if (!fits(filter, fact.value, String(text))) continue;
    items.push({ hash: toHex(hash as Uint8Array), text: String(text) });
    if (items.length < limit) continue;
    return forward
      ? { items, from: first, to: Number(seq), head }
      : { items, from: Number(seq), to: last, head };
  }
  return { items, from: first, to: last, head };
}
