/** Errors in words: what went wrong and, where the error knows it, what to do next. Never a stack. */

/** The words of any thrown value. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { next } = error as { readonly next?: unknown };
  return typeof next === 'string' && next !== '' ? `${error.message} ${next}` : error.message;
}
