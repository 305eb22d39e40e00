/**
 * The venue as the engine knows it: requests go in, events come out, nothing here does I/O. A venue session is a machine
 * driven by its owner: socket happenings and the passing of time go in as `SessionInput`, frames to send come out.
 * Rules: an order request is encoded and handed to the socket at most once; every request with a `ref` ends in exactly
 * one `answer` (possibly `unknown`), and a late answer after `unknown` is delivered as `late_answer`.
 */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { AccountSummary, CashRow, VenuePosition } from '../domain/account.ts';
import type { Fill } from '../domain/fill.ts';
import type { Instrument, InstrumentState } from '../domain/instrument.ts';
import type { Candle, Ticker } from '../domain/market.ts';
import type {
  Direction,
  FillCondition,
  OrderType,
  TimeInForce,
  TriggerSource,
  VenueOrder,
} from '../domain/order.ts';

/**
 * `trading`: authenticated, private stream, orders and account reads. `market`: public prices and candles. `drop_copy`: the
 * account's fills once more, over connections and with a key of its own that can only read; it takes no requests.
 */
export type LinkName = 'trading' | 'market' | 'drop_copy';

/** A secondary order that travels with an entry. */
export type ChildOrder = {
  readonly label: string;
  readonly direction: Direction;
  readonly type: 'stop_market' | 'take_market';
  readonly amount: Decimal;
  readonly triggerPrice: Decimal;
  readonly trigger: TriggerSource;
  readonly reduceOnly: true;
  readonly timeInForce: 'good_til_cancelled';
};

/** An order as it is sent. `validUntil` (server ms) is the last moment at which the exchange may start on it. */
export type PlaceOrder = {
  readonly label: string;
  readonly instrument: string;
  readonly direction: Direction;
  readonly amount: Decimal;
  readonly type: OrderType;
  readonly price: Decimal | null;
  /** null for market-style types, which refuse one. */
  readonly timeInForce: TimeInForce | null;
  readonly reduceOnly: boolean;
  readonly triggerPrice: Decimal | null;
  readonly trigger: TriggerSource | null;
  readonly validUntil: Millis;
  readonly children: readonly ChildOrder[];
  /** Needed when there are children. */
  readonly fillCondition: FillCondition | null;
};

/** The wanted end of an edit: total amount (filled part included) and every flag again. */
export type EditOrder = {
  readonly orderId: string;
  readonly amount: Decimal;
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
  readonly reduceOnly: boolean;
  readonly validUntil: Millis;
};

/** What the engine may ask. Reads page to their end before they answer. */
export type VenueRequest =
  | { readonly kind: 'place'; readonly order: PlaceOrder }
  | { readonly kind: 'edit'; readonly edit: EditOrder }
  | { readonly kind: 'cancel'; readonly orderId: string }
  | { readonly kind: 'cancel_by_label'; readonly label: string; readonly currency: string }
  | { readonly kind: 'open_orders' }
  | { readonly kind: 'order_state'; readonly orderId: string }
  | { readonly kind: 'orders_by_label'; readonly label: string; readonly currency: string }
  | { readonly kind: 'positions' }
  | { readonly kind: 'position'; readonly instrument: string }
  | { readonly kind: 'summaries' }
  | {
      readonly kind: 'fills';
      readonly currency: string;
      readonly from: Millis;
      readonly to: Millis;
      readonly historical: boolean;
    }
  | {
      readonly kind: 'cash_log';
      readonly currency: string;
      readonly from: Millis;
      readonly to: Millis;
    }
  | { readonly kind: 'instrument'; readonly instrument: string }
  | { readonly kind: 'ticker'; readonly instrument: string }
  | {
      readonly kind: 'candles';
      readonly instrument: string;
      readonly from: Millis;
      readonly to: Millis;
    };

export type VenueRequestKind = VenueRequest['kind'];

/** The answer's value for each kind of request. `orders: []` of a look-up means that the exchange found nothing. */
export type VenueResult =
  | { readonly kind: 'place'; readonly order: VenueOrder; readonly fills: readonly Fill[] }
  | { readonly kind: 'edit'; readonly order: VenueOrder; readonly fills: readonly Fill[] }
  | { readonly kind: 'cancel'; readonly order: VenueOrder }
  | { readonly kind: 'cancel_by_label'; readonly count: number }
  | { readonly kind: 'open_orders'; readonly orders: readonly VenueOrder[] }
  | { readonly kind: 'order_state'; readonly order: VenueOrder | null }
  | { readonly kind: 'orders_by_label'; readonly orders: readonly VenueOrder[] }
  | { readonly kind: 'positions'; readonly positions: readonly VenuePosition[] }
  | { readonly kind: 'position'; readonly position: VenuePosition }
  | { readonly kind: 'summaries'; readonly summaries: readonly AccountSummary[] }
  | { readonly kind: 'fills'; readonly fills: readonly Fill[] }
  | { readonly kind: 'cash_log'; readonly rows: readonly CashRow[] }
  | { readonly kind: 'instrument'; readonly instrument: Instrument }
  | { readonly kind: 'ticker'; readonly ticker: Ticker }
  | { readonly kind: 'candles'; readonly candles: readonly Candle[] };

/** `code` of a refusal for a request that was never handed to a socket; no exchange uses it. */
export const NEVER_SENT = 0;

/**
 * How a request ended. `refused`: the exchange says, in a code that provably precedes any effect, that nothing was done.
 * `gone`: the order named is not open any more or not known (10004, 11044, 10010, 11008). `unknown`: anything else.
 * A refusal with the code `NEVER_SENT` comes from the session itself: the request provably never left this process.
 * `beganAt` is the exchange's own stamp (server ms, of `usIn`) of the first page; null when it sent none.
 */
export type VenueOutcome =
  | { readonly status: 'ok'; readonly result: VenueResult; readonly beganAt: Millis | null }
  | {
      readonly status: 'refused';
      readonly code: number;
      readonly message: string;
      readonly data: string | null;
      readonly rateLimited: boolean;
    }
  | { readonly status: 'gone'; readonly code: number; readonly message: string }
  | { readonly status: 'unknown'; readonly reason: string; readonly code: number | null };

/** One frame of the private stream: one event of one instrument, applied whole. */
export type AccountChanges = {
  readonly instrument: string;
  readonly orders: readonly VenueOrder[];
  readonly fills: readonly Fill[];
  readonly positions: readonly VenuePosition[];
};

/** What comes out of a venue session. `conn` is the number of the connection that it came from; numbers only grow. */
export type VenueEvent =
  /** Authenticated (but for market), scope checked, every channel asked for confirmed; requests may be sent. */
  | {
      readonly kind: 'link_up';
      readonly link: LinkName;
      readonly conn: number;
      /** Id of the (sub)account at the exchange and whether it is a test host; null on the market link. */
      readonly account: { readonly id: string; readonly testnet: boolean } | null;
      /** What `get_cancel_on_disconnect` read; must be false where stops live. null on links that send no orders. */
      readonly cancelOnDisconnect: boolean | null;
    }
  | {
      readonly kind: 'link_down';
      readonly link: LinkName;
      readonly conn: number;
      readonly reason: string;
    }
  /** The venue will not have us, and trying again does not help: wrong key, scope too wide or too narrow. */
  | {
      readonly kind: 'link_refused';
      readonly link: LinkName;
      readonly conn: number;
      readonly code: string;
      readonly message: string;
    }
  | {
      readonly kind: 'answer';
      readonly link: LinkName;
      readonly conn: number;
      readonly ref: string;
      readonly outcome: VenueOutcome;
    }
  /** An answer that came after its request had already ended as `unknown`. */
  | {
      readonly kind: 'late_answer';
      readonly link: LinkName;
      readonly conn: number;
      readonly ref: string;
      readonly outcome: VenueOutcome;
    }
  | { readonly kind: 'changes'; readonly conn: number; readonly changes: AccountChanges }
  /** Fills that the drop copy brought; `conn` is one of its own connections. */
  | { readonly kind: 'copy'; readonly conn: number; readonly fills: readonly Fill[] }
  | { readonly kind: 'ticker'; readonly conn: number; readonly ticker: Ticker }
  /** The running candle; it is closed once one with a later `at` arrives. */
  | {
      readonly kind: 'candle';
      readonly conn: number;
      readonly instrument: string;
      readonly candle: Candle;
    }
  | {
      readonly kind: 'instrument_state';
      readonly conn: number;
      readonly instrument: string;
      readonly state: InstrumentState;
      readonly at: Millis;
    }
  /** The exchange's clock as last stamped (server ms of `usOut`), whenever an answer carried it. */
  | { readonly kind: 'clock'; readonly conn: number; readonly server: Millis }
  /** A message that we could not read or must not trust (unknown enum value, missing field); `raw` is cut to 4,000 characters. */
  | {
      readonly kind: 'undecodable';
      readonly link: LinkName;
      readonly conn: number;
      readonly what: string;
      readonly raw: string;
    };

/** What a session is told. Times are `mono` (real ms that never jump). */
export type SessionInput =
  | { readonly kind: 'opened'; readonly conn: number }
  | { readonly kind: 'frame'; readonly conn: number; readonly text: string }
  | { readonly kind: 'closed'; readonly conn: number; readonly reason: string }
  /** Time has passed (at or after `wakeAt`). */
  | { readonly kind: 'tick' }
  /** A wish of the engine; `ref` is unique for ever. Order requests pass only after their intent is durable. */
  | { readonly kind: 'request'; readonly ref: string; readonly request: VenueRequest }
  /** Throw the connection away and make a new one. */
  | { readonly kind: 'renew'; readonly reason: string }
  | { readonly kind: 'stop' };

/** What a session wants: connection numbers are chosen by the session and only grow. */
export type SessionEffect =
  | { readonly kind: 'connect'; readonly conn: number; readonly url: string }
  | { readonly kind: 'send'; readonly conn: number; readonly text: string }
  | { readonly kind: 'disconnect'; readonly conn: number; readonly reason: string }
  | { readonly kind: 'event'; readonly event: VenueEvent };

/** A venue session: one link to one venue, across any number of connections. */
export type VenueSession = {
  readonly link: LinkName;
  readonly handle: (input: SessionInput, mono: Millis) => readonly SessionEffect[];
  /** When a `tick` is wanted next (mono ms); Infinity when never. */
  readonly wakeAt: () => Millis;
};
