/**
 * POSTs to the venue: one request, one answer, within a time, following no redirect. Nothing that is sent or received is
 * ever logged [I46]; a failure is told in a few words of ours.
 */

/** What goes out: path and headers as given. */
type Outgoing = {
  readonly method: 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What came back, or why nothing did. In neither case is it known that the request was not read. */
export type Posted =
  | { readonly ok: true; readonly status: number; readonly text: string }
  | { readonly ok: false; readonly reason: string };

/** The longest body that is read, in bytes. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Why a request failed, without anything of what it said. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'it failed';
}

/** The body as text; undefined when it is too long, the rest of which is not read. */
async function textOf(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const { body } = response;
  if (body === null) return '';
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Posts to `origin` (`https://host:port`); never rejects. */
export async function postToVenue(
  origin: string,
  { method, path, headers, body }: Outgoing,
  timeoutMs: number,
): Promise<Posted> {
  try {
    const response = await fetch(origin + path, {
      method,
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await textOf(response);
    return text === undefined
      ? { ok: false, reason: 'the answer is too long' }
      : { ok: true, status: response.status, text };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}
