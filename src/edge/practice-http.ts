/**
 * The HTTP side of the practice exchange: Deribit's methods under `/api/v2/`, the control API under `/practice/v1/`.
 * Requests are checked (host, origin, size, form) and turned into calls; nothing is decided here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ControlVerb } from './practice-port.ts';

/** An answer; a body that is a string is JSON already and is sent as it stands. */
export type PracticeAnswer = {
  readonly status: number;
  readonly body: unknown;
  /** Of a body that is not JSON. */
  readonly type?: string;
};

/** Open, shut without a word, or shut to WebSockets by a gateway that answers with a page and this status. */
export type Entrance = 'open' | 'shut' | number;

export type PracticeCalls = {
  /** How new connections for the protocol are met at the moment. */
  readonly entrance: () => Entrance;
  /** The most bytes of a request to the protocol. */
  readonly requestBytes: () => number;
  /** A Deribit method; the answer may never come, as with a real exchange. */
  readonly rpc: (call: {
    readonly method: string;
    readonly params: unknown;
    readonly rpcId: unknown;
    readonly authorization: string | undefined;
    readonly address: string;
    /** What a signature in the header covers: verb, path with query, body. */
    readonly sent: { readonly verb: string; readonly target: string; readonly body: string };
  }) => Promise<PracticeAnswer>;
  readonly control: (call: {
    readonly verb: ControlVerb;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    readonly body: unknown;
  }) => Promise<PracticeAnswer>;
};

export type Doors = {
  readonly port: () => number;
  /** Exact origins of pages that may call; read anew for every request. */
  readonly allowedOrigins: readonly string[];
};

/** Above this a request is never read to its end; a WebSocket frame closes its connection (1009). */
export const MOST_RPC_BYTES = 8 * 32_768;
const CONTROL_LIMIT_BYTES = 65_536;
const CONTROL_ROOT = '/practice/v1/';
const RPC_ROOT = '/api/v2/';
const VERBS: readonly string[] = ['GET', 'POST', 'DELETE'] satisfies ControlVerb[];

const rpcError = (code: number, message: string, data?: string): object => ({
  jsonrpc: '2.0',
  error: { code, message, ...(data === undefined ? {} : { data }) },
});

/** What the exchange says to text that is not JSON, and to a request over its limit (they carry no id). */
export const INVALID_JSON = rpcError(11050, 'bad_request', 'invalid json');
export const TOO_LARGE = rpcError(-32600, 'request entity too large');

/** An error of the control API, in the shape of the exchange's own; `accepted` says how to mend it. */
export const practiceProblem = (
  status: number,
  code: string,
  { message, accepted }: { readonly message: string; readonly accepted: string },
): PracticeAnswer => ({ status, body: { error: { code, message, accepted } } });

/**
 * Why a request may not come in, or undefined when it may: the host must be this machine's loopback with our port
 * (a rebound name is none), a browser's page must be on the list. Programs that are no browsers send no origin;
 * some name this server itself.
 */
export function strangerProblem(
  request: IncomingMessage,
  doors: Doors,
): PracticeAnswer | undefined {
  const own = [`127.0.0.1:${doors.port()}`, `localhost:${doors.port()}`];
  const { host, origin } = request.headers;
  if (host === undefined || !own.includes(host.toLowerCase())) {
    return practiceProblem(403, 'wrong_host', {
      message: `The Host header is "${host ?? ''}".`,
      accepted: own.join(' or '),
    });
  }
  const site = request.headers['sec-fetch-site'];
  const foreignPage = origin === undefined && (site === 'cross-site' || site === 'same-site');
  const known = [
    ...doors.allowedOrigins,
    ...own.map((name) => `http://${name}`),
    ...own.map((name) => `ws://${name}`),
    ...own.map((name) => `https://${name}`),
    ...own.map((name) => `wss://${name}`),
  ];
  if (foreignPage || (origin !== undefined && !known.includes(origin))) {
    return practiceProblem(403, 'wrong_origin', {
      message: `Pages of ${origin ?? 'another site'} may not use the practice exchange.`,
      accepted: doors.allowedOrigins.join(' or ') || 'requests without an Origin header',
    });
  }
  return undefined;
}

/** The request handler of the practice exchange's HTTP server. */
export function practiceHandler(calls: PracticeCalls, doors: Doors) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://practice');
    const forProtocol = url.pathname === '/api/v2' || url.pathname.startsWith(RPC_ROOT);
    if (forProtocol && calls.entrance() === 'shut') return void request.socket.destroy();
    const stranger = strangerProblem(request, doors);
    if (stranger !== undefined) return answer(response, stranger);
    if (forProtocol) return answer(response, await serveRpc(calls, request, url));
    if (url.pathname.startsWith(CONTROL_ROOT))
      return serveControl(calls, doors, { request, response, url });
    answer(
      response,
      practiceProblem(404, 'not_found', {
        message: `This is a practice exchange; ${url.pathname} is none of its addresses.`,
        accepted:
          '/ws/api/v2 (WebSocket), /api/v2/<method>, /practice/v1/<call>, /practice/v1/stream (WebSocket)',
      }),
    );
  };
}

async function serveRpc(
  calls: PracticeCalls,
  request: IncomingMessage,
  url: URL,
): Promise<PracticeAnswer> {
  const path = url.pathname.slice(RPC_ROOT.length);
  const { authorization } = request.headers;
  const address = request.socket.remoteAddress ?? '';
  const sentAs = (verb: string, body: string) => ({ verb, target: request.url ?? '', body });
  if (request.method === 'GET') {
    return calls.rpc({
      method: path,
      params: Object.fromEntries(url.searchParams),
      rpcId: undefined,
      authorization,
      address,
      sent: sentAs('GET', ''),
    });
  }
  if (request.method !== 'POST')
    return { status: 405, body: rpcError(-32600, 'method not allowed', 'accepted: GET, POST') };
  const text = await readBody(request, Math.min(calls.requestBytes(), MOST_RPC_BYTES));
  if (text === undefined) return { status: 413, body: TOO_LARGE };
  const parsed = parseJson(text);
  if (parsed === undefined) return { status: 400, body: INVALID_JSON };
  const envelope = parsed.value;
  const from = { authorization, address, sent: sentAs('POST', text) };
  if (!isObject(envelope) || !('method' in envelope || 'jsonrpc' in envelope)) {
    return calls.rpc({ method: path, params: envelope, rpcId: undefined, ...from });
  }
  const { method: named, params = {}, id: rpcId } = envelope;
  return calls.rpc({
    method: path === '' && typeof named === 'string' ? named : path,
    params,
    rpcId,
    ...from,
  });
}

type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
};

async function serveControl(
  calls: PracticeCalls,
  doors: Doors,
  { request, response, url }: Exchange,
): Promise<void> {
  const { origin } = request.headers;
  response.setHeader('vary', 'Origin');
  if (origin !== undefined && doors.allowedOrigins.includes(origin)) {
    response.setHeader('access-control-allow-origin', origin);
    if (request.method === 'OPTIONS') {
      response.setHeader('access-control-allow-methods', VERBS.join(', '));
      response.setHeader('access-control-allow-headers', 'Content-Type');
      response.writeHead(204).end();
      return;
    }
  }
  const verb = request.method ?? '';
  if (!isVerb(verb)) {
    return answer(
      response,
      practiceProblem(405, 'method_not_allowed', {
        message: `${verb} is not understood here.`,
        accepted: VERBS.join(', '),
      }),
    );
  }
  const body = await readControlBody(request);
  if (!body.ok) return answer(response, body.problem);
  const path = url.pathname.slice(CONTROL_ROOT.length);
  answer(
    response,
    await calls.control({
      verb,
      path,
      query: Object.fromEntries(url.searchParams),
      body: body.value,
    }),
  );
}

type ControlBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: PracticeAnswer };

async function readControlBody(request: IncomingMessage): Promise<ControlBody> {
  const text = await readBody(request, CONTROL_LIMIT_BYTES);
  if (text === undefined) {
    const message = `The body is larger than ${CONTROL_LIMIT_BYTES} bytes.`;
    return {
      ok: false,
      problem: practiceProblem(413, 'too_large', {
        message,
        accepted: 'a smaller body',
      }),
    };
  }
  if (text === '') return { ok: true, value: {} };
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json') {
    const message = `The body is sent as "${type}".`;
    const accepted = 'Content-Type: application/json';
    return {
      ok: false,
      problem: practiceProblem(415, 'not_json', { message, accepted }),
    };
  }
  const parsed = parseJson(text);
  if (parsed !== undefined) return { ok: true, value: parsed.value };
  const message = 'The body is not valid JSON.';
  return {
    ok: false,
    problem: practiceProblem(400, 'invalid_json', {
      message,
      accepted: 'a JSON object',
    }),
  };
}

/** The body as text, or undefined when it is larger than `limit` bytes (the rest is read and forgotten). */
async function readBody(request: IncomingMessage, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? undefined : Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isVerb = (verb: string): verb is ControlVerb => VERBS.includes(verb);

function answer(response: ServerResponse, { status, body, type }: PracticeAnswer): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    'content-type': type ?? 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
