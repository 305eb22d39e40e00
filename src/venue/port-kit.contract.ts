/** What the parts of the port's contract share: the world that a session is tried in, and small steps in it. */
import assert from 'node:assert/strict';
import { type Decimal, add } from '../base/decimal.ts';
import { type Instrument, onTick } from '../domain/instrument.ts';
import type { Ticker } from '../domain/market.ts';
import type { LinkName, PlaceOrder, VenueOutcome, VenueResult, VenueSession } from './port.ts';
import { type FarSide, type Rig, createRig } from './rig.contract.ts';

/** One fresh exchange and the sessions that can be made for it. */
export type VenueWorld = {
  readonly far: FarSide;
  /** An instrument that trades, and the currency that it settles in. */
  readonly instrument: string;
  readonly currency: string;
  /** `key`: fit, wrong, allowed too much, or too little. `unknownChannel`: it asks for one that the exchange does not have. */
  readonly session: (options: {
    readonly link: LinkName;
    readonly key?: 'good' | 'wrong' | 'wide' | 'narrow';
    readonly unknownChannel?: true;
  }) => VenueSession;
  /** A hand buys a little on the account: something for the private stream. */
  readonly stir: () => void;
  /** A secret that must never be told. */
  readonly secret: string;
  /** The frame with the state of its first order changed to a word that nobody knows; null when it holds no order. */
  readonly spoil: (frame: string) => string | null;
  /** Whether a frame of the session places an order, and whether it is one of its own (login, ping, subscription). */
  readonly places: (frame: string) => boolean;
  readonly isOwn: (frame: string) => boolean;
  /** Whether a frame of the exchange answers a request. */
  readonly isAnswer: (frame: string) => boolean;
};

/** Long enough for anything that is due to have happened. */
export const QUIET = 60_000;

export type Market = { readonly instrument: Instrument; readonly ticker: Ticker };

/** A session over the world, with its link up. */
export function up(world: VenueWorld, link: LinkName = 'trading'): Rig {
  const rig = createRig(world.session({ link }), world.far);
  rig.until(() => rig.of('link_up').length === 1);
  return rig;
}

/** The result of an outcome that must be good. */
export function okay<K extends VenueResult['kind']>(
  outcome: VenueOutcome,
  kind: K,
): Extract<VenueResult, { kind: K }> {
  assert.equal(outcome.status, 'ok', JSON.stringify(outcome));
  assert.ok(outcome.status === 'ok' && outcome.result.kind === kind);
  return outcome.result as Extract<VenueResult, { kind: K }>;
}

export function marketOf(rig: Rig, world: VenueWorld): Market {
  return {
    instrument: okay(rig.ask({ kind: 'instrument', instrument: world.instrument }), 'instrument')
      .instrument,
    ticker: okay(rig.ask({ kind: 'ticker', instrument: world.instrument }), 'ticker').ticker,
  };
}

let labels = 0;
/** A label that no other order of this run has. */
export const nextLabel = (): string => `contract-${++labels}`;

/** A limit order to buy the smallest amount: far below the market and resting, or across it and immediate. */
export function buy(rig: Rig, { instrument, ticker }: Market, how: 'rests' | 'fills'): PlaceOrder {
  return {
    label: nextLabel(),
    instrument: instrument.name,
    direction: 'buy',
    amount: instrument.minAmount,
    type: 'limit',
    price:
      how === 'fills'
        ? onTick(instrument, ticker.maxPrice, 'floor')
        : onTick(instrument, ticker.minPrice, 'ceil'),
    timeInForce: how === 'fills' ? 'immediate_or_cancel' : 'good_til_cancelled',
    reduceOnly: false,
    triggerPrice: null,
    trigger: null,
    validUntil: rig.server() + 30_000,
    children: [],
    fillCondition: null,
  };
}

export const twice = (value: Decimal): Decimal => add(value, value);
/** Ten minutes back and one ahead of the exchange's clock. */
export const window = (rig: Rig): { readonly from: number; readonly to: number } => ({
  from: rig.server() - 600_000,
  to: rig.server() + 60_000,
});
