/**
 * Messages that are not what they should be: cut in the middle, with unknown members, with numbers as text, with the id
 * of another answer, or of enormous size; and those of which a bit flips on the way. What the exchange has done stays done;
 * only its words are broken.
 */
import type { Desk } from '../desk.ts';
import { type Fault, holding, methodFits, strike } from './faults.ts';

/** Size of an enormous message when nobody says. */
const ENORMOUS = 5_000_000;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Members that no documentation names. */
const SURPRISES = { x_new_field: { list: [1, 'two', null] }, x_new_number: 1.5e-7 };

type Breaking = 'broken_frames' | 'bit_flip';

const onAnswer = ({ faults, mono }: Desk, does: Breaking, method: string): Fault | undefined =>
  holding(faults, does, mono, (one) => one.on !== 'notifications' && methodFits(one, method));

const onNotification = ({ faults, mono }: Desk, does: Breaking, channel: string) =>
  holding(
    faults,
    does,
    mono,
    (one) => one.on === 'notifications' && channel.startsWith(one.channel ?? ''),
  );

/** The text of an answer as a fault leaves it. */
export function brokenAnswer(desk: Desk, method: string, text: string): string {
  const fault = onAnswer(desk, 'broken_frames', method);
  return fault === undefined ? text : broken(fault, text);
}

/** The text of a notification as a fault leaves it. */
export function brokenNotification(desk: Desk, channel: string, text: string): string {
  const fault = onNotification(desk, 'broken_frames', channel);
  return fault === undefined ? text : broken(fault, text);
}

/** Whether a bit of this answer flips on its way. */
export const isAnswerSpoilt = (desk: Desk, method: string): boolean =>
  strikes(onAnswer(desk, 'bit_flip', method));

/** Whether a bit of this notification flips on its way. */
export const isNotificationSpoilt = (desk: Desk, channel: string): boolean =>
  strikes(onNotification(desk, 'bit_flip', channel));

function strikes(fault: Fault | undefined): boolean {
  if (fault !== undefined) strike(fault);
  return fault !== undefined;
}

function broken(fault: Fault, text: string): string {
  strike(fault);
  switch (fault.how ?? 'malformed') {
    case 'unknown_fields':
      return rewritten(text, (value) => surprised(value));
    case 'text_numbers':
      return text.replace(NUMBER, (_, before: string, digits: string) => `${before}"${digits}"`);
    case 'id_reuse':
      return text.replace(/"id":(\d+)/, (_, id: string) => `"id":${Math.max(0, Number(id) - 1)}`);
    case 'enormous':
      return `${text.slice(0, -1)},"x_padding":"${'x'.repeat(fault.bytes ?? ENORMOUS)}"}`;
    default:
      return text.slice(0, Math.ceil(text.length / 2));
  }
}

/** A number that stands as a member's value in one of the exchange's decimals; ids and stamps stay numbers. */
const NUMBER =
  /("(?:amount|price|size|filled_amount|average_price|balance|equity|mark_price|index_price|fee)":)(-?[\d.]+(?:e-?\d+)?)/g;

/** Rewrites a message as data; its numbers lose nothing that a test of unknown members looks at. */
const rewritten = (text: string, change: (value: Json) => Json): string =>
  JSON.stringify(change(JSON.parse(text) as Json));

function surprised(value: Json): Json {
  if (Array.isArray(value)) return value.map(surprised);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, surprised(member)] as const);
  return { ...Object.fromEntries(members), ...SURPRISES };
}
