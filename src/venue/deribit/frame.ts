/**
 * JSON-RPC frames as text. Out: decimals stand in the JSON with every digit, no float in between. In: a frame is one
 * of few shapes or it is refused; unknown members are left alone.
 */
import type { Decimal } from '../../base/decimal.ts';
import type { MethodName } from '../protocol/methods.ts';
import { parseExactly } from './exact-json.ts';

const EXACT = Symbol('exact');

/** A decimal that is written as a JSON number. */
export type Exact = { readonly [EXACT]: Decimal };
export const exact = (value: Decimal): Exact => ({ [EXACT]: value });

/** What parameters are made of; members that are undefined are left out. */
export type Param = string | boolean | number | Exact | readonly Param[] | Params;
export type Params = { readonly [name: string]: Param | undefined };

/** A request without its id. */
export type Call = { readonly method: MethodName; readonly params: Params };

const isExact = (value: object): value is Exact => EXACT in value;
const isList = (value: object): value is readonly Param[] => Array.isArray(value);

function write(value: Param): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  if (isExact(value)) return value[EXACT];
  if (isList(value)) return `[${value.map(write).join(',')}]`;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${JSON.stringify(name)}:${write(member)}`],
  );
  return `{${members.join(',')}}`;
}

/** The text of a request (JSON-RPC 2.0, named parameters). */
export const writeRequest = (id: number, call: Call): string =>
  `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(call.method)},"params":${write(call.params)}}`;

/** The server's stamps of an answer, in microseconds, and whether it calls itself a test host; null where absent. */
export type Stamps = {
  readonly usIn: number | null;
  readonly usOut: number | null;
  readonly testnet: boolean | null;
};

export type Frame =
  | {
      readonly kind: 'result';
      readonly id: unknown;
      readonly result: unknown;
      readonly stamps: Stamps;
    }
  | {
      readonly kind: 'error';
      readonly id: unknown;
      readonly error: unknown;
      readonly stamps: Stamps;
    }
  | { readonly kind: 'notification'; readonly channel: string; readonly data: unknown }
  | { readonly kind: 'test_request' }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'unreadable'; readonly what: string };

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const has = (value: Members, name: string): boolean => Object.hasOwn(value, name);
const stamp = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;

function stampsOf(frame: Members): Stamps {
  return {
    usIn: stamp(frame['usIn']),
    usOut: stamp(frame['usOut']),
    testnet: typeof frame['testnet'] === 'boolean' ? frame['testnet'] : null,
  };
}

function readCallByServer(frame: Members): Frame {
  const params = frame['params'];
  if (!isObject(params)) return { kind: 'unreadable', what: 'a notification without parameters' };
  if (frame['method'] === 'subscription') {
    const channel = params['channel'];
    if (typeof channel !== 'string' || !has(params, 'data'))
      return { kind: 'unreadable', what: 'a notification without channel or data' };
    return { kind: 'notification', channel, data: params['data'] };
  }
  if (frame['method'] === 'heartbeat') {
    if (params['type'] === 'test_request') return { kind: 'test_request' };
    if (params['type'] === 'heartbeat') return { kind: 'heartbeat' };
  }
  return { kind: 'unreadable', what: 'a message of a kind that we do not know' };
}

/** Reads the outer shape of a frame; never throws. */
export function readFrame(text: string): Frame {
  let frame: unknown;
  try {
    frame = parseExactly(text);
  } catch {
    return { kind: 'unreadable', what: 'text that is not JSON' };
  }
  if (!isObject(frame)) return { kind: 'unreadable', what: 'JSON that is not an object' };
  if (has(frame, 'method')) return readCallByServer(frame);
  const [good, bad] = [has(frame, 'result'), has(frame, 'error')];
  if (good === bad)
    return { kind: 'unreadable', what: 'an answer that has not exactly one of result and error' };
  return good
    ? { kind: 'result', id: frame['id'], result: frame['result'], stamps: stampsOf(frame) }
    : { kind: 'error', id: frame['id'], error: frame['error'], stamps: stampsOf(frame) };
}
