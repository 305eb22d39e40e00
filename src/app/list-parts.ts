/** What passes between the trading thread and the one that reads long lists: requests, and answers in parts. */
import type { VenuePosition } from '../domain/account.ts';
import type { VenueOrder } from '../domain/order.ts';
import type { VenueOutcome, VenueRequest, VenueResult } from '../venue/port.ts';
import type { ApiKey, LoginKind } from './options.ts';

export type ListSetup = {
  /** Address of the API over HTTP. */
  readonly url: string;
  readonly login: LoginKind;
  readonly key: ApiKey;
  /** Tells the lists of this thread from those of another. */
  readonly id: string;
};

export type ListRequest = Extract<VenueRequest, { readonly kind: 'open_orders' | 'positions' }>;

export type ListOrder =
  | { readonly kind: 'read'; readonly ref: string; readonly request: ListRequest }
  /** The part that came has been taken in. */
  | { readonly kind: 'more'; readonly ref: string };

type Rows = readonly (VenueOrder | VenuePosition)[];

export type ListNews =
  | { readonly kind: 'part'; readonly ref: string; readonly rows: Rows }
  /** The rows of the outcome are the last ones. */
  | { readonly kind: 'end'; readonly ref: string; readonly outcome: VenueOutcome };

/** The rows that a result holds, of those that may be long. */
export function rowsOf(result: VenueResult): Rows {
  if (result.kind === 'open_orders') return result.orders;
  if (result.kind === 'orders_since') return result.changed;
  return result.kind === 'positions' ? result.positions : [];
}

/** The same result with other rows. */
export function withRows(result: VenueResult, rows: Rows): VenueResult {
  if (result.kind === 'open_orders') return { ...result, orders: rows as readonly VenueOrder[] };
  if (result.kind === 'orders_since') return { ...result, changed: rows as readonly VenueOrder[] };
  return result.kind === 'positions'
    ? { ...result, positions: rows as readonly VenuePosition[] }
    : result;
}
