/** What a request is answered with: JSON, or a problem (RFC 9457) that names what was wrong and how to mend it. */
import type { Problem } from '../wire/requests.ts';

export type Headers = Readonly<Record<string, string>>;

export type Answer =
  | {
      readonly kind: 'json';
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Headers;
    }
  /** A page for people, whole in itself. */
  | { readonly kind: 'page'; readonly html: string; readonly headers?: Headers }
  /** Lines of text, made while they are read. */
  | { readonly kind: 'lines'; readonly lines: AsyncIterable<string>; readonly headers: Headers }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly headers?: Headers };

/** The words of a problem. `title` is the same for each problem of a code, `detail` says what happened this time. */
export type ProblemWords = {
  readonly title: string;
  readonly detail: string;
  readonly field?: string;
  readonly accepted?: string;
  readonly next?: string;
};

export const json = (body: unknown, status = 200): Answer => ({ kind: 'json', status, body });

/** A problem with a stable code. */
export const problemOf = (status: number, code: string, words: ProblemWords): Problem => ({
  type: `urn:lockstep:${code}`,
  title: words.title,
  status,
  detail: words.detail,
  code,
  field: words.field ?? null,
  accepted: words.accepted ?? null,
  next: words.next ?? null,
});

/** The answer that carries a problem. */
export const refuse = (status: number, code: string, words: ProblemWords): Answer => ({
  kind: 'problem',
  problem: problemOf(status, code, words),
});

export const notFound = (what: string, id: string, next: string): Answer =>
  refuse(404, 'not_found', { title: 'Not found', detail: `There is no ${what} "${id}".`, next });

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(line);
}

/** The HTTP response of an answer. No answer of the API may be kept by anyone. */
export function responseOf(answer: Answer): Response {
  if (answer.kind === 'page')
    return new Response(answer.html, {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        ...answer.headers,
      },
    });
  if (answer.kind === 'lines')
    return new Response(ReadableStream.from(bytesOf(answer.lines)), {
      headers: { 'cache-control': 'no-store', ...answer.headers },
    });
  const problem = answer.kind === 'problem';
  return new Response(JSON.stringify(problem ? answer.problem : answer.body), {
    status: problem ? answer.problem.status : answer.status,
    headers: {
      'content-type': problem ? 'application/problem+json' : 'application/json',
      'cache-control': 'no-store',
      ...answer.headers,
    },
  });
}
