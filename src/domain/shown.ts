/** What people and scripts see: the shapes of `interface.md`. Decimals are text, times ISO 8601 UTC, what is absent is null. */
import type { Decimal } from '../base/decimal.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Activity, Assurance, Control, Status } from './status.ts';

export type Side = 'long' | 'short';
export type ExitReason =
  | 'tp_hit'
  | 'sl_hit'
  | 'strategy_exit'
  | 'strategy_stop'
  | 'operator_close'
  | 'kill_switch'
  | 'external_close'
  | 'liquidation'
  | 'delivery'
  | 'ghost_trade_cleanup'
  /** A person's adoption was undone: what the trade still held belongs to nobody again. */
  | 'handed_back';
export type ClosedBy =
  | 'target'
  | 'stop'
  | 'strategy'
  | 'operator'
  | 'kill'
  | 'web'
  | 'mobile'
  | 'other_api'
  | 'liquidation'
  | 'delivery'
  | 'unknown';
export type TradePhase = 'entering' | 'open' | 'exiting' | 'closed' | 'needs_you';

export type Trade = {
  readonly id: string;
  readonly account: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly direction: Side;
  readonly status: 'open' | 'closed';
  readonly phase: TradePhase;
  readonly amount: Decimal;
  readonly openAmount: Decimal;
  readonly entryPrice: Decimal | null;
  readonly exitPrice: Decimal | null;
  readonly stopLoss: Decimal | null;
  readonly takeProfit: Decimal | null;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly exitReason: ExitReason | null;
  readonly closedBy: ClosedBy | null;
  readonly grossPnl: Decimal;
  readonly fees: Decimal;
  readonly funding: Decimal;
  /** How much of the funding a settlement has paid; the rest is accrued. Left out in trades shown before it was counted. */
  readonly fundingSettled?: Decimal | undefined;
  readonly netPnl: Decimal;
  /** Net result in percent of the entry's value; null before there is one. */
  readonly pnlPercentage: Decimal | null;
  readonly currency: string;
  readonly pnlSource: 'fills' | 'imported' | 'unknown';
  readonly origin: 'strategy' | 'adopted' | 'imported';
  readonly parent: string | null;
  readonly corrected: boolean;
  readonly breaks: readonly string[];
};

export type ControlShown = {
  readonly value: Control;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
};

export type Strategy = {
  readonly id: string;
  readonly kind: string;
  readonly instrument: string;
  readonly status: Status;
  /** The label for people, in English; screens compose their own from the three fields. */
  readonly label: string;
  readonly control: ControlShown;
  readonly activity: Activity;
  readonly assurance: Assurance;
  /** Since when the status stands. */
  readonly since: string;
  /** Id of its open trade. */
  readonly position: string | null;
  readonly checkpoints: readonly Checkpoint[];
  readonly strength: number;
  readonly why: {
    readonly reason: string;
    readonly params: Readonly<Record<string, string>>;
  } | null;
  readonly config: Readonly<Record<string, unknown>>;
};

export type StopShown = {
  readonly state: 'on_exchange' | 'partial' | 'missing' | 'none';
  readonly amount: Decimal;
  readonly orderId: string | null;
  readonly price: Decimal | null;
};

export type Position = {
  readonly account: string;
  readonly instrument: string;
  /** Signed; what the books hold: all trades' open amounts and the foreign amount. */
  readonly size: Decimal;
  readonly averagePrice: Decimal | null;
  readonly markPrice: Decimal | null;
  readonly unrealisedPnl: Decimal | null;
  readonly currency: string;
  readonly foreignAmount: Decimal;
  readonly byStrategy: Readonly<Record<string, Decimal>>;
  readonly stop: StopShown;
  /** When a clean check last compared it. */
  readonly verifiedAt: string | null;
};

export type Order = {
  readonly orderId: string | null;
  readonly label: string;
  /** Label of the intent that it belongs to; null for orders of others. */
  readonly intent: string | null;
  readonly strategy: string | null;
  readonly tradeId: string | null;
  readonly instrument: string;
  readonly direction: 'buy' | 'sell';
  readonly type: string;
  readonly amount: Decimal;
  readonly filled: Decimal;
  readonly averagePrice: Decimal | null;
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
  readonly reduceOnly: boolean;
  /** `pending` and `unknown` are ours before the exchange has shown the order; `absent` is proved never to have existed. */
  readonly state:
    | 'pending'
    | 'unknown'
    | 'open'
    | 'untriggered'
    | 'triggered'
    | 'filled'
    | 'cancelled'
    | 'rejected'
    | 'absent';
  readonly origin: 'engine' | 'web' | 'mobile' | 'other_api' | 'liquidation' | 'unknown';
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type BreakKind =
  | 'ghost_trade'
  | 'orphan_position'
  | 'size_mismatch'
  | 'side_mismatch'
  | 'missing_stop'
  | 'orphan_order'
  | 'lost_order'
  | 'missed_fill'
  | 'unresolved_intent'
  | 'foreign_activity'
  | 'fee_or_funding_difference'
  | 'balance_drift';
export type BreakLife =
  | 'seen'
  | 'confirmed'
  | 'auto_resolved'
  | 'needs_you'
  | 'resolved'
  | 'accepted'
  | 'regressed';
export type BreakAction = 'adopt' | 'by_hand' | 'flatten' | 'accept' | 'enter';
export type Evidence = {
  readonly kind: 'position' | 'fill' | 'order' | 'read' | 'account' | 'intent';
  readonly id: string;
  readonly at: string;
  readonly flags: Readonly<Record<string, boolean | null>>;
  readonly text: string;
  readonly raw: unknown;
};

/** `somebody`: a person, another program or another key, the exchange does not tell which; `exchange`: itself. */
export type BreakWho = ClosedBy | 'somebody' | 'exchange';

/** How an earlier appearance of a difference ended; `undone` once a person has taken that decision back. */
export type BreakEnd = {
  readonly life: Extract<BreakLife, 'resolved' | 'accepted'>;
  readonly books: string;
  readonly exchange: string;
  readonly amount: Decimal;
  readonly action: BreakAction | 'auto';
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly undone?:
    | { readonly by: string; readonly reason: string; readonly at: string }
    | undefined;
};

export type Break = {
  readonly id: string;
  readonly kind: BreakKind;
  readonly life: BreakLife;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly account: string;
  readonly instrument: string;
  readonly strategy: string | null;
  /** What the books say and what the exchange says, in words of the field (for example "long 0.001"). */
  readonly books: string;
  readonly exchange: string;
  readonly difference: {
    readonly amount: Decimal;
    readonly value: Decimal;
    readonly currency: string;
  };
  readonly evidence: readonly Evidence[];
  readonly who: BreakWho | null;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly timesSeen: number;
  readonly proposal: BreakAction | null;
  readonly options: readonly { readonly action: BreakAction; readonly writes: string }[];
  /** The person who has taken it on. */
  readonly owner: string | null;
  /** How it ended; of one that still stands, what a person has decided and is owed. */
  readonly resolution: {
    readonly action: BreakAction | 'auto';
    readonly by: string;
    readonly reason: string;
    readonly at: string;
  } | null;
  /** How it ended before it came back, oldest first; left out where it never did. */
  readonly history?: readonly BreakEnd[] | undefined;
};

export type Trigger = 'start' | 'timer' | 'reconnect' | 'surprise' | 'demand';
export type Verdict = 'valid' | 'ghost' | 'orphan' | 'clean' | 'unknown';
export type CoverageState = 'ok' | 'difference' | 'unknown';

export type Report = {
  readonly id: string;
  readonly trigger: Trigger;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly seq: number;
  /** Whether every read was answered whole. */
  readonly complete: boolean;
  readonly coverage: Readonly<
    Record<'orders' | 'positions' | 'fills' | 'fees' | 'funding' | 'balance', CoverageState>
  >;
  readonly verdicts: readonly {
    readonly strategy: string | null;
    readonly instrument: string;
    readonly verdict: Verdict;
    readonly tradeId: string | null;
    readonly action: string;
  }[];
  /** Ids of the breaks that it found or saw again. */
  readonly breaks: readonly string[];
  /** Complete and without an open difference about position, order or stop. */
  readonly ok: boolean;
  /** Why it is not complete. */
  readonly problem: string | null;
};

/** What the closed trades of a strategy that ended for one reason came to. */
export type ResultLine = {
  readonly strategy: string;
  readonly exitReason: ExitReason | 'unknown';
  readonly count: number;
  readonly gross: Decimal;
  readonly fees: Decimal;
  readonly funding: Decimal;
  readonly net: Decimal;
};

/** Figures over closed trades of one currency. */
export type Figures = {
  readonly count: number;
  readonly wins: number;
  readonly losses: number;
  /** Percent of closed trades with a known result. */
  readonly winRate: Decimal | null;
  readonly currency: string;
  readonly gross: Decimal;
  readonly fees: Decimal;
  readonly funding: Decimal;
  readonly net: Decimal;
  /** Sum of the net results above 0, and of those below, as a positive number. */
  readonly won: Decimal;
  readonly lost: Decimal;
  readonly profitFactor: Decimal | null;
  readonly expectancy: Decimal | null;
  /** Over several accounts: the deepest that one of them had. */
  readonly maxDrawdown: Decimal;
  readonly best: Decimal | null;
  readonly worst: Decimal | null;
  readonly byExitReason: Readonly<Record<string, number>>;
  readonly byStrategy: Readonly<Record<string, { readonly count: number; readonly net: Decimal }>>;
  /** By strategy and exit reason, in the order of their names; daily reports leave it out. */
  readonly results?: readonly ResultLine[] | undefined;
  /** Closed trades whose result is unknown; they count in nothing above. */
  readonly unexplained: number;
};

/** The figures of one currency; where trades of several are asked about, those of each beside them. Never a sum over currencies. */
export type Metrics = Figures & { readonly byCurrency?: Readonly<Record<string, Figures>> };
