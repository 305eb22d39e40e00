/** The exchange's refusals as values: a code of the table, its message and what the venue adds to it. */
import { err, type Result } from '../../../base/result.ts';
import { ERRORS, type ErrorCode, type ErrorEntry } from '../../protocol/errors.ts';
import type { InvalidParam, RpcError } from '../../protocol/frames.ts';

/** A request's result or its refusal. */
export type Answer<T> = Result<T, RpcError>;

const TABLE: Readonly<Record<string, ErrorEntry>> = ERRORS;

/** Whether a number is a code of the table. */
export const isErrorCode = (code: number): code is ErrorCode => Object.hasOwn(TABLE, String(code));

/** The refusal with that code; `bound` follows the message where the venue appends one, `data` is added as it is. */
export function refusal(
  code: ErrorCode,
  extra: { readonly bound?: string; readonly data?: unknown } = {},
): RpcError {
  const message = ERRORS[code].message;
  return {
    code,
    message: extra.bound === undefined ? message : `${message} ${extra.bound}`,
    ...(extra.data === undefined ? {} : { data: extra.data }),
  };
}

export const refuse = (
  code: ErrorCode,
  extra: { readonly bound?: string; readonly data?: unknown } = {},
): Result<never, RpcError> => err(refusal(code, extra));

/** -32602, naming the parameter and what is wrong with it. */
export const refuseParam = (param: string, reason: string): Result<never, RpcError> =>
  refuse(-32602, { data: { reason, param } satisfies InvalidParam });
