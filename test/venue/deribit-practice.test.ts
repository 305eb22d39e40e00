/** The Deribit session under the contract of the port, over the practice exchange: two machines that know only text of each other. */
import { nextUnit, prng } from '../../src/base/prng.ts';
import { createDeribitSession } from '../../src/venue/deribit/session.ts';
import { venueContract } from '../../src/venue/port.contract.ts';
import { createFar, INSTRUMENT, SECRET } from './practice-far.ts';

const OWN = [
  'public/auth',
  'public/test',
  'public/set_heartbeat',
  '/subscribe',
  'get_cancel_on_disconnect',
  'get_account_summary"',
];

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
