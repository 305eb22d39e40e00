/**
 * The venue as the engine knows it: requests go in, events come out, nothing here does I/O. A venue session is a machine
 * driven by its owner: socket happenings and the passing of time go in as `SessionInput`, frames to send come out.
 * Rules: an order request is encoded and handed to the socket at most once; every request with a `ref` ends in exactly
 * one `answer` (possibly `unknown`), and a late answer after `unknown` is delivered as `late_answer`.
 */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { AccountSummary, CashRow, Settlement, VenuePosition } from '../domain/account.ts';
import type { Fill } from '../domain/fill.ts';
import type { Instrument, InstrumentState } from '../domain/instrument.ts';
import type { BookView, Candle, IndexPrice, PublicTrade, Quote, Ticker } from '../domain/market.ts';
import type {
  Direction,
  FillCondition,
  OrderType,
  TimeInForce,
  TriggerEvent,
  TriggerSource,
  VenueOrder,
} from '../domain/order.ts';

/**
 * `trading`: authenticated, private stream, orders and account reads. `market`: public prices and candles. `drop_copy`: the
 * account's fills once more, over connections and with a key of its own that can only read; it takes no requests.
 */
export type LinkName = 'trading' | 'market' | 'drop_copy';

/** A type that can be asked for. An order of type `market_limit` is told as a limit order from then on. */
export type PlaceType = Exclude<OrderType, 'liquidation'> | 'market_limit';

/** What becomes of an order that may only rest where it would take: it moves behind the best price, or is refused. */
export type PostOnly = 'shift' | 'reject';

/** What an order asks for, alone or as one of several that hang together. Which types need what: deribit/terms.ts. */
type OrderTerms = {
  readonly label: string;
  readonly direction: Direction;
  readonly amount: Decimal;
  readonly type: PlaceType;
  readonly price?: Decimal | null;
  /** null for market-style types, which refuse one. */
  readonly timeInForce: TimeInForce | null;
  readonly post?: PostOnly;
  readonly reduceOnly: boolean;
  readonly triggerPrice: Decimal | null;
  readonly trigger: TriggerSource | null;
  /** Of a trailing stop: how far its trigger stays behind the best price. */
  readonly triggerOffset?: Decimal;
};

/** A secondary order that travels with another one. */
export type ChildOrder = OrderTerms;

/**
 * How an order hangs together with its children: its fills wake one (`triggers`) or two that cancel each other
 * (`triggers_pair`), or it and one other, both live at once, cancel each other (`cancels`).
 */
export type Linked = 'triggers' | 'triggers_pair' | 'cancels';

/** An order as it is sent. `validUntil` (server ms) is the last moment at which the exchange may start on it. */
export type PlaceOrder = OrderTerms & {
  readonly instrument: string;
  readonly validUntil: Millis;
  readonly children: readonly ChildOrder[];
  /** Left out, one child is woken alone and two as a pair. */
  readonly linked?: Linked;
  /** Needed when there are children that wake. */
  readonly fillCondition: FillCondition | null;
};

/** The wanted end of an edit: total amount (filled part included) and every flag again. */
export type EditOrder = {
  readonly orderId: string;
  readonly amount: Decimal;
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
  readonly triggerOffset?: Decimal;
  readonly post?: PostOnly;
  readonly reduceOnly: boolean;
  readonly validUntil: Millis;
};

/** Whose orders a cancel of many means. Everybody's of the account, people's too: the engine itself never asks for it. */
export type CancelScope =
  | { readonly of: 'account' }
  | { readonly of: 'currency'; readonly currency: string; readonly type: CancelFilter }
  | { readonly of: 'instrument'; readonly instrument: string; readonly type: CancelFilter };

export type CancelFilter = 'all' | 'limit' | 'trigger_all' | 'stop' | 'take' | 'trailing_stop';

/** What the engine may ask. Reads page to their end before they answer. */
export type VenueRequest =
  | { readonly kind: 'place'; readonly order: PlaceOrder }
  | { readonly kind: 'edit'; readonly edit: EditOrder }
  | { readonly kind: 'cancel'; readonly orderId: string }
  | { readonly kind: 'cancel_by_label'; readonly label: string; readonly currency: string }
  | { readonly kind: 'cancel_many'; readonly scope: CancelScope }
  /** `since` names a list that was answered before (null: none is known): what differs from it may be told instead of all of it. */
  | { readonly kind: 'open_orders'; readonly since?: string | null }
  | { readonly kind: 'order_state'; readonly orderId: string }
  | { readonly kind: 'orders_by_label'; readonly label: string; readonly currency: string }
  | { readonly kind: 'positions' }
  | { readonly kind: 'position'; readonly instrument: string }
  | { readonly kind: 'summaries' }
  /** Own trades, from the recent window and, where `from` lies before it, from the historical one as well. */
  | {
      readonly kind: 'fills';
      readonly currency: string;
      readonly from: Millis;
      readonly to: Millis;
    }
  /** Orders that have ended, unfilled ones too, of both windows; those last changed before `from` are left out. */
  | { readonly kind: 'ended_orders'; readonly currency: string; readonly from: Millis }
  /** What became of trigger orders since `from`. */
  | { readonly kind: 'trigger_history'; readonly currency: string; readonly from: Millis }
  | { readonly kind: 'settlements'; readonly currency: string; readonly from: Millis }
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

/** A stretch of server time, both ends included. */
export type Stretch = { readonly from: Millis; readonly to: Millis };

/** A part of a cancel of many that was refused. */
export type CancelFailure = {
  readonly currency: string;
  readonly instrument: string | null;
  readonly code: number;
  readonly message: string;
};

/** What differs between two lists of open orders; `list` names the later one. */
export type OrdersSince = {
  readonly since: string;
  readonly list: string;
  readonly changed: readonly VenueOrder[];
  readonly gone: readonly string[];
};

/** The answer's value for each kind of request. `orders: []` of a look-up means that the exchange found nothing. */
export type VenueResult =
  | { readonly kind: 'place'; readonly order: VenueOrder; readonly fills: readonly Fill[] }
  | { readonly kind: 'edit'; readonly order: VenueOrder; readonly fills: readonly Fill[] }
  | { readonly kind: 'cancel'; readonly order: VenueOrder }
  | { readonly kind: 'cancel_by_label'; readonly count: number }
  /** `failed`: parts that were not carried out, inside an answer that is otherwise a success. */
  | {
      readonly kind: 'cancel_many';
      readonly orders: readonly VenueOrder[];
      readonly failed: readonly CancelFailure[];
    }
  /** `list` names it where what differs from it may be asked for. */
  | {
      readonly kind: 'open_orders';
      readonly orders: readonly VenueOrder[];
      readonly list?: string;
    }
  /** Open orders as differences from the list `since`, which the request named: orders that are new or have changed, ids that are gone. */
  | ({ readonly kind: 'orders_since' } & OrdersSince)
  | { readonly kind: 'order_state'; readonly order: VenueOrder | null }
  | { readonly kind: 'orders_by_label'; readonly orders: readonly VenueOrder[] }
  | { readonly kind: 'positions'; readonly positions: readonly VenuePosition[] }
  | { readonly kind: 'position'; readonly position: VenuePosition }
  | { readonly kind: 'summaries'; readonly summaries: readonly AccountSummary[] }
  /** `hole`: the stretch in which neither window is trusted; what it holds needs another proof. */
  | { readonly kind: 'fills'; readonly fills: readonly Fill[]; readonly hole: Stretch | null }
  | {
      readonly kind: 'ended_orders';
      readonly orders: readonly VenueOrder[];
      readonly hole: Stretch | null;
    }
  | { readonly kind: 'trigger_history'; readonly events: readonly TriggerEvent[] }
  | { readonly kind: 'settlements'; readonly settlements: readonly Settlement[] }
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

/**
 * A part of the exchange that can be closed: all of it, all that hangs on an index (`btc_usdc`) or a currency, what the
 * account may do in a currency (`ALL` for every one), all for maintenance, or public requests without a login.
 */
export type PlatformPart =
  | { readonly kind: 'everything' | 'maintenance' | 'public_requests' }
  | { readonly kind: 'index' | 'account'; readonly name: string };

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
  /** An order book that is whole, after a change. */
  | { readonly kind: 'book'; readonly conn: number; readonly book: BookView }
  /** A book that had a gap, could not be read or was silent for too long: what was told of it is of no use any more. */
  | {
      readonly kind: 'book_lost';
      readonly conn: number;
      readonly instrument: string;
      readonly reason: string;
    }
  /** What everybody traded, oldest first; where it was asked for. */
  | { readonly kind: 'trades'; readonly conn: number; readonly trades: readonly PublicTrade[] }
  | { readonly kind: 'quote'; readonly conn: number; readonly quote: Quote }
  | { readonly kind: 'index'; readonly conn: number; readonly index: IndexPrice }
  /** What the exchange has closed or opened again: told once on each connection, and then when it is another. */
  | {
      readonly kind: 'platform';
      readonly link: LinkName;
      readonly conn: number;
      readonly part: PlatformPart;
      readonly closed: boolean;
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
  /** `status`: with which HTTP status the connection was refused, and the pause that the answer asked for; else null. */
  | {
      readonly kind: 'closed';
      readonly conn: number;
      readonly reason: string;
      readonly status: number | null;
      readonly retryAfterMs: Millis | null;
    }
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
