/**
 * Places in a list, newest first, as text that a client hands back: opaque to it, checked by us. A cursor belongs to one
 * list and stays valid for ever, because it names the last row that was answered and not a count.
 */
import { isoTime, parseIso } from '../base/time.ts';
import { PageRefused } from './limits.ts';

export type ListName = 'trades' | 'orders' | 'breaks' | 'reports' | 'daily' | 'alerts';

/** The last row of a page; the next page begins behind it. */
export type Place = { readonly at: string; readonly id: string };

const SHAPE = /^(trades|orders|breaks|reports|daily|alerts)\.([0-9a-z]{1,11})\.(.{1,600})$/;

/** The text of a place in a list. */
export function cursorOf(list: ListName, { at, id }: Place): string {
  return `${list}.${(parseIso(at) ?? 0).toString(36)}.${encodeURIComponent(id)}`;
}

/** The place of a cursor; throws PageRefused on text that this list did not give. */
export function placeOf(list: ListName, cursor: string): Place {
  const match = SHAPE.exec(cursor);
  const place =
    match === null || match[1] !== list ? undefined : decoded(match[2] ?? '', match[3] ?? '');
  if (place === undefined || cursorOf(list, place) !== cursor) {
    throw new PageRefused(
      'cursor',
      `cursor is not one that the list of ${list} gave; pass its "next" back as it was, or none`,
    );
  }
  return place;
}

function decoded(at: string, id: string): Place | undefined {
  const millis = parseInt(at, 36);
  if (millis > 253_402_300_799_999) return undefined;
  try {
    return { at: isoTime(millis), id: decodeURIComponent(id) };
  } catch {
    return undefined;
  }
}
