/** A client and a practice exchange joined in virtual time, for tests of orders: places, moves the price, and looks. */
import { type Decimal, add, dec, mul } from '../../src/base/decimal.ts';
import { onTick } from '../../src/domain/instrument.ts';
import type { VenueOrder } from '../../src/domain/order.ts';
import { createDeribitSession } from '../../src/venue/deribit/session.ts';
import type { PlaceOrder } from '../../src/venue/port.ts';
import { nextLabel, okay } from '../../src/venue/port-kit.contract.ts';
import { type Rig, createRig } from '../../src/venue/rig.contract.ts';
import { createFar, INSTRUMENT, type PracticeFar, SECRET } from './practice-far.ts';

export type Bench = {
  readonly far: PracticeFar;
  readonly rig: Rig;
  /** A price so many percent from the mark, on its tick. */
  readonly at: (percent: string) => Decimal;
  readonly place: (over: Partial<PlaceOrder>) => VenueOrder;
  /** Moves the index, and with it the mark, so many percent from where it began. */
  readonly move: (percent: string) => void;
  /** The latest word of the stream on an order. */
  readonly told: (orderId: string) => VenueOrder | undefined;
};

export const AMOUNT = dec('0.002');

export function createBench(): Bench {
  const far = createFar();
  const session = createDeribitSession({
    link: 'trading',
    url: 'ws://practice',
    credentials: { clientId: 'good', clientSecret: SECRET },
    instruments: [INSTRUMENT],
    currencies: ['USDC'],
    jitter: () => 0.5,
  });
  const rig = createRig(session, far);
  rig.until(() => rig.of('link_up').length === 1);
  const { instrument } = okay(
    rig.ask({ kind: 'instrument', instrument: INSTRUMENT }),
    'instrument',
  );
  const { ticker } = okay(rig.ask({ kind: 'ticker', instrument: INSTRUMENT }), 'ticker');
  const from = (percent: string): Decimal =>
    mul(ticker.markPrice, add(dec(1), mul(dec(percent), dec('0.01'))));
  const at = (percent: string): Decimal => onTick(instrument, from(percent), 'floor');
  return {
    far,
    rig,
    at,
    move: (percent) => {
      far.control('price', { instrument: INSTRUMENT, price: from(percent) });
      rig.run(3_000);
    },
    place: (over) =>
      okay(
        rig.ask({
          kind: 'place',
          order: {
            label: nextLabel(),
            instrument: INSTRUMENT,
            direction: 'buy',
            amount: AMOUNT,
            type: 'limit',
            price: null,
            timeInForce: null,
            reduceOnly: false,
            triggerPrice: null,
            trigger: null,
            validUntil: rig.server() + 30_000,
            children: [],
            fillCondition: null,
            ...over,
          },
        }),
        'place',
      ).order,
    told: (orderId) =>
      rig
        .of('changes')
        .flatMap(({ changes }) => changes.orders)
        .findLast((order) => order.orderId === orderId),
  };
}

export const RESTS = { timeInForce: 'good_til_cancelled' } as const;
export const MARK = { trigger: 'mark_price' } as const;
