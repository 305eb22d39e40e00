/**
 * Facts: what we hold to be true, in the order in which we came to hold it. `Fact` is the envelope as stored, hashed and
 * exported; `FactBody` is the union of all kinds. A kind's meaning never changes without a new version `v`.
 * Deciding facts are what the books are folded from. Shown facts (`SHOWN_TYPES`) repeat, in the same commit behind their
 * cause, what a screen shows; no deciding fold reads them.
 */
import type { Decimal } from '../base/decimal.ts';
import type { Millis } from '../base/time.ts';
import type { CashRow, Delivered } from './account.ts';
import type { Alert, Delivery } from './alert.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { RiskConfig, StrategyConfig } from './config.ts';
import type { DecisionMade, DecisionUndone } from './decision.ts';
import type { DailyCarry, DailyReady } from './daily.ts';
import type { Fill } from './fill.ts';
import type { FundingAccrued, FundingSettled } from './funding.ts';
import type { ImportedTrade } from './import.ts';
import type { Instrument } from './instrument.ts';
import type { ChangeIntent, Intent } from './intent.ts';
import type { ForeignSeen, VenueOrder } from './order.ts';
import type {
  Break,
  BreakAction,
  BreakKind,
  ClosedBy,
  ControlShown,
  ExitReason,
  Order,
  Position,
  Report,
  Side,
  Strategy,
  Trade,
} from './shown.ts';
import type { Activity, Assurance, Control, DiskState, Status } from './status.ts';

/** Who made it so. */
export type Actor = {
  readonly kind: 'engine' | 'strategy' | 'person' | 'token' | 'exchange' | 'reconciler';
  readonly id: string;
};

/**
 * Where a fill goes: a trade, or (trade null) the foreign amount of the instrument. Fees are split by amount. `replace`: it
 * explains what was assumed to have left the trade unseen, so the position does not move again. `exit`: how this trade
 * ended, where the fill's own `exit` speaks of another one; left out where it does not, and in facts from before.
 */
export type Allocation = {
  readonly trade: string | null;
  readonly role: 'open' | 'close' | 'replace';
  readonly amount: Decimal;
  readonly fee: Decimal;
  readonly exit?: TradeExit;
};

/** Why a trade ended, and by whose hand. */
export type TradeExit = { readonly reason: ExitReason; readonly by: ClosedBy };

/** A trade that a fill opens; `parent` when a late fill of a closed trade makes a new one (I21). */
export type TradeOpening = {
  readonly trade: string;
  readonly strategy: string;
  readonly direction: Side;
  readonly parent: string | null;
  readonly entryLabel: string;
  readonly stopLoss: Decimal | null;
  readonly takeProfit: Decimal | null;
};

type Kind<Type extends string, Data> = { readonly type: Type; readonly v: 1; readonly data: Data };

/** Facts that the books are folded from. */
export type DecidingFact =
  | Kind<'JOURNAL_OPENED', { readonly journal: string; readonly mode: string }>
  | Kind<
      'ENGINE_STARTED',
      {
        readonly birth: string;
        readonly node: string;
        readonly strategies: readonly StrategyConfig[];
        readonly risk: RiskConfig;
        readonly speed: number;
      }
    >
  | Kind<'ENGINE_STOPPED', { readonly reason: string }>
  | Kind<'SPEED_CHANGED', { readonly speed: number }>
  /** A part of the exchange (`everything`, `maintenance`, `index btc_usdc`, `account ALL`) is closed to orders, or open again. */
  | Kind<'PLATFORM_CHANGED', { readonly part: string; readonly closed: boolean }>
  | Kind<'DISK_CHANGED', { readonly disk: DiskState; readonly freeBytes: number }>
  | Kind<'ACCOUNT_IDENTIFIED', { readonly account: string; readonly testnet: boolean }>
  | Kind<
      'BASELINE_TAKEN',
      {
        readonly at: Millis;
        readonly positions: readonly {
          readonly instrument: string;
          readonly size: Decimal;
          readonly averagePrice: Decimal | null;
          readonly realizedFunding: Decimal;
        }[];
        readonly balances: readonly { readonly currency: string; readonly balance: Decimal }[];
        /** Keys of the fills of the overlap before it: they are in the positions already. */
        readonly known: readonly string[];
        /** Begin of that overlap: older fills are in the positions too. */
        readonly horizon: Millis;
      }
    >
  | Kind<'INSTRUMENT_SPECIFIED', { readonly instrument: Instrument }>
  | Kind<
      'LINK_CHANGED',
      {
        readonly link: 'trading' | 'market' | 'drop_copy';
        readonly up: boolean;
        readonly reason: string;
      }
    >
  | Kind<
      'ASSURANCE_CHANGED',
      { readonly instrument: string; readonly assurance: Assurance; readonly reason: string }
    >
  | Kind<'STRATEGY_READY', { readonly strategy: string; readonly candles: number }>
  | Kind<
      'STRATEGY_EVALUATED',
      {
        readonly strategy: string;
        readonly candleAt: Millis;
        readonly close: Decimal;
        readonly checkpoints: readonly Checkpoint[];
        readonly signal: { readonly direction: Side; readonly strength: number } | null;
        readonly strength: number;
        readonly why: {
          readonly reason: string;
          readonly params: Readonly<Record<string, string>>;
        };
      }
    >
  /** `decidedAt`: when it was decided, where the fact is younger (I32's exception); left out everywhere else. */
  | Kind<'ORDER_INTENDED', { readonly intent: Intent; readonly decidedAt?: Millis }>
  | Kind<'ORDER_ACKED', { readonly label: string; readonly orderId: string }>
  | Kind<
      'ORDER_REJECTED',
      { readonly label: string; readonly code: number; readonly message: string }
    >
  | Kind<'ORDER_UNKNOWN', { readonly label: string; readonly reason: string }>
  | Kind<
      'ORDER_FENCED',
      { readonly label: string; readonly at: Millis; readonly cancelled: number }
    >
  | Kind<
      'ORDER_ABSENT',
      { readonly label: string; readonly by: 'proof' | 'person'; readonly evidence: string }
    >
  /** A message of the exchange showed an order in a way that the books did not hold yet. */
  | Kind<'ORDER_SEEN', { readonly order: VenueOrder; readonly label: string | null }>
  | Kind<'CHANGE_INTENDED', { readonly change: ChangeIntent }>
  | Kind<
      'CHANGE_RESOLVED',
      {
        readonly id: string;
        readonly outcome: 'done' | 'refused' | 'gone' | 'superseded';
        readonly message: string;
      }
    >
  | Kind<
      'FILL_BOOKED',
      {
        readonly fill: Fill;
        readonly allocations: readonly Allocation[];
        /** Given with the first opening fill of a trade. */
        readonly opens: TradeOpening | null;
        readonly exit: TradeExit | null;
        readonly source: 'push' | 'answer' | 'check' | 'start';
      }
    >
  | Kind<'FUNDING_ACCRUED', FundingAccrued>
  /** A settlement has paid the funding of its session: what each trade was given in it is cash now. */
  | Kind<'FUNDING_SETTLED', FundingSettled>
  | Kind<
      'POSITION_ADJUSTED',
      {
        readonly instrument: string;
        readonly trade: string | null;
        /** Signed change of the books' position. */
        readonly amount: Decimal;
        readonly reason: ExitReason | 'foreign_gone' | 'accepted';
        readonly exitPrice: Decimal | null;
        readonly by: string;
        readonly evidence: string;
      }
    >
  /** A dated future has ended: all that the books hold of it, trades and foreign amount, is closed at the delivery price. */
  | Kind<'POSITION_DELIVERED', Delivered>
  | Kind<
      'TRADE_ADOPTED',
      {
        readonly trade: string;
        readonly strategy: string;
        readonly instrument: string;
        readonly direction: Side;
        readonly amount: Decimal;
        readonly entryPrice: Decimal;
        readonly openedAt: Millis;
        readonly fees: Decimal;
        /** `table`: as the row of another program's table says. */
        readonly entry: 'fills' | 'average' | 'table';
        /** The row that it was, where a table was imported. */
        readonly imported?: { readonly source: string; readonly row: string };
        /** Orders at the exchange that protect it. */
        readonly orders: readonly {
          readonly order: VenueOrder;
          readonly purpose: 'stop' | 'target';
        }[];
        readonly stopLoss: Decimal | null;
        readonly takeProfit: Decimal | null;
        readonly by: string;
      }
    >
  /** A closed trade of another program's table; it moves no position. */
  | Kind<'TRADE_IMPORTED', { readonly imported: ImportedTrade; readonly by: string }>
  /**
   * The exchange has confirmed that all that stops a trade stands nearer now; or (`by_hand`) its stop or target stands where
   * somebody else has put it. `takeProfit` is left out where the target stands, and in facts from before.
   */
  | Kind<
      'STOP_MOVED',
      {
        readonly trade: string;
        readonly stopLoss: Decimal;
        readonly takeProfit?: Decimal;
        readonly reason: 'break_even' | 'trailing' | 'by_hand';
      }
    >
  /** The result of a trade whose closing was not seen, as entered by a person (I21: a correction, never an edit). */
  | Kind<
      'TRADE_CORRECTED',
      {
        readonly trade: string;
        readonly exitPrice: Decimal;
        readonly fees: Decimal;
        readonly by: string;
        readonly reason: string;
      }
    >
  | Kind<'CASH_BOOKED', { readonly row: CashRow }>
  | Kind<
      'COMMAND_TAKEN',
      {
        readonly id: string;
        readonly name: string;
        readonly by: string;
        readonly args: Readonly<Record<string, unknown>>;
      }
    >
  | Kind<
      'CONTROL_CHANGED',
      {
        readonly strategy: string;
        readonly control: Control;
        readonly by: string;
        readonly reason: string;
        /** A close of all that is open which is owed with it. */
        readonly flatten: 'operator_close' | 'kill_close' | null;
      }
    >
  /** `life` is `regressed` where a difference that a person had ended came back. */
  | Kind<'BREAK_OPENED', { readonly break: Break; readonly subject: string }>
  /** `decision`: what a person decided and is owed; left out where it stands as it was, and in facts from before. */
  | Kind<
      'BREAK_UPDATED',
      { readonly break: Break; readonly subject: string; readonly decision?: DecisionMade }
    >
  /** `decision`: what a person decided and what that wrote; left out where nobody did, and in facts from before. */
  | Kind<
      'BREAK_RESOLVED',
      { readonly break: Break; readonly subject: string; readonly decision?: DecisionMade }
    >
  /** What a person had taken as it is was found to be gone: should it come back, it is raised again. */
  | Kind<
      'ACCEPTANCE_ENDED',
      { readonly kind: BreakKind; readonly subject: string; readonly reason: string }
    >
  /** A person has taken back what a person had decided: the compensating entry of the fact `corrects`. */
  | Kind<'DECISION_UNDONE', DecisionUndone>
  /** Somebody else did something to an order of ours, or to one of theirs where we trade; what it means for us is told apart. */
  | Kind<'FOREIGN_SEEN', ForeignSeen>
  | Kind<
      'FOREIGN_DECIDED',
      {
        readonly instrument: string;
        readonly amount: Decimal;
        readonly action: BreakAction;
        readonly by: string;
        readonly reason: string;
      }
    >
  | Kind<'RECONCILIATION_COMPLETED', { readonly report: Report; readonly cursor: Millis | null }>
  /** An alert is carried whole, as it is from then on. */
  | Kind<'ALERT_RAISED', { readonly alert: Alert }>
  | Kind<'ALERT_CLEARED', { readonly alert: Alert }>
  | Kind<'ALERT_ACKNOWLEDGED', { readonly alert: Alert; readonly by: string }>
  | Kind<'ALERT_SNOOZED', { readonly alert: Alert; readonly by: string; readonly until: string }>
  /** A notice has arrived. */
  | Kind<'ALERT_DELIVERED', { readonly alert: Alert; readonly delivery: Delivery }>
  /** An attempt to send a notice has failed, or the last one has. */
  | Kind<'ALERT_UNDELIVERED', { readonly alert: Alert; readonly delivery: Delivery }>
  /** The report of a day that is over: what it was made from, its hash, and what the next day's takes over. */
  | Kind<'REPORT_READY', { readonly daily: DailyReady; readonly carry: DailyCarry }>
  | Kind<'MESSAGE_REFUSED', { readonly what: string; readonly raw: string }>;

/** Facts that repeat what screens show. */
export type ShownFact =
  | Kind<'TRADE_OPENED', { readonly trade: Trade }>
  | Kind<'TRADE_UPDATED', { readonly trade: Trade }>
  | Kind<'TRADE_CLOSED', { readonly trade: Trade }>
  | Kind<
      'STRATEGY_STATUS_CHANGED',
      {
        readonly strategy: string;
        readonly status: Status;
        readonly control: ControlShown;
        readonly activity: Activity;
        readonly assurance: Assurance;
        /** Type of the fact that caused it. */
        readonly cause: string;
        readonly shown: Strategy;
      }
    >
  | Kind<'POSITION_CHANGED', { readonly position: Position }>
  | Kind<'ORDER_CHANGED', { readonly order: Order }>;

export type FactBody = DecidingFact | ShownFact;
export type FactType = FactBody['type'];

/** The envelope: who, why, and under which build and configuration. `at` is ISO text in server time; order is `seq`. */
export type Fact = {
  readonly seq: number;
  readonly at: string;
  readonly epoch: number;
  readonly actor: Actor;
  /** Short words for what led to it: the input's kind and its identity. */
  readonly cause: string;
  readonly build: string;
  readonly config: string;
} & FactBody;

/** The types of `ShownFact`. */
export const SHOWN_TYPES = [
  'TRADE_OPENED',
  'TRADE_UPDATED',
  'TRADE_CLOSED',
  'STRATEGY_STATUS_CHANGED',
  'POSITION_CHANGED',
  'ORDER_CHANGED',
] as const satisfies readonly ShownFact['type'][];

/** Facts that leave for browsers as one frame each; all others stay in the journal. */
export const FRAME_TYPES = [
  ...SHOWN_TYPES,
  'STRATEGY_EVALUATED',
  'BREAK_OPENED',
  'BREAK_UPDATED',
  'BREAK_RESOLVED',
  'RECONCILIATION_COMPLETED',
  'CONTROL_CHANGED',
  'LINK_CHANGED',
  'ALERT_RAISED',
  'ALERT_CLEARED',
  'ALERT_ACKNOWLEDGED',
  'ALERT_SNOOZED',
  'ALERT_DELIVERED',
  'ALERT_UNDELIVERED',
  'REPORT_READY',
] as const satisfies readonly FactType[];

export type FrameType = (typeof FRAME_TYPES)[number];

const FRAME_SET: ReadonlySet<string> = new Set(FRAME_TYPES);

/** Whether a fact is also a frame of the stream. */
export const isFrameType = (type: FactType): type is FrameType => FRAME_SET.has(type);
