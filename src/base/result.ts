/** A refusal as a value: either `ok` with a value or not `ok` with an error. Never thrown. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** A success that carries `value`. */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });

/** A refusal that carries `error`. */
export const err = <E>(error: E): Result<never, E> => ({ ok: false, error });
