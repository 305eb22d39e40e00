/** Names of subscription channels, read into what they mean. A name that means nothing here is refused silently. */
import type { AnyScope } from '../../protocol/more-methods.ts';
import {
  CHART_RESOLUTIONS,
  CURRENCIES,
  INTERVALS,
  type Interval,
  KINDS,
} from '../../protocol/values.ts';

/** The instruments that a channel is about: one, or those of a kind and settlement currency (`any` for all). */
export type Selection =
  | { readonly instrument: string }
  | { readonly kind: string; readonly currency: string };

/** What a channel says of an index beside its price. */
type IndexTopic = 'ranking' | 'statistics' | 'volatility' | 'expiration';

export type Channel =
  | {
      readonly topic: 'ticker' | 'quote' | 'perpetual' | 'book';
      readonly instrument: string;
      readonly interval: Interval;
    }
  | { readonly topic: 'chart'; readonly instrument: string; readonly minutes: number }
  | { readonly topic: 'trades'; readonly of: Selection; readonly interval: Interval }
  | { readonly topic: 'index'; readonly index: string }
  | { readonly topic: IndexTopic; readonly index: string }
  | { readonly topic: 'incremental'; readonly instrument: string }
  | {
      readonly topic: 'grouped_book';
      readonly instrument: string;
      /** How much of the price one level takes in, in units of the venue's; null as they are. */
      readonly group: number | null;
      readonly depth: number;
      readonly interval: Interval;
    }
  | { readonly topic: 'option_marks'; readonly index: string }
  | { readonly topic: 'announcements' | 'access_log' | 'silent_private' }
  | { readonly topic: 'state'; readonly of: Selection }
  | { readonly topic: 'platform' | 'public_methods' | 'lock' }
  | {
      readonly topic: 'changes' | 'user_orders' | 'user_trades';
      readonly of: Selection;
      readonly interval: Interval;
    }
  | { readonly topic: 'portfolio'; readonly currency: string };

/** How the names of channels begin. */
export const CHANNEL_TOPICS: readonly string[] = [
  'ticker.',
  'book.',
  'quote.',
  'perpetual.',
  'chart.trades.',
  'trades.',
  'deribit_price_index.',
  'instrument.state.',
  'platform_state',
  'user.changes.',
  'user.orders.',
  'user.trades.',
  'user.portfolio.',
  'user.lock',
  'user.access_log',
  'announcements',
  'incremental_ticker.',
  'deribit_price_ranking.',
  'deribit_price_statistics.',
  'deribit_volatility_index.',
  'estimated_expiration_price.',
  'markprice.options.',
];

const isOf = <T extends string>(values: readonly T[], value: string | undefined): value is T =>
  (values as readonly (string | undefined)[]).includes(value);
const DAY_MINUTES = 1_440;

/** Names known to the venue: instruments and indices. */
export type Known = {
  readonly instruments: ReadonlySet<string>;
  readonly indices: ReadonlySet<string>;
};

/** What a channel's name means; null when it is misspelt or names something that does not exist. */
export function parseChannel(name: string, known: Known): Channel | null {
  const parts = name.split('.');
  const [first, second] = parts;
  if (name === 'platform_state') return { topic: 'platform' };
  if (name === 'platform_state.public_methods_state') return { topic: 'public_methods' };
  if (name === 'user.lock') return { topic: 'lock' };
  if (name === 'user.access_log') return { topic: 'access_log' };
  if (name === 'announcements') return { topic: 'announcements' };
  const figures = INDEX_TOPICS.get(first ?? '');
  if (figures !== undefined)
    return parts.length === 2 && known.indices.has(second ?? '')
      ? { topic: figures, index: second ?? '' }
      : null;
  if (first === 'incremental_ticker')
    return parts.length === 2 && known.instruments.has(second ?? '')
      ? { topic: 'incremental', instrument: second ?? '' }
      : null;
  if (first === 'markprice' && second === 'options' && known.indices.has(parts[2] ?? ''))
    return parts.length === 3 ? { topic: 'option_marks', index: parts[2] ?? '' } : null;
  if (first === 'book' && parts.length === 5) return groupedChannel(parts, known);
  if (first === 'user') return userChannel(parts, known);
  if (first === 'chart') return chartChannel(parts, known);
  if (first === 'instrument' && second === 'state') {
    const of = selection(parts.slice(2), known);
    return of === null || 'instrument' in of ? null : { topic: 'state', of };
  }
  if (first === 'quote')
    return parts.length === 2 && known.instruments.has(second ?? '')
      ? { topic: 'quote', instrument: second ?? '', interval: '100ms' }
      : null;
  const interval = parts.at(-1);
  if (!isOf(INTERVALS, interval)) return null;
  const of = selection(parts.slice(1, -1), known);
  if (of === null) return null;
  if (first === 'trades') return { topic: 'trades', of, interval };
  if (first === 'perpetual' && !('instrument' in of && of.instrument.endsWith('-PERPETUAL')))
    return null;
  if ((first === 'ticker' || first === 'perpetual' || first === 'book') && 'instrument' in of)
    return { topic: first, instrument: of.instrument, interval };
  return null;
}

/** Channels about one index. */
const INDEX_TOPICS: ReadonlyMap<string, IndexTopic | 'index'> = new Map([
  ['deribit_price_index', 'index'],
  ['deribit_price_ranking', 'ranking'],
  ['deribit_price_statistics', 'statistics'],
  ['deribit_volatility_index', 'volatility'],
  ['estimated_expiration_price', 'expiration'],
]);
const GROUPS: readonly string[] = ['none', '1', '2', '5', '10', '25', '100', '250'];
const DEPTHS: readonly string[] = ['1', '10', '20'];

function groupedChannel(parts: readonly string[], known: Known): Channel | null {
  const [, instrument = '', group = '', depth = '', interval] = parts;
  if (!known.instruments.has(instrument) || !GROUPS.includes(group) || !DEPTHS.includes(depth))
    return null;
  if (!isOf(INTERVALS, interval) || interval === 'raw') return null;
  return {
    topic: 'grouped_book',
    instrument,
    group: group === 'none' ? null : Number(group),
    depth: Number(depth),
    interval,
  };
}

function userChannel(parts: readonly string[], known: Known): Channel | null {
  const topic = parts[1];
  if (topic === 'mmp_trigger')
    return parts.length === 3 && (parts[2] === 'all' || known.indices.has(parts[2] ?? ''))
      ? { topic: 'silent_private' }
      : null;
  if (topic === 'portfolio')
    return parts.length === 3 && [...CURRENCIES, 'ANY'].includes((parts[2] ?? '').toUpperCase())
      ? { topic, currency: (parts[2] ?? '').toUpperCase() }
      : null;
  const interval = parts.at(-1);
  const of = selection(parts.slice(2, -1), known);
  if (of === null || !isOf(INTERVALS, interval)) return null;
  if (topic === 'changes') return { topic, of, interval };
  if (topic === 'orders') return { topic: 'user_orders', of, interval };
  if (topic === 'trades') return { topic: 'user_trades', of, interval };
  return null;
}

function chartChannel(parts: readonly string[], known: Known): Channel | null {
  const [, trades, instrument, resolution] = parts;
  if (
    parts.length !== 4 ||
    trades !== 'trades' ||
    instrument === undefined ||
    !known.instruments.has(instrument) ||
    !isOf(CHART_RESOLUTIONS, resolution)
  )
    return null;
  return { topic: 'chart', instrument, minutes: resolutionMinutes(resolution) };
}

/** Minutes of a chart resolution. */
export const resolutionMinutes = (resolution: string): number =>
  resolution === '1D' ? DAY_MINUTES : Number(resolution);

function selection(parts: readonly string[], known: Known): Selection | null {
  const [first, second] = parts;
  if (parts.length === 1 && first !== undefined)
    return known.instruments.has(first) ? { instrument: first } : null;
  if (
    parts.length === 2 &&
    isOf([...KINDS, 'combo', 'any'], first) &&
    isOf([...CURRENCIES, 'any'], second)
  )
    return { kind: first, currency: second };
  return null;
}

/** Whether an instrument is among those that a channel is about. */
export const selects = (
  of: Selection,
  spec: { readonly name: string; readonly kind: string; readonly settlement: string },
): boolean =>
  'instrument' in of
    ? of.instrument === spec.name
    : (of.kind === 'any' || of.kind === spec.kind) &&
      (of.currency === 'any' || of.currency === spec.settlement);

/** Scope that a channel needs; null for public ones. */
export function scopeOfChannel(channel: Channel): AnyScope | null {
  switch (channel.topic) {
    case 'changes':
    case 'user_orders':
    case 'user_trades':
    case 'silent_private':
      return 'trade:read';
    case 'portfolio':
    case 'lock':
    case 'access_log':
      return 'account:read';
    case 'ticker':
    case 'incremental':
    case 'quote':
    case 'perpetual':
    case 'chart':
    case 'trades':
    case 'index':
    case 'ranking':
    case 'statistics':
    case 'volatility':
    case 'expiration':
    case 'state':
    case 'platform':
    case 'public_methods':
    case 'announcements':
    case 'option_marks':
    case 'book':
    case 'grouped_book':
      return null;
  }
}

/** Whether scopes that were granted hold what is needed. */
export const allowsScope = (granted: readonly string[], scope: string): boolean =>
  granted.includes(scope) || (scope.endsWith(':read') && granted.includes(`${scope}_write`));
