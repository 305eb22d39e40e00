/**
 * The books that viewers of the control stream follow. A viewer asks with `{"type": "FOLLOW_BOOKS", "instruments": […],
 * "depth"?}`, which replaces what it asked for before, and gets each book as it stands, then whenever it has changed,
 * at most four times a second of real time. What it asks wrongly is answered by an event `REFUSED`.
 */
import * as z from 'zod';
import type { Millis } from '../../../base/time.ts';
import { bookDepth, instrumentOf, readBody } from '../control/control-input.ts';
import { bookView } from '../control/control-views.ts';
import type { Desk, FollowedBook } from '../desk.ts';
import { text } from '../wire/params.ts';
import { specOf } from '../world.ts';

const BOOKS_EVERY = 250;

const request = z.strictObject({
  type: z.literal('FOLLOW_BOOKS'),
  instruments: z.array(text),
  depth: bookDepth,
});

/** Takes what a viewer asks for. */
export function followBooks(desk: Desk, viewer: number, frame: string): void {
  const read = readBody(request, parse(frame));
  if (!read.ok) return refuseViewer(desk, viewer, read.error.error);
  const { instruments, depth } = read.value;
  const books = new Map<string, FollowedBook>();
  for (const name of instruments) {
    const spec = instrumentOf(desk, name);
    if (!spec.ok) return refuseViewer(desk, viewer, spec.error.error);
    books.set(name, { depth, told: '', lookedAt: Number.NEGATIVE_INFINITY, changed: true });
  }
  if (books.size === 0) desk.viewers.delete(viewer);
  else desk.viewers.set(viewer, books);
}

export function forgetViewer(desk: Desk, viewer: number): void {
  desk.viewers.delete(viewer);
}

const refuseViewer = (desk: Desk, viewer: number, error: unknown): void =>
  void desk.out.push({ kind: 'stream', viewer, event: { type: 'REFUSED', error } });

function parse(frame: string): unknown {
  try {
    return JSON.parse(frame) as unknown;
  } catch {
    return frame;
  }
}

const followed = (desk: Desk): readonly (readonly [number, string, FollowedBook])[] =>
  [...desk.viewers].flatMap(([viewer, books]) =>
    [...books].map(([name, book]) => [viewer, name, book] as const),
  );

/** Tells of the books whose time has come; `touched` says that this step may have changed any of them. */
export function streamBooks(desk: Desk, touched: boolean): void {
  const { world } = desk;
  for (const [viewer, name, book] of followed(desk)) {
    book.changed ||= touched;
    if (!book.changed || desk.mono - book.lookedAt < BOOKS_EVERY) continue;
    book.changed = false;
    book.lookedAt = desk.mono;
    const view = bookView(world, specOf(world, name), book.depth);
    const told = JSON.stringify(view);
    if (told === book.told) continue;
    book.told = told;
    desk.out.push({ kind: 'stream', viewer, event: { type: 'BOOK', now: world.now, ...view } });
  }
}

/** Real time at which a book that has changed may be told next; infinite when none has. */
export function booksDueAt(desk: Desk): Millis {
  let due = Number.POSITIVE_INFINITY;
  for (const [, , book] of followed(desk))
    if (book.changed) due = Math.min(due, book.lookedAt + BOOKS_EVERY);
  return due;
}
