/** `private/get_transaction_log`: every movement of an account's cash, the newest row first (FACTS, section 13.1). */
import * as z from 'zod';
import { ok } from '../../../base/result.ts';
import { WALLETS } from '../../protocol/values.ts';
import { accountAsked, withLogin } from '../wire/call.ts';
import { rowObject } from '../wire/objects.ts';
import { integer, oneOf, readParams, text } from '../wire/params.ts';
import type { RowRecord, RowType } from '../state.ts';
import type { WireValue } from '../wire/wire-json.ts';
import { specOf, type World } from '../world.ts';

type Means = (row: RowRecord, world: World) => boolean;

const ofType =
  (type: RowType): Means =>
  (row) =>
    row.type === type;
const ofKind =
  (kind: string): Means =>
  (row, world) =>
    row.instrument !== null && specOf(world, row.instrument).kind === kind;

/** Words of `query` with the rows that they mean; any other text means the address that cash went to or came from. */
const QUERIES: Readonly<Record<string, Means>> = {
  trade: ofType('trade'),
  settlement: ofType('settlement'),
  delivery: ofType('delivery'),
  deposit: ofType('deposit'),
  withdrawal: ofType('withdrawal'),
  transfer: ofType('transfer'),
  swap: ofType('swap'),
  correction: ofType('correction'),
  liquidation: (row) => row.source === 'liquidation',
  maker: (row) => row.role === 'maker',
  taker: (row) => row.role === 'taker',
  open: (row) => row.side.startsWith('open'),
  close: (row) => row.side.startsWith('close'),
  buy: (row) => row.side.endsWith('buy'),
  sell: (row) => row.side.endsWith('sell'),
  future: ofKind('future'),
  option: ofKind('option'),
  block_trade: () => false,
};

const isMeant = (row: RowRecord, query: string, world: World): boolean =>
  Object.hasOwn(QUERIES, query)
    ? (QUERIES[query]?.(row, world) ?? false)
    : row.info?.['addr'] === query;

const schema = z.object({
  currency: oneOf(WALLETS),
  start_timestamp: integer,
  end_timestamp: integer,
  query: text.optional(),
  count: integer.pipe(z.number().min(1).max(250)).default(100),
  /** The id of the row that the page begins with. */
  continuation: integer.optional(),
  subaccount_id: integer.optional(),
});

export const getTransactionLog = withLogin((call) => {
  const read = readParams(schema, call.params);
  if (!read.ok) return read;
  const { world } = call.desk;
  const asked = accountAsked(call, read.value.subaccount_id);
  if (!asked.ok) return asked;
  const { id: account } = asked.value;
  const { currency, start_timestamp, end_timestamp, query, count, continuation } = read.value;
  const newest = world.state.rows
    .filter(
      (row) =>
        row.account === account &&
        row.currency === currency &&
        row.at >= start_timestamp &&
        row.at <= end_timestamp &&
        row.id <= (continuation ?? Number.POSITIVE_INFINITY) &&
        (query === undefined || isMeant(row, query, world)),
    )
    .toReversed();
  const logs = newest.slice(0, count).map((row) => rowObject(world, row)) as unknown as WireValue;
  return ok({ logs, continuation: newest[count]?.id ?? null });
});
