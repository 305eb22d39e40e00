/** Where a document stands in its list: lists walk by (`at`, `id`), newest first, whatever store they come from. */
import type { Alert } from '../domain/alert.ts';
import type { Break, Order, Report, Trade } from '../domain/shown.ts';
import type { Place } from './cursor.ts';

export const tradePlace = ({ openedAt, id }: Trade): Place => ({ at: openedAt, id });

/** The row of an order that the exchange has given no id yet. */
export const labelledRow = (label: string): string => `label ${label}`;

/** An order is known by the exchange's id as soon as it has one; until then it stands under its label. */
export const orderPlace = ({ createdAt, orderId, label }: Order): Place => ({
  at: createdAt,
  id: orderId ?? labelledRow(label),
});

export const breakPlace = ({ firstSeenAt, id }: Break): Place => ({ at: firstSeenAt, id });

export const reportPlace = ({ finishedAt, id }: Report): Place => ({ at: finishedAt, id });

export const alertPlace = ({ since, id }: Alert): Place => ({ at: since, id });
