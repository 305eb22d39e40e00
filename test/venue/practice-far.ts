/** The practice exchange as the far side of a rig: text frames in virtual time, and the hand that its control API gives. */
import { createHmac } from 'node:crypto';
import { createExchange } from '../../src/venue/practice/exchange.ts';
import type { ExchangeEffect, ExchangeInput } from '../../src/venue/practice/ports.ts';
import type { FarEffect, FarSide } from '../../src/venue/port.contract.ts';

export const START = 1_790_000_040_000;
export const SECRET = 'a-secret-for-tests';
export const INSTRUMENT = 'BTC_USDC-PERPETUAL';
const SCOPES = {
  good: ['trade:read_write', 'account:read'],
  wide: ['trade:read_write', 'account:read_write'],
  narrow: ['trade:read', 'account:read'],
} as const;

export type PracticeFar = FarSide & {
  /** A hand buys a little. */
  readonly stir: () => void;
  /** A call of the control API. */
  readonly control: (path: string, body: Readonly<Record<string, unknown>>) => void;
};

/** A fresh exchange whose keys are `good`, `wide` and `narrow`, all with one secret. */
export function createFar(): PracticeFar {
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
  const control: PracticeFar['control'] = (path, body) =>
    give({ kind: 'control', id: 1, verb: 'POST', path, query: {}, body });
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
    control,
    stir: () =>
      control('order', { instrument: INSTRUMENT, direction: 'buy', amount: '0.0001', as: 'web' }),
  };
}
