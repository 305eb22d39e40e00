/**
 * The result of an answer as the value that its request asked for. An answer must also fit: one that speaks of another
 * order, label or instrument than the request proves nothing.
 */
import { type Result, err, ok } from '../../base/result.ts';
import type { VenueOrder } from '../../domain/order.ts';
import type { VenueRequest, VenueResult } from '../port.ts';
import { z } from 'zod';
import { positionSchema, positionsSchema, summariesSchema } from './decode-account.ts';
import { chartSchema, instrumentSchema, tickerSchema } from './decode-market.ts';
import { orderSchema, ordersSchema, placedSchema } from './decode-order.ts';
import { cancelledSchema } from './decode-past.ts';
import { decodeWith } from './decode-values.ts';

/** Reads that come in pages; they are read by paging.ts. */
const PAGED = ['fills', 'cash_log', 'ended_orders', 'trigger_history', 'settlements'] as const;
export type PagedRequest = Extract<VenueRequest, { readonly kind: (typeof PAGED)[number] }>;
export type SingleRequest = Exclude<VenueRequest, PagedRequest>;

export const isPaged = (request: VenueRequest): request is PagedRequest =>
  PAGED.some((kind) => kind === request.kind);

const count = z.number().int().nonnegative();

const keep = <T, R>(
  decoded: Result<T, string>,
  build: (value: T) => R,
  fits: (value: T) => boolean = () => true,
): Result<R, string> => {
  if (!decoded.ok) return decoded;
  return fits(decoded.value)
    ? ok(build(decoded.value))
    : err('it speaks of something else than was asked for');
};

const isOrder =
  (orderId: string) =>
  (order: VenueOrder): boolean =>
    order.orderId === orderId;

/** The value of an answer that is whole in one message; the error says what could not be read or does not fit. */
export function decodeAnswer(request: SingleRequest, result: unknown): Result<VenueResult, string> {
  switch (request.kind) {
    case 'place': {
      const { label, instrument, direction } = request.order;
      const fits = (order: VenueOrder): boolean =>
        order.label === label && order.instrument === instrument && order.direction === direction;
      return keep(
        decodeWith(placedSchema, result),
        ({ order, trades }) => ({ kind: 'place', order, fills: trades }),
        ({ order }) => fits(order),
      );
    }
    case 'edit':
      return keep(
        decodeWith(placedSchema, result),
        ({ order, trades }) => ({ kind: 'edit', order, fills: trades }),
        ({ order }) => order.orderId === request.edit.orderId,
      );
    case 'cancel':
      return keep(
        decodeWith(orderSchema, result),
        (order) => ({ kind: 'cancel', order }),
        isOrder(request.orderId),
      );
    case 'cancel_by_label':
      return keep(decodeWith(count, result), (cancelled) => ({
        kind: 'cancel_by_label',
        count: cancelled,
      }));
    case 'cancel_many':
      return keep(decodeWith(cancelledSchema, result), (cancelled) => ({
        kind: 'cancel_many',
        ...cancelled,
      }));
    case 'open_orders':
      return keep(decodeWith(ordersSchema, result), (orders) => ({ kind: 'open_orders', orders }));
    case 'order_state':
      return keep(
        decodeWith(orderSchema, result),
        (order) => ({ kind: 'order_state', order }),
        isOrder(request.orderId),
      );
    case 'orders_by_label':
      return keep(
        decodeWith(ordersSchema, result),
        (orders) => ({ kind: 'orders_by_label', orders }),
        (orders) => orders.every((order) => order.label === request.label),
      );
    case 'positions':
      return keep(decodeWith(positionsSchema, result), (positions) => ({
        kind: 'positions',
        positions,
      }));
    case 'position':
      return keep(
        decodeWith(positionSchema, result),
        (position) => ({ kind: 'position', position }),
        (position) => position.instrument === request.instrument,
      );
    case 'summaries':
      return keep(decodeWith(summariesSchema, result), ({ summaries }) => ({
        kind: 'summaries',
        summaries,
      }));
    case 'instrument':
      return keep(
        decodeWith(instrumentSchema, result),
        (instrument) => ({ kind: 'instrument', instrument }),
        ({ name }) => name === request.instrument,
      );
    case 'ticker':
      return keep(
        decodeWith(tickerSchema, result),
        (ticker) => ({ kind: 'ticker', ticker }),
        ({ instrument }) => instrument === request.instrument,
      );
    case 'candles':
      return keep(decodeWith(chartSchema, result), (candles) => ({ kind: 'candles', candles }));
  }
}
