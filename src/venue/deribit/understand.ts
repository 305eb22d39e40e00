/**
 * What the client makes of a message that was recorded: the whole way from the text to a value of the domain, with the
 * decoders that a session uses. Nothing is guessed: a result without its method is read as what it alone can be.
 */
import type { z } from 'zod';
import { nearest, slips } from '../../base/nearest.ts';
import { type Proof, classOf, proofOf, readError } from './classify.ts';
import { decodeWith } from './decode-values.ts';
import { parseExactly } from './exact-json.ts';
import { type Frame, readFrame } from './frame.ts';
import { whyUnused } from './readers-beyond.ts';
import { NOTIFICATIONS, RESULTS } from './readers.ts';
import { createScrub } from './scrub.ts';

/** `as` is the method or channel whose decoder read it; null of an answer that says the same whatever was asked. */
export type Understanding =
  | { readonly kind: 'answer'; readonly as: string | null; readonly value: unknown }
  | { readonly kind: 'notification'; readonly as: string; readonly value: unknown }
  | {
      readonly kind: 'error';
      readonly as: string | null;
      readonly value: {
        readonly code: number;
        readonly message: string;
        readonly data: string | null;
        readonly class: string;
        /** What the code proves of the request that got it. */
        readonly proves: Proof;
      };
    }
  /** A message of a client: its method and the names of what it gives, not their values, which may be secret. */
  | {
      readonly kind: 'request';
      readonly as: string;
      readonly value: { readonly parameters: readonly string[] };
    }
  | { readonly kind: 'heartbeat' | 'test_request' }
  | { readonly kind: 'not_understood'; readonly what: string };

/** What is known about where a message comes from. */
export type Source = { readonly method?: string; readonly channel?: string };

const notUnderstood = (what: string): Understanding => ({ kind: 'not_understood', what });

/** Slips of the pen that a name may have and still be recognised. */
const SLIPS = 3;

/** No reader: the client leaves it alone, or nobody has heard of it, perhaps by a slip of the pen. */
function unread(kind: 'answer' | 'notification', as: string): Understanding {
  const why = whyUnused(as);
  if (why !== undefined) return notUnderstood(`${as}: the client does not use it (${why})`);
  const meant = kind === 'answer' ? nearest(as, RESULTS.keys()) : undefined;
  const hint = meant !== undefined && slips(as, meant) <= SLIPS ? `; is ${meant} meant?` : '';
  return notUnderstood(`${as}: the client does not know it${hint}`);
}

function read(kind: 'answer' | 'notification', as: string, value: unknown, schema?: z.ZodType) {
  if (schema === undefined) return unread(kind, as);
  const decoded = decodeWith(schema, value);
  return decoded.ok
    ? ({ kind, as, value: decoded.value } satisfies Understanding)
    : notUnderstood(`${as}: ${decoded.error}`);
}

function channelReader(channel: string): z.ZodType | undefined {
  const fitting = NOTIFICATIONS.filter(([beginning]) => channel.startsWith(beginning));
  return fitting.sort(([a], [b]) => b.length - a.length)[0]?.[1];
}

/** A result whose method is not known: the decoders are tried in the order of the table, the strictest shapes first. */
const GUESSES = [
  'private/buy',
  'private/get_order_state',
  'private/get_open_orders',
  'private/get_account_summaries',
  'private/get_account_summary',
  'private/get_transaction_log',
  'private/get_user_trades_by_currency',
  'private/get_position',
  'private/get_positions',
  'private/get_settlement_history_by_currency',
  'private/get_trigger_order_history',
  'private/get_margins',
  'public/get_instrument',
  'public/get_instruments',
  'public/ticker',
  'public/get_order_book',
  'public/get_tradingview_chart_data',
  'public/get_last_trades_by_instrument',
  'public/get_book_summary_by_currency',
  'public/get_funding_rate_history',
  'public/get_funding_chart_data',
  'public/get_mark_price_history',
  'public/get_volatility_index_data',
  'public/get_delivery_prices',
  'public/get_combos',
  'private/get_deposits',
  'private/get_withdrawals',
  'private/get_transfers',
  'public/get_index_price',
  'public/status',
  'public/test',
  'public/auth',
  'public/subscribe',
] as const;

/** "ok", a number and an empty list are answers to many methods, and mean no more without them. */
const saysItself = (result: unknown): boolean =>
  result === 'ok' ||
  (typeof result === 'number' && Number.isSafeInteger(result)) ||
  (Array.isArray(result) && result.length === 0);

function guess(result: unknown): Understanding {
  if (saysItself(result)) return { kind: 'answer', as: null, value: result };
  for (const method of GUESSES) {
    const found = read('answer', method, result, RESULTS.get(method));
    if (found.kind === 'answer') return found;
  }
  return notUnderstood('a result of a shape that no method of the client gives; name its method');
}

const readResult = (result: unknown, method: string | undefined): Understanding =>
  method === undefined ? guess(result) : read('answer', method, result, RESULTS.get(method));

/** No key is known here; members that hold one are. */
const scrub = createScrub(null);

function readErrorOf(error: unknown, method: string | undefined): Understanding {
  const found = readError(error, scrub);
  if (found === undefined) return notUnderstood('an error without a code');
  return {
    kind: 'error',
    as: method ?? null,
    value: { ...found, class: classOf(found.code), proves: proofOf(found.code) },
  };
}

type Members = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A request over HTTP: an address of the API, with or without the verb in front. */
const ADDRESS = /^\s*(?:[A-Za-z]{3,5}\s+)?\S*\/api\/v2\/((?:public|private)\/[\w/]+)(?:\?(\S*))?/;

function readAddress(text: string): Understanding | undefined {
  const [, asked, query = ''] = ADDRESS.exec(text) ?? [];
  if (asked === undefined) return undefined;
  const names = query.split('&').map((part) => part.split('=', 1)[0] ?? '');
  return {
    kind: 'request',
    as: asked,
    value: { parameters: names.filter((name) => /^\w+$/.test(name)) },
  };
}

/** A message that is no frame of the exchange: a request, or the result or the data alone, as files often hold it. */
function readBare(text: string, { method, channel }: Source, why: string): Understanding {
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch {
    return readAddress(text) ?? notUnderstood(why);
  }
  if (isObject(value) && typeof value['method'] === 'string') {
    const { method: asked, params } = value;
    return /^(public|private)\/[\w/]+$/.test(asked)
      ? {
          kind: 'request',
          as: asked,
          value: { parameters: isObject(params) ? Object.keys(params) : [] },
        }
      : notUnderstood(why);
  }
  if (channel !== undefined) return read('notification', channel, value, channelReader(channel));
  return isObject(value) && 'code' in value && 'message' in value
    ? readErrorOf(value, method)
    : readResult(value, method);
}

function readWhole(frame: Exclude<Frame, { kind: 'unreadable' }>, source: Source): Understanding {
  switch (frame.kind) {
    case 'result':
      return readResult(frame.result, source.method);
    case 'error':
      return readErrorOf(frame.error, source.method);
    case 'notification':
      return read('notification', frame.channel, frame.data, channelReader(frame.channel));
    case 'heartbeat':
    case 'test_request':
      return { kind: frame.kind };
  }
}

/** Reads one message; never throws. `source.channel` is used only where the message does not name its own. */
export function understand(text: string, source: Source = {}): Understanding {
  const frame = readFrame(text);
  return frame.kind === 'unreadable'
    ? readBare(text, source, frame.what)
    : readWhole(frame, source);
}
