/** The frames of WebSocket clients in what a process wrote to its sockets (RFC 6455, section 5.2): unmasked, each with when its first byte left. */
import type { Call } from './strace.ts';

export type Left = { readonly text: string; readonly began: number };

const TEXT = 1;

/** How long the payload is, and where the mask begins; undefined where the head is not whole. */
function headOf(
  bytes: Buffer,
  at: number,
): { readonly length: number; readonly mask: number } | undefined {
  if (at + 2 > bytes.length) return undefined;
  const short = (bytes[at + 1] ?? 0) & 0x7f;
  if (short < 126) return { length: short, mask: at + 2 };
  if (short === 126)
    return at + 4 > bytes.length ? undefined : { length: bytes.readUInt16BE(at + 2), mask: at + 4 };
  return at + 10 > bytes.length
    ? undefined
    : { length: Number(bytes.readBigUInt64BE(at + 2)), mask: at + 10 };
}

function framesOf(writes: readonly Call[]): readonly Left[] {
  const bytes = Buffer.concat(
    writes.map(({ data, result }) => data.subarray(0, Math.max(0, result))),
  );
  const upgrade = bytes.indexOf('\r\n\r\n');
  if (!bytes.subarray(0, 4).equals(Buffer.from('GET ')) || upgrade < 0) return [];
  const beganAt = (at: number): number => {
    let end = 0;
    for (const { began, result } of writes) {
      end += Math.max(0, result);
      if (at < end) return began;
    }
    return Infinity;
  };
  const left: Left[] = [];
  for (let at = upgrade + 4; ; ) {
    const head = headOf(bytes, at);
    if (head === undefined) return left;
    const { length, mask } = head;
    const from = mask + 4;
    if (from + length > bytes.length) return left;
    if (((bytes[at] ?? 0) & 0x0f) === TEXT) {
      const text = Buffer.alloc(length);
      for (let n = 0; n < length; n++)
        text[n] = (bytes[from + n] ?? 0) ^ (bytes[mask + (n % 4)] ?? 0);
      left.push({ text: text.toString(), began: beganAt(at) });
    }
    at = from + length;
  }
}

const WRITES = ['write', 'writev', 'sendto', 'sendmsg'];

/** All text frames that the calls sent, of every connection that began as a WebSocket client's. */
export function sentFrames(calls: readonly Call[]): readonly Left[] {
  const sockets = new Map<string, Call[]>();
  for (const call of calls)
    if (WRITES.includes(call.name) && call.target.startsWith('socket:'))
      sockets.set(call.target, [...(sockets.get(call.target) ?? []), call]);
  return [...sockets.values()].flatMap(framesOf);
}
