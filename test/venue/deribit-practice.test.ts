/** The Deribit session under the contract of the port, over the practice exchange: two machines that know only text of each other. */
import { createHmac } from 'node:crypto';
import { nextUnit, prng } from '../../src/base/prng.ts';
import { type FarEffect, type FarSide, venueContract } from '../../src/venue/port.contract.ts';
import { createExchange } from '../../src/venue/practice/exchange.ts';
import type { ExchangeEffect, ExchangeInput } from '../../src/venue/practice/ports.ts';
import { createDeribitSession } from '../../src/venue/deribit/session.ts';

const START = 1_790_000_040_000;
const SECRET = 'a-secret-for-tests';
const INSTRUMENT = 'BTC_USDC-PERPETUAL';
const OWN = [
  'public/auth',
  'public/test',
  'public/set_heartbeat',
  '/subscribe',
  'get_cancel_on_disconnect',
  'get_account_summary"',
];

const SCOPES = {
  good: ['trade:read_write', 'account:read'],
  wide: ['trade:read_write', 'account:read_write'],
  narrow: ['trade:read', 'account:read'],
} as const;

function createFar(): FarSide & { readonly stir: () => void } {
  const exchange = createExchange({
    seed: 5,
    startAt: START,
    speed: 1,
    hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
    keys: Object.entries(SCOPES).map(([id, scopes]) => ({
      id,
      secret: SECRET,
      account: 'main',
      scopes: [...scopes],
      source: 'api' as const,
    })),
  });
  const effects: FarEffect[] = [];
  let mono = 0;
  const now = () => ({ server: START + mono, mono });
  const keep = (effect: ExchangeEffect): void => {
    if (effect.kind === 'send') effects.push(effect);
    if (effect.kind === 'close') effects.push(effect);
    if (effect.kind === 'drop')
      effects.push({ kind: 'close', conn: effect.conn, reason: 'dropped' });
  };
  const give = (input: ExchangeInput): void => exchange.handle(input, now()).forEach(keep);
  return {
    opened: (conn) => give({ kind: 'opened', conn }),
    frame: (conn, text) => give({ kind: 'frame', conn, text }),
    closed: (conn) => give({ kind: 'closed', conn }),
    advance: (to) => {
      mono = to;
      if (exchange.wakeAt(now()) <= mono) give({ kind: 'tick' });
    },
    wakeAt: () => exchange.wakeAt(now()),
    take: () => effects.splice(0),
    stir: () =>
      give({
        kind: 'control',
        id: 1,
        verb: 'POST',
        path: 'order',
        query: {},
        body: { instrument: INSTRUMENT, direction: 'buy', amount: '0.0001', as: 'web' },
      }),
  };
}

venueContract(
  'deribit over the practice exchange',
  () => {
    const seed = prng(7, 'jitter');
    const far = createFar();
    return {
      far,
      stir: far.stir,
      instrument: INSTRUMENT,
      currency: 'USDC',
      session: ({ link, key = 'good', unknownChannel }) =>
        createDeribitSession({
          link,
          url: 'ws://practice',
          credentials: { clientId: key, clientSecret: SECRET },
          instruments: unknownChannel === true ? [INSTRUMENT, 'NOPE-PERPETUAL'] : [INSTRUMENT],
          currencies: ['USDC'],
          jitter: () => nextUnit(seed),
        }),
      secret: SECRET,
      spoil: (frame) =>
        frame.includes('"order_state":"')
          ? frame.replace(/"order_state":"[a-z]+"/, '"order_state":"half_open"')
          : null,
      places: (frame) => frame.includes('"private/buy"') || frame.includes('"private/sell"'),
      isOwn: (frame) => OWN.some((method) => frame.includes(method)),
      isAnswer: (frame) => /"id":\d/.test(frame),
    };
  },
  12,
);
