/**
 * Assertions that stay on in production. A failed one is our own bug: it is thrown up to the process, which stops
 * before it can trade on a state that we no longer understand.
 */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed';
}

/** Stops with `message` unless `condition` holds. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFailed(message);
}

/** The value, which must be there; `what` says what was expected. */
export function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null)
    throw new AssertionFailed(`expected ${what}, found nothing`);
  return value;
}

/** Marks a place that the types say can't be reached, for exhaustive switches. */
export function unreachable(value: never): never {
  throw new AssertionFailed(`unreachable variant ${JSON.stringify(value)}`);
}
