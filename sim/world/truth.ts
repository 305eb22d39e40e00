/**
 * What is true at the exchange, as its own journal says it: orders, trades, rows of cash, positions. It is read without
 * asking the exchange anything, so a look changes nothing and costs little.
 */
import type { Decimal } from '../../src/base/decimal.ts';
import { must } from '../../src/base/assert.ts';
import type {
  AccountRecord,
  OrderRecord,
  RowRecord,
  TradeRecord,
} from '../../src/venue/practice/state.ts';

export type Truth = {
  /** All orders ever placed, oldest first. */
  readonly orders: ReadonlyMap<string, OrderRecord>;
  /** Their ids in that order. */
  readonly ids: readonly string[];
  readonly trades: readonly TradeRecord[];
  readonly rows: readonly RowRecord[];
  /** The account that the engine trades. */
  readonly account: () => AccountRecord;
  /** Signed position; zero where there never was one. */
  readonly position: (instrument: string) => Decimal;
  /** Grows whenever something of this has changed. */
  readonly version: () => number;
  /** Takes an entry of the exchange's journal. */
  readonly take: (entry: string) => void;
};

type Entry = {
  readonly accounts: readonly AccountRecord[];
  readonly orders: readonly OrderRecord[];
  readonly trades: readonly TradeRecord[];
  readonly rows: readonly RowRecord[];
};

const ACCOUNT = 'main';
/** What stands in an entry in which only prices moved. */
const NOTHING = '"accounts":[],"orders":[],"trades":[],"rows":[],';

export function createTruth(): Truth {
  const orders = new Map<string, OrderRecord>();
  const ids: string[] = [];
  const trades: TradeRecord[] = [];
  const rows: RowRecord[] = [];
  let account: AccountRecord | undefined;
  let version = 0;
  return {
    orders,
    ids,
    trades,
    rows,
    account: () => must(account, 'an account'),
    position: (instrument) => account?.positions[instrument]?.size ?? ('0' as Decimal),
    version: () => version,
    take: (text) => {
      if (text.includes(NOTHING)) return;
      const entry = JSON.parse(text) as Entry;
      for (const order of entry.orders) {
        if (!orders.has(order.id)) ids.push(order.id);
        orders.set(order.id, order);
      }
      trades.push(...entry.trades);
      rows.push(...entry.rows);
      account = entry.accounts.find(({ id }) => id === ACCOUNT) ?? account;
      version++;
    },
  };
}
