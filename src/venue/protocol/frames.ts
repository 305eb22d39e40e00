/**
 * JSON-RPC as Deribit frames it over WebSocket and HTTP: errors, notifications, heartbeats, the answer to a login.
 */
import type { HeartbeatType } from './values.ts';

/** Ids are echoed with their type. */
export type RpcId = number | string;

export type RpcError = { readonly code: number; readonly message: string; readonly data?: unknown };

/** `data` of -32602. */
export type InvalidParam = { readonly reason: string; readonly param: string };

export type SubscriptionFrame<D = unknown> = {
  readonly jsonrpc: '2.0';
  readonly method: 'subscription';
  readonly params: { readonly channel: string; readonly data: D; readonly label?: string };
};

export type HeartbeatFrame = {
  readonly jsonrpc: '2.0';
  readonly method: 'heartbeat';
  readonly params: { readonly type: HeartbeatType };
};

/** Result of `public/auth`; `expires_in` counts seconds, `scope` is a list parted by spaces. */
export type AuthResult = {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: 'bearer';
  readonly expires_in: number;
  readonly scope: string;
  readonly state?: string;
  readonly sid?: string;
  readonly enabled_features: readonly string[];
};
