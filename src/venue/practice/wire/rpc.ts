/**
 * JSON-RPC as the venue frames it: reading requests, asking who may do what, answering with stamps, and the faults that
 * stand between a request and its answer. News that a request causes goes out before its answer.
 */
import { nextBelow } from '../../../base/prng.ts';
import { ok } from '../../../base/result.ts';
import type { RpcError, RpcId } from '../../protocol/frames.ts';
import { METHODS, type MethodName } from '../../protocol/methods.ts';
import {
  type AnyMethodRules,
  MISSING_METHODS,
  MORE_METHODS,
  type MoreMethodName,
} from '../../protocol/more-methods.ts';
import { authenticate } from './auth.ts';
import { allowsScope } from './channels.ts';
import type { Handler } from './call.ts';
import { CONNECTION_METHODS, endConnection } from './connections.ts';
import { spend } from './credits.ts';
import type { Conn, Desk, Login } from '../desk.ts';
import { brokenAnswer } from '../faults/broken-frames.ts';
import { mixedIn } from './mixed-answer.ts';
import { shortened } from './short-answer.ts';
import { standInLine } from '../orders/engine-queue.ts';
import { type Fault, holding, isPlatformLocked, strike, strikeMethod } from '../faults/faults.ts';
import { loginOf, type Origin } from './identify.ts';
import { ACCOUNT_METHODS, setSelfTradingConfig } from '../methods/methods-account.ts';
import { FIGURE_METHODS } from '../methods/methods-figures.ts';
import { FUNDING_METHODS } from '../methods/methods-funding.ts';
import { HOLDER_METHODS } from '../methods/methods-holder.ts';
import { MARKET_METHODS } from '../methods/methods-market.ts';
import { ORDER_METHODS } from '../methods/methods-orders.ts';
import { PAIR_METHODS } from '../methods/methods-pairs.ts';
import { PAST_METHODS } from '../methods/methods-past.ts';
import { QUERY_METHODS } from '../methods/methods-queries.ts';
import { sendAnswer, sendText } from './outgoing.ts';
import { cut } from '../faults/network.ts';
import { pushNews, spellingOf } from './pushes.ts';
import { type HttpSent, LOCAL } from '../ports.ts';
import { answered, type Outcome } from '../orders/outcome.ts';
import { forestall, losesRequest, tooMany } from '../faults/request-faults.ts';
import { toldTime } from './told-time.ts';
import { type Answer, refusal, refuse, refuseParam } from './refusal.ts';
import { WALLET_METHODS } from '../methods/methods-wallet.ts';
import { worldToRead } from './replica.ts';
import { SUBSCRIPTION_METHODS } from './subscriptions.ts';
import { TOKEN_METHODS } from './tokens.ts';
import { type WireValue, writeJson } from './wire-json.ts';

const HANDLERS: Readonly<Record<MethodName, Handler>> = {
  'public/auth': ({ desk, conn, address, params }) => authenticate(desk, { conn, address }, params),
  ...MARKET_METHODS,
  ...CONNECTION_METHODS,
  ...SUBSCRIPTION_METHODS,
  ...ORDER_METHODS,
  ...PAST_METHODS,
  ...QUERY_METHODS,
  ...ACCOUNT_METHODS,
  'private/set_self_trading_config': setSelfTradingConfig,
};

const MORE_HANDLERS: Readonly<Record<MoreMethodName, Handler>> = {
  ...FIGURE_METHODS,
  ...FUNDING_METHODS,
  ...HOLDER_METHODS,
  ...PAIR_METHODS,
  ...TOKEN_METHODS,
  ...WALLET_METHODS,
};

type Known = { readonly rules: AnyMethodRules; readonly handler: Handler };

/** Every method of the venue by its name. */
const KNOWN: ReadonlyMap<string, Known> = new Map([
  ...Object.entries(MISSING_METHODS).map(
    ([name, rules]) => [name, { rules, handler: () => refuse(10033) }] as const,
  ),
  ...(Object.keys(MORE_METHODS) as MoreMethodName[]).map(
    (name) => [name, { rules: MORE_METHODS[name], handler: MORE_HANDLERS[name] }] as const,
  ),
  ...(Object.keys(METHODS) as MethodName[]).map(
    (name) => [name, { rules: METHODS[name], handler: HANDLERS[name] }] as const,
  ),
]);

/** Microseconds that an answer claims to have taken. */
const TOOK_US = 137;

/** The envelope of an answer. Stamps are server time in microseconds. */
function envelope(desk: Desk, id: RpcId | undefined, answer: Answer<WireValue>): string {
  const usIn = toldTime(desk) * 1_000;
  const stamps = {
    ...(desk.options.stamps ? { usIn, usOut: usIn + TOOK_US, usDiff: TOOK_US } : {}),
    ...networkFlag(desk),
  };
  const body = answer.ok ? { result: answer.value } : { error: errorObject(answer.error) };
  return writeJson({ jsonrpc: '2.0', id, ...body, ...stamps }, spellingOf(desk));
}

/** How a connection ends that asked too much. */
const RATE_LIMIT_CLOSE = { code: 1008, reason: 'too_many_requests' };

/** Which network an answer claims to come from. */
function networkFlag(desk: Desk): { readonly testnet?: boolean } {
  const fault = holding(desk.faults, 'testnet_flag', desk.mono);
  if (fault === undefined) return { testnet: true };
  strike(fault);
  return fault.testnet === 'absent' ? {} : { testnet: fault.testnet === 'true' };
}

const errorObject = (error: RpcError): WireValue => ({
  code: error.code,
  message: error.message,
  ...(error.data === undefined ? {} : { data: error.data as WireValue }),
});

type Request = { readonly method: string; readonly params: Readonly<Record<string, unknown>> };

/** One frame of a WebSocket connection. */
export function handleFrame(desk: Desk, conn: Conn, text: string): void {
  conn.activeAt = desk.mono;
  if (isLonger(text, desk.options.requestBytesMost)) {
    sendText(desk, conn, envelope(desk, undefined, refuse(-32600)));
    return;
  }
  const message = parse(text);
  if (message === undefined) {
    sendText(
      desk,
      conn,
      writeJson({ jsonrpc: '2.0', error: errorObject(refusal(11050, { data: 'invalid json' })) }),
    );
    return;
  }
  const id = idOf(message['id']);
  const anonymous = id === undefined && desk.options.requestWithoutId === 'refused';
  const request = anonymous ? refuse(-32600) : readRequest(message);
  if (!request.ok) {
    sendText(desk, conn, envelope(desk, id, request));
    return;
  }
  answerFrame(desk, conn, id, request.value);
}

function answerFrame(desk: Desk, conn: Conn, id: RpcId | undefined, request: Request): void {
  const origin = { conn, authorization: undefined, address: conn.address };
  perform(desk, origin, request, (outcome) => sendOutcome(desk, conn, { id, request, outcome }));
}

function sendOutcome(
  desk: Desk,
  conn: Conn,
  of: { readonly id: RpcId | undefined; readonly request: Request; readonly outcome: Outcome },
): void {
  const { id, request, outcome } = of;
  if (outcome.lost) return;
  const open = desk.conns.has(conn.id);
  if (
    strikeMethod(desk.faults, 'drop_link', request.method, { mono: desk.mono }) !== undefined &&
    open
  ) {
    desk.out.push({ kind: 'drop', conn: conn.id });
    endConnection(desk, conn, true);
  } else if (open) {
    const text = brokenAnswer(desk, request.method, envelope(desk, id, outcome.answer));
    const delayMs = outcome.delayMs ?? overtaken(desk, request.method);
    sendAnswer(desk, conn, { text, method: request.method, delayMs });
    if (outcome.closes === true) {
      desk.out.push({ kind: 'close', conn: conn.id, ...RATE_LIMIT_CLOSE });
      endConnection(desk, conn, true);
    }
  }
}

/** How long an answer of a read waits so that others overtake it, where that is wished for. */
function overtaken(desk: Desk, method: string): number | undefined {
  if (!desk.options.overtaking || !isRead(method)) return undefined;
  const ms = nextBelow(desk.manners.overtaking, OVERTAKEN_MOST);
  return ms === 0 ? undefined : ms;
}
const OVERTAKEN_MOST = 4;

/** One request over HTTP. */
export function handleHttp(
  desk: Desk,
  http: {
    readonly id: number;
    readonly method: string;
    readonly params: unknown;
    readonly rpcId: unknown;
    readonly authorization: string | undefined;
    readonly address?: string;
    readonly sent?: HttpSent;
  },
): void {
  const request = readRequest({ jsonrpc: '2.0', method: http.method, params: http.params });
  const gateway = strikeMethod(desk.faults, 'bad_gateway', http.method, { mono: desk.mono });
  if (gateway !== undefined && gateway.executed !== true) return sendPage(desk, http.id, gateway);
  const reply = (outcome: Outcome): void => {
    if (outcome.lost) return;
    const text = brokenAnswer(desk, http.method, envelope(desk, idOf(http.rpcId), outcome.answer));
    if (gateway !== undefined) return sendPage(desk, http.id, gateway);
    const status = outcome.answer.ok ? 200 : statusOf(outcome.answer.error.code);
    const delay = outcome.delayMs === undefined ? {} : { delayMs: outcome.delayMs };
    desk.out.push({ kind: 'reply', id: http.id, status, body: text, ...delay });
  };
  if (!request.ok) return reply(answered(request));
  const { authorization, address = LOCAL, sent } = http;
  perform(desk, { conn: null, authorization, address, sent }, request.value, reply);
}

/** What a gateway in between says: a page, no JSON. */
function sendPage(desk: Desk, id: number, fault: Fault): void {
  const status = Number(fault.status ?? 502);
  const body = `<html><head><title>${status}</title></head><body><h1>Error ${status}</h1></body></html>`;
  desk.out.push({ kind: 'reply', id, status, body, type: 'text/html; charset=utf-8' });
}

const statusOf = (code: number): number =>
  code === 10000 || code === 13004 || code === 13009 ? 401 : code === 13021 ? 403 : 400;

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null && !Array.isArray(message)
      ? (message as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const idOf = (id: unknown): RpcId | undefined =>
  typeof id === 'number' || typeof id === 'string' ? id : undefined;

function readRequest(message: Readonly<Record<string, unknown>>): Answer<Request> {
  const { jsonrpc, method, params } = message;
  if (jsonrpc !== '2.0') return refuseParam('jsonrpc', 'must be 2.0');
  if (typeof method !== 'string') return refuse(-32601);
  if (params === undefined || params === null) return ok({ method, params: {} });
  if (typeof params !== 'object' || Array.isArray(params))
    return refuseParam('params', 'must be an object');
  return ok({ method, params: params as Record<string, unknown> });
}

/** What a locked exchange does not take. */
const LOCKED_OUT: ReadonlySet<string> = new Set([
  'private/buy',
  'private/sell',
  'private/edit',
  'private/edit_by_label',
  'private/close_position',
]);

/** Executes a request unless a fault forbids it, and sends its news; delivers what becomes of it, maybe later. */
function perform(
  desk: Desk,
  origin: Origin,
  request: Request,
  deliver: (outcome: Outcome) => void,
): void {
  const outcome = forestalled(desk, origin, request);
  if (outcome !== undefined) return deliver(outcome);
  const { method, params } = request;
  const call = admit(desk, origin, request);
  if (!call.ok && call.error.code === 10028) return deliver(tooMany(desk));
  const carryOut = (): Outcome => concluded(desk, method, call.ok ? call.value.run() : call);
  const account = call.ok && call.value.forEngine ? call.value.account : null;
  const waits =
    account === null
      ? undefined
      : standInLine(desk, { conn: origin.conn, account, method, params, carryOut, deliver });
  deliver(waits ?? carryOut());
}

/** What faults make of a request before anything is looked at in it; undefined when they let it through. */
function forestalled(desk: Desk, origin: Origin, request: Request): Outcome | undefined {
  if (desk.faults.faults.length === 0) return undefined;
  const { method } = request;
  const struck = (kind: Fault['does']): Fault | undefined =>
    strikeMethod(desk.faults, kind, method, { mono: desk.mono });
  if (struck('lose_request') !== undefined) return { lost: true };
  if (losesRequest(desk, method) !== undefined) {
    if (origin.conn !== null) cut(desk, [origin.conn], true);
    return { lost: true };
  }
  const run = (): void => {
    const call = admit(desk, origin, request);
    if (call.ok) call.value.run();
    pushNews(desk);
  };
  const outcome = forestall(desk, { origin, ...request, run });
  if (outcome !== undefined) {
    pushNews(desk);
    return outcome;
  }
  const planted = struck('error');
  if (planted !== undefined) {
    if (planted.executed === true) run();
    return answered(refuse(planted.code ?? 11094));
  }
  return LOCKED_OUT.has(method) && isPlatformLocked(desk.faults, desk.mono)
    ? answered(refuse(10019))
    : undefined;
}

/** Sends the news of a request that was carried out; its answer as faults leave it. */
function concluded(desk: Desk, method: string, answer: Answer<WireValue>): Outcome {
  const struck = (kind: Fault['does']): Fault | undefined =>
    strikeMethod(desk.faults, kind, method, { mono: desk.mono });
  const lost = struck('lose_answer');
  desk.muted = lost?.channel ?? null;
  pushNews(desk);
  desk.muted = null;
  if (lost !== undefined) return { lost: true };
  return {
    lost: false,
    answer: shortened(desk, { method, isRead: isRead(method) }, answer),
    delayMs: struck('delay_answer')?.ms,
  };
}

/** Methods that read the account: faults on answers mean these. */
const READS: Readonly<Record<string, Handler>> = {
  ...QUERY_METHODS,
  ...PAST_METHODS,
  ...ACCOUNT_METHODS,
};
const isRead = (method: string): boolean => Object.hasOwn(READS, method);

/** A request that may be carried out. */
type Admitted = {
  /** Who asks, null without a login, and whether it is for the matching engine. */
  readonly account: string | null;
  readonly forEngine: boolean;
  readonly run: () => Answer<WireValue>;
};

/** Whether a request may be carried out: known, by who may, and paid for. */
function admit(desk: Desk, origin: Origin, { method, params }: Request): Answer<Admitted> {
  const known = KNOWN.get(method);
  if (known === undefined || isElsewhere(desk, origin, method)) return refuse(-32601);
  const { rules, handler } = known;
  if (rules.webSocketOnly === true && origin.conn === null) return refuse(10030);
  let login: Login | null = null;
  if (method.startsWith('private/')) {
    const found = loginOf(desk, origin, params);
    if (!found.ok) return found;
    if (rules.scope !== undefined && !allowsScope(found.value.scopes, rules.scope))
      return refuse(13021);
    login = found.value;
  }
  const account = login?.key.account ?? null;
  const spender = account ?? spenderOf(desk, origin, params);
  const forEngine = rules.matchingEngine === true;
  const { instrumentsRate } = desk.options;
  const bill = { spender, method, params, matchingEngine: forEngine, instrumentsRate };
  if (!spend(desk.credits, bill, desk.mono)) return refuse(10028);
  const { conn, address } = origin;
  const run = (): Answer<WireValue> => {
    const seen = isRead(method) ? { ...desk, world: worldToRead(desk, method) } : desk;
    const readAs = (of: Login | null) => handler({ desk: seen, conn, address, login: of, params });
    const answer = readAs(login);
    if (login === null || !isRead(method) || desk.faults.faults.length === 0) return answer;
    const { key } = login;
    return mixedIn(
      desk,
      { method, account: key.account },
      { answer, readAs: (other) => readAs({ ...login, key: { ...key, account: other } }) },
    );
  };
  return ok({ account, forEngine, run });
}

/** Whether another host serves this method: where they are split, one takes no public subscriptions, the other nothing private. */
function isElsewhere({ options }: Desk, { conn }: Origin, method: string): boolean {
  if (options.hosts === 'one' || conn === null) return false;
  return conn.streams ? method.startsWith('private/') : method === 'public/subscribe';
}

/** Who pays for a public request: the account that it brings a login of, else the address that it comes from. */
function spenderOf(desk: Desk, origin: Origin, params: Readonly<Record<string, unknown>>): string {
  if (desk.credits.tier === null) return '';
  const login = loginOf(desk, origin, params);
  return login.ok ? login.value.key.account : `address ${origin.address}`;
}

/** Whether a text has more than so many bytes in UTF-8. */
function isLonger(text: string, most: number): boolean {
  if (text.length * 3 <= most) return false;
  let bytes = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes > most;
}
