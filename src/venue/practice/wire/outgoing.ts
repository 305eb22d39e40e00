/**
 * Frames on their way to a connection, and the faults that strike notifications there. What FACTS leaves free is what
 * `reorder_notifications` uses: answers and notifications come in either order, and so do notifications of different
 * channels or instruments; on one channel those of one instrument never overtake each other.
 */
import type { Millis } from '../../../base/time.ts';
import {
  brokenNotification,
  isAnswerSpoilt,
  isNotificationSpoilt,
} from '../faults/broken-frames.ts';
import type { Conn, Desk } from '../desk.ts';
import { strikeChannel } from '../faults/faults.ts';

/** What a notification is about: no other of the same channel and subject may overtake it. */
export type Topic = { readonly channel: string; readonly subject: string };

/** How long a notification that nothing overtakes is held back. */
const HELD_MOST = 1_000;

/** Sends text on a connection now; what was held back follows it, or goes first where it may not be overtaken. */
export function sendText(desk: Desk, conn: Conn, text: string, topic: Topic | null = null): void {
  conn.activeAt = desk.mono;
  if (conn.heldBack.length === 0) {
    desk.out.push({ kind: 'send', conn: conn.id, text });
    return;
  }
  const waiting = conn.heldBack.splice(0);
  const first = waiting.filter(
    (held) => topic !== null && held.channel === topic.channel && held.subject === topic.subject,
  );
  const texts = [
    ...first.map((held) => held.text),
    text,
    ...waiting.filter((held) => !first.includes(held)).map((held) => held.text),
  ];
  for (const one of texts) desk.out.push({ kind: 'send', conn: conn.id, text: one });
}

/** Sends a text of which a bit flips on the way. */
const sendSpoilt = (desk: Desk, conn: Conn, text: string): void =>
  void desk.out.push({ kind: 'send', conn: conn.id, text, spoilt: true });

/** Sends an answer to `method`, `delayMs` later when that is given: then nothing is overtaken by it. */
export function sendAnswer(
  desk: Desk,
  conn: Conn,
  { text, method, delayMs }: { text: string; method: string; delayMs: Millis | undefined },
): void {
  conn.activeAt = desk.mono;
  if (isAnswerSpoilt(desk, method)) sendSpoilt(desk, conn, text);
  else if (delayMs === undefined) sendText(desk, conn, text);
  else desk.out.push({ kind: 'send', conn: conn.id, text, delayMs });
}

/** Sends a notification, unless a fault loses it, doubles it or holds it back. */
export function sendNotification(desk: Desk, conn: Conn, whole: string, topic: Topic): void {
  const struck = (kind: Parameters<typeof strikeChannel>[1]) =>
    strikeChannel(desk.faults, kind, topic.channel, desk.mono);
  if (struck('drop_notification') !== undefined) return;
  if (isNotificationSpoilt(desk, topic.channel)) return sendSpoilt(desk, conn, whole);
  const text = brokenNotification(desk, topic.channel, whole);
  const twice = struck('duplicate_notification') !== undefined;
  const held = struck('reorder_notifications');
  if (held === undefined) sendText(desk, conn, text, topic);
  else conn.heldBack.push({ ...topic, text, until: desk.mono + (held.ms ?? HELD_MOST) });
  if (twice) sendText(desk, conn, text, topic);
}

/** Sends what was held back long enough. */
export function releaseHeldBack(desk: Desk): void {
  for (const conn of desk.conns.values()) {
    const due = conn.heldBack.filter(({ until }) => until <= desk.mono);
    if (due.length === 0) continue;
    conn.heldBack.splice(
      0,
      conn.heldBack.length,
      ...conn.heldBack.filter((one) => !due.includes(one)),
    );
    for (const { text } of due) desk.out.push({ kind: 'send', conn: conn.id, text });
  }
}

/** Real time at which something held back must go; infinite when nothing is. */
export const heldBackUntil = (desk: Desk): Millis =>
  Math.min(
    Number.POSITIVE_INFINITY,
    ...[...desk.conns.values()].flatMap((conn) => conn.heldBack.map(({ until }) => until)),
  );
