/** What travels between the trading thread and the two database workers. Facts travel as their stored text. */
import type { MessagePort } from 'node:worker_threads';
import type { AlertState } from '../domain/alert.ts';
import type { AppendResult, OpenedJournal } from '../journal/port.ts';
import type { SpaceLimits } from '../journal/space.ts';
import type { SearchQuery } from '../view/search.ts';
import type { MetricsFilter, PeriodQuery, TradeFilter, VerifyResult } from '../view/store.ts';
import type { RefusalCode } from './sqlite-database.ts';
import type { DiskTold } from './sqlite-space.ts';

export type WriterSetup = {
  readonly dataDir: string;
  readonly maxPages: number | null;
  readonly space: SpaceLimits;
};

export type PagesSetup = { readonly dataDir: string };

/** What a worker begins with: the journal that it is started for, and the port over which further ones are attached. */
export type WorkerSetup<Setup> = { readonly setup: Setup; readonly attach: MessagePort };

/** A further journal for a thread that runs, with the port over which it is served. */
export type Attached<Setup> = { readonly setup: Setup; readonly port: MessagePort };

/** The first message of either worker: it stands, or why not. */
export type Opening<Opened> =
  | { readonly kind: 'opened'; readonly opened: Opened }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string };

export type WriterOpening = Opening<OpenedJournal>;

export type AppendRequest = {
  readonly kind: 'append';
  readonly id: number;
  readonly expected: number;
  readonly epoch: number;
  readonly texts: readonly string[];
};
export type SnapshotRequest = {
  readonly kind: 'snapshot';
  readonly id: number;
  readonly seq: number;
  readonly text: string;
};
export type CloseRequest = { readonly kind: 'close' };
export type WriterRequest = AppendRequest | SnapshotRequest | CloseRequest;

/**
 * Answers to the requests of one group, in their order; a snapshot answers the head. How the disk is comes unasked: first of
 * all, and before the answers of a group that changed it.
 */
export type WriterAnswer =
  | {
      readonly kind: 'answers';
      readonly answers: readonly { readonly id: number; readonly result: AppendResult }[];
    }
  | ({ readonly kind: 'disk' } & DiskTold);

export type PageQuery = { readonly limit: number; readonly cursor: string | null };

/** One question, answered in one read transaction. */
export type Query =
  | { readonly name: 'verify' }
  | { readonly name: 'close' }
  | { readonly name: 'head' | 'snapshot' | 'strategies' | 'positions' }
  | { readonly name: 'frames'; readonly since: number; readonly limit: number }
  | { readonly name: 'facts'; readonly after: number; readonly limit: number }
  | { readonly name: 'trades'; readonly filter: TradeFilter; readonly page: PageQuery }
  | { readonly name: 'metrics'; readonly filter: MetricsFilter }
  | { readonly name: 'orders' | 'breaks'; readonly only: boolean; readonly page: PageQuery }
  | { readonly name: 'alerts'; readonly state: AlertState | null; readonly page: PageQuery }
  | { readonly name: 'reports' | 'dailies'; readonly page: PageQuery }
  | { readonly name: 'search'; readonly asked: SearchQuery }
  | { readonly name: 'period'; readonly asked: PeriodQuery }
  | { readonly name: 'trade' | 'break' | 'report' | 'daily' | 'command'; readonly id: string };

export type PagesRequest = { readonly id: number; readonly query: Query };

/** `json` is the text of the answer, parsed by whoever asked; `verified` ends a walk, `walked` tells how far it is. */
export type PagesAnswer =
  | { readonly kind: 'answer'; readonly id: number; readonly json: string }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'walked'; readonly id: number; readonly done: number; readonly of: number }
  | { readonly kind: 'verified'; readonly id: number; readonly result: VerifyResult };
