/** What the verbs that run something are told, after configuration, environment and flags have been read and validated. */
import type { RiskConfig, StrategyConfig } from '../domain/config.ts';
import type { Lang } from '../words/format.ts';

/** How a connection shows whose it is: with the key's secret itself, or signed with it, so that it never leaves. */
export type LoginKind = 'secret' | 'signature';

export type Mode = 'practice' | 'testnet' | 'live';

/** A key of the exchange's API. */
export type ApiKey = { readonly clientId: string; readonly clientSecret: string };

/** One (sub)account at the venue: what its cell trades with, and on which journal. */
export type AccountOptions = {
  /** Its name in the configuration; `main` where none is given. */
  readonly id: string;
  /** The folder of its journal. */
  readonly dataDir: string;
  readonly credentials: ApiKey;
  /** The key of its drop copy, which can only read; null or left out where there is none. */
  readonly dropCopy?: ApiKey | null;
  readonly strategies: readonly StrategyConfig[];
  readonly risk: RiskConfig;
  /** Short hash of what decides how it trades, without secrets. */
  readonly configHash: string;
};

/** The engine with its dashboard. */
export type EngineOptions = {
  readonly mode: Mode;
  /** WebSocket address of the venue's API v2. */
  readonly venueUrl: string;
  /** The same of its public streams, where they are elsewhere. */
  readonly marketUrl?: string | undefined;
  /** HTTP address of its API v2, where long lists are read; left out, they are read over the WebSocket. */
  readonly httpUrl?: string | undefined;
  readonly login: LoginKind;
  /** At least one, each with a strategy, a key and a journal of its own. */
  readonly accounts: readonly AccountOptions[];
  /** How fast the venue's clock runs; 1 everywhere but on a practice exchange. */
  readonly speed: number;
  /** Holds what the accounts share: address, token, sessions, log. */
  readonly dataDir: string;
  /** Port of the dashboard; 0 picks a free one. */
  readonly port: number;
  readonly host: string;
  /** Real seconds between routine checks. */
  readonly checkEverySeconds: number;
  /** Where the practice exchange's control API is; null where there is none. */
  readonly practiceOrigin: string | null;
  /** Where alerts are sent, and what signs them; null without a channel. */
  readonly webhook: { readonly url: string; readonly secret: string } | null;
  readonly openBrowser: boolean;
  readonly lang: Lang;
  /** Whether a parent process may change the speed and ask for a stop over IPC (`demo`). */
  readonly child: boolean;
};

/** The practice exchange alone. */
export type PracticeOptions = {
  readonly port: number;
  readonly dataDir: string;
  /** null: that of the folder's exchange, or the default for a new one. */
  readonly seed: number | null;
  readonly speed: number;
  /** A CSV of one-minute candles, plain or gzip; null for seeded prices. */
  readonly prices: string | null;
  /** Accounts beside `main`; one that was opened once stays. */
  readonly accounts: readonly string[];
  /** How it behaves where the documents leave it open: lines such as `stamps=false`. */
  readonly set: readonly string[];
  /** What accounts may spend; null for no bounds. */
  readonly tier: 1 | 2 | 3 | 4 | null;
  /** Port of a door over TLS, 0 for a free one; null for none. */
  readonly tlsPort: number | null;
  readonly lang: Lang;
};

/** Practice exchange and engine together. */
export type DemoOptions = {
  readonly practice: PracticeOptions;
  readonly port: number;
  readonly dataDir: string;
  readonly webhook: EngineOptions['webhook'];
  readonly openBrowser: boolean;
  readonly lang: Lang;
};

/** `kill` without a running engine, in one account. */
export type KillOptions = {
  readonly venueUrl: string;
  /** HTTP address of the venue's API v2, for when no WebSocket is to be had. */
  readonly httpUrl: string;
  readonly login: LoginKind;
  readonly credentials: ApiKey;
  readonly strength: 'stop' | 'reduce' | 'cancel' | 'flatten';
  readonly reason: string;
  /** Where the file `KILL` is left behind. */
  readonly dataDir: string;
  readonly instruments: readonly string[];
};
