/**
 * The stream between engine and browsers. Durable frames are facts: all frames of one commit share `commit` and are
 * applied together; `prev` is the commit of the group before on this stream. HEARTBEAT and MARKET carry no seq and are
 * never replayed.
 */
import type { Decimal } from '../base/decimal.ts';
import type { Alert } from '../domain/alert.ts';
import type { Fact, FrameType } from '../domain/fact.ts';
import type { DiskState } from '../domain/status.ts';
import type { Break, Order, Position, Strategy, Trade } from '../domain/shown.ts';

/** One fact as a frame: its data spread beside the envelope, but for what only the next daily report needs (`carry`). */
export type FactFrame = {
  readonly [Type in FrameType]: {
    readonly account: string;
    readonly seq: number;
    readonly commit: number;
    readonly prev: number;
    readonly epoch: number;
    readonly at: string;
    readonly type: Type;
  } & Omit<Extract<Fact, { readonly type: Type }>['data'], 'carry'>;
}[FrameType];

/** Everything that a screen shows, as of `commit`. `journal` is the birth id: when it differs, forget all and start over. */
export type SnapshotFrame = {
  readonly type: 'SNAPSHOT';
  /** Id of the account in the configuration, as in every frame; `exchangeAccount` is that at the exchange, '' before the first connection. */
  readonly account: string;
  readonly exchangeAccount: string;
  /** All accounts of the engine; each sends its own frames. */
  readonly accounts: readonly string[];
  readonly journal: string;
  readonly commit: number;
  readonly epoch: number;
  readonly at: string;
  readonly mode: string;
  readonly venue: string;
  readonly speed: number;
  readonly version: string;
  readonly strategies: readonly Strategy[];
  readonly positions: readonly Position[];
  readonly openTrades: readonly Trade[];
  readonly lastTrades: readonly Trade[];
  readonly orders: readonly Order[];
  readonly breaks: readonly Break[];
  /** Those that fire. */
  readonly alerts: readonly Alert[];
};

/** How long ago (real ms) each link was last heard; null when it is down. `drop_copy` only where there is one. */
export type LinkAges = {
  readonly trading: number | null;
  readonly market: number | null;
  readonly drop_copy?: number | null;
};

/** Once a second: server time, head commit, and the ages of the links. */
export type HeartbeatFrame = {
  readonly type: 'HEARTBEAT';
  readonly account: string;
  readonly accounts: readonly string[];
  readonly journal: string;
  readonly at: string;
  readonly commit: number;
  readonly speed: number;
  readonly links: LinkAges;
  /** Real ms since the last clean check was begun; null before the first. */
  readonly verifiedAge: number | null;
  /** Room on the journal's disk: `low` and `full` stop openings. */
  readonly disk: DiskState;
};

/** At most four a second: mark price, the running candle, and unrealised PnL per open trade. */
export type MarketFrame = {
  readonly type: 'MARKET';
  readonly account: string;
  readonly at: string;
  readonly instrument: string;
  readonly markPrice: Decimal;
  readonly bestBid: Decimal | null;
  readonly bestAsk: Decimal | null;
  readonly candle: {
    readonly at: string;
    readonly open: Decimal;
    readonly high: Decimal;
    readonly low: Decimal;
    readonly close: Decimal;
    readonly volume: Decimal;
  } | null;
  readonly unrealised: Readonly<Record<string, Decimal>>;
};

export type StreamFrame = FactFrame | SnapshotFrame | HeartbeatFrame | MarketFrame;

/** What a client sends: first of all, and once. `since` is a commit that it holds. */
export type SubscribeMessage = { readonly type: 'SUBSCRIBE'; readonly since?: Since };

/** The commit held; with several accounts that of each, by its id. An account that is missing there begins with a snapshot. */
export type Since = number | Readonly<Record<string, number>>;
