/**
 * JSON-RPC as Deribit frames it over WebSocket and HTTP. `N` is how a number is held: `number` when read with
 * `JSON.parse`, something that keeps every digit when written.
 */
import type { HeartbeatType } from './values.ts';

/** Ids are echoed with their type. */
export type RpcId = number | string;

export type RpcRequest = {
  readonly jsonrpc: '2.0';
  readonly id?: RpcId;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
};

/** Microseconds since 1970; some answers lack them. */
export type RpcStamps = {
  readonly usIn?: number;
  readonly usOut?: number;
  readonly usDiff?: number;
  readonly testnet?: boolean;
};

export type RpcSuccess<R = unknown> = RpcStamps & {
  readonly jsonrpc: '2.0';
  readonly id?: RpcId;
  readonly result: R;
};

export type RpcError = { readonly code: number; readonly message: string; readonly data?: unknown };

/** `data` of -32602. */
export type InvalidParam = { readonly reason: string; readonly param: string };

export type RpcFailure = RpcStamps & {
  readonly jsonrpc: '2.0';
  readonly id?: RpcId;
  readonly error: RpcError;
};

export type RpcResponse<R = unknown> = RpcSuccess<R> | RpcFailure;

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
