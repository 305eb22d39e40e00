/** The Deribit session under the contract of the port, over the small scripted exchange. */
import { venueContract } from '../port.contract.ts';
import { nextUnit, prng } from '../../base/prng.ts';
import { INSTRUMENT, SECRET, createScripted } from './scripted-exchange.contract.ts';
import { createDeribitSession } from './session.ts';

const OWN = [
  'public/auth',
  'public/test',
  'public/set_heartbeat',
  '/subscribe',
  'get_cancel_on_disconnect',
  'get_account_summary"',
];

venueContract('deribit over a scripted exchange', () => {
  const seed = prng(7, 'jitter');
  const far = createScripted();
  return {
    far,
    stir: far.stir,
    instrument: INSTRUMENT,
    currency: 'USDC',
    session: ({ link, key = 'good', unknownChannel }) =>
      createDeribitSession({
        link,
        url: 'ws://exchange',
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
});
