/** A practice exchange of our own, without a network, in a time that passes when it is told to. */
import { dec } from '../../src/base/decimal.ts';
import { MINUTE } from '../../src/base/time.ts';
import { hmacSha256 } from '../../src/edge/hashing.ts';
import { createExchange } from '../../src/venue/practice/exchange.ts';
import { PERPETUALS } from '../../src/venue/practice/products/instruments.ts';
import type { VenueOptions } from '../../src/venue/practice/options.ts';
import type { ExchangeInput } from '../../src/venue/practice/ports.ts';
import type { Message } from './check.ts';
import { type Line, type Peer, request } from './peer.ts';

/** Monday 5 January 2026, 12:00 UTC: far from settlement. */
const START = Date.UTC(2026, 0, 5, 12);
/** Candles that hold one price for two days. */
const FLAT = Array.from({ length: 2_880 }, (_, i) => {
  const price = dec('64000');
  const at = START + i * MINUTE;
  return { at, open: price, high: price, low: price, close: price, volume: dec(1) };
});

type Heard = { readonly messages: Message[]; closed: number | null };

/** The exchange with both its clocks, and what it has said to each connection. */
function createMachine(venue: Partial<VenueOptions>) {
  const exchange = createExchange({
    seed: 7,
    startAt: START,
    speed: 1,
    file: FLAT,
    hmacSha256,
    instruments: PERPETUALS,
    dated: true,
    venue,
  });
  const clock = { server: START, mono: 1_000_000 };
  const heard = new Map<number, Heard>();
  const replies = new Map<number, string>();
  const of = (conn: number): Heard => {
    const found = heard.get(conn) ?? { messages: [], closed: null };
    heard.set(conn, found);
    return found;
  };
  const handle = (input: ExchangeInput): void => {
    for (const effect of exchange.handle(input, { ...clock })) {
      if (effect.kind === 'send' && effect.spoilt !== true)
        of(effect.conn).messages.push(JSON.parse(effect.text) as Message);
      if (effect.kind === 'close') of(effect.conn).closed ??= effect.code;
      if (effect.kind === 'drop') of(effect.conn).closed ??= 1006;
      if (effect.kind === 'reply') replies.set(effect.id, String(effect.body));
    }
  };
  return {
    of,
    handle,
    replies,
    pass: (ms: number): void => {
      clock.server += ms;
      clock.mono += ms;
      handle({ kind: 'tick' });
    },
  };
}

export function practicePeer(venue: Partial<VenueOptions> = {}): Peer {
  const machine = createMachine(venue);
  let ids = 0;
  let conns = 0;
  const dial = (): Line => {
    const conn = ++conns;
    machine.handle({ kind: 'opened', conn });
    const ask = (text: string): void => machine.handle({ kind: 'frame', conn, text });
    const { messages } = machine.of(conn);
    return {
      frame: async (text) => {
        ask(text);
        return messages.splice(0);
      },
      ask: async (method, params) => {
        const id = ++ids;
        ask(request(id, method, params));
        const at = messages.findIndex((message) => message.id === id);
        return at < 0 ? undefined : messages.splice(at, 1)[0];
      },
      heard: () => messages.splice(0).filter(({ method }) => method !== undefined),
      closed: () => machine.of(conn).closed,
      close: () => machine.handle({ kind: 'closed', conn }),
    };
  };
  return {
    key: { id: 'practice-web', secret: 'practice-web-secret' },
    pace: async () => machine.pass(250),
    pass: async (ms) => {
      for (let left = ms; left > 0; left -= 1_000) machine.pass(Math.min(left, 1_000));
    },
    connect: async () => dial(),
    http: async (method, params, authorization) => {
      const id = ++ids;
      machine.handle({ kind: 'http', id, method, params, rpcId: id, authorization });
      const text = machine.replies.get(id);
      return text === undefined ? undefined : (JSON.parse(text) as Message);
    },
  };
}
