/** What the tests of the session share: a session over the scripted exchange, on the wire of the rig. */
import { dec } from '../../base/decimal.ts';
import type { PlaceOrder } from '../port.ts';
import { type Rig, createRig } from '../rig.contract.ts';
import {
  INSTRUMENT,
  SECRET,
  START,
  type Scripted,
  createScripted,
} from './scripted-exchange.contract.ts';
import { type DeribitOptions, createDeribitSession } from './session.ts';

export const options: DeribitOptions = {
  link: 'trading',
  url: 'ws://exchange',
  credentials: { clientId: 'good', clientSecret: SECRET },
  instruments: [INSTRUMENT],
  currencies: ['USDC'],
  jitter: () => 0.5,
};

/** A session and a scripted exchange, not connected yet. */
export function world(more: Partial<DeribitOptions> = {}): {
  readonly rig: Rig;
  readonly far: Scripted;
} {
  const far = createScripted();
  return { far, rig: createRig(createDeribitSession({ ...options, ...more }), far) };
}

/** The same with the link up. */
export function up(more: Partial<DeribitOptions> = {}): {
  readonly rig: Rig;
  readonly far: Scripted;
} {
  const made = world(more);
  made.rig.until(() => made.rig.of('link_up').length === 1);
  return made;
}

/** An entry across the market. */
export const order = (over: Partial<PlaceOrder> = {}): PlaceOrder => ({
  label: 'razor-1',
  instrument: INSTRUMENT,
  direction: 'buy',
  amount: dec('0.0017'),
  type: 'limit',
  price: dec('60000.1'),
  timeInForce: 'fill_or_kill',
  reduceOnly: false,
  triggerPrice: null,
  trigger: null,
  validUntil: START + 60_000,
  children: [],
  fillCondition: null,
  ...over,
});
