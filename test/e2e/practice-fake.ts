/**
 * A toy exchange for the tests of the practice exchange's edge: it remembers what was put into it, tells the time and
 * does on command what the edge must be able to carry out.
 */
import type {
  PracticeBirth,
  PracticeEffect,
  PracticeInput,
  PracticeMachine,
  PracticeNow,
} from '../../src/edge/practice-port.ts';

type Ask = {
  readonly id?: number;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
};

/** What the fake lived through, for tests that look inside. */
export type Seen = { readonly inputs: PracticeInput[]; readonly servers: number[] };

/** A toy exchange whose memory is made durable by records and snapshots. */
export function createFakeExchange(
  birth: PracticeBirth,
  seen: Seen = { inputs: [], servers: [] },
): PracticeMachine {
  const puts: string[] =
    birth.snapshot === null ? [] : (JSON.parse(birth.snapshot) as { puts: string[] }).puts;
  puts.push(...birth.entries);
  let speed = birth.speed;

  const result = (ask: Ask, value: unknown): string =>
    JSON.stringify({ jsonrpc: '2.0', id: ask.id, result: value });
  const run = (ask: Ask, now: PracticeNow, conn: number): PracticeEffect[] => {
    const say = (value: unknown): PracticeEffect => ({
      kind: 'send',
      conn,
      text: result(ask, value),
    });
    switch (ask.method) {
      case 'time':
        return [say(now.server)];
      case 'put':
        puts.push(String(ask.params?.['text']));
        return [
          { kind: 'record', entry: String(ask.params?.['text']) },
          say(puts.length),
          { kind: 'stream', event: { type: 'PUT', n: puts.length } },
        ];
      case 'list':
        return [say(puts)];
      case 'late':
        return [
          { kind: 'send', conn, text: result(ask, 'late'), delayMs: 150 },
          { kind: 'send', conn, text: '"soon"' },
        ];
      case 'flood':
        return Array.from({ length: 200 }, () => ({
          kind: 'send',
          conn,
          text: 'x'.repeat(1_000_000),
        }));
      case 'close':
        return [{ kind: 'close', conn, code: 4000, reason: 'heartbeat close' }];
      case 'drop':
        return [{ kind: 'drop', conn }];
      case 'bug':
        throw new Error('a bug of the exchange');
      default:
        return [];
    }
  };
  return {
    handle: (input, now) => {
      seen.inputs.push(input);
      seen.servers.push(now.server);
      switch (input.kind) {
        case 'frame':
          return run(JSON.parse(input.text) as Ask, now, input.conn);
        case 'http':
          if (input.method === 'public/silence') return [];
          return [{ kind: 'reply', id: input.id, status: 200, body: JSON.stringify(input) }];
        case 'control': {
          const reply: PracticeEffect = {
            kind: 'reply',
            id: input.id,
            status: 200,
            body: { ...input, puts, speed, now: now.server },
          };
          const {
            ms = 0,
            speed: next = speed,
            accept = true,
          } = input.body as { ms?: number; speed?: number; accept?: boolean };
          speed = next;
          if (input.path === 'advance')
            return [{ kind: 'clock', server: now.server + ms, speed }, reply];
          if (input.path === 'speed') return [{ kind: 'clock', server: now.server, speed }, reply];
          if (input.path === 'listen') return [{ kind: 'listen', accept }, reply];
          return [reply];
        }
        case 'viewer':
        case 'viewer_left':
        case 'opened':
        case 'closed':
        case 'tick':
          return [];
      }
    },
    wakeAt: (now) => now.mono + 60_000,
    bounds: () => ({ connections: 32, requestBytes: 32_768 }),
    snapshot: () => JSON.stringify({ puts }),
  };
}
