/**
 * Everything that the practice exchange must not forget, as plain data: clock, prices, markets, accounts, orders,
 * trades and cash rows. Orders and trades are never removed; what a query may still see is decided by the query.
 */
import { type Decimal, sub } from '../../base/decimal.ts';
import type { Prng } from '../../base/prng.ts';
import type { Millis } from '../../base/time.ts';
import type {
  ROW_TYPES,
  BookState,
  CancelReason,
  Direction,
  LiquidationSide,
  OrderState,
  OrderType,
  OriginalOrderType,
  TickDirection,
  TimeInForce,
  TransactionSide,
  Trigger,
  TriggerFillCondition,
  WithdrawalPriority,
} from '../protocol/values.ts';
import type { Chart } from './market/candles.ts';
import type { FundingHour, SettlementRecord } from './market/past.ts';
import type { Prices } from './market/prices.ts';

/**
 * Where an order came from, shown as the flags `api`, `web` and `mobile`. What came by the exchange's binary interface counts
 * as `api`, and no query or push of orders shows it, while its fills and positions are shown (FACTS, section 23, point 12).
 */
export const SOURCES = ['web', 'mobile', 'api', 'binary'] as const;
export type Source = (typeof SOURCES)[number];
/** A person's or program's, or the exchange's own when it liquidates: then none of the flags. */
export type OrderSource = Source | 'liquidation';

/** Whether queries and pushes show an order of this origin. */
export const isListed = ({ source }: { readonly source: OrderSource }): boolean =>
  source !== 'binary';
/** Whether it carries the flag `api`. */
export const isByProgram = ({ source }: { readonly source: OrderSource }): boolean =>
  source === 'api' || source === 'binary';

/** How an order hangs together with others. */
export type Link =
  /** Its fills wake `secondaries` (ids of dormant orders, in the order of the request). */
  | {
      readonly role: 'primary';
      readonly condition: TriggerFillCondition;
      readonly secondaries: readonly string[];
      readonly ocoRef: string | null;
      /** The orders that the secondaries last became; empty before. */
      legs: readonly string[];
      /** How much of the primary the legs so far stand for. */
      awake: Decimal;
    }
  /** Sleeps until its primary's condition is met. */
  | { readonly role: 'dormant'; readonly primary: string }
  /** Live, of a pair (`ocoRef`) or alone, maybe with a primary. `yielded`: what the other leg's fills took off its amount. */
  | {
      readonly role: 'leg';
      readonly primary: string | null;
      readonly ocoRef: string | null;
      yielded: Decimal;
    };

/** What sets an order off. Of a trailing stop `price` follows the best reference price at the distance `offset`. */
export type TriggerTerms = {
  readonly on: Trigger;
  readonly price: Decimal;
  readonly offset?: Decimal;
};

/** How much an iceberg shows anew each time, and what of that is left; amounts in the instrument's unit. */
export type Iceberg = { readonly refresh: Decimal; readonly shown: Decimal };

export type OrderRecord = {
  readonly id: string;
  readonly account: string;
  readonly instrument: string;
  readonly direction: Direction;
  type: OrderType;
  original: OriginalOrderType | null;
  /** The whole amount, what has filled included. */
  amount: Decimal;
  filled: Decimal;
  /** Sum of the fills' values (see instruments.ts), for the average price. */
  value: Decimal;
  /** null: no limit, as an untriggered market-style trigger order has. */
  price: Decimal | null;
  readonly timeInForce: TimeInForce;
  postOnly: boolean;
  rejectPostOnly: boolean;
  reduceOnly: boolean;
  readonly label: string;
  readonly source: OrderSource;
  readonly createdAt: Millis;
  updatedAt: Millis;
  state: OrderState;
  replaced: boolean;
  cancelReason: CancelReason | null;
  trigger: TriggerTerms | null;
  /** Id of the order whose trigger or activation made this one. */
  readonly bornFrom: string | null;
  /** Place in time among orders of one price; renewed when an edit loses it. */
  queue: number;
  link: Link | null;
  /** Left out in orders that show the book all of themselves. */
  iceberg?: Iceberg;
};

export type TradeRecord = {
  readonly id: string;
  readonly seq: number;
  readonly account: string;
  readonly instrument: string;
  readonly at: Millis;
  readonly order: string;
  readonly label: string;
  readonly direction: Direction;
  readonly amount: Decimal;
  readonly price: Decimal;
  readonly fee: Decimal;
  readonly liquidity: 'M' | 'T';
  /** State of the order right after this fill. */
  readonly state: 'open' | 'filled';
  readonly orderType: 'limit' | 'market' | 'liquidation';
  readonly profit: Decimal;
  readonly index: Decimal;
  readonly mark: Decimal;
  readonly tickDirection: TickDirection;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  /** The side or sides that were liquidated; left out when none was. */
  readonly liquidation?: LiquidationSide;
  readonly source: OrderSource;
};

/** What a row of the transaction log is about. */
export type RowType = (typeof ROW_TYPES)[number];

/** One row of an account's transaction log; null where the row has no such thing. */
export type RowRecord = {
  readonly id: number;
  readonly seq: number;
  readonly account: string;
  readonly currency: string;
  readonly at: Millis;
  readonly type: RowType;
  readonly change: Decimal;
  readonly cashflow: Decimal;
  readonly balance: Decimal;
  readonly equity: Decimal;
  readonly commission: Decimal | null;
  readonly instrument: string | null;
  readonly position: Decimal | null;
  readonly side: TransactionSide;
  readonly amount: Decimal | null;
  readonly price: Decimal | null;
  readonly mark: Decimal | null;
  readonly index: Decimal | null;
  readonly trade: string | null;
  readonly order: string | null;
  readonly role: 'maker' | 'taker' | null;
  /** Whose fee the fill paid, where that is not the one of its role: what an iceberg hides pays as a taker. */
  readonly feeRole?: 'maker' | 'taker';
  /** Settlement rows: the session's parts and its funding. */
  readonly session: {
    readonly rpl: Decimal;
    readonly upl: Decimal;
    readonly funding: Decimal;
    /** Profit since entry; left out in rows from before it was kept. */
    readonly total?: Decimal;
  } | null;
  readonly source: OrderSource | null;
  /** Funding since the last row of this position, as cash; left out where there is none, and in rows from before it was kept. */
  readonly interest?: Decimal;
  /** What a row of the wallet, or a correction, says of where the cash went or came from; left out in all others. */
  readonly info?: Readonly<Record<string, string | number>>;
  /** Of the row that makes a bankrupt account whole. */
  readonly bankruptcy?: Bankruptcy;
};

/** Who paid what an account owed beyond all that it had, in cash of its currency. */
export type Bankruptcy = {
  readonly owed: Decimal;
  /** By the insurance fund, and by everybody else. */
  readonly funded: Decimal;
  readonly socialized: Decimal;
  /** What those paid whose session was a profit, and which fraction of it. */
  readonly tax: Decimal;
  readonly taxRate: Decimal;
};

/** A withdrawal (how far it has come follows from the time) or a transfer between accounts, from `account` to `to`. */
export type WalletMove = {
  readonly id: number;
  readonly account: string;
  readonly currency: string;
  readonly amount: Decimal;
  readonly at: Millis;
  /** The caller's own mark, by which a repeated request is known. */
  readonly nonce: string | null;
} & (
  | {
      readonly kind: 'withdrawal';
      readonly address: string;
      readonly fee: Decimal;
      readonly priority: WithdrawalPriority;
      readonly cancelledAt: Millis | null;
    }
  | { readonly kind: 'transfer'; readonly to: string; readonly between: 'user' | 'subaccount' }
);

/** A position of one account in one instrument; kept when it is flat, for its session. */
export type PositionRecord = {
  size: Decimal;
  /** Entry price since it was opened; 0 when flat. */
  average: Decimal;
  /** Reference of this session: the settlement price for what was carried over, the entry price for the rest. */
  sessionAverage: Decimal;
  /** Minus the sum of the values of this session's fills and of what was carried: session profit = this + value(size, mark). */
  sessionCash: Decimal;
  /** Funding of this session up to `interestAt`, times 8 hours in ms (kept undivided so that it stays exact). */
  funding: Decimal;
  /** What rows of the log have told of it, as cash; left out before they told anything. */
  told?: Decimal;
  /** The market's interest integral up to which `funding` is counted. */
  interestAt: Decimal;
  settlementPrice: Decimal;
};

/** What becomes of an order that would take an own one, and whether those of other accounts are own ones too. */
export type SelfTrading = {
  readonly mode: 'reject_taker' | 'cancel_maker';
  readonly extended: boolean;
};

/** A liquidation that is under way in one currency of an account. */
export type Liquidation = {
  readonly steppedAt: Millis;
  /** Wanted by a hand: it goes on until no more than that size (>= 0) is left there. */
  readonly until?: { readonly instrument: string; readonly size: Decimal };
};

export type AccountRecord = {
  readonly id: string;
  readonly userId: number;
  readonly createdAt: Millis;
  readonly balances: Record<string, Decimal>;
  readonly positions: Record<string, PositionRecord>;
  /** Number of the last row of the transaction log. */
  userSeq: number;
  /** By currency; left out while there is none. */
  liquidations?: Readonly<Record<string, Liquidation>>;
  /** Left out until the account chooses. */
  selfTrading?: SelfTrading;
  /** Whether cancel-on-disconnect is on for its connections to come; left out until the account chooses. */
  cancelsByDefault?: boolean;
};

/** What cash is put to that belongs to no account. */
export const HOUSE_BOOKS = ['makers', 'fees', 'insurance', 'rounding', 'outside'] as const;
export type HouseBook = (typeof HOUSE_BOOKS)[number];
/** Cash of each book by currency. `outside` is what came in, below zero. */
export type House = Readonly<Record<HouseBook, Record<string, Decimal>>>;
/** What all market makers and takers of the market hold together; always replaced, never changed. */
export type MakersPosition = Readonly<
  Pick<PositionRecord, 'size' | 'sessionCash' | 'funding' | 'interestAt'>
>;

/** Where a lively market stands: everything that its makers and takers do follows from the two. */
export type Lively = { readonly seed: number; readonly beat: number };

/** One instrument's market. */
export type MarketRecord = {
  readonly name: string;
  index: Decimal;
  mark: Decimal;
  last: Decimal;
  tickDirection: TickDirection;
  /** How far the mark stands above the index, in millionths. */
  basisPpm: number;
  /** A premium of the mark over the index that a hand holds for a while, or until it lets go (`until`: null). */
  held?: { readonly premium: Decimal; readonly until: Millis | null };
  readonly random: Prng;
  state: BookState;
  /** End of a settlement that is under way. */
  stateUntil: Millis | null;
  /** Integral of the funding rate x index (linear) or / index (inverse) over ms, since the last settlement. */
  interest: Decimal;
  interestPerMs: Decimal;
  interestTo: Millis;
  /** Current 8-hour funding rate, and its mean weighted over about eight hours. */
  rate: Decimal;
  meanRate: Decimal;
  /** Integral of the rate over ms since the last full hour; left out in markets from before it was kept. */
  rateMs?: Decimal;
  settlementPrice: Decimal;
  tradeSeq: number;
  /** What takers took from the market maker since the last tick: from its bids, from its asks. */
  taken: { bid: Decimal; ask: Decimal };
  /** Most that the market maker gives on each side per tick; null is no bound. */
  liquidity: Decimal | null;
  /** Left out until they trade with an account. */
  makers?: MakersPosition;
  /** What its makers and takers follow; left out in a calm market. */
  lively?: Lively;
  /** What only products that end have; left out in perpetuals. */
  readonly dated?: Dated;
  /** Contract terms that a hand has put in place of the listed ones. */
  terms?: Terms;
};

/** How far a market of something that ends has been worked out, and what it was delivered at. */
export type Dated = {
  readonly id: number;
  /** The second of index, mark and what takers have left. */
  at: Millis;
  delivery?: { readonly at: Millis; readonly price: Decimal };
};

/** What an instrument's amounts and prices are multiples of, the least amount, and what trading it costs. */
export type Terms = {
  readonly contractSize: Decimal;
  readonly minAmount: Decimal;
  readonly tick: Decimal;
  /** Shares of the turnover, a rebate below 0; left out where nobody has changed them. */
  readonly makerFee?: Decimal;
  readonly takerFee?: Decimal;
};

/** Running numbers; each names the last one given out. */
export type Counters = {
  order: number;
  trigger: number;
  oto: number;
  oco: number;
  trade: number;
  row: number;
  queue: number;
  /** Left out until something that ends is listed. */
  instrument?: number;
};

export type State = {
  readonly seed: number;
  /** Server time reached. */
  server: Millis;
  speed: number;
  prices: Prices;
  readonly counters: Counters;
  readonly house: House;
  readonly accounts: Map<string, AccountRecord>;
  readonly orders: Map<string, OrderRecord>;
  /** Ids of the orders that are open or untriggered, oldest first. */
  readonly live: Set<string>;
  readonly trades: TradeRecord[];
  readonly rows: RowRecord[];
  /** By id, oldest first; none is ever removed. */
  readonly moves: Map<number, WalletMove>;
  readonly markets: Map<string, MarketRecord>;
  readonly charts: Map<string, Chart>;
  /** Funding by the hour and settlements, oldest first. */
  readonly hours: FundingHour[];
  readonly settlements: SettlementRecord[];
};

/** What of an order has not filled. */
export const remainingOf = (order: Pick<OrderRecord, 'amount' | 'filled'>): Decimal =>
  sub(order.amount, order.filled);

/** Whether an order can still do something. */
export const isLive = (order: OrderRecord): boolean =>
  order.state === 'open' || order.state === 'untriggered';
export const isDormant = (order: OrderRecord): boolean =>
  order.state === 'untriggered' && order.link?.role === 'dormant';
